//! SPDX expressions in any letter case, with their identifiers brought up to date.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use super::deprecated::replacement;
use super::{Confidence, Context, Outcome, Range};

/// The outcome of a statement that is one identifier, and nothing else.
pub(super) fn identifier(statement: &str, context: Context) -> Option<Outcome> {
    let id = *lookup(&IDENTIFIERS, statement)?;
    if context == Context::Fedora && id == "MIT" {
        return None;
    }
    let (expression, range) = replacement(id).unwrap_or((id, Range::Stated));
    let confidence = if expression == statement { Confidence::Verbatim } else { Confidence::Alias };
    Some(Outcome::Expression { expression: expression.to_owned(), confidence, range })
}

/// The outcome of a statement in SPDX syntax, or `None` where some token is neither an operator nor
/// on the list, or the whole is no expression.
pub(super) fn expression(statement: &str, context: Context) -> Option<Outcome> {
    let inner = without_outer_parentheses(statement);
    let mut parts: Vec<Cow<'_, str>> = Vec::with_capacity(8);
    let mut range = Range::Stated;
    for token in tokens(inner) {
        let (text, token_range) = explain(token, context)?;
        if token_range == Range::Unstated {
            range = Range::Unstated;
        }
        parts.push(text);
    }
    let mut expression = String::with_capacity(inner.len() + 8);
    for (at, part) in parts.iter().enumerate() {
        let opens =
            at.checked_sub(1).and_then(|before| parts.get(before)).is_some_and(|p| p == "(");
        if at > 0 && !opens && part != ")" {
            expression.push(' ');
        }
        expression.push_str(part);
    }
    spdx::Expression::parse(&expression).ok()?;
    let confidence = if expression == statement { Confidence::Verbatim } else { Confidence::Alias };
    Some(Outcome::Expression { expression, confidence, range })
}

/// The identifier on the list in the letter case of the list.
pub(super) fn listed(id: &str) -> Option<&'static str> {
    lookup(&IDENTIFIERS, id).copied()
}

/// The text without parentheses that hold the whole of it.
fn without_outer_parentheses(text: &str) -> &str {
    let mut inner = text.trim();
    while let Some(stripped) = inner.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        let mut depth = 0i32;
        let closes_early = stripped.chars().any(|char| {
            depth += i32::from(char == '(') - i32::from(char == ')');
            depth < 0
        });
        if closes_early {
            break;
        }
        inner = stripped.trim();
    }
    inner
}

fn tokens(statement: &str) -> impl Iterator<Item = &str> {
    statement.split_whitespace().flat_map(split_parentheses)
}

fn split_parentheses(word: &str) -> impl Iterator<Item = &str> {
    let mut rest = word;
    std::iter::from_fn(move || {
        let at = match rest.find(['(', ')']) {
            _ if rest.is_empty() => return None,
            Some(0) => 1,
            Some(at) => at,
            None => rest.len(),
        };
        let (token, after) = rest.split_at(at);
        rest = after;
        Some(token)
    })
}

/// The current spelling of one token, or `None` where it is neither an operator nor on the list.
fn explain(token: &str, context: Context) -> Option<(Cow<'_, str>, Range)> {
    let stated = |text| Some((Cow::Borrowed(text), Range::Stated));
    for operator in ["(", ")", "AND", "OR", "WITH"] {
        if token.eq_ignore_ascii_case(operator) {
            return stated(operator);
        }
    }
    if token.starts_with("LicenseRef-") || token.starts_with("DocumentRef-") {
        return stated(token);
    }
    if let Some(id) = listed(token) {
        // In Fedora's old short names MIT is a style, not a text.
        if context == Context::Fedora && id == "MIT" {
            return None;
        }
        return Some(match replacement(id) {
            Some((current, range)) => (group(current), range),
            None => (Cow::Borrowed(id), Range::Stated),
        });
    }
    if let Some(&exception) = lookup(&EXCEPTIONS, token) {
        return stated(exception);
    }
    let id = listed(token.strip_suffix('+')?)?;
    // `GPL-3.0+` is on the list above; `GPL-3.0-or-later+` and `GPL-3.0-only+` mean nothing.
    if replacement(id).is_some() || spdx::license_id(id)?.is_gnu() {
        return None;
    }
    Some((Cow::Owned(format!("{id}+")), Range::Stated))
}

/// A replacement of several words must stay together beside `AND` and `OR`.
fn group(replacement: &'static str) -> Cow<'static, str> {
    if replacement.contains(" AND ") {
        Cow::Owned(format!("({replacement})"))
    } else {
        Cow::Borrowed(replacement)
    }
}

/// Looks an identifier up in any letter case, without allocating.
fn lookup<'m, V>(map: &'m HashMap<&'static str, V>, id: &str) -> Option<&'m V> {
    let mut folded = [0u8; LONGEST_ID];
    let folded = folded.get_mut(..id.len())?;
    folded.copy_from_slice(id.as_bytes());
    folded.make_ascii_lowercase();
    map.get(std::str::from_utf8(folded).ok()?)
}

const LONGEST_ID: usize = 64;

/// Every identifier of the list by its lower-case form.
static IDENTIFIERS: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    spdx::identifiers::LICENSES
        .iter()
        .filter(|licence| !matches!(licence.name, "NOASSERTION" | "NONE"))
        .map(|licence| (lower(licence.name), licence.name))
        .collect()
});

/// Every exception of the list by its lower-case form.
static EXCEPTIONS: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    spdx::identifiers::EXCEPTIONS
        .iter()
        .map(|exception| (lower(exception.name), exception.name))
        .collect()
});

/// The tables live as long as the programme.
fn lower(id: &str) -> &'static str {
    id.to_ascii_lowercase().leak()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_identifier_is_longer_than_the_lookup_holds() {
        for name in IDENTIFIERS.values().chain(EXCEPTIONS.values()) {
            assert!(name.len() <= LONGEST_ID, "{name}");
        }
    }

    #[test]
    fn only_parentheses_around_the_whole_are_left_out() {
        for (text, expected) in [
            ("(MIT)", "MIT"),
            ("( (MIT OR ISC) )", "MIT OR ISC"),
            ("(MIT OR ISC) AND (Zlib OR X11)", "(MIT OR ISC) AND (Zlib OR X11)"),
            ("(MIT", "(MIT"),
            ("()", ""),
        ] {
            assert_eq!(without_outer_parentheses(text), expected);
        }
    }
}
