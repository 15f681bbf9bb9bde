//! What is found, in which order, and what is marked.

use super::*;

pub(super) async fn an_empty_index_finds_nothing(engine: &Engine<'_>) {
    engine.build(&[], 2).await;
    for typed in ["", "git", "two words"] {
        let query = Query { count: vec!["kind".to_owned()], ..text(typed) };
        let answer = engine.ask(&query).await;
        assert_eq!((answer.hits, answer.total), (vec![], 0), "{typed:?}");
        assert_eq!(answer.facets, BTreeMap::from([("kind".to_owned(), vec![])]));
    }
}

pub(super) async fn what_people_type(engine: &Engine<'_>) {
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

    // A name that is written as one word comes before texts with its parts.
    check("libre office", &["LibreOffice", "OnlyOffice"]).await;
    check("big blue button", &["BigBlueButton", "Blue Pages"]).await;
    // Texts say "mots de passe".
    check("mot de passe", &["Passbolt"]).await;

    // Words that stand far apart, or joined to one: engines weigh these two otherwise.
    for (typed, expected) in [("e-mail", ["Keycloak", "Postale"])] {
        let found = engine.names(&text(typed)).await;
        let both: BTreeSet<&str> = found.into_iter().take(2).collect();
        assert_eq!(both, BTreeSet::from(expected), "{typed}");
    }

    let found = engine.names(&text("zoo ")).await;
    assert_eq!(found, [] as [&str; 0], "a word with a space behind it is whole");
}

pub(super) async fn typed_letter_by_letter(engine: &Engine<'_>) {
    for name in ["libreoffice", "keycloak", "bigbluebutton", "thunderbird"] {
        let letters = (1..=name.len()).map(|end| &name[..end]);
        for typed in letters {
            let found = engine.names(&text(typed)).await;
            assert!(found.iter().any(|found| fold(found) == name), "{typed}: {found:?}");
        }
    }
}

pub(super) async fn an_empty_text_finds_everything_and_signs_nothing(engine: &Engine<'_>) {
    let all: Vec<&str> = SHELF.iter().map(|(name, ..)| *name).collect();
    for typed in ["", "   "] {
        let answer = engine.ask(&text(typed)).await;
        assert_eq!(names(&answer), all, "{typed:?}: by use, then by id");
        assert_eq!(answer.total, all.len() as u64);
    }
    for typed in ["?!… — //", "\u{301}\u{302}", "\"\"", "-", "\u{1f680}", "+ #", "\u{ad}"] {
        let filters = [("kind".to_owned(), vec!["office".to_owned()])].into();
        let count = vec!["kind".to_owned(), "country".to_owned()];
        let answer = engine.ask(&Query { filters, count, ..text(typed) }).await;
        assert_eq!((names(&answer), answer.total), (vec![], 0), "{typed:?}: no word, no entry");
        let kinds = vec![("office".to_owned(), 0)];
        let facets = [("kind".to_owned(), kinds), ("country".to_owned(), vec![])].into();
        assert_eq!(answer.facets, facets, "{typed:?}");
    }
}

pub(super) async fn long_queries_are_cut(engine: &Engine<'_>) {
    let check = async |typed: &str, expected: &[&str]| {
        assert_eq!(engine.names(&text(typed)).await, expected, "{typed}");
    };
    check(&format!("{} gitea", "unheardof ".repeat(9)), &["Gitea"]).await;
    check(&format!("{} gitea", "unheardof ".repeat(10)), &[]).await;
    check(&format!("{}gitea", " ".repeat(195)), &["Gitea"]).await;
    check(&"é".repeat(100_000), &[]).await;
    check(&"語 ".repeat(100_000), &[]).await;
}

