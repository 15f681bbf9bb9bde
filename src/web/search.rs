//! A search as the page and the API carry it out.

/// A search carried out: its hits, and the pages around it.
pub mod execute;
/// What is tried where nothing was found.
pub mod fallback;
/// What the pages of a search have shown.
pub mod page_memory;
/// A search as its address states it.
pub mod params;
/// What a reader may mean by the first letters.
pub mod suggest;
