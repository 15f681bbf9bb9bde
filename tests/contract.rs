//! The API keeps what its document says: the document itself, paging, names, and what is refused.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "the lints spare test functions, but not the functions that they share"
)]

mod support;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::{Arc, Mutex};

use axum::http::{StatusCode, header};
use fedcat::catalogue::content::Content;
use fedcat::catalogue::keys;
use fedcat::catalogue::text::{Lang, LocalizedText};
use fedcat::publish::index::Facet;
use fedcat::store::catalogue::{Batch, Change, Statement as StoredStatement, apply};
use fedcat::store::filters::{self, Named, Wanted};
use fedcat::store::records::State;
use fedcat::store::{Store, views};
use fedcat::{clock, setup};
use sea_orm::{ConnectionTrait, Database, Statement};
use serde_json::{Value, json};
use support::app::{Answer, App};
use support::at;
use support::stores::on_each;
use uuid::Uuid;

const DOCUMENT: &str = "/api/v1/openapi.json";

/// Every operation with its route and its method.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let mut all = Vec::new();
    for (route, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            all.push((route.clone(), method.clone(), operation.clone()));
        }
    }
    all
}

fn parameters(operation: &Value) -> Vec<&Value> {
    operation["parameters"].as_array().into_iter().flatten().collect()
}

fn has(operation: &Value, name: &str) -> bool {
    parameters(operation).iter().any(|one| one["name"] == name && one["deprecated"] != true)
}

/// Lists that a request without a token may read.
fn open_lists(document: &Value) -> Vec<String> {
    operations(document)
        .into_iter()
        .filter(|(route, method, operation)| {
            let is_open = operation.get("security").is_none() && !route.contains('{');
            method == "get" && is_open && has(operation, "cursor")
        })
        .map(|(route, ..)| route)
        .collect()
}

fn problem(answer: &Answer) -> Value {
    assert_eq!(answer.headers[header::CONTENT_TYPE], "application/problem+json", "{}", answer.body);
    serde_json::from_str(&answer.body).expect("JSON")
}

/// `INSTA_UPDATE=always cargo test --test contract the_document_in_short` writes it anew.
#[tokio::test]
async fn the_document_in_short() {
    let document = App::empty().await.json(DOCUMENT).await;
    let mut short = String::new();
    for (route, method, operation) in operations(&document) {
        let named = |of: &str, is_former: bool| {
            let all = parameters(&operation).into_iter();
            let all = all.filter(|one| one["in"] == of && (one["deprecated"] == true) == is_former);
            all.map(|one| one["name"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
        };
        let id = operation["operationId"].as_str().expect("an id");
        writeln!(short, "{} {route} = {id}", method.to_uppercase()).expect("written");
        for (title, names) in [("query", named("query", false)), ("former", named("query", true))] {
            if !names.is_empty() {
                writeln!(short, "    {title}: {}", names.join(" ")).expect("written");
            }
        }
        for (status, answer) in operation["responses"].as_object().expect("responses") {
            if status.starts_with('2') {
                let kinds = answer["content"].as_object().into_iter().flatten();
                let told: Vec<String> = kinds
                    .map(|(kind, content)| {
                        let schema = content.get("x-item-schema").unwrap_or(&content["schema"]);
                        format!("{kind} {}", shape(schema))
                    })
                    .collect();
                writeln!(short, "    {status}: {}", told.join(", ")).expect("written");
            }
        }
    }
    for (name, schema) in document["components"]["schemas"].as_object().expect("schemas") {
        let needed = schema["required"].as_array().cloned().unwrap_or_default();
        writeln!(short, "{name}: {}", shape(schema)).expect("written");
        for (member, inner) in schema["properties"].as_object().into_iter().flatten() {
            let sign = if needed.iter().any(|one| one == member) { "" } else { "?" };
            writeln!(short, "    {member}{sign}: {}", shape(inner)).expect("written");
        }
    }
    insta::assert_snapshot!(short);
}

fn shape(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str() {
        return name.rsplit('/').next().unwrap_or_default().to_owned();
    }
    if let Some(values) = schema["enum"].as_array() {
        let values: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
        return values.join("|");
    }
    if let Some(variants) = schema["oneOf"].as_array() {
        return variants.iter().map(shape).collect::<Vec<_>>().join(" or ");
    }
    match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("array"), _) => format!("[{}]", shape(&schema["items"])),
        (Some("object"), _) if schema["additionalProperties"].is_object() => {
            format!("{{{}}}", shape(&schema["additionalProperties"]))
        }
        (Some(kind), Some(format)) => format!("{kind} {format}"),
        (Some(kind), None) => kind.to_owned(),
        (None, _) => "any".to_owned(),
    }
}

