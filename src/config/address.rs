//! Addresses of servers that may hold a password.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};
use url::Url;

use crate::secrets::MASK;

/// An address that may hold a password: whatever shows it masks that.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub struct Address(String);

impl Address {
    /// The address with its password, for whoever connects.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The address as it may be shown.
    pub fn masked(&self) -> String {
        match Url::parse(&self.0) {
            Ok(mut url) if url.password().is_some() => {
                let _ = url.set_password(Some(MASK));
                url.into()
            }
            _ => self.0.clone(),
        }
    }
}

impl From<String> for Address {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.masked(), f)
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.masked())
    }
}
