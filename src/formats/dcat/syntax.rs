//! From bytes to triples: which syntax it is, the bounds, and the parsers.
//!
//! A description may go on anywhere in a document, so a document that breaks off describes nothing
//! reliably: it is refused as a whole, and what was known of its entries stays.

use std::io::{self, Cursor, Read};

use oxjsonld::{JsonLdParseError, JsonLdParser, JsonLdRemoteDocument};
use oxrdf::{NamedOrBlankNode, Term, Triple};
use oxrdfxml::{RdfXmlParseError, RdfXmlParser};
use oxttl::{TriGParser, TurtleParseError};

use super::graph::{Builder, Graph};
use super::{json_ld, turtle, xml};
use crate::formats::json::SplitError;
use crate::formats::{Finding, Place, Position};

/// The largest document in Turtle, TriG and N-Triples.
const MOST_BYTES: u64 = 64 * 1024 * 1024;
/// The largest document in RDF/XML and JSON-LD, whose parsers do more for each byte.
const MOST_BYTES_OF_TREES: usize = 32 * 1024 * 1024;
/// The most triples of one document.
const MOST_TRIPLES: usize = 500_000;
/// The longest IRI. A short name stands for a long one, so a document can hold more than its size.
const LONGEST_IRI: usize = 4096;
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

/// The triples of a document that stands at `place`.
pub(super) fn read(document: &mut dyn Read, place: &Place<'_>) -> Result<Graph, Unreadable> {
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

fn trig(text: &str, place: &Place<'_>) -> Result<Graph, Unreadable> {
    if turtle::is_deep(text) {
        return Err(too_complex("brackets nested more deeply than is read"));
    }
    let parser = TriGParser::new().lenient();
    let parser = parser.clone().with_base_iri(place.address).unwrap_or(parser);
    let mut sink = Sink::default();
    for quad in parser.for_reader(Patient::new(text, place)) {
        let quad = quad.map_err(|error| match error {
            TurtleParseError::Io(error) => Unreadable::Split(error.into()),
            TurtleParseError::Syntax(error) => {
                let range = error.location();
                let is_end = range.end.offset >= text.len() as u64;
                let position = position(range.start.line, range.start.column);
                broken(Syntax::TriG, error.message(), Some(position), is_end)
            }
        })?;
        sink.add(Triple::new(quad.subject, quad.predicate, quad.object), place)?;
    }
    Ok(sink.builder.graph())
}

fn rdf_xml(text: &str, place: &Place<'_>) -> Result<Graph, Unreadable> {
    xml::check(text.as_bytes()).map_err(|refusal| match refusal {
        xml::Refusal::DocumentType => {
            let message = "the document has a document type (<!DOCTYPE …>), whose entities could \
                           make it grow without bound: expected RDF/XML without one";
            Unreadable::Refused(Finding::error("rdf-doctype", "", message))
        }
        xml::Refusal::Attributes => too_complex("more attributes in a tag than are read"),
        xml::Refusal::Depth => too_complex("elements nested more deeply than is read"),
        xml::Refusal::CutOff => broken(Syntax::RdfXml, "an element is not closed", None, true),
    })?;
    let parser = RdfXmlParser::new().lenient();
    let parser = parser.clone().with_base_iri(place.address).unwrap_or(parser);
    let mut sink = Sink::default();
    let mut parser = parser.for_reader(Patient::new(text, place));
    while let Some(triple) = parser.next() {
        let triple = triple.map_err(|error| match error {
            RdfXmlParseError::Io(error) => Unreadable::Split(error.into()),
            RdfXmlParseError::Syntax(error) => {
                let at = usize::try_from(parser.buffer_position()).unwrap_or(usize::MAX);
                let before = text.as_bytes().get(..at).unwrap_or_default();
                let lines = before.iter().filter(|byte| **byte == b'\n').count();
                broken(Syntax::RdfXml, &error.to_string(), Some(position(lines as u64, 0)), false)
            }
        })?;
        sink.add(triple, place)?;
    }
    Ok(sink.builder.graph())
}

fn json_ld(text: &str, place: &Place<'_>) -> Result<Graph, Unreadable> {
    json_ld::check(text.as_bytes()).map_err(|refusal| match refusal {
        json_ld::Refusal::UnknownContext(address) => {
            let address = crate::formats::fields::shorten(&address);
            let message = format!(
                "the document needs the context {address:?}, and addresses in documents are not \
                 fetched: expected the context in the document itself"
            );
            Unreadable::Refused(Finding::error("rdf-context-unknown", "@context", message))
        }
        json_ld::Refusal::TooComplex => too_complex("nesting or contexts beyond what is read"),
        json_ld::Refusal::Syntax(error) => {
            let at = |n: usize| n.saturating_sub(1) as u64;
            let position = position(at(error.line()), at(error.column()));
            broken(Syntax::JsonLd, &error.to_string(), Some(position), error.is_eof())
        }
    })?;
    let parser = JsonLdParser::new().lenient();
    let parser = parser.clone().with_base_iri(place.address).unwrap_or(parser);
    let parser =
        parser.for_reader(Patient::new(text, place)).with_load_document_callback(|address, _| {
            let context = json_ld::context(address).ok_or("the context is not known")?;
            let document = context.as_bytes().to_vec();
            Ok(JsonLdRemoteDocument { document, document_url: address.to_owned() })
        });
    let mut sink = Sink::default();
    for quad in parser {
        let quad = quad.map_err(|error| match error {
            JsonLdParseError::Io(error) => Unreadable::Split(error.into()),
            JsonLdParseError::Syntax(error) => {
                broken(Syntax::JsonLd, &error.to_string(), None, false)
            }
        })?;
        sink.add(Triple::new(quad.subject, quad.predicate, quad.object), place)?;
    }
    Ok(sink.builder.graph())
}

/// Where triples go, up to the bounds.
#[derive(Default)]
struct Sink {
    builder: Builder,
    triples: usize,
    text: usize,
}

impl Sink {
    fn add(&mut self, triple: Triple, place: &Place<'_>) -> Result<(), Unreadable> {
        self.triples += 1;
        if self.triples > MOST_TRIPLES {
            return Err(too_complex(&format!("more than {MOST_TRIPLES} statements")));
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
            return Err(too_complex("an IRI longer than is read"));
        }
        self.text += subject + object + text;
        if self.text > MOST_TEXT {
            return Err(too_complex("more text than is read"));
        }
        self.builder.add(triple);
        Ok(())
    }
}

/// A text as a parser reads it, piece by piece, until the reader's patience is over.
struct Patient<'a> {
    text: Cursor<&'a [u8]>,
    place: &'a Place<'a>,
}

