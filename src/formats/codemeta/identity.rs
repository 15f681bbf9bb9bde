//! Who an item is: at its source, and in other registers.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::values::{addresses, first_text, scalar_or};
use crate::catalogue::content::Identifier;
use crate::catalogue::urls::{WebUrl, repository_key};
use crate::formats::ExternalId;
use crate::formats::fields::Fields;
use crate::formats::identity::derived;
use crate::formats::registers::{Identifiers, Register};

/// The key under which an item of a file of its own has the file's address, and how many software
/// nodes stand in it. No term of CodeMeta has that name.
pub(super) const FILE: &str = "fetchedFrom";

/// The address of its file; in a registry its own address, else its identifier there, else what
/// names it.
pub fn of(item: &Value, stored: &Value) -> Option<ExternalId> {
    // What is wrong with these fields is told where they become content.
    let mut ignored = Vec::new();
    let mut fields = Fields::new(item, "", &mut ignored);
    let address = fields.line("@id").filter(|id| WebUrl::parse(id).is_ok());
    let file = fields.object(FILE).line("url");
    let given = file.or(address).or_else(|| own(&mut fields));
    if let Some(id) = given {
        return Some(ExternalId::Given(id));
    }
    let name = first_text(&mut fields, "name");
    let repository = addresses(&mut fields, "codeRepository").into_iter().next();
    let repository =
        repository.map(|(url, _)| repository_key(&url).unwrap_or_else(|| url.to_string()));
    if name.is_none() && repository.is_none() {
        return None;
    }
    Some(derived("", &json!([name, repository]), stored))
}

/// The identifier that is a word of the registry's own, such as the name of a package. Beside it
/// stand such as are typed.
pub fn own(fields: &mut Fields<'_>) -> Option<String> {
    fields.value("identifier").filter(|value| !value.is_object())?;
    first_text(fields, "identifier")
}

/// A digital object identifier, and the Wikidata item that `sameAs` names.
pub fn elsewhere(fields: &mut Fields<'_>) -> BTreeSet<Identifier> {
    let mut identifiers = Identifiers::default();
    for (element, path) in fields.list("sameAs") {
        let Some((text, path)) = scalar_or(fields, element, &path, &["@id", "url"]) else {
            continue;
        };
        if let Some(item) = wikidata_item(&text) {
            identifiers.add(Register::Wikidata, item, fields, &path);
        }
    }
    let mut all = identifiers.into_set();
    for (element, path) in fields.list("identifier") {
        let text = scalar_or(fields, element, &path, &["value", "@id", "url"]);
        let doi = text.as_ref().and_then(|(text, _)| doi(text));
        all.extend(doi.map(|value| Identifier { scheme: "doi".to_owned(), value }));
    }
    all
}

fn wikidata_item(address: &str) -> Option<&str> {
    let (_, path) = address.split_once("://")?;
    let path = path.strip_prefix("www.").unwrap_or(path);
    let item =
        path.strip_prefix("wikidata.org/wiki/").or(path.strip_prefix("wikidata.org/entity/"));
    item.map(|item| item.trim_end_matches('/'))
}

/// A DOI in lower case, as all its spellings are one.
fn doi(text: &str) -> Option<String> {
    let text = text.to_lowercase();
    let at = text.find("10.")?;
    let (before, doi) = text.split_at(at);
    let is_labelled = matches!(before, "" | "doi:" | "https://doi.org/" | "http://doi.org/")
        || matches!(before, "https://dx.doi.org/" | "http://dx.doi.org/");
    let (registrant, name) = doi.strip_prefix("10.")?.split_once('/')?;
    let is_number = registrant.len() >= 4 && registrant.bytes().all(|b| b.is_ascii_digit());
    let is_doi = is_labelled && is_number && !name.is_empty() && !doi.contains(char::is_whitespace);
    is_doi.then(|| doi.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doi_has_one_spelling() {
        for (text, expected) in [
            ("10.5281/zenodo.1", Some("10.5281/zenodo.1")),
            ("https://doi.org/10.5281/Zenodo.1", Some("10.5281/zenodo.1")),
            ("doi:10.5281/zenodo.1", Some("10.5281/zenodo.1")),
            ("version 10.5281/x", None),
            ("10.1/x", None),
            ("10.5281/", None),
            ("frog", None),
        ] {
            assert_eq!(doi(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn an_item_of_wikidata_is_named_by_its_address() {
        for (address, expected) in [
            ("https://www.wikidata.org/wiki/Q42", Some("Q42")),
            ("http://www.wikidata.org/entity/Q42", Some("Q42")),
            ("https://wikidata.org/wiki/Q42/", Some("Q42")),
            ("https://en.wikipedia.org/wiki/Q42", None),
            ("Q42", None),
        ] {
            assert_eq!(wikidata_item(address), expected, "{address}");
        }
    }
}
