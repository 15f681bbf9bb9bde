//! Forges: where a repository's publiccode.yml is served, and how it is fetched for many
//! repositories. What the connectors share that end at repositories.

pub mod files;
pub mod paging;
pub mod patience;
pub mod projects;

use std::collections::BTreeMap;

use serde::Deserialize;
use url::Url;

use crate::catalogue::urls::WebUrl;

/// The names under which the file stands at the root of a repository.
pub const FILES: [&str; 2] = ["publiccode.yml", "publiccode.yaml"];

/// What runs at a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    GitHub,
    GitLab,
    #[serde(alias = "gitea")]
    Forgejo,
    Bitbucket,
}

/// The option `forges`: what runs at hosts that are not known by themselves. A host that does not
/// serve at the usual port is named with its port.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct Forges(BTreeMap<String, Kind>);

impl Forges {
    /// The addresses of a repository's publiccode.yml, in the order in which they are asked.
    /// `None` where no forge is known at the host, or the address names no repository there.
    pub fn files(&self, repository: &WebUrl) -> Option<Vec<Url>> {
        let url = Url::parse(repository.as_str()).ok()?;
        let host = authority(&url)?;
        let (kind, scheme) = match self.0.get(&host) {
            // The operator knows the host: it is asked as the list writes it.
            Some(kind) => (*kind, url.scheme()),
            None => (known(&host)?, "https"),
        };
        let host = host.strip_prefix("www.").unwrap_or(&host);
        let project = project(&url, kind)?;
        FILES.iter().map(|file| address(scheme, host, &project, kind, file)).collect()
    }
}

/// Host and port, the port only where it is not the usual one.
pub fn authority(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

/// What is known to run at a host.
fn known(host: &str) -> Option<Kind> {
    let host = host.strip_prefix("www.").unwrap_or(host);
    match host {
        "github.com" => Some(Kind::GitHub),
        "bitbucket.org" => Some(Kind::Bitbucket),
        "codeberg.org" | "code.overheid.nl" => Some(Kind::Forgejo),
        "code.europa.eu"
        | "framagit.org"
        | "git.drupalcode.org"
        | "invent.kde.org"
        | "opensource.ieee.org"
        | "salsa.debian.org"
        | "source.puri.sm" => Some(Kind::GitLab),
        _ if host.starts_with("gitlab.") => Some(Kind::GitLab),
        _ if host.starts_with("forgejo.") || host.starts_with("gitea.") => Some(Kind::Forgejo),
        _ => None,
    }
}

/// The path of the project: owner and name, at GitLab with all groups between. Percent-encoded.
fn project(url: &Url, kind: Kind) -> Option<Vec<String>> {
    const NO_PROJECTS: [&str; 7] =
        ["orgs", "users", "groups", "topics", "marketplace", "sponsors", "search"];
    let segments = url.path_segments()?.filter(|segment| !segment.is_empty());
    let mut project: Vec<String> = match kind {
        Kind::GitLab => segments
            .take_while(|segment| !matches!(*segment, "-" | "tree" | "blob" | "raw" | "wikis"))
            .map(str::to_owned)
            .collect(),
        Kind::GitHub | Kind::Forgejo | Kind::Bitbucket => {
            segments.take(2).map(str::to_owned).collect()
        }
    };
    if let Some(name) = project.last_mut()
        && let Some(bare) = name.strip_suffix(".git")
    {
        *name = bare.to_owned();
    }
    let is_project = project.len() >= 2
        && project.iter().all(|segment| !segment.is_empty())
        && project.first().is_some_and(|first| !NO_PROJECTS.contains(&first.as_str()));
    is_project.then_some(project)
}

fn address(scheme: &str, host: &str, project: &[String], kind: Kind, file: &str) -> Option<Url> {
    let path = project.join("/");
    let address = match kind {
        Kind::GitHub if host == "github.com" => {
            format!("https://raw.githubusercontent.com/{path}/HEAD/{file}")
        }
        Kind::GitHub | Kind::Bitbucket => format!("{scheme}://{host}/{path}/raw/HEAD/{file}"),
        Kind::GitLab => {
            let path = project.join("%2F");
            format!("{scheme}://{host}/api/v4/projects/{path}/repository/files/{file}/raw?ref=HEAD")
        }
        Kind::Forgejo => format!("{scheme}://{host}/api/v1/repos/{path}/raw/{file}"),
    };
    Url::parse(&address).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_forge_serves_the_file_at_an_address_of_its_own() {
        let forges: Forges = serde_json::from_value(serde_json::json!({
            "git.example.org": "gitea", "code.example.org:8443": "gitlab", "ghe.example.org": "github",
            "bb.example.org": "bitbucket",
        }))
        .expect("forges");
        let check = |repository: &str, expected: Option<&str>| {
            let url = WebUrl::parse(repository).expect("an address");
            let files = forges.files(&url);
            let first = files.as_ref().and_then(|files| files.first()).map(Url::as_str);
            assert_eq!(first, expected, "{repository}");
        };
        let raw = Some("https://raw.githubusercontent.com/Example/Parcel/HEAD/publiccode.yml");
        for github in [
            "https://github.com/Example/Parcel",
            "http://www.github.com/Example/Parcel.git/",
            "https://github.com/Example/Parcel/tree/main/sub?tab=readme#x",
            "git@github.com:Example/Parcel.git",
        ] {
            check(github, raw);
        }
        for (repository, expected) in [
            (
                "https://gitlab.com/a/b/c/-/tree/main",
                "https://gitlab.com/api/v4/projects/a%2Fb%2Fc/repository/files/publiccode.yml/raw?ref=HEAD",
            ),
            (
                "https://gitlab.opencode.de/a/b.git",
                "https://gitlab.opencode.de/api/v4/projects/a%2Fb/repository/files/publiccode.yml/raw?ref=HEAD",
            ),
            (
                "https://code.europa.eu/a/b",
                "https://code.europa.eu/api/v4/projects/a%2Fb/repository/files/publiccode.yml/raw?ref=HEAD",
            ),
            (
                "https://code.example.org:8443/a/b",
                "https://code.example.org:8443/api/v4/projects/a%2Fb/repository/files/publiccode.yml/raw?ref=HEAD",
            ),
            (
                "https://codeberg.org/a/b/src/branch/main",
                "https://codeberg.org/api/v1/repos/a/b/raw/publiccode.yml",
            ),
            (
                "http://git.example.org/a/b",
                "http://git.example.org/api/v1/repos/a/b/raw/publiccode.yml",
            ),
            ("https://ghe.example.org/a/b", "https://ghe.example.org/a/b/raw/HEAD/publiccode.yml"),
            ("https://bitbucket.org/a/b", "https://bitbucket.org/a/b/raw/HEAD/publiccode.yml"),
            (
                "https://bb.example.org/a/b/src/main/",
                "https://bb.example.org/a/b/raw/HEAD/publiccode.yml",
            ),
        ] {
            check(repository, Some(expected));
        }
        for none in [
            "https://github.com/example",
            "https://github.com/orgs/example/repositories",
            "https://github.com/example/.git",
            "https://gitlab.com/groups/example/sub",
            "https://code.example.org/a/b",
            "https://example.org/a/b",
        ] {
            check(none, None);
        }
    }

    #[test]
    fn the_file_has_two_names() {
        let url = WebUrl::parse("https://codeberg.org/a/b").expect("an address");
        let files = Forges::default().files(&url).expect("a forge");
        let names: Vec<_> =
            files.iter().filter_map(|url| url.path_segments()?.next_back()).collect();
        assert_eq!(names, FILES);
    }
}
