//! Wikidata adds to what other sources list, and lists nothing itself: it is asked for the items
//! that entries of other sources name, fifty at a time, and for the items of their licences, each
//! once a run.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use async_trait::async_trait;
use reqwest::header;
use serde_json::{Value, json};
use url::Url;

use crate::catalogue::keys::KeyKind;
use crate::formats::wikidata::{self, Refusal, Reply, compose, is_item, licence, licences_of};
use crate::formats::{Code, Finding, ItemFormat};
use crate::harvest::connector::Connector;
use crate::harvest::listing::{self, Ask, Body, Entry, Listing, ListingError};
use crate::outbound::FetchError;

/// The most items that may be asked for at once without a right of one's own.
const AT_ONCE: usize = 50;
/// Largest answer for that many.
const MOST_BYTES: u64 = 64 * 1024 * 1024;
/// The lag of Wikidata's copies, in seconds, at which a polite program comes back later.
const MOST_LAG: &str = "5";
/// Pauses that are made because of the lag before the listing is given up, and the longest.
const PAUSES: u32 = 3;
const LONGEST_PAUSE: u64 = 30;
/// Languages of labels and descriptions: those of the EU and its neighbours, and "all".
const LANGUAGES: &str = "mul|en|bg|ca|cs|da|de|el|es|et|eu|fi|fr|ga|gl|hr|hu|is|it|lb|lt|lv|mk|mt|\
                         nb|nl|pl|pt|ro|sk|sl|sq|sr|sv|tr|uk|zh";

/// See the module.
pub struct Wikidata;

#[async_trait]
impl Connector for Wikidata {
    fn name(&self) -> &'static str {
        "wikidata"
    }

    fn format(&self) -> &'static dyn ItemFormat {
        &wikidata::Wikidata
    }

    fn adds_to(&self) -> Option<KeyKind> {
        Some(KeyKind::Wikidata)
    }

    async fn read(&self, listing: &mut Listing) -> Result<(), ListingError> {
        if listing.is_file() {
            return listing.whole().await;
        }
        let wanted: Vec<String> = listing.wanted.iter().filter(|id| is_item(id)).cloned().collect();
        let mut licences = BTreeMap::new();
        for ids in wanted.chunks(AT_ONCE) {
            let entities = entities(listing, ids, "labels|descriptions|claims").await?;
            let stated: BTreeSet<String> = entities.values().flat_map(licences_of).collect();
            let new: Vec<String> =
                stated.into_iter().filter(|item| !licences.contains_key(item)).collect();
            for ids in new.chunks(AT_ONCE) {
                let items = self::entities(listing, ids, "claims").await?;
                licences.extend(items.iter().map(|(id, item)| (id.clone(), licence(item))));
            }
            let entries = entities.iter().map(|(id, entity)| compose(id, entity, &licences));
            listing.emit(entries.map(Entry::Raw).collect()).await?;
        }
        Ok(())
    }
}

/// The entities with these ids, all of them.
async fn entities(
    listing: &Listing,
    ids: &[String],
    props: &str,
) -> Result<BTreeMap<String, Value>, ListingError> {
    let mut left: Vec<&str> = ids.iter().map(String::as_str).collect();
    let mut entities = BTreeMap::new();
    let mut pauses = 0;
    while !left.is_empty() {
        let (answer, body) = ask(listing, &left, props).await?;
        match answer {
            Reply::Entities(found) => {
                let given = |id: &&&str| found.contains_key(**id);
                if let Some(absent) = left.iter().find(|id| !given(id)) {
                    return Err(unusable(&format!("the answer lacks {absent}")));
                }
                entities.extend(found.into_iter().filter(|(id, _)| left.contains(&id.as_str())));
                left.clear();
            }
            // An id that never was one refuses all: it is left out, and the others asked for again.
            Reply::Refused(Refusal { entity: Some(id), .. }) if left.contains(&id.as_str()) => {
                left.retain(|other| *other != id);
                entities.insert(id, json!({"missing": ""}));
            }
            Reply::Refused(refusal) if refusal.code == "maxlag" => {
                let seconds = pause(&body).unwrap_or(LONGEST_PAUSE);
                if pauses == PAUSES || seconds > LONGEST_PAUSE {
                    return Err(FetchError::Busy { url: body.url.into(), seconds }.into());
                }
                pauses += 1;
                tokio::time::sleep(Duration::from_secs(seconds)).await;
            }
            Reply::Refused(refusal) => {
                return Err(unusable(&format!("Wikidata answers the error {:?}", refusal.code)));
            }
        }
    }
    Ok(entities)
}

async fn ask(listing: &Listing, ids: &[&str], props: &str) -> Result<(Reply, Body), ListingError> {
    let url = listing.url.clone().ok_or_else(|| ListingError::Address(String::new()))?;
    let url = address(url, ids, props);
    let ask = Ask {
        url: url.clone(),
        expected: "JSON",
        accept: "application/json",
        max_bytes: MOST_BYTES,
        since: None,
    };
    let body = match listing.fetch(&ask).await? {
        listing::Answer::Body(body) => body,
        listing::Answer::NotModified | listing::Answer::Absent => {
            return Err(unusable(&format!("{url} does not exist")));
        }
    };
    let answer = wikidata::read_answer(&body.bytes)
        .map_err(|error| ListingError::Split { document: url.into(), error })?;
    Ok((answer, body))
}

/// The address that gives these entities.
fn address(mut url: Url, ids: &[&str], props: &str) -> Url {
    url.query_pairs_mut()
        .clear()
        .append_pair("action", "wbgetentities")
        .append_pair("format", "json")
        .append_pair("maxlag", MOST_LAG)
        .append_pair("props", props)
        .append_pair("languages", LANGUAGES)
        .append_pair("ids", &ids.join("|"));
    url
}

/// The pause that the server asks for: it does so with status 200.
fn pause(body: &Body) -> Option<u64> {
    body.headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()
}

fn unusable(what: &str) -> ListingError {
    let message = format!("{what}: expected the entities that were asked for");
    ListingError::Unusable(Finding::new(Code::ListingNotOfTheFormat, "", message))
}
