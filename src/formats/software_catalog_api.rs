//! The Software Catalog API, as Developers Italia, Switzerland and others serve it: pages
//! `{data, links}` of items that each hold a publiccode.yml as a text.

use std::io::Read;
use std::ops::ControlFlow;

use chrono::{DateTime, Datelike, NaiveDate};
use serde_json::Value;
use url::form_urlencoded;

use super::json::{self, SplitError};
use super::places::{add_listed_repository, add_other_repository, web_address};
use super::publiccode;
use super::recognise::Kind;
use super::{
    Code, Decoded, Disposition, Envelope, ExternalId, Finding, ItemFormat, SourceContext,
    Withdrawal,
};
use crate::catalogue::content::Content;
use crate::catalogue::text::clean_line;
use crate::catalogue::urls::WebUrl;

/// The parameter of the cursor to the next page.
const AFTER: &str = "page[after]";
/// The parameter of the cursor to the page before.
const BEFORE: &str = "page[before]";
/// The longest cursor that is sent back. Real ones hold a time and an id: about a hundred bytes.
const LONGEST_CURSOR: usize = 2048;
/// Where the publiccode.yml stands in an item.
const YAML: &str = "publiccodeYml";

/// The format of `/v1/software`.
#[derive(Debug, Clone, Copy, Default)]
pub struct SoftwareCatalogApi;

impl ItemFormat for SoftwareCatalogApi {
    fn kind(&self) -> Kind {
        Kind::SoftwareCatalogApi
    }

    fn stands_alone(&self) -> bool {
        true
    }

    fn split(
        &self,
        document: &mut dyn Read,
        emit: &mut dyn FnMut(Value) -> ControlFlow<()>,
    ) -> Result<Envelope, SplitError> {
        let streamed = json::stream(document, &["data"], &["links"], emit)?;
        if streamed.key.is_none() || streamed.keyed {
            return Err(SplitError::Shape {
                found: "without a list under data".to_owned(),
                expected: "an object with the lists data and links".to_owned(),
            });
        }
        let mut findings = Vec::new();
        let next = match streamed.beside.get("links").and_then(|links| links.get("next")) {
            Some(Value::String(next)) => Some(next.clone()),
            Some(Value::Null) => None,
            _ => {
                findings.push(Finding::new(
                    Code::LinksMissing,
                    "links.next",
                    "Expected the link to the next page, or null on the last one; without it \
                     nobody can know whether the list is complete.",
                ));
                None
            }
        };
        Ok(Envelope { next, findings, ..streamed.envelope() })
    }

    fn decode(&self, item: Value, _: &SourceContext) -> Decoded {
        let mut raw = item;
        let mut findings = Vec::new();
        let reading = publiccode::take(&mut raw, YAML, &mut findings);
        let external_id = external_id(&raw, &mut findings);
        let disposition = if external_id.is_none() {
            Disposition::Failed
        } else if !is_active(&raw, &mut findings) {
            Disposition::Withdrawn(Withdrawal::default())
        } else {
            match reading.content.filter(|content| !content.name.is_empty()) {
                None => Disposition::Failed,
                Some(mut content) => {
                    complete(&mut content, &raw, &mut findings);
                    Disposition::Listed(Box::new(content))
                }
            }
        };
        Decoded { external_id, disposition, findings, raw, personal: reading.personal }
    }
}

/// The parameters that ask for the next page: our own with the cursor of `next_link` merged into
/// them, or `None` where the link holds no cursor.
///
/// Servers differ: up to 1.2 they send `?page[after]=` with the bare base64 and nothing else, so
/// that our own parameters would get lost; from 1.3 on the whole query, sorted and encoded. The
/// published schema promises the cursor alone. In base64 a `+` is no space, whoever wrote it.
pub fn next_page(next_link: &str, own: &[(&str, &str)]) -> Option<Vec<(String, String)>> {
    let cursor = cursor(next_link.trim())?;
    let mut parameters: Vec<(String, String)> = own
        .iter()
        .filter(|(key, _)| !matches!(*key, AFTER | BEFORE))
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect();
    parameters.push((AFTER.to_owned(), cursor));
    Some(parameters)
}

fn cursor(link: &str) -> Option<String> {
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '-' | '_');
    let cursor = if !link.is_empty() && link.chars().all(is_base64) {
        link.to_owned()
    } else {
        let query = link.split_once('?').map_or(link, |(_, query)| query);
        let query = query.split('#').next().unwrap_or_default();
        // Form decoding makes a space of a `+`; it cannot be one in a cursor, so it goes back.
        form_urlencoded::parse(query.as_bytes())
            .find(|(key, _)| key == AFTER)
            .map(|(_, value)| value.replace(' ', "+"))?
    };
    let usable = !cursor.is_empty()
        && cursor.len() <= LONGEST_CURSOR
        && cursor.chars().all(|c| c.is_ascii_graphic());
    usable.then_some(cursor)
}

