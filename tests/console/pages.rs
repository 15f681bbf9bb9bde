//! The pages of the console: what an owner sees, and what an operator sees besides.

use fedcat::catalogue::content::Content;
use fedcat::catalogue::text::{Lang, LocalizedText};
use fedcat::catalogue::urls::WebUrl;
use fedcat::digest::Digest;
use fedcat::formats::{Code, Finding, Position, Withdrawal};
use fedcat::store::catalogue::{self as changes, Batch, Change, Raw, Statement};
use fedcat::store::entity::{circuit, run, source};
use fedcat::store::{circuits, findings, records, sources};
use sea_orm::DatabaseTransaction;
use serde_json::json;

use super::support::redacted::redacted;
use super::*;

/// The source that the pages are about.
pub const SOURCE: &str = "it-esempio";

/// An application whose source has everything that a page can show, at fixed times.
pub async fn rich() -> App {
    let app = App::empty().await;
    let other = "https://altro.example.org";
    for (id, url) in [(SOURCE, "https://catalogo.example.org"), ("fr-autre", other)] {
        let facts = support::source(id, "catalogi", url, "-");
        support::put_source(&app.store, source::Model { schedule: None, ..facts }).await;
    }
    let tx = app.store.write().await.expect("a transaction");
    let all: Vec<(String, Change)> =
        (1..=9).map(|n| put(&n.to_string(), &format!("Mappa <{n}>"), n)).collect();
    apply(&tx, SOURCE, "2026-10-01T01:07:00Z", all).await;
    let shared = (1..=3).map(|n| put(&format!("x{n}"), &format!("Carte {n}"), n)).collect();
    apply(&tx, "fr-autre", "2026-10-02T01:07:00Z", shared).await;
    apply(&tx, SOURCE, "2026-10-08T01:07:00Z", vec![("8".to_owned(), Change::Missing)]).await;
    let withdrawal = Withdrawal { reason: Some("old".to_owned()), on: None, last_version: None };
    let withdrawn = vec![("9".to_owned(), Change::Withdraw(withdrawal))];
    apply(&tx, SOURCE, "2026-10-09T01:07:00Z", withdrawn).await;
    found(&tx).await;
    for row in runs_of(&tx).await {
        runs::end(&tx, row).await.expect("ended");
    }
    sources::completed(&tx, SOURCE, at("2026-10-09T01:07:00Z")).await.expect("completed");
    sources::set_hold(&tx, SOURCE, Some("un trasloco".to_owned())).await.expect("held");
    tx.commit().await.expect("committed");
    app
}

fn put(id: &str, name: &str, repository: u32) -> (String, Change) {
    let text = format!("https://github.com/example-org/mappa-carte-{repository}");
    let content = Content {
        name: LocalizedText::single(Lang::unknown(), name),
        repository: WebUrl::parse(&text).ok(),
        ..Content::default()
    };
    let raw = json!({"id": id, "nome": name, "licenze": [{"nome": "<b>GPL</b>"}]});
    let statement = Statement {
        digest: Digest::of(format!("{id} {name}")),
        rules_version: "1".to_owned(),
        raw: Raw::of(&raw),
        content,
        personal: Vec::new(),
        fingerprint: None,
    };
    (id.to_owned(), Change::Put(Box::new(statement)))
}

async fn apply(tx: &DatabaseTransaction, source: &str, time: &str, all: Vec<(String, Change)>) {
    let batch = Batch { source, actor: "test", at: at(time), changes: all };
    changes::apply(tx, batch).await.expect("applied");
}

async fn found(tx: &DatabaseTransaction) {
    let licence = |path: &str| Finding::new(Code::LicenceAmbiguous, path, "\"GPL\" is a family");
    let position = Some(Position { line: 7, column: 3 });
    let all = [
        ("1".to_owned(), licence("licenze[0].nome")),
        ("2".to_owned(), Finding { position, ..licence("licenze[0].nome") }),
        ("77".to_owned(), Finding::new(Code::NameMissing, "nome", "there is <none>")),
        (String::new(), Finding::new(Code::IdenticalItems, "", "2 items repeat another")),
        ("3".to_owned(), Finding::new(Code::UrlRepaired, "[0", "a path that leads nowhere")),
    ];
    let looked_at: Vec<String> = all.iter().map(|(id, _)| id.clone()).collect();
    findings::sync(tx, SOURCE, &looked_at, &all, at("2026-10-01T01:07:00Z")).await.expect("kept");
}

