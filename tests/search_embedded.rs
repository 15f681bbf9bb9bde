//! The embedded search engine finds, ranks, counts and marks what it should.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "the lints spare test functions, but not the functions that they share"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;

use fedcat::catalogue::text::fold::fold;
use fedcat::search::embedded::{Embedded, Tuning};
use fedcat::search::{
    Answer, Cursor, Document, Focus, Query, Schema, SearchError, SearchIndex, Sort, Synonyms,
};
use uuid::Uuid;

#[path = "search_embedded/laws.rs"]
mod laws;
#[path = "search_embedded/oracle.rs"]
mod oracle;
#[path = "support/skipped.rs"]
mod skipped;
#[path = "search_embedded/snapshot.rs"]
mod snapshot;

const ATTRIBUTES: [&str; 3] = ["name", "labels", "summary"];
const FACETS: [&str; 2] = ["kind", "country"];

fn wait<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.expect("a runtime").block_on(future)
}

fn cursor(seq: i64) -> Cursor {
    Cursor { seq, mark: format!("of {seq}") }
}

fn schema() -> Schema {
    Schema::new(&ATTRIBUTES, &FACETS).expect("a small schema")
}

fn engine(documents: &[Document], synonyms: Synonyms) -> Embedded {
    let engine = Embedded::new(schema(), synonyms).expect("an empty index");
    wait(engine.rebuild(documents.to_vec().into(), cursor(1))).expect("documents that fit");
    engine
}

fn ask(engine: &Embedded, query: &Query) -> Answer {
    wait(engine.search(query)).expect("an answer")
}

fn text(text: &str) -> Query {
    Query { text: text.to_owned(), limit: 100, ..Query::default() }
}

fn id(number: usize) -> Uuid {
    Uuid::from_u128(number as u128)
}

/// The dozen of documents on which people type. The first are the most popular.
const SHELF: [(&str, &[&str], &str); 12] = [
    ("Nextcloud", &["file sharing"], "Files, calendar and contacts for teams"),
    ("LibreOffice", &["office suite"], "Texts, tables and slides"),
    ("Keycloak", &["single sign-on"], "Identity and access management, successor of e-mail codes"),
    ("OnlyOffice", &["office suite"], "A libre editor for your office"),
    ("Jitsi Meet", &["visioconférence"], "Réunions en ligne"),
    ("BigBlueButton", &["visioconférence"], "Virtual classroom"),
    ("Passbolt", &["sécurité"], "Gestionnaire de mots de passe pour les équipes"),
    ("Blue Pages", &["directory"], "A big button for every blue book"),
    ("Git", &["versions"], "Keeps versions of texts"),
    ("Gitea", &["forge"], "A forge around Git"),
    ("Postale", &["email"], "Reads an email at the école"),
    ("文書管理", &["文書"], "Document management with geographic information system"),
];

fn shelf() -> Vec<Document> {
    let documents = SHELF.iter().enumerate().map(|(number, (name, labels, summary))| Document {
        id: id(number),
        texts: vec![
            vec![(*name).to_owned()],
            labels.iter().map(|&label| label.to_owned()).collect(),
            vec![(*summary).to_owned()],
        ],
        facets: vec![
            labels.iter().map(|&label| label.to_owned()).collect(),
            vec![["fr", "de", "it"][number % 3].to_owned()],
        ],
        name: fold(name),
        is_secondary: false,
        popularity: 100 - number as u32,
        fresh: [0, 30, 10, 20][number % 4],
        added: (number * 7 % 5) as i64,
    });
    documents.collect()
}

fn names(answer: &Answer) -> Vec<&'static str> {
    answer.hits.iter().map(|hit| SHELF[hit.id.as_u128() as usize].0).collect()
}

#[test]
fn documents_come_in_any_order_and_the_later_of_one_id_counts() {
    let in_order = engine(&shelf(), Synonyms::default());
    let mut documents = shelf();
    documents.reverse();
    let old =
        Document { texts: vec![vec!["Old".to_owned()], vec![], vec![]], ..shelf()[3].clone() };
    documents.insert(0, old);
    let in_any = engine(&documents, Synonyms::default());
    for typed in ["", "office", "versions git", "Old"] {
        let query = Query { count: FACETS.map(str::to_owned).to_vec(), ..text(typed) };
        assert_eq!(ask(&in_order, &query), ask(&in_any, &query), "{typed}");
    }
}

