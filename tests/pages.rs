//! The pages as a browser gets them.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "the lints spare test functions, but not the functions that they share"
)]

#[path = "support/catalogue.rs"]
mod catalogue;
#[path = "support/counted.rs"]
mod counted;
#[path = "support/redacted.rs"]
mod redacted;
#[path = "support/unavailable.rs"]
mod unavailable;

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::response::Response;
use catalogue::{Catalogue, PUBLIC_URL, catalogue, hostile, put, url};
use fedcat::catalogue::content::Content;
use fedcat::web::router::router;
use redacted::redacted;
use serde_json::json;
use tower::ServiceExt;

/// An answer: status, headers and text.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Catalogue {
    async fn get(&self, address: &str) -> Answer {
        self.get_with(address, &[]).await
    }

    async fn get_with(&self, address: &str, extra: &[(header::HeaderName, &str)]) -> Answer {
        let is_other = extra.iter().any(|(name, _)| *name == header::ACCEPT);
        let accepted = (header::ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8");
        let mut request = Request::get(address);
        for (name, value) in extra.iter().chain((!is_other).then_some(&accepted)) {
            request = request.header(name, *value);
        }
        let request = request.body(Body::empty()).expect("a request");
        let application = router(self.state.clone(), Duration::from_secs(10));
        let response: Response = application.oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("a body");
        let text = String::from_utf8(bytes.to_vec()).expect("text");
        Answer { status: parts.status, headers: parts.headers, text }
    }

    async fn page_of(&self, source: &str, external_id: &str, language: &str) -> Answer {
        let id = self.id(source, external_id).await;
        let moved = self.get(&format!("/software/{id}?lang={language}")).await;
        match moved.status {
            StatusCode::PERMANENT_REDIRECT => self.get(moved.header(header::LOCATION)).await,
            _ => moved,
        }
    }
}

