//! What every page has around its content: head, header, languages, foot.

use axum::http::header;
use axum::response::{Html, IntoResponse, Response};

use super::assets;
use super::brief::{self, Brevity, Shorten};
use super::reader::Reader;
use super::words::Language;
use crate::web::error::Error;

/// The frame of a page.
#[derive(Debug, Clone)]
pub struct Layout {
    pub title: String,
    /// One sentence for search engines.
    pub description: String,
    /// The absolute address without a language; none for pages that are not to be found.
    pub canonical: Option<String>,
    pub languages: Vec<LanguageLink>,
    /// The part of the site, for the navigation: `search`, `sources`, `about` or nothing.
    pub part: &'static str,
    pub stylesheet: String,
    pub script: String,
    pub icon: String,
    /// Who has signed in.
    pub operator: Option<OperatorBar>,
    /// Whether something was left out, so that the page is not too large.
    pub is_brief: bool,
}

/// What an operator sees on every page.
#[derive(Debug, Clone)]
pub struct OperatorBar {
    pub name: String,
    /// For the forms of the page.
    pub form_token: String,
}

/// The same page in one language.
#[derive(Debug, Clone)]
pub struct LanguageLink {
    pub tag: &'static str,
    pub name: &'static str,
    pub href: String,
    pub is_current: bool,
}

impl Layout {
    /// The frame of a page that search engines do not list.
    pub fn new(reader: &Reader, part: &'static str, title: String) -> Self {
        let languages = Language::ALL
            .into_iter()
            .map(|language| LanguageLink {
                tag: language.tag(),
                name: language.own_name(),
                href: reader.address_in(language),
                is_current: language == reader.language,
            })
            .collect();
        Self {
            description: reader.language.say("site-description"),
            title,
            canonical: None,
            languages,
            part,
            stylesheet: assets::STYLESHEET.address(),
            script: assets::SCRIPT.address(),
            icon: assets::ICON.address(),
            is_brief: false,
            operator: reader.session.as_ref().map(|session| OperatorBar {
                name: session.actor().name,
                form_token: session.form_token().reveal().to_owned(),
            }),
        }
    }

    /// The frame of a page that is found under `path`.
    #[must_use]
    pub fn found_at(self, public_url: &str, path: &str) -> Self {
        Self { canonical: Some(format!("{public_url}{path}")), ..self }
    }

    /// The frame with another sentence for search engines.
    #[must_use]
    pub fn described(self, description: String) -> Self {
        Self { description, ..self }
    }
}

impl Shorten for Layout {
    fn shorten(&mut self, brevity: Brevity) {
        self.is_brief = true;
        self.description.shorten(brevity);
    }
}

/// A template as an answer.
///
/// # Errors
/// [`Error::Internal`] where the template fails, or the page is too large: one that may hold much
/// is shown by [`brief::show`].
pub fn show(page: &impl askama::Template) -> Result<Response, Error> {
    let html = brief::rendered(page)?;
    let html = html.ok_or_else(|| Error::Internal("a page is too large".to_owned()))?;
    Ok(Html(html).into_response())
}

/// Whether the client asks for a page.
pub fn wants_html(headers: &axum::http::HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|accepted| accepted.contains("text/html"))
}
