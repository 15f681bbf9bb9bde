//! Totals are what counting gives, whatever happens to what they count.

use fedcat::formats::{Code, Finding, Withdrawal};
use fedcat::store::catalogue::Change;
use fedcat::store::entity::tally;
use fedcat::store::{Store, findings, tally as totals};
use migrations::Migrator;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use sea_orm_migration::MigratorTrait;

use crate::support::integrity;
use crate::support::stores::on_each;
use crate::{Seed, at, block_on, change, put, put_source, source, store_with_sources};

/// A source, an entry there, what becomes of it, and the findings in it.
type Step = (u8, u8, Act, u8);

#[derive(Debug, Clone)]
enum Act {
    Put(Seed),
    Missing,
    Withdraw,
}

fn act() -> impl Strategy<Value = Act> {
    let number = || proptest::option::of(0..3u8);
    let seed = (number(), number(), 0..3u8, number())
        .prop_map(|(item, repository, name, homepage)| Seed { item, repository, name, homepage });
    prop_oneof![6 => seed.prop_map(Act::Put), 1 => Just(Act::Missing), 2 => Just(Act::Withdraw)]
}

async fn carry_out(store: &Store, steps: &[Step]) {
    for (n, (from, id, act, found)) in steps.iter().enumerate() {
        let (source, id) = (format!("aa-{from}"), id.to_string());
        let what = match act {
            Act::Put(seed) => put(seed),
            Act::Missing => Change::Missing,
            Act::Withdraw => Change::Withdraw(Withdrawal::default()),
        };
        let time = format!("2026-01-01T00:00:{n:02}Z");
        change(store, &source, &time, vec![(id.clone(), what)]).await;
        // Each bit of the number is a finding that is there or not.
        let found: Vec<(String, Finding)> = (0..3u8)
            .filter(|bit| found & (1 << bit) != 0)
            .map(|bit| (id.clone(), Finding::new(Code::ALL[usize::from(bit / 2)], "x", "found")))
            .collect();
        let tx = store.write().await.expect("a transaction");
        findings::sync(&tx, &source, &[id], &found, at(&time)).await.expect("kept");
        tx.commit().await.expect("committed");
    }
}

async fn all(store: &Store) -> Vec<tally::Model> {
    let kinds = [
        totals::What::Software,
        totals::What::Record,
        totals::What::Finding,
        totals::What::Several,
        totals::What::Shared,
    ];
    totals::of(store.read(), &kinds, None).await.expect("totals")
}

#[test]
fn totals_are_what_counting_gives_after_every_change() {
    let steps = proptest::collection::vec((0..3u8, 0..5u8, act(), 0..8u8), 1..18);
    TestRunner::new(Config { cases: 32, ..Config::default() })
        .run(&steps, |steps| {
            block_on(async {
                let (store, _folder) = store_with_sources().await;
                carry_out(&store, &steps).await;
                assert_eq!(integrity::violations(&store).await, Vec::<String>::new());
            });
            Ok(())
        })
        .expect("the law holds");
}

#[tokio::test]
async fn a_database_in_use_gets_its_totals_by_counting() {
    on_each(|store| async move {
        for id in ["aa-0", "aa-1", "aa-2"] {
            put_source(&store, source(id, "catalogi", "https://x.example.org", "-")).await;
        }
        let one = |name| Act::Put(Seed { repository: Some(1), name, ..Seed::default() });
        let other = Act::Put(Seed { name: 2, ..Seed::default() });
        let steps = [
            (0, 0, one(0), 0b011),
            (1, 0, one(1), 0b100),
            (2, 0, one(1), 0),
            (2, 1, other.clone(), 0b111),
            (0, 2, other, 0),
            (0, 2, Act::Withdraw, 0),
            (2, 1, Act::Missing, 0b001),
        ];
        carry_out(&store, &steps).await;
        assert_eq!(integrity::violations(&store).await, Vec::<String>::new());
        let (before, catalogue) = (all(&store).await, totals::totals(store.read()).await);
        assert!(catalogue.is_ok_and(|totals| totals.in_several_sources == 1), "{before:?}");
        // Down to the schema before there were totals, and up again.
        let tx = store.write().await.expect("a transaction");
        Migrator::down(&tx, Some(1)).await.expect("down");
        Migrator::up(&tx, None).await.expect("up again");
        tx.commit().await.expect("committed");
        assert_eq!(all(&store).await, before);
        // They go on from there.
        carry_out(&store, &[(1, 0, Act::Withdraw, 0), (2, 0, Act::Withdraw, 0)]).await;
        assert_eq!(integrity::violations(&store).await, Vec::<String>::new());
    })
    .await;
}