fn external_id(item: &Value, findings: &mut Vec<Finding>) -> Option<ExternalId> {
    let id = item.get("id").and_then(Value::as_str).map(clean_line).filter(|id| !id.is_empty());
    if id.is_none() {
        let message = "The item has no id, so it cannot be followed from one harvest to the next.";
        findings.push(Finding::new(Code::ItemWithoutId, "id", message));
    }
    id.map(ExternalId::Given)
}

/// Whether the source lists the item. Only a clear no is one.
fn is_active(item: &Value, findings: &mut Vec<Finding>) -> bool {
    match item.get("active") {
        Some(Value::Bool(active)) => *active,
        None => true,
        Some(_) => {
            let message = "Expected true or false; the item is taken for active.";
            findings.push(Finding::new(Code::WrongType, "active", message));
            true
        }
    }
}

/// Adds what the item says beside its publiccode.yml.
fn complete(content: &mut Content, item: &Value, findings: &mut Vec<Finding>) {
    if let Some(url) = web_url(item.get("url"), "url", findings) {
        add_listed_repository(content, url, "url", findings);
    }
    let aliases = item.get("aliases").filter(|aliases| !aliases.is_null());
    if aliases.is_some_and(|aliases| !aliases.is_array()) {
        findings.push(Finding::new(Code::WrongType, "aliases", "Expected a list of addresses."));
    }
    for (index, alias) in aliases.and_then(Value::as_array).into_iter().flatten().enumerate() {
        if let Some(url) = web_url(Some(alias), &format!("aliases[{index}]"), findings) {
            add_other_repository(content, url);
        }
    }
    content.listed_on = date(item.get("createdAt"), "createdAt", findings);
}

fn web_url(value: Option<&Value>, path: &str, findings: &mut Vec<Finding>) -> Option<WebUrl> {
    let text = value.filter(|value| !value.is_null())?.as_str().unwrap_or_default();
    web_address(text, "", path, findings)
}

fn date(value: Option<&Value>, path: &str, findings: &mut Vec<Finding>) -> Option<NaiveDate> {
    let text = value.filter(|value| !value.is_null())?.as_str().unwrap_or_default();
    let date = DateTime::parse_from_rfc3339(text)
        .ok()
        .map(|time| time.to_utc().date_naive())
        .filter(|date| (1970..=2100).contains(&date.year()));
    if date.is_none() {
        let message = "Expected a time of RFC 3339 between 1970 and 2100.";
        findings.push(Finding::new(Code::InvalidDate, path, message));
    }
    date
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_survives_every_way_of_writing_it() {
        let own = [("page[size]", "100"), ("all", "true"), (BEFORE, "x")];
        let check = |link: &str, expected: Option<&str>| {
            let parameters = next_page(link, &own);
            let expected = expected.map(|cursor| {
                [("page[size]", "100"), ("all", "true"), (AFTER, cursor)]
                    .map(|(key, value)| (key.to_owned(), value.to_owned()))
                    .to_vec()
            });
            assert_eq!(parameters, expected, "{link:?}");
        };
        for (link, expected) in [
            // Up to 1.2: the bare base64.
            ("?page[after]=WyJ+b/Q==", Some("WyJ+b/Q==")),
            ("?page[after]=WyI=", Some("WyI=")),
            // From 1.3 on: the whole query, sorted and encoded.
            ("?all=true&page[after]=WyJ%2Bb%2FQ%3D%3D&page[size]=25", Some("WyJ+b/Q==")),
            ("?page%5Bafter%5D=WyI%3D&page%5Bsize%5D=25", Some("WyI=")),
            ("page[after]=WyI%3D", Some("WyI=")),
            ("https://api.example.org/v1/software?page[after]=WyI%3D#top", Some("WyI=")),
            ("/v1/software?page[after]=WyI=", Some("WyI=")),
            // As the schema says.
            ("WyI=", Some("WyI=")),
            ("?page[before]=WyI=", None),
            ("?page[after]=", None),
            ("?page[after]=a%0Ab", None),
            ("?page[size]=100", None),
            ("https://api.example.org/v1/software", None),
            ("?", None),
            ("", None),
        ] {
            check(link, expected);
        }
        check(&format!("?page[after]={}", "W".repeat(LONGEST_CURSOR + 1)), None);
    }
}
