//! What one request may cost.

use std::time::Duration;

/// Bounds of one request.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Largest body, counted after decompression.
    pub max_bytes: u64,
    /// Longest time for one request, redirects and body included.
    pub total: Duration,
    /// Longest time until there is a connection.
    pub connect: Duration,
    /// Longest silence of the server.
    pub idle: Duration,
    /// Tries after the first that failed.
    pub retries: u32,
    /// Pause before the first retry; the next ones take four times as long each.
    pub backoff: Duration,
    /// The longest `Retry-After` that is waited for.
    pub patience: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_bytes: 256 * 1024 * 1024,
            total: Duration::from_secs(300),
            connect: Duration::from_secs(10),
            idle: Duration::from_secs(30),
            retries: 2,
            backoff: Duration::from_secs(2),
            patience: Duration::from_secs(60),
        }
    }
}
