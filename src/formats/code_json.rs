//! `code.json`: the inventories of source code that agencies of the United States publish, in the
//! versions 1.0.x and 2.0.x and in what agencies really write.

mod around;
mod identity;
mod keys;
mod persons;

use std::io::Read;
use std::ops::ControlFlow;

use chrono::NaiveDate;
use serde_json::Value;

use self::keys::{HOMEPAGE, NAME, REPOSITORY, organisation};
use super::fields::Fields;
use super::json::{SplitError, stream};
use super::licence_field::{Part, of_parts};
use super::places::place;
use super::prose::describe;
use super::recognise::Kind;
use super::{
    Code, Decoded, Disposition, Envelope, ExternalId, Finding, ItemFormat, ItemNames, SourceContext,
};
use crate::catalogue::content::{
    Content, DevelopmentStatus, LicenceSlot, LicenceStatement, Organisation,
};
use crate::catalogue::text::shorten;
use crate::catalogue::text::{Lang, LocalizedText};

/// The spellings of its key, lower case, the most telling first.
const USAGE_TYPE: &[&str] = &["usagetype"];

/// Inventories of source code.
#[derive(Debug, Clone, Copy, Default)]
pub struct CodeJson;

impl ItemFormat for CodeJson {
    fn kind(&self) -> Kind {
        Kind::CodeJson
    }

    fn split(
        &self,
        document: &mut dyn Read,
        emit: &mut dyn FnMut(Value) -> ControlFlow<()>,
    ) -> Result<Envelope, SplitError> {
        let streamed = stream(document, &["releases", "projects"], &[], emit)?;
        let has_list = !streamed.root_is_object || streamed.key.is_some();
        let mut envelope = streamed.envelope();
        if !has_list {
            // An agency that has nothing to list writes an empty list.
            let message = "the inventory has no entries: expected a list as releases or projects";
            envelope.findings.push(Finding::new(Code::NoReleases, "", message));
        }
        Ok(envelope)
    }

    fn decode(&self, mut item: Value, context: &SourceContext) -> Decoded {
        let personal = persons::cut(&mut item);
        let readable = without_null_texts(&item);
        let mut findings = Vec::new();
        let external_id = identity::of(&readable).map(ExternalId::Ranked);
        let disposition = match (&external_id, not_open(&readable, &mut findings)) {
            (None, _) => {
                let message = "the entry has no name, organisation or repository to know it by";
                findings.push(Finding::new(Code::ItemWithoutId, "", message));
                Disposition::Failed
            }
            (Some(_), Some(reason)) => Disposition::NotListable { reason },
            (Some(_), None) => {
                let fields = Fields::new(&readable, "", &mut findings);
                listing(&mut fields.at(&context.base_url), context)
            }
        };
        Decoded { external_id, disposition, findings, raw: item, personal }
    }

    fn names(&self) -> Option<fn(&Value) -> Option<ItemNames>> {
        Some(|item| {
            let mut item = item.clone();
            persons::cut(&mut item);
            identity::of(&without_null_texts(&item))
        })
    }
}

/// The item without the texts `null`, by which spreadsheets and templates state nothing.
fn without_null_texts(item: &Value) -> Value {
    match item {
        Value::String(text) if text.trim() == "null" => Value::Null,
        Value::Array(elements) => elements.iter().map(without_null_texts).collect(),
        Value::Object(object) => {
            let entries = object.iter();
            entries.map(|(key, value)| (key.clone(), without_null_texts(value))).collect()
        }
        other => other.clone(),
    }
}

/// Why the entry is not open source. One that does not say what it is does not count as open, and
/// neither does one of which any word says otherwise: what agencies may reuse among themselves is
/// not open source, whatever an older flag beside it says.
fn not_open(item: &Value, findings: &mut Vec<Finding>) -> Option<Code> {
    let mut fields = Fields::new(item, "", findings);
    let flag = fields.value(fields.spelled(&["opensourceproject"])).map(is_yes);
    let mut permissions = fields.object(fields.spelled(&["permissions"]));
    let types = permissions.lines(permissions.spelled(USAGE_TYPE));
    let is_open = |kind: &String| kind.eq_ignore_ascii_case("openSource");
    let usage = (!types.is_empty()).then(|| types.iter().any(is_open));
    match (flag, usage) {
        (None, None) => Some(Code::UsageTypeMissing),
        (flag, usage) if [flag, usage].contains(&Some(false)) => Some(Code::NotOpenSource),
        _ => None,
    }
}

/// Version 1 answers with 0 and 1, others with truth values or texts.
fn is_yes(flag: &Value) -> bool {
    match flag {
        Value::Bool(flag) => *flag,
        Value::Number(number) => number.as_f64() == Some(1.0),
        Value::String(text) => matches!(text.trim(), "1" | "true"),
        _ => false,
    }
}

