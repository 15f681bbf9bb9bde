//! The lines of the tables in TOML beside this file.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Context, Language};

/// Reads one of the tables.
#[expect(clippy::expect_used, reason = "the tables are part of the programme; a test reads them")]
pub(super) fn read<T: serde::de::DeserializeOwned>(table: &str) -> T {
    toml::from_str(table).expect("the licence tables are valid")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Families {
    pub family: Vec<FamilyLine>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FamilyLine {
    pub prefix: String,
    #[serde(default)]
    pub names: Vec<String>,
    #[serde(default)]
    pub only_with_version: Vec<String>,
    #[serde(default)]
    pub more_versions: bool,
    pub versions: Option<BTreeMap<String, String>>,
    #[expect(dead_code, reason = "for people; the test of the tables asks for it")]
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Aliases {
    pub alias: Vec<AliasLine>,
    pub open: Vec<OpenLine>,
    pub unlisted: Vec<NameLine>,
    pub exception: Vec<ExceptionLine>,
}

#[derive(Deserialize)]
pub(super) struct AliasLine {
    pub names: Vec<String>,
    pub expression: String,
    #[serde(flatten)]
    pub fields: Fields,
}

#[derive(Deserialize)]
pub(super) struct OpenLine {
    pub names: Vec<String>,
    pub candidates: Vec<String>,
    #[serde(flatten)]
    pub fields: Fields,
}

#[derive(Deserialize)]
pub(super) struct NameLine {
    pub names: Vec<String>,
    #[serde(flatten)]
    pub fields: Fields,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExceptionLine {
    pub names: Vec<String>,
    pub ids: Vec<String>,
    pub only_with: Option<String>,
    /// Whether the name alone says that an exception is meant.
    #[serde(default)]
    pub is_whole: bool,
    #[expect(dead_code, reason = "for people; the test of the tables asks for it")]
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub nothing: Vec<WordLine>,
    pub noise: Vec<WordLine>,
    pub later: Vec<WordLine>,
    pub only: Vec<WordLine>,
    pub or: Vec<WordLine>,
    pub and: Vec<WordLine>,
    pub unclear: Vec<WordLine>,
    pub file: Vec<WordLine>,
    pub other_terms: Vec<TermsLine>,
}

/// Words that speak against a licence, but for those of `fits`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TermsLine {
    pub words: Vec<String>,
    #[serde(default)]
    pub fits: Vec<String>,
    #[expect(dead_code, reason = "for people; the test of the tables asks for it")]
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Frames {
    pub frame: Vec<FrameLine>,
}

/// A sentence around the name of a licence.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FrameLine {
    pub subjects: Vec<String>,
    pub links: Vec<String>,
    #[serde(default)]
    pub bare: Vec<String>,
    pub prepositions: Vec<String>,
    #[expect(dead_code, reason = "for people; the test of the tables asks for it")]
    source: String,
}

#[derive(Deserialize)]
pub(super) struct WordLine {
    pub words: Vec<String>,
    #[serde(flatten)]
    pub fields: Fields,
}

/// The fields in which a line holds: all, where it names none.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Fields {
    #[serde(default)]
    pub contexts: Vec<Context>,
    #[serde(default)]
    pub languages: Vec<Language>,
}

impl Fields {
    /// Whether the line holds in a field of this kind.
    pub fn allow(&self, context: Context) -> bool {
        (self.contexts.is_empty() || self.contexts.contains(&context))
            && (self.languages.is_empty()
                || matches!(context, Context::TextIn(language) if self.languages.contains(&language)))
    }
}
