//! Items of Wikidata: what they add to software that other sources list.
//!
//! An entry of a catalogue may name its item. The connector asks for such items, and for the items
//! of their licences, and composes one of ours out of both: [`compose`] keeps what is read of the
//! many things that Wikidata knows, so that an edit elsewhere in the item changes nothing here.

mod reply;
mod statements;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::ops::ControlFlow;

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

pub use self::reply::{Refusal, Reply, read_answer};
pub use self::statements::is_item;
use self::statements::{LANGUAGE, OF_PART, Statement, best, stated};
use super::json::SplitError;
use super::licence_field::{statement, unreadable};
use super::places::{place, web_address};
use super::recognise::Kind;
use super::{Code, Decoded, Disposition, Envelope, ExternalId, Finding, ItemFormat, SourceContext};
use crate::catalogue::content::{Content, Identifier, LicenceSlot, LicenceStatement};
use crate::catalogue::text::shorten;
use crate::catalogue::text::{Lang, LocalizedText, clean_line};
use crate::catalogue::urls::WebUrl;
use crate::licence::{Context, Outcome, normalise};

const LICENCE: &str = "P275";
const REPOSITORY: &str = "P1324";
const HOMEPAGE: &str = "P856";
/// The identifier of a licence at SPDX.
const SPDX: &str = "P2479";
/// Registers in which an item says its id, and our names for them.
const REGISTERS: &[(&str, &str)] = &[
    ("P4107", "framalibre"),
    ("P2537", "free-software-directory"),
    ("P3442", "debian"),
    ("P5568", "pypi"),
    ("P8262", "npm"),
];
/// The item of English.
const ENGLISH: &str = "Q1860";
/// The largest answer that is read from a file.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// Items of Wikidata.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wikidata;

impl ItemFormat for Wikidata {
    fn kind(&self) -> Kind {
        Kind::Wikidata
    }

    /// Reads an answer of the API as it is, such as a saved one: licences are joined where their
    /// items are in the same answer.
    fn split(
        &self,
        document: &mut dyn Read,
        emit: &mut dyn FnMut(Value) -> ControlFlow<()>,
    ) -> Result<Envelope, SplitError> {
        let mut bytes = Vec::new();
        document.take(MOST_BYTES).read_to_end(&mut bytes)?;
        let entities = match read_answer(&bytes)? {
            Reply::Entities(entities) => entities,
            Reply::Refused(refusal) => {
                return Err(SplitError::Shape {
                    found: format!("the error {}", shorten(&refusal.code)),
                    expected: "an object with entities".to_owned(),
                });
            }
        };
        let licences = entities.iter().map(|(id, entity)| (id.clone(), licence(entity))).collect();
        let mut items = 0;
        for (id, entity) in &entities {
            items += 1;
            if emit(compose(id, entity, &licences)).is_break() {
                break;
            }
        }
        Ok(Envelope { items, ..Envelope::default() })
    }

    fn decode(&self, item: Value, context: &SourceContext) -> Decoded {
        let mut findings = Vec::new();
        let id = item.get("id").and_then(Value::as_str).filter(|id| is_item(id));
        let external_id = id.map(|id| ExternalId::Given(id.to_owned()));
        let disposition = match id {
            None => {
                let message = "the entry has no item: expected Q and a number";
                findings.push(Finding::new(Code::ItemWithoutId, "id", message));
                Disposition::Failed
            }
            Some(_) if item.get("missing").is_some() => {
                Disposition::NotListable { reason: Code::WikidataMissing }
            }
            Some(id) => disposition(id, &item, context.as_of, &mut findings),
        };
        Decoded { external_id, disposition, findings, raw: item, personal: Vec::new() }
    }
}

/// The items of the licences that an entity states, those that it once had included.
pub fn licences_of(entity: &Value) -> BTreeSet<String> {
    let statements = stated(entity, LICENCE).into_iter();
    statements.filter_map(|statement| statement.item().map(str::to_owned)).collect()
}

/// What is kept of the item of a licence: its identifiers at SPDX.
pub fn licence(entity: &Value) -> Vec<String> {
    let statements = best(entity, SPDX, None).into_iter();
    statements.filter_map(|statement| statement.text().map(clean_line)).collect()
}

/// The entry for the item that was asked for as `id`, with the licences that it names.
pub fn compose(id: &str, entity: &Value, licences: &BTreeMap<String, Vec<String>>) -> Value {
    let mut entry = Map::new();
    entry.insert("id".to_owned(), json!(id));
    if entity.get("missing").is_some() {
        entry.insert("missing".to_owned(), json!(true));
        return Value::Object(entry);
    }
    if let Some(target) = entity.get("id").and_then(Value::as_str).filter(|target| *target != id) {
        entry.insert("redirectsTo".to_owned(), json!(target));
    }
    for key in ["labels", "descriptions"] {
        let texts: Map<String, Value> = entity
            .get(key)
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .filter_map(|(lang, text)| Some((lang.clone(), text.get("value")?.clone())))
            .collect();
        entry.insert(key.to_owned(), Value::Object(texts));
    }
    let properties = [LICENCE, REPOSITORY, HOMEPAGE].into_iter();
    let properties = properties.chain(REGISTERS.iter().map(|(property, _)| *property));
    let claims: Map<String, Value> = properties
        .filter_map(|property| Some((property.to_owned(), statements::kept(entity, property)?)))
        .collect();
    entry.insert("claims".to_owned(), Value::Object(claims));
    let spdx: Map<String, Value> = licences_of(entity)
        .into_iter()
        .filter_map(|item| Some((item.clone(), json!(licences.get(&item)?))))
        .collect();
    entry.insert("spdx".to_owned(), Value::Object(spdx));
    Value::Object(entry)
}

