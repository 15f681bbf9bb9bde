//! People decide whether two records are the same software: as acts, and by the API.

use fedcat::contribute::verdicts::{self, Mode, Outcome, Standing, VerdictError, Wish};
use fedcat::harvest::acts::Reason;
use fedcat::store::entity::verdict;
use fedcat::store::{StoreError, candidates, events, software};
use sea_orm::ActiveModelTrait;
use serde_json::{Value, json};

use super::support::programs::{Catalogues, entries, links, made_of, program};
use super::support::stores::on_each;
use super::*;

const REPOSITORY: Option<&str> = Some("example/ledger");

fn anna() -> Actor {
    Actor { name: "anna".to_owned(), token: Some(Uuid::nil()) }
}

async fn decide(
    store: &Store,
    records: [&str; 2],
    same: bool,
    mode: Mode,
) -> Result<Outcome, VerdictError> {
    let why = Reason::new("I looked at both").expect("a reason");
    verdicts::decide(store, &anna(), Wish { records, same, why: &why }, mode).await
}

/// Three sources: two that share a repository, and one that shares only the name with them.
async fn three(store: &Store) -> Catalogues {
    let catalogues = Catalogues::of(store, &["de-b", "fr-a", "it-c"]).await;
    let day = "2026-01-01T00:00:00Z";
    catalogues.list(store, "fr-a", day, &[program("Ledger", None, REPOSITORY)]).await;
    catalogues.list(store, "de-b", day, &[program("Ledger", None, REPOSITORY)]).await;
    catalogues.list(store, "it-c", day, &[program("Ledger", None, None)]).await;
    assert_eq!(entries(store).await, made_of(&[&["de-b", "fr-a"], &["it-c"]]));
    catalogues
}

#[tokio::test]
async fn a_decision_says_what_moves_before_and_does_that() {
    on_each(|store| async move {
        let catalogues = three(&store).await;
        let before = links(&store).await;
        let last = events::last(store.read()).await.expect("a number");
        let pair = ["fr-a:1", "it-c:1"];
        let would = decide(&store, pair, true, Mode::DryRun).await.expect("told");
        assert_eq!(links(&store).await, before);
        assert_eq!(events::last(store.read()).await.expect("a number"), last);
        assert_eq!(log(&store).await, Vec::<String>::new());
        assert!(verdicts::list(&store, None, 9).await.expect("a list").is_empty());

        let done = decide(&store, pair, true, Mode::Act).await.expect("done");
        assert_eq!(would.effect, done.effect);
        let (kept, given) = (before["fr-a"], before["it-c"]);
        assert_eq!(done.effect.joined, [(given, kept)], "the oldest entry survives");
        let moves: Vec<String> = done.moves.iter().map(|(record, _)| record.handle()).collect();
        assert_eq!(moves, ["it-c:1"]);
        assert_eq!(entries(&store).await, made_of(&[&["de-b", "fr-a", "it-c"]]));
        let found = software::lookup(store.read(), given).await.expect("an answer");
        assert!(matches!(found, software::Lookup::Moved(id) if id == kept));
        let id = done.verdict.row.id;
        let told = events::after(store.read(), last, 99).await.expect("events");
        assert!(told.iter().all(|event| event.actor == format!("verdict:{id}")), "{told:?}");
        assert!(told.iter().any(|event| event.kind.as_str() == "merged-into"));

        // It survives what the sources say next.
        let day = "2026-01-02T00:00:00Z";
        catalogues.list(&store, "it-c", day, &[program("Renamed", None, None)]).await;
        assert_eq!(entries(&store).await, made_of(&[&["de-b", "fr-a", "it-c"]]));

        verdicts::undo(&store, &anna(), id, Mode::Act).await.expect("undone");
        assert_eq!(entries(&store).await, made_of(&[&["de-b", "fr-a"], &["it-c"]]));
        assert_eq!(links(&store).await["fr-a"], kept);
        let lines = log(&store).await;
        assert_eq!(lines.len(), 2);
        assert!(lines[0].starts_with(&format!("anna verdict-same {id} ")), "{lines:?}");
        assert!(lines[0].ends_with("fr-a:1, it-c:1: I looked at both"), "{lines:?}");
        assert!(lines[1].starts_with(&format!("anna verdict-undo {id} ")), "{lines:?}");
        let gone = verdicts::undo(&store, &anna(), id, Mode::Act).await.expect_err("once");
        assert!(matches!(gone, VerdictError::Store(StoreError::NotFound { .. })), "{gone}");
    })
    .await;
}

