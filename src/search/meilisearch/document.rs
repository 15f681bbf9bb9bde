//! A document as Meilisearch keeps it. Attributes, facets and sort keys have names of their own
//! kind, so that an attribute and a facet of one name do not meet.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use crate::catalogue::text::fold::{exact_words, fold_phrase, tokens};
use crate::search::{Document, MAX_POPULARITY, Schema, Sort};

/// The primary key.
pub(super) const ID: &str = "id";
const NAME: &str = "sort_name";
const POPULARITY: &str = "popularity";
/// Whether it comes after others, as a number that can be sorted by.
const SECONDARY: &str = "secondary";
const FRESH: &str = "fresh";
const ADDED: &str = "added";
/// What hits can be sorted by.
pub(super) const SORTABLE: [&str; 6] = [ID, NAME, SECONDARY, POPULARITY, FRESH, ADDED];
/// A facet value counts with this many bytes; Meilisearch compares no more than about that.
const LONGEST_VALUE: usize = 400;

/// Names of fields.
#[derive(Debug, Clone)]
pub(super) struct Fields {
    /// Searchable ones, in the order of the schema.
    pub(super) texts: Vec<String>,
    /// Facets, in the order of the schema.
    pub(super) facets: Vec<String>,
}

impl Fields {
    pub(super) fn of(schema: &Schema) -> Self {
        let named = |kind: &str, names: &[String]| {
            names.iter().map(|name| format!("{kind}_{name}")).collect()
        };
        Self { texts: named("text", schema.attributes()), facets: named("facet", schema.facets()) }
    }

    /// The document as one line of JSON. It must fit the schema.
    pub(super) fn line(&self, document: &Document) -> String {
        let mut fields = Map::new();
        fields.insert(ID.to_owned(), json!(document.id));
        fields.insert(NAME.to_owned(), json!(document.name));
        fields.insert(POPULARITY.to_owned(), json!(document.popularity.min(MAX_POPULARITY)));
        fields.insert(SECONDARY.to_owned(), json!(u8::from(document.is_secondary)));
        fields.insert(ADDED.to_owned(), json!(document.added));
        // What a document lacks sorts last, whatever the direction.
        if document.fresh != 0 {
            fields.insert(FRESH.to_owned(), json!(document.fresh));
        }
        for (field, texts) in self.texts.iter().zip(&document.texts) {
            fields.insert(field.clone(), json!(searchable(texts)));
        }
        for (field, values) in self.facets.iter().zip(&document.facets) {
            let values: Vec<Cow<str>> = values.iter().map(|value| encode(value)).collect();
            fields.insert(field.clone(), json!(values));
        }
        Value::Object(fields).to_string()
    }
}

/// How Meilisearch is told an order.
pub(super) fn order(sort: Sort) -> &'static [&'static str] {
    match sort {
        // The ranking rules end with popularity and id.
        Sort::Relevance => &[],
        Sort::Name => &["sort_name:asc", "id:asc"],
        Sort::Use => &["popularity:desc", "id:asc"],
        Sort::Freshness => &["fresh:desc", "id:asc"],
        Sort::Newest => &["added:desc", "id:asc"],
    }
}

