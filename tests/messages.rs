//! The messages of the pages: the same in both languages, none missing, none left over.

#![expect(
    clippy::expect_used,
    reason = "the lints spare test functions, but not the functions that they share"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use fedcat::catalogue::merge::FIELDS;
use fedcat::formats::publiccode::SCOPES;
use fedcat::publish::index::Facet;
use fedcat::publish::index::facets::ValueLabel;
use fedcat::web::params::sorts;

/// All files below a folder with one of the endings, joined.
fn joined(folder: &str, ending: &str) -> String {
    let mut all = String::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), ending, &mut all);
    assert!(!all.is_empty(), "{folder} holds no {ending}");
    all
}

fn collect(folder: &Path, ending: &str, all: &mut String) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, ending, all);
        } else if path.extension().is_some_and(|found| found == ending) {
            all.push_str(&fs::read_to_string(&path).expect("a text"));
            all.push('\n');
        }
    }
}

/// For each key of a language the variables that its message uses.
fn messages(language: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut key = String::new();
    for line in joined(&format!("locales/{language}"), "ftl").lines() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some((name, _)) = line.split_once(" =").filter(|_| !line.starts_with(' ')) {
            name.clone_into(&mut key);
            assert!(!all.contains_key(&key), "{key} stands twice in {language}");
        }
        all.entry(key.clone()).or_default().extend(variables(line));
    }
    all
}

fn variables(line: &str) -> impl Iterator<Item = String> {
    line.split('$')
        .skip(1)
        .map(|rest| rest.chars().take_while(|c| c.is_ascii_alphanumeric()).collect::<String>())
}

/// What stands between `before` and the next quotation mark, wherever it occurs.
fn literals<'a>(code: &'a str, before: &str) -> BTreeSet<&'a str> {
    code.split(before).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn both_languages_have_the_same_messages() {
    let (english, french) = (messages("en"), messages("fr"));
    for (key, variables) in &english {
        assert_eq!(french.get(key), Some(variables), "{key}");
    }
    for key in french.keys() {
        assert!(english.contains_key(key), "{key} is in French only");
    }
}

#[test]
fn every_message_is_used_and_every_used_message_is_there() {
    let code = joined("src/web/pages", "rs") + &joined("templates", "html");
    let known = messages("en");
    for call in ["say(\"", ".with(\"", ".count(\""] {
        for key in literals(&code, call) {
            assert!(known.contains_key(key), "{key} is used but not defined");
        }
    }
    let families: BTreeSet<String> = [".of(\"", ".known(\""]
        .into_iter()
        .flat_map(|call| literals(&code, call))
        .map(|family| format!("{family}-"))
        .chain(["month-".to_owned()])
        .chain(Facet::ALL.iter().filter_map(|facet| match facet.label() {
            ValueLabel::Word(family) => Some(format!("{family}-")),
            _ => None,
        }))
        .collect();
    for family in &families {
        assert!(known.keys().any(|key| key.starts_with(family)), "{family}… has no message");
    }
    for key in known.keys() {
        let is_used = code.contains(&format!("\"{key}\""))
            || families.iter().any(|family| key.starts_with(family));
        assert!(is_used, "{key} is defined but not used");
    }
}

#[test]
fn what_the_catalogue_can_show_has_a_label() {
    let known = messages("en");
    let fields = FIELDS.iter().map(|(field, _)| format!("field-{}", field.replace('_', "-")));
    let facets = Facet::ALL.iter().map(|facet| format!("facet-{facet}"));
    let orders = sorts().map(|(word, _)| format!("sort-{word}"));
    let scopes = SCOPES.iter().map(|scope| format!("scope-{scope}"));
    for key in fields.chain(facets).chain(orders).chain(scopes) {
        assert!(known.contains_key(&key), "{key} has no message");
    }
}