#[tokio::test]
async fn whom_a_person_told_apart_stays_apart_and_contradictions_are_told() {
    on_each(|store| async move {
        let catalogues = three(&store).await;
        let apart = decide(&store, ["fr-a:1", "de-b:1"], false, Mode::Act).await.expect("done");
        assert_eq!((apart.effect.created.len(), apart.effect.split.len()), (1, 1));
        assert_eq!(apart.number_of_new(apart.effect.moved[0].to), Some(1));
        let alone = made_of(&[&["de-b"], &["fr-a"], &["it-c"]]);
        assert_eq!(entries(&store).await, alone);
        catalogues
            .list(&store, "de-b", "2026-01-02T00:00:00Z", &[program("New", None, REPOSITORY)])
            .await;
        assert_eq!(entries(&store).await, alone);

        // One and three, two and three are the same; but one and two are not.
        let first = decide(&store, ["fr-a:1", "it-c:1"], true, Mode::Act).await.expect("done");
        assert!(first.overruled.is_empty());
        let second = decide(&store, ["de-b:1", "it-c:1"], true, Mode::Act).await.expect("done");
        assert_eq!(entries(&store).await, made_of(&[&["fr-a"], &["de-b", "it-c"]]));
        let told: Vec<Uuid> = second.overruled.iter().map(|one| one.row.id).collect();
        assert_eq!(told, [first.verdict.row.id]);
        let standings: Vec<Standing> = verdicts::list(&store, None, 9)
            .await
            .expect("a list")
            .iter()
            .map(|one| one.standing)
            .collect();
        assert_eq!(standings, [Standing::Holds, Standing::Overruled, Standing::Holds]);

        // The contrary about the same two comes in place of the first.
        let turned = decide(&store, ["de-b:1", "fr-a:1"], true, Mode::Act).await.expect("done");
        assert_eq!(turned.replaces.map(|one| one.row.id), Some(apart.verdict.row.id));
        assert_eq!(entries(&store).await, made_of(&[&["de-b", "fr-a", "it-c"]]));
        let twice = decide(&store, ["de-b:1", "fr-a:1"], true, Mode::Act).await;
        assert!(matches!(twice, Err(VerdictError::Decided { .. })));
        assert_eq!(verdicts::list(&store, None, 9).await.expect("a list").len(), 3);
    })
    .await;
}

