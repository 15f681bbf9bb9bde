//! Catalogues in RDF: ADMS-AP and ADMS.SW, DCAT-AP, DOAP and schema.org, as Turtle, TriG,
//! N-Triples, RDF/XML and JSON-LD.
//!
//! RDF is a graph, not a list. An item is the description of one entry with all that belongs to
//! it, made by [`describe`]; which resources are entries is said in [`resources`]. Only software is
//! listed: see [`entry::is_software`] and the option `all_are_software`.

mod authority;
mod describe;
mod entry;
mod flaws;
mod graph;
mod hydra;
mod json_ld;
mod licence;
mod names;
mod node;
mod persons;
mod resources;
mod syntax;
mod turtle;
mod xml;

use std::io::Read;
use std::ops::ControlFlow;

use serde::Deserialize;
use serde_json::{Value, json};

use self::describe::{Describer, SHORTENED};
use self::flaws::{Flawed, LEFT_OUT, UNREADABLE};
use self::node::Node;
use self::resources::Entries;
use self::syntax::{Document, Unreadable};
use super::json::{SplitError, canonical};
use super::recognise::Kind;
use super::{
    Code, Decoded, Disposition, DocumentContext, Envelope, ExternalId, Finding, ItemFormat,
    SourceContext, Withdrawal,
};
use crate::digest::sha256_hex;
use crate::formats::Severity;

/// The options of a source in RDF.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// The catalogue lists nothing but software, without saying so of each entry.
    pub all_are_software: bool,
}

/// Letters of a derived id, and of the digest that qualifies it.
const ID_LETTERS: usize = 16;
const QUALIFIER_LETTERS: usize = 8;

/// Catalogues in RDF.
#[derive(Debug, Clone, Copy, Default)]
pub struct Dcat;

impl ItemFormat for Dcat {
    fn kind(&self) -> Kind {
        Kind::Dcat
    }

    fn expected(&self) -> &'static str {
        "RDF"
    }

    fn accept(&self) -> &'static str {
        "text/turtle, application/trig, application/n-triples, application/ld+json;q=0.9, \
         application/rdf+xml;q=0.8, */*;q=0.1"
    }

    fn split(
        &self,
        document: &mut dyn Read,
        emit: &mut dyn FnMut(Value) -> ControlFlow<()>,
    ) -> Result<Envelope, SplitError> {
        self.split_at(document, &DocumentContext::NOWHERE, emit)
    }

    fn split_at(
        &self,
        document: &mut dyn Read,
        place: &DocumentContext<'_>,
        emit: &mut dyn FnMut(Value) -> ControlFlow<()>,
    ) -> Result<Envelope, SplitError> {
        match read(document, place, emit) {
            Ok(envelope) => Ok(envelope),
            Err(Unreadable::Split(error)) => Err(error),
            // A finding that is an error says that the document cannot be used.
            Err(Unreadable::Refused(finding)) => {
                Ok(Envelope { findings: vec![finding], ..Envelope::default() })
            }
        }
    }

    fn decode(&self, mut item: Value, context: &SourceContext) -> Decoded {
        let personal = persons::cut(&mut item);
        let mut findings = Vec::new();
        let (external_id, disposition) = disposition(&item, context, &mut findings);
        Decoded { external_id, disposition, findings, raw: item, personal }
    }
}

