//! The OSS register of developer.overheid.nl: pages of repositories, and for each that has changed
//! its details, which hold the publiccode.yml as the register has read it.

use async_trait::async_trait;
use reqwest::header::{HeaderName, HeaderValue};
use serde_json::{Value, json};
use url::Url;

use super::forge::files::{self, Manner, Row, Without, composed};
use super::forge::paging::{Kept, all_rows, with_parameters};
use super::forge::projects::{ForgeOptions, day_only, is_set, listed};
use crate::formats::json::{HEAVIEST_ITEM, tree};
use crate::formats::{ItemFormat, repository};
use crate::harvest::connector::Connector;
use crate::harvest::listing::{Listing, ListingError};
use crate::harvest::options::{self as all_options, Options, OptionsError};

/// Our keys, and where they stand in a repository of the register.
const FIELDS: &[(&str, &[&str])] = &[
    ("id", &["/id"]),
    ("url", &["/url"]),
    ("name", &["/name"]),
    ("description", &["/shortDescription"]),
    ("organisation", &["/organisation/label"]),
    ("organisation_uri", &["/organisation/uri"]),
    ("archived", &["/archived"]),
    ("updated", &["/lastActivityAt"]),
];
/// The register's words for forks on which nobody has built something of their own.
const FORKS: [&str; 2] = ["GIT_FORK", "TECHNICAL_FORK"];
/// Details, of which a row that has not changed has the old ones.
const DETAILS: Manner = Manner {
    expected: "JSON",
    accept: "application/json",
    without: Without::Unread,
    believes_rows: true,
    compose: compose_details,
};

/// See the module.
pub struct OssRegister;

#[async_trait]
impl Connector for OssRegister {
    fn name(&self) -> &'static str {
        "oss-register"
    }

    fn format(&self) -> &'static dyn ItemFormat {
        &repository::Repository
    }

    fn lists_code(&self) -> bool {
        true
    }

    fn check(&self, options: &Options) -> Result<(), OptionsError> {
        all_options::read::<ForgeOptions>(options).map(drop)
    }

    fn credential(&self, token: &str) -> Result<(HeaderName, HeaderValue), OptionsError> {
        all_options::secret_header(HeaderName::from_static("x-api-key"), token)
    }

    async fn read(&self, listing: &mut Listing) -> Result<(), ListingError> {
        let options: ForgeOptions = listing.options()?;
        let base = listing.url.clone().ok_or_else(|| ListingError::Address(String::new()))?;
        let mut all = Vec::new();
        // The register lists what is archived only to those who ask for nothing else.
        let kinds: &[&str] = if listing.is_file() { &["false"] } else { &["false", "true"] };
        for archived in kinds {
            let parameters = [("archived", *archived), ("page", "1"), ("perPage", "100")];
            let first = at(&base, &["repositories"])
                .map(|url| with_parameters(&url, &parameters))
                .ok_or_else(|| ListingError::Address(base.to_string()))?;
            let compose = |row: Value| read_row(&row, &base);
            all.extend(all_rows(listing, first, None, compose).await?);
        }
        let (forks, rows): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|(_, is_fork)| *is_fork && !options.forks);
        files::tell_forks(listing, forks.len() as u64);
        let rows = files::distinct(listing, rows.into_iter().map(|(row, _)| row).collect());
        files::read(listing, rows, DETAILS).await
    }
}

impl Kept for (Row, bool) {
    fn weight(&self) -> usize {
        files::weight(&self.0.listed, &self.0.files)
    }
}

/// A row with its id, and whether it is a fork.
fn read_row(row: &Value, base: &Url) -> Option<(String, (Row, bool))> {
    let id = row.get("id").and_then(Value::as_str).filter(|id| !id.is_empty())?;
    // When the register last looked says nothing about what it found.
    let mut stable = row.clone();
    stable.as_object_mut()?.remove("lastCrawledAt");
    let mut listed = listed(row, FIELDS);
    day_only(&mut listed, "updated");
    let is_fork = row.get("forkType").and_then(Value::as_str).is_some_and(|t| FORKS.contains(&t));
    let row = Row {
        listed: Value::Object(listed),
        files: at(base, &["repositories", id]).into_iter().collect(),
        mark: files::mark(&stable),
    };
    Some((id.to_owned(), (row, is_fork)))
}

