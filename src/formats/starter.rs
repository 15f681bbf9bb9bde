//! The format of `seeds/software.toml`: the entries that an installation starts with.
//!
//! The file is ours, so this format is strict where the others are lenient: an unknown key, a
//! word outside its vocabulary or an unusable address is an error that names the entry.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::ops::ControlFlow;

use serde::Deserialize;
use serde_json::Value;
use thiserror::Error;

use super::json::SplitError;
use super::recognise::Kind;
use super::{Code, Decoded, Disposition, Envelope, ExternalId, Finding, ItemFormat, SourceContext};
use crate::catalogue::content::{
    Content, DevelopmentStatus, Identifier, LicenceSlot, LicenceStatement, Related,
};
use crate::catalogue::text::{Lang, LocalizedText, clean_line};
use crate::catalogue::urls::WebUrl;
use crate::catalogue::vocabulary::is_category;
use crate::licence::{Context, normalise};

/// A longer document is not a list of starter entries.
const LONGEST_DOCUMENT: u64 = 4 * 1024 * 1024;

/// The starter format.
#[derive(Debug, Clone, Copy, Default)]
pub struct Starter;

/// Why a list of starter entries is not one.
#[derive(Debug, Error)]
pub enum StarterError {
    /// The document is not TOML, or holds more than `[[software]]` tables.
    #[error("the starter entries cannot be read, expected [[software]] tables: {0}")]
    Document(#[from] toml::de::Error),
    /// One entry is wrong.
    #[error("starter entry {entry}: {problem}")]
    Entry { entry: String, problem: String },
}

/// Reads a list of starter entries; returns each as an item that [`Starter`] decodes.
///
/// # Errors
/// [`StarterError`] at the first entry that does not fit the format.
pub fn read(toml_text: &str) -> Result<Vec<Value>, StarterError> {
    let document: Document = toml::from_str(toml_text)?;
    document.software.into_iter().enumerate().map(|(index, table)| item(index, table)).collect()
}

impl ItemFormat for Starter {
    fn kind(&self) -> Kind {
        Kind::Starter
    }

    fn stands_alone(&self) -> bool {
        true
    }

    fn split(
        &self,
        document: &mut dyn Read,
        emit: &mut dyn FnMut(Value) -> ControlFlow<()>,
    ) -> Result<Envelope, SplitError> {
        let mut text = String::new();
        let length = document.take(LONGEST_DOCUMENT + 1).read_to_string(&mut text)?;
        if length as u64 > LONGEST_DOCUMENT {
            return Err(SplitError::Shape {
                found: format!("longer than {LONGEST_DOCUMENT} bytes"),
                expected: "a list of starter entries".to_owned(),
            });
        }
        let items = read(&text).map_err(|error| SplitError::Shape {
            found: error.to_string(),
            expected: "[[software]] tables of starter entries".to_owned(),
        })?;
        let mut envelope = Envelope::default();
        for item in items {
            envelope.items += 1;
            if emit(item).is_break() {
                break;
            }
        }
        Ok(envelope)
    }

