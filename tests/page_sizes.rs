//! No page is larger than a reader can load, whatever sources wrote and whatever was asked.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "the lints spare test functions, but not the functions that they share"
)]

#[path = "support/catalogue.rs"]
mod catalogue;

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use catalogue::{Catalogue, catalogue, put, url};
use chrono::TimeDelta;
use fedcat::catalogue::content::{
    Content, Identifier, LicenceSlot, LicenceStatement, Organisation, Related, SupportProvider,
    Usage, UsageEvidence,
};
use fedcat::catalogue::text::{Lang, LocalizedText};
use fedcat::catalogue::urls::WebUrl;
use fedcat::clock;
use fedcat::formats::Finding;
use fedcat::licence::{Context, normalise};
use fedcat::publish::index::Facet;
use fedcat::secrets::Secret;
use fedcat::store::audit::{self, About, Act, Actor};
use fedcat::store::entity::source;
use fedcat::store::tokens::{self, PREFIX, Scope};
use fedcat::store::{findings, runs, sources};
use fedcat::web::router::router;

/// Bytes of the largest page.
const LARGEST_PAGE: usize = 400_000;
/// Sources that list the same software.
const SOURCES: usize = 25;
const SOURCE: &str = "xx-source-0";

/// A text that HTML writes at five times its length.
fn long(letters: usize) -> String {
    "&".repeat(letters)
}

fn text(letters: usize) -> LocalizedText {
    LocalizedText::single(Lang::unknown(), &long(letters))
}

fn address(n: usize) -> Option<WebUrl> {
    url(&format!("https://example.org/{n}/{}", "x".repeat(3_000)))
}

/// An entry with as much in it as a source may write.
fn huge() -> Content {
    let many = |n: usize| 0..n;
    let usage = |n: usize, evidence| Usage {
        organisation: format!("Office {n} {}", long(200)),
        country: Some(["FR", "IT", "DE"][n % 3].to_owned()),
        evidence,
        users: None,
        referents: None,
        since: None,
        expires_on: None,
    };
    let catalogue = many(400).map(|n| usage(n, UsageEvidence::Catalogue));
    let project = many(400).map(|n| usage(n, UsageEvidence::Project));
    let licence = |n: usize| LicenceStatement {
        slot: LicenceSlot::Asserted,
        normalised: normalise(&format!("Licence {n} {}", long(400)), Context::Text),
    };
    Content {
        name: text(20_000),
        aliases: many(500).map(|n| format!("{n} {}", long(300))).collect(),
        summary: text(20_000),
        description: LocalizedText::single(
            Lang::unknown(),
            &"* a [b](https://c.example.org)\n".repeat(3_000),
        ),
        features: [(Lang::unknown(), many(500).map(|n| format!("{n} {}", long(500))).collect())]
            .into(),
        homepage: address(0),
        repository: url("https://github.com/example-org/huge"),
        other_repositories: many(300).filter_map(address).collect(),
        licences: many(60).map(licence).collect(),
        version: Some(long(10_000)),
        tags: many(500).map(|n| format!("tag {n} {}", long(100))).collect(),
        platforms: many(500).map(|n| format!("platform {n}")).collect(),
        categories: many(500).map(|n| format!("category-{n}")).collect(),
        usages: catalogue.chain(project).collect(),
        support: many(300)
            .map(|n| SupportProvider {
                name: format!("{n} {}", long(150)),
                url: address(n),
                until: None,
            })
            .collect(),
        replaces: many(300)
            .map(|n| Related { name: format!("{n} {}", long(200)), wikidata: None })
            .collect(),
        publisher: Some(Organisation { name: long(10_000), uri: None, country: None }),
        entry_pages: many(50).filter_map(address).collect(),
        ..Content::default()
    }
}

fn source(n: usize) -> source::Model {
    source::Model {
        id: format!("xx-source-{n}"),
        name: format!("Source {n} {}", long(200)),
        country: None,
        body: Some(long(100)),
        operator: long(200),
        connector: "catalogi".to_owned(),
        url: Some(format!("https://example.org/{n}")),
        schedule: None,
        data_licence: Some(long(200)),
        attribution: Some(long(2_000)),
        contact: None,
        priority: 40,
        options: "{}".to_owned(),
        enabled: true,
        disabled_reason: None,
        enabled_by_operator: false,
        url_by_operator: false,
        removed_at: None,
        hold_reason: Some(long(500)),
        validators: None,
        last_complete_at: None,
        added_at: clock::now(),
    }
}

