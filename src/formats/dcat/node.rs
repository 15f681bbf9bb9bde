//! Reading an item: one described resource, with the path to it.

use serde_json::{Map, Value};

use crate::catalogue::text::shorten;
use crate::catalogue::text::{Lang, LocalizedText, clean_line};
use crate::catalogue::urls::WebUrl;
use crate::formats::personal::is_reference;
use crate::formats::places::web_address;
use crate::formats::{Code, Finding};

/// A described resource inside an item.
#[derive(Debug, Clone)]
pub(super) struct Node<'a> {
    object: &'a Map<String, Value>,
    path: String,
}

/// A value of a property, with its path.
pub(super) type Placed<'a> = (&'a Value, String);

impl<'a> Node<'a> {
    /// The resource that an item describes; `None` where the item is no object.
    pub fn of(item: &'a Value) -> Option<Self> {
        Some(Self { object: item.as_object()?, path: String::new() })
    }

    /// Its address, unless it is blank.
    pub fn iri(&self) -> Option<&'a str> {
        self.object.get("@id")?.as_str().filter(|iri| !is_reference(iri))
    }

    /// The short names of its types.
    pub fn types(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.object
            .get("@type")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
    }

    /// Whether it is of one of these types.
    pub fn is_any(&self, types: &[&str]) -> bool {
        self.types().any(|kind| types.contains(&kind))
    }

    /// Whether a flag of ours stands at it.
    pub fn has(&self, key: &str) -> bool {
        self.object.contains_key(key)
    }

    /// The path of a property.
    pub fn path_of(&self, property: &str) -> String {
        if self.path.is_empty() { property.to_owned() } else { format!("{}.{property}", self.path) }
    }

    /// The values of the first of `properties` that has any.
    pub fn values(&self, properties: &[&str]) -> Vec<Placed<'a>> {
        let first = properties.iter().find_map(|property| {
            let values = self.object.get(*property)?.as_array()?;
            (!values.is_empty()).then_some((*property, values))
        });
        let Some((property, values)) = first else { return Vec::new() };
        let path = self.path_of(property);
        let placed = values.iter().enumerate();
        placed.map(|(index, value)| (value, format!("{path}[{index}]"))).collect()
    }

    /// The resources among the values of the first of `properties` that has any.
    pub fn nodes(&self, properties: &[&str]) -> Vec<Node<'a>> {
        self.values(properties).into_iter().filter_map(node).collect()
    }

    /// The one-line texts of the first of `properties` that has any.
    pub fn lines(&self, properties: &[&str]) -> Vec<String> {
        let lines = self.values(properties).into_iter();
        lines
            .filter_map(|(value, _)| literal(value))
            .map(clean_line)
            .filter(|line| !line.is_empty())
            .collect()
    }

    /// The first one-line text.
    pub fn line(&self, properties: &[&str]) -> Option<String> {
        self.lines(properties).into_iter().next()
    }

    /// The texts of the first of `properties` that has any, by language; the second return value
    /// holds what else is said in a language that is taken. A wrong language tag is a finding.
    pub fn texts(
        &self,
        properties: &[&str],
        findings: &mut Vec<Finding>,
    ) -> (LocalizedText, Vec<String>) {
        let mut texts = LocalizedText::default();
        let mut others = Vec::new();
        for (value, path) in self.values(properties) {
            let Some(text) = literal(value) else { continue };
            let lang = match value.get("@language").and_then(Value::as_str) {
                None => Lang::unknown(),
                Some(tag) => Lang::parse(tag).unwrap_or_else(|| {
                    let message = format!("{:?} is no language tag: expected one", shorten(tag));
                    findings.push(Finding::new(Code::InvalidLanguage, path, message));
                    Lang::unknown()
                }),
            };
            if texts.get(lang.as_str()).is_none() {
                texts.insert(lang, text);
            } else {
                others.push(clean_line(text));
            }
        }
        (texts, others)
    }

    /// The web addresses of the first of `properties` that has any, written as links or as texts.
    pub fn urls(&self, properties: &[&str], findings: &mut Vec<Finding>) -> Vec<(WebUrl, String)> {
        let values = self.values(properties).into_iter();
        values.filter_map(|(value, path)| Some((url(value, &path, findings)?, path))).collect()
    }
}

/// The resource that a value is.
pub(super) fn node<'a>((value, path): Placed<'a>) -> Option<Node<'a>> {
    let object = value.as_object().filter(|object| !object.contains_key("@value"))?;
    Some(Node { object, path })
}

/// The text of a literal.
pub(super) fn literal(value: &Value) -> Option<&str> {
    let text = value.as_str().or_else(|| value.get("@value")?.as_str())?;
    Some(text).filter(|text| !is_reference(text))
}

/// The text of a literal, or the address of a resource.
pub(super) fn literal_or_iri(value: &Value) -> Option<&str> {
    literal(value).or_else(|| value.get("@id")?.as_str().filter(|iri| !is_reference(iri)))
}

fn url(value: &Value, path: &str, findings: &mut Vec<Finding>) -> Option<WebUrl> {
    let text = literal_or_iri(value)?;
    web_address(text, "", path, findings)
}
