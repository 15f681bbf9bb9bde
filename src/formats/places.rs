//! Where software is found: repositories and homepage, put in their places.

use super::Finding;
use crate::catalogue::content::Content;
use crate::catalogue::urls::{WebUrl, is_recognised_forge, repository_key};

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
            findings.push(Finding::warning("repository-is-organisation", path, message));
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
}