/// Four runs: one that brought everything, one that failed, one that changed a little, one held.
async fn runs_of(tx: &DatabaseTransaction) -> Vec<run::Model> {
    let mut all = Vec::new();
    for (time, state, row) in [
        ("2026-10-01T01:07:00Z", "succeeded", counted(9, 9, 0, Some(9))),
        ("2026-10-05T01:07:00Z", "failed", counted(0, 0, 0, None)),
        ("2026-10-09T01:07:00Z", "succeeded", counted(9, 0, 2, Some(7))),
        ("2026-10-12T01:07:00Z", "held", counted(3, 1, 0, None)),
    ] {
        let time = at(time);
        let id = runs::queue(tx, SOURCE, None, None, time, time).await.expect("queued");
        let id = id.expect("new");
        if state == "held" {
            stage(tx, id).await;
        }
        let reason = match state {
            "held" => Some("6 of 7 records would no longer be listed"),
            "failed" => Some("https://catalogo.example.org answered 503 Service Unavailable"),
            _ => None,
        };
        all.push(run::Model {
            state: runs::State::parse(state).expect("a state"),
            started_at: Some(time),
            ended_at: Some(time),
            reason: reason.map(str::to_owned),
            ..run::Model { id, source_id: SOURCE.to_owned(), at: time, queued_at: time, ..row }
        });
    }
    all
}

fn counted(read: i64, added: i64, updated: i64, entries: Option<i64>) -> run::Model {
    let row = run::Model::queued(Uuid::nil(), SOURCE, clock::now(), clock::now());
    run::Model { items_read: read, added, updated, missing: i64::from(updated > 0), entries, ..row }
}

