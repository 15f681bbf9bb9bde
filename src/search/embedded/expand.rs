//! Query expansion: what each word of a query may stand for in the documents: itself, the prefix of
//! a longer word, another form of it, a synonym, a near spelling, two words written as one or one as two.

use std::ops::Range;

use super::expansion::{Grade, QueryTerm};
use super::vocabulary::{Known, Near, Reach, Vocabulary};
use crate::catalogue::text::fold::Spelling;
use crate::search::{Highlighter, Query, Synonyms};

/// From this many letters on, one wrong letter is forgiven, and two.
const FORGIVING: [usize; 2] = [5, 9];
/// The same for a second try, where nothing was found.
const LENIENT: [usize; 2] = [3, 5];
/// Both halves of a word that is looked up in two parts have at least so many letters.
const SMALLEST_PART: usize = 3;
/// Most words that are tried as one.
const MOST_JOINED: usize = 3;
/// Endings that come and go with number, gender and case in the languages of Europe.
const ENDINGS: [&str; 6] = ["s", "x", "es", "en", "e", "n"];
/// Endings that stand for each other.
const CHANGES: [(&str, &str); 5] =
    [("a", "e"), ("o", "i"), ("e", "i"), ("aux", "al"), ("ies", "y")];

/// The words of a query, folded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Typed {
    words: Vec<String>,
    /// Words with the signs that were typed.
    signed: Vec<Spelling>,
    /// Whether more letters of the last word may follow.
    open: bool,
    /// From this many letters on, one and two wrong letters are forgiven.
    forgiving: [usize; 2],
}

impl Typed {
    pub(super) fn parse(query: &Query) -> Self {
        let (words, open) = query.words();
        let forgiving = if query.lenient { LENIENT } else { FORGIVING };
        Self { words, signed: query.signed(), open, forgiving }
    }

    /// One word as it is usually searched; `open` where more letters may follow.
    pub(super) fn word(word: &str, open: bool) -> Self {
        Self { words: vec![word.to_owned()], signed: Vec::new(), open, forgiving: FORGIVING }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The only word, and whether more letters may follow.
    pub(super) fn single(&self) -> Option<(&str, bool)> {
        match self.words.as_slice() {
            [word] if self.signed.is_empty() => Some((word, self.open)),
            _ => None,
        }
    }
}

/// Everything that the words may stand for, and how to recognise it in a text.
pub(super) fn expand(
    typed: &Typed,
    vocabulary: Vocabulary,
    synonyms: &Synonyms,
) -> (Vec<QueryTerm>, Highlighter) {
    let words = (0..typed.words.len()).map(QueryTerm::new).collect();
    let mut expanding = Expanding { typed, vocabulary, words, highlighter: Highlighter::default() };
    for (at, word) in typed.words.iter().enumerate() {
        let span = at..at + 1;
        expanding.same(&span, word);
        expanding.prefix(&span, word);
        expanding.forms(&span, word);
        expanding.near(&span, word);
        expanding.split(&span, word);
    }
    for Spelling { word, covers, .. } in &typed.signed {
        let grade = Grade { better_whole: true, ..Grade::new(0, 1) };
        if let Some(known) = vocabulary.get(word) {
            expanding.put(covers, word, known, grade);
        }
    }
    for (start, length) in spans(typed.words.len()) {
        let span = start..start + length;
        let phrase = typed.words.get(span.clone()).unwrap_or(&[]);
        for synonym in synonyms.of(phrase) {
            expanding.synonym(&span, synonym);
        }
        if (2..=MOST_JOINED).contains(&length) {
            expanding.joined(&span, &phrase.concat());
        }
    }
    let Expanding { mut words, mut highlighter, .. } = expanding;
    highlighter.forget_function_words(&typed.words);
    words.iter_mut().for_each(QueryTerm::settle);
    (words, highlighter)
}

fn spans(words: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..words).flat_map(move |start| (1..=words - start).map(move |length| (start, length)))
}

struct Expanding<'a> {
    typed: &'a Typed,
    vocabulary: Vocabulary<'a>,
    words: Vec<QueryTerm>,
    highlighter: Highlighter,
}

