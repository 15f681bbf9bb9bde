//! Secrets. Those that are given out once, tokens and sessions, are known afterwards by their hash
//! alone; each has 256 random bits, so that a fast hash is enough: there is nothing to guess.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize, Serializer};
use thiserror::Error;

use crate::digest::sha256_hex;

/// Random bytes in a secret.
const BYTES: usize = 32;

/// The operating system gives no random bytes.
#[derive(Debug, Error)]
#[error("the operating system gives no random bytes: {0}")]
pub struct NoRandomness(#[from] getrandom::Error);

/// What is shown in place of a secret.
pub const MASK: &str = "***";

/// A secret: a token, the cookie of a session, or a key of the settings. Nothing prints it by
/// accident, and its memory is wiped when it goes.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "String")]
pub struct Secret(SecretString);

impl Secret {
    /// A new one, beginning with `prefix`, by which people and scanners of repositories know what
    /// they have found.
    ///
    /// # Errors
    /// [`NoRandomness`] where the operating system gives none.
    pub fn new(prefix: &str) -> Result<Self, NoRandomness> {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes)?;
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(format!("{prefix}{digits}").into())
    }

    /// What somebody shows, if it has the form of a secret with this prefix that [`Secret::new`]
    /// has made.
    pub fn parse(prefix: &str, shown: &str) -> Option<Self> {
        let digits = shown.strip_prefix(prefix)?;
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let is_one = digits.len() == 2 * BYTES && digits.bytes().all(is_digit);
        is_one.then(|| shown.to_owned().into())
    }

    /// The secret itself, for whom it is meant.
    pub fn reveal(&self) -> &str {
        self.0.expose_secret()
    }

    /// By what it is known: whoever reads this cannot show the secret.
    pub fn hash(&self) -> String {
        sha256_hex(self.reveal().as_bytes())
    }

    /// Another secret that follows from this one for a purpose, so that it needs no store.
    pub fn derive(&self, purpose: &str) -> Self {
        sha256_hex(format!("{purpose}\n{}", self.reveal()).as_bytes()).into()
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

/// By hash: the time that it takes tells nothing of either.
impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.hash() == other.hash()
    }
}

impl Eq for Secret {}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(MASK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_read_as_it_was_given_out_and_in_no_other_form() {
        let secret = Secret::new("x_").expect("randomness");
        assert_eq!(Secret::parse("x_", secret.reveal()), Some(secret.clone()));
        assert_ne!(Secret::new("x_").expect("randomness"), secret);
        let digits = "0".repeat(2 * BYTES);
        for other in [
            String::new(),
            digits.clone(),
            format!("y_{digits}"),
            format!("x_{digits}0"),
            format!("x_{}", "A".repeat(2 * BYTES)),
            format!(" x_{digits}"),
            format!("x_{}", "é".repeat(BYTES)),
        ] {
            assert_eq!(Secret::parse("x_", &other), None, "{other}");
        }
    }

    #[test]
    fn nothing_prints_a_secret_and_what_follows_from_it_does_not_tell_it() {
        let secret = Secret::new("x_").expect("randomness");
        let digits = secret.reveal().trim_start_matches("x_");
        let json = serde_json::to_string(&secret).expect("JSON");
        let debug = format!("{secret:?} {:#?}", Some(&secret));
        assert!(!debug.contains(digits), "{debug}");
        assert_eq!(json, "\"***\"");
        let (form, other) = (secret.derive("form"), secret.derive("other"));
        let all = [secret.hash(), form.reveal().to_owned(), other.reveal().to_owned()];
        for (n, one) in all.iter().enumerate() {
            assert!(!one.contains(digits));
            assert!(!all[..n].contains(one));
        }
    }

    #[test]
    fn a_key_is_read_as_it_stands_in_the_settings() {
        let key: Secret = serde_json::from_str("\"geheim\"").expect("a text");
        assert_eq!(key.reveal(), "geheim");
        assert_eq!(key, Secret::from("geheim".to_owned()));
        assert_ne!(key, Secret::from("geheim ".to_owned()));
    }
}
