//! What acts do, on every database, and the line that each leaves.

use fedcat::harvest::acts::{self, ActError, Reason};
use fedcat::harvest::pipeline::Unwatched;
use fedcat::store::{StoreError, sources};
use futures_util::future::join_all;

use super::support::harvester;
use super::support::listing::states;
use super::support::stores::on_each;
use super::*;

fn anna() -> Actor {
    Actor { name: "anna".to_owned(), token: Some(Uuid::nil()) }
}

fn because(text: &str) -> Reason {
    Reason::new(text).expect("a reason")
}

#[tokio::test]
async fn of_two_who_decide_at_once_one_succeeds() {
    on_each(|store| async move {
        let (_fixture, run) = held(&store).await;
        let names: Vec<Actor> = (0..8)
            .map(|n| Actor { name: format!("operator {n}"), token: Some(Uuid::nil()) })
            .collect();
        let decided = join_all(names.iter().map(|actor| acts::accept(&store, actor, run))).await;
        assert_eq!(decided.iter().filter(|one| one.is_ok()).count(), 1);
        for refused in decided.iter().filter_map(|one| one.as_ref().err()) {
            assert!(matches!(refused, ActError::Store(StoreError::WrongState { .. })), "{refused}");
        }
        assert!(acts::reject(&store, &anna(), run).await.is_err(), "decided already");
        assert_eq!(log(&store).await.len(), 1, "one act, one line");
        assert_eq!(states(&store).await, (20, 0, 0), "a worker applies it");
        let ended = harvester(&store).run(run, &Unwatched).await.expect("applied");
        assert_eq!((ended.state.as_str(), ended.entries), ("succeeded", Some(3)));
        assert_eq!(ended.applied, 19);
        assert_eq!(states(&store).await, (3, 18, 0));
        assert!(harvester(&store).run(run, &Unwatched).await.is_err(), "applied once");
    })
    .await;
}

#[tokio::test]
async fn of_two_who_ask_for_a_run_at_once_one_gets_it() {
    on_each(|store| async move {
        let _fixture = fresh(&store).await;
        let anna = anna();
        let asked = join_all((0..8).map(|_| acts::run(&store, &anna, "fr-test"))).await;
        assert_eq!(asked.iter().filter(|one| one.is_ok()).count(), 1);
        for refused in asked.iter().filter_map(|one| one.as_ref().err()) {
            assert!(matches!(refused, ActError::Busy { .. }), "{refused}");
        }
        assert_eq!(log(&store).await.len(), 1, "one act, one line");
    })
    .await;
}

#[tokio::test]
async fn a_later_run_makes_an_accepted_one_void() {
    on_each(|store| async move {
        let (fixture, run) = held(&store).await;
        acts::accept(&store, &anna(), run).await.expect("accepted");
        fixture.set(PATH, Reply::json(catalogue(1..=20)));
        harvest(&store, "fr-test", "2026-01-03T00:00:00Z").await;
        assert_eq!(state_of(&store, run).await, "rejected");
        assert!(harvester(&store).run(run, &Unwatched).await.is_err());
        assert_eq!(states(&store).await, (20, 0, 0));
    })
    .await;
}

#[tokio::test]
async fn an_accepted_run_waits_for_a_worker_like_a_queued_one() {
    on_each(|store| async move {
        let (_fixture, run) = held(&store).await;
        acts::accept(&store, &anna(), run).await.expect("accepted");
        let waiting: Vec<Uuid> =
            runs::queued(store.read()).await.expect("runs").iter().map(|row| row.id).collect();
        assert_eq!(waiting, [run]);
    })
    .await;
}

#[tokio::test]
async fn while_a_source_is_held_every_run_that_changes_something_waits() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        acts::hold(&store, &anna(), "fr-test", &because("a move is under way"))
            .await
            .expect("held");
        fixture.set(PATH, Reply::json(catalogue(1..=3)));
        let run = harvest(&store, "fr-test", "2026-01-01T00:00:00Z").await;
        assert_eq!(run.state.as_str(), "held");
        let why = "the operator holds this source: a move is under way";
        assert_eq!(run.reason.as_deref(), Some(why));
        assert_eq!(run.entries, None);
        assert_eq!(states(&store).await, (0, 0, 0));
        acts::accept(&store, &anna(), run.id).await.expect("accepted");
        harvester(&store).run(run.id, &Unwatched).await.expect("applied");
        assert_eq!(states(&store).await, (3, 0, 0));

        let same = harvest(&store, "fr-test", "2026-01-02T00:00:00Z").await;
        assert_eq!(same.state.as_str(), "succeeded", "nothing changes, nothing is decided");
        fixture.set(PATH, Reply::json(catalogue(1..=4)));
        assert_eq!(harvest(&store, "fr-test", "2026-01-03T00:00:00Z").await.state.as_str(), "held");
        acts::release(&store, &anna(), "fr-test").await.expect("released");
        let free = harvest(&store, "fr-test", "2026-01-04T00:00:00Z").await;
        assert_eq!((free.state.as_str(), free.entries), ("succeeded", Some(4)));
    })
    .await;
}

