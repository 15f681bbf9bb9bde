//! The query of a request to the API, and the same way of paging for every list: how many rows is
//! `limit`, from where on is `cursor`, and where it goes on is `next`, a link in the body and in the
//! header `Link`.

use std::convert::Infallible;
use std::fmt::Display;
use std::str::FromStr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use url::form_urlencoded;

use super::page::Page;
use crate::web::error::Error;

/// Rows in a list, where the address does not say.
const USUAL: u64 = 50;
/// Most rows in a list.
pub const MOST: u64 = 500;

/// The address of a request, taken apart.
#[derive(Debug, Clone)]
pub struct RequestQuery {
    path: String,
    pairs: Vec<(String, String)>,
}

impl<S: Sync> FromRequestParts<S> for RequestQuery {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::new(parts.uri.path(), parts.uri.query().unwrap_or_default()))
    }
}

impl RequestQuery {
    /// Takes a path and a query apart.
    pub fn new(path: &str, query: &str) -> Self {
        let pairs = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Self { path: path.to_owned(), pairs }
    }

    /// The value of a parameter as it stands there.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(one, _)| one == name).map(|(_, value)| value.as_str())
    }

    /// All pairs in their order.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }

    /// The value of a parameter.
    ///
    /// # Errors
    /// [`Error::Parameter`] where it is not what is expected.
    pub fn value<T: FromStr>(&self, name: &str, expected: &str) -> Result<Option<T>, Error> {
        let read = |text: &str| {
            text.parse().map_err(|_| Error::Parameter {
                name: name.to_owned(),
                found: text.to_owned(),
                expected: expected.to_owned(),
            })
        };
        let all = self.pairs.iter().filter(|(one, _)| one == name);
        // One that stands beside its former name is read as well.
        let all: Vec<T> = all.map(|(_, value)| read(value)).collect::<Result<_, _>>()?;
        Ok(all.into_iter().next())
    }

    /// A parameter without which nothing can be answered.
    ///
    /// # Errors
    /// [`Error::Parameter`] where it is not there.
    pub fn needed(&self, name: &str, expected: &str) -> Result<&str, Error> {
        self.text(name).ok_or_else(|| Error::Parameter {
            name: name.to_owned(),
            found: "not there".to_owned(),
            expected: expected.to_owned(),
        })
    }

    /// How many rows.
    ///
    /// # Errors
    /// [`Error::Parameter`] where it is not from 1 to 500.
    pub fn limit(&self) -> Result<u64, Error> {
        self.limit_up_to(USUAL, MOST)
    }

    /// How many rows, where a list has its own measures.
    ///
    /// # Errors
    /// [`Error::Parameter`] where it is not from 1 to `most`.
    pub fn limit_up_to(&self, usual: u64, most: u64) -> Result<u64, Error> {
        let expected = format!("a number from 1 to {most}");
        let limit = self.value("limit", &expected)?.unwrap_or(usual);
        if (1..=most).contains(&limit) {
            return Ok(limit);
        }
        let (name, found) = ("limit".to_owned(), limit.to_string());
        Err(Error::Parameter { name, found, expected })
    }

    /// From where on.
    ///
    /// # Errors
    /// [`Error::Parameter`] where it is none that was given out.
    pub fn cursor<T: FromStr>(&self) -> Result<Option<T>, Error> {
        self.value("cursor", "the cursor of a link `next`")
    }

    /// The link to the same list from there on.
    pub fn from(&self, cursor: &impl Display) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.pairs.iter().filter(|(name, _)| name != "cursor"));
        query.append_pair("cursor", &cursor.to_string());
        format!("{}?{}", self.path, query.finish())
    }

    /// The page that `rows` make, of which there is one more than wanted where there are more.
    pub fn page<R, T, C: Display>(
        &self,
        mut rows: Vec<R>,
        limit: u64,
        cursor: impl FnOnce(&R) -> C,
        item: impl FnMut(R) -> T,
    ) -> Page<T> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        let last = rows.last().filter(|_| has_more);
        let next = last.map(|row| self.from(&cursor(row)));
        Page { items: rows.into_iter().map(item).collect(), next }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::header;
    use axum::response::IntoResponse;

    use super::*;

    #[test]
    fn a_page_has_a_link_to_the_next_one_only_where_there_is_more() {
        let request = RequestQuery::new("/api/v1/things", "source=a+b&cursor=1&limit=2");
        let page = request.page(vec![2, 3, 4], 2, ToString::to_string, |row| row * 10);
        assert_eq!(page.items, [20, 30]);
        let next = page.next.as_deref();
        assert_eq!(next, Some("/api/v1/things?source=a+b&limit=2&cursor=3"));
        let answer = page.into_response();
        let said = &answer.headers()[header::LINK];
        assert_eq!(said, "</api/v1/things?source=a+b&limit=2&cursor=3>; rel=\"next\"");
        assert_eq!(request.page(vec![2, 3], 2, ToString::to_string, |row| row).next, None);
    }

    #[test]
    fn a_value_that_cannot_be_used_is_named() {
        let request = RequestQuery::new("/x", "limit=501&cursor=x");
        for (error, told) in [
            (
                request.limit().err(),
                "the parameter limit is \"501\": expected a number from 1 to 500",
            ),
            (
                request.cursor::<u64>().err(),
                "the parameter cursor is \"x\": expected the cursor of a link `next`",
            ),
        ] {
            assert_eq!(error.map(|error| error.to_string()).as_deref(), Some(told));
        }
    }
}
