//! From an item to content.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde_json::Value;

use super::describe::VERSIONS;
use super::node::{Node, Placed, literal, literal_or_iri, node};
use super::{authority, licence};
use crate::catalogue::content::{
    Content, Dependency, DependencyKind, DevelopmentStatus, Identifier, Organisation,
};
use crate::catalogue::text::shorten;
use crate::catalogue::text::{Lang, LocalizedText};
use crate::catalogue::urls::{WebUrl, repository_key};
use crate::formats::fields::{is_plausible, parse_day};
use crate::formats::places::place;
use crate::formats::prose::describe;
use crate::formats::{Code, Finding, SourceContext};

pub(super) const NAME: &[&str] =
    &["dct:title", "doap:name", "schema:name", "dc:title", "rdfs:label", "foaf:name"];
const LABEL: &[&str] = &["skos:prefLabel", "rdfs:label", "dct:title", "foaf:name", "schema:name"];
const VERSION: &[&str] =
    &["owl:versionInfo", "dcat:version", "doap:revision", "schema:softwareVersion"];
const CHANGED: &[&str] = &["dct:modified", "schema:dateModified"];
const STATUS: &[&str] = &["adms:status", "admssw:status"];

/// What an entry says. `None` where it has no name.
pub(super) fn content(
    entry: &Node<'_>,
    context: &SourceContext,
    findings: &mut Vec<Finding>,
) -> Option<Content> {
    let (name, others) = entry.texts(NAME, findings);
    if name.is_empty() {
        let message = "the entry has no usable name: expected a title";
        findings.push(Finding::new(Code::NameMissing, "dct:title", message));
        return None;
    }
    let mut content = Content {
        aliases: aliases(entry, &name, others),
        name,
        documentation: first_url(
            entry,
            &["foaf:page", "doap:wiki", "schema:softwareHelp"],
            findings,
        ),
        logo: first_url(entry, &["foaf:logo", "schema:logo", "foaf:depiction"], findings),
        download: first_url(
            entry,
            &["schema:downloadUrl", "doap:download-page", "schema:installUrl"],
            findings,
        ),
        conforms_to: named(entry, "dct:conformsTo").into_iter().collect(),
        dependencies: needs(entry),
        licences: licence::licences(entry, findings),
        last_activity_on: latest(entry, CHANGED, findings),
        development_status: status(entry, findings),
        tags: tags(entry),
        platforms: entry
            .lines(&["schema:operatingSystem", "doap:os"])
            .iter()
            .map(|p| p.to_lowercase())
            .collect(),
        interface_languages: languages(entry, findings),
        programming_languages: programming_languages(entry),
        publisher: publisher(entry),
        identifiers: identifiers(entry),
        ..Content::default()
    };
    texts(entry, &mut content, findings);
    release(entry, &mut content, findings);
    places(entry, context, &mut content, findings);
    Some(content)
}

/// Whether the status says that the entry has been withdrawn.
pub(super) fn is_withdrawn(entry: &Node<'_>) -> bool {
    status_words(entry).any(|(word, _)| word.eq_ignore_ascii_case("withdrawn"))
}

fn aliases(entry: &Node<'_>, name: &LocalizedText, others: Vec<String>) -> BTreeSet<String> {
    let alternative = entry.lines(&["dct:alternative", "skos:altLabel", "schema:alternateName"]);
    let is_name = |alias: &String| name.iter().any(|(_, text)| text == alias);
    others.into_iter().chain(alternative).filter(|alias| !is_name(alias)).collect()
}

/// Summary and description, in each language on its own.
fn texts(entry: &Node<'_>, content: &mut Content, findings: &mut Vec<Finding>) {
    let properties =
        ["dct:description", "doap:description", "schema:description", "dc:description"];
    let (descriptions, _) = entry.texts(&properties, findings);
    for (lang, text) in descriptions.iter() {
        let mut one = Content::default();
        describe(text, lang.clone(), &mut one);
        one.summary.iter().for_each(|(lang, text)| content.summary.insert(lang.clone(), text));
        one.description
            .iter()
            .for_each(|(lang, text)| content.description.insert(lang.clone(), text));
    }
    // A short text that is there for that purpose is the better summary; the long one stays.
    let (summaries, _) = entry.texts(&["doap:shortdesc", "dct:abstract"], findings);
    for (lang, text) in summaries.iter() {
        if let Some(long) = descriptions.get(lang.as_str()) {
            content.description.insert(lang.clone(), long);
        }
        content.summary.insert(lang.clone(), text);
    }
}

