//! A value of the catalogue as people read it, whatever its field.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::in_words;
use crate::catalogue::content::{Goal, Recommendation};
use crate::catalogue::text::Lang;
use crate::web::i18n::language::Language;
use crate::web::i18n::names::ValueNames;
use crate::web::i18n::phrase::Phrase;
use crate::web::pages::recommendations;

/// One value of a field, or one element of a list. `part` is the language of a text.
pub fn value(names: &ValueNames<'_>, field: &str, part: Option<&str>, value: &Value) -> Phrase {
    let t = names.t;
    let text = match value {
        Value::String(text) => word(names, field, text),
        Value::Bool(yes) => t.of("answer", if *yes { "yes" } else { "no" }),
        Value::Array(elements) => {
            let all: Vec<String> =
                elements.iter().map(|one| self::value(names, field, None, one).text).collect();
            all.join(" · ")
        }
        Value::Object(_) => object(t, field, value),
        other => other.to_string(),
    };
    match part.filter(|_| is_text(field)).and_then(Lang::parse) {
        Some(lang) => Phrase::new(t, &lang, text),
        None => Phrase::plain(text),
    }
}

/// Whether the parts of a field are languages.
fn is_text(field: &str) -> bool {
    matches!(field, "name" | "summary" | "description" | "features" | "context_of_use")
}

fn word(names: &ValueNames<'_>, field: &str, text: &str) -> String {
    let t = names.t;
    match field {
        "development_status" => t.of("status", text),
        "maintenance" => t.of("maintenance", text),
        "platforms" => t.of("platform", text),
        "interface_languages" => t.of("language", text),
        "categories" => names.need(text),
        "software_type" => t.of("type", text),
        "intended_countries" | "unsupported_countries" | "deployed_in" | "developed_in" => {
            t.country(text)
        }
        "public_platforms" => t.of("public-platform", text),
        "released_on" | "created_on" | "last_activity_on" | "listed_on" => {
            text.parse().map_or_else(|_| text.to_owned(), |day| t.date(day))
        }
        _ => text.to_owned(),
    }
}

fn object(t: Language, field: &str, value: &Value) -> String {
    let member = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
    match field {
        "licences" => {
            let slot = t.of("slot", member("slot"));
            t.with("licence-raw", &[("slot", &slot), ("raw", member("raw"))])
        }
        "usages" => {
            let evidence = t.of("evidence", member("evidence"));
            joined(&[member("organisation"), &country(t, member("country")), &evidence])
        }
        "recommendations" => in_words(value, |one: &Recommendation| {
            let verdict = recommendations::in_words(t, one);
            t.with("verdict-in-words", &[("verdict", &verdict), ("wording", &one.wording)])
        }),
        "goals" => in_words(value, |one: &Goal| {
            let goal = in_words::goal(t, one.number);
            let page = one.evidence_url.as_ref().map(ToString::to_string).unwrap_or_default();
            joined(&[&goal, one.evidence.as_deref().unwrap_or_default(), &page])
        }),
        "involved" => in_words(value, |one| in_words::involved(t, one)),
        "dependencies" => in_words(value, |one| in_words::dependency(t, one)),
        "publisher" => {
            let unnamed = || t.with("unnamed", &[("uri", member("uri"))]);
            let name = Some(member("name")).filter(|name| !name.is_empty());
            let name = name.map_or_else(unnamed, str::to_owned);
            joined(&[&name, &country(t, member("country"))])
        }
        "identifiers" => format!("{}: {}", member("scheme"), member("value")),
        _ => joined(&[member("name"), member("wikidata"), member("url")]),
    }
}

/// An element of a list of the catalogue in words; what is none stays as it is.
fn in_words<T: DeserializeOwned>(value: &Value, words: impl Fn(&T) -> String) -> String {
    serde_json::from_value(value.clone()).map_or_else(|_| value.to_string(), |one| words(&one))
}

fn country(t: Language, code: &str) -> String {
    if code.is_empty() { String::new() } else { t.country(code) }
}

fn joined(parts: &[&str]) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(", ")
}