#[tokio::test]
async fn programs_can_be_made_of_the_document() {
    let document = App::empty().await.json(DOCUMENT).await;
    let mut ids = BTreeSet::new();
    for (route, method, operation) in operations(&document) {
        let what = format!("{method} {route}");
        assert!(ids.insert(operation["operationId"].to_string()), "{what}: the id is not its own");
        for (status, answer) in operation["responses"].as_object().expect("responses") {
            let description = answer["description"].as_str().unwrap_or_default();
            assert!(!description.is_empty(), "{what} {status}: no description");
            for (kind, content) in answer["content"].as_object().into_iter().flatten() {
                assert!(content["schema"].is_object(), "{what} {status}: no schema");
                let is_json = kind.ends_with("json");
                assert!(
                    !is_json || content.get("example").is_some(),
                    "{what} {status}: no example"
                );
            }
        }
        if method == "post" && operation.get("requestBody").is_some() {
            let content = &operation["requestBody"]["content"]["application/json"];
            assert!(content["example"].is_object(), "{what}: no example of the body");
        }
        for parameter in parameters(&operation) {
            let name = parameter["name"].as_str().expect("a name");
            let is_named = parameter["deprecated"] == true || is_snake_case(name);
            assert!(is_named, "{what}: {name}");
        }
    }
    let text = document.to_string();
    assert!(!text.contains("\"null\""), "what is not stated is absent");
    for (name, schema) in document["components"]["schemas"].as_object().expect("schemas") {
        assert!(text.contains(&format!("#/components/schemas/{name}\"")), "{name} is not used");
        for member in schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name) {
            assert!(is_snake_case(member), "{name}: {member}");
        }
    }
    for reference in text.split("\"$ref\":\"#").skip(1) {
        let place = reference.split('"').next().expect("a place");
        assert!(document.pointer(place).is_some(), "{place} is not there");
    }
}

fn is_snake_case(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Whether a value has the shape that a schema says, members that no schema names included.
fn fits(value: &Value, schema: &Value, document: &Value) -> Result<(), String> {
    if let Some(place) = schema["$ref"].as_str() {
        let place = place.trim_start_matches('#');
        return fits(value, document.pointer(place).expect("a schema"), document);
    }
    if let Some(variants) = schema["oneOf"].as_array() {
        return match variants.iter().any(|one| fits(value, one, document).is_ok()) {
            true => Ok(()),
            false => Err(format!("{value} is of no variant")),
        };
    }
    let is_listed = schema["enum"].as_array().is_none_or(|values| values.contains(value));
    let is_kind = match schema["type"].as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("boolean") => value.is_boolean(),
        _ => return Ok(()),
    };
    if !is_listed || !is_kind {
        return Err(format!("{value} is not {schema}"));
    }
    for item in value.as_array().into_iter().flatten() {
        fits(item, &schema["items"], document)?;
    }
    let members = value.as_object();
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if members.is_none_or(|members| !members.contains_key(name)) {
            return Err(format!("{name} is missing in {value}"));
        }
    }
    for (name, inner) in members.into_iter().flatten() {
        let further = &schema["additionalProperties"];
        match schema["properties"].get(name) {
            Some(schema) => {
                fits(inner, schema, document).map_err(|why| format!("{name}: {why}"))?;
            }
            None if further.is_object() => fits(inner, further, document)?,
            None if schema.get("properties").is_some() => {
                return Err(format!("the schema does not name {name}"));
            }
            None => {}
        }
    }
    Ok(())
}

