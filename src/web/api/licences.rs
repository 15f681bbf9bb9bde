//! `GET /api/v1/licences` and `/api/v1/licences/normalise`

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::asked::Asked;
use crate::licence::facts::{
    Facts, Kind, Source, common, facts, family, full_name, list_version, note,
};
use crate::licence::{Context, Normalised, Outcome, RULES_VERSION, normalise};
use crate::publish::index::Facet;
use crate::search::Query;
use crate::web::AppState;
use crate::web::error::Error;

/// A licence in the catalogue.
#[derive(Debug, Serialize, ToSchema)]
pub struct LicenceUse {
    /// SPDX identifier.
    pub id: String,
    /// Full name on the SPDX list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'static str>,
    /// The identifier without its version, such as `GPL`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family: Option<&'static str>,
    /// Entries for which somebody states it.
    pub software: u64,
    /// Each `yes`, `no` or `not-stated`; `copyleft` is a class or `not-stated`.
    pub facts: Facts,
    /// What the words of the facts do not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<&'static str>,
}

/// The licences that entries have.
#[derive(Debug, Serialize, ToSchema)]
pub struct LicenceList {
    /// The version of the SPDX licence list that names and facts come from.
    pub spdx_list_version: &'static str,
    /// Where each fact comes from, and of what date it is.
    #[schema(value_type = BTreeMap<String, Source>)]
    pub sources: BTreeMap<Kind, &'static Source>,
    /// Most frequent first.
    pub items: Vec<LicenceUse>,
}

/// The licences in the catalogue, with their facts
#[utoipa::path(
    get,
    path = "/api/v1/licences",
    operation_id = "list_licences",
    tag = "licences",
    responses(
        (status = 200, body = LicenceList),
    )
)]
pub async fn list(State(state): State<AppState>) -> Result<Json<LicenceList>, Error> {
    let facet = Facet::Licence.name();
    let query = Query { count: vec![facet.to_owned()], ..Query::default() };
    let mut answer = state.index.search(&query).await?;
    let counts = answer.facets.remove(facet).unwrap_or_default();
    let items = counts
        .into_iter()
        .map(|(id, software)| LicenceUse {
            name: full_name(&id),
            family: family(&id),
            facts: facts(&id),
            note: note(&id),
            software,
            id,
        })
        .collect();
    Ok(Json(LicenceList { spdx_list_version: list_version(), sources: sources(), items }))
}

/// What a statement about a licence means, and why
///
/// The answer is never a guess: what no rule explains is refused, with the part that is not
/// explained. Of candidates, a fact is told where all of them agree.
#[utoipa::path(
    get,
    path = "/api/v1/licences/normalise",
    operation_id = "explain_licence",
    tag = "licences",
    params(
        ("q" = String, Query, description = "the statement, as it was written"),
        ("context" = Option<String>, Query, description = "what kind of text it is: `spdx`, `url`, or `text` (usual)", pattern = "^(spdx|cargo|dep5|cran|trove|fedora|url|wikidata|text(:[a-z]{2,3})?)$"),
    ),
    responses(
        (status = 200, body = Explained),
    )
)]
pub async fn explain(asked: Asked) -> Result<Json<Explained>, Error> {
    let statement = asked.needed("q", "a statement about a licence")?;
    let context = match asked.text("context") {
        None => Context::Text,
        Some(word) => word.parse().map_err(|_| Error::Parameter {
            name: "context".to_owned(),
            found: word.to_owned(),
            expected: format!("one of {}", Context::WORDS),
        })?,
    };
    Ok(Json(Explained::new(normalise(statement, context))))
}

/// A statement explained.
#[derive(Debug, Serialize, ToSchema)]
pub struct Explained {
    /// The statement (`raw`), its `context`, the `outcome` (`expression`, `candidates`,
    /// `not-listed`, `no-statement` or `rejected`), and what belongs to it.
    #[serde(flatten)]
    pub normalised: Normalised,
    /// The outcome in one sentence.
    pub explanation: String,
    /// Facts of the expression, or those that all candidates share.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facts: Option<Facts>,
    /// Where each fact comes from, and of what date it is.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = BTreeMap<String, Source>)]
    pub sources: BTreeMap<Kind, &'static Source>,
    /// The version of the rules and tables that gave this outcome.
    pub rules_version: u32,
    /// The version of the SPDX licence list.
    pub spdx_list_version: &'static str,
}

impl Explained {
    fn new(normalised: Normalised) -> Self {
        let facts = match &normalised.outcome {
            Outcome::Expression { expression, .. } => Some(facts(expression)),
            Outcome::Candidates { candidates, .. } => {
                Some(common(candidates.iter().map(String::as_str)))
            }
            _ => None,
        };
        Self {
            explanation: normalised.explanation(),
            sources: if facts.is_some() { sources() } else { BTreeMap::new() },
            facts,
            normalised,
            rules_version: RULES_VERSION,
            spdx_list_version: list_version(),
        }
    }
}

fn sources() -> BTreeMap<Kind, &'static Source> {
    Kind::ALL.into_iter().filter_map(|kind| Some((kind, kind.source()?))).collect()
}
