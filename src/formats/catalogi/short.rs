//! `sill.json` of 2020 to 2022: keys of one letter, every value a text, `""` and null both for a
//! missing one.
//!
//! Keys were renamed on the way: `s` became `st`, and `v` became `v-`. Both `v` and `v-` hold the
//! oldest version to use, so neither is read as the latest; `v+` is the newest that is named.
//! The status `FR`, the end of the recommendation, is no withdrawal: the entry is still in the
//! list, and what is no longer recommended may well be in use. `si` and `p` name other entries,
//! by numbers and in prose, and are not read.

use super::french;
use super::parts::{add_missing_languages, licence, localized, version};
use crate::catalogue::content::Content;
use crate::catalogue::text::{Lang, LocalizedText};
use crate::formats::fields::Fields;
use crate::formats::registers::{Identifiers, Register};

/// What an item says about its software. The list is French.
pub fn content(fields: &mut Fields<'_>) -> Content {
    let mut identifiers = Identifiers::default();
    identifiers.read(Register::ComptoirDuLibre, fields, "co");
    identifiers.read(Register::Framalibre, &mut fields.object("frama"), "encoded-name");
    Content {
        name: localized(fields, &["i"], &Lang::unknown()),
        summary: summary(fields),
        description: localized(fields, &["u"], &french()),
        licences: licence(fields, &["l"]).into_iter().collect(),
        homepage: fields.url("website"),
        repository: fields.url("sources"),
        documentation: fields.url("doc"),
        logo: fields.url("logo"),
        version: version(fields, "v+"),
        identifiers: identifiers.into_set(),
        // Empty stands both for "no" and for "not known".
        publicly_developed: (fields.line("a").as_deref() == Some("Oui")).then_some(true),
        ..Content::default()
    }
}

/// The function of the software, and in other languages the description from Wikidata.
fn summary(fields: &mut Fields<'_>) -> LocalizedText {
    let mut summary = localized(fields, &["f"], &french());
    for (key, tag) in [("fr-desc", "fr"), ("en-desc", "en")] {
        if let Some(lang) = Lang::parse(tag) {
            add_missing_languages(&mut summary, &localized(fields, &[key], &lang));
        }
    }
    summary
}
