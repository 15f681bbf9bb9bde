//! How many files this process may open. Each connection of a client is one, and so is each of
//! the database, each document of a harvest and each file: clients must leave some for the rest.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Files that are kept for everything but clients: one of so many, at least and at most so many.
const SHARE: usize = 4;
const LEAST_KEPT: usize = 128;
const MOST_KEPT: usize = 256;

/// What the process may open, and what follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Files {
    /// Files that may be open at once.
    pub most: usize,
    /// Connections that fit beside everything else, at most as many as were wanted.
    pub connections: usize,
}

impl Files {
    /// Raises the limit as far as this process may, and tells what it is then.
    pub fn raise(wanted: usize) -> Self {
        let limit = getrlimit(Resource::Nofile);
        let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
        let current = match setrlimit(Resource::Nofile, raised) {
            Ok(()) => limit.maximum,
            Err(_) => limit.current,
        };
        // No number means no limit.
        Self::of(
            current.map_or(usize::MAX, |most| usize::try_from(most).unwrap_or(usize::MAX)),
            wanted,
        )
    }

    fn of(most: usize, wanted: usize) -> Self {
        let kept = (most / SHARE).clamp(LEAST_KEPT, MOST_KEPT);
        Self { most, connections: wanted.min(most.saturating_sub(kept)).max(1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_leave_files_for_the_rest() {
        for (most, wanted, connections) in [
            (1024, 10_000, 768),
            (1024, 100, 100),
            (20_000, 10_000, 10_000),
            (10_100, 10_000, 9_844),
            (256, 10_000, 128),
            (64, 10_000, 1),
            (0, 10_000, 1),
            (usize::MAX, 10_000, 10_000),
        ] {
            assert_eq!(Files::of(most, wanted), Files { most, connections }, "{most} {wanted}");
        }
    }
}
