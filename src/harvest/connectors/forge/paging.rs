//! Listings in JSON pages that name their next page in a `Link` header, as GitLab, GitHub, Forgejo
//! and the Dutch API rules have them.

use std::collections::HashSet;

use reqwest::StatusCode;
use reqwest::header::{self, HeaderMap};
use serde_json::Value;
use url::Url;

use crate::formats::Finding;
use crate::formats::json::{SplitError, whole};
use crate::harvest::client::FetchError;
use crate::harvest::listing::{Answer, Ask, Listing, ListingError};

/// Largest page. A hundred projects with all that GitHub says about them are half a megabyte.
const MOST_BYTES: u64 = 16 * 1024 * 1024;
/// Pages of one listing.
const MOST_PAGES: u32 = 1_000;
/// By what servers declare the number of entries.
const DECLARED: [&str; 3] = ["x-total", "x-total-count", "total-count"];

/// All rows of a listing that begins at `first`, each as `compose` reads it, with its identity.
/// `rows_of` finds the rows in a page.
///
/// # Errors
/// [`ListingError`] where the pages cannot be read to the end, repeat themselves, lead to another
/// server, or hold fewer rows than declared.
pub async fn all_rows<T>(
    listing: &Listing,
    first: Url,
    rows_of: fn(Value) -> Option<Vec<Value>>,
    compose: impl Fn(Value) -> Option<(String, T)>,
) -> Result<Vec<T>, ListingError> {
    let mut rows = Vec::new();
    let mut ids = HashSet::new();
    let mut seen = HashSet::from([first.to_string()]);
    let mut next = Some(first);
    while let Some(url) = next {
        let (page, headers) = page(listing, &url).await?;
        let page = rows_of(page).ok_or_else(|| not_a_page(&url))?;
        let (is_empty, before) = (page.is_empty(), ids.len());
        for row in page {
            let (id, row) = compose(row).ok_or_else(|| not_a_page(&url))?;
            if ids.insert(id) {
                rows.push(row);
            }
        }
        next = next_page(&headers, &url)?;
        let Some(following) = &next else {
            let read = ids.len() as u64;
            if let Some(declared) = declared(&headers).filter(|declared| read < *declared) {
                return Err(ListingError::Count { declared, read });
            }
            break;
        };
        // A page of which every row was there before is of a pager that goes round in circles.
        let stands_still = !is_empty && ids.len() == before;
        if stands_still || !seen.insert(following.to_string()) {
            return Err(ListingError::Repeats(following.to_string()));
        }
        if seen.len() > MOST_PAGES as usize {
            return Err(ListingError::TooManyDocuments(MOST_PAGES));
        }
    }
    Ok(rows)
}

/// The rows of a page that is a list.
pub fn plain_list(page: Value) -> Option<Vec<Value>> {
    match page {
        Value::Array(rows) => Some(rows),
        _ => None,
    }
}

/// An address with parameters, in place of any of the same name.
pub fn with_parameters(url: &Url, parameters: &[(&str, &str)]) -> Url {
    let kept: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(key, _)| !parameters.iter().any(|(ours, _)| key == ours))
        .map(|(key, value)| (key.into_owned(), value.into_owned()))
        .collect();
    let mut url = url.clone();
    url.query_pairs_mut().clear().extend_pairs(kept).extend_pairs(parameters);
    url
}

async fn page(listing: &Listing, url: &Url) -> Result<(Value, HeaderMap), ListingError> {
    let ask = Ask {
        url: url.clone(),
        expected: "JSON",
        accept: "application/json",
        max_bytes: MOST_BYTES,
        since: None,
    };
    match listing.fetch(&ask).await? {
        Answer::Body(body) => Ok((parse(&body.bytes, url)?, *body.headers)),
        // Without a condition nobody says that nothing has changed.
        Answer::Absent | Answer::NotModified => {
            let (url, status) = (url.to_string(), StatusCode::NOT_FOUND);
            Err(FetchError::Status { url, status }.into())
        }
    }
}

/// A whole JSON document.
///
/// # Errors
/// [`ListingError::Split`] where the bytes are none.
pub fn parse(bytes: &[u8], url: &Url) -> Result<Value, ListingError> {
    let mut reader = bytes;
    whole(&mut reader).map_err(|error| ListingError::Split { document: url.to_string(), error })
}

