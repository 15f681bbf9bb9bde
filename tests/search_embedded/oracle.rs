//! The rules of search once more, in the plainest way: every document is scored from its text and
//! every value counted one by one. What the engine answers must be the same.

use fedcat::catalogue::text::fold::{Spelling, Token, fold, fold_phrase, tokens};
use fedcat::search::MAX_POPULARITY;
use fedcat::search::Query;

use super::*;

pub(super) const WORDS: [&str; 36] = [
    "git",
    "gitea",
    "office",
    "offices",
    "ofice",
    "libre",
    "libreoffice",
    "e-mail",
    "email",
    "mail",
    "l'",
    "a",
    "photo",
    "photos",
    "gallery",
    "big",
    "blue",
    "bigblue",
    "管理",
    "keycloak",
    "keycloack",
    "ke",
    "management",
    "managment",
    "c++",
    "C#",
    "c",
    "gitea++",
    "git&big",
    ".git",
    "b.i.g.",
    "10000",
    "100000",
    "en10000",
    "en",
    "en10001",
];
pub(super) const SYNONYMS: [[&str; 2]; 2] = [["git", "big blue"], ["photo gallery", "email"]];
/// What comes or goes at the end of a word, or is changed.
const ENDINGS: [(&str, &str); 11] = [
    ("", "s"),
    ("", "x"),
    ("", "es"),
    ("", "en"),
    ("", "e"),
    ("", "n"),
    ("a", "e"),
    ("o", "i"),
    ("e", "i"),
    ("aux", "al"),
    ("ies", "y"),
];

/// Typo, attribute, class of the position, inexactness.
type Cost = (u8, u8, u8, u8);

/// What a word may stand for: words in a row, typo, inexactness, less where it is a whole text, so
/// many positions later.
type Expansion = (Vec<String>, u8, u8, bool, usize);

/// Number of the attribute, tokens.
type Text<'a> = (u8, Vec<Token<'a>>);

pub(super) struct Oracle<'a> {
    documents: &'a [Document],
    texts: Vec<Vec<Text<'a>>>,
    /// For each word what it may stand for but for synonyms, and its synonyms.
    expansions: Vec<Vec<Expansion>>,
    synonyms: Vec<Vec<Expansion>>,
    focus: &'a Focus,
    /// Whether something was typed that holds no word.
    wordless: bool,
}

impl<'a> Oracle<'a> {
    pub(super) fn new(documents: &'a [Document], typed: &str, focus: &'a Focus) -> Self {
        let texts: Vec<Vec<Text<'a>>> = documents
            .iter()
            .map(|document| {
                (0..).zip(&document.texts).flat_map(|(attribute, texts)| {
                    texts.iter().map(move |text| (attribute, tokens(text)))
                })
            })
            .map(Iterator::collect)
            .collect();
        let all = texts.iter().flatten().flat_map(|(_, tokens)| tokens);
        let vocabulary: BTreeSet<String> = all.map(|token| token.word.to_string()).collect();
        let words = fold_phrase(typed);
        let open = typed.ends_with(char::is_alphanumeric);
        let signed = Query { text: typed.to_owned(), ..Query::default() }.signed();
        let of = |at: usize| expansions(&words, &signed, at, open, &vocabulary);
        let expansions = (0..words.len()).map(of).collect();
        let synonyms = (0..words.len()).map(|at| expansions_by_synonyms(&words, &signed, at));
        let synonyms = synonyms.collect();
        let wordless = words.is_empty() && !typed.trim().is_empty();
        Self { documents, texts, expansions, synonyms, focus, wordless }
    }

    fn all_expansions(&self, word: usize) -> impl Iterator<Item = &Expansion> {
        self.expansions[word].iter().chain(&self.synonyms[word])
    }

    fn cost(&self, document: usize, word: usize) -> Option<Cost> {
        self.cost_in(
            document,
            word,
            match self.focus {
                Focus::Only(name) => Some(name),
                _ => None,
            },
        )
    }

