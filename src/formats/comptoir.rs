//! The export of the Comptoir du Libre, ADULLACT's catalogue of the free software that French
//! administrations use, and of who gives support for it.
//!
//! It is written by PHP: what is absent is an empty list, also where an object is expected. It is
//! the hub that knows an entry's numbers in the other French registers.

use std::collections::BTreeMap;
use std::io::Read;
use std::ops::ControlFlow;

use serde_json::Value;

use super::fields::Fields;
use super::json::{SplitError, stream};
use super::licence_field::statement;
use super::personal::{PersonalDatum, cut_all};
use super::places::place;
use super::recognise::Kind;
use super::registers::{Identifiers, Register};
use super::{Code, Decoded, Disposition, Envelope, ExternalId, Finding, ItemFormat, SourceContext};
use crate::catalogue::content::{
    Content, Identifier, LicenceSlot, LicenceStatement, SupportProvider, Usage, UsageEvidence,
};
use crate::catalogue::text::{Lang, LocalizedText};
use crate::licence::Context;

/// The export of the Comptoir du Libre.
#[derive(Debug, Clone, Copy, Default)]
pub struct Comptoir;

impl ItemFormat for Comptoir {
    fn kind(&self) -> Kind {
        Kind::Comptoir
    }

    fn stands_alone(&self) -> bool {
        true
    }

    fn split(
        &self,
        document: &mut dyn Read,
        emit: &mut dyn FnMut(Value) -> ControlFlow<()>,
    ) -> Result<Envelope, SplitError> {
        const COUNT: &str = "number_of_software";
        let streamed = stream(document, &["softwares"], &[COUNT], emit)?;
        if streamed.key.is_none() {
            let found =
                if streamed.root_is_object { "an object without softwares" } else { "a list" };
            return Err(SplitError::Shape {
                found: found.to_owned(),
                expected: "an object with softwares".to_owned(),
            });
        }
        let declared = streamed.beside.get(COUNT).and_then(Value::as_u64);
        Ok(Envelope { declared, ..streamed.envelope() })
    }

    fn decode(&self, mut item: Value, context: &SourceContext) -> Decoded {
        let personal = cut_persons(&mut item);
        let mut findings = Vec::new();
        let (external_id, disposition) = read(&item, context, &mut findings);
        Decoded { external_id, disposition, findings, raw: item, personal }
    }
}

/// Whether an account has the name that the Comptoir gives to those that it is about to delete.
pub fn is_deleted_account(name: &str) -> bool {
    name.to_lowercase().starts_with("compte à supprimer")
}

/// Accounts of persons stand among those of organisations. What kind of account it is stays.
fn cut_persons(item: &mut Value) -> Vec<PersonalDatum> {
    let mut data = Vec::new();
    for list in ["providers", "users"] {
        if let Some(accounts) = item.get_mut(list) {
            cut_accounts(accounts, list.to_owned(), &mut data);
        }
    }
    data
}

fn cut_accounts(value: &mut Value, path: String, data: &mut Vec<PersonalDatum>) {
    if value.get("type").and_then(Value::as_str).is_some_and(is_person) {
        cut_all(value, path, &["type"], data);
        return;
    }
    match value {
        Value::Array(elements) => {
            for (index, element) in elements.iter_mut().enumerate() {
                cut_accounts(element, format!("{path}[{index}]"), data);
            }
        }
        Value::Object(object) => {
            for (key, child) in object {
                cut_accounts(child, format!("{path}.{key}"), data);
            }
        }
        _ => {}
    }
}

fn is_person(kind: &str) -> bool {
    matches!(kind.trim().to_lowercase().as_str(), "person" | "personne")
}

fn read(
    item: &Value,
    context: &SourceContext,
    findings: &mut Vec<Finding>,
) -> (Option<ExternalId>, Disposition) {
    let mut fields = Fields::new(item, "", findings).at(&context.base_url);
    let Some(id) = fields.line("id") else {
        let message = "the entry has no usable id: expected a number";
        fields.add(Finding::new(Code::ItemWithoutId, "id", message));
        return (None, Disposition::Failed);
    };
    (Some(ExternalId::Given(id)), listing(&mut fields, context))
}

