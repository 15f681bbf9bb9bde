//! A bound on wrong tokens of one client. Tokens cannot be guessed anyway; this keeps whoever tries
//! from filling the log and from asking the database for nothing.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::Quota;
use governor::clock::{Clock, DefaultClock};

use super::client::Client;
use super::rate_limit::{Key, RateLimit};

/// Wrong tokens that a client may show in a row.
const MOST: NonZeroU32 = NonZeroU32::MIN.saturating_add(19);
/// After this time it may show one more.
const ONE_MORE: Duration = Duration::from_secs(3);

/// The attempts that are left to each client.
#[derive(Debug)]
pub struct Attempts<C: Clock = DefaultClock>(RateLimit<C>);

impl Default for Attempts {
    fn default() -> Self {
        Self::by(DefaultClock::default())
    }
}

impl<C: Clock + Clone> Attempts<C> {
    fn by(clock: C) -> Self {
        let quota = Quota::with_period(ONE_MORE).unwrap_or(Quota::per_second(NonZeroU32::MIN));
        Self(RateLimit::of(quota.allow_burst(MOST), clock))
    }

    /// Takes one attempt; false where none is left.
    pub fn take(&self, client: Client) -> bool {
        self.0.take(Key::from(client)).is_ok()
    }

    /// Forgets clients whose budget is full again.
    pub fn tidy(&self) {
        self.0.tidy();
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    fn taken(attempts: &Attempts<FakeRelativeClock>, client: &str) -> u32 {
        let client = Client(client.parse().expect("an address"));
        (0..3 * MOST.get()).filter(|_| attempts.take(client)).count().try_into().expect("few")
    }

    #[test]
    fn wrong_attempts_of_a_client_are_bounded_and_cost_no_other() {
        let clock = FakeRelativeClock::default();
        let attempts = Attempts::by(clock.clone());
        assert_eq!(taken(&attempts, "192.0.2.1"), MOST.get());
        assert_eq!(taken(&attempts, "192.0.2.2"), MOST.get());
        clock.advance(ONE_MORE);
        assert_eq!(taken(&attempts, "192.0.2.1"), 1);
        clock.advance(Duration::from_secs(86_400));
        assert_eq!(taken(&attempts, "192.0.2.1"), MOST.get());
    }
}
