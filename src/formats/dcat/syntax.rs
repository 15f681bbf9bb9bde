//! From bytes to triples: which syntax it is, the bounds, and the parsers.
//!
//! A description may go on anywhere in a document, so a document that breaks off describes nothing
//! reliably: it is refused as a whole, and what was known of its entries stays. A statement in the
//! middle that cannot be read costs what it is about, and nothing else.

use std::borrow::Cow;
use std::io::{self, Cursor, Read};
use std::ops::Range;

use oxjsonld::{JsonLdParseError, JsonLdParser, JsonLdRemoteDocument};
use oxrdf::{NamedOrBlankNode, Term, Triple};
use oxrdfxml::{RdfXmlParseError, RdfXmlParser};
use oxttl::{TriGParser, TurtleParseError};

use super::graph::{Builder, Graph};
use super::{json_ld, turtle, xml};
use crate::formats::json::SplitError;
use crate::formats::{Code, DocumentContext, Finding, Position};

/// The largest document in Turtle, TriG and N-Triples.
const MOST_BYTES: u64 = 64 * 1024 * 1024;
/// The largest document in RDF/XML and JSON-LD, whose parsers do more for each byte.
const MOST_BYTES_OF_TREES: usize = 32 * 1024 * 1024;
/// The most triples of one document.
const MOST_TRIPLES: usize = 500_000;
/// The longest IRI. A short name stands for a long one, so a document can hold more than its size.
const LONGEST_IRI: usize = 4096;
/// Characters of a longer one that are kept to name it: more than an id may have.
const LONGEST_SHOWN: usize = 512;
/// The most parts of a document that may be unreadable: with more, it is as a whole.
const MOST_FLAWS: usize = 50;
/// The most bytes of text in a graph.
const MOST_TEXT: usize = 128 * 1024 * 1024;

/// The syntaxes that are told apart. Turtle and N-Triples are parts of TriG.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Syntax {
    RdfXml,
    JsonLd,
    TriG,
}

impl Syntax {
    fn name(self) -> &'static str {
        match self {
            Self::RdfXml => "RDF/XML",
            Self::JsonLd => "JSON-LD",
            Self::TriG => "Turtle, TriG or N-Triples",
        }
    }
}

/// Why there is no graph.
#[derive(Debug)]
pub(super) enum Unreadable {
    Split(SplitError),
    /// The document is refused; the finding says why.
    Refused(Finding),
}

/// A graph, and what of its document could not be read.
#[derive(Debug, Default)]
pub(super) struct Document {
    pub graph: Graph,
    pub flaws: Vec<Flaw>,
}

/// Something in a document that could not be read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Flaw {
    /// The address of the resource about which it is, where that can be told.
    pub about: Option<String>,
    pub position: Option<Position>,
    pub why: String,
    /// Whether the resource as a whole cannot be read, not only a value of it.
    pub is_whole: bool,
}

/// The triples of a document that stands at `place`.
pub(super) fn read(
    document: &mut dyn Read,
    place: &DocumentContext<'_>,
) -> Result<Document, Unreadable> {
    let mut bytes = Vec::new();
    let read = document.take(MOST_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(|error| Unreadable::Split(error.into()))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(too_large(MOST_BYTES as usize));
    }
    let text =
        std::str::from_utf8(&bytes).map_err(|error| not_utf8(&bytes, error.valid_up_to()))?;
    let text = text.trim_start_matches('\u{FEFF}');
    let syntax = sniff(text)?;
    if syntax != Syntax::TriG && text.len() > MOST_BYTES_OF_TREES {
        return Err(too_large(MOST_BYTES_OF_TREES));
    }
    match syntax {
        Syntax::RdfXml => rdf_xml(text, place),
        Syntax::JsonLd => json_ld(text, place),
        Syntax::TriG => trig(text, place),
    }
}

/// Tells the syntax by how the document begins. Media types are not asked: servers state wrong
/// ones, and files have none.
fn sniff(text: &str) -> Result<Syntax, Unreadable> {
    let text = text.trim_start();
    let second = text.get(1..).unwrap_or_default().trim_start();
    match text.chars().next() {
        None => Err(Unreadable::Split(SplitError::Truncated { line: 1, column: 0 })),
        Some('<') if is_html(text) => Err(Unreadable::Split(SplitError::Html)),
        Some('<') if is_xml(text) => Ok(Syntax::RdfXml),
        Some('{') if second.starts_with(['"', '}']) => Ok(Syntax::JsonLd),
        Some('[') if second.starts_with(['{', '[']) => Ok(Syntax::JsonLd),
        Some('[') if second.trim_end() == "]" => Ok(Syntax::JsonLd),
        Some(_) => Ok(Syntax::TriG),
    }
}