fn read(
    document: &mut dyn Read,
    place: &DocumentContext<'_>,
    emit: &mut dyn FnMut(Value) -> ControlFlow<()>,
) -> Result<Envelope, Unreadable> {
    let Document { graph, flaws } = syntax::read(document, place)?;
    let entries = Entries::of(&graph);
    let flawed = Flawed::of(flaws, &entries);
    if entries.all.is_empty() && !entries.has_list && !flawed.is_known() {
        let message = "the document holds neither a catalogue nor an entry of one: expected DCAT, \
                       ADMS, DOAP or schema.org";
        let finding = Finding::new(Code::ListingNotOfTheFormat, "", message);
        return Err(Unreadable::Refused(finding));
    }
    let paging = hydra::paging(&graph).map_err(Unreadable::Refused)?;
    let mut describer = Describer::new(&graph, &entries);
    let repeats = || syntax::too_complex("descriptions that repeat too much");
    let findings = flawed.findings;
    let mut items = 0;
    let mut blank = Vec::new();
    for (iri, flaws) in &flawed.whole {
        items += 1;
        if emit(json!({"@id": iri, UNREADABLE: flaws})).is_break() {
            return Ok(Envelope { items, findings, ..Envelope::default() });
        }
    }
    for entry in &entries.own {
        if entry.iri().is_some_and(|iri| flawed.whole.contains_key(iri)) {
            continue;
        }
        let mut item = describer.item(entry).ok_or_else(repeats)?;
        if let Some(flaws) = entry.iri().and_then(|iri| flawed.partly.get(iri))
            && let Some(item) = item.as_object_mut()
        {
            item.insert(LEFT_OUT.to_owned(), json!(flaws));
        }
        if entry.iri().is_none() {
            blank.push(item);
            continue;
        }
        items += 1;
        if emit(item).is_break() {
            return Ok(Envelope { items, findings, ..Envelope::default() });
        }
    }
    // The labels of blank resources differ from one reading to the next; their order must not.
    blank.sort_by_cached_key(canonical);
    for item in blank {
        items += 1;
        if emit(item).is_break() {
            break;
        }
    }
    // A number that counts versions as entries cannot be held against the list.
    let declared = paging.total.filter(|_| entries.versions.is_empty());
    Ok(Envelope { items, declared, next: paging.next, findings, ..Envelope::default() })
}

fn disposition(
    item: &Value,
    context: &SourceContext,
    findings: &mut Vec<Finding>,
) -> (Option<ExternalId>, Disposition) {
    let Some(entry) = Node::of(item) else {
        let message = "the item is no description: expected an object";
        findings.push(Finding::new(Code::WrongType, "", message).severity(Severity::Error));
        return (None, Disposition::Failed);
    };
    let Some(id) = external_id(&entry, item) else {
        let message = "the entry has neither an address nor an identifier nor a title";
        findings.push(Finding::new(Code::ItemWithoutId, "@id", message));
        return (None, Disposition::Failed);
    };
    if let Some(flaws) = item.get(UNREADABLE) {
        findings.extend(flaws::told(flaws, Code::EntryUnreadable));
        return (Some(id), Disposition::Failed);
    }
    let all_are_software = context.options.get("all_are_software") == Some(&Value::Bool(true));
    if !all_are_software && !entry::is_software(&entry) {
        return (Some(id), Disposition::NotListable { reason: Code::NotSoftware });
    }
    if entry::is_withdrawn(&entry) {
        return (Some(id), Disposition::Withdrawn(Withdrawal::default()));
    }
    if entry.has(SHORTENED) {
        let message = "the entry has more parts than are read: only what it says itself counts";
        findings.push(Finding::new(Code::RdfEntryTooLarge, "", message));
    }
    if let Some(flaws) = item.get(LEFT_OUT) {
        findings.extend(flaws::told(flaws, Code::RdfValueUnreadable));
    }
    if is_local(&entry) {
        let message = "the address of the entry is one that only its own machine reaches: expected \
                       one that lasts";
        findings.push(Finding::new(Code::RdfLocalAddress, "@id", message));
    }
    match entry::content(&entry, context, findings) {
        Some(content) => (Some(id), Disposition::Listed(Box::new(content))),
        None => (Some(id), Disposition::Failed),
    }
}

/// The address of the entry; without one, its identifier, or an id made of its names.
fn external_id(entry: &Node<'_>, item: &Value) -> Option<ExternalId> {
    let given = entry.iri().map(str::to_owned).or_else(|| entry.line(&["dct:identifier"]));
    if let Some(id) = given.map(|id| id.trim().to_owned()).filter(|id| !id.is_empty()) {
        return Some(ExternalId::Given(id));
    }
    let id = digest(&entry::naming(entry)?, ID_LETTERS);
    let qualified = format!("{id}-{}", digest(item, QUALIFIER_LETTERS));
    Some(ExternalId::Derived { id, qualified })
}

fn digest(value: &Value, letters: usize) -> String {
    sha256_hex(canonical(value).as_bytes()).chars().take(letters).collect()
}

/// Whether the address of an entry is one of its own machine, as tools with a default give.
fn is_local(entry: &Node<'_>) -> bool {
    let host = entry.iri().and_then(|iri| url::Url::parse(iri).ok());
    let host = host.as_ref().and_then(|url| url.host_str()).unwrap_or_default();
    host == "localhost" || host.starts_with("127.") || host == "[::1]"
}
