//! Who uses an entry. What catalogues of the users' own countries say, and what the project says
//! of itself, are two things and stay apart.

use std::collections::BTreeMap;

use crate::catalogue::content::{Content, Usage, UsageEvidence};
use crate::web::i18n::language::Language;
use crate::web::shorten::{Brevity, PartialList, Shorten};

/// Users by country.
pub struct Users {
    /// "12 administrations".
    pub count: String,
    pub countries: PartialList<Country>,
}

/// The users of one country.
pub struct Country {
    pub name: String,
    pub count: String,
    pub users: PartialList<String>,
}

impl Shorten for Users {
    fn shorten(&mut self, brevity: Brevity) {
        self.countries.shorten(brevity);
    }
}

impl Shorten for Country {
    fn shorten(&mut self, brevity: Brevity) {
        self.users.shorten(brevity);
    }
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
        .map(|(name, users)| {
            let count = t.number(users.len() as u64);
            Country { name, count, users: PartialList::new(users, 0) }
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
