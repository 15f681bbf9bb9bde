//! `dependsOn`: what the software needs in order to run.

use super::fields::{Field, Reader, Section};
use super::keys;
use super::vocabulary::truth;
use crate::catalogue::content::{Dependency, DependencyKind};
use crate::formats::yaml::Kind;

/// Reads all dependencies, each once.
pub(super) fn read(reader: &mut Reader, root: &Section<'_>) -> Vec<Dependency> {
    let mut all = Vec::new();
    let Some(field) = root.get("dependsOn") else { return all };
    if matches!(field.node.kind, Kind::Sequence(_)) {
        reader.wrong_type(field, "a mapping with open, proprietary and hardware");
        add(reader, field, DependencyKind::Unstated, &mut all);
        return all;
    }
    let Some(kinds) = Section::open(reader, field, keys::DEPENDS_ON) else { return all };
    for (key, kind) in [
        ("open", DependencyKind::Open),
        ("proprietary", DependencyKind::Proprietary),
        ("hardware", DependencyKind::Hardware),
    ] {
        if let Some(field) = kinds.get(key) {
            add(reader, field, kind, &mut all);
        }
    }
    all
}

fn add(reader: &mut Reader, field: &Field<'_>, kind: DependencyKind, all: &mut Vec<Dependency>) {
    for field in reader.list(field) {
        let dependency = dependency(reader, &field, kind);
        all.extend(dependency.filter(|dependency| !all.contains(dependency)));
    }
}

fn dependency(reader: &mut Reader, field: &Field<'_>, kind: DependencyKind) -> Option<Dependency> {
    if field.node.as_scalar().is_some() {
        reader.wrong_type(field, "a mapping with name, versionMin and versionMax");
        let name = reader.line(field)?;
        return Some(Dependency {
            name,
            kind,
            version: None,
            version_min: None,
            version_max: None,
            optional: false,
        });
    }
    let stated = Section::open(reader, field, keys::DEPENDENCY)?;
    let name = stated.require(reader, "name").and_then(|field| reader.line(field))?;
    let line = |reader: &mut Reader, key| stated.get(key).and_then(|field| reader.line(field));
    let optional = stated
        .get("optional")
        .and_then(|field| reader.word(field, truth, || "true or false".to_owned()));
    Some(Dependency {
        name,
        kind,
        version: line(reader, "version"),
        version_min: line(reader, "versionMin"),
        version_max: line(reader, "versionMax"),
        optional: optional.unwrap_or(false),
    })
}
