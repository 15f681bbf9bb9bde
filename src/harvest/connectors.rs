//! Connectors: the code that pages through one dialect's listing. What an item means is the
//! format's part; a connector knows addresses, pages and when a listing is complete.

mod catalogi;
mod code_json;
mod dpg;
mod software_catalog_api;
mod starter;

use async_trait::async_trait;

use super::listing::{Listing, ListingError};
use crate::formats::ItemFormat;

/// One dialect.
#[async_trait]
pub trait Connector: Send + Sync {
    /// The name by which a source asks for it.
    fn name(&self) -> &'static str;

    /// The format of its items.
    fn format(&self) -> &'static dyn ItemFormat;

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
    &dpg::Dpg,
    &software_catalog_api::SoftwareCatalogApi,
    &starter::Starter,
];

/// The connector with this name.
pub fn by_name(name: &str) -> Option<&'static dyn Connector> {
    ALL.iter().copied().find(|connector| connector.name() == name)
}