/// The version: that of the entry, or of the newest of its releases. With a version, the day of
/// issue is that of the release; without, that on which the entry was published.
fn release(entry: &Node<'_>, content: &mut Content, findings: &mut Vec<Finding>) {
    let issued = date(entry, &["dct:issued", "schema:datePublished"], findings)
        .or_else(|| date(entry, &["dct:created", "schema:dateCreated", "doap:created"], findings));
    if let Some(version) = entry.line(VERSION) {
        content.version = Some(version);
        content.released_on = issued;
        return;
    }
    content.listed_on = issued;
    let mut ignored = Vec::new();
    let mut newest: Option<(NaiveDate, String)> = None;
    for release in entry.nodes(&[VERSIONS]) {
        let Some(version) = release.line(VERSION) else { continue };
        let day = [&["dct:issued"][..], &["dct:created", "doap:created"], &["dct:modified"]]
            .iter()
            .find_map(|property| date(&release, property, &mut ignored));
        if let Some(day) = day
            && newest.as_ref().is_none_or(|(known, _)| day > *known)
        {
            newest = Some((day, version));
        }
    }
    if let Some((day, version)) = newest {
        content.version = Some(version);
        content.released_on = Some(day);
    }
}

/// Repositories, home page, and the entry's own page. A page at the catalogue's host is the
/// entry's page there; any other page is the project's.
fn places(
    entry: &Node<'_>,
    context: &SourceContext,
    content: &mut Content,
    findings: &mut Vec<Finding>,
) {
    let mut repositories = entry.urls(&["schema:codeRepository"], findings);
    for repository in entry.nodes(&["doap:repository"]) {
        repositories.extend(repository.urls(&["doap:browse", "doap:location"], findings));
    }
    if repositories.is_empty() {
        repositories.extend(entry.urls(&["doap:repository"], findings));
    }
    let mut homepage =
        first_url(entry, &["foaf:homepage", "doap:homepage", "schema:url"], findings);
    let own_host = WebUrl::parse(&context.base_url).ok().map(|url| url.host());
    for (page, path) in entry.urls(&["dcat:landingPage"], findings) {
        if repository_key(&page).is_some() {
            repositories.push((page, path));
        } else if own_host.as_ref() == Some(&page.host()) {
            content.entry_pages.insert(page);
        } else {
            homepage.get_or_insert(page);
        }
    }
    if repositories.is_empty() {
        repositories = files_at_forges(entry, findings);
    }
    place(repositories, homepage, content, findings);
}

/// Repositories in which the entry's files lie.
fn files_at_forges(entry: &Node<'_>, findings: &mut Vec<Finding>) -> Vec<(WebUrl, String)> {
    let mut repositories = Vec::new();
    for file in entry.nodes(&["dcat:distribution", "rad:distribution"]) {
        for (url, path) in file.urls(&["dcat:accessURL", "dcat:downloadURL"], findings) {
            let key = repository_key(&url);
            let repository = key.and_then(|key| WebUrl::parse(&format!("https://{key}")).ok());
            repositories.extend(repository.map(|repository| (repository, path)));
        }
    }
    repositories
}

fn first_url(entry: &Node<'_>, properties: &[&str], findings: &mut Vec<Finding>) -> Option<WebUrl> {
    properties.iter().find_map(|property| {
        entry.urls(&[property], findings).into_iter().next().map(|(url, _)| url)
    })
}

fn date(entry: &Node<'_>, properties: &[&str], findings: &mut Vec<Finding>) -> Option<NaiveDate> {
    let first = entry.values(properties).into_iter().next()?;
    day(first, findings)
}

/// The latest of several days: what changed twice was changed last on the later one.
fn latest(entry: &Node<'_>, properties: &[&str], findings: &mut Vec<Finding>) -> Option<NaiveDate> {
    entry.values(properties).into_iter().filter_map(|value| day(value, findings)).max()
}

