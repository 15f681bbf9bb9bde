//! The values of parameters that can be listed: whatever else is asked for is refused by name.

use super::former::SEARCH;
use super::{findings, records};
use crate::catalogue::keys::KeyKind;
use crate::publish::export::columns;
use crate::publish::index::Facet;
use crate::web::advice;
use crate::web::params::sorts;

/// Languages in which labels are kept.
pub const LANGUAGES: [&str; 6] = ["en", "fr", "de", "it", "es", "nl"];
/// The values that a parameter may have, where they can be listed.
pub fn allowed_values(route: &str, name: &str) -> Vec<&'static str> {
    let facet = Facet::ALL.iter().find(|facet| facet.parameter() == name);
    match (route, name) {
        ("/api/v1/search", "sort") => sorts().map(|(word, _)| word).collect(),
        ("/api/v1/search" | "/api/v1/suggest", "lang") => LANGUAGES.to_vec(),
        ("/api/v1/search", _) => facet.map(|facet| facet.allowed()).unwrap_or_default(),
        ("/api/v1/export/software.csv", "excel") => vec!["1", "0"],
        ("/api/v1/export/software.csv" | "/api/v1/export/software.ndjson", _) => {
            allowed_values(SEARCH, name)
        }
        ("/api/v1/findings", "state") => findings::STATES.to_vec(),
        ("/api/v1/findings", "code") => advice::codes(),
        ("/api/v1/records", "state") => records::STATES.map(|state| state.as_str()).to_vec(),
        ("/api/v1/candidates", "key") => KeyKind::ALL.map(KeyKind::as_str).to_vec(),
        _ => Vec::new(),
    }
}

/// What a parameter looks like that is a list of words with commas between.
pub fn pattern(route: &str, name: &str) -> Option<String> {
    (route == "/api/v1/export/software.csv" && name == "columns").then(|| {
        let one = format!("({})", columns::names().join("|"));
        format!("^{one}(,{one})*$")
    })
}
