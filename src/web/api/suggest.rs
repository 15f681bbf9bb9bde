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
use crate::store::software::Software;
use crate::web::AppState;
use crate::web::error::Error;
use crate::web::suggest::{self, Suggested};

/// How long an answer may be kept: long enough for who types back and forth.
const KEPT: (header::HeaderName, &str) = (header::CACHE_CONTROL, "public, max-age=60");

/// What a reader may mean.
#[derive(Debug, Serialize, ToSchema)]
pub struct SuggestResponse {
    /// Ten at most, the likeliest first.
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
    /// A need: a category of publiccode.yml or a narrower purpose.
    Need {
        id: String,
        /// Its name in the reader's language.
        name: String,
        /// The entries that have it.
        url: String,
    },
}

/// Suggest while someone types
///
/// Software whose name begins with the letters or nearly so, products that some software replaces,
/// and needs, found by a name in any language. Software of that very name comes first, then a
/// product of that name.
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
    let suggestions = suggested
        .into_iter()
        .filter_map(|one| match one {
            Suggested::Software(entry) => software(&state, &entry, lang),
            Suggested::Product(name) => Some(replaced(&state, name, lang)),
            Suggested::Need(id) => Some(need(&state, id, lang)),
        })
        .collect();
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

fn need(state: &AppState, id: String, lang: &str) -> Suggestion {
    let labels = state.labels.get(&id);
    let label = labels.and_then(|by_lang| by_lang.get(lang).or_else(|| by_lang.get("en")));
    let name = label.cloned().unwrap_or_else(|| id.replace('-', " "));
    let url = format!("{}{}", state.public_url, suggest::address("", Some(&id)));
    Suggestion::Need { id, name, url }
}
