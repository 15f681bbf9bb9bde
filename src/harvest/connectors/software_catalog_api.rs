//! The Software Catalog API (Developers Italia, the Swiss catalogue): cursor pages over all
//! entries, the inactive ones included. There is no condition and no delta: every run is a full
//! sweep. The listing is ordered by creation, so entries made during a sweep still come by.

use std::collections::HashSet;

use async_trait::async_trait;
use url::Url;

use crate::formats::software_catalog_api::next_page;
use crate::formats::{ItemFormat, software_catalog_api};
use crate::harvest::connector::Connector;
use crate::harvest::listing::{Listing, ListingError, Page};

/// The largest page that every generation of the API serves.
const PAGE_SIZE: &str = "100";

/// See the module.
pub struct SoftwareCatalogApi;

#[async_trait]
impl Connector for SoftwareCatalogApi {
    fn name(&self) -> &'static str {
        "software-catalog-api"
    }

    fn format(&self) -> &'static dyn ItemFormat {
        &software_catalog_api::SoftwareCatalogApi
    }

    async fn read(&self, listing: &mut Listing) -> Result<(), ListingError> {
        let own = listing.url.as_ref().map(own_parameters).unwrap_or_default();
        let mut parameters = own.clone();
        let mut seen: HashSet<Vec<(String, String)>> = HashSet::new();
        loop {
            let url = listing.url.as_ref().map(|base| with_parameters(base, &parameters));
            let Page::Read(envelope) = listing.document(url.as_ref(), false).await? else {
                return Ok(());
            };
            let Some(next) = envelope.next else { return Ok(()) };
            let own: Vec<(&str, &str)> = own.iter().map(|(k, v)| (&**k, &**v)).collect();
            parameters =
                next_page(&next, &own).ok_or_else(|| ListingError::Address(next.clone()))?;
            if !seen.insert(parameters.clone()) {
                return Err(ListingError::Repeats(next));
            }
        }
    }
}

/// The parameters of the source's own address, with ours in place of any that are there.
fn own_parameters(base: &Url) -> Vec<(String, String)> {
    let ours = [("all", "true"), ("page[size]", PAGE_SIZE)];
    base.query_pairs()
        .filter(|(key, _)| !ours.iter().any(|(our, _)| key == our))
        .map(|(key, value)| (key.into_owned(), value.into_owned()))
        .chain(ours.map(|(key, value)| (key.to_owned(), value.to_owned())))
        .collect()
}

fn with_parameters(base: &Url, parameters: &[(String, String)]) -> Url {
    let mut url = base.clone();
    url.query_pairs_mut().clear().extend_pairs(parameters);
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_its_way_into_the_address() {
        let base =
            Url::parse("https://example.org/v1/software?url=x&page[size]=5").expect("an address");
        let own = own_parameters(&base);
        let own: Vec<(&str, &str)> = own.iter().map(|(k, v)| (&**k, &**v)).collect();
        let next = next_page("?page[after]=WyIx+/==", &own).expect("a cursor");
        let url = with_parameters(&base, &next);
        let pairs: Vec<(String, String)> =
            url.query_pairs().map(|(k, v)| (k.into_owned(), v.into_owned())).collect();
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(k, v)| (&**k, &**v)).collect();
        assert_eq!(
            pairs,
            [("url", "x"), ("all", "true"), ("page[size]", "100"), ("page[after]", "WyIx+/==")]
        );
    }
}
