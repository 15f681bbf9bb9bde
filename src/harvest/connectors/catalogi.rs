//! SILL and other instances of Catalogi: one document, asked for with a condition. Instances that
//! do not serve version 2 of the export yet are asked for version 1.

use async_trait::async_trait;
use reqwest::StatusCode;
use url::Url;

use super::Connector;
use crate::formats::{ItemFormat, catalogi};
use crate::harvest::client::FetchError;
use crate::harvest::listing::{Listing, ListingError};

/// See the module.
pub struct Catalogi;

#[async_trait]
impl Connector for Catalogi {
    fn name(&self) -> &'static str {
        "catalogi"
    }

    fn format(&self) -> &'static dyn ItemFormat {
        &catalogi::Catalogi
    }

    async fn read(&self, listing: &mut Listing) -> Result<(), ListingError> {
        let result = listing.whole().await;
        let is_absent = matches!(
            result,
            Err(ListingError::Fetch(FetchError::Status { status: StatusCode::NOT_FOUND, .. }))
        );
        match listing.url.as_ref().and_then(version_1).filter(|_| is_absent) {
            Some(older) => {
                listing.url = Some(older);
                listing.whole().await
            }
            None => result,
        }
    }
}

/// The address of version 1 beside an address of version 2.
fn version_1(url: &Url) -> Option<Url> {
    let base = url.path().strip_suffix("/api/v2/catalogi.json")?;
    let mut older = url.clone();
    older.set_path(&format!("{base}/api/catalogi.json"));
    Some(older)
}
