//! CodeMeta, versions 1 to 3: single files, and registries that put many of them into one list.
//!
//! It is JSON-LD, of which everybody writes another part: see [`linked`].

mod identity;
mod licence;
mod linked;
mod needs;
mod people;
mod persons;
mod values;

pub use self::linked::is_software;

use std::collections::BTreeSet;
use std::io::Read;
use std::ops::ControlFlow;

use serde_json::{Value, json};

use self::identity::FILE;
use self::values::{
    addresses, first_address, first_text, first_text_with_breaks, names, scalar_or,
};
use super::fields::Fields;
use super::json::{One, SplitError, stream_many_or_one, whole};
use super::licence_field::{Part, of_parts, unreadable};
use super::places::place;
use super::prose::describe;
use super::recognise::Kind;
use super::{Code, Decoded, Disposition, Envelope, Finding, ItemFormat, SourceContext};
use crate::catalogue::content::{
    Content, DevelopmentStatus, LicenceSlot, LicenceStatement, Related,
};
use crate::catalogue::text::shorten;
use crate::catalogue::text::{Lang, clean_line};
use crate::catalogue::urls::WebUrl;

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
    fn kind(&self) -> Kind {
        Kind::Codemeta
    }

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
        if items == 0 && streamed.items > 0 {
            let found = "JSON-LD that describes no software".to_owned();
            let expected = Kind::Codemeta.to_string();
            return Err(SplitError::Shape { found, expected });
        }
        Ok(Envelope { items: items + streamed.too_large.len() as u64, ..streamed.envelope() })
    }

    fn decode(&self, mut item: Value, context: &SourceContext) -> Decoded {
        let personal = persons::cut(&mut item);
        let readable = linked::plain(&item);
        let mut findings = Vec::new();
        let external_id = identity::of(&readable, &item);
        let disposition = match (&external_id, is_software(&readable)) {
            (None, _) => {
                let message = "the entry has no @id, identifier, repository or name to know it by";
                findings.push(Finding::new(Code::ItemWithoutId, "", message));
                Disposition::Failed
            }
            (Some(_), Some(false)) => Disposition::NotListable { reason: Code::NotSoftware },
            (Some(_), _) => {
                // A file of its own has relative addresses from where it stands.
                let file = readable.get(FILE).and_then(|file| file.get("url")?.as_str());
                let base = file.unwrap_or(&context.base_url);
                listing(&mut Fields::new(&readable, "", &mut findings).at(base), context)
            }
        };
        Decoded { external_id, disposition, findings, raw: item, personal }
    }
}

