//! A Forgejo or Gitea instance, or an organisation or user there: every public repository whose
//! root has a publiccode.yml.

use async_trait::async_trait;
use reqwest::StatusCode;
use serde_json::{Value, json};
use url::Url;

use super::forge::paging::{all_rows, with_parameters};
use super::forge::projects::{self, ForgeOptions, Project, day_only, id_of, is_set, listed};
use super::forge::{FILES, files};
use crate::formats::{ItemFormat, repository};
use crate::harvest::connector::Connector;
use crate::harvest::listing::{Listing, ListingError};
use crate::harvest::options::{self as all_options, Options, OptionsError};
use crate::outbound::FetchError;

/// Our keys, and where they stand in a repository. Owners may be persons: they are not taken.
const FIELDS: &[(&str, &[&str])] = &[
    ("url", &["/html_url"]),
    ("name", &["/name"]),
    ("description", &["/description"]),
    ("homepage", &["/website"]),
    ("topics", &["/topics"]),
    ("languages", &["/language"]),
    ("licence_detected", &["/licenses"]),
    ("archived", &["/archived"]),
    ("updated", &["/updated_at"]),
];
/// The largest page that instances serve unless they are told otherwise.
const PAGE: &[(&str, &str)] = &[("limit", "50")];

/// Where the rows of a search stand; those of an account are a list.
const ROWS: Option<&str> = Some("data");

/// See the module.
pub struct ForgejoOrg;

#[async_trait]
impl Connector for ForgejoOrg {
    fn name(&self) -> &'static str {
        "forgejo-org"
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
        let (first, other) =
            first_pages(&url).ok_or_else(|| ListingError::Address(url.to_string()))?;
        let compose = |project: Value| Some((id_of(&project)?, read_project(&project, &url)));
        let mut all = all_rows(listing, first, ROWS, compose).await;
        let is_absent = matches!(
            all,
            Err(ListingError::Fetch(FetchError::Status { status: StatusCode::NOT_FOUND, .. }))
        );
        if let Some(other) = other.filter(|_| is_absent) {
            all = all_rows(listing, other, ROWS, compose).await;
        }
        let all = all?;
        projects::read(listing, all, "").await
    }
}

/// The first page of the repositories of an instance or of an organisation; the second address is
/// for an account that is no organisation.
fn first_pages(url: &Url) -> Option<(Url, Option<Url>)> {
    let account = url.path_segments()?.find(|segment| !segment.is_empty());
    let page = |path: &str| Some(with_parameters(&url.join(path).ok()?, PAGE));
    match account {
        None => Some((page("/api/v1/repos/search?sort=id&order=asc")?, None)),
        Some(account) => Some((
            page(&format!("/api/v1/orgs/{account}/repos"))?,
            page(&format!("/api/v1/users/{account}/repos")),
        )),
    }
}

fn read_project(project: &Value, base: &Url) -> Project {
    let mut listed = listed(project, FIELDS);
    let mark = files::mark(&json!([listed, project.get("default_branch")]));
    day_only(&mut listed, "updated");
    let is_empty = is_set(project, "empty");
    Project {
        is_public: !is_set(project, "private") && !is_set(project, "internal"),
        is_fork: is_set(project, "fork"),
        files: if is_empty { Vec::new() } else { addresses(project, base) },
        listed: Value::Object(listed),
        mark,
    }
}

fn addresses(project: &Value, base: &Url) -> Vec<Url> {
    let name = project.get("full_name").and_then(Value::as_str).unwrap_or_default();
    let Some((owner, name)) = name.split_once('/') else { return Vec::new() };
    let address = |file: &str| {
        let mut url = base.clone();
        url.set_query(None);
        let mut path = url.path_segments_mut().ok()?;
        path.clear().extend(["api", "v1", "repos", owner, name, "raw", file]);
        drop(path);
        Some(url)
    };
    FILES.into_iter().filter_map(address).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_or_an_account_is_listed() {
        let check = |url: &str, expected: [Option<&str>; 2]| {
            let url = Url::parse(url).expect("an address");
            let (first, other) = first_pages(&url).expect("pages");
            assert_eq!([Some(first.as_str()), other.as_ref().map(Url::as_str)], expected);
        };
        let search = "https://code.example.org/api/v1/repos/search?sort=id&order=asc&limit=50";
        check("https://code.example.org", [Some(search), None]);
        check(
            "https://code.example.org/city/",
            [
                Some("https://code.example.org/api/v1/orgs/city/repos?limit=50"),
                Some("https://code.example.org/api/v1/users/city/repos?limit=50"),
            ],
        );
    }

    #[test]
    fn a_file_is_asked_for_at_the_instance() {
        let base = Url::parse("https://code.example.org/city?x=y").expect("an address");
        let check = |project: Value, expected: Option<&str>| {
            let files = read_project(&project, &base).files;
            assert_eq!(files.first().map(Url::as_str), expected);
        };
        check(
            json!({"full_name": "city/parcel"}),
            Some("https://code.example.org/api/v1/repos/city/parcel/raw/publiccode.yml"),
        );
        check(
            json!({"full_name": "city/../x?"}),
            Some("https://code.example.org/api/v1/repos/city/..%2Fx%3F/raw/publiccode.yml"),
        );
        check(json!({"full_name": "city/parcel", "empty": true}), None);
        check(json!({"full_name": 7}), None);
    }

    #[test]
    fn what_only_a_token_may_see_is_no_entry() {
        let base = Url::parse("https://code.example.org").expect("an address");
        for (project, expected) in [
            (json!({"private": false, "internal": false}), true),
            (json!({"private": true}), false),
            (json!({"internal": true}), false),
        ] {
            assert_eq!(read_project(&project, &base).is_public, expected, "{project}");
        }
    }
}
