//! What a source's owner should do about a finding, from the one place that says it:
//! `docs/findings.md`.

use std::collections::HashMap;
use std::sync::LazyLock;

/// What a code of findings means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    pub meaning: &'static str,
    /// What to do.
    pub act: &'static str,
}

static IN_ENGLISH: LazyLock<HashMap<&'static str, Advice>> =
    LazyLock::new(|| read(include_str!("../../docs/findings.md")));

/// What is said about a code, in English.
pub fn about(code: &str) -> Option<&'static Advice> {
    IN_ENGLISH.get(code)
}

/// Reads the rows of the tables: code or codes, meaning, what to do.
fn read(page: &'static str) -> HashMap<&'static str, Advice> {
    page.lines()
        .filter_map(|line| {
            let cells = line.strip_prefix("| `")?.strip_suffix(" |")?;
            let (codes, rest) = cells.split_once(" | ")?;
            let (meaning, act) = rest.split_once(" | ")?;
            let advice = Advice { meaning, act };
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
        assert_eq!(all["a-b"], Advice { meaning: "it is so", act: "do it" });
        assert_eq!(all["c"], all["d"]);
        assert_eq!((all["d"].meaning, all.len()), ("them `both`", 3));
    }

    #[test]
    fn every_row_of_the_page_is_found() {
        let page = include_str!("../../docs/findings.md");
        let rows = page.lines().filter(|line| line.starts_with("| `")).count();
        assert!(rows > 50 && IN_ENGLISH.len() >= rows, "{rows} {}", IN_ENGLISH.len());
        assert_eq!(
            about("licence-missing").map(|advice| advice.act),
            Some("state an SPDX expression")
        );
    }
}