/// Sources, entries, findings, runs and acts without measure.
async fn filled() -> Catalogue {
    let catalogue = catalogue().await;
    let now = clock::now();
    let tx = catalogue.state.store.write().await.expect("a transaction");
    for n in 0..SOURCES {
        sources::put(&tx, source(n)).await.expect("a source");
    }
    for n in 0..2 {
        put(&tx, &format!("xx-source-{n}"), "2026-03-01", vec![("huge", huge())]).await;
    }
    for n in 2..SOURCES {
        let same = Content {
            name: text(1_000),
            summary: text(1_000),
            repository: url("https://github.com/example-org/huge"),
            ..Content::default()
        };
        put(&tx, &format!("xx-source-{n}"), "2026-03-01", vec![("huge", same)]).await;
    }
    // Both sources list these, and all of them are found by one word.
    let ids: Vec<String> = (0..205).map(|n| format!("entry-{n}-{}", "é".repeat(200))).collect();
    for source in ["xx-source-0", "xx-source-1"] {
        let entry = |n: usize| Content {
            name: LocalizedText::single(Lang::unknown(), &format!("Parcel {n} {}", long(500))),
            summary: text(3_000),
            repository: url(&format!("https://github.com/example-org/parcel-{n}")),
            replaces: (0..20)
                .map(|n| Related { name: format!("{n} {}", long(200)), wikidata: None })
                .collect(),
            support: (0..2)
                .map(|m| SupportProvider {
                    name: format!("Provider {n} {m} {}", long(150)),
                    url: None,
                    until: None,
                })
                .collect(),
            ..Content::default()
        };
        let entries = ids.iter().enumerate().map(|(n, id)| (id.as_str(), entry(n))).collect();
        put(&tx, source, "2026-03-02", entries).await;
    }
    let found: Vec<(String, Finding)> = ids
        .iter()
        .flat_map(|id| (0..5).map(move |n| (id.clone(), n)))
        .map(|(id, n)| {
            let path = format!("{n}.{}", "é".repeat(400));
            (id, Finding::warning(&format!("code-{n}-{}", n % 60), path, long(500)))
        })
        .collect();
    findings::sync(&tx, SOURCE, &ids, &found, now).await.expect("kept");
    for n in 0..30 {
        let at = now + TimeDelta::minutes(n);
        let id = runs::queue(&tx, SOURCE, None, None, at, at).await.expect("queued").expect("new");
        let queued = runs::get(&tx, id).await.expect("a run");
        let state = runs::State::Failed.as_str().to_owned();
        let ended = fedcat::store::entity::run::Model {
            state,
            started_at: Some(at),
            ended_at: Some(at),
            reason: Some(long(500)),
            ..queued
        };
        runs::end(&tx, ended).await.expect("ended");
    }
    for _ in 0..120 {
        let detail = long(500);
        let about = About { source: Some(SOURCE), run: None, detail: Some(&detail) };
        audit::write(&tx, &Actor::command_line(None), Act::Hold, about, now).await.expect("told");
    }
    tx.commit().await.expect("committed");
    catalogue.reindex().await;
    catalogue
}

async fn send(catalogue: &Catalogue, request: Request<Body>) -> (StatusCode, String, String) {
    use tower::ServiceExt;
    let application = router(catalogue.state.clone(), Duration::from_secs(60));
    let response = application.oneshot(request).await.expect("an answer");
    let cookie = response.headers().get(header::SET_COOKIE);
    let cookie = cookie.and_then(|value| value.to_str().ok()?.split(';').next());
    let cookie = cookie.unwrap_or_default().to_owned();
    let status = response.status();
    let body = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    (status, String::from_utf8_lossy(&body).into_owned(), cookie)
}

async fn get(catalogue: &Catalogue, address: &str) -> (StatusCode, String, String) {
    let request = Request::get(address).header(header::ACCEPT, "text/html");
    send(catalogue, request.body(Body::empty()).expect("a request")).await
}

