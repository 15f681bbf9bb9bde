//! The options of a list: where the rows stand in the document, and what each holds where.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};
use serde_json_path::JsonPath;

use crate::harvest::connectors::forge::Forges;

/// The longest JSONPath: its parser recurses.
const LONGEST_PATH: usize = 300;

/// The options.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListOptions {
    /// The JSONPath of the rows.
    #[serde(default)]
    pub path: Rows,
    /// What of a row is what.
    #[serde(default)]
    pub fields: BTreeMap<Field, Selector>,
    /// Where the publiccode.yml of a row is.
    #[serde(default)]
    pub publiccode: Publiccode,
    /// What stands between several addresses in one text.
    pub separator: Option<String>,
    /// The language of the descriptions.
    pub language: Option<String>,
    /// Whether forks are entries.
    #[serde(default)]
    pub forks: bool,
    /// What runs at hosts that are not known by themselves.
    #[serde(default)]
    pub forges: Forges,
}

/// Where the publiccode.yml of a row is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Publiccode {
    /// In the repository: it is fetched there.
    #[default]
    Fetch,
    /// The row itself is one, as JSON.
    Inline,
    /// Nowhere, or nobody wants it: the row speaks for itself.
    None,
}

/// What a part of a row is. All but the last two are keys of the item that is made of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    Id,
    Url,
    Name,
    Description,
    Licence,
    LicenceDetected,
    Homepage,
    Documentation,
    Topics,
    Languages,
    Organisation,
    OrganisationUri,
    Updated,
    Archived,
    /// Whether the repository is a fork.
    Fork,
    /// Whether the repository has a publiccode.yml: where it has none, none is asked for.
    HasPubliccode,
}

impl Field {
    /// The key in the item.
    pub fn key(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Url => "url",
            Self::Name => "name",
            Self::Description => "description",
            Self::Licence => "licence",
            Self::LicenceDetected => "licence_detected",
            Self::Homepage => "homepage",
            Self::Documentation => "documentation",
            Self::Topics => "topics",
            Self::Languages => "languages",
            Self::Organisation => "organisation",
            Self::OrganisationUri => "organisation_uri",
            Self::Updated => "updated",
            Self::Archived => "archived",
            Self::Fork => "fork",
            Self::HasPubliccode => "has_publiccode",
        }
    }
}

/// Where the rows stand.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(try_from = "String")]
pub enum Rows {
    /// `$[*]`: the list at the root. It is read as a stream.
    #[default]
    Root,
    /// `$.key[*]`: the list, or the values of the object, under a key. It is read as a stream.
    Under(String),
    /// Anywhere else: the document is read as a whole.
    Query(Box<JsonPath>),
}

impl TryFrom<String> for Rows {
    type Error = String;

    fn try_from(written: String) -> Result<Self, String> {
        let path = parse(&written)?;
        if written == "$[*]" {
            return Ok(Self::Root);
        }
        let is_word = |key: &str| {
            !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        };
        let key = written
            .strip_prefix("$.")
            .and_then(|rest| rest.strip_suffix("[*]").or_else(|| rest.strip_suffix(".*")));
        Ok(match key.filter(|key| is_word(key)) {
            Some(key) => Self::Under(key.to_owned()),
            None => Self::Query(Box::new(path)),
        })
    }
}

/// Where a value stands in a row: the first place of several that says something.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(try_from = "Written")]
pub struct Selector(Vec<KeyOrPath>);

#[derive(Debug, PartialEq)]
enum KeyOrPath {
    Key(String),
    Path(Box<JsonPath>),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    One(String),
    Several(Vec<String>),
}

impl TryFrom<Written> for Selector {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let places = match written {
            Written::One(place) => vec![place],
            Written::Several(places) => places,
        };
        let places = places.into_iter().map(|place| {
            if place.starts_with('$') {
                Ok(KeyOrPath::Path(Box::new(parse(&place)?)))
            } else {
                Ok(KeyOrPath::Key(place))
            }
        });
        places.collect::<Result<_, String>>().map(Self)
    }
}

impl Selector {
    /// The value in a row; several as a list. Texts that state nothing count as absent.
    pub fn pick(&self, row: &Value) -> Option<Value> {
        self.0.iter().find_map(|place| match place {
            KeyOrPath::Key(key) => row.get(key).filter(|value| says_something(value)).cloned(),
            KeyOrPath::Path(path) => {
                let found = path.query(row).all();
                let mut found: Vec<Value> =
                    found.into_iter().filter(|value| says_something(value)).cloned().collect();
                if found.len() > 1 { Some(Value::Array(found)) } else { found.pop() }
            }
        })
    }
}

impl ListOptions {
    /// What a row says, under our own keys. A row that is a text is an address.
    pub fn read(&self, row: &Value) -> Map<String, Value> {
        let mut listed = Map::new();
        match row {
            Value::String(address) => {
                listed.insert(Field::Url.key().to_owned(), Value::String(address.clone()));
            }
            row => {
                if !self.fields.contains_key(&Field::Url)
                    && let Some(url) = row.get(Field::Url.key()).filter(|url| says_something(url))
                {
                    listed.insert(Field::Url.key().to_owned(), url.clone());
                }
                let picked = self.fields.iter().filter_map(|(field, selector)| {
                    Some((field.key().to_owned(), selector.pick(row)?))
                });
                listed.extend(picked);
            }
        }
        self.part_addresses(&mut listed);
        if let Some(language) =
            self.language.as_ref().filter(|_| listed.contains_key("description"))
        {
            listed.insert("language".to_owned(), Value::String(language.clone()));
        }
        listed
    }