impl Expanding<'_> {
    fn same(&mut self, span: &Range<usize>, word: &str) {
        self.word(span, word, Grade { better_whole: true, ..Grade::new(0, 1) });
    }

    /// The last word may be half typed; a long one may be part of a compound, as Germanic languages
    /// write them, or of a name such as PostgreSQL.
    fn prefix(&mut self, span: &Range<usize>, word: &str) {
        if self.is_open(span) {
            self.range(span, word, Grade::new(0, 2));
        } else if letters(word) >= FORGIVING[0] {
            self.range(span, word, Grade::new(1, 3));
        }
    }

    fn forms(&mut self, span: &Range<usize>, word: &str) {
        let shortest = if span.end == self.typed.words.len() { 4 } else { 3 };
        if letters(word) >= shortest {
            for form in forms(word) {
                self.word(span, &form, Grade::new(0, 3));
            }
        }
    }

    /// A wrong first letter is rare, and weighs as much as two others.
    fn near(&mut self, span: &Range<usize>, word: &str) {
        let [one, two] = self.typed.forgiving;
        let length = letters(word);
        let open = self.is_open(span);
        if length >= one {
            let distance = if length >= two { 2 } else { 1 };
            self.near_in(span, word, Reach { distance, open, other_first: false });
        }
        if length >= two {
            self.near_in(span, word, Reach { distance: 1, open, other_first: true });
        }
    }

    fn near_in(&mut self, span: &Range<usize>, word: &str, reach: Reach) {
        for Near { known, word, typo } in self.vocabulary.near(word, reach) {
            self.add(span, &word, known, Grade::new(typo, 2));
        }
    }

    /// A number is not cut; between a number and letters a space may stand or not: "EN 16931".
    fn split(&mut self, span: &Range<usize>, word: &str) {
        let places = word.char_indices().map(|(at, _)| at).skip(1);
        for (left, right) in places.filter_map(|at| word.split_at_checked(at)) {
            let is_digit = |letter: Option<char>| letter.is_some_and(|one| one.is_ascii_digit());
            let digits = [left.chars().next_back(), right.chars().next()].map(is_digit);
            let is_long = letters(left) >= SMALLEST_PART && letters(right) >= SMALLEST_PART;
            let grade = match digits {
                [true, false] | [false, true] => Grade::new(0, 2),
                [false, false] if is_long => Grade::new(1, 1),
                _ => continue,
            };
            self.phrase(span, &[left, right].map(str::to_owned), grade);
        }
    }

    fn synonym(&mut self, span: &Range<usize>, synonym: &[String]) {
        self.phrase(span, synonym, Grade { is_synonym: true, ..Grade::new(0, 2) });
    }

    /// Several words written as one. A space in another place is no wrong letter: "libre office"
    /// is LibreOffice before it is a text with these words.
    fn joined(&mut self, span: &Range<usize>, word: &str) {
        let grade = |typo| Grade::new(typo, 2);
        self.word(span, word, Grade { better_whole: true, ..grade(0) });
        if self.is_open(span) && letters(word) >= FORGIVING[0] {
            self.range(span, word, grade(1));
        }
        if letters(word) >= FORGIVING[1] {
            let reach = Reach { distance: 1, open: false, other_first: false };
            for Near { known, word, typo } in self.vocabulary.near(word, reach) {
                self.add(span, &word, known, grade(typo));
            }
        }
    }

    fn word(&mut self, span: &Range<usize>, word: &str, grade: Grade) {
        if let Some(known) = self.vocabulary.get(word) {
            self.add(span, word, known, grade);
        }
    }

    fn add(&mut self, span: &Range<usize>, word: &str, known: Known, grade: Grade) {
        self.put(span, word, known, self.without_signs(span, grade));
    }

    /// Whoever typed signs is less well served by what lacks them: as if a letter were wrong.
    fn without_signs(&self, span: &Range<usize>, grade: Grade) -> Grade {
        let is_within = |one: &Spelling| one.covers.start < span.end && span.start < one.covers.end;
        let lacks = self.typed.signed.iter().any(is_within);
        Grade { typo: grade.typo + u8::from(lacks), ..grade }
    }

    fn put(&mut self, span: &Range<usize>, word: &str, known: Known, grade: Grade) {
        self.highlighter.words.insert(word.to_owned());
        self.each(span, grade, |expansion, grade| expansion.add_word(word, known, grade));
    }

    fn phrase(&mut self, span: &Range<usize>, phrase: &[String], grade: Grade) {
        let known: Option<Vec<Known>> =
            phrase.iter().map(|word| self.vocabulary.get(word)).collect();
        match (phrase, known.as_deref()) {
            ([word], Some(&[known])) => self.add(span, word, known, grade),
            ([_, ..], Some(known)) => {
                let grade = self.without_signs(span, grade);
                self.highlighter.words.extend(phrase.iter().cloned());
                self.each(span, grade, |expansion, grade| {
                    expansion.add_phrase(phrase, known, grade);
                });
            }
            _ => {}
        }
    }

    fn range(&mut self, span: &Range<usize>, prefix: &str, grade: Grade) {
        let ranges = self.vocabulary.with_prefix(prefix);
        let frequency = self.vocabulary.frequency(&ranges);
        if frequency > 0 {
            let grade = self.without_signs(span, grade);
            self.highlighter.prefixes.insert(prefix.to_owned());
            self.each(span, grade, |expansion, grade| {
                expansion.add_range(prefix, &ranges, frequency, grade);
            });
        }
    }

    /// What several words stand for counts for each of them as if it were as many words: each one
    /// position later; what is wrong with it, once.
    fn each(
        &mut self,
        span: &Range<usize>,
        grade: Grade,
        mut add: impl FnMut(&mut QueryTerm, Grade),
    ) {
        let words = self.words.get_mut(span.clone()).unwrap_or(&mut []);
        for (at, word) in span.clone().zip(words) {
            let typo = if at + 1 == span.end { grade.typo } else { 0 };
            let later = u8::try_from(at - span.start).unwrap_or(u8::MAX);
            add(word, Grade { typo, later, ..grade });
        }
    }

    fn is_open(&self, span: &Range<usize>) -> bool {
        self.typed.open && span.end == self.typed.words.len()
    }
}

/// Other forms that the word may have, most of which are no words.
fn forms(word: &str) -> Vec<String> {
    let longer = ENDINGS.iter().map(|ending| format!("{word}{ending}"));
    let shorter = ENDINGS.iter().filter_map(|ending| word.strip_suffix(ending).map(str::to_owned));
    let changed = CHANGES
        .iter()
        .flat_map(|&(one, other)| [(one, other), (other, one)])
        .filter_map(|(from, to)| word.strip_suffix(from).map(|stem| format!("{stem}{to}")));
    longer.chain(shorter).chain(changed).filter(|form| letters(form) >= SMALLEST_PART).collect()
}

fn letters(word: &str) -> usize {
    word.chars().count()
}
