//! The projects of a forge: what their listings have in common, and what becomes of them.

use serde::Deserialize;
use serde_json::{Map, Value};
use url::Url;

use super::files::{self, Manner, Row, Without};
use super::paging::Kept;
use crate::harvest::listing::{Listing, ListingError};

/// The options of a source that is a forge, or a part of one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForgeOptions {
    /// Whether forks are entries.
    #[serde(default)]
    pub forks: bool,
}

/// A project as its forge lists it.
#[derive(Debug, PartialEq)]
pub struct Project {
    /// What the forge says of it, under our own keys.
    pub listed: Value,
    /// Whether everybody may see it. What only the operator's token may see is no entry.
    pub is_public: bool,
    pub is_fork: bool,
    /// Where its publiccode.yml may be; empty where the repository is.
    pub files: Vec<Url>,
    /// What changes whenever somebody has worked on it.
    pub mark: String,
}

impl Kept for Project {
    fn weight(&self) -> usize {
        files::weight(&self.listed, &self.files)
    }
}

/// Fetches the publiccode.yml of projects. Those with one are entries.
///
/// # Errors
/// [`ListingError`] where too many files could not be read.
pub async fn read(
    listing: &mut Listing,
    projects: Vec<Project>,
    accept: &'static str,
) -> Result<(), ListingError> {
    let options: ForgeOptions = listing.options()?;
    let mut forks = 0;
    let mut rows = Vec::new();
    for project in projects.into_iter().filter(|project| project.is_public) {
        if project.is_fork && !options.forks {
            forks += 1;
            continue;
        }
        let Project { listed, files, mark, .. } = project;
        rows.push(Row { listed, files, mark });
    }
    files::tell_forks(listing, forks);
    let rows = files::distinct(listing, rows);
    files::read(listing, rows, Manner::publiccode(Without::Left, accept)).await
}

/// What a project says, under our own keys: `names` pairs ours with places in the project, of which
/// the first one that says something counts.
pub fn listed(project: &Value, names: &[(&str, &[&str])]) -> Map<String, Value> {
    let says_something = |value: &&Value| match value {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(elements) => !elements.is_empty(),
        _ => true,
    };
    names
        .iter()
        .filter_map(|(ours, places)| {
            let value =
                places.iter().find_map(|place| project.pointer(place).filter(says_something))?;
            Some(((*ours).to_owned(), value.clone()))
        })
        .collect()
}

/// Leaves the day of a time: an entry does not change with every hour of somebody's work.
pub fn day_only(listed: &mut Map<String, Value>, key: &str) {
    if let Some(Value::String(time)) = listed.get_mut(key)
        && let Some((day, _)) = time.split_once('T')
    {
        *time = day.to_owned();
    }
}

/// Whether a flag of a project is set.
pub fn is_set(project: &Value, flag: &str) -> bool {
    project.get(flag).and_then(Value::as_bool) == Some(true)
}

/// The identity of a project at its forge.
pub fn id_of(project: &Value) -> Option<String> {
    project.get("id").and_then(Value::as_u64).map(|id| id.to_string())
}
