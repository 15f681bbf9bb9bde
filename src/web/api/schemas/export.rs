//! A line of an export, and what hits and lines share.

use chrono::{DateTime, Utc};
use utoipa::ToSchema;
use uuid::Uuid;

use super::content::Content;
use super::content_parts::Recommendation;
use super::licence::{Concluded, Facts};
use super::record::Statement;

/// A source as every line that draws on it names it.
#[derive(ToSchema)]
pub struct Attribution {
    #[schema(example = "fr-sill")]
    pub id: String,
    pub name: String,
    #[schema(format = "uri")]
    pub url: Option<String>,
    /// SPDX identifier of the licence of the data; absent where the source states none.
    pub data_licence: Option<String>,
    pub attribution: Option<String>,
}

/// One entry as a line of NDJSON.
#[derive(ToSchema)]
pub struct Line {
    pub id: Uuid,
    /// Its page.
    #[schema(format = "uri")]
    pub url: String,
    pub created_at: DateTime<Utc>,
    pub changed_at: DateTime<Utc>,
    pub content: Content,
    pub licence: Licence,
    pub sources: Vec<Attribution>,
    /// What it is made of.
    pub records: Vec<Listed>,
    /// For each value the records that state it.
    pub provenance: Vec<Statement>,
}

/// What is concluded about the licence, and the facts that hold whichever of its expressions does.
#[derive(ToSchema)]
pub struct Licence {
    #[serde(flatten)]
    pub concluded: Concluded,
    pub facts: Option<Facts>,
}

/// A record as a line names it.
#[derive(ToSchema)]
pub struct Listed {
    pub id: Uuid,
    #[schema(example = "fr-sill")]
    pub source: String,
    /// The entry's id at the source.
    #[schema(example = "42")]
    pub external_id: String,
}

/// A government's verdict with those who give it.
#[derive(ToSchema)]
pub struct Recommended {
    /// `recommended`, `observed` or `no_longer_recommended`; the source's own `wording`; the day
    /// `since` which it holds, where the source says so.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    pub recommendation: Recommendation,
    /// Ids of the sources that say so.
    pub sources: Vec<String>,
}
