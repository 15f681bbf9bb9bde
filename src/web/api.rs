//! The API under `/api/v1`, one file a resource. A route cannot exist without its description:
//! both are registered together, and requests are held to what the document says.

mod acts;
mod allowed_values;
mod candidates;
mod contract;
mod deprecated;
mod document;
mod events;
pub mod export;
mod filters;
mod findings;
mod licence_response;
mod licences;
mod need_met;
mod page;
mod private;
mod progress;
mod record_response;
pub mod records;
mod request_query;
mod runs;
pub mod schemas;
mod search;
mod software;
mod sources;
mod statistics;
mod suggest;
mod verdicts;

use std::sync::{Arc, LazyLock};

use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::{Router, middleware};
use serde_json::Value;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AppState;
use super::error::Problem;
use contract::Contract;
pub use document::ITEMS;

#[derive(OpenApi)]
#[openapi(
    modifiers(&OperatorToken),
    components(schemas(Problem)),
    info(
        title = "Fedcat API",
        description = "A federated catalogue of the free and open-source software that public \
            administrations use. Reading needs no key; what operators decide needs their token. \
            A list has `limit` rows, from `cursor` on; its `next` links to the rest, in the body and \
            in the header `Link`. Errors are problem documents (RFC 9457) with a stable `code`. \
            Answers have an ETag; send it back as `If-None-Match`. A member that is not there is \
            not stated. Times are UTC (RFC 3339), days are of ISO 8601, countries of ISO 3166-1, \
            languages of BCP 47, licences of SPDX. Data come from the sources that each entry \
            names, under each source's own licence.",
        license(name = "EUPL-1.2", identifier = "EUPL-1.2")
    ),
    tags(
        (name = "catalogue", description = "Search and read entries"),
        (name = "sources", description = "Where entries come from, and what was wrong with them"),
        (name = "operation", description = "What operators decide; needs a token"),
        (name = "federation", description = "Follow and copy the catalogue"),
        (name = "licences", description = "What is known about licences")
    )
)]
struct Document;

/// How operators show their token.
struct OperatorToken;

impl Modify for OperatorToken {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("A token of `fedcat token create --scope operator`"))
            .build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("operator", SecurityScheme::Http(scheme));
    }
}

/// The routes of the API: those whose answers are kept in caches, and those that are streamed.
pub struct Routes {
    pub kept: Router<AppState>,
    pub streamed: Router<AppState>,
}

/// All routes.
pub fn routes(state: &AppState) -> Routes {
    let contract = Arc::new(Contract::of(document()));
    let keep = middleware::from_fn_with_state((state.clone(), contract), contract::keep);
    let (kept, _) = kept().split_for_parts();
    let (streamed, _) = streamed().split_for_parts();
    Routes { kept: kept.layer(keep.clone()), streamed: streamed.layer(keep) }
}

/// The OpenAPI 3.1 document that describes them.
pub fn document() -> &'static Value {
    static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
        let (_, described) = kept().merge(streamed()).split_for_parts();
        document::finished(&described)
    });
    &DOCUMENT
}

fn kept() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(search::search))
        .routes(routes!(suggest::suggest))
        .routes(routes!(software::list))
        .routes(routes!(software::get))
        .routes(routes!(statistics::statistics))
        .routes(routes!(events::list))
        .routes(routes!(sources::list))
        .routes(routes!(sources::get))
        .routes(routes!(runs::list))
        .routes(routes!(runs::get))
        .routes(routes!(progress::progress))
        .routes(routes!(findings::list))
        .routes(routes!(records::list))
        .routes(routes!(records::get))
        .routes(routes!(records::raw))
        .routes(routes!(acts::list))
        .routes(routes!(acts::run))
        .routes(routes!(acts::hold))
        .routes(routes!(acts::release))
        .routes(routes!(acts::disable))
        .routes(routes!(acts::enable))
        .routes(routes!(acts::accept))
        .routes(routes!(acts::reject))
        .routes(routes!(candidates::list))
        .routes(routes!(candidates::get))
        .routes(routes!(verdicts::list, verdicts::decide))
        .routes(routes!(verdicts::undo))
        .routes(routes!(licences::list))
        .routes(routes!(licences::explain))
        .routes(routes!(openapi))
}

/// What is streamed has an ETag of its own, made of what its bytes depend on.
fn streamed() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(export::ndjson)).routes(routes!(export::csv))
}

/// This document
#[utoipa::path(
    get,
    path = "/api/v1/openapi.json",
    operation_id = "get_document",
    tag = "federation",
    responses((status = 200, body = Value, content_type = "application/json", example = json!({"openapi": "3.1.0"})))
)]
async fn openapi() -> Response {
    static TEXT: LazyLock<String> = LazyLock::new(|| document().to_string());
    ([(header::CONTENT_TYPE, "application/json")], TEXT.as_str()).into_response()
}
