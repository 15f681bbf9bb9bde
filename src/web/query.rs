//! Parameters of lists: how many, and after what.

use serde::Deserialize;

use super::error::Error;

/// Rows in a list, where the address does not say.
const USUAL: u64 = 50;
/// Most rows in a list.
const MOST: u64 = 500;

/// Reads the query string of a list into `T`.
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

/// The number of rows to return.
///
/// # Errors
/// [`Error::Parameter`] where it is not from 1 to 500.
pub fn limit(asked: Option<u64>) -> Result<u64, Error> {
    match asked {
        None => Ok(USUAL),
        Some(limit) if (1..=MOST).contains(&limit) => Ok(limit),
        Some(limit) => Err(Error::Parameter {
            name: "limit".to_owned(),
            found: limit.to_string(),
            expected: format!("a number from 1 to {MOST}"),
        }),
    }
}
