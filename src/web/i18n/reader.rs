//! Who reads: the language that a request asks for, and the same page in the other language.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri};
use headers::{Cookie, HeaderMapExt};
use url::form_urlencoded;

use super::language::Language;
use super::negotiation::preferred;
use crate::web::auth::session::Session;

/// The languages of the pages; the first is for whoever accepts any (`*`).
const TAGS: [&str; 2] = ["en", "fr"];

/// The cookie that remembers the choice.
const COOKIE: &str = "lang";

/// The reader of a page.
#[derive(Debug, Clone)]
pub struct Reader {
    pub language: Language,
    /// The language that the address itself asks for: it is remembered.
    pub chosen: Option<Language>,
    pub uri: Uri,
    /// The session, where somebody has signed in.
    pub session: Option<Session>,
}

impl<S: Send + Sync> FromRequestParts<S> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let session = parts.extensions.get().cloned();
        Ok(Self { session, ..Self::of(&parts.uri, &parts.headers) })
    }
}

impl Reader {
    /// The address decides, else the cookie, else the browser's settings, else English.
    pub fn of(uri: &Uri, headers: &HeaderMap) -> Self {
        let chosen = pairs(uri)
            .find(|(name, _)| name == "lang")
            .and_then(|(_, value)| Language::parse(&value));
        let language = chosen
            .or_else(|| remembered(headers))
            .or_else(|| Language::parse(preferred(headers, &TAGS)?))
            .unwrap_or(Language::English);
        Self { language, chosen, uri: uri.clone(), session: None }
    }

    /// This page in a language, as path and query.
    pub fn address_in(&self, language: Language) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(pairs(&self.uri).filter(|(name, _)| name != "lang"));
        query.append_pair("lang", language.tag());
        format!("{}?{}", self.uri.path(), query.finish())
    }

    /// The header that remembers the choice, where one was made.
    pub fn cookie(&self) -> Option<String> {
        let language = self.chosen?.tag();
        Some(format!("{COOKIE}={language}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly"))
    }
}

fn pairs(uri: &Uri) -> impl Iterator<Item = (String, String)> {
    form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned()
}

fn remembered(headers: &HeaderMap) -> Option<Language> {
    Language::parse(headers.typed_get::<Cookie>()?.get(COOKIE)?)
}

#[cfg(test)]
mod tests {
    use axum::http::header;

    use super::*;

    fn check(address: &str, cookie: &str, accepted: &str, expected: Language) {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, cookie.parse().expect("a value"));
        headers.insert(header::ACCEPT_LANGUAGE, accepted.parse().expect("a value"));
        let reader = Reader::of(&address.parse().expect("an address"), &headers);
        assert_eq!(reader.language, expected, "{address} {cookie} {accepted}");
    }

    #[test]
    fn the_language_is_asked_for_by_address_cookie_or_browser() {
        use Language::{English, French};
        check("/?lang=fr", "lang=en", "en", French);
        check("/?lang=tlh", "lang=fr", "en", French);
        check("/", "a=b; lang=fr", "en", French);
        check("/", "", "fr-CH, en;q=0.9", French);
        check("/", "", "de, en;q=0.5, fr;q=0.8", French);
        check("/", "", "fr;q=0, de", English);
        check("/", "", "fr;q=x, en;q=0.1", English);
        check("/", "", "", English);
    }

    #[test]
    fn the_other_language_is_the_same_page() {
        let uri: Uri = "/?q=a%26b&lang=en&page=2".parse().expect("an address");
        let reader = Reader::of(&uri, &HeaderMap::new());
        assert_eq!(reader.address_in(Language::French), "/?q=a%26b&page=2&lang=fr");
    }
}
