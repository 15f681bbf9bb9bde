//! What is checked of an RDF/XML document before the parser sees it.
//!
//! The parser, oxrdfxml, stands on quick-xml 0.37, for which two advisories are open: checking a
//! tag for repeated attributes takes quadratic time (RUSTSEC-2026-0194), and declarations of
//! namespaces are allocated without a bound (RUSTSEC-2026-0195). Both need a tag with very many
//! attributes, and both are closed here: such a tag is refused. So is a document type, whose
//! entities the parser would expand.

use std::ops::Range;

/// The most attributes of one tag. quick-xml itself, since its release without these faults, takes
/// no more declarations of namespaces in one.
const MOST_ATTRIBUTES: usize = 256;
/// The most attributes of a tag and of all tags around it: the parser looks a namespace up in all
/// that are declared around a name.
const MOST_ATTRIBUTES_AROUND: usize = 512;
/// The deepest nesting of elements.
const DEEPEST: usize = 64;

/// Why a document is refused.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    DocumentType,
    Attributes,
    Depth,
    /// The document ends inside an element: the parser does not mind.
    CutOff,
}

/// Refuses a document type, tags with too many attributes, deep nesting, and a document that ends
/// in the middle. Whether it is well-formed else is for the parser to say.
pub(super) fn check(document: &[u8]) -> Result<(), Refusal> {
    let mut open: Vec<usize> = Vec::new();
    let mut around = 0;
    let mut rest = document;
    while let Some(start) = rest.iter().position(|byte| *byte == b'<') {
        rest = rest.get(start..).unwrap_or_default();
        rest = if rest.starts_with(b"<!--") {
            after(rest, 4, b"-->")
        } else if rest.starts_with(b"<![CDATA[") {
            after(rest, 9, b"]]>")
        } else if rest.starts_with(b"<?") {
            after(rest, 2, b"?>")
        } else if rest.starts_with(b"<!") {
            return Err(Refusal::DocumentType);
        } else if rest.starts_with(b"</") {
            around -= open.pop().unwrap_or_default();
            after(rest, 2, b">")
        } else {
            let tag = Tag::of(rest);
            if tag.attributes > MOST_ATTRIBUTES {
                return Err(Refusal::Attributes);
            }
            if !tag.is_empty {
                around += tag.attributes;
                open.push(tag.attributes);
            }
            if around > MOST_ATTRIBUTES_AROUND {
                return Err(Refusal::Attributes);
            }
            if open.len() > DEEPEST {
                return Err(Refusal::Depth);
            }
            tag.rest
        };
    }
    if open.is_empty() { Ok(()) } else { Err(Refusal::CutOff) }
}

/// The innermost element around a place that says what it is about, and that address as written.
/// Without one the outermost element but the root.
pub(super) fn element_at(document: &str, place: usize) -> Option<(Range<usize>, Option<String>)> {
    let mut open: Vec<(usize, Option<String>)> = Vec::new();
    let mut wanted: Option<(usize, usize, Option<String>)> = None;
    let mut at = 0;
    while let Some(found) = document.get(at..)?.find('<') {
        let start = at + found;
        let text = document.get(start..)?;
        let bytes = text.as_bytes();
        let rest = if text.starts_with("<!--") {
            after(bytes, 4, b"-->")
        } else if text.starts_with("<![CDATA[") {
            after(bytes, 9, b"]]>")
        } else if text.starts_with("<?") {
            after(bytes, 2, b"?>")
        } else if text.starts_with("</") {
            after(bytes, 2, b">")
        } else {
            Tag::of(bytes).rest
        };
        let end = document.len() - rest.len();
        let is_tag = !text.starts_with("<!") && !text.starts_with("<?");
        let is_end = text.starts_with("</");
        let is_empty = is_tag && !is_end && document.get(..end)?.ends_with("/>");
        if is_tag && !is_end {
            open.push((start, about(document.get(start..end)?)));
        }
        if wanted.is_none() && end >= place {
            let told = open.iter().rposition(|(_, about)| about.is_some());
            let index = told.or((open.len() > 1).then_some(1))?;
            let (start, about) = open.get(index)?.clone();
            wanted = Some((index, start, about));
        }
        if is_end || is_empty {
            open.pop();
        }
        if let Some((index, start, about)) = &wanted
            && open.len() <= *index
        {
            return Some((*start..end, about.clone()));
        }
        at = end;
    }
    None
}

/// What a tag says in its attribute `rdf:about`.
fn about(tag: &str) -> Option<String> {
    let (_, rest) = tag.split_once("rdf:about")?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let mark = rest.chars().next().filter(|mark| matches!(mark, '"' | '\''))?;
    let (value, _) = rest.get(1..)?.split_once(mark)?;
    Some(value.replace("&amp;", "&"))
}

