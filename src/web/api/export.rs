//! `GET /api/v1/export/software.ndjson` and `.csv`: the whole catalogue, or all that a search
//! finds, streamed.

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use url::form_urlencoded;
use uuid::Uuid;

use super::asked::Asked;
use super::filters::Narrowing;
use super::search;
use super::values::LANGUAGES;
use crate::digest::sha256_hex;
use crate::publish::export::columns::{UnknownColumn, names};
use crate::publish::export::{Format, Line, Which, stream};
use crate::publish::index::Facet;
use crate::search::Sort;
use crate::store::{Store, events, sources};
use crate::web::door::Streamed;
use crate::web::error::Error;
use crate::web::pages::reader::preferred;
use crate::web::pages::table::table;
use crate::web::params::{SearchParams, sort_word};
use crate::web::searching::{MOST_FOUND, all_found};
use crate::web::{AppState, cache};

const CSV: &str = "/api/v1/export/software.csv";

/// The whole catalogue, or all that a search finds, one entry a line as JSON
///
/// Every entry that is not withdrawn, in the order of ids, with what each value rests on and the
/// licence of each source's data. With `q`, facets or `sort`, all that the search finds, in its
/// order; that is at most 50,000 entries, and more are refused, never cut.
#[utoipa::path(
    get,
    path = "/api/v1/export/software.ndjson",
    operation_id = "export_ndjson",
    tag = "federation",
    params(Narrowing),
    responses((status = 200, body = Line, content_type = "application/x-ndjson", description = "One such object a line"))
)]
pub async fn ndjson(
    State(state): State<AppState>,
    asked: Asked,
    headers: HeaderMap,
) -> Result<Response, Error> {
    export(state, &asked, &headers, Format::Ndjson).await
}

/// The whole catalogue, or all that a search finds, as a table
///
/// One entry a line, with a header. Several values stand in one field, separated by ` | `. With
/// `q`, facets or `sort`, all that the search finds, in its order; that is at most 50,000 entries,
/// and more are refused, never cut.
#[utoipa::path(
    get,
    path = "/api/v1/export/software.csv",
    operation_id = "export_csv",
    tag = "federation",
    params(
        Narrowing,
        ("columns" = Option<String>, Query, description = "names of columns in the wanted order, such as `name,licence`; usually all"),
        ("excel" = Option<String>, Query, description = "`1`: for a spreadsheet that is opened with a double click: a byte order mark, semicolons where readers of the language write decimals with a comma, columns named in their words (English or French)"),
        ("lang" = Option<String>, Query, description = "the language of names, where an entry has one in it, usually `en`; with `excel=1` usually what `Accept-Language` asks for"),
    ),
    responses((status = 200, body = String, content_type = "text/csv", description = "RFC 4180, in UTF-8"))
)]
pub async fn csv(
    State(state): State<AppState>,
    asked: Asked,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let is_spreadsheet = asked.text("excel") == Some("1");
    let reads = || preferred(&headers, language).filter(|_| is_spreadsheet);
    let lang = asked.text("lang").or_else(reads).unwrap_or("en");
    let columns = asked.text("columns");
    let table = table(columns, lang, is_spreadsheet).map_err(|UnknownColumn { name }| {
        let allowed = names().into_iter().map(str::to_owned).collect();
        Error::Value { name: "columns".to_owned(), found: name, allowed }
    })?;
    let mut response = export(state, &asked, &headers, Format::Csv(table)).await?;
    if is_spreadsheet {
        response.headers_mut().append(header::VARY, header::ACCEPT_LANGUAGE.into());
    }
    Ok(response)
}

/// The address of the table of all that a search finds, for the spreadsheet of whoever reads the
/// language.
pub fn spreadsheet_of(params: &SearchParams, lang: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("excel", "1").append_pair("lang", lang);
    if !params.q.is_empty() {
        query.append_pair("q", &params.q);
    }
    for facet in Facet::ALL {
        for value in params.filters.get(facet.name()).into_iter().flatten() {
            query.append_pair(&facet.parameter(), value);
        }
    }
    if params.sort != Sort::default() {
        query.append_pair("sort", sort_word(params.sort));
    }
    format!("{CSV}?{}", query.finish())
}

async fn export(
    state: AppState,
    asked: &Asked,
    held: &HeaderMap,
    format: Format,
) -> Result<Response, Error> {
    let last = events::last(state.store.read()).await?;
    let sources = attributions_digest(&state.store).await?;
    let found = found(&state, asked).await?;
    let version = env!("CARGO_PKG_VERSION");
    let how = digest(&json!([asked.pairs(), format.lang(), found]));
    let tag = format!("W/\"{}-{version}-{last}-{sources}-{how}\"", format.ending());
    if cache::holds(held, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    let disposition = format!("attachment; filename=\"fedcat-software.{}\"", format.ending());
    let headers = [
        (header::CONTENT_TYPE, format.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
        (header::ETAG, tag),
    ];
    let exports = &state.door.exports;
    let place = exports.place()?;
    let which = found.map_or(Which::All, Which::Found);
    let pages = stream(state.store, state.public_url.to_string(), format, which);
    let body = Body::from_stream(exports.pieces(place, pages));
    Ok((Extension(Streamed), headers, body).into_response())
}

/// What the search finds that is asked for; none where none is.
async fn found(state: &AppState, asked: &Asked) -> Result<Option<Vec<Uuid>>, Error> {
    let mut pairs = asked.pairs().iter();
    if !pairs.any(|(name, value)| Narrowing::has(name) && !value.is_empty()) {
        return Ok(None);
    }
    let (found, total) = all_found(state, &search::params(asked)?).await?;
    if found.len() > MOST_FOUND {
        return Err(Error::TooManyFound { total, most: MOST_FOUND });
    }
    Ok(Some(found))
}

/// The language of a tag, where readers of it can have a table.
fn language(tag: &str) -> Option<&'static str> {
    let primary = tag.trim().split('-').next().unwrap_or_default();
    LANGUAGES.into_iter().find(|one| one.eq_ignore_ascii_case(primary))
}

/// Changes when the words change that stand beside what came from the sources.
async fn attributions_digest(store: &Store) -> Result<String, Error> {
    let said: Vec<_> = sources::all(store.read())
        .await?
        .into_iter()
        .map(|source| {
            json!([source.id, source.name, source.url, source.data_licence, source.attribution])
        })
        .collect();
    Ok(digest(&Value::from(said)))
}

fn digest(value: &Value) -> String {
    sha256_hex(value.to_string().as_bytes()).chars().take(16).collect()
}