#[test]
fn what_people_type() {
    let engine = engine(
        &shelf(),
        Synonyms::of_groups([["gis", "geographic information system"].map(str::to_owned)]),
    );
    let check = |typed: &str, first: &[&str]| {
        let found = names(&ask(&engine, &text(typed)));
        assert!(found.starts_with(first), "{typed}: found {found:?}, expected first {first:?}");
    };
    check("libreoffice", &["LibreOffice"]);
    check("libreofice", &["LibreOffice"]);
    check("libre office", &["LibreOffice", "OnlyOffice"]);
    check("libre ofice", &["LibreOffice", "OnlyOffice"]);
    check("igbluebutton", &["BigBlueButton"]);
    check("nigbluebutton ", &["BigBlueButton"]);
    check("posta ", &["Postale"]);
    for typed in ["post ", "eycloak ", "xkcloak "] {
        assert_eq!(names(&ask(&engine, &text(typed))), [] as [&str; 0], "{typed}");
    }
    check("big blue button", &["BigBlueButton", "Blue Pages"]);
    check("keycloack", &["Keycloak"]);
    check("kyecloak", &["Keycloak"]);
    check("visioconférence", &["Jitsi Meet", "BigBlueButton"]);
    check("visioconference", &["Jitsi Meet", "BigBlueButton"]);
    check("VISIOCONFÉRENCE", &["Jitsi Meet", "BigBlueButton"]);
    check("mot de passe", &["Passbolt"]);
    check("mots de passe", &["Passbolt"]);
    check("mots de passes ", &["Passbolt"]);
    check("jitsimeet", &["Jitsi Meet"]);
    check("next cloud", &["Nextcloud"]);
    check("git", &["Git", "Gitea"]);
    check("git ", &["Git", "Gitea"]);
    check("e-mail", &["Postale", "Keycloak"]);
    check("email", &["Postale", "Keycloak"]);
    check("l'école", &["Postale"]);
    check("文書", &["文書管理"]);
    check("gis", &["文書管理"]);
    check("geographic information system", &["文書管理"]);
    check("forge unheardofword", &["Gitea"]);
}

#[test]
fn letter_by_letter() {
    let engine = engine(&shelf(), Synonyms::default());
    for name in ["libreoffice", "keycloak", "bigbluebutton", "visioconference"] {
        let mut typed = String::new();
        for letter in name.chars() {
            typed.push(letter);
            let answer = ask(&engine, &text(&typed));
            let mut texts = answer.hits.iter().map(|hit| {
                let (name, labels, summary) = SHELF[hit.id.as_u128() as usize];
                fold(&format!("{name} {} {summary}", labels.join(" ")))
            });
            assert!(texts.any(|text| text.contains(name)), "{typed}");
        }
    }
}

#[test]
fn a_word_of_one_letter_does_not_hide_longer_words() {
    let document = |number: usize, name: &str| Document {
        id: id(number),
        texts: vec![vec![name.to_owned()], vec![], vec![]],
        facets: vec![vec![], vec![]],
        ..Document::default()
    };
    let engine = engine(
        &[document(0, "l"), document(1, "libre"), document(2, "l'"), document(3, "le")],
        Synonyms::default(),
    );
    let check = |typed: &str, expected: &[usize]| {
        let found: Vec<Uuid> =
            ask(&engine, &text(typed)).hits.into_iter().map(|hit| hit.id).collect();
        let expected: Vec<Uuid> = expected.iter().copied().map(id).collect();
        assert_eq!(found, expected, "{typed}");
    };
    check("l", &[0, 2, 1, 3]);
    check("l ", &[0, 2]);
    check("li", &[1]);
    check("le", &[3]);
}

#[test]
fn the_most_frequent_word_is_given_up_where_hits_are_few() {
    let check = |with_both: usize, expected: u64| {
        let names = std::iter::repeat_n("alpha beta", with_both).chain(["beta", "alpha", "alpha"]);
        let documents: Vec<Document> = names
            .enumerate()
            .map(|(number, name)| Document {
                id: id(number),
                texts: vec![vec![name.to_owned()], vec![], vec![]],
                facets: vec![vec![], vec![]],
                ..Document::default()
            })
            .collect();
        let answer = ask(&engine(&documents, Synonyms::default()), &text("alpha beta "));
        assert_eq!(answer.total, expected, "{with_both} documents with both words");
    };
    check(20, 20);
    check(19, 20);
    check(0, 1);
}

#[test]
fn queries_without_words_list_everything_by_use() {
    let engine = engine(&shelf(), Synonyms::default());
    let all: Vec<&str> = SHELF.iter().map(|(name, ..)| *name).collect();
    for typed in ["", "   "] {
        let answer = ask(&engine, &text(typed));
        assert_eq!(names(&answer), all, "{typed:?}");
        assert_eq!(answer.total, 12);
    }
    for typed in ["?!… — //", "\u{301}\u{302}"] {
        assert_eq!(ask(&engine, &text(typed)).total, 0, "{typed:?}");
    }
}