fn listing(fields: &mut Fields<'_>, context: &SourceContext) -> Disposition {
    let Some(name) = first_text(fields, "name") else {
        let message = "the entry has no usable name: expected a text";
        fields.add(Finding::new(Code::NameMissing, "name", message));
        return Disposition::Failed;
    };
    if fields.object(FILE).count("software").is_some_and(|count| count > 1) {
        let message = "the file has several software nodes, of which the first counts";
        fields.add(Finding::new(Code::FileOfSeveral, "@graph", message));
    }
    let mut content = Content {
        aliases: names(fields, "alternateName").into_iter().collect(),
        download: first_address(fields, "downloadUrl")
            .or_else(|| first_address(fields, "installUrl")),
        logo: first_address(fields, "logo"),
        licences: licences(fields),
        version: first_text(fields, "version").or_else(|| first_text(fields, "softwareVersion")),
        last_activity_on: fields.date("dateModified"),
        development_status: status(fields),
        tags: tags(fields),
        platforms: platforms(fields),
        programming_languages: names(fields, "programmingLanguage").into_iter().collect(),
        dependencies: needs::read(fields),
        part_of: part_of(fields),
        identifiers: identity::elsewhere(fields),
        ..Content::default()
    };
    people::read(fields, context, &mut content);
    add_texts(fields, &name, &mut content);
    add_days(fields, &mut content);
    add_pages(fields, &mut content);
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

/// The day on which it began, and that of its release. The date of publication is the one of the
/// version that is described; where no version is, of the software.
fn add_days(fields: &mut Fields<'_>, content: &mut Content) {
    content.created_on = fields.date("dateCreated");
    let published = fields.date("datePublished");
    if content.version.is_some() {
        content.released_on = published;
    } else {
        content.created_on = content.created_on.or(published);
    }
}

/// The documentation, and further pages of the project.
fn add_pages(fields: &mut Fields<'_>, content: &mut Content) {
    let readme = first_address(fields, "readme");
    content.documentation = first_address(fields, "softwareHelp").or(readme.clone());
    let mut pages: BTreeSet<WebUrl> = readme.into_iter().collect();
    for key in
        ["buildInstructions", "issueTracker", "relatedLink", "review", "referencePublication"]
    {
        pages.extend(addresses(fields, key).into_iter().map(|(url, _)| url));
    }
    // Notes on a release are a page or, more often, a text.
    let notes = first_text(fields, "releaseNotes").filter(|notes| is_address(notes));
    pages.extend(notes.and_then(|notes| fields.parse_url(&notes, "releaseNotes")));
    pages.retain(|page| content.documentation.as_ref() != Some(page));
    content.supplementary = pages;
}

/// The suite or the project that it is a part of, where that has a name. As a text the latter is
/// an address.
fn part_of(fields: &mut Fields<'_>) -> Vec<Related> {
    let suites = names(fields, "applicationSuite");
    let wholes = fields.list("isPartOf").into_iter().filter_map(|(element, _)| {
        Some(clean_line(element.get("name")?.as_str()?)).filter(|name| !name.is_empty())
    });
    let names = suites.into_iter().chain(wholes).filter(|name| !name.contains("://"));
    names.map(|name| Related { name, wikidata: None }).collect()
}

fn is_address(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
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
        fields.add(Finding::new(Code::LicenceMissing, "license", message));
    }
    let mut statements: Vec<LicenceStatement> = Vec::new();
    let is_one_of_several = elements.len() > 1;
    for (element, path) in elements {
        let mut stated = Vec::new();
        for names in licence::stated(element, &path, fields.findings()) {
            let parts = names.into_iter().map(|(raw, path)| Part::new(raw, path)).collect();
            stated.extend(of_parts(parts, slot, fields.findings()));
        }
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

/// A word for how far the development is. Other scales, such as of readiness, stand in the same
/// list.
fn status(fields: &mut Fields<'_>) -> Option<DevelopmentStatus> {
    const KEY: &str = "developmentStatus";
    let mut stated = Vec::new();
    for (element, path) in fields.list(KEY) {
        stated.extend(scalar_or(fields, element, &path, &["@id", "url", "identifier", "name"]));
    }
    let status = stated.iter().find_map(|(text, _)| status_of(text));
    if status.is_none()
        && let Some((text, path)) = stated.first()
    {
        let message = format!(
            "{:?} is left out: expected a status of repostatus.org, such as \
             https://www.repostatus.org/#active",
            shorten(text)
        );
        fields.add(Finding::new(Code::UnknownStatus, path, message));
    }
    status
}

/// The last word of a text or an address: of repostatus.org, of R's lifecycle, of the status of a
/// work at schema.org, or of Python's classifiers. Badges have the word among others.
fn status_of(text: &str) -> Option<DevelopmentStatus> {
    let text = text.trim().trim_end_matches('/').to_lowercase();
    let last = text.rsplit(['#', '/', ':']).next().unwrap_or_default();
    last.split(|c: char| !c.is_alphanumeric()).find_map(|word| {
        Some(match word {
            "concept" | "planning" => DevelopmentStatus::Concept,
            "wip" | "suspended" | "experimental" | "alpha" | "development" | "draft"
            | "incomplete" => DevelopmentStatus::Development,
            "maturing" | "beta" => DevelopmentStatus::Beta,
            "active" | "inactive" | "stable" | "production" | "mature" | "published" => {
                DevelopmentStatus::Stable
            }
            "abandoned" | "unsupported" | "superseded" | "deprecated" | "retired" | "archived"
            | "obsolete" | "defunct" => DevelopmentStatus::Obsolete,
            _ => return None,
        })
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_told_by_its_last_word() {
        for (text, expected) in [
            ("https://www.repostatus.org/#active", Some(DevelopmentStatus::Stable)),
            ("http://www.repostatus.org/#WIP", Some(DevelopmentStatus::Development)),
            ("repostatus:inactive", Some(DevelopmentStatus::Stable)),
            (
                "https://www.repostatus.org/badges/latest/abandoned.svg",
                Some(DevelopmentStatus::Obsolete),
            ),
            (
                "https://lifecycle.example.org/articles/stages.html#maturing",
                Some(DevelopmentStatus::Beta),
            ),
            ("https://example.org/lifecycle-stable-green.svg", Some(DevelopmentStatus::Stable)),
            ("https://schema.org/Obsolete/", Some(DevelopmentStatus::Obsolete)),
            ("Development Status :: 4 - Beta", Some(DevelopmentStatus::Beta)),
            ("concept", Some(DevelopmentStatus::Concept)),
            ("https://www.repostatus.org/", None),
            ("https://lifecycle.example.org/articles/stages.html", None),
            ("https://example.org/levels#TechnologyReadinessLevel5", None),
            ("", None),
        ] {
            assert_eq!(status_of(text), expected, "{text}");
        }
    }
}
