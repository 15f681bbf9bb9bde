//! `/about`: what this is, how entries come about, how to take part.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::layout::Layout;
use super::render;
use crate::config::Contact;
use crate::web::AppState;
use crate::web::error::Error;
use crate::web::i18n::language::Language;
use crate::web::i18n::reader::Reader;

#[derive(Template)]
#[template(path = "about.html")]
struct AboutPage {
    layout: Layout,
    t: Language,
    /// How to reach the operator.
    contact: Option<Contact>,
}

/// `GET /about`
pub async fn get(State(state): State<AppState>, reader: Reader) -> Result<Response, Error> {
    let t = reader.language;
    let layout = Layout::new(&reader, "about", t.say("about-title"));
    let contact = state.contact.as_deref().cloned();
    render::whole(&AboutPage { layout: layout.found_at(&state.public_url, "/about"), t, contact })
}