async fn stage(tx: &DatabaseTransaction, run: Uuid) {
    let item = |id: u32, status: runs::ItemStatus| runs::Item {
        external_id: id.to_string(),
        status,
        reasons: vec![],
        staged: Some(br#"{"findings":[]}"#.to_vec()),
        renamed_from: None,
    };
    let mut items: Vec<runs::Item> =
        (2..=7).map(|id| item(id, runs::ItemStatus::Missing)).collect();
    items.push(item(10, runs::ItemStatus::Added));
    runs::stage(tx, run, &items).await.expect("staged");
}

#[tokio::test]
async fn the_pages_in_both_languages() {
    let app = rich().await;
    let signed = sign_in(&app, &token(&app.store, "anna").await).await;
    let record = record(&app, "1").await;
    for language in ["en", "fr"] {
        for (name, address) in [
            ("console_sources", "/sources?".to_owned()),
            ("console_source", format!("/sources/{SOURCE}?")),
            ("console_shared", format!("/sources/{SOURCE}/shared/fr-autre?")),
            ("console_raw", format!("/sources/{SOURCE}/raw/{record}?path=licenze[0].nome&")),
            ("console_raw_nearest", format!("/sources/{SOURCE}/raw/{record}?path=licenze[4].x&")),
        ] {
            let answer = app.get_with(&format!("{address}lang={language}"), &[PAGE]).await;
            assert_eq!(answer.status, 200, "{name}");
            assert!(!answer.body.contains("Unknown localization"), "{name}");
            for refused in [" style=", "<style", " onclick=", "<script>"] {
                assert!(!answer.body.contains(refused), "the policy of pages refuses {refused}");
            }
            insta::assert_snapshot!(format!("{name}_{language}"), redacted(&answer.body));
        }
        let address = format!("/sources/{SOURCE}?done=hold&lang={language}");
        let operators = signed.get(&app, &address).await;
        assert!(!operators.body.contains("Unknown localization"));
        insta::assert_snapshot!(format!("console_operator_{language}"), redacted(&operators.body));
    }
}

#[tokio::test]
async fn on_a_french_page_what_went_wrong_is_said_in_french() {
    let app = rich().await;
    let tx = app.store.write().await.expect("a transaction");
    let of_licence = "\"GPL\" does not state the version; it may mean GPL-2.0-only or \
                      GPL-3.0-only: expected one SPDX expression";
    let all = [
        ("1".to_owned(), Finding::new(Code::LicenceAmbiguous, "licenze[0].nome", of_licence)),
        ("2".to_owned(), Finding::new(Code::WrongType, "x", "a list is left out: expected a text")),
        (String::new(), Finding::new(Code::RepositoryRepeated, "", "what <nobody> has translated")),
    ];
    let looked_at: Vec<String> = ["1", "2", "3", "77", ""].map(str::to_owned).into();
    findings::sync(&tx, SOURCE, &looked_at, &all, at("2026-10-02T01:07:00Z")).await.expect("kept");
    tx.commit().await.expect("committed");
    let address = format!("/sources/{SOURCE}?lang=fr");
    let page = app.get_with(&address, &[PAGE]).await.body.replace(['\u{a0}', '\u{202f}'], " ");
    for told in [
        "<span>« GPL » ne dit pas la version ; sens possibles : GPL-2.0-only ou GPL-3.0-only ; \
         attendu : une seule expression SPDX</span>",
        "<span>la valeur n’est pas retenue (trouvé : une liste ; attendu : un texte)</span>",
        "<span>6 fiches sur 7 ne seraient plus dans la liste</span>",
        "<span>https://catalogo.example.org a répondu 503 (service indisponible)</span>",
        // What is not known stays as it is, and is marked.
        "<span lang=\"en\" dir=\"auto\">what &#60;nobody&#62; has translated</span> \
         <small class=\"note\">(en anglais)</small>",
    ] {
        assert!(page.contains(told), "{told} in {page}");
    }
    for english in ["does not state", "is left out", "would no longer", "answered"] {
        assert!(!page.contains(english), "{english}");
    }
}

async fn record(app: &App, external_id: &str) -> Uuid {
    let ids = [external_id.to_owned()];
    let known = records::refs(app.store.read(), SOURCE, &ids).await;
    known.expect("records")[external_id].id
}

#[tokio::test]
async fn a_held_reading_says_what_would_go_before_anybody_decides() {
    let app = rich().await;
    let page = app.get_with(&format!("/sources/{SOURCE}"), &[PAGE]).await.body;
    for expected in [
        "6 entries are no longer listed or are withdrawn",
        "Mappa &#60;4&#62;",
        "New: 1",
        "Every reading that would change something waits for the operator",
    ] {
        assert!(page.contains(expected), "{expected} in {page}");
    }
    assert!(!page.contains("<form method=\"post\""), "nobody but an operator decides");
}

#[tokio::test]
async fn a_source_that_fails_says_how_often_and_until_when_it_is_left_alone() {
    let app = rich().await;
    let tx = app.store.write().await.expect("a transaction");
    let source_id = SOURCE.to_owned();
    let not_before = at("2099-12-31T01:07:00Z");
    circuits::put(&tx, circuit::Model { source_id, failures: 5, not_before }).await.expect("kept");
    tx.commit().await.expect("committed");
    for address in ["/sources".to_owned(), format!("/sources/{SOURCE}")] {
        for (language, told) in [
            ("en", "5 readings in a row failed; no scheduled reading before 31 December 2099"),
            (
                "fr",
                "5 moissonnages de suite ont échoué; pas de moissonnage prévu avant le 31 décembre 2099",
            ),
        ] {
            let answer = app.get_with(&format!("{address}?lang={language}"), &[PAGE]).await;
            assert!(answer.body.contains(told), "{address} {language}: {}", answer.body);
        }
    }
}

#[tokio::test]
async fn what_was_sent_is_shown_until_it_is_withdrawn() {
    let app = rich().await;
    let record_1 = record(&app, "1").await;
    let raw = app.json(&format!("/api/v1/records/{record_1}/raw?path=licenze[0].nome")).await;
    assert_eq!(raw["value"], "<b>GPL</b>");
    assert_eq!(raw["item"]["nome"], "Mappa <1>");
    assert_eq!((&raw["source"], &raw["path_is_whole"]), (&SOURCE.into(), &true.into()));
    let all = app.json(&format!("/api/v1/records/{record_1}/raw")).await;
    assert!(all.get("value").is_none() && all.get("path").is_none());
    let withdrawn = record(&app, "9").await;
    for (path, status) in [
        (format!("/api/v1/records/{withdrawn}/raw"), 410),
        (format!("/sources/{SOURCE}/raw/{withdrawn}"), 410),
        (format!("/sources/fr-autre/raw/{record_1}"), 404),
        (format!("/api/v1/records/{}/raw", Uuid::nil()), 404),
        ("/api/v1/records/nothing/raw".to_owned(), 404),
    ] {
        assert_eq!(app.get(&path).await.status.as_u16(), status, "{path}");
    }
    let page = app.get(&format!("/sources/{SOURCE}/raw/{record_1}?path=nome")).await.body;
    assert!(page.contains("Mappa &#60;1&#62;") && !page.contains("<b>GPL"), "{page}");
}

#[tokio::test]
async fn of_a_large_value_a_page_shows_the_beginning() {
    let app = rich().await;
    let tx = app.store.write().await.expect("a transaction");
    let (id, change) = put("large", "Mappa grande", 20);
    let Change::Put(mut statement) = change else { panic!("{change:?}") };
    statement.raw = Raw::of(&json!({ "text": "é".repeat(500_000) }));
    apply(&tx, SOURCE, "2026-10-20T00:00:00Z", vec![(id, Change::Put(statement))]).await;
    tx.commit().await.expect("committed");
    let record = record(&app, "large").await;
    let page = app.get(&format!("/sources/{SOURCE}/raw/{record}?path=text")).await;
    let letters = page.body.matches('é').count();
    assert!((110_000..130_000).contains(&letters), "{letters}");
    let all = app.json(&format!("/api/v1/records/{record}/raw")).await;
    assert_eq!(all["item"]["text"].as_str().map(|text| text.chars().count()), Some(500_000));
}

#[tokio::test]
async fn a_closed_finding_is_remembered_for_a_while() {
    let app = rich().await;
    let tx = app.store.write().await.expect("a transaction");
    findings::sync(&tx, SOURCE, &["1".to_owned()], &[], clock::now()).await.expect("closed");
    let long_ago = clock::now() - TimeDelta::weeks(5);
    findings::sync(&tx, SOURCE, &["2".to_owned()], &[], long_ago).await.expect("closed");
    tx.commit().await.expect("committed");
    let page = app.get_with(&format!("/sources/{SOURCE}"), &[PAGE]).await.body;
    let closed = between(&page, "Closed in the last four weeks", "</ul>");
    assert_eq!(closed.matches("<li>").count(), 1, "{closed}");
    assert!(closed.contains(" · closed "), "{closed}");
    let list = app.json(&format!("/api/v1/findings?source={SOURCE}&state=closed")).await;
    let closed = list["items"].as_array().expect("findings");
    assert_eq!(closed.len(), 2);
    assert!(closed.iter().all(|one| one["closed_at"].is_string()), "{closed:?}");
    let open = app.json(&format!("/api/v1/findings?source={SOURCE}&code=name-missing")).await;
    assert_eq!(open["items"][0]["advice"], "give it one");
    assert!(open["items"][0].get("closed_at").is_none());
    let wrong = app.get("/api/v1/findings?state=both").await;
    assert_eq!(wrong.status, 400);
}

#[tokio::test]
async fn a_reading_under_way_is_told_with_and_without_scripts() {
    let app = rich().await;
    let now = clock::now();
    let tx = app.store.write().await.expect("a transaction");
    let id = runs::queue(&tx, SOURCE, None, None, now, now).await.expect("queued").expect("new");
    runs::claim(&tx, id, "another", leases::TERM, now).await.expect("claimed").expect("free");
    set_progress(&tx, id, 1234, 500).await;
    tx.commit().await.expect("committed");
    let address = format!("/sources/{SOURCE}");
    let page = app.get_with(&address, &[PAGE]).await.body;
    for expected in [
        "is running – read: 1,234, applied: 500",
        "<noscript><meta http-equiv=\"refresh\" content=\"10\"></noscript>",
        &format!("data-progress=\"/api/v1/runs/{id}/progress\""),
    ] {
        assert!(page.contains(expected), "{expected} in {page}");
    }
    let script = between(&page, "<script src=\"/assets/fedcat.", "\"");
    assert_eq!(app.get(&format!("/assets/fedcat.{script}")).await.status, 200);
    let scripts: Vec<&str> = page.split("<script src=\"").skip(1).collect();
    assert_eq!(scripts.len(), 2, "one of them tells how far it is");
    let signed = sign_in(&app, &token(&app.store, "anna").await).await;
    let operators = signed.get(&app, &address).await.body;
    assert!(!operators.contains("http-equiv"), "nobody loses a reason that is being written");
    assert!(operators.contains("A reading is waiting or under way."), "{operators}");
}

#[tokio::test]
async fn the_lists_of_the_console_hold_on_every_database() {
    use fedcat::store::sources;
    support::stores::on_each(|store| async move {
        for id in ["fr-a", "fr-b", "fr-c"] {
            support::put_source(
                &store,
                support::source(id, "catalogi", "https://x.example.org", "-"),
            )
            .await;
        }
        let tx = store.write().await.expect("a transaction");
        for (source, numbers) in [("fr-a", 1..=4), ("fr-b", 2..=6), ("fr-c", 4..=4)] {
            let all = numbers.map(|n| put(&n.to_string(), &format!("Carte {n}"), n)).collect();
            apply(&tx, source, "2026-10-01T00:00:00Z", all).await;
        }
        let gone = |id: &str, change| vec![(id.to_owned(), change)];
        apply(&tx, "fr-a", "2026-10-02T00:00:00Z", gone("1", Change::Missing)).await;
        let withdrawal = Withdrawal { reason: None, on: None, last_version: None };
        apply(&tx, "fr-a", "2026-10-03T00:00:00Z", gone("3", Change::Withdraw(withdrawal))).await;
        let time = at("2026-10-01T00:00:00Z");
        for (day, entries) in [(1, Some(4)), (2, None), (3, Some(3)), (4, Some(2))] {
            let at = time + TimeDelta::days(day);
            let id =
                runs::queue(&tx, "fr-a", None, None, at, at).await.expect("queued").expect("new");
            let row = runs::get(&tx, id).await.expect("a run");
            runs::end(&tx, run::Model { entries, ..row }).await.expect("ended");
        }
        tx.commit().await.expect("committed");
        let db = store.read();
        let overlap = sources::overlap(db, "fr-a").await.expect("sources");
        assert_eq!(overlap, [("fr-b".to_owned(), 2), ("fr-c".to_owned(), 1)]);
        let both = sources::shared(db, "fr-a", "fr-b", None, 10).await.expect("software");
        assert_eq!(both.len(), 2);
        let rest = sources::shared(db, "fr-a", "fr-b", Some(both[0]), 10).await.expect("software");
        assert_eq!(rest, both[1..]);
        let gone = records::gone(db, "fr-a", 10).await.expect("records");
        let told: Vec<(&str, records::State)> =
            gone.iter().map(|one| (one.external_id.as_str(), one.state)).collect();
        assert_eq!(told, [("1", records::State::Missing), ("3", records::State::Withdrawn)]);
        let sizes =
            sources::sizes(db, &["fr-a"], 2).await.expect("sizes").remove("fr-a").expect("some");
        assert_eq!(sizes.iter().map(|(_, n)| *n).collect::<Vec<_>>(), [3, 2]);
        let none = sources::sizes(db, &["fr-b"], 2).await.expect("sizes");
        assert!(none.is_empty(), "nothing is known of it");
    })
    .await;
}
