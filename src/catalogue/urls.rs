//! Web addresses: the one type that is safe to store and to show, and the key by which two of them
//! name the same repository.

mod repair;
mod repository;

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};
use thiserror::Error;
use url::Url;

pub use self::repository::{is_recognised_forge, other_repository_key, repository_key};

/// A `http` or `https` address with a host and without credentials: the only kind of address
/// that is stored from a source and shown as a link.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct WebUrl(String);

/// What was added to a text to make an address of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// `https://` before the name of a host.
    Scheme,
    /// The address of which it is a part.
    Base,
}

/// Why a text is not a usable web address.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UrlProblem {
    #[error("the address is empty")]
    Empty,
    #[error("not an absolute address: expected http:// or https:// and a host")]
    Malformed,
    #[error("the scheme {0} is not http or https")]
    Scheme(String),
}

impl WebUrl {
    /// Reads an address as sources write it. Repairs what has one meaning: surrounding space,
    /// addresses of Git (`git+https://`, `git://`, `ssh://git@host:22/path`, `git@host:path`)
    /// become `https://` without a port, credentials are dropped, and of a scheme that is written
    /// twice (`http://https://host/x`, `https://host/https://host/x`) the inner one counts. An
    /// address that holds another one anywhere else stays as it is.
    ///
    /// # Errors
    /// [`UrlProblem`] where nothing usable is left.
    pub fn parse(raw: &str) -> Result<Self, UrlProblem> {
        let text = super::text::clean(raw);
        if text.is_empty() || text.eq_ignore_ascii_case("null") {
            return Err(UrlProblem::Empty);
        }
        let repaired = repair::scheme(&text);
        let mut url = Url::parse(&repaired).map_err(|_| UrlProblem::Malformed)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(UrlProblem::Scheme(url.scheme().to_owned()));
        }
        if url.host_str().is_none_or(str::is_empty) || repaired.contains(char::is_whitespace) {
            return Err(UrlProblem::Malformed);
        }
        if !url.username().is_empty() || url.password().is_some() {
            // Only fails for addresses that cannot have credentials, which these are not.
            let _ = url.set_username("");
            let _ = url.set_password(None);
        }
        Ok(Self(url.into()))
    }

    /// Reads an address as people write it in a field for one: as [`WebUrl::parse`], also without
    /// `https://` (`www.example.org`, `github.com/a/b`), or as a part of the address `base`
    /// (`/logo.png`); says what was added.
    ///
    /// # Errors
    /// [`UrlProblem`] where nothing usable is left.
    pub fn read(raw: &str, base: &str) -> Result<(Self, Option<Added>), UrlProblem> {
        let problem = match Self::parse(raw) {
            Ok(url) => return Ok((url, None)),
            Err(problem) => problem,
        };
        let text = super::text::clean(raw);
        let completed = repair::without_scheme(&text)
            .map(|url| (url, Added::Scheme))
            .or_else(|| repair::relative(&text, base).map(|url| (url, Added::Base)));
        let completed = completed.and_then(|(url, added)| Some((Self::parse(&url).ok()?, added)));
        completed.map(|(url, added)| (url, Some(added))).ok_or(problem)
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host, lower case.
    pub fn host(&self) -> String {
        Url::parse(&self.0)
            .ok()
            .and_then(|url| url.host_str().map(str::to_owned))
            .unwrap_or_default()
    }
}

