//! The second version of the API: `/api/v2/catalogi.json`.
//!
//! `isLibreSoftware` is not read: it is computed from a fixed list of items and says `false` of
//! most free software. `customAttributes.versionMin` is the oldest version to use, not the latest.
//! This version says nothing about recommendations.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::parts::{
    Providers, add_similar, add_support, attributes, authors, keywords, licence, localized,
    platforms, unmarked_language, usages,
};
use crate::catalogue::content::Content;
use crate::catalogue::text::Lang;
use crate::formats::SourceContext;
use crate::formats::fields::Fields;
use crate::formats::registers::Identifiers;

/// What an item says about its software.
pub fn content(fields: &mut Fields<'_>, context: &SourceContext) -> Content {
    let unmarked = unmarked_language(context);
    let mut content = Content {
        name: localized(fields, &["name"], &Lang::unknown()),
        summary: localized(fields, &["description"], &unmarked),
        homepage: fields.url("url"),
        repository: fields.url("codeRepositoryUrl"),
        documentation: fields.url("softwareHelp"),
        logo: fields.url("image"),
        licences: licence(fields, &["license"]).into_iter().collect(),
        tags: keywords(fields),
        platforms: platforms(fields),
        programming_languages: fields.lines("programmingLanguages").into_iter().collect(),
        usages: usages(fields, context),
        listed_on: fields.date("addedTime"),
        last_activity_on: last_commit(fields),
        ..Content::default()
    };
    authors(fields, "authors", &mut content);
    attributes(&mut fields.object("customAttributes"), &mut content);
    let mut latest = fields.object("latestVersion");
    content.version = latest.line("version");
    content.released_on = latest.date("releaseDate");
    let mut providers = Providers::new();
    add_support(fields, "providers", &mut providers);
    content.support = providers.into_values().collect();
    let mut products = BTreeSet::new();
    add_similar(fields, "similarSoftwares", &unmarked, &mut products);
    content.similar = products.into_iter().collect();
    let mut identifiers = Identifiers::default();
    identifiers.read_source(fields);
    identifiers.read_properties(fields, "identifiers");
    content.identifiers = identifiers.into_set();
    content
}

fn last_commit(fields: &mut Fields<'_>) -> Option<NaiveDate> {
    fields.object("repoMetadata").object("healthCheck").object("lastCommit").date("dateCreated")
}
