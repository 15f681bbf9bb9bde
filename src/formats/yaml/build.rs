//! From the parser's events to the tree, under the limits.

use std::collections::HashMap;
use std::ops::Range;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span};

use super::{
    Document, Kind, MAX_ALIASES, MAX_BYTES, MAX_DEPTH, MAX_NODES, MAX_TEXT_BYTES, Next, Node,
    Scalar, YamlError,
};
use crate::formats::Position;

/// Reads the first document of `text`, which must not start with a byte order mark (a mark would
/// belong to no value, so that no range could name it).
///
/// # Errors
/// [`YamlError`] where the text is not YAML or exceeds a limit.
pub fn parse(text: &str) -> Result<Document, YamlError> {
    if text.len() > MAX_BYTES {
        return Err(YamlError::TooLarge { bytes: text.len() });
    }
    let mut builder = Builder::new(text);
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| syntax(&error))?;
        match event {
            Event::DocumentStart(_) if builder.documents > 0 => {
                builder.next = Some(Next {
                    position: position(span.start),
                    offset: builder.offset(span.start.index()),
                });
                break;
            }
            Event::StreamEnd => break,
            _ => builder.take(event, span)?,
        }
    }
    Ok(Document { root: builder.root, next: builder.next })
}

struct Builder<'t> {
    text: &'t str,
    /// The byte offset of each character.
    offsets: Vec<usize>,
    /// The collections that are open, innermost last.
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    documents: usize,
    nodes: usize,
    text_bytes: usize,
    aliases: usize,
    /// The byte at which the previous event ended.
    previous_end: usize,
    root: Option<Node>,
    next: Option<Next>,
}

/// A collection of which the end has not been read.
struct Open {
    anchor: usize,
    start: Position,
    content: Content,
}

enum Content {
    Sequence(Vec<Node>),
    Mapping { entries: Vec<(Node, Node)>, key: Option<Node> },
}

