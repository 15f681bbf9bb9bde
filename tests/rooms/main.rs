//! The rooms of the house: which file imports which. No file imports in a circle, rooms stand on
//! each other in one direction only, and the pure ones use nothing that reads, waits or serves.
#![expect(clippy::expect_used, reason = "helpers of tests are tests")]

mod source;

use std::collections::{BTreeMap, BTreeSet};

use source::{Module, Sources};

/// The rooms, and on which each may stand. The vocabularies of needs and products are seeds, which
/// the catalogue and the search read.
const ROOMS: &[(&str, &[&str])] = &[
    ("clock", &[]),
    ("digest", &[]),
    ("process", &[]),
    ("licence", &[]),
    ("catalogue", &["digest", "licence", "seeds"]),
    ("formats", &["catalogue", "digest", "licence"]),
    ("seeds", &["catalogue", "formats", "licence"]),
    ("secrets", &["digest"]),
    ("outbound", &["clock"]),
    ("search", &["catalogue", "digest", "licence", "outbound", "seeds"]),
    (
        "store",
        &["catalogue", "clock", "digest", "formats", "licence", "process", "secrets", "seeds"],
    ),
];

/// Crates that read, wait or serve, of which the pure rooms know nothing.
const NOT_PURE: &[&str] =
    &["axum", "sea_orm", "sqlx", "tokio", "reqwest", "hyper", "tower_http", "utoipa"];
const PURE: &[&str] = &["licence", "catalogue", "formats"];

#[test]
fn no_file_imports_in_a_circle() {
    let imports = Sources::read().imports();
    let all: BTreeMap<&Module, BTreeSet<&Module>> =
        imports.keys().map(|file| (file, reached(&imports, file))).collect();
    let reaches = |from: &Module, to: &Module| all.get(from).is_some_and(|all| all.contains(to));
    let in_circles = imports.iter().flat_map(|(from, to)| to.iter().map(move |to| (from, to)));
    let told: Vec<String> = in_circles
        .filter(|(from, to)| reaches(to, from))
        .map(|(from, to)| format!("{from} imports {to}"))
        .collect();
    assert!(told.is_empty(), "files import in circles:\n{}", told.join("\n"));
}

#[test]
fn rooms_stand_on_each_other_in_one_direction() {
    let sources = Sources::read();
    for (from, targets) in &sources.imports() {
        let Some((room, below)) = ROOMS.iter().find(|(room, _)| Some(*room) == from.room()) else {
            continue;
        };
        for to in targets.iter().filter_map(Module::room).filter(|to| to != room) {
            assert!(below.contains(&to), "{from} imports from {to}: {room} stands on {below:?}");
        }
    }
}

#[test]
fn the_pure_rooms_neither_read_nor_wait_nor_serve() {
    for (module, crates) in Sources::read().crates() {
        if module.room().is_some_and(|room| PURE.contains(&room)) {
            let used: Vec<&str> =
                NOT_PURE.iter().copied().filter(|one| crates.contains(*one)).collect();
            assert!(used.is_empty(), "{module} uses {used:?}");
        }
    }
}

/// All that a file imports, directly or over others.
fn reached<'a>(
    imports: &'a BTreeMap<Module, BTreeSet<Module>>,
    from: &'a Module,
) -> BTreeSet<&'a Module> {
    let mut all = BTreeSet::new();
    let mut next = vec![from];
    while let Some(file) = next.pop() {
        next.extend(imports.get(file).into_iter().flatten().filter(|to| all.insert(*to)));
    }
    all
}
