//! A bound on wrong tokens, for the whole process: addresses of clients are not to be relied upon
//! behind proxies. Tokens cannot be guessed anyway; this keeps whoever tries from filling the log.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

/// Attempts that may fail one after the other.
const MOST: u32 = 20;
/// After this time another one may.
const ONE_MORE: TimeDelta = TimeDelta::seconds(3);

/// The attempts that are left.
#[derive(Debug)]
pub struct Attempts(Mutex<Left>);

#[derive(Debug, Clone, Copy)]
struct Left {
    number: u32,
    /// When the number was last raised.
    since: DateTime<Utc>,
}

impl Default for Attempts {
    fn default() -> Self {
        Self(Mutex::new(Left { number: MOST, since: DateTime::UNIX_EPOCH }))
    }
}

impl Attempts {
    /// Takes one attempt; false where none is left.
    pub fn take(&self, now: DateTime<Utc>) -> bool {
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *left = left.at(now);
        let is_left = left.number > 0;
        left.number = left.number.saturating_sub(1);
        is_left
    }
}

impl Left {
    /// What is left at `now`. A clock that goes back gives nothing and takes nothing.
    fn at(self, now: DateTime<Utc>) -> Self {
        let passed = now.signed_duration_since(self.since);
        let more = passed.num_milliseconds() / ONE_MORE.num_milliseconds();
        if more <= 0 {
            return self;
        }
        let number = i64::from(self.number).saturating_add(more).min(MOST.into());
        Self { number: u32::try_from(number).unwrap_or(MOST), since: now }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_attempts_are_bounded() {
        let attempts = Attempts::default();
        let start: DateTime<Utc> = "2026-11-26T08:00:00Z".parse().expect("a time");
        let taken = (0..3 * MOST).filter(|_| attempts.take(start)).count();
        assert_eq!(taken, MOST as usize);
        assert!(!attempts.take(start - TimeDelta::hours(1)), "a clock that goes back");
        assert!(attempts.take(start + ONE_MORE));
        assert!(!attempts.take(start + ONE_MORE));
        let later = start + TimeDelta::days(1);
        let taken = (0..3 * MOST).filter(|_| attempts.take(later)).count();
        assert_eq!(taken, MOST as usize);
    }
}
