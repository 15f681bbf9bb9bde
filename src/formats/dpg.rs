//! The registry of digital public goods: the lists `/dpgs` and `/nominees`, and the details of one
//! entry, which add to the same object.
//!
//! The details hold the answers of the alliance's review. What they say about the software is
//! read: where it is made and used, its documentation, standards and regulations. How it deals
//! with personal data and harm is told to the reviewers, in prose, and is not.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::ops::ControlFlow;

use serde_json::Value;

use super::fields::Fields;
use super::json::{One, SplitError, stream_many_or_one};
use super::licence_field::{Part, of_parts};
use super::places::place;
use super::prose::describe;
use super::recognise::Kind;
use super::{
    Code, Decoded, Disposition, Envelope, ExternalId, Finding, ItemFormat, SourceContext, personal,
};
use crate::catalogue::content::{
    Content, Goal, Involved, LicenceSlot, LicenceStatement, Organisation, Role,
};
use crate::catalogue::countries;
use crate::catalogue::text::shorten;
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
    fn kind(&self) -> Kind {
        Kind::Dpg
    }

    fn stands_alone(&self) -> bool {
        true
    }

    fn split(
        &self,
        document: &mut dyn Read,
        emit: &mut dyn FnMut(Value) -> ControlFlow<()>,
    ) -> Result<Envelope, SplitError> {
        Ok(stream_many_or_one(document, &["id", "name"], One::Item, emit)?.envelope())
    }

    fn decode(&self, mut item: Value, context: &SourceContext) -> Decoded {
        let personal = personal::cut(&mut item, PERSONAL);
        let mut findings = Vec::new();
        let (external_id, disposition) = read(&item, context, &mut findings);
        Decoded { external_id, disposition, findings, raw: item, personal }
    }
}

