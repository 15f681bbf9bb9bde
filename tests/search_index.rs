//! What every engine behind the trait does alike. Each case asks one index of the same documents;
//! where engines may differ, `Engine` says so.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    reason = "the lints spare test functions, but not the functions that they share"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use fedcat::search::fold::fold;
use fedcat::search::{
    Answer, Document, Focus, MAX_VALUES, Query, Schema, SearchError, SearchIndex, Sort, Synonyms,
};
use support::engines::{embedded, on_meilisearch};
use uuid::Uuid;

const ATTRIBUTES: [&str; 3] = ["name", "replaces", "summary"];
const FACETS: [&str; 2] = ["kind", "country"];

/// An engine, and what it may do otherwise than another.
struct Engine<'a> {
    index: &'a dyn SearchIndex,
    /// Whether facet values that differ by case alone are two.
    tells_case: bool,
    /// Whether a longer end of a word is forgiven too where a query is lenient.
    forgives_ends: bool,
}

#[tokio::test]
async fn the_embedded_engine_conforms() {
    let index = embedded(&schema(), &synonyms());
    conforms(&Engine { index: &index, tells_case: true, forgives_ends: false }).await;
}

#[tokio::test]
async fn meilisearch_conforms() {
    on_meilisearch(&schema(), &synonyms(), async |index| {
        conforms(&Engine { index, tells_case: false, forgives_ends: true }).await;
    })
    .await;
}

/// All cases, in an order in which each leaves the index as the next one expects it.
async fn conforms(engine: &Engine<'_>) {
    assert_eq!(engine.index.cursor().await.expect("a cursor"), 0, "before the first build");
    an_empty_index_finds_nothing(engine).await;
    engine.build(&shelf(), 3).await;
    what_people_type(engine).await;
    typed_letter_by_letter(engine).await;
    no_words_find_everything(engine).await;
    long_queries_are_cut(engine).await;
    words_are_given_up_where_hits_are_few(engine).await;
    orders_and_their_ties(engine).await;
    pages_put_together_are_the_whole(engine).await;
    choices_widen_and_narrow(engine).await;
    one_attribute_in_focus(engine).await;
    what_is_marked(engine).await;
    what_does_not_fit_is_refused(engine).await;
    a_lenient_query_finds_no_less(engine).await;
    values_are_hostile(engine).await;
    most_values_are_cut(engine).await;
    changes(engine).await;
    a_rebuild_swaps(engine).await;
}

impl Engine<'_> {
    async fn build(&self, documents: &[Document], cursor: i64) {
        self.index.rebuild(documents.to_vec(), cursor).await.expect("documents that fit");
        assert_eq!(self.index.cursor().await.expect("a cursor"), cursor);
    }

    async fn ask(&self, query: &Query) -> Answer {
        self.index.search(query).await.expect("an answer")
    }

    async fn names(&self, query: &Query) -> Vec<&'static str> {
        names(&self.ask(query).await)
    }
}

fn schema() -> Schema {
    Schema::new(&ATTRIBUTES, &FACETS).expect("a small schema")
}

fn synonyms() -> Synonyms {
    Synonyms::of_groups([
        ["gis", "geographic information system"].map(str::to_owned),
        ["sso", "single sign-on"].map(str::to_owned),
    ])
}

fn text(text: &str) -> Query {
    Query { text: text.to_owned(), limit: 100, ..Query::default() }
}

/// Ids in the order of numbers.
fn id(number: usize) -> Uuid {
    Uuid::from_u128(number as u128)
}

