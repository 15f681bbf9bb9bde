//! What the tests of formats share: decoding a file, and reading the outcome.
#![allow(dead_code, reason = "each test binary uses its own part")]

#[path = "skipped.rs"]
mod skipped;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::File;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use fedcat::digest::sha256_hex;
use fedcat::formats::json::{SplitError, canonical};
use fedcat::formats::{Decoded, Disposition, Envelope, ExternalId, ItemFormat, SourceContext};
use serde_json::{Value, json};

/// A file's items, raw and decoded, and how its reading ended.
pub struct Read {
    pub items: Vec<(Value, Decoded)>,
    pub end: Result<Envelope, SplitError>,
}

pub fn read(format: &dyn ItemFormat, path: &Path, context: &SourceContext) -> Read {
    let mut file = File::open(path).expect("a readable file");
    let mut items = Vec::new();
    let end = format.split(&mut file, &mut |item| {
        items.push((item.clone(), format.decode(item, context)));
        ControlFlow::Continue(())
    });
    Read { items, end }
}

pub fn fixture(folder: &str, name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(folder).join(name)
}

/// A folder of recorded data; `None` where this machine has none.
pub fn recorded(folder: &str) -> Option<PathBuf> {
    skipped::shared(&format!("data/{folder}"))
}

/// A decoded item without its raw form, to be read in a snapshot.
pub fn summary(decoded: &Decoded) -> Value {
    let id = match &decoded.external_id {
        Some(ExternalId::Given(id)) => json!(id),
        Some(ExternalId::Derived { id, qualified }) => json!({"id": id, "qualified": qualified}),
        Some(ExternalId::Ranked(names)) => json!({"ids": names.ids, "others": names.others}),
        None => Value::Null,
    };
    let disposition = match &decoded.disposition {
        Disposition::Listed(content) => json!({ "listed": content }),
        Disposition::Withdrawn(withdrawal) => json!({ "withdrawn": withdrawal }),
        Disposition::NotListable { reason } => json!({ "not listable": reason }),
        Disposition::Failed => json!("failed"),
    };
    let findings: Vec<String> = decoded
        .findings
        .iter()
        .map(|finding| format!("{} at {}: {}", finding.code, finding.path, finding.message))
        .collect();
    json!({ "id": id, "disposition": disposition, "findings": findings })
}

/// The numbers of a file, one a line, in a fixed order. Findings about licences are counted apart:
/// they also depend on the licence rules.
pub fn numbers(read: &Read) -> Vec<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut add = |key: String, number: usize| *counts.entry(key).or_default() += number;
    let mut ids = HashSet::new();
    let mut digests: HashMap<String, usize> = HashMap::new();
    for (raw, decoded) in &read.items {
        add("items".to_owned(), 1);
        match &decoded.disposition {
            Disposition::Listed(content) => {
                add("listed".to_owned(), 1);
                add("statements".to_owned(), content.licences.len());
                add("repositories".to_owned(), usize::from(content.repository.is_some()));
                add("homepages".to_owned(), usize::from(content.homepage.is_some()));
            }
            Disposition::NotListable { reason } => add(format!("not listable: {reason}"), 1),
            Disposition::Failed => add("failed".to_owned(), 1),
            Disposition::Withdrawn(_) => add("withdrawn".to_owned(), 1),
        }
        match &decoded.external_id {
            Some(ExternalId::Derived { id, .. } | ExternalId::Given(id)) => ids.insert(id.clone()),
            Some(ExternalId::Ranked(names)) => ids.insert(names.ids.concat()),
            None => false,
        };
        *digests.entry(sha256_hex(canonical(raw).as_bytes())).or_default() += 1;
        add("personal data".to_owned(), decoded.personal.len());
        for finding in decoded.findings.iter().filter(|f| !f.code.as_str().starts_with("licence-"))
        {
            add(format!("finding: {}", finding.code), 1);
        }
    }
    add("distinct ids".to_owned(), ids.len());
    add("identical to an earlier item".to_owned(), digests.values().map(|count| count - 1).sum());
    let counts = counts.into_iter().filter(|(_, count)| *count > 0);
    counts.map(|(key, count)| format!("{key} = {count}")).collect()
}

/// What must hold of every item: decoding the stored item again gives the same.
pub fn assert_stable(format: &dyn ItemFormat, read: &Read, context: &SourceContext) {
    for (_, decoded) in &read.items {
        let again = format.decode(decoded.raw.clone(), context);
        assert_eq!(again.external_id, decoded.external_id);
        assert_eq!(again.disposition, decoded.disposition);
        assert_eq!(again.findings, decoded.findings);
        assert_eq!(again.raw, decoded.raw);
        assert!(again.personal.is_empty());
    }
}
