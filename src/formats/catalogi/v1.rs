//! The first version of the API, `/api/sill.json` and `/api/catalogi.json`, from 2022 to today.
//!
//! Its keys were renamed in place five times, so every value is looked for under each of its
//! names. The names with leading underscores are those of the tables before the API, of early
//! 2022. A value that the entry itself lacks is taken from the source that the entry was filled
//! from, mostly Wikidata. `versionMin` is the oldest version to use, not the latest. Other entries
//! that are given by their number alone say nothing without the whole list and are not read.

use std::collections::BTreeSet;

use super::parts::{
    Providers, add_in_other_languages_or_beside, add_similar, add_support, attributes, authors,
    first_of, keywords, licence, line, localized, platforms, unmarked_language, url, usages,
    version,
};
use super::verdicts;
use crate::catalogue::content::{
    Content, LicenceStatement, Recommendation, Related, SupportProvider,
};
use crate::catalogue::text::Lang;
use crate::catalogue::urls::WebUrl;
use crate::formats::SourceContext;
use crate::formats::fields::Fields;
use crate::formats::registers::{Identifiers, Register};

/// The names of the object that holds what was taken from the entry's source.
const SOURCES: [&str; 3] = ["softwareExternalData", "wikidataSoftware", "wikidataData"];

/// What an item says about its software.
pub fn content(fields: &mut Fields<'_>, context: &SourceContext) -> Content {
    let unmarked = unmarked_language(context);
    let summary_keys = ["description", "function", "_function"];
    let use_keys = ["contextOfUse", "whereAndInWhatContextIsItUsed"];
    let mut content = Content {
        name: localized(fields, &["name", "_name"], &Lang::unknown()),
        summary: localized(fields, &summary_keys, &unmarked),
        description: fields.localized_text("generalInfoMd", &unmarked),
        context_of_use: localized(fields, &use_keys, &unmarked),
        recommendations: recommendations(fields),
        logo: url(fields, &["image", "logoUrl"]),
        tags: keywords(fields),
        platforms: platforms(fields),
        programming_languages: fields.lines("programmingLanguages").into_iter().collect(),
        usages: usages(fields, context),
        supplementary: pages(fields),
        part_of: parents(fields, &unmarked),
        ..Content::default()
    };
    attributes(fields, &mut content);
    attributes(&mut fields.object("customAttributes"), &mut content);
    let listed_key =
        first_of(fields, &["referencedSinceTime", "_referencedSinceTime", "__referencedSinceTime"]);
    content.listed_on = fields.millis(listed_key);
    let mut latest = fields.object("latestVersion");
    content.version = line(&mut latest, &["semVer", "version"]);
    let released_key = first_of(&latest, &["publicationTime", "releaseDate"]);
    content.released_on = latest.millis(released_key);
    content.support = support(fields);
    content.similar = similar(fields, &unmarked);

    let mut identifiers = Identifiers::default();
    read_identifiers(fields, &mut identifiers);
    for key in SOURCES {
        fill_gaps(&mut fields.object(key), &unmarked, &mut content, &mut identifiers);
    }
    for key in ["wikidataSoftware", "wikidataData"] {
        let mut item = fields.object(key);
        let id_key = first_of(&item, &["wikidataId", "id", "externalId"]);
        identifiers.read(Register::Wikidata, &mut item, id_key);
    }
    content.identifiers = identifiers.into_set();
    content.licences = licence_of(fields);
    if content.version.is_none() {
        content.version = version(fields, "versionMax");
    }
    content
}

fn support(fields: &mut Fields<'_>) -> Vec<SupportProvider> {
    let mut providers = Providers::new();
    for key in ["serviceProviders", "annuaireCnllServiceProviders"] {
        add_support(fields, key, &mut providers);
    }
    add_support(&mut fields.object("comptoirDuLibreSoftware"), "providers", &mut providers);
    providers.into_values().collect()
}

fn similar(fields: &mut Fields<'_>, unmarked: &Lang) -> Vec<Related> {
    let mut products = BTreeSet::new();
    for key in ["similarExternalSoftwares", "similarWikidataSoftwares", "alikeSoftwares"] {
        add_similar(fields, key, unmarked, &mut products);
    }
    products.into_iter().collect()
}

