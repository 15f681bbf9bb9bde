//! The grammar: every token of a statement must be explained, or the whole is refused.
//!
//! A statement is licences with words between them. A licence is the longest name that the tables
//! know, and what follows on its version, on later versions, and on an exception. What stands in
//! parentheses must restate the licence before it. Two licences without a word between them, and
//! words that leave open whether one or all hold, make a statement open; nothing is ever left out.

use super::statement_tree::{Join, Node, tree};
use super::table::{Family, Meaning, TABLES};
use super::term::{Bound, Stated, Term};
use super::tokens::{Kind, OR_LATER, Token};
use super::{CandidateReason, Confidence, Context, Outcome, bsd, creative_commons};

/// What the tokens state, or the index of the first one that no rule explains.
pub(super) fn parse(tokens: &[Token<'_>], context: Context) -> Result<Outcome, usize> {
    if let Some(unknown) = tokens.iter().position(|token| !TABLES.knows(token)) {
        return Err(unknown);
    }
    let mut parser = Parser { tokens, at: 0, context, depth: 0, chosen: None };
    let node = parser.statement()?;
    if parser.at < tokens.len() {
        return Err(parser.at);
    }
    Ok(node.outcome())
}

/// The word for an exception.
const EXCEPTION: &[&str] =
    &["exception", "exceptions", "ausnahme", "eccezione", "excepcion", "uitzondering"];

/// What may stand before it.
const ARTICLES: &[&str] =
    &["the", "a", "an", "l", "la", "une", "una", "el", "der", "dem", "einer", "de", "een"];

/// Deeper parentheses are refused.
const DEEPEST: u8 = 8;

struct Parser<'a> {
    tokens: &'a [Token<'a>],
    at: usize,
    context: Context,
    depth: u8,
    /// The family of the licence before, where a word for a choice follows it: in `GPL 2 or 3` the
    /// second number is a version of the same.
    chosen: Option<&'static Family>,
}

impl<'a> Parser<'a> {
    /// Licences with what joins them, up to the end or to a closing parenthesis.
    fn statement(&mut self) -> Result<Node, usize> {
        let mut nodes = vec![self.part()?];
        let mut joins = Vec::new();
        self.skip_file();
        while self.at < self.tokens.len() && self.text(0) != ")" {
            let join = self.join();
            self.chosen = self.chosen.filter(|_| join == Join::Or);
            joins.push(join);
            nodes.push(self.part()?);
            self.skip_file();
        }
        Ok(tree(nodes, &joins, self.context))
    }

    /// One licence, or several in parentheses.
    fn part(&mut self) -> Result<Node, usize> {
        self.skip_noise();
        let start = self.at;
        if self.text(0) == "("
            && self.depth < DEEPEST
            && bsd::parse(self.rest(), self.context).is_none()
        {
            self.depth += 1;
            self.at += 1;
            let node = self.statement()?;
            if self.text(0) != ")" {
                return Err(start);
            }
            self.at += 1;
            self.depth -= 1;
            return Ok(node);
        }
        let term = self.term()?;
        self.chosen = match &term {
            Term::Family(stated) if stated.version.is_some() => Some(stated.family),
            _ => None,
        };
        match term.resolve(self.context) {
            Ok(leaf) => Ok(Node::Leaf(leaf)),
            Err(_) => Err(self.first_number(start)),
        }
    }

    /// What joins two licences. No word at all leaves it open.
    fn join(&mut self) -> Join {
        let comma = matches!(self.text(0), "," | ";");
        let after = usize::from(comma);
        let weak = |strong, weak| if comma { weak } else { strong };
        match self.meaning(after) {
            Some((Meaning::Or, length)) => {
                self.at += after + length;
                weak(Join::Or, Join::WeakOr)
            }
            Some((Meaning::And, length)) => {
                self.at += after + length;
                match self.context.defines_and() {
                    true => weak(Join::And, Join::WeakAnd),
                    false => Join::Unclear,
                }
            }
            Some((Meaning::Unclear, length)) if !comma => {
                self.at += length;
                Join::Unclear
            }
            _ if self.text(0) == "/" => {
                self.at += 1;
                if self.context == Context::Cargo { Join::Or } else { Join::Unclear }
            }
            _ => {
                self.at += after;
                Join::Unclear
            }
        }
    }