#[tokio::test]
async fn answers_and_examples_have_the_shapes_that_the_document_says() {
    let app = App::seeded().await;
    let document = app.json(DOCUMENT).await;
    let first = async |path: &str| {
        app.json(path).await["items"][0]["id"].as_str().expect("an id").to_owned()
    };
    let software = first("/api/v1/software?limit=1").await;
    let record = first("/api/v1/records?limit=1").await;
    let run = first("/api/v1/runs?limit=1").await;
    let mut read = 0;
    for (route, method, operation) in operations(&document) {
        let answer = &operation["responses"]["200"]["content"]["application/json"];
        if method != "get" || !answer.is_object() {
            continue;
        }
        let told = fits(&answer["example"], &answer["schema"], &document);
        assert_eq!(told, Ok(()), "the example of {route}");
        if operation.get("security").is_some() {
            continue;
        }
        let id = match route.as_str() {
            route if route.contains("/software/") => &software,
            route if route.contains("/records/") => &record,
            route if route.contains("/runs/") => &run,
            _ => "starter",
        };
        let query = if has(&operation, "q") { "?q=gpl" } else { "" };
        let body = app.json(&format!("{}{query}", route.replace("{id}", id))).await;
        assert_eq!(fits(&body, &answer["schema"], &document), Ok(()), "{route}");
        read += 1;
    }
    assert!(read > 14, "{read}");
}

#[tokio::test]
async fn every_list_goes_on_at_next_in_the_body_and_in_the_header() {
    let app = App::seeded().await;
    let lists = open_lists(&app.json(DOCUMENT).await);
    assert!(lists.len() >= 6, "{lists:?}");
    let mut long = 0;
    for list in lists {
        let whole = app.json(&format!("{list}?limit=100")).await;
        let rows = |page: &Value| -> Vec<Value> {
            let items = page.get("items").or(page.get("hits")).expect("rows");
            items.as_array().expect("rows").iter().take(3).cloned().collect()
        };
        let expected = rows(&whole);
        let mut address = format!("{list}?limit=1");
        let mut seen = Vec::new();
        for _ in &expected {
            let answer = app.get(&address).await;
            assert_eq!(answer.status, StatusCode::OK, "{address}: {}", answer.body);
            let page: Value = serde_json::from_str(&answer.body).expect("JSON");
            seen.extend(rows(&page));
            let link = answer.headers.get(header::LINK).map(|link| link.to_str().expect("text"));
            let next = page["next"].as_str().map(|next| format!("<{next}>; rel=\"next\""));
            assert_eq!(link.map(str::to_owned), next, "{address}");
            let Some(next) = page["next"].as_str() else { break };
            next.clone_into(&mut address);
            long += 1;
        }
        assert_eq!(seen, expected, "{list}");
    }
    assert!(long > 6, "some lists have more than one row: {long}");
}

