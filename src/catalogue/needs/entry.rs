//! The needs of an entry: the categories that sources state, and what name, tags and the first
//! sentences about it show.

use std::collections::BTreeMap;

use super::phrases::stems;
use super::{Need, Needs, Scope, Shows};
use crate::catalogue::content::Content;

/// Most needs that are derived for one entry; those that it names first.
const MOST: usize = 6;
/// So many words of the first sentence of a summary, and of a description, tell what a software is.
const SUMMARY: usize = 60;
const SENTENCE: usize = 40;
/// Of more categories than this, none tells much: whoever gives so many means what it touches.
const FEW: usize = 2;
/// From this weight on a need is sure.
const SURE: u32 = 3;
/// Stands between parts of a tag, as in "Communication - Email".
const PARTS: &str = " - ";

/// A need that an entry has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Met<'v> {
    /// The need.
    pub need: &'v Need,
    /// Whether a source states it as a category; else it is derived.
    pub is_stated: bool,
    /// Whether the entry has it only because it has a narrower one.
    pub is_broader: bool,
    /// How much shows it: the weights of all that does.
    pub weight: u32,
}

/// How much shows a need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// The name, or two of all that may show it.
    Sure,
    /// A tag, the summary, or one of few categories.
    Plain,
    /// One of many categories, a wide tag, or a description.
    Weak,
}

/// What shows a need, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Basis {
    Category,
    Name,
    Tag,
    Summary,
    Description,
}

/// What shows a need: the surest basis, the place there, and all bases.
#[derive(Debug, Clone, Default)]
struct Shown {
    surest: Option<(Basis, usize)>,
    /// For each basis how much it tells.
    weights: BTreeMap<Basis, u32>,
}

/// For each need what shows it.
type Found = BTreeMap<usize, Shown>;

impl Needs {
    /// The needs of an entry: those that it is surest to have first, then those of which they are
    /// kinds.
    pub fn of(&self, content: &Content) -> Vec<Met<'_>> {
        let mut found = Found::new();
        for category in &content.categories {
            let number = self.needs.binary_search_by(|need| need.id.as_str().cmp(category));
            if let Ok(number) = number {
                let weight = if content.categories.len() > FEW { 1 } else { 2 };
                note(&mut found, number, (Basis::Category, 0), weight);
            }
        }
        let names = content.name.iter().map(|(_, name)| name);
        for name in names.chain(content.aliases.iter().map(String::as_str)) {
            self.meet(&mut found, Basis::Name, name, SUMMARY);
        }
        for tag in &content.tags {
            self.meet_tag(&mut found, tag);
        }
        for (_, text) in content.summary.iter() {
            self.meet(&mut found, Basis::Summary, first_sentence(text), SUMMARY);
        }
        for (_, text) in content.description.iter() {
            self.meet(&mut found, Basis::Description, first_sentence(text), SENTENCE);
        }
        self.ordered(found)
    }

    fn ordered(&self, found: Found) -> Vec<Met<'_>> {
        let mut order: Vec<(usize, Shown)> = found.into_iter().collect();
        order.sort_by_key(|(need, shown)| (shown.surest, *need));
        let stated = order.iter().filter(|(_, shown)| shown.is_stated());
        order.truncate(stated.count() + MOST);
        let own = order.iter().filter_map(|(number, shown)| {
            let need = self.needs.get(*number)?;
            let (is_stated, weight) = (shown.is_stated(), shown.weights.values().sum());
            Some(Met { need, is_stated, is_broader: false, weight })
        });
        let mut all: Vec<Met> = own.collect();
        for narrower in all.clone() {
            let broader = narrower.need.broader.as_deref().and_then(|id| self.get(id));
            if let Some(need) = broader
                && !all.iter().any(|met| met.need == need)
            {
                all.push(Met { need, is_stated: false, is_broader: true, ..narrower });
            }
        }
        all
    }

    /// A tag shows what it is as a whole, or one of its parts, besides what any text shows.
    fn meet_tag(&self, found: &mut Found, tag: &str) {
        for part in tag.split(PARTS).chain([tag]) {
            let words = stems(part);
            let shown = self.shown.exactly(&words);
            for shows in shown.filter(|shows| shows.scope != Scope::Asked) {
                let weight = if shows.scope == Scope::Wide { 1 } else { 2 };
                note(found, shows.need, (Basis::Tag, 0), weight);
            }
        }
        self.meet(found, Basis::Tag, tag, SUMMARY);
    }

    /// What a text shows in its first words, up to where it tells of something else.
    fn meet(&self, found: &mut Found, basis: Basis, text: &str, most: usize) {
        let mut words = stems(text);
        words.truncate(most);
        // "No" ends it, but not that of "no-code".
        let ends = |at: &usize| {
            self.until.at(&words, *at).next().is_some()
                && self.shown.at(&words, *at).next().is_none()
        };
        let end = (0..words.len()).find(ends).unwrap_or(words.len());
        words.truncate(end);
        let mut masked: Vec<(usize, usize, usize)> = Vec::new();
        for at in 0..words.len() {
            let masks = self.masks.at(&words, at);
            masked.extend(masks.map(|(length, phrase)| (phrase.means, at, at + length)));
        }
        for at in 0..words.len() {
            for (length, phrase) in self.shown.at(&words, at) {
                let Shows { need, scope } = phrase.means;
                let is_masked = masked
                    .iter()
                    .any(|&(masked, from, to)| masked == need && from < at + length && at < to);
                if matches!(scope, Scope::Everywhere | Scope::Said) && !is_masked {
                    note(found, need, (basis, at), basis.weight());
                }
            }
        }
    }
}

