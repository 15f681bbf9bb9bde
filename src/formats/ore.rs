//! Canada's Open Resource Exchange: the free software that administrations use, and the code that
//! they release. Every text is in English and in French, addresses included.

mod documents;
mod persons;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::ops::ControlFlow;

use serde_json::{Value, json};

use super::fields::Fields;
use super::identity::derived;
use super::json::SplitError;
use super::licence_field::{Part, of_parts};
use super::places::place;
use super::prose::describe;
use super::recognise::Kind;
use super::{Code, Decoded, Disposition, Envelope, ExternalId, Finding, ItemFormat, SourceContext};
use crate::catalogue::content::{
    Content, DevelopmentStatus, LicenceSlot, LicenceStatement, Organisation, Usage, UsageEvidence,
};
use crate::catalogue::text::Lang;
use crate::catalogue::text::shorten;
use crate::catalogue::urls::{WebUrl, repository_key};
use crate::licence::Context;

pub use documents::{Administrations, items};

/// The lists of the exchange.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ore;

impl ItemFormat for Ore {
    fn kind(&self) -> Kind {
        Kind::Ore
    }

    fn split(
        &self,
        document: &mut dyn Read,
        emit: &mut dyn FnMut(Value) -> ControlFlow<()>,
    ) -> Result<Envelope, SplitError> {
        let mut envelope = Envelope::default();
        let (items, unreadable) = items(document, &Administrations::default())?;
        for item in items {
            envelope.items += 1;
            if emit(item).is_break() {
                break;
            }
        }
        unreadable.map_or(Ok(envelope), |unreadable| Err(unreadable.into()))
    }

    fn decode(&self, mut item: Value, context: &SourceContext) -> Decoded {
        let personal = persons::cut(&mut item);
        let mut findings = Vec::new();
        let external_id = identity(&item);
        let disposition = if external_id.is_some() {
            listing(&mut Fields::new(&item, "", &mut findings).at(&context.base_url), context)
        } else {
            let message = "nothing in the entry says which one it is";
            findings.push(Finding::new(Code::ItemWithoutId, "", message));
            Disposition::Failed
        };
        Decoded { external_id, disposition, findings, raw: item, personal }
    }
}

/// Used software is known by the name of its file; a release by its administration, name and
/// repository. Both lists are of one source, so each has a prefix of its own.
fn identity(item: &Value) -> Option<ExternalId> {
    // What is wrong with these fields is told where they become content.
    let mut ignored = Vec::new();
    let mut fields = Fields::new(item, "", &mut ignored);
    if fields.line("list").as_deref() != Some("code") {
        return Some(ExternalId::Given(format!("software/{}", fields.line("key")?)));
    }
    let name = fields.localized_line("name", &Lang::unknown());
    let (_, name) = name.best("en")?;
    let administration = fields.object("administration").line("adminCode");
    let repository = addresses(&mut fields, "repositoryURL").into_iter().next();
    let repository =
        repository.map(|(url, _)| repository_key(&url).unwrap_or_else(|| url.to_string()));
    Some(derived("code/", &json!([administration, name, repository]), item))
}

fn listing(fields: &mut Fields<'_>, context: &SourceContext) -> Disposition {
    let mut content = Content {
        name: fields.localized_line("name", &Lang::unknown()),
        licences: licences(fields),
        tags: tags(fields),
        programming_languages: fields.lines("languages").into_iter().collect(),
        development_status: status(fields),
        usages: usages(fields, context),
        created_on: fields.object("date").date("created"),
        download: addresses(fields, "downloadURL").into_iter().next().map(|(url, _)| url),
        supplementary: related(fields),
        ..Content::default()
    };
    if content.name.is_empty() {
        let message = "the entry has no usable name: expected a text in each language";
        fields.add(Finding::new(Code::NameMissing, "name", message));
        return Disposition::Failed;
    }
    add_description(fields, &mut content);
    if fields.line("list").as_deref() == Some("code") {
        content.publisher = publisher(&mut fields.object("administration"), context);
        content.publicly_developed = Some(true);
    }
    let homepage = addresses(fields, "homepageURL").into_iter().next();
    let repositories = addresses(fields, "repositoryURL");
    place(repositories, homepage.map(|(url, _)| url), &mut content, fields.findings());
    Disposition::Listed(Box::new(content))
}

/// Where the code is that belongs to it.
fn related(fields: &mut Fields<'_>) -> BTreeSet<WebUrl> {
    let mut urls = BTreeSet::new();
    for (code, path) in fields.list("relatedCode") {
        let mut code = Fields::new(code, &path, fields.findings());
        urls.extend(addresses(&mut code, "URL").into_iter().map(|(url, _)| url));
    }
    urls
}

/// What it does is the summary, if short; how it works only belongs to the description.
fn add_description(fields: &mut Fields<'_>, content: &mut Content) {
    let mut description = fields.object("description");
    for (lang, text) in description.localized_text("whatItDoes", &Lang::unknown()).iter() {
        describe(text, lang.clone(), content);
    }
    for (lang, how) in description.localized_text("howItWorks", &Lang::unknown()).iter() {
        let text = match content.description.get(lang.as_str()) {
            Some(what) => format!("{what}\n\n{how}"),
            None => how.to_owned(),
        };
        content.description.insert(lang.clone(), &text);
    }
}

