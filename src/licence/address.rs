//! Addresses of licences: by host, from the pages that their publishers keep, and the items of
//! Wikidata. A path that no rule knows is refused; a project's own copy is no listed licence.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use serde::Deserialize;

use super::creative_commons::with_jurisdiction;
use super::term::{Leaf, Term};
use super::tokens::{fold, tokens};
use super::{CandidateReason, Confidence, Context, Outcome, Range, expression, grammar};

/// The outcome of a text that is an address or an item of Wikidata; `None` where it is neither.
pub(super) fn address(statement: &str, context: Context) -> Option<Outcome> {
    if let Some(item) = item(statement) {
        return Some(wikidata(item));
    }
    let rest = without_scheme(statement);
    let address = match (rest, context) {
        (Some(rest), _) => rest,
        (None, Context::Url) => statement,
        (None, _) if is_known_host(statement) => statement,
        _ => return None,
    };
    if context == Context::Wikidata {
        return None;
    }
    Some(page(address).unwrap_or_else(|| match rest {
        Some(_) if !statement.contains([' ', ',', ';']) => Outcome::NotListed { licence_ref: None },
        _ => Outcome::Rejected { unexplained: statement.chars().take(80).collect() },
    }))
}

fn without_scheme(text: &str) -> Option<&str> {
    text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))
}

fn is_known_host(text: &str) -> bool {
    let host = text.split('/').next().unwrap_or_default();
    text.contains('/') && HOSTS.contains_key(host.strip_prefix("www.").unwrap_or(host))
}

/// What the page states; `None` where no rule knows it.
fn page(address: &str) -> Option<Outcome> {
    let address = address.split('#').next().unwrap_or_default();
    if address.contains(|char: char| char.is_whitespace() || matches!(char, ',' | ';' | '?')) {
        return None;
    }
    let lower = address.to_ascii_lowercase();
    let (host, _) = lower.split_once('/').unwrap_or((&lower, ""));
    let path = lower.get(host.len()..)?.trim_end_matches('/');
    let host = host.strip_prefix("www.").unwrap_or(host);
    if host == "creativecommons.org" {
        return creative_commons(path);
    }
    if host == "publications.europa.eu" {
        return eu_table(path);
    }
    let rules = HOSTS.get(host)?;
    if let Some(id) = rules.pages.get(path) {
        return expression::identifier(id, Context::Spdx).map(as_alias);
    }
    if let Some(name) = rules.names.get(path) {
        return named(name);
    }
    let slug = rules.slugs.iter().find_map(|folder| path.strip_prefix(folder.as_str()))?;
    if slug.is_empty() || slug.contains('/') {
        return None;
    }
    let slug = without_ending(slug);
    expression::identifier(slug, Context::Spdx).map(as_alias).or_else(|| named(slug))
}

/// A slug without what says how the page is served: `.html`, `.en.html`, `-standalone.html`.
fn without_ending(slug: &str) -> &str {
    let ending = [".html", ".htm", ".txt", ".php", ".json", ".md"]
        .iter()
        .find_map(|ending| slug.strip_suffix(ending))
        .unwrap_or(slug);
    let bare = match ending.rsplit_once('.') {
        Some((bare, language))
            if language.len() == 2 && language.bytes().all(|b| b.is_ascii_lowercase()) =>
        {
            bare
        }
        _ => ending,
    };
    bare.strip_suffix("-standalone").unwrap_or(bare)
}

/// What a slug names in words: `apache-license-2.0`, `gpl-3-0`.
fn named(slug: &str) -> Option<Outcome> {
    let words: Vec<&str> = slug.split('-').collect();
    let is_number = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    let mut text = String::with_capacity(slug.len());
    for (at, word) in words.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| words.get(before));
        if at > 0 {
            let joins = is_number(word)
                && before.is_some_and(|before| {
                    is_number(before) || before.strip_prefix('v').is_some_and(is_number)
                });
            text.push(if joins { '.' } else { ' ' });
        }
        text.push_str(word);
    }
    let folded = fold(&text);
    match grammar::parse(&tokens(&folded), Context::Url).ok()? {
        outcome @ (Outcome::Expression { .. } | Outcome::Candidates { .. }) => {
            Some(as_alias(outcome))
        }
        _ => None,
    }
}

/// `/resource/authority/licence/eupl_1_2`: the EU's table of licences writes SPDX identifiers
/// without hyphens and dots.
fn eu_table(path: &str) -> Option<Outcome> {
    let code = path.strip_prefix("/resource/authority/licence/")?;
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let mut identifier = String::with_capacity(code.len() + 4);
    let mut after_number = false;
    for part in code.split('_') {
        if !identifier.is_empty() {
            identifier.push(if after_number && is_number(part) { '.' } else { '-' });
        }
        after_number = is_number(part);
        identifier.push_str(match part {
            "bync" => "by-nc",
            "bynd" => "by-nd",
            "bysa" => "by-sa",
            "byncnd" => "by-nc-nd",
            "byncsa" => "by-nc-sa",
            part => part,
        });
    }
    let identifier = if identifier == "cc0" { "cc0-1.0" } else { &identifier };
    expression::identifier(identifier, Context::Spdx).map(as_alias)
}

