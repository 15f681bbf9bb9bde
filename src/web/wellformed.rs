//! What is asked of every request before a route sees it, and of every answer that says no: an
//! address that can be an address of ours, and a problem document from whoever refuses.

use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use url::form_urlencoded;

use super::error::{Error, Problem};

/// Bytes of the longest address, path and question: links in pages repeat it.
pub const LONGEST_ADDRESS: usize = 8 * 1024;
/// Bytes that are read of the words in which something was refused.
const LONGEST_WORDS: usize = 1024;

/// Refuses addresses that are too long or hold NUL, which no database stores.
pub async fn addresses(request: Request, next: Next) -> Response {
    match check(request.uri().path(), request.uri().query().unwrap_or_default()) {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

fn check(path: &str, query: &str) -> Result<(), Error> {
    let length = path.len() + query.len();
    if length > LONGEST_ADDRESS {
        return Err(Error::TooLong { length, most: LONGEST_ADDRESS });
    }
    if path.contains("%00") {
        return Err(Error::NoRoute { path: path.to_owned() });
    }
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    match pairs.find(|(name, value)| name.contains('\0') || value.contains('\0')) {
        None => Ok(()),
        Some((name, value)) => Err(Error::Parameter {
            name: name.into_owned(),
            found: value.into_owned(),
            expected: "a text without NUL".to_owned(),
        }),
    }
}

/// Gives every refusal the form of a problem, also those of the layers that know none.
pub async fn problems(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    if !is_error || response.extensions().get::<Problem>().is_some() || is_html(&response) {
        return response;
    }
    let (parts, body) = response.into_parts();
    let words = to_bytes(body, LONGEST_WORDS).await.unwrap_or_default();
    let words = match String::from_utf8_lossy(&words).into_owned() {
        words if words.is_empty() => status.canonical_reason().unwrap_or("refused").to_owned(),
        words => words,
    };
    let mut problem = Error::Refused { status, words }.into_response();
    // Whatever else the layer says holds as well, such as when to come back.
    for (name, value) in &parts.headers {
        if !problem.headers().contains_key(name) && name != header::CONTENT_LENGTH {
            problem.headers_mut().insert(name.clone(), value.clone());
        }
    }
    problem
}

fn is_html(response: &Response) -> bool {
    let media_type = response.headers().get(header::CONTENT_TYPE);
    media_type.is_some_and(|value| value.as_bytes().starts_with(b"text/html"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_cannot_be_ours_are_refused() {
        for (path, query, expected) in [
            ("/sources/x", "a=b&c=%2500", Ok(())),
            ("/sources/%2500", "", Ok(())),
            ("/sources/%00", "", Err("nothing answers at /sources/%00")),
            ("/", "q=a%00b", Err("the parameter q is \"a\\0b\": expected a text without NUL")),
            ("/", "%00=a", Err("the parameter \0 is \"a\": expected a text without NUL")),
        ] {
            let told = check(path, query).map_err(|error| error.to_string());
            assert_eq!(told, expected.map_err(str::to_owned), "{path}?{query}");
        }
        assert!(check("/", &"x".repeat(LONGEST_ADDRESS - 1)).is_ok());
        assert!(matches!(check("/", &"x".repeat(LONGEST_ADDRESS)), Err(Error::TooLong { .. })));
    }
}
