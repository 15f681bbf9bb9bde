//! Cutting persons' data out of the text, value by value.
//!
//! The rule is made of keys, not of sections, because people misplace and misspell sections: all
//! that stands under a contact is a person's but the affiliation, and an e-mail address or a
//! telephone number is a person's wherever it stands.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::keys::fold;
use crate::formats::personal::{PersonalDatum, is_reference};
use crate::formats::yaml::{Kind, Next, Node, child_path, parse, splice};

/// A text without persons' data.
pub(super) struct Cut {
    pub text: String,
    /// The tree of the text.
    pub root: Node,
    pub data: Vec<PersonalDatum>,
}

/// Replaces persons' data in `text`, from which `root` was read, by quoted references. What
/// stands behind the first document is cut off.
///
/// The parser accepts some texts that are not YAML, such as a block scalar inside of a flow list,
/// and such a text may not survive the cut: `None` where the result has not the same shape.
pub(super) fn cut(text: &str, root: &Node, next: Option<Next>) -> Option<Cut> {
    let mut search = Search::default();
    search.visit(root, "", false);
    let text = match next {
        None => splice(text, &search.replacements),
        Some(next) => {
            let first = text.get(..next.offset).unwrap_or_default();
            format!("{}---\n", splice(first, &search.replacements))
        }
    };
    let again = parse(&text).ok()?;
    let kept = again.root.filter(|again| same_but_for_references(root, again))?;
    (again.next.is_some() == next.is_some()).then_some(Cut { text, root: kept, data: search.data })
}

fn same_but_for_references(before: &Node, after: &Node) -> bool {
    match (&before.kind, &after.kind) {
        (Kind::Scalar(before), Kind::Scalar(after)) => {
            before.text == after.text || is_reference(&after.text)
        }
        (Kind::Sequence(before), Kind::Sequence(after)) => {
            before.len() == after.len()
                && before.iter().zip(after).all(|(b, a)| same_but_for_references(b, a))
        }
        (Kind::Mapping(before), Kind::Mapping(after)) => {
            before.len() == after.len()
                && before.iter().zip(after).all(|((before_key, before), (key, after))| {
                    same_but_for_references(before_key, key)
                        && same_but_for_references(before, after)
                })
        }
        _ => false,
    }
}

/// What to cut: by the start of the value in the text, its end and its quoted reference. A value
/// that is read several times, by aliases to a list or mapping that holds it, is cut once.
#[derive(Default)]
struct Search {
    replacements: BTreeMap<usize, (usize, String)>,
    data: Vec<PersonalDatum>,
}

impl Search {
    fn visit(&mut self, node: &Node, path: &str, personal: bool) {
        match &node.kind {
            Kind::Scalar(scalar) => {
                let text = scalar.text.trim();
                if !personal || text.is_empty() || node.is_null() || is_reference(text) {
                    return;
                }
                if let Entry::Vacant(place) = self.replacements.entry(scalar.range.start) {
                    place.insert((scalar.range.end, format!("'personal:{}'", self.data.len())));
                    let datum = PersonalDatum { path: path.to_owned(), value: scalar.text.clone() };
                    self.data.push(datum);
                }
            }
            Kind::Sequence(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.visit(item, &format!("{path}[{index}]"), personal);
                }
            }
            Kind::Mapping(entries) => {
                for (key, value) in entries {
                    let personal = match key.as_scalar().map(|scalar| fold(&scalar.text)) {
                        Some(key) if is_personal(&key) => true,
                        Some(key) if key == "affiliation" => false,
                        _ => personal,
                    };
                    self.visit(value, &child_path(path, key), personal);
                }
            }
        }
    }
}

fn is_personal(folded_key: &str) -> bool {
    matches!(
        folded_key,
        "contact"
            | "contacts"
            | "contactperson"
            | "contactpoint"
            | "maintainer"
            | "maintainers"
            | "author"
            | "authors"
            | "email"
            | "emails"
            | "emailaddress"
            | "mail"
            | "phone"
            | "phones"
            | "phonenumber"
            | "telephone"
            | "mobile"
            | "fax"
    )
}
