//! An entry in the words of schema.org, for search engines.

use std::fmt;

use serde_json::{Map, Value, json};

use crate::publish::export::address;
use crate::store::software::Software;
use crate::web::pages::phrase::Phrase;

/// A JSON-LD document that can stand inside a `script` element.
#[derive(Debug)]
pub struct JsonLd(String);

impl JsonLd {
    /// Its length in bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The document of an entry. What is not known is not in it.
    pub fn new(entry: &Software, name: &str, summary: Option<&Phrase>, public_url: &str) -> Self {
        let content = &entry.content;
        let url = |one: &Option<crate::catalogue::urls::WebUrl>| {
            one.as_ref().map(|url| Value::from(url.as_str()))
        };
        let members = [
            ("description", summary.map(|phrase| Value::from(phrase.text.as_str()))),
            ("sameAs", url(&content.homepage)),
            ("codeRepository", url(&content.repository)),
            ("softwareHelp", url(&content.documentation)),
            ("softwareVersion", content.version.as_deref().map(Value::from)),
            ("license", entry.licence.expression().and_then(licence)),
            ("datePublished", content.released_on.map(|day| Value::from(day.to_string()))),
            (
                "author",
                content
                    .publisher
                    .as_ref()
                    .and_then(|one| one.stated_name())
                    .map(|name| json!({"@type": "Organization", "name": name})),
            ),
        ];
        let mut all = Map::from_iter([
            ("@context".to_owned(), Value::from("https://schema.org")),
            ("@type".to_owned(), Value::from("SoftwareApplication")),
            ("url".to_owned(), Value::from(address(public_url, entry))),
            ("name".to_owned(), Value::from(name)),
        ]);
        for (member, value) in members {
            all.extend(value.map(|value| (member.to_owned(), value)));
        }
        Self(escaped(&Value::Object(all).to_string()))
    }
}

/// The SPDX page of a single listed licence; an expression has no address.
fn licence(expression: &str) -> Option<Value> {
    crate::licence::facts::full_name(expression)?;
    Some(Value::from(format!("https://spdx.org/licenses/{expression}")))
}

/// No text can end the element: `<`, `>` and `&` are written as JSON escapes.
fn escaped(json: &str) -> String {
    json.replace('&', "\\u0026").replace('<', "\\u003c").replace('>', "\\u003e")
}

impl fmt::Display for JsonLd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for JsonLd {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_can_end_the_script_element() {
        let text = json!({"name": "</script><script>alert(1)</script>&amp;"}).to_string();
        let escaped = escaped(&text);
        assert!(!escaped.contains(['<', '>', '&']), "{escaped}");
        let same: Value = serde_json::from_str(&escaped).expect("JSON");
        assert_eq!(same.to_string(), text);
    }
}
