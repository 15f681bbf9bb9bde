//! What things are called in a language: values of facets, categories, sources and their places.

use super::brief::Brevity;
use super::words::Language;
use crate::catalogue::needs::Labels;
use crate::catalogue::products::PRODUCTS;
use crate::publish::index::Facet;
use crate::publish::index::facets::ValueLabel;
use crate::store::entity::source;

/// How much of the name of a source, and of a body, is shown where many are named.
const LONGEST_SOURCE: Brevity = Brevity { letters: 100, elements: 1 };
const LONGEST_PLACE: Brevity = Brevity { letters: 60, elements: 1 };

/// What values are called.
pub struct Names<'a> {
    pub t: Language,
    pub sources: &'a [source::Model],
    pub labels: &'a Labels,
}

impl Names<'_> {
    /// What a value of a facet is called.
    pub fn of(&self, facet: Facet, value: &str) -> String {
        let t = self.t;
        let label = match facet.label() {
            ValueLabel::Written => return value.to_owned(),
            ValueLabel::Product => return PRODUCTS.label(value).to_owned(),
            ValueLabel::Capitalised => value.to_owned(),
            ValueLabel::Need => self.need(value),
            ValueLabel::Source => {
                self.source(value).map_or_else(|| value.to_owned(), |one| one.name.clone())
            }
            ValueLabel::Country => t.country(value),
            ValueLabel::Word(message) => t.of(message, value),
        };
        capitalised(&label)
    }

    /// What a need is called, or a category, which is one.
    pub fn need(&self, need: &str) -> String {
        let label = self.labels.get(need).and_then(|by_lang| by_lang.get(self.t.tag()));
        label.cloned().unwrap_or_else(|| need.replace('-', " "))
    }

    /// A source by its id.
    pub fn source(&self, id: &str) -> Option<&source::Model> {
        self.sources.iter().find(|source| source.id == id)
    }

    /// The source's name with its country or body.
    pub fn source_with_place(&self, id: &str) -> String {
        match self.source(id) {
            Some(source) => {
                let place = place(self.t, source);
                let name = source_name(source);
                let names = [("source", name.as_str()), ("place", place.as_str())];
                self.t.with("source-with-place", &names)
            }
            None => id.to_owned(),
        }
    }
}

/// What a source is called where many are named.
pub fn source_name(source: &source::Model) -> String {
    LONGEST_SOURCE.text(&source.name)
}

/// The country or the body that a source belongs to.
pub fn place(t: Language, source: &source::Model) -> String {
    match (&source.country, &source.body) {
        (Some(code), _) => t.country(code),
        (None, Some(body)) => LONGEST_PLACE.text(body),
        (None, None) => t.say("not-stated"),
    }
}

/// With a capital letter at the beginning, as a label stands alone. What has capitals of its own,
/// such as `macOS`, stays.
pub fn capitalised(text: &str) -> String {
    let first_word = text.split(' ').next().unwrap_or_default();
    let mut chars = text.chars();
    match chars.next() {
        Some(first) if !first_word.chars().any(char::is_uppercase) => {
            first.to_uppercase().chain(chars).collect()
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_begin_with_a_capital() {
        for (text, label) in
            [("web", "Web"), ("macOS", "macOS"), ("in use", "In use"), ("été", "Été"), ("", "")]
        {
            assert_eq!(capitalised(text), label);
        }
    }
}