/// Name, what it replaces, summary. The first are the most popular.
const SHELF: [(&str, &[&str], &str); 14] = [
    ("Nextcloud", &["Dropbox"], "Files, calendar and contacts for teams"),
    ("LibreOffice", &["Microsoft Office"], "Texts, tables and slides"),
    ("Keycloak", &["Okta"], "Identity with single sign-on, successor of e-mail codes"),
    ("OnlyOffice", &["Microsoft Office"], "A libre editor for your office"),
    ("Jitsi Meet", &["Zoom"], "Visioconférence, réunions en ligne"),
    ("BigBlueButton", &["Zoom"], "Visioconférence for the virtual classroom"),
    ("Passbolt", &[], "Gestionnaire de mots de passe pour les équipes"),
    ("Blue Pages", &[], "A big button for every blue book"),
    ("Git", &[], "Keeps versions of texts"),
    ("Gitea", &["GitHub"], "A forge around Git"),
    ("Postale", &["Outlook"], "Reads an email at the école"),
    ("文書管理", &[], "Document management with geographic information system"),
    ("Thunderbird", &["Outlook", "Microsoft Exchange"], "Mail and calendar"),
    ("Zoomer", &[], "Zooms into maps"),
];

fn shelf() -> Vec<Document> {
    let documents = SHELF.iter().enumerate().map(|(number, (name, replaces, summary))| Document {
        id: id(number),
        texts: vec![
            vec![(*name).to_owned()],
            replaces.iter().map(|&label| label.to_owned()).collect(),
            vec![(*summary).to_owned()],
        ],
        facets: vec![
            [&["office", "mail"][..], &["office"], &[]][number % 3]
                .iter()
                .map(|&kind| kind.to_owned())
                .collect(),
            vec![["fr", "de", "it", "fr"][number % 4].to_owned()],
        ],
        name: fold(name),
        popularity: 100 - number as u32 / 2,
        fresh: [0, 30, 10, 20][number % 4],
        added: (number * 7 % 5) as i64,
    });
    documents.collect()
}

fn names(answer: &Answer) -> Vec<&'static str> {
    answer.hits.iter().map(|hit| SHELF[hit.id.as_u128() as usize].0).collect()
}

async fn an_empty_index_finds_nothing(engine: &Engine<'_>) {
    engine.build(&[], 2).await;
    for typed in ["", "git", "two words"] {
        let query = Query { count: vec!["kind".to_owned()], ..text(typed) };
        let answer = engine.ask(&query).await;
        assert_eq!((answer.hits, answer.total), (vec![], 0), "{typed:?}");
        assert_eq!(answer.facets, BTreeMap::from([("kind".to_owned(), vec![])]));
    }
}

async fn what_people_type(engine: &Engine<'_>) {
    let check = async |typed: &str, first: &[&str]| {
        let found = engine.names(&text(typed)).await;
        assert!(found.starts_with(first), "{typed}: found {found:?}, expected first {first:?}");
    };
    // typos
    check("libreofice", &["LibreOffice"]).await;
    check("keycloack", &["Keycloak"]).await;
    check("kyecloak", &["Keycloak"]).await;
    // accents and case
    check("visioconférence", &["Jitsi Meet", "BigBlueButton"]).await;
    check("visioconference", &["Jitsi Meet", "BigBlueButton"]).await;
    check("VISIOCONFÉRENCE", &["Jitsi Meet", "BigBlueButton"]).await;
    check("l'école", &["Postale"]).await;
    check("文書", &["文書管理"]).await;
    // beginnings
    check("git", &["Git", "Gitea"]).await;
    check("thun", &["Thunderbird"]).await;
    check("visio", &["Jitsi Meet", "BigBlueButton"]).await;
    // joined and split
    check("next cloud", &["Nextcloud"]).await;
    check("jitsimeet", &["Jitsi Meet"]).await;
    check("email", &["Postale", "Keycloak"]).await;
    // synonyms, both ways
    check("gis", &["文書管理"]).await;
    check("geographic information system", &["文書管理"]).await;
    check("sso", &["Keycloak"]).await;
    // a word that nothing has is given up
    check("forge unheardofword", &["Gitea"]).await;
    // signs that mean something to one engine or another are only signs
    check("-git", &["Git"]).await;
    check("\"git\"", &["Git"]).await;
    check("git AND NOT \\", &[]).await;

    // Words that stand far apart, or joined to one: engines weigh these two otherwise.
    for (typed, expected) in [
        ("libre office", ["LibreOffice", "OnlyOffice"]),
        ("big blue button", ["BigBlueButton", "Blue Pages"]),
        ("e-mail", ["Keycloak", "Postale"]),
    ] {
        let found = engine.names(&text(typed)).await;
        let both: BTreeSet<&str> = found.into_iter().take(2).collect();
        assert_eq!(both, BTreeSet::from(expected), "{typed}");
    }

    let found = engine.names(&text("zoo ")).await;
    assert_eq!(found, [] as [&str; 0], "a word with a space behind it is whole");
}

