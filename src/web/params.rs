//! The parameters of a search, as they stand in the address: the same for the page and the API.

use std::collections::BTreeMap;

use url::form_urlencoded;

use super::error::Error;
use super::shown::Token;
use crate::catalogue::products::PRODUCTS;
use crate::publish::index::Facet;
use crate::search::question::Question;
use crate::search::{Query, Sort};

/// Hits on one page, where the address does not say.
const USUAL: usize = 20;
/// Most hits on one page.
pub const MOST: usize = 100;
/// The last page: whoever wants everything takes the export.
pub const LAST_PAGE: usize = 500;

/// Values of all facets together that may be chosen, and how many bytes they may have: a page
/// repeats all of them in the link that undoes each.
const MOST_VALUES: usize = 30;
const LONGEST_VALUES: usize = 1_000;
/// Bytes of the longest tag of a language.
const LONGEST_LANG: usize = 35;

/// A search as the address states it.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchParams {
    pub q: String,
    /// Chosen values by facet.
    pub filters: BTreeMap<String, Vec<String>>,
    pub sort: Sort,
    /// From 1.
    pub page: usize,
    pub per_page: usize,
    /// Stands for what the pages before this one have shown.
    pub after: Option<Token>,
    /// The language of the page, where the address says it.
    pub lang: Option<String>,
}

impl Default for SearchParams {
    fn default() -> Self {
        Self {
            q: String::new(),
            filters: BTreeMap::new(),
            sort: Sort::default(),
            page: 1,
            per_page: USUAL,
            after: None,
            lang: None,
        }
    }
}

impl SearchParams {
    /// Reads the query string. A facet may stand more than once; unknown parameters are ignored.
    ///
    /// # Errors
    /// [`Error::Parameter`] where a known one has a value that cannot be used.
    pub fn parse(query: Option<&str>) -> Result<Self, Error> {
        let mut params = Self::default();
        for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            match name.as_ref() {
                "q" => params.q = value.chars().take(Query::MAX_LETTERS).collect(),
                "sort" => params.sort = sort(&value)?,
                "page" => params.page = number("page", &value, LAST_PAGE)?,
                "per_page" => params.per_page = number("per_page", &value, MOST)?,
                "after" => params.after = Token::parse(&value),
                "lang" if value.len() <= LONGEST_LANG => params.lang = Some(value.into_owned()),
                name => {
                    let Some(facet) = Facet::named(name).filter(|_| !value.is_empty()) else {
                        continue;
                    };
                    let value = match facet {
                        Facet::Replaces => PRODUCTS.value(&value).into(),
                        _ => value,
                    };
                    let values = params.filters.entry(name.to_owned()).or_default();
                    if !values.iter().any(|one| *one == value) {
                        values.push(value.into_owned());
                        params.check_values(name)?;
                    }
                }
            }
        }
        Ok(params)
    }

    /// Refuses more values than may be chosen; `facet` is the one that has just got one more.
    fn check_values(&self, facet: &str) -> Result<(), Error> {
        let all = self.filters.values().flatten();
        let (number, bytes) = all.fold((0, 0), |(n, bytes), value| (n + 1, bytes + value.len()));
        if number <= MOST_VALUES && bytes <= LONGEST_VALUES {
            return Ok(());
        }
        Err(Error::Parameter {
            name: facet.to_owned(),
            found: format!("value {number} of all filters, which have {bytes} bytes"),
            expected: format!(
                "at most {MOST_VALUES} values of all filters together, of at most {LONGEST_VALUES} \
                 bytes"
            ),
        })
    }

    /// What was asked.
    pub fn question(&self) -> Question {
        Question::read(&self.q)
    }

    /// The question to the index, with all facets counted.
    pub fn query(&self) -> Query {
        let question = self.question();
        Query {
            focus: question.focus(),
            text: question.text,
            filters: self.filters.clone(),
            count: Facet::names().into_iter().map(str::to_owned).collect(),
            sort: self.sort,
            offset: (self.page - 1) * self.per_page,
            limit: self.per_page,
            ..Query::default()
        }
    }

    /// A search for all that replaces a product, within the other filters.
    pub fn replacing(&self, product: &str) -> Self {
        let mut other = Self { q: String::new(), page: 1, after: None, ..self.clone() };
        let replaces = Facet::Replaces.name().to_owned();
        other.filters.insert(replaces, vec![product.to_owned()]);
        other
    }

    /// The address of the same search with other choices: `change` gets a copy to change.
    pub fn address(&self, path: &str, change: impl FnOnce(&mut Self)) -> String {
        let mut other = self.clone();
        change(&mut other);
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        if !other.q.is_empty() {
            pairs.append_pair("q", &other.q);
        }
        for (facet, values) in &other.filters {
            for value in values {
                pairs.append_pair(facet, value);
            }
        }
        if other.sort != Sort::default() {
            pairs.append_pair("sort", sort_word(other.sort));
        }
        if other.page > 1 {
            pairs.append_pair("page", &other.page.to_string());
            if let Some(after) = &other.after {
                pairs.append_pair("after", &after.to_string());
            }
        }
        if other.per_page != USUAL {
            pairs.append_pair("per_page", &other.per_page.to_string());
        }
        if let Some(lang) = &other.lang {
            pairs.append_pair("lang", lang);
        }
        let query = pairs.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }
}

