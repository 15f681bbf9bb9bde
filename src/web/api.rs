//! The API under `/api/v1`, one file a resource. A route cannot exist without its description:
//! both are registered together.

mod acts;
mod candidates;
mod catalogue;
mod export;
mod findings;
mod licences;
mod progress;
pub mod records;
mod runs;
mod search;
mod sources;
mod suggest;
mod verdicts;

pub use export::exports;

use axum::Router;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AppState;

#[derive(OpenApi)]
#[openapi(
    modifiers(&OperatorToken),
    info(
        title = "Fedcat API",
        description = "A federated catalogue of the free and open-source software that public \
            administrations use. Reading needs no key; what operators decide needs their token. \
            Errors are problem documents (RFC 9457) with a stable `code`. Answers have an ETag; send it back as `If-None-Match`. Data come \
            from the sources that each entry names, under each source's own licence.",
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

/// The routes and the OpenAPI 3.1 document that describes them.
pub fn router() -> (Router<AppState>, utoipa::openapi::OpenApi) {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(search::search))
        .routes(routes!(suggest::suggest))
        .routes(routes!(catalogue::list))
        .routes(routes!(catalogue::get))
        .routes(routes!(catalogue::statistics))
        .routes(routes!(catalogue::events))
        .routes(routes!(sources::list))
        .routes(routes!(sources::get))
        .routes(routes!(runs::list))
        .routes(routes!(runs::get))
        .routes(routes!(progress::progress))
        .routes(routes!(findings::list))
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
        .split_for_parts()
}
