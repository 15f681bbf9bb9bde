//! CodeMeta, versions 1 to 3: single files, and registries that put many of them into one list.
//!
//! It is JSON-LD, of which everybody writes another part: see [`linked`].

mod identity;
mod linked;
mod persons;

use std::collections::BTreeSet;
use std::io::Read;
use std::ops::ControlFlow;

use serde_json::{Value, json};

use super::fields::{Fields, shorten};
use super::json::{One, SplitError, stream_many_or_one, whole};
use super::licence_field::{Part, of_parts, unreadable};
use super::places::place;
use super::prose::describe;
use super::{Decoded, Disposition, Envelope, Finding, ItemFormat, SourceContext};
use crate::catalogue::content::{
    Content, DevelopmentStatus, LicenceSlot, LicenceStatement, Organisation,
};
use crate::catalogue::text::{Lang, clean_line};
use crate::catalogue::urls::WebUrl;

/// The key under which an item of a file of its own has the file's address, and how many software
/// nodes stand in it. No term of CodeMeta has that name.
const FILE: &str = "fetchedFrom";

/// CodeMeta files and registries of them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Codemeta;

/// The item of a single file at `address`: the first software node in it, for one file is about
/// one software.
///
/// # Errors
/// [`SplitError`] where the bytes are not a CodeMeta file.
pub fn file(document: &mut dyn Read, address: &str) -> Result<Value, SplitError> {
    let shape = |found: &str| SplitError::Shape {
        found: found.to_owned(),
        expected: "an object with @context, about software".to_owned(),
    };
    let root = whole(document)?.complete()?;
    if root.get("@context").is_none() {
        return Err(shape("no object with @context"));
    }
    let mut nodes = linked::software(root);
    let Some(Value::Object(mut item)) = nodes.next() else {
        return Err(shape("a graph without software"));
    };
    let file = json!({ "url": address, "software": 1 + nodes.count() });
    item.insert(FILE.to_owned(), file);
    Ok(Value::Object(item))
}

impl ItemFormat for Codemeta {
    fn split(
        &self,
        document: &mut dyn Read,
        emit: &mut dyn FnMut(Value) -> ControlFlow<()>,
    ) -> Result<Envelope, SplitError> {
        let mut items = 0;
        let streamed = stream_many_or_one(document, &["@context"], One::Registry, &mut |root| {
            for mut item in linked::software(root) {
                items += 1;
                if let Some(item) = item.as_object_mut() {
                    item.remove(FILE); // Only of a file of its own is the address known.
                }
                emit(item)?;
            }
            ControlFlow::Continue(())
        })?;
        Ok(Envelope { items: items + streamed.too_large.len() as u64, ..streamed.envelope() })
    }

    fn decode(&self, mut item: Value, context: &SourceContext) -> Decoded {
        let personal = persons::cut(&mut item);
        let readable = linked::plain(&item);
        let mut findings = Vec::new();
        let external_id = identity::of(&readable, &item);
        let disposition = match (&external_id, linked::is_software(&readable)) {
            (None, _) => {
                let message = "the entry has no @id, identifier, repository or name to know it by";
                findings.push(Finding::error("item-without-id", "", message));
                Disposition::Failed
            }
            (Some(_), Some(false)) => Disposition::NotListable { reason: "not-software" },
            (Some(_), _) => listing(&mut Fields::new(&readable, "", &mut findings), context),
        };
        Decoded { external_id, disposition, findings, raw: item, personal }
    }
}

fn listing(fields: &mut Fields<'_>, context: &SourceContext) -> Disposition {
    let Some(name) = first_text(fields, "name") else {
        let message = "the entry has no usable name: expected a text";
        fields.add(Finding::error("name-missing", "name", message));
        return Disposition::Failed;
    };
    if fields.object(FILE).count("software").is_some_and(|count| count > 1) {
        let message = "the file has several software nodes, of which the first counts";
        fields.add(Finding::info("file-of-several", "@graph", message));
    }
    let mut content = Content {
        aliases: names(fields, "alternateName").into_iter().collect(),
        documentation: first_address(fields, "softwareHelp"),
        logo: first_address(fields, "logo"),
        licences: licences(fields),
        version: first_text(fields, "version").or_else(|| first_text(fields, "softwareVersion")),
        last_activity_on: fields.date("dateModified"),
        development_status: status(fields),
        tags: tags(fields),
        platforms: platforms(fields),
        programming_languages: names(fields, "programmingLanguage").into_iter().collect(),
        publisher: publisher(fields, context),
        identifiers: identity::elsewhere(fields),
        ..Content::default()
    };
    add_texts(fields, &name, &mut content);
    let homepage = first_address(fields, "url");
    let repositories = addresses(fields, "codeRepository");
    place(repositories, homepage, &mut content, fields.findings());
    Disposition::Listed(Box::new(content))
}