    /// Of several addresses the first is the repository, the others are further ones.
    fn part_addresses(&self, listed: &mut Map<String, Value>) {
        let all: Vec<Value> = match listed.get(Field::Url.key()) {
            Some(Value::Array(all)) => all.clone(),
            Some(Value::String(text)) => {
                let Some(separator) = self.separator.as_ref().filter(|one| !one.is_empty()) else {
                    return;
                };
                let parts = text.split(separator.as_str()).map(str::trim);
                parts.filter(|part| !part.is_empty()).map(Value::from).collect()
            }
            _ => return,
        };
        let mut all = all.into_iter();
        match all.next() {
            Some(first) => listed.insert(Field::Url.key().to_owned(), first),
            None => listed.remove(Field::Url.key()),
        };
        let others: Vec<Value> = all.collect();
        if !others.is_empty() {
            listed.insert("other_urls".to_owned(), Value::Array(others));
        }
    }
}

/// Whether a list's word for a truth value means yes. Lists made by spreadsheets write texts.
pub fn is_yes(value: Option<Value>) -> bool {
    match value {
        Some(Value::Bool(flag)) => flag,
        Some(Value::Number(number)) => number.as_f64() != Some(0.0),
        Some(Value::String(text)) => {
            !matches!(text.trim().to_ascii_lowercase().as_str(), "" | "0" | "false" | "no")
        }
        _ => false,
    }
}

fn parse(written: &str) -> Result<JsonPath, String> {
    if written.len() > LONGEST_PATH {
        return Err(format!("a JSONPath is longer than {LONGEST_PATH} bytes"));
    }
    JsonPath::parse(written)
        .map_err(|error| format!("{written} is no JSONPath (RFC 9535): {error}"))
}

/// Whether a value is none of those by which lists say nothing.
fn says_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !matches!(text.trim(), "" | "-" | "–" | "null"),
        Value::Array(elements) => !elements.is_empty(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn written(options: Value) -> ListOptions {
        serde_json::from_value(options).expect("options")
    }

    #[test]
    fn a_row_is_read_under_our_own_keys() {
        let options = written(json!({
            "fields": {
                "url": "code_url", "name": ["title", "project"], "licence": "$.license.spdx_id",
                "topics": "$.tags[*].label", "organisation": "owner", "fork": "is_fork",
                "description": "about",
            },
            "separator": ";", "language": "fi",
        }));
        let read = |row: Value| Value::Object(options.read(&row));
        assert_eq!(read(json!("https://example.org/a")), json!({"url": "https://example.org/a"}));
        assert_eq!(
            read(json!({
                "project": "Parcel", "title": "-", "code_url": " https://example.org/a ; https://example.org/b;",
                "license": {"spdx_id": "MIT"}, "tags": [{"label": "x"}, {"label": "y"}, {}],
                "owner": null, "is_fork": false, "about": "Seuraa.", "stars": 3,
            })),
            json!({
                "url": "https://example.org/a", "other_urls": ["https://example.org/b"],
                "name": "Parcel", "licence": "MIT", "topics": ["x", "y"], "fork": false,
                "description": "Seuraa.", "language": "fi",
            })
        );
        assert_eq!(read(json!({"license": "MIT", "code_url": ";"})), json!({}));
        assert_eq!(read(json!(7)), json!({}));
        let row = json!({"url": "https://example.org/a", "name": "x"});
        assert_eq!(
            Value::Object(written(json!({})).read(&row)),
            json!({"url": "https://example.org/a"})
        );
    }

    #[test]
    fn a_path_to_one_list_is_read_as_a_stream() {
        let rows = |path: &str| Rows::try_from(path.to_owned());
        assert_eq!(rows("$[*]"), Ok(Rows::Root));
        assert_eq!(rows("$.projects[*]"), Ok(Rows::Under("projects".to_owned())));
        assert_eq!(rows("$.projects.*"), Ok(Rows::Under("projects".to_owned())));
        for query in ["$[*].url", "$.a.b[*]", "$..url", "$['a b'][*]", "$.a[*].b[*]"] {
            assert!(matches!(rows(query), Ok(Rows::Query(_))), "{query}");
        }
    }

    #[test]
    fn what_is_no_option_is_told() {
        let check = |written: Value, expected: &str| {
            let error = serde_json::from_value::<ListOptions>(written).expect_err("refused");
            assert!(error.to_string().contains(expected), "{error}");
        };
        check(json!({"path": "projects"}), "projects is no JSONPath");
        check(json!({"path": "$".repeat(301)}), "longer than 300");
        check(json!({"fields": {"licence": "$["}}), "$[ is no JSONPath");
        check(json!({"fields": {"license": "license"}}), "unknown variant `license`");
        check(json!({"publiccode": "yes"}), "unknown variant `yes`");
        check(json!({"forges": {"git.example.org": "svn"}}), "unknown variant `svn`");
        check(json!({"paht": "$[*]"}), "unknown field `paht`");
    }

    #[test]
    fn yes_is_written_in_several_ways() {
        for (value, expected) in [
            (json!(true), true),
            (json!("True"), true),
            (json!(1), true),
            (json!("https://example.org/publiccode.yml"), true),
            (json!(false), false),
            (json!("false"), false),
            (json!("No"), false),
            (json!(0), false),
            (json!([]), false),
        ] {
            assert_eq!(is_yes(Some(value.clone())), expected, "{value}");
        }
        assert!(!is_yes(None));
    }
}