fn is_html(text: &str) -> bool {
    ["<!doctype html", "<html"]
        .iter()
        .any(|start| text.get(..start.len()).is_some_and(|found| found.eq_ignore_ascii_case(start)))
}

/// Whether a text that begins with `<` is XML: the name of its first tag is followed by attributes,
/// while white space cannot follow anything in `<http://example.org/>`.
fn is_xml(text: &str) -> bool {
    let rest = text.get(1..).unwrap_or_default();
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, ':' | '-' | '_' | '.');
    let after_name = rest.trim_start_matches(is_name);
    rest.starts_with(['?', '!'])
        || (after_name.len() < rest.len() && after_name.starts_with(char::is_whitespace))
}

/// Why a parser ended, and where.
struct Broken {
    refusal: Unreadable,
    why: String,
    offset: usize,
    position: Position,
}

/// How a parser ended: at the end, or somewhere else.
type Parsed<T> = Result<Result<T, Broken>, Unreadable>;

fn trig(text: &str, place: &DocumentContext<'_>) -> Result<Document, Unreadable> {
    if turtle::is_deep(text) {
        return Err(too_complex("brackets nested more deeply than is read"));
    }
    let mut text = turtle::with_plain_tags(text);
    let mut flaws = Vec::new();
    loop {
        let mut names = Prefixes::default();
        let broken = match parse_trig(&text, place, &mut names)? {
            Ok(sink) => return Ok(sink.document(&text, flaws)),
            Err(broken) => broken,
        };
        let statement = turtle::statement_at(&text, broken.offset);
        let Some((range, subject)) =
            statement.filter(|_| flaws.len() < MOST_FLAWS).and_then(|range| {
                let subject = turtle::subject(text.get(range.clone())?)?.to_owned();
                Some((range, subject))
            })
        else {
            return Err(broken.refusal);
        };
        let several = text.get(range.clone()).is_some_and(turtle::is_several);
        flaws.push(Flaw {
            about: names.address(&subject).filter(|_| !several),
            position: Some(broken.position),
            why: broken.why,
            is_whole: true,
        });
        text = Cow::Owned(without(&text, range));
    }
}

/// What short names and relative addresses mean where a parser stands.
#[derive(Default)]
struct Prefixes {
    base: Option<String>,
    prefixes: Vec<(String, String)>,
}

impl Prefixes {
    /// The address that a term is, such as `<a>` or `ex:a`.
    fn address(&self, term: &str) -> Option<String> {
        if let Some(iri) = term.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')) {
            return absolute(iri, self.base.as_deref());
        }
        let (prefix, local) = term.split_once(':')?;
        let (_, start) = self.prefixes.iter().find(|(known, _)| known == prefix)?;
        Some(format!("{start}{local}"))
    }
}

/// An address as it is, or beside `base`.
fn absolute(iri: &str, base: Option<&str>) -> Option<String> {
    match url::Url::parse(iri) {
        Ok(_) => Some(iri.to_owned()),
        Err(_) => Some(url::Url::parse(base?).ok()?.join(iri).ok()?.into()),
    }
}

/// A document with nothing in place of a part of it, on as many lines.
fn without(text: &str, range: Range<usize>) -> String {
    let (before, after) = (text.get(..range.start), text.get(range.end..));
    let blank = text.get(range).unwrap_or_default().bytes();
    let blank: String = blank.map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect();
    [before.unwrap_or_default(), &blank, after.unwrap_or_default()].concat()
}

fn parse_trig(text: &str, place: &DocumentContext<'_>, names: &mut Prefixes) -> Parsed<Sink> {
    let parser = TriGParser::new().lenient();
    let parser = parser.clone().with_base_iri(place.address).unwrap_or(parser);
    let mut sink = Sink::default();
    let mut parser = parser.for_reader(Patient::new(text, place));
    while let Some(quad) = parser.next() {
        match quad {
            Ok(quad) => {
                sink.add(Triple::new(quad.subject, quad.predicate, quad.object), place)?;
            }
            Err(TurtleParseError::Io(error)) => return Err(Unreadable::Split(error.into())),
            Err(TurtleParseError::Syntax(error)) => {
                let prefixes = parser.prefixes();
                names.prefixes = prefixes.map(|(a, b)| (a.to_owned(), b.to_owned())).collect();
                names.base = parser.base_iri().map(str::to_owned);
                let range = error.location();
                let is_end = range.end.offset >= text.len() as u64;
                let position = position(range.start.line, range.start.column);
                return Ok(Err(Broken {
                    refusal: broken(Syntax::TriG, error.message(), Some(position), is_end),
                    why: error.message().to_owned(),
                    offset: usize::try_from(range.start.offset).unwrap_or(usize::MAX),
                    position,
                }));
            }
        }
    }
    Ok(Ok(sink))
}

