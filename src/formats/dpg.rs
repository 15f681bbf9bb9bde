//! The registry of digital public goods: the lists `/dpgs` and `/nominees`, and the details of one
//! entry, which add to the same object.

use std::collections::BTreeSet;
use std::io::Read;
use std::ops::ControlFlow;

use serde_json::Value;

use super::fields::{Fields, shorten};
use super::json::{One, SplitError, stream_many_or_one};
use super::licence_field::{Part, of_parts};
use super::places::place;
use super::prose::describe;
use super::{
    Decoded, Disposition, Envelope, ExternalId, Finding, ItemFormat, SourceContext, personal,
};
use crate::catalogue::content::{Content, LicenceSlot, LicenceStatement, Organisation};
use crate::catalogue::text::{Lang, LocalizedText};
use crate::catalogue::urls::WebUrl;
use crate::licence::Context;

/// Where the data of persons stand.
const PERSONAL: &[&str] = &[
    "organizations[].contact_name",
    "organizations[].contact_email",
    "organizations.contact_name",
    "organizations.contact_email",
];

/// The registry of digital public goods.
#[derive(Debug, Clone, Copy, Default)]
pub struct Dpg;

impl ItemFormat for Dpg {
    fn split(
        &self,
        document: &mut dyn Read,
        emit: &mut dyn FnMut(Value) -> ControlFlow<()>,
    ) -> Result<Envelope, SplitError> {
        Ok(stream_many_or_one(document, &["id", "name"], One::Item, emit)?.envelope())
    }

    fn decode(&self, mut item: Value, _context: &SourceContext) -> Decoded {
        let personal = personal::cut(&mut item, PERSONAL);
        let mut findings = Vec::new();
        let (external_id, disposition) = read(&item, &mut findings);
        Decoded { external_id, disposition, findings, raw: item, personal }
    }
}

fn read(item: &Value, findings: &mut Vec<Finding>) -> (Option<ExternalId>, Disposition) {
    let mut fields = Fields::new(item, "", findings);
    let Some(id) = fields.line("id") else {
        let message = "the entry has no usable id: expected a text";
        fields.add(Finding::error("item-without-id", "id", message));
        return (None, Disposition::Failed);
    };
    let disposition = match not_software(&mut fields) {
        Some(reason) => Disposition::NotListable { reason },
        None => listing(&mut fields),
    };
    (Some(ExternalId::Given(id)), disposition)
}