    fn decode(&self, item: Value, _context: &SourceContext) -> Decoded {
        let entry = serde_json::from_value::<Entry>(item.clone());
        let (external_id, disposition, findings) = match entry {
            Ok(entry) => {
                let id = ExternalId::Given(entry.id.clone());
                (Some(id), Disposition::Listed(Box::new(entry.into_content())), Vec::new())
            }
            Err(error) => {
                let message = format!("not a starter entry: {error}");
                let finding = Finding::new(Code::StarterEntryInvalid, "", message);
                (None, Disposition::Failed, vec![finding])
            }
        };
        Decoded { external_id, disposition, findings, raw: item, personal: Vec::new() }
    }
}

fn item(index: usize, table: toml::Table) -> Result<Value, StarterError> {
    let entry = match table.get("id").and_then(toml::Value::as_str) {
        Some(id) => id.to_owned(),
        None => format!("number {}", index + 1),
    };
    let wrong =
        |problem: &dyn ToString| StarterError::Entry { entry, problem: problem.to_string() };
    let item = match serde_json::to_value(table) {
        Ok(item) => item,
        Err(error) => return Err(wrong(&error)),
    };
    match Entry::deserialize(&item) {
        Ok(_) => Ok(item),
        Err(error) => Err(wrong(&error)),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    software: Vec<toml::Table>,
}

/// One entry, as `seeds/software.toml` explains it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    name: String,
    #[serde(default)]
    aliases: BTreeSet<String>,
    summary: Texts,
    #[serde(default)]
    description: Texts,
    homepage: WebUrl,
    repository: Option<WebUrl>,
    licence: String,
    #[serde(default)]
    categories: BTreeSet<Category>,
    #[serde(default)]
    tags: BTreeSet<String>,
    #[serde(default)]
    platforms: BTreeSet<Platform>,
    #[serde(default)]
    replaces: Vec<Replaced>,
    wikidata: Option<Qid>,
    development_status: Option<DevelopmentStatus>,
    publicly_developed: Option<bool>,
}

impl Entry {
    fn into_content(self) -> Content {
        Content {
            name: LocalizedText::single(Lang::unknown(), &clean_line(&self.name)),
            aliases: lines(&self.aliases),
            summary: self.summary.0,
            description: self.description.0,
            homepage: Some(self.homepage),
            repository: self.repository,
            licences: vec![LicenceStatement {
                slot: LicenceSlot::Asserted,
                normalised: normalise(&self.licence, Context::Spdx),
            }],
            development_status: self.development_status,
            categories: self.categories.into_iter().map(|category| category.0).collect(),
            tags: lines(&self.tags),
            platforms: self.platforms.into_iter().map(|platform| platform.0).collect(),
            replaces: self.replaces.into_iter().map(Replaced::into_related).collect(),
            identifiers: self.wikidata.into_iter().map(Qid::into_identifier).collect(),
            publicly_developed: self.publicly_developed,
            ..Content::default()
        }
    }
}

fn lines(texts: &BTreeSet<String>) -> BTreeSet<String> {
    texts.iter().map(|text| clean_line(text)).filter(|text| !text.is_empty()).collect()
}

/// A product that the software can replace.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Replaced {
    name: String,
    wikidata: Option<Qid>,
}

impl Replaced {
    fn into_related(self) -> Related {
        Related { name: clean_line(&self.name), wikidata: self.wikidata.map(|qid| qid.0) }
    }
}

/// One text per language tag.
#[derive(Default, Deserialize)]
#[serde(try_from = "BTreeMap<String, String>")]
struct Texts(LocalizedText);

impl TryFrom<BTreeMap<String, String>> for Texts {
    type Error = String;

    fn try_from(texts: BTreeMap<String, String>) -> Result<Self, String> {
        let tagged = texts.into_iter().map(|(tag, text)| match Lang::parse(&tag) {
            Some(lang) => Ok((lang, text)),
            None => Err(format!("{tag} is not a language tag, expected one such as fr")),
        });
        tagged.collect::<Result<LocalizedText, String>>().map(Self)
    }
}

/// A word of the vocabulary of categories.
#[derive(PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
struct Category(String);

impl TryFrom<String> for Category {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if is_category(&text) {
            Ok(Self(text))
        } else {
            Err(format!("{text} is not a category of publiccode.yml"))
        }
    }
}

/// One of the platforms that publiccode.yml suggests.
#[derive(PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
struct Platform(String);

impl TryFrom<String> for Platform {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        const PLATFORMS: [&str; 6] = ["web", "windows", "mac", "linux", "android", "ios"];
        if PLATFORMS.contains(&text.as_str()) {
            Ok(Self(text))
        } else {
            Err(format!("{text} is not a platform, expected one of {}", PLATFORMS.join(", ")))
        }
    }
}

/// The identifier of a Wikidata item.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Qid(String);

impl TryFrom<String> for Qid {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.strip_prefix('Q') {
            Some(number)
                if !number.starts_with('0')
                    && !number.is_empty()
                    && number.bytes().all(|byte| byte.is_ascii_digit()) =>
            {
                Ok(Self(text))
            }
            _ => Err(format!("{text} is not a Wikidata item, expected Q and a number")),
        }
    }
}

