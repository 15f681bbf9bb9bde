//! What the database holds and cannot be read is an error that names the row: it is never taken
//! for something else, and nothing is left out in silence.

use std::fmt::Debug;

use fedcat::catalogue::organisation::Organisation;
use fedcat::catalogue::text::{Lang, LocalizedText};
use fedcat::formats::{Code, Finding, Position, Severity, Withdrawal};
use fedcat::secrets::Secret;
use fedcat::store::audit::Actor;
use fedcat::store::catalogue::Change;
use fedcat::store::runs::ItemStatus;
use fedcat::store::{
    Store, StoreError, audit, entity, events, findings, organisations, records, runs, software,
    sources, tally, tokens,
};
use sea_orm::{ConnectionTrait, DatabaseTransaction, EntityTrait};
use uuid::Uuid;

use crate::support::stores::on_each;
use crate::{Seed, at, change, put, put_source, source};

/// Ids of rows.
struct Ids {
    record: Uuid,
    gone: Uuid,
    software: Uuid,
    run: Uuid,
    finding: Uuid,
    organisation: Uuid,
}

/// One row of everything that holds a word or JSON.
async fn filled(store: &Store) -> Ids {
    put_source(store, source("fr-a", "catalogi", "https://a.example.org", "-")).await;
    for id in ["1", "2"] {
        let time = "2026-01-01T00:00:00Z";
        change(store, "fr-a", time, vec![(id.to_owned(), put(&Seed::default()))]).await;
    }
    let gone = vec![("2".to_owned(), Change::Withdraw(Withdrawal::default()))];
    change(store, "fr-a", "2026-01-02T00:00:00Z", gone).await;
    let now = at("2026-01-03T00:00:00Z");
    let secret = Secret::new(tokens::PREFIX).expect("randomness");
    let actor = Actor::command_line(None);
    let life = chrono::TimeDelta::days(1);
    tokens::create(store, &actor, &secret, "eve", tokens::Scope::Operator, life, now)
        .await
        .expect("a token");
    let tx = store.write().await.expect("a transaction");
    let run = runs::queue(&tx, "fr-a", None, None, now, now).await.expect("queued").expect("new");
    let item = runs::Item {
        external_id: "1".to_owned(),
        status: ItemStatus::Added,
        reasons: vec![],
        staged: None,
        renamed_from: None,
    };
    runs::stage(&tx, run, &[item]).await.expect("staged");
    let position = Some(Position { line: 3, column: 1 });
    let found = Finding {
        code: Code::LicenceMissing,
        severity: Severity::Warning,
        path: String::new(),
        message: "none".to_owned(),
        position,
    };
    let looked_at = ["1".to_owned()];
    let found = [("1".to_owned(), found)];
    findings::sync(&tx, "fr-a", &looked_at, &found, now).await.expect("kept");
    let office = Organisation {
        name: LocalizedText::single(Lang::unknown(), "Office d'exemple"),
        identifiers: ["siren:130025265".parse().expect("an identifier")].into(),
        ..Organisation::default()
    };
    organisations::load(&tx, "fr", &[office], now).await.expect("loaded");
    tx.commit().await.expect("committed");
    let db = store.read();
    let known =
        records::refs(db, "fr-a", &["1".to_owned(), "2".to_owned()]).await.expect("records");
    let open = findings::open(db, None, None, None, None, 9).await.expect("findings");
    Ids {
        record: known["1"].id,
        gone: known["2"].id,
        software: known["1"].software.expect("a software"),
        run,
        finding: open[0].id,
        organisation: organisations::all(db).await.expect("organisations")[0].0,
    }
}

/// What is said after a change that nothing of ours makes; the change is taken back.
async fn told<T: Debug>(
    store: &Store,
    sql: &str,
    read: impl AsyncFn(&DatabaseTransaction) -> Result<T, StoreError>,
) -> String {
    let tx = store.write().await.expect("a transaction");
    let changed = tx.execute_unprepared(sql).await.expect(sql).rows_affected();
    assert!(changed > 0, "{sql} changes nothing");
    read(&tx).await.expect_err(sql).to_string()
}

/// Checks what is said when a column holds a word that nobody knows.
macro_rules! unknown_word {
    ($store:expr, $table:literal, $column:literal, $known:literal, $read:expr) => {
        let sql = format!("UPDATE {} SET {} = 'zom''bie'", $table, $column);
        let told = told($store, &sql, $read).await;
        let expected = format!("{}.{} holds \"zom'bie\", expected one of ", $table, $column);
        assert!(told.starts_with(&expected), "{told}");
        assert!(told.contains($known), "{told}");
        let shown = format!("SELECT * FROM {} WHERE {} = 'zom''bie'", $table, $column);
        assert!(told.ends_with(&shown), "{told}");
    };
}