#[tokio::test]
async fn what_the_document_does_not_know_is_refused_by_name() {
    let app = App::seeded().await;
    let document = app.json(DOCUMENT).await;
    let mut with_source = 0;
    for (route, method, operation) in operations(&document) {
        if method != "get" {
            continue;
        }
        let path = route.replace("{id}", "starter");
        if operation.get("security").is_some() {
            let answer = app.get(&format!("{path}?source=nowhere")).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}: nothing but that is told");
            continue;
        }
        let answer = app.get(&format!("{path}?licens=MIT")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}: {}", answer.body);
        let told = problem(&answer);
        assert_eq!(
            (&told["code"], &told["parameter"]),
            (&json!("unknown-parameter"), &json!("licens"))
        );
        for one in parameters(&operation) {
            let is_listed =
                told["allowed"].as_array().is_some_and(|all| all.contains(&one["name"]));
            let is_now = one["in"] == "query" && one["deprecated"] != true;
            assert_eq!(is_listed, is_now, "{path}: {} {told}", one["name"]);
        }
        if has(&operation, "source") {
            with_source += 1;
            let answer = app.get(&format!("{path}?source=nowhere")).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}: {}", answer.body);
            let told = problem(&answer);
            assert_eq!(
                (&told["code"], &told["parameter"]),
                (&json!("unknown-source"), &json!("source"))
            );
            assert!(told["allowed"].as_array().is_some_and(|all| all.contains(&json!("starter"))));
        }
    }
    assert!(with_source >= 5, "{with_source}");
    for unknown in ["nowhere:42", "https://example.org/a"] {
        let answer = app.get(&format!("/api/v1/software?identifier={unknown}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{unknown}: {}", answer.body);
        assert!(answer.body.contains(unknown.trim_end_matches(":42")), "{}", answer.body);
    }
    for (path, parameter) in [
        ("/api/v1/search?open_source=maybe", "open_source"),
        ("/api/v1/search?sort=best", "sort"),
        ("/api/v1/search?limit=101", "limit"),
        ("/api/v1/search?cursor=x", "cursor"),
        ("/api/v1/search?q=a&q=b", "q"),
        ("/api/v1/software?cursor=x", "cursor"),
        ("/api/v1/software?changed_since=yesterday", "changed_since"),
        ("/api/v1/software?country=France", "country"),
        ("/api/v1/software?identifier=boat", "identifier"),
        ("/api/v1/software?identifier=:", "identifier"),
        ("/api/v1/findings?code=nope", "code"),
        ("/api/v1/findings?state=half", "state"),
        ("/api/v1/records?state=gone", "state"),
        ("/api/v1/events?cursor=-1", "cursor"),
        ("/api/v1/suggest?lang=xx", "lang"),
        ("/api/v1/licences/normalise", "q"),
    ] {
        let answer = app.get(path).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}: {}", answer.body);
        let told = problem(&answer);
        assert_eq!(told["parameter"], parameter, "{path}: {told}");
        assert!(told["detail"].as_str().is_some_and(|text| text.contains("expected")), "{told}");
    }
}

#[tokio::test]
async fn former_names_work_and_say_so() {
    let app = App::seeded().await;
    let same = async |former: &str, now: &str| {
        let (old, new) = (app.get(former).await, app.get(now).await);
        assert_eq!(old.status, StatusCode::OK, "{former}: {}", old.body);
        assert_eq!(old.body, new.body, "{former}");
        assert_eq!(old.headers["deprecation"], "@1795996800", "{former}");
        let links = old.headers.get_all(header::LINK).iter();
        assert!(
            links
                .filter_map(|link| link.to_str().ok())
                .any(|link| link.contains("rel=\"deprecation\""))
        );
        assert!(new.headers.get("deprecation").is_none(), "{now}");
    };
    same("/api/v1/search?q=a&per_page=3", "/api/v1/search?q=a&limit=3").await;
    same("/api/v1/search?licence-family=GPL", "/api/v1/search?licence_family=GPL").await;
    same("/api/v1/search?sort=name&page=2", "/api/v1/search?sort=name&cursor=2.").await;
    same("/api/v1/events?after=5&limit=2", "/api/v1/events?cursor=5&limit=2").await;
    let page = app.json("/api/v1/software?limit=2").await;
    let id = page["items"][1]["id"].as_str().expect("an id");
    same(
        &format!("/api/v1/software?limit=2&after={id}"),
        &format!("/api/v1/software?limit=2&cursor={id}"),
    )
    .await;
    let next = page["next"].as_str().expect("a link");
    let sent = next.replace('&', "%26");
    same(&format!("/api/v1/software?limit=2&after={sent}"), next).await;
    let search = app.json("/api/v1/search").await;
    let facets = search["facets"].as_object().expect("facets");
    let expected: BTreeSet<String> =
        Facet::ALL.iter().map(|facet| facet.parameter().into_owned()).collect();
    assert_eq!(facets.keys().cloned().collect::<BTreeSet<_>>(), expected);
}

async fn ids(app: &App, query: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let mut next = Some(format!("/api/v1/software?limit=40&{query}"));
    while let Some(address) = next {
        let page = app.json(&address).await;
        for item in page["items"].as_array().expect("items") {
            assert!(all.insert(item["id"].as_str().expect("an id").to_owned()), "{query}: twice");
        }
        next = page["next"].as_str().map(str::to_owned);
    }
    all
}

#[tokio::test]
async fn entries_are_listed_by_source_time_licence_and_identifier() {
    on_each(|store| async move {
        filtered(&seeded_on(store).await).await;
    })
    .await;
}