#[tokio::test]
async fn what_the_operator_decided_survives_new_seeds() {
    on_each(|store| async move {
        let _fixture = fresh(&store).await;
        let facts = sources::get(store.read(), "fr-test").await.expect("the source");
        acts::hold(&store, &anna(), "fr-test", &because("x")).await.expect("held");
        acts::disable(&store, &anna(), "fr-test", &because("y")).await.expect("disabled");
        support::put_source(&store, facts).await;
        let source = sources::get(store.read(), "fr-test").await.expect("the source");
        assert_eq!(source.hold_reason.as_deref(), Some("x"));
        assert_eq!((source.enabled, source.disabled_reason.as_deref()), (false, Some("y")));
    })
    .await;
}

#[tokio::test]
async fn acts_that_make_no_sense_are_refused_and_leave_no_line() {
    on_each(|store| async move {
        let fixture = fresh(&store).await;
        support::put_source(&store, support::source("fr-none", "nowhere", &fixture.url, "-")).await;
        let refused = acts::run(&store, &anna(), "fr-none").await.expect_err("no connector");
        assert!(matches!(refused, ActError::NoConnector { .. }), "{refused}");
        let refused = acts::enable(&store, &anna(), "fr-none").await.expect_err("no connector");
        assert!(matches!(refused, ActError::NoConnector { .. }), "{refused}");
        for refused in [
            acts::hold(&store, &anna(), "nothing", &because("x")).await.expect_err("no source"),
            acts::release(&store, &anna(), "nothing").await.expect_err("no source"),
            acts::disable(&store, &anna(), "nothing", &because("x")).await.expect_err("no source"),
            acts::enable(&store, &anna(), "nothing").await.expect_err("no source"),
            acts::run(&store, &anna(), "nothing").await.expect_err("no source"),
            acts::accept(&store, &anna(), Uuid::nil()).await.expect_err("no run"),
            acts::reject(&store, &anna(), Uuid::nil()).await.expect_err("no run"),
        ] {
            assert!(matches!(refused, ActError::Store(StoreError::NotFound { .. })), "{refused}");
        }
        assert_eq!(log(&store).await, Vec::<String>::new());

        acts::run(&store, &anna(), "fr-test").await.expect("queued");
        let refused = acts::run(&store, &anna(), "fr-test").await.expect_err("one is waiting");
        assert!(matches!(refused, ActError::Busy { .. }), "{refused}");
        acts::disable(&store, &anna(), "fr-test", &because("x")).await.expect("disabled");
        let refused = acts::run(&store, &anna(), "fr-test").await.expect_err("disabled");
        assert!(matches!(refused, ActError::Disabled { .. }), "{refused}");
        assert_eq!(log(&store).await, ["anna run fr-test run", "anna disable fr-test x"]);
    })
    .await;
}

