//! From decoded items to staged changes: what is new, what changed, what is as it was.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::guard::Losses;
use super::listing::Decoder;
use super::recognition::{Recognised, fingerprint};
use crate::catalogue::content::Content;
use crate::catalogue::text::readable_line;
use crate::catalogue::text::shorten;
use crate::digest::Digest;
use crate::formats::{Code, Decoded, Disposition, ExternalId, Finding, Withdrawal};
use crate::store::StoreError;
use crate::store::catalogue::{Change, Cut, Raw, Statement};
use crate::store::findings::Open;
use crate::store::packed::pack_json;
use crate::store::records::{Described, Known, Listed, State};
use crate::store::runs::{self, Counts, ItemStatus};

/// A record that is absent from a complete listing becomes a tombstone this long after it was
/// first missed, not earlier.
pub const GRACE: TimeDelta = TimeDelta::days(7);

/// Bytes of the longest external id, and characters of the longest path of a finding: databases
/// index them, and PostgreSQL refuses rows whose indexed values are too long.
const LONGEST_ID: usize = 500;
/// Findings of items without an identity that one run tells: a listing of nothing else would fill
/// the database.
const MOST_TOLD: usize = 1_000;

/// What waits to be applied for one item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Staged {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
    /// All findings of the item, in place of those that are open.
    pub findings: Vec<Finding>,
}

impl Staged {
    /// The id that the record had, where it is renamed.
    pub fn renamed_from(&self) -> Option<&str> {
        match &self.change {
            Some(Change::Rename { from, .. }) => Some(from),
            _ => None,
        }
    }
}

/// A run's view of a source while it reads the listing.
#[derive(Debug, Default)]
pub struct Stage {
    pub counts: Counts,
    pub losses: Losses,
    /// The external ids seen, and the items they came with: the beginnings of their digests, so
    /// that the memory does not depend on what a source calls its items.
    seen: HashMap<[u8; 8], [u8; 8]>,
    identical: u64,
    /// Whether the items are not those of a listing but those that the store holds.
    stored: bool,
    /// Findings of items without an identity of their own.
    refused: usize,
    /// Such items that are not named, beyond [`MOST_TOLD`].
    untold: u64,
}

/// What there was before the items of a batch came.
#[derive(Debug)]
pub struct Before {
    /// The source's records among them.
    pub known: HashMap<String, Known>,
    /// For changed records: whether the stored version has a name and an understood licence; input
    /// of the deletion guard.
    pub described: HashMap<String, Described>,
    /// Codes and paths of the findings that are open for them.
    pub open: HashMap<String, Open>,
    /// The rules by which the items are read.
    pub rules: String,
    /// The digest of what the format knows about the source.
    pub context: Digest,
}

/// A decoded item with the identity that it has in this listing.
#[derive(Debug)]
pub struct Identified {
    pub external_id: String,
    pub digest: Digest,
    pub decoded: Decoded,
}

impl Stage {
    /// For items that the store holds: reading them again says nothing about their state.
    pub fn of_stored_items() -> Self {
        Self { stored: true, ..Self::default() }
    }

    /// Whether the listing holds an item with this id.
    pub fn has_seen(&self, external_id: &str) -> bool {
        self.seen.contains_key(&short(external_id))
    }

    /// Notes that a record which the listing does not hold is in it under another id, as an item
    /// that was counted with this status.
    pub fn renamed(&mut self, from: &str, counted: ItemStatus) {
        self.seen.insert(short(from), KEPT);
        *self.count_of(counted) -= 1;
        self.counts.renamed += 1;
    }

    /// Gives items their identity. Identical items collapse; of two different items with one
    /// derived id the second gets a qualified one; of two with one given id the second fails.
    pub fn identify(&mut self, items: Vec<Recognised>, decoder: &Decoder) -> Vec<Identified> {
        items.into_iter().filter_map(|item| self.identify_one(item, decoder)).collect()
    }

