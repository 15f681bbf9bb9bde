//! Files of the catalogue: what they hold, in which order, as which table, and what is refused.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "the lints spare test functions, but not the functions that they share"
)]

mod support;

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use axum::http::{StatusCode, header};
use fedcat::catalogue::content::{
    Content, Recommendation, RecommendationVerdict, Related, SupportProvider, Usage, UsageEvidence,
};
use fedcat::catalogue::text::{Lang, LocalizedText};
use fedcat::publish::export::columns;
use fedcat::publish::index::schema;
use fedcat::search::embedded::Embedded;
use fedcat::search::{
    Answer as Found, Cursor, Document, Documents, Hit, Query, Schema, SearchError, SearchIndex,
    Synonyms,
};
use fedcat::store::catalogue::{Batch, Change, Statement, apply};
use serde_json::Value;
use support::app::{Answer, App};
use support::at;
use uuid::Uuid;

const CSV: &str = "/api/v1/export/software.csv";
const NDJSON: &str = "/api/v1/export/software.ndjson";

/// An entry of its own.
fn entry(name: &str, change: impl FnOnce(&mut Content)) -> (String, Content) {
    let mut content = Content {
        name: LocalizedText::single(Lang::unknown(), name),
        summary: LocalizedText::single(Lang::parse("en").expect("a tag"), "Counts quokkas"),
        ..Content::default()
    };
    change(&mut content);
    (name.to_lowercase(), content)
}

/// Puts entries into the catalogue and its index.
async fn put(app: &App, entries: Vec<(String, Content)>) {
    let changes = entries.into_iter().map(|(id, content)| {
        let statement = Statement {
            digest: id.clone(),
            rules_version: "1".to_owned(),
            raw: Value::Null,
            content,
            personal: Vec::new(),
        };
        (id, Change::Put(Box::new(statement)))
    });
    change(app, changes.collect()).await;
    app.follower.rebuild().await.expect("built");
}

async fn change(app: &App, changes: Vec<(String, Change)>) {
    let at = at("2026-05-01T00:00:00Z");
    let tx = app.store.write().await.expect("a transaction");
    apply(&tx, &Batch { source: "dpga", actor: "test", at, changes }).await.expect("applied");
    tx.commit().await.expect("committed");
}

fn usage(organisation: &str, country: &str) -> Usage {
    Usage {
        organisation: organisation.to_owned(),
        country: Some(country.to_owned()),
        evidence: UsageEvidence::Catalogue,
        users: None,
        referents: None,
        since: None,
        expires_on: None,
    }
}

/// The rows of a table, each with its fields in the order of `columns`.
fn rows(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    let rows = reader.records().map(|row| row.expect("a row"));
    rows.map(|row| row.iter().map(str::to_owned).collect()).collect()
}

/// The first column without its header.
fn first_column(text: &str) -> Vec<String> {
    rows(text).into_iter().skip(1).map(|row| row[0].clone()).collect()
}

/// The ids of all hits, page by page.
async fn hits(app: &App, query: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut next = Some(format!("/api/v1/search?limit=7&{query}"));
    while let Some(address) = next {
        let page = app.json(&address).await;
        let ids = page["hits"].as_array().expect("hits").iter();
        all.extend(ids.map(|hit| hit["id"].as_str().expect("an id").to_owned()));
        next = page["next"].as_str().map(str::to_owned);
    }
    all
}

async fn problem(app: &App, address: &str) -> Value {
    let answer = app.get(address).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{address}");
    serde_json::from_str(&answer.body).expect("a problem")
}

fn tag(answer: &Answer) -> String {
    answer.headers[header::ETAG].to_str().expect("a tag").to_owned()
}

#[tokio::test]
async fn a_file_holds_all_that_the_search_finds_in_its_order() {
    let app = App::seeded().await;
    let everything = first_column(&app.get(&format!("{CSV}?columns=id")).await.body);
    for query in [
        "q=office",
        "q=alternative+to+Outlook",
        "licence=MIT",
        "licence=MIT&licence=Apache-2.0&sort=name",
        "licence_family=GPL&open_source=yes",
        "category=office",
        "sort=name",
        "sort=freshness&copyleft=network",
        "q=%20&sort=name",
        "q=nothingiscalledlikethis",
    ] {
        let expected = hits(&app, query).await;
        let table = app.get(&format!("{CSV}?columns=id&{query}")).await.body;
        assert_eq!(first_column(&table), expected, "{query}");
        let lines = app.get(&format!("{NDJSON}?{query}")).await.body;
        let lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        let ids: Vec<String> =
            lines.map(|line| line["id"].as_str().expect("an id").to_owned()).collect();
        assert_eq!(ids, expected, "{query}");
        let is_part = expected.len() < everything.len() || query.contains("sort");
        assert!(is_part && expected != everything, "{query} narrows or orders");
    }
    assert!(everything.len() > 20 && everything.is_sorted(), "all, in the order of ids");
    let empty = app.get(&format!("{CSV}?q=&licence=&columns=id")).await.body;
    assert_eq!(first_column(&empty), everything, "nothing is asked for");
}

