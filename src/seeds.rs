//! What an installation starts with, embedded in the binary: the peer catalogues to harvest, the
//! starter entries, synonyms for the search, the vocabulary of needs, and the products that people
//! want something in place of.

use std::collections::BTreeSet;
use std::str::FromStr;

use croner::Cron;
use serde::Deserialize;
use serde_json::{Map, Value};
use thiserror::Error;

use crate::catalogue::urls::WebUrl;
pub use products::{ProductProblem, ProductSeed, ProductSeeds};

/// The products to replace.
pub mod products;

/// The peer catalogues, see [`sources`].
pub const SOURCES: &str = include_str!("../seeds/sources.toml");

/// The starter entries, see [`crate::formats::starter`].
pub const SOFTWARE: &str = include_str!("../seeds/software.toml");

/// Words that mean the same, see [`synonyms`].
pub const SYNONYMS: &str = include_str!("../seeds/synonyms.toml");

/// The vocabulary of needs, see [`crate::catalogue::needs`].
pub const NEEDS: &str = include_str!("../seeds/needs.toml");

/// The connector of our own starter entries: the only one without an address and a schedule.
pub const STARTER_CONNECTOR: &str = "starter";

/// A source to set up. The header of `seeds/sources.toml` explains each key.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceSeed {
    /// The source's id: a slug such as `fr-sill`.
    pub id: String,
    /// The catalogue's name.
    pub name: String,
    /// ISO 3166-1 alpha-2 code, upper case. Either this or `body` is there.
    pub country: Option<String>,
    /// The name of the body, for what belongs to no single country.
    pub body: Option<String>,
    /// Who runs the catalogue, where that is known.
    pub operator: Option<String>,
    /// The dialect that it speaks.
    pub connector: String,
    /// Where it is: what exactly depends on the connector.
    pub url: Option<WebUrl>,
    /// When to harvest: a cron expression of five fields, UTC.
    pub schedule: Option<String>,
    /// The licence of the data, an SPDX expression, where the operator states it.
    pub data_licence: Option<String>,
    /// The words to show beside the data.
    pub attribution: Option<String>,
    /// The rank in the merge: the lower wins.
    pub priority: u16,
    /// The page by which to reach the operator.
    pub contact: Option<WebUrl>,
    /// Whether to harvest it.
    pub enabled: bool,
    /// Why it is not harvested; there exactly where it is not enabled.
    pub disabled_reason: Option<String>,
    /// Settings of the connector.
    #[serde(default)]
    pub options: Map<String, Value>,
}

/// Why a seed file is wrong.
#[derive(Debug, Error)]
pub enum SeedError {
    /// The file is not TOML of the expected shape.
    #[error("{file} cannot be read: {problem}")]
    File { file: String, problem: toml::de::Error },
    /// One source is wrong.
    #[error("source {id}: {problem}")]
    Source { id: String, problem: SourceProblem },
    /// One product is wrong.
    #[error("product {id}: {problem}")]
    Product { id: String, problem: ProductProblem },
    /// A group of synonyms needs two words or more.
    #[error("synonyms.toml: group {number} is {words:?}, expected two words or more")]
    Group { number: usize, words: Vec<String> },
}

/// What is wrong with a source.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SourceProblem {
    #[error("the id is not a slug: expected lower-case words joined by hyphens")]
    Id,
    #[error("the id stands twice")]
    Duplicate,
    #[error("expected either country or body")]
    Scope,
    #[error("the country {0} is not two upper-case letters (ISO 3166-1)")]
    Country(String),
    #[error("the schedule {0} is not a cron expression of five fields")]
    Schedule(String),
    #[error("enabled without url and schedule")]
    Incomplete,
    #[error("expected disabled_reason exactly where enabled = false")]
    DisabledReason,
}

/// The peer catalogues, checked.
///
/// # Errors
/// [`SeedError`] at the first source that is wrong.
pub fn sources() -> Result<Vec<SourceSeed>, SeedError> {
    read_sources("sources.toml", SOURCES)
}

/// Groups of words that mean the same, in all languages of the pages.
///
/// # Errors
/// [`SeedError`] where the file is wrong.
pub fn synonyms() -> Result<Vec<Vec<String>>, SeedError> {
    parse_synonyms(SYNONYMS)
}

impl SourceSeed {
    fn check(&self) -> Result<(), SourceProblem> {
        if !is_slug(&self.id) {
            return Err(SourceProblem::Id);
        }
        if self.country.is_some() == self.body.is_some() {
            return Err(SourceProblem::Scope);
        }
        if let Some(country) = &self.country
            && !is_country_code(country)
        {
            return Err(SourceProblem::Country(country.clone()));
        }
        if let Some(schedule) = &self.schedule
            && !is_schedule(schedule)
        {
            return Err(SourceProblem::Schedule(schedule.clone()));
        }
        let is_complete = self.url.is_some() && self.schedule.is_some();
        if self.enabled && !is_complete && self.connector != STARTER_CONNECTOR {
            return Err(SourceProblem::Incomplete);
        }
        if self.enabled == self.disabled_reason.is_some() {
            return Err(SourceProblem::DisabledReason);
        }
        Ok(())
    }
}