    fn identify_one(&mut self, item: Recognised, decoder: &Decoder) -> Option<Identified> {
        self.counts.read += 1;
        let (item_digest, decoded) = match item {
            Recognised::Decoded { digest, decoded } => (digest, *decoded),
            Recognised::Kept { external_id } => {
                self.keep(&external_id);
                return None;
            }
            Recognised::Same { external_id, item } => {
                match self.claim(&external_id, item.digest.beginning()) {
                    Claim::Free => self.counts.unchanged += 1,
                    Claim::Identical => self.collapse(),
                    Claim::Different => {
                        let digest = item.digest;
                        return self.identify_decoded(digest, decoder.decode(*item));
                    }
                }
                return None;
            }
        };
        self.identify_decoded(item_digest, decoded)
    }

    fn identify_decoded(
        &mut self,
        item_digest: Digest,
        mut decoded: Decoded,
    ) -> Option<Identified> {
        for finding in &mut decoded.findings {
            finding.path = storable(&finding.path).chars().take(LONGEST_ID).collect();
            finding.message = storable(&finding.message);
        }
        for datum in &mut decoded.personal {
            datum.path = storable(&datum.path);
            datum.value = storable(&datum.value);
        }
        let digest = item_digest.beginning();
        let (id, qualified) = match decoded.external_id.clone() {
            Some(ExternalId::Given(id)) => (id, None),
            Some(ExternalId::Derived { id, qualified }) => (id, Some(qualified)),
            Some(ExternalId::Ranked(names)) => (names.first().unwrap_or_default(), None),
            None => return self.refused(item_digest, decoded),
        };
        if id.len() > LONGEST_ID || id.contains('\0') {
            let message = format!("its id is no text of at most {LONGEST_ID} bytes");
            let finding = Finding::new(Code::ItemWithoutId, "", message);
            return self.refused(item_digest, Decoded { findings: vec![finding], ..decoded });
        }
        let taken = match self.claim(&id, digest) {
            Claim::Free => Some(id),
            Claim::Identical => {
                self.collapse();
                None
            }
            Claim::Different => match qualified.map(|id| (self.claim(&id, digest), id)) {
                Some((Claim::Free, qualified)) => Some(qualified),
                Some((Claim::Identical, _)) => {
                    self.collapse();
                    None
                }
                Some((Claim::Different, _)) | None => {
                    let message = format!("an earlier entry has its id, {id}, and counts");
                    let finding = Finding::new(Code::DuplicateId, "", message);
                    return self
                        .refused(item_digest, Decoded { findings: vec![finding], ..decoded });
                }
            },
        };
        taken.map(|external_id| Identified { external_id, digest: item_digest, decoded })
    }

    /// An item that is what it was: nothing about it changes.
    fn keep(&mut self, external_id: &str) {
        match self.claim(external_id, KEPT) {
            Claim::Free => self.counts.unchanged += 1,
            Claim::Identical | Claim::Different => self.collapse(),
        }
    }

    fn claim(&mut self, id: &str, item: [u8; 8]) -> Claim {
        match self.seen.entry(short(id)) {
            Entry::Vacant(free) => {
                free.insert(item);
                Claim::Free
            }
            Entry::Occupied(before) if *before.get() == item => Claim::Identical,
            Entry::Occupied(_) => Claim::Different,
        }
    }

    fn collapse(&mut self) {
        self.counts.skipped += 1;
        self.identical += 1;
    }

