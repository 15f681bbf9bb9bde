//! Where software is found: repositories and homepage, put in their places.

use super::{Code, Finding};
use crate::catalogue::content::Content;
use crate::catalogue::text::shorten;
use crate::catalogue::urls::{Added, UrlProblem, WebUrl, is_recognised_forge, repository_key};

/// The web address that a text states, also without `https://` or as a part of the address `base`
/// (nothing where that is empty). What was added, and why a text is none, is a finding at `path`.
pub fn web_address(
    text: &str,
    base: &str,
    path: &str,
    findings: &mut Vec<Finding>,
) -> Option<WebUrl> {
    match WebUrl::read(text, base) {
        Ok((url, None)) => Some(url),
        Ok((url, Some(added))) => {
            let expected = match added {
                Added::Scheme => "an address that begins with https://",
                Added::Base => "an address with its host, not relative to the list",
            };
            let message = format!("{:?} counts as {url}: expected {expected}", shorten(text));
            findings.push(Finding::new(Code::UrlRepaired, path, message));
            Some(url)
        }
        Err(UrlProblem::Empty) => None,
        Err(problem) => {
            let message = format!("{:?} is left out: {problem}", shorten(text));
            findings.push(Finding::new(Code::InvalidUrl, path, message));
            None
        }
    }
}

/// Puts repositories, with their paths in the item, and the homepage into the content.
///
/// The first repository is the main one. A page at a forge that is no project there, such as that
/// of an organisation, is a finding, and becomes the homepage where there is none. A homepage that
/// is the repository says nothing.
pub fn place(
    repositories: Vec<(WebUrl, String)>,
    homepage: Option<WebUrl>,
    content: &mut Content,
    findings: &mut Vec<Finding>,
) {
    content.homepage = homepage;
    for (url, path) in repositories {
        if is_page_of_organisation(&url) {
            let message = format!(
                "{url} is the page of an organisation and no repository: expected the address of \
                 one project"
            );
            findings.push(Finding::new(Code::RepositoryIsOrganisation, path, message));
            content.homepage.get_or_insert(url);
        } else if content.repository.is_none() {
            content.repository = Some(url);
        } else if content.repository.as_ref() != Some(&url) {
            content.other_repositories.insert(url);
        }
    }
    if let (Some(homepage), Some(repository)) = (&content.homepage, &content.repository)
        && is_same(homepage, repository)
    {
        content.homepage = None;
    }
}

/// The address by which a catalogue lists an entry counts where the file has none. Where they
/// differ the repository has moved, or the file was copied: the file's own word comes first.
pub fn add_listed_repository(
    content: &mut Content,
    url: WebUrl,
    path: &str,
    findings: &mut Vec<Finding>,
) {
    match &content.repository {
        None => content.repository = Some(url),
        Some(declared) if is_same_repository(declared, &url) => {}
        Some(declared) => {
            findings.push(Finding::new(
                Code::RepositoryMoved,
                path,
                format!("The catalogue lists {url}, the publiccode.yml says {declared}."),
            ));
            content.other_repositories.insert(url);
        }
    }
}

/// Adds a further repository, unless it is the main one.
pub fn add_other_repository(content: &mut Content, url: WebUrl) {
    if content.repository.as_ref().is_none_or(|main| !is_same_repository(main, &url)) {
        content.other_repositories.insert(url);
    }
}

/// By what a repository is known: its key at a recognised forge; elsewhere its address without
/// scheme, `www.`, letter case, `.git` and a slash.
pub fn repository_id(url: &WebUrl) -> String {
    repository_key(url).unwrap_or_else(|| tidy(url))
}

fn is_same_repository(one: &WebUrl, other: &WebUrl) -> bool {
    match (repository_key(one), repository_key(other)) {
        (None, None) => is_same(one, other),
        (one, other) => one == other,
    }
}

/// Whether an address at a forge names no project there.
fn is_page_of_organisation(url: &WebUrl) -> bool {
    is_recognised_forge(&url.host()) && repository_key(url).is_none()
}

/// Whether two addresses differ in nothing but scheme, `www.`, letter case, `.git` and a slash.
fn is_same(one: &WebUrl, other: &WebUrl) -> bool {
    tidy(one) == tidy(other)
}

fn tidy(url: &WebUrl) -> String {
    let text = url.as_str().to_ascii_lowercase();
    let text = text.split_once("://").map_or(text.as_str(), |(_, rest)| rest);
    let text = text.strip_prefix("www.").unwrap_or(text).trim_end_matches('/');
    text.strip_suffix(".git").unwrap_or(text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repositories_and_homepage_are_told_apart() {
        let check = |repositories: &[&str], homepage: Option<&str>, expected: [Option<&str>; 2]| {
            let url = |text: &str| WebUrl::parse(text).expect("an address");
            let mut content = Content::default();
            let mut findings = Vec::new();
            let repositories =
                repositories.iter().map(|text| (url(text), "repository".to_owned())).collect();
            place(repositories, homepage.map(url), &mut content, &mut findings);
            let found = [&content.repository, &content.homepage];
            assert_eq!(found.map(|url| url.as_ref().map(WebUrl::as_str)), expected);
            findings.len()
        };
        let parcel = "https://github.com/example-org/parcel";
        let org = "https://github.com/example-org";
        let home = "https://parcel.example.org/";
        assert_eq!(check(&[parcel], Some(home), [Some(parcel), Some(home)]), 0);
        assert_eq!(check(&[org], None, [None, Some(org)]), 1);
        assert_eq!(check(&[org], Some(home), [None, Some(home)]), 1);
        assert_eq!(check(&[org, parcel], None, [Some(parcel), Some(org)]), 1);
        let git = "https://www.github.com/Example-Org/parcel.git/";
        assert_eq!(check(&[git], Some(parcel), [Some(git), None]), 0);
        assert_eq!(check(&["https://example.org/"], None, [Some("https://example.org/"), None]), 0);
    }

    #[test]
    fn repositories_are_compared_without_what_means_nothing() {
        for (one, other, expected) in [
            ("https://github.com/a/b", "https://www.github.com/A/b.git", true),
            ("https://github.com/a/b", "https://github.com/a/c", false),
            ("https://riuso.example.org/a/b", "http://riuso.example.org/a/b.git/", true),
            ("https://riuso.example.org/a/b", "https://riuso.example.org/a/c", false),
            ("https://github.com/a/b", "https://example.org/a/b", false),
        ] {
            let url = |text| WebUrl::parse(text).expect("an address");
            assert_eq!(is_same_repository(&url(one), &url(other)), expected, "{one} {other}");
        }
    }
}
