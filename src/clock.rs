//! The one place that reads the clock. Everything inside takes the time as an argument.

use chrono::{DateTime, SubsecRound, Utc};

/// The time now, in whole microseconds: what both databases keep.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
pub fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}
