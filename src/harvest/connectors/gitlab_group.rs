//! A GitLab instance, or a group of it with all its subgroups: every public project whose root has
//! a publiccode.yml.

use async_trait::async_trait;
use serde_json::{Value, json};
use url::Url;

use super::forge::paging::{all_rows, with_parameters};
use super::forge::projects::{self, ForgeOptions, Project, day_only, id_of, listed};
use super::forge::{FILES, files};
use crate::formats::{ItemFormat, repository};
use crate::harvest::connector::Connector;
use crate::harvest::listing::{Listing, ListingError};
use crate::harvest::options::{self as all_options, Options, OptionsError};

/// Our keys, and where they stand in a project. The name of a namespace is that of a group, or of a
/// person: it is taken apart from these.
const FIELDS: &[(&str, &[&str])] = &[
    ("url", &["/web_url"]),
    ("name", &["/name"]),
    ("description", &["/description"]),
    ("topics", &["/topics", "/tag_list"]),
    ("licence_detected", &["/license/key"]),
    ("updated", &["/last_activity_at"]),
];

/// See the module.
pub struct GitlabGroup;

#[async_trait]
impl Connector for GitlabGroup {
    fn name(&self) -> &'static str {
        "gitlab-group"
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
        let mut all = Vec::new();
        // Whoever shows no token is not told which projects are archived, but may ask for each
        // kind. A page given by hand is one listing.
        let kinds: &[bool] = if listing.is_file() { &[false] } else { &[false, true] };
        for is_archived in kinds {
            let first = first_page(&url, *is_archived)
                .ok_or_else(|| ListingError::Address(url.to_string()))?;
            let compose = |project: Value| {
                Some((id_of(&project)?, read_project(&project, &url, *is_archived)))
            };
            all.extend(all_rows(listing, first, None, compose).await?);
        }
        projects::read(listing, all, "").await
    }
}

/// The first page of the projects of an instance or of a group. Pages of an instance go on from
/// the last id that was seen; those of a group can only be counted.
fn first_page(url: &Url, is_archived: bool) -> Option<Url> {
    let archived = if is_archived { "true" } else { "false" };
    let segments = url.path_segments()?.filter(|segment| !segment.is_empty());
    let mut group: Vec<&str> = segments.take_while(|segment| *segment != "-").collect();
    if group.first() == Some(&"groups") {
        group.remove(0);
    }
    let mut parameters = vec![
        ("visibility", "public"),
        ("archived", archived),
        ("order_by", "id"),
        ("sort", "asc"),
        ("per_page", "100"),
    ];
    let path = if group.is_empty() {
        parameters.push(("pagination", "keyset"));
        "/api/v4/projects".to_owned()
    } else {
        parameters.extend([("include_subgroups", "true"), ("with_shared", "false")]);
        format!("/api/v4/groups/{}/projects", group.join("%2F"))
    };
    Some(with_parameters(&url.join(&path).ok()?, &parameters))
}

fn read_project(project: &Value, base: &Url, is_archived: bool) -> Project {
    let mut listed = listed(project, FIELDS);
    let mark = files::mark(&json!([listed, project.get("default_branch")]));
    day_only(&mut listed, "updated");
    let namespace = project.get("namespace");
    let is_group = namespace.and_then(|one| one.get("kind")).is_some_and(|kind| kind == "group");
    if is_group && let Some(name) = namespace.and_then(|one| one.get("name")) {
        listed.insert("organisation".to_owned(), name.clone());
    }
    if is_archived {
        listed.insert("archived".to_owned(), Value::Bool(true));
    }
    // Where nothing was ever pushed there is no branch.
    let is_empty = project.get("default_branch").is_some_and(Value::is_null);
    let visibility = project.get("visibility").and_then(Value::as_str);
    Project {
        listed: Value::Object(listed),
        is_public: visibility.is_none_or(|visibility| visibility == "public"),
        is_fork: project.get("forked_from_project").is_some_and(Value::is_object),
        files: if is_empty { Vec::new() } else { addresses(project, base) },
        mark,
    }
}

fn addresses(project: &Value, base: &Url) -> Vec<Url> {
    let id = id_of(project).unwrap_or_default();
    let address = |file| {
        let path = format!("/api/v4/projects/{id}/repository/files/{file}/raw?ref=HEAD");
        base.join(&path).ok()
    };
    FILES.into_iter().filter_map(address).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_or_a_group_is_listed() {
        let check = |url: &str, expected: &str| {
            let url = Url::parse(url).expect("an address");
            assert_eq!(first_page(&url, false).map(String::from).as_deref(), Some(expected));
        };
        let all = "visibility=public&archived=false&order_by=id&sort=asc&per_page=100";
        let instance =
            format!("https://gitlab.example.org/api/v4/projects?{all}&pagination=keyset");
        check("https://gitlab.example.org", &instance);
        check("https://gitlab.example.org/", &instance);
        let group = |path: &str| {
            format!(
                "https://gitlab.example.org/api/v4/groups/{path}/projects?{all}\
                 &include_subgroups=true&with_shared=false"
            )
        };
        check("https://gitlab.example.org/city", &group("city"));
        check("https://gitlab.example.org/groups/city/it/", &group("city%2Fit"));
        check("https://gitlab.example.org/groups/city/-/activity", &group("city"));
    }

    #[test]
    fn a_person_is_no_organisation() {
        let base = Url::parse("https://gitlab.example.org").expect("an address");
        let read = |project: Value| read_project(&project, &base, true);
        let project = read(json!({
            "id": 7, "name": "Parcel", "web_url": "https://gitlab.example.org/a/parcel",
            "default_branch": "main", "last_activity_at": "2026-01-02T03:04:05.678Z",
            "topics": [], "tag_list": ["post"], "description": "", "visibility": "public",
            "namespace": {"kind": "user", "name": "A. Person"},
        }));
        assert_eq!(
            project.listed,
            json!({
                "url": "https://gitlab.example.org/a/parcel", "name": "Parcel", "topics": ["post"],
                "updated": "2026-01-02", "archived": true,
            })
        );
        assert_eq!(
            project.files.first().map(Url::as_str),
            Some(
                "https://gitlab.example.org/api/v4/projects/7/repository/files/publiccode.yml/raw?ref=HEAD"
            )
        );
        assert!(project.is_public && !project.is_fork);
        let other = read(json!({
            "id": 8, "default_branch": null, "visibility": "internal", "forked_from_project": {"id": 7},
            "namespace": {"kind": "group", "name": "City"},
        }));
        assert_eq!(other.listed, json!({"organisation": "City", "archived": true}));
        assert!(!other.is_public && other.is_fork && other.files.is_empty());
    }
}
