//! How a run ends.

use chrono::TimeDelta;

use crate::formats::Finding;
use crate::store::runs::State;

/// How a run ends once all that it staged is applied.
pub(super) struct Ending {
    pub state: State,
    /// Without them, those that are open stay.
    pub listing_findings: Option<Vec<Finding>>,
    pub standing: Standing,
}

/// What a run shows of its source's server.
#[derive(Clone, Copy)]
pub(super) enum Standing {
    /// It gave the whole listing.
    Answered,
    /// It did not, and may have asked for a pause.
    Failed { asked: Option<TimeDelta> },
    /// The run asked another, or nobody.
    Unknown,
}
