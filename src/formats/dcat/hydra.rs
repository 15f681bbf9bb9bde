//! The pages of a catalogue, in the two dialects of Hydra: `hydra:PagedCollection` with
//! `nextPage`, and `hydra:PartialCollectionView` with `next`, whose number of entries stands at the
//! collection. The collection's link to its view is not followed: a real catalogue gets it wrong.

use std::collections::BTreeSet;

use super::graph::{Graph, Object};
use crate::formats::{Code, Finding};

/// The kinds of pages, and the property by which each names the next one.
const DIALECTS: &[(&str, &str)] =
    &[("hydra:PartialCollectionView", "hydra:next"), ("hydra:PagedCollection", "hydra:nextPage")];

/// What a document says about its pages.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Paging {
    /// The address of the next page, as written.
    pub next: Option<String>,
    /// The number of entries on all pages.
    pub total: Option<u64>,
}

/// Reads the paging of a document.
///
/// # Errors
/// A finding where it names several next pages: whichever is taken, entries may stand on another.
pub(super) fn paging(graph: &Graph) -> Result<Paging, Finding> {
    let mut nexts: BTreeSet<&str> = BTreeSet::new();
    let mut totals: BTreeSet<u64> = BTreeSet::new();
    for about in graph.subjects.values() {
        for (kind, property) in DIALECTS {
            if about.is_any(&[kind]) {
                nexts.extend(about.values(property).filter_map(Object::as_str));
            }
        }
        let total = about.values("hydra:totalItems").filter_map(Object::as_str);
        totals.extend(total.filter_map(|text| text.trim().parse::<u64>().ok()));
    }
    if nexts.len() > 1 {
        let message = "the page names several next pages: expected one";
        return Err(Finding::new(Code::ListingNotOfTheFormat, "hydra:next", message));
    }
    let next = nexts.first().map(|next| (*next).to_owned());
    // Several numbers, of several collections, do not say how many entries there are.
    let total = totals.first().copied().filter(|_| totals.len() == 1);
    Ok(Paging { next, total })
}
