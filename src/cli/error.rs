//! Errors as a command tells them.

use crate::catalogue::text::one_line;

/// An error and its causes in one line. Many errors repeat their cause in their own words: what has
/// been said is not said again.
pub fn in_one_line(error: &anyhow::Error) -> String {
    let mut told = String::new();
    for cause in error.chain().map(|cause| one_line(&without_excerpt(&cause.to_string()))) {
        if told.contains(&cause) {
            continue;
        }
        if !told.is_empty() {
            told.push_str(": ");
        }
        told.push_str(&cause);
    }
    told
}

/// A message without the lines of a file that it shows, such as those of a TOML reader: their place
/// is named beside them.
fn without_excerpt(message: &str) -> String {
    let is_excerpt = |line: &&str| {
        line.trim_start()
            .trim_start_matches(|c: char| c.is_ascii_digit())
            .trim_start()
            .starts_with('|')
    };
    let lines: Vec<&str> =
        message.lines().filter(|line| !is_excerpt(line)).map(str::trim).collect();
    lines.join(" ")
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    #[test]
    fn an_error_is_told_once_and_in_one_line() {
        for (error, expected) in [
            (
                anyhow!("lost").context("the store failed: lost").context("cannot start"),
                "cannot start: the store failed: lost",
            ),
            (anyhow!("refused").context("no answer"), "no answer: refused"),
            (
                anyhow!(
                    "TOML parse error at line 1, column 8\n  |\n1 | [server\n  |        ^\nunclosed table\n in x.toml"
                ),
                "TOML parse error at line 1, column 8 unclosed table in x.toml",
            ),
        ] {
            assert_eq!(in_one_line(&error), expected);
        }
    }
}
