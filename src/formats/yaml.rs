//! YAML as a tree that remembers where everything stood.
//!
//! Scalars stay as they were written: `1.10` is the text `1.10` and `NO` is the text `NO`; what a
//! value means is for the reader of the field to say. Documents are hostile, so the tree is built
//! under hard limits, and an alias costs as much as what it stands for.

mod build;
mod splice;

use std::collections::HashSet;
use std::ops::Range;

use thiserror::Error;

use super::Position;
use crate::catalogue::text::clean_line;

pub use build::parse;
pub use splice::splice;

/// The longest document that is read, in bytes.
pub const MAX_BYTES: usize = 1024 * 1024;
/// The most nodes of one document, aliases expanded. Real files list some thousands of users.
pub const MAX_NODES: usize = 100_000;
/// The most text in all nodes of one document, aliases expanded, in bytes.
pub const MAX_TEXT_BYTES: usize = 2 * MAX_BYTES;
/// The deepest nesting.
pub const MAX_DEPTH: usize = 32;
/// The most aliases in one document.
pub const MAX_ALIASES: usize = 50;

/// Why a text could not be read as YAML.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum YamlError {
    #[error("the document has {bytes} bytes, at most {MAX_BYTES} are read")]
    TooLarge { bytes: usize },
    #[error("the text is not valid YAML: {message}")]
    Syntax { message: String, position: Position },
    #[error("the document is nested deeper than {MAX_DEPTH} levels")]
    TooDeep { position: Position },
    #[error(
        "the document holds more than {MAX_NODES} values or {MAX_TEXT_BYTES} bytes of text, \
         aliases expanded"
    )]
    TooMuch { position: Position },
    #[error("the document uses more than {MAX_ALIASES} aliases")]
    TooManyAliases { position: Position },
    #[error("an alias stands inside of what it refers to")]
    RecursiveAlias { position: Position },
}

/// One YAML document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The content; `None` where there is none, not even an empty value.
    pub root: Option<Node>,
    /// Where a second document starts: it is not read.
    pub next: Option<Next>,
}

/// The place at which a further document starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Next {
    pub position: Position,
    /// Byte offset in the text.
    pub offset: usize,
}

/// One value and where it starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    pub kind: Kind,
    pub start: Position,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    Scalar(Scalar),
    Sequence(Vec<Node>),
    /// The entries as written: keys may repeat, and need not be scalars.
    Mapping(Vec<(Node, Node)>),
}

/// A single value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scalar {
    /// The text without quotes, escapes and folding.
    pub text: String,
    /// Whether it stood without quotes, so that YAML may take it for a number or a boolean.
    pub plain: bool,
    /// The bytes that wrote the value, quotes and block header included, anchor and tag not.
    /// The value of an alias to a scalar has the bytes of the alias.
    pub range: Range<usize>,
}

impl Node {
    /// The scalar, where it is one.
    pub fn as_scalar(&self) -> Option<&Scalar> {
        match &self.kind {
            Kind::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The entries, where it is a mapping.
    pub fn as_mapping(&self) -> Option<&[(Self, Self)]> {
        match &self.kind {
            Kind::Mapping(entries) => Some(entries),
            _ => None,
        }
    }

    /// Whether there is no value: nothing written, `~` or `null`.
    pub fn is_null(&self) -> bool {
        self.as_scalar().is_some_and(|scalar| {
            scalar.plain && matches!(scalar.text.as_str(), "" | "~" | "null" | "Null" | "NULL")
        })
    }

    /// What it is, for a message.
    pub fn describe(&self) -> &'static str {
        match &self.kind {
            _ if self.is_null() => "no value",
            Kind::Scalar(_) => "a text",
            Kind::Sequence(_) => "a list",
            Kind::Mapping(_) => "a mapping",
        }
    }

    /// Calls `visit` for this node and all below it, with their paths: dotted keys and `[n]`.
    pub fn walk<'a>(&'a self, path: &str, visit: &mut dyn FnMut(&str, &'a Self)) {
        visit(path, self);
        match &self.kind {
            Kind::Scalar(_) => {}
            Kind::Sequence(items) => {
                for (index, item) in items.iter().enumerate() {
                    item.walk(&format!("{path}[{index}]"), visit);
                }
            }
            Kind::Mapping(entries) => {
                for (key, value) in entries {
                    value.walk(&child_path(path, key), visit);
                }
            }
        }
    }

    /// The keys that stand more than once in one mapping, with their paths. The first one counts.
    pub fn repeated_keys(&self) -> Vec<(String, Position)> {
        let mut repeated = Vec::new();
        self.walk("", &mut |path, node| {
            let mut seen = HashSet::new();
            for (key, _) in node.as_mapping().unwrap_or_default() {
                if let Some(scalar) = key.as_scalar()
                    && !seen.insert(scalar.text.as_str())
                {
                    repeated.push((child_path(path, key), key.start));
                }
            }
        });
        repeated
    }
}

/// The path of the value of `key` in the mapping at `path`.
pub fn child_path(path: &str, key: &Node) -> String {
    let step = match key.as_scalar() {
        Some(scalar) => clean_line(&scalar.text).chars().take(80).collect(),
        None => "?".to_owned(),
    };
    if path.is_empty() { step } else { format!("{path}.{step}") }
}

impl YamlError {
    /// Where it happened, where that is one place.
    pub fn position(&self) -> Option<Position> {
        match self {
            Self::TooLarge { .. } => None,
            Self::Syntax { position, .. }
            | Self::TooDeep { position }
            | Self::TooMuch { position }
            | Self::TooManyAliases { position }
            | Self::RecursiveAlias { position } => Some(*position),
        }
    }
}
