//! The OpenAPI document: what the routes say of themselves, finished so that programs can be made
//! of it. Pure.
//!
//! The derived schemas follow our types; what is the same for all of them is said here once: shapes
//! that every language knows, the problems that any operation may answer with, former names, the
//! header of a list, and an example of every body.

mod examples;
mod json;
mod shapes;

use axum::http::StatusCode;
use serde_json::{Value, json};
use utoipa::openapi::OpenApi;

use super::allowed_values::{allowed_values, pattern};
use super::deprecated::{self, Former, SEARCH};
use crate::web::search::params::LAST_PAGE;
pub use json::ITEMS;
use json::members_mut;

/// Where the schema of problems stands.
const PROBLEM: &str = "#/components/schemas/Problem";

/// What is streamed, bit by bit.
const STREAMS: [&str; 2] = ["application/x-ndjson", "text/event-stream"];

/// The document, finished.
pub fn finished(described: &OpenApi) -> Value {
    let mut document = serde_json::to_value(described).unwrap_or_default();
    shapes::simplify(&mut document);
    for (route, operations) in members_mut(&mut document, "/paths") {
        for (method, operation) in operations.as_object_mut().into_iter().flatten() {
            let former = if method == "get" { deprecated::names(route) } else { Vec::new() };
            parameters(route, &former, operation);
            responses(method, !former.is_empty(), operation);
        }
    }
    shapes::drop_unused(&mut document);
    examples::add(&mut document);
    document
}

/// Values that can be listed, and names that parameters had.
fn parameters(route: &str, former: &[Former], operation: &mut Value) {
    let mut all = match operation.get_mut("parameters").map(Value::take) {
        Some(Value::Array(all)) => all,
        _ => Vec::new(),
    };
    for parameter in &mut all {
        let name = parameter["name"].as_str().unwrap_or_default().to_owned();
        if let (Some(pattern), Some(schema)) = (pattern(route, &name), parameter.get_mut("schema"))
        {
            schema["pattern"] = json!(pattern);
        }
        let Some(schema) = parameter.get_mut("schema") else { continue };
        let values = allowed_values(route, &name);
        if values.is_empty() {
            without_nul(schema);
            continue;
        }
        match schema.get_mut("items") {
            Some(items) => items["enum"] = json!(values),
            None => schema["enum"] = json!(values),
        }
    }
    for (name, now) in former {
        let described = all.iter().find(|parameter| parameter["name"] == now.as_ref());
        let schema = match (*name, described) {
            ("page", _) => json!({"type": "integer", "minimum": 1, "maximum": LAST_PAGE}),
            (_, Some(parameter)) if !(route == SEARCH && now == "cursor") => {
                parameter["schema"].clone()
            }
            _ => json!({"type": "string"}),
        };
        all.push(json!({
            "name": name, "in": "query", "required": false, "deprecated": true, "schema": schema,
            "description": format!("former name of `{now}`; it works for one more release"),
        }));
    }
    if !all.is_empty() {
        operation["parameters"] = Value::Array(all);
    }
}

/// What an operation may answer with beside what it says itself.
fn responses(method: &str, has_former: bool, operation: &mut Value) {
    let is_secured = operation.get("security").is_some();
    let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
    let asks = |of: &str| parameters.iter().any(|parameter| parameter["in"] == of);
    let names_source = parameters.iter().any(|parameter| parameter["name"] == "source");
    let reads = method == "get";
    let usual = [
        (304, reads && !is_secured, "You hold it already, as `If-None-Match` says"),
        (400, true, "The request cannot be read: `parameter` names what is wrong"),
        (401, is_secured, "No good token was shown"),
        (404, asks("path") || names_source, "There is no such thing, or no such source"),
        (429, true, "You ask too often: come back after `Retry-After`"),
        (503, true, "Not to be had right now: come back after `Retry-After`"),
    ];
    let Some(own) = operation["responses"].as_object_mut() else { return };
    for (status, is_possible, description) in usual {
        if is_possible && !own.contains_key(&status.to_string()) {
            let response = match status {
                304 => json!({"description": description}),
                _ => problem(description),
            };
            own.insert(status.to_string(), response);
        }
    }
    own.insert("default".to_owned(), problem("Any other problem"));
    for (status, response) in own.iter_mut() {
        if response["description"].as_str().is_none_or(str::is_empty) {
            response["description"] = json!(reason(status));
        }
        if !status.starts_with('2') {
            continue;
        }
        STREAMS.iter().for_each(|kind| as_text(response, kind));
        if has_former {
            let about = "RFC 9745; there where the request used a former name";
            add_header(response, "Deprecation", about);
        }
        if parameters.iter().any(|parameter| parameter["name"] == "cursor") {
            let about = "`rel=\"next\"`: where the list goes on, as `next` in the body";
            add_header(response, "Link", about);
        }
    }
}

/// Says of a text of any shape that it holds no NUL: no request may.
fn without_nul(schema: &mut Value) {
    if let Some(items) = schema.get_mut("items") {
        return without_nul(items);
    }
    let is_open = ["pattern", "format", "enum"].iter().all(|key| schema.get(key).is_none());
    if schema["type"] == "string" && is_open {
        schema["pattern"] = json!(r"^[^\u0000]*$");
    }
}

/// Describes a header of a response.
fn add_header(response: &mut Value, name: &str, about: &str) {
    let Some(response) = response.as_object_mut() else { return };
    let headers = response.entry("headers").or_insert_with(|| json!({}));
    if let Some(headers) = headers.as_object_mut() {
        let header = json!({"description": about, "schema": {"type": "string"}});
        headers.insert(name.to_owned(), header);
    }
}

/// What is streamed is a text; the shape that was said is that of each of its items. OpenAPI 3.1
/// has no word of its own for that.
fn as_text(response: &mut Value, kind: &str) {
    let of_kind = response.get_mut("content").and_then(|content| content.get_mut(kind));
    if let Some(content) = of_kind {
        content[ITEMS] = content["schema"].take();
        content["schema"] = json!({"description": format!("A text; its items are `{ITEMS}`")});
    }
}

fn problem(description: &str) -> Value {
    json!({
        "description": description,
        "content": {"application/problem+json": {"schema": {"$ref": PROBLEM}}},
    })
}

fn reason(status: &str) -> &'static str {
    let status = status.parse().ok().and_then(|code| StatusCode::from_u16(code).ok());
    status.and_then(|status| status.canonical_reason()).unwrap_or("Another answer")
}