async fn seeded_on(store: Store) -> App {
    setup::load_sources(&store, clock::now()).await.expect("sources");
    setup::take_in_starter_entries(&support::harvester(&store)).await.expect("entries");
    App::on(store).await
}

async fn filtered(app: &App) {
    let all = ids(app, "").await;
    let export = app.get("/api/v1/export/software.ndjson").await.body;
    let lines: Vec<Value> =
        export.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let of = |is_meant: &dyn Fn(&Value) -> bool| -> BTreeSet<String> {
        let meant = lines.iter().filter(|line| is_meant(line));
        meant.map(|line| line["id"].as_str().expect("an id").to_owned()).collect()
    };
    assert_eq!(all, of(&|_| true));
    assert_eq!(ids(app, "source=starter").await, all);
    assert_eq!(ids(app, "source=fr-sill").await, BTreeSet::new());
    let states = |line: &Value, id: &str| {
        let stated = line["licence"].to_string();
        stated.split(['"', ' ', '(', ')', '+']).any(|word| word == id)
    };
    for licence in ["MIT", "AGPL-3.0-only", "Apache-2.0", "none"] {
        let expected = of(&|line| states(line, licence));
        assert_eq!(ids(app, &format!("licence={licence}")).await, expected, "{licence}");
        assert_eq!(expected.is_empty(), licence == "none");
    }
    let known = |scheme: &str, line: &Value| {
        let identifiers = line["content"]["identifiers"].as_array().cloned().unwrap_or_default();
        identifiers.into_iter().find(|one| one["scheme"] == scheme)
    };
    let line = lines.iter().find(|line| known("wikidata", line).is_some()).expect("an item");
    let item =
        known("wikidata", line).expect("an item")["value"].as_str().expect("text").to_owned();
    let this: BTreeSet<String> = [line["id"].as_str().expect("an id").to_owned()].into();
    for identifier in [item.clone(), format!("wikidata:{item}")] {
        assert_eq!(ids(app, &format!("identifier={identifier}")).await, this, "{identifier}");
    }
    let own = line["records"][0]["external_id"].as_str().expect("an id");
    assert_eq!(ids(app, &format!("identifier=starter:{own}")).await, this);
    let forge = |line: &&Value| {
        let url = line["content"]["repository"].as_str();
        url.is_some_and(|url| url.starts_with("https://github.com/"))
    };
    let line = lines.iter().find(forge).expect("a repository at a forge");
    let url = line["content"]["repository"].as_str().expect("an address");
    let found = ids(app, &format!("identifier={url}.git")).await;
    assert!(found.contains(line["id"].as_str().expect("an id")), "{url}");

    let changed = lines[3]["records"][0]["external_id"].as_str().expect("an id").to_owned();
    let before = ids(app, "changed_since=2999-01-01T00:00:00Z").await;
    let changes = vec![(changed, Change::Withdraw(Default::default()))];
    let at = at("2999-01-01T00:00:00Z");
    let tx = app.store.write().await.expect("a transaction");
    apply(&tx, &Batch { source: "starter", actor: "test", at, changes }).await.expect("applied");
    tx.commit().await.expect("committed");
    assert_eq!((before.len(), ids(app, "").await.len()), (0, all.len() - 1));
    assert_eq!(ids(app, "source=starter").await.len(), all.len() - 1);
    assert_eq!(
        ids(app, "changed_since=2000-01-01T00:00:00Z&licence=MIT").await,
        ids(app, "licence=MIT").await
    );
}

#[tokio::test]
async fn entries_are_listed_by_country_of_use() {
    let app = App::seeded().await;
    let content = Content {
        name: LocalizedText::single(Lang::unknown(), "Boat"),
        deployed_in: ["KE".to_owned()].into(),
        ..Content::default()
    };
    let statement = records_statement(content);
    let changes = vec![("boat".to_owned(), Change::Put(Box::new(statement)))];
    let at = at("2026-05-01T00:00:00Z");
    let tx = app.store.write().await.expect("a transaction");
    apply(&tx, &Batch { source: "dpga", actor: "test", at, changes }).await.expect("applied");
    tx.commit().await.expect("committed");
    let boat = ids(&app, "source=dpga").await;
    assert_eq!(boat.len(), 1);
    for (country, found) in [("KE", &boat), ("ke", &boat), ("NO", &BTreeSet::new())] {
        assert_eq!(&ids(&app, &format!("country={country}")).await, found, "{country}");
    }
}

