//! A run in one line, as the commands tell it that carry one out.

use crate::catalogue::text::one_line;
use crate::store::entity::run;
use crate::store::runs;

/// A run in one line.
pub fn run_summary(row: &run::Model) -> String {
    let counts = row.counts();
    let mut summary = format!(
        "{}: {}, {} read, {} added, {} updated, {} unchanged, {} skipped, {} failed, {} missing, \
         {} withdrawn, {} renamed, {} findings open",
        row.source_id,
        row.state,
        counts.read,
        counts.added,
        counts.updated,
        counts.unchanged,
        counts.skipped,
        counts.failed,
        counts.missing,
        counts.withdrawn,
        counts.renamed,
        counts.findings
    );
    if row.not_modified {
        summary.push_str(", not modified since the last run");
    }
    if let Some(reason) = &row.reason {
        summary.push_str(&format!(" – {}", one_line(reason)));
    }
    if row.state == runs::State::Held {
        summary.push_str(&format!(" – `fedcat runs show {0}`, then accept or reject", row.id));
    }
    summary
}