impl<'t> Builder<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            offsets: text.char_indices().map(|(offset, _)| offset).collect(),
            open: Vec::new(),
            anchors: HashMap::new(),
            documents: 0,
            nodes: 0,
            text_bytes: 0,
            aliases: 0,
            previous_end: 0,
            root: None,
            next: None,
        }
    }

    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), YamlError> {
        let start = position(span.start);
        match event {
            Event::DocumentStart(_) => self.documents += 1,
            Event::SequenceStart(anchor, _) => {
                self.open(Open { anchor, start, content: Content::Sequence(Vec::new()) })?;
            }
            Event::MappingStart(anchor, _) => {
                let content = Content::Mapping { entries: Vec::new(), key: None };
                self.open(Open { anchor, start, content })?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close()?,
            Event::Scalar(text, style, anchor, tag) => {
                self.charge(1, text.len(), start)?;
                let range = self.scalar_range(span, style, anchor > 0 || tag.is_some());
                let plain = style == ScalarStyle::Plain;
                let scalar = Scalar { text: text.into_owned(), plain, range };
                self.finish(anchor, Node { kind: Kind::Scalar(scalar), start })?;
            }
            Event::Alias(anchor) => self.alias(anchor, span)?,
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
        self.previous_end = self.offset(span.end.index());
        Ok(())
    }

    fn open(&mut self, collection: Open) -> Result<(), YamlError> {
        self.charge(1, 0, collection.start)?;
        if self.open.len() >= MAX_DEPTH {
            return Err(YamlError::TooDeep { position: collection.start });
        }
        self.open.push(collection);
        Ok(())
    }

    fn close(&mut self) -> Result<(), YamlError> {
        let Some(Open { anchor, start, content }) = self.open.pop() else {
            return Ok(());
        };
        let kind = match content {
            Content::Sequence(items) => Kind::Sequence(items),
            Content::Mapping { entries, .. } => Kind::Mapping(entries),
        };
        self.finish(anchor, Node { kind, start })
    }

    /// Copies what the alias stands for. Its cost is checked first, so that nested aliases cannot
    /// grow faster than the limits.
    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), YamlError> {
        let start = position(span.start);
        self.aliases += 1;
        if self.aliases > MAX_ALIASES {
            return Err(YamlError::TooManyAliases { position: start });
        }
        let Some(target) = self.anchors.get(&anchor) else {
            return Err(YamlError::RecursiveAlias { position: start });
        };
        let cost = Cost::of(target);
        if self.open.len() + cost.height > MAX_DEPTH {
            return Err(YamlError::TooDeep { position: start });
        }
        let mut copy = target.clone();
        self.charge(cost.nodes, cost.text_bytes, start)?;
        if let Kind::Scalar(scalar) = &mut copy.kind {
            scalar.range = self.bytes(span);
            copy.start = start;
        }
        self.finish(0, copy)
    }

    fn charge(&mut self, nodes: usize, text_bytes: usize, at: Position) -> Result<(), YamlError> {
        self.nodes += nodes;
        self.text_bytes += text_bytes;
        if self.nodes > MAX_NODES || self.text_bytes > MAX_TEXT_BYTES {
            return Err(YamlError::TooMuch { position: at });
        }
        Ok(())
    }

    /// Hands a complete node to the collection in which it stands. An anchor keeps a copy, which
    /// costs as much again: anchors may nest.
    fn finish(&mut self, anchor: usize, node: Node) -> Result<(), YamlError> {
        if anchor > 0 {
            let cost = Cost::of(&node);
            self.charge(cost.nodes, cost.text_bytes, node.start)?;
            self.anchors.insert(anchor, node.clone());
        }
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.root = Some(node),
            Some(Content::Sequence(items)) => items.push(node),
            Some(Content::Mapping { entries, key }) => match key.take() {
                None => *key = Some(node),
                Some(key) => entries.push((key, node)),
            },
        }
        Ok(())
    }

    /// The parser's span of a scalar starts at its anchor or tag, where it has one. The span of a
    /// block scalar that has none starts at its content, behind the header.
    fn scalar_range(&self, span: Span, style: ScalarStyle, has_properties: bool) -> Range<usize> {
        let Range { start, end } = self.bytes(span);
        if has_properties {
            let written = self.text.get(start..end).unwrap_or_default();
            return end - after_properties(written).len()..end;
        }
        if !matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
            return start..end;
        }
        let before = self.text.get(self.previous_end..start).unwrap_or_default();
        header(before).map_or(start, |header| self.previous_end + header)..end
    }

    fn bytes(&self, span: Span) -> Range<usize> {
        let start = self.offset(span.start.index());
        start..self.offset(span.end.index()).max(start)
    }

    fn offset(&self, character: usize) -> usize {
        self.offsets.get(character).copied().unwrap_or(self.text.len())
    }
}

/// What a node costs: counted again for every alias to it.
struct Cost {
    nodes: usize,
    text_bytes: usize,
    /// The collections above its deepest value, itself included.
    height: usize,
}

impl Cost {
    fn of(node: &Node) -> Self {
        let below: Vec<Self> = match &node.kind {
            Kind::Scalar(scalar) => {
                return Self { nodes: 1, text_bytes: scalar.text.len(), height: 0 };
            }
            Kind::Sequence(items) => items.iter().map(Self::of).collect(),
            Kind::Mapping(entries) => {
                entries.iter().flat_map(|(key, value)| [Self::of(key), Self::of(value)]).collect()
            }
        };
        Self {
            nodes: 1 + below.iter().map(|cost| cost.nodes).sum::<usize>(),
            text_bytes: below.iter().map(|cost| cost.text_bytes).sum(),
            height: 1 + below.iter().map(|cost| cost.height).max().unwrap_or(0),
        }
    }
}

