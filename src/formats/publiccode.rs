//! publiccode.yml, every version from 0.1 to 0.7, read leniently.
//!
//! The reading takes what it can use and says of the rest what was found and what was expected.
//! It is no validator: what the standard forbids but a catalogue can use is kept. Persons' data
//! are cut out of the text itself, so that it can be stored, read again and republished.

mod dependencies;
mod embedded;
mod fields;
mod keys;
mod licence;
mod people;
mod persons;
mod standards;
mod texts;
mod users;
mod vocabulary;

use std::collections::BTreeSet;

use super::personal::{PersonalDatum, is_reference};
use super::yaml::{self, Document, Node};
use super::{Code, Finding, Position};
use crate::catalogue::content::{Content, DevelopmentStatus, Maintenance, Related};
use crate::catalogue::countries;
use crate::catalogue::text::Lang;
use crate::catalogue::urls::WebUrl;
use crate::catalogue::vocabulary::is_category;
pub use fields::MAX_FINDINGS;
use fields::{Field, Reader, Section};
use persons::Cut;

pub use embedded::take;
pub use vocabulary::SCOPES;

/// What a publiccode.yml says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    /// What could be used; `None` where the text is not a YAML mapping.
    pub content: Option<Content>,
    /// What could not, or only after a repair; at most [`MAX_FINDINGS`] and one more that says so.
    pub findings: Vec<Finding>,
    /// The persons' data that were cut out.
    pub personal: Vec<PersonalDatum>,
    /// The text with references in the place of persons' data, every line at its old number.
    /// A text that could not be read is one reference: where it holds persons' data is unknown.
    pub text: String,
    /// The repository that the file says it belongs to.
    pub declared_url: Option<WebUrl>,
    /// The version of the standard that it declares, as written.
    pub version: Option<String>,
}

/// Reads a publiccode.yml. Pure; never fails and never panics. Positions are those of
/// [`Reading::text`]: its lines are the file's, and so are its columns on all lines from which
/// nothing was cut. Reading that text again gives the same content and findings.
pub fn read(text: &str) -> Reading {
    let text = text.trim_start_matches('\u{FEFF}');
    let document = match yaml::parse(text) {
        Ok(document) => document,
        Err(error) => return unreadable(text, &error.to_string(), error.position()),
    };
    match document {
        Document { root: None, .. } => empty(text),
        Document { root: Some(root), .. } if root.is_null() => empty(text),
        Document { root: Some(root), .. } if root.as_mapping().is_none() => {
            let found = root.describe();
            unreadable(text, &format!("the document is {found}, expected a mapping"), None)
        }
        Document { root: Some(root), next } => read_mapping(text, &root, next),
    }
}

fn empty(text: &str) -> Reading {
    let message = "The file is empty, expected a publiccode.yml.";
    Reading {
        findings: vec![Finding::new(Code::PubliccodeEmpty, "", message)],
        text: text.to_owned(),
        ..Reading::default()
    }
}

fn unreadable(text: &str, problem: &str, position: Option<Position>) -> Reading {
    let message = format!("The file could not be read: {problem}.");
    let mut reading = Reading {
        findings: vec![Finding::new(Code::PubliccodeNotYaml, "", message).at(position)],
        text: text.to_owned(),
        ..Reading::default()
    };
    if !is_reference(text.trim()) {
        reading.text = "personal:0".to_owned();
        reading.personal = vec![PersonalDatum { path: String::new(), value: text.to_owned() }];
    }
    reading
}

