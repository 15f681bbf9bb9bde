//! The parts of an item that several shapes share.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::catalogue::content::{
    Content, Involved, LicenceSlot, LicenceStatement, Organisation, Related, Role, SupportProvider,
    Usage, UsageEvidence,
};
use crate::catalogue::text::{Lang, LocalizedText, clean_line};
use crate::catalogue::urls::WebUrl;
use crate::formats::comptoir::is_deleted_account;
use crate::formats::fields::Fields;
use crate::formats::registers::Register;
use crate::formats::{Code, Finding, SourceContext, licence_field};
use crate::licence::Context;

/// The language of texts that carry none: a French catalogue is written in French.
pub(super) fn unmarked_language(context: &SourceContext) -> Lang {
    match context.country.as_deref() {
        Some("FR") => french(),
        _ => Lang::unknown(),
    }
}

/// French.
pub(super) fn french() -> Lang {
    Lang::parse("fr").unwrap_or_else(Lang::unknown)
}

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

/// Adds what another register says in one line. Where the entry says something of its own in the
/// same language, that stays the summary and the other text is the description.
pub fn add_in_other_languages_or_beside(content: &mut Content, others: &LocalizedText) {
    for (lang, other) in others.iter() {
        match content.summary.get(lang.as_str()) {
            None => content.summary.insert(lang.clone(), other),
            Some(own) if own == other || content.description.get(lang.as_str()).is_some() => {}
            Some(_) => content.description.insert(lang.clone(), other),
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
            provider.add(Finding::new(Code::ProviderWithoutName, path, message));
            continue;
        };
        let folded = name.to_lowercase();
        if is_deleted_account(&name) {
            let message = format!("{name:?} is left out: its account is being deleted");
            provider.add(Finding::new(Code::ProviderDeleted, path, message));
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

/// The organisations among the authors, and those to which authors belong. Persons have been cut
/// out before.
pub fn authors(fields: &mut Fields<'_>, key: &str, content: &mut Content) {
    for (element, path) in fields.list(key) {
        let mut author = Fields::new(element, &path, fields.findings());
        if element.get("@type").and_then(Value::as_str) == Some("Organization") {
            let name = author.line("name");
            author_is(name, content);
        } else if element.is_object() {
            for (element, path) in author.list("affiliations") {
                let name = Fields::new(element, &path, author.findings()).line("name");
                involve(name, content);
            }
        }
    }
}

/// The first organisation among the authors publishes it, the others have a part in it.
fn author_is(name: Option<String>, content: &mut Content) {
    match (name, &content.publisher) {
        (Some(name), None) => {
            content.publisher = Some(Organisation { name, ..Organisation::default() });
        }
        (name, _) => involve(name, content),
    }
}

fn involve(name: Option<String>, content: &mut Content) {
    let Some(name) = name else { return };
    let is_publisher = content.publisher.as_ref().is_some_and(|one| one.name == name);
    let organisation = Organisation { name, ..Organisation::default() };
    let involved = Involved { role: Role::Developer, organisation };
    if !is_publisher && !content.involved.contains(&involved) {
        content.involved.push(involved);
    }
}

/// What the catalogue sets beside the names and addresses of an entry; these stand in
/// `customAttributes` by now.
pub fn attributes(fields: &mut Fields<'_>, content: &mut Content) {
    content.supported_by_contract =
        content.supported_by_contract.or(fields.flag("isPresentInSupportContract"));
    content.publicly_developed =
        content.publicly_developed.or(fields.flag("isFromFrenchPublicService"));
    if fields.flag("doRespectRgaa") == Some(true) {
        content.conforms_to.insert("RGAA".to_owned());
    }
    let oldest = oldest_version(fields, &["versionMin", "__versionMin"]);
    content.version_min = content.version_min.take().or(oldest);
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

/// The free keywords, and the categories, which are words of each catalogue's own. Wikidata leaks
/// whole items into the list; their numbers are no words.
pub fn keywords(fields: &mut Fields<'_>) -> BTreeSet<String> {
    ["keywords", "tags", "categories", "applicationCategories", "mimGroup"]
        .into_iter()
        .flat_map(|key| fields.list(key))
        .filter_map(|(element, _)| element.as_str())
        .map(clean_line)
        .filter(|keyword| !keyword.is_empty())
        .collect()
}

/// The oldest version to use at the first of `keys` in use, as written: also "6.x" or "Dernière
/// stable". `N/A` is none.
pub fn oldest_version(fields: &mut Fields<'_>, keys: &[&str]) -> Option<String> {
    line(fields, keys).filter(|text| !text.eq_ignore_ascii_case("n/a"))
}

/// A version as written, where it looks like one: the field also holds `N/A`, `Distribution` and
/// remarks.
pub fn version(fields: &mut Fields<'_>, key: &str) -> Option<String> {
    fields.line(key).filter(|text| {
        let number = text.strip_prefix(['v', 'V']).unwrap_or(text);
        number.starts_with(|c: char| c.is_ascii_digit()) && !text.contains(char::is_whitespace)
    })
}
