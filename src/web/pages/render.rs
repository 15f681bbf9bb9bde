//! Templates as answers. No page is larger than a reader can load, whatever sources wrote and
//! whatever was asked: one that would be is shortened.

use std::fmt;

use askama::Template;
use axum::response::{Html, IntoResponse, Response};

use crate::web::error::Error;
use crate::web::shorten::{Brevity, Shorten};

/// Bytes of the largest page.
pub const LARGEST_PAGE: usize = 400_000;

/// A page as an answer, in as much detail as fits.
///
/// # Errors
/// [`Error::Internal`] where the template fails, or not even the shortest page fits.
pub fn shortened<P: Template + Shorten>(mut page: P) -> Result<Response, Error> {
    let mut html = rendered(&page)?;
    for brevity in Brevity::STEPS {
        if html.is_none() {
            page.shorten(brevity);
            html = rendered(&page)?;
        }
    }
    let too_large = || format!("a page in brief has more than {LARGEST_PAGE} bytes");
    Ok(Html(html.ok_or_else(|| Error::Internal(too_large()))?).into_response())
}

/// A page of which nothing can be left out, as an answer: whatever may hold much is [`shortened`].
///
/// # Errors
/// [`Error::Internal`] where the template fails, or the page is too large.
pub fn whole(page: &impl Template) -> Result<Response, Error> {
    let html = rendered(page)?;
    let html = html.ok_or_else(|| Error::Internal("a page is too large".to_owned()))?;
    Ok(Html(html).into_response())
}

/// The text of a document that is no page.
///
/// # Errors
/// [`Error::Internal`] where the template fails.
pub fn text(document: &impl Template) -> Result<String, Error> {
    document.render().map_err(|error| Error::Internal(format!("a document: {error}")))
}

/// The text of a page; `None` where it is too large.
fn rendered(page: &impl Template) -> Result<Option<String>, Error> {
    let mut sheet = Sheet::default();
    match page.render_into(&mut sheet) {
        Ok(()) => Ok(Some(sheet.text)),
        Err(_) if sheet.is_full => Ok(None),
        Err(error) => Err(Error::Internal(format!("a page: {error}"))),
    }
}

/// A text that refuses to grow beyond [`LARGEST_PAGE`].
#[derive(Default)]
struct Sheet {
    text: String,
    is_full: bool,
}

impl fmt::Write for Sheet {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        if self.text.len() + part.len() > LARGEST_PAGE {
            self.is_full = true;
            return Err(fmt::Error);
        }
        self.text.push_str(part);
        Ok(())
    }
}
