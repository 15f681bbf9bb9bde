//! Shapes that every language knows: an object whose members may be absent, and are never null; one
//! object instead of one joined with a choice of others.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::json::members_mut;

const SCHEMAS: &str = "#/components/schemas/";
/// How the name of the schema of a page begins: the name of what is on it follows.
const PAGE_OF: &str = "Page_";

/// Simplifies every schema.
pub fn simplify(document: &mut Value) {
    name_items_of_pages(document);
    let schemas = document.pointer("/components/schemas").cloned().unwrap_or_default();
    each_object(document, &mut |object| {
        if let Some(Value::Array(_)) = object.get("allOf") {
            let merged = merged(&Value::Object(object.clone()), &schemas);
            *object = merged;
        }
    });
    each_object(document, &mut |object| {
        without_null(object);
        if let Some(Value::String(text)) = object.get_mut("description") {
            *text = plain(text);
        }
    });
    // Answers may gain members: whoever reads them must not refuse those.
    for (_, schema) in members_mut(document, "/components/schemas") {
        if schema["additionalProperties"] == false {
            schema.as_object_mut().map(|schema| schema.remove("additionalProperties"));
        }
        // A default is for who sends a member, and these are sent by us.
        for (_, member) in members_mut(schema, "/properties") {
            member.as_object_mut().map(|member| member.remove("default"));
        }
    }
}

/// A page of things has the schema of the thing by its name, not once more in full.
fn name_items_of_pages(document: &mut Value) {
    let mut items = Vec::new();
    for (name, schema) in members_mut(document, "/components/schemas") {
        if let Some(name) = name.strip_prefix(PAGE_OF)
            && let Some(of) = schema.pointer_mut("/properties/items/items")
            && of.get("$ref").is_none()
        {
            let reference = json!({"$ref": format!("{SCHEMAS}{name}")});
            items.push((name.to_owned(), std::mem::replace(of, reference)));
        }
    }
    let schemas = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut);
    if let Some(schemas) = schemas {
        for (name, schema) in items {
            schemas.entry(name).or_insert(schema);
        }
    }
}

/// Removes the schemas that nothing refers to any more.
pub fn drop_unused(document: &mut Value) {
    loop {
        let mut used = BTreeSet::new();
        each_object(document, &mut |object| {
            if let Some(Value::String(reference)) = object.get("$ref") {
                used.extend(reference.strip_prefix(SCHEMAS).map(str::to_owned));
            }
        });
        let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") else {
            return;
        };
        let before = schemas.len();
        schemas.retain(|name, _| used.contains(name));
        if schemas.len() == before {
            return;
        }
    }
}

/// The schema that a reference leads to, or the schema itself.
pub fn resolved<'a>(schema: &'a Value, schemas: &'a Value) -> &'a Value {
    let name = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix(SCHEMAS));
    name.and_then(|name| schemas.get(name)).unwrap_or(schema)
}

/// Visits every object, the innermost first.
fn each_object(value: &mut Value, visit: &mut impl FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            object.values_mut().for_each(|inner| each_object(inner, visit));
            visit(object);
        }
        Value::Array(items) => items.iter_mut().for_each(|inner| each_object(inner, visit)),
        _ => {}
    }
}

/// One object with the members of all parts. Of a choice, what every variant has and needs is
/// needed; the value that tells the variants apart is one of those of all.
fn merged(schema: &Value, schemas: &Value) -> Map<String, Value> {
    let schema = resolved(schema, schemas);
    let list = |name: &str| schema[name].as_array().cloned().unwrap_or_default();
    let (all, one) = (list("allOf"), list("oneOf"));
    let mut object = Map::new();
    if all.is_empty() && one.is_empty() {
        object = schema.as_object().cloned().unwrap_or_default();
    }
    for part in &all {
        let part = merged(part, schemas);
        let needed = joined(&object, &part, |a, b| a.union(b).cloned().collect());
        take_members(&mut object, &part);
        object.insert("required".to_owned(), json!(needed));
    }
    for (position, variant) in one.iter().enumerate() {
        let variant = merged(variant, schemas);
        let needed = match position {
            0 => joined(&variant, &variant, |a, _| a.clone()),
            _ => joined(&object, &variant, |a, b| a.intersection(b).cloned().collect()),
        };
        take_members(&mut object, &variant);
        object.insert("required".to_owned(), json!(needed));
    }
    object.insert("type".to_owned(), json!("object"));
    for name in ["description", "example"] {
        if let Some(own) = schema.get(name) {
            object.insert(name.to_owned(), own.clone());
        } else if !all.is_empty() || !one.is_empty() {
            object.remove(name);
        }
    }
    object
}