fn rdf_xml(text: &str, place: &DocumentContext<'_>) -> Result<Document, Unreadable> {
    xml::check(text.as_bytes()).map_err(|refusal| match refusal {
        xml::Refusal::DocumentType => {
            let message = "the document has a document type (<!DOCTYPE …>), whose entities could \
                           make it grow without bound: expected RDF/XML without one";
            Unreadable::Refused(Finding::new(Code::RdfDoctype, "", message))
        }
        xml::Refusal::Attributes => too_complex("more attributes in a tag than are read"),
        xml::Refusal::Depth => too_complex("elements nested more deeply than is read"),
        xml::Refusal::CutOff => broken(Syntax::RdfXml, "an element is not closed", None, true),
    })?;
    let mut text = Cow::Borrowed(text);
    let mut flaws = Vec::new();
    loop {
        let broken = match parse_rdf_xml(&text, place)? {
            Ok(sink) => return Ok(sink.document(&text, flaws)),
            Err(broken) => broken,
        };
        let element = xml::element_at(&text, broken.offset);
        let Some((range, about)) = element.filter(|_| flaws.len() < MOST_FLAWS) else {
            return Err(broken.refusal);
        };
        flaws.push(Flaw {
            about: about.and_then(|iri| absolute(&iri, Some(place.address))),
            position: Some(broken.position),
            why: broken.why,
            is_whole: true,
        });
        text = Cow::Owned(without(&text, range));
    }
}

fn parse_rdf_xml(text: &str, place: &DocumentContext<'_>) -> Parsed<Sink> {
    let parser = RdfXmlParser::new().lenient();
    let parser = parser.clone().with_base_iri(place.address).unwrap_or(parser);
    let mut sink = Sink::default();
    let mut parser = parser.for_reader(Patient::new(text, place));
    while let Some(triple) = parser.next() {
        match triple {
            Ok(triple) => sink.add(triple, place)?,
            Err(RdfXmlParseError::Io(error)) => return Err(Unreadable::Split(error.into())),
            Err(RdfXmlParseError::Syntax(error)) => {
                let offset = usize::try_from(parser.buffer_position()).unwrap_or(usize::MAX);
                let position = position_at(text, offset);
                let why = error.to_string();
                let refusal = broken(Syntax::RdfXml, &why, Some(position), false);
                return Ok(Err(Broken { refusal, why, offset, position }));
            }
        }
    }
    Ok(Ok(sink))
}

fn json_ld(text: &str, place: &DocumentContext<'_>) -> Result<Document, Unreadable> {
    json_ld::check(text.as_bytes()).map_err(|refusal| match refusal {
        json_ld::Refusal::UnknownContext(address) => {
            let address = crate::catalogue::text::shorten(&address);
            let message = format!(
                "the document needs the context {address:?}, and addresses in documents are not \
                 fetched: expected the context in the document itself"
            );
            Unreadable::Refused(Finding::new(Code::RdfContextUnknown, "@context", message))
        }
        json_ld::Refusal::TooComplex => too_complex("nesting or contexts beyond what is read"),
        json_ld::Refusal::Syntax(error) => {
            let at = |n: usize| n.saturating_sub(1) as u64;
            let position = position(at(error.line()), at(error.column()));
            broken(Syntax::JsonLd, &error.to_string(), Some(position), error.is_eof())
        }
    })?;
    let why = match parse_json_ld(text, place)? {
        Ok(triples) => {
            let mut sink = Sink::default();
            triples.into_iter().try_for_each(|triple| sink.add(triple, place))?;
            return Ok(sink.document(text, Vec::new()));
        }
        Err(why) => why,
    };
    let refusal = || broken(Syntax::JsonLd, &why, None, false);
    let mut sink = Sink::default();
    let mut flaws = Vec::new();
    for part in json_ld::parted(text).ok_or_else(refusal)? {
        let id = json_ld::id(&part).map(str::to_owned);
        let triples = match parse_json_ld(&part.to_string(), place)? {
            Ok(triples) => triples,
            Err(why) => {
                let mended = parse_json_ld(&json_ld::mended(part).to_string(), place)?;
                if flaws.len() == MOST_FLAWS {
                    return Err(refusal());
                }
                flaws.push(Flaw {
                    about: id.as_deref().and_then(|id| absolute(id, Some(place.address))),
                    position: id.as_deref().and_then(|id| position_of_id(text, id)),
                    why,
                    is_whole: mended.is_err(),
                });
                mended.unwrap_or_default()
            }
        };
        triples.into_iter().try_for_each(|triple| sink.add(triple, place))?;
    }
    Ok(sink.document(text, flaws))
}

