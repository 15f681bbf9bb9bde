//! What a connector is: the code that pages through one dialect's listing.

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