async fn signed_in(catalogue: &Catalogue) -> String {
    let secret = Secret::new(PREFIX).expect("a secret");
    let (actor, life) = (Actor::command_line(None), TimeDelta::days(1));
    let store = &catalogue.state.store;
    tokens::create(store, &actor, &secret, "anna", Scope::Operator, life, clock::now())
        .await
        .expect("a token");
    let request = Request::post("/sign-in")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(format!("token={}", secret.reveal())))
        .expect("a request");
    send(catalogue, request).await.2
}

#[tokio::test]
async fn no_page_exceeds_400_kilobytes() {
    let catalogue = filled().await;
    let cookie = signed_in(&catalogue).await;
    let huge = catalogue.id(SOURCE, "huge").await;
    let slug = {
        let (_, body, _) = send(
            &catalogue,
            Request::get(format!("/api/v1/software/{huge}")).body(Body::empty()).expect("asked"),
        )
        .await;
        let entry: serde_json::Value = serde_json::from_str(&body).expect("JSON");
        entry["slug"].as_str().unwrap_or_default().to_owned()
    };
    let ids = ["huge".to_owned()];
    let known = fedcat::store::console::records(catalogue.state.store.read(), SOURCE, &ids);
    let record = known.await.expect("records")["huge"].id;
    let facets: String = Facet::ALL.iter().map(|facet| format!("&{facet}=x")).collect();
    let values: String = (0..30)
        .map(|n| format!("&{}={n}{}", Facet::ALL[n % Facet::ALL.len()], "%F0%9F%98%80".repeat(7)))
        .collect();
    let question = "%F0%9F%98%80".repeat(200);
    let addresses = [
        "/".to_owned(),
        "/?per_page=100".to_owned(),
        "/?q=parcel&per_page=100".to_owned(),
        format!("/?q=parcel&per_page=100{facets}"),
        format!("/?q={question}{values}"),
        format!("/?{values}&per_page=100&lang=fr"),
        format!("/about?{}", "%3Cx".repeat(2_000)),
        format!("/nothing?{}", "%3Cx".repeat(2_000)),
        format!("/?sort={}", "%3C".repeat(2_000)),
        format!("/software/{huge}/{slug}").trim_end_matches('/').to_owned(),
        "/sources".to_owned(),
        format!("/sources/{SOURCE}"),
        format!("/sources/{SOURCE}/shared/xx-source-1"),
        format!("/sources/{SOURCE}/raw/{record}"),
        "/audit".to_owned(),
        "/licences/MIT".to_owned(),
        "/sign-in".to_owned(),
    ];
    for address in addresses {
        for cookie in ["", cookie.as_str()] {
            let request = Request::get(&address)
                .header(header::ACCEPT, "text/html")
                .header(header::COOKIE, cookie)
                .body(Body::empty())
                .expect("a request");
            let (status, page, _) = send(&catalogue, request).await;
            let shown: String = address.chars().take(100).collect();
            assert!(status.as_u16() < 500 && status != 308, "{shown}: {status}");
            assert!(page.len() <= LARGEST_PAGE, "{shown}: {} bytes", page.len());
        }
    }
}

/// What is left out is counted; what is concluded is so from all of it.
#[tokio::test]
async fn a_page_in_brief_says_nothing_that_the_whole_would_not() {
    let catalogue = filled().await;
    let all_of = "AGPL-3.0-only AND Apache-2.0 AND BSD-2-Clause AND BSD-3-Clause AND CC0-1.0 AND \
                  EUPL-1.2 AND GPL-3.0-only AND ISC AND LGPL-3.0-only AND MIT AND MPL-2.0 AND \
                  Unlicense AND Zlib AND 0BSD AND BSL-1.0 AND Python-2.0 AND Unicode-3.0";
    let content = Content {
        name: LocalizedText::single(Lang::unknown(), "Huge but true"),
        licences: vec![LicenceStatement {
            slot: LicenceSlot::Asserted,
            normalised: normalise(all_of, Context::Text),
        }],
        repository: url("https://github.com/example-org/true"),
        identifiers: [Identifier { scheme: "doi".to_owned(), value: long(1_000) }].into(),
        ..huge()
    };
    let tx = catalogue.state.store.write().await.expect("a transaction");
    put(&tx, "xx-source-9", "2026-03-03", vec![("true", content)]).await;
    tx.commit().await.expect("committed");
    catalogue.reindex().await;
    let id = catalogue.id("xx-source-9", "true").await;
    let (_, page, _) = get(&catalogue, &format!("/software/{id}/huge-but-true")).await;
    assert!(page.contains("Some lists and texts on this page are cut"), "{page}");
    for stated in [
        "<h1><span>Huge but true</span></h1>",
        "AGPL-3.0-only AND Apache-2.0",
        "400 administrations",
        "400 organisations",
        "<li class=\"n\">488 more</li>",
    ] {
        assert!(page.contains(stated), "{stated} is not in {page}");
    }
    let facts =
        page.split("<section id=\"facts\"").nth(1).and_then(|it| it.split("</section>").next());
    let homepage = facts.and_then(|facts| facts.split("<dt>Website</dt>").nth(1));
    let homepage = homepage.and_then(|it| it.split("</div>").next()).unwrap_or_default();
    assert!(homepage.contains("example.org/0/") && !homepage.contains("Not stated"), "{homepage}");
}

