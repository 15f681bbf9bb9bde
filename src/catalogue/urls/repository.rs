//! The key by which two addresses name the same repository.

use url::Url;

use super::WebUrl;

/// How a forge writes the address of a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// Owner and name; what follows is a page of the project.
    OwnerAndName,
    /// A name in groups of groups, as GitLab has them.
    Groups,
}

/// Forges by their hosts.
const FORGES: &[(&str, Layout)] = &[
    ("github.com", Layout::OwnerAndName),
    ("bitbucket.org", Layout::OwnerAndName),
    ("codeberg.org", Layout::OwnerAndName),
    ("gitea.com", Layout::OwnerAndName),
    ("git.sr.ht", Layout::OwnerAndName),
    ("code.overheid.nl", Layout::OwnerAndName),
    ("gitlab.com", Layout::Groups),
    ("framagit.org", Layout::Groups),
    ("salsa.debian.org", Layout::Groups),
    ("code.europa.eu", Layout::Groups),
    ("opensource.ieee.org", Layout::Groups),
    ("source.puri.sm", Layout::Groups),
    ("invent.kde.org", Layout::Groups),
    ("git.drupalcode.org", Layout::Groups),
];
/// Beginnings of hosts that say what runs there.
const NAMED_AFTER: &[(&str, Layout)] = &[
    ("gitlab.", Layout::Groups),
    ("forgejo.", Layout::OwnerAndName),
    ("gitea.", Layout::OwnerAndName),
];
/// First parts of paths that are no owners.
const NO_OWNERS: &[&str] = &[
    "apps",
    "collections",
    "dashboard",
    "explore",
    "features",
    "groups",
    "login",
    "marketplace",
    "orgs",
    "search",
    "settings",
    "sponsors",
    "stars",
    "topics",
    "trending",
    "users",
];
/// Pages of a project that stand beside projects in a forge with groups.
const PAGES: &[&str] = &[
    "-",
    "blame",
    "blob",
    "branches",
    "commit",
    "commits",
    "compare",
    "find_file",
    "issues",
    "merge_requests",
    "milestones",
    "pipelines",
    "raw",
    "releases",
    "snippets",
    "tags",
    "tree",
    "wiki",
    "wikis",
];

fn layout(host: &str) -> Option<Layout> {
    let forge = FORGES.iter().find(|(name, _)| *name == host);
    let forge = forge.or_else(|| NAMED_AFTER.iter().find(|(start, _)| host.starts_with(start)));
    forge.map(|(_, layout)| *layout)
}

/// The host without what only says how it is looked at.
fn tidy_host(host: &str) -> String {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    match host.strip_prefix("www.").or_else(|| host.strip_prefix("m.")) {
        Some(rest) if host.starts_with("www.") || layout(rest).is_some() => rest.to_owned(),
        _ => host,
    }
}

/// Whether records may be joined by a repository at this host: forges whose paths name one
/// project each.
pub fn is_recognised_forge(host: &str) -> bool {
    layout(&tidy_host(host)).is_some()
}

/// The key by which two addresses name the same repository at a recognised forge, or `None`
/// where the address is not a project there (another host, an organisation page, a gist).
///
/// Host and path, lower case, without `www.`, credentials, port, `.git`, query, and what points
/// into the repository (`/tree/…`, `/-/…`, `/src/…`, `/issues`): at most forges that is whatever
/// follows owner and name.
pub fn repository_key(url: &WebUrl) -> Option<String> {
    let (host, segments) = parts(url)?;
    let project = match layout(&host)? {
        Layout::OwnerAndName => segments.get(..2)?,
        Layout::Groups => project_in_groups(&segments),
    };
    key(&host, project)
}

/// The key for an address at any other host: it may name a repository, or anything else.
pub fn other_repository_key(url: &WebUrl) -> Option<String> {
    let (host, segments) = parts(url)?;
    if layout(&host).is_some() {
        return None;
    }
    key(&host, project_in_groups(&segments))
}

fn parts(url: &WebUrl) -> Option<(String, Vec<String>)> {
    let parsed = Url::parse(url.as_str()).ok()?;
    let host = tidy_host(parsed.host_str()?);
    let segments = parsed.path_segments()?.filter(|segment| !segment.is_empty());
    Some((host, segments.map(|segment| unescaped(segment).to_ascii_lowercase()).collect()))
}

/// A project has a group at least: `group/tree` is one that is called so.
fn project_in_groups(segments: &[String]) -> &[String] {
    let is_page = |segment: &String| PAGES.contains(&segment.as_str());
    let end = segments.iter().skip(2).position(is_page).map_or(segments.len(), |at| at + 2);
    segments.get(..end).unwrap_or_default()
}