    fn cost_in(&self, document: usize, word: usize, only: Option<&String>) -> Option<Cost> {
        let mut costs = Vec::new();
        let counts =
            |&attribute: &u8| only.is_none_or(|only| ATTRIBUTES[usize::from(attribute)] == only);
        for (attribute, text) in self.texts[document].iter().filter(|(one, _)| counts(one)) {
            for (phrase, typo, inexact, better_whole, later) in self.all_expansions(word) {
                for begin in begins(text, phrase) {
                    let whole = *better_whole && begin.whole;
                    let classes = [0, 1, 4, 7, 11, 16, 24, 64];
                    let class = match begin.signless {
                        true => 9,
                        false => {
                            classes.iter().filter(|&&last| begin.position + later > last).count()
                        }
                    };
                    costs.push((*typo, *attribute, class as u8, inexact - u8::from(whole)));
                }
            }
        }
        costs.into_iter().min()
    }

    /// The words in the order in which they are kept: the rarest first.
    fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.expansions.len()).collect();
        order.sort_by_key(|&word| {
            let frequency = match self.frequency_of(&self.expansions[word]) {
                0 => self.frequency_of(&self.synonyms[word]),
                sum => sum,
            };
            (frequency == 0, frequency)
        });
        order
    }

    fn frequency_of(&self, expansions: &[Expansion]) -> usize {
        let phrases: BTreeSet<&[String]> =
            expansions.iter().map(|(phrase, ..)| phrase.as_slice()).collect();
        phrases.into_iter().map(|phrase| self.frequency(phrase)).sum()
    }

    /// In how many documents the rarest word of a phrase stands.
    fn frequency(&self, phrase: &[String]) -> usize {
        let documents_with = |word: &String| {
            let stands = |(_, text): &Text| text.iter().any(|token| token.word == *word);
            self.texts.iter().filter(|texts| texts.iter().any(stands)).count()
        };
        phrase.iter().map(documents_with).min().unwrap_or(0)
    }

    /// Whether a found document counts as one that stands in the focus.
    pub(super) fn stands_in_focus(&self, document: usize) -> bool {
        !self.expansions.is_empty() && self.is_in_focus(document)
    }

    fn is_in_focus(&self, document: usize) -> bool {
        let Focus::First { facet, value } = self.focus else { return true };
        let facet = FACETS.iter().position(|one| one == facet).expect("a facet");
        let values = &self.documents[document].facets[facet];
        values.iter().any(|one| fold(one) == fold(value))
    }

    fn proximity(&self, document: usize, words: &[usize]) -> u32 {
        let places = |word: usize| -> Vec<(usize, usize)> {
            let texts = self.texts[document].iter().enumerate();
            texts
                .flat_map(|(number, (_, text))| {
                    let phrases = self.all_expansions(word).map(|(phrase, ..)| phrase);
                    phrases.flat_map(move |phrase| {
                        begins(text, phrase).into_iter().map(move |begin| (number, begin.position))
                    })
                })
                .collect()
        };
        let mut words = words.to_vec();
        words.sort_unstable();
        let distance = |pair: &[usize]| {
            let (left, right) = (places(pair[0]), places(pair[1]));
            let pairs = left.iter().flat_map(|&a| right.iter().map(move |&b| (a, b)));
            let near = pairs
                .filter(|(a, b)| a.0 == b.0)
                .map(|(a, b)| if b.1 > a.1 { b.1 - a.1 } else { a.1 - b.1 + 1 });
            near.min().unwrap_or(7).min(7) as u32
        };
        words.windows(2).map(distance).sum()
    }

    /// The found documents, best first.
    pub(super) fn ranked(&self) -> Vec<usize> {
        let order = self.order();
        if self.wordless {
            return Vec::new();
        }
        if order.is_empty() {
            let mut all: Vec<usize> = (0..self.documents.len()).collect();
            all.sort_by_key(|&number| (unpopularity(&self.documents[number]), number));
            return all;
        }
        let mut keyed = Vec::new();
        for document in 0..self.documents.len() {
            let costs: Vec<Cost> =
                order.iter().map_while(|&word| self.cost(document, word)).collect();
            let sum = |part: fn(&Cost) -> u8| costs.iter().map(part).map(u32::from).sum::<u32>();
            let key = [
                (order.len() - costs.len()) as u32,
                u32::from(!self.is_in_focus(document)),
                sum(|cost| cost.0),
                self.proximity(document, &order[..costs.len()]),
                u32::from(self.documents[document].is_secondary && !is_exact(&costs)),
                sum(|cost| cost.1),
                sum(|cost| cost.2),
                sum(|cost| cost.3),
                unpopularity(&self.documents[document]),
            ];
            if !costs.is_empty() {
                keyed.push((key, document));
            }
        }
        keyed.sort_unstable();
        let last = keyed.get(19).map_or(u32::MAX, |(key, _)| key[0]);
        keyed.into_iter().filter(|(key, _)| key[0] <= last).map(|(_, document)| document).collect()
    }
}

