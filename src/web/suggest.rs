//! What a reader may mean by the first letters: software of that name, products that software
//! replaces, needs. Three small questions to the index at most.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::AppState;
use super::error::Error;
use super::params::SearchParams;
use crate::catalogue::content::Content;
use crate::catalogue::needs::Labels;
use crate::catalogue::products::PRODUCTS;
use crate::catalogue::text::fold::{exact_words, fold, fold_phrase, words};
use crate::publish::index::{Attribute, Facet};
use crate::search::question::Question;
use crate::search::{Focus, Highlighter, Query};
use crate::store::views::{self, Software};

/// Names of software, of replaced products, and needs: ten together.
const SOFTWARE: usize = 6;
const PRODUCTS_SHOWN: usize = 2;
const NEEDS: usize = 2;
/// Entries that are looked at for products that they replace.
const LOOKED_AT: usize = 20;

/// What may be meant.
#[derive(Debug, Clone)]
pub enum Suggested {
    Software(Box<Software>),
    /// A product that some software replaces.
    Product(String),
    /// A need that entries have.
    Need(String),
}

impl Suggested {
    /// What may be meant by the letters that a reader of a language has typed so far, the likeliest
    /// first: software of that very name, a product of that name, software and products whose names
    /// begin so, software that has the word, categories.
    ///
    /// # Errors
    /// [`Error`] where the index or the store does not answer.
    pub async fn by(state: &AppState, typed: &str, lang: &str) -> Result<Vec<Self>, Error> {
        let question = Question::read(typed);
        let letters = question.text;
        if words(&letters).next().is_none() {
            return Ok(Vec::new());
        }
        // Who asks for an alternative means a product.
        if let Some(asked) = question.replaces {
            let products = products(state, &asked).await?;
            return Ok(products.into_iter().map(Self::Product).collect());
        }
        let (software, products, needs) = tokio::try_join!(
            software(state, &letters),
            products(state, &letters),
            needs(state, &letters, lang),
        )?;
        let software = software.into_iter().map(|entry| {
            let nearness = nearness(entry.content.name.iter().map(|(_, name)| name), &letters);
            (nearness, 0, Self::Software(Box::new(entry)))
        });
        let products = products.into_iter().map(|name| {
            let nearness = match PRODUCTS.value(&letters) == PRODUCTS.value(&name) {
                true => Nearness::Same,
                false => nearness([name.as_str()].into_iter(), &letters).max(Nearness::Begins),
            };
            (nearness, 1, Self::Product(name))
        });
        let mut all: Vec<(Nearness, u8, Self)> = software.chain(products).collect();
        all.sort_by_key(|(nearness, kind, _)| (*nearness, *kind));
        let all = all.into_iter().map(|(_, _, suggested)| suggested);
        Ok(all.chain(needs.into_iter().map(Self::Need)).collect())
    }
}

/// How near a name is to the letters, the nearest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Nearness {
    Same,
    Begins,
    Has,
}

/// The nearness of the nearest of several names.
fn nearness<'n>(names: impl Iterator<Item = &'n str>, letters: &str) -> Nearness {
    let typed = exact_words(letters);
    let begins = fold(letters.trim());
    let of = |name: &str| match exact_words(name) == typed {
        true => Nearness::Same,
        false if fold(name).starts_with(&begins) => Nearness::Begins,
        false => Nearness::Has,
    };
    names.map(of).min().unwrap_or(Nearness::Has)
}

/// Addresses of searches that a suggestion leads to.
pub fn address(question: &str, need: Option<&str>) -> String {
    let filters = need.map(|need| (Facet::Need.name().to_owned(), vec![need.to_owned()]));
    let params = SearchParams {
        q: question.to_owned(),
        filters: filters.into_iter().collect(),
        ..SearchParams::default()
    };
    params.address("/", |_| {})
}

async fn software(state: &AppState, letters: &str) -> Result<Vec<Software>, Error> {
    let answer = state.index.search(&named(Attribute::Name, letters, SOFTWARE)).await?;
    let ids: Vec<Uuid> = answer.hits.iter().map(|hit| hit.id).collect();
    let mut entries = views::by_ids(state.store.read(), &ids).await?;
    Ok(ids.iter().filter_map(|id| entries.remove(id)).collect())
}

/// Who has typed a name of a product to its end means that product.
async fn products(state: &AppState, letters: &str) -> Result<Vec<String>, Error> {
    let letters = PRODUCTS.named(letters).map_or(letters, |product| &product.name);
    let answer = state.index.search(&named(Attribute::Replaces, letters, LOOKED_AT)).await?;
    let ids: Vec<Uuid> = answer.hits.iter().map(|hit| hit.id).collect();
    let entries = views::by_ids(state.store.read(), &ids).await?;
    let contents = ids.iter().filter_map(|id| entries.get(id)).map(|entry| &entry.content);
    Ok(best_products(contents, &answer.highlighter))
}

fn named(attribute: Attribute, letters: &str, limit: usize) -> Query {
    let focus = Focus::Only(attribute.name().to_owned());
    Query { text: letters.to_owned(), focus, limit, ..Query::default() }
}