#[tokio::test]
async fn more_than_one_page_of_the_store_is_exported_in_order() {
    let app = App::seeded().await;
    let entries = (0..450).map(|number| entry(&format!("Quokka {number:03}"), |_| {}));
    put(&app, entries.collect()).await;
    let gone = ("quokka 007".to_owned(), Change::Withdraw(Default::default()));
    change(&app, vec![gone]).await;
    let table = app.get(&format!("{CSV}?q=quokkas&sort=name&columns=name")).await.body;
    let expected: Vec<String> = (0..450).map(|number| format!("Quokka {number:03}")).collect();
    let expected: Vec<String> =
        expected.into_iter().filter(|name| !name.ends_with("007")).collect();
    assert_eq!(first_column(&table), expected, "but for the one that is withdrawn by now");
    let all = app.get(&format!("{CSV}?columns=name")).await.body;
    assert!(first_column(&all).len() > 450);
}

#[tokio::test]
async fn a_table_has_the_columns_that_are_asked_for() {
    let app = App::seeded().await;
    let quokka = entry("Quokka", |content| {
        content.usages = vec![usage("Office of Parcels", "NO"), usage("Ufficio", "IT")];
        content.deployed_in = ["KE".to_owned()].into();
        let (verdict, wording) = (RecommendationVerdict::Recommended, "R".to_owned());
        content.recommendations = vec![Recommendation { verdict, wording, since: None }];
        content.supported_by_contract = Some(false);
        let name = "Parcels Ltd".to_owned();
        content.support = vec![SupportProvider { name, url: None, until: None }];
        content.replaces = vec![Related { name: "=Kangaroo 1.0".to_owned(), wikidata: None }];
        content.categories = ["productivity-suite".to_owned()].into();
        content.tags = ["e-mail".to_owned()].into();
        content.last_activity_on = "2026-04-01".parse().ok();
        content.released_on = "2026-03-01".parse().ok();
        content.name.insert(Lang::parse("fr").expect("a tag"), "Le quokka");
    });
    put(&app, vec![quokka, entry("Wallaby", |_| {})]).await;
    let columns = "replaces,users,users_count,countries_of_use,recommendation,\
        supported_by_contract,support,needs,open_source,copyleft,released_on,last_activity_on,name";
    let table = app.get(&format!("{CSV}?q=counts+quokkas&sort=name&columns={columns}")).await.body;
    let rows = rows(&table);
    assert_eq!(rows[0].join(","), columns);
    let quokka = [
        "'=Kangaroo 1.0",
        "Office of Parcels | Ufficio",
        "2",
        "IT | KE | NO",
        "recommended (dpga)",
        "no",
        "Parcels Ltd",
        "productivity-suite | email-management (derived)",
        "not-stated",
        "not-stated",
        "2026-03-01",
        "2026-04-01",
        "Quokka",
    ];
    assert_eq!(rows[1], quokka);
    let nothing = ["", "", "", "", "", "", "", "", "not-stated", "not-stated", "", "", "Wallaby"];
    assert_eq!(rows[2], nothing, "what nobody states is no number and no \"no\"");
    let french = app.get(&format!("{CSV}?q=quokka&columns=name&lang=fr")).await.body;
    assert_eq!(first_column(&french)[0], "Le quokka");
    assert!(french.starts_with("name\r\n"), "programs read the same header in any language");
}