/// Name, summary and description. A package of R is called `identifier: What it does`.
fn add_texts(fields: &mut Fields<'_>, name: &str, content: &mut Content) {
    let und = Lang::unknown;
    let description = first_text_with_breaks(fields, "description");
    let title = identity::own(fields)
        .and_then(|id| name.strip_prefix(&id)?.strip_prefix(": ").map(|title| (id, title)));
    match title {
        Some((id, title)) => {
            content.name.insert(und(), &id);
            content.summary.insert(und(), title);
            content.description.insert(und(), &description.unwrap_or_default());
        }
        None => {
            content.name.insert(und(), name);
            describe(&description.unwrap_or_default(), und(), content);
        }
    }
}

/// A licence is a name, an address, mostly at spdx.org, or an object with one of them. The file of
/// the software itself declares it; a registry asserts it.
fn licences(fields: &mut Fields<'_>) -> Vec<LicenceStatement> {
    let slot = match fields.value(FILE) {
        Some(_) => LicenceSlot::Declared,
        None => LicenceSlot::Asserted,
    };
    let elements = fields.list("license");
    if elements.is_empty() {
        let message = "no licence is stated: expected an address at spdx.org";
        fields.add(Finding::info("licence-missing", "license", message));
    }
    let mut statements: Vec<LicenceStatement> = Vec::new();
    let is_one_of_several = elements.len() > 1;
    for (element, path) in elements {
        let mut stated = licence(fields, element, &path, slot);
        if stated.is_empty() && is_one_of_several {
            stated.push(unreadable(element, slot));
        }
        for statement in stated {
            if !statements.contains(&statement) {
                statements.push(statement);
            }
        }
    }
    statements
}

/// A text, or an object whose identifier, name and addresses are one statement; nothing where it is
/// neither.
fn licence(
    fields: &mut Fields<'_>,
    element: &Value,
    path: &str,
    slot: LicenceSlot,
) -> Vec<LicenceStatement> {
    let keys = ["identifier", "name", "@id", "url"];
    let mut parts: Vec<Part> = match element {
        Value::Object(_) => {
            let found = keys.map(|key| scalar_or(fields, element, path, &[key]));
            found.into_iter().flatten().map(|(raw, path)| Part::new(raw, path)).collect()
        }
        _ => scalar_or(fields, element, path, &[])
            .map(|(raw, path)| Part::new(raw, path))
            .into_iter()
            .collect(),
    };
    // An address at spdx.org is shown before what else means the same.
    parts.sort_by_key(|part| !part.raw.contains("spdx.org/"));
    if parts.is_empty() {
        return Vec::new();
    }
    of_parts(parts, slot, fields.findings())
}

/// A text, or of an object the first text under `keys`, with its path; a finding where it is
/// neither.
fn scalar_or(
    fields: &mut Fields<'_>,
    element: &Value,
    path: &str,
    keys: &[&str],
) -> Option<(String, String)> {
    match element {
        Value::String(text) => return Some((clean_line(text), path.to_owned())),
        Value::Number(number) => return Some((number.to_string(), path.to_owned())),
        _ => {}
    }
    let mut object = Fields::new(element, path, fields.findings());
    let key = keys.iter().find(|key| object.value(key).is_some())?;
    let path = object.path_of(key);
    object.line(key).map(|text| (text, path))
}

/// The texts at `key`: one, a list, or objects with names.
fn names(fields: &mut Fields<'_>, key: &str) -> Vec<String> {
    let elements = fields.list(key);
    let named = elements.into_iter().filter_map(|(element, path)| {
        scalar_or(fields, element, &path, &["name", "identifier"]).map(|(text, _)| text)
    });
    named.filter(|text| !text.is_empty()).collect()
}

