//! The deletion guard: a listing that would take away a tenth of a source overnight is more often
//! broken than true, so a person decides.

use serde::{Deserialize, Serialize};

/// What a run would take away from a source's records.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Losses {
    /// Active records before the run.
    pub active: u64,
    /// Active records that would become missing or be withdrawn.
    pub gone: u64,
    /// Records that would lose their name.
    pub without_name: u64,
    /// Records that would lose the licence that we understood.
    pub without_licence: u64,
}

/// More than this many records *and* more than this share of the active ones hold a run.
const TOO_MANY: u64 = 3;
const SHARE: u64 = 10;

impl Losses {
    /// Why the run must be held; `None` where it may go on.
    pub fn objection(&self) -> Option<String> {
        let mut reasons = Vec::new();
        for (lost, what) in [
            (self.gone, "would no longer be listed"),
            (self.without_name, "would lose their name"),
            (self.without_licence, "would lose their licence"),
        ] {
            if lost > TOO_MANY && lost * SHARE > self.active {
                reasons.push(format!("{lost} of {} records {what}", self.active));
            }
        }
        (!reasons.is_empty()).then(|| reasons.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_held_for_more_than_a_tenth_and_more_than_three() {
        for (active, gone, held) in [
            (100, 10, false),
            (100, 11, true),
            (20, 3, false),
            (20, 4, true),
            (3, 3, false),
            (4, 4, true),
            (1000, 100, false),
            (0, 0, false),
        ] {
            for losses in [
                Losses { active, gone, ..Losses::default() },
                Losses { active, without_name: gone, ..Losses::default() },
                Losses { active, without_licence: gone, ..Losses::default() },
            ] {
                assert_eq!(losses.objection().is_some(), held, "{losses:?}");
            }
        }
    }
}
