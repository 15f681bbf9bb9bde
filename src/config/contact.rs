//! How to reach the operator.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use url::Url;

/// An e-mail address or the address of a page.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Contact {
    text: String,
    href: String,
}

/// What is wrong with a contact.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "{found:?} is no contact: expected an e-mail address or a page, such as \
     https://example.org/contact"
)]
pub struct ContactError {
    found: String,
}

impl Contact {
    /// Where a link to it leads.
    pub fn href(&self) -> &str {
        &self.href
    }
}

impl TryFrom<String> for Contact {
    type Error = ContactError;

    fn try_from(text: String) -> Result<Self, ContactError> {
        let text = text.trim().to_owned();
        let is_plain = !text.contains(|sign: char| sign.is_whitespace() || sign.is_control());
        let is_mail = text
            .split_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && url::Host::parse(host).is_ok());
        let href = match Url::parse(&text) {
            Ok(url) if is_plain && matches!(url.scheme(), "http" | "https") => url.to_string(),
            Err(_) if is_plain && is_mail => format!("mailto:{text}"),
            _ => return Err(ContactError { found: text }),
        };
        Ok(Self { text, href })
    }
}

impl From<Contact> for String {
    fn from(contact: Contact) -> Self {
        contact.text
    }
}

impl fmt::Display for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_is_an_e_mail_address_or_a_page() {
        for (text, href) in [
            ("catalogue@example.org", "mailto:catalogue@example.org"),
            (" https://example.org/contact ", "https://example.org/contact"),
        ] {
            let contact = Contact::try_from(text.to_owned()).expect(text);
            assert_eq!((contact.href(), contact.to_string().as_str()), (href, text.trim()));
        }
        for bad in [
            "",
            "the office",
            "@example.org",
            "a@",
            "ftp://example.org",
            "javascript:x",
            "a b@example.org",
        ] {
            assert!(Contact::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }
}
