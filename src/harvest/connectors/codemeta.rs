//! CodeMeta: a registry, which is one document, or the files that the source's options name, one
//! for each software. A file that cannot be had says nothing of the others.

use async_trait::async_trait;
use futures_util::{StreamExt, stream};
use serde::Deserialize;
use url::Url;

use crate::formats::{Code, Finding, ItemFormat, codemeta};
use crate::harvest::connector::Connector;
use crate::harvest::listing::{Answer, Ask, Entry, Listing, ListingError};
use crate::harvest::options::{self, Options, OptionsError};
use crate::outbound::FetchError;

/// Largest file of one software.
const LARGEST: u64 = 2 * 1024 * 1024;
/// Files that are asked for at the same time; the client also spares each host.
const AT_ONCE: usize = 4;

/// See the module.
pub struct Codemeta;

/// The options of a list of files.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Own {
    /// Addresses of files, whole or relative to that of the source. None: the source's address is
    /// that of a registry.
    files: Vec<String>,
}

#[async_trait]
impl Connector for Codemeta {
    fn name(&self) -> &'static str {
        "codemeta"
    }

    fn format(&self) -> &'static dyn ItemFormat {
        &codemeta::Codemeta
    }

    fn lists_code(&self) -> bool {
        true
    }

    fn check(&self, options: &Options) -> Result<(), OptionsError> {
        let own: Own = options::read(options)?;
        let example = Url::parse("https://example.org/").ok();
        let mut addresses = own.files.iter().zip(example.iter().cycle());
        addresses.try_for_each(|(file, base)| address(base, file).map(drop))
    }

    async fn read(&self, listing: &mut Listing) -> Result<(), ListingError> {
        let own: Own = listing.options()?;
        if own.files.is_empty() || listing.is_file() {
            return listing.whole().await;
        }
        let base = listing.url.clone().ok_or_else(|| ListingError::Address(String::new()))?;
        let mut urls = Vec::new();
        for file in &own.files {
            let url = address(&base, file)?;
            if !urls.contains(&url) {
                urls.push(url);
            }
        }
        let mut findings = Vec::new();
        {
            let listing = &*listing;
            let answers = stream::iter(urls).map(async |url| (entry(listing, &url).await, url));
            let mut answers = std::pin::pin!(answers.buffered(AT_ONCE));
            while let Some((answer, url)) = answers.next().await {
                match answer? {
                    Some(entry) => listing.emit(vec![entry]).await?,
                    None => findings.push(absent(&url)),
                }
            }
        }
        findings.into_iter().for_each(|finding| listing.tell(finding));
        Ok(())
    }
}

fn address(base: &Url, file: &str) -> Result<Url, OptionsError> {
    let url = base.join(file).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    url.ok_or_else(|| OptionsError::Other(format!("{file} is not the address of a file")))
}

/// What stands at the address of a file; `None` where there is nothing.
async fn entry(listing: &Listing, url: &Url) -> Result<Option<Entry>, ListingError> {
    let ask = Ask {
        url: url.clone(),
        expected: "JSON",
        accept: "application/ld+json, application/json;q=0.9, */*;q=0.1",
        max_bytes: LARGEST,
        since: Some(String::new()),
    };
    let external_id = url.to_string();
    let body = match listing.fetch(&ask).await {
        Ok(Answer::Body(body)) => body,
        Ok(Answer::NotModified) => return Ok(Some(Entry::Kept { external_id })),
        Ok(Answer::Absent) => return Ok(None),
        Err(ListingError::Fetch(error @ FetchError::MediaType { .. })) => {
            let finding = Finding::new(Code::FileNotOfTheFormat, "", error.to_string());
            return Ok(Some(Entry::Unread { external_id, finding }));
        }
        Err(ListingError::Fetch(error)) => {
            let finding = Finding::new(Code::FileUnreachable, "", error.to_string());
            return Ok(Some(Entry::Unread { external_id, finding }));
        }
        Err(error) => return Err(error),
    };
    Ok(Some(match codemeta::file(&mut body.bytes.as_slice(), url.as_str()) {
        Ok(item) => Entry::Raw(item),
        Err(error) => {
            let finding = Finding::new(Code::FileNotOfTheFormat, "", format!("{url}: {error}"));
            Entry::Unread { external_id, finding }
        }
    }))
}

fn absent(url: &Url) -> Finding {
    let message = format!("there is no file at {url}: expected CodeMeta");
    Finding::new(Code::FileAbsent, "", message)
}
