//! What stands around an entry of an inventory: where it is downloaded, further pages, the code
//! that it reuses, and the agencies that have a part in it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::keys::NAME;
use crate::catalogue::content::{
    Content, Dependency, DependencyKind, Involved, Organisation, Role,
};
use crate::catalogue::text::clean_line;
use crate::catalogue::text::shorten;
use crate::catalogue::urls::WebUrl;
use crate::formats::Code;
use crate::formats::fields::Fields;
use crate::formats::personal::is_reference;

/// Names that no site ever has (RFC 2606): where nothing but one of them is written, a template
/// was not filled in.
const PLACEHOLDERS: &[&str] = &[
    "https://example.com/",
    "https://www.example.com/",
    "http://example.com/",
    "http://www.example.com/",
];

/// Reads all of it into `content`.
pub(super) fn read(fields: &mut Fields<'_>, content: &mut Content) {
    content.download = download(fields);
    content.disclaimer = address(fields, fields.spelled(&["disclaimerurl"]));
    content.supplementary = supplementary(fields);
    content.dependencies = reused(fields);
    content.involved = partners(fields);
}

/// The address at `key`, unless it is the template's.
fn address(fields: &mut Fields<'_>, key: &str) -> Option<WebUrl> {
    let url = fields.url(key)?;
    if PLACEHOLDERS.contains(&url.as_str()) {
        let message = format!("{url} is left out: it is a placeholder, expected a page");
        fields.warn(Code::InvalidUrl, key, message);
        return None;
    }
    Some(url)
}

/// Where people can download it. GitHub's own description of a repository names an answer for
/// programs, which tools copy.
fn download(fields: &mut Fields<'_>) -> Option<WebUrl> {
    let key = fields.spelled(&["downloadurl"]);
    let url = address(fields, key)?;
    if url.host() == "api.github.com" {
        let message = format!(
            "{:?} is left out: it answers programs, expected a page or a file",
            shorten(url.as_str())
        );
        fields.warn(Code::InvalidUrl, key, message);
        return None;
    }
    Some(url)
}

/// Further addresses of its own, and those of the code that belongs to it.
fn supplementary(fields: &mut Fields<'_>) -> BTreeSet<WebUrl> {
    let mut urls = BTreeSet::new();
    for key in ["supplementaryurls", "externalurl"] {
        for (element, path) in fields.list(fields.spelled(&[key])) {
            match element.as_str() {
                Some(text) => urls.extend(fields.parse_url(text, &path)),
                None => urls.extend(linked(fields, element, &path)),
            }
        }
    }
    for key in ["relatedcode", "reusedcode"] {
        for (element, path) in fields.list(fields.spelled(&[key])) {
            urls.extend(linked(fields, element, &path));
        }
    }
    urls.retain(|url| !PLACEHOLDERS.contains(&url.as_str()));
    urls
}

fn linked(fields: &mut Fields<'_>, element: &Value, path: &str) -> Option<WebUrl> {
    let mut object = Fields::new(element, path, fields.findings());
    let key = object.spelled(&["url", "codeurl"]);
    object.url(key)
}

/// Code of others that is in it. The inventory does not say what kind of thing that is.
fn reused(fields: &mut Fields<'_>) -> Vec<Dependency> {
    let mut all = Vec::new();
    for (element, path) in fields.list(fields.spelled(&["reusedcode"])) {
        let mut object = Fields::new(element, &path, fields.findings());
        let key = object.spelled(&["name", "codename"]);
        let dependency = object.line(key).map(|name| Dependency {
            name,
            kind: DependencyKind::Unstated,
            version: None,
            version_min: None,
            version_max: None,
            optional: false,
        });
        all.extend(dependency.filter(|dependency| !all.contains(dependency)));
    }
    all
}

/// Agencies with which it is made. Whom to reach there has been cut out before.
fn partners(fields: &mut Fields<'_>) -> Vec<Involved> {
    let mut all = Vec::new();
    for (element, path) in fields.list(fields.spelled(&["partners"])) {
        let name = match element.as_str() {
            Some(text) => Some(clean_line(text)),
            None => {
                let mut object = Fields::new(element, &path, fields.findings());
                let key = object.spelled(NAME);
                object.line(key)
            }
        };
        let is_name = |name: &String| !name.is_empty() && !is_reference(name);
        let involved = name.filter(is_name).map(|name| Involved {
            role: Role::Contributor,
            organisation: Organisation { name, ..Organisation::default() },
        });
        all.extend(involved.filter(|involved| !all.contains(involved)));
    }
    all
}