impl Qid {
    fn into_identifier(self) -> Identifier {
        Identifier { scheme: "wikidata".to_owned(), value: self.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARCEL: &str = r#"
        [[software]]
        id = "parcel"
        name = "Parcel"
        aliases = ["Parcel Server"]
        summary = { fr = "Suit les colis.", en = "Follows parcels." }
        description = { en = "Follows parcels from door to door." }
        homepage = "https://parcel.example.org"
        repository = "https://github.com/example-org/parcel"
        licence = "EUPL-1.2"
        categories = ["inventory-management"]
        tags = ["colis", "parcels"]
        platforms = ["web", "linux"]
        replaces = [{ name = "Parcel Pro" }, { name = "Parcel Plus", wikidata = "Q42" }]
        wikidata = "Q4200000"
        development_status = "stable"
        publicly_developed = true
    "#;

    #[test]
    fn an_entry_decodes_to_content() {
        let mut items = Vec::new();
        let envelope = Starter
            .split(&mut PARCEL.as_bytes(), &mut |item| {
                items.push(item);
                ControlFlow::Continue(())
            })
            .expect("a valid list");
        assert_eq!(envelope.items, 1);
        let decoded = Starter.decode(items.remove(0), &SourceContext::default());
        assert_eq!(decoded.external_id, Some(ExternalId::Given("parcel".to_owned())));
        assert_eq!(decoded.findings, []);
        let Disposition::Listed(content) = decoded.disposition else {
            panic!("not listed: {:?}", decoded.disposition);
        };
        insta::assert_json_snapshot!(content);
    }

    #[test]
    fn a_mistake_is_an_error_that_names_the_entry() {
        let check = |from: &str, to: &str, expected: &str| {
            let text = PARCEL.replacen(from, to, 1);
            assert_ne!(text, PARCEL, "{from} is not in the entry");
            let error = read(&text).expect_err(to).to_string();
            assert!(error.contains(expected), "{to}: {error}");
        };
        for (from, to, expected) in [
            ("licence =", "license =", "entry parcel: unknown field `license`"),
            ("[\"inventory-management\"]", "[\"parcels\"]", "parcels is not a category"),
            ("\"web\"", "\"Windows\"", "Windows is not a platform"),
            ("\"Q4200000\"", "\"Q0\"", "Q0 is not a Wikidata item"),
            ("\"Q42\"", "\"42\"", "42 is not a Wikidata item"),
            ("{ fr =", "{ français =", "unquoted"),
            ("{ fr =", "{ francophone_ =", "is not a language tag"),
            ("\"https://parcel.example.org\"", "\"javascript:1\"", "entry parcel: the scheme"),
            ("\"stable\"", "\"finished\"", "unknown variant `finished`"),
            ("id = \"parcel\"", "", "entry number 1: missing field `id`"),
            ("[[software]]", "[[programs]]", "unknown field `programs`"),
        ] {
            check(from, to, expected);
        }
    }

    #[test]
    fn splitting_stops_when_it_is_told_to_and_refuses_what_is_too_long() {
        let two = [PARCEL, &PARCEL.replace("\"parcel\"", "\"parcel-2\"")].concat();
        let stopped = Starter.split(&mut two.as_bytes(), &mut |_| ControlFlow::Break(()));
        assert_eq!(stopped.expect("a valid list").items, 1);
        let mut endless = std::io::repeat(b'#');
        let refused = Starter.split(&mut endless, &mut |_| ControlFlow::Continue(()));
        assert!(matches!(refused, Err(SplitError::Shape { .. })), "{refused:?}");
    }

    #[test]
    fn what_is_not_an_entry_fails_with_a_finding() {
        let decoded = Starter.decode(serde_json::json!({"id": 1}), &SourceContext::default());
        assert_eq!(decoded.disposition, Disposition::Failed);
        assert_eq!(decoded.external_id, None);
        let codes: Vec<_> = decoded.findings.iter().map(|finding| &finding.code).collect();
        assert_eq!(codes, [&Code::StarterEntryInvalid]);
    }
}