/// What a source sent is long, or has lines without end; of both the page shows the beginning.
#[tokio::test]
async fn what_a_source_sent_is_shown_in_part() {
    use fedcat::store::catalogue::{Batch, Change, Statement, apply};
    let catalogue = catalogue().await;
    let raw = serde_json::json!({
        "long": long(500_000), "lines": "&\n".repeat(200_000),
        "list": (0..50_000).collect::<Vec<u32>>(),
    });
    let statement = Statement {
        digest: "raw".to_owned(),
        rules_version: "1".to_owned(),
        raw,
        content: Content { name: text(10), ..Content::default() },
        personal: Vec::new(),
    };
    let tx = catalogue.state.store.write().await.expect("a transaction");
    let changes = vec![("raw".to_owned(), Change::Put(Box::new(statement)))];
    let batch = Batch { source: "fr-exemple", actor: "test", at: clock::now(), changes };
    apply(&tx, &batch).await.expect("applied");
    tx.commit().await.expect("committed");
    let ids = ["raw".to_owned()];
    let db = catalogue.state.store.read();
    let known = fedcat::store::console::records(db, "fr-exemple", &ids).await.expect("records");
    for path in ["", "?path=long", "?path=lines&line=3", "?path=list"] {
        let address = format!("/sources/fr-exemple/raw/{}{path}", known["raw"].id);
        let request = Request::get(&address).header(header::ACCEPT, "text/html");
        let request = request.body(Body::empty()).expect("a request");
        let (status, page, _) = send(&catalogue, request).await;
        assert_eq!(status, 200, "{address}");
        assert!(page.len() <= LARGEST_PAGE, "{address}: {} bytes", page.len());
    }
}

/// A file of the site map is read by everybody's crawlers.
#[tokio::test]
async fn a_site_map_holds_few_addresses() {
    let catalogue = catalogue().await;
    let tx = catalogue.state.store.write().await.expect("a transaction");
    let ids: Vec<String> = (0..5_100).map(|n| n.to_string()).collect();
    for chunk in ids.chunks(500) {
        let entry = |id: &String| Content {
            name: LocalizedText::single(Lang::unknown(), id),
            ..Content::default()
        };
        let entries = chunk.iter().map(|id| (id.as_str(), entry(id))).collect();
        put(&tx, "fr-exemple", "2026-03-02", entries).await;
    }
    tx.commit().await.expect("committed");
    let map = async |path: &str| {
        let request = Request::get(path).body(Body::empty()).expect("a request");
        send(&catalogue, request).await
    };
    let (_, index, _) = map("/sitemap.xml").await;
    let files = index.matches("<loc>").count();
    assert!(files >= 2, "{index}");
    let mut all = 0;
    for file in 1..=files {
        let (status, xml, _) = map(&format!("/sitemap/{file}.xml")).await;
        let addresses = xml.matches("<loc>").count();
        assert!(status == 200 && (1..=5_000).contains(&addresses), "{file}: {addresses}");
        all += addresses;
    }
    assert!(all > 5_100, "{all}");
    let beyond = format!("{}.xml", files + 1);
    for file in [beyond.as_str(), "18446744073709551615.xml", "0.xml", "x"] {
        assert_eq!(map(&format!("/sitemap/{file}")).await.0, 404, "{file}");
    }
}