async fn typed_letter_by_letter(engine: &Engine<'_>) {
    for name in ["libreoffice", "keycloak", "bigbluebutton", "thunderbird"] {
        let letters = (1..=name.len()).map(|end| &name[..end]);
        for typed in letters {
            let found = engine.names(&text(typed)).await;
            assert!(found.iter().any(|found| fold(found) == name), "{typed}: {found:?}");
        }
    }
}

async fn no_words_find_everything(engine: &Engine<'_>) {
    let all: Vec<&str> = SHELF.iter().map(|(name, ..)| *name).collect();
    for typed in ["", "   ", "?!… — //", "\u{301}\u{302}", "\"\"", "-"] {
        let answer = engine.ask(&text(typed)).await;
        assert_eq!(names(&answer), all, "{typed:?}: by use, then by id");
        assert_eq!(answer.total, all.len() as u64);
    }
}

async fn long_queries_are_cut(engine: &Engine<'_>) {
    let check = async |typed: &str, expected: &[&str]| {
        assert_eq!(engine.names(&text(typed)).await, expected, "{typed}");
    };
    check(&format!("{} gitea", "unheardof ".repeat(9)), &["Gitea"]).await;
    check(&format!("{} gitea", "unheardof ".repeat(10)), &[]).await;
    check(&format!("{}gitea", " ".repeat(195)), &["Gitea"]).await;
    check(&"é".repeat(100_000), &[]).await;
    check(&"語 ".repeat(100_000), &[]).await;
}

async fn words_are_given_up_where_hits_are_few(engine: &Engine<'_>) {
    let documents = |with_both: usize| {
        let names = std::iter::repeat_n("alpha beta", with_both).chain(["beta", "alpha", "alpha"]);
        let documents = names.enumerate().map(|(number, name)| Document {
            id: id(number),
            texts: vec![vec![name.to_owned()], vec![], vec![]],
            facets: vec![vec![["x", "y"][number % 2].to_owned()], vec![]],
            ..Document::default()
        });
        documents.collect::<Vec<_>>()
    };
    // The rarer word stays: "beta".
    for (with_both, expected) in [(20, 20), (19, 20), (0, 1)] {
        engine.build(&documents(with_both), 4).await;
        let answer = engine.ask(&text("alpha beta ")).await;
        assert_eq!(answer.total, expected, "{with_both} documents with both words");
    }
    // The text alone decides: a choice that leaves few hits brings no others.
    engine.build(&documents(20), 4).await;
    let chosen = [("kind".to_owned(), vec!["x".to_owned()])].into();
    let answer = engine.ask(&Query { filters: chosen, ..text("alpha beta ") }).await;
    assert_eq!(answer.total, 10);
    engine.build(&shelf(), 3).await;
}

async fn orders_and_their_ties(engine: &Engine<'_>) {
    type Key = fn(&Document) -> (i64, String);
    let check = async |typed: &str, sort: Sort, key: Key| {
        let answer = engine.ask(&Query { sort, ..text(typed) }).await;
        let shelf = shelf();
        let keys: Vec<((i64, String), Uuid)> = answer
            .hits
            .iter()
            .map(|hit| (key(&shelf[hit.id.as_u128() as usize]), hit.id))
            .collect();
        assert!(keys.len() > 2 && keys.is_sorted(), "{typed:?} {sort:?}: {keys:?}");
    };
    for typed in ["", "o"] {
        check(typed, Sort::Name, |document| (0, document.name.clone())).await;
        check(typed, Sort::Use, |document| (-i64::from(document.popularity), String::new())).await;
        check(typed, Sort::Newest, |document| (-document.added, String::new())).await;
        check(typed, Sort::Freshness, |document| {
            (if document.fresh == 0 { i64::MAX } else { -document.fresh }, String::new())
        })
        .await;
    }
}

