//! Entries that may be the same software, and how a person decides.

use crate::store::candidates::Possible;
use crate::web::i18n::language::Language;
use crate::web::i18n::phrase::{self, Phrase};
use crate::web::pages::paths;
use crate::web::shorten::{Brevity, Shorten};

/// The most that are shown.
pub const MOST: usize = 10;

/// An entry that may be the same.
pub struct PossibleDuplicate {
    pub name: Phrase,
    pub href: String,
    /// What the two have in common.
    pub reasons: Vec<Phrase>,
    pub commands: [String; 2],
}

impl PossibleDuplicate {
    /// What is shown of one.
    pub fn new(t: Language, possible: Possible) -> Self {
        Self {
            name: phrase::name(t, &possible.called.name),
            href: paths::software(possible.software, &possible.called.slug),
            commands: possible.commands(),
            reasons: possible
                .waiting
                .reasons
                .into_iter()
                .map(|reason| Phrase::message(t, reason))
                .collect(),
        }
    }
}

impl Shorten for PossibleDuplicate {
    fn shorten(&mut self, brevity: Brevity) {
        self.name.shorten(brevity);
        self.reasons.shorten(brevity);
    }
}
