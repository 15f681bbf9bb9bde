//! The documentation keeps step with the code.
#![expect(clippy::expect_used, reason = "helpers of tests are tests")]

use std::collections::BTreeSet;
use std::path::Path;

/// All Rust files below a folder, put together, without their tests.
fn source(folder: &Path, text: &mut String) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            source(&path, text);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let file = std::fs::read_to_string(&path).expect("a file");
            text.push_str(file.split("#[cfg(test)]").next().unwrap_or_default());
        }
    }
}

#[test]
fn every_code_of_a_finding_says_what_to_do() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut text = String::new();
    source(&root.join("src/formats"), &mut text);
    source(&root.join("src/harvest"), &mut text);
    let documented = std::fs::read_to_string(root.join("docs/findings.md")).expect("the page");
    // A code is the first text given to a constructor of findings.
    let mut codes = BTreeSet::new();
    for call in
        ["Finding::error(", "Finding::warning(", "Finding::info(", ".warn(", ".info(", "reason: "]
    {
        for after in text.split(call).skip(1) {
            let argument = after.trim_start();
            if let Some(code) = argument.strip_prefix('"').and_then(|rest| rest.split('"').next())
                && code.contains('-')
                && code.chars().all(|c| c.is_ascii_lowercase() || c == '-')
            {
                codes.insert(code.to_owned());
            }
        }
    }
    // What keeps a listing from being read is an error before it is a finding.
    let errors = std::fs::read_to_string(root.join("src/harvest/listing/error.rs"));
    let errors = errors.expect("the errors");
    codes.extend(errors.split('"').filter(|text| text.starts_with("listing-")).map(str::to_owned));
    assert!(codes.len() > 30, "the codes are still found in the code: {codes:?}");
    let missing: Vec<&String> =
        codes.iter().filter(|code| !documented.contains(&format!("`{code}`"))).collect();
    assert!(missing.is_empty(), "docs/findings.md lacks {missing:?}");
}

#[test]
fn every_setting_is_in_the_reference() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let reference = std::fs::read_to_string(root.join("docs/configuration.md")).expect("the page");
    let settings = fedcat::config::Settings::default().masked().expect("TOML");
    let mut section = "";
    for line in settings.lines() {
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']');
        } else if let Some((key, _)) = line.split_once(" = ") {
            assert!(reference.contains(&format!("`{section}.{key}`")), "{section}.{key}");
        }
    }
}

#[test]
fn every_facet_and_order_is_told_to_those_who_search() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("docs/searching.md")).expect("the page");
    for facet in fedcat::publish::index::Facet::ALL {
        assert!(page.contains(&format!("`{facet}`")), "docs/searching.md lacks {facet}");
    }
    for (order, _) in fedcat::web::params::sorts() {
        assert!(page.contains(order), "docs/searching.md lacks {order}");
    }
}

#[test]
fn every_column_of_a_table_is_told_to_those_who_take_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("docs/exports.md")).expect("the page");
    let (_, table) = page.split_once("| column | what stands in it |").expect("the table");
    for name in fedcat::publish::export::columns::names() {
        assert!(table.contains(&format!("`{name}`")), "docs/exports.md lacks {name}");
    }
}

#[test]
fn every_misbehaviour_in_the_table_has_its_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("docs/harvest.md")).expect("the page");
    let findings = std::fs::read_to_string(root.join("docs/findings.md")).expect("the page");
    let mut tests = BTreeSet::new();
    for quoted in page.split('`').skip(1).step_by(2) {
        if let Some((file, test)) = quoted.split_once("::") {
            let path = root.join("tests").join(format!("{file}.rs"));
            let text = std::fs::read_to_string(&path).expect("a file of tests");
            assert!(text.contains(&format!("fn {test}(")), "{quoted} is not there");
            tests.insert(quoted);
        } else if quoted.starts_with("listing-") {
            assert!(findings.contains(&format!("`{quoted}`")), "docs/findings.md lacks {quoted}");
        }
    }
    assert!(tests.len() > 20, "the tests are still found in the page: {tests:?}");
}
