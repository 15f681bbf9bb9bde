//! `/api/docs/`: the reference of the API, made from its OpenAPI document. Only its frame follows
//! the reader's language: the document is in English.

use askama::Template;
use axum::extract::State;
use axum::response::{Redirect, Response};
use serde_json::Value;

use super::layout::Layout;
use super::render;
use crate::web::error::Error;
use crate::web::i18n::language::Language;
use crate::web::i18n::reader::Reader;
use crate::web::{AppState, api};

/// Where schemas stand in the document.
const SCHEMAS: &str = "#/components/schemas/";

#[derive(Template)]
#[template(path = "reference.html")]
struct ReferencePage {
    layout: Layout,
    t: Language,
    about: Vec<Piece>,
    groups: Vec<Group>,
    shapes: Vec<Shape>,
}

/// Operations about one subject.
struct Group {
    name: String,
    about: Vec<Piece>,
    operations: Vec<Operation>,
}

/// A method at a path.
struct Operation {
    id: String,
    method: String,
    path: String,
    summary: String,
    about: Vec<Piece>,
    is_secured: bool,
    parameters: Vec<Member>,
    /// The label of the table for screen readers.
    parameters_of: String,
    body: Option<Kind>,
    answers: Vec<OperationResponse>,
    example: Option<String>,
}

/// A parameter, or a member of an object.
struct Member {
    name: String,
    kind: Kind,
    about: Vec<Piece>,
    is_needed: bool,
    is_deprecated: bool,
}

/// What an operation may answer.
struct OperationResponse {
    status: String,
    about: Vec<Piece>,
    kind: Option<Kind>,
}

/// What kind of value something has.
struct Kind {
    /// Such as "list of".
    before: &'static str,
    text: String,
    /// The name of a shape of this page.
    shape: Option<String>,
}

/// A schema.
struct Shape {
    name: String,
    about: Vec<Piece>,
    members: Vec<Member>,
    /// The label of the table for screen readers.
    members_of: String,
    /// What it is where it is no object.
    kind: Option<Kind>,
}

/// A part of a text.
struct Piece {
    text: String,
    is_code: bool,
}

/// `GET /api/docs/`
pub async fn get(State(state): State<AppState>, reader: Reader) -> Result<Response, Error> {
    let t = reader.language;
    let document = api::document();
    let layout = Layout::new(&reader, "api", t.say("api-title"))
        .found_at(&state.public_url, "/api/docs/")
        .described(t.say("api-lead"));
    render::whole(&ReferencePage {
        layout,
        t,
        about: pieces(within(document, "/info/description")),
        groups: groups(document),
        shapes: members(within(document, "/components/schemas")).map(Shape::of).collect(),
    })
}

/// The address without its last sign.
pub async fn to_reference() -> Redirect {
    Redirect::permanent("/api/docs/")
}

/// The value at a JSON pointer; null where there is none.
fn within<'a>(value: &'a Value, pointer: &str) -> &'a Value {
    value.pointer(pointer).unwrap_or(&Value::Null)
}

fn groups(document: &Value) -> Vec<Group> {
    let tags = document["tags"].as_array().into_iter().flatten();
    tags.map(|tag| Group {
        name: word(&tag["name"]),
        about: pieces(&tag["description"]),
        operations: operations(document, &tag["name"]),
    })
    .collect()
}

fn operations(document: &Value, tag: &Value) -> Vec<Operation> {
    let mut all = Vec::new();
    for (path, methods) in members(&document["paths"]) {
        for (method, operation) in members(methods) {
            if operation["tags"].as_array().is_some_and(|tags| tags.contains(tag)) {
                all.push(Operation::of(path, method, operation));
            }
        }
    }
    all
}

