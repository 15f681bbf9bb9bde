//! Documents in the shape of a catalogue, as many as wanted and the same in every run. Their
//! vocabulary grows with their number as that of real texts does: a part of the words is drawn
//! from all words so drawn before, or is new (Yule and Simon's process).

use std::sync::LazyLock;

use fedcat::catalogue::text::fold::fold;
use fedcat::publish::index::schema;
use fedcat::search::{Document, Schema};
use uuid::Uuid;

use crate::random::Random;
use crate::vocabulary::{Language, ORGANISATIONS, coined, languages};

/// The schema of the catalogue.
pub static SCHEMA: LazyLock<Schema> =
    LazyLock::new(|| schema().expect("the schema of the catalogue"));

/// Documents without end, numbered from 0.
pub struct Documents {
    number: u32,
    random: Random,
    writer: Writer,
    facets: Vec<Facet>,
    organisations: Vec<String>,
    /// Words of category labels by the number of the category.
    categories: Vec<[String; 2]>,
}

/// The number of a document.
pub fn number_of(id: Uuid) -> usize {
    usize::try_from(id.as_u128()).expect("an id that the generator gave")
}

/// Where an attribute of the catalogue's schema stands in a document.
pub fn attribute(name: &str) -> usize {
    SCHEMA.attribute(name).expect("an attribute of the catalogue")
}

/// Where a facet of the catalogue's schema stands in a document.
pub fn facet(name: &str) -> usize {
    SCHEMA.facet(name).expect("a facet of the catalogue")
}

/// How a facet is filled.
struct Facet {
    values: Vec<String>,
    /// Most values of a document.
    most: usize,
    /// Documents that have a value, of a hundred.
    filled: f64,
}

/// Facets: number of values, most values of a document, documents that have one, of a hundred.
const SHAPES: &[(&str, usize, usize, f64)] = &[
    ("category", 90, 3, 95.0),
    ("licence", 60, 2, 97.0),
    ("licence-family", 20, 2, 97.0),
    ("open-source", 3, 1, 100.0),
    ("copyleft", 5, 1, 100.0),
    ("licence-conflict", 3, 1, 100.0),
    ("country", 20, 3, 60.0),
    ("source", 12, 2, 100.0),
    ("platform", 6, 3, 80.0),
    ("language", 20, 4, 50.0),
    ("status", 5, 1, 70.0),
    ("maintenance", 4, 1, 60.0),
    ("support", 500, 3, 20.0),
    ("public", 2, 1, 50.0),
];

impl Facet {
    fn new(name: &str) -> Self {
        let shape = SHAPES.iter().find(|(known, ..)| *known == name);
        let &(_, values, most, filled) = shape.unwrap_or(&("", 10, 1, 50.0));
        let values = (0..values).map(|value| format!("{name}-{value:03}")).collect();
        Self { values, most, filled }
    }

    /// Numbers of the values of a document; few documents have more than one.
    fn draw(&self, random: &mut Random) -> Vec<usize> {
        if !random.percent(self.filled) {
            return Vec::new();
        }
        let mut drawn: Vec<usize> =
            (0..=random.zipf(self.most)).map(|_| random.zipf(self.values.len())).collect();
        drawn.sort_unstable();
        drawn.dedup();
        drawn
    }
}

impl Documents {
    pub fn new(seed: u64) -> Self {
        let writer = Writer::new();
        let english = &writer.languages[0].words;
        let label = |category: usize| [0, 1].map(|word| english[category * 2 + word + 300].clone());
        Self {
            number: 0,
            random: Random::new(seed),
            facets: SCHEMA.facets().iter().map(|name| Facet::new(name)).collect(),
            organisations: organisations(),
            categories: (0..100).map(label).collect(),
            writer,
        }
    }

    fn texts(&mut self, attribute: &str, categories: &[usize]) -> Vec<String> {
        let Self { random, writer, .. } = self;
        match attribute {
            "name" => (0..1 + usize::from(random.percent(15.0))).map(|_| name(random)).collect(),
            "replaces" if random.percent(5.0) => vec![capital(&coined(random.zipf(200) as u64))],
            "subject" => {
                let labels = categories.iter().map(|&number| self.categories[number].join(" "));
                let tags = (0..random.between(1, 4)).map(|_| writer.word(0, random));
                labels.chain(tags).collect()
            }
            "summary" => writer.summaries(random),
            "description" => vec![writer.description(random)],
            "organisations" => (0..random.between(1, 4))
                .map(|_| self.organisations[random.zipf(self.organisations.len())].clone())
                .collect(),
            _ => Vec::new(),
        }
    }
}

