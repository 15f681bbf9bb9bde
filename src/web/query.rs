//! The query of a page, or the body of a form, as a value.

use serde::Deserialize;

use super::error::Error;

/// Reads a query string into `T`.
///
/// # Errors
/// [`Error::Parameter`] where a value does not fit.
pub fn parse<T: for<'de> Deserialize<'de>>(query: Option<&str>) -> Result<T, Error> {
    serde_urlencoded::from_str(query.unwrap_or_default()).map_err(|error| Error::Parameter {
        name: "query".to_owned(),
        found: query.unwrap_or_default().to_owned(),
        expected: error.to_string(),
    })
}