fn recommendations(fields: &mut Fields<'_>) -> Vec<Recommendation> {
    let stated = verdicts::read(fields, "recommendationStatus");
    stated.or_else(|| verdicts::observed(fields)).into_iter().collect()
}

/// The program that it is a plug-in or a part of.
fn parents(fields: &mut Fields<'_>, unmarked: &Lang) -> Vec<Related> {
    let mut parents = BTreeSet::new();
    for key in ["parentSoftware", "parentWikidataSoftware"] {
        add_similar(fields, key, unmarked, &mut parents);
    }
    parents.into_iter().collect()
}

/// Pages on which it can be tried or learnt, and on which somebody tells how it is used; its page
/// in the State's catalogue of digital products.
fn pages(fields: &mut Fields<'_>) -> BTreeSet<WebUrl> {
    let mut pages = BTreeSet::new();
    for key in ["workshopUrls", "testUrls", "useCaseUrls"] {
        for (element, path) in fields.list(key) {
            let url = match element.as_str() {
                Some(text) => fields.parse_url(text, &path),
                None => Fields::new(element, &path, fields.findings()).url("url"),
            };
            pages.extend(url);
        }
    }
    if let Some(name) = fields.line("catalogNumeriqueGouvFrId") {
        let address = format!("https://catalogue.numerique.gouv.fr/solutions/{name}");
        pages.extend(fields.parse_url(&address, "catalogNumeriqueGouvFrId"));
    }
    pages
}

fn read_identifiers(fields: &mut Fields<'_>, identifiers: &mut Identifiers) {
    identifiers.read_source(fields);
    identifiers.read(Register::Wikidata, fields, "wikidataId");
    let comptoir_key = first_of(fields, &["comptoirDuLibreId", "comptoirDuLibreOrgId"]);
    identifiers.read(Register::ComptoirDuLibre, fields, comptoir_key);
    let mut comptoir = fields.object("comptoirDuLibreSoftware");
    identifiers.read(Register::ComptoirDuLibre, &mut comptoir, "id");
    identifiers.read_properties(fields, "identifiers");
}

/// Takes from the entry's source what the entry itself does not say.
fn fill_gaps(
    source: &mut Fields<'_>,
    unmarked: &Lang,
    content: &mut Content,
    identifiers: &mut Identifiers,
) {
    let description = localized(source, &["description"], unmarked);
    add_in_other_languages_or_beside(content, &description);
    let homepage = url(source, &["url", "websiteUrl"]);
    content.homepage = content.homepage.take().or(homepage);
    let repository = url(source, &["codeRepositoryUrl", "sourceUrl"]);
    content.repository = content.repository.take().or(repository);
    let documentation = url(source, &["softwareHelp", "documentationUrl"]);
    content.documentation = content.documentation.take().or(documentation);
    let logo = url(source, &["image", "logoUrl"]);
    content.logo = content.logo.take().or(logo);
    let written = line(&mut source.object("latestVersion"), &["version", "semVer"]);
    let written = written.or_else(|| source.line("softwareVersion"));
    content.version = content.version.take().or(written);
    let author_key = first_of(source, &["authors", "developers"]);
    authors(source, author_key, content);
    content.tags.append(&mut keywords(source));
    content.programming_languages.extend(source.lines("programmingLanguages"));

    identifiers.read_source(source);
    identifiers.read(Register::Framalibre, source, "framaLibreId");
    identifiers.read_properties(source, "identifiers");
}

/// The entry's own licence, or else that of its source.
fn licence_of(fields: &mut Fields<'_>) -> Vec<LicenceStatement> {
    const KEYS: [&str; 2] = ["license", "_license"];
    let own_key = first_of(fields, &KEYS);
    if fields.value(own_key).is_none() {
        for key in SOURCES {
            let mut source = fields.object(key);
            if source.value("license").is_some() {
                return licence(&mut source, &["license"]).into_iter().collect();
            }
        }
    }
    licence(fields, &KEYS).into_iter().collect()
}