/// Whether each word is the whole name.
fn is_exact(costs: &[Cost]) -> bool {
    costs.iter().all(|cost| *cost == (0, 0, 0, 0))
}

fn unpopularity(document: &Document) -> u32 {
    MAX_POPULARITY - document.popularity.min(MAX_POPULARITY)
}

/// The first words of each place where a phrase stands.
fn begins<'a>(text: &[Token<'a>], phrase: &[String]) -> Vec<Token<'a>> {
    let stands = |word: &String, position: usize| {
        text.iter().any(|token| token.word == *word && token.position == position)
    };
    let all = text.iter().filter(|begin| {
        phrase[0] == begin.word
            && phrase.iter().zip(begin.position..).all(|(word, at)| stands(word, at))
    });
    all.cloned().collect()
}

fn expansions(
    words: &[String],
    signed: &[Spelling],
    at: usize,
    open: bool,
    vocabulary: &BTreeSet<String>,
) -> Vec<Expansion> {
    let word = &words[at];
    let last = words.len() - 1;
    let letters = |word: &str| word.chars().count();
    let one = |word: &String| vec![word.clone()];
    let own = lacks(signed, at, at, at);
    let is_number = |word: &str| word.chars().all(|letter| letter.is_ascii_digit());
    let begins = |known: &str, beginning: &str| {
        known.strip_prefix(beginning).is_some_and(|rest| {
            rest.is_empty()
                || !is_number(beginning)
                || !rest.starts_with(|next: char| next.is_ascii_digit())
        })
    };
    // A number alone is found as itself, not as its own beginning.
    let begins_more =
        |known: &str, word: &str| begins(known, word) && !(is_number(word) && known == word);
    let digits = |word: &str| word.chars().filter(char::is_ascii_digit).collect::<String>();
    let same_digits = |typed: &str, known: &str, open: bool| {
        let (typed, known) = (digits(typed), digits(known));
        typed.is_empty() || if open { known.starts_with(&typed) } else { known == typed }
    };
    let mut all: Vec<Expansion> = Vec::new();
    for one in signed.iter().filter(|one| one.covers.contains(&at)) {
        if vocabulary.contains(&one.word) {
            all.push((vec![one.word.clone()], 0, 1, true, at - one.covers.start));
        }
    }
    for known in vocabulary {
        let open = open && at == last;
        if known == word {
            all.push((one(known), own, 1, true, 0));
        }
        if open && begins_more(known, word) {
            all.push((one(known), own, 2, false, 0));
        }
        if !open && letters(word) >= 5 && begins_more(known, word) {
            all.push((one(known), 1 + own, 3, false, 0));
        }
        if letters(word) >= (if at == last { 4 } else { 3 })
            && letters(known) >= 3
            && is_form(word, known)
        {
            all.push((one(known), own, 3, false, 0));
        }
        let allowed = usize::from(letters(word) >= 5) + usize::from(letters(word) >= 9);
        let distance = distance(word, known, open);
        let same_first = word.chars().next() == known.chars().next();
        let near = same_digits(word, known, open);
        if near && same_first && (1..=allowed).contains(&distance) {
            all.push((one(known), distance as u8 + own, 2, false, 0));
        }
        if near && !same_first && distance == 1 && allowed == 2 {
            all.push((one(known), 2 + own, 2, false, 0));
        }
    }
    for cut in 1..letters(word) {
        let (left, right): (String, String) =
            (word.chars().take(cut).collect(), word.chars().skip(cut).collect());
        let is_long = letters(&left) >= 3 && letters(&right) >= 3;
        match [left.chars().last(), right.chars().next()]
            .map(|letter| letter.is_some_and(|letter| letter.is_ascii_digit()))
        {
            [false, false] if is_long => all.push((vec![left, right], 1 + own, 1, false, 0)),
            [true, false] | [false, true] => all.push((vec![left, right], own, 2, false, 0)),
            _ => {}
        }
    }
    let spans = (0..=at).flat_map(|start| (at..=last).map(move |end| (start, end)));
    for (start, end) in spans {
        let phrase = &words[start..=end];
        let joined = phrase.concat();
        let lacking = lacks(signed, at, start, end);
        for known in vocabulary.iter().filter(|_| (2..=3).contains(&phrase.len())) {
            if *known == joined {
                all.push((one(known), lacking, 2, true, at - start));
            }
            let typo = u8::from(at == end) + lacking;
            if open && end == last && letters(&joined) >= 5 && begins_more(known, &joined) {
                all.push((one(known), typo, 2, false, at - start));
            }
            let same_first = joined.chars().next() == known.chars().next();
            if letters(&joined) >= 9
                && same_first
                && same_digits(&joined, known, false)
                && distance(&joined, known, false) == 1
            {
                all.push((one(known), typo, 2, false, at - start));
            }
        }
    }
    all
}

