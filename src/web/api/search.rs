//! `GET /api/v1/search`

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{RawQuery, State};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::catalogue::LicenceResponse;
use crate::catalogue::content::Content;
use crate::publish::export::address;
use crate::publish::needs;
use crate::publish::recommended::{Recommended, recommended};
use crate::store::views::{self, RecordSource, Software};
use crate::web::AppState;
use crate::web::error::{Error, Problem};
use crate::web::near::{Found, Near};
use crate::web::params::SearchParams;
use crate::web::searching::Searched;

/// A page of hits.
#[derive(Debug, Serialize, ToSchema)]
pub struct SearchResponse {
    /// How many entries match.
    pub total: u64,
    pub page: usize,
    pub per_page: usize,
    pub hits: Vec<SearchHit>,
    /// For each facet its values and the number of matching entries, most frequent first. A
    /// facet's numbers ignore its own choice.
    pub facets: BTreeMap<String, Vec<FacetValue>>,
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
    /// The address of the next page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
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
    pub value: String,
    pub count: u64,
}

/// One found entry, in short.
#[derive(Debug, Serialize, ToSchema)]
pub struct SearchHit {
    pub id: Uuid,
    /// Its page.
    pub url: String,
    /// By language; `und` where the language is not stated.
    #[schema(value_type = BTreeMap<String, String>)]
    pub name: crate::catalogue::text::LocalizedText,
    #[schema(value_type = BTreeMap<String, String>)]
    pub summary: crate::catalogue::text::LocalizedText,
    /// What we conclude about the licence, with the facts that hold.
    pub licence: LicenceResponse,
    pub categories: Vec<String>,
    /// What it is for, as a source states or as we derive it.
    pub needs: Vec<NeedMet>,
    /// Ids of the sources that list it.
    pub sources: Vec<String>,
    /// Countries in which it is said to be used.
    pub countries_of_use: Vec<String>,
    /// What governments say about using it, and which sources say so; also the end of a
    /// recommendation.
    pub recommendations: Vec<Recommended>,
    /// Products that a source says it replaces, by the names that sources write.
    pub replaces: Vec<String>,
}

/// A purpose that an entry serves.
#[derive(Debug, Serialize, ToSchema)]
pub struct NeedMet {
    /// A category of publiccode.yml or a narrower need.
    pub id: String,
    /// `stated`: a source gives it as a category. `derived`: we recognised it in the name, the
    /// keywords or the texts; no source says so.
    pub basis: &'static str,
}

