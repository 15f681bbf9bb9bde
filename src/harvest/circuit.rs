//! How long a source that failed is left alone. Pure.
//!
//! The first failures in a row are soon tried again, each time after a longer pause. After
//! [`OPENS_AT`] of them the circuit is open: the schedule is suspended too, and one run tries the
//! source at the end of each pause. Any run that the source answers closes it. Who runs a harvest
//! by hand is not held back.

use chrono::{DateTime, TimeDelta, Utc};

use crate::digest::sha256_hex;
use crate::store::entity::circuit;

/// So many failures in a row open the circuit.
pub const OPENS_AT: i32 = 5;
/// The pause after the first failure; each further one is four times as long.
const FIRST: TimeDelta = TimeDelta::minutes(5);
/// The first pause of an open circuit; each further one is twice as long.
const OPEN: TimeDelta = TimeDelta::days(1);
/// No pause is longer, unless the server itself asks for it.
const LONGEST: TimeDelta = TimeDelta::days(7);
/// The longest pause that a server is granted.
const MOST_GRANTED: TimeDelta = TimeDelta::days(30);
/// A pause is longer than said by up to this share of it, so that sources which failed together
/// are not tried again together.
const JITTER: i32 = 5;

/// What is kept of a source that failed once more at `now`. `asked` is the pause that its server
/// asked for; `seed` makes the jitter, such as the run's id.
pub fn after_failure(
    source: &str,
    before: Option<&circuit::Model>,
    asked: Option<TimeDelta>,
    seed: &str,
    now: DateTime<Utc>,
) -> circuit::Model {
    let failures = before.map_or(0, |row| row.failures).saturating_add(1);
    let pause = pause(failures);
    let pause = pause + part_of(pause / JITTER, &format!("{source} {seed}"));
    let asked = asked.unwrap_or_default().min(MOST_GRANTED);
    let not_before = now + pause.max(asked);
    circuit::Model { source_id: source.to_owned(), failures, not_before }
}

/// Whether the schedule is suspended at `now`.
pub fn is_open(row: &circuit::Model, now: DateTime<Utc>) -> bool {
    row.failures >= OPENS_AT && now < row.not_before
}

/// A span between nothing and `most`, always the same for the same seed.
pub fn part_of(most: TimeDelta, seed: &str) -> TimeDelta {
    let hex = sha256_hex(seed.as_bytes());
    let number = hex.get(..8).and_then(|hex| u32::from_str_radix(hex, 16).ok()).unwrap_or(0);
    let share = i64::from(number) * most.num_seconds().max(0) / i64::from(u32::MAX);
    TimeDelta::seconds(share)
}

/// The pause after so many failures in a row, without jitter.
fn pause(failures: i32) -> TimeDelta {
    let (first, factor, steps) =
        if failures < OPENS_AT { (FIRST, 4, failures - 1) } else { (OPEN, 2, failures - OPENS_AT) };
    let mut pause = first;
    for _ in 0..steps.min(10) {
        pause = (pause * factor).min(LONGEST);
    }
    pause
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn moment() -> DateTime<Utc> {
        "2026-01-01T00:00:00Z".parse().expect("a time")
    }

    fn failed(times: i32) -> Option<circuit::Model> {
        (times > 0).then(|| circuit::Model {
            source_id: "xx".to_owned(),
            failures: times,
            not_before: moment(),
        })
    }

    #[test]
    fn pauses_grow_and_end() {
        for (failures, minutes) in [
            (1, 5),
            (2, 20),
            (3, 80),
            (4, 320),
            (5, 24 * 60),
            (6, 2 * 24 * 60),
            (7, 4 * 24 * 60),
            (8, 7 * 24 * 60),
            (i32::MAX, 7 * 24 * 60),
        ] {
            assert_eq!(pause(failures), TimeDelta::minutes(minutes), "{failures}");
        }
    }

    #[test]
    fn the_fifth_failure_opens_the_circuit_until_a_time() {
        let fourth = after_failure("xx", failed(3).as_ref(), None, "", moment());
        assert!(!is_open(&fourth, moment()));
        let fifth = after_failure("xx", Some(&fourth), None, "", moment());
        assert!(is_open(&fifth, moment()));
        assert!(is_open(&fifth, moment() + TimeDelta::hours(23)));
        assert!(!is_open(&fifth, fifth.not_before));
    }

    #[test]
    fn a_pause_that_the_server_asks_for_is_granted_within_reason() {
        let until = |asked| after_failure("xx", None, Some(asked), "", moment()).not_before;
        assert_eq!(until(TimeDelta::hours(3)), moment() + TimeDelta::hours(3));
        assert!(until(TimeDelta::seconds(1)) >= moment() + FIRST);
        assert_eq!(until(TimeDelta::days(9000)), moment() + MOST_GRANTED);
    }

    proptest! {
        #[test]
        fn the_jitter_is_a_fifth_at_most(times in 0..20, seed in ".*") {
            let row = after_failure("xx", failed(times).as_ref(), None, &seed, moment());
            let (least, waited) = (pause(times + 1), row.not_before - moment());
            prop_assert!(waited >= least && waited <= least + least / JITTER);
        }
    }
}