#[tokio::test]
async fn the_last_decision_is_listed_first_also_after_the_clock_went_back() {
    on_each(|store| async move {
        three(&store).await;
        let first = decide(&store, ["fr-a:1", "it-c:1"], true, Mode::Act).await.expect("done");
        let id = uuid::Builder::from_unix_timestamp_millis(4_102_444_800_000, &[0; 10]).into_uuid();
        let row = verdict::ActiveModel::from(verdict::Model { id, ..first.verdict.row });
        let tx = store.write().await.expect("a transaction");
        row.reset_all().update(&tx).await.expect("of the year 2100");
        tx.commit().await.expect("committed");
        let second = decide(&store, ["fr-a:1", "de-b:1"], false, Mode::Act).await.expect("done");
        let listed: Vec<Uuid> = verdicts::list(&store, None, 9)
            .await
            .expect("a list")
            .iter()
            .map(|one| one.row.id)
            .collect();
        assert_eq!(listed, [second.verdict.row.id, id]);
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_decided_is_refused_by_name() {
    on_each(|store| async move {
        let catalogues = three(&store).await;
        for (pair, told) in [
            (["fr-a:1", "fr-a:9"], "there is no record fr-a:9"),
            (["nowhere:1", "fr-a:1"], "there is no record nowhere:1"),
            (["Ledger", "fr-a:1"], "there is no record Ledger"),
            (["fr-a:\0", "fr-a:1"], "there is no record fr-a:"),
            (["fr-a:1", "fr-a:1"], "fr-a:1 was named twice"),
        ] {
            let refused = decide(&store, pair, true, Mode::Act).await.expect_err("refused");
            assert!(refused.to_string().starts_with(told), "{refused}");
        }
        decide(&store, ["fr-a:1", "it-c:1"], true, Mode::Act).await.expect("done");
        for day in ["02", "12"] {
            catalogues.list(&store, "it-c", &format!("2026-01-{day}T00:00:00Z"), &[]).await;
        }
        let gone = decide(&store, ["fr-a:1", "it-c:1"], false, Mode::Act).await;
        let gone = gone.expect_err("refused");
        assert!(gone.to_string().starts_with("it-c:1 was withdrawn"), "{gone}");
        let found = verdicts::list(&store, None, 9).await.expect("a list");
        assert_eq!(found[0].standing, Standing::Waits);
        assert_eq!(log(&store).await.len(), 1, "no line without an act");
        // It counts again when the record comes back, though it shares nothing any more.
        let back = program("Other", None, None);
        catalogues.list(&store, "it-c", "2026-01-20T00:00:00Z", &[back]).await;
        assert_eq!(entries(&store).await, made_of(&[&["de-b", "fr-a", "it-c"]]));
    })
    .await;
}

#[tokio::test]
async fn pairs_that_wait_are_listed_page_by_page() {
    on_each(|store| async move {
        let catalogues = Catalogues::of(&store, &["de-b", "fr-a", "it-c"]).await;
        for (source, item) in
            [("de-b", None), ("fr-a", Some("Q900000001")), ("it-c", Some("Q900000002"))]
        {
            let entry = program("Ledger", item, REPOSITORY);
            catalogues.list(&store, source, "2026-01-01T00:00:00Z", &[entry]).await;
        }
        let of = |source, kind| candidates::Filter { source, kind };
        let ask = |filter, after, limit| candidates::list(store.read(), filter, after, limit);
        let all = ask(of(None, None), None, 50).await.expect("a list");
        assert_eq!(all.len(), 2, "{all:?}");
        for one in &all {
            assert_eq!(one.reasons, ["repository github.com/example/ledger", "name ledger"]);
            assert_eq!(candidates::get(store.read(), one.pair).await.expect("one"), *one);
            assert_eq!(one.pair.to_string().parse::<candidates::Pair>().expect("a pair"), one.pair);
        }
        let first = ask(of(None, None), None, 1).await.expect("a page");
        let second = ask(of(None, None), Some(first[0].pair), 1).await.expect("a page");
        assert_eq!([first, second].concat(), all);
        assert!(ask(of(None, None), Some(all[1].pair), 1).await.expect("a page").is_empty());
        let kind = |kind| fedcat::catalogue::keys::KeyKind::parse(kind);
        for (filter, n) in [
            (of(Some("it-c"), None), 2),
            (of(Some("de-b"), None), 1),
            (of(Some("nowhere"), None), 0),
            (of(None, kind("repository")), 2),
            (of(None, kind("wikidata")), 0),
        ] {
            assert_eq!(ask(filter, None, 50).await.expect("a list").len(), n, "{filter:?}");
        }
        let pair = all[0].pair;
        let pair = [pair.a.to_string(), pair.b.to_string()];
        decide(&store, [&pair[0], &pair[1]], false, Mode::Act).await.expect("done");
        let left = ask(of(None, None), None, 50).await.expect("a list");
        assert!(!left.iter().any(|one| one.pair == all[0].pair), "it does not wait any more");
    })
    .await;
}

async fn read(app: &App, path: &str, secret: &Secret) -> Answer {
    let bearer = format!("Bearer {}", secret.reveal());
    app.get_with(path, &[(header::AUTHORIZATION, &bearer)]).await
}

#[tokio::test]
async fn both_pages_show_what_is_possibly_the_same_and_how_to_decide() {
    let app = App::empty().await;
    let _catalogues = three(&app.store).await;
    let links = links(&app.store).await;
    for (own, other) in [("it-c", "fr-a"), ("fr-a", "it-c")] {
        let told = app.get(&format!("/api/v1/software/{}", links[own])).await;
        let told: Value = serde_json::from_str(&told.body).expect("JSON");
        let possible = told["possibly_same"].as_array().expect("a list");
        assert_eq!(possible.len(), 1, "{own} has one entry that may be the same, by two records");
        assert_eq!(possible[0]["software"], links[other].to_string());
        assert_eq!(possible[0]["name"], "Ledger");
        assert_eq!(possible[0]["reasons"], json!(["name ledger"]));
        let command = possible[0]["commands"][1].as_str().expect("a command").to_owned();
        assert!(command.starts_with("fedcat verdict different "), "{command}");
        let path = format!("/software/{}/ledger", links[own]);
        for (language, title) in
            [("en", "Possibly the same software"), ("fr", "Peut-être le même logiciel")]
        {
            let page = app.get(&format!("{path}?lang={language}")).await.body;
            assert!(page.contains(title), "{page}");
            assert!(page.contains(&format!("/software/{}/ledger", links[other])), "{page}");
            assert!(page.contains("fedcat verdict same "), "{page}");
        }
    }
    decide(&app.store, ["fr-a:1", "it-c:1"], false, Mode::Act).await.expect("done");
    decide(&app.store, ["de-b:1", "it-c:1"], false, Mode::Act).await.expect("done");
    let page = app.get(&format!("/software/{}/ledger", links["it-c"])).await.body;
    assert!(!page.contains("fedcat verdict"), "what is decided is not asked");
}

#[tokio::test]
async fn operators_decide_by_the_api() {
    let app = App::empty().await;
    let _catalogues = three(&app.store).await;
    let secret = token(&app.store, "anna").await;
    let before = links(&app.store).await;
    let json = |answer: &Answer| -> Value { serde_json::from_str(&answer.body).expect("JSON") };

    let listed = json(&read(&app, "/api/v1/candidates?key=name&limit=1", &secret).await);
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1), "{listed}");
    let waiting = &listed["items"][0];
    assert_eq!(waiting["reasons"], json!(["name ledger"]));
    assert_eq!(waiting["records"][0]["name"], "Ledger");
    let id = waiting["id"].as_str().expect("an id");
    let one = read(&app, &format!("/api/v1/candidates/{id}"), &secret).await;
    assert_eq!(&json(&one), waiting);
    assert_eq!(one.headers[header::CACHE_CONTROL], "private, no-store");

    let body = json!({"verdict": "same", "records": ["fr-a:1", "it-c:1"], "reason": "looked"});
    let body = body.to_string();
    let would = api(&app, "/api/v1/verdicts?dry_run=true", Some(&secret), &body).await;
    assert_eq!(would.status, 200, "{}", would.body);
    let would = json(&would);
    assert_eq!(would["dry_run"], true);
    assert_eq!(would["joins"][0]["entry"], before["it-c"].to_string());
    assert_eq!(would["joins"][0]["into"], before["fr-a"].to_string());
    assert_eq!(would["moves"][0]["record"]["source"], "it-c");
    assert_eq!(links(&app.store).await, before);
    let done = api(&app, "/api/v1/verdicts", Some(&secret), &body).await;
    assert_eq!(done.status, 201, "{}", done.body);
    let done = json(&done);
    assert_eq!(
        (&done["joins"], &done["moves"].as_array().map(Vec::len)),
        (&would["joins"], &Some(1))
    );
    assert_eq!(entries(&app.store).await, made_of(&[&["de-b", "fr-a", "it-c"]]));

    let listed = json(&read(&app, "/api/v1/verdicts", &secret).await);
    let verdict = &listed["items"][0];
    assert_eq!(
        (&verdict["by"], &verdict["reason"], &verdict["verdict"], &verdict["standing"]),
        (&json!("anna"), &json!("looked"), &json!("same"), &json!("holds"))
    );
    let undo = format!("/api/v1/verdicts/{}/undo", verdict["id"].as_str().expect("an id"));
    let would = json(&api(&app, &format!("{undo}?dry_run=true"), Some(&secret), "").await);
    assert_eq!(would["moves"][0]["new_entry"], 1, "{would}");
    assert!(would["moves"][0].get("to").is_none(), "it has no id yet: {would}");
    assert_eq!(api(&app, &undo, Some(&secret), "").await.status, 200);
    assert_eq!(entries(&app.store).await, made_of(&[&["de-b", "fr-a"], &["it-c"]]));
    assert_eq!(api(&app, &undo, Some(&secret), "").await.status, 404);
    let acts: Vec<String> = log(&app.store).await;
    assert_eq!(acts.len(), 3, "the token and two acts: {acts:?}");
}

#[tokio::test]
async fn what_the_api_cannot_read_as_a_decision_decides_nothing() {
    let app = App::empty().await;
    let _catalogues = three(&app.store).await;
    let secret = token(&app.store, "anna").await;
    let before = links(&app.store).await;
    let body = |verdict: &str, other: &str, reason: &str| {
        json!({"verdict": verdict, "records": ["fr-a:1", other], "reason": reason}).to_string()
    };
    let good = body("same", "it-c:1", "looked");
    for (path, body, status) in [
        ("/api/v1/verdicts?dryrun=true", good.as_str(), 400),
        ("/api/v1/verdicts?dry_run=yes", &good, 400),
        ("/api/v1/verdicts", &good.replace("reason", "because"), 400),
        ("/api/v1/verdicts", &body("perhaps", "it-c:1", "looked"), 400),
        ("/api/v1/verdicts", &body("same", "it-c:1", " "), 400),
        ("/api/v1/verdicts", &body("same", "fr-a:1", "looked"), 400),
        ("/api/v1/verdicts", &body("same", "it-c:9", "looked"), 404),
        ("/api/v1/verdicts", "", 400),
        ("/api/v1/verdicts/nothing/undo", "", 404),
    ] {
        let answer = api(&app, path, Some(&secret), body).await;
        assert_eq!(answer.status, status, "{path} {body}: {}", answer.body);
    }
    for (path, status) in [
        ("/api/v1/candidates?key=colour", 400),
        ("/api/v1/candidates?cursor=x", 400),
        ("/api/v1/candidates?limit=0", 400),
        ("/api/v1/candidates/x", 404),
        (
            "/api/v1/candidates/00000000-0000-7000-8000-000000000000~00000000-0000-7000-8000-000000000001",
            404,
        ),
        ("/api/v1/verdicts?cursor=x", 400),
    ] {
        assert_eq!(read(&app, path, &secret).await.status, status, "{path}");
    }
    assert_eq!(links(&app.store).await, before);
    let session = sign_in(&app, &secret).await;
    decide(&app.store, ["fr-a:1", "it-c:1"], true, Mode::Act).await.expect("done");
    let page = session.get(&app, "/audit?lang=fr").await.body;
    assert!(page.contains("a déclaré que deux fiches décrivent le même logiciel"), "{page}");
}
