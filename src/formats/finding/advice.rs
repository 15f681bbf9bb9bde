//! What is said about each code, `codes.toml`, embedded in the binary.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::code::Code;
use super::severity::Severity;

/// What a code means to a source's owner, in one language. Literal text stands between backquotes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advice {
    /// What it means.
    pub meaning: String,
    /// What to do about it.
    pub act: String,
}

/// What a code is about: the parts of the page that explains them, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum About {
    Listing,
    Files,
    Listed,
    Licences,
    Values,
    Directories,
    Publiccode,
}

/// All that is said about a code.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Explained {
    pub code: Code,
    pub about: About,
    /// How bad it is, unless the finding says otherwise.
    pub severity: Severity,
    /// In English.
    pub en: Advice,
    /// In French.
    pub fr: Advice,
}

const TEXT: &str = include_str!("codes.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    code: Vec<Explained>,
}

/// By code. A test holds that the embedded text can be read and explains every code.
static TABLE: LazyLock<BTreeMap<Code, Explained>> = LazyLock::new(|| {
    let table = toml::from_str(TEXT).unwrap_or(Table { code: Vec::new() });
    table.code.into_iter().map(|explained| (explained.code, explained)).collect()
});

/// What is said about a code.
pub fn explained(code: Code) -> Option<&'static Explained> {
    TABLE.get(&code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_explains_every_code_once_in_its_order() {
        let table: Table = toml::from_str(TEXT).expect("the table");
        let codes: Vec<Code> = table.code.iter().map(|explained| explained.code).collect();
        assert_eq!(codes, Code::ALL);
        for Explained { code, en, fr, .. } in &table.code {
            for text in [&en.meaning, &en.act, &fr.meaning, &fr.act] {
                assert!(!text.trim().is_empty() && !text.contains('|'), "{code}: {text:?}");
            }
        }
    }
}