async fn pages_put_together_are_the_whole(engine: &Engine<'_>) {
    let check = async |query: Query| {
        let whole = engine.ask(&query).await;
        let mut pages = Vec::new();
        for offset in (0..15).step_by(3) {
            let page = engine.ask(&Query { offset, limit: 3, ..query.clone() }).await;
            assert_eq!(page.total, whole.total, "{query:?}");
            pages.extend(page.hits);
        }
        let different: BTreeSet<Uuid> = pages.iter().map(|hit| hit.id).collect();
        assert_eq!(different.len(), pages.len(), "{query:?}: a hit stands on two pages");
        assert_eq!(pages, whole.hits, "{query:?}");
        assert_eq!(whole.hits.len() as u64, whole.total, "{query:?}");
    };
    for sort in [Sort::Relevance, Sort::Name, Sort::Use, Sort::Freshness, Sort::Newest] {
        for typed in ["", "office", "e", "big blue button"] {
            check(Query { sort, ..text(typed) }).await;
        }
    }
    for typed in ["zoom", "microsoft office", "outlook"] {
        check(Query { focus: Focus::First("replaces".to_owned()), ..text(typed) }).await;
    }
    let beyond = Query { offset: usize::MAX, limit: usize::MAX, ..text("") };
    let beyond = engine.ask(&beyond).await;
    assert_eq!((beyond.hits.len(), beyond.total), (0, SHELF.len() as u64));
    let none = engine.ask(&Query { limit: 0, ..text("") }).await;
    assert_eq!((none.hits.len(), none.total), (0, SHELF.len() as u64));
}

async fn choices_widen_and_narrow(engine: &Engine<'_>) {
    let check = async |filters: &[(&str, &[&str])], typed: &str| {
        let chosen: BTreeMap<String, Vec<String>> = filters
            .iter()
            .map(|(facet, values)| {
                ((*facet).to_owned(), values.iter().map(|&value| value.to_owned()).collect())
            })
            .collect();
        let count = FACETS.map(str::to_owned).to_vec();
        let query = Query { filters: chosen.clone(), count, ..text(typed) };
        let answer = engine.ask(&query).await;
        // What the words alone find, by the engine itself; the choices counted here by hand.
        let found = engine.ask(&text(typed)).await;
        let shelf = shelf();
        let found: Vec<&Document> =
            found.hits.iter().map(|hit| &shelf[hit.id.as_u128() as usize]).collect();
        let passes = |document: &Document, but: Option<usize>| {
            FACETS.iter().enumerate().filter(|(number, _)| Some(*number) != but).all(
                |(number, facet)| {
                    chosen.get(*facet).is_none_or(|values| {
                        values.is_empty()
                            || values.iter().any(|value| document.facets[number].contains(value))
                    })
                },
            )
        };
        let expected: Vec<Uuid> =
            found.iter().filter(|document| passes(document, None)).map(|one| one.id).collect();
        let hits: Vec<Uuid> = answer.hits.iter().map(|hit| hit.id).collect();
        assert_eq!(hits, expected, "{filters:?} {typed:?}");
        assert_eq!(answer.total, expected.len() as u64);
        for (number, facet) in FACETS.iter().enumerate() {
            let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
            for value in chosen.get(*facet).into_iter().flatten() {
                counts.insert(value, 0);
            }
            for document in found.iter().filter(|document| passes(document, Some(number))) {
                for value in &document.facets[number] {
                    *counts.entry(value).or_insert(0) += 1;
                }
            }
            let mut counts: Vec<(String, u64)> =
                counts.into_iter().map(|(value, count)| (value.to_owned(), count)).collect();
            counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
            assert_eq!(answer.facets[*facet], counts, "{filters:?} {typed:?} {facet}");
        }
    };
    for typed in ["", "office", "e"] {
        check(&[], typed).await;
        check(&[("kind", &[])], typed).await;
        check(&[("kind", &["office"])], typed).await;
        check(&[("kind", &["office", "mail"])], typed).await;
        check(&[("kind", &["mail"]), ("country", &["fr", "it"])], typed).await;
        check(&[("kind", &["none"])], typed).await;
        check(&[("kind", &["none", "office"]), ("country", &["nowhere"])], typed).await;
    }
}

