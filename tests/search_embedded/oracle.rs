//! The rules of search once more, in the plainest way: every document is scored from its text and
//! every value counted one by one. What the engine answers must be the same.

use fedcat::search::fold::{Token, fold_phrase, tokens};
use fedcat::search::{Hit, MAX_POPULARITY};
use proptest::prelude::*;

use super::*;

const WORDS: [&str; 24] = [
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
];
const SYNONYMS: [[&str; 2]; 2] = [["git", "big blue"], ["photo gallery", "email"]];
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

/// What a word may stand for: words in a row, typo, inexactness, less where it is a whole text.
type Meaning = (Vec<String>, u8, u8, bool);

/// Number of the attribute, tokens.
type Text = (u8, Vec<Token>);

struct Oracle<'a> {
    documents: &'a [Document],
    texts: Vec<Vec<Text>>,
    meanings: Vec<Vec<Meaning>>,
}

impl<'a> Oracle<'a> {
    fn new(documents: &'a [Document], typed: &str) -> Self {
        let texts: Vec<Vec<Text>> = documents
            .iter()
            .map(|document| {
                (0..).zip(&document.texts).flat_map(|(attribute, texts)| {
                    texts.iter().map(move |text| (attribute, tokens(text)))
                })
            })
            .map(Iterator::collect)
            .collect();
        let all = texts.iter().flatten().flat_map(|(_, tokens)| tokens);
        let vocabulary: BTreeSet<String> = all.map(|token| token.word.clone()).collect();
        let words = fold_phrase(typed);
        let open = typed.ends_with(char::is_alphanumeric);
        let of = |at: usize| meanings(&words, at, open, &vocabulary);
        Self { documents, texts, meanings: (0..words.len()).map(of).collect() }
    }

    fn cost(&self, document: usize, word: usize) -> Option<Cost> {
        let mut costs = Vec::new();
        for (attribute, text) in &self.texts[document] {
            let length = text.last().map_or(0, |last| last.position + last.span);
            for (phrase, typo, inexact, better_whole) in &self.meanings[word] {
                for begin in begins(text, phrase) {
                    let whole = *better_whole && begin.span == length;
                    let classes = [0, 1, 4, 7, 11, 16, 24, 64];
                    let class = classes.iter().filter(|&&last| begin.position > last).count();
                    costs.push((*typo, *attribute, class as u8, inexact - u8::from(whole)));
                }
            }
        }
        costs.into_iter().min()
    }

