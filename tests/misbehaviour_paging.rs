//! What a server can do between the pages of a listing: fail on one, forget its cursors, repeat
//! itself, shuffle its entries, send elsewhere. Each time: what the run says, what the finding
//! says, and that the catalogue serves what it served before.
#![expect(clippy::expect_used, reason = "helpers of tests are tests")]

mod support;

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use fedcat::harvest::pipeline::{Harvester, Unwatched};
use fedcat::outbound::Limits;
use fedcat::store::entity::run;
use fedcat::store::{Store, findings};
use serde_json::{Value, json};
use support::fixture::{Fixture, Reply};
use support::misbehaviour::{patient, served};
use support::stores::on_each;
use support::{at, harvester, put_source, source, told};

/// Pages of the listing, and entries of a page.
const PAGES: u32 = 10;
const ON_A_PAGE: u32 = 3;

/// A source of thirty entries on ten pages that has been harvested well.
struct Paged {
    store: Store,
    fixture: Fixture,
    harvester: Harvester,
}

/// Which page is asked for with this address.
fn address(page: u32) -> String {
    match page {
        1 => "/v1/software?all=true&page%5Bsize%5D=100".to_owned(),
        _ => format!("/v1/software?all=true&page%5Bsize%5D=100&page%5Bafter%5D=after{page}"),
    }
}

fn next(page: u32) -> Value {
    if page < PAGES { format!("?page[after]=after{}", page + 1).into() } else { Value::Null }
}

fn item(id: u32) -> Value {
    json!({
        "id": id.to_string(), "createdAt": "2025-01-01T00:00:00Z", "active": true,
        "publiccodeYml": format!(
            "publiccodeYmlVersion: '0.4'\nname: Software {id}\nurl: https://example.org/{id}.git\n"
        ),
    })
}

fn page(ids: impl IntoIterator<Item = u32>, next: &Value) -> Reply {
    let data: Vec<Value> = ids.into_iter().map(item).collect();
    Reply::json(json!({"data": data, "links": {"next": next}}).to_string())
}

fn ids(page: u32) -> std::ops::RangeInclusive<u32> {
    (page - 1) * ON_A_PAGE + 1..=page * ON_A_PAGE
}

impl Paged {
    async fn harvested(store: &Store) -> Self {
        let fixture = Fixture::start().await;
        let url = format!("{}/v1/software", fixture.url);
        let facts = source("it-test", "software-catalog-api", &url, &fixture.host);
        put_source(store, facts).await;
        let harvester = Harvester { limits: patient(), ..harvester(store) };
        let paged = Self { store: store.clone(), fixture, harvester };
        paged.behaves();
        assert_eq!(paged.harvest().await.added, i64::from(PAGES * ON_A_PAGE));
        paged
    }

    /// All pages as they should be.
    fn behaves(&self) {
        for number in 1..=PAGES {
            self.fixture.set(&address(number), page(ids(number), &next(number)));
        }
    }

    async fn harvest(&self) -> run::Model {
        let time = at("2026-01-02T00:00:00Z");
        self.harvester.harvest("it-test", None, time, &Unwatched).await.expect("carried out")
    }

    /// What is told of a harvest that loses nothing: the run, its reason, the findings.
    async fn tells(&self) -> [String; 3] {
        let before = served(&self.store).await;
        let run = self.harvest().await;
        assert_eq!(served(&self.store).await, before, "{run:?}");
        let open = findings::open(self.store.read(), Some("it-test"), None, Some(""), None, 50);
        let open = open.await.expect("findings");
        let plain = |text: &str| text.replace(&self.fixture.host, "HOST");
        let codes: Vec<&str> = open.iter().map(|one| one.code.as_str()).collect();
        let reason = plain(run.reason.as_deref().unwrap_or_default());
        [told(&run), reason, codes.join(" ")]
    }