fn listing(fields: &mut Fields<'_>, context: &SourceContext) -> Disposition {
    let Some(name) = fields.line("name") else {
        let message = "the entry has no usable name: expected a text";
        fields.add(Finding::new(Code::NameMissing, "name", message));
        return Disposition::Failed;
    };
    let mut content = Content {
        name: LocalizedText::single(Lang::unknown(), &name),
        licences: licence(fields).into_iter().collect(),
        entry_pages: fields.url("url").into_iter().collect(),
        identifiers: identifiers(fields).into_iter().collect(),
        usages: usages(fields, context),
        support: support(fields),
        listed_on: fields.date("created"),
        ..Content::default()
    };
    let mut resources = fields.object("external_resources");
    let path = resources.path_of("repository");
    let repository = resources.url("repository").map(|url| (url, path));
    let homepage = resources.url("website");
    place(repository.into_iter().collect(), homepage, &mut content, fields.findings());
    Disposition::Listed(Box::new(content))
}

/// The licence in words, mostly French ones.
fn licence(fields: &mut Fields<'_>) -> Option<LicenceStatement> {
    const KEY: &str = "licence";
    let raw = fields.line(KEY);
    if raw.is_none() && fields.value(KEY).is_some() {
        return None; // Of the wrong type, which is a finding already.
    }
    let raw = raw.unwrap_or_default();
    statement(&raw, LicenceSlot::Asserted, Context::Text, KEY, fields.findings())
}

/// The entry's own number here, and its identifiers in other registers. The export of 2022 has
/// none of the latter.
fn identifiers(fields: &mut Fields<'_>) -> impl IntoIterator<Item = Identifier> {
    let mut identifiers = Identifiers::default();
    identifiers.read(Register::ComptoirDuLibre, fields, "id");
    let mut resources = fields.object("external_resources");
    identifiers.read(Register::Wikidata, &mut resources.object("wikidata"), "id");
    identifiers.read(Register::Sill, &mut resources.object("sill"), "id");
    identifiers.read(Register::Framalibre, &mut resources.object("framalibre"), "slug");
    identifiers.read_cnll_page(&mut resources.object("cnll"), "url");
    identifiers.into_set()
}

/// The administrations that state that they use it.
fn usages(fields: &mut Fields<'_>, context: &SourceContext) -> Vec<Usage> {
    let mut usages = BTreeMap::new();
    for (account, path) in fields.list("users") {
        let mut account = Fields::new(account, &path, fields.findings());
        match Holder::of(&mut account) {
            Holder::Organisation(name) => {
                usages.entry(name.to_lowercase()).or_insert_with(|| Usage {
                    organisation: name,
                    country: context.country.clone(),
                    evidence: UsageEvidence::Catalogue,
                    users: None,
                    referents: None,
                    since: None,
                    expires_on: None,
                });
            }
            Holder::Deleted(name) => {
                let message = format!("{name:?} is left out: its account is being deleted");
                account.add(Finding::new(Code::UserDeleted, path, message));
            }
            Holder::Nobody => {
                let message = "the user is left out: expected a name";
                account.add(Finding::new(Code::UserWithoutName, path, message));
            }
            Holder::Person => {}
        }
    }
    usages.into_values().collect()
}

/// Who gives support. The page of an account here stands in for a web site that it does not name.
fn support(fields: &mut Fields<'_>) -> Vec<SupportProvider> {
    let mut providers = BTreeMap::new();
    for (account, path) in fields.list("providers") {
        let mut account = Fields::new(account, &path, fields.findings());
        match Holder::of(&mut account) {
            Holder::Organisation(name) => {
                let website = account.object("external_resources").url("website");
                let url = website.or_else(|| account.url("url"));
                let folded = name.to_lowercase();
                providers.entry(folded).or_insert(SupportProvider { name, url, until: None });
            }
            Holder::Deleted(name) => {
                let message = format!("{name:?} is left out: its account is being deleted");
                account.add(Finding::new(Code::ProviderDeleted, path, message));
            }
            Holder::Nobody => {
                let message = "the provider is left out: expected a name";
                account.add(Finding::new(Code::ProviderWithoutName, path, message));
            }
            Holder::Person => {}
        }
    }
    providers.into_values().collect()
}

/// Whose an account is.
enum Holder {
    Organisation(String),
    /// A person, whose data have been cut out.
    Person,
    /// An account that is about to be deleted, and the name that it got for that.
    Deleted(String),
    /// Of no name.
    Nobody,
}

impl Holder {
    fn of(account: &mut Fields<'_>) -> Self {
        if account.line("type").is_some_and(|kind| is_person(&kind)) {
            return Self::Person;
        }
        match account.line("name") {
            None => Self::Nobody,
            Some(name) if is_deleted_account(&name) => Self::Deleted(name),
            Some(name) => Self::Organisation(name),
        }
    }
}
