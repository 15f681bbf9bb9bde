//! What is read together is of one moment, however fast it changes.

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use fedcat::store::entity::{record, software};
use fedcat::store::{Store, software as entries, tally};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::support::app::App;
use crate::support::stores::on_each;
use crate::{Seed, change, put, put_source, source};

/// Answers of each kind that are looked at, and for how long at most.
const ANSWERS: usize = 300;
const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test]
async fn a_snapshot_sees_nothing_of_what_is_written_meanwhile() {
    on_each(|store| async move {
        put_source(&store, source("fr-a", "catalogi", "https://a.example.org", "-")).await;
        let snapshot = store.snapshot().await.expect("a snapshot");
        let totals = || tally::of(&snapshot, &[tally::What::Record], None);
        assert_eq!(totals().await.expect("totals").len(), 0);
        let time = "2026-01-01T00:00:00Z";
        change(&store, "fr-a", time, vec![("1".to_owned(), put(&Seed::default()))]).await;
        assert_eq!(totals().await.expect("totals").len(), 0, "not a total");
        assert_eq!(
            entries::page(&snapshot, None, 10).await.expect("entries").len(),
            0,
            "not an entry"
        );
        drop(snapshot);
        let now = store.snapshot().await.expect("a snapshot");
        assert_eq!(entries::page(&now, None, 10).await.expect("entries").len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_entry_and_its_records_are_of_one_moment() {
    on_each(|store| async move {
        put_source(&store, source("fr-a", "catalogi", "https://a.example.org", "-")).await;
        let one = |n: u8| (n.to_string(), put(&Seed { repository: Some(n), ..Seed::default() }));
        change(&store, "fr-a", "2026-01-01T00:00:00Z", vec![one(1), one(2)]).await;
        let entries = entries::page(store.read(), None, 10).await.expect("entries");
        let [one, other] = [&entries[0], &entries[1]];
        let app = App::on(store.clone()).await;
        let stop = CancellationToken::new();
        let moving = tokio::spawn(move_about(store.clone(), one.id, other.id, stop.clone()));
        let page = format!("/software/{}/{}", one.id, one.slug);
        let answer = format!("/api/v1/software/{}", one.id);
        tokio::join!(
            whole(&app, &page, |body| body.contains("Catalogue fr-a")),
            whole(&app, &answer, |body| !body.contains(r#""records":[]"#)),
            whole(&app, "/api/v1/export/software.ndjson", |body| {
                !body.contains(r#""records":[]"#)
            }),
        );
        stop.cancel();
        moving.await.expect("it moved");
    })
    .await;
}

/// Moves all records from one software to the other and back, which is there as long as it has
/// records.
async fn move_about(store: Store, one: Uuid, other: Uuid, stop: CancellationToken) {
    let (mut to, mut from) = (one, other);
    while !stop.is_cancelled() {
        let tx = store.write().await.expect("a transaction");
        for (id, state) in [(to, "active"), (from, "withdrawn")] {
            software::Entity::update_many()
                .col_expr(software::Column::State, Expr::value(state))
                .filter(software::Column::Id.eq(id))
                .exec(&tx)
                .await
                .expect("written");
        }
        record::Entity::update_many()
            .col_expr(record::Column::SoftwareId, Expr::value(to))
            .exec(&tx)
            .await
            .expect("written");
        tx.commit().await.expect("committed");
        std::mem::swap(&mut to, &mut from);
        tokio::task::yield_now().await;
    }
}

/// Asks again and again: what is there has its records.
async fn whole(app: &App, path: &str, is_whole: impl Fn(&str) -> bool) {
    let end = Instant::now() + PATIENCE;
    let mut there = 0;
    for _ in 0..ANSWERS {
        let answer = app.get(path).await;
        if answer.status == StatusCode::OK {
            there += 1;
            assert!(is_whole(&answer.body), "{path}: {}", answer.body);
        }
        if Instant::now() > end {
            break;
        }
    }
    assert!(there > 0, "{path} was never there");
}