fn day((value, path): Placed<'_>, findings: &mut Vec<Finding>) -> Option<NaiveDate> {
    let text = literal(value)?.trim();
    // `xsd:date` may have a time zone behind it.
    let has_time = text.contains(['T', 't', ' ']);
    let day = if has_time { text } else { text.get(..10).unwrap_or(text) };
    let day = parse_day(day).filter(is_plausible);
    if day.is_none() && !text.is_empty() {
        let text = shorten(text);
        let message = format!("{text:?} is left out: expected a day between 1970 and 2100");
        findings.push(Finding::new(Code::InvalidDate, path, message));
    }
    day
}

/// The words of the statuses: the last part of an address, such as
/// `http://purl.org/adms/status/Completed`, or a text.
fn status_words<'a>(entry: &Node<'a>) -> impl Iterator<Item = (&'a str, String)> + use<'a> {
    entry.values(STATUS).into_iter().filter_map(|(value, path)| {
        let text = literal_or_iri(value)?;
        Some((last_part(text), path))
    })
}

fn status(entry: &Node<'_>, findings: &mut Vec<Finding>) -> Option<DevelopmentStatus> {
    for (word, path) in status_words(entry) {
        let status = match word.to_ascii_lowercase().as_str() {
            "completed" => DevelopmentStatus::Stable,
            "underdevelopment" | "develop" => DevelopmentStatus::Development,
            "deprecated" | "discont" | "withdrawn" => DevelopmentStatus::Obsolete,
            _ => {
                let message = format!(
                    "{:?} is left out: expected Completed, Deprecated, UnderDevelopment or \
                     Withdrawn of ADMS, or a code of the EU's table of statuses",
                    shorten(word)
                );
                findings.push(Finding::new(Code::UnknownStatus, path, message));
                continue;
            }
        };
        return Some(status);
    }
    None
}

/// Keywords, and the names of themes; a theme without a name says nothing to a reader.
fn tags(entry: &Node<'_>) -> BTreeSet<String> {
    let keywords = ["dcat:keyword", "rad:keyword", "schema:keywords", "dc:subject"];
    let mut tags: BTreeSet<String> =
        keywords.iter().flat_map(|property| entry.lines(&[property])).collect();
    for property in ["dcat:theme", "rad:theme", "doap:category", "schema:applicationCategory"] {
        tags.extend(entry.lines(&[property]));
        tags.extend(entry.nodes(&[property]).iter().filter_map(|theme| theme.line(LABEL)));
    }
    tags
}

fn languages(entry: &Node<'_>, findings: &mut Vec<Finding>) -> BTreeSet<Lang> {
    let mut languages = BTreeSet::new();
    for (value, path) in entry.values(&["dct:language", "admssw:locale", "schema:inLanguage"]) {
        let Some(text) = literal_or_iri(value) else { continue };
        match authority::language(text) {
            Some(lang) => {
                languages.insert(lang);
            }
            None => {
                let text = shorten(text);
                let message = format!(
                    "{text:?} is left out: expected a code of the EU's table of languages, or a \
                     language tag"
                );
                findings.push(Finding::new(Code::InvalidLanguage, path, message));
            }
        }
    }
    languages
}

fn programming_languages(entry: &Node<'_>) -> BTreeSet<String> {
    let properties =
        ["doap:programming-language", "schema:programmingLanguage", "admssw:programmingLanguage"];
    let mut languages: BTreeSet<String> =
        properties.iter().flat_map(|property| entry.lines(&[property])).collect();
    for property in properties {
        languages.extend(entry.nodes(&[property]).iter().filter_map(|node| node.line(LABEL)));
    }
    languages
}

/// What a property names: texts, and resources by their labels, else by their addresses.
fn named(entry: &Node<'_>, property: &str) -> Vec<String> {
    let resources = entry.nodes(&[property]).into_iter();
    let labels = resources.filter_map(|one| one.line(LABEL).or(one.iri().map(str::to_owned)));
    entry.lines(&[property]).into_iter().chain(labels).collect()
}

/// What it needs in order to run; what kind of thing that is, is not said.
fn needs(entry: &Node<'_>) -> Vec<Dependency> {
    let names: BTreeSet<String> = named(entry, "schema:softwareRequirements").into_iter().collect();
    let dependency = |name| Dependency {
        name,
        kind: DependencyKind::Unstated,
        version: None,
        version_min: None,
        version_max: None,
        optional: false,
    };
    names.into_iter().map(dependency).collect()
}

/// The first publisher that has a name. Whether it is an organisation or a person has been told
/// apart when persons were cut out.
fn publisher(entry: &Node<'_>) -> Option<Organisation> {
    const PUBLISHER: &[&str] =
        &["dct:publisher", "schema:publisher", "dct:creator", "dc:publisher"];
    PUBLISHER.iter().find_map(|property| {
        let values = entry.values(&[property]);
        values.into_iter().find_map(|(value, path)| {
            if let Some(name) = literal(value) {
                let name = crate::catalogue::text::clean_line(name);
                return (!name.is_empty())
                    .then(|| Organisation { name, ..Organisation::default() });
            }
            organisation(&node((value, path))?)
        })
    })
}

fn organisation(agent: &Node<'_>) -> Option<Organisation> {
    const AGENT: &[&str] =
        &["foaf:name", "schema:name", "vcard:fn", "skos:prefLabel", "rdfs:label", "dct:title"];
    let mut ignored = Vec::new();
    let name = AGENT.iter().find_map(|property| {
        let (names, _) = agent.texts(&[property], &mut ignored);
        names.best("en").map(|(_, name)| crate::catalogue::text::clean_line(name))
    })?;
    let is_web = |iri: &&str| iri.starts_with("https://") || iri.starts_with("http://");
    Some(Organisation {
        name,
        uri: agent.iri().filter(is_web).map(str::to_owned),
        country: country(agent),
    })
}

/// The country that an agent states: in a place, or in its address.
fn country(agent: &Node<'_>) -> Option<String> {
    let of = |node: &Node<'_>| {
        ["dct:spatial", "vcard:country-name", "locn:adminUnitL1", "schema:addressCountry"]
            .iter()
            .flat_map(|property| node.values(&[property]))
            .find_map(|(value, _)| authority::country(literal_or_iri(value)?))
    };
    of(agent).or_else(|| {
        let addresses = ["vcard:hasAddress", "locn:address", "schema:address"];
        addresses.iter().flat_map(|property| agent.nodes(&[property])).find_map(|inner| of(&inner))
    })
}

