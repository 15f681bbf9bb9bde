//! How often somebody may ask: so many times at once, and then so many a second.

use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use uuid::Uuid;

use super::client::Client;

/// Budgets that are kept. Whoever comes when there are so many shares one with all others who do.
const MOST_KEPT: usize = 100_000;

/// Whose budget it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Key {
    V4(Ipv4Addr),
    /// The first 64 bits of an address: whoever has one address has that whole network.
    V6(u64),
    /// The token of an operator.
    Token(Uuid),
    /// Everybody who came when there was no room for a budget of their own.
    Others,
}

/// What is left of the budgets of all who ask.
#[derive(Debug)]
pub struct RateLimit<C: Clock = DefaultClock> {
    limiter: RateLimiter<Key, DashMapStateStore<Key>, C, NoOpMiddleware<C::Instant>>,
    clock: C,
}

impl RateLimit {
    /// `rate` times a second, and `burst` times at once; `None` where one of them is zero.
    pub fn new(rate: u32, burst: u32) -> Option<Self> {
        let quota = Quota::per_second(NonZeroU32::new(rate)?);
        Some(Self::of(quota.allow_burst(NonZeroU32::new(burst)?), DefaultClock::default()))
    }
}

impl<C: Clock + Clone> RateLimit<C> {
    /// With a quota and a clock.
    pub fn of(quota: Quota, clock: C) -> Self {
        Self { limiter: RateLimiter::dashmap_with_clock(quota, clock.clone()), clock }
    }

    /// Takes one from a budget.
    ///
    /// # Errors
    /// Where none is left: how long it takes until there is one.
    pub fn take(&self, key: Key) -> Result<(), Duration> {
        let key = if self.limiter.len() < MOST_KEPT { key } else { Key::Others };
        self.limiter.check_key(&key).map_err(|full| full.wait_time_from(self.clock.now()))
    }

    /// Forgets budgets that are full again.
    pub fn tidy(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }
}

impl From<Client> for Key {
    fn from(client: Client) -> Self {
        match client.0 {
            IpAddr::V4(address) => Self::V4(address),
            IpAddr::V6(address) => Self::V6((address.to_bits() >> 64) as u64),
        }
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    fn budget() -> (RateLimit<FakeRelativeClock>, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        let quota = Quota::per_second(NonZeroU32::new(2).expect("not zero"));
        let burst = NonZeroU32::new(5).expect("not zero");
        (RateLimit::of(quota.allow_burst(burst), clock.clone()), clock)
    }

    fn taken(budget: &RateLimit<FakeRelativeClock>, key: Key) -> usize {
        (0..100).filter(|_| budget.take(key).is_ok()).count()
    }

    fn of(address: &str) -> Key {
        Key::from(Client(address.parse().expect("an address")))
    }

    #[test]
    fn a_budget_fills_again_and_is_of_one_client() {
        let (budget, clock) = budget();
        assert_eq!(taken(&budget, of("192.0.2.1")), 5);
        assert_eq!(budget.take(of("192.0.2.1")), Err(Duration::from_millis(500)));
        assert_eq!(taken(&budget, of("192.0.2.2")), 5);
        assert_eq!(taken(&budget, Key::Token(Uuid::nil())), 5);
        clock.advance(Duration::from_secs(1));
        assert_eq!(taken(&budget, of("192.0.2.1")), 2);
    }

    #[test]
    fn a_network_of_version_6_is_one_client() {
        let (budget, _) = budget();
        assert_eq!(taken(&budget, of("2001:db8:1:2::1")), 5);
        assert_eq!(taken(&budget, of("2001:db8:1:2:ffff::9")), 0);
        assert_eq!(taken(&budget, of("2001:db8:1:3::1")), 5);
    }

    #[test]
    fn who_asks_no_more_is_forgotten_and_no_flood_fills_the_memory() {
        let (budget, clock) = budget();
        for n in 0..MOST_KEPT + 1000 {
            let _ = budget.take(Key::V6(n as u64));
        }
        assert!(budget.limiter.len() <= MOST_KEPT + 1, "{}", budget.limiter.len());
        assert_eq!(taken(&budget, of("192.0.2.1")), 0, "the budget of all others is used up");
        clock.advance(Duration::from_secs(60));
        budget.tidy();
        assert!(budget.limiter.is_empty());
        assert_eq!(taken(&budget, of("192.0.2.1")), 5);
    }
}
