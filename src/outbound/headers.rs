//! What the headers of an answer say.

use chrono::{DateTime, Utc};
use reqwest::StatusCode;
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};

/// Seconds of the longest pause that a server can ask for: more mean a time since 1970, or for ever.
const LONGEST_PAUSE: u32 = 366 * 24 * 3600;

/// Bytes of the longest validator that is kept: it goes into the database and back to the server.
const LONGEST_VALIDATOR: usize = 1024;

/// By what a server tells that a document has not changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
}

/// The media type in lower case, with its parameters.
pub(super) fn media_type(headers: &HeaderMap) -> Option<String> {
    text_header(headers, &header::CONTENT_TYPE).map(|text| text.to_ascii_lowercase())
}

/// The compression that is still to be undone. The client undoes gzip, the only one that it asks
/// for, and takes the header away; whatever stands there then would be read as if it were data.
pub(super) fn compression(headers: &HeaderMap) -> Option<String> {
    let all = headers.get_all(header::CONTENT_ENCODING).iter();
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).trim().to_owned();
    let mut left = all.map(text).filter(|one| !one.eq_ignore_ascii_case("identity"));
    left.find(|one| !one.is_empty())
}

/// By what the server will recognise the document; what is absurdly long is left out.
pub(super) fn validators(headers: &HeaderMap) -> Validators {
    let kept = |name| text_header(headers, &name).filter(|text| text.len() <= LONGEST_VALIDATOR);
    Validators { etag: kept(header::ETAG), last_modified: kept(header::LAST_MODIFIED) }
}

/// A header as text.
fn text_header(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// The seconds after which the server wants to be asked again, where it asks for a pause: by
/// `Retry-After`, or by a spent rate limit as GitHub (`X-RateLimit-…`, with 403 or 429) and GitLab
/// (`RateLimit-…`, with 429) tell it.
pub(super) fn pause_asked_for(
    status: StatusCode,
    headers: &HeaderMap,
    now: DateTime<Utc>,
) -> Option<u64> {
    let may_be_busy = matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE | StatusCode::FORBIDDEN
    );
    if !may_be_busy {
        return None;
    }
    retry_after(headers, now).or_else(|| spent_limit(headers, now))
}

/// Seconds of a `Retry-After` header; its date form is read as well.
fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<u64> {
    let text = text_header(headers, &header::RETRY_AFTER)?;
    let is_number = !text.trim().is_empty() && text.trim().bytes().all(|b| b.is_ascii_digit());
    if is_number {
        let longest = u64::from(LONGEST_PAUSE);
        return Some(text.trim().parse().unwrap_or(longest).min(longest));
    }
    let date = DateTime::parse_from_rfc2822(&text).ok()?;
    u64::try_from((date.to_utc() - now).num_seconds()).ok()
}

/// Seconds until a rate limit of which nothing remains is renewed.
fn spent_limit(headers: &HeaderMap, now: DateTime<Utc>) -> Option<u64> {
    let number = |name: &'static str| {
        let text = text_header(headers, &HeaderName::from_static(name))?;
        text.trim().parse::<i64>().ok()
    };
    let either = |one, other| number(one).or_else(|| number(other));
    if either("x-ratelimit-remaining", "ratelimit-remaining")? > 0 {
        return None;
    }
    let reset = either("x-ratelimit-reset", "ratelimit-reset")?;
    // A time since 1970, or seconds from now.
    let seconds = if reset > i64::from(LONGEST_PAUSE) { reset - now.timestamp() } else { reset };
    Some(u64::try_from(seconds).unwrap_or(0) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_asked_for_in_several_ways() {
        let now = "2026-06-01T00:00:00Z".parse::<DateTime<Utc>>().expect("a time");
        let reset = (now.timestamp() + 90).to_string();
        let check = |status: u16, headers: &[(&'static str, &str)], expected: Option<u64>| {
            let status = StatusCode::from_u16(status).expect("a status");
            let map: HeaderMap = headers
                .iter()
                .map(|(name, value)| {
                    let value = HeaderValue::from_str(value).expect("a value");
                    (HeaderName::from_static(name), value)
                })
                .collect();
            assert_eq!(pause_asked_for(status, &map, now), expected, "{status} {headers:?}");
        };
        check(429, &[("retry-after", "7")], Some(7));
        check(503, &[("retry-after", "Mon, 01 Jun 2026 00:00:30 GMT")], Some(30));
        check(503, &[("retry-after", "Sun, 31 May 2026 00:00:30 GMT")], None);
        check(429, &[("retry-after", "soon")], None);
        check(429, &[("retry-after", "")], None);
        check(429, &[("retry-after", "-1")], None);
        check(429, &[("retry-after", "99999999999999999999")], Some(31_622_400));
        check(429, &[], None);
        check(200, &[("retry-after", "7")], None);
        check(500, &[("retry-after", "7")], None);
        check(403, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", &reset)], Some(91));
        check(403, &[("x-ratelimit-remaining", "3"), ("x-ratelimit-reset", &reset)], None);
        check(429, &[("ratelimit-remaining", "0"), ("ratelimit-reset", &reset)], Some(91));
        check(429, &[("ratelimit-remaining", "0"), ("ratelimit-reset", "20")], Some(21));
        check(403, &[], None);
    }
}
