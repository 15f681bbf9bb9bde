//! Connectors: the code that pages through one dialect's listing. What an item means is the
//! format's part; a connector knows addresses, pages and when a listing is complete.

mod catalogi;
mod code_json;
mod codemeta;
mod comptoir;
mod dcat;
mod dpg;
mod forge;
mod forgejo_org;
mod github_org;
mod gitlab_group;
mod json_list;
mod ore;
mod oss_register;
mod software_catalog_api;
mod starter;
mod wikidata;

use async_trait::async_trait;
use reqwest::header::{self, HeaderName, HeaderValue};

use super::listing::{Listing, ListingError};
use super::options::{self, Options, OptionsError};
use crate::catalogue::keys::KeyKind;
use crate::formats::ItemFormat;

/// One dialect.
#[async_trait]
pub trait Connector: Send + Sync {
    /// The name by which a source asks for it.
    fn name(&self) -> &'static str;

    /// The format of its items.
    fn format(&self) -> &'static dyn ItemFormat;

    /// The kind of keys by which it adds to what other sources list, where it does not list
    /// anything itself: [`Listing::wanted`] then holds those keys.
    fn adds_to(&self) -> Option<KeyKind> {
        None
    }

    /// Whether what it lists is code that somebody has published, whoever it is for, rather than a
    /// choice of software for use. A source's option `inventory` says it better.
    fn lists_code(&self) -> bool {
        false
    }

    /// Whether these options of a source can be used.
    ///
    /// # Errors
    /// [`OptionsError`] where they cannot, with what was expected.
    fn check(&self, options: &Options) -> Result<(), OptionsError> {
        options::read::<options::None>(options).map(drop)
    }

    /// The header that shows a source's token to its server.
    ///
    /// # Errors
    /// [`OptionsError`] where the token cannot stand in a header.
    fn credential(&self, token: &str) -> Result<(HeaderName, HeaderValue), OptionsError> {
        options::secret_header(header::AUTHORIZATION, &format!("Bearer {token}"))
    }

    /// Reads the whole listing. `Ok` says that it is complete.
    ///
    /// # Errors
    /// [`ListingError`] where it is not; what was read until then counts, and nothing is absent.
    async fn read(&self, listing: &mut Listing) -> Result<(), ListingError> {
        listing.whole().await
    }
}

/// All connectors.
pub const ALL: &[&dyn Connector] = &[
    &catalogi::Catalogi,
    &code_json::CodeJson,
    &codemeta::Codemeta,
    &comptoir::Comptoir,
    &dcat::Dcat,
    &dpg::Dpg,
    &forgejo_org::ForgejoOrg,
    &github_org::GithubOrg,
    &gitlab_group::GitlabGroup,
    &json_list::JsonList,
    &ore::Ore,
    &oss_register::OssRegister,
    &software_catalog_api::SoftwareCatalogApi,
    &starter::Starter,
    &wikidata::Wikidata,
];

/// The connector with this name.
pub fn by_name(name: &str) -> Option<&'static dyn Connector> {
    ALL.iter().copied().find(|connector| connector.name() == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sources::{ADDING_CONNECTORS, INVENTORY_CONNECTORS};

    #[test]
    fn the_store_knows_who_only_adds() {
        let adding = ALL.iter().filter(|connector| connector.adds_to().is_some());
        let names: Vec<&str> = adding.map(|connector| connector.name()).collect();
        assert_eq!(names, ADDING_CONNECTORS);
    }

    #[test]
    fn the_store_knows_what_is_an_inventory_of_code() {
        let listing = ALL.iter().filter(|connector| connector.lists_code());
        let names: Vec<&str> = listing.map(|connector| connector.name()).collect();
        assert_eq!(names, INVENTORY_CONNECTORS);
    }
}
