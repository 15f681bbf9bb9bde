//! `description`: the texts of each language.

use std::collections::BTreeMap;

use super::fields::{Field, Reader, Section};
use super::keys::{DESCRIPTION, similar};
use super::vocabulary;
use crate::catalogue::content::Content;
use crate::catalogue::text::shorten;
use crate::catalogue::text::{Lang, LocalizedText, best_of};
use crate::catalogue::urls::WebUrl;
use crate::formats::Code;
use crate::formats::yaml::{Node, child_path};

/// The most languages that are read; more are no description but an attack.
const MAX_LANGUAGES: usize = 200;

/// Addresses of which an entry has one, by the language that they stand under.
#[derive(Default)]
struct Pages {
    documentation: BTreeMap<Lang, WebUrl>,
    api_documentation: BTreeMap<Lang, WebUrl>,
}

/// Reads the texts into `content`.
pub(super) fn read(reader: &mut Reader, root: &Section<'_>, content: &mut Content) {
    let Some(description) = root.require(reader, "description") else {
        return;
    };
    let mut pages = Pages::default();
    for (lang, field) in languages(reader, description) {
        if let Some(section) = Section::open(reader, &field, DESCRIPTION) {
            read_language(reader, &section, &lang, content, &mut pages);
        }
    }
    let best = |urls: &BTreeMap<Lang, WebUrl>| best_of(urls, "en").map(|(_, url)| url.clone());
    content.documentation = best(&pages.documentation);
    content.api_documentation = best(&pages.api_documentation);
    report_missing(reader, description, content);
}

/// The language sections. Texts that stand in `description` itself belong to no language.
fn languages<'a>(reader: &mut Reader, description: &Field<'a>) -> Vec<(Lang, Field<'a>)> {
    let Some(entries) = description.node.as_mapping() else {
        reader.wrong_type(description, "a mapping with a section for each language");
        return Vec::new();
    };
    let is_text = |key: &Node| {
        key.as_scalar().is_some_and(|scalar| similar(DESCRIPTION, &scalar.text).is_some())
    };
    if entries.iter().any(|(key, _)| is_text(key)) {
        reader.wrong_type(description, "a section for each language, such as en");
        return vec![(Lang::unknown(), description.clone())];
    }
    let mut languages: Vec<(Lang, Field<'a>)> = Vec::new();
    for (key, value) in entries.iter().filter(|(_, value)| !value.is_null()) {
        if languages.len() == MAX_LANGUAGES {
            let message = format!("Only the first {MAX_LANGUAGES} languages are read.");
            reader.warn(Code::PubliccodeTooManyLanguages, description, message);
            break;
        }
        let path = child_path(&description.path, key);
        let lang = language(reader, &Field { path: path.clone(), node: key });
        if languages.iter().any(|(known, _)| *known == lang) {
            let at = Field { path: path.clone(), node: key };
            let message =
                format!("The language {lang} stands here a second time; its first texts count.");
            reader.warn(Code::PubliccodeDuplicateKey, &at, message);
        }
        languages.push((lang, Field { path, node: value }));
    }
    languages
}

/// The language that a key names.
fn language(reader: &mut Reader, key: &Field<'_>) -> Lang {
    let written = key.node.as_scalar().map(|scalar| scalar.text.as_str()).unwrap_or_default();
    vocabulary::language(written).unwrap_or_else(|| {
        let message = format!(
            "{} is not a language tag, expected BCP 47 such as it or pt-BR.",
            shorten(written)
        );
        reader.warn(Code::PubliccodeInvalidLanguage, key, message);
        Lang::unknown()
    })
}

fn read_language(
    reader: &mut Reader,
    section: &Section<'_>,
    lang: &Lang,
    content: &mut Content,
    pages: &mut Pages,
) {
    let line = |reader: &mut Reader, key| section.get(key).and_then(|field| reader.line(field));
    if let Some(name) = line(reader, "localisedName") {
        insert_line(&mut content.name, lang, &name);
    }
    if let Some(short) = line(reader, "shortDescription").or_else(|| line(reader, "genericName")) {
        insert_line(&mut content.summary, lang, &short);
    }
    if let Some(long) = section.get("longDescription").and_then(|field| reader.text(field)) {
        insert_line(&mut content.description, lang, &long);
    }
    let features = section.get("features").or(section.get("featureList"));
    let fields = features.map(|field| reader.list(field)).unwrap_or_default();
    let features: Vec<String> = fields.iter().filter_map(|field| reader.line(field)).collect();
    if !features.is_empty() {
        content.features.entry(lang.clone()).or_insert(features);
    }
    for (key, urls) in [
        ("documentation", &mut pages.documentation),
        ("apiDocumentation", &mut pages.api_documentation),
    ] {
        if let Some(url) = section.get(key).and_then(|field| reader.url(field)) {
            urls.entry(lang.clone()).or_insert(url);
        }
    }
    for field in section.get("freeTags").map(|field| reader.list(field)).unwrap_or_default() {
        content.tags.extend(reader.line(&field));
    }
}

/// The standard asks for a short text, and for the long one and features in one language at
/// least. The reference validator asks for them in every language, which the text does not.
fn report_missing(reader: &mut Reader, description: &Field<'_>, content: &Content) {
    for (key, missing) in [
        ("shortDescription", content.summary.is_empty()),
        ("longDescription", content.description.is_empty()),
        ("features", content.features.is_empty()),
    ] {
        if missing {
            let message = format!("{key} has no value in any language, expected one at least.");
            reader.warn(Code::PubliccodeMissingKey, description, message);
        }
    }
}

/// Two tags may name one language (`it` and `IT`): the first text stays.
fn insert_line(texts: &mut LocalizedText, lang: &Lang, line: &str) {
    if texts.get(lang.as_str()).is_none() {
        texts.insert(lang.clone(), line);
    }
}
