//! Names that parameters had. They work for one more release; the document calls them deprecated,
//! and so does the header `Deprecation` of every answer to a request that uses one.

use std::borrow::Cow;

use axum::http::HeaderValue;
use url::form_urlencoded;

use crate::publish::index::Facet;
use crate::web::error::Error;
use crate::web::params::LAST_PAGE;

/// Since when they are deprecated (RFC 9745): 2026-11-30.
pub const SINCE: HeaderValue = HeaderValue::from_static("@1795996800");
/// Where that is explained.
pub const WHY: HeaderValue =
    HeaderValue::from_static("</api/docs/#former-names>; rel=\"deprecation\"; type=\"text/html\"");

/// A former name, and the name of now.
pub type Former = (&'static str, Cow<'static, str>);

/// The search, whose pages were counted.
pub const SEARCH: &str = "/api/v1/search";
/// Routes whose `cursor` was called `after` or `before`.
const LISTS: &[(&str, &str)] = &[
    ("/api/v1/software", "after"),
    ("/api/v1/events", "after"),
    ("/api/v1/findings", "after"),
    ("/api/v1/candidates", "after"),
    ("/api/v1/runs/{id}", "after"),
    ("/api/v1/runs", "before"),
    ("/api/v1/audit", "before"),
    ("/api/v1/verdicts", "before"),
];

/// The former names at a route, each with the name of now.
pub fn names(route: &str) -> Vec<Former> {
    if route == SEARCH {
        let paging = [("page", "cursor"), ("after", "cursor"), ("per_page", "limit")];
        let paging = paging.into_iter().map(|(former, now)| (former, Cow::Borrowed(now)));
        let facets = Facet::ALL.iter().map(|facet| (facet.name(), facet.parameter()));
        return paging.chain(facets.filter(|(former, now)| former != now)).collect();
    }
    let of_route = LISTS.iter().filter(|(path, _)| *path == route);
    of_route.map(|(_, former)| (*former, Cow::Borrowed("cursor"))).collect()
}

/// A query with the names of now; none where it has no former ones.
///
/// # Errors
/// [`Error::Parameter`] where a number of a page is none.
pub fn renamed(route: &str, pairs: &[(String, String)]) -> Result<Option<String>, Error> {
    let names = names(route);
    let now = |former: &str| names.iter().find(|(one, _)| *one == former).map(|(_, now)| now);
    if !pairs.iter().any(|(name, _)| now(name).is_some()) {
        return Ok(None);
    }
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in pairs {
        match now(name) {
            None => query.append_pair(name, value),
            Some(_) if route == SEARCH && matches!(name.as_str(), "page" | "after") => continue,
            Some(now) if now == "cursor" => query.append_pair(now, &cursor_in(value)),
            Some(now) => query.append_pair(now, value),
        };
    }
    let of = |wanted: &str| pairs.iter().find(|(name, _)| name == wanted);
    if route == SEARCH
        && let Some((_, page)) = of("page")
    {
        let number = page.parse().ok().filter(|number| (1..=LAST_PAGE).contains(number));
        let number = number.ok_or_else(|| Error::Parameter {
            name: "page".to_owned(),
            found: page.clone(),
            expected: format!("a number from 1 to {LAST_PAGE}"),
        })?;
        let after = of("after").map(|(_, token)| token.as_str());
        if number > 1 {
            query.append_pair("cursor", &format!("{number}.{}", after.unwrap_or_default()));
        }
    }
    Ok(Some(query.finish()))
}

/// The cursor in a link: `next` was a cursor, and whoever takes it for one sends the link.
fn cursor_in(value: &str) -> Cow<'_, str> {
    let query = value.split_once('?').map(|(_, query)| query);
    let mut pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    pairs
        .find(|(name, _)| name == "cursor")
        .map_or(Cow::Borrowed(value), |(_, cursor)| Cow::Owned(cursor.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(route: &str, query: &str) -> Option<String> {
        let pairs: Vec<(String, String)> =
            form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        renamed(route, &pairs).expect("numbers")
    }

    #[test]
    fn former_names_become_those_of_now() {
        for (route, query, now) in [
            (SEARCH, "q=a&licence_family=GPL&limit=3", None),
            (SEARCH, "q=a&licence-family=GPL&per_page=3", Some("q=a&licence_family=GPL&limit=3")),
            (SEARCH, "q=a&page=1", Some("q=a")),
            (SEARCH, "page=3&after=0f&q=a", Some("q=a&cursor=3.0f")),
            (SEARCH, "page=3", Some("cursor=3.")),
            ("/api/v1/runs", "before=7&source=x", Some("cursor=7&source=x")),
            ("/api/v1/runs", "after=7", None),
            ("/api/v1/events", "after=/api/v1/events?limit%3D2%26cursor%3D9", Some("cursor=9")),
        ] {
            assert_eq!(told(route, query).as_deref(), now, "{route} {query}");
        }
        let pages = [("page".to_owned(), "0".to_owned())];
        let error = renamed(SEARCH, &pages).expect_err("no page").to_string();
        assert!(error.starts_with("the parameter page is \"0\""), "{error}");
    }
}
