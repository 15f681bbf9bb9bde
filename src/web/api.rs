//! The API under `/api/v1`, one file a resource. A route cannot exist without its description:
//! both are registered together.

mod catalogue;
mod export;
mod findings;
mod licences;
mod runs;
mod search;
mod sources;
mod suggest;

pub use export::exports;

use axum::Router;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AppState;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Fedcat API",
        description = "A federated catalogue of the free and open-source software that public \
            administrations use. Reading needs no key. Errors are problem documents (RFC 9457) \
            with a stable `code`. Answers have an ETag; send it back as `If-None-Match`. Data come \
            from the sources that each entry names, under each source's own licence.",
        license(name = "EUPL-1.2", identifier = "EUPL-1.2")
    ),
    tags(
        (name = "catalogue", description = "Search and read entries"),
        (name = "sources", description = "Where entries come from, and what was wrong with them"),
        (name = "federation", description = "Follow and copy the catalogue"),
        (name = "licences", description = "What is known about licences")
    )
)]
struct Document;

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
        .routes(routes!(findings::list))
        .routes(routes!(licences::list))
        .routes(routes!(licences::explain))
        .split_for_parts()
}