/// The triples of a document, or why there are none.
fn parse_json_ld(
    text: &str,
    place: &DocumentContext<'_>,
) -> Result<Result<Vec<Triple>, String>, Unreadable> {
    let parser = JsonLdParser::new().lenient();
    let parser = parser.clone().with_base_iri(place.address).unwrap_or(parser);
    let parser =
        parser.for_reader(Patient::new(text, place)).with_load_document_callback(|address, _| {
            let context = json_ld::context(address).ok_or("the context is not known")?;
            let document = context.as_bytes().to_vec();
            Ok(JsonLdRemoteDocument { document, document_url: address.to_owned() })
        });
    let mut triples = Vec::new();
    for quad in parser {
        match quad {
            Ok(quad) => triples.push(Triple::new(quad.subject, quad.predicate, quad.object)),
            Err(JsonLdParseError::Io(error)) => return Err(Unreadable::Split(error.into())),
            Err(JsonLdParseError::Syntax(error)) => return Ok(Err(error.to_string())),
        }
        if triples.len() > MOST_TRIPLES {
            return Err(too_many());
        }
    }
    Ok(Ok(triples))
}

/// Where triples go, up to the bounds.
#[derive(Default)]
struct Sink {
    builder: Builder,
    triples: usize,
    text: usize,
    /// Values that were left out: whose, and their beginnings.
    left_out: Vec<(Option<String>, String)>,
}

impl Sink {
    fn add(&mut self, triple: Triple, place: &DocumentContext<'_>) -> Result<(), Unreadable> {
        self.triples += 1;
        if self.triples > MOST_TRIPLES {
            return Err(too_many());
        }
        if (place.is_over)() {
            return Err(Unreadable::Split(over().into()));
        }
        let subject = match &triple.subject {
            NamedOrBlankNode::NamedNode(node) => node.as_str().len(),
            NamedOrBlankNode::BlankNode(_) => 0,
        };
        let (object, text) = match &triple.object {
            Term::NamedNode(node) => (node.as_str().len(), 0),
            Term::BlankNode(_) => (0, 0),
            Term::Literal(literal) => (literal.datatype().as_str().len(), literal.value().len()),
        };
        if [subject, triple.predicate.as_str().len(), object].iter().any(|n| *n > LONGEST_IRI) {
            return self.leave_out(&triple);
        }
        self.text += subject + object + text;
        if self.text > MOST_TEXT {
            return Err(too_complex("more text than is read"));
        }
        self.builder.add(triple);
        Ok(())
    }

    /// Passes over a statement with an IRI that is too long.
    fn leave_out(&mut self, triple: &Triple) -> Result<(), Unreadable> {
        if self.left_out.len() == MOST_FLAWS {
            return Err(too_complex("many IRIs longer than is read"));
        }
        let about = match &triple.subject {
            NamedOrBlankNode::NamedNode(node) => Some(node.as_str()),
            NamedOrBlankNode::BlankNode(_) => None,
        };
        let object = match &triple.object {
            Term::NamedNode(node) => node.as_str(),
            Term::Literal(literal) => literal.datatype().as_str(),
            Term::BlankNode(_) => "",
        };
        let parts = [object, triple.predicate.as_str(), about.unwrap_or_default()];
        let long = parts.into_iter().find(|part| part.len() > LONGEST_IRI).unwrap_or_default();
        let beginning = |text: &str| text.chars().take(LONGEST_SHOWN).collect();
        self.left_out.push((about.map(beginning), beginning(long)));
        Ok(())
    }

    /// The document `text`, of which these flaws are known.
    fn document(self, text: &str, mut flaws: Vec<Flaw>) -> Document {
        for (about, long) in self.left_out {
            let position = text.find(&long).map(|at| position_at(text, at));
            // A resource whose own address is too long is none that can be followed.
            let is_whole = about.as_ref() == Some(&long);
            let short = crate::catalogue::text::shorten(&long);
            let why = format!("{short:?} is longer than {LONGEST_IRI} bytes");
            flaws.push(Flaw { about, position, why, is_whole });
        }
        Document { graph: self.builder.graph(), flaws }
    }
}

/// A text as a parser reads it, piece by piece, until the reader's patience is over.
struct Patient<'a> {
    text: Cursor<&'a [u8]>,
    place: &'a DocumentContext<'a>,
}