/// The text behind anchors, tags and the space and comments after them.
fn after_properties(written: &str) -> &str {
    let mut rest = written;
    while rest.starts_with(['&', '!']) {
        rest = rest.trim_start_matches(|c: char| !c.is_ascii_whitespace());
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace());
            if !rest.starts_with('#') {
                break;
            }
            rest = rest.trim_start_matches(|c: char| !matches!(c, '\n' | '\r'));
        }
    }
    rest
}

/// The offset of the header (`|`, `>-` …) of the block scalar that starts behind `before`: the
/// header is the last thing on the last line with content.
fn header(before: &str) -> Option<usize> {
    let content = before.trim_end_matches(|c: char| c.is_ascii_whitespace());
    let line = content.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let last = content.get(line..)?;
    last.match_indices(['|', '>'])
        .find(|(at, _)| last.get(*at..).is_some_and(is_header))
        .map(|(at, _)| line + at)
}

/// Whether a text starts with the header of a block scalar and nothing else on its line.
fn is_header(text: &str) -> bool {
    let Some(rest) = text.strip_prefix(['|', '>']) else {
        return false;
    };
    let rest = rest.trim_start_matches(|c: char| matches!(c, '+' | '-' | '1'..='9'));
    let line = rest.split(['\n', '\r']).next().unwrap_or_default();
    let space = line.trim_start_matches([' ', '\t']);
    space.is_empty() || (space.starts_with('#') && space.len() < line.len())
}

fn position(marker: Marker) -> Position {
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Position { line: number(marker.line()), column: number(marker.col() + 1) }
}