fn records_statement(content: Content) -> StoredStatement {
    StoredStatement {
        digest: "boat".to_owned(),
        rules_version: "1".to_owned(),
        raw: Value::Null,
        content,
        personal: Vec::new(),
    }
}

#[tokio::test]
async fn a_database_of_before_is_filtered_as_one_of_now() {
    on_each(|store| async move {
        let app = seeded_on(store).await;
        let before = ids(&app, "licence=MIT").await;
        assert!(!before.is_empty());
        let tx = app.store.write().await.expect("a transaction");
        for gone in ["DELETE FROM software_filter", "DELETE FROM counter WHERE name = 'filters'"] {
            tx.execute_unprepared(gone).await.expect("gone");
        }
        tx.commit().await.expect("committed");
        assert_eq!(ids(&app, "licence=MIT").await, BTreeSet::new());
        app.store.migrate().await.expect("made again");
        assert_eq!(ids(&app, "licence=MIT").await, before);
    })
    .await;
}

#[tokio::test]
async fn records_are_listed_by_source_and_id_and_read_by_their_own() {
    let app = App::seeded().await;
    let page = app.json("/api/v1/records?source=starter&external_id=libreoffice").await;
    let items = page["items"].as_array().expect("items");
    assert_eq!(items.len(), 1, "{page}");
    let id = items[0]["id"].as_str().expect("an id");
    let one = app.json(&format!("/api/v1/records/{id}")).await;
    assert_eq!(one, items[0]);
    assert_eq!(one["content"]["name"]["und"], "LibreOffice");
    let software = one["software"].as_str().expect("an entry");
    let entry = app.json(&format!("/api/v1/software/{software}")).await;
    assert!(entry["records"].as_array().is_some_and(|records| records.contains(&one)));

    let changes = vec![("libreoffice".to_owned(), Change::Withdraw(Default::default()))];
    let at = at("2026-05-01T00:00:00Z");
    let tx = app.store.write().await.expect("a transaction");
    apply(&tx, &Batch { source: "starter", actor: "test", at, changes }).await.expect("applied");
    tx.commit().await.expect("committed");
    assert_eq!(app.get(&format!("/api/v1/records/{id}")).await.status, StatusCode::GONE);
    let gone = app.json("/api/v1/records?source=starter&state=withdrawn").await;
    assert_eq!(gone["items"][0]["id"], id);
    let kept = app.json("/api/v1/records?source=starter&external_id=libreoffice").await;
    assert_eq!(kept["items"], json!([]));
}

#[tokio::test]
async fn an_event_names_what_it_is_about() {
    let app = App::seeded().await;
    let page = app.json("/api/v1/events?limit=500").await;
    let (mut records, mut entries) = (0, 0);
    for event in page["items"].as_array().expect("events") {
        if event["entity"] == "record" {
            records += 1;
            assert_eq!((&event["record"], &event["source"]), (&event["id"], &json!("starter")));
            let path = format!("/api/v1/records/{}", event["record"].as_str().expect("an id"));
            let record = app.json(&path).await;
            assert_eq!(record["external_id"], event["external_id"]);
            assert_eq!(record["software"], event["software"]);
        } else {
            entries += 1;
            assert_eq!(event["software"], event["id"]);
            assert!(event.get("record").is_none() && event.get("source").is_none(), "{event}");
        }
    }
    assert!(records > 100 && entries > 100, "{records} {entries}");
}

