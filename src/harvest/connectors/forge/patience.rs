//! Bounded patience: a server that fails again and again, or asks for a pause, is left alone for
//! the rest of the run.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use reqwest::StatusCode;

use crate::harvest::listing::ListingError;
use crate::outbound::FetchError;

/// Failures of a host, one after another, after which it is left alone.
const MOST_FAILURES: u32 = 5;

/// How hosts have answered so far.
#[derive(Default)]
pub struct Patience(Mutex<Hosts>);

#[derive(Default)]
struct Hosts {
    failures: HashMap<String, u32>,
    left_alone: BTreeMap<String, ListingError>,
}

impl Patience {
    /// Whether the host is not to be asked any more.
    pub fn is_over(&self, host: &str) -> bool {
        self.with(|hosts| hosts.left_alone.contains_key(host))
    }

    /// Notes an answer.
    pub fn answered(&self, host: &str) {
        self.with(|hosts| hosts.failures.remove(host));
    }

    /// Notes a failure. One that says nothing about the host, such as an answer 403, does not
    /// count; a host that asks for a pause gets it at once.
    pub fn failed(&self, host: &str, error: ListingError) {
        self.with(|hosts| {
            if matches!(error, ListingError::Fetch(FetchError::Busy { .. })) {
                hosts.left_alone.entry(host.to_owned()).or_insert(error);
            } else if is_of_the_host(&error) {
                let failures = hosts.failures.entry(host.to_owned()).or_default();
                *failures += 1;
                if *failures >= MOST_FAILURES {
                    let (host, failures, last) = (host.to_owned(), *failures, error.to_string());
                    let error = ListingError::GaveUp { host: host.clone(), failures, last };
                    hosts.left_alone.entry(host).or_insert(error);
                }
            }
        });
    }

    /// Why a host was left alone, if one was.
    pub fn end(self) -> Option<ListingError> {
        let hosts = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        hosts.left_alone.into_values().next()
    }

    fn with<T>(&self, act: impl FnOnce(&mut Hosts) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn is_of_the_host(error: &ListingError) -> bool {
    match error {
        ListingError::Fetch(FetchError::Status { status, .. }) => {
            status.is_server_error() || *status == StatusCode::TOO_MANY_REQUESTS
        }
        ListingError::Fetch(
            FetchError::Unreachable { .. }
            | FetchError::Certificate { .. }
            | FetchError::BrokeOff { .. }
            | FetchError::TooSlow { .. },
        )
        | ListingError::TooSlow(_) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::Code;

    fn status(status: StatusCode) -> ListingError {
        FetchError::Status { url: String::new(), status }.into()
    }

    #[test]
    fn a_host_is_left_alone_after_failures_in_a_row() {
        let patience = Patience::default();
        for _ in 0..4 {
            patience.failed("a", status(StatusCode::BAD_GATEWAY));
            patience.failed("b", status(StatusCode::FORBIDDEN));
        }
        patience.answered("a");
        for _ in 0..4 {
            patience.failed("a", ListingError::TooSlow(120));
            patience.failed("b", status(StatusCode::FORBIDDEN));
        }
        assert!(!patience.is_over("a") && !patience.is_over("b"));
        patience.failed("a", status(StatusCode::BAD_GATEWAY));
        assert!(patience.is_over("a") && !patience.is_over("b"));
        assert_eq!(patience.end().map(|error| error.code()), Some(Code::ListingFilesUnread));
    }

    #[test]
    fn whoever_asks_for_a_pause_gets_it() {
        let patience = Patience::default();
        patience.failed("a", FetchError::Busy { url: String::new(), seconds: 900 }.into());
        assert!(patience.is_over("a"));
        let pause = patience.end().and_then(|error| error.pause_asked_for());
        assert_eq!(pause.map(|pause| pause.num_seconds()), Some(900));
    }
}
