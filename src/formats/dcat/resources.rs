//! Which resources of a graph are entries, and which belong to another entry: a graph has no list.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::{Description, Graph, Resource};

/// Types of software.
pub(super) const SOFTWARE: &[&str] = &[
    "admssw:SoftwareProject",
    "admssw:SoftwareRelease",
    "admssw:SoftwarePackage",
    "dcmitype:Software",
    "doap:Project",
    "schema:MobileApplication",
    "schema:SoftwareApplication",
    "schema:SoftwareSourceCode",
    "schema:WebApplication",
];
/// Types of entries of which the type alone does not say whether they are software.
const ASSETS: &[&str] =
    &["adms:Asset", "adms:SemanticAsset", "dcat:Dataset", "dcat:DatasetSeries", "doap:Version"];
/// Types of the list itself.
const LISTS: &[&str] = &[
    "adms:AssetRepository",
    "adms:SemanticAssetRepository",
    "admssw:SoftwareRepository",
    "dcat:Catalog",
    "hydra:Collection",
    "hydra:PagedCollection",
    "hydra:PartialCollectionView",
];
/// From a list to its entries.
const MEMBERS: &[&str] = &["dcat:dataset", "hydra:member", "schema:dataset"];
/// From an entry to a version or package of it.
const TO_VERSION: &[&str] =
    &["admssw:package", "dcat:hasVersion", "dct:hasVersion", "doap:release"];
/// From a version or package to what it is one of.
const OF_ENTRY: &[&str] =
    &["admssw:project", "admssw:release", "dcat:isVersionOf", "dct:isVersionOf"];
/// From an entry to software that it needs, which is listed elsewhere.
const TO_NEEDED: &[&str] = &[
    "schema:softwareAddOn",
    "schema:softwareRequirements",
    "schema:softwareSuggestions",
    "schema:targetProduct",
];

/// The entries of a graph.
#[derive(Debug, Default)]
pub(super) struct Entries<'a> {
    /// Entries that stand for themselves.
    pub own: Vec<&'a Resource>,
    /// Versions and packages, by the entry that they belong to.
    pub versions: BTreeMap<&'a Resource, Vec<&'a Resource>>,
    /// All of both.
    pub all: BTreeSet<&'a Resource>,
    /// Whether there is a list, be it empty.
    pub has_list: bool,
}

impl<'a> Entries<'a> {
    /// Finds the entries.
    pub fn of(graph: &'a Graph) -> Self {
        let all = described(graph);
        let parents = parents(graph, &all);
        let mut entries =
            Self { has_list: graph.subjects.values().any(is_list), ..Self::default() };
        for resource in &all {
            match parents.get(resource).filter(|_| ends(resource, &parents)) {
                Some(parent) => entries.versions.entry(parent).or_default().push(resource),
                None => entries.own.push(resource),
            }
        }
        entries.all = all;
        entries
    }
}

/// Whether a resource is a list: by its type, or because it has entries.
fn is_list(about: &Description) -> bool {
    about.is_any(LISTS) || about.values("dcat:dataset").next().is_some()
}

/// Whatever is described, and is an entry by its type or because a list names it.
fn described(graph: &Graph) -> BTreeSet<&Resource> {
    let mut members = BTreeSet::new();
    let mut needed = BTreeSet::new();
    for about in graph.subjects.values() {
        if is_list(about) {
            members.extend(MEMBERS.iter().flat_map(|property| about.resources(property)));
        }
        needed.extend(TO_NEEDED.iter().flat_map(|property| about.resources(property)));
    }
    let is_entry = |resource: &Resource, about: &Description| {
        // A type alone, as in a link that names the type of its target, is no description.
        !about.is_empty()
            && !is_list(about)
            && (members.contains(resource)
                || about.is_any(ASSETS)
                || (about.is_any(SOFTWARE) && !needed.contains(resource)))
    };
    let entries = graph.subjects.iter().filter(|(resource, about)| is_entry(resource, about));
    entries.map(|(resource, _)| resource).collect()
}

/// For each version, the first entry that it belongs to.
fn parents<'a>(
    graph: &'a Graph,
    entries: &BTreeSet<&'a Resource>,
) -> BTreeMap<&'a Resource, &'a Resource> {
    let mut parents: BTreeMap<&Resource, &Resource> = BTreeMap::new();
    let mut add = |version: &'a Resource, parent: &'a Resource| {
        if version != parent && entries.contains(version) && entries.contains(parent) {
            parents.entry(version).or_insert(parent);
        }
    };
    for (resource, about) in &graph.subjects {
        for version in TO_VERSION.iter().flat_map(|property| about.resources(property)) {
            add(version, resource);
        }
    }
    for (resource, about) in &graph.subjects {
        for parent in OF_ENTRY.iter().flat_map(|property| about.resources(property)) {
            add(resource, parent);
        }
    }
    parents
}

/// Whether the way from a version upwards ends, instead of going in a circle.
fn ends(resource: &Resource, parents: &BTreeMap<&Resource, &Resource>) -> bool {
    const LONGEST: usize = 4;
    let mut at = resource;
    for _ in 0..LONGEST {
        match parents.get(at) {
            Some(parent) => at = parent,
            None => return true,
        }
    }
    false
}
