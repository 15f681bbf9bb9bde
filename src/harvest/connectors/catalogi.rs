//! SILL and other instances of Catalogi: one document, asked for with a condition. Instances that
//! do not serve version 2 of the export yet are asked for version 1.

use async_trait::async_trait;
use reqwest::StatusCode;
use serde::Deserialize;
use url::Url;

use crate::formats::registers::Register;
use crate::formats::{ItemFormat, catalogi};
use crate::harvest::connector::Connector;
use crate::harvest::listing::{Listing, ListingError};
use crate::harvest::options::{self, Options, OptionsError};
use crate::outbound::FetchError;

/// See the module.
pub struct Catalogi;

/// The options of an instance.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Own {
    /// The register in which the numbers of its entries are identifiers.
    register: Option<String>,
}

#[async_trait]
impl Connector for Catalogi {
    fn name(&self) -> &'static str {
        "catalogi"
    }

    fn format(&self) -> &'static dyn ItemFormat {
        &catalogi::Catalogi
    }

    fn check(&self, options: &Options) -> Result<(), OptionsError> {
        match options::read::<Own>(options)?.register {
            Some(scheme) if Register::of_scheme(&scheme).is_none() => Err(OptionsError::Other(
                format!("register is {scheme}: expected a register that is known, such as sill"),
            )),
            _ => Ok(()),
        }
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
