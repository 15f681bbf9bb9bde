//! The document of each row of a list, such as the publiccode.yml of each repository, a few at a
//! time.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::{StreamExt, stream};
use serde_json::{Map, Value};
use url::Url;

use super::authority;
use super::patience::Patience;
use crate::clock;
use crate::digest::sha256_hex;
use crate::formats::Severity;
use crate::formats::json::{canonical, tree};
use crate::formats::repository::{PUBLICCODE, REPOSITORY, external_id};
use crate::formats::{Code, ExternalId, Finding, yaml};
use crate::harvest::listing::{Answer, Ask, Entry, Listing, ListingError};

/// Documents that are asked for at the same time; the client sees to it that one host gets fewer.
const AT_ONCE: usize = 6;
/// Entries that are handed over together: few, so that whoever looks at the beginning of a listing
/// need not wait long.
const BATCH: usize = 20;
/// Longest time for one document, with all tries.
const LONGEST: Duration = Duration::from_secs(120);
/// Documents that may be unreadable in any listing; above that, at most one in ten.
const FEW_UNREAD: u64 = 10;
/// Repositories without a document that are named one by one.
const MOST_NAMED: usize = 1_000;

/// How the documents of a listing are read.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    /// What a document should be, in a word or two.
    pub expected: &'static str,
    /// The `Accept` header by which it is asked for.
    pub accept: &'static str,
    /// What a row is that has no document.
    pub without: Without,
    /// Whether a row that is what it was says that its document is what it was. It is looked at
    /// once a week all the same.
    pub believes_rows: bool,
    /// The item that a row and its document are; else what is wrong with the document.
    pub compose: fn(Value, &[u8]) -> Result<Value, String>,
}

/// What a row is that has no document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Without {
    /// An entry by the words of the list, if it has a name; else a finding.
    Listed,
    /// None: the list is made of those with a document.
    Left,
    /// A mistake of the server that listed it: what is known of it stays.
    Unread,
}

/// A row of which the document is wanted.
#[derive(Debug, Clone)]
pub struct Row {
    /// What the list says, under our own keys.
    pub listed: Value,
    /// Where its document may be, in the order in which it is asked for; empty where there is none.
    pub files: Vec<Url>,
    /// What changes whenever the document may have changed, as far as the list knows.
    pub mark: String,
}

/// What a row takes in memory, in bytes: what its list says of it, and where its document may be.
pub fn weight(listed: &Value, files: &[Url]) -> usize {
    const ADDRESS: usize = 100;
    tree::weight(listed) + files.iter().map(|url| ADDRESS + url.as_str().len()).sum::<usize>()
}

/// What came of a row.
enum Outcome {
    Read(Entry),
    Unread(Entry),
    /// It has no document.
    Bare(Value),
    /// Its host is left alone.
    Unasked,
}

impl Manner {
    /// For publiccode.yml.
    pub fn publiccode(without: Without, accept: &'static str) -> Self {
        Self {
            expected: "a publiccode.yml",
            accept,
            without,
            believes_rows: false,
            compose: |listed, bytes| {
                Ok(composed(listed, Some(String::from_utf8_lossy(bytes).into_owned())))
            },
        }
    }
}