/// One statement an entry: its identifier and its addresses are one.
fn licences(fields: &mut Fields<'_>) -> Vec<LicenceStatement> {
    let entries = fields.list("licences");
    if entries.is_empty() {
        let message = "no licence is stated: expected a list of SPDX identifiers";
        fields.add(Finding::new(Code::LicenceMissing, "licences", message));
    }
    let mut statements: Vec<LicenceStatement> = Vec::new();
    for (entry, path) in entries {
        let mut entry = Fields::new(entry, &path, fields.findings());
        let identifier = entry.line("spdxID").unwrap_or_default();
        let mut parts = vec![Part::within(identifier, entry.path_of("spdxID"), Context::Spdx)];
        let addresses = addresses(&mut entry, "URL").into_iter();
        parts.extend(addresses.map(|(url, path)| Part::address(url.to_string(), path)));
        for statement in of_parts(parts, LicenceSlot::Asserted, entry.findings()) {
            if !statements.contains(&statement) {
                statements.push(statement);
            }
        }
    }
    statements
}

/// The addresses at `key`, with their paths: one, or one in each language, English first. Both
/// are mostly the same.
fn addresses(fields: &mut Fields<'_>, key: &str) -> Vec<(WebUrl, String)> {
    let Some(Value::Object(languages)) = fields.value(key) else {
        let path = fields.path_of(key);
        return fields.url(key).map(|url| (url, path)).into_iter().collect();
    };
    let mut languages: Vec<&String> = languages.keys().collect();
    languages.sort_by_key(|language| (*language != "en", *language));
    let mut inner = fields.object(key);
    let mut addresses: Vec<(WebUrl, String)> = Vec::new();
    for language in languages {
        if let Some(url) = inner.url(language)
            && !addresses.iter().any(|(known, _)| *known == url)
        {
            addresses.push((url, inner.path_of(language)));
        }
    }
    addresses
}

/// The tags of all languages.
fn tags(fields: &mut Fields<'_>) -> BTreeSet<String> {
    let Some(Value::Object(languages)) = fields.value("tags") else {
        return fields.lines("tags").into_iter().collect();
    };
    let mut tags = fields.object("tags");
    languages.keys().flat_map(|language| tags.lines(language)).collect()
}

fn status(fields: &mut Fields<'_>) -> Option<DevelopmentStatus> {
    let raw = fields.line("status")?;
    let status = match raw.to_ascii_lowercase().as_str() {
        "alpha" => DevelopmentStatus::Development,
        "beta" => DevelopmentStatus::Beta,
        "maintained" => DevelopmentStatus::Stable,
        "deprecated" | "retired" => DevelopmentStatus::Obsolete,
        _ => {
            let message = format!(
                "{:?} is left out: expected Alpha, Beta, Maintained, Deprecated or Retired",
                shorten(&raw)
            );
            fields.warn(Code::UnknownStatus, "status", message);
            return None;
        }
    };
    Some(status)
}

/// The administrations that state a use, since the earliest day that one of their uses began.
fn usages(fields: &mut Fields<'_>, context: &SourceContext) -> Vec<Usage> {
    let mut usages: BTreeMap<String, Usage> = BTreeMap::new();
    for (administration, path) in fields.list("administrations") {
        let mut administration = Fields::new(administration, &path, fields.findings());
        let Some(organisation) = name_of(&mut administration) else {
            let message = "the user is left out: expected the code of an administration";
            administration.add(Finding::new(Code::UserWithoutName, path, message));
            continue;
        };
        let mut since = None;
        let uses = administration.list("uses");
        for (stated, path) in &uses {
            let mut stated = Fields::new(stated, path, administration.findings());
            let started = stated.object("date").date("started");
            since = since.into_iter().chain(started).min();
        }
        if uses.is_empty() {
            continue; // A file may name an administration that has stated nothing yet.
        }
        let usage = usages.entry(organisation.to_lowercase()).or_insert(Usage {
            organisation,
            country: context.country.clone(),
            evidence: UsageEvidence::Catalogue,
            users: None,
            referents: None,
            since,
            expires_on: None,
        });
        usage.since = usage.since.into_iter().chain(since).min();
    }
    usages.into_values().collect()
}

fn publisher(administration: &mut Fields<'_>, context: &SourceContext) -> Option<Organisation> {
    let name = name_of(administration)?;
    Some(Organisation { name, uri: None, country: context.country.clone() })
}

/// The name of an administration, in English where there is one; without a name, its code.
fn name_of(administration: &mut Fields<'_>) -> Option<String> {
    let names = administration.localized_line("name", &Lang::unknown());
    names.best("en").map(|(_, name)| name.to_owned()).or_else(|| administration.line("adminCode"))
}
