//! The wire and file formats that catalogues speak. One module a format, pure.
//!
//! A format splits a document into *items* and decodes each item on its own. Content never makes
//! it fail: it returns what it could read, and [`Finding`]s about the rest, addressed to the
//! source's owner. Only a document that is not of the format at all is an error of the listing.

pub mod catalogi;
pub mod code_json;
pub mod codemeta;
pub mod comptoir;
pub mod dcat;
pub mod directories;
pub mod dpg;
pub mod fields;
mod finding;
pub mod identity;
pub mod json;
pub mod licence_field;
pub mod ore;
pub mod personal;
pub mod places;
pub mod prose;
pub mod publiccode;
pub mod recognise;
pub mod registers;
pub mod repository;
pub mod software_catalog_api;
pub mod starter;
pub mod wikidata;
pub mod yaml;

use std::io::Read;
use std::ops::ControlFlow;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::catalogue::content::Content;
pub use finding::{
    About, Advice, Code, Explained, Finding, Position, Severity, UnknownCode, explained,
};
use json::SplitError;
use personal::PersonalDatum;
use recognise::Kind;

/// The version of the decoders. Raise it when the content of an unchanged item can change:
/// records are then re-evaluated from their stored raw item.
pub const RULES_VERSION: u32 = 4;

/// What the decoder may know about the source beside the item itself.
#[derive(Debug, Clone, Default)]
pub struct SourceContext {
    /// The source's id, such as `fr-sill`.
    pub source: String,
    /// The address of the listing, without a trailing slash: the base of relative links.
    pub base_url: String,
    /// ISO 3166-1 alpha-2 code of the source's country, upper case; `None` for a body.
    pub country: Option<String>,
    /// The name of the government body or organisation that runs the source.
    pub operator: String,
    /// The source's settings, such as which key of a list holds what.
    pub options: serde_json::Map<String, Value>,
    /// The day of the run, by which it is told whether something has ended. Without one, whatever
    /// has an end has ended.
    pub as_of: Option<NaiveDate>,
}

/// A dialect whose listings are documents with items in them. One value per dialect, without
/// state; connectors hold the paging, formats the meaning.
pub trait ItemFormat: Send + Sync {
    /// What its documents are, and what their entries have.
    fn kind(&self) -> Kind;

    /// What its documents are, in one word for a server's owner.
    fn expected(&self) -> &'static str {
        "JSON"
    }

    /// The `Accept` header by which its documents are asked for; none where this is empty.
    fn accept(&self) -> &'static str {
        ""
    }

    /// Reads one document as a stream and hands each item to `emit` in order, until the end or
    /// until `emit` breaks. Memory is bounded by the largest item.
    ///
    /// # Errors
    /// [`SplitError`] where the document is not of this format or ends too early; the items
    /// before that place have been handed over.
    fn split(
        &self,
        document: &mut dyn Read,
        emit: &mut dyn FnMut(Value) -> ControlFlow<()>,
    ) -> Result<Envelope, SplitError>;

    /// As [`ItemFormat::split`], told where the document stands: for formats whose links are
    /// relative to it, and whose parsers need a bound in time.
    ///
    /// # Errors
    /// As [`ItemFormat::split`].
    fn split_at(
        &self,
        document: &mut dyn Read,
        _place: &DocumentContext<'_>,
        emit: &mut dyn FnMut(Value) -> ControlFlow<()>,
    ) -> Result<Envelope, SplitError> {
        self.split(document, emit)
    }

    /// Decodes one item. Never fails: see [`Disposition::Failed`].
    fn decode(&self, item: Value, context: &SourceContext) -> Decoded;

    /// Decodes one item, without the e-mail addresses and telephone numbers that stand in the
    /// middle of its texts, and makes its texts readable: both are the same in all formats. Contacts
    /// in fields of their own are cut by the format before.
    fn understand(&self, item: Value, context: &SourceContext) -> Decoded {
        let mut decoded = self.decode(item, context);
        let found = personal::cut_contacts(&mut decoded.raw);
        if found.is_empty() {
            return readable(decoded);
        }
        // What was made of the item may hold them too.
        let mut again = self.decode(decoded.raw, context);
        again.personal = decoded.personal.into_iter().chain(found).chain(again.personal).collect();
        readable(again)
    }

    /// Whether every item says by itself which it is and what becomes of it: whatever else its
    /// document holds, and whatever the day. An item that is what it was is then not decoded again.
    fn stands_alone(&self) -> bool {
        false
    }

    /// For formats without ids whose entries are known by what no other entry of the document
    /// has: what names an item, as it was received or as it is stored. Documents of such a format
    /// are looked through before they are read.
    fn names(&self) -> Option<fn(&Value) -> Option<ItemNames>> {
        None
    }
}