impl Answer {
    fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

#[tokio::test]
async fn a_french_reader_is_told_in_french_what_was_wrong_with_a_request() {
    let catalogue = catalogue().await;
    for (address, told) in [
        ("/?page=0", "le paramètre page vaut « 0 » ; attendu : un nombre de 1 à "),
        ("/?sort=si%22ze", "le paramètre sort vaut « si\\&#34;ze » ; attendu, au choix : "),
    ] {
        let page = catalogue.get(&format!("{address}&lang=fr")).await.text;
        let page = page.replace(['\u{a0}', '\u{202f}'], " ");
        assert!(page.contains(&format!("<p><code>{told}")), "{address}: {page}");
        let page = catalogue.get(&format!("{address}&lang=en")).await.text;
        assert!(page.contains("<p><code>the parameter "), "{address}: {page}");
    }
}

#[tokio::test]
async fn the_pages_in_both_languages() {
    let catalogue = catalogue().await;
    for language in ["en", "fr"] {
        for (name, address) in [
            ("landing", "/?"),
            ("search", "/?q=mappa&source=it-esempio&sort=name&"),
            ("alternative", "/?q=alternative+to+Parcel+Pro&"),
            ("empty", "/?q=mapqx+zzzz&"),
            ("empty_with_filters", "/?q=mappa+zzzz&source=fr-exemple&"),
            ("sources", "/sources?"),
            ("sign_in", "/sign-in?"),
            ("shared", "/sources/it-esempio/shared/fr-exemple?"),
            ("source", "/sources/it-esempio?"),
            ("licence", "/licences/EUPL-1.2?"),
            ("about", "/about?"),
            ("not_found", "/nowhere?"),
        ] {
            let answer = catalogue.get(&format!("{address}lang={language}")).await;
            assert!(!answer.text.contains("Unknown localization"), "{name}");
            insta::assert_snapshot!(format!("{name}_{language}"), redacted(&answer.text));
        }
        for (name, source, external_id) in [
            ("software", "fr-exemple", "12"),
            ("software_in_italian", "it-esempio", "mappa"),
            ("hostile", "fr-exemple", "13"),
            ("gone", "it-esempio", "vecchio"),
        ] {
            let answer = catalogue.page_of(source, external_id, language).await;
            assert!(!answer.text.contains("Unknown localization"), "{name}");
            insta::assert_snapshot!(format!("{name}_{language}"), redacted(&answer.text));
        }
    }
}

/// Adds entries to the catalogue and to its index.
async fn with(catalogue: &Catalogue, entries: Vec<(&str, &str, Content)>) {
    let tx = catalogue.state.store.write().await.expect("a transaction");
    for (source, external_id, content) in entries {
        put(&tx, source, "2026-05-06", vec![(external_id, content)]).await;
    }
    tx.commit().await.expect("a commit");
    catalogue.reindex().await;
}

fn content(json: serde_json::Value) -> Content {
    serde_json::from_value(json).expect("content")
}

#[tokio::test]
async fn the_end_of_a_recommendation_is_shown_as_plainly_as_a_recommendation() {
    let catalogue = catalogue().await;
    let stamp = |verdict: serde_json::Value| {
        content(json!({
            "name": {"und": "Tampon"}, "repository": "https://github.com/example-org/tampon",
            "recommendations": [verdict],
        }))
    };
    let recommended = stamp(json!({"verdict": "recommended", "wording": "R"}));
    let ended = stamp(json!({
        "verdict": "no_longer_recommended", "wording": "FR", "since": "2020-01-01",
    }));
    let both = vec![("fr-exemple", "20", recommended), ("it-esempio", "timbro", ended)];
    with(&catalogue, both).await;
    for (language, lines) in [
        (
            "en",
            [
                "<span class=\"badge good\">Recommended</span> Catalogue d’exemple (France): <q>R</q>",
                "<span class=\"badge open\">No longer recommended since 1 January 2020</span> \
                 Catalogo di esempio (Italy): <q>FR</q>",
            ],
        ),
        (
            "fr",
            [
                "<span class=\"badge good\">Recommandé</span> Catalogue d’exemple (France) : <q>R</q>",
                "<span class=\"badge open\">N’est plus recommandé depuis le 1er janvier 2020</span> \
                 Catalogo di esempio (Italie) : <q>FR</q>",
            ],
        ),
    ] {
        let page = catalogue.page_of("it-esempio", "timbro", language).await.text;
        let hits = catalogue.get(&format!("/?q=tampon&lang={language}")).await.text;
        let ends = "recommendation=no_longer_recommended";
        let chosen = catalogue.get(&format!("/?{ends}&lang={language}")).await.text;
        for (place, text) in [("page", page), ("hits", hits), ("facet", chosen)] {
            let text = text.replace('\u{a0}', " ");
            for line in lines {
                assert!(text.contains(line), "{place} {language}: {line} is not in {text}");
            }
        }
    }
    let found = catalogue.get("/api/v1/search?recommendation=no_longer_recommended").await.text;
    let found: serde_json::Value = serde_json::from_str(&found).expect("JSON");
    assert_eq!(
        found["hits"][0]["recommendations"],
        json!([
            {"verdict": "recommended", "wording": "R", "sources": ["fr-exemple"]},
            {"verdict": "no_longer_recommended", "wording": "FR", "since": "2020-01-01",
             "sources": ["it-esempio"]},
        ])
    );
    let csv = catalogue.get("/api/v1/export/software.csv").await.text;
    let both = "recommended (fr-exemple) | no_longer_recommended since 2020-01-01 (it-esempio)";
    assert!(csv.contains(both), "{csv}");
    let hostile = catalogue.get("/?q=colis&lang=en").await.text;
    assert!(
        !hostile.contains("Recommended</span>"),
        "nothing is recommended that nobody recommends"
    );
}

#[tokio::test]
async fn what_an_entry_is_for_and_why_it_is_one_is_said_in_words() {
    let catalogue = catalogue().await;
    let stamp = |audience: &str| {
        content(json!({
            "name": {"und": "Tampon"}, "homepage": "https://tampon.example.org/",
            "audience": [audience, "foreign-affairs"],
        }))
    };
    let both = vec![("fr-exemple", "20", stamp("welfare")), ("it-esempio", "timbro", stamp("x y"))];
    with(&catalogue, both).await;
    for (language, scopes, reason) in [
        (
            "fr",
            ["action sociale", "affaires étrangères"],
            "même nom et même site : tampon, tampon.",
        ),
        ("en", ["welfare", "foreign affairs"], "name-and-homepage tampon|tampon."),
    ] {
        let page = catalogue.page_of("fr-exemple", "20", language).await.text;
        let page = page.replace(['\u{a0}', '\u{202f}'], " ");
        for text in [scopes[0], scopes[1], reason] {
            assert!(page.contains(text), "{text} in {page}");
        }
    }
}

#[tokio::test]
async fn what_only_some_sources_say_has_a_place_and_takes_none_where_nobody_says_it() {
    let catalogue = catalogue().await;
    let full = content(json!({
        "name": {"und": "Tampon"}, "repository": "https://github.com/example-org/tampon",
        "context_of_use": {"fr": "Aux guichets."}, "supported_by_contract": false,
        "deployed_in": ["KE", "TZ"], "developed_in": ["IN"], "intended_countries": ["BE"],
        "unsupported_countries": ["CH"], "version_min": "6.x", "part_of": [{"name": "Colis"}],
        "goals": [{"number": 10}, {"number": 3, "evidence": "It heals.", "evidence_url": "https://proof.example.org/"}],
        "involved": [{"role": "funder", "name": "Fonds d'exemple"}],
        "dependencies": [{"name": "PostgreSQL", "kind": "open", "version_min": "12", "optional": true}],
        "conforms_to": ["WCAG 2.1"], "public_platforms": ["pagopa"], "created_on": "2019-04-03",
        "roadmap": "https://plan.example.org/", "supplementary": ["https://more.example.org/"],
    }));
    with(&catalogue, vec![("fr-exemple", "20", full)]).await;
    let page = catalogue.page_of("fr-exemple", "20", "en").await.text;
    for text in [
        "<span lang=\"fr\" dir=\"auto\">Aux guichets.</span>",
        "does not cover it",
        "Kenya, Tanzania",
        "India",
        "Belgium",
        "Switzerland",
        "6.x",
        "3. Good health and well-being",
        "https://proof.example.org/",
        "It heals.",
        "Fonds d&#39;exemple (funder)",
        "PostgreSQL (open source, from version 12, optional)",
        "WCAG 2.1",
        "pagoPA",
        "3 April 2019",
        "Roadmap: plan.example.org",
        "more.example.org",
    ] {
        assert!(page.contains(text), "{text} is not in {page}");
    }
    let place = |text: &str| page.find(text).expect("it is there");
    assert!(place("3. Good health") < place("10. Reduced"), "goals stand by their numbers");
    let kenya = catalogue.get("/?country=KE&lang=en").await.text;
    assert!(kenya.contains("Tampon"), "a country without a named user is a country of use");
    let plain = catalogue.page_of("fr-exemple", "12", "en").await.text;
    for text in ["Deployed in", "Context of use", "Roadmap", "Organisations involved", "Terms"] {
        assert!(!plain.contains(text), "{text} stands there for nothing");
    }
}

#[tokio::test]
async fn text_in_another_language_is_marked_for_ears_and_eyes() {
    let catalogue = catalogue().await;
    let page = catalogue.page_of("it-esempio", "mappa", "fr").await.text;
    assert!(page.contains("<html lang=\"fr\">"));
    assert!(page.contains(
        "<span lang=\"it\" dir=\"auto\">Mappe per i comuni.</span> <small class=\"note\">(en italien)</small>"
    ));
    let page = catalogue.page_of("fr-exemple", "12", "en").await.text;
    assert!(page.contains("<p class=\"lead\"><span>Tracks the mail of town halls.</span>"));
    assert!(!page.contains("lang=\"und\""));
}

#[tokio::test]
async fn hostile_text_stays_text() {
    let catalogue = catalogue().await;
    for page in [
        catalogue.get("/").await.text,
        catalogue.page_of("fr-exemple", "13", "en").await.text,
        catalogue
            .get("/?q=%3Cscript%3Ealert(9)%3C/script%3E&platform=%3Csvg%20onload%3D1%3E")
            .await
            .text,
        catalogue.get("/sources/it-esempio").await.text,
    ] {
        let page = page.to_lowercase();
        for harmful in
            ["<script>", "<img", "<svg onload", "href=\"javascript:", "<b onclick", "<q></q>"]
        {
            assert!(!page.contains(harmful), "{harmful} in {page}");
        }
    }
}

#[tokio::test]
async fn every_value_says_who_states_it() {
    let catalogue = catalogue().await;
    let page = catalogue.page_of("fr-exemple", "12", "en").await.text;
    for expected in [
        "Open source: yes; exact licence disputed: EUPL-1.2 / MIT",
        "2 sources · <strong>sources differ</strong>",
        "<li class=\"lost\"><q>2.0</q> <em>not shown</em>",
        "<a href=\"/sources/it-esempio\">Catalogo di esempio</a> (Italy), since 2 April 2026",
        "According to catalogues: 3 administrations",
        "According to the project itself: 1 organisation",
    ] {
        assert!(page.contains(expected), "{expected} in {page}");
    }
    assert!(!page.contains("badge good"), "a disputed licence never looks good");
}

#[tokio::test]
async fn an_entry_has_one_address() {
    let catalogue = catalogue().await;
    let id = catalogue.id("fr-exemple", "12").await;
    let right = format!("/software/{id}/colis");
    for (address, location) in [
        (format!("/software/{id}"), right.clone()),
        (format!("/software/{id}/wrong"), right.clone()),
        (format!("/software/{id}/wrong?lang=fr"), format!("{right}?lang=fr")),
        (format!("/software/{}", id.simple()), right.clone()),
    ] {
        let answer = catalogue.get(&address).await;
        assert_eq!(answer.status, StatusCode::PERMANENT_REDIRECT, "{address}");
        assert_eq!(answer.header(header::LOCATION), location);
    }
    let page = catalogue.get(&right).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains(&format!("<link rel=\"canonical\" href=\"{PUBLIC_URL}{right}\">")));
}

