//! What is checked of a document in Turtle, TriG or N-Triples before the parser sees it: the parser
//! keeps what is open, and tells nothing of it before it is closed.

/// The deepest nesting of brackets.
const DEEPEST: usize = 64;

/// Whether brackets are nested more deeply than is read. Texts, addresses and comments are passed
/// over; where they do not end, the parser says so.
pub(super) fn is_deep(text: &str) -> bool {
    let mut rest = text.as_bytes();
    let mut open: usize = 0;
    while let Some((first, after)) = rest.split_first() {
        rest = match first {
            b'[' | b'(' | b'{' => {
                open += 1;
                after
            }
            b']' | b')' | b'}' => {
                open = open.saturating_sub(1);
                after
            }
            b'<' => past(after, b">"),
            b'#' => past(after, b"\n"),
            b'\\' => after.get(1..).unwrap_or_default(),
            b'"' | b'\'' => past_text(rest, *first),
            _ => after,
        };
        if open > DEEPEST {
            return true;
        }
    }
    false
}

/// What follows a text that begins with one or three of the same mark.
fn past_text(text: &[u8], mark: u8) -> &[u8] {
    let long = [mark; 3];
    let is_long = text.starts_with(&long);
    let end = if is_long { &long[..] } else { &long[..1] };
    let mut rest = text.get(end.len()..).unwrap_or_default();
    while let Some((first, after)) = rest.split_first() {
        if rest.starts_with(end) {
            return rest.get(end.len()..).unwrap_or_default();
        }
        rest = if *first == b'\\' { after.get(1..).unwrap_or_default() } else { after };
    }
    rest
}

/// What follows the first `end`.
fn past<'a>(text: &'a [u8], end: &[u8; 1]) -> &'a [u8] {
    let at = text.iter().position(|byte| end.contains(byte));
    at.and_then(|at| text.get(at + 1..)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn brackets_are_counted_where_they_are_brackets() {
        let deep = "[".repeat(65);
        for (text, expected) in [
            (deep.clone(), true),
            ("[".repeat(64), false),
            ("[]".repeat(100), false),
            ("[ ( { ".repeat(30), true),
            (format!("# {deep}"), false),
            (format!("# a\n{deep}"), true),
            (format!("<a{deep}>"), false),
            (format!("<a> {deep}"), true),
            (format!("\"{deep}\""), false),
            (format!("\"a\" {deep}"), true),
            (format!("\"\" {deep}"), true),
            (format!("'\\'{deep}'"), false),
            (format!("'\\\\' {deep}"), true),
            (format!("\"\"\"a\"{deep}\"\"\""), false),
            (format!("\"\"\"a\"\"\" {deep}"), true),
            (format!("\"\"\"\"\"\" {deep}"), true),
            (format!("a:b\\'{deep}"), true),
            (format!("<a'b> {deep}"), true),
        ] {
            assert_eq!(is_deep(&text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_looked_through(text in "[<>\\[\\]\"'#\\\\\\n a]{0,100}") {
            is_deep(&text);
        }
    }
}
