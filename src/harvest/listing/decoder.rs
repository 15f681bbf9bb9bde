//! From a raw item to what its format makes of it.

use serde_json::Value;

use super::item::RawItem;
use crate::formats::json::LARGEST_ITEM;
use crate::formats::{Code, Decoded, Disposition, Finding, ItemFormat, Severity, SourceContext};

/// Findings of one item.
const MOST_FINDINGS: usize = 500;

/// A format, and what it may know about the source of the items.
#[derive(Clone)]
pub struct Decoder {
    pub format: &'static dyn ItemFormat,
    pub context: SourceContext,
}

impl Decoder {
    /// Decodes an item and gives it the identity that it has in its document.
    pub fn decode(&self, item: RawItem) -> Decoded {
        let RawItem { digest, length, value, survey } = item;
        let mut decoded = self.format.understand(value, &self.context);
        if length > LARGEST_ITEM {
            let message = format!("it has {length} bytes, at most {LARGEST_ITEM} are read");
            decoded = Decoded {
                external_id: decoded.external_id,
                ..failed(Finding::new(Code::EntryTooLarge, "", message))
            };
        }
        survey.identify(&mut decoded, &digest);
        truncate(&mut decoded.findings);
        decoded
    }
}

/// An item of which nothing is taken.
pub(super) fn failed(finding: Finding) -> Decoded {
    Decoded {
        external_id: None,
        disposition: Disposition::Failed,
        findings: vec![finding],
        raw: Value::Null,
        personal: Vec::new(),
    }
}

/// Leaves as many findings as anybody reads.
fn truncate(findings: &mut Vec<Finding>) {
    let beyond = findings.len().saturating_sub(MOST_FINDINGS);
    if beyond > 0 {
        findings.truncate(MOST_FINDINGS);
        findings.shrink_to_fit();
        let message = format!("{beyond} more findings of this entry");
        findings.push(Finding::new(Code::FindingsTruncated, "", message).severity(Severity::Info));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_of_an_item_are_as_many_as_anybody_reads() {
        let mut findings = vec![Finding::new(Code::InvalidUrl, "", ""); MOST_FINDINGS + 7];
        truncate(&mut findings);
        assert_eq!(findings.len(), MOST_FINDINGS + 1);
        assert_eq!(findings[MOST_FINDINGS].message, "7 more findings of this entry");
    }
}