#[tokio::test]
async fn a_word_that_nobody_knows_is_named_with_its_table_and_its_column() {
    on_each(|store| async move {
        let Ids { record, software, run, .. } = filled(&store).await;
        let store = &store;
        unknown_word!(store, "run", "state", "queued, running", async |db| {
            runs::list(db, None, None, 9).await
        });
        unknown_word!(store, "run", "state", "held", async |db| runs::get(db, run).await);
        unknown_word!(store, "run_item", "status", "unchanged", async |db| {
            runs::items(db, run, "", 9).await
        });
        unknown_word!(store, "run_item", "status", "renamed", async |db| {
            runs::items_by_status(db, run).await
        });
        unknown_word!(store, "record", "state", "active, missing, withdrawn", async |db| {
            records::get(db, record).await
        });
        unknown_word!(store, "record", "state", "missing", async |db| {
            records::refs(db, "fr-a", &["1".to_owned()]).await
        });
        unknown_word!(store, "record", "state", "missing", async |db| {
            records::known(db, "fr-a", &["1".to_owned()]).await
        });
        unknown_word!(store, "software", "state", "merged", async |db| {
            software::lookup(db, software).await
        });
        unknown_word!(store, "event", "kind", "merged-into", async |db| {
            events::after(db, 0, 9).await
        });
        unknown_word!(store, "event", "entity", "organisation", async |db| {
            events::at(db, 1).await
        });
        unknown_word!(store, "finding", "severity", "info, warning, error", async |db| {
            findings::open(db, None, None, None, None, 9).await
        });
        unknown_word!(store, "audit", "act", "token-create", async |db| {
            audit::list(db, None, None, 9).await
        });
        unknown_word!(store, "token", "scope", "operator", async |db| tokens::all(db).await);
        let sql = "UPDATE tally SET what = 'zombie' WHERE what = 'several' OR part = 'active' \
                   AND what = 'software'";
        let tallies = async |db: &DatabaseTransaction| {
            entity::tally::Entity::find().all(db).await.map_err(StoreError::from)
        };
        let told = told(store, sql, tallies).await;
        assert!(told.starts_with("tally.what holds \"zombie\""), "{told}");
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_read_is_named_with_its_row() {
    on_each(|store| async move {
        let ids = filled(&store).await;
        let store = &store;
        let check = |told: String, what: &str, id: &str| {
            let expected = format!("stored {what} of {id} cannot be read: ");
            assert!(told.starts_with(&expected), "{told}");
            assert!(told.contains("it was changed by hand, or by a newer Fedcat"), "{told}");
        };
        for (column, packed) in [
            ("content", ""),
            ("licence", ""),
            ("provenance", ", provenance_packed = NULL"),
            ("provenance", ", provenance_packed = BYTES"),
        ] {
            let bytes = if store.is_sqlite() { "x'07'" } else { r"'\x07'::bytea" };
            let packed = packed.replace("BYTES", bytes);
            let sql = format!("UPDATE software SET {column} = '{{'{packed}");
            let read = async |db: &DatabaseTransaction| software::by_ids(db, &[ids.software]).await;
            check(told(store, &sql, read).await, column, &ids.software.to_string());
        }
        // A statement that reads, whose value is none of its field.
        let verdict = r#"[{"field":"recommendations","value":{"verdict":"zombie"},"chosen":true,"records":[]}]"#;
        let sql = format!("UPDATE software SET provenance = '{verdict}', provenance_packed = NULL");
        let read = async |db: &DatabaseTransaction| software::by_ids(db, &[ids.software]).await;
        check(told(store, &sql, read).await, "provenance", &ids.software.to_string());
        let record = ids.record.to_string();
        let broken = "UPDATE record SET content = '7' WHERE state = 'active'";
        let one = async |db: &DatabaseTransaction| records::get(db, ids.record).await;
        check(told(store, broken, one).await, "content", &record);
        let hex = "UPDATE record SET digest = 'ABC' WHERE state = 'active'";
        let known =
            async |db: &DatabaseTransaction| records::known(db, "fr-a", &["1".to_owned()]).await;
        check(told(store, hex, known).await, "digest", "1");
        let all = async |db: &DatabaseTransaction| records::contents(db, None, 9).await;
        check(told(store, broken, all).await, "content", &record);
        let gone = async |db: &DatabaseTransaction| records::get(db, ids.gone).await;
        let broken = "UPDATE record SET withdrawal = '7' WHERE state = 'withdrawn'";
        check(told(store, broken, gone).await, "withdrawal", &ids.gone.to_string());
        let broken = "UPDATE organisation SET content = '\"x\"'";
        let all = async |db: &DatabaseTransaction| organisations::all(db).await;
        check(told(store, broken, all).await, "organisation", &ids.organisation.to_string());
        let broken = "UPDATE source SET options = ''";
        let all = async |db: &DatabaseTransaction| sources::inventories(db).await;
        check(told(store, broken, all).await, "options", "fr-a");
        let broken = "UPDATE finding SET line = -3";
        let all = async |db: &DatabaseTransaction| {
            let rows = findings::open(db, None, None, None, None, 9).await?;
            rows.into_iter().map(Finding::try_from).collect::<Result<Vec<_>, _>>()
        };
        check(told(store, broken, all).await, "line", &ids.finding.to_string());
        let broken = "UPDATE tally SET part = 'zombie' WHERE what = 'record' AND part = 'active'";
        let counts = async |db: &DatabaseTransaction| sources::status(db, "fr-a", 1).await;
        check(told(store, broken, counts).await, "total", "record fr-a zombie");
        let sums = async |db: &DatabaseTransaction| tally::totals(db).await;
        check(told(store, broken, sums).await, "total", "record fr-a zombie");
    })
    .await;
}
