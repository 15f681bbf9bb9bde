//! Which product a text names: by its whole name, an alias, or either with its vendor before it.
//! The vocabulary is `seeds/products.toml`; a product that it does not know is known by its whole
//! name as a source writes it. The same for every engine. Pure.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::content::Related;
use super::text::fold::exact_words;
use super::text::one_line;
use crate::seeds::products::products;
use crate::seeds::{ProductSeed, ProductSeeds};

/// The products of the seeds, read at first use. That they can be read is held by a test.
pub static PRODUCTS: LazyLock<Products> =
    LazyLock::new(|| Products::of(products().unwrap_or_default()));

/// Years that may stand behind a name: "Microsoft Office 2019" is a release of Microsoft Office.
const YEARS: std::ops::Range<u32> = 1985..2040;

/// The vocabulary.
#[derive(Debug, Default)]
pub struct Products {
    all: Vec<ProductSeed>,
    by_id: HashMap<String, usize>,
    /// By the words of a name with their signs.
    by_words: HashMap<Vec<String>, Named>,
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Named {
    product: usize,
    /// Whether it also means something else.
    is_ordinary: bool,
}

impl Products {
    /// The vocabulary of these seeds. Of two products with one name the first has it.
    pub fn of(seeds: ProductSeeds) -> Self {
        let mut all = Self::default();
        for (number, seed) in seeds.products.into_iter().enumerate() {
            let vendors = seeds.vendors.get(&seed.vendor).into_iter().flatten();
            let vendors: Vec<Vec<String>> = std::iter::once(&seed.vendor)
                .chain(vendors)
                .map(|vendor| exact_words(vendor))
                .collect();
            let names = std::iter::once(&seed.name).chain(&seed.aliases).chain(&seed.ordinary);
            for name in names {
                let is_ordinary = seed.ordinary.contains(name);
                let words = exact_words(name);
                for vendor in &vendors {
                    let bare = vendors.iter().find_map(|one| words.strip_prefix(one.as_slice()));
                    let bare = bare.unwrap_or(&words);
                    if !bare.is_empty() {
                        all.insert([vendor, bare].concat(), number, false);
                    }
                }
                all.insert(words, number, is_ordinary);
            }
            all.by_id.insert(seed.id.clone(), number);
            all.all.push(seed);
        }
        all
    }

    fn insert(&mut self, words: Vec<String>, product: usize, is_ordinary: bool) {
        let named = Named { product, is_ordinary };
        let known = self.by_words.entry(words).or_insert(named);
        if known.product == product {
            known.is_ordinary |= is_ordinary;
        }
    }

    /// The product that a text names, where the text is known to name one.
    pub fn named(&self, text: &str) -> Option<&ProductSeed> {
        self.all.get(self.find(text)?.product)
    }

    /// The product that a text names although it might name anything: ordinary words do not.
    pub fn named_alone(&self, text: &str) -> Option<&ProductSeed> {
        let named = self.find(text).filter(|named| !named.is_ordinary)?;
        self.all.get(named.product)
    }

    fn find(&self, text: &str) -> Option<Named> {
        let words = exact_words(text);
        let whole = self.by_words.get(&words);
        let release = || {
            let (last, name) = words.split_last()?;
            last.parse().ok().filter(|year| YEARS.contains(year))?;
            self.by_words.get(name)
        };
        whole.or_else(release).copied()
    }

    /// What stands for a product that somebody names, as a value of the facet: its id, or the name
    /// as it is written where the vocabulary does not know it.
    pub fn value(&self, name: &str) -> String {
        match self.named(name) {
            _ if self.by_id.contains_key(name) => name.to_owned(),
            Some(product) => product.id.clone(),
            None => one_line(name).split_whitespace().collect::<Vec<_>>().join(" "),
        }
    }

    /// What a value of the facet is called.
    pub fn label<'a>(&'a self, value: &'a str) -> &'a str {
        let product = self.by_id.get(value).and_then(|&number| self.all.get(number));
        product.map_or(value, |product| product.name.as_str())
    }

    /// What products are searched by: the names as they are written, and for those of the
    /// vocabulary its name and the aliases that mean nothing else.
    pub fn texts(&self, products: &[Related]) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        let known = products.iter().filter_map(|product| self.named(&product.name));
        let known = known.flat_map(|seed| std::iter::once(&seed.name).chain(&seed.aliases));
        for name in products.iter().map(|product| &product.name).chain(known) {
            if !all.contains(name) {
                all.push(name.clone());
            }
        }
        all
    }