/// Why the entry is no software. The registry also holds data, content, standards and models, so
/// an entry that does not say what it is cannot count as software.
fn not_software(fields: &mut Fields<'_>) -> Option<&'static str> {
    let types = fields.lines("type");
    if types.is_empty() {
        return Some("type-missing");
    }
    let is_software = types.iter().any(|kind| kind.eq_ignore_ascii_case("software"));
    (!is_software).then_some("not-software")
}

fn listing(fields: &mut Fields<'_>) -> Disposition {
    let Some(name) = fields.line("name") else {
        let message = "the entry has no usable name: expected a text";
        fields.add(Finding::error("name-missing", "name", message));
        return Disposition::Failed;
    };
    let mut content = Content {
        name: LocalizedText::single(Lang::unknown(), &name),
        aliases: fields.lines("aliases").into_iter().filter(|alias| *alias != name).collect(),
        licences: licences(fields),
        documentation: documentation(fields),
        tags: tags(fields),
        publisher: publisher(fields),
        ..Content::default()
    };
    if let Some(text) = fields.text("description") {
        describe(&text, english(), &mut content);
    }
    let homepage = address(fields, "website");
    let repositories = repositories(fields);
    place(repositories, homepage, &mut content, fields.findings());
    Disposition::Listed(Box::new(content))
}

/// One statement an entry: its identifier and its address are one.
fn licences(fields: &mut Fields<'_>) -> Vec<LicenceStatement> {
    let entries = fields.list("license");
    if entries.is_empty() {
        let message = "no licence is stated: expected a list of SPDX identifiers";
        fields.add(Finding::info("licence-missing", "license", message));
    }
    let mut statements: Vec<LicenceStatement> = Vec::new();
    for (entry, path) in entries {
        let mut entry = Fields::new(entry, &path, fields.findings());
        let identifier = entry.line("spdx").unwrap_or_default();
        let address = entry.line("licenseURL").unwrap_or_default();
        let parts = vec![
            Part::within(identifier, entry.path_of("spdx"), Context::Spdx),
            Part::address(address, entry.path_of("licenseURL")),
        ];
        for statement in of_parts(parts, LicenceSlot::Asserted, entry.findings()) {
            if !statements.contains(&statement) {
                statements.push(statement);
            }
        }
    }
    statements
}

fn repositories(fields: &mut Fields<'_>) -> Vec<(WebUrl, String)> {
    let mut repositories = Vec::new();
    for (entry, path) in fields.list("repositories") {
        let mut entry = Fields::new(entry, &path, fields.findings());
        let path = entry.path_of("url");
        repositories.extend(address(&mut entry, "url").map(|url| (url, path)));
    }
    repositories
}

/// The first usable address of the documentation: a list of addresses, often with words around.
fn documentation(fields: &mut Fields<'_>) -> Option<WebUrl> {
    let mut documentation = fields.object("documentation");
    let texts = documentation.list("documentationURL");
    texts.into_iter().find_map(|(text, path)| parse(&mut documentation, text.as_str()?, &path))
}

fn address(fields: &mut Fields<'_>, key: &str) -> Option<WebUrl> {
    let text = fields.line(key)?;
    let path = fields.path_of(key);
    parse(fields, &text, &path)
}

/// A web address, also with words before or after it.
fn parse(fields: &mut Fields<'_>, text: &str, path: &str) -> Option<WebUrl> {
    let Some(inner) = address_among_words(text) else {
        return fields.parse_url(text, path);
    };
    let url = fields.parse_url(inner, path)?;
    let message =
        format!("{:?} counts as {url}: expected an address without other words", shorten(text));
    fields.add(Finding::info("url-repaired", path, message));
    Some(url)
}

/// The address in `backend：https://…`, `Source: https://… (in short)`; `None` where the text is
/// an address from its first to its last letter, or holds none.
fn address_among_words(text: &str) -> Option<&str> {
    let text = text.trim();
    let start = ["https://", "http://"].iter().filter_map(|scheme| text.find(scheme)).min()?;
    let (before, from) = text.split_at(start);
    let address = from.split(char::is_whitespace).next()?;
    // `git+https://` and a doubled `https://host/https://…` are addresses for the common parser.
    let is_labelled =
        before.ends_with([':', '：', '-', '(']) || before.contains(char::is_whitespace);
    let is_whole = address.len() == from.len();
    if !is_labelled && is_whole {
        return None;
    }
    let is_closing = |mark: char| matches!(mark, ')' | ',' | '.' | ';' | '，' | '。' | '）');
    Some(address.trim_end_matches(is_closing))
}

/// The sectors and the goals for sustainable development.
fn tags(fields: &mut Fields<'_>) -> BTreeSet<String> {
    let mut tags: BTreeSet<String> = fields.lines("sectors").into_iter().collect();
    for (goal, path) in fields.list("SDGs") {
        let mut goal = Fields::new(goal, &path, fields.findings());
        match goal.line("SDGNumber").and_then(|number| number.parse::<u8>().ok()) {
            Some(number @ 1..=17) => {
                tags.insert(format!("sdg-{number}"));
            }
            _ => goal.warn("invalid-sdg", "SDGNumber", "no goal: expected a number from 1 to 17"),
        }
    }
    tags
}

/// The owner; without one, the organisation that is named first.
fn publisher(fields: &mut Fields<'_>) -> Option<Organisation> {
    let mut named = Vec::new();
    for (entry, path) in fields.list("organizations") {
        let mut entry = Fields::new(entry, &path, fields.findings());
        let is_owner = entry.line("org_type").is_some_and(|kind| kind == "owner");
        named.extend(entry.line("name").map(|name| (name, is_owner)));
    }
    let owner = named.iter().find(|(_, is_owner)| *is_owner).or_else(|| named.first());
    owner.map(|(name, _)| Organisation { name: name.clone(), ..Organisation::default() })
}

/// The registry is written in English.
fn english() -> Lang {
    Lang::parse("en").unwrap_or_else(Lang::unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found_among_words() {
        for (text, expected) in [
            ("backend：https://example.org/a", Some("https://example.org/a")),
            ("backend: https://example.org/a", Some("https://example.org/a")),
            ("backend:https://example.org/a", Some("https://example.org/a")),
            ("Manual - https://example.org/a", Some("https://example.org/a")),
            ("See the manual (https://example.org/a). Or not.", Some("https://example.org/a")),
            ("https://example.org/a (the manual)", Some("https://example.org/a")),
            ("https://example.org/a", None),
            ("https://example.org/https://example.org/a", None),
            ("git+https://example.org/a", None),
            ("example.org/a", None),
            ("", None),
        ] {
            assert_eq!(address_among_words(text), expected, "{text}");
        }
    }
}
