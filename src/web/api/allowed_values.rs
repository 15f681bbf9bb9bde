//! The values of parameters that can be listed: whatever else is asked for is refused by name.

use super::deprecated::SEARCH;
use super::{findings, records};
use crate::catalogue::content::{DevelopmentStatus, Maintenance};
use crate::catalogue::keys::KeyKind;
use crate::licence::conflict::Severity;
use crate::licence::facts::{Copyleft, Fact};
use crate::publish::body::BodyKind;
use crate::publish::export::columns;
use crate::web::finding_advice;
use crate::web::search::params::sorts;

/// Languages in which labels are kept.
pub const LANGUAGES: [&str; 6] = ["en", "fr", "de", "it", "es", "nl"];
const FACTS: [Fact; 3] = [Fact::Yes, Fact::No, Fact::NotStated];
const COPYLEFT: [Copyleft; 6] = [
    Copyleft::Permissive,
    Copyleft::Weak,
    Copyleft::ShareAlike,
    Copyleft::Strong,
    Copyleft::Network,
    Copyleft::NotOpen,
];
const STATUSES: [DevelopmentStatus; 5] = [
    DevelopmentStatus::Concept,
    DevelopmentStatus::Development,
    DevelopmentStatus::Beta,
    DevelopmentStatus::Stable,
    DevelopmentStatus::Obsolete,
];
const KINDS: [Maintenance; 4] =
    [Maintenance::Internal, Maintenance::Contract, Maintenance::Community, Maintenance::None];

/// The values that a parameter may have, where they can be listed.
pub fn allowed_values(route: &str, name: &str) -> Vec<&'static str> {
    match (route, name) {
        ("/api/v1/search", "open_source") => FACTS.map(Fact::as_str).to_vec(),
        ("/api/v1/search", "copyleft") => {
            let classes = COPYLEFT.map(Copyleft::as_str).into_iter();
            classes.chain([Fact::NotStated.as_str()]).collect()
        }
        ("/api/v1/search", "licence_conflict") => {
            [Severity::None, Severity::Soft, Severity::Hard].map(Severity::as_str).to_vec()
        }
        ("/api/v1/search", "body") => BodyKind::ALL.map(BodyKind::as_str).to_vec(),
        ("/api/v1/search", "status") => STATUSES.map(DevelopmentStatus::as_str).to_vec(),
        ("/api/v1/search", "maintenance") => KINDS.map(Maintenance::as_str).to_vec(),
        ("/api/v1/search", "public") => vec!["yes", "no"],
        ("/api/v1/search", "sort") => sorts().map(|(word, _)| word).collect(),
        ("/api/v1/search" | "/api/v1/suggest", "lang") => LANGUAGES.to_vec(),
        ("/api/v1/export/software.csv", "excel") => vec!["1", "0"],
        ("/api/v1/export/software.csv" | "/api/v1/export/software.ndjson", _) => {
            allowed_values(SEARCH, name)
        }
        ("/api/v1/findings", "state") => findings::STATES.to_vec(),
        ("/api/v1/findings", "code") => finding_advice::codes(),
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