fn not_a_page(url: &Url) -> ListingError {
    let error = SplitError::Shape {
        found: "no list".to_owned(),
        expected: "a page with a list of repositories".to_owned(),
    };
    ListingError::Split { document: url.to_string(), error }
}

/// The next page, on the same server.
fn next_page(headers: &HeaderMap, current: &Url) -> Result<Option<Url>, ListingError> {
    let links = headers.get_all(header::LINK).iter().filter_map(|value| value.to_str().ok());
    let Some(link) = links.flat_map(links_of).find(|link| link.is_next).map(|link| link.target)
    else {
        return Ok(None);
    };
    let next = current.join(&link).map_err(|_| ListingError::Address(link.clone()))?;
    if next.origin() == current.origin() {
        return Ok(Some(next));
    }
    Err(ListingError::Unusable(Finding::error(
        "listing-leads-elsewhere",
        "",
        format!("{current} names {next} as its next page: expected one on the same server"),
    )))
}

struct Link {
    target: String,
    is_next: bool,
}

/// The links of a `Link` header (RFC 8288); a relation may stand in single quotes or in none.
fn links_of(header: &str) -> Vec<Link> {
    let mut links = Vec::new();
    let mut rest = header;
    while let Some((_, after)) = rest.split_once('<') {
        let Some((target, after)) = after.split_once('>') else { break };
        let end = after.find('<').unwrap_or(after.len());
        let (parameters, following) = after.split_at(end);
        let is_next = parameters.split(';').any(|parameter| {
            let Some((name, value)) = parameter.split_once('=') else { return false };
            let value = value.trim().trim_end_matches(',').trim().trim_matches(['"', '\'']);
            name.trim().eq_ignore_ascii_case("rel")
                && value.split_whitespace().any(|relation| relation.eq_ignore_ascii_case("next"))
        });
        links.push(Link { target: target.trim().to_owned(), is_next });
        rest = following;
    }
    links
}

fn declared(headers: &HeaderMap) -> Option<u64> {
    DECLARED.iter().find_map(|name| headers.get(*name)?.to_str().ok()?.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderValue;

    #[test]
    fn the_next_page_is_found_however_it_is_written() {
        let check = |link: &str, expected: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert(header::LINK, HeaderValue::from_str(link).expect("a value"));
            let current = Url::parse("https://example.org/api/x?page=1").expect("an address");
            let next = next_page(&headers, &current).map(|next| next.map(String::from));
            assert_eq!(next.unwrap_or(Some("refused".to_owned())).as_deref(), expected, "{link}");
        };
        let second = Some("https://example.org/api/x?page=2");
        check(r#"<https://example.org/api/x?page=2>; rel="next""#, second);
        check(
            r#"<https://example.org/api/x?page=1>; rel="first", <https://example.org/api/x?page=2>; rel="next", <https://example.org/api/x?page=9>; rel="last""#,
            second,
        );
        check(
            "<https://example.org/api/x?page=0>; rel='prev', <https://example.org/api/x?page=2>; rel='next'",
            second,
        );
        check("</api/x?page=2>; title=x; REL=Next", second);
        check(r#"<?page=2>;rel="last next""#, second);
        check(
            r#"<https://example.org/x?a=1,2;b>; rel=next"#,
            Some("https://example.org/x?a=1,2;b"),
        );
        check(r#"<https://other.example.org/api/x?page=2>; rel="next""#, Some("refused"));
        check(r#"<http://example.org/api/x?page=2>; rel="next""#, Some("refused"));
        check(r#"<https://example.org/api/x?page=1>; rel="prev""#, None);
        check(r#"<https://example.org/api/x?page=2"#, None);
        check("", None);
    }

    #[test]
    fn what_is_not_json_is_told_apart() {
        let url = Url::parse("https://example.org/x").expect("an address");
        let code = |bytes: &[u8]| parse(bytes, &url).err().map(|error| error.code().to_owned());
        assert_eq!(code("\u{FEFF}[]".as_bytes()), None);
        assert_eq!(code(b" <!DOCTYPE html>").as_deref(), Some("listing-html"));
        assert_eq!(code(b"[1,").as_deref(), Some("listing-truncated"));
        assert_eq!(code(b"oops").as_deref(), Some("listing-not-of-the-format"));
    }
}