/// Of all products that the entries replace, those with most of the typed words; of equals, those
/// that more entries replace; then those of the better entries.
fn best_products<'c>(
    entries: impl Iterator<Item = &'c Content>,
    highlighter: &Highlighter,
) -> Vec<String> {
    let marked = |name: &str| highlighter.pieces(name).iter().filter(|piece| piece.marked).count();
    // For each product: the typed words in one of its names, how often it was met and where first.
    let mut all: BTreeMap<String, (usize, usize, usize)> = BTreeMap::new();
    for (place, product) in entries.flat_map(|entry| &entry.replaces).enumerate() {
        let names = PRODUCTS.texts(std::slice::from_ref(product));
        let most = names.iter().map(|name| marked(name)).max().unwrap_or(0);
        if most > 0 {
            let value = PRODUCTS.value(&product.name);
            let (_, met, _) = all.entry(value).or_insert((most, 0, place));
            *met += 1;
        }
    }
    let most = all.values().map(|&(marked, ..)| marked).max();
    let mut best: Vec<(String, (usize, usize, usize))> =
        all.into_iter().filter(|&(_, (marked, ..))| Some(marked) == most).collect();
    best.sort_by_key(|&(_, (_, met, place))| (std::cmp::Reverse(met), place));
    let best = best.into_iter().take(PRODUCTS_SHOWN);
    best.map(|(value, _)| PRODUCTS.label(&value).to_owned()).collect()
}

/// Only needs that some entry has: a suggestion leads somewhere.
async fn needs(state: &AppState, letters: &str, lang: &str) -> Result<Vec<String>, Error> {
    let named = needs_named(&state.labels, letters, lang);
    if named.is_empty() {
        return Ok(named);
    }
    let facet = Facet::Need.name().to_owned();
    let query = Query {
        filters: [(facet.clone(), named.clone())].into(),
        count: vec![facet.clone()],
        ..Query::default()
    };
    let mut counts = state.index.search(&query).await?.facets;
    let held: BTreeSet<String> = counts
        .remove(&facet)
        .unwrap_or_default()
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(need, _)| need)
        .collect();
    Ok(named.into_iter().filter(|need| held.contains(need)).take(NEEDS).collect())
}

/// Needs with a name in which a word begins with each typed word. First those whose name in
/// the reader's language begins so itself, then the others of that language, then those whose
/// name in another language begins so.
fn needs_named(labels: &Labels, letters: &str, lang: &str) -> Vec<String> {
    let typed = fold_phrase(letters);
    let rank = |(tag, label): (&String, &String)| {
        let words = fold_phrase(label);
        let has = |one: &String| words.iter().any(|word| word.starts_with(one.as_str()));
        let begins =
            words.first().zip(typed.first()).is_some_and(|(word, one)| word.starts_with(one));
        match (typed.iter().all(has), tag == lang, begins) {
            (true, true, true) => Some(0),
            (true, true, false) => Some(1),
            (true, false, true) => Some(2),
            _ => None,
        }
    };
    let mut named: Vec<(u8, &String)> = labels
        .iter()
        .filter_map(|(need, by_lang)| Some((by_lang.iter().filter_map(rank).min()?, need)))
        .collect();
    named.sort();
    named.into_iter().take(2 * NEEDS).map(|(_, need)| need.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::content::Related;
    use crate::catalogue::needs;

    #[test]
    fn needs_are_found_by_the_beginnings_of_their_words_in_any_language() {
        let labels = needs::labels().expect("labels");
        #[track_caller]
        fn check(labels: &Labels, letters: &str, lang: &str, expected: &[&str]) {
            assert_eq!(needs_named(labels, letters, lang), expected, "{letters}");
        }
        check(&labels, "compta", "fr", &["accounting"]);
        check(&labels, "compta", "en", &["accounting"]);
        check(&labels, "boekh", "pt", &["accounting"]);
        check(&labels, "electronique sig", "fr", &["e-signature"]);
        check(&labels, "middelen", "nl", &["it-asset-management"]);
        check(&labels, "middelen", "en", &[]);
        check(&labels, "zzz", "en", &[]);
        assert_eq!(needs_named(&labels, "m", "en").len(), 4);
    }

    #[test]
    fn the_product_that_more_entries_replace_comes_first() {
        let entry = |names: &[&str]| {
            let related = |name: &&str| Related { name: (*name).to_owned(), wikidata: None };
            Content { replaces: names.iter().map(related).collect(), ..Content::default() }
        };
        let entries = [
            entry(&["Microsoft Outlook", "Slack"]),
            entry(&["Microsoft Teams"]),
            entry(&["MS Teams", "Microsoft Office", "Parcel Pro"]),
        ];
        let check = |words: &[&str], expected: &[&str]| {
            let words = words.iter().map(|&word| word.to_owned()).collect();
            let highlighter = Highlighter { words, prefixes: BTreeSet::new() };
            assert_eq!(best_products(entries.iter(), &highlighter), expected);
        };
        check(&["microsoft"], &["Microsoft Teams", "Microsoft Outlook"]);
        check(&["microsoft", "office"], &["Microsoft Office"]);
        check(&["teams"], &["Microsoft Teams"]);
        check(&["parcel"], &["Parcel Pro"]);
        check(&["zoom"], &[]);
    }

    #[test]
    fn a_name_is_near_by_its_signs_too() {
        let near = |name: &str, letters: &str| nearness([name].into_iter(), letters);
        assert_eq!(near("Skizze++", "skizze++"), Nearness::Same);
        assert_eq!(near("Skizze", "skizze++"), Nearness::Has);
        assert_eq!(near("Skizze++", "Skizze"), Nearness::Begins);
        assert_eq!(near("The Skizze", "skizze"), Nearness::Has);
        assert_eq!(nearness(std::iter::empty(), "x"), Nearness::Has);
    }
}