    /// The pages that have been asked for since so many requests.
    fn asked_after(&self, before: usize) -> Vec<String> {
        self.fixture.asked().split_off(before)
    }
}

#[tokio::test]
async fn a_page_that_fails_makes_the_listing_incomplete() {
    on_each(|store| async move {
        let paged = Paged::harvested(&store).await;
        for (reply, code, reason) in [
            (Reply::status(500), "listing-http-status", "answered 500 Internal Server Error"),
            (Reply::status(400), "listing-http-status", "answered 400 Bad Request"),
            (Reply::status(404), "listing-http-status", "answered 404 Not Found"),
            (Reply::status(304), "listing-http-status", "answered 304 Not Modified"),
            (Reply::html("<html>"), "listing-html", "answered text/html; charset=utf-8 instead of JSON"),
        ] {
            paged.fixture.set(&address(7), reply);
            assert_eq!(
                paged.tells().await,
                [
                    "incomplete: read 18 added 0 updated 0 unchanged 18 skipped 0 failed 0 missing 0 withdrawn 0",
                    &format!("http://HOST{} {reason}", address(7)),
                    code,
                ]
            );
            paged.behaves();
            let mended = paged.tells().await;
            assert_eq!(mended[1..], ["", ""]);
        }
    })
    .await;
}

#[tokio::test]
async fn a_page_that_fails_once_is_asked_for_again() {
    on_each(|store| async move {
        let mut paged = Paged::harvested(&store).await;
        paged.harvester.limits = Limits { retries: 2, ..patient() };
        let good = page(ids(7), &next(7));
        for fault in [Reply::status(500), Reply::status(429), good.clone().reset()] {
            let before = paged.fixture.asked().len();
            paged.fixture.set_each(&address(7), [fault.clone(), fault, good.clone()]);
            assert!(paged.tells().await[0].starts_with("succeeded: read 30 "));
            assert_eq!(paged.asked_after(before).len(), PAGES as usize + 2);
        }
    })
    .await;
}

