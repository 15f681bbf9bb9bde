//! What changes and rebuilds do, and what is seen of them.

use super::*;

pub(super) async fn changes(engine: &Engine<'_>) {
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
        engine.index.apply(put, removed, at(cursor)).await.expect("applied");
        assert_eq!(engine.index.cursor().await.expect("a cursor"), at(cursor));
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
pub(super) async fn a_rebuild_swaps(engine: &Engine<'_>) {
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
    let rebuilt = engine.index.rebuild(named("newer", 2_500).into(), at(11));
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
    assert_eq!(engine.index.cursor().await.expect("a cursor"), at(11));
}

/// Wherever the words stand, but not before what matches better.
pub(super) async fn what_is_secondary_comes_after(engine: &Engine<'_>) {
    let document = |number: usize, name: &str, summary: &str, is_secondary: bool| Document {
        id: id(number),
        texts: vec![vec![name.to_owned()], vec![], vec![summary.to_owned()]],
        facets: vec![vec![], vec![]],
        popularity: 10 - number as u32,
        is_secondary,
        ..Document::default()
    };
    let documents = [
        document(0, "parcels import", "scripts", true),
        document(1, "Colis", "registers the parcels of a town hall", false),
        document(2, "parcles", "scripts", false),
    ];
    engine.build(&documents, 30).await;
    let hits = engine.ask(&text("parcels ")).await.hits;
    let found: Vec<Uuid> = hits.iter().map(|hit| hit.id).collect();
    assert_eq!(found, [id(1), id(0), id(2)]);
}