impl Iterator for Documents {
    type Item = Document;

    fn next(&mut self) -> Option<Document> {
        let id = Uuid::from_u128(u128::from(self.number));
        self.number += 1;
        let drawn: Vec<Vec<usize>> =
            self.facets.iter().map(|facet| facet.draw(&mut self.random)).collect();
        let (categories, sources) = (&drawn[facet("category")], drawn[facet("source")].len());
        let texts: Vec<Vec<String>> =
            SCHEMA.attributes().iter().map(|attribute| self.texts(attribute, categories)).collect();
        let value = |(facet, numbers): (&Facet, &Vec<usize>)| {
            numbers.iter().map(|&number| facet.values[number].clone()).collect()
        };
        let random = &mut self.random;
        Some(Document {
            id,
            facets: self.facets.iter().zip(&drawn).map(value).collect(),
            name: texts.first().and_then(|names| names.first()).map_or(String::new(), |n| fold(n)),
            texts,
            is_secondary: false,
            popularity: (sources * 1_000 + random.zipf(100_000)) as u32,
            fresh: if random.percent(10.0) { 0 } else { since(random, 1_300_000_000, 16) },
            added: since(random, 1_700_000_000, 3),
        })
    }
}

/// A moment within some years after `start`.
fn since(random: &mut Random, start: i64, years: usize) -> i64 {
    start + random.below(years * 31_557_600) as i64
}

/// One to three coined words.
fn name(random: &mut Random) -> String {
    let words = 1 + random.zipf(3);
    let word = |_| capital(&coined(random.skewed(25_000) as u64));
    (0..words).map(word).collect::<Vec<_>>().join(" ")
}

fn organisations() -> Vec<String> {
    let place = |number| capital(&coined(1_000_000 + number));
    let kind = |number: u64| ORGANISATIONS[number as usize % ORGANISATIONS.len()];
    (0..1_500).map(|number| kind(number).replace('@', &place(number / 3))).collect()
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// Writes texts, and remembers which words it made up.
struct Writer {
    languages: [Language; 4],
    coined: Vec<String>,
    /// Every word that was drawn from the process, by its number in `coined`.
    drawn: Vec<u32>,
}

/// Words of a text that come from the process of Yule and Simon, of a hundred.
const DRAWN: f64 = 6.0;
/// Words of these that are new, of a hundred.
const NEW: f64 = 12.0;

impl Writer {
    fn new() -> Self {
        Self { languages: languages(), coined: Vec::new(), drawn: Vec::new() }
    }

    /// Most often in English, and often in other languages too.
    fn summaries(&mut self, random: &mut Random) -> Vec<String> {
        let mut texts = Vec::new();
        for (language, percent) in [95.0, 34.0, 24.0, 21.0].into_iter().enumerate() {
            if random.percent(percent) {
                let template = random.pick(self.languages[language].summaries);
                texts.push(self.fill(language, template, random));
            }
        }
        texts
    }

    /// A few sentences in one language.
    fn description(&mut self, random: &mut Random) -> String {
        let language = [0, 0, 0, 0, 0, 0, 1, 1, 2, 3][random.below(10)];
        let mut text = String::new();
        for _ in 0..random.between(2, 12) {
            let template = random.pick(self.languages[language].sentences);
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(&self.fill(language, template, random));
        }
        text
    }

    /// The sentence with a word in each gap, and some other words replaced.
    fn fill(&mut self, language: usize, template: &str, random: &mut Random) -> String {
        let mut text = String::with_capacity(template.len() * 2);
        for part in template.split(' ') {
            if !text.is_empty() {
                text.push(' ');
            }
            let end = part.trim_end_matches(['.', ',', ':']).len();
            let (word, sign) = part.split_at(end);
            if !word.is_empty() && random.percent(DRAWN) {
                text.push_str(self.draw(random));
            } else if word == "*" {
                text.push_str(&self.word(language, random));
            } else {
                text.push_str(word);
            }
            text.push_str(sign);
        }
        text
    }

    fn word(&self, language: usize, random: &mut Random) -> String {
        let words = &self.languages[language].words;
        words[random.skewed(words.len())].clone()
    }

    fn draw(&mut self, random: &mut Random) -> &str {
        let number = if self.drawn.is_empty() || random.percent(NEW) {
            self.coined.push(coined(2_000_000 + self.coined.len() as u64));
            self.coined.len() - 1
        } else {
            random.pick(&self.drawn) as usize
        };
        self.drawn.push(number as u32);
        &self.coined[number]
    }
}