/// `/licenses/by-sa/4.0/deed.fr`, `/publicdomain/zero/1.0`.
fn creative_commons(path: &str) -> Option<Outcome> {
    let mut parts = path.strip_prefix('/')?.split('/');
    let (kind, code, version) = (parts.next()?, parts.next()?, parts.next());
    let mut rest: Vec<&str> = parts.collect();
    if rest.last().is_some_and(|last| is_deed(last)) {
        rest.pop();
    }
    let jurisdiction = match rest.as_slice() {
        [] => None,
        [code] if code.len() == 2 || *code == "igo" => Some(code.to_ascii_uppercase()),
        _ => return None,
    };
    let term = match (kind, code, version) {
        ("publicdomain", "zero", Some("1.0")) if jurisdiction.is_none() => {
            Term::Fixed("CC0-1.0".into(), Confidence::Alias)
        }
        ("publicdomain", "mark", Some("1.0")) if jurisdiction.is_none() => {
            Term::Fixed("CC-PDM-1.0".into(), Confidence::Alias)
        }
        ("licenses", code, Some(version)) if code.starts_with("by") => {
            let id = format!("CC-{}-{version}", code.to_ascii_uppercase());
            with_jurisdiction(&id, jurisdiction.as_deref())
        }
        ("licenses", code, None) if code.starts_with("by") => {
            let id = format!("CC-{}", code.to_ascii_uppercase());
            let versions = ["1.0", "2.0", "2.5", "3.0", "4.0"];
            let ids = versions.map(|version| format!("{id}-{version}")).into_iter();
            let listed = ids.filter(|id| expression::listed(id).is_some()).collect();
            Term::Open(listed, CandidateReason::VersionNotStated)
        }
        _ => return None,
    };
    Some(match term.resolve(Context::Url).ok()? {
        Leaf::Expression { text, range, .. } => Outcome::Expression {
            expression: text.into_owned(),
            confidence: Confidence::Alias,
            range,
        },
        Leaf::Open(candidates, reason) if !candidates.is_empty() => {
            Outcome::Candidates { candidates, reason }
        }
        _ => Outcome::NotListed { licence_ref: None },
    })
}

fn is_deed(part: &str) -> bool {
    let base = part.split('.').next().unwrap_or_default();
    matches!(base, "deed" | "legalcode") && part.len() <= base.len() + 8
}

pub(super) fn as_alias(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Expression { expression, range, .. } => {
            Outcome::Expression { expression, confidence: Confidence::Alias, range }
        }
        other => other,
    }
}

/// The number of an item of Wikidata, however it is written.
fn item(statement: &str) -> Option<&str> {
    let rest = without_scheme(statement).unwrap_or(statement);
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    let item = rest
        .strip_prefix("wikidata.org/entity/")
        .or_else(|| rest.strip_prefix("wikidata.org/wiki/"))
        .or_else(|| rest.strip_prefix("m.wikidata.org/wiki/"))
        .or_else(|| rest.strip_prefix("wd:"))
        .unwrap_or(rest);
    let digits = item.strip_prefix(['Q', 'q'])?;
    (digits.len() <= 12 && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
        .then_some(digits)
}

fn wikidata(digits: &str) -> Outcome {
    if let Some(id) = ITEMS.one.get(digits) {
        let outcome = expression::identifier(id, Context::Spdx);
        return outcome.map_or(Outcome::NotListed { licence_ref: None }, stated_item);
    }
    match ITEMS.many.get(digits) {
        Some(ids) => {
            Outcome::Candidates { candidates: ids.clone(), reason: CandidateReason::FamilyItem }
        }
        None => Outcome::Rejected { unexplained: format!("Q{digits}") },
    }
}

fn stated_item(outcome: Outcome) -> Outcome {
    match as_alias(outcome) {
        Outcome::Expression { expression, confidence, .. } => {
            Outcome::Expression { expression, confidence, range: Range::Stated }
        }
        other => other,
    }
}

struct Rules {
    slugs: Vec<String>,
    pages: HashMap<String, String>,
    /// Pages of what has a name and no identifier: a family of which the page shows the newest.
    names: HashMap<String, String>,
}

static HOSTS: LazyLock<HashMap<String, Rules>> = LazyLock::new(|| {
    let table: Addresses = super::lines::read(include_str!("addresses.toml"));
    let rules = |line: HostLine| {
        (line.host, Rules { slugs: line.slugs, pages: line.pages, names: line.names })
    };
    table.host.into_iter().map(rules).collect()
});

struct Items {
    one: HashMap<String, String>,
    many: HashMap<String, Vec<String>>,
}

static ITEMS: LazyLock<Items> = LazyLock::new(|| {
    let table: Wikidata = super::lines::read(include_str!("wikidata.toml"));
    let digits = |item: &str| item.trim_start_matches('Q').to_owned();
    Items {
        one: table.one.items.into_iter().map(|(item, id)| (digits(&item), id)).collect(),
        many: table.many.items.into_iter().map(|(item, ids)| (digits(&item), ids)).collect(),
    }
});

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Addresses {
    host: Vec<HostLine>,
}

#[derive(Deserialize)]
struct HostLine {
    host: String,
    slugs: Vec<String>,
    #[serde(default)]
    pages: HashMap<String, String>,
    #[serde(default)]
    names: HashMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wikidata {
    one: ItemLines<String>,
    many: ItemLines<Vec<String>>,
}

#[derive(Deserialize)]
struct ItemLines<V> {
    items: BTreeMap<String, V>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_tables_names_licences_of_the_list() {
        let listed = |id: &str| assert!(expression::listed(id).is_some(), "{id}");
        for rules in HOSTS.values() {
            rules.pages.values().for_each(|id| listed(id));
            for name in rules.names.values() {
                assert!(named(name).is_some(), "{name}");
            }
            for path in rules.pages.keys().chain(rules.names.keys()) {
                assert!(!path.ends_with('/') && *path == path.to_lowercase(), "{path}");
            }
        }
        ITEMS.one.values().for_each(|id| listed(id));
        for ids in ITEMS.many.values() {
            assert!(ids.len() > 1);
            ids.iter().for_each(|id| listed(id));
        }
    }
}