#[tokio::test]
async fn the_address_of_a_merged_entry_leads_on() {
    let catalogue = catalogue().await;
    let before =
        [catalogue.id("fr-exemple", "13").await, catalogue.id("it-esempio", "mappa").await];
    let tx = catalogue.state.store.write().await.expect("a transaction");
    let repository = url("https://github.com/example-org/mappa");
    let same = Content { repository, aliases: ["Mappa".to_owned()].into(), ..hostile() };
    put(&tx, "fr-exemple", "2026-06-01", vec![("13", same)]).await;
    tx.commit().await.expect("a commit");
    let now = catalogue.id("it-esempio", "mappa").await;
    let merged = before.into_iter().find(|id| *id != now).expect("another id");
    let answer = catalogue.get(&format!("/software/{merged}/mappa")).await;
    assert_eq!(answer.status, StatusCode::PERMANENT_REDIRECT);
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-cache");
    let location = answer.header(header::LOCATION);
    assert!(location.starts_with(&format!("/software/{now}/")), "{location}");
    assert_eq!(catalogue.get(location).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_withdrawn_entry_says_since_when_and_by_whom() {
    let catalogue = catalogue().await;
    let page = catalogue.page_of("it-esempio", "vecchio", "en").await;
    assert_eq!(page.status, StatusCode::GONE);
    for expected in ["4 May 2026", "Catalogo di esempio", "Sostituito da &#60;Mappa&#62;", "1.9"] {
        assert!(page.text.contains(expected), "{expected} in {}", page.text);
    }
}

#[tokio::test]
async fn an_entry_that_one_source_has_withdrawn_says_so() {
    let catalogue = catalogue().await;
    let page = catalogue.page_of("it-esempio", "mappa", "en").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("withdrawn by the source on 5 May 2026: “Hors périmètre”"));
    assert!(!page.text.contains("Un résumé retiré."));
}

#[tokio::test]
async fn errors_are_pages_for_people_and_problems_for_programs() {
    let catalogue = catalogue().await;
    for (address, status) in [
        ("/nowhere", StatusCode::NOT_FOUND),
        ("/software/nothing", StatusCode::NOT_FOUND),
        ("/sources/nothing", StatusCode::NOT_FOUND),
        ("/licences/nothing", StatusCode::NOT_FOUND),
        ("/?page=0", StatusCode::BAD_REQUEST),
    ] {
        let page = catalogue.get(address).await;
        assert_eq!(page.status, status, "{address}");
        assert_eq!(page.header(header::CONTENT_TYPE), "text/html; charset=utf-8");
        assert!(page.text.contains("role=\"search\""), "{address}");
        let problem = catalogue.get_with(address, &[(header::ACCEPT, "application/json")]).await;
        assert_eq!(problem.status, status, "{address}");
        assert_eq!(problem.header(header::CONTENT_TYPE), "application/problem+json");
    }
    let api = catalogue.get("/api/v1/software/nothing").await;
    assert_eq!(api.status, StatusCode::NOT_FOUND);
    assert_eq!(api.header(header::CONTENT_TYPE), "application/problem+json");
}

#[tokio::test]
async fn the_choice_of_a_language_is_remembered() {
    let catalogue = catalogue().await;
    let chosen = catalogue.get("/?lang=fr").await;
    assert!(chosen.text.contains("<html lang=\"fr\">"));
    let cookie = chosen.header(header::SET_COOKIE);
    assert_eq!(cookie, "lang=fr; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly");
    assert!(chosen.header(header::CACHE_CONTROL).starts_with("private"));
    let later = catalogue.get_with("/about", &[(header::COOKIE, "lang=fr")]).await;
    assert!(later.text.contains("<html lang=\"fr\">"));
    assert_eq!(later.header(header::SET_COOKIE), "");
    assert!(later.header(header::VARY).contains("Accept-Language, Cookie"));
}

#[tokio::test]
async fn pages_are_protected_and_kept() {
    let catalogue = catalogue().await;
    let page = catalogue.get("/").await;
    let policy = page.header(header::CONTENT_SECURITY_POLICY);
    assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{policy}");
    let tag = page.header(header::ETAG);
    let again = catalogue.get_with("/", &[(header::IF_NONE_MATCH, tag)]).await;
    assert_eq!((again.status, again.text.as_str()), (StatusCode::NOT_MODIFIED, ""));

    let (_, rest) = page.text.split_once("rel=\"stylesheet\" href=\"").expect("a style");
    let (address, _) = rest.split_once('"').expect("its address");
    let style = catalogue.get(address).await;
    assert_eq!(style.header(header::CONTENT_TYPE), "text/css; charset=utf-8");
    assert!(style.header(header::CACHE_CONTROL).contains("immutable"));
}

#[tokio::test]
async fn crawlers_find_every_active_entry() {
    let catalogue = catalogue().await;
    let robots = catalogue.get("/robots.txt").await.text;
    assert!(robots.contains(&format!("Sitemap: {PUBLIC_URL}/sitemap.xml")));
    let index = catalogue.get("/sitemap.xml").await;
    assert_eq!(index.header(header::CONTENT_TYPE), "application/xml; charset=utf-8");
    assert!(index.text.contains(&format!("<loc>{PUBLIC_URL}/sitemap/1.xml</loc>")));
    let map = catalogue.get("/sitemap/1.xml").await.text;
    assert_eq!(map.matches("<loc>").count(), 6, "three pages and three active entries: {map}");
    assert_eq!(catalogue.get("/sitemap/2.xml").await.status, StatusCode::NOT_FOUND);
    assert_eq!(catalogue.get("/search?q=a").await.header(header::LOCATION), "/?q=a");
}

#[tokio::test]
async fn without_the_search_engine_everything_else_works() {
    let mut catalogue = catalogue().await;
    catalogue.state.index = std::sync::Arc::new(unavailable::Unavailable::default());
    for language in ["en", "fr"] {
        let page = catalogue.get(&format!("/?q=a%22%3E&lang={language}")).await;
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(page.header(header::RETRY_AFTER), "30");
        insta::assert_snapshot!(format!("search_unavailable_{language}"), redacted(&page.text));
    }
    for address in ["/api/v1/search?q=a", "/api/v1/suggest?q=a"] {
        let problem = catalogue.get(address).await;
        assert_eq!(problem.status, StatusCode::SERVICE_UNAVAILABLE, "{address}");
        assert_eq!(problem.header(header::RETRY_AFTER), "30", "{address}");
        assert_eq!(problem.header(header::CONTENT_TYPE), "application/problem+json", "{address}");
        assert!(problem.text.contains("\"code\":\"search-unavailable\""), "{}", problem.text);
        assert!(!problem.text.contains("192.0.2.1"), "what went wrong inside stays inside");
    }
    let id = catalogue.id("fr-exemple", "12").await;
    for address in [
        "/sources",
        "/sources/it-esempio",
        "/about",
        "/licences/EUPL-1.2",
        "/api/v1/software",
        "/api/v1/export/software.csv",
        "/readyz",
        &format!("/software/{id}/colis"),
    ] {
        assert_eq!(catalogue.get(address).await.status, StatusCode::OK, "{address}");
    }
}

#[tokio::test]
async fn the_engine_is_asked_more_than_once_only_where_nothing_was_found() {
    let mut catalogue = catalogue().await;
    let engine = std::sync::Arc::new(counted::Counted::new(catalogue.state.index.clone()));
    catalogue.state.index = engine.clone();
    for (address, most) in [
        ("/?q=mappa", 1),
        ("/?q=alternative+to+Parcel+Pro", 1),
        ("/", 1),
        ("/?q=zzzz", 2),
        ("/?q=zzzz&source=it-esempio", 3),
        ("/?q=one+two+three+four+five+six+seven+eight+nine+ten+eleven+twelve&source=none", 13),
        ("/api/v1/suggest?q=colis", 3),
        ("/api/v1/suggest?q=+", 0),
    ] {
        assert_eq!(catalogue.get(address).await.status, StatusCode::OK, "{address}");
        let asked = engine.take();
        assert!(asked <= most, "{address}: {asked}");
    }
}

#[tokio::test]
async fn entries_are_filtered_by_kind_of_user_and_by_support() {
    let catalogue = catalogue().await;
    for (filter, expected) in [
        ("body=local", 1),
        ("body=regional", 1),
        ("body=health", 0),
        ("support=Coop%C3%A9rative+Exemple", 1),
        ("support=Nobody", 0),
    ] {
        let found = catalogue.get(&format!("/api/v1/search?{filter}")).await.text;
        assert!(found.starts_with(&format!("{{\"total\":{expected},")), "{filter}: {found}");
    }
}

#[tokio::test]
async fn a_publisher_without_a_name_is_not_called_by_its_code() {
    let catalogue = catalogue().await;
    let content: Content = serde_json::from_value(serde_json::json!({
        "name": {"und": "Parcel shelf"},
        "publisher": {"uri": "urn:example:town", "country": "IT"},
    }))
    .expect("content");
    let tx = catalogue.state.store.write().await.expect("a transaction");
    put(&tx, "fr-exemple", "2026-06-01", vec![("unnamed", content)]).await;
    tx.commit().await.expect("a commit");
    for (language, expected) in [
        ("en", "name not stated, urn:example:town (Italy)"),
        ("fr", "nom non indiqué, urn:example:town (Italie)"),
    ] {
        let page = catalogue.page_of("fr-exemple", "unnamed", language).await.text;
        assert!(page.contains(expected), "{page}");
        assert!(!page.contains("\"author\""), "nobody is named as author: {page}");
    }
}
