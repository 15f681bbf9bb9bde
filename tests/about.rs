//! What the page about the catalogue says of itself is true.
#![expect(clippy::expect_used, reason = "helpers of tests are tests")]

mod support;

use std::collections::BTreeSet;

use axum::http::{HeaderMap, header};
use support::app::App;

/// A page of each kind.
const PAGES: [&str; 8] = [
    "/",
    "/?q=a&lang=fr",
    "/sources",
    "/sources/fr-sill",
    "/about?lang=en",
    "/sign-in",
    "/audit",
    "/nowhere",
];

fn cookies(headers: &HeaderMap) -> impl Iterator<Item = String> {
    headers.get_all(header::SET_COOKIE).iter().map(|cookie| {
        let cookie = cookie.to_str().expect("text");
        cookie.split('=').next().unwrap_or_default().to_owned()
    })
}

/// The values of an attribute in a page.
fn values<'a>(page: &'a str, before: &'a str) -> impl Iterator<Item = &'a str> {
    page.split(before).skip(1).filter_map(|rest| rest.split('"').next())
}

#[tokio::test]
async fn pages_load_nothing_from_other_servers_and_have_two_scripts() {
    let app = App::seeded().await;
    let entry = app.json("/api/v1/search?q=libreoffice").await;
    let id = entry["hits"][0]["id"].as_str().expect("an id").to_owned();
    let entry = app.get(&format!("/software/{id}/libreoffice")).await;
    let mut pages = vec![entry];
    for path in PAGES {
        pages.push(app.get_with(path, &[(header::ACCEPT, "text/html")]).await);
    }
    let mut scripts = BTreeSet::new();
    for page in &pages {
        let policy = page.headers.get(header::CONTENT_SECURITY_POLICY).expect("a policy");
        let policy = policy.to_str().expect("text");
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("http"), "{policy}");
        scripts.extend(values(&page.body, "<script src=\"").map(str::to_owned));
        for loaded in ["src=\"", "<link rel=\"stylesheet\" href=\"", "<link rel=\"icon\" href=\""] {
            for address in values(&page.body, loaded) {
                assert!(address.starts_with('/') && !address.starts_with("//"), "{address}");
            }
        }
    }
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/assets")).expect("assets");
    let names = files.map(|file| file.expect("a file").file_name().into_string().expect("a name"));
    let own: BTreeSet<String> = names.filter(|name| name.ends_with(".js")).collect();
    assert_eq!(own.into_iter().collect::<Vec<_>>(), ["progress.js", "suggest.js"]);
    let known = |address: &String| ["fedcat", "progress"].iter().any(|name| address.contains(name));
    assert!(!scripts.is_empty() && scripts.iter().all(known), "{scripts:?}");
}

#[tokio::test]
async fn the_only_cookies_are_the_language_and_the_session_of_an_operator() {
    let app = App::seeded().await;
    let mut found = BTreeSet::new();
    for path in PAGES {
        let page = app.get_with(path, &[(header::ACCEPT, "text/html")]).await;
        found.extend(cookies(&page.headers));
    }
    assert_eq!(found.into_iter().collect::<Vec<_>>(), ["lang"], "set where a language is chosen");
    // A session is begun in one place alone: `tests/console/operators.rs` signs in.
    let plain = app.get_with("/", &[(header::ACCEPT, "text/html")]).await;
    assert_eq!(cookies(&plain.headers).count(), 0);
}

#[tokio::test]
async fn the_operator_can_be_reached_or_it_is_said_that_nobody_can() {
    let app = App::empty().await;
    let nobody = app.get("/about?lang=en").await.body;
    assert!(nobody.contains("The operator of this installation has given no contact."));
    let app = app.reachable_by("catalogue@example.org");
    let somebody = app.get("/about?lang=en").await.body;
    assert!(somebody.contains("<a href=\"mailto:catalogue@example.org\">"), "{somebody}");
    assert!(!somebody.contains("has given no contact"));
}