fn key(host: &str, project: &[String]) -> Option<String> {
    let (name, groups) = project.split_last()?;
    let owner = groups.first()?;
    if NO_OWNERS.contains(&owner.as_str()) || groups.iter().any(|group| group == "-") {
        return None;
    }
    // What no name holds: a branch behind `@`, a mark of the sentence around the address.
    let mut name = name.split(['@', ',', ';', ')', '"', '\'', '>']).next().unwrap_or_default();
    while let Some(shorter) = name.strip_suffix(".git") {
        name = shorter;
    }
    let is_name = !name.is_empty() && name != "-";
    is_name.then(|| format!("{host}/{}/{name}", groups.join("/")))
}

/// A part of a path with its letters, digits and plain marks as themselves.
fn unescaped(segment: &str) -> String {
    let mut written = String::with_capacity(segment.len());
    let mut rest = segment;
    while let Some(at) = rest.find('%') {
        let (before, from) = rest.split_at(at);
        written.push_str(before);
        let code = from.get(1..3).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        let plain = code.map(char::from);
        let plain =
            plain.filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~'));
        match plain {
            Some(c) => {
                written.push(c);
                rest = from.get(3..).unwrap_or_default();
            }
            None => {
                written.push('%');
                rest = from.get(1..).unwrap_or_default();
            }
        }
    }
    written.push_str(rest);
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_has_one_key_however_it_is_written() {
        for (address, key) in [
            ("https://github.com/Example/Parcel", Some("github.com/example/parcel")),
            ("http://www.github.com/example/parcel.git/", Some("github.com/example/parcel")),
            ("https://github.com/example/parcel/tree/main/sub", Some("github.com/example/parcel")),
            ("https://github.com/example/parcel?tab=readme#x", Some("github.com/example/parcel")),
            ("https://github.com/example/parcel.git.git", Some("github.com/example/parcel")),
            ("https://github.com/example/par%63el", Some("github.com/example/parcel")),
            ("https://github.com./example/parcel", Some("github.com/example/parcel")),
            ("https://m.github.com/example/parcel", Some("github.com/example/parcel")),
            ("https://github.com/example/parcel@v2", Some("github.com/example/parcel")),
            ("https://github.com/example/parcel,", Some("github.com/example/parcel")),
            ("https://gitlab.com/a/b/c/-/tree/main", Some("gitlab.com/a/b/c")),
            ("https://gitlab.com//a/b", Some("gitlab.com/a/b")),
            ("https://gitlab.com/a/b/issues/7", Some("gitlab.com/a/b")),
            ("https://gitlab.com/a/b/c/releases", Some("gitlab.com/a/b/c")),
            ("https://framagit.org/a/b/commits/main", Some("framagit.org/a/b")),
            ("https://gitlab.com/a/tree", Some("gitlab.com/a/tree")),
            ("https://gitlab.com/tree/a", Some("gitlab.com/tree/a")),
            ("https://gitlab.example.org/a/b.git", Some("gitlab.example.org/a/b")),
            ("https://gitlab.example.org:8443/a/b", Some("gitlab.example.org/a/b")),
            ("https://codeberg.org/a/b/src/branch/main", Some("codeberg.org/a/b")),
            ("https://forgejo.example.org/a/b/releases", Some("forgejo.example.org/a/b")),
            ("https://gitea.example.org/a/b/wiki/Home", Some("gitea.example.org/a/b")),
            ("https://bitbucket.org/a/b/src/main/", Some("bitbucket.org/a/b")),
            ("https://git.sr.ht/~a/b/tree/main/item/x", Some("git.sr.ht/~a/b")),
            ("https://github.com/example", None),
            ("https://github.com/orgs/example/repositories", None),
            ("https://gitlab.com/groups/a/-/b", None),
            ("https://gitlab.com/a/-/b", None),
            ("https://example.org/a/b", None),
        ] {
            let url = WebUrl::parse(address).expect("an address");
            assert_eq!(repository_key(&url).as_deref(), key, "{address}");
        }
    }

    #[test]
    fn elsewhere_a_path_of_two_parts_may_name_a_repository() {
        for (address, key) in [
            ("https://code.example.org/Office/Parcel.git", Some("code.example.org/office/parcel")),
            (
                "https://code.example.org/office/parcel/-/tree/x",
                Some("code.example.org/office/parcel"),
            ),
            ("https://code.example.org/office", None),
            ("https://code.example.org/", None),
            ("https://github.com/example/parcel", None),
        ] {
            let url = WebUrl::parse(address).expect("an address");
            assert_eq!(other_repository_key(&url).as_deref(), key, "{address}");
        }
    }
}
