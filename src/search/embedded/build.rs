//! Makes a segment: of documents, or of what is left of other segments.

use std::collections::HashMap;

use roaring::RoaringBitmap;
use uuid::Uuid;

use super::config::{IndexConfig, Tuning};
use super::dictionary::Dictionary;
use super::facets::FacetsBuilder;
use super::forward::{Forward, Occurrence, Text, Written};
use super::jagged::Jagged;
use super::postings::inverted;
use super::prefix_postings::PrefixPostings;
use super::segment::{Entered, Segment};
use crate::catalogue::text::fold::tokens;
use crate::search::{Document, MAX_POPULARITY, Schema};

/// A segment that is being made. The order of the ids is the fastest: other documents are copied
/// into it at the end.
pub(super) struct Builder {
    documents: Vec<Entered>,
    names: Jagged<u8>,
    popularity: Vec<u32>,
    secondary: RoaringBitmap,
    texts_in: Vec<RoaringBitmap>,
    pub(super) words: Words,
    forward: Forward,
    pub(super) facets: FacetsBuilder,
}

/// The words met so far, numbered in the order of meeting.
#[derive(Default)]
pub(super) struct Words(HashMap<String, u32>);

/// A document as it enters a segment.
pub(super) struct Entering<'a> {
    pub(super) id: Uuid,
    pub(super) name: &'a [u8],
    pub(super) popularity: u32,
    pub(super) is_secondary: bool,
    pub(super) fresh: i64,
    pub(super) added: i64,
    /// Words have the numbers in which they were met.
    pub(super) texts: &'a [Text],
}

/// Makes a large segment of documents that fit the schema.
pub(super) fn base(config: &IndexConfig, builder: Builder) -> Result<Segment, fst::Error> {
    Ok(with_prefixes(builder.finish()?, &config.tuning))
}

/// Makes a small segment of documents that fit the schema.
pub(super) fn delta(schema: &Schema, documents: &[Document]) -> Result<Segment, fst::Error> {
    let mut builder = Builder::new(schema);
    documents.iter().for_each(|document| builder.add(document));
    builder.finish()
}

/// Makes a large segment of two.
pub(super) fn merged_base(config: &IndexConfig, parts: Parts) -> Result<Segment, fst::Error> {
    Ok(with_prefixes(merge(&config.schema, parts)?, &config.tuning))
}

/// Makes a small segment of two.
pub(super) fn merged_delta(schema: &Schema, parts: Parts) -> Result<Segment, fst::Error> {
    merge(schema, parts)
}

/// The same segment with the postings of prefixes, which a small one does not need.
fn with_prefixes(mut segment: Segment, tuning: &Tuning) -> Segment {
    let Segment { dictionary, postings, .. } = &segment;
    segment.prefix_postings =
        PrefixPostings::of(dictionary, postings, segment.len(), tuning.many as u64);
    segment
}

/// Segments, each with the documents that are deleted from it. No id is left in both.
type Parts<'a> = [(&'a Segment, &'a RoaringBitmap); 2];

fn merge(schema: &Schema, parts: Parts) -> Result<Segment, fst::Error> {
    let mut order: Vec<(Uuid, usize, u32)> = Vec::new();
    for (part, (segment, deleted)) in parts.iter().enumerate() {
        let left = segment.all().filter(|&number| !deleted.contains(number));
        order.extend(left.filter_map(|number| Some((segment.document(number)?.id, part, number))));
    }
    order.sort_unstable();
    let mut builder = Builder::new(schema);
    let mut sources = parts.map(|(segment, _)| Source::new(segment));
    for (_, part, number) in order {
        if let Some(source) = sources.get_mut(part) {
            source.copy(number, &mut builder);
        }
    }
    builder.finish()
}

/// The same segment in the order of ids. Of two documents with the same id the later is kept.
fn sorted(segment: &Segment, mut builder: Builder) -> Result<Segment, fst::Error> {
    let ids = (0..).zip(&segment.documents).map(|(number, document)| (document.id, number));
    let mut order: Vec<(Uuid, u32)> = ids.collect();
    order.sort_unstable();
    let mut source = Source::new(segment);
    for (at, (id, number)) in order.iter().enumerate() {
        if order.get(at + 1).is_none_or(|(next, _)| next != id) {
            source.copy(*number, &mut builder);
        }
    }
    builder.assembled()
}

/// A segment of which documents are copied.
struct Source<'a> {
    segment: &'a Segment,
    words: Vec<String>,
    /// For each word in the order in which this segment met it, the number in which the new one
    /// did.
    met: Vec<Option<u32>>,
}

impl<'a> Source<'a> {
    fn new(segment: &'a Segment) -> Self {
        Self { segment, words: segment.dictionary.all(), met: vec![None; segment.forward.met()] }
    }

    fn copy(&mut self, number: u32, builder: &mut Builder) {
        let segment = self.segment;
        let Some(document) = segment.document(number) else { return };
        let mut texts = segment.forward.texts(number);
        for written in texts.iter_mut().flat_map(|text| &mut text.words) {
            written.word = self.meet(written.word, &mut builder.words);
        }
        builder.enter(&Entering {
            id: document.id,
            name: segment.names.get(number),
            popularity: segment.popularity(number),
            is_secondary: segment.is_secondary(number),
            fresh: document.fresh,
            added: document.added,
            texts: &texts,
        });
        for (facet, value) in segment.facets.values_of(number) {
            builder.facets.value(facet, value);
        }
        builder.facets.end_document();
    }

