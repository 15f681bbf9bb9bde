//! Forges and registers: their pages, and what each says of a repository.

use super::*;

/// A page out of `tests/fixtures`, as if the fixture server had made it.
fn page(fixture: &Fixture, path: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(path);
    let text = std::fs::read_to_string(file).expect("a fixture");
    text.replace("https://forge.example.org", &fixture.url)
}

fn gitlab_file(id: u64, file: &str) -> String {
    format!("/api/v4/projects/{id}/repository/files/{file}/raw?ref=HEAD")
}

fn instance(archived: bool) -> String {
    format!(
        "/api/v4/projects?visibility=public&archived={archived}&order_by=id&sort=asc&per_page=100\
         &pagination=keyset"
    )
}

fn link(url: &str) -> String {
    format!(r#"<{url}>; rel="next""#)
}

#[tokio::test]
async fn a_gitlab_instance_is_read_page_by_page() {
    on_each(|store| async move {
        let fixture = Fixture::start().await;
        put(&store, &fixture, "gitlab-group", "", json!({})).await;
        let second = format!("{}&id_after=3", instance(false));
        let first = Reply::json(page(&fixture, "gitlab-group/page-1.json"));
        let next = link(&format!("{}{second}", fixture.url));
        fixture.set(&instance(false), first.with(header::LINK, &next));
        fixture.set(&second, Reply::json(page(&fixture, "gitlab-group/page-2.json")));
        fixture.set(&instance(true), Reply::json(page(&fixture, "gitlab-group/archived.json")));
        for (id, name) in [(1, "gate"), (5, "internal"), (6, "lock"), (7, "old")] {
            fixture.set(&gitlab_file(id, "publiccode.yml"), text(file(name)).with_etag(name));
        }
        let mut before = 0;
        let row = harvest(&store, ID, "2026-01-01T00:00:00Z").await;
        assert_eq!(
            told(&row),
            "succeeded: read 3 added 3 updated 0 unchanged 0 skipped 0 failed 0 missing 0 withdrawn 0",
            "{:?}",
            row.reason
        );
        let all = named(&[("gate", "gate active"), ("lock", "lock active"), ("old", "old active")]);
        assert_eq!(records(&store).await, all);
        assert_eq!(
            open_findings(&store).await,
            ["forks-left-out", "publiccode-missing", "repository-archived repository.archived"]
        );
        asked(&fixture, &mut before);

        for (id, name) in [(1, "gate"), (6, "lock"), (7, "old")] {
            let never = text("name: never read\n").with_etag(name);
            fixture.set(&gitlab_file(id, "publiccode.yml"), never);
        }
        let events = events::last(store.read()).await.expect("a number");
        let row = harvest(&store, ID, "2026-01-02T00:00:00Z").await;
        assert_eq!((row.state.as_str(), row.counts().unchanged), ("succeeded", 3));
        wrote_nothing(&store, &row, events).await;
        assert_eq!(asked(&fixture, &mut before).len(), 3 + 3, "pages and files");
    })
    .await;
}

#[tokio::test]
async fn pages_that_lie_make_the_listing_incomplete() {
    on_each(|store| async move {
        let fixture = Fixture::start().await;
        put(&store, &fixture, "gitlab-group", "", json!({})).await;
        let one = page(&fixture, "gitlab-group/archived.json");
        let page = || Reply::json(one.clone());
        fixture.set(&instance(true), Reply::json("[]"));
        fixture.set(&instance(false), page());
        fixture.set(&gitlab_file(7, "publiccode.yml"), text(file("gate")));
        harvest(&store, ID, "2026-01-01T00:00:00Z").await;
        let all = named(&[("old", "gate active")]);
        let other = format!("{}{}&id_after=1", fixture.url, instance(false));
        fixture.set(&format!("{}&id_after=1", instance(false)), page());
        for (what, reply, code) in [
            (
                "a page that is its own next page",
                page().with(header::LINK, &link(&format!("{}{}", fixture.url, instance(false)))),
                "listing-pages-repeat",
            ),
            (
                "a page elsewhere",
                page().with(header::LINK, &link("https://elsewhere.example.org/api/v4/projects")),
                "listing-leads-elsewhere",
            ),
            (
                "fewer than declared",
                page().with(header::HeaderName::from_static("x-total"), "7"),
                "listing-count-differs",
            ),
            ("no list", Reply::json(r#"{"message": "403"}"#), "listing-not-of-the-format"),
            ("a row without an id", Reply::json(r#"[{"name": "x"}]"#), "listing-not-of-the-format"),
            ("a sign-in page", Reply::html("<html>"), "listing-html"),
            (
                "an error on the next page",
                page().with(header::LINK, &link(&format!("{other}x"))),
                "listing-http-status",
            ),
        ] {
            fixture.set(&instance(false), reply);
            let row = harvest(&store, ID, "2026-02-01T00:00:00Z").await;
            assert_eq!((row.state.as_str(), row.complete), ("failed", false), "{what}");
            assert!(
                open_findings(&store).await.contains(&code.to_owned()),
                "{what}: {:?}",
                row.reason
            );
            assert_eq!(records(&store).await, all, "{what}");
        }
        // Every row of the second page stood on the first, and there is a third: a circle.
        fixture.set(&instance(false), page().with(header::LINK, &link(&other)));
        let third = link(&format!("{}{}&id_after=2", fixture.url, instance(false)));
        fixture.set(&format!("{}&id_after=1", instance(false)), page().with(header::LINK, &third));
        let row = harvest(&store, ID, "2026-02-01T00:00:00Z").await;
        assert!(row.reason.is_some_and(|reason| reason.contains("repeat themselves")));
    })
    .await;
}

#[tokio::test]
async fn a_group_is_read_with_its_subgroups() {
    on_each(|store| async move {
        let fixture = Fixture::start().await;
        put(&store, &fixture, "gitlab-group", "/groups/city/it", json!({"forks": true})).await;
        let group = |archived: bool| {
            format!(
                "/api/v4/groups/city%2Fit/projects?visibility=public&archived={archived}\
                 &order_by=id&sort=asc&per_page=100&include_subgroups=true&with_shared=false"
            )
        };
        let total = header::HeaderName::from_static("x-total");
        let rows = Reply::json(page(&fixture, "gitlab-group/page-1.json"));
        fixture.set(&group(false), rows.with(total, "3"));
        fixture.set(&group(true), Reply::json("[]"));
        fixture.set(&gitlab_file(3, "publiccode.yml"), text(file("fork")));
        let row = harvest(&store, ID, "2026-01-01T00:00:00Z").await;
        assert_eq!((row.state.as_str(), row.counts().added), ("succeeded", 1), "{:?}", row.reason);
    })
    .await;
}

#[tokio::test]
async fn a_github_organisation_is_read() {
    on_each(|store| async move {
        let fixture = Fixture::start().await;
        let path = "/api/v3/orgs/city/repos";
        put(&store, &fixture, "github-org", path, json!({})).await;
        let first = format!("{path}?per_page=100&sort=full_name");
        let second = format!("{first}&page=2");
        let next = format!(
            r#"<{0}{first}&page=1>; rel="prev", <{0}{second}>; rel="next", <{0}{second}>; rel="last""#,
            fixture.url
        );
        let rows = Reply::json(page(&fixture, "github-org/page-1.json"));
        fixture.set(&first, rows.with(header::LINK, &next));
        fixture.set(&second, Reply::json(page(&fixture, "github-org/page-2.json")));
        let contents = |name: &str| format!("/api/v3/repos/city/{name}/contents/publiccode.yml");
        for name in ["gate", "fork", "secret", "empty", "lock", "staff"] {
            fixture.set(&contents(name), text(file(name)).with_etag(name));
        }
        let row = harvest(&store, ID, "2026-01-01T00:00:00Z").await;
        assert_eq!((row.state.as_str(), row.counts().added), ("succeeded", 2), "{:?}", row.reason);
        let both = named(&[("gate", "gate active"), ("lock", "lock active")]);
        assert_eq!(records(&store).await, both);

        // A spent rate limit: the run ends at once, and the next one comes when it is renewed.
        let spent = Reply::status(403)
            .with(header::HeaderName::from_static("x-ratelimit-remaining"), "0")
            .with(header::HeaderName::from_static("x-ratelimit-reset"), "3600");
        fixture.set(&contents("gate"), spent.clone());
        fixture.set(&contents("lock"), spent);
        let row = harvest(&store, ID, "2026-02-01T00:00:00Z").await;
        assert_eq!((row.state.as_str(), row.complete), ("incomplete", false));
        assert!(row.reason.is_some_and(|reason| reason.contains("asks to come back in")));
        assert_eq!(records(&store).await, both);
    })
    .await;
}

#[tokio::test]
async fn a_forgejo_instance_organisation_or_user_is_read() {
    on_each(|store| async move {
        for (path, answered) in [
            ("", "/api/v1/repos/search?sort=id&order=asc&limit=50"),
            ("/city", "/api/v1/orgs/city/repos?limit=50"),
            ("/city", "/api/v1/users/city/repos?limit=50"),
        ] {
            let fixture = Fixture::start().await;
            put(&store, &fixture, "forgejo-org", path, json!({})).await;
            let rows = if path.is_empty() { "search.json" } else { "account.json" };
            let rows = Reply::json(page(&fixture, &format!("forgejo-org/{rows}")));
            let total = header::HeaderName::from_static("x-total-count");
            fixture.set(answered, rows.with(total, "4"));
            for name in ["empty", "secret", "fork"] {
                fixture.set(&raw(name, "publiccode.yml"), text(file(name)));
            }
            fixture.set(&raw("gate", "publiccode.yml"), text(file("gate")));
            let row = harvest(&store, ID, "2026-01-01T00:00:00Z").await;
            let counts = row.counts();
            assert_eq!(
                // The same repository at another port is known again, by its new name.
                (row.state.as_str(), counts.read, counts.added + counts.renamed),
                ("succeeded", 1, 1),
                "{answered}: {:?}",
                row.reason
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_register_is_asked_only_for_what_changed() {
    on_each(|store| async move {
        let fixture = Fixture::start().await;
        put(&store, &fixture, "oss-register", "/v1", json!({})).await;
        let list = |archived: bool, page: u8| {
            format!("/v1/repositories?archived={archived}&page={page}&perPage=100")
        };
        let pages = |crawled: &str, active: &str| {
            let total = header::HeaderName::from_static("total-count");
            let rows = |number: u8| {
                let rows = page(&fixture, &format!("oss-register/page-{number}.json"));
                let rows = rows.replace("CRAWLED", crawled).replace("ACTIVE", active);
                Reply::json(rows).with(total.clone(), "3")
            };
            let next = format!("<{}{}>; rel='next'", fixture.url, list(false, 2));
            fixture.set(&list(false, 1), rows(1).with(header::LINK, &next));
            fixture.set(&list(false, 2), rows(2));
        };
        pages("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z");
        fixture.set(&list(true, 1), Reply::json(page(&fixture, "oss-register/archived.json")));
        let details =
            |name: &str| Reply::json(page(&fixture, &format!("oss-register/{name}.json")));
        for name in ["gate", "lock", "old"] {
            fixture.set(&format!("/v1/repositories/{name}"), details(name));
        }
        let mut before = 0;
        let run = harvest(&store, ID, "2026-01-01T00:00:00Z").await;
        assert_eq!((run.state.as_str(), run.counts().added), ("succeeded", 3), "{:?}", run.reason);
        let all = [("gate", "gate active"), ("lock", "lock active"), ("old", "old active")];
        assert_eq!(records(&store).await, named(&all));
        asked(&fixture, &mut before);

        // Crawled again, with nothing new.
        pages("2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z");
        let events = events::last(store.read()).await.expect("a number");
        let run = harvest(&store, ID, "2026-01-02T00:00:00Z").await;
        assert_eq!((run.state.as_str(), run.counts().unchanged), ("succeeded", 3));
        wrote_nothing(&store, &run, events).await;
        assert_eq!(asked(&fixture, &mut before), [list(false, 1), list(false, 2), list(true, 1)]);

        // Somebody has worked on one; its details are asked for, and break.
        pages("2026-01-03T00:00:00Z", "2026-01-03T00:00:00Z");
        fixture.set("/v1/repositories/gate", Reply::status(404));
        let run = harvest(&store, ID, "2026-01-03T00:00:00Z").await;
        assert_eq!((run.state.as_str(), run.counts().failed), ("succeeded", 1));
        assert_eq!(asked(&fixture, &mut before).len(), 4);
        assert_eq!(records(&store).await["gate"], "gate active");

        // They are asked for again although the row is as it was, for they were not read.
        fixture.set("/v1/repositories/gate", details("gate"));
        let run = harvest(&store, ID, "2026-01-04T00:00:00Z").await;
        assert_eq!((run.counts().updated, run.counts().unchanged), (1, 2));

        // A page that is short of what is declared takes nothing away.
        let next = header::HeaderName::from_static("total-count");
        fixture.set(&list(false, 1), Reply::json("[]").with(next, "3"));
        let run = harvest(&store, ID, "2026-02-01T00:00:00Z").await;
        assert!(!run.complete);
        assert!(records(&store).await.values().all(|said| said.ends_with(" active")));
    })
    .await;
}