/// Fetches the document of each row and hands over the entries.
///
/// # Errors
/// [`ListingError`] where too many documents could not be read, so that the listing is not complete.
pub async fn read(
    listing: &mut Listing,
    rows: Vec<Row>,
    manner: Manner,
) -> Result<(), ListingError> {
    let asker = Asker { listing, manner, patience: Patience::default(), now: clock::now() };
    let asked = rows.iter().filter(|row| !row.files.is_empty()).count() as u64;
    let mut unread: u64 = 0;
    let (mut batch, mut bare) = (Vec::new(), Vec::new());
    let mut outcomes = stream::iter(rows.into_iter().map(|row| asker.ask(row))).buffered(AT_ONCE);
    while let Some(outcome) = outcomes.next().await {
        match outcome? {
            Outcome::Read(entry) => batch.push(entry),
            Outcome::Unread(entry) => {
                unread += 1;
                batch.push(entry);
            }
            Outcome::Bare(listed) => match (manner.without, listed.get("name")) {
                (Without::Listed, Some(_)) => batch.push(Entry::Raw(composed(listed, None))),
                _ => bare.push(listed),
            },
            Outcome::Unasked => {}
        }
        if batch.len() >= BATCH {
            asker.listing.emit(std::mem::take(&mut batch)).await?;
        }
    }
    drop(outcomes);
    asker.listing.emit(batch).await?;
    let left_alone = asker.patience.end();
    match manner.without {
        Without::Listed => name_bare(listing, bare),
        Without::Left | Without::Unread => count_bare(listing, bare.len()),
    }
    match left_alone {
        Some(error) => Err(error),
        None if unread > FEW_UNREAD && unread * 10 > asked => {
            Err(ListingError::Unread { unread, of: asked })
        }
        None => Ok(()),
    }
}

/// An item for the format.
pub fn composed(listed: Value, file: Option<String>) -> Value {
    let mut item = Map::from_iter([(REPOSITORY.to_owned(), listed)]);
    item.extend(file.map(|file| (PUBLICCODE.to_owned(), Value::String(file))));
    Value::Object(item)
}

/// The rows that name a repository for the first time: what a second one would be asked for is
/// the same file. How many there are besides is a finding.
pub fn distinct(listing: &mut Listing, rows: Vec<Row>) -> Vec<Row> {
    let before = rows.len();
    let mut seen = BTreeSet::new();
    let mut is_new = |row: &Row| id_of(&row.listed).is_none_or(|id| seen.insert(id));
    let rows: Vec<Row> = rows.into_iter().filter(|row| is_new(row)).collect();
    let repeated = before - rows.len();
    if repeated > 0 {
        let message = format!("{repeated} rows name a repository that stands in the list before");
        listing.tell(Finding::new(Code::RepositoryRepeated, "", message));
    }
    rows
}

/// Tells how many forks were left out.
pub fn tell_forks(listing: &mut Listing, forks: u64) {
    if forks > 0 {
        let message = format!(
            "{forks} forks are left out: what is developed in a fork is listed where the option \
             forks is set"
        );
        listing.tell(Finding::new(Code::ForksLeftOut, "", message));
    }
}

/// A short digest of a value.
pub fn mark(value: &Value) -> String {
    sha256_hex(canonical(value).as_bytes()).chars().take(16).collect()
}

/// Who asks for the documents.
struct Asker<'a> {
    listing: &'a Listing,
    manner: Manner,
    patience: Patience,
    now: DateTime<Utc>,
}

