//! The laws of the search: it answers as the oracle does, whichever faster ways are taken and
//! however the documents came in, and anything can be typed.

use fedcat::search::Hit;
use proptest::prelude::*;

use super::oracle::{Oracle, SYNONYMS, WORDS, count, fits};
use super::*;

fn a_text() -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(&WORDS[..]), 0..10)
        .prop_map(|words| words.join(" "))
}

fn a_document() -> impl Strategy<Value = Document> {
    let texts = proptest::collection::vec(proptest::collection::vec(a_text(), 0..3), 3);
    let facets = proptest::collection::vec(proptest::collection::vec("[a-c]", 0..3), 2);
    let rest = (any::<bool>(), 0u32..3);
    (texts, facets, rest).prop_map(|(texts, facets, (is_secondary, popularity))| Document {
        texts,
        facets,
        is_secondary,
        popularity,
        ..Document::default()
    })
}

fn a_query() -> impl Strategy<Value = String> {
    let words = proptest::collection::vec(proptest::sample::select(&WORDS[..]), 0..5);
    (words, 0usize..4, prop_oneof!["", " "]).prop_map(|(words, less, end)| {
        let mut text = words.join(" ");
        for _ in 0..less {
            text.pop();
        }
        text + &end
    })
}

fn a_focus() -> impl Strategy<Value = Focus> {
    let name = |names: &'static [&str]| proptest::sample::select(names).prop_map(str::to_owned);
    let value = (name(&FACETS), "[a-dA]");
    prop_oneof![
        2 => Just(Focus::Everywhere),
        1 => value.prop_map(|(facet, value)| Focus::First { facet, value }),
        1 => name(&ATTRIBUTES).prop_map(Focus::Only),
    ]
}

/// Sizes at which each of the faster ways is taken, or none.
fn a_tuning() -> impl Strategy<Value = Tuning> {
    let many = prop_oneof![Just(1), Just(5), Just(10_000)];
    let delta = prop_oneof![Just(0), Just(5), Just(1_000)];
    let look = prop_oneof![Just(0), Just(3), Just(100)];
    (many, delta, look).prop_map(|(many, delta, look)| Tuning {
        many,
        delta,
        look,
        ..Tuning::default()
    })
}

fn synonyms() -> Synonyms {
    Synonyms::of_groups(SYNONYMS.map(|pair| pair.map(str::to_owned)))
}

/// Brings an index to hold `documents` by changes: it starts with those of an even number and with
/// others in place of some, each change puts a few and removes a few.
fn by_changes(documents: &[Document], old: &[Document], tuning: Tuning) -> Embedded {
    let engine = Embedded::tuned(schema(), synonyms(), tuning).expect("an empty index");
    let start: Vec<Document> =
        old.iter().enumerate().map(|(n, one)| Document { id: id(n * 3), ..one.clone() }).collect();
    let unwanted: Vec<Uuid> = start
        .iter()
        .map(|one| one.id)
        .filter(|id| documents.iter().all(|wanted| wanted.id != *id))
        .collect();
    wait(engine.rebuild(start.into(), cursor(1))).expect("documents that fit");
    let mut removals = unwanted.chunks(3);
    for (turn, put) in (2..).zip(documents.chunks(4)) {
        let removed = removals.next().unwrap_or(&[]);
        // What is put is put twice, the first time with other content.
        let first = put.iter().map(|one| Document {
            texts: vec![vec!["big office".to_owned()], vec![], vec!["git".to_owned()]],
            ..one.clone()
        });
        wait(engine.apply(first.collect(), removed.to_vec(), cursor(turn)))
            .expect("a change that fits");
        wait(engine.apply(put.to_vec(), vec![], cursor(turn))).expect("a change that fits");
    }
    for removed in removals {
        wait(engine.apply(vec![], removed.to_vec(), cursor(99))).expect("a change that fits");
    }
    engine
}