fn read_mapping(text: &str, root: &Node, next: Option<yaml::Next>) -> Reading {
    let Some(Cut { text, root, data }) = persons::cut(text, root, next) else {
        return unreadable(text, "persons' data cannot be cut out of it", None);
    };
    let mut reader = Reader::default();
    if let Some(next) = next {
        reader.add(
            Finding::new(
                Code::PubliccodeSeveralDocuments,
                "",
                "The file holds several YAML documents; only the first one is read.",
            )
            .at(Some(next.position)),
        );
    }
    for (path, position) in root.repeated_keys() {
        reader.add(
            Finding::new(
                Code::PubliccodeDuplicateKey,
                path,
                "The key stands here a second time; the first one counts.",
            )
            .at(Some(position)),
        );
    }
    let field = Field { path: String::new(), node: &root };
    let Some(root) = Section::open(&mut reader, &field, keys::ROOT) else {
        return empty(&text);
    };
    let version = read_version(&mut reader, &root);
    let content = read_content(&mut reader, &root);
    Reading {
        declared_url: content.repository.clone(),
        content: Some(content),
        findings: reader.finish(),
        personal: data,
        text,
        version,
    }
}

/// The declared version. 0.1 had another key, with an address that ends in the version.
fn read_version(reader: &mut Reader, root: &Section<'_>) -> Option<String> {
    let field = match root.get("publiccode-yaml-version") {
        Some(field) => field,
        None => root.require(reader, "publiccodeYmlVersion")?,
    };
    let written = reader.line(field)?;
    let version = written.rsplit(['/', ' ']).next().unwrap_or(&written);
    if !vocabulary::VERSIONS.contains(&version) {
        reader.warn(
            Code::PubliccodeVersionUnknown,
            field,
            format!("The version {written} is not known, expected one such as 0.7 or 0."),
        );
    } else if field.node.as_scalar().is_some_and(|s| s.plain && s.text.parse::<f64>().is_ok()) {
        reader.info(
            Code::PubliccodeUnquotedVersion,
            field,
            format!("Without quotes YAML takes {written} for a number, expected \"{written}\"."),
        );
    }
    Some(written)
}

fn read_content(reader: &mut Reader, root: &Section<'_>) -> Content {
    let mut content = Content::default();
    read_addresses(reader, root, &mut content);
    texts::read(reader, root, &mut content);
    read_name(reader, root, &mut content);
    read_release(reader, root, &mut content);
    read_classification(reader, root, &mut content);
    read_audience(reader, root, &mut content);
    read_localisation(reader, root, &mut content);
    read_maintenance(reader, root, &mut content);
    let legal = root.section(reader, "legal", keys::LEGAL);
    licence::read(reader, root, legal.as_ref(), &mut content);
    people::read_parties(reader, root, legal.as_ref(), &mut content);
    content.usages = users::read(reader, root);
    content.dependencies = dependencies::read(reader, root);
    standards::read(reader, root, &mut content);
    content
}

/// The name beside those in the descriptions. Without any name nothing can be listed.
fn read_name(reader: &mut Reader, root: &Section<'_>, content: &mut Content) {
    let name = root.get("name").and_then(|field| reader.line(field));
    match name {
        Some(name) => content.name.insert(Lang::unknown(), &name),
        None if content.name.is_empty() => root.missing_fatally(reader, "name"),
        None => root.missing(reader, "name"),
    }
}

fn read_addresses(reader: &mut Reader, root: &Section<'_>, content: &mut Content) {
    content.repository = root.require(reader, "url").and_then(|field| reader.url(field));
    content.homepage = root.get("landingURL").and_then(|field| reader.url(field));
    content.roadmap = root.get("roadmap").and_then(|field| reader.url(field));
    // A relative logo is a file in the repository, for which there is no stable address.
    content.logo = root
        .get("logo")
        .filter(|field| field.node.as_scalar().is_some_and(|s| s.text.contains("://")))
        .and_then(|field| reader.url(field));
    for upstream in root.get("isBasedOn").map(|f| reader.one_or_more(f)).unwrap_or_default() {
        content.based_on.extend(reader.url(&upstream));
    }
}

fn read_release(reader: &mut Reader, root: &Section<'_>, content: &mut Content) {
    content.version = root.get("softwareVersion").and_then(|field| reader.line(field));
    content.released_on = root.get("releaseDate").and_then(|field| reader.date(field));
}