pub(super) async fn words_are_given_up_where_hits_are_few(engine: &Engine<'_>) {
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

pub(super) async fn orders_and_their_ties(engine: &Engine<'_>) {
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

pub(super) async fn pages_put_together_are_the_whole(engine: &Engine<'_>) {
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
        check(Query { focus: first("country", "fr"), ..text(typed) }).await;
    }
    let beyond = Query { offset: usize::MAX, limit: usize::MAX, ..text("") };
    let beyond = engine.ask(&beyond).await;
    assert_eq!((beyond.hits.len(), beyond.total), (0, SHELF.len() as u64));
    let none = engine.ask(&Query { limit: 0, ..text("") }).await;
    assert_eq!((none.hits.len(), none.total), (0, SHELF.len() as u64));
}

fn first(facet: &str, value: &str) -> Focus {
    Focus::First { facet: facet.to_owned(), value: value.to_owned() }
}

pub(super) async fn one_value_or_attribute_in_focus(engine: &Engine<'_>) {
    let focused = |focus: Focus, typed: &str| Query { focus, ..text(typed) };
    let everywhere = engine.names(&text("zoom")).await;
    assert_eq!(everywhere, ["Zoomer", "Jitsi Meet", "BigBlueButton"], "the name counts most");

    let fr = engine.ask(&focused(first("country", "fr"), "zoom")).await;
    assert_eq!(names(&fr), ["Jitsi Meet", "Zoomer", "BigBlueButton"]);
    assert_eq!((fr.in_focus, fr.total), (1, 3));
    // In any spelling that folds alike, as a filter too.
    let de = engine.ask(&focused(first("country", "DE"), "zoom")).await;
    assert_eq!(names(&de), ["Zoomer", "BigBlueButton", "Jitsi Meet"]);
    assert_eq!((de.in_focus, de.total), (2, 3));
    let filters: BTreeMap<_, _> = [("country".to_owned(), vec!["DE".to_owned()])].into();
    let chosen = engine.names(&Query { filters, ..text("zoom") }).await;
    assert_eq!(chosen, ["Zoomer", "BigBlueButton"]);

    let filters: BTreeMap<_, _> = [("kind".to_owned(), vec!["office".to_owned()])].into();
    let chosen = Query { filters, ..focused(first("country", "fr"), "zoom") };
    let chosen = engine.ask(&chosen).await;
    assert_eq!(names(&chosen), ["Jitsi Meet", "Zoomer"]);
    assert_eq!((chosen.in_focus, chosen.total), (1, 2));

    let nowhere = engine.ask(&focused(first("country", "nowhere"), "zoom")).await;
    assert_eq!((names(&nowhere), nowhere.in_focus), (everywhere, 0));

    let only = Focus::Only("replaces".to_owned());
    let replacing = engine.ask(&focused(only.clone(), "zoom")).await;
    assert_eq!(names(&replacing), ["Jitsi Meet", "BigBlueButton"]);
    assert_eq!((replacing.in_focus, replacing.total), (0, 2));

    let by_name = Query { sort: Sort::Name, ..focused(first("country", "fr"), "zoom") };
    let by_name = engine.ask(&by_name).await;
    assert_eq!(names(&by_name), ["BigBlueButton", "Jitsi Meet", "Zoomer"]);
    assert_eq!(by_name.in_focus, 1);

    for focus in [first("country", "fr"), only] {
        let all = engine.ask(&focused(focus, "")).await;
        assert_eq!((all.total, all.in_focus), (SHELF.len() as u64, 0), "no words, no focus");
    }
}

/// Documents whose names differ in nothing but signs and digits.
pub(super) async fn signs_and_digits(engine: &Engine<'_>) {
    const NAMES: [&str; 14] = [
        "Skizze",
        "Skizze++",
        "C Kit",
        "C++ Kit",
        "C# Kit",
        "Q&A Desk",
        "QA Desk",
        "O.S.C.A.R.",
        "Meldung 10000",
        "Meldung 1000",
        "Meldung 100000",
        "Rechnung EN16931",
        "Rechnung EN16932",
        "Akten\u{ad}verwaltung",
    ];
    let documents = NAMES.iter().enumerate().map(|(number, &name)| Document {
        id: id(number),
        texts: vec![vec![name.to_owned()], vec![], vec![]],
        facets: vec![vec![], vec![]],
        ..Document::default()
    });
    engine.build(&documents.collect::<Vec<_>>(), 4).await;
    let found = async |typed: &str| -> Vec<&str> {
        let hits = engine.ask(&text(typed)).await.hits;
        hits.iter().map(|hit| NAMES[hit.id.as_u128() as usize]).collect()
    };
    for (typed, first) in [
        ("Skizze++", "Skizze++"),
        ("Skizze", "Skizze"),
        ("C++ Kit", "C++ Kit"),
        ("c# kit", "C# Kit"),
        ("C Kit", "C Kit"),
        ("Q&A desk", "Q&A Desk"),
        ("OSCAR", "O.S.C.A.R."),
        ("Aktenverwaltung", "Akten\u{ad}verwaltung"),
        ("Akten\u{ad}verwaltung", "Akten\u{ad}verwaltung"),
        ("rechnung EN16931", "Rechnung EN16931"),
    ] {
        assert_eq!(found(typed).await.first(), Some(&first), "{typed}");
    }
    // A number is meant as typed.
    for typed in ["10000", "10000 ", "meldung 10000"] {
        let numbered = found(typed).await;
        assert_eq!(numbered.first(), Some(&"Meldung 10000"), "{typed}");
        let others = ["Meldung 1000", "Meldung 100000"];
        let alone = typed.starts_with('1');
        assert!(
            !alone || !numbered.iter().any(|one| others.contains(one)),
            "{typed}: {numbered:?}"
        );
    }
    assert_eq!(found("EN 16931 ").await.first(), Some(&"Rechnung EN16931"));
    if engine.tells_digits {
        assert_eq!(found("EN16931").await, ["Rechnung EN16931"]);
    }
    // Whoever types signs that nobody writes finds the name without them.
    assert_eq!(found("Rechnung+").await.len(), 2);
    engine.build(&shelf(), 3).await;
}

pub(super) async fn what_is_marked(engine: &Engine<'_>) {
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
    check("sso", "Single sign-on", "[Single] [sign]-on").await;
    check("email", "successor of e-mail codes", "successor of [e-mail] codes").await;
    check("", "anything", "anything").await;
    check("mots de passe", "Gestion de mots de passe", "Gestion de [mots] de [passe]").await;
}

pub(super) async fn what_does_not_fit_is_refused(engine: &Engine<'_>) {
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
    let focus = Query { focus: first("colour", "red"), ..Query::default() };
    assert_eq!(refused(focus).await, "there is no facet named colour; facets are kind, country");
    let focus = Query { focus: Focus::Only("colour".to_owned()), ..Query::default() };
    let expected = "there is no attribute named colour; attributes are name, replaces, summary";
    assert_eq!(refused(focus).await, expected);
    let bare = || Document { texts: vec![vec![]], ..Document::default() };
    for written in [
        engine.index.apply(vec![bare()], vec![id(0)], at(9)).await,
        engine.index.rebuild(vec![bare()].into(), at(9)).await,
    ] {
        assert!(matches!(
            written,
            Err(SearchError::Document { attributes: 1, expected_attributes: 3, .. })
        ));
    }
    assert_eq!(engine.ask(&text("")).await.total, SHELF.len() as u64);
    assert_eq!(engine.index.cursor().await.expect("a cursor"), at(3), "nothing was written");
}

pub(super) async fn a_lenient_query_finds_no_less(engine: &Engine<'_>) {
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
