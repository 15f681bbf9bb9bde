//! The documentation keeps step with the code.
#![expect(clippy::indexing_slicing, reason = "helpers of tests are tests")]

use std::collections::BTreeSet;
use std::path::Path;

use fedcat::formats::{About, Code, explained};

/// The parts of the page that explains findings: what they are about, their titles, and a line
/// below it.
const PARTS: [(About, [&str; 2], [&str; 2]); 7] = [
    (About::Listing, ["The listing as a whole", "La liste entière"], ["", ""]),
    (About::Files, ["Files of a listing", "Les fichiers d’une liste"], ["", ""]),
    (About::Listed, ["Whether an entry is listed", "Si une fiche est listée"], ["", ""]),
    (About::Licences, ["Licences", "Licences"], ["", ""]),
    (About::Values, ["Values", "Valeurs"], ["", ""]),
    (About::Directories, ["Directories of organisations", "Répertoires d’organisations"], ["", ""]),
    (
        About::Publiccode,
        ["publiccode.yml", "publiccode.yml"],
        [
            "These carry line and column in the file.",
            "Ceux-ci indiquent la ligne et la colonne du fichier.",
        ],
    ),
];

/// The tables of the page in one language: 0 is English.
fn tables_of_findings(language: usize) -> String {
    let head = ["| code | what it means | what to do |", "| code | signification | que faire |"];
    let mut page = String::new();
    for (about, titles, notes) in PARTS {
        page += &format!("\n## {}\n\n", titles[language]);
        if !notes[language].is_empty() {
            page += &format!("{}\n\n", notes[language]);
        }
        page += &format!("{}\n|---|---|---|\n", head[language]);
        let explained = Code::ALL.iter().filter_map(|code| explained(*code));
        for one in explained.filter(|one| one.about == about) {
            let advice = if language == 0 { &one.en } else { &one.fr };
            page += &format!("| `{}` | {} | {} |\n", one.code, advice.meaning, advice.act);
        }
    }
    page
}

#[test]
fn the_pages_of_findings_are_made_of_what_the_product_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (language, name) in ["docs/findings.md", "docs/findings.fr.md"].into_iter().enumerate() {
        let path = root.join(name);
        let page = std::fs::read_to_string(&path).expect("the page");
        let (beginning, _) = page.split_once("\n## ").expect("a part");
        let made = format!("{beginning}{}", tables_of_findings(language));
        if std::env::var_os("FEDCAT_UPDATE_DOCS").is_some() {
            std::fs::write(&path, &made).expect("written");
        } else {
            assert!(page == made, "{name} is not what FEDCAT_UPDATE_DOCS=1 makes of the table");
        }
    }
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
    for (order, _) in fedcat::web::search::params::sorts() {
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