fn syntax(error: &ScanError) -> YamlError {
    YamlError::Syntax { message: error.info().to_owned(), position: position(*error.marker()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A short text for a tree: scalars as `text@line:column<what was written>`.
    fn show(text: &str, node: &Node) -> String {
        match &node.kind {
            Kind::Scalar(s) => {
                let written = text.get(s.range.clone()).expect("a range of the text");
                let Position { line, column } = node.start;
                format!(
                    "{:?}@{line}:{column}<{}>",
                    s.text,
                    written.replace('\r', "\\r").replace('\n', "\\n")
                )
            }
            Kind::Sequence(items) => {
                let items: Vec<String> = items.iter().map(|item| show(text, item)).collect();
                format!("[{}]", items.join(", "))
            }
            Kind::Mapping(entries) => {
                let entries: Vec<String> = entries
                    .iter()
                    .map(|(k, v)| {
                        let key = k.as_scalar().map_or("?", |s| s.text.as_str());
                        format!("{key}: {}", show(text, v))
                    })
                    .collect();
                format!("{{{}}}", entries.join(", "))
            }
        }
    }

    #[test]
    fn values_stay_as_written_and_know_their_place() {
        for (text, expected) in [
            ("v: 1.10", r#"{v: "1.10"@1:4<1.10>}"#),
            ("- NO\n- ~", r#"["NO"@1:3<NO>, "~"@2:3<~>]"#),
            ("a:\n  b: é x  # c", r#"{a: {b: "é x"@2:6<é x>}}"#),
            ("a: b\n  c", r#"{a: "b c"@1:4<b\n  c>}"#),
            ("a: 'it''s' # c", r#"{a: "it's"@1:4<'it''s' # c>}"#),
            (
                "é: |  # c | d\n  x\n\n  y\nb: c",
                r#"{é: "x\n\ny\n"@2:3<|  # c | d\n  x\n\n  y\n>, b: "c"@5:4<c>}"#,
            ),
            ("- >-\n\n  x\n- y", r#"["\nx"@3:3<>-\n\n  x\n>, "y"@4:3<y>]"#),
            ("a: &n !!str # c\n  b", r#"{a: "b"@1:4<b>}"#),
            ("a: &n |\n  b", r#"{a: "b\n"@1:4<|\n  b>}"#),
            ("a: |\n  &b\n  !c |\n", r#"{a: "&b\n!c |\n"@2:3<|\n  &b\n  !c |\n>}"#),
            ("a: |\n  |\n", r#"{a: "|\n"@2:3<|\n  |\n>}"#),
            ("a: &n b\nc: *n", r#"{a: "b"@1:4<b>, c: "b"@2:4<*n>}"#),
            ("{a: [b, 'c'], d: }", r#"{a: ["b"@1:6<b>, "c"@1:9<'c'>], d: ""@1:16<>}"#),
            ("a: b\r\nc: |\r\n  d\r\n", r#"{a: "b"@1:4<b>, c: "d\n"@3:3<|\r\n  d\r\n>}"#),
        ] {
            let document = parse(text).expect(text);
            let root = document.root.expect(text);
            assert_eq!(show(text, &root), expected, "{text:?}");
            assert_eq!(document.next, None, "{text:?}");
        }
    }

    #[test]
    fn an_empty_text_has_no_content() {
        for text in ["", "\n", "# only a comment\n"] {
            assert_eq!(parse(text), Ok(Document { root: None, next: None }), "{text:?}");
        }
    }

    #[test]
    fn only_the_first_document_is_read() {
        for (text, offset, line) in [("a: b\n---\nc: d", 5, 2), ("---\na: b\n...\n--- x", 13, 4)] {
            let next = parse(text).expect(text).next.expect("a second document");
            assert_eq!((next.offset, next.position.line), (offset, line), "{text:?}");
        }
    }

    #[test]
    fn errors_name_the_place() {
        let error = parse("a: b\n  c: [").expect_err("not YAML");
        assert!(matches!(error, YamlError::Syntax { .. }), "{error}");
        assert_eq!(error.position().map(|position| position.line), Some(2));
    }

    #[test]
    fn limits_hold() {
        let deep = format!("{}x", "- ".repeat(MAX_DEPTH + 1));
        let wide = "- a\n".repeat(MAX_NODES);
        let aliases = format!("- &a b\n{}", "- *a\n".repeat(MAX_ALIASES + 1));
        let bomb = format!(
            "- &a [{}]\n- &b [{}]\n- &c [{}]\n- &d [{}]\n- &e [{}]\n",
            ["x"; 10].join(","),
            ["*a"; 12].join(","),
            ["*b"; 12].join(","),
            ["*c"; 12].join(","),
            ["*d"; 12].join(",")
        );
        let anchors: String = (0..30).map(|level| format!("&a{level} [")).collect();
        let nested_anchors = format!("{anchors}{}{}", "x,".repeat(4000), "]".repeat(30));
        let heavy = format!("- &a {}\n- [*a, *a, *a, *a]\n", "x".repeat(MAX_BYTES / 2));
        for (text, expected) in [
            (deep, "nested deeper"),
            (wide, "holds more than"),
            (aliases, "more than 50 aliases"),
            (bomb, "holds more than"),
            (nested_anchors, "holds more than"),
            (heavy, "holds more than"),
            ("&a [*a]".to_owned(), "stands inside"),
            ("- *unknown".to_owned(), "unknown anchor"),
            (" ".repeat(MAX_BYTES + 1), "at most 1048576 are read"),
        ] {
            let error = parse(&text).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(error.contains(expected), "{error:?} should say {expected}");
        }
        assert!(parse(&format!("{}x", "- ".repeat(MAX_DEPTH))).is_ok());
        assert!(parse(&"- a\n".repeat(MAX_NODES - 1)).is_ok());
    }

    #[test]
    fn repeated_keys_are_named_by_path() {
        let root =
            parse("a: 1\nb:\n  - c: 1\n    c: 2\na: 3\n").expect("YAML").root.expect("a root");
        let repeated = root.repeated_keys();
        let paths: Vec<&str> = repeated.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["a", "b[0].c"]);
        assert_eq!(repeated[1].1, Position { line: 4, column: 5 });
    }
}