    /// An item without an identity of its own is known by where it stands in the listing, and told
    /// about by what it is called.
    fn refused(&mut self, digest: Digest, mut decoded: Decoded) -> Option<Identified> {
        let position = self.counts.read;
        if self.refused >= MOST_TOLD {
            self.counts.failed += 1;
            self.untold += 1;
            return None;
        }
        self.refused += decoded.findings.len();
        let called = called(&decoded.raw).map(|name| format!("{name:?}, ")).unwrap_or_default();
        for finding in &mut decoded.findings {
            finding.message = format!("{called}entry {position} of the list: {}", finding.message);
        }
        let external_id = format!("[{}]", position - 1);
        self.seen.insert(short(&external_id), digest.beginning());
        let decoded = Decoded { disposition: Disposition::Failed, ..decoded };
        Some(Identified { external_id, digest, decoded })
    }

    /// What the identified items change.
    ///
    /// # Errors
    /// [`StoreError`] where content cannot be written as JSON.
    pub fn classify(
        &mut self,
        items: Vec<Identified>,
        before: &Before,
    ) -> Result<Vec<runs::Item>, StoreError> {
        let mut staged = Vec::new();
        for item in items {
            if let Some(row) = self.classify_one(item, before)? {
                staged.push(row);
            }
        }
        Ok(staged)
    }

    fn classify_one(
        &mut self,
        item: Identified,
        before: &Before,
    ) -> Result<Option<runs::Item>, StoreError> {
        let known = before.known.get(&item.external_id);
        let open = before.open.get(&item.external_id);
        let Identified { external_id, digest, decoded } = item;
        let Decoded { disposition, mut findings, raw, personal, .. } = decoded;
        let active = known.is_some_and(|known| known.state != State::Withdrawn);
        let (status, change, reason) = match disposition {
            Disposition::Listed(content) => {
                if known.is_some_and(|known| known.is_same(&digest, &before.rules)) {
                    self.counts.unchanged += 1;
                    // The item may have failed in between, which the record does not show.
                    return if same_findings(&findings, open) {
                        Ok(None)
                    } else {
                        item_of(external_id, ItemStatus::Unchanged, None, findings).map(Some)
                    };
                }
                let status = if known.is_some() { ItemStatus::Updated } else { ItemStatus::Added };
                if is_active(known)
                    && let Some(described) = before.described.get(&external_id)
                {
                    self.lose(*described, &content);
                }
                let found = codes_of(&findings);
                let fingerprint = Some(fingerprint(&before.context, &found));
                let rules_version = before.rules.clone();
                let change = if self.stored {
                    // What the rules of today know for a person's, and those of then did not.
                    let raw = || Raw::of(&raw);
                    let cut = (!personal.is_empty()).then(|| Cut { raw: raw(), personal });
                    Change::Reread { rules_version, content, cut: cut.map(Box::new), fingerprint }
                } else {
                    let (content, raw) = (*content, Raw::of(&raw));
                    let put =
                        Statement { digest, rules_version, raw, content, personal, fingerprint };
                    Change::Put(Box::new(put))
                };
                (status, Some(change), None)
            }
            Disposition::Withdrawn(withdrawal) if active => {
                self.losses.gone += u64::from(is_active(known));
                (
                    ItemStatus::Withdrawn,
                    Some(Change::Withdraw(withdrawal)),
                    Some(Code::WithdrawnBySource),
                )
            }
            Disposition::Withdrawn(_) => (ItemStatus::Skipped, None, Some(Code::WithdrawnBySource)),
            Disposition::NotListable { reason } if active => {
                self.losses.gone += u64::from(is_active(known));
                let withdrawal =
                    Withdrawal { reason: Some(reason.to_string()), ..Withdrawal::default() };
                (ItemStatus::Withdrawn, Some(Change::Withdraw(withdrawal)), Some(reason))
            }
            Disposition::NotListable { reason } => (ItemStatus::Skipped, None, Some(reason)),
            Disposition::Failed => (ItemStatus::Failed, None, None),
        };
        *self.count_of(status) += 1;
        if let Some(reason) = reason {
            findings.push(Finding::new(reason, "", explanation(reason)));
        }
        if change.is_none() && same_findings(&findings, open) {
            return Ok(None);
        }
        item_of(external_id, status, change, findings).map(Some)
    }

