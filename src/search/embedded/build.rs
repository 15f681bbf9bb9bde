//! Makes an index of documents. An index never changes; documents are numbered in the order of
//! their ids, so that the smaller number is the smaller id.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use uuid::Uuid;

use super::dictionary::Dictionary;
use super::facets::Facets;
use super::forward::{Forward, Text};
use super::postings::{Place, Postings};
use crate::search::fold::tokens;
use crate::search::{Document, MAX_POPULARITY, Schema};

/// All that a search needs.
#[derive(Debug)]
pub(super) struct Index {
    pub(super) documents: Vec<Entered>,
    pub(super) dictionary: Dictionary,
    pub(super) postings: Postings,
    pub(super) forward: Forward,
    pub(super) facets: Facets,
}

/// What is kept of a document to identify and to sort it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entered {
    pub(super) id: Uuid,
    /// Its number in the order of the names.
    pub(super) name: u32,
    pub(super) popularity: u32,
    pub(super) fresh: i64,
    pub(super) added: i64,
}

impl Index {
    /// `documents` ascend by id, each id once, and fit the schema.
    pub(super) fn build(schema: &Schema, documents: &[&Document]) -> Result<Self, fst::Error> {
        let mut words = Words::default();
        for (number, document) in (0..).zip(documents) {
            words.read(number, document);
        }
        let (dictionary, postings, forward) = words.finish()?;
        let facets = Facets::build(schema.facets().len(), documents);
        Ok(Self { documents: enter(documents), dictionary, postings, forward, facets })
    }

    /// The numbers of all documents.
    pub(super) fn all(&self) -> impl Iterator<Item = u32> + use<> {
        0..u32::try_from(self.documents.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn document(&self, number: u32) -> Option<&Entered> {
        self.documents.get(number as usize)
    }
}

fn enter(documents: &[&Document]) -> Vec<Entered> {
    let mut entered: Vec<Entered> = documents
        .iter()
        .map(|document| Entered {
            id: document.id,
            name: 0,
            popularity: document.popularity.min(MAX_POPULARITY),
            fresh: document.fresh,
            added: document.added,
        })
        .collect();
    let mut by_name: Vec<(&str, &mut Entered)> =
        documents.iter().map(|document| document.name.as_str()).zip(&mut entered).collect();
    by_name.sort_by_key(|&(name, _)| name);
    for (rank, (_, document)) in (0..).zip(by_name) {
        document.name = rank;
    }
    entered
}

/// The words met so far, numbered in the order of meeting.
#[derive(Default)]
struct Words {
    numbers: HashMap<String, u32>,
    lists: Vec<Vec<(u32, Place)>>,
    /// For each document its texts.
    texts: Vec<Vec<Text>>,
}

impl Words {
    fn read(&mut self, document: u32, content: &Document) {
        let mut texts = Vec::new();
        for (attribute, of_attribute) in (0..).zip(&content.texts) {
            for text in of_attribute {
                texts.push((attribute, self.read_text(document, attribute, text)));
            }
        }
        self.texts.push(texts);
    }

    fn read_text(&mut self, document: u32, attribute: u8, text: &str) -> Vec<(u32, usize)> {
        let tokens = tokens(text);
        let length = tokens.last().map_or(0, |last| last.position + last.span);
        tokens
            .into_iter()
            .map(|token| {
                let place = Place::new(attribute, token.position, token.span == length);
                (self.note(token.word, document, place), token.position)
            })
            .collect()
    }

    /// Notes that a word stands in a document; of several places the best is kept.
    fn note(&mut self, word: String, document: u32, place: Place) -> u32 {
        let next = u32::try_from(self.lists.len()).unwrap_or(u32::MAX);
        let number = match self.numbers.entry(word) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => {
                self.lists.push(Vec::new());
                *new.insert(next)
            }
        };
        if let Some(list) = self.lists.get_mut(number as usize) {
            match list.last_mut() {
                Some((last, best)) if *last == document => *best = place.min(*best),
                _ => list.push((document, place)),
            }
        }
        number
    }

    /// Renumbers the words in their order.
    fn finish(self) -> Result<(Dictionary, Postings, Forward), fst::Error> {
        let mut sorted: Vec<(&str, u32)> =
            self.numbers.iter().map(|(word, &number)| (word.as_str(), number)).collect();
        sorted.sort_unstable();
        let mut postings = Postings::default();
        let mut final_numbers = vec![0; sorted.len()];
        let mut entries = Vec::with_capacity(sorted.len());
        for (new, &(word, old)) in (0..).zip(&sorted) {
            let list = self.lists.get(old as usize).map_or(&[][..], Vec::as_slice);
            postings.push(list);
            entries.push((word, u32::try_from(list.len()).unwrap_or(u32::MAX)));
            if let Some(number) = final_numbers.get_mut(old as usize) {
                *number = new;
            }
        }
        let mut forward = Forward::default();
        for mut texts in self.texts {
            for (word, _) in texts.iter_mut().flat_map(|(_, words)| words) {
                *word = final_numbers.get(*word as usize).copied().unwrap_or(u32::MAX);
            }
            forward.push(&texts);
        }
        Ok((Dictionary::new(&entries)?, postings, forward))
    }
}
