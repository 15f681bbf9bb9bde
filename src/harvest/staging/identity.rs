//! Which item of a listing is which: the id that it has there, and what becomes of items that repeat
//! one or have none.

use std::collections::hash_map::Entry;

use serde_json::Value;

use super::{Identified, KEPT, Stage, short};
use crate::catalogue::text::{readable_line, shorten};
use crate::digest::Digest;
use crate::formats::{Code, Decoded, Disposition, ExternalId, Finding};
use crate::harvest::listing::Decoder;
use crate::harvest::recognition::Recognised;

/// Bytes of the longest external id, and characters of the longest path of a finding: databases
/// index them, and PostgreSQL refuses rows whose indexed values are too long.
const LONGEST_ID: usize = 500;
/// Findings of items without an identity that one run tells: a listing of nothing else would fill
/// the database.
const MOST_TOLD: usize = 1_000;

enum Claim {
    Free,
    Identical,
    Different,
}

impl Stage {
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

/// A text without NUL, which PostgreSQL refuses.
fn storable(text: &str) -> String {
    text.replace('\0', "")
}
