//! The first version of the API, `/api/sill.json` and `/api/catalogi.json`, from 2022 to today.
//!
//! Its keys were renamed in place five times, so every value is looked for under each of its
//! names. The names with leading underscores are those of the tables before the API, of early
//! 2022. A value that the entry itself lacks is taken from the source that the entry was filled
//! from, mostly Wikidata. `versionMin` is the oldest version to use, not the latest.

use std::collections::BTreeSet;

use super::parts::{
    Providers, add_missing_languages, add_similar, add_support, first_of, keywords, licence, line,
    localized, platforms, publisher, url, usages, version,
};
use super::unmarked_language;
use crate::catalogue::content::{Content, LicenceStatement, Related, SupportProvider};
use crate::catalogue::text::Lang;
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
        description: localized(fields, &use_keys, &unmarked),
        logo: url(fields, &["image", "logoUrl"]),
        tags: keywords(fields),
        platforms: platforms(fields),
        programming_languages: fields.lines("programmingLanguages").into_iter().collect(),
        publicly_developed: publicly_developed(fields),
        usages: usages(fields, context),
        ..Content::default()
    };
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

fn publicly_developed(fields: &mut Fields<'_>) -> Option<bool> {
    const KEY: &str = "isFromFrenchPublicService";
    fields.flag(KEY).or_else(|| fields.object("customAttributes").flag(KEY))
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
    add_missing_languages(&mut content.summary, &localized(source, &["description"], unmarked));
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
    let author = publisher(source, author_key);
    content.publisher = content.publisher.take().or(author);
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