/// Items of Wikidata that the entry says it is.
fn identifiers(entry: &Node<'_>) -> BTreeSet<Identifier> {
    let same = ["owl:sameAs", "schema:sameAs", "skos:exactMatch"];
    let values = same.iter().flat_map(|property| entry.values(&[property]));
    let items = values.filter_map(|(value, _)| {
        let iri = literal_or_iri(value)?;
        let at_wikidata = ["https://www.wikidata.org/", "http://www.wikidata.org/"]
            .iter()
            .any(|host| iri.starts_with(host));
        let item = last_part(iri);
        let number = item.strip_prefix('Q').filter(|_| at_wikidata)?;
        let is_item = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
        is_item.then(|| Identifier { scheme: "wikidata".to_owned(), value: item.to_owned() })
    });
    items.collect()
}

/// Whether an entry says that it is software: by a type of its own, or by a `dct:type` whose
/// address or name has the word.
pub(super) fn is_software(entry: &Node<'_>) -> bool {
    let says_software = |text: &str| text.to_ascii_lowercase().contains("software");
    entry.is_any(super::resources::SOFTWARE)
        || entry.values(&["dct:type", "dc:type"]).iter().any(|(value, path)| {
            let named = literal_or_iri(value).is_some_and(|text| says_software(last_part(text)));
            let label = node((value, path.clone())).and_then(|kind| kind.line(LABEL));
            named || label.is_some_and(|label| says_software(&label))
        })
        || entry.nodes(&[VERSIONS]).iter().any(is_software)
}

/// What follows the last `/` or `#` of an address; a text without either.
fn last_part(text: &str) -> &str {
    let text = text.trim().trim_end_matches(['/', '#']);
    if text.contains("://") { text.rsplit(['/', '#']).next().unwrap_or(text) } else { text }
}

/// An id for an entry without an address: what it is called and by whom it is published.
pub(super) fn naming(entry: &Node<'_>) -> Option<Value> {
    let mut names = entry.lines(NAME);
    names.sort();
    let publisher = publisher(entry).map(|organisation| organisation.name);
    (!names.is_empty()).then(|| serde_json::json!([names, publisher]))
}
