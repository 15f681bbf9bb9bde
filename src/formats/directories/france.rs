//! The directory behind code.gouv.fr: `comptes-organismes-publics.yml`, which says of each forge
//! and of each account at one whose services work there, by names and by identifiers of the
//! directory of the administration; and `organizations-all.json`, the accounts that were found.
//!
//! The first organisation of an account runs it, the others stand above it. Names and identifiers
//! are two lists: which belongs to which is certain only where they are of one length. One
//! identifier may stand beside several names: former ones, and mistakes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Listed;
use crate::catalogue::organisation::{
    Account, Directory, Identifier, Organisation, Scheme, searchable,
};
use crate::catalogue::text::shorten;
use crate::catalogue::text::{Lang, LocalizedText, clean_line};
use crate::catalogue::urls::WebUrl;
use crate::formats::fields::Fields;
use crate::formats::yaml::{Kind, Node, YamlError, parse};
use crate::formats::{Code, Finding};

const COUNTRY: &str = "FR";

/// What the file says of one organisation so far.
#[derive(Debug, Default)]
struct Mentions {
    /// How often it has each name.
    names: BTreeMap<String, u32>,
    /// The accounts that it runs, with the name that it has there.
    accounts: BTreeMap<Account, String>,
}

/// The organisations of `comptes-organismes-publics.yml`.
///
/// # Errors
/// [`YamlError`] where the text is not YAML.
pub fn organisations(text: &str) -> Result<Listed, YamlError> {
    let root = parse(text.trim_start_matches('\u{FEFF}'))?.root;
    let mut findings = Vec::new();
    let mut mentions: BTreeMap<Identifier, Mentions> = BTreeMap::new();
    let entries = root.as_ref().and_then(Node::as_mapping).unwrap_or_default();
    for (page, entry) in entries {
        let Some(page) = page.as_scalar().map(|scalar| scalar.text.as_str()) else { continue };
        mention(page, entry, &mut mentions, &mut findings);
    }
    let organisations = mentions
        .into_iter()
        .filter_map(|(identifier, mentions)| organisation(identifier, mentions, &mut findings))
        .collect();
    Ok(Listed { organisations, findings })
}

/// Notes what one entry says: the names and identifiers of its organisations, and whose account
/// it is.
fn mention(
    page: &str,
    entry: &Node,
    mentions: &mut BTreeMap<Identifier, Mentions>,
    findings: &mut Vec<Finding>,
) {
    let names = texts(entry, "service_of");
    let ids = texts(entry, "pso_id");
    if names.len() != ids.len() {
        let message = format!(
            "{} names and {} identifiers: expected one pso_id for each service_of",
            names.len(),
            ids.len()
        );
        findings.push(Finding::new(Code::OrganisationNotPaired, page, message));
        return;
    }
    for (index, (name, id)) in names.iter().zip(&ids).enumerate() {
        let name = clean_line(name);
        let identifier = match Identifier::new(Scheme::ServicePublic, id) {
            Ok(identifier) if !name.is_empty() => identifier,
            _ => {
                let message = format!(
                    "{:?} is left out: expected a name and the UUID of its page",
                    shorten(&name)
                );
                findings.push(Finding::new(Code::OrganisationWithoutId, page, message));
                continue;
            }
        };
        let known = mentions.entry(identifier).or_default();
        if index == 0
            && let Some(account) = WebUrl::parse(page).ok().and_then(|url| Account::at(&url))
        {
            known.accounts.insert(account, name.clone());
        }
        *known.names.entry(name).or_default() += 1;
    }
}

/// The texts of the list at `key`; what has no text keeps its place.
fn texts(entry: &Node, key: &str) -> Vec<String> {
    let text = |node: &Node| {
        node.as_scalar()
            .filter(|_| !node.is_null())
            .map(|scalar| scalar.text.clone())
            .unwrap_or_default()
    };
    let is_key = |node: &Node| node.as_scalar().is_some_and(|scalar| scalar.text == key);
    let mut entries = entry.as_mapping().unwrap_or_default().iter();
    match entries.find(|(name, _)| is_key(name)).map(|(_, value)| value) {
        Some(value) => match &value.kind {
            Kind::Sequence(elements) => elements.iter().map(text).collect(),
            _ => vec![text(value)],
        },
        None => Vec::new(),
    }
}

/// The organisation under the name that it has most often. Another name may be a former one, or
/// that of somebody else: by it nobody is found, and what it runs under it is left out. Where no
/// name is the most frequent, it is not certain who it is.
fn organisation(
    identifier: Identifier,
    mentions: Mentions,
    findings: &mut Vec<Finding>,
) -> Option<Organisation> {
    let mut ranked = spellings(mentions.names);
    ranked.sort_by(|one, other| other.cmp(one));
    if let [_, _, ..] = ranked.as_slice() {
        let names = ranked.iter().map(|(count, name)| format!("{name:?} ({count})"));
        let names = names.collect::<Vec<_>>().join(", ");
        let message = format!("{identifier} has several names, expected one: {names}");
        findings.push(Finding::new(Code::OrganisationSeveralNames, "", message));
    }
    let name = match ranked.as_slice() {
        [(most, _), (next, _), ..] if most == next => return None,
        [(_, name), ..] => name,
        [] => return None,
    };
    let key = searchable(name);
    let is_under_it =
        |(account, name): (Account, String)| (searchable(&name) == key).then_some(account);
    let french = Lang::parse("fr").unwrap_or_else(Lang::unknown);
    Some(Organisation {
        name: LocalizedText::single(french, name),
        country: Some(COUNTRY.to_owned()),
        identifiers: [identifier].into(),
        accounts: mentions.accounts.into_iter().filter_map(is_under_it).collect(),
        ..Organisation::default()
    })
}

/// How often each name stands there, in the spelling that it mostly has: letter case and an acronym
/// in brackets do not make another name.
fn spellings(names: BTreeMap<String, u32>) -> Vec<(u32, String)> {
    let mut by_key: BTreeMap<Option<String>, (u32, u32, String)> = BTreeMap::new();
    for (name, count) in names {
        let (total, most, usual) = by_key.entry(searchable(&name)).or_default();
        *total += count;
        if count > *most {
            (*most, *usual) = (count, name);
        }
    }
    by_key.into_values().map(|(total, _, usual)| (total, usual)).collect()
}

/// Adds to organisations the accounts of `organizations-all.json` that bear exactly the name of
/// one of them. The others are of services and projects that the file does not tell apart.
pub fn with_accounts(organisations: Vec<Organisation>, accounts: &Value) -> Listed {
    let mut findings = Vec::new();
    let mut found: BTreeMap<Identifier, BTreeSet<Account>> = BTreeMap::new();
    let directory = Directory::new(organisations);
    for (index, account) in accounts.as_array().into_iter().flatten().enumerate() {
        let mut fields = Fields::new(account, &format!("[{index}]"), &mut findings);
        let Some(name) = fields.line("name") else { continue };
        let Some(organisation) = directory.named(&name, COUNTRY) else { continue };
        let account = fields.url("organization_url").and_then(|url| Account::at(&url));
        if let Some((identifier, account)) = organisation.identifiers.first().zip(account) {
            found.entry(identifier.clone()).or_default().insert(account);
        }
    }
    let mut organisations = directory.organisations().to_vec();
    for organisation in &mut organisations {
        let identifier = organisation.identifiers.first();
        let accounts = identifier.and_then(|identifier| found.remove(identifier));
        organisation.accounts.extend(accounts.into_iter().flatten());
    }
    Listed { organisations, findings }
}
