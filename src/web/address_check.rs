//! What is asked of the address of every request before a route sees it: that it can be an address
//! of ours.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use url::form_urlencoded;

use super::error::Error;

/// Bytes of the longest path and query together: links in pages repeat them.
pub const LONGEST_ADDRESS: usize = 8 * 1024;

/// Refuses addresses that are too long or hold NUL, which no database stores.
pub async fn check(request: Request, next: Next) -> Response {
    match checked(request.uri().path(), request.uri().query().unwrap_or_default()) {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

fn checked(path: &str, query: &str) -> Result<(), Error> {
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
            let told = checked(path, query).map_err(|error| error.to_string());
            assert_eq!(told, expected.map_err(str::to_owned), "{path}?{query}");
        }
        assert!(checked("/", &"x".repeat(LONGEST_ADDRESS - 1)).is_ok());
        assert!(matches!(checked("/", &"x".repeat(LONGEST_ADDRESS)), Err(Error::TooLong { .. })));
    }
}
