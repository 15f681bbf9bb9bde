//! Answers for one operator alone: no cache may keep them.

use axum::http::{HeaderName, HeaderValue, header};

use crate::web::auth::session::NO_STORE;

/// An answer that no cache keeps.
pub type Private<T> = ([(HeaderName, HeaderValue); 1], T);

/// Makes an answer one that no cache keeps.
pub fn private<T>(answer: T) -> Private<T> {
    ([(header::CACHE_CONTROL, NO_STORE)], answer)
}
