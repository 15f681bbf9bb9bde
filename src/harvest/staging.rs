//! From decoded items to staged changes: what is new, what changed, what is as it was. Which item is
//! which is found out in [`identity`].

mod identity;

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::guard::Losses;
use super::recognition::fingerprint;
use crate::catalogue::content::Content;
use crate::digest::Digest;
use crate::formats::{Code, Decoded, Disposition, Finding, Withdrawal};
use crate::store::StoreError;
use crate::store::catalogue::{Change, Cut, Raw, Statement};
use crate::store::findings::Open;
use crate::store::packed::pack_json;
use crate::store::records::{Described, Known, Listed, State};
use crate::store::runs::{self, Counts, ItemStatus};

/// A record that is absent from a complete listing becomes a tombstone this long after it was
/// first missed, not earlier.
pub const GRACE: TimeDelta = TimeDelta::days(7);

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
    /// Such items that are not named, because there are too many.
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
