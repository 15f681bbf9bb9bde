//! Choices by facets, and what they count.

use super::*;

pub(super) async fn choices_widen_and_narrow(engine: &Engine<'_>) {
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

pub(super) async fn values_are_hostile(engine: &Engine<'_>) {
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

pub(super) async fn most_values_are_cut(engine: &Engine<'_>) {
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
