//! `GET /api/v1/licences`

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::licence::facts::{Facts, facts, full_name, list_version};
use crate::search::Query;
use crate::web::AppState;
use crate::web::error::{Error, Problem};

/// A licence in the catalogue.
#[derive(Debug, Serialize, ToSchema)]
pub struct LicenceUse {
    /// SPDX identifier.
    pub id: String,
    /// Full name on the SPDX list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'static str>,
    /// Entries for which somebody states it.
    pub software: u64,
    /// `yes`, `no` or `not-stated`.
    #[schema(value_type = Object)]
    pub facts: Facts,
}

/// The licences that entries have.
#[derive(Debug, Serialize, ToSchema)]
pub struct LicenceList {
    /// The version of the SPDX licence list that names and facts come from.
    pub spdx_list_version: &'static str,
    /// Most frequent first.
    pub items: Vec<LicenceUse>,
}

/// The licences in the catalogue, with their facts
#[utoipa::path(
    get,
    path = "/api/v1/licences",
    tag = "licences",
    responses(
        (status = 200, body = LicenceList),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(State(state): State<AppState>) -> Result<Json<LicenceList>, Error> {
    let query = Query { count: vec!["licence".to_owned()], ..Query::default() };
    let mut answer = state.index.search(&query).await?;
    let counts = answer.facets.remove("licence").unwrap_or_default();
    let items = counts
        .into_iter()
        .map(|(id, software)| LicenceUse { name: full_name(&id), facts: facts(&id), software, id })
        .collect();
    Ok(Json(LicenceList { spdx_list_version: list_version(), items }))
}
