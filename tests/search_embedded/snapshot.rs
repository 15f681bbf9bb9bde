//! An index that was written to a file and read back answers as before; a file that is damaged, or
//! of something else, is refused and named.

use std::fs;
use std::path::Path;

use super::*;

const ABOUT: &str = "the shelf, version 1";

/// An empty index that is kept in a file however small it is.
fn kept(about: &str, path: &Path) -> Embedded {
    let tuning = Tuning { delta: 3, keep: 0, ..Tuning::default() };
    let engine = Embedded::tuned(schema(), Synonyms::default(), tuning).expect("an empty index");
    engine.kept_in(path.to_owned(), about.to_owned())
}

fn load(about: &str, path: &Path) -> (Embedded, Result<bool, String>) {
    let engine = kept(about, path);
    let loaded = wait(engine.load()).map_err(|error| error.to_string());
    (engine, loaded)
}

fn same_answers(one: &Embedded, other: &Embedded) {
    for typed in ["", "libre ofice", "e-mail", "mot de passe", "文書", "b", "visioconf"] {
        for sort in [Sort::Relevance, Sort::Name, Sort::Freshness, Sort::Newest] {
            let count = FACETS.map(str::to_owned).to_vec();
            let query = Query { sort, count, ..text(typed) };
            assert_eq!(ask(one, &query), ask(other, &query), "{typed} {sort:?}");
        }
    }
}

#[test]
fn what_is_read_back_answers_as_before() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("search.index");
    assert_eq!(load(ABOUT, &path).1, Ok(false), "no snapshot is no mistake");

    let before = kept(ABOUT, &path);
    wait(before.rebuild(shelf().into(), cursor(7))).expect("documents that fit");
    let (after, loaded) = load(ABOUT, &path);
    assert_eq!(loaded, Ok(true));
    assert_eq!(wait(after.cursor()).expect("a cursor"), cursor(7));
    same_answers(&after, &before);

    // A small change stays beside the segment and is not written; a large one is.
    wait(after.apply(vec![], vec![id(3)], cursor(8))).expect("a change that fits");
    assert_eq!(wait(load(ABOUT, &path).0.cursor()).expect("a cursor"), cursor(7));
    wait(after.apply(shelf().drain(..3).collect(), vec![id(4)], cursor(9)))
        .expect("a change that fits");
    let again = load(ABOUT, &path).0;
    assert_eq!(wait(again.cursor()).expect("a cursor"), cursor(9));
    assert_eq!(ask(&again, &text("")).total, 10);
    same_answers(&again, &after);
}

#[test]
fn a_small_index_is_not_kept_and_one_that_cannot_be_kept_answers_all_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("search.index");
    let small = engine(&[], Synonyms::default()).kept_in(path.clone(), ABOUT.to_owned());
    wait(small.rebuild(shelf().into(), cursor(1))).expect("documents that fit");
    assert!(!path.exists());

    fs::write(folder.path().join("file"), "no folder").expect("a file that can be written");
    let nowhere = kept(ABOUT, &folder.path().join("file").join("search.index"));
    wait(nowhere.rebuild(shelf().into(), cursor(1))).expect("documents that fit");
    assert_eq!(ask(&nowhere, &text("")).total, 12);
    assert!(!wait(nowhere.restore()).expect("an answer"));
}

#[test]
fn what_cannot_be_trusted_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("search.index");
    wait(kept(ABOUT, &path).rebuild(shelf().into(), cursor(1))).expect("documents that fit");
    let (engine, refused) = load("another shelf", &path);
    let refused = refused.expect_err("a snapshot of something else");
    assert!(refused.ends_with(&format!("is of something else: {ABOUT:?}")), "{refused}");
    assert_eq!(ask(&engine, &text("")).total, 0);

    let whole = fs::read(&path).expect("a file");
    let damaged = |bytes: &[u8]| {
        fs::write(&path, bytes).expect("a file that can be written");
        let refused = load(ABOUT, &path).1.expect_err("a damaged file");
        assert!(refused.contains("is damaged or of another version"), "{refused}");
    };
    for end in (0..whole.len()).step_by(97) {
        damaged(&whole[..end]);
    }
    for at in (0..whole.len()).step_by(97) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        damaged(&bytes);
    }
    assert!(load(ABOUT, folder.path()).1.expect_err("a folder").contains("cannot be used"));
}