impl fmt::Display for WebUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for WebUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = String::deserialize(deserializer)?;
        Self::parse(&raw).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_repaired_where_that_has_one_meaning() {
        for (raw, expected) in [
            (" https://Example.org/A ", Ok("https://example.org/A")),
            ("git+https://example.org/a.git", Ok("https://example.org/a.git")),
            ("git://example.org/a.git", Ok("https://example.org/a.git")),
            ("git@example.org:owner/a.git", Ok("https://example.org/owner/a.git")),
            ("ssh://git@example.org/owner/a.git", Ok("https://example.org/owner/a.git")),
            ("ssh://git@example.org:2222/owner/a.git", Ok("https://example.org/owner/a.git")),
            ("ssh://example.org:2222/owner/a.git", Ok("https://example.org/owner/a.git")),
            ("ssh://git@example.org:owner/a.git", Ok("https://example.org/owner/a.git")),
            ("git+ssh://git@example.org:29418/owner/a", Ok("https://example.org/owner/a")),
            ("git://example.org:9418/owner/a.git", Ok("https://example.org/owner/a.git")),
            ("git@example.org:2222/owner/a.git", Ok("https://example.org/owner/a.git")),
            ("deploy@example.org:owner/a.git", Ok("https://example.org/owner/a.git")),
            ("scm:git:git@example.org:owner/a.git", Ok("https://example.org/owner/a.git")),
            ("scm:git:https://example.org/a.git", Ok("https://example.org/a.git")),
            ("http://https://example.org/a", Ok("https://example.org/a")),
            ("https://http://example.org/a", Ok("http://example.org/a")),
            ("HTTPS://HTTPS://example.org/a", Ok("https://example.org/a")),
            ("https://https//example.org/a", Ok("https://example.org/a")),
            ("http://git@example.org:owner/a.git", Ok("https://example.org/owner/a.git")),
            ("https://ssh://git@example.org:22/a/b.git", Ok("https://example.org/a/b.git")),
            (
                "https://example.org/?to=https://example.org/a",
                Ok("https://example.org/?to=https://example.org/a"),
            ),
            (
                "https://archive.example.org/web/2020/https://example.org/a",
                Ok("https://archive.example.org/web/2020/https://example.org/a"),
            ),
            (
                "https://example.org/#https://example.org/a",
                Ok("https://example.org/#https://example.org/a"),
            ),
            ("https://user:secret@example.org/a", Ok("https://example.org/a")),
            (
                "https://github.com/example-org/https://github.com/example-org/a",
                Ok("https://github.com/example-org/a"),
            ),
            ("", Err(UrlProblem::Empty)),
            ("null", Err(UrlProblem::Empty)),
            ("example.org", Err(UrlProblem::Malformed)),
            ("https://", Err(UrlProblem::Malformed)),
            ("https://example.org/a b", Err(UrlProblem::Malformed)),
            ("javascript:alert(1)", Err(UrlProblem::Scheme("javascript".to_owned()))),
            ("data:text/html,x", Err(UrlProblem::Scheme("data".to_owned()))),
            ("ftp://example.org/a", Err(UrlProblem::Scheme("ftp".to_owned()))),
        ] {
            let found = WebUrl::parse(raw);
            assert_eq!(found.as_ref().map(WebUrl::as_str), expected.as_ref().copied(), "{raw:?}");
        }
    }

    #[test]
    fn what_is_missing_before_an_address_is_added() {
        const BASE: &str = "https://list.example.org/api/list.json";
        for (raw, expected) in [
            ("github.com/a/b", Some(("https://github.com/a/b", Some(Added::Scheme)))),
            ("www.example.museum", Some(("https://www.example.museum/", Some(Added::Scheme)))),
            ("parcel.example.org", Some(("https://parcel.example.org/", Some(Added::Scheme)))),
            ("example.org:8080/a", Some(("https://example.org:8080/a", Some(Added::Scheme)))),
            ("//example.org/a", Some(("https://example.org/a", Some(Added::Scheme)))),
            ("/logo.png", Some(("https://list.example.org/logo.png", Some(Added::Base)))),
            ("../logo.png", Some(("https://list.example.org/logo.png", Some(Added::Base)))),
            (
                "img/logo.svg",
                Some(("https://list.example.org/api/img/logo.svg", Some(Added::Base))),
            ),
            ("logo.png", Some(("https://list.example.org/api/logo.png", Some(Added::Base)))),
            ("https://example.org/", Some(("https://example.org/", None))),
            ("none", None),
            ("n/a", None),
            ("node.js", None),
            ("1.2.3", None),
            ("10.5281/zenodo.1", None),
            ("info@example.org", None),
            ("see www.example.org", None),
            ("mailto:info@example.org", None),
            ("javascript:alert(1)", None),
        ] {
            let found = WebUrl::read(raw, BASE);
            let found = found.as_ref().ok().map(|(url, added)| (url.as_str(), *added));
            assert_eq!(found, expected, "{raw:?}");
        }
        assert!(WebUrl::read("/logo.png", "").is_err());
    }

    proptest::proptest! {
        #[test]
        fn reading_an_address_again_changes_nothing(raw in ".{0,40}", path in "[a-z/%.@:?#]{0,20}") {
            for text in [raw, format!("https://example.org/{path}")] {
                let _ = WebUrl::read(&text, "https://example.org/a/b");
                if let Ok(url) = WebUrl::parse(&text) {
                    proptest::prop_assert_eq!(WebUrl::parse(url.as_str()), Ok(url));
                }
            }
        }
    }
}
