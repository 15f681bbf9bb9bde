//! The proprietary products that people want something in place of: `seeds/products.toml`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use thiserror::Error;

use super::{SeedError, is_slug, parse};
use crate::catalogue::vocabulary::is_category;

/// The text of the file.
pub const PRODUCTS: &str = include_str!("../../seeds/products.toml");

/// The products, and what else their vendors are called.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductSeeds {
    /// In the order of the file.
    #[serde(rename = "product")]
    pub products: Vec<ProductSeed>,
    /// For a vendor its other names.
    #[serde(default)]
    pub vendors: BTreeMap<String, Vec<String>>,
}

/// A product. The header of `seeds/products.toml` explains each key.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductSeed {
    /// Its id, a slug.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Who sells it.
    pub vendor: String,
    /// Other names that mean nothing else.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Names that mean something else too.
    #[serde(default)]
    pub ordinary: Vec<String>,
    /// A category of publiccode.yml.
    pub category: String,
    /// Its Wikidata item, where it is certain.
    pub wikidata: Option<String>,
}

/// What is wrong with a product.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ProductProblem {
    #[error("the id is not a slug: expected lower-case words joined by hyphens")]
    Id,
    #[error("the id stands twice")]
    Duplicate,
    #[error("{0} is not a category of publiccode.yml")]
    Category(String),
    #[error("{0} is not a Wikidata item such as Q11255")]
    Wikidata(String),
    #[error("expected a name and a vendor")]
    Nameless,
}

/// The products, checked.
///
/// # Errors
/// [`SeedError`] at the first product that is wrong.
pub fn products() -> Result<ProductSeeds, SeedError> {
    read_products(PRODUCTS)
}

/// The products in a text of the shape of `seeds/products.toml`, checked.
///
/// # Errors
/// [`SeedError`] at the first product that is wrong.
pub fn read_products(text: &str) -> Result<ProductSeeds, SeedError> {
    let seeds: ProductSeeds = parse("products.toml", text)?;
    let mut ids = BTreeSet::new();
    for seed in &seeds.products {
        let unique = if ids.insert(&seed.id) { Ok(()) } else { Err(ProductProblem::Duplicate) };
        unique
            .and_then(|()| seed.check())
            .map_err(|problem| SeedError::Product { id: seed.id.clone(), problem })?;
    }
    Ok(seeds)
}

impl ProductSeed {
    fn check(&self) -> Result<(), ProductProblem> {
        if !is_slug(&self.id) {
            return Err(ProductProblem::Id);
        }
        if [&self.name, &self.vendor].iter().any(|text| text.trim().is_empty()) {
            return Err(ProductProblem::Nameless);
        }
        if !is_category(&self.category) {
            return Err(ProductProblem::Category(self.category.clone()));
        }
        match &self.wikidata {
            Some(item) if !is_item(item) => Err(ProductProblem::Wikidata(item.clone())),
            _ => Ok(()),
        }
    }
}

fn is_item(text: &str) -> bool {
    let number = text.strip_prefix('Q').unwrap_or_default();
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_products_and_all_are_right() {
        let seeds = products().expect("the seeds");
        assert!(seeds.products.len() >= 250, "{} products", seeds.products.len());
    }

    #[test]
    fn a_wrong_product_is_an_error_that_names_it() {
        const PLANNER: &str = r#"
            [[product]]
            id = "parcel-planner"
            name = "Parcel Planner"
            vendor = "Parcels"
            category = "office"
            wikidata = "Q1"
        "#;
        assert_eq!(read_products(PLANNER).expect("a product").products.len(), 1);
        for (from, to, expected) in [
            ("parcel-planner", "Planner", "product Planner: the id is not a slug"),
            ("\"office\"", "\"parcels\"", "product parcel-planner: parcels is not a category"),
            ("\"Q1\"", "\"1\"", "1 is not a Wikidata item"),
            ("\"Parcels\"", "\" \"", "expected a name and a vendor"),
            ("vendor", "seller", "unknown field `seller`"),
        ] {
            let text = PLANNER.replacen(from, to, 1);
            let error = read_products(&text).expect_err(to).to_string();
            assert!(error.contains(expected), "{to}: {error}");
        }
        let twice = read_products(&PLANNER.repeat(2)).expect_err("an id twice").to_string();
        assert_eq!(twice, "product parcel-planner: the id stands twice");
    }
}
