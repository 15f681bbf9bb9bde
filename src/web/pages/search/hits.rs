//! One found entry in the list.

use std::collections::BTreeSet;

use crate::search::Highlighter;
use crate::store::records::RecordSource;
use crate::store::software::Software;
use crate::web::pages::brief::{Brevity, Shorten, Shown};
use crate::web::pages::licence_words::{self, Badge};
use crate::web::pages::names::Names;
use crate::web::pages::phrase::{self, Phrase};
use crate::web::pages::recommendations::{self, Verdict};
use crate::web::pages::software;

/// A found entry.
pub struct Hit {
    pub href: String,
    pub name: Phrase<Vec<Piece>>,
    pub summary: Option<Phrase<Vec<Piece>>>,
    pub recommendations: Shown<Verdict>,
    pub licence: Badge,
    pub sources: Shown<String>,
    pub countries: Shown<String>,
    /// Products that somebody says it replaces.
    pub replaces: Shown<String>,
    /// The last sign of life, in words.
    pub life: String,
}

/// A part of a text.
pub struct Piece {
    pub text: String,
    /// Whether it is a word because of which the entry was found.
    pub is_match: bool,
}

/// How much of a summary is shown in a list.
pub const SUMMARY: Brevity = Brevity { letters: 500, elements: 1 };

impl Shorten for Hit {
    fn shorten(&mut self, brevity: Brevity) {
        self.name.shorten(brevity);
        self.summary.shorten(brevity);
        self.recommendations.shorten(brevity);
        self.licence.shorten(brevity);
        for list in [&mut self.sources, &mut self.countries, &mut self.replaces] {
            list.shorten(brevity);
        }
    }
}

/// Pieces of one text.
impl Shorten for Vec<Piece> {
    fn shorten(&mut self, brevity: Brevity) {
        let mut letters = brevity.letters;
        self.retain_mut(|piece| {
            let is_shown = letters > 0;
            let here = Brevity { letters, ..brevity };
            letters = letters.saturating_sub(piece.text.chars().count());
            piece.text.shorten(here);
            is_shown
        });
    }
}

impl Hit {
    /// The entry in short.
    pub fn new(
        names: &Names<'_>,
        entry: &Software,
        records: &[RecordSource],
        highlighter: &Highlighter,
    ) -> Self {
        let t = names.t;
        let content = &entry.content;
        let mark = |phrase: Phrase| Phrase {
            text: pieces(highlighter, &phrase.text),
            lang: phrase.lang,
            note: phrase.note,
        };
        let listed: BTreeSet<&str> = records.iter().map(|one| one.source.as_str()).collect();
        let countries: BTreeSet<String> =
            content.countries_of_use().into_iter().map(|code| t.country(code)).collect();
        Self {
            href: software::href(entry.id, &entry.slug),
            name: mark(phrase::name(t, &content.name)),
            summary: phrase::best(t, &content.summary).map(|mut summary| {
                summary.shorten(SUMMARY);
                mark(summary)
            }),
            recommendations: recommendations::verdicts(names, entry, records),
            licence: licence_words::badge(t, &entry.licence, &content.licences),
            sources: listed.into_iter().map(|id| names.source_with_place(id)).collect(),
            countries: countries.into_iter().collect(),
            replaces: content.replaces.iter().map(|one| one.name.clone()).collect(),
            life: match content.released_on.max(content.last_activity_on) {
                Some(day) => t.with("last-activity", &[("day", &t.date(day))]),
                None => t.say("last-activity-not-stated"),
            },
        }
    }
}

/// The text in pieces, those marked because of which it was found.
fn pieces(highlighter: &Highlighter, text: &str) -> Vec<Piece> {
    let pieces = highlighter.pieces(text).into_iter();
    pieces.map(|one| Piece { text: one.text.to_owned(), is_match: one.marked }).collect()
}