impl<'a> Patient<'a> {
    fn new(text: &'a str, place: &'a DocumentContext<'a>) -> Self {
        Self { text: Cursor::new(text.as_bytes()), place }
    }
}

impl Read for Patient<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if (self.place.is_over)() {
            return Err(over());
        }
        self.text.read(buffer)
    }
}

fn over() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "the time for one document is over")
}

fn position(line: u64, column: u64) -> Position {
    let number = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
    Position { line: number(line).saturating_add(1), column: number(column).saturating_add(1) }
}

/// The line and column of a byte.
fn position_at(text: &str, offset: usize) -> Position {
    let before = text.as_bytes().get(..offset).unwrap_or(text.as_bytes());
    let lines = before.iter().filter(|byte| **byte == b'\n').count();
    let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let column = String::from_utf8_lossy(line).chars().count();
    position(lines as u64, column as u64)
}

/// Where a resource is described in JSON: where more follows its address than the end of a link.
fn position_of_id(text: &str, id: &str) -> Option<Position> {
    let quoted = serde_json::to_string(id).ok()?;
    let is_described = |at: &usize| {
        let after = text.get(at + quoted.len()..).unwrap_or_default();
        after.trim_start().starts_with(',')
    };
    let mut places = text.match_indices(&quoted).map(|(at, _)| at);
    let at = places.clone().find(is_described).or_else(|| places.next())?;
    Some(position_at(text, at))
}

fn too_many() -> Unreadable {
    too_complex(&format!("more than {MOST_TRIPLES} statements"))
}

fn broken(syntax: Syntax, why: &str, at: Option<Position>, is_cut_off: bool) -> Unreadable {
    let name = syntax.name();
    let why = crate::catalogue::text::shorten(why);
    let finding = if is_cut_off {
        let message = format!("the document ends in the middle: expected the whole {name} ({why})");
        Finding::new(Code::ListingTruncated, "", message)
    } else {
        Finding::new(Code::ListingNotOfTheFormat, "", format!("not {name}: {why}"))
    };
    Unreadable::Refused(finding.at(at))
}

fn not_utf8(bytes: &[u8], at: usize) -> Unreadable {
    let before = bytes.get(..at).unwrap_or_default();
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let message = format!("line {line} is not UTF-8: expected a document in UTF-8");
    Unreadable::Refused(Finding::new(Code::ListingNotOfTheFormat, "", message))
}

fn too_large(limit: usize) -> Unreadable {
    let message = format!("the document is larger than {limit} bytes: expected it in pages");
    Unreadable::Refused(Finding::new(Code::ListingTooLarge, "", message))
}

pub(super) fn too_complex(what: &str) -> Unreadable {
    let message = format!("the document has {what}: expected a plainer one, or one in pages");
    Unreadable::Refused(Finding::new(Code::RdfTooComplex, "", message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_tells_the_syntax() {
        for (text, expected) in [
            ("<?xml version='1.0'?><rdf:RDF/>", "RDF/XML"),
            ("  <rdf:RDF xmlns:rdf='x'>", "RDF/XML"),
            ("<!-- a catalogue --><rdf:RDF/>", "RDF/XML"),
            ("<!DOCTYPE rdf:RDF [ ]>", "RDF/XML"),
            ("<http://example.org/a> a <b> .", "Turtle, TriG or N-Triples"),
            ("<urn:a> <b> <c> .", "Turtle, TriG or N-Triples"),
            ("<a> a <b> .", "Turtle, TriG or N-Triples"),
            ("<> a <b> .", "Turtle, TriG or N-Triples"),
            ("@prefix a: <b> .", "Turtle, TriG or N-Triples"),
            ("PREFIX a: <b>", "Turtle, TriG or N-Triples"),
            ("# a comment", "Turtle, TriG or N-Triples"),
            ("[] a <b> .", "Turtle, TriG or N-Triples"),
            ("[ a <b> ] .", "Turtle, TriG or N-Triples"),
            ("{ <a> <b> <c> }", "Turtle, TriG or N-Triples"),
            ("{ \"@id\": 1}", "JSON-LD"),
            ("{}", "JSON-LD"),
            ("[]", "JSON-LD"),
            ("[ {", "JSON-LD"),
            ("<!DOCTYPE html><html>", "a page"),
            ("<html lang='en'>", "a page"),
            (" ", "nothing"),
        ] {
            let found = match sniff(text) {
                Ok(syntax) => syntax.name(),
                Err(Unreadable::Split(SplitError::Html)) => "a page",
                Err(_) => "nothing",
            };
            assert_eq!(found, expected, "{text}");
        }
    }
}
