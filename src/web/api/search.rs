//! `GET /api/v1/search`

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use serde::Serialize;
use url::form_urlencoded;
use utoipa::ToSchema;
use uuid::Uuid;

use super::filters::Narrowing;
use super::licence_response::LicenceResponse;
use super::need_met::NeedMet;
use super::page::link;
use super::request_query::RequestQuery;
use super::schemas;
use crate::catalogue::content::{DevelopmentStatus, Maintenance};
use crate::catalogue::recommended::{Recommended, recommended};
use crate::catalogue::text::LocalizedText;
use crate::publish::export::address;
use crate::publish::index::Facet;
use crate::store::records::{self, RecordSource};
use crate::store::software::{self, Software};
use crate::web::AppState;
use crate::web::error::Error;
use crate::web::search::execute::SearchResult;
use crate::web::search::fallback::{Fallback, FallbackHits};
use crate::web::search::page_memory::PageToken;
use crate::web::search::params::{LAST_PAGE, MOST, SearchParams};

/// A page of hits.
#[derive(Debug, Serialize, ToSchema)]
pub struct SearchResponse {
    /// How many entries match.
    pub total: u64,
    /// The number of this page, from 1; it goes with the next release, as the parameter did.
    #[schema(deprecated)]
    pub page: usize,
    /// Hits on one page: `limit`; it goes with the next release, as the parameter did.
    #[schema(deprecated)]
    pub per_page: usize,
    pub hits: Vec<SearchHit>,
    /// For each facet, by the name of its parameter, its values and the number of matching
    /// entries, most frequent first. A facet's numbers ignore its own choice.
    #[schema(example = json!({"licence": [{"value": "MIT", "count": 12}]}))]
    pub facets: BTreeMap<Cow<'static, str>, Vec<FacetValue>>,
    /// The link to the next page, relative to this server; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uri-reference", example = "/api/v1/search?q=office&cursor=2.8f14e45f")]
    pub next: Option<String>,
    /// The needs that were recognised in the question, in any of six languages: values of `need`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub needs_asked: Vec<String>,
    /// The product that was asked for an alternative to, as in "alternative to Outlook".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replaces_asked: Option<String>,
    /// The product that is meant, where one is asked for an alternative to or the words are the
    /// name of a proprietary product: a value of the facet `replaces`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// How many entries are named as replacements for it. Where an alternative was asked for, they
    /// come first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_focus: Option<u64>,
    /// Only where nothing was found: what is near.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub near: Option<Nearby>,
}

/// What is near to a search that found nothing.
#[derive(Debug, Serialize, ToSchema)]
pub struct Nearby {
    /// What the same words find without the chosen filters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub without_filters: Option<NearbyEntries>,
    /// What similar spellings find.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub similar: Option<NearbyEntries>,
    /// Words that find something alone, with the chosen filters.
    pub words: Vec<NearbyWord>,
}

/// What another question finds.
#[derive(Debug, Serialize, ToSchema)]
pub struct NearbyEntries {
    pub total: u64,
    /// The first three.
    pub hits: Vec<SearchHit>,
}

/// A word that finds something.
#[derive(Debug, Serialize, ToSchema)]
pub struct NearbyWord {
    pub word: String,
    pub total: u64,
}

/// One value of a facet.
#[derive(Debug, Serialize, ToSchema)]
pub struct FacetValue {
    /// What the parameter takes.
    #[schema(example = "MIT")]
    pub value: String,
    /// The name of the value in the language of `lang`, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Office")]
    pub label: Option<String>,
    pub count: u64,
}