fn joined(
    one: &Map<String, Value>,
    other: &Map<String, Value>,
    how: fn(&BTreeSet<String>, &BTreeSet<String>) -> BTreeSet<String>,
) -> BTreeSet<String> {
    let needed = |object: &Map<String, Value>| -> BTreeSet<String> {
        let names = object.get("required").and_then(Value::as_array).into_iter().flatten();
        names.filter_map(|name| Some(name.as_str()?.to_owned())).collect()
    };
    how(&needed(one), &needed(other))
}

fn take_members(object: &mut Map<String, Value>, part: &Map<String, Value>) {
    let own = object.entry("properties").or_insert_with(|| json!({}));
    for (name, schema) in part.get("properties").and_then(Value::as_object).into_iter().flatten() {
        match own.get_mut(name) {
            None => own[name] = schema.clone(),
            Some(known) => {
                let more = schema["enum"].as_array().cloned().unwrap_or_default();
                if let Some(values) = known["enum"].as_array_mut() {
                    values.extend(more);
                    let mut seen = BTreeSet::new();
                    values.retain(|value| seen.insert(value.to_string()));
                }
            }
        }
    }
}

/// What is not there is absent, never null.
fn without_null(object: &mut Map<String, Value>) {
    let is_null = |schema: &Value| schema["type"] == "null";
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|one| one != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            object.insert("type".to_owned(), only);
        }
    }
    let choice = object.get_mut("oneOf").and_then(Value::as_array_mut);
    let Some(choice) = choice.filter(|choice| choice.iter().any(is_null)) else { return };
    choice.retain(|schema| !is_null(schema));
    if let [Value::Object(only)] = choice.as_slice() {
        let only = only.clone();
        object.remove("oneOf");
        only.into_iter().for_each(|(name, value)| {
            object.entry(name).or_insert(value);
        });
    }
}

/// The first paragraph of a comment, without what only our own reference can follow.
fn plain(text: &str) -> String {
    let first = text.split("\n\n").next().unwrap_or_default().replace('\n', " ");
    first.replace("[`", "`").replace("`]", "`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_joined_with_a_choice_is_one_object() {
        let mut document = json!({"components": {"schemas": {
            "Kept": {"description": "A thing.\n\nOf [`ours`].", "allOf": [
                {"$ref": "#/components/schemas/Choice"},
                {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}},
            ]},
            "Choice": {"oneOf": [
                {"type": "object", "required": ["state", "a"], "properties": {
                    "state": {"type": "string", "enum": ["one"]}, "a": {"type": "integer"}}},
                {"type": "object", "required": ["state"], "properties": {
                    "state": {"type": "string", "enum": ["two"]}}},
            ]},
            "Page": {"properties": {"items": {"items": {"$ref": "#/components/schemas/Kept"}}}},
        }}, "paths": {"/": {"schema": {"$ref": "#/components/schemas/Page"}}}});
        simplify(&mut document);
        drop_unused(&mut document);
        let schemas = &document["components"]["schemas"];
        assert_eq!(
            schemas["Kept"],
            json!({
                "description": "A thing.", "type": "object", "required": ["id", "state"],
                "properties": {
                    "state": {"type": "string", "enum": ["one", "two"]},
                    "a": {"type": "integer"}, "id": {"type": "string"},
                },
            })
        );
        assert_eq!(schemas.get("Choice"), None);
    }

    #[test]
    fn what_may_be_absent_is_never_null() {
        for (schema, simple) in [
            (json!({"type": ["string", "null"]}), json!({"type": "string"})),
            (
                json!({"description": "x", "oneOf": [{"type": "null"}, {"$ref": "#/y"}]}),
                json!({"description": "x", "$ref": "#/y"}),
            ),
        ] {
            let mut document = schema;
            simplify(&mut document);
            assert_eq!(document, simple);
        }
    }
}