impl Operation {
    fn of(path: &str, method: &str, operation: &Value) -> Self {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let body = within(operation, "/requestBody/content/application~1json/schema");
        let succeeded =
            members(&operation["responses"]).find(|(status, _)| status.starts_with('2'));
        let example = succeeded.and_then(|(_, answer)| {
            let (_, content) = members(&answer["content"]).next()?;
            match content.get("example")? {
                Value::String(text) => Some(text.clone()),
                example => serde_json::to_string_pretty(example).ok(),
            }
        });
        Self {
            parameters_of: format!("Parameters of {}", word(&operation["operationId"])),
            id: word(&operation["operationId"]),
            method: method.to_uppercase(),
            path: path.to_owned(),
            summary: word(&operation["summary"]),
            about: pieces(&operation["description"]),
            is_secured: operation.get("security").is_some(),
            parameters: parameters.map(Member::of_parameter).collect(),
            body: body.is_object().then(|| Kind::of(body)),
            answers: members(&operation["responses"]).map(OperationResponse::of).collect(),
            example,
        }
    }
}

impl Member {
    fn of_parameter(parameter: &Value) -> Self {
        Self {
            name: word(&parameter["name"]),
            kind: Kind::of(&parameter["schema"]),
            about: pieces(&parameter["description"]),
            is_needed: parameter["required"] == true,
            is_deprecated: parameter["deprecated"] == true,
        }
    }
}

impl OperationResponse {
    fn of((status, answer): (&String, &Value)) -> Self {
        let content = members(&answer["content"]).next();
        Self {
            status: status.clone(),
            about: pieces(&answer["description"]),
            kind: content.map(|(_, content)| match content.get(api::ITEMS) {
                Some(item) => Kind { before: "stream of ", ..Kind::of(item) },
                None => Kind::of(&content["schema"]),
            }),
        }
    }
}

impl Shape {
    fn of((name, schema): (&String, &Value)) -> Self {
        let needed = schema["required"].as_array().cloned().unwrap_or_default();
        let inner: Vec<Member> = members(&schema["properties"])
            .map(|(name, inner)| Member {
                name: name.clone(),
                kind: Kind::of(inner),
                about: pieces(&inner["description"]),
                is_needed: needed.iter().any(|one| one == name),
                is_deprecated: inner["deprecated"] == true,
            })
            .collect();
        Self {
            members_of: format!("Members of {name}"),
            name: name.clone(),
            about: pieces(&schema["description"]),
            kind: inner.is_empty().then(|| Kind::of(schema)),
            members: inner,
        }
    }
}

impl Kind {
    fn of(schema: &Value) -> Self {
        if schema["type"] == "array" {
            return Self { before: "list of ", ..Self::of(&schema["items"]) };
        }
        if schema["additionalProperties"].is_object() {
            return Self { before: "by name: ", ..Self::of(&schema["additionalProperties"]) };
        }
        let shape = schema["$ref"].as_str().and_then(|name| name.strip_prefix(SCHEMAS));
        Self {
            before: "",
            text: shape.map_or_else(|| kind(schema), str::to_owned),
            shape: shape.map(str::to_owned),
        }
    }
}

/// The kind of a value that has no shape of its own, in words.
fn kind(schema: &Value) -> String {
    if let Some(values) = schema["enum"].as_array() {
        let values: Vec<String> = values.iter().map(word).collect();
        return values.join(", ");
    }
    if let Some(variants) = schema["oneOf"].as_array() {
        let variants: Vec<String> = variants.iter().map(|one| Kind::of(one).text).collect();
        return variants.join(" or ");
    }
    let kind = word(&schema["type"]);
    let bound = |name: &str| schema[name].as_f64();
    match (schema["format"].as_str(), bound("minimum"), bound("maximum")) {
        (_, Some(least), Some(most)) => format!("{kind} from {least} to {most}"),
        (Some(format @ ("date" | "date-time" | "uuid" | "uri" | "uri-reference")), ..) => {
            format!("{kind} ({format})")
        }
        _ if kind.is_empty() => "any value".to_owned(),
        _ => kind,
    }
}

/// A text in pieces: what stands between backquotes is code.
fn pieces(text: &Value) -> Vec<Piece> {
    let text = text.as_str().unwrap_or_default();
    let parts = text.split('`').enumerate();
    parts
        .filter(|(_, part)| !part.is_empty())
        .map(|(at, part)| Piece { text: part.to_owned(), is_code: at % 2 == 1 })
        .collect()
}

fn word(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}