impl<'a> Patient<'a> {
    fn new(text: &'a str, place: &'a Place<'a>) -> Self {
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

fn broken(syntax: Syntax, why: &str, at: Option<Position>, is_cut_off: bool) -> Unreadable {
    let name = syntax.name();
    let why = crate::formats::fields::shorten(why);
    let finding = if is_cut_off {
        let message = format!("the document ends in the middle: expected the whole {name} ({why})");
        Finding::error("listing-truncated", "", message)
    } else {
        Finding::error("listing-not-of-the-format", "", format!("not {name}: {why}"))
    };
    Unreadable::Refused(finding.at(at))
}

fn not_utf8(bytes: &[u8], at: usize) -> Unreadable {
    let before = bytes.get(..at).unwrap_or_default();
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let message = format!("line {line} is not UTF-8: expected a document in UTF-8");
    Unreadable::Refused(Finding::error("listing-not-of-the-format", "", message))
}

fn too_large(limit: usize) -> Unreadable {
    let message = format!("the document is larger than {limit} bytes: expected it in pages");
    Unreadable::Refused(Finding::error("listing-too-large", "", message))
}

pub(super) fn too_complex(what: &str) -> Unreadable {
    let message = format!("the document has {what}: expected a plainer one, or one in pages");
    Unreadable::Refused(Finding::error("rdf-too-complex", "", message))
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