    fn count_of(&mut self, status: ItemStatus) -> &mut i64 {
        let counts = &mut self.counts;
        match status {
            ItemStatus::Added => &mut counts.added,
            ItemStatus::Updated => &mut counts.updated,
            ItemStatus::Unchanged => &mut counts.unchanged,
            ItemStatus::Withdrawn => &mut counts.withdrawn,
            ItemStatus::Skipped => &mut counts.skipped,
            ItemStatus::Failed => &mut counts.failed,
            ItemStatus::Missing => &mut counts.missing,
            ItemStatus::Renamed => &mut counts.renamed,
        }
    }

    /// Counts what an active record would lose with this content.
    pub fn lose(&mut self, before: Described, content: &Content) {
        let after = Described::of(content);
        self.losses.without_name += u64::from(before.has_name && !after.has_name);
        self.losses.without_licence += u64::from(before.has_licence && !after.has_licence);
    }

    /// What follows from a complete listing for the records that it does not hold: an active one
    /// becomes missing, one that has been missing for [`GRACE`] becomes a tombstone.
    ///
    /// # Errors
    /// [`StoreError`] where a change cannot be written as JSON.
    pub fn absences(
        &mut self,
        listed: &[Listed],
        at: DateTime<Utc>,
    ) -> Result<Vec<runs::Item>, StoreError> {
        let mut staged = Vec::new();
        for (external_id, state, missing_since) in listed {
            if self.seen.contains_key(&short(external_id)) {
                continue;
            }
            let (status, change) = match (state, missing_since) {
                (State::Active, _) => {
                    self.losses.gone += 1;
                    self.counts.missing += 1;
                    (ItemStatus::Missing, Change::Missing)
                }
                (State::Missing, Some(since)) if *since + GRACE <= at => {
                    self.counts.withdrawn += 1;
                    let reason = "no longer listed".to_owned();
                    let withdrawal = Withdrawal {
                        reason: Some(reason),
                        on: Some(at.date_naive()),
                        last_version: None,
                    };
                    (ItemStatus::Withdrawn, Change::Withdraw(withdrawal))
                }
                _ => continue,
            };
            let staged_change = Staged { change: Some(change), findings: Vec::new() };
            staged.push(runs::Item {
                external_id: external_id.clone(),
                status,
                reasons: vec!["not-in-listing".to_owned()],
                staged: Some(pack_json("staged change", &staged_change)?),
                renamed_from: None,
            });
        }
        Ok(staged)
    }

    /// Withdraws records, whatever the listing says.
    ///
    /// # Errors
    /// [`StoreError`] where a change cannot be written as JSON.
    pub fn withdrawn(
        &mut self,
        records: impl Iterator<Item = String>,
        withdrawal: &Withdrawal,
    ) -> Result<Vec<runs::Item>, StoreError> {
        records
            .map(|external_id| {
                self.counts.withdrawn += 1;
                let change = Some(Change::Withdraw(withdrawal.clone()));
                let item = item_of(external_id, ItemStatus::Withdrawn, change, Vec::new())?;
                Ok(runs::Item { reasons: vec!["source-removed".to_owned()], ..item })
            })
            .collect()
    }

    /// What follows from a complete listing for items that were never taken and that it no longer
    /// holds: the findings about them are over. `open` are those of them with open findings.
    ///
    /// # Errors
    /// [`StoreError`] where a change cannot be written as JSON.
    pub fn forgotten(&self, open: Vec<String>) -> Result<Vec<runs::Item>, StoreError> {
        open.into_iter()
            .filter(|id| !self.seen.contains_key(&short(id)))
            .map(|external_id| {
                let reasons = vec!["not-in-listing".to_owned()];
                let item = item_of(external_id, ItemStatus::Skipped, None, Vec::new())?;
                Ok(runs::Item { reasons, ..item })
            })
            .collect()
    }

