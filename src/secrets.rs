//! Secrets that are given out once and known afterwards by their hash alone. Each has 256 random
//! bits, so that a fast hash is enough: there is nothing to guess.

use thiserror::Error;

use crate::digest::sha256_hex;

/// Random bytes in a secret.
const BYTES: usize = 32;

/// The operating system gives no random bytes.
#[derive(Debug, Error)]
#[error("the operating system gives no random bytes: {0}")]
pub struct NoRandomness(#[from] getrandom::Error);

/// A secret as whoever holds it shows it. Nothing prints it by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    text: String,
}

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
        Ok(Self { text: format!("{prefix}{digits}") })
    }

    /// What somebody shows, if it has the form of a secret with this prefix.
    pub fn parse(prefix: &str, shown: &str) -> Option<Self> {
        let digits = shown.strip_prefix(prefix)?;
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let is_one = digits.len() == 2 * BYTES && digits.bytes().all(is_digit);
        is_one.then(|| Self { text: shown.to_owned() })
    }

    /// The secret itself, for whom it is meant.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// By what it is known: whoever reads this cannot show the secret.
    pub fn hash(&self) -> String {
        sha256_hex(self.text.as_bytes())
    }

    /// Another secret that follows from this one for a purpose, so that it needs no store.
    pub fn derive(&self, purpose: &str) -> String {
        sha256_hex(format!("{purpose}\n{}", self.text).as_bytes())
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(***)")
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
        assert_eq!(format!("{secret:?}"), "Secret(***)");
        let all = [secret.hash(), secret.derive("a"), secret.derive("b")];
        for (n, one) in all.iter().enumerate() {
            assert!(!one.contains(secret.reveal().trim_start_matches("x_")));
            assert!(!all[..n].contains(one));
        }
    }
}