fn disposition(
    id: &str,
    item: &Value,
    as_of: Option<NaiveDate>,
    findings: &mut Vec<Finding>,
) -> Disposition {
    if let Some(target) = item.get("redirectsTo").and_then(Value::as_str) {
        let message = format!("{id} has been merged into {target}: expected {target}");
        findings.push(Finding::new(Code::WikidataRedirect, "id", message));
    }
    let name = texts(item, "labels", findings);
    if name.is_empty() {
        let message = "the item has no label in any language that is asked for";
        findings.push(Finding::new(Code::NameMissing, "labels", message));
        return Disposition::Failed;
    }
    let mut content = Content {
        name,
        summary: texts(item, "descriptions", findings),
        licences: licences(item, as_of, findings),
        identifiers: identifiers(id, item, as_of),
        ..Content::default()
    };
    let repositories = addresses(best(item, REPOSITORY, as_of), findings);
    let homepage = homepage(best(item, HOMEPAGE, as_of), findings);
    place(repositories, homepage, &mut content, findings);
    Disposition::Listed(Box::new(content))
}

/// Labels or descriptions. `mul` is Wikidata's word for a label that holds in every language.
fn texts(item: &Value, key: &str, findings: &mut Vec<Finding>) -> LocalizedText {
    let mut texts = LocalizedText::default();
    for (tag, text) in item.get(key).and_then(Value::as_object).into_iter().flatten() {
        let Some(text) = text.as_str() else { continue };
        let lang = if tag == "mul" { Some(Lang::unknown()) } else { Lang::parse(tag) };
        match lang {
            Some(lang) => texts.insert(lang, &clean_line(text)),
            None => {
                let message = format!("{:?} is no language tag: expected one", shorten(tag));
                findings.push(Finding::new(Code::InvalidLanguage, key, message));
            }
        }
    }
    texts
}

/// One statement a licence. Our own table of items is asked first, for it has been reviewed; then
/// what the licence's item says, if that is one licence.
fn licences(
    item: &Value,
    as_of: Option<NaiveDate>,
    findings: &mut Vec<Finding>,
) -> Vec<LicenceStatement> {
    let mut statements: Vec<LicenceStatement> = Vec::new();
    for stated in best(item, LICENCE, as_of) {
        let Some(id) = stated.item() else {
            // "Some value": a licence of which the item does not know the name.
            statements.push(unreadable(&Value::from("unknown value"), LicenceSlot::Asserted));
            continue;
        };
        if stated.has(OF_PART) {
            let message = format!("the licence {id} holds for a part only, and is left out");
            findings.push(Finding::new(Code::LicenceOfPart, stated.path, message));
            continue;
        }
        let by_table = normalise(id, Context::Wikidata).outcome;
        let (raw, context) = match spdx(item, id) {
            Some(spdx) if !matches!(by_table, Outcome::Expression { .. }) => (spdx, Context::Spdx),
            _ => (id.to_owned(), Context::Wikidata),
        };
        let made = statement(&raw, LicenceSlot::Asserted, context, &stated.path, findings);
        statements.extend(made.filter(|made| !statements.contains(made)));
    }
    statements
}

/// The one identifier at SPDX that the item of a licence has. A family of licences has several.
fn spdx(item: &Value, licence: &str) -> Option<String> {
    let ids = item.get("spdx")?.get(licence)?.as_array()?;
    match ids.as_slice() {
        [one] => one.as_str().map(str::to_owned),
        _ => None,
    }
}

fn addresses(statements: Vec<Statement<'_>>, findings: &mut Vec<Finding>) -> Vec<(WebUrl, String)> {
    statements.into_iter().filter_map(|stated| address(&stated, findings)).collect()
}

fn address(stated: &Statement<'_>, findings: &mut Vec<Finding>) -> Option<(WebUrl, String)> {
    let text = stated.text()?;
    let url = web_address(text, "", &stated.path, findings)?;
    Some((url, stated.path.clone()))
}

/// The home page: one without a language or in English, else the first.
fn homepage(mut pages: Vec<Statement<'_>>, findings: &mut Vec<Finding>) -> Option<WebUrl> {
    pages.sort_by_key(|page| match page.qualifying_items(LANGUAGE).as_slice() {
        [] => 0,
        languages if languages.contains(&ENGLISH) => 1,
        _ => 2,
    });
    pages.iter().find_map(|page| address(page, findings)).map(|(url, _)| url)
}

/// The item itself, by which the entry joins those that name it, and its ids in registers.
fn identifiers(id: &str, item: &Value, as_of: Option<NaiveDate>) -> BTreeSet<Identifier> {
    let mut identifiers: BTreeSet<Identifier> =
        [Identifier { scheme: "wikidata".to_owned(), value: id.to_owned() }].into();
    for (property, scheme) in REGISTERS {
        for stated in best(item, property, as_of) {
            let value = stated.text().map(clean_line).filter(|value| !value.is_empty());
            let scheme = (*scheme).to_owned();
            identifiers.extend(value.map(|value| Identifier { scheme, value }));
        }
    }
    identifiers
}
