//! The curated table behind the facts, `facts.toml`, embedded in the binary.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

use serde::Deserialize;
use spdx::{AdditionItem, LicenseId, LicenseItem, LicenseReq};

use super::grade::YesOrNo;
use super::model::{Copyleft, Kind, Source};

/// Where a fact comes from.
pub(super) fn source(kind: Kind) -> Option<&'static Source> {
    TABLE.source.get(&kind)
}

/// What one word of the facts does not say about a licence.
pub fn note(id: &str) -> Option<&'static str> {
    TABLE.note.get(id).map(String::as_str)
}

/// The family of an identifier on the SPDX list: the wider family that the table names (`CC` for
/// `CC-BY-4.0`), or the identifier up to its version (`GPL` for `GPL-3.0-only`).
pub fn family(id: &str) -> Option<&'static str> {
    let id = spdx::license_id(id)?.name;
    let wider = TABLE.family.iter().find(|(_, ids)| ids.hold(id));
    Some(wider.map_or_else(|| name_without_version(id), |(family, _)| family.as_str()))
}

/// An identifier up to its version: `GPL` for `GPL-3.0-only`; the whole of one that has none. What
/// begins with a number, such as `0BSD`, has that number for its name.
fn name_without_version(id: &str) -> &str {
    let version = id.match_indices('-').map(|(at, _)| at).find(|at| {
        id.get(at + 1..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    });
    version.and_then(|at| id.get(..at)).unwrap_or(id)
}

/// The answer for one licence with its exception. `None` is "not stated".
pub(super) fn answer(kind: Kind, requirement: &LicenseReq) -> Option<YesOrNo> {
    let id = listed(requirement)?;
    match kind {
        Kind::OsiApproved => Some(yes_or_no(id.is_osi_approved())),
        Kind::FsfFree if id.is_fsf_free_libre() => Some(YesOrNo::Yes),
        Kind::FsfFree => TABLE.fsf.non_free.hold(id.name).then_some(YesOrNo::No),
        Kind::OpenSource => open_source(id),
        // A class, not an answer: see [`copyleft`].
        Kind::Copyleft => None,
        Kind::EuplAppendix | Kind::FrenchList | Kind::ItalianGuidelines | Kind::DpgList => {
            TABLE.list.get(&kind)?.answer(id.name)
        }
    }
}

/// The class of copyleft of one licence with its exception.
pub(super) fn copyleft(requirement: &LicenseReq) -> Option<Copyleft> {
    let id = listed(requirement)?;
    let class = class(id)?;
    match &requirement.addition {
        Some(AdditionItem::Spdx(exception)) if class == Copyleft::Strong => {
            let is_linking = TABLE.linking.exceptions.hold(exception.name);
            Some(if is_linking { Copyleft::Weak } else { class })
        }
        _ => Some(class),
    }
}

/// The identifier on the SPDX list. An addition that is not on the list may take away whatever
/// the licence gives, as the Commons Clause does: then nothing is known.
fn listed(requirement: &LicenseReq) -> Option<LicenseId> {
    match (&requirement.license, &requirement.addition) {
        (LicenseItem::Spdx { id, .. }, None | Some(AdditionItem::Spdx(_))) => Some(*id),
        _ => None,
    }
}

fn open_source(id: LicenseId) -> Option<YesOrNo> {
    let is_for_content = TABLE.content.licences.hold(id.name);
    if id.is_osi_approved() || (id.is_fsf_free_libre() && !is_for_content) {
        return Some(YesOrNo::Yes);
    }
    (class(id) == Some(Copyleft::NotOpen)).then_some(YesOrNo::No)
}

fn class(id: LicenseId) -> Option<Copyleft> {
    TABLE.copyleft.iter().find(|(_, ids)| ids.hold(id.name)).map(|(class, _)| *class)
}

fn yes_or_no(holds: bool) -> YesOrNo {
    if holds { YesOrNo::Yes } else { YesOrNo::No }
}

const TEXT: &str = include_str!("../facts.toml");

/// The table. A test holds that the embedded text can be read; nothing is known otherwise.
static TABLE: LazyLock<Table> = LazyLock::new(|| toml::from_str(TEXT).unwrap_or_default());

/// The table as it stands in the file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    source: HashMap<Kind, Source>,
    copyleft: BTreeMap<Copyleft, Ids>,
    linking: Linking,
    fsf: Fsf,
    content: Content,
    list: HashMap<Kind, List>,
    family: BTreeMap<String, Ids>,
    note: HashMap<String, String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Linking {
    exceptions: Ids,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fsf {
    non_free: Ids,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    licences: Ids,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    complete: bool,
    licences: Ids,
    #[serde(default)]
    families: Ids,
}

impl List {
    fn answer(&self, id: &str) -> Option<YesOrNo> {
        if self.licences.hold(id) {
            return Some(YesOrNo::Yes);
        }
        let is_near =
            self.families.hold(id) || family(id).is_some_and(|one| self.families.hold(one));
        (self.complete && !is_near).then_some(YesOrNo::No)
    }
}

/// A set of identifiers; a trailing `*` stands for every identifier that begins so.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "Vec<String>")]
struct Ids {
    exact: HashSet<String>,
    beginnings: Vec<String>,
}

impl Ids {
    fn hold(&self, id: &str) -> bool {
        self.exact.contains(id) || self.beginnings.iter().any(|beginning| id.starts_with(beginning))
    }
}

impl From<Vec<String>> for Ids {
    fn from(patterns: Vec<String>) -> Self {
        let mut ids = Self::default();
        for pattern in patterns {
            match pattern.strip_suffix('*') {
                Some(beginning) => ids.beginnings.push(beginning.to_owned()),
                None => {
                    ids.exact.insert(pattern);
                }
            }
        }
        ids
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn current() -> Vec<&'static str> {
        let all = spdx::identifiers::LICENSES.iter().map(|licence| licence.name);
        all.filter(|id| spdx::license_id(id).is_some_and(|id| !id.is_deprecated())).collect()
    }

    /// Every set of licences in the table, with its name.
    fn sets() -> Vec<(String, &'static Ids)> {
        let table = &*TABLE;
        let classes = table.copyleft.iter().map(|(class, ids)| (class.as_str().to_owned(), ids));
        let lists = table.list.iter().map(|(kind, list)| (format!("{kind:?}"), &list.licences));
        let families = table.family.iter().map(|(family, ids)| (family.clone(), ids));
        let others = [("fsf", &table.fsf.non_free), ("content", &table.content.licences)];
        let others = others.into_iter().map(|(name, ids)| (name.to_owned(), ids));
        classes.chain(lists).chain(families).chain(others).collect()
    }

    #[test]
    fn the_embedded_table_can_be_read() {
        let table: Table = toml::from_str(TEXT).expect("the table");
        for kind in Kind::ALL {
            assert!(table.source.contains_key(&kind), "{kind:?} has no source");
        }
        let spdx = source(Kind::OsiApproved).expect("a source");
        assert!(spdx.date.contains(spdx::license_version()), "{}", spdx.date);
    }

    #[test]
    fn every_line_names_current_licences() {
        let current = current();
        for (name, ids) in sets() {
            for id in &ids.exact {
                assert!(current.contains(&id.as_str()), "{name}: {id}");
            }
            for beginning in &ids.beginnings {
                assert!(current.iter().any(|id| id.starts_with(beginning)), "{name}: {beginning}*");
            }
        }
        for id in TABLE.note.keys() {
            assert!(current.contains(&id.as_str()), "note: {id}");
        }
        for id in &TABLE.linking.exceptions.exact {
            assert!(spdx::exception_id(id).is_some(), "{id}");
        }
        for list in TABLE.list.values() {
            for near in &list.families.exact {
                let is_family = current.iter().any(|id| family(id) == Some(near));
                assert!(is_family || current.contains(&near.as_str()), "{near}");
            }
        }
    }

    #[test]
    fn a_licence_has_one_class() {
        for id in current() {
            let classes: Vec<&Copyleft> =
                TABLE.copyleft.iter().filter(|(_, ids)| ids.hold(id)).map(|(c, _)| c).collect();
            assert!(classes.len() <= 1, "{id}: {classes:?}");
        }
    }

    #[test]
    fn what_is_not_open_has_no_approval() {
        for id in current().into_iter().filter_map(spdx::license_id) {
            if class(id) == Some(Copyleft::NotOpen) {
                assert!(!id.is_osi_approved() && !id.is_fsf_free_libre(), "{}", id.name);
            }
            if TABLE.fsf.non_free.hold(id.name) {
                assert!(!id.is_fsf_free_libre(), "{}", id.name);
            }
        }
    }

    #[test]
    fn a_family_is_an_identifier_without_its_version() {
        for (id, expected) in [
            ("GPL-3.0-or-later", Some("GPL")),
            ("LGPL-2.1-only", Some("LGPL")),
            ("AGPL-3.0-only", Some("AGPL")),
            ("MPL-2.0-no-copyleft-exception", Some("MPL")),
            ("Apache-2.0", Some("Apache")),
            ("EUPL-1.2", Some("EUPL")),
            ("MIT", Some("MIT")),
            ("MIT-0", Some("MIT")),
            ("BSD-3-Clause", Some("BSD")),
            ("0BSD", Some("BSD")),
            ("CECILL-B", Some("CeCILL")),
            ("CECILL-2.1", Some("CeCILL")),
            ("CC-BY-NC-SA-4.0", Some("CC")),
            ("CC0-1.0", Some("CC")),
            ("MS-PL", Some("MS-PL")),
            ("LPPL-1.3c", Some("LPPL")),
            ("LiLiQ-Rplus-1.1", Some("LiLiQ")),
            ("3D-Slicer-1.0", Some("3D-Slicer")),
            ("Zlib", Some("Zlib")),
            ("LicenseRef-x", None),
        ] {
            assert_eq!(family(id), expected, "{id}");
        }
    }
}