    fn meet(&mut self, word: u32, words: &mut Words) -> u32 {
        let number = self.segment.forward.number(word);
        let spelling = self.words.get(number as usize).map_or("", String::as_str);
        match self.met.get_mut(word as usize) {
            Some(known) => *known.get_or_insert_with(|| words.meet(spelling)),
            None => words.meet(spelling),
        }
    }
}

impl Builder {
    pub(super) fn new(schema: &Schema) -> Self {
        Self::empty(schema.attributes().len(), schema.facets().len())
    }

    fn empty(attributes: usize, facets: usize) -> Self {
        Self {
            documents: Vec::new(),
            names: Jagged::default(),
            popularity: Vec::new(),
            secondary: RoaringBitmap::new(),
            texts_in: vec![RoaringBitmap::new(); attributes],
            words: Words::default(),
            forward: Forward::default(),
            facets: FacetsBuilder::new(facets),
        }
    }

    /// Appends a document, but for its facets.
    pub(super) fn enter(&mut self, entering: &Entering) {
        let number = u32::try_from(self.documents.len()).unwrap_or(u32::MAX);
        let &Entering { id, name, popularity, is_secondary, fresh, added, texts } = entering;
        self.documents.push(Entered { id, name: 0, fresh, added });
        self.names.push_all(name);
        self.popularity.push(popularity);
        if is_secondary {
            self.secondary.insert(number);
        }
        for text in texts {
            if let Some(documents) = self.texts_in.get_mut(usize::from(text.attribute)) {
                documents.insert(number);
            }
        }
        self.forward.push(texts);
    }

    /// Appends a document that fits the schema.
    pub(super) fn add(&mut self, document: &Document) {
        let texts = self.words.read(document);
        self.enter(&Entering {
            id: document.id,
            name: document.name.as_bytes(),
            popularity: document.popularity.min(MAX_POPULARITY),
            is_secondary: document.is_secondary,
            fresh: document.fresh,
            added: document.added,
            texts: &texts,
        });
        for (facet, values) in document.facets.iter().enumerate() {
            values.iter().for_each(|value| self.facets.value(facet, value));
        }
        self.facets.end_document();
    }

    pub(super) fn finish(self) -> Result<Segment, fst::Error> {
        let (attributes, facets) = (self.texts_in.len(), self.facets.count());
        let mut pairs = self.documents.iter().zip(self.documents.iter().skip(1));
        if pairs.all(|(one, next)| one.id < next.id) {
            return self.assembled();
        }
        sorted(&self.assembled()?, Self::empty(attributes, facets))
    }

    /// The segment with the documents in the order in which they came.
    fn assembled(self) -> Result<Segment, fst::Error> {
        let Self { mut documents, mut names, words, mut forward, .. } = self;
        let Self { popularity, secondary, texts_in, facets, .. } = self;
        names.shrink();
        let mut by_name: Vec<u32> = (0..).take(documents.len()).collect();
        by_name.sort_by_key(|&number| names.get(number));
        for (rank, number) in (0..).zip(by_name) {
            if let Some(document) = documents.get_mut(number as usize) {
                document.name = rank;
            }
        }
        let mut by_use: Vec<u32> = (0..).take(documents.len()).collect();
        by_use.sort_by_key(|&number| {
            std::cmp::Reverse(popularity.get(number as usize).copied().unwrap_or(0))
        });
        let (spellings, numbers) = words.sorted();
        forward.finish(numbers);
        let count = u32::try_from(documents.len()).unwrap_or(u32::MAX);
        let mut words: Vec<Occurrence> = Vec::new();
        let (postings, lengths) = inverted(spellings.len(), count, |document, note| {
            forward.read(document, &mut words);
            words.iter().for_each(|found| note(found.word, found.place));
        });
        let spellings = spellings.iter().map(String::as_str);
        let dictionary = Dictionary::new(spellings.zip(lengths))?;
        documents.shrink_to_fit();
        Ok(Segment {
            documents,
            names,
            popularity,
            secondary,
            by_use,
            texts_in,
            prefix_postings: PrefixPostings::default(),
            dictionary,
            postings,
            forward,
            facets: facets.finish(),
        })
    }
}

impl Words {
    fn read(&mut self, document: &Document) -> Vec<Text> {
        let texts = (0..)
            .zip(&document.texts)
            .flat_map(|(attribute, texts)| texts.iter().map(move |text| (attribute, text)));
        texts
            .map(|(attribute, text)| {
                let words = tokens(text).into_iter().map(|token| Written {
                    word: self.meet(&token.word),
                    beside: token.beside,
                    whole: token.whole,
                    signless: token.signless,
                });
                Text { attribute, words: words.collect() }
            })
            .collect()
    }

    /// The number of a word, a new one where it is met for the first time.
    pub(super) fn meet(&mut self, word: &str) -> u32 {
        if let Some(&known) = self.0.get(word) {
            return known;
        }
        let number = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        self.0.insert(word.to_owned(), number);
        number
    }

    /// The words in their order, and for each word in the order of meeting its number among them.
    fn sorted(self) -> (Vec<String>, Vec<u32>) {
        let mut sorted: Vec<(String, u32)> = self.0.into_iter().collect();
        sorted.sort_unstable();
        let mut numbers = vec![0; sorted.len()];
        for (number, (_, met)) in (0..).zip(&sorted) {
            if let Some(slot) = numbers.get_mut(*met as usize) {
                *slot = number;
            }
        }
        (sorted.into_iter().map(|(word, _)| word).collect(), numbers)
    }
}