impl Shown {
    fn is_stated(&self) -> bool {
        self.weights.contains_key(&Basis::Category)
    }
}

impl Met<'_> {
    /// How much shows it, in words.
    pub fn evidence(&self) -> Evidence {
        match self.weight {
            SURE.. => Evidence::Sure,
            2.. => Evidence::Plain,
            _ => Evidence::Weak,
        }
    }
}

impl Basis {
    /// How much a phrase there tells.
    fn weight(self) -> u32 {
        match self {
            Self::Name => SURE,
            Self::Category | Self::Tag | Self::Summary => 2,
            Self::Description => 1,
        }
    }
}

fn note(found: &mut Found, need: usize, place: (Basis, usize), weight: u32) {
    let shown = found.entry(need).or_default();
    let known = shown.weights.entry(place.0).or_insert(weight);
    *known = weight.max(*known);
    shown.surest = Some(shown.surest.map_or(place, |surest| surest.min(place)));
}

/// Up to the end of the first sentence or line with words.
fn first_sentence(text: &str) -> &str {
    let text = text.trim_start();
    let ends = [". ", "! ", "? ", "\n"].iter().filter_map(|end| text.find(end)).min();
    text.get(..ends.unwrap_or(text.len())).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::super::vocabulary;
    use super::*;
    use crate::catalogue::text::{Lang, LocalizedText};

    fn text(tag: &str, text: &str) -> LocalizedText {
        [(Lang::parse(tag).expect("a language"), text.to_owned())].into_iter().collect()
    }

    fn ids(content: &Content) -> Vec<&'static str> {
        vocabulary().of(content).iter().map(|met| met.need.id.as_str()).collect()
    }

    #[track_caller]
    fn summary(tag: &str, words: &str, expected: &[&str]) {
        let content = Content { summary: text(tag, words), ..Content::default() };
        assert_eq!(ids(&content), expected, "{words}");
    }

    #[test]
    fn a_need_is_recognised_in_six_languages() {
        summary("fr", "Un parapheur électronique pour les mairies.", &["e-signature"]);
        summary("en", "Lets several people sign documents online.", &["e-signature"]);
        summary("it", "Strumento per la firma digitale degli atti.", &["e-signature"]);
        summary("de", "Dienst für elektronische Signaturen.", &["e-signature"]);
        summary("es", "Portafirmas para ayuntamientos.", &["e-signature"]);
        summary("nl", "Elektronisch ondertekenen van brieven.", &["e-signature"]);
        summary("de", "Eine Friedhofsverwaltungssoftware.", &["cemetery-management"]);
        summary("nl", "Beheert parkeervergunningen.", &["parking-management"]);
        summary("it", "Gestisce le liste di distribuzione.", &["mailing-list"]);
        summary("es", "Publica datos abiertos del municipio.", &["open-data-portal"]);
    }

    #[test]
    fn what_a_text_only_mentions_is_no_need() {
        summary("en", "A calm editor, compatible with every password manager.", &[]);
        summary("en", "A shop window without web analytics.", &[]);
        summary("fr", "Un jeu de cartes.", &[]);
        summary("en", "Geological survey of the northern hills.", &[]);
        summary("en", "Reads a calendar date in a form.", &[]);
    }

    #[test]
    fn the_description_counts_up_to_its_first_sentence_and_last() {
        let content = Content {
            summary: text("en", "Town hall helper with an open data portal."),
            description: text("fr", "Gère la cantine scolaire. Offre aussi un chatbot."),
            ..Content::default()
        };
        let found = vocabulary().of(&content);
        let told: Vec<_> = found.iter().map(|met| (met.need.id.as_str(), met.evidence())).collect();
        let expected =
            [("open-data-portal", Evidence::Plain), ("canteen-management", Evidence::Weak)];
        assert_eq!(told, expected);
    }

    #[test]
    fn two_that_say_so_are_surer_than_one() {
        let evidence = |tag: &str, words: &str| {
            let tags = [tag.to_owned()].into();
            let content = Content { tags, summary: text("en", words), ..Content::default() };
            vocabulary().of(&content).first().map(Met::evidence)
        };
        assert_eq!(evidence("booking", "Lets visitors rent a boat."), Some(Evidence::Weak));
        assert_eq!(evidence("booking", "A room booking page."), Some(Evidence::Sure));
        assert_eq!(evidence("boats", "A room booking page."), Some(Evidence::Plain));
        assert_eq!(evidence("boats", "Lets visitors rent a boat."), None);
    }

    #[test]
    fn a_category_is_stated_and_all_else_derived() {
        let content = Content {
            categories: ["accounting".to_owned(), "parcels".to_owned()].into(),
            tags: ["Communication - Chat".to_owned(), "backup".to_owned()].into(),
            name: text("und", "Password Manager of Example"),
            ..Content::default()
        };
        let found = vocabulary().of(&content);
        let told: Vec<_> =
            found.iter().map(|met| (met.need.id.as_str(), met.is_stated, met.is_broader)).collect();
        assert_eq!(
            told,
            [
                ("accounting", true, false),
                ("password-manager", false, false),
                ("backup", false, false),
                ("instant-messaging", false, false),
                ("it-security", false, true),
            ]
        );
    }
}
