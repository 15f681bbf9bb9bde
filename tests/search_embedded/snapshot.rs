//! An index that was written to a file and read back answers as before; a file that is damaged, or
//! of something else, is refused and named.

use std::fs;
use std::path::Path;

use super::*;

const ABOUT: &str = "the shelf, version 1";

fn saved(engine: &Embedded, path: &Path) -> bool {
    wait(engine.save(ABOUT.to_owned(), path.to_owned())).expect("a file that can be written")
}

fn load(about: &str, path: &Path) -> (Embedded, Result<bool, String>) {
    let engine = engine(&[], Synonyms::default());
    let loaded = wait(engine.load(about.to_owned(), path.to_owned()));
    (engine, loaded.map_err(|error| error.to_string()))
}

#[test]
fn what_is_read_back_answers_as_before() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("search.index");
    assert_eq!(load(ABOUT, &path).1, Ok(false), "no snapshot is no mistake");

    let before = engine(&shelf(), Synonyms::default());
    wait(before.rebuild(shelf(), 7)).expect("documents that fit");
    assert!(saved(&before, &path));
    let (after, loaded) = load(ABOUT, &path);
    assert_eq!(loaded, Ok(true));
    assert_eq!(wait(after.cursor()).expect("a cursor"), 7);
    for typed in ["", "libre ofice", "e-mail", "mot de passe", "文書", "b", "visioconf"] {
        for sort in [Sort::Relevance, Sort::Name, Sort::Freshness, Sort::Newest] {
            let count = FACETS.map(str::to_owned).to_vec();
            let query = Query { sort, count, ..text(typed) };
            assert_eq!(ask(&after, &query), ask(&before, &query), "{typed} {sort:?}");
        }
    }
    // What was read back can be changed and written again.
    wait(after.apply(shelf().drain(..2).collect(), vec![id(3)], 8)).expect("a change that fits");
    assert!(!saved(&after, &path), "a change beside the segment is not written");
    assert_eq!(ask(&after, &text("")).total, 11);
}

#[test]
fn what_cannot_be_trusted_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("search.index");
    assert!(saved(&engine(&shelf(), Synonyms::default()), &path));
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
