//! Followers of the event log: what is made of the catalogue for others. Each can be thrown away
//! and made again, and none of them can block a harvest. Beside the search index stands how it is
//! asked.

/// What kind of administration a name says.
pub mod body;
pub mod export;
pub mod index;
pub mod needs;
/// Which product a text names.
pub mod products;
/// What was typed, as a question to the index.
pub mod question;
pub mod recommended;
pub mod users;
