//! From a statement to its [`Outcome`]: words that state nothing, SPDX syntax, addresses, and then
//! the grammar, which must explain every token. The first that answers wins; whatever comes out
//! must be a valid SPDX expression.

use std::borrow::Cow;

use super::address::as_alias;
use super::table::TABLES;
use super::together::together;
use super::tokens::{OR_LATER, fold, tokens};
use super::{Context, Normalised, Outcome, address, expression, grammar, slips};

/// A longer text is a licence, not the name of one.
const LONGEST_STATEMENT: usize = 400;

/// What `raw` states, read as `context`. Pure; never fails and never panics.
pub fn normalise(raw: &str, context: Context) -> Normalised {
    let outcome = outcome(&single_spaced(raw.trim()), context);
    Normalised { raw: raw.to_owned(), context, outcome }
}

/// The text with one space for each run of white space. Longer texts are refused as they are.
fn single_spaced(text: &str) -> Cow<'_, str> {
    let is_single = |text: &str| {
        !text.contains("  ") && !text.contains(|char: char| char != ' ' && char.is_whitespace())
    };
    if text.len() > 2 * LONGEST_STATEMENT || is_single(text) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn outcome(statement: &str, context: Context) -> Outcome {
    if let Some(outcome) = expression::identifier(statement, context) {
        return outcome;
    }
    if statement.len() > LONGEST_STATEMENT {
        return rejected(statement);
    }
    let folded = fold(statement);
    if TABLES.states_nothing(&folded) {
        return Outcome::NoStatement;
    }
    if let Some(outcome) =
        expression::expression(statement, context).or_else(|| address(statement, context))
    {
        return outcome;
    }
    if matches!(context, Context::Url | Context::Wikidata) {
        return rejected(statement);
    }
    if let Some(outcome) = name_and_address(statement, context) {
        return outcome;
    }
    let Some(name) = without_classifier(&folded) else {
        return Outcome::NotListed { licence_ref: None };
    };
    let name = with_dots(name);
    let written = tokens(&name);
    let mended = slips::mended(&written);
    let tokens = mended.as_deref().unwrap_or(&written);
    let outcome = match grammar::parse(tokens, context) {
        Ok(outcome) if mended.is_some() => as_alias(outcome),
        Ok(outcome) => outcome,
        Err(at) => {
            let token = tokens.get(at).map_or(statement, |token| token.text);
            return rejected(as_written(statement, if token == OR_LATER { "+" } else { token }));
        }
    };
    // The gate: whatever the rules made must be a strict SPDX expression.
    match &outcome {
        Outcome::Expression { expression, .. } if spdx::Expression::parse(expression).is_err() => {
            rejected(statement)
        }
        _ => outcome,
    }
}

/// An address, also with what bundle headers of OSGi say behind it: the licence in words, which
/// must be the same.
fn address(statement: &str, context: Context) -> Option<Outcome> {
    let Some((address, description)) = statement.split_once(";description=") else {
        return address::address(statement, context);
    };
    let stated = address::address(address, context)?;
    let described = normalise(description.trim_matches('"'), Context::Text).outcome;
    match (&stated, &described) {
        (
            Outcome::Expression { expression: one, .. },
            Outcome::Expression { expression: two, .. },
        ) if one == two => Some(stated),
        _ => Some(rejected(statement)),
    }
}

/// `MIT (https://opensource.org/licenses/MIT)`: a name and its address in one text. The name must be
/// understood by itself, and the address too, unless it is that of a copy of the licence.
fn name_and_address(statement: &str, context: Context) -> Option<Outcome> {
    let at = ["https://", "http://"].iter().filter_map(|scheme| statement.find(scheme)).min()?;
    let (name, rest) = statement.split_at_checked(at)?;
    let end = rest.find(|c: char| c.is_whitespace() || matches!(c, ')' | ']' | '>' | ',' | ';'));
    let (address, after) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
    let is_closed = after.chars().all(|c| c.is_whitespace() || matches!(c, ')' | ']' | '>' | '.'));
    let name = name.trim().trim_matches(['(', ')', '<', '[', ']', ':', '-', '–', ',', '.', ' ']);
    if name.is_empty() || !is_closed {
        return None;
    }
    let name = normalise(name, context);
    let address = normalise(address.trim_end_matches('.'), Context::Url);
    let is_copy = || {
        let path = address.raw.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
        ["licen", "copying"].iter().any(|word| path.starts_with(word))
    };
    let is_understood = |said: &Normalised| {
        matches!(said.outcome, Outcome::Expression { .. } | Outcome::Candidates { .. })
    };
    if !is_understood(&name) || !(is_understood(&address) || is_copy()) {
        return None;
    }
    together(&name, &address).map(|both| both.outcome)
}

/// The name in a classifier of the Python package index, and any other text as it is. `None` for a
/// classifier that names no licence: `License :: OSI Approved`.
fn without_classifier(folded: &str) -> Option<&str> {
    let Some(rest) = folded.strip_prefix("license ::") else { return Some(folded) };
    let rest = rest.trim();
    let name = match rest.strip_prefix("osi approved") {
        Some(name) => name.trim().strip_prefix("::")?.trim(),
        None => rest,
    };
    (name != "dfsg approved").then_some(name)
}

/// Versions as slugs write them, with dots: `apache-2-0`, `lgpl_2_1`. Between single digits a dash or
/// an underscore says nothing else: no name of a licence has one there.
fn with_dots(folded: &str) -> Cow<'_, str> {
    let bytes = folded.as_bytes();
    let is_digit =
        |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    let starts_version = |before: &u8| matches!(before, b' ' | b'-' | b'_' | b'/' | b'v');
    let joins = |at: usize| {
        matches!(bytes.get(at), Some(b'-' | b'_'))
            && is_digit(at.checked_sub(1))
            && is_digit(Some(at + 1))
            && at.checked_sub(2).and_then(|at| bytes.get(at)).is_none_or(starts_version)
            && !matches!(bytes.get(at + 2), Some(b'.' | b'0'..=b'9'))
    };
    if !(0..bytes.len()).any(joins) {
        return Cow::Borrowed(folded);
    }
    Cow::Owned(folded.char_indices().map(|(at, char)| if joins(at) { '.' } else { char }).collect())
}

/// A folded token in the letters of the statement, where they differ in case only.
fn as_written<'a>(statement: &'a str, token: &'a str) -> &'a str {
    let at = statement.to_ascii_lowercase().find(token);
    at.and_then(|at| statement.get(at..at + token.len())).unwrap_or(token)
}

fn rejected(unexplained: &str) -> Outcome {
    Outcome::Rejected { unexplained: unexplained.chars().take(80).collect() }
}

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;