async fn one_attribute_in_focus(engine: &Engine<'_>) {
    let focused = |focus: Focus, typed: &str| Query { focus, ..text(typed) };
    let replaces = || "replaces".to_owned();
    let everywhere = engine.names(&text("zoom")).await;
    assert_eq!(everywhere[0], "Zoomer", "the name counts most");

    let first = engine.ask(&focused(Focus::First(replaces()), "zoom")).await;
    assert_eq!(names(&first), ["Jitsi Meet", "BigBlueButton", "Zoomer"]);
    assert_eq!((first.in_focus, first.total), (2, 3));
    let filters: BTreeMap<_, _> = [("kind".to_owned(), vec!["office".to_owned()])].into();
    let chosen = Query { filters, ..focused(Focus::First(replaces()), "zoom") };
    let first = engine.ask(&chosen).await;
    assert_eq!(names(&first), ["Jitsi Meet", "Zoomer"]);
    assert_eq!((first.in_focus, first.total), (1, 2));

    let only = engine.ask(&focused(Focus::Only(replaces()), "zoom")).await;
    assert_eq!(names(&only), ["Jitsi Meet", "BigBlueButton"]);
    assert_eq!((only.in_focus, only.total), (0, 2));

    let by_name = Query { sort: Sort::Name, ..focused(Focus::First(replaces()), "zoom") };
    let by_name = engine.ask(&by_name).await;
    assert_eq!(names(&by_name), ["BigBlueButton", "Jitsi Meet", "Zoomer"]);
    assert_eq!(by_name.in_focus, 2);

    for focus in [Focus::First(replaces()), Focus::Only(replaces())] {
        let all = engine.ask(&focused(focus, "")).await;
        assert_eq!((all.total, all.in_focus), (SHELF.len() as u64, 0), "no words, no focus");
    }
}

async fn what_is_marked(engine: &Engine<'_>) {
    let check = async |typed: &str, text_to_mark: &str, expected: &str| {
        let highlighter = engine.ask(&text(typed)).await.highlighter;
        let shown = highlighter.pieces(text_to_mark).into_iter().map(|piece| {
            if piece.marked { format!("[{}]", piece.text) } else { piece.text.to_owned() }
        });
        assert_eq!(shown.collect::<String>(), expected, "{typed}");
    };
    check("keycloack", "Keycloak & <b>keys</b>", "[Keycloak] & <b>keys</b>").await;
    check("visio", "La Visioconférence", "La [Visioconférence]").await;
    check("big blue button", "BigBlueButton", "[BigBlueButton]").await;
    check("sso", "Single sign-on", "[Single] [sign]-[on]").await;
    check("email", "successor of e-mail codes", "successor of [e-mail] codes").await;
    check("", "anything", "anything").await;
}

async fn what_does_not_fit_is_refused(engine: &Engine<'_>) {
    let refused = async |query: Query| match engine.index.search(&query).await {
        Err(error) => error.to_string(),
        Ok(answer) => panic!("{query:?} was answered: {answer:?}"),
    };
    let count = Query { count: vec!["colour".to_owned()], ..Query::default() };
    let filter = Query { filters: [("colour".to_owned(), vec![])].into(), ..Query::default() };
    for query in [count, filter] {
        let expected = "there is no facet named colour; facets are kind, country";
        assert_eq!(refused(query).await, expected);
    }
    for focus in [Focus::First("colour".to_owned()), Focus::Only("colour".to_owned())] {
        let expected = "there is no attribute named colour; attributes are name, replaces, summary";
        assert_eq!(refused(Query { focus, ..Query::default() }).await, expected);
    }
    let bare = || Document { texts: vec![vec![]], ..Document::default() };
    for written in [
        engine.index.apply(vec![bare()], vec![id(0)], 9).await,
        engine.index.rebuild(vec![bare()], 9).await,
    ] {
        assert!(matches!(
            written,
            Err(SearchError::Document { attributes: 1, expected_attributes: 3, .. })
        ));
    }
    assert_eq!(engine.ask(&text("")).await.total, SHELF.len() as u64);
    assert_eq!(engine.index.cursor().await.expect("a cursor"), 3, "nothing was written");
}