proptest! {
    #[test]
    fn the_engine_answers_as_the_oracle(
        mut documents in proptest::collection::vec(a_document(), 0..40),
        typed in a_query(),
        focus in a_focus(),
        filters in proptest::collection::btree_map(
            proptest::sample::select(&FACETS[..]).prop_map(str::to_owned),
            proptest::collection::vec("[a-d]", 0..3),
            0..3,
        ),
        page in 1usize..9,
        tuning in a_tuning(),
    ) {
        for (number, document) in documents.iter_mut().enumerate() {
            document.id = id(number);
        }
        let engine = Embedded::tuned(schema(), synonyms(), tuning).expect("an empty index");
        wait(engine.rebuild(documents.clone().into(), cursor(1))).expect("documents that fit");
        let oracle = Oracle::new(&documents, &typed, &focus);
        let found = oracle.ranked();
        let fitting = |&&number: &&usize| {
            (0..FACETS.len()).all(|facet| fits(&documents[number], &filters, facet))
        };
        let expected: Vec<usize> = found.iter().filter(fitting).copied().collect();
        let in_focus = match focus {
            Focus::First { .. } => expected.iter().filter(|&&one| oracle.stands_in_focus(one)).count(),
            _ => 0,
        };
        let expected: Vec<Hit> = expected.into_iter().map(|number| Hit { id: id(number) }).collect();

        let mut hits = Vec::new();
        for offset in (0..=expected.len()).step_by(page) {
            let answer = ask(&engine, &Query {
                text: typed.clone(),
                focus: focus.clone(),
                filters: filters.clone(),
                count: FACETS.map(str::to_owned).to_vec(),
                offset,
                limit: page,
                ..Query::default()
            });
            prop_assert_eq!(answer.total, expected.len() as u64);
            prop_assert_eq!(answer.in_focus, in_focus as u64);
            for (facet, name) in FACETS.iter().enumerate() {
                prop_assert_eq!(
                    &answer.facets[*name],
                    &count(&documents, &found, &filters, facet)
                );
            }
            hits.extend(answer.hits);
        }
        prop_assert_eq!(hits, expected);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn changes_lead_to_the_answers_of_a_rebuild(
        mut documents in proptest::collection::vec(a_document(), 0..30),
        old in proptest::collection::vec(a_document(), 0..30),
        typed in a_query(),
        focus in a_focus(),
        filters in proptest::collection::btree_map(
            proptest::sample::select(&FACETS[..]).prop_map(str::to_owned),
            proptest::collection::vec("[a-d]", 1..3),
            0..2,
        ),
        sort in proptest::sample::select(&[Sort::Relevance, Sort::Name, Sort::Use, Sort::Newest][..]),
        lenient in any::<bool>(),
        tuning in a_tuning(),
    ) {
        for (number, document) in documents.iter_mut().enumerate() {
            document.id = id(number * 2);
            document.name = format!("{}", number % 7);
            document.added = (number % 5) as i64;
        }
        let rebuilt = Embedded::tuned(schema(), synonyms(), Tuning::default()).expect("an empty index");
        wait(rebuilt.rebuild(documents.clone().into(), cursor(1))).expect("documents that fit");
        let changed = by_changes(&documents, &old, tuning);
        for (offset, limit) in [(0, 3), (3, 100)] {
            let query = Query {
                text: typed.clone(),
                focus: focus.clone(),
                lenient,
                filters: filters.clone(),
                count: FACETS.map(str::to_owned).to_vec(),
                sort,
                offset,
                limit,
            };
            prop_assert_eq!(ask(&changed, &query), ask(&rebuilt, &query));
        }
    }
}

proptest! {
    #[test]
    fn anything_can_be_typed(
        typed in proptest::string::string_regex(".{0,300}").expect("an expression"),
        lenient in any::<bool>(),
        offset in any::<usize>(),
        limit in any::<usize>(),
    ) {
        let engine = engine(&shelf(), synonyms());
        let query = Query { text: typed, lenient, offset, limit, ..Query::default() };
        let answer = ask(&engine, &query);
        prop_assert!(answer.hits.len() as u64 <= answer.total);
        for (name, labels, summary) in SHELF {
            for text in labels.iter().chain([&name, &summary]) {
                let pieces = answer.highlighter.pieces(text);
                let whole: String = pieces.into_iter().map(|piece| piece.text).collect();
                prop_assert_eq!(&whole, text);
            }
        }
    }
}