    /// The listing-wide findings of the items.
    pub fn listing_findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        if self.untold > 0 {
            let message = format!("{} more items without an identity are refused", self.untold);
            findings.push(Finding::new(Code::FindingsTruncated, "", message));
        }
        if self.identical > 0 {
            findings.push(Finding::new(
                Code::IdenticalItems,
                "",
                format!("{} items repeat an earlier one letter by letter", self.identical),
            ));
        }
        findings
    }
}

/// What an item calls itself, in whatever its format calls that.
fn called(raw: &Value) -> Option<String> {
    const NAMES: &[&str] =
        &["name", "_name", "title", "dct:title", "schema:name", "i", "project", "nom", "label"];
    const PLACES: &[&str] = &["url", "repositoryURL", "codeRepository", "homepageURL", "login"];
    fn text(value: &Value) -> Option<String> {
        match value {
            Value::String(text) => Some(readable_line(text)).filter(|text| !text.is_empty()),
            Value::Array(values) => values.iter().find_map(text),
            Value::Object(texts) => {
                ["@value", "en", "fr"].iter().find_map(|key| text(texts.get(*key)?))
            }
            _ => None,
        }
    }
    let places = [raw.get(crate::formats::repository::REPOSITORY).unwrap_or(&Value::Null), raw];
    let keys = NAMES.iter().chain(PLACES);
    let name = keys.flat_map(|key| places.map(|place| place.get(*key)));
    name.flatten().find_map(text).map(|name| shorten(&name))
}

/// The row of an item with its change and findings.
///
/// # Errors
/// [`StoreError`] where the change cannot be written as JSON.
pub fn item_of(
    external_id: String,
    status: ItemStatus,
    change: Option<Change>,
    findings: Vec<Finding>,
) -> Result<runs::Item, StoreError> {
    let mut reasons: Vec<String> =
        findings.iter().map(|finding| finding.code.to_string()).collect();
    reasons.sort_unstable();
    reasons.dedup();
    let staged = pack_json("staged change", &Staged { change, findings })?;
    Ok(runs::Item { external_id, status, reasons, staged: Some(staged), renamed_from: None })
}

enum Claim {
    Free,
    Identical,
    Different,
}

fn is_active(known: Option<&Known>) -> bool {
    known.is_some_and(|known| known.state == State::Active)
}

fn codes_of(found: &[Finding]) -> Open {
    found.iter().map(|finding| (finding.code.to_string(), finding.path.clone())).collect()
}

/// Whether the open findings of an item are those that were found again.
fn same_findings(found: &[Finding], open: Option<&Open>) -> bool {
    let found = codes_of(found);
    match open {
        Some(open) => *open == found,
        None => found.is_empty(),
    }
}

fn explanation(reason: Code) -> &'static str {
    match reason {
        Code::NotOpenSource => "the source does not offer it as open source, so it is not listed",
        Code::UsageTypeMissing => {
            "the source does not say whether it is open source, so it is not listed"
        }
        Code::TypeMissing => {
            "the source does not say what kind of thing it is, so it is not listed"
        }
        Code::NotSoftware => "it is not software, so it is not listed",
        Code::WithdrawnBySource => "the source says that it no longer lists it",
        _ => "it is not for the catalogue",
    }
}

/// A text without NUL, which PostgreSQL refuses.
fn storable(text: &str) -> String {
    text.replace('\0', "")
}

/// In place of an item that was not looked at.
const KEPT: [u8; 8] = [0; 8];

fn short(external_id: &str) -> [u8; 8] {
    Digest::of(external_id).beginning()
}

/// Findings by item, as the store takes them, out of staged items.
pub fn findings_of(staged: &BTreeMap<String, Staged>) -> Vec<(String, Finding)> {
    staged
        .iter()
        .flat_map(|(id, staged)| staged.findings.iter().map(move |one| (id.clone(), one.clone())))
        .collect()
}