#[tokio::test]
async fn what_cannot_be_applied_is_refused_by_name() {
    let app = App::seeded().await;
    let names: Vec<Value> = columns::names().into_iter().map(Value::from).collect();
    for (asked, found) in [("name,colour", "colour"), ("", "")] {
        let problem = problem(&app, &format!("{CSV}?columns={asked}")).await;
        assert_eq!(problem["code"], "invalid-parameter");
        assert_eq!(problem["parameter"], "columns");
        assert_eq!(problem["allowed"], Value::Array(names.clone()));
        let told = format!("the parameter columns is \"{found}\": expected one of id, url,");
        assert!(problem["detail"].as_str().expect("words").starts_with(&told), "{problem}");
    }
    let twice = app.get(&format!("{CSV}?columns=name,id,name")).await;
    assert!(twice.body.starts_with("name,id\r\n"), "{}", twice.body);
    for (address, parameter, code) in [
        (format!("{NDJSON}?columns=name"), "columns", "unknown-parameter"),
        (format!("{NDJSON}?excel=1"), "excel", "unknown-parameter"),
        (format!("{NDJSON}?lang=fr"), "lang", "unknown-parameter"),
        (format!("{CSV}?limit=5"), "limit", "unknown-parameter"),
        (format!("{CSV}?licence-family=GPL"), "licence-family", "unknown-parameter"),
        (format!("{CSV}?excel=yes"), "excel", "invalid-parameter"),
        (format!("{CSV}?lang=tlh"), "lang", "invalid-parameter"),
        (format!("{CSV}?sort=best"), "sort", "invalid-parameter"),
        (format!("{NDJSON}?open_source=perhaps"), "open_source", "invalid-parameter"),
    ] {
        let problem = problem(&app, &address).await;
        assert_eq!(problem["code"], code, "{address}");
        assert_eq!(problem["parameter"], parameter, "{address}");
        assert!(!problem["allowed"].as_array().expect("a list").is_empty(), "{address}");
    }
}

#[tokio::test]
async fn a_spreadsheet_is_written_as_its_reader_opens_it() {
    let app = App::seeded().await;
    let columns = "name,users_count,replaces";
    for (lang, header) in [
        ("en", "\u{feff}Name,Number of organisations named,Named as replacement for\r\n"),
        ("fr", "\u{feff}Nom;Nombre d’organisations citées;Cité comme remplaçant de\r\n"),
        ("de", "\u{feff}Name;Number of organisations named;Named as replacement for\r\n"),
    ] {
        let address = format!("{CSV}?excel=1&columns={columns}&lang={lang}");
        let answer = app.get(&address).await;
        assert!(answer.body.starts_with(header), "{lang}: {:?}", answer.body.lines().next());
        assert_eq!(answer.body.matches('\u{feff}').count(), 1);
        assert_eq!(answer.headers[header::CONTENT_TYPE], "text/csv; charset=utf-8");
        let separator = if lang == "en" { b',' } else { b';' };
        let mut reader =
            csv::ReaderBuilder::new().delimiter(separator).from_reader(answer.body.as_bytes());
        assert!(reader.records().all(|row| row.expect("a row").len() == 3), "{lang}");
    }
    let asks = |accepted: &'static str| {
        let address = format!("{CSV}?excel=1&columns={columns}");
        let app = &app;
        async move { app.get_with(&address, &[(header::ACCEPT_LANGUAGE, accepted)]).await }
    };
    let french = asks("fr-CH, en;q=0.5").await;
    assert!(french.body.starts_with("\u{feff}Nom;"), "the browser says who reads");
    let mut vary = french.headers.get_all(header::VARY).iter();
    assert!(vary.any(|value| value == "accept-language"));
    assert!(asks("it").await.body.starts_with("\u{feff}Name;"));
    assert!(asks("ja").await.body.starts_with("\u{feff}Name,"));
    let plain = app.get(&format!("{CSV}?excel=0&columns={columns}&lang=fr")).await;
    assert!(plain.body.starts_with("name,users_count,replaces\r\n"));
}

#[tokio::test]
async fn every_column_has_a_name_in_the_words_of_its_readers() {
    let app = App::seeded().await;
    for (lang, separator) in [("en", ','), ("fr", ';')] {
        let table = app.get(&format!("{CSV}?excel=1&lang={lang}&q=nothingatall")).await.body;
        let header = table.lines().next().expect("a header").trim_start_matches('\u{feff}');
        let words: BTreeSet<&str> = header.split(separator).collect();
        assert_eq!(words.len(), columns::names().len(), "{lang}: {header}");
        assert!(words.iter().all(|word| !word.contains('_')), "{lang}: {header}");
        insta::assert_snapshot!(format!("header_{lang}"), header);
    }
}