fn first_text(fields: &mut Fields<'_>, key: &str) -> Option<String> {
    match fields.value(key)? {
        Value::Array(elements) => {
            elements.iter().filter_map(Value::as_str).map(clean_line).find(|text| !text.is_empty())
        }
        _ => fields.line(key),
    }
}

fn first_text_with_breaks(fields: &mut Fields<'_>, key: &str) -> Option<String> {
    match fields.value(key)? {
        Value::Array(elements) => elements.iter().find_map(Value::as_str).map(str::to_owned),
        _ => fields.text(key),
    }
}

/// The addresses at `key`, with their paths: texts, or objects with one.
fn addresses(fields: &mut Fields<'_>, key: &str) -> Vec<(WebUrl, String)> {
    let mut addresses = Vec::new();
    for (element, path) in fields.list(key) {
        if let Some((text, path)) = scalar_or(fields, element, &path, &["url", "@id"]) {
            addresses.extend(fields.parse_url(&text, &path).map(|url| (url, path)));
        }
    }
    addresses
}

fn first_address(fields: &mut Fields<'_>, key: &str) -> Option<WebUrl> {
    addresses(fields, key).into_iter().next().map(|(url, _)| url)
}

/// A word of repostatus.org or of R's lifecycle, mostly at the end of an address. Other scales,
/// such as of readiness, stand in the same list.
fn status(fields: &mut Fields<'_>) -> Option<DevelopmentStatus> {
    const KEY: &str = "developmentStatus";
    let stated = fields.lines(KEY);
    let status = stated.iter().find_map(|text| {
        let word = text.rsplit(['#', '/']).next().unwrap_or(text).to_lowercase();
        Some(match word.split('-').next().unwrap_or_default() {
            "concept" => DevelopmentStatus::Concept,
            "wip" | "suspended" | "experimental" => DevelopmentStatus::Development,
            "maturing" => DevelopmentStatus::Beta,
            "active" | "inactive" | "stable" => DevelopmentStatus::Stable,
            "abandoned" | "unsupported" | "superseded" | "deprecated" | "retired" | "archived" => {
                DevelopmentStatus::Obsolete
            }
            _ => return None,
        })
    });
    if status.is_none()
        && let Some(text) = stated.first()
    {
        let message = format!(
            "{:?} is left out: expected a status of repostatus.org, such as \
             https://www.repostatus.org/#active",
            shorten(text)
        );
        fields.warn("unknown-status", KEY, message);
    }
    status
}

/// Keywords, in a list or with commas between them, and categories that are words.
fn tags(fields: &mut Fields<'_>) -> BTreeSet<String> {
    let keywords = names(fields, "keywords");
    let keywords = keywords.iter().flat_map(|text| text.split([',', ';'])).map(clean_line);
    let categories = ["applicationCategory", "applicationSubCategory"];
    let categories = categories.iter().flat_map(|key| names(fields, key)).collect::<Vec<_>>();
    let is_word = |text: &String| !text.is_empty() && !text.contains("://");
    keywords.chain(categories).filter(is_word).collect()
}

fn platforms(fields: &mut Fields<'_>) -> BTreeSet<String> {
    let systems = names(fields, "operatingSystem");
    let systems = systems.iter().flat_map(|text| text.split([',', ';'])).map(clean_line);
    let systems = systems.map(|system| match system.to_lowercase().as_str() {
        "macos" | "mac os" | "mac os x" | "os x" | "osx" => "mac".to_owned(),
        other => other.to_owned(),
    });
    systems.filter(|system| !system.is_empty()).collect()
}

/// The organisation that publishes or makes it; without one, the first author that is one.
fn publisher(fields: &mut Fields<'_>, context: &SourceContext) -> Option<Organisation> {
    let keys = ["publisher", "producer", "sourceOrganization", "author", "copyrightHolder"];
    keys.into_iter().find_map(|key| {
        let elements = fields.list(key);
        elements.into_iter().find_map(|(element, path)| {
            let object = element.as_object()?;
            if !persons::is_organisation(object) {
                return None;
            }
            let mut organisation = Fields::new(element, &path, fields.findings());
            let name = organisation.line("name")?;
            let uri = organisation.line("@id").filter(|id| WebUrl::parse(id).is_ok());
            Some(Organisation { name, uri, country: context.country.clone() })
        })
    })
}
