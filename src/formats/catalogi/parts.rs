//! The parts of an item that several shapes share.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::catalogue::content::{
    LicenceSlot, LicenceStatement, Organisation, Related, SupportProvider, Usage, UsageEvidence,
};
use crate::catalogue::text::{Lang, LocalizedText, clean_line};
use crate::catalogue::urls::WebUrl;
use crate::formats::comptoir::is_deleted_account;
use crate::formats::fields::Fields;
use crate::formats::registers::Register;
use crate::formats::{Finding, SourceContext, licence_field};
use crate::licence::Context;

/// The first of the names that a value has had over time under which there is one; the first name
/// where there is none.
pub fn first_of<'k>(fields: &Fields<'_>, keys: &[&'k str]) -> &'k str {
    let used = keys.iter().find(|key| fields.value(key).is_some());
    used.or(keys.first()).copied().unwrap_or_default()
}

/// The one-line text at the first of `keys` in use.
pub fn line(fields: &mut Fields<'_>, keys: &[&str]) -> Option<String> {
    let key = first_of(fields, keys);
    fields.line(key)
}

/// The web address at the first of `keys` in use.
pub fn url(fields: &mut Fields<'_>, keys: &[&str]) -> Option<WebUrl> {
    let key = first_of(fields, keys);
    fields.url(key)
}

/// The one-line text at the first of `keys` in use: one text in the language `unmarked`, or an
/// object with a text for each language.
pub fn localized(fields: &mut Fields<'_>, keys: &[&str], unmarked: &Lang) -> LocalizedText {
    let key = first_of(fields, keys);
    fields.localized_line(key, unmarked)
}

/// Adds the texts in languages that `text` does not have.
pub fn add_missing_languages(text: &mut LocalizedText, others: &LocalizedText) {
    for (lang, other) in others.iter() {
        if text.get(lang.as_str()).is_none() {
            text.insert(lang.clone(), other);
        }
    }
}

/// The licence at the first of `keys` in use.
pub fn licence(fields: &mut Fields<'_>, keys: &[&str]) -> Option<LicenceStatement> {
    let key = first_of(fields, keys);
    let raw = fields.text(key);
    if raw.is_none() && fields.value(key).is_some() {
        return None; // Of the wrong type, which is a finding already.
    }
    let path = fields.path_of(key);
    let raw = raw.unwrap_or_default();
    licence_field::statement(&raw, LicenceSlot::Asserted, Context::Text, &path, fields.findings())
}

/// Who uses the software, by the number of people in each organisation who said so.
pub fn usages(fields: &mut Fields<'_>, context: &SourceContext) -> Vec<Usage> {
    const KEY: &str = "userAndReferentCountByOrganization";
    /// Stand for all people without an organisation of their own.
    const NO_ORGANISATIONS: [&str; 2] = ["other", "no_organization"];
    let organisations = match fields.value(KEY) {
        Some(Value::Object(counts)) => counts.keys().collect(),
        _ => Vec::new(),
    };
    let mut counts = fields.object(KEY);
    let mut usages = Vec::new();
    for key in organisations {
        let mut count = counts.object(key);
        let users = count.count("userCount");
        let referents = count.count("referentCount");
        let organisation = clean_line(key);
        let is_used = users.max(referents).is_some_and(|people| people > 0);
        let is_named = !organisation.is_empty()
            && !NO_ORGANISATIONS.contains(&organisation.to_lowercase().as_str());
        if is_used && is_named {
            usages.push(Usage {
                organisation,
                country: context.country.clone(),
                evidence: UsageEvidence::Catalogue,
                users,
                referents,
                since: None,
                expires_on: None,
            });
        }
    }
    usages
}

/// Those who give support, by their names in lower case: the lists of several registers overlap.
pub type Providers = BTreeMap<String, SupportProvider>;

/// Adds who gives support according to the list at `key`; the first mention of a name counts.
pub fn add_support(fields: &mut Fields<'_>, key: &str, providers: &mut Providers) {
    for (element, path) in fields.list(key) {
        let mut provider = Fields::new(element, &path, fields.findings());
        let Some(name) = line(&mut provider, &["name", "nom"]) else {
            let message = "the provider is left out: expected a name";
            provider.add(Finding::warning("provider-without-name", path, message));
            continue;
        };
        let folded = name.to_lowercase();
        if is_deleted_account(&name) {
            let message = format!("{name:?} is left out: its account is being deleted");
            provider.add(Finding::info("provider-deleted", path, message));
            continue;
        }
        let url = url(&mut provider, &["url", "website", "cnllUrl", "cdlUrl"]);
        providers.entry(folded).or_insert(SupportProvider { name, url, until: None });
    }
}

/// Adds the comparable products in the list at `key` that are named. Products that are given by
/// the number of their entry alone are not read.
pub fn add_similar(
    fields: &mut Fields<'_>,
    key: &str,
    unmarked: &Lang,
    products: &mut BTreeSet<Related>,
) {
    for (element, path) in fields.list(key) {
        let mut product = Fields::new(element, &path, fields.findings());
        let names = ["name", "label", "wikidataLabel", "softwareName"];
        let names = localized(&mut product, &names, unmarked);
        let Some((_, name)) = names.best(unmarked.primary()) else { continue };
        let is_wikidata = Register::of_source(&mut product) == Some(Register::Wikidata);
        let key = if is_wikidata { "externalId" } else { "wikidataId" };
        let wikidata =
            product.line(key).and_then(|raw| Register::Wikidata.read(&raw, &mut product, key));
        products.insert(Related { name: name.to_owned(), wikidata });
    }
}

/// The first author that is an organisation. Persons have been cut out before.
pub fn publisher(fields: &mut Fields<'_>, key: &str) -> Option<Organisation> {
    for (element, path) in fields.list(key) {
        if element.get("@type").and_then(Value::as_str) != Some("Organization") {
            continue;
        }
        let name = Fields::new(element, &path, fields.findings()).line("name");
        if let Some(name) = name {
            return Some(Organisation { name, uri: None, country: None });
        }
    }
    None
}

/// The operating systems and other platforms. `desktop` and `mobile` say nothing where the
/// systems are named.
pub fn platforms(fields: &mut Fields<'_>) -> BTreeSet<String> {
    let mut platforms = true_keys(fields, "operatingSystems");
    let mut kind = fields.object("softwareType");
    platforms.extend(true_keys(&mut kind, "os"));
    let is_cloud = kind.line("type").as_deref() == Some("cloud");
    let has_systems = !platforms.is_empty();
    for runtime in fields.lines("runtimePlatforms") {
        match runtime.to_lowercase().as_str() {
            "cloud" => platforms.insert("web".to_owned()),
            "desktop" | "mobile" if has_systems => false,
            other => platforms.insert(other.to_owned()),
        };
    }
    if is_cloud {
        platforms.insert("web".to_owned());
    }
    platforms
}

fn true_keys(fields: &mut Fields<'_>, key: &str) -> BTreeSet<String> {
    let keys: Vec<&String> = match fields.value(key) {
        Some(Value::Object(flags)) => flags.keys().collect(),
        _ => Vec::new(),
    };
    let mut flags = fields.object(key);
    keys.into_iter()
        .filter(|key| flags.flag(key) == Some(true))
        .map(|key| clean_line(key).to_lowercase())
        .filter(|key| !key.is_empty())
        .collect()
}

/// The free keywords. Wikidata leaks whole items into the list; their numbers are no words.
pub fn keywords(fields: &mut Fields<'_>) -> BTreeSet<String> {
    fields
        .list("keywords")
        .into_iter()
        .filter_map(|(element, _)| element.as_str())
        .map(clean_line)
        .filter(|keyword| !keyword.is_empty())
        .collect()
}

/// A version as written, where it looks like one: the field also holds `N/A`, `Distribution` and
/// remarks.
pub fn version(fields: &mut Fields<'_>, key: &str) -> Option<String> {
    fields.line(key).filter(|text| {
        let number = text.strip_prefix(['v', 'V']).unwrap_or(text);
        number.starts_with(|c: char| c.is_ascii_digit()) && !text.contains(char::is_whitespace)
    })
}