fn readable(decoded: Decoded) -> Decoded {
    match decoded.disposition {
        Disposition::Listed(content) => {
            let disposition = Disposition::Listed(Box::new(content.readable()));
            Decoded { disposition, ..decoded }
        }
        _ => decoded,
    }
}

/// Where a document stands, and how long its reader waits.
#[derive(Clone, Copy)]
pub struct DocumentContext<'a> {
    /// The address of the document, the base of its relative links; empty where it has none.
    pub address: &'a str,
    /// Whether the time for the document is over: asked now and then while it is parsed.
    pub is_over: &'a dyn Fn() -> bool,
}

impl DocumentContext<'_> {
    /// No place in particular, and all the time that it takes.
    pub const NOWHERE: DocumentContext<'static> =
        DocumentContext { address: "", is_over: &|| false };
}

/// What a document says beside its items.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Envelope {
    /// Items handed over.
    pub items: u64,
    /// The number of entries that the document itself declares, where it declares one.
    pub declared: Option<u64>,
    /// The link to the next page, as written.
    pub next: Option<String>,
    /// What was wrong with the document as a whole.
    pub findings: Vec<Finding>,
    /// Items that are too large to be read; they count among `items`.
    pub too_large: Vec<TooLarge>,
}

/// An item that is too large to be read.
#[derive(Debug, Clone, PartialEq)]
pub struct TooLarge {
    /// What little is read of it: its short scalars, for its identity is among them.
    pub outline: Value,
    /// How large it is, and how large it may be.
    pub message: String,
}

/// One decoded item.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded {
    /// Who the item is at its source. `None`: no identity can be had, so the item fails.
    pub external_id: Option<ExternalId>,
    /// What the item asks for.
    pub disposition: Disposition,
    /// What was wrong with it.
    pub findings: Vec<Finding>,
    /// The item as it is stored: the raw item with persons' data replaced by references.
    pub raw: Value,
    /// The persons' data that were cut out.
    pub personal: Vec<PersonalDatum>,
}

/// The identity of an item at its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExternalId {
    /// The source gives its entries ids.
    Given(String),
    /// The format has no ids: derived from stable content. `qualified` adds the rest of the
    /// content, for the second of two different items that would get the same id.
    Derived { id: String, qualified: String },
    /// The format has no ids, and several entries may share what names one of them.
    Ranked(ItemNames),
}

/// What names an entry of a format without ids. Each is a digest of something that the entry says
/// of itself, so that it depends on neither the order of a document nor on its other entries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ItemNames {
    /// What may be its id, the most lasting first: it is the first that no other entry of the
    /// document has, else the last.
    pub ids: Vec<String>,
    /// What names it beside that: by these and by `ids` an entry is known again whose id changed.
    pub others: Vec<String>,
}

impl ItemNames {
    /// The id, where nothing is known of other entries.
    pub fn first(self) -> Option<String> {
        self.ids.into_iter().next()
    }
}

/// What an item asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Disposition {
    /// It lists the software.
    Listed(Box<Content>),
    /// The source says that it no longer lists it.
    Withdrawn(Withdrawal),
    /// It is not for the catalogue: the reason is the code of the finding that tells it, such as `not-open-source`.
    /// Where the record was active, this withdraws it.
    NotListable { reason: Code },
    /// Nothing usable could be read; the findings say why.
    Failed,
}

/// A source's explicit withdrawal of an entry.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawal {
    /// The source's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The source's date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<NaiveDate>,
    /// The last version that the source recommended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_version: Option<String>,
}