const SORTS: &[(&str, Sort)] = &[
    ("relevance", Sort::Relevance),
    ("name", Sort::Name),
    ("use", Sort::Use),
    ("freshness", Sort::Freshness),
    ("newest", Sort::Newest),
];

/// The word for an order in the address.
pub fn sort_word(sort: Sort) -> &'static str {
    SORTS.iter().find(|(_, one)| *one == sort).map_or("relevance", |(word, _)| word)
}

/// All orders and their words.
pub fn sorts() -> impl Iterator<Item = (&'static str, Sort)> {
    SORTS.iter().copied()
}

fn sort(value: &str) -> Result<Sort, Error> {
    SORTS.iter().find(|(word, _)| *word == value).map(|(_, sort)| *sort).ok_or_else(|| {
        let words: Vec<&str> = SORTS.iter().map(|(word, _)| *word).collect();
        Error::Value {
            name: "sort".to_owned(),
            found: value.to_owned(),
            allowed: words.into_iter().map(str::to_owned).collect(),
        }
    })
}

fn number(name: &str, value: &str, most: usize) -> Result<usize, Error> {
    value.parse().ok().filter(|number| (1..=most).contains(number)).ok_or_else(|| {
        Error::Parameter {
            name: name.to_owned(),
            found: value.to_owned(),
            expected: format!("a number from 1 to {most}"),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_the_search_and_the_search_the_address() {
        let query = "q=carte+web&licence=MIT&licence=GPL-3.0-only&source=fr-sill&sort=name&page=2";
        let params = SearchParams::parse(Some(query)).expect("valid");
        assert_eq!(params.q, "carte web");
        assert_eq!(params.filters["licence"], ["MIT", "GPL-3.0-only"]);
        assert_eq!(params.query().offset, 20);
        let again = params.address("/", |_| {});
        let (_, query) = again.split_once('?').expect("a query");
        assert_eq!(SearchParams::parse(Some(query)).expect("valid"), params);
    }

    #[test]
    fn what_was_shown_is_told_to_further_pages_only() {
        let token = "0123456789abcdef".repeat(2);
        let params = SearchParams::parse(Some(&format!("page=3&after={token}"))).expect("valid");
        assert_eq!(params.address("/", |_| {}), format!("/?page=3&after={token}"));
        assert_eq!(params.address("/", |params| params.page = 1), "/");
        let unknown = SearchParams::parse(Some("page=3&after=x")).expect("valid");
        assert_eq!(unknown.after, None);
    }

    #[test]
    fn the_values_of_all_facets_together_are_bounded() {
        let query = |n: usize| -> String {
            let pairs = Facet::ALL.iter().cycle().zip(0..n);
            pairs.map(|(facet, n)| format!("&{facet}=value{n}")).collect()
        };
        let params = SearchParams::parse(Some(&query(MOST_VALUES))).expect("as many as may be");
        assert_eq!(params.filters.values().flatten().count(), MOST_VALUES);
        let error = SearchParams::parse(Some(&query(1500))).expect_err("too many").to_string();
        assert!(error.contains("value 31 of all filters"), "{error}");
        assert!(error.contains("at most 30 values of all filters together"), "{error}");
        let long = format!("source={}", "x".repeat(LONGEST_VALUES + 1));
        let error = SearchParams::parse(Some(&long)).expect_err("too long").to_string();
        assert!(error.contains("the parameter source is"), "{error}");
        let same = "source=a&".repeat(1000);
        assert_eq!(SearchParams::parse(Some(&same)).expect("one").filters["source"], ["a"]);
    }

    #[test]
    fn values_that_cannot_be_used_are_named() {
        for query in ["page=0", "page=501", "per_page=101", "page=x", "sort=best"] {
            let error = SearchParams::parse(Some(query)).expect_err(query).to_string();
            let name = query.split('=').next().expect("a name");
            assert!(error.contains(name), "{error}");
        }
    }
}
