//! `GET /api/v1/suggest`

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{AppendHeaders, IntoResponse};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::asked::Asked;
use crate::publish::export;
use crate::publish::question::Question;
use crate::store::views::Software;
use crate::web::AppState;
use crate::web::error::Error;
use crate::web::suggest::{self, Suggested};

/// How long an answer may be kept: long enough for who types back and forth.
const KEPT: (header::HeaderName, &str) = (header::CACHE_CONTROL, "public, max-age=60");

/// What a reader may mean.
#[derive(Debug, Serialize, ToSchema)]
pub struct SuggestResponse {
    /// Ten at most: software, then replaced products, then categories.
    pub suggestions: Vec<Suggestion>,
}

/// One thing that may be meant.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Suggestion {
    /// A software of that name.
    Software {
        id: Uuid,
        name: String,
        /// Its page.
        url: String,
    },
    /// A product that some software replaces.
    Replaced {
        name: String,
        /// The search for what replaces it.
        url: String,
    },
    /// A category.
    Category {
        id: String,
        /// Its label in the reader's language.
        name: String,
        /// What it holds.
        url: String,
    },
}

/// Suggest while someone types
///
/// Software whose name begins with the letters or nearly so, products that some software replaces,
/// and categories, found by a label in any language.
#[utoipa::path(
    get,
    path = "/api/v1/suggest",
    operation_id = "suggest",
    tag = "catalogue",
    params(
        ("q" = Option<String>, Query, description = "the letters typed so far"),
        ("lang" = Option<String>, Query, description = "the reader's language: `en` (usual), `fr`, `de`, `it`, `es` or `nl`"),
    ),
    responses(
        (status = 200, body = SuggestResponse),
    )
)]
pub async fn suggest(
    State(state): State<AppState>,
    asked: Asked,
) -> Result<impl IntoResponse, Error> {
    let q = asked.text("q").unwrap_or_default();
    let lang = asked.text("lang").unwrap_or("en");
    let suggested = Suggested::by(&state, q, lang).await?;
    let software = suggested.software.iter().filter_map(|entry| software(&state, entry, lang));
    let products = suggested.products.into_iter().map(|name| replaced(&state, name, lang));
    let categories = suggested.categories.into_iter().map(|id| category(&state, id, lang));
    let suggestions = software.chain(products).chain(categories).collect();
    Ok((AppendHeaders([KEPT]), Json(SuggestResponse { suggestions })))
}

fn software(state: &AppState, entry: &Software, lang: &str) -> Option<Suggestion> {
    let (_, name) = entry.content.name.best(lang)?;
    let url = export::address(&state.public_url, entry);
    Some(Suggestion::Software { id: entry.id, name: name.to_owned(), url })
}

fn replaced(state: &AppState, name: String, lang: &str) -> Suggestion {
    let path = suggest::address(&Question::for_product(&name, lang), None);
    Suggestion::Replaced { name, url: format!("{}{path}", state.public_url) }
}

fn category(state: &AppState, id: String, lang: &str) -> Suggestion {
    let labels = state.labels.get(&id);
    let label = labels.and_then(|by_lang| by_lang.get(lang).or_else(|| by_lang.get("en")));
    let name = label.cloned().unwrap_or_else(|| id.replace('-', " "));
    let url = format!("{}{}", state.public_url, suggest::address("", Some(&id)));
    Suggestion::Category { id, name, url }
}
