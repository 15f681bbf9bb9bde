//! `/`: the search, and without a question the way in.

mod facets;
mod hits;
mod near;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use uuid::Uuid;

use super::brief::{self, Brevity, Shorten};
use super::layout::Layout;
use super::names::Names;
use super::reader::Reader;
use super::words::Language;
use crate::search::Sort;
use crate::search::fold::fold;
use crate::store::{records, software, sources, tally};
use crate::web::AppState;
use crate::web::api::export::spreadsheet_of;
use crate::web::error::Error;
use crate::web::params::{SearchParams, sort_word, sorts};
use crate::web::searching::Searched;
use facets::{Chosen, Facet};
use hits::Hit;
use near::Nearby;

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage {
    layout: Layout,
    t: Language,
    q: String,
    /// The language that the address asks for: the form keeps it.
    lang: Option<String>,
    per_page: Option<usize>,
    /// "12 entries for “carte”".
    heading: String,
    /// What was understood, where it is more than the words.
    understood: Option<Understood>,
    /// Where in the list this page stands.
    place: Option<String>,
    /// What is in the catalogue; only where nothing was asked.
    numbers: Option<Vec<String>>,
    /// The table of all that is found; only where something is.
    spreadsheet: Option<String>,
    hits: Vec<Hit>,
    /// Whether what was typed holds no word.
    is_wordless: bool,
    /// Only where nothing was found.
    near: Option<Nearby>,
    facets: Vec<Facet>,
    chosen: Vec<Chosen>,
    without_filters: String,
    orders: Vec<Order>,
    previous: Option<String>,
    next: Option<String>,
}

/// How many programs are named as replacements for a product, and where to see them.
struct Understood {
    text: String,
    href: Option<String>,
}

/// An order to choose.
struct Order {
    word: &'static str,
    label: String,
    is_chosen: bool,
}

/// `GET /`
pub async fn get(
    State(state): State<AppState>,
    reader: Reader,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let t = reader.language;
    let params = SearchParams::parse(query.as_deref())?;
    let searched = Searched::search(&state, &params).await?;
    let answer = &searched.answer;
    let ids: Vec<Uuid> = answer.hits.iter().map(|hit| hit.id).collect();
    let db = state.store.snapshot().await?;
    let entries = software::by_ids(&db, &ids).await?;
    let listed = records::sources_of(&db, &ids).await?;
    let all_sources = sources::all(&db).await?;
    let names = Names { t, sources: &all_sources, labels: &state.labels };

    let is_landing =
        params == SearchParams { lang: params.lang.clone(), ..SearchParams::default() };
    let numbers = match is_landing {
        true => Some(numbers(t, &tally::totals(&db).await?)),
        false => None,
    };
    let hits = ids.iter().filter_map(|id| entries.get(id)).map(|entry| {
        let records = listed.get(&entry.id).map(Vec::as_slice).unwrap_or_default();
        Hit::new(&names, entry, records, &answer.highlighter)
    });
    let near = match &searched.near {
        Some(near) => Some(Nearby::of(&db, t, &params, near).await?),
        None => None,
    };
    let page = SearchPage {
        layout: layout(&state, &reader, &params, is_landing),
        t,
        heading: heading(t, &params, answer.total),
        understood: understood(t, &params, &searched),
        place: place(t, searched.before, ids.len(), answer.total),
        near,
        is_wordless: params.query().is_wordless(),
        numbers,
        hits: hits.collect(),
        chosen: facets::chosen(&names, &params),
        without_filters: params.address("/", |params| {
            params.filters.clear();
            params.page = 1;
        }),
        facets: facets::all(&names, &params, &answer.facets),
        orders: orders(t, params.sort),
        previous: searched.previous(&params, "/"),
        next: searched.next(&params, "/"),
        spreadsheet: (answer.total > 0).then(|| spreadsheet_of(&params, t.tag())),
        per_page: Some(params.per_page).filter(|n| *n != SearchParams::default().per_page),
        lang: params.lang.clone(),
        q: params.q.clone(),
    };
    brief::show(page)
}

impl Shorten for SearchPage {
    fn shorten(&mut self, brevity: Brevity) {
        self.layout.shorten(brevity);
        self.hits.shorten(brevity);
        self.facets.shorten(brevity);
        self.chosen.shorten(brevity);
    }
}

fn layout(state: &AppState, reader: &Reader, params: &SearchParams, is_landing: bool) -> Layout {
    let t = reader.language;
    if is_landing {
        return Layout::new(reader, "search", t.say("landing-title"))
            .found_at(&state.public_url, "/");
    }
    let title = match params.q.trim() {
        "" => t.say("search-title"),
        words => t.with("search-title-for", &[("words", words)]),
    };
    Layout::new(reader, "search", title)
}

fn numbers(t: Language, totals: &tally::Totals) -> Vec<String> {
    vec![
        t.count("number-software", totals.software),
        t.count("number-records", totals.records),
        t.count("number-sources", totals.sources),
        t.count("number-shared", totals.in_several_sources),
    ]
}

fn heading(t: Language, params: &SearchParams, total: u64) -> String {
    let count = t.count("entries-found", total);
    match params.q.trim() {
        "" => count,
        words => t.with("found-for", &[("count", &count), ("words", words)]),
    }
}

/// How many programs are said to replace the product that is meant. That there is none is said only
/// to whoever asked for one.
fn understood(t: Language, params: &SearchParams, searched: &Searched) -> Option<Understood> {
    let name = searched.question.product_name()?;
    let product = searched.question.product.as_deref()?;
    let (some, none) = match is_elided(name) {
        true => ("replacing-elided", "replacing-none-elided"),
        false => ("replacing", "replacing-none"),
    };
    let values = [("product", name)];
    match searched.replacing? {
        0 if searched.question.replaces.is_none() || searched.answer.total == 0 => None,
        0 => Some(Understood { text: t.with(none, &values), href: None }),
        count => Some(Understood {
            text: t.count_with(some, count, &values),
            href: Some(params.replacing(product).address("/", |_| {})),
        }),
    }
}

/// Whether French says "d’" before a name and not "de".
fn is_elided(name: &str) -> bool {
    fold(name).starts_with(['a', 'e', 'i', 'o', 'u'])
}

fn place(t: Language, before: usize, shown: usize, total: u64) -> Option<String> {
    if shown == 0 || (shown as u64 == total && before == 0) {
        return None;
    }
    let number = |n: usize| t.number(n as u64);
    let (from, to) = (number(before + 1), number(before + shown));
    Some(t.with("place", &[("from", &from), ("to", &to), ("total", &t.number(total))]))
}

fn orders(t: Language, chosen: Sort) -> Vec<Order> {
    sorts()
        .map(|(word, _)| Order {
            word,
            label: t.of("sort", word),
            is_chosen: word == sort_word(chosen),
        })
        .collect()
}