    /// The words in the order in which they are kept.
    fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.meanings.len()).collect();
        order.sort_by_key(|&word| {
            let all = 0..self.documents.len();
            let frequency = all.filter(|&document| self.cost(document, word).is_some()).count();
            (frequency == 0, frequency)
        });
        order
    }

    fn proximity(&self, document: usize, words: &[usize]) -> u32 {
        let places = |word: usize| -> Vec<(usize, usize)> {
            let texts = self.texts[document].iter().enumerate();
            texts
                .flat_map(|(number, (_, text))| {
                    let phrases = self.meanings[word].iter().map(|(phrase, ..)| phrase);
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
    fn ranked(&self) -> Vec<usize> {
        let order = self.order();
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
                sum(|cost| cost.0),
                self.proximity(document, &order[..costs.len()]),
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

fn unpopularity(document: &Document) -> u32 {
    MAX_POPULARITY - document.popularity.min(MAX_POPULARITY)
}

/// The first words of each place where a phrase stands.
fn begins(text: &[Token], phrase: &[String]) -> Vec<Token> {
    let stands = |word: &String, position: usize| {
        text.iter().any(|token| &token.word == word && token.position == position)
    };
    let all = text.iter().filter(|begin| {
        phrase[0] == begin.word
            && phrase.iter().zip(begin.position..).all(|(word, at)| stands(word, at))
    });
    all.cloned().collect()
}

fn meanings(
    words: &[String],
    at: usize,
    open: bool,
    vocabulary: &BTreeSet<String>,
) -> Vec<Meaning> {
    let word = &words[at];
    let last = words.len() - 1;
    let letters = |word: &str| word.chars().count();
    let one = |word: &String| vec![word.clone()];
    let mut all: Vec<Meaning> = Vec::new();
    for known in vocabulary {
        let open = open && at == last;
        if known == word {
            all.push((one(known), 0, 1, true));
        }
        if open && known.starts_with(word) {
            all.push((one(known), 0, 2, false));
        }
        if letters(word) >= (if at == last { 4 } else { 3 })
            && letters(known) >= 3
            && is_form(word, known)
        {
            all.push((one(known), 0, 3, false));
        }
        let allowed = usize::from(letters(word) >= 5) + usize::from(letters(word) >= 9);
        let distance = distance(word, known, open);
        if (1..=allowed).contains(&distance) {
            all.push((one(known), distance as u8, 2, false));
        }
    }
    for cut in 3..letters(word) {
        let (left, right): (String, String) =
            (word.chars().take(cut).collect(), word.chars().skip(cut).collect());
        if letters(&right) >= 3 {
            all.push((vec![left, right], 1, 1, false));
        }
    }
    let spans = (0..=at).flat_map(|start| (at..=last).map(move |end| (start, end)));
    for (start, end) in spans {
        let phrase = &words[start..=end];
        for [left, right] in SYNONYMS.map(|pair| pair.map(fold_phrase)) {
            all.extend((left == phrase).then(|| (right.clone(), 0, 2, false)));
            all.extend((right == phrase).then_some((left, 0, 2, false)));
        }
        let joined = phrase.concat();
        for known in vocabulary.iter().filter(|_| (2..=3).contains(&phrase.len())) {
            if *known == joined {
                all.push((one(known), 0, 2, true));
            }
            if open && end == last && letters(&joined) >= 5 && known.starts_with(&joined) {
                all.push((one(known), 1, 2, false));
            }
            if letters(&joined) >= 9 && distance(&joined, known, false) == 1 {
                all.push((one(known), 2, 2, false));
            }
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
/// `known`. As good as infinite where the first letters differ.
fn distance(word: &str, known: &str, open: bool) -> usize {
    let (word, known): (Vec<char>, Vec<char>) = (word.chars().collect(), known.chars().collect());
    if word.first() != known.first() {
        return usize::MAX;
    }
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
fn count(
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

fn fits(document: &Document, filters: &BTreeMap<String, Vec<String>>, facet: usize) -> bool {
    filters.get(FACETS[facet]).is_none_or(|wanted| {
        wanted.is_empty() || wanted.iter().any(|value| document.facets[facet].contains(value))
    })
}

fn a_text() -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(&WORDS[..]), 0..10)
        .prop_map(|words| words.join(" "))
}

fn a_document() -> impl Strategy<Value = Document> {
    let texts = proptest::collection::vec(proptest::collection::vec(a_text(), 0..3), 3);
    let facets = proptest::collection::vec(proptest::collection::vec("[a-c]", 0..3), 2);
    (texts, facets, 0u32..3).prop_map(|(texts, facets, popularity)| Document {
        texts,
        facets,
        popularity,
        ..Document::default()
    })
}

fn a_query() -> impl Strategy<Value = String> {
    let words = proptest::collection::vec(proptest::sample::select(&WORDS[..]), 0..5);
    (words, 0usize..4, prop_oneof!["", " "]).prop_map(|(words, less, end)| {
        let mut text = words.join(" ");
        for _ in 0..less {
            text.pop();
        }
        text + &end
    })
}

proptest! {
    #[test]
    fn the_engine_answers_as_the_oracle(
        mut documents in proptest::collection::vec(a_document(), 0..40),
        typed in a_query(),
        filters in proptest::collection::btree_map(
            proptest::sample::select(&FACETS[..]).prop_map(str::to_owned),
            proptest::collection::vec("[a-d]", 0..3),
            0..3,
        ),
        page in 1usize..9,
    ) {
        for (number, document) in documents.iter_mut().enumerate() {
            document.id = id(number);
        }
        let synonyms = Synonyms::of_groups(SYNONYMS.map(|pair| pair.map(str::to_owned)));
        let engine = engine(&documents, synonyms);
        let oracle = Oracle::new(&documents, &typed);
        let found = oracle.ranked();
        let fitting = |&&number: &&usize| {
            (0..FACETS.len()).all(|facet| fits(&documents[number], &filters, facet))
        };
        let expected: Vec<Hit> =
            found.iter().filter(fitting).map(|&number| Hit { id: id(number) }).collect();

        let mut hits = Vec::new();
        for offset in (0..=expected.len()).step_by(page) {
            let answer = ask(&engine, &Query {
                text: typed.clone(),
                filters: filters.clone(),
                count: FACETS.map(str::to_owned).to_vec(),
                offset,
                limit: page,
                ..Query::default()
            });
            prop_assert_eq!(answer.total, expected.len() as u64);
            for (facet, name) in FACETS.iter().enumerate() {
                prop_assert_eq!(
                    &answer.facets[*name],
                    &count(&documents, &found, &filters, facet)
                );
            }
            hits.extend(answer.hits);
        }
        prop_assert_eq!(hits, expected);
    }
}
