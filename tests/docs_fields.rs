//! The tables of `docs/sources/`: what becomes of each field of a source. Each row is held against
//! the decoder: a field that items have and that stands in no row fails, and so does a row that
//! claims a field of the entry that does not change when the source's field is taken away, and one
//! that says "not kept" of a field that does change something.
//!
//! Items are those of the fixtures and, where they are, of the recorded catalogues.
#![expect(clippy::expect_used, reason = "helpers of tests are tests")]

#[path = "support/jekyll.rs"]
mod jekyll;
#[path = "docs_fields/paths.rs"]
mod paths;
#[path = "support/skipped.rs"]
mod skipped;
#[path = "docs_fields/subjects.rs"]
mod subjects;
#[path = "docs_fields/table.rs"]
mod table;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use fedcat::catalogue::merge::FIELDS;
use serde_json::Value;
use subjects::{Read, Subject};
use table::{Fate, Row, table};

/// What a row may claim beside the fields of an entry: the id at the source, that the entry is
/// withdrawn, that it is not listed.
const ELSEWHERE: &[&str] = &["id", "withdrawn", "listed"];

/// Items of one kind that are looked at for each row: enough to meet every case that there is.
const MOST: usize = 40;

/// What a table says of a path: the path as the row that speaks of it names it, which is the one
/// that does so most closely.
fn named<'a>(rows: &'a [Row], path: &str) -> Option<&'a str> {
    let all = rows.iter().flat_map(|row| &row.paths).map(String::as_str);
    let closeness = |named: &&str| (named.matches('.').count(), !named.contains('*'));
    all.filter(|named| paths::covers(named, path)).max_by_key(closeness)
}

/// Items and what was read of them, by how the table names what they have.
type Examples<'a> = BTreeMap<&'a str, Vec<(&'a Value, Read)>>;

/// What differs between two readings of an item.
fn differences(before: &Read, after: &Read) -> BTreeSet<String> {
    let fields = before.content.keys().chain(after.content.keys());
    let changed = fields.filter(|field| before.content.get(*field) != after.content.get(*field));
    let mut differences: BTreeSet<String> = changed.cloned().collect();
    if before.id != after.id {
        differences.insert("id".to_owned());
    }
    if before.fate != after.fate {
        // An entry that is not listed any more has lost all its fields; what it cannot be without
        // is its id and its name.
        differences.retain(|field| field == "id");
        if after.fate == "failed" && before.known_by == after.known_by {
            differences.insert("name".to_owned());
        }
        differences.extend([before.fate, after.fate].map(str::to_owned));
    }
    differences
}

/// What is wrong with the table of a page.
fn faults(subject: &Subject) -> Vec<String> {
    let rows = &subject.rows;
    let mut faults = Vec::new();
    if rows.is_empty() {
        return vec!["the page has no table under \"What becomes of each\"".to_owned()];
    }
    let known = |field: &str| FIELDS.contains(&field) || ELSEWHERE.contains(&field);
    for row in rows {
        let unknown = row.fields().filter(|field| !known(field));
        faults.extend(unknown.map(|field| format!("{:?}: no entry has a {field}", row.paths)));
    }
    let (examples, unnamed) = examples(subject);
    faults.extend(unnamed.iter().map(|(path, n)| format!("{path} ({n} items) stands in no row")));
    faults.extend(rows.iter().flat_map(|row| untruths(subject, row, &examples)));
    faults
}

/// Items for each thing that the table names, and in how many items stands what it does not name.
/// What cannot be read, or is not for the catalogue, may have any fields.
fn examples(subject: &Subject) -> (Examples<'_>, BTreeMap<String, usize>) {
    let mut examples = Examples::new();
    let mut unnamed = BTreeMap::new();
    let mut known: HashMap<String, Option<&str>> = HashMap::new();
    let items = subject.fixtures.iter().chain(&subject.recorded);
    for item in items.filter(|item| item.is_object()) {
        let read = subject.read(item);
        let mut here = BTreeSet::new();
        for path in paths::leaves(item, subject.spelling) {
            let named = *known.entry(path.clone()).or_insert_with(|| named(&subject.rows, &path));
            match named {
                Some(named) => {
                    here.insert(named);
                }
                None if matches!(read.fate, "listed" | "withdrawn")
                    && !subject.is_told(&read, &path) =>
                {
                    *unnamed.entry(path).or_default() += 1;
                }
                None => {}
            }
        }
        for named in here {
            let all: &mut Vec<_> = examples.entry(named).or_default();
            if all.len() < MOST {
                all.push((item, read.clone()));
            }
        }
    }
    (examples, unnamed)
}

/// What a row claims that the decoder does not do.
fn untruths(subject: &Subject, row: &Row, examples: &Examples<'_>) -> Vec<String> {
    let mut faults = Vec::new();
    let mut seen_by_any = BTreeSet::new();
    let met = row.paths.iter().filter_map(|path| Some((path, examples.get(&**path)?)));
    for (path, items) in met.clone() {
        let mut seen = BTreeSet::new();
        for (item, before) in items {
            let goes = |leaf: &str| named(&subject.rows, leaf) == Some(path);
            let less = paths::without(item, subject.spelling, &goes);
            seen.extend(differences(before, &subject.read(&less)));
        }
        match &row.fate {
            Fate::Kept(fields) if !fields.iter().any(|field| seen.contains(field)) => {
                faults.push(format!("{path} becomes none of {fields:?}: {seen:?} changes"));
            }
            Fate::NotKept if !seen.is_empty() => {
                faults.push(format!("{path} is said not to be kept: {seen:?} changes"));
            }
            _ => {}
        }
        seen_by_any.extend(seen);
    }
    let is_met = met.count() > 0;
    if !is_met && matches!(row.fate, Fate::Kept(_)) {
        faults.push(format!("{:?}: no item has it", row.paths));
    }
    let nothing = row.fields().filter(|field| is_met && !seen_by_any.contains(*field));
    faults.extend(nothing.map(|field| format!("nothing of {:?} becomes {field}", row.paths)));
    faults
}

#[test]
fn every_field_of_a_source_stands_in_a_true_row() {
    let mut all = Vec::new();
    for subject in subjects::all() {
        let faults = faults(&subject);
        all.extend(faults.into_iter().map(|fault| format!("{}: {fault}", subject.page)));
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}

/// Pages of connectors that compose items out of the answers of forges: what they read of an
/// answer is tested where they are, so here only that what they claim exists.
#[test]
fn what_forges_say_becomes_fields_that_exist() {
    for page in ["github-org", "gitlab-group", "forgejo-org"] {
        let rows = table(page, paths::plain);
        assert!(!rows.is_empty(), "{page}");
        for field in rows.iter().flat_map(Row::fields) {
            let is_known = FIELDS.contains(&field);
            assert!(is_known || ELSEWHERE.contains(&field), "{page}: no entry has a {field}");
        }
    }
}

#[test]
fn a_false_table_is_found_out() {
    let subject = subjects::invented();
    assert_eq!(
        faults(&subject),
        [
            r#"["title"]: no entry has a title"#,
            "repository.homepage (1 items) stands in no row",
            r#"["title"]: no item has it"#,
            r#"repository.licence becomes none of {"tags"}: {"licences"} changes"#,
            r#"nothing of ["repository.licence"] becomes tags"#,
            r#"repository.name is said not to be kept: {"failed", "listed", "name"} changes"#,
        ]
    );
}
