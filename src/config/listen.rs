//! The address to listen on, by number or by name.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A host, by name or by number, and a port: `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`.
/// Port 0 takes any free one. A name is looked up when the server begins to listen.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Listen {
    host: String,
    port: u16,
}

/// What is wrong with an address to listen on.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "{found:?} is no address to listen on: expected one such as 127.0.0.1:8080 or localhost:8080"
)]
pub struct ListenError {
    found: String,
}

impl Listen {
    /// The address at which a port of this machine alone listens.
    pub fn loopback(port: u16) -> Self {
        Self { host: "127.0.0.1".to_owned(), port }
    }

    /// The port; 0 means any free one.
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl FromStr for Listen {
    type Err = ListenError;

    fn from_str(text: &str) -> Result<Self, ListenError> {
        let error = || ListenError { found: text.to_owned() };
        let (host, port) = text.trim().rsplit_once(':').ok_or_else(error)?;
        let port = port.parse().map_err(|_| error())?;
        // The rules for hosts in addresses of the web are those for hosts to listen on.
        url::Host::parse(host).map_err(|_| error())?;
        Ok(Self { host: host.to_owned(), port })
    }
}

impl TryFrom<String> for Listen {
    type Error = ListenError;

    fn try_from(text: String) -> Result<Self, ListenError> {
        text.parse()
    }
}

impl From<Listen> for String {
    fn from(listen: Listen) -> Self {
        listen.to_string()
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_host_by_name_or_number_and_a_port() {
        for good in ["127.0.0.1:8080", "[::1]:0", "localhost:8080", "0.0.0.0:80", "host-1.lan:1"] {
            assert_eq!(good.parse::<Listen>().map(String::from).as_deref(), Ok(good));
        }
        for bad in [
            "",
            "8080",
            ":8080",
            "localhost",
            "localhost:",
            "localhost:http",
            "::1:80",
            "localhost:65536",
            "a b:80",
            "http://localhost:80",
        ] {
            assert!(bad.parse::<Listen>().is_err(), "{bad}");
        }
    }
}
