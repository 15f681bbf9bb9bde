//! Marks in a text the words because of which a document was found. No markup is made here: the
//! page escapes each piece and marks it as it likes.

use std::collections::BTreeSet;

use super::function_words::is_function_word;
use crate::catalogue::text::fold::{Token, tokens};

/// Recognises the words of a query in a text, also in their near spellings.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Highlighter {
    /// Folded words that match as a whole: the query's words and their near spellings.
    pub words: BTreeSet<String>,
    /// Folded beginnings of words.
    pub prefixes: BTreeSet<String>,
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece<'t> {
    /// The part as it stands in the text.
    pub text: &'t str,
    /// Whether it matches.
    pub marked: bool,
}

impl Highlighter {
    /// The text in pieces, which put together are the text. No piece is empty; marked and
    /// unmarked pieces alternate, unless two marked words touch.
    pub fn pieces<'t>(&self, text: &'t str) -> Vec<Piece<'t>> {
        let mut pieces = Vec::new();
        let mut done = 0;
        let mut push = |range: std::ops::Range<usize>, marked| {
            if let Some(part) = text.get(range).filter(|part| !part.is_empty()) {
                pieces.push(Piece { text: part, marked });
            }
        };
        let mut marked: Vec<Token> =
            tokens(text).into_iter().filter(|token| self.matches(&token.word)).collect();
        // Of two that overlap, the one that begins first and reaches further is marked.
        marked.sort_by_key(|token| (token.range.start, std::cmp::Reverse(token.range.end)));
        for token in marked {
            if token.range.start >= done {
                push(done..token.range.start, false);
                done = token.range.end;
                push(token.range, true);
            }
        }
        push(done..text.len(), false);
        pieces
    }

    /// Forgets words such as "de" and "the", unless nothing else was typed: they are why no
    /// document was found.
    pub(super) fn forget_function_words(&mut self, typed: &[String]) {
        if typed.iter().all(|word| is_function_word(word)) {
            return;
        }
        self.words.retain(|word| !is_function_word(word));
        self.prefixes.retain(|prefix| !is_function_word(prefix));
    }

    fn matches(&self, word: &str) -> bool {
        self.words.contains(word) || self.prefixes.iter().any(|prefix| begins(word, prefix))
    }
}

/// Whether a word begins so. No number begins another.
fn begins(word: &str, prefix: &str) -> bool {
    let is_number = prefix.bytes().all(|byte| byte.is_ascii_digit());
    word.strip_prefix(prefix)
        .is_some_and(|rest| !(is_number && rest.starts_with(|next: char| next.is_ascii_digit())))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn marking() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            let highlighter = Highlighter {
                words: ["email", "ecole", "mail"].map(str::to_owned).into(),
                prefixes: ["visio".to_owned()].into(),
            };
            let shown: String = highlighter
                .pieces(text)
                .into_iter()
                .map(
                    |Piece { text, marked }| {
                        if marked { format!("[{text}]") } else { text.to_owned() }
                    },
                )
                .collect();
            assert_eq!(shown, expected);
        }
        check("Visioconférence à l'École", "[Visioconférence] à l'[École]");
        check("an E-Mail by mail", "an [E-Mail] by [mail]");
        check("<b>mail</b>", "<b>[mail]</b>");
        check("nothing", "nothing");
        check("", "");
    }

    #[test]
    fn function_words_are_not_marked_beside_others() {
        let marked = |typed: &[&str], text: &'static str| {
            let typed: Vec<String> = typed.iter().map(|&word| word.to_owned()).collect();
            let mut highlighter = Highlighter {
                words: typed.iter().cloned().collect(),
                prefixes: typed.last().cloned().into_iter().collect(),
            };
            highlighter.forget_function_words(&typed);
            let pieces = highlighter.pieces(text).into_iter();
            pieces.filter(|piece| piece.marked).map(|piece| piece.text).collect::<Vec<_>>()
        };
        let text = "Le suivi de la chasse";
        assert_eq!(marked(&["suivi", "de", "la", "chasse"], text), ["suivi", "chasse"]);
        assert_eq!(marked(&["suivi", "de"], "le suivi des demandes"), ["suivi"]);
        assert_eq!(marked(&["la"], text), ["la"]);
        assert_eq!(marked(&["2024"], "2024, 2024a and 20245"), ["2024", "2024a"]);
    }

    proptest! {
        #[test]
        fn pieces_put_together_are_the_text(text in "[a-cé\\-' ]*", words in "[a-c]{1,2}") {
            let highlighter =
                Highlighter { words: [words.clone()].into(), prefixes: [words].into() };
            let pieces = highlighter.pieces(&text);
            prop_assert!(pieces.iter().all(|piece| !piece.text.is_empty()));
            let whole: String = pieces.iter().map(|piece| piece.text).collect();
            prop_assert_eq!(whole, text);
        }
    }
}
