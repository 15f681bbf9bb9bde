//! Entries that may be the same software, and how a person decides.

use super::href;
use crate::store::candidates::Possible;
use crate::web::pages::brief::{Brevity, Shorten};
use crate::web::pages::phrase::{self, Phrase};
use crate::web::pages::words::Language;

/// The most that are shown.
pub const MOST: usize = 10;

/// An entry that may be the same.
pub struct Twin {
    pub name: Phrase,
    pub href: String,
    /// What the two have in common.
    pub reasons: Vec<Phrase>,
    pub commands: [String; 2],
}

impl Twin {
    /// What is shown of one.
    pub fn new(t: Language, possible: Possible) -> Self {
        Self {
            name: phrase::name(t, &possible.called.name),
            href: href(possible.software, &possible.called.slug),
            commands: possible.commands(),
            reasons: possible
                .waiting
                .reasons
                .into_iter()
                .map(|reason| Phrase::told(t, reason))
                .collect(),
        }
    }
}

impl Shorten for Twin {
    fn shorten(&mut self, brevity: Brevity) {
        self.name.shorten(brevity);
        self.reasons.shorten(brevity);
    }
}
