//! What is checked of a document in Turtle, TriG or N-Triples before the parser sees it: the parser
//! keeps what is open, and tells nothing of it before it is closed.

use std::borrow::Cow;
use std::ops::Range;

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

/// The statement in which a place stands, with the mark that ends it, and where else in it a
/// subject may begin; `None` where the statement does not end.
pub(super) fn statement_at(text: &str, place: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let (mut start, mut at, mut open) = (0, 0, 0_usize);
    while let Some(first) = bytes.get(at) {
        let rest = bytes.get(at..).unwrap_or_default();
        let next = match first {
            b'"' | b'\'' => at + text_length(rest, *first),
            b'<' => at + length_to(rest, b">\n"),
            b'#' => at + length_to(rest, b"\n"),
            b'\\' => at + 2,
            _ => at + 1,
        };
        match first {
            b'[' | b'(' => open += 1,
            b']' | b')' => open = open.saturating_sub(1),
            b'{' | b'}' if at < place => (start, open) = (at + 1, 0),
            b'}' => return Some(start..at),
            b'.' if open == 0 && !continues(bytes.get(at + 1)) => {
                if at >= place {
                    return Some(start..at + 1);
                }
                start = at + 1;
            }
            _ => {}
        }
        at = next;
    }
    None
}

/// Whether what follows a dot belongs to the same name or number.
fn continues(next: Option<&u8>) -> bool {
    next.is_some_and(|byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'-' | b'%')
    })
}

/// The subject of a statement as it is written: an address in angle brackets or a short name.
pub(super) fn subject(statement: &str) -> Option<&str> {
    let mut rest = statement.trim_start();
    while let Some(comment) = rest.strip_prefix('#') {
        rest = comment.split_once('\n')?.1.trim_start();
    }
    let end = match rest.strip_prefix('<') {
        Some(address) => 2 + address.find('>')?,
        None => rest.find(char::is_whitespace)?,
    };
    let subject = rest.get(..end)?;
    let is_directive = subject.starts_with('@')
        || ["prefix", "base"].iter().any(|word| subject.eq_ignore_ascii_case(word));
    (!is_directive).then_some(subject)
}

/// Whether more than one line of a statement begins as a subject does: then a mark is missing
/// between two statements.
pub(super) fn is_several(statement: &str) -> bool {
    let begins = |line: &&str| line.starts_with(|c: char| c == '<' || c.is_alphanumeric());
    statement.lines().filter(begins).count() > 1
}

/// The document with the language tags that have an underscore (`@fr_FR`) as they should be.
pub(super) fn with_plain_tags(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut wrong = Vec::new();
    let mut at = 0;
    while let Some(first) = bytes.get(at) {
        let rest = bytes.get(at..).unwrap_or_default();
        at += match first {
            b'"' | b'\'' => {
                let length = text_length(rest, *first);
                let tag = rest.get(length..).unwrap_or_default();
                let is_sign =
                    |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
                if tag.first() == Some(&b'@') {
                    let signs = tag.iter().skip(1).take_while(|byte| is_sign(byte));
                    let underscores = signs.enumerate().filter(|(_, byte)| **byte == b'_');
                    wrong.extend(underscores.map(|(index, _)| at + length + 1 + index));
                }
                length
            }
            b'<' => length_to(rest, b">\n"),
            b'#' => length_to(rest, b"\n"),
            b'\\' => 2,
            _ => 1,
        };
    }
    if wrong.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut bytes = bytes.to_vec();
    for at in wrong {
        if let Some(byte) = bytes.get_mut(at) {
            *byte = b'-';
        }
    }
    // One sign of one byte for another.
    String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// The length of a text in quotation marks; a short one ends with its line at the latest.
fn text_length(text: &[u8], mark: u8) -> usize {
    let is_long = text.starts_with(&[mark; 3]);
    if is_long {
        return text.len() - past_text(text, mark).len();
    }
    let mut at = 1;
    while let Some(byte) = text.get(at) {
        match byte {
            b'\\' => at += 2,
            b'\n' => return at,
            byte if *byte == mark => return at + 1,
            _ => at += 1,
        }
    }
    text.len()
}

/// The length up to and with the first of `ends`.
fn length_to(text: &[u8], ends: &[u8]) -> usize {
    text.iter().position(|byte| ends.contains(byte)).map_or(text.len(), |at| at + 1)
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

    #[test]
    fn a_statement_is_found_around_a_place() {
        for (text, marked, expected) in [
            ("<a> a <b> . <c> X <d> . <e> a <f> .", "X", " <c> X <d> ."),
            ("<a> <b> \"x. y\" ; <c> X . <d> a <e> .", "X", "<a> <b> \"x. y\" ; <c> X ."),
            ("<a> <b> [ <c> <d> . X ] . <e>", "X", "<a> <b> [ <c> <d> . X ] ."),
            ("<a.b> <c> 1.5 , ex:a.b , X.\n<d>", "X", "<a.b> <c> 1.5 , ex:a.b , X."),
            ("<g> { <a> <b> <c> . <d> X <e> . }", "X", " <d> X <e> ."),
            ("<g> { <a> X <b> }", "X", " <a> X <b> "),
            ("<a> <b> \"open X\n . <c> <d> <e> .", "X", "<a> <b> \"open X\n ."),
        ] {
            let place = text.find(marked).expect("marked");
            let found = statement_at(text, place).and_then(|range| text.get(range));
            assert_eq!(found, Some(expected), "{text}");
        }
        assert_eq!(statement_at("<a> X <b>", 4), None);
        assert_eq!(subject(" # a comment\n <a b> <c>"), Some("<a b>"));
        assert_eq!(subject("ex:a a ex:b ."), Some("ex:a"));
        assert_eq!(subject("@prefix a: <b> ."), None);
    }

    #[test]
    fn language_tags_are_put_right_and_nothing_else() {
        for (text, expected) in [
            ("<a> <b> \"x\"@fr_FR , 'y'@pt_BR .", "<a> <b> \"x\"@fr-FR , 'y'@pt-BR ."),
            ("<a_b> <c> \"@x_y \\\"@x_y\" . # \"@x_y", "<a_b> <c> \"@x_y \\\"@x_y\" . # \"@x_y"),
            ("<a> <b> \"\"\"x \"@a_b\"\"\"@c_d .", "<a> <b> \"\"\"x \"@a_b\"\"\"@c-d ."),
        ] {
            assert_eq!(with_plain_tags(text), expected);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_looked_through(text in "[<>\\[\\]{}.@_\"'#\\\\\\n aé]{0,100}", place in 0_usize..100) {
            with_plain_tags(&text);
            if let Some(range) = statement_at(&text, place) {
                prop_assert!(text.get(range).is_some());
            }
            is_deep(&text);
        }
    }
}