/// One found entry, in short.
#[derive(Debug, Serialize, ToSchema)]
pub struct SearchHit {
    pub id: Uuid,
    /// Its page.
    #[schema(format = "uri")]
    pub url: String,
    /// By language; `und` where the language is not stated.
    #[schema(value_type = schemas::text::LocalizedText)]
    pub name: LocalizedText,
    #[schema(value_type = schemas::text::LocalizedText)]
    pub summary: LocalizedText,
    /// What we conclude about the licence, with the facts that hold.
    pub licence: LicenceResponse,
    #[schema(example = json!(["office"]))]
    pub categories: Vec<String>,
    /// What it is for, as a source states or as we derive it.
    pub needs: Vec<NeedMet>,
    /// Ids of the sources that list it.
    #[schema(example = json!(["fr-sill"]))]
    pub sources: Vec<String>,
    /// Countries in which it is said to be used, ISO 3166-1 alpha-2.
    #[schema(example = json!(["FR"]))]
    pub countries_of_use: Vec<String>,
    /// How many organisations are named as users.
    pub users: usize,
    /// Products that a source says it replaces, by the names that sources write.
    #[schema(example = json!(["Microsoft Office"]))]
    pub replaces: Vec<String>,
    /// What governments say about using it, and which sources say so; also the end of a
    /// recommendation.
    #[schema(value_type = Vec<schemas::export::Recommended>)]
    pub recommendations: Vec<Recommended>,
    /// The last release or activity that a source states; absent where none does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_activity_on: Option<NaiveDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<schemas::content_parts::DevelopmentStatus>)]
    pub development_status: Option<DevelopmentStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<schemas::content_parts::Maintenance>)]
    pub maintenance: Option<Maintenance>,
}

/// What a link to the next page says about those before it: how many there were, and what they
/// have shown, as far as that is remembered.
#[derive(Debug, PartialEq)]
struct Cursor {
    page: usize,
    after: Option<PageToken>,
}

/// Search the catalogue
///
/// Words, beginnings of words as you type, one or two typing errors, with or without accents.
/// Several values of one facet widen, several facets narrow. "Alternative to Outlook", in English,
/// French, German, Italian, Spanish or Dutch, finds Outlook and puts first what a source names as a
/// replacement for it. Follow `next` to the end and no entry is repeated or skipped, although the
/// catalogue changes meanwhile.
#[utoipa::path(
    get,
    path = "/api/v1/search",
    operation_id = "search",
    tag = "catalogue",
    params(
        Narrowing,
        ("lang" = Option<String>, Query, description = "the language of labels, usually `en`"),
        ("cursor" = Option<String>, Query, description = "from where on: part of `next`", pattern = r"^([1-9][0-9]?|[1-4][0-9]{2}|500)(\.[0-9a-f]*)?$"),
        ("limit" = Option<usize>, Query, description = "from 1 to 100, usually 20", minimum = 1, maximum = 100),
    ),
    responses(
        (status = 200, body = SearchResponse),
    )
)]
pub async fn search(
    State(state): State<AppState>,
    request: RequestQuery,
) -> Result<Response, Error> {
    let params = params(&request)?;
    let searched = SearchResult::execute(&state, &params).await?;
    let next = searched
        .next_page(&params)
        .map(|(page, after)| request.from(&Cursor { page, after: after.cloned() }));
    let SearchResult { question, answer, fallback, replacing, .. } = searched;
    let ids: Vec<Uuid> = answer.hits.iter().map(|hit| hit.id).collect();
    let near = match fallback {
        Some(fallback) => Some(nearby(&state, fallback).await?),
        None => None,
    };
    let lang = params.lang.as_deref().unwrap_or("en");
    let facets = Facet::ALL.iter().filter_map(|facet| {
        let values = answer.facets.get(facet.name())?;
        let value = |(value, count): &(String, u64)| FacetValue {
            label: label(&state, *facet, value, lang),
            value: value.clone(),
            count: *count,
        };
        Some((facet.parameter(), values.iter().map(value).collect()))
    });
    let body = SearchResponse {
        total: answer.total,
        page: params.page,
        per_page: params.per_page,
        hits: hits(&state, &ids).await?,
        facets: facets.collect(),
        next: next.clone(),
        in_focus: replacing,
        product: question.product,
        replaces_asked: question.replaces,
        needs_asked: question.needs,
        near,
    };
    Ok((link(next.as_deref()), Json(body)).into_response())
}