#[test]
fn long_queries_are_cut() {
    let engine = engine(&shelf(), Synonyms::default());
    let check = |typed: &str, expected: &[&str]| {
        assert_eq!(names(&ask(&engine, &text(typed))), expected, "{typed}");
    };
    check(&format!("{} gitea", "unheardof ".repeat(9)), &["Gitea"]);
    check(&format!("{} gitea", "unheardof ".repeat(10)), &[]);
    check(&format!("{}gitea", " ".repeat(195)), &["Gitea"]);
    check(&"é".repeat(100_000), &[]);
    check(&"語 ".repeat(100_000), &[]);
}

#[test]
fn orders() {
    let engine = engine(&shelf(), Synonyms::default());
    let check = |typed: &str, sort: Sort, key: fn(&Document) -> (i64, String)| {
        let answer = ask(&engine, &Query { sort, ..text(typed) });
        let shelf = shelf();
        let keys: Vec<((i64, String), Uuid)> = answer
            .hits
            .iter()
            .map(|hit| (key(&shelf[hit.id.as_u128() as usize]), hit.id))
            .collect();
        assert!(keys.len() > 2 && keys.is_sorted(), "{sort:?}: {keys:?}");
    };
    for typed in ["", "e"] {
        check(typed, Sort::Name, |document| (0, document.name.clone()));
        check(typed, Sort::Use, |document| (-i64::from(document.popularity), String::new()));
        check(typed, Sort::Newest, |document| (-document.added, String::new()));
        check(typed, Sort::Freshness, |document| {
            (if document.fresh == 0 { i64::MAX } else { -document.fresh }, String::new())
        });
    }
}

#[test]
fn pages_put_together_are_the_whole() {
    let engine = engine(&shelf(), Synonyms::default());
    for sort in [Sort::Relevance, Sort::Name, Sort::Use, Sort::Freshness, Sort::Newest] {
        for typed in ["", "office", "e"] {
            let whole = ask(&engine, &Query { sort, ..text(typed) }).hits;
            let pages = (0..15).step_by(3).flat_map(|offset| {
                ask(&engine, &Query { sort, offset, limit: 3, ..text(typed) }).hits
            });
            assert_eq!(pages.collect::<Vec<_>>(), whole, "{typed} {sort:?}");
        }
    }
    let beyond = ask(&engine, &Query { offset: usize::MAX, limit: usize::MAX, ..text("") });
    assert_eq!((beyond.hits.len(), beyond.total), (0, 12));
}

#[test]
fn what_does_not_fit_is_refused() {
    let engine = engine(&shelf(), Synonyms::default());
    let unknown = "there is no facet named colour; facets are kind, country";
    let count = Query { count: vec!["colour".to_owned()], ..Query::default() };
    let filter = Query { filters: [("colour".to_owned(), vec![])].into(), ..Query::default() };
    for query in [count, filter] {
        let refused = wait(engine.search(&query)).map_err(|error| error.to_string());
        assert_eq!(refused, Err(unknown.to_owned()));
    }
    let bare = Document { texts: vec![vec![]], ..Document::default() };
    assert!(matches!(
        wait(engine.apply(vec![bare], vec![id(0)], cursor(2))),
        Err(SearchError::Document { attributes: 1, expected_attributes: 3, .. })
    ));
    assert_eq!(ask(&engine, &text("")).total, 12, "nothing of a refused change is seen");
    assert!(matches!(
        Schema::new(&["a"; 9], &[]),
        Err(SearchError::Schema { attributes: 9, facets: 0 })
    ));
}

#[test]
fn hits_are_marked_in_all_spellings() {
    let mut synonyms = Synonyms::default();
    synonyms.insert("sso", "single sign-on");
    let engine = engine(&shelf(), synonyms);
    let check = |typed: &str, text_to_mark: &str, expected: &str| {
        let pieces = ask(&engine, &text(typed)).highlighter;
        let shown = pieces.pieces(text_to_mark).into_iter().map(|piece| {
            if piece.marked { format!("[{}]", piece.text) } else { piece.text.to_owned() }
        });
        assert_eq!(shown.collect::<String>(), expected, "{typed}");
    };
    check("keycloack", "Keycloak & <b>keys</b>", "[Keycloak] & <b>keys</b>");
    check("visio", "La Visioconférence", "La [Visioconférence]");
    check("mot de passe", "Mots de passe", "[Mots] de [passe]");
    check("big blue button", "BigBlueButton", "[BigBlueButton]");
    check("sso", "Single sign-on", "[Single] [sign]-on");
    check("email", "successor of e-mail codes", "successor of [e-mail] codes");
    check("", "anything", "anything");
}