async fn a_lenient_query_finds_no_less(engine: &Engine<'_>) {
    for typed in ["keycloak", "libreoffice", "thunderbird", "gitea", "", "a"] {
        let strict = engine.names(&text(typed)).await;
        let lenient = engine.names(&Query { lenient: true, ..text(typed) }).await;
        for name in &strict {
            assert!(lenient.contains(name), "{typed}: {name} is not in {lenient:?}");
        }
    }
    if engine.forgives_ends {
        let lenient = Query { lenient: true, ..text("thunderbolt") };
        assert_eq!(engine.names(&lenient).await, ["Thunderbird"]);
    }
}

async fn values_are_hostile(engine: &Engine<'_>) {
    let values = [
        "",
        "plain",
        "it's",
        "\"",
        "\\",
        "\\\"",
        "a\\",
        "\"] OR \"facet_kind\" IN [\"plain",
        "' OR facet_kind = plain OR facet_kind = '",
        "%22",
        "%",
        "100 %",
        "a\nb\tc",
        "_geoRadius(1, 2, 3)",
        "NOT",
        "\u{202e}rtl",
        "文書",
        "{\"$ne\": 1}",
    ];
    let documents = values.iter().enumerate().map(|(number, &value)| Document {
        id: id(number),
        texts: vec![vec!["thing".to_owned()], vec![], vec![]],
        facets: vec![vec![value.to_owned()], vec![]],
        ..Document::default()
    });
    engine.build(&documents.collect::<Vec<_>>(), 4).await;
    for typed in ["", "thing"] {
        for (number, value) in values.iter().enumerate() {
            let filters = [("kind".to_owned(), vec![(*value).to_owned()])].into();
            let query = Query { filters, count: vec!["kind".to_owned()], ..text(typed) };
            let answer = engine.ask(&query).await;
            let hits: Vec<Uuid> = answer.hits.iter().map(|hit| hit.id).collect();
            assert_eq!(hits, [id(number)], "{value:?}");
            let counted: BTreeMap<&str, u64> = answer.facets["kind"]
                .iter()
                .map(|(value, count)| (value.as_str(), *count))
                .collect();
            assert_eq!(counted, values.iter().map(|value| (*value, 1)).collect(), "{value:?}");
        }
    }
    let endless = vec!["x".repeat(10_000), "ﷺ".repeat(1_000)];
    let filters = [("kind".to_owned(), endless)].into();
    assert_eq!(engine.ask(&Query { filters, ..text("") }).await.total, 0);
}

async fn most_values_are_cut(engine: &Engine<'_>) {
    let value = |number: usize| format!("v{number:04}");
    let documents = (0..3 * MAX_VALUES).map(|number| Document {
        id: id(number),
        texts: vec![vec![], vec![], vec![]],
        facets: vec![
            vec![value(number / 2), value(number)],
            vec![["Mixed", "mixed"][number % 2].to_owned()],
        ],
        ..Document::default()
    });
    engine.build(&documents.collect::<Vec<_>>(), 4).await;
    let rare = value(3 * MAX_VALUES - 1);
    let chosen = vec!["unknown".to_owned(), rare.clone()];
    let filters = [("kind".to_owned(), chosen)].into();
    let count = FACETS.map(str::to_owned).to_vec();
    let answer = engine.ask(&Query { filters, count: count.clone(), ..text("") }).await;
    let counts = &answer.facets["kind"];
    assert_eq!(counts.len(), MAX_VALUES + 2);
    assert_eq!(counts[0], (value(1), 3), "the most frequent first, then by value");
    assert_eq!(counts[1], (value(2), 3));
    assert_eq!(counts[MAX_VALUES..], [(rare, 1), ("unknown".to_owned(), 0)]);

    let all = engine.ask(&Query { count, ..text("") }).await;
    assert_eq!(all.facets["kind"].len(), MAX_VALUES);
    let cases = if engine.tells_case { 2 } else { 1 };
    assert_eq!(all.facets["country"].len(), cases);
    engine.build(&shelf(), 3).await;
}