fn listing(fields: &mut Fields<'_>, context: &SourceContext) -> Disposition {
    let name_key = fields.spelled(NAME);
    let Some(name) = fields.line(name_key) else {
        let message = "the entry has no usable name: expected a text";
        let finding = Finding::new(Code::NameMissing, fields.path_of(name_key), message);
        fields.add(finding);
        return Disposition::Failed;
    };
    let mut content = Content {
        name: LocalizedText::single(Lang::unknown(), &name),
        licences: licences(fields),
        version: fields.line(fields.spelled(&["version"])),
        created_on: day(fields, &["created"]),
        last_activity_on: day(fields, &["lastmodified", "sourcecodelastmodified", "lastcommit"]),
        development_status: status(fields),
        tags: fields.lines(fields.spelled(&["tags"])).into_iter().collect(),
        programming_languages: fields
            .lines(fields.spelled(&["languages", "language"]))
            .into_iter()
            .collect(),
        publisher: publisher(fields, context),
        ..Content::default()
    };
    around::read(fields, &mut content);
    if let Some(text) = fields.text(fields.spelled(&["description"])) {
        describe(&text, english(), &mut content);
    }
    let homepage = fields.url(fields.spelled(HOMEPAGE));
    let repository_key = fields.spelled(REPOSITORY);
    let path = fields.path_of(repository_key);
    let repository = fields.url(repository_key).map(|url| (url, path));
    place(repository.into_iter().collect(), homepage, &mut content, fields.findings());
    Disposition::Listed(Box::new(content))
}

/// `permissions.licenses[]` of version 2, `license` of version 1.
fn licences(fields: &mut Fields<'_>) -> Vec<LicenceStatement> {
    let first_version = fields.spelled(&["license"]);
    let permissions = fields.spelled(&["permissions"]);
    if fields.value(first_version).is_some() || fields.value(permissions).is_none() {
        let raw = fields.line(first_version).unwrap_or_default();
        let part = Part::new(raw, fields.path_of(first_version));
        return of_parts(vec![part], LicenceSlot::Asserted, fields.findings());
    }
    let mut permissions = fields.object(permissions);
    let key = permissions.spelled(&["licenses"]);
    let entries = permissions.list(key);
    if entries.is_empty() {
        let message = "no licence is stated: expected a list of names and addresses";
        let path = permissions.path_of(key);
        permissions.add(Finding::new(Code::LicenceMissing, path, message));
    }
    let mut statements: Vec<LicenceStatement> = Vec::new();
    for (entry, path) in entries {
        for statement in licence(entry, &path, permissions.findings()) {
            if !statements.contains(&statement) {
                statements.push(statement);
            }
        }
    }
    statements
}

/// A name and an address, which are one statement; addresses also stand where a name is expected.
fn licence(entry: &Value, path: &str, findings: &mut Vec<Finding>) -> Vec<LicenceStatement> {
    let slot = LicenceSlot::Asserted;
    if let Value::String(raw) = entry {
        return of_parts(vec![Part::new(raw.clone(), path.to_owned())], slot, findings);
    }
    let mut entry = Fields::new(entry, path, findings);
    let (name, url) = (entry.spelled(&["name"]), entry.spelled(&["url"]));
    let parts = vec![
        Part::new(entry.line(name).unwrap_or_default(), entry.path_of(name)),
        Part::address(entry.line(url).unwrap_or_default(), entry.path_of(url)),
    ];
    of_parts(parts, slot, entry.findings())
}

/// A day of `date` of version 2, or of `updated` of version 1.
fn day(fields: &mut Fields<'_>, names: &[&'static str]) -> Option<NaiveDate> {
    let mut dates = fields.object(fields.spelled(&["date", "updated"]));
    dates.date(dates.spelled(names))
}

fn status(fields: &mut Fields<'_>) -> Option<DevelopmentStatus> {
    let key = fields.spelled(&["status"]);
    let raw = fields.line(key)?;
    let status = match raw.to_ascii_lowercase().as_str() {
        "ideation" => DevelopmentStatus::Concept,
        "development" | "alpha" => DevelopmentStatus::Development,
        "beta" => DevelopmentStatus::Beta,
        "production" | "release" => DevelopmentStatus::Stable,
        "archival" | "archived" => DevelopmentStatus::Obsolete,
        _ => {
            let message = format!(
                "{:?} is left out: expected Ideation, Development, Alpha, Beta, Production, \
                 Release or Archival",
                shorten(&raw)
            );
            fields.warn(Code::UnknownStatus, key, message);
            return None;
        }
    };
    Some(status)
}

/// The organisation that the entry names, else the one that runs the inventory.
fn publisher(fields: &mut Fields<'_>, context: &SourceContext) -> Option<Organisation> {
    let operator = (!context.operator.is_empty()).then(|| context.operator.clone());
    let name = organisation(fields).or(operator)?;
    Some(Organisation { name, uri: None, country: context.country.clone() })
}

/// Agencies of the United States write in English.
fn english() -> Lang {
    Lang::parse("en").unwrap_or_else(Lang::unknown)
}