impl Asker<'_> {
    async fn ask(&self, row: Row) -> Result<Outcome, ListingError> {
        let Some(id) = id_of(&row.listed) else {
            // The format says what is missing.
            return Ok(Outcome::Read(Entry::Raw(composed(row.listed, None))));
        };
        if row.files.is_empty() {
            return Ok(Outcome::Bare(row.listed));
        }
        if self.listing.is_file() {
            let reason = "a list that is given by hand says nothing about what lies beside it";
            return Ok(Outcome::Unread(unread(id, reason)));
        }
        // Only a list that says when somebody last worked on a repository says that a file that
        // was not there is still not there.
        let is_dated = row.listed.get("updated").is_some();
        for url in &row.files {
            let host = authority(url).unwrap_or_default();
            if self.patience.is_over(&host) {
                return Ok(Outcome::Unasked);
            }
            let note = format!("{url} {} {}", row.mark, week(&id, self.now));
            let (absence, presence) = (format!("absent: {note}"), format!("present: {note}"));
            if self.manner.believes_rows && self.listing.recalls(&presence) {
                return Ok(Outcome::Read(Entry::Kept { external_id: id }));
            }
            if is_dated && self.listing.recalls(&absence) {
                continue;
            }
            let answer = match self.fetch(url, &row.mark).await {
                Ok(answer) => answer,
                Err(ListingError::Stopped) => return Err(ListingError::Stopped),
                Err(error) => {
                    let entry = unread(id, &error.to_string());
                    self.patience.failed(&host, error);
                    return Ok(Outcome::Unread(entry));
                }
            };
            self.patience.answered(&host);
            match answer {
                Answer::NotModified => return Ok(Outcome::Read(Entry::Kept { external_id: id })),
                Answer::Body(body) => {
                    return Ok(match (self.manner.compose)(row.listed, &body.bytes) {
                        Ok(item) => {
                            if self.manner.believes_rows {
                                self.listing.note(presence);
                            }
                            Outcome::Read(Entry::Raw(item))
                        }
                        Err(reason) => Outcome::Unread(unread(id, &format!("{url}: {reason}"))),
                    });
                }
                Answer::Absent if self.manner.without == Without::Unread => {
                    let reason = format!("{url} is listed, but not there");
                    return Ok(Outcome::Unread(unread(id, &reason)));
                }
                Answer::Absent => self.listing.note(absence),
            }
        }
        Ok(Outcome::Bare(row.listed))
    }

    async fn fetch(&self, url: &Url, mark: &str) -> Result<Answer, ListingError> {
        let ask = Ask {
            url: url.clone(),
            expected: self.manner.expected,
            accept: self.manner.accept,
            max_bytes: yaml::MAX_BYTES as u64,
            since: Some(mark.to_owned()),
        };
        let answer = tokio::time::timeout(LONGEST, self.listing.fetch(&ask)).await;
        answer.unwrap_or(Err(ListingError::TooSlow(LONGEST.as_secs())))
    }
}

/// A number that changes every week, on a day of its own for each id: what is only believed to be
/// as it was is looked at again after that time.
fn week(id: &str, now: DateTime<Utc>) -> i64 {
    let day = now.timestamp().div_euclid(24 * 3600);
    let offset: i64 = id.bytes().map(i64::from).sum();
    (day + offset % 7).div_euclid(7)
}

fn id_of(listed: &Value) -> Option<String> {
    external_id(listed).and_then(|id| match id {
        ExternalId::Given(id) | ExternalId::Derived { id, .. } => Some(id),
        ExternalId::Ranked(names) => names.first(),
    })
}

fn unread(external_id: String, reason: &str) -> Entry {
    let message = format!("it could not be fetched, what is known of it stays: {reason}");
    let finding = Finding::new(Code::PubliccodeNotFetched, PUBLICCODE, message);
    Entry::Unread { external_id, finding }
}

/// A finding for each repository of which nothing is known but its address.
fn name_bare(listing: &mut Listing, bare: Vec<Value>) {
    let unnamed = bare.len().saturating_sub(MOST_NAMED);
    for listed in bare.into_iter().take(MOST_NAMED) {
        let address = listed.get("url").and_then(Value::as_str).unwrap_or_default();
        listing.tell(Finding::new(
            Code::PubliccodeMissing,
            address.chars().take(200).collect::<String>(),
            "There is no publiccode.yml at the root of this repository, and the list has no name \
             for it: add the file, or take the repository off the list.",
        ));
    }
    if unnamed > 0 {
        let message = format!("{unnamed} more repositories have no publiccode.yml");
        listing.tell(Finding::new(Code::FindingsTruncated, "", message));
    }
}

fn count_bare(listing: &mut Listing, number: usize) {
    if number > 0 {
        let message = format!(
            "{number} repositories have no publiccode.yml at their root: those that are meant for \
             others to use should have one"
        );
        listing.tell(Finding::new(Code::PubliccodeMissing, "", message).severity(Severity::Info));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn every_id_has_a_day_of_the_week_of_its_own() {
        let start = "2026-01-01T03:00:00Z".parse::<DateTime<Utc>>().expect("a time");
        let change = |id: &str| {
            let weeks: Vec<i64> =
                (0..=14).map(|day| week(id, start + TimeDelta::days(day))).collect();
            assert_eq!((weeks[7] - weeks[0], weeks[14] - weeks[7]), (1, 1), "{id}: {weeks:?}");
            weeks.iter().position(|one| *one != weeks[0])
        };
        assert_ne!(change("a"), change("b"));
    }
}
