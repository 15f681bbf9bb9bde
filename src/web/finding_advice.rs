//! What a source's owner should do about a finding, from the pages that say it: `docs/findings.md`
//! and, in French, `docs/findings.fr.md`.

use std::collections::HashMap;
use std::sync::LazyLock;

/// What a code of findings means, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    pub meaning: String,
    /// What to do.
    pub act: String,
}

static IN_ENGLISH: LazyLock<HashMap<&'static str, Advice>> =
    LazyLock::new(|| read(include_str!("../../docs/findings.md")));

static IN_FRENCH: LazyLock<HashMap<&'static str, Advice>> =
    LazyLock::new(|| read(include_str!("../../docs/findings.fr.md")));

/// The advice on a code, in English.
pub fn about(code: &str) -> Option<&'static Advice> {
    IN_ENGLISH.get(code)
}

/// All codes of findings, in their order.
pub fn codes() -> Vec<&'static str> {
    let mut all: Vec<&str> = IN_ENGLISH.keys().copied().collect();
    all.sort_unstable();
    all
}

/// The advice on a code in French, where there is a translation.
pub fn in_french(code: &str) -> Option<&'static Advice> {
    IN_FRENCH.get(code)
}

/// Reads the rows of the tables: code or codes, meaning, what to do. The marks around literal text
/// are for the page alone.
fn read(page: &'static str) -> HashMap<&'static str, Advice> {
    page.lines()
        .filter_map(|line| {
            let cells = line.strip_prefix("| `")?.strip_suffix(" |")?;
            let (codes, rest) = cells.split_once(" | ")?;
            let (meaning, act) = rest.split_once(" | ")?;
            let advice = Advice { meaning: meaning.replace('`', ""), act: act.replace('`', "") };
            Some(codes.split(", ").map(move |code| (code.trim_matches('`'), advice.clone())))
        })
        .flatten()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_of_the_page_are_read_row_by_row() {
        let page = "# X\n\n| code | what | do |\n|---|---|---|\n| `a-b` | it is so | do it |\n\
                    | `c`, `d` | them `both` | nothing |\n| broken |\n";
        let all = read(page);
        assert_eq!(all["a-b"], Advice { meaning: "it is so".into(), act: "do it".into() });
        assert_eq!(all["c"], all["d"]);
        assert_eq!((all["d"].meaning.as_str(), all.len()), ("them both", 3));
    }

    #[test]
    fn every_row_of_the_pages_is_found() {
        for (page, found) in [
            (include_str!("../../docs/findings.md"), &*IN_ENGLISH),
            (include_str!("../../docs/findings.fr.md"), &*IN_FRENCH),
        ] {
            let rows = page.lines().filter(|line| line.starts_with("| `")).count();
            assert!(rows > 50 && found.len() >= rows, "{rows} {}", found.len());
        }
        let lacking = IN_ENGLISH.keys().filter(|code| !IN_FRENCH.contains_key(*code));
        assert_eq!(lacking.collect::<Vec<_>>(), Vec::<&&str>::new(), "in French");
        assert_eq!(
            about("licence-missing").map(|advice| advice.act.as_str()),
            Some("state an SPDX expression")
        );
    }
}
