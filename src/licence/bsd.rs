//! The small grammar of the BSD licences: `BSD` with the number of its clauses, or with the word
//! that stands for it, in any order.

use super::term::Term;
use super::tokens::{Kind, Token};
use super::{CandidateReason, Confidence, Context};

/// The BSD licence that `tokens` start with, and how many of them name it.
pub(super) fn parse(tokens: &[Token<'_>], context: Context) -> Option<(Term<'static>, usize)> {
    let mut found = Clauses::default();
    let mut at = 0;
    let mut end = 0;
    let mut depth = 0usize;
    let text = |at: usize| tokens.get(at).map(|token| token.text).unwrap_or_default();
    loop {
        let taken = match text(at) {
            "bsd" if !found.is_bsd => {
                found.is_bsd = true;
                1
            }
            "berkeley"
                if text(at + 1) == "software"
                    && text(at + 2) == "distribution"
                    && !found.is_bsd =>
            {
                found.is_bsd = true;
                3
            }
            "bsd" if found.is_bsd && depth == 1 => 1,
            "license" if found.is_bsd => 1,
            // `"New" or "Revised"`, `"Original" or "Old"`
            "or" if named(text(at + 1)).is_some() && found.count == named(text(at + 1)) => 1,
            "(" if depth == 0
                && (named(text(at + 1)).is_some()
                    || counted(tokens, at + 1).is_some()
                    || text(at + 1) == "bsd") =>
            {
                depth = 1;
                1
            }
            ")" if depth == 1 => {
                depth = 0;
                1
            }
            word => match (named(word), counted(tokens, at)) {
                (Some(count), _) => {
                    found.count(count);
                    1
                }
                (None, Some((count, length))) => {
                    found.count(count);
                    length
                }
                _ => match bare_count(tokens.get(at), &found, context) {
                    Some(count) => {
                        found.count(count);
                        1
                    }
                    None => break,
                },
            },
        };
        at += taken;
        if depth == 0 {
            end = at;
        }
    }
    (found.is_bsd && depth == 0 && end == at).then(|| (found.term(), end))
}

#[derive(Default)]
struct Clauses {
    is_bsd: bool,
    count: Option<u8>,
    contradicts: bool,
}

impl Clauses {
    fn count(&mut self, count: u8) {
        self.contradicts |= self.count.is_some_and(|earlier| earlier != count);
        self.count = Some(count);
    }

    fn term(&self) -> Term<'static> {
        let id = match self.count {
            _ if self.contradicts => None,
            Some(0) => Some("0BSD"),
            Some(1) => Some("BSD-1-Clause"),
            Some(2) => Some("BSD-2-Clause"),
            Some(3) => Some("BSD-3-Clause"),
            Some(4) => Some("BSD-4-Clause"),
            _ => None,
        };
        match id {
            Some(id) => Term::Fixed(id.into(), Confidence::Grammar),
            None => {
                let ids = ["BSD-2-Clause", "BSD-3-Clause", "BSD-4-Clause"].map(str::to_owned);
                Term::Open(ids.to_vec(), CandidateReason::VersionNotStated)
            }
        }
    }
}

/// The number of clauses that a word stands for.
fn named(word: &str) -> Option<u8> {
    match word {
        "new" | "revised" => Some(3),
        "simplified" => Some(2),
        "original" | "old" => Some(4),
        _ => None,
    }
}

/// A number and the word for clauses.
fn counted(tokens: &[Token<'_>], at: usize) -> Option<(u8, usize)> {
    let count = match tokens.get(at)?.text {
        "0" | "zero" => 0,
        "1" | "one" => 1,
        "2" | "two" => 2,
        "3" | "three" => 3,
        "4" | "four" => 4,
        _ => return None,
    };
    let is_clause = |token: &Token<'_>| {
        matches!(token.text, "clause" | "clauses" | "klausel" | "klauseln" | "clausole")
    };
    is_clause(tokens.get(at + 1)?).then_some((count, 2))
}

/// Debian's short names leave the word out: `BSD-3`.
fn bare_count(token: Option<&Token<'_>>, found: &Clauses, context: Context) -> Option<u8> {
    let token = token.filter(|token| token.kind == Kind::Number)?;
    let count = token.text.parse().ok().filter(|count| (2..=4).contains(count))?;
    (context == Context::Dep5 && found.is_bsd && found.count.is_none()).then_some(count)
}