#[test]
fn a_choice_widens_its_facet_and_narrows_the_others() {
    let engine = engine(&shelf(), Synonyms::default());
    let answer = ask(
        &engine,
        &Query {
            filters: [("kind".to_owned(), vec!["office suite".to_owned(), "none".to_owned()])]
                .into(),
            count: vec!["kind".to_owned(), "country".to_owned()],
            ..text("office")
        },
    );
    let counts = |facet: &str| -> Vec<(&str, u64)> {
        answer.facets[facet].iter().map(|(value, count)| (value.as_str(), *count)).collect()
    };
    assert_eq!(answer.total, 2);
    assert_eq!(counts("kind"), [("office suite", 2), ("none", 0)]);
    assert_eq!(counts("country"), [("de", 1), ("fr", 1)]);
}

#[test]
fn readers_see_all_or_nothing_of_a_change() {
    const CHANGES: i64 = 30;
    let engine = engine(&shelf(), Synonyms::default());
    // Each change moves every document from one name to the next, and adds and removes one.
    let change = |turn: i64| {
        let rename = |mut document: Document| {
            document.texts[0] = vec![format!("turn{turn}")];
            document
        };
        let spare = Document { id: id(100 + turn as usize), ..shelf().remove(0) };
        let put = shelf().into_iter().chain([spare]).map(rename).collect();
        (put, vec![id(99 + turn as usize)], turn)
    };
    std::thread::scope(|threads| {
        let writer = threads.spawn(|| {
            for turn in 2..=CHANGES {
                let (put, removed, turn) = change(turn);
                wait(engine.apply(put, removed, cursor(turn))).expect("a change that fits");
            }
        });
        while !writer.is_finished() {
            let all = ask(&engine, &Query { count: vec!["country".to_owned()], ..text("") });
            let sum: u64 = all.facets["country"].iter().map(|(_, count)| count).sum();
            assert!([12, 13].contains(&all.total), "{}", all.total);
            assert_eq!(sum, all.total);
            for turn in 2..=CHANGES {
                let found = ask(&engine, &text(&format!("turn{turn} "))).total;
                assert!([0, 13].contains(&found), "{found} documents of turn {turn}");
            }
        }
    });
    assert_eq!(wait(engine.cursor()).expect("a cursor"), cursor(CHANGES));
    assert_eq!(ask(&engine, &text(&format!("turn{CHANGES} "))).total, 13);
    wait(engine.rebuild(Vec::<Document>::new().into(), cursor(CHANGES + 1)))
        .expect("an empty index");
    assert_eq!(ask(&engine, &text("")).total, 0);
}

#[test]
fn a_value_in_focus_comes_first_and_an_attribute_alone() {
    let engine = engine(&shelf(), Synonyms::default());
    let focus = |typed: &str, focus: Focus| ask(&engine, &Query { focus, ..text(typed) });
    let first = |value: &str| Focus::First { facet: "country".to_owned(), value: value.to_owned() };
    assert_eq!(names(&focus("office", Focus::Everywhere))[0], "LibreOffice");
    let french = focus("office", first("FR"));
    assert_eq!((names(&french), french.in_focus), (vec!["OnlyOffice", "LibreOffice"], 1));
    let italian = focus("texts", first("it"));
    assert_eq!((names(&italian), italian.in_focus), (vec!["Git", "LibreOffice"], 1));
    let only = focus("office", Focus::Only("summary".to_owned()));
    assert_eq!((names(&only), only.in_focus), (vec!["OnlyOffice"], 0));
    assert_eq!(only.total, 1);
    let unknown = Query { focus: Focus::Only("colour".to_owned()), ..text("office") };
    assert_eq!(
        wait(engine.search(&unknown)).map_err(|error| error.to_string()),
        Err("there is no attribute named colour; attributes are name, labels, summary".to_owned())
    );
}

#[test]
fn a_second_try_forgives_more() {
    let engine = engine(&shelf(), Synonyms::default());
    let check = |typed: &str, lenient: &[&str]| {
        assert_eq!(names(&ask(&engine, &text(typed))), [] as [&str; 0], "{typed}");
        let second = Query { lenient: true, ..text(typed) };
        assert_eq!(names(&ask(&engine, &second)), lenient, "{typed}");
    };
    check("gti ", &["Git", "Gitea"]);
    check("jutso ", &["Jitsi Meet"]);
}
