//! A catalogue in RDF: one document, asked for with a condition, or the pages of a Hydra
//! collection. What is said of an entry on one page is not joined with what another page says.

use std::collections::HashSet;

use async_trait::async_trait;
use url::Url;

use crate::formats::{Code, Envelope, Finding, ItemFormat, dcat};
use crate::harvest::connector::Connector;
use crate::harvest::listing::{Listing, ListingError, Page};
use crate::harvest::options::{self, Options, OptionsError};

/// See the module.
pub struct Dcat;

#[async_trait]
impl Connector for Dcat {
    fn name(&self) -> &'static str {
        "dcat"
    }

    fn format(&self) -> &'static dyn ItemFormat {
        &dcat::Dcat
    }

    fn check(&self, options: &Options) -> Result<(), OptionsError> {
        options::read::<dcat::Options>(options).map(drop)
    }

    async fn read(&self, listing: &mut Listing) -> Result<(), ListingError> {
        let Some(first) = listing.first_page().await? else { return Ok(()) };
        let mut count = Count::default();
        count.add(&first);
        let mut at = listing.url.clone();
        let mut next = first.next;
        let mut seen: HashSet<Url> = at.iter().cloned().collect();
        while let Some(link) = next {
            listing.forget_validators();
            let url = resolve(at.as_ref(), &link)?;
            if !seen.insert(url.clone()) {
                return Err(ListingError::Repeats(url.into()));
            }
            let Page::Read(page) = listing.document(Some(&url), false).await? else {
                return Ok(());
            };
            count.add(&page);
            at = Some(url);
            next = page.next;
        }
        count.agrees()
    }
}

/// The entries on all pages, and the number that the last page declares.
#[derive(Default)]
struct Count {
    read: u64,
    declared: Option<u64>,
}

impl Count {
    fn add(&mut self, page: &Envelope) {
        self.read += page.items;
        self.declared = page.declared;
    }

    /// Fewer entries than declared are an incomplete listing. More are none: catalogues describe
    /// entries beside those that they count.
    fn agrees(&self) -> Result<(), ListingError> {
        match self.declared {
            Some(declared) if self.read < declared => {
                Err(ListingError::Count { declared, read: self.read })
            }
            _ => Ok(()),
        }
    }
}

/// The address of the next page: at the same host, for another one could not speak for this
/// catalogue. Servers behind a proxy often write `http:` for their own `https:`. The fragment, by
/// which some name a view, is left out.
fn resolve(at: Option<&Url>, link: &str) -> Result<Url, ListingError> {
    let unusable = || ListingError::Address(link.to_owned());
    let at = at.ok_or_else(unusable)?;
    let mut url = at.join(link).map_err(|_| unusable())?;
    if url.host() != at.host() {
        return Err(ListingError::Unusable(Finding::new(
            Code::ListingRefusedAddress,
            "hydra:next",
            format!("the next page {url} is at another host: expected one at this host"),
        )));
    }
    if at.scheme() == "https" && url.scheme() == "http" && url.port().is_none() {
        url.set_scheme("https").map_err(|()| unusable())?;
    }
    url.set_fragment(None);
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_relative_to_their_page() {
        let at = Url::parse("https://example.org/catalogue?page=1").expect("an address");
        for (link, expected) in [
            ("?page=2", Some("https://example.org/catalogue?page=2")),
            ("https://example.org/c?page=2#view", Some("https://example.org/c?page=2")),
            ("/c/2", Some("https://example.org/c/2")),
            ("http://example.org/catalogue?page=2", Some("https://example.org/catalogue?page=2")),
            ("https://example.com/catalogue?page=2", None),
            ("file:///etc/passwd", None),
            ("https://", None),
        ] {
            let url = resolve(Some(&at), link).ok();
            assert_eq!(url.as_ref().map(Url::as_str), expected, "{link}");
        }
    }

    #[test]
    fn fewer_entries_than_declared_are_incomplete() {
        let page = |items, declared| Envelope { items, declared, ..Envelope::default() };
        for (pages, is_complete) in [
            (vec![page(3, Some(4)), page(1, Some(4))], true),
            (vec![page(3, Some(4))], false),
            (vec![page(3, Some(2))], true),
            (vec![page(3, None)], true),
        ] {
            let mut count = Count::default();
            pages.iter().for_each(|page| count.add(page));
            assert_eq!(count.agrees().is_ok(), is_complete, "{pages:?}");
        }
    }
}
