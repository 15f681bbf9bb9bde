//! `GET /api/v1/events`: the log, for whoever follows the catalogue. `docs/following.md` says how.

use std::fmt;
use std::str::FromStr;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::asked::{Asked, link};
use crate::digest::sha256_hex;
use crate::store::events::{self, Entity, Event};
use crate::store::records;
use crate::web::AppState;
use crate::web::error::{Error, Problem};

/// Letters of the mark in a cursor.
const MARK: usize = 8;

/// One line of the log.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventResponse {
    #[serde(flatten)]
    pub event: Event,
    /// The record that changed; absent where an entry or an organisation did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<Uuid>,
    /// The source of the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "fr-sill")]
    pub source: Option<String>,
    /// The id that the record has at its source now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "42")]
    pub external_id: Option<String>,
    /// The entry that changed, or that the record belongs to now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub software: Option<Uuid>,
}

/// Events in the order of their numbers.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventList {
    pub items: Vec<EventResponse>,
    /// The link to the next page, relative to this server; absent where the log ends here.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uri-reference", example = "/api/v1/events?limit=50&cursor=50.8f14e45f")]
    pub next: Option<String>,
    /// The link under which what comes after these events will stand: ask it later.
    #[schema(format = "uri-reference", example = "/api/v1/events?limit=50&cursor=50.8f14e45f")]
    pub resume: String,
}

/// A place in the log: the number of the last event that was read, and the beginning of its mark,
/// by which a log that was restored from a backup is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Place {
    seq: i64,
    mark: Option<String>,
}

/// What has changed
///
/// Every change to a record or an entry, in order. A follower that has seen number *n* has seen
/// everything below it. The cursor is the number of the last event that was seen, alone or as
/// `next` and `resume` have it.
#[utoipa::path(
    get,
    path = "/api/v1/events",
    operation_id = "list_events",
    tag = "federation",
    params(
        ("cursor" = Option<String>, Query, description = "events after this one: its number, or part of `next` and `resume`", example = "0", pattern = r"^[0-9]{1,18}(\.[0-9a-f]{8})?$"),
        ("limit" = Option<u64>, Query, description = "from 1 to 500, usually 50", minimum = 1, maximum = 500),
    ),
    responses(
        (status = 200, body = EventList),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "the log does not hold that event: it was restored from a backup. Make a first copy again"),
    )
)]
pub async fn list(State(state): State<AppState>, asked: Asked) -> Result<Response, Error> {
    let limit = asked.limit()?;
    let place: Place = asked.cursor()?.unwrap_or_default();
    let db = state.store.snapshot().await?;
    let before = match place.seq {
        0 => None,
        seq => events::at(&db, seq).await?,
    };
    if !place.is_in(before.as_ref()) {
        return Err(Error::OtherLog { cursor: place.to_string() });
    }
    let mut found = events::after(&db, place.seq, limit + 1).await?;
    let has_more = found.len() as u64 > limit;
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let end = found.last().map(Place::of).or_else(|| before.as_ref().map(Place::of));
    let resume = asked.from(&end.unwrap_or_default());
    let of_records = found.iter().filter(|event| event.entity == Entity::Record);
    let ids: Vec<Uuid> = of_records.map(|event| event.id).collect();
    let records = records::identities(&db, &ids).await?;
    let mut items = Vec::with_capacity(found.len());
    for event in found {
        // A record may have changed more than once.
        let record = records.get(&event.id).cloned();
        items.push(EventResponse::new(event, record));
    }
    let next = has_more.then(|| resume.clone());
    Ok((link(next.as_deref()), Json(EventList { items, next, resume })).into_response())
}

impl EventResponse {
    fn new(event: Event, record: Option<records::Identity>) -> Self {
        let own = (event.entity == Entity::Software).then_some(event.id);
        match record {
            None => Self { record: None, source: None, external_id: None, software: own, event },
            Some(record) => Self {
                record: Some(record.id),
                source: Some(record.source_id),
                external_id: Some(record.external_id),
                software: record.software_id,
                event,
            },
        }
    }
}

impl Place {
    fn of(event: &Event) -> Self {
        let mark = sha256_hex(event.mark.as_bytes()).chars().take(MARK).collect();
        Self { seq: event.seq, mark: Some(mark) }
    }

    /// Whether the log has this place, where `event` has its number.
    fn is_in(&self, event: Option<&Event>) -> bool {
        match event {
            None => self.seq == 0,
            Some(event) => self.mark.is_none() || Self::of(event) == *self,
        }
    }
}

fn is_mark(text: &str) -> bool {
    text.len() == MARK && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

impl FromStr for Place {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (seq, mark) = match text.split_once('.') {
            Some((seq, mark)) if is_mark(mark) => (seq, Some(mark.to_owned())),
            Some(_) => return Err(()),
            None => (text, None),
        };
        let seq = seq.parse().map_err(|_| ())?;
        if seq < 0 { Err(()) } else { Ok(Self { seq, mark }) }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.mark {
            Some(mark) => write!(f, "{}.{mark}", self.seq),
            None => write!(f, "{}", self.seq),
        }
    }
}