fn read_classification(reader: &mut Reader, root: &Section<'_>, content: &mut Content) {
    if let Some(field) = root.require(reader, "developmentStatus") {
        content.development_status = reader.word(field, DevelopmentStatus::parse, || {
            "concept, development, beta, stable or obsolete".to_owned()
        });
    }
    if let Some(field) = root.require(reader, "softwareType") {
        content.software_type =
            reader.word(field, vocabulary::software_type, || vocabulary::SOFTWARE_TYPES.join(", "));
    }
    for field in
        root.require(reader, "platforms").map(|f| reader.one_or_more(f)).unwrap_or_default()
    {
        content.platforms.extend(reader.line(&field).map(|platform| platform.to_lowercase()));
    }
    for field in root.get("categories").map(|f| reader.list(f)).unwrap_or_default() {
        let Some(written) = reader.line(&field) else { continue };
        let folded = written.to_lowercase();
        if is_category(&folded) {
            content.categories.insert(folded);
        } else {
            reader.warn(
                Code::PubliccodeUnknownCategory,
                &field,
                format!("{written} is not a category of the standard; it is kept as a tag."),
            );
            content.tags.insert(written);
        }
    }
    for field in root.get("tags").map(|f| reader.list(f)).unwrap_or_default() {
        content.tags.extend(reader.line(&field));
    }
    let suite = root.get("applicationSuite").and_then(|field| reader.line(field));
    content.part_of.extend(suite.map(|name| Related { name, wikidata: None }));
}

fn read_audience(reader: &mut Reader, root: &Section<'_>, content: &mut Content) {
    let Some(audience) = root.section(reader, "intendedAudience", keys::AUDIENCE) else {
        return;
    };
    for field in audience.get("scope").map(|f| reader.list(f)).unwrap_or_default() {
        let Some(written) = reader.line(&field) else { continue };
        let folded = written.to_lowercase();
        if SCOPES.contains(&folded.as_str()) {
            content.audience.insert(folded);
        } else {
            reader.warn(
                Code::PubliccodeUnknownScope,
                &field,
                format!("{written} is not a scope of the standard; it is kept as a tag."),
            );
            content.tags.insert(written);
        }
    }
    // The kinds of administrations of 0.1 are no scopes of the versions after it.
    for field in audience.get("onlyFor").map(|f| reader.list(f)).unwrap_or_default() {
        content.tags.extend(reader.line(&field));
    }
    content.intended_countries = read_countries(reader, &audience, "countries");
    content.unsupported_countries = read_countries(reader, &audience, "unsupportedCountries");
}

fn read_countries(reader: &mut Reader, audience: &Section<'_>, key: &str) -> BTreeSet<String> {
    let fields = audience.get(key).map(|field| reader.list(field)).unwrap_or_default();
    let codes = fields.iter().filter_map(|field| {
        reader.word(field, countries::of_code, || {
            "a country by its two letters of ISO 3166-1, such as IT".to_owned()
        })
    });
    codes.map(str::to_owned).collect()
}

fn read_localisation(reader: &mut Reader, root: &Section<'_>, content: &mut Content) {
    let Some(localisation) = root.require_section(reader, "localisation", keys::LOCALISATION)
    else {
        return;
    };
    let languages = localisation.require(reader, "availableLanguages");
    for field in languages.map(|f| reader.list(f)).unwrap_or_default() {
        let Some(written) = reader.line(&field) else { continue };
        match vocabulary::language(&written) {
            Some(lang) => {
                content.interface_languages.insert(lang);
            }
            None => reader.warn(
                Code::PubliccodeInvalidLanguage,
                &field,
                format!("{written} is not a language tag, expected BCP 47 such as it or pt-BR."),
            ),
        }
    }
}

fn read_maintenance(reader: &mut Reader, root: &Section<'_>, content: &mut Content) {
    let Some(maintenance) = root.require_section(reader, "maintenance", keys::MAINTENANCE) else {
        return;
    };
    if let Some(field) = maintenance.require(reader, "type") {
        content.maintenance = reader
            .word(field, Maintenance::parse, || "internal, contract, community or none".to_owned());
    }
    content.support = people::contractors(reader, &maintenance);
    content.involved.extend(people::maintainers(reader, &maintenance));
}