/// So many wrong letters more where signs were typed for one of these words and what is found
/// lacks them: they count at the last of the words.
fn lacks(signed: &[Spelling], at: usize, start: usize, end: usize) -> u8 {
    let within = |one: &Spelling| one.covers.start <= end && start < one.covers.end;
    u8::from(at == end && signed.iter().any(within))
}

/// The synonyms of every phrase that holds the word.
fn expansions_by_synonyms(words: &[String], signed: &[Spelling], at: usize) -> Vec<Expansion> {
    let mut all: Vec<Expansion> = Vec::new();
    for (start, end) in (0..=at).flat_map(|start| (at..words.len()).map(move |end| (start, end))) {
        let phrase = &words[start..=end];
        for [left, right] in SYNONYMS.map(|pair| pair.map(fold_phrase)) {
            let lacking = lacks(signed, at, start, end);
            all.extend((left == phrase).then(|| (right.clone(), lacking, 2, false, at - start)));
            all.extend((right == phrase).then_some((left, lacking, 2, false, at - start)));
        }
    }
    all
}

fn is_form(word: &str, known: &str) -> bool {
    let changed = |word: &str, from: &str, to: &str| {
        word.strip_suffix(from).is_some_and(|stem| format!("{stem}{to}") == known)
    };
    ENDINGS.iter().any(|(one, other)| changed(word, one, other) || changed(word, other, one))
}

/// Letters put in, left out, changed or swapped; with `open`, the least over the beginnings of
/// `known`.
fn distance(word: &str, known: &str, open: bool) -> usize {
    let (word, known): (Vec<char>, Vec<char>) = (word.chars().collect(), known.chars().collect());
    let mut table = vec![vec![0; known.len() + 1]; word.len() + 1];
    for i in 0..=word.len() {
        for j in 0..=known.len() {
            table[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let same = usize::from(word[i - 1] != known[j - 1]);
                let mut least =
                    (table[i - 1][j] + 1).min(table[i][j - 1] + 1).min(table[i - 1][j - 1] + same);
                if i > 1 && j > 1 && word[i - 1] == known[j - 2] && word[i - 2] == known[j - 1] {
                    least = least.min(table[i - 2][j - 2] + 1);
                }
                least
            };
        }
    }
    let row = &table[word.len()];
    if open { *row.iter().min().unwrap_or(&0) } else { row[known.len()] }
}

/// Counts of one facet, by hand: its own choice does not matter.
pub(super) fn count(
    documents: &[Document],
    found: &[usize],
    filters: &BTreeMap<String, Vec<String>>,
    facet: usize,
) -> Vec<(String, u64)> {
    let own = filters.get(FACETS[facet]).into_iter().flatten();
    let mut counts: BTreeMap<String, u64> = own.map(|value| (value.clone(), 0)).collect();
    for &number in found {
        let document = &documents[number];
        if (0..FACETS.len()).all(|other| other == facet || fits(document, filters, other)) {
            for value in document.facets[facet].iter().collect::<BTreeSet<_>>() {
                *counts.entry(value.clone()).or_default() += 1;
            }
        }
    }
    let mut counts: Vec<(String, u64)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}

pub(super) fn fits(
    document: &Document,
    filters: &BTreeMap<String, Vec<String>>,
    facet: usize,
) -> bool {
    filters.get(FACETS[facet]).is_none_or(|wanted| {
        wanted.is_empty() || wanted.iter().any(|value| document.facets[facet].contains(value))
    })
}