/// The search that is asked for: the page of the site reads the same, by the names that facets
/// have in its address.
pub fn params(request: &RequestQuery) -> Result<SearchParams, Error> {
    let most = u64::try_from(MOST).unwrap_or(u64::MAX);
    let usual = SearchParams::default().per_page;
    let limit = request.limit_up_to(u64::try_from(usual).unwrap_or(most), most)?;
    let cursor: Option<Cursor> = request.cursor()?;
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in request.pairs() {
        let facet = Facet::ALL.iter().find(|facet| facet.parameter() == name.as_str());
        match (facet, name.as_str()) {
            (Some(facet), _) => query.append_pair(facet.name(), value),
            (None, "q" | "sort" | "lang") => query.append_pair(name, value),
            (None, _) => continue,
        };
    }
    let mut params = SearchParams::parse(Some(&query.finish()))?;
    params.per_page = usize::try_from(limit).unwrap_or(MOST);
    if let Some(Cursor { page, after }) = cursor {
        params.page = page;
        params.after = after;
    }
    Ok(params)
}

impl FromStr for Cursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (page, after) = text.split_once('.').unwrap_or((text, ""));
        let page = page.parse().map_err(|_| ())?;
        // What was never given out, or is forgotten, means that entries are counted.
        let after = PageToken::parse(after);
        if (1..=LAST_PAGE).contains(&page) { Ok(Self { page, after }) } else { Err(()) }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.", self.page)?;
        self.after.iter().try_for_each(|token| token.fmt(f))
    }
}

async fn nearby(state: &AppState, fallback: Fallback) -> Result<Nearby, Error> {
    let entries = async |found: Option<FallbackHits>| -> Result<Option<NearbyEntries>, Error> {
        let Some(FallbackHits { total, first }) = found else { return Ok(None) };
        Ok(Some(NearbyEntries { total, hits: hits(state, &first).await? }))
    };
    Ok(Nearby {
        without_filters: entries(fallback.without_filters).await?,
        similar: entries(fallback.similar).await?,
        words: fallback.words.into_iter().map(|(word, total)| NearbyWord { word, total }).collect(),
    })
}

async fn hits(state: &AppState, ids: &[Uuid]) -> Result<Vec<SearchHit>, Error> {
    let db = state.store.snapshot().await?;
    let mut entries = software::by_ids(&db, ids).await?;
    let mut sources = records::sources_of(&db, ids).await?;
    let found = ids.iter().filter_map(|id| entries.remove(id));
    Ok(found
        .map(|entry| {
            let records = sources.remove(&entry.id).unwrap_or_default();
            hit(&state.public_url, entry, records)
        })
        .collect())
}

fn hit(public_url: &str, entry: Software, records: Vec<RecordSource>) -> SearchHit {
    let sources = records.iter().map(|one| (one.record, one.source.as_str()));
    let recommendations = recommended(&entry.recommendations, sources);
    let countries = entry.content.countries_of_use().into_iter().map(str::to_owned).collect();
    let mut sources: Vec<String> = records.into_iter().map(|one| one.source).collect();
    sources.dedup();
    let url = address(public_url, &entry);
    let content = entry.content;
    SearchHit {
        id: entry.id,
        url,
        needs: NeedMet::all(&content),
        categories: content.categories.iter().cloned().collect(),
        countries_of_use: countries,
        users: content.usages.len(),
        replaces: content.replaces.into_iter().map(|product| product.name).collect(),
        recommendations,
        last_activity_on: content.released_on.max(content.last_activity_on),
        development_status: content.development_status,
        maintenance: content.maintenance,
        name: content.name,
        summary: content.summary,
        licence: LicenceResponse::new(entry.licence),
        sources,
    }
}

/// The name of a facet's value.
fn label(state: &AppState, facet: Facet, value: &str, lang: &str) -> Option<String> {
    let labels = state.labels.get(value).filter(|_| facet == Facet::Category)?;
    labels.get(lang).or_else(|| labels.get("en")).cloned()
}
