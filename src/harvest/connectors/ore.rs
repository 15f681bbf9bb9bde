//! Canada's Open Resource Exchange: several lists beside each other, and the list of the names of
//! the administrations, which the others call by their codes.

use async_trait::async_trait;
use serde::Deserialize;
use url::Url;

use crate::formats::json::SplitError;
use crate::formats::ore::{Administrations, items};
use crate::formats::{Code, Finding, ItemFormat, ore};
use crate::harvest::connector::Connector;
use crate::harvest::listing::{Answer, Ask, Entry, Listing, ListingError};
use crate::harvest::options::{self, Options, OptionsError};

/// Largest list: forty times the size of what there is.
const LARGEST: u64 = 8 * 1024 * 1024;

/// See the module.
pub struct Ore;

/// The options of an exchange.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Own {
    /// The lists, relative to the address of the source.
    lists: Vec<String>,
    /// The list of the administrations' names, likewise.
    administrations: Option<String>,
}

#[async_trait]
impl Connector for Ore {
    fn name(&self) -> &'static str {
        "ore"
    }

    fn format(&self) -> &'static dyn ItemFormat {
        &ore::Ore
    }

    fn check(&self, options: &Options) -> Result<(), OptionsError> {
        let own: Own = options::read(options)?;
        if own.lists.is_empty() {
            let message = "lists is empty: expected addresses relative to that of the source";
            return Err(OptionsError::Other(message.to_owned()));
        }
        let example = Url::parse("https://example.org/").ok();
        let all = own.lists.iter().chain(&own.administrations);
        all.zip(example.iter().cycle()).try_for_each(|(path, base)| beside(base, path).map(drop))
    }

    async fn read(&self, listing: &mut Listing) -> Result<(), ListingError> {
        let own: Own = listing.options()?;
        if listing.is_file() {
            return listing.whole().await;
        }
        let base = listing.url.clone().ok_or_else(|| ListingError::Address(String::new()))?;
        let names = match &own.administrations {
            Some(path) => {
                let url = beside(&base, path)?;
                let document = document(listing, &url).await?;
                Administrations::read(&mut document.as_slice())
                    .map_err(|error| unreadable(&url, error))?
            }
            None => Administrations::default(),
        };
        for path in &own.lists {
            let url = beside(&base, path)?;
            let document = document(listing, &url).await?;
            let items = items(&mut document.as_slice(), &names);
            let (items, lost) = items.map_err(|error| unreadable(&url, error))?;
            if let Some(lost) = lost {
                listing.lacks(unreadable(&url, lost.into()));
            }
            listing.emit(items.into_iter().map(Entry::Raw).collect()).await?;
        }
        Ok(())
    }
}

/// The address of a document in the folder `base`, or below it: an option cannot lead elsewhere.
fn beside(base: &Url, path: &str) -> Result<Url, OptionsError> {
    let mut folder = base.clone();
    if !folder.path().ends_with('/') {
        folder.set_path(&format!("{}/", base.path()));
    }
    let url = folder.join(path).ok();
    url.filter(|url| url.origin() == folder.origin() && url.path().starts_with(folder.path()))
        .ok_or_else(|| {
            let message = format!("{path} is not relative to the address of the source");
            OptionsError::Other(message)
        })
}

async fn document(listing: &Listing, url: &Url) -> Result<Vec<u8>, ListingError> {
    let ask = Ask {
        url: url.clone(),
        expected: "JSON",
        accept: "application/json",
        max_bytes: LARGEST,
        since: None,
    };
    match listing.fetch(&ask).await? {
        Answer::Body(body) => Ok(body.bytes),
        // Nothing was asked for with a condition, so that is as good as nothing.
        Answer::Absent | Answer::NotModified => {
            let message = format!("there is nothing at {url}: expected a list");
            Err(ListingError::Unusable(Finding::new(Code::ListingHttpStatus, "", message)))
        }
    }
}

fn unreadable(url: &Url, error: SplitError) -> ListingError {
    ListingError::Split { document: url.to_string(), error }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_lies_in_the_folder_of_the_source() {
        let check = |base: &str, path: &str, expected: Option<&str>| {
            let base = Url::parse(base).expect("an address");
            let url = beside(&base, path).ok();
            assert_eq!(url.as_ref().map(Url::as_str), expected, "{path} beside {base}");
        };
        let list = Some("https://example.org/ore/code.json");
        check("https://example.org/ore/", "code.json", list);
        check("https://example.org/ore", "code.json", list);
        check("https://example.org/ore/", "../code.json", None);
        check("https://example.org/ore/", "/code.json", None);
        check("https://example.org/ore/", "https://other.example.org/ore/code.json", None);
        check("https://example.org/ore/", "//other.example.org/ore/code.json", None);
    }
}