#[tokio::test]
async fn a_hit_holds_what_the_page_shows() {
    let app = App::seeded().await;
    let hit = app.json("/api/v1/search?q=libreoffice&limit=1").await["hits"][0].clone();
    let id = hit["id"].as_str().expect("an id");
    let entry = app.json(&format!("/api/v1/software/{id}")).await;
    let content = &entry["content"];
    let named: Vec<Value> = content["replaces"]
        .as_array()
        .expect("products")
        .iter()
        .map(|one| one["name"].clone())
        .collect();
    assert_eq!(hit["replaces"], Value::from(named));
    assert_eq!(hit["licence"], entry["licence"]);
    assert_eq!(
        hit["users"].as_u64(),
        content["usages"].as_array().map_or(Some(0), |all| Some(all.len() as u64))
    );
    for member in ["development_status", "maintenance"] {
        assert_eq!(hit.get(member), content.get(member), "{member}");
    }
    assert!(hit["recommendations"].is_array());
    let facets = app.json("/api/v1/search?lang=fr").await["facets"]["category"].clone();
    let labelled = facets.as_array().expect("values").iter().filter(|one| one["label"].is_string());
    assert!(labelled.count() > 5, "{facets}");
}

#[tokio::test]
async fn the_reference_is_whole_without_a_script_and_loads_nothing_foreign() {
    let app = App::empty().await;
    let document = app.json(DOCUMENT).await;
    for (lang, title) in [("en", "The API"), ("fr", "L’API")] {
        let page = app.get(&format!("/api/docs/?lang={lang}")).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains(title), "{lang}");
        assert!(page.body.contains("<div lang=\"en\">"), "the document is in English");
        for (route, _, operation) in operations(&document) {
            let id = operation["operationId"].as_str().expect("an id");
            assert!(page.body.contains(&format!("id=\"{id}\"")), "{id}");
            assert!(page.body.contains(&route), "{route}");
        }
        for name in document["components"]["schemas"].as_object().expect("schemas").keys() {
            assert!(page.body.contains(&format!("id=\"shape-{name}\"")), "{name}");
        }
        for link in page.body.split("href=\"#").skip(1) {
            let place = link.split('"').next().expect("a place");
            assert!(page.body.contains(&format!("id=\"{place}\"")), "#{place} leads nowhere");
        }
        assert!(!page.body.contains("<style") && !page.body.contains(" style="));
    }
    assert_eq!(app.get("/api/docs").await.status, StatusCode::PERMANENT_REDIRECT);
}

#[tokio::test]
async fn every_filter_of_entries_and_records_is_read_off_an_index() {
    let (store, folder) = support::stores::sqlite().await;
    setup::load_sources(&store, clock::now()).await.expect("sources");
    let url = format!("sqlite://{}", folder.path().join("fedcat.db").display());
    let mut db = Database::connect(url).await.expect("a connection");
    let asked: Arc<Mutex<Vec<Statement>>> = Arc::default();
    let log = Arc::clone(&asked);
    db.set_metric_callback(move |one| log.lock().expect("the log").push(one.statement.clone()));
    let named = |identifier: &str| keys::of_identifier(identifier).map(Named::Key);
    let at = Named::At { source: "fr-sill".to_owned(), external_id: "42".to_owned() };
    let all = || Wanted::default();
    for wanted in [
        Wanted { source: Some("fr-sill"), ..all() },
        Wanted { changed_since: Some(clock::now()), ..all() },
        Wanted { licence: Some("MIT"), country: Some("FR"), ..all() },
        Wanted { named: named("Q10135"), ..all() },
        Wanted { named: named("https://github.com/example/boat"), ..all() },
        Wanted { named: Some(at), ..all() },
    ] {
        filters::page(&db, &wanted, Some(Uuid::nil()), 50).await.expect("entries");
    }
    let states = [State::Active, State::Missing];
    for (source, id) in [(None, None), (Some("fr-sill"), None), (Some("fr-sill"), Some("42"))] {
        views::records(&db, source, id, &states, Some(Uuid::nil()), 50).await.expect("records");
    }
    let asked = std::mem::take(&mut *asked.lock().expect("the log"));
    assert_eq!(asked.len(), 9);
    for mut statement in asked {
        statement.sql = format!("EXPLAIN QUERY PLAN {}", statement.sql);
        for row in db.query_all_raw(statement.clone()).await.expect("a plan") {
            let step: String = row.try_get("", "detail").expect("a step");
            assert!(!step.starts_with("SCAN"), "{step}: {}", statement.sql);
        }
    }
}