impl NeedMet {
    /// The needs of an entry, the surest first.
    pub fn all(content: &Content) -> Vec<Self> {
        let met = needs::vocabulary().of(content).into_iter();
        let basis = |is_stated| if is_stated { "stated" } else { "derived" };
        met.map(|met| Self { id: met.need.id.clone(), basis: basis(met.is_stated) }).collect()
    }
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
    tag = "catalogue",
    params(
        ("q" = Option<String>, Query, description = "What to look for. The last word counts as the beginning of a word unless a space follows."),
        ("category" = Option<Vec<String>>, Query, description = "publiccode.yml category"),
        ("need" = Option<Vec<String>>, Query, description = "purpose: a publiccode.yml category or a narrower need, stated by a source or derived from name, keywords and texts"),
        ("licence" = Option<Vec<String>>, Query, description = "SPDX identifier"),
        ("licence-family" = Option<Vec<String>>, Query, description = "identifier without its version, such as `GPL`"),
        ("open-source" = Option<Vec<String>>, Query, description = "`yes`, `no` or `not-stated`"),
        ("copyleft" = Option<Vec<String>>, Query, description = "`permissive`, `weak`, `share-alike`, `strong`, `network`, `not-open` or `not-stated`"),
        ("licence-conflict" = Option<Vec<String>>, Query, description = "between sources: `none`, `soft` (they share a licence) or `hard`"),
        ("country" = Option<Vec<String>>, Query, description = "country of use, ISO 3166-1 alpha-2"),
        ("body" = Option<Vec<String>>, Query, description = "kind of the administrations that use it, as far as their names say: `national`, `regional`, `local`, `education` or `health`"),
        ("source" = Option<Vec<String>>, Query, description = "source id"),
        ("platform" = Option<Vec<String>>, Query, description = "`web`, `linux`, `windows`, `mac`, `android`, `ios`"),
        ("language" = Option<Vec<String>>, Query, description = "language of the interface"),
        ("status" = Option<Vec<String>>, Query, description = "publiccode.yml developmentStatus"),
        ("maintenance" = Option<Vec<String>>, Query, description = "publiccode.yml maintenance.type"),
        ("support" = Option<Vec<String>>, Query, description = "who gives support, as a source writes the name"),
        ("public" = Option<Vec<String>>, Query, description = "`yes`: a public body develops it"),
        ("recommendation" = Option<Vec<String>>, Query, description = "what a government says about using it: `recommended`, `observed` or `no_longer_recommended`"),
        ("contract" = Option<Vec<String>>, Query, description = "`yes`: the support contract of the source's government covers it"),
        ("replaces" = Option<Vec<String>>, Query, description = "product that a source says it replaces: its id such as `microsoft-teams`, or its name"),
        ("sort" = Option<String>, Query, description = "`relevance` (usual), `name`, `use`, `freshness` or `newest`"),
        ("page" = Option<usize>, Query, description = "from 1 to 500", minimum = 1, maximum = 500),
        ("after" = Option<String>, Query, description = "what the pages before this one have shown: part of `next`, to be left as it is"),
        ("per_page" = Option<usize>, Query, description = "from 1 to 100, usually 20", minimum = 1, maximum = 100),
    ),
    responses(
        (status = 200, body = SearchResponse),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn search(
    State(state): State<AppState>,
    RawQuery(query): RawQuery,
) -> Result<Json<SearchResponse>, Error> {
    let params = SearchParams::parse(query.as_deref())?;
    let searched = Searched::search(&state, &params).await?;
    let next = searched.next(&params, "/api/v1/search");
    let Searched { question, answer, near, replacing, .. } = searched;
    let ids: Vec<Uuid> = answer.hits.iter().map(|hit| hit.id).collect();
    let near = match near {
        Some(near) => Some(nearby(&state, near).await?),
        None => None,
    };
    Ok(Json(SearchResponse {
        total: answer.total,
        page: params.page,
        per_page: params.per_page,
        hits: hits(&state, &ids).await?,
        facets: answer
            .facets
            .into_iter()
            .map(|(facet, values)| (facet, values.into_iter().map(FacetValue::from).collect()))
            .collect(),
        in_focus: replacing,
        product: question.product,
        replaces_asked: question.replaces,
        needs_asked: question.needs,
        near,
        next,
    }))
}

async fn nearby(state: &AppState, near: Near) -> Result<Nearby, Error> {
    let entries = async |found: Option<Found>| -> Result<Option<NearbyEntries>, Error> {
        let Some(Found { total, first }) = found else { return Ok(None) };
        Ok(Some(NearbyEntries { total, hits: hits(state, &first).await? }))
    };
    Ok(Nearby {
        without_filters: entries(near.without_filters).await?,
        similar: entries(near.similar).await?,
        words: near.words.into_iter().map(|(word, total)| NearbyWord { word, total }).collect(),
    })
}

async fn hits(state: &AppState, ids: &[Uuid]) -> Result<Vec<SearchHit>, Error> {
    let db = state.store.snapshot().await?;
    let mut entries = views::by_ids(&db, ids).await?;
    let mut sources = views::sources_of(&db, ids).await?;
    let found = ids.iter().filter_map(|id| entries.remove(id));
    Ok(found
        .map(|entry| {
            let records = sources.remove(&entry.id).unwrap_or_default();
            hit(&state.public_url, entry, records)
        })
        .collect())
}

fn hit(public_url: &str, entry: Software, records: Vec<RecordSource>) -> SearchHit {
    let recommendations = recommended(&entry, &records);
    let countries = entry.content.countries_of_use().into_iter().map(str::to_owned).collect();
    let mut sources: Vec<String> = records.into_iter().map(|one| one.source).collect();
    sources.dedup();
    SearchHit {
        id: entry.id,
        url: address(public_url, &entry),
        categories: entry.content.categories.iter().cloned().collect(),
        needs: NeedMet::all(&entry.content),
        name: entry.content.name,
        summary: entry.content.summary,
        licence: LicenceResponse::new(entry.licence),
        sources,
        countries_of_use: countries,
        recommendations,
        replaces: entry.content.replaces.into_iter().map(|product| product.name).collect(),
    }
}

impl From<(String, u64)> for FacetValue {
    fn from((value, count): (String, u64)) -> Self {
        Self { value, count }
    }
}
