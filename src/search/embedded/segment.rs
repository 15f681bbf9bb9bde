//! A part of the index that never changes: documents, numbered in the order of their ids, and all
//! that a search needs to know of them.

use std::cmp::Ordering;
use std::ops::Range;

use roaring::RoaringBitmap;
use uuid::Uuid;

use super::dictionary::Dictionary;
use super::facets::Facets;
use super::forward::Forward;
use super::jagged::Jagged;
use super::postings::Postings;
use super::prefix_postings::PrefixPostings;
use crate::search::Sort;

#[derive(Debug)]
pub(super) struct Segment {
    /// Ascending by id.
    pub(super) documents: Vec<Entered>,
    /// The sort keys of the names.
    pub(super) names: Jagged<u8>,
    pub(super) popularity: Vec<u32>,
    /// The documents that come after others, see [`crate::search::Document::is_secondary`].
    pub(super) secondary: RoaringBitmap,
    /// All documents, most evidence of use first.
    pub(super) by_use: Vec<u32>,
    /// For each attribute, the documents that have a text in it.
    pub(super) texts_in: Vec<RoaringBitmap>,
    pub(super) dictionary: Dictionary,
    /// For each word of the dictionary its documents.
    pub(super) postings: Postings,
    pub(super) forward: Forward,
    pub(super) facets: Facets,
    /// The postings of prefixes that many documents have.
    pub(super) prefix_postings: PrefixPostings,
}

/// A segment without the documents that are deleted from it.
#[derive(Clone, Copy)]
pub(super) struct LiveSegment<'a> {
    pub(super) segment: &'a Segment,
    pub(super) deleted: &'a RoaringBitmap,
}

/// What is kept of a document to identify and to sort it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entered {
    pub(super) id: Uuid,
    /// Its number in the order of the names.
    pub(super) name: u32,
    pub(super) fresh: i64,
    pub(super) added: i64,
}

impl Segment {
    /// How many documents there are.
    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.documents.len()).unwrap_or(u32::MAX)
    }

    /// The numbers of all documents.
    pub(super) fn all(&self) -> Range<u32> {
        0..self.len()
    }

    pub(super) fn document(&self, number: u32) -> Option<&Entered> {
        self.documents.get(number as usize)
    }

    pub(super) fn popularity(&self, number: u32) -> u32 {
        self.popularity.get(number as usize).copied().unwrap_or(0)
    }

    pub(super) fn is_secondary(&self, number: u32) -> bool {
        self.secondary.contains(number)
    }

    /// Whether a document has a text in an attribute.
    pub(super) fn has_text_in(&self, document: u32, attribute: u8) -> bool {
        let documents = self.texts_in.get(usize::from(attribute));
        documents.is_some_and(|documents| documents.contains(document))
    }

    /// The number of the document with that id.
    pub(super) fn number(&self, id: Uuid) -> Option<u32> {
        let at = self.documents.binary_search_by_key(&id, |document| document.id).ok()?;
        u32::try_from(at).ok()
    }

    /// Decides the order of documents within this segment; the smaller comes first.
    pub(super) fn sort_key(&self, number: u32, sort: Sort) -> i64 {
        let Some(document) = self.document(number) else { return i64::MAX };
        match sort {
            Sort::Relevance | Sort::Use => -i64::from(self.popularity(number)),
            Sort::Name => i64::from(document.name),
            Sort::Freshness if document.fresh == 0 => i64::MAX,
            Sort::Freshness => document.fresh.saturating_neg(),
            Sort::Newest => document.added.saturating_neg(),
        }
    }

    /// Compares a document with one of another segment.
    pub(super) fn compare(&self, number: u32, other: (&Self, u32), sort: Sort) -> Ordering {
        let (other, other_number) = other;
        let by_sort = match sort {
            Sort::Name => self.names.get(number).cmp(other.names.get(other_number)),
            _ => self.sort_key(number, sort).cmp(&other.sort_key(other_number, sort)),
        };
        let id = |segment: &Self, number| segment.document(number).map(|document| document.id);
        by_sort.then_with(|| id(self, number).cmp(&id(other, other_number)))
    }
}