#[tokio::test]
async fn another_question_and_another_form_is_another_file() {
    let app = App::seeded().await;
    let mut tags = BTreeSet::new();
    let addresses = [
        CSV.to_owned(),
        NDJSON.to_owned(),
        format!("{NDJSON}?q=office"),
        format!("{CSV}?q=office"),
        format!("{CSV}?q=mail"),
        format!("{CSV}?q=office&sort=name"),
        format!("{CSV}?licence=MIT"),
        format!("{CSV}?columns=name,id"),
        format!("{CSV}?columns=id,name"),
        format!("{CSV}?excel=1"),
        format!("{CSV}?excel=1&lang=fr"),
        format!("{CSV}?excel=1&lang=de"),
        format!("{CSV}?lang=de"),
    ];
    for address in &addresses {
        let held = tag(&app.get(address).await);
        let again = app.get_with(address, &[(header::IF_NONE_MATCH, &held)]).await;
        assert_eq!(
            (again.status, again.body.as_str()),
            (StatusCode::NOT_MODIFIED, ""),
            "{address}"
        );
        assert!(tags.insert(held), "{address} has the tag of another");
    }
    let address = format!("{CSV}?excel=1");
    let french = [(header::ACCEPT_LANGUAGE, "fr")];
    assert_ne!(tag(&app.get(&address).await), tag(&app.get_with(&address, &french).await));
    let before = tag(&app.get(&format!("{CSV}?q=office")).await);
    put(&app, vec![entry("Office of quokkas", |_| {})]).await;
    assert_ne!(tag(&app.get(&format!("{CSV}?q=office")).await), before);
}

/// An engine that finds as much as is asked for.
struct Plenty {
    engine: Embedded,
    most: usize,
}

#[async_trait]
impl SearchIndex for Plenty {
    fn schema(&self) -> &Schema {
        self.engine.schema()
    }

    async fn cursor(&self) -> Result<Cursor, SearchError> {
        self.engine.cursor().await
    }

    async fn rebuild(&self, documents: Documents<'_>, cursor: Cursor) -> Result<(), SearchError> {
        self.engine.rebuild(documents, cursor).await
    }

    async fn apply(
        &self,
        put: Vec<Document>,
        removed: Vec<Uuid>,
        cursor: Cursor,
    ) -> Result<(), SearchError> {
        self.engine.apply(put, removed, cursor).await
    }

    async fn search(&self, query: &Query) -> Result<Found, SearchError> {
        let hit = |number: usize| Hit { id: Uuid::from_u128(number as u128) };
        let hits = (0..self.most.min(query.limit)).map(hit).collect();
        Ok(Found { hits, total: self.most as u64, ..Found::default() })
    }
}

#[tokio::test]
async fn a_search_that_finds_too_much_is_refused_and_never_cut() {
    let with = |most: usize| {
        let engine = Embedded::new(schema().expect("a schema"), Synonyms::default());
        App::seeded_with(Arc::new(Plenty { engine: engine.expect("an engine"), most }))
    };
    let app = with(50_001).await;
    for path in [CSV, NDJSON] {
        let problem = problem(&app, &format!("{path}?q=a")).await;
        assert_eq!(problem["code"], "too-many-found");
        let detail = problem["detail"].as_str().expect("words");
        assert!(detail.contains("50001 entries") && detail.contains("at most 50000"), "{detail}");
        assert_eq!(app.get(path).await.status, StatusCode::OK, "all of it can be had");
    }
    let app = with(50_000).await;
    assert_eq!(app.get(&format!("{CSV}?q=a")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_page_of_a_search_links_to_what_it_shows() {
    let app = App::seeded().await;
    for (page, address) in [
        (
            "/?q=office&open-source=yes&sort=name&lang=fr",
            "/api/v1/export/software.csv?excel=1&lang=fr&q=office&open_source=yes&sort=name",
        ),
        ("/?lang=en&per_page=10&page=2", "/api/v1/export/software.csv?excel=1&lang=en"),
    ] {
        let html = app.get(page).await.body;
        let link =
            format!("<p class=\"spreadsheet\"><a href=\"{}\"", address.replace('&', "&#38;"));
        assert!(html.contains(&link), "{page} lacks {link}");
        assert_eq!(app.get(address).await.status, StatusCode::OK, "{address}");
    }
    let nothing = app.get("/?q=nothingiscalledlikethis").await.body;
    assert!(!nothing.contains("class=\"spreadsheet\""), "there is nothing to export");
}