/// The words of each text, as the embedded engine sees them: so both engines split and fold alike,
/// whatever tokenizers the server was built with. What the server could not know stands in further
/// lines behind them: words that a hyphen or dots join, names without their signs, the words of
/// which a name such as LibreOffice is made, plurals as singulars.
fn searchable(texts: &[String]) -> Vec<String> {
    let mut lines: Vec<String> = texts.iter().map(|text| exact_words(text).join(" ")).collect();
    let plain = texts.iter().map(|text| fold_phrase(text).join(" "));
    let beside = texts.iter().flat_map(|text| tokens(text));
    let beside = beside.filter(|token| token.span > 1).map(|token| token.word.into_owned());
    let short = texts.iter().filter(|text| fold_phrase(text).len() <= SHORT);
    let others = short.flat_map(|text| [apart(text), singular(text)]);
    for line in plain.chain(beside).chain(others) {
        if !line.is_empty() && !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

/// Texts of so many words stand in other forms too: names, labels, one sentence. A description has
/// other places in which it can be found.
const SHORT: usize = 30;

/// The text with names apart that are written as one: "LibreOffice" as "libre office". Empty where
/// there is none. The server takes a typed space for a wrong letter otherwise, and prefers any text
/// with both words to the name.
fn apart(text: &str) -> String {
    let mut apart = String::with_capacity(text.len() + 8);
    let mut letters = text.chars().peekable();
    // Small letters up to here, and whether a space was put in.
    let (mut small, mut is_apart) = (0, false);
    while let Some(letter) = letters.next() {
        let goes_on = letters.peek().is_some_and(|next| next.is_lowercase());
        if letter.is_uppercase() && small > 1 && goes_on {
            apart.push(' ');
            is_apart = true;
        }
        small = if letter.is_lowercase() { small + 1 } else { 0 };
        apart.push(letter);
    }
    if is_apart { fold_phrase(&apart).join(" ") } else { String::new() }
}

/// The text with every word of four letters or more without the ending of a plural, as most
/// languages of Europe write it: the server forgives no letter in a word of less than five. Empty
/// where nothing changes.
fn singular(text: &str) -> String {
    let words = fold_phrase(text);
    let without = |word: &String| {
        let french =
            word.strip_suffix('x').filter(|stem| stem.ends_with("au") || stem.ends_with("eu"));
        let stem = word.strip_suffix('s').filter(|stem| !stem.ends_with('s')).or(french);
        stem.filter(|stem| stem.len() >= 3).map_or_else(|| word.clone(), str::to_owned)
    };
    let singular: Vec<String> = words.iter().map(without).collect();
    if singular == words { String::new() } else { singular.join(" ") }
}

/// A facet value without the signs that mean something in a filter: Meilisearch's own way of
/// quoting cannot say a backslash at the end.
pub(super) fn encode(value: &str) -> Cow<'_, str> {
    if value.is_empty() {
        return Cow::Borrowed("%");
    }
    let value = value.get(..value.floor_char_boundary(LONGEST_VALUE)).unwrap_or(value);
    if !value.contains(['%', '"', '\\', '\'']) {
        return Cow::Borrowed(value);
    }
    let value = value.replace('%', "%25").replace('"', "%22");
    Cow::Owned(value.replace('\\', "%5C").replace('\'', "%27"))
}

/// The facet value that was [`encode`]d.
pub(super) fn decode(value: &str) -> String {
    if value == "%" {
        return String::new();
    }
    let value = value.replace("%27", "'").replace("%5C", "\\");
    value.replace("%22", "\"").replace("%25", "%")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_hyphened_word_is_one_more_word() {
        #[track_caller]
        fn check(texts: &[&str], expected: &[&str]) {
            let texts: Vec<String> = texts.iter().map(|&text| text.to_owned()).collect();
            assert_eq!(searchable(&texts), expected);
        }
        check(&["E-Mail für l'École"], &["e mail fur l ecole", "email"]);
        check(&["e-mail", "E‑mail"], &["e mail", "e mail", "email"]);
        check(&["plain", ""], &["plain", ""]);
        check(&["C++ Kit", "Q&A"], &["cplusplus kit", "qanda", "c kit", "q a"]);
        check(&["O.S.C.A.R."], &["o s c a r", "oscar"]);
        check(&["FreePlane", "iCal, GLPI, eGov"], &["freeplane", "ical glpi egov", "free plane"]);
        check(&["Clés et noeuds"], &["cles et noeuds", "cle et noeud"]);
        check(&["Cross Access, Unix"], &["cross access unix"]);
        check(&["文書管理"], &["文 書 管 理"]);
    }

    #[test]
    fn a_long_value_is_cut_between_letters() {
        assert_eq!(encode(&"é".repeat(300)), "é".repeat(200));
    }

    proptest! {
        #[test]
        fn a_value_survives_and_cannot_leave_its_quotes(value in "[a%25C7'\"\\\\ é]{0,20}|.{0,40}") {
            let encoded = encode(&value);
            prop_assert!(!encoded.is_empty() && !encoded.contains(['"', '\\', '\'']));
            prop_assert_eq!(decode(&encoded), value);
        }
    }
}