#[tokio::test]
async fn each_act_of_the_website_leaves_its_line() {
    let app = App::empty().await;
    let (_fixture, run) = held(&app.store).await;
    let signed = sign_in(&app, &token(&app.store, "anna").await).await;
    for (act, fields) in [
        ("hold", "reason=a+move"),
        ("release", ""),
        ("disable", "reason=%C3%A0+l%E2%80%99arr%C3%AAt"),
        ("enable", ""),
        ("reject", &format!("run={run}")),
        ("run", ""),
    ] {
        let answer = signed.act(&app, &format!("/sources/fr-test/{act}"), fields).await;
        assert_eq!(answer.status, 303, "{act}: {}", answer.body);
        let to = format!("/sources/fr-test?done={act}#operator");
        assert_eq!(answer.headers[header::LOCATION], to.as_str());
        assert_eq!(signed.get(&app, to.trim_end_matches("#operator")).await.status, 200);
    }
    for (path, status) in [("/sources/fr-test/hold", 303), ("/sources/fr-test/nothing", 404)] {
        assert_eq!(signed.get(&app, path).await.status.as_u16(), status, "a link to {path}");
    }
    assert_eq!(signed.get(&app, "/sources/%0d%0ax/hold").await.status, 404);
    let over = signed.act(&app, "/sources/fr-test/accept", &format!("run={run}")).await;
    assert_eq!(over.status, 409, "decided already");
    for (path, fields, status) in [
        ("/sources/fr-test/hold", "reason=", 400),
        ("/sources/fr-test/hold", "", 400),
        ("/sources/fr-test/accept", "", 404),
        ("/sources/nothing/hold", "reason=x", 404),
        ("/sources/nothing/accept", &format!("run={run}"), 404),
        ("/sources/fr-test/token-create", "", 404),
    ] {
        let answer = signed.act(&app, path, fields).await;
        assert_eq!(answer.status.as_u16(), status, "{path} {fields}: {}", answer.body);
    }
    assert_eq!(
        log(&app.store).await,
        [
            "cli:tester token-create anna",
            "anna sign-in",
            "anna hold fr-test a move",
            "anna release fr-test",
            "anna disable fr-test à l’arrêt",
            "anna enable fr-test",
            "anna reject fr-test run 18 of 20 records would no longer be listed",
            "anna run fr-test run",
        ]
    );
    let page = signed.get(&app, "/audit").await.body;
    assert!(page.contains("asked for a reading") && page.contains("à l’arrêt"), "{page}");
}

#[tokio::test]
async fn each_act_of_the_api_leaves_its_line() {
    let app = App::empty().await;
    let (_fixture, run) = held(&app.store).await;
    let secret = token(&app.store, "robot").await;
    let source = "/api/v1/sources/fr-test";
    for (path, body, status, expected) in [
        (format!("{source}/hold"), "{\"reason\":\"a move\"}", 200, "\"hold_reason\":\"a move\""),
        (format!("{source}/hold"), "{\"reason\":\" \"}", 400, "\"code\":\"invalid-parameter\""),
        (format!("{source}/hold"), "reason=x", 400, "\"code\":\"invalid-parameter\""),
        (format!("{source}/release"), "", 200, "\"enabled\":true"),
        (format!("{source}/disable"), "{\"reason\":\"x\"}", 200, "\"disabled_reason\":\"x\""),
        (format!("{source}/runs"), "", 409, "is disabled: enable it first"),
        (format!("{source}/enable"), "", 200, "\"enabled\":true"),
        (format!("/api/v1/runs/{run}/accept"), "", 202, "\"state\":\"accepted\""),
        (format!("/api/v1/runs/{run}/accept"), "", 409, "is accepted: only a held run"),
        (format!("/api/v1/runs/{run}/reject"), "", 409, "is accepted: only a held run"),
        ("/api/v1/runs/nothing/reject".to_owned(), "", 404, "\"code\":\"not-found\""),
        (format!("{source}/runs"), "", 409, "is accepted already"),
        ("/api/v1/sources/nothing/runs".to_owned(), "", 404, "\"code\":\"not-found\""),
    ] {
        let answer = api(&app, &path, Some(&secret), body).await;
        assert_eq!(answer.status.as_u16(), status, "{path}: {}", answer.body);
        assert!(answer.body.contains(expected), "{path}: {}", answer.body);
    }
    harvester(&app.store).run(run, &Unwatched).await.expect("applied");
    let answer = api(&app, &format!("{source}/runs"), Some(&secret), "").await;
    assert_eq!(answer.status, 202);
    assert!(answer.body.contains("\"state\":\"queued\""), "{}", answer.body);
    assert_eq!(
        log(&app.store).await,
        [
            "cli:tester token-create robot",
            "robot hold fr-test a move",
            "robot release fr-test",
            "robot disable fr-test x",
            "robot enable fr-test",
            "robot accept fr-test run 18 of 20 records would no longer be listed",
            "robot run fr-test run",
        ]
    );
    let bearer = format!("Bearer {}", secret.reveal());
    let list = app
        .get_with("/api/v1/audit?source=fr-test&limit=2", &[(header::AUTHORIZATION, &bearer)])
        .await;
    let list: serde_json::Value = serde_json::from_str(&list.body).expect("JSON");
    assert_eq!(
        (&list["items"][0]["act"], &list["items"][1]["act"]),
        (&"run".into(), &"accept".into())
    );
    let id = list["items"][1]["id"].as_str().expect("an id");
    let next = format!("/api/v1/audit?source=fr-test&limit=2&cursor={id}");
    assert_eq!(list["next"], next.as_str());
}
