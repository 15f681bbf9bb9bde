//! Who uses an entry. What catalogues of the users' own countries say, and what the project says
//! of itself, are two things and stay apart.

use std::collections::BTreeMap;

use crate::catalogue::content::{Content, Usage, UsageEvidence};
use crate::web::pages::words::Language;

/// Administrations of one country that are shown at once.
const AT_ONCE: usize = 10;

/// Users by country.
pub struct Users {
    /// "12 administrations".
    pub count: String,
    pub countries: Vec<Country>,
}

/// The users of one country.
pub struct Country {
    pub name: String,
    pub count: String,
    pub first: Vec<String>,
    pub rest: Vec<String>,
    pub more: String,
}

/// What catalogues state.
pub fn in_catalogues(t: Language, content: &Content) -> Users {
    by_country(t, content, UsageEvidence::Catalogue, "administrations")
}

/// What the project lists itself.
pub fn named_by_project(t: Language, content: &Content) -> Users {
    by_country(t, content, UsageEvidence::Project, "organisations")
}

fn by_country(t: Language, content: &Content, evidence: UsageEvidence, noun: &str) -> Users {
    let mut by_country: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut total = 0;
    for usage in content.usages.iter().filter(|usage| usage.evidence == evidence) {
        let country = usage.country.as_deref();
        let country = country.map_or_else(|| t.say("country-not-stated"), |code| t.country(code));
        by_country.entry(country).or_default().push(line(t, usage));
        total += 1;
    }
    let countries = by_country
        .into_iter()
        .map(|(name, mut first)| {
            let count = t.number(first.len() as u64);
            let rest =
                if first.len() > AT_ONCE + 1 { first.split_off(AT_ONCE) } else { Vec::new() };
            Country { name, count, first, more: t.count("more-users", rest.len() as u64), rest }
        })
        .collect();
    Users { count: t.count(noun, total), countries }
}

/// The organisation with what is said about its use.
fn line(t: Language, usage: &Usage) -> String {
    let mut details: Vec<String> = Vec::new();
    details.extend(usage.since.map(|day| t.with("in-use-since", &[("day", &t.date(day))])));
    details.extend(usage.users.map(|n| t.count("people-use", n.into())));
    details.extend(usage.referents.map(|n| t.count("people-answer", n.into())));
    if details.is_empty() {
        return usage.organisation.clone();
    }
    format!("{} ({})", usage.organisation, details.join(", "))
}