/// The sources in a text of the shape of `seeds/sources.toml`, checked.
///
/// # Errors
/// [`SeedError`] at the first source that is wrong.
pub fn read_sources(file: &str, text: &str) -> Result<Vec<SourceSeed>, SeedError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        source: Vec<SourceSeed>,
    }
    let File { source } = parse(file, text)?;
    let mut ids = BTreeSet::new();
    for seed in &source {
        let unique = if ids.insert(&seed.id) { Ok(()) } else { Err(SourceProblem::Duplicate) };
        unique
            .and_then(|()| seed.check())
            .map_err(|problem| SeedError::Source { id: seed.id.clone(), problem })?;
    }
    Ok(source)
}

fn parse_synonyms(text: &str) -> Result<Vec<Vec<String>>, SeedError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        group: Vec<Group>,
    }
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Group {
        words: Vec<String>,
    }
    let File { group } = parse("synonyms.toml", text)?;
    let groups = group.into_iter().enumerate().map(|(index, Group { words })| {
        if words.len() < 2 {
            return Err(SeedError::Group { number: index + 1, words });
        }
        Ok(words)
    });
    groups.collect()
}

fn parse<T: serde::de::DeserializeOwned>(file: &str, text: &str) -> Result<T, SeedError> {
    toml::from_str(text).map_err(|problem| SeedError::File { file: file.to_owned(), problem })
}

fn is_slug(text: &str) -> bool {
    text.split('-').all(|word| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    })
}

fn is_country_code(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// The crate accepts a sixth field for seconds, which a daily harvest has no use for.
fn is_schedule(text: &str) -> bool {
    text.split_whitespace().count() == 5 && Cron::from_str(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARCELS: &str = r#"
        [[source]]
        id = "xx-parcels"
        name = "Parcels"
        country = "XX"
        connector = "json-list"
        url = "https://parcels.example.org/list.json"
        schedule = "5 2 * * *"
        priority = 30
        enabled = true
        options = { page_size = 100 }
    "#;

    #[test]
    fn a_source_is_read_with_its_options() {
        let sources = read_sources("sources.toml", PARCELS).expect("a valid source");
        let [source] = sources.as_slice() else { panic!("one source: {sources:?}") };
        assert_eq!(source.country.as_deref(), Some("XX"));
        assert_eq!(source.options.get("page_size"), Some(&Value::from(100)));
    }

    #[test]
    fn a_wrong_source_is_an_error_that_names_it() {
        let check = |from: &str, to: &str, expected: &str| {
            let text = PARCELS.replacen(from, to, 1);
            assert_ne!(text, PARCELS, "{from} is not in the source");
            let error = read_sources("sources.toml", &text).expect_err(to).to_string();
            assert!(error.contains(expected), "{to}: {error}");
        };
        for (from, to, expected) in [
            ("xx-parcels", "XX parcels", "source XX parcels: the id is not a slug"),
            ("xx-parcels", "xx--parcels", "the id is not a slug"),
            ("country = \"XX\"", "", "expected either country or body"),
            ("country = \"XX\"", "country = \"XX\"\nbody = \"Union\"", "either country or body"),
            ("\"XX\"", "\"xx\"", "source xx-parcels: the country xx"),
            ("\"XX\"", "\"XXX\"", "the country XXX"),
            ("https://", "ftp://", "the scheme ftp is not http or https"),
            ("5 2 * * *", "0 5 2 * * *", "the schedule 0 5 2 * * *"),
            ("5 2 * * *", "65 2 * * *", "the schedule 65 2 * * *"),
            ("5 2 * * *", "@daily", "the schedule @daily"),
            ("schedule = \"5 2 * * *\"", "", "enabled without url and schedule"),
            ("enabled = true", "enabled = false", "expected disabled_reason"),
            ("enabled = true", "enabled = true\ndisabled_reason = \"-\"", "disabled_reason"),
            ("priority", "rank", "unknown field `rank`"),
            ("options = { page_size = 100 }", "options = 3", "invalid type"),
        ] {
            check(from, to, expected);
        }
        let twice =
            read_sources("sources.toml", &PARCELS.repeat(2)).expect_err("an id twice").to_string();
        assert_eq!(twice, "source xx-parcels: the id stands twice");
    }

    #[test]
    fn a_group_of_one_word_is_an_error() {
        let lonely = parse_synonyms("[[group]]\nwords = [\"map\"]").expect_err("one word");
        assert!(lonely.to_string().contains("group 1 is [\"map\"]"), "{lonely}");
    }
}
