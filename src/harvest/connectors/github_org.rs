//! An organisation or user at GitHub, or at a GitHub of one's own: every public repository whose
//! root has a publiccode.yml. The source's address is that of the listing at the API.

use async_trait::async_trait;
use serde_json::{Value, json};
use url::Url;

use super::forge::paging::{all_rows, with_parameters};
use super::forge::projects::{self, ForgeOptions, Project, day_only, id_of, is_set, listed};
use super::forge::{FILES, files};
use crate::formats::{ItemFormat, repository};
use crate::harvest::connector::Connector;
use crate::harvest::listing::{Listing, ListingError};
use crate::harvest::options::{self as all_options, Options, OptionsError};

/// Our keys, and where they stand in a repository.
const FIELDS: &[(&str, &[&str])] = &[
    ("url", &["/html_url"]),
    ("name", &["/name"]),
    ("description", &["/description"]),
    ("homepage", &["/homepage"]),
    ("topics", &["/topics"]),
    ("languages", &["/language"]),
    ("licence_detected", &["/license/spdx_id"]),
    ("archived", &["/archived"]),
    ("updated", &["/pushed_at"]),
];
/// Asks the API for a file as it is.
const RAW: &str = "application/vnd.github.raw+json";

/// See the module.
pub struct GithubOrg;

#[async_trait]
impl Connector for GithubOrg {
    fn name(&self) -> &'static str {
        "github-org"
    }

    fn format(&self) -> &'static dyn ItemFormat {
        &repository::Repository
    }

    fn lists_code(&self) -> bool {
        true
    }

    fn check(&self, options: &Options) -> Result<(), OptionsError> {
        all_options::read::<ForgeOptions>(options).map(drop)
    }

    async fn read(&self, listing: &mut Listing) -> Result<(), ListingError> {
        let url = listing.url.clone().ok_or_else(|| ListingError::Address(String::new()))?;
        let operator = listing.context.operator.clone();
        let first = with_parameters(&url, &[("per_page", "100"), ("sort", "full_name")]);
        let compose =
            |project: Value| Some((id_of(&project)?, read_project(&project, &url, &operator)));
        let all = all_rows(listing, first, None, compose).await?;
        projects::read(listing, all, RAW).await
    }
}

fn read_project(project: &Value, api: &Url, operator: &str) -> Project {
    let mut listed = listed(project, FIELDS);
    let mark = files::mark(&json!([listed, project.get("default_branch")]));
    day_only(&mut listed, "updated");
    let organisation = organisation(project, operator);
    listed.extend(organisation.map(|name| ("organisation".to_owned(), Value::String(name))));
    let is_empty = project.get("size").and_then(Value::as_u64) == Some(0);
    Project {
        is_public: !is_set(project, "private")
            && project.get("visibility").is_none_or(|visibility| visibility == "public"),
        is_fork: is_set(project, "fork"),
        files: if is_empty { Vec::new() } else { addresses(project, api) },
        listed: Value::Object(listed),
        mark,
    }
}

/// Who publishes: the source's operator, else the account, unless it is a person's.
fn organisation(project: &Value, operator: &str) -> Option<String> {
    if !operator.is_empty() {
        return Some(operator.to_owned());
    }
    let owner = project.get("owner")?;
    let is_organisation = owner.get("type").is_some_and(|kind| kind == "Organization");
    owner.get("login").filter(|_| is_organisation)?.as_str().map(str::to_owned)
}

/// GitHub serves files at a host of their own, which counts no requests; its API elsewhere serves
/// them as well.
fn addresses(project: &Value, api: &Url) -> Vec<Url> {
    let Some(name) = project.get("full_name").and_then(Value::as_str).filter(|name| is_name(name))
    else {
        return Vec::new();
    };
    let base = match api.host_str() {
        Some("api.github.com") => format!("https://raw.githubusercontent.com/{name}/HEAD/"),
        _ => {
            let root = if api.path().starts_with("/api/v3/") { "/api/v3" } else { "" };
            format!("{root}/repos/{name}/contents/")
        }
    };
    FILES.into_iter().filter_map(|file| api.join(&format!("{base}{file}")).ok()).collect()
}

/// Whether this is an owner and a name, and nothing that would lead elsewhere.
fn is_name(text: &str) -> bool {
    let is_part = |part: &str| {
        let is_letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        !part.is_empty() && part.chars().all(is_letter) && !part.chars().all(|c| c == '.')
    };
    text.split_once('/').is_some_and(|(owner, name)| is_part(owner) && is_part(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(project: &Value, api: &str, operator: &str) -> Project {
        read_project(project, &Url::parse(api).expect("an address"), operator)
    }

    #[test]
    fn a_repository_is_read() {
        let repository = json!({
            "id": 1, "full_name": "example-org/parcel", "name": "parcel", "private": false,
            "visibility": "public", "html_url": "https://github.com/example-org/parcel",
            "owner": {"login": "example-org", "type": "Organization"}, "fork": true, "size": 7,
            "description": null, "homepage": "", "language": "Rust", "topics": ["post"],
            "license": {"key": "other", "spdx_id": "NOASSERTION"}, "archived": false,
            "pushed_at": "2026-01-02T03:04:05Z", "default_branch": "main", "stargazers_count": 5,
        });
        let project = read(&repository, "https://api.github.com/orgs/example-org/repos", "");
        assert_eq!(
            project.listed,
            json!({
                "url": "https://github.com/example-org/parcel", "name": "parcel",
                "languages": "Rust", "topics": ["post"], "licence_detected": "NOASSERTION",
                "archived": false, "updated": "2026-01-02", "organisation": "example-org",
            })
        );
        assert!(project.is_public && project.is_fork);
        let mut starred = repository.clone();
        starred["stargazers_count"] = json!(6);
        let mut pushed = repository;
        pushed["pushed_at"] = json!("2026-01-02T03:04:06Z");
        let mark =
            |one: &Value| read(one, "https://api.github.com/orgs/example-org/repos", "").mark;
        assert_eq!(mark(&starred), project.mark);
        assert_ne!(mark(&pushed), project.mark);
    }

    #[test]
    fn a_file_is_asked_for_where_it_is_served() {
        let check = |api: &str, name: &str, expected: Option<&str>| {
            let project = read(&json!({"full_name": name}), api, "");
            assert_eq!(project.files.first().map(Url::as_str), expected, "{name}");
        };
        let api = "https://api.github.com/users/example/repos";
        check(
            api,
            "Example/parcel.js",
            Some("https://raw.githubusercontent.com/Example/parcel.js/HEAD/publiccode.yml"),
        );
        check(
            "https://ghe.example.org/api/v3/orgs/x/repos",
            "x/y",
            Some("https://ghe.example.org/api/v3/repos/x/y/contents/publiccode.yml"),
        );
        for name in ["../..", "x", "x/y/z", "x/", "x/y?z", "//evil.example.org/x"] {
            check(api, name, None);
        }
        assert_eq!(read(&json!({"full_name": "x/y", "size": 0}), api, "").files, []);
    }

    #[test]
    fn the_publisher_is_no_person() {
        let check = |kind: &str, operator: &str, expected: Option<&str>| {
            let project = json!({"owner": {"login": "someone", "type": kind}});
            assert_eq!(organisation(&project, operator).as_deref(), expected);
        };
        check("Organization", "", Some("someone"));
        check("User", "", None);
        check("User", "Office of Gates", Some("Office of Gates"));
    }
}
