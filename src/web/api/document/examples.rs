//! An example of every body, made of the examples of its members: so it has the shape that the
//! schema says, whatever is added.

use serde_json::{Map, Value, json};

use super::json::{ITEMS, members_mut};
use super::shapes::resolved;

/// How deep an example goes.
const DEEPEST: usize = 12;

/// Gives every body that has none its example.
pub fn add(document: &mut Value) {
    let schemas = document.pointer("/components/schemas").cloned().unwrap_or_default();
    for (_, operations) in members_mut(document, "/paths") {
        for operation in operations.as_object_mut().into_iter().flat_map(Map::values_mut) {
            let responses = operation.get_mut("responses").and_then(Value::as_object_mut);
            for response in responses.into_iter().flat_map(Map::values_mut) {
                in_content(response, &schemas);
            }
            if let Some(body) = operation.get_mut("requestBody") {
                in_content(body, &schemas);
            }
        }
    }
}

fn in_content(body: &mut Value, schemas: &Value) {
    let content = body.get_mut("content").and_then(Value::as_object_mut);
    for (media_type, described) in content.into_iter().flatten() {
        if let Some(item) = described.get(ITEMS) {
            let data = example(item, schemas, 0);
            described["example"] = json!(match media_type.as_str() {
                "text/event-stream" => format!("event: progress\ndata: {data}\n\n"),
                _ => format!("{data}\n"),
            });
        }
        let is_json = media_type.ends_with("json");
        if is_json && described.get("example").is_none() && described.get("schema").is_some() {
            described["example"] = example(&described["schema"], schemas, 0);
        }
    }
}

/// A value of the shape of a schema.
fn example(schema: &Value, schemas: &Value, depth: usize) -> Value {
    if let Some(own) = schema.get("example") {
        return own.clone();
    }
    let schema = resolved(schema, schemas);
    if let Some(own) = schema.get("example") {
        return own.clone();
    }
    let first = |name: &str| schema[name].as_array().and_then(|values| values.first());
    if let Some(value) = first("enum") {
        return value.clone();
    }
    if depth >= DEEPEST {
        return Value::Null;
    }
    if let Some(variant) = first("oneOf") {
        return example(variant, schemas, depth + 1);
    }
    match schema["type"].as_str() {
        Some("object") => object(schema, schemas, depth),
        Some("array") => json!([example(&schema["items"], schemas, depth + 1)]),
        Some("integer") => {
            schema.get("minimum").filter(|least| **least != 0).cloned().unwrap_or(json!(1))
        }
        Some("number") => json!(1.5),
        Some("boolean") => json!(true),
        Some("string") => json!(match schema["format"].as_str() {
            Some("date-time") => "2026-11-30T08:15:00Z",
            Some("date") => "2026-11-30",
            Some("uuid") => "019a0b5e-7c1a-7000-8000-000000000001",
            Some("uri") => "https://example.org/software",
            Some("uri-reference") => "/api/v1/software?cursor=019a0b5e-7c1a-7000-8000-000000000001",
            _ => "text",
        }),
        _ => json!("any value"),
    }
}

fn object(schema: &Value, schemas: &Value, depth: usize) -> Value {
    if let Some(members) = schema["properties"].as_object() {
        let inner = members
            .iter()
            .map(|(name, schema)| (name.clone(), example(schema, schemas, depth + 1)));
        return Value::Object(inner.collect());
    }
    match schema.get("additionalProperties") {
        Some(of) if of.is_object() => json!({"name": example(of, schemas, depth + 1)}),
        _ => json!({}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_is_made_of_those_of_its_members() {
        let schemas = json!({"Licence": {"type": "object", "properties": {
            "expression": {"type": "string", "example": "MIT"},
            "state": {"type": "string", "enum": ["resolved", "unknown"]},
        }}});
        let schema = json!({"type": "object", "properties": {
            "licences": {"type": "array", "items": {"$ref": "#/components/schemas/Licence"}},
            "on": {"type": "string", "format": "date"},
            "counts": {"type": "object", "additionalProperties": {"type": "integer"}},
        }});
        assert_eq!(
            example(&schema, &schemas, 0),
            json!({
                "licences": [{"expression": "MIT", "state": "resolved"}],
                "on": "2026-11-30",
                "counts": {"name": 1},
            })
        );
    }
}
