//! From a text to the tokens that the grammar explains: folded for matching only, cut where
//! letters meet digits, so that `GPLv3+`, `GPL 3+` and `gpl-v3+` read alike.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// One token of a folded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub text: &'a str,
    pub kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    /// A number as versions are written: `2`, `2.0`, `1.3c`.
    Number,
    /// One sign, or one of the comparisons `>=`, `<=` and `==`.
    Sign,
}

/// The sign `+` right after a number.
pub(super) const OR_LATER: &str = "#+";

/// The text in lower case, with one spelling of each dash, quote and accented letter.
pub(super) fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return match text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            true => Cow::Owned(text.to_ascii_lowercase()),
            false => Cow::Borrowed(text),
        };
    }
    let mut folded = String::with_capacity(text.len());
    for char in text.nfkc().collect::<String>().to_lowercase().nfd() {
        match char {
            '\u{2010}'..='\u{2015}' | '\u{2212}' => folded.push('-'),
            '\u{2018}'..='\u{201b}' | '\u{b4}' => folded.push('\''),
            '\u{201c}'..='\u{201f}' | '«' | '»' => folded.push('"'),
            '\u{3001}' => folded.push(','),
            '≥' => folded.push_str(">="),
            '≤' => folded.push_str("<="),
            'ß' => folded.push_str("ss"),
            'œ' => folded.push_str("oe"),
            mark if is_combining_mark(mark) => {}
            other => folded.push(other),
        }
    }
    Cow::Owned(folded)
}

/// The tokens of a folded text. Spaces, dashes and quotes only separate; words for "version"
/// before a number and a comma before them say nothing and are left out; the words for "licence"
/// are one.
pub(super) fn tokens(folded: &str) -> Vec<Token<'_>> {
    let mut tokens: Vec<Token<'_>> = Vec::with_capacity(16);
    let mut rest = folded;
    while let Some((token, after)) = next_token(rest) {
        rest = after;
        let Some(token) = token else { continue };
        if token.kind == Kind::Number {
            drop_version_words(&mut tokens);
            tokens.push(token);
            // Only a sign right at its number says "or later": `GPL 3+`, but `GPL-3 + file LICENSE`.
            if let Some(after) = rest.strip_prefix('+') {
                rest = after;
                tokens.push(Token { text: OR_LATER, kind: Kind::Sign });
            }
            continue;
        }
        tokens.push(token);
    }
    tokens
}

const VERSION_WORDS: &[&str] =
    &["v", "ver", "vers", "version", "versione", "versie", "versiones", "versioni"];

const LICENCE_WORDS: &[&str] = &[
    "licence",
    "lizenz",
    "licenza",
    "licencia",
    "licentie",
    "licenses",
    "licences",
    "lizenzen",
    "licenze",
    "licencias",
    "licenties",
];

fn drop_version_words(tokens: &mut Vec<Token<'_>>) {
    while tokens.last().is_some_and(|last| VERSION_WORDS.contains(&last.text)) {
        tokens.pop();
    }
    let is_comma = |token: &Token<'_>| matches!(token.text, "," | ";");
    if let [.., before, last] = tokens.as_slice()
        && is_comma(last)
        && (before.kind == Kind::Word || before.text == ")")
    {
        tokens.pop();
    }
}

/// The first token of a text, where it starts with one, and the rest.
fn next_token(text: &str) -> Option<(Option<Token<'_>>, &str)> {
    let first = text.chars().next()?;
    if first.is_ascii_digit() {
        let (number, after) = text.split_at(number_length(text));
        return Some((Some(Token { text: number, kind: Kind::Number }), after));
    }
    if first.is_alphabetic() {
        let (word, after) = text.split_at(word_length(text));
        let word = if LICENCE_WORDS.contains(&word) { "license" } else { word };
        return Some((Some(Token { text: word, kind: Kind::Word }), after));
    }
    let length = match text.as_bytes() {
        [b'>' | b'<' | b'=', b'=', ..] => 2,
        _ => first.len_utf8(),
    };
    let (sign, after) = text.split_at(length);
    let separates = first.is_whitespace()
        || matches!(first, '-' | '_' | '.' | '[' | ']' | ':' | '"' | '\'' | '`' | '\\' | '®' | '™');
    Some(((!separates).then_some(Token { text: sign, kind: Kind::Sign }), after))
}

/// Digits, further digits after dots, and one letter, if it stands alone: `1.3c`.
fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |from: usize| {
        bytes.iter().skip(from).take_while(|byte| byte.is_ascii_digit()).count() + from
    };
    let mut end = digits(0);
    while bytes.get(end) == Some(&b'.') && digits(end + 1) > end + 1 {
        end = digits(end + 1);
    }
    let mut following = text.get(end..).unwrap_or_default().chars();
    let letter = following.next().is_some_and(|char| char.is_ascii_alphabetic());
    if letter && !following.next().is_some_and(char::is_alphanumeric) { end + 1 } else { end }
}

/// Letters; a `v` between letters and a digit belongs to the digit.
fn word_length(text: &str) -> usize {
    let length = text.find(|char: char| !char.is_alphabetic()).unwrap_or(text.len());
    let before_digit = text.as_bytes().get(length).is_some_and(u8::is_ascii_digit) && length > 1;
    let ends_in_v = text.as_bytes().get(length.wrapping_sub(1)) == Some(&b'v');
    let word = text.get(..length).unwrap_or_default();
    if before_digit && ends_in_v && !VERSION_WORDS.contains(&word) { length - 1 } else { length }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_where_letters_meet_digits() {
        for (text, expected) in [
            ("GPLv3+", "gpl 3 #+"),
            ("GPL-3 + file LICENSE", "gpl 3 + file license"),
            ("gpl-V.2.1", "gpl 2.1"),
            ("Apache License, Version 2.0", "apache license 2.0"),
            ("LPPL-1.3c", "lppl 1.3c"),
            ("0BSD", "0 bsd"),
            ("LGPL (≥ 2.0, < 3)", "lgpl ( >= 2.0 , < 3 )"),
            ("Licence « Réciprocité »", "license reciprocite"),
            ("LGPL-2.1, LGPL-3.0", "lgpl 2.1 , lgpl 3.0"),
            ("MIT-Lizenz", "mit license"),
            ("any later version", "any later version"),
            ("", ""),
        ] {
            let folded = fold(text);
            let found: Vec<&str> = tokens(&folded).iter().map(|token| token.text).collect();
            assert_eq!(found.join(" "), expected, "{text:?}");
        }
    }
}