/// What follows the first `end` at or after `from`; nothing where there is none.
fn after<'a>(text: &'a [u8], from: usize, end: &[u8]) -> &'a [u8] {
    let text = text.get(from..).unwrap_or_default();
    let at = text.windows(end.len()).position(|window| window == end);
    at.and_then(|at| text.get(at + end.len()..)).unwrap_or_default()
}

/// A start tag. Whatever looks like an attribute counts: only their number matters.
struct Tag<'a> {
    attributes: usize,
    is_empty: bool,
    rest: &'a [u8],
}

impl<'a> Tag<'a> {
    fn of(text: &'a [u8]) -> Self {
        let (mut quote, mut quoted, mut equals) = (None, 0, 0);
        for (at, byte) in text.iter().enumerate() {
            match (quote, byte) {
                (Some(mark), byte) if mark == *byte => quote = None,
                (Some(_), _) => {}
                (None, b'"' | b'\'') => {
                    quote = Some(*byte);
                    quoted += 1;
                }
                (None, b'=') => equals += 1,
                (None, b'>') => {
                    let is_empty = at > 0 && text.get(at - 1) == Some(&b'/');
                    let rest = text.get(at + 1..).unwrap_or_default();
                    return Self { attributes: quoted.max(equals), is_empty, rest };
                }
                (None, _) => {}
            }
        }
        Self { attributes: quoted.max(equals), is_empty: false, rest: &[] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_would_harm_the_parser_is_refused() {
        let many = |n: usize| -> String { (0..n).map(|i| format!(" xmlns:a{i}='b'")).collect() };
        let check = |document: &str, expected: Result<(), Refusal>| {
            let shown: String = document.chars().take(60).collect();
            assert_eq!(check(document.as_bytes()), expected, "{shown}");
        };
        check("<?xml version='1.0'?><a b='1'><c/></a>", Ok(()));
        check("<!DOCTYPE rdf:RDF [<!ENTITY x 'y'>]><a/>", Err(Refusal::DocumentType));
        check("<!doctype a><a/>", Err(Refusal::DocumentType));
        check("<a><!ENTITY x 'y'></a>", Err(Refusal::DocumentType));
        check("<!-- <!DOCTYPE a> --><a/>", Ok(()));
        check("<!--> <!DOCTYPE a> --><a/>", Ok(()));
        check("<!----><!DOCTYPE a><a/>", Err(Refusal::DocumentType));
        check("<?pi <!DOCTYPE a>?><a/>", Ok(()));
        check("<a><![CDATA[<!DOCTYPE html>]]></a>", Ok(()));
        check("<a b='<!DOCTYPE c>'/>", Ok(()));
        check("<a b='>'><!DOCTYPE c></a>", Err(Refusal::DocumentType));
        check(&format!("<a{}/>", many(256)), Ok(()));
        check(&format!("<a{}/>", many(257)), Err(Refusal::Attributes));
        check(&format!("<a{}", many(257)), Err(Refusal::Attributes));
        check(&format!("<a{}>", " a=b".repeat(257)), Err(Refusal::Attributes));
        check(&format!("<a{}>", many(250)).repeat(5), Err(Refusal::Attributes));
        check(&format!("<a{}></a>", many(250)).repeat(5), Ok(()));
        check(&format!("{}{}", "<a>".repeat(64), "</a>".repeat(64)), Ok(()));
        check(&"<a>".repeat(64), Err(Refusal::CutOff));
        check("<a><b>text</b>", Err(Refusal::CutOff));
        check("<a><b", Err(Refusal::CutOff));
        check(&"<a>".repeat(65), Err(Refusal::Depth));
        check(&"<a></a>".repeat(65), Ok(()));
        check(&"</a>".repeat(65), Ok(()));
        check("", Ok(()));
        check("<", Err(Refusal::CutOff));
        check("<!--", Ok(()));
    }

    #[test]
    fn an_element_is_found_around_a_place() {
        let entry = "<d rdf:about='x&amp;y'><t>X</t></d>";
        for document in [
            format!("<r>{entry}<d rdf:about='z'/></r>"),
            format!("<r><c rdf:about='c'><m>{entry}</m></c></r>"),
            format!("<r><!-- <d rdf:about='q'> --><d rdf:about='p'><t/></d>{entry}</r>"),
        ] {
            let place = document.find('X').expect("marked");
            let (range, about) = element_at(&document, place).expect("an element");
            assert_eq!(document.get(range), Some(entry), "{document}");
            assert_eq!(about.as_deref(), Some("x&y"));
        }
        assert_eq!(element_at("<r>X</r>", 3), None);
        let (range, about) = element_at("<r><d><t>X</t></d></r>", 9).expect("an element");
        assert_eq!((range, about), (3..18, None));
    }

    proptest! {
        #[test]
        fn any_bytes_are_looked_through(bytes in "[<>!/?'\"=a \\[\\]-]{0,200}") {
            let _ = check(bytes.as_bytes());
            let _ = element_at(&bytes, bytes.len() / 2);
        }
    }
}
