//! Web addresses: the one type that is safe to store and to show, and the key by which two of them
//! name the same repository.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};
use thiserror::Error;
use url::Url;
use utoipa::ToSchema;

/// A `http` or `https` address with a host and without credentials: the only kind of address
/// that is stored from a source and shown as a link.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(format = "uri", example = "https://example.org/software")]
pub struct WebUrl(String);

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
    /// `git+https://`, `git://` and `git@host:path` become `https://`, credentials are dropped,
    /// and a doubled prefix (`https://host/https://host/x`) is reduced to the inner address.
    ///
    /// # Errors
    /// [`UrlProblem`] where nothing usable is left.
    pub fn parse(raw: &str) -> Result<Self, UrlProblem> {
        let text = super::text::clean(raw);
        if text.is_empty() || text.eq_ignore_ascii_case("null") {
            return Err(UrlProblem::Empty);
        }
        let repaired = repair(&text);
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

fn repair(text: &str) -> String {
    let text = text.strip_prefix("git+").unwrap_or(text);
    if let Some(rest) = text.strip_prefix("git://") {
        return format!("https://{rest}");
    }
    let scp = text.strip_prefix("ssh://").unwrap_or(text);
    if let Some((host, path)) = scp.strip_prefix("git@").and_then(split_scp) {
        return format!("https://{host}/{path}");
    }
    match text.get(8..).and_then(|tail| tail.find("https://")) {
        Some(at) => text.get(8 + at..).unwrap_or(text).to_owned(),
        None => text.to_owned(),
    }
}

fn split_scp(rest: &str) -> Option<(&str, &str)> {
    let at = rest.find([':', '/'])?;
    let (host, path) = rest.split_at(at);
    Some((host, path.get(1..)?))
}

/// Whether records may be joined by a repository at this host: forges whose paths name one
/// project each.
pub fn is_recognised_forge(host: &str) -> bool {
    const FORGES: &[&str] = &[
        "github.com",
        "gitlab.com",
        "bitbucket.org",
        "codeberg.org",
        "framagit.org",
        "salsa.debian.org",
        "gitlab.opencode.de",
        "code.europa.eu",
        "opensource.ieee.org",
        "git.sr.ht",
        "source.puri.sm",
        "invent.kde.org",
        "gitlab.gnome.org",
        "gitlab.freedesktop.org",
        "gitlab.ow2.org",
        "gitlab.inria.fr",
        "gitlab.huma-num.fr",
        "gitlab.adullact.net",
        "git.drupalcode.org",
        "gitlab.torproject.org",
        "code.overheid.nl",
    ];
    let host = host.strip_prefix("www.").unwrap_or(host);
    FORGES.contains(&host) || host.starts_with("gitlab.") || host.starts_with("forgejo.")
}

/// The key by which two addresses name the same repository at a recognised forge, or `None`
/// where the address is not a project there (another host, an organisation page, a gist).
///
/// Host and path, lower case, without `www.`, credentials, `.git`, query, and what points into
/// the repository (`/tree/…`, `/-/…`, `/blob/…`); at the two-level forges owner and name only.
pub fn repository_key(url: &WebUrl) -> Option<String> {
    let parsed = Url::parse(url.as_str()).ok()?;
    let host = parsed.host_str()?.to_ascii_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host).to_owned();
    if !is_recognised_forge(&host) {
        return None;
    }
    let segments: Vec<String> = parsed
        .path_segments()?
        .filter(|segment| !segment.is_empty())
        .map(str::to_ascii_lowercase)
        .take_while(|segment| segment != "-")
        .collect();
    let two_level =
        matches!(host.as_str(), "github.com" | "bitbucket.org" | "codeberg.org" | "git.sr.ht");
    let project: Vec<&str> = if two_level {
        segments.iter().take(2).map(String::as_str).collect()
    } else {
        segments
            .iter()
            .map(String::as_str)
            .take_while(|segment| !matches!(*segment, "tree" | "blob" | "raw" | "wikis"))
            .collect()
    };
    let not_projects = ["orgs", "users", "groups", "topics", "marketplace", "sponsors", "search"];
    if project.len() < 2 || project.first().is_some_and(|first| not_projects.contains(first)) {
        return None;
    }
    let path = project.join("/");
    let path = path.strip_suffix(".git").unwrap_or(&path);
    Some(format!("{host}/{path}"))
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
    fn a_repository_has_one_key_however_it_is_written() {
        for (address, key) in [
            ("https://github.com/Example/Parcel", Some("github.com/example/parcel")),
            ("http://www.github.com/example/parcel.git/", Some("github.com/example/parcel")),
            ("https://github.com/example/parcel/tree/main/sub", Some("github.com/example/parcel")),
            ("https://github.com/example/parcel?tab=readme#x", Some("github.com/example/parcel")),
            ("https://gitlab.com/a/b/c/-/tree/main", Some("gitlab.com/a/b/c")),
            ("https://gitlab.example.org/a/b.git", Some("gitlab.example.org/a/b")),
            ("https://codeberg.org/a/b/src/branch/main", Some("codeberg.org/a/b")),
            ("https://github.com/example", None),
            ("https://github.com/orgs/example/repositories", None),
            ("https://example.org/a/b", None),
        ] {
            let url = WebUrl::parse(address).expect("an address");
            assert_eq!(repository_key(&url).as_deref(), key, "{address}");
        }
    }

    proptest::proptest! {
        #[test]
        fn reading_an_address_again_changes_nothing(raw in ".{0,40}", path in "[a-z/%.@:?#]{0,20}") {
            for text in [raw, format!("https://example.org/{path}")] {
                if let Ok(url) = WebUrl::parse(&text) {
                    proptest::prop_assert_eq!(WebUrl::parse(url.as_str()), Ok(url));
                }
            }
        }
    }
}