fn read(
    item: &Value,
    context: &SourceContext,
    findings: &mut Vec<Finding>,
) -> (Option<ExternalId>, Disposition) {
    let mut fields = Fields::new(item, "", findings).at(&context.base_url);
    let Some(id) = fields.line("id") else {
        let message = "the entry has no usable id: expected a text";
        fields.add(Finding::new(Code::ItemWithoutId, "id", message));
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
fn not_software(fields: &mut Fields<'_>) -> Option<Code> {
    let types = fields.lines("type");
    if types.is_empty() {
        return Some(Code::TypeMissing);
    }
    let is_software = types.iter().any(|kind| kind.eq_ignore_ascii_case("software"));
    (!is_software).then_some(Code::NotSoftware)
}

fn listing(fields: &mut Fields<'_>) -> Disposition {
    let Some(name) = fields.line("name") else {
        let message = "the entry has no usable name: expected a text";
        fields.add(Finding::new(Code::NameMissing, "name", message));
        return Disposition::Failed;
    };
    let mut content = Content {
        name: LocalizedText::single(Lang::unknown(), &name),
        aliases: fields.lines("aliases").into_iter().filter(|alias| *alias != name).collect(),
        licences: licences(fields),
        tags: tags(fields),
        goals: goals(fields),
        conforms_to: standards(fields),
        deployed_in: countries_at(&mut fields.object("locations"), "deploymentCountries"),
        developed_in: countries_at(&mut fields.object("locations"), "developmentCountries"),
        ..Content::default()
    };
    organisations(fields, &mut content);
    documentation(fields, &mut content);
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
        fields.add(Finding::new(Code::LicenceMissing, "license", message));
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

/// The addresses of the documentation, often with words around: the first usable one, that of the
/// programming interface where the words say so, and the rest.
fn documentation(fields: &mut Fields<'_>, content: &mut Content) {
    let mut documentation = fields.object("documentation");
    for (text, path) in documentation.list("documentationURL") {
        let Some(text) = text.as_str() else { continue };
        let Some(url) = parse(&mut documentation, text, &path) else { continue };
        let words = text.split(|c: char| !c.is_alphanumeric());
        let is_of_api =
            words.take_while(|word| !word.starts_with("http")).any(|word| word == "API");
        if is_of_api && content.api_documentation.is_none() {
            content.api_documentation = Some(url);
        } else if content.documentation.is_none() {
            content.documentation = Some(url);
        } else {
            content.supplementary.insert(url);
        }
    }
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
    fields.add(Finding::new(Code::UrlRepaired, path, message));
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

/// The sectors, and how far the review is: `DPG` for a digital public good, `nominee` for what is
/// proposed as one. That is no government's recommendation.
fn tags(fields: &mut Fields<'_>) -> BTreeSet<String> {
    let mut tags: BTreeSet<String> = fields.lines("sectors").into_iter().collect();
    tags.extend(fields.line("stage").map(|stage| match stage.as_str() {
        "DPG" => stage,
        other => format!("DPG {other}"),
    }));
    tags
}

/// The goals for sustainable development, each once; what is said in several places about one
/// stands in several paragraphs.
fn goals(fields: &mut Fields<'_>) -> Vec<Goal> {
    let mut goals: BTreeMap<u8, Goal> = BTreeMap::new();
    for (goal, path) in fields.list("SDGs") {
        let mut goal = Fields::new(goal, &path, fields.findings());
        let number = goal.line("SDGNumber").and_then(|number| number.parse::<u8>().ok());
        let Some(number) = number.filter(|number| (1..=17).contains(number)) else {
            goal.warn(Code::InvalidSdg, "SDGNumber", "no goal: expected a number from 1 to 17");
            continue;
        };
        let evidence = goal.text("evidenceText");
        let (words, url) = evidence_page(&mut goal);
        let known =
            goals.entry(number).or_insert(Goal { number, evidence: None, evidence_url: None });
        for text in evidence.into_iter().chain(words) {
            match &mut known.evidence {
                None => known.evidence = Some(text),
                Some(before) if before.contains(&text) => {}
                Some(before) => *before = format!("{before}\n\n{text}"),
            }
        }
        known.evidence_url = known.evidence_url.take().or(url);
    }
    goals.into_values().collect()
}

/// The page that shows it. Where several stand there, or words around, the first is the page and
/// all of it is evidence in words.
fn evidence_page(goal: &mut Fields<'_>) -> (Option<String>, Option<WebUrl>) {
    const KEY: &str = "evidenceURL";
    let Some(text) = goal.text(KEY) else { return (None, None) };
    let path = goal.path_of(KEY);
    match address_among_words(&text) {
        Some(inner) => {
            let url = WebUrl::parse(inner).ok();
            (Some(text), url)
        }
        None if text.contains("://") => (None, goal.parse_url(&text, &path)),
        None => (Some(text), None),
    }
}

/// The standards and the regulations that it states to follow.
fn standards(fields: &mut Fields<'_>) -> BTreeSet<String> {
    let standards = fields.object("standards").lines("standardsList");
    let regulations = fields.object("privacy").lines("privacyComplianceList");
    standards.into_iter().chain(regulations).collect()
}

/// The countries in the list at `key`, by their names.
fn countries_at(fields: &mut Fields<'_>, key: &str) -> BTreeSet<String> {
    let mut countries = BTreeSet::new();
    for (element, path) in fields.list(key) {
        let Some(name) = element.as_str() else {
            let message = "the country is left out: expected a name or a code of ISO 3166-1";
            fields.add(Finding::new(Code::UnknownCountry, path, message));
            continue;
        };
        match countries::of_text(name) {
            Some(code) => {
                countries.insert(code.to_owned());
            }
            None => {
                let message = format!(
                    "{:?} is left out: expected the name or the ISO 3166-1 code of a country",
                    shorten(name)
                );
                fields.add(Finding::new(Code::UnknownCountry, path, message));
            }
        }
    }
    countries
}

/// The owner publishes it; without one, whoever maintains it does. Who only pays for it or brings
/// it into use elsewhere publishes nothing.
fn organisations(fields: &mut Fields<'_>, content: &mut Content) {
    let mut all: Vec<Involved> = Vec::new();
    for (entry, path) in fields.list("organizations") {
        let mut entry = Fields::new(entry, &path, fields.findings());
        let role = role(&mut entry);
        if let Some(name) = entry.line("name") {
            let organisation = Organisation { name, ..Organisation::default() };
            all.push(Involved { role, organisation });
        }
    }
    let of = |role| all.iter().find(|one| one.role == role).cloned();
    let publisher =
        of(Role::Owner).or_else(|| of(Role::Maintainer)).or_else(|| of(Role::Contributor));
    for one in all {
        // That the owner publishes it is said already.
        let is_owner = one.role == Role::Owner && publisher.as_ref() == Some(&one);
        if !is_owner && !content.involved.contains(&one) {
            content.involved.push(one);
        }
    }
    content.publisher = publisher.map(|one| one.organisation);
}

/// The part that an organisation has by its type; without a type it is a contributor.
fn role(entry: &mut Fields<'_>) -> Role {
    const KEY: &str = "org_type";
    match entry.line(KEY).as_deref() {
        Some("owner") => Role::Owner,
        Some("maintainer") => Role::Maintainer,
        Some("funder") => Role::Funder,
        Some("implementer") => Role::Implementer,
        None => Role::Contributor,
        Some(other) => {
            let message = format!(
                "the type {:?} is not known and counts as a part of another kind: expected owner, \
                 maintainer, funder or implementer",
                shorten(other)
            );
            entry.warn(Code::UnknownOrganisationType, KEY, message);
            Role::Contributor
        }
    }
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