    /// One licence with everything that is said of it.
    fn term(&mut self) -> Result<Term<'a>, usize> {
        let early = self.early_version();
        let start = self.at;
        let mut term = self.name()?;
        if let Some(version) = early {
            match &mut term {
                Term::Family(stated) => stated.version = Some(version),
                _ => return Err(start),
            }
        }
        loop {
            self.skip_noise();
            if !self.restated(&mut term) && !self.qualified(&mut term)? {
                return Ok(term);
            }
        }
    }

    /// The number in `version 3 of the GNU General Public License`.
    fn early_version(&mut self) -> Option<&'a str> {
        let number = self.tokens.get(self.at).filter(|token| token.kind == Kind::Number)?;
        let is_link = matches!(self.text(1), "of" | "de" | "der" | "della" | "van");
        if !is_link || self.meaning(0).is_some_and(|(_, length)| length > 1) {
            return None;
        }
        self.at += 2;
        self.skip_noise();
        Some(number.text)
    }

    /// The longest name of a licence here.
    fn name(&mut self) -> Result<Term<'a>, usize> {
        let own_grammar =
            creative_commons::parse(self.rest()).or_else(|| bsd::parse(self.rest(), self.context));
        let named = self.meaning(0).map(|(meaning, length)| {
            // A name that is open alone may be that of a family, if a version follows.
            let family = self.rest().get(..length).and_then(|name| TABLES.family(name));
            match (meaning, family, self.tokens.get(self.at + length)) {
                (Meaning::Open(_), Some(family), Some(next)) if next.kind == Kind::Number => {
                    (family, length)
                }
                _ => (meaning, length),
            }
        });
        let (term, length) = match (own_grammar, named) {
            (Some((term, length)), named) if named.is_none_or(|(_, named)| named <= length) => {
                (term, length)
            }
            (_, Some((meaning, length))) => (self.named(meaning, length)?, length),
            (_, None) => (self.another_version().ok_or(self.at)?, 0),
        };
        self.at += length;
        Ok(term)
    }

    /// The licence before once more, of which only the version follows.
    fn another_version(&mut self) -> Option<Term<'a>> {
        let family = self.chosen.take()?;
        let is_version = self.tokens.get(self.at).is_some_and(|token| token.kind == Kind::Number);
        is_version.then(|| Term::Family(Stated::new(family, false)))
    }

    fn named(&self, meaning: Meaning, length: usize) -> Result<Term<'a>, usize> {
        Ok(match meaning {
            Meaning::Family { index, alone } => {
                let family = TABLES.families.get(index).ok_or(self.at)?;
                Term::Family(Stated::new(family, alone))
            }
            Meaning::Word(_) if self.text(length) == "license" => return Err(self.at + length),
            Meaning::Expression(text) | Meaning::Word(text) => {
                Term::Fixed(text.into(), Confidence::Alias)
            }
            Meaning::Open(index) => {
                let ids = TABLES.open.get(index).cloned().unwrap_or_default();
                Term::Open(ids, CandidateReason::FamilyItem)
            }
            Meaning::Unlisted => Term::Unlisted,
            _ => return Err(self.at),
        })
    }

    /// Takes a restatement of the licence: in parentheses, or the short name and the version after
    /// a name without one.
    fn restated(&mut self, term: &mut Term<'a>) -> bool {
        let start = self.at;
        let in_parentheses = self.text(0) == "(";
        if in_parentheses {
            if self.depth >= DEEPEST {
                return false;
            }
            self.at += 1;
            self.skip_noise();
        } else if !self.is_short_name_of(term) {
            return false;
        }
        self.depth += 1;
        let other = self.term();
        self.depth -= 1;
        let closed = !in_parentheses || self.text(0) == ")";
        match other.ok().filter(|_| closed).and_then(|other| term.unify(&other, self.context)) {
            Some(both) => {
                *term = both;
                self.at += usize::from(in_parentheses);
                true
            }
            None => {
                self.at = start;
                false
            }
        }
    }

    fn is_short_name_of(&self, term: &Term<'_>) -> bool {
        match (term, self.meaning(0)) {
            (Term::Family(stated), Some((Meaning::Family { index, .. }, _))) => {
                stated.version.is_none()
                    && TABLES.families.get(index).is_some_and(|f| f.prefix == stated.family.prefix)
            }
            _ => false,
        }
    }

    /// Takes one statement on the version, on later versions, or on an exception. False where
    /// there is none.
    fn qualified(&mut self, term: &mut Term<'a>) -> Result<bool, usize> {
        let Term::Family(stated) = term else { return Ok(false) };
        let start = self.at;
        if self.text(0) == "," && self.adds_after_comma() {
            self.at += 1;
            return Ok(true);
        }
        if self.text(0) == "(" && self.in_parentheses(stated) {
            return Ok(true);
        }
        if self.comparison(stated) || self.invariants(stated) || self.dedication(stated) {
            return Ok(true);
        }
        if let Some(number) = self.tokens.get(self.at).filter(|token| token.kind == Kind::Number) {
            // A name may start with a number: `GPL-2.0 0BSD`.
            if self.meaning(0).is_some() || stated.version.is_some() {
                return Ok(false);
            }
            stated.version = Some(number.text);
            self.at += 1;
            return Ok(true);
        }
        if let Some((bound, length)) = self.bound()
            && (self.text(0) != "+" || stated.version.is_some())
        {
            if stated.bound != Bound::NotStated {
                return Err(start);
            }
            stated.bound = bound;
            self.at += length;
            return Ok(true);
        }
        self.exception(stated)
    }

    /// What is said here of later versions.
    fn bound(&self) -> Option<(Bound<'a>, usize)> {
        match self.meaning(0) {
            Some((Meaning::Later, length)) => Some((Bound::OrLater, length)),
            Some((Meaning::Only, length)) => Some((Bound::Only, length)),
            Some((Meaning::File, _)) => None,
            // "GPLv2 + Classpath exception" adds an exception, and no later versions.
            _ if self.text(0) == "+" && self.is_exception(1) => None,
            _ => matches!(self.text(0), "+" | OR_LATER).then_some((Bound::OrLater, 1)),
        }
    }

    fn is_exception(&self, ahead: usize) -> bool {
        TABLES.exception(self.tokens.get(self.at + ahead..).unwrap_or_default()).is_some()
    }

    /// Whether the words after a comma still belong to the licence before it.
    fn adds_after_comma(&self) -> bool {
        matches!(self.meaning(1), Some((Meaning::Noise | Meaning::Later | Meaning::Only, _)))
    }

    /// A version or comparisons in parentheses: `(2.0)`, `(>= 2.0, < 3)`.
    fn in_parentheses(&mut self, stated: &mut Stated<'a>) -> bool {
        let start = self.at;
        let before = stated.clone();
        self.at += 1;
        let mut taken = false;
        while self.text(0) != ")" {
            let number = self.tokens.get(self.at).filter(|token| token.kind == Kind::Number);
            taken = match (number, self.bound()) {
                (Some(number), _) if stated.version.is_none() => {
                    stated.version = Some(number.text);
                    self.at += 1;
                    true
                }
                (Some(_), _) => false,
                (None, Some((bound, length)))
                    if stated.version.is_some() && stated.bound == Bound::NotStated =>
                {
                    stated.bound = bound;
                    self.at += length;
                    true
                }
                _ => self.comparison(stated),
            };
            if !taken {
                break;
            }
        }
        if taken && self.text(0) == ")" {
            self.at += 1;
            return true;
        }
        *stated = before;
        self.at = start;
        false
    }

    /// `>= 2`, and after it `, < 3`.
    fn comparison(&mut self, stated: &mut Stated<'a>) -> bool {
        let comma = usize::from(self.text(0) == ",");
        let sign = self.text(comma);
        let Some(number) =
            self.tokens.get(self.at + comma + 1).filter(|token| token.kind == Kind::Number)
        else {
            return false;
        };
        match (sign, stated.version, stated.bound) {
            ("<", Some(_), Bound::OrLater) => stated.bound = Bound::Below(number.text),
            (">=" | ">" | "<=" | "==", None, Bound::NotStated) if comma == 0 => {
                stated.version = Some(number.text);
                stated.is_compared = matches!(sign, ">=" | "<=");
                stated.bound = match sign {
                    ">=" => Bound::OrLater,
                    ">" => Bound::Above,
                    "<=" => Bound::UpTo,
                    _ => Bound::Only,
                };
            }
            _ => return false,
        }
        self.at += comma + 2;
        true
    }

    /// Whether the GNU Free Documentation License comes with invariant sections.
    fn invariants(&mut self, stated: &mut Stated<'a>) -> bool {
        if stated.family.prefix != "GFDL" || stated.invariants.is_some() {
            return false;
        }
        let (invariants, length) = match (self.text(0), self.text(1), self.text(2)) {
            ("niv", _, _) => (false, 1),
            ("no", "invariant", "sections") => (false, 3),
            ("no", "invariant" | "invariants", _) => (false, 2),
            ("invariants", _, _) => (true, 1),
            _ => return false,
        };
        stated.invariants = Some(invariants);
        self.at += length;
        true
    }

    /// The rest of the full name of CC0.
    fn dedication(&mut self, stated: &Stated<'a>) -> bool {
        let length = match (self.text(0), self.text(1), self.text(2)) {
            _ if stated.family.prefix != "CC0" => 0,
            ("universal", _, _) => 1,
            ("public", "domain", "dedication") => 3,
            _ => 0,
        };
        self.at += length;
        length > 0
    }

    /// `with Classpath exception`, in the orders in which people write it.
    fn exception(&mut self, stated: &mut Stated<'a>) -> Result<bool, usize> {
        let start = self.at;
        let comma = usize::from(self.text(0) == ",");
        let mut at = comma;
        match (self.text(at), self.text(at + 1)) {
            ("w", "/") => at += 2,
            (
                "+" | "with" | "includes" | "including" | "plus" | "avec" | "con" | "mit" | "met",
                _,
            ) => at += 1,
            _ if comma == 1 => return Ok(false),
            _ => {}
        }
        let is_stated = at > comma;
        while let Some((Meaning::Noise, length)) = self.meaning(at) {
            at += length;
        }
        // "avec l'exception Classpath": an article, and the word before the name.
        while is_stated && ARTICLES.contains(&self.text(at)) {
            at += 1;
        }
        let mut is_named = is_stated && EXCEPTION.contains(&self.text(at));
        at += usize::from(is_named);
        let rest = self.tokens.get(self.at + at..).unwrap_or_default();
        let Some((exception, length)) = TABLES.exception(rest) else { return Ok(false) };
        at += length;
        let mut version = None;
        is_named |= exception.is_whole;
        is_named |= exception.ids.len() == 1
            && exception.ids.iter().all(|(_, id)| !id.contains("xception") && length > 1);
        loop {
            let next = self.tokens.get(self.at + at);
            match next {
                Some(token) if token.kind == Kind::Number && version.is_none() => {
                    version = Some(token.text);
                }
                Some(token) if EXCEPTION.contains(&token.text) => is_named = true,
                _ => break,
            }
            at += 1;
        }
        if !is_named {
            return Ok(false);
        }
        self.at += at;
        stated.set_exception(exception, version).map(|()| true).ok_or(start)
    }

    /// Skips words that say nothing. Their last one may start a name: in "selon les termes de la
    /// licence publique générale GNU" the name is "licence publique générale GNU".
    fn skip_noise(&mut self) {
        while let Some((Meaning::Noise, length)) = self.meaning(0) {
            let starts_name = length > 1
                && matches!(
                    self.meaning(length - 1),
                    Some((Meaning::Family { .. } | Meaning::Expression(_), 2..))
                );
            self.at += length - usize::from(starts_name);
        }
    }

    fn skip_file(&mut self) {
        while let Some((Meaning::File, length)) = self.meaning(0) {
            self.at += length;
        }
    }

    fn meaning(&self, ahead: usize) -> Option<(Meaning, usize)> {
        TABLES.meaning(self.tokens.get(self.at + ahead..)?, self.context)
    }

    fn rest(&self) -> &'a [Token<'a>] {
        self.tokens.get(self.at..).unwrap_or_default()
    }

    fn text(&self, ahead: usize) -> &'a str {
        self.tokens.get(self.at + ahead).map(|token| token.text).unwrap_or_default()
    }

    fn first_number(&self, start: usize) -> usize {
        let is_number =
            |at: &usize| self.tokens.get(*at).is_some_and(|token| token.kind == Kind::Number);
        (start..self.at).find(is_number).unwrap_or(start)
    }
}