async fn changes(engine: &Engine<'_>) {
    let renamed = |number: usize, name: &str| {
        let mut document = shelf().remove(number);
        document.texts[0] = vec![name.to_owned()];
        document
    };
    let found = async |typed: &str| {
        let hits = engine.ask(&text(typed)).await.hits;
        hits.iter().map(|hit| hit.id).collect::<Vec<Uuid>>()
    };
    let apply = async |put: Vec<Document>, removed: Vec<Uuid>, cursor: i64| {
        engine.index.apply(put, removed, cursor).await.expect("applied");
        assert_eq!(engine.index.cursor().await.expect("a cursor"), cursor);
    };
    apply(vec![renamed(0, "Quuxomatic")], vec![id(2), id(999)], 5).await;
    assert_eq!(found("quuxomatic").await, [id(0)]);
    assert_eq!(found("nextcloud").await, [] as [Uuid; 0]);
    assert_eq!(found("keycloak").await, [] as [Uuid; 0]);
    assert_eq!(found("").await.len(), SHELF.len() - 1);

    // What is removed and put is put; a document that is put twice is there once.
    let new = Document { id: id(100), ..renamed(2, "Zyxomatic") };
    apply(vec![renamed(2, "Zyxomatic"), new], vec![id(2)], 6).await;
    assert_eq!(found("zyxomatic").await, [id(2), id(100)]);
    apply(vec![], vec![id(100)], 7).await;
    assert_eq!(found("zyxomatic").await, [id(2)]);
    apply(vec![], vec![], 8).await;
    assert_eq!(found("").await.len(), SHELF.len());

    // The fields that a document no longer has are gone.
    let bare = Document {
        id: id(1),
        texts: vec![vec!["Bare".to_owned()], vec![], vec![]],
        facets: vec![vec![], vec![]],
        ..Document::default()
    };
    apply(vec![bare], vec![], 9).await;
    assert!(!found("microsoft office").await.contains(&id(1)));
    let filters = [("country".to_owned(), vec!["de".to_owned()])].into();
    let chosen = engine.ask(&Query { filters, ..text("") }).await;
    assert!(!chosen.hits.iter().any(|hit| hit.id == id(1)));
}

/// The old index answers until the new one is there; nobody ever sees none, or a mixture.
async fn a_rebuild_swaps(engine: &Engine<'_>) {
    let named = |name: &str, count: usize| {
        let documents = (0..count).map(|number| Document {
            id: id(number),
            texts: vec![vec![name.to_owned()], vec![], vec![]],
            facets: vec![vec![], vec![]],
            ..Document::default()
        });
        documents.collect::<Vec<_>>()
    };
    engine.build(&named("older", 1_500), 10).await;
    let rebuilt = engine.index.rebuild(named("newer", 2_500), 11);
    let watch = async {
        let mut seen = BTreeSet::new();
        loop {
            let older = engine.ask(&text("older")).await.total;
            seen.insert(older);
            if older == 0 {
                return seen;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let (rebuilt, seen) = tokio::join!(rebuilt, watch);
    rebuilt.expect("rebuilt");
    assert_eq!(seen, BTreeSet::from([0, 1_500]));
    assert_eq!(engine.ask(&text("newer")).await.total, 2_500);
    assert_eq!(engine.index.cursor().await.expect("a cursor"), 11);
}