    /// The values of the facet for products that a software replaces.
    pub fn values(&self, products: &[Related]) -> Vec<String> {
        let mut values: Vec<String> =
            products.iter().map(|product| self.value(&product.name)).collect();
        values.sort();
        values.dedup();
        values
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::seeds::SOFTWARE;

    fn related(name: &str) -> Related {
        Related { name: name.to_owned(), wikidata: None }
    }

    #[test]
    fn a_product_is_named_by_its_whole_name() {
        #[track_caller]
        fn check(text: &str, id: Option<&str>) {
            let named = PRODUCTS.named(text).map(|product| product.id.as_str());
            assert_eq!(named, id, "{text}");
        }
        for name in ["Microsoft Teams", "microsoft  teams", "Teams", "MS Teams", "MICROSOFT-TEAMS"]
        {
            check(name, Some("microsoft-teams"));
        }
        for name in ["Photoshop", "Adobe Photoshop", "Adobe Photoshop CC", "photoshop 2021"] {
            check(name, Some("adobe-photoshop"));
        }
        check("Office", Some("microsoft-office"));
        check("Microsoft Office 2016", Some("microsoft-office"));
        check("Microsoft Office 365", Some("microsoft-365"));
        check("Office 365", Some("microsoft-365"));
        check("AWS S3", Some("amazon-s3"));
        check("AWS", Some("amazon-web-services"));
        check("C++ Builder", Some("cplusplusbuilder"));
        check("C Builder", None);
        check("ArcGIS Server", Some("arcgis-server"));
        check("ArcGIS", Some("arcgis"));
        check("Veeam Backup & Replication", Some("veeam-backup-and-replication"));
        // A vendor is no product, and a longer name is another one.
        for text in
            ["Microsoft", "Adobe", "MS", "Adobe Foo", "Microsoft Teams Rooms", "Office 17", "", "?"]
        {
            check(text, None);
        }
    }

    #[test]
    fn a_word_of_the_language_names_a_product_only_where_that_is_known() {
        for word in [
            "Teams",
            "Word",
            "Access",
            "Project",
            "Office",
            "Slack",
            "Zoom",
            "Excel",
            "Outlook",
            "Exchange",
            "Windows",
            "Notion",
            "Canvas",
            "Sketch",
            "Box",
            "Edge",
            "Visio",
            "Sage",
            "Confluence",
            "Make",
            "Publisher",
        ] {
            assert!(PRODUCTS.named(word).is_some(), "{word}");
            assert_eq!(PRODUCTS.named_alone(word), None, "{word}");
        }
        for name in ["Microsoft Word", "MS Project", "PowerPoint", "AutoCAD", "O365"] {
            assert!(PRODUCTS.named_alone(name).is_some(), "{name}");
        }
    }

    #[test]
    fn no_name_stands_for_two_products() {
        let seeds = products().expect("the seeds");
        let mut owners: BTreeMap<Vec<String>, &str> = BTreeMap::new();
        for seed in &seeds.products {
            for name in [&seed.name].into_iter().chain(&seed.aliases).chain(&seed.ordinary) {
                let words = exact_words(name);
                assert!(!words.is_empty(), "{name} has no words");
                let owner = owners.entry(words).or_insert(&seed.id);
                assert_eq!(*owner, seed.id, "{name}");
                assert_eq!(PRODUCTS.named(name).map(|one| &one.id), Some(&seed.id), "{name}");
            }
        }
    }

    #[test]
    fn what_starter_entries_replace_is_in_the_vocabulary() {
        let starter: toml::Table = toml::from_str(SOFTWARE).expect("the starter entries");
        let entries = starter["software"].as_array().expect("entries");
        let replaced = entries.iter().filter_map(|entry| entry.get("replaces")?.as_array());
        let mut count = 0;
        for product in replaced.flatten() {
            let name = product["name"].as_str().expect("a name");
            let known = PRODUCTS.named(name);
            assert!(known.is_some(), "{name} is not in seeds/products.toml");
            let item = product.get("wikidata").and_then(toml::Value::as_str);
            let known = known.and_then(|known| known.wikidata.as_deref());
            assert!(item.is_none() || item == known, "{name}: {item:?}, expected {known:?}");
            count += 1;
        }
        assert!(count > 100, "{count}");
    }

    #[test]
    fn values_are_ids_and_names_of_what_is_not_known() {
        let products =
            ["Teams", "microsoft teams", " Parcel  Pro ", "Microsoft"].map(related).to_vec();
        let values = PRODUCTS.values(&products);
        assert_eq!(values, ["Microsoft", "Parcel Pro", "microsoft-teams"]);
        let labels: Vec<&str> = values.iter().map(|value| PRODUCTS.label(value)).collect();
        assert_eq!(labels, ["Microsoft", "Parcel Pro", "Microsoft Teams"]);
        for value in &values {
            assert_eq!(PRODUCTS.value(value), *value);
        }
        assert_eq!(
            PRODUCTS.texts(&[related("MS Teams"), related("Parcel Pro")]),
            ["MS Teams", "Parcel Pro", "Microsoft Teams", "Teams Meeting"]
        );
    }
}