/// A row and its details.
fn compose_details(mut listed: Value, bytes: &[u8]) -> Result<Value, String> {
    let text = str::from_utf8(bytes).map_err(|error| error.to_string())?;
    let details = tree::parse(text, HEAVIEST_ITEM).map_err(|error| error.to_string())?;
    let is_same = details.get("id").is_some_and(|id| listed.get("id") == Some(id));
    let Some(words) = listed.as_object_mut().filter(|_| is_same) else {
        return Err("these are not the details of the repository".to_owned());
    };
    let file = details.get("publicCode").filter(|file| file.is_object());
    let long = details.get("longDescription").and_then(Value::as_str);
    if let (None, Some(long)) = (file, long.filter(|long| !long.trim().is_empty())) {
        words.insert("description".to_owned(), json!(long));
    }
    if is_set(&details, "archived") {
        words.insert("archived".to_owned(), json!(true));
    }
    Ok(composed(listed, file.map(Value::to_string)))
}

/// An address below the base.
fn at(base: &Url, segments: &[&str]) -> Option<Url> {
    let mut url = base.clone();
    url.set_query(None);
    url.path_segments_mut().ok()?.pop_if_empty().extend(segments);
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "https://example.org/oss-register/v1";

    #[test]
    fn a_row_is_the_same_however_often_the_register_looks() {
        let base = Url::parse(BASE).expect("an address");
        let row = json!({
            "id": "7d0c", "url": "https://github.com/example-org/parcel", "name": "parcel",
            "shortDescription": "Volgt pakketten.", "archived": false, "forkType": "VARIANT_FORK",
            "organisation": {"uri": "https://example.org/id/post", "label": "Post"},
            "lastActivityAt": "2026-01-02T03:04:05Z", "lastCrawledAt": "2026-01-03T00:00:00Z",
        });
        let read = |row: &Value| read_row(row, &base).expect("a row").1;
        let (first, is_fork) = read(&row);
        assert!(!is_fork);
        assert_eq!(
            first.listed,
            json!({
                "id": "7d0c", "url": "https://github.com/example-org/parcel", "name": "parcel",
                "description": "Volgt pakketten.", "archived": false, "organisation": "Post",
                "organisation_uri": "https://example.org/id/post", "updated": "2026-01-02",
            })
        );
        let details = format!("{BASE}/repositories/7d0c");
        assert_eq!(first.files.iter().map(Url::as_str).collect::<Vec<_>>(), [details]);
        let mut crawled = row.clone();
        crawled["lastCrawledAt"] = json!("2026-01-04T00:00:00Z");
        assert_eq!(read(&crawled).0.mark, first.mark);
        let mut worked_on = row.clone();
        worked_on["lastActivityAt"] = json!("2026-01-02T03:04:06Z");
        assert_ne!(read(&worked_on).0.mark, first.mark);
        for (kind, expected) in
            [("GIT_FORK", true), ("TECHNICAL_FORK", true), ("URL_MISTAKE", false)]
        {
            let mut fork = row.clone();
            fork["forkType"] = json!(kind);
            assert_eq!(read(&fork).1, expected, "{kind}");
        }
        assert!(read_row(&json!({"url": "x"}), &base).is_none());
        assert!(read_row(&json!(7), &base).is_none());
    }

    #[test]
    fn an_id_leads_nowhere_else() {
        let base = Url::parse("https://example.org/v1/?x=y").expect("an address");
        let url = at(&base, &["repositories", "../../secret?x"]).expect("an address");
        assert_eq!(url.as_str(), "https://example.org/v1/repositories/..%2F..%2Fsecret%3Fx");
    }

    #[test]
    fn details_bring_the_file_or_a_longer_text() {
        let listed = json!({"id": "a", "description": "Short."});
        let check = |details: Value, expected: Result<Value, &str>| {
            let item = compose_details(listed.clone(), details.to_string().as_bytes());
            assert_eq!(item, expected.map_err(str::to_owned), "{details}");
        };
        check(
            json!({"id": "a", "publicCode": {"name": "A"}, "longDescription": "Longer."}),
            Ok(json!({"repository": listed, "publiccode": r#"{"name":"A"}"#})),
        );
        check(
            json!({"id": "a", "longDescription": "Longer.", "archived": true}),
            Ok(json!({"repository": {"id": "a", "description": "Longer.", "archived": true}})),
        );
        check(json!({"id": "a", "publicCode": null}), Ok(json!({ "repository": listed })));
        check(json!({"id": "b"}), Err("these are not the details of the repository"));
        check(json!([]), Err("these are not the details of the repository"));
        assert!(compose_details(listed.clone(), b"{").is_err());
    }

    #[test]
    fn the_key_has_a_header_of_its_own() {
        let (name, value) = OssRegister.credential("secret").expect("a header");
        assert_eq!((name.as_str(), value.is_sensitive()), ("x-api-key", true));
    }
}
