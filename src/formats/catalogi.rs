//! Catalogi, the software behind the French SILL and the catalogue of French higher education, in
//! every shape that its lists have had since 2020.
//!
//! One address has carried several shapes over the years, and an unknown version in the address
//! answers with an old one. So the shape is recognised item by item, from its keys.

mod parts;
mod persons;
mod short;
mod v1;
mod v2;
mod verdicts;

use std::io::Read;
use std::ops::ControlFlow;

use serde_json::Value;
use url::Url;

use super::fields::Fields;
use super::json::{SplitError, stream};
use super::recognise::Kind;
use super::registers::Register;
use super::{
    Code, Decoded, Disposition, Envelope, ExternalId, Finding, ItemFormat, SourceContext,
    Withdrawal,
};
use crate::catalogue::content::Identifier;
use crate::catalogue::urls::WebUrl;
use parts::first_of;

/// The lists of Catalogi.
#[derive(Debug, Clone, Copy, Default)]
pub struct Catalogi;

impl ItemFormat for Catalogi {
    fn kind(&self) -> Kind {
        Kind::Catalogi
    }

    fn stands_alone(&self) -> bool {
        true
    }

    fn split(
        &self,
        document: &mut dyn Read,
        emit: &mut dyn FnMut(Value) -> ControlFlow<()>,
    ) -> Result<Envelope, SplitError> {
        let streamed = stream(document, &["catalog"], &[], emit)?;
        if streamed.root_is_object && streamed.key.is_none() {
            return Err(SplitError::Shape {
                found: "an object without catalog".to_owned(),
                expected: "an array of entries, or an object with catalog".to_owned(),
            });
        }
        Ok(streamed.envelope())
    }

    fn decode(&self, mut item: Value, context: &SourceContext) -> Decoded {
        let personal = persons::cut(&mut item);
        let mut findings = Vec::new();
        let (external_id, disposition) = read(&item, context, &mut findings);
        Decoded { external_id, disposition, findings, raw: item, personal }
    }
}

/// The shapes of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// `sill.json` of 2020 to 2022: keys of one letter.
    Short,
    /// The API's first version, and the tables that it grew from.
    V1,
    /// The API's second version.
    V2,
}

impl Shape {
    fn of(item: &Value) -> Self {
        /// Keys that the second version does not have; at least one stands in every item of the
        /// first, in each of its shapes.
        const FIRST_VERSION: &[&str] = &[
            "referencedSinceTime",
            "__referencedSinceTime",
            "function",
            "_function",
            "softwareExternalData",
            "wikidataData",
            "wikidataSoftware",
            "serviceProviders",
        ];
        let has = |key: &str| item.get(key).is_some();
        let one_letter =
            item.as_object().is_some_and(|object| object.keys().any(|key| key.len() == 1));
        if one_letter && !has("name") && !has("_name") {
            Self::Short
        } else if FIRST_VERSION.iter().any(|key| has(key)) && !has("addedTime") {
            Self::V1
        } else {
            Self::V2
        }
    }
}

fn read(
    item: &Value,
    context: &SourceContext,
    findings: &mut Vec<Finding>,
) -> (Option<ExternalId>, Disposition) {
    let mut fields = Fields::new(item, "", findings).at(&context.base_url);
    let id_key = first_of(&fields, &["id", "_id"]);
    let Some(id) = fields.line(id_key) else {
        let message = "the entry has no usable id: expected a number or a text";
        fields.add(Finding::new(Code::ItemWithoutId, id_key, message));
        return (None, Disposition::Failed);
    };
    let disposition = match withdrawal(&mut fields) {
        Some(withdrawal) => Disposition::Withdrawn(withdrawal),
        None => listing(Shape::of(item), &mut fields, &id, context),
    };
    (Some(ExternalId::Given(id)), disposition)
}

fn listing(
    shape: Shape,
    fields: &mut Fields<'_>,
    id: &str,
    context: &SourceContext,
) -> Disposition {
    let (name_key, mut content) = match shape {
        Shape::Short => ("i", short::content(fields)),
        Shape::V1 => (first_of(fields, &["name", "_name"]), v1::content(fields, context)),
        Shape::V2 => ("name", v2::content(fields, context)),
    };
    if content.name.is_empty() {
        let message = "the entry has no usable name: expected a text";
        let finding = Finding::new(Code::NameMissing, fields.path_of(name_key), message);
        fields.add(finding);
        return Disposition::Failed;
    }
    content.entry_pages.extend(entry_page(&context.base_url, id));
    content.identifiers.extend(own_identifier(id, context));
    Disposition::Listed(Box::new(content))
}

/// The entry's number as an identifier, where the source's option `register` says in which
/// register it is one: other catalogues refer to the entries of SILL.
fn own_identifier(id: &str, context: &SourceContext) -> Option<Identifier> {
    let scheme = context.options.get("register")?.as_str()?;
    let register = Register::of_scheme(scheme)?;
    let value = register.canonical(id)?;
    Some(Identifier { scheme: register.scheme().to_owned(), value })
}

/// What the list itself says about the withdrawal of an entry: `dereferencing`, which later
/// versions replace by a `status`. Withdrawn entries stay in the list.
fn withdrawal(fields: &mut Fields<'_>) -> Option<Withdrawal> {
    let is_withdrawn =
        fields.value("dereferencing").is_some_and(|value| *value != Value::Bool(false));
    if is_withdrawn {
        return Some(withdrawal_details(&mut fields.object("dereferencing")));
    }
    let mut status = fields.object("status");
    match status.line("name").as_deref() {
        None | Some("published") => None,
        Some("archived" | "rejected") => Some(withdrawal_details(&mut status.object("changed"))),
        Some(other) => {
            let message = format!(
                "the status {other:?} is not known and the entry counts as listed: expected \
                 published, archived or rejected"
            );
            status.warn(Code::UnknownStatus, "name", message);
            None
        }
    }
}

fn withdrawal_details(fields: &mut Fields<'_>) -> Withdrawal {
    Withdrawal {
        reason: fields.text("reason"),
        on: fields.millis("time"),
        last_version: fields.line("lastRecommendedVersion"),
    }
}

/// The entry's page at the instance that serves `listing`; `None` where the list does not come
/// from an instance's API.
fn entry_page(listing: &str, id: &str) -> Option<WebUrl> {
    let (base, _) = listing.rsplit_once("/api/")?;
    let mut page = Url::parse(&format!("{base}/detail")).ok()?;
    page.query_pairs_mut().append_pair("id", id);
    WebUrl::parse(page.as_str()).ok()
}