#[tokio::test]
async fn pages_that_lead_nowhere_end_the_reading() {
    on_each(|store| async move {
        let paged = Paged::harvested(&store).await;
        let other = Fixture::start().await;
        let unchanged = |read: u32, skipped: u32| {
            let unchanged = read - skipped;
            format!(
                "incomplete: read {read} added 0 updated 0 unchanged {unchanged} skipped {skipped} \
                 failed 0 missing 0 withdrawn 0"
            )
        };
        for (what, link, counts, reason, code) in [
            (
                "back to an earlier page",
                json!("?page[after]=after3"),
                unchanged(21, 0),
                "the pages repeat themselves at ?page[after]=after3",
                "listing-pages-repeat",
            ),
            (
                "to itself",
                json!("?page[after]=after7"),
                unchanged(21, 0),
                "the pages repeat themselves at ?page[after]=after7",
                "listing-pages-repeat",
            ),
            (
                "without a cursor",
                json!("?page[size]=3"),
                unchanged(21, 0),
                "?page[size]=3 is not an address",
                "listing-next-unusable",
            ),
        ] {
            paged.fixture.set(&address(7), page(ids(7), &link));
            assert_eq!(paged.tells().await, [counts.as_str(), reason, code], "{what}");
            paged.behaves();
        }
        // What it names may be of any length and hold anything.
        let endless = format!("?page[after]=\0{}", "x".repeat(100_000));
        paged.fixture.set(&address(7), page(ids(7), &endless.into()));
        let [counts, reason, code] = paged.tells().await;
        assert_eq!((counts, code.as_str()), (unchanged(21, 0), "listing-next-unusable"));
        assert_eq!(reason, format!("?page[after]={}…", "x".repeat(487)));
        paged.behaves();
        // A link to another server is a cursor for the source's own.
        let link = format!("{}/v1/software?page[after]=after8", other.url);
        paged.fixture.set(&address(7), page(ids(7), &link.into()));
        assert!(paged.tells().await[0].starts_with("succeeded: read 30 "));
        assert!(other.asked().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_listing_that_goes_on_for_ever_ends_with_the_time_of_the_run() {
    on_each(|store| async move {
        let mut paged = Paged::harvested(&store).await;
        paged.harvester.run_timeout = Duration::from_secs(2);
        // A new cursor each time, and always the same entries.
        let number = AtomicU32::new(0);
        paged.fixture.set_otherwise(move |_| {
            let after = format!("?page[after]=new{}", number.fetch_add(1, Ordering::Relaxed));
            page(ids(10), &after.into())
        });
        paged.fixture.set(&address(PAGES), page(ids(PAGES), &json!("?page[after]=new")));
        let [counts, reason, codes] = paged.tells().await;
        assert!(counts.starts_with("incomplete: read "), "{counts}");
        assert_eq!(reason, "it takes longer than 2 s, the longest time for one run");
        assert!(codes.ends_with("listing-too-slow"), "{codes}");
    })
    .await;
}

#[tokio::test]
async fn entries_that_move_between_pages_are_not_lost() {
    on_each(|store| async move {
        let paged = Paged::harvested(&store).await;
        // In another order: nothing changes.
        for number in 1..=PAGES {
            let ids = ids(PAGES + 1 - number).rev();
            paged.fixture.set(&address(number), page(ids, &next(number)));
        }
        assert_eq!(
            paged.tells().await,
            ["succeeded: read 30 added 0 updated 0 unchanged 30 skipped 0 failed 0 missing 0 withdrawn 0", "", ""]
        );
        // One comes in on top while the pages are read: the last of each comes by twice.
        for number in 2..=PAGES {
            let ids = (*ids(number).start() - 1)..*ids(number).end();
            paged.fixture.set(&address(number), page(ids, &next(number)));
        }
        paged.fixture.set(&address(1), page(ids(1), &next(1)));
        paged.fixture.set(&address(PAGES), page(26..=30, &Value::Null));
        assert_eq!(
            paged.tells().await,
            [
                "succeeded: read 32 added 0 updated 0 unchanged 30 skipped 2 failed 0 missing 0 withdrawn 0",
                "",
                "identical-items",
            ]
        );
        // One goes from the top: the first of a page slips through to the page before, which has
        // been read already. It is missing for now, still served, and back in the next run.
        paged.behaves();
        paged.fixture.set(&address(5), page(14..=16, &next(5)));
        paged.fixture.set(&address(6), page(17..=18, &next(6)));
        assert_eq!(
            paged.tells().await,
            ["succeeded: read 29 added 0 updated 0 unchanged 29 skipped 0 failed 0 missing 1 withdrawn 0", "", ""]
        );
        paged.behaves();
        assert_eq!(
            paged.tells().await,
            ["succeeded: read 30 added 0 updated 1 unchanged 29 skipped 0 failed 0 missing 0 withdrawn 0", "", ""]
        );
    })
    .await;
}

#[tokio::test]
async fn a_whole_page_that_stays_out_waits_for_a_person() {
    on_each(|store| async move {
        let paged = Paged::harvested(&store).await;
        for lost in [4, 7] {
            paged.fixture.set(&address(lost), page([], &next(lost)));
        }
        assert_eq!(
            paged.tells().await[..2],
            [
                "held: read 24 added 0 updated 0 unchanged 24 skipped 0 failed 0 missing 6 withdrawn 0",
                "6 of 30 records would no longer be listed",
            ]
        );
        paged.behaves();
        // A list that ends early, as if that were all of it.
        paged.fixture.set(&address(7), page(ids(7), &Value::Null));
        assert_eq!(
            paged.tells().await[..2],
            [
                "held: read 21 added 0 updated 0 unchanged 21 skipped 0 failed 0 missing 9 withdrawn 0",
                "9 of 30 records would no longer be listed",
            ]
        );
    })
    .await;
}
