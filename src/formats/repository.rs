//! One repository at a forge: what a list says of it, under our own keys, and its publiccode.yml.
//!
//! Connectors compose these items out of a list and of files at forges:
//! `{"repository": {"url": …, "name": …}, "publiccode": "<the text of the file>"}`. The file speaks
//! first; the list's words complete it, and are the entry where there is no file.

use std::io::Read;
use std::ops::ControlFlow;

use serde_json::{Value, json};

use super::fields::Fields;
use super::identity::derived;
use super::json::{SplitError, canonical, stream};
use super::licence_field::statement;
use super::places::{add_listed_repository, add_other_repository, place, repository_id};
use super::prose::describe;
use super::publiccode;
use super::recognise::Kind;
use super::{Code, Decoded, Disposition, Envelope, ExternalId, Finding, ItemFormat, SourceContext};
use crate::catalogue::content::{Content, DevelopmentStatus, LicenceSlot, Organisation};
use crate::catalogue::text::{Lang, LocalizedText};
use crate::catalogue::urls::WebUrl;
use crate::digest::sha256_hex;
use crate::licence::{Context, Outcome};

/// Where the list's words stand in an item.
pub const REPOSITORY: &str = "repository";
/// Where the text of the publiccode.yml stands in an item.
pub const PUBLICCODE: &str = "publiccode";

/// Letters of the digest that tells two rows about one repository apart.
const QUALIFIER_LETTERS: usize = 16;

/// Repositories and their publiccode.yml.
#[derive(Debug, Clone, Copy, Default)]
pub struct Repository;

impl ItemFormat for Repository {
    fn kind(&self) -> Kind {
        Kind::Repositories
    }

    fn split(
        &self,
        document: &mut dyn Read,
        emit: &mut dyn FnMut(Value) -> ControlFlow<()>,
    ) -> Result<Envelope, SplitError> {
        Ok(stream(document, &[], &[], emit)?.envelope())
    }

    fn decode(&self, mut item: Value, context: &SourceContext) -> Decoded {
        let mut findings = Vec::new();
        let has_file = item.get(PUBLICCODE).is_some_and(|file| !file.is_null());
        let (content, personal) = if has_file {
            if item.get(PUBLICCODE).and_then(Value::as_str).is_some_and(|t| t.contains('\u{FFFD}'))
            {
                let message = "The file holds bytes that are no text: expected UTF-8.";
                findings.push(Finding::new(Code::PubliccodeNotUtf8, PUBLICCODE, message));
            }
            let reading = publiccode::take(&mut item, PUBLICCODE, &mut findings);
            if reading.text.trim_start().starts_with('{') {
                // JSON, made by a machine: its lines are nobody's.
                findings.iter_mut().for_each(|finding| finding.position = None);
            }
            (reading.content, reading.personal)
        } else {
            (Some(Content::default()), Vec::new())
        };
        let listed = item.get(REPOSITORY).unwrap_or(&Value::Null);
        let external_id = external_id(listed);
        let disposition = match content {
            _ if external_id.is_none() => {
                let message = "the entry has neither a usable address nor a name to know it by";
                findings.push(Finding::new(Code::ItemWithoutId, REPOSITORY, message));
                Disposition::Failed
            }
            // What was read of an earlier file stays: the findings say why this one was not.
            None => Disposition::Failed,
            Some(content) => {
                let mut fields =
                    Fields::new(listed, REPOSITORY, &mut findings).at(&context.base_url);
                complete(content, &mut fields, has_file, context)
            }
        };
        Decoded { external_id, disposition, findings, raw: item, personal }
    }
}

/// Who the repository of an item is: by the list's own id, else by its address, else by its name.
pub fn external_id(listed: &Value) -> Option<ExternalId> {
    // What is wrong with these fields is told where they become content.
    let mut ignored = Vec::new();
    let mut fields = Fields::new(listed, "", &mut ignored);
    if let Some(id) = fields.line("id") {
        return Some(ExternalId::Given(id));
    }
    let name = fields.line("name");
    let organisation = fields.line("organisation");
    let words = json!([name, organisation]);
    match (fields.url("url"), name) {
        (Some(url), _) => {
            let id = repository_id(&url);
            let words = sha256_hex(canonical(&words).as_bytes());
            let qualified = format!("{id}#{}", words.get(..QUALIFIER_LETTERS).unwrap_or(&words));
            Some(ExternalId::Derived { id, qualified })
        }
        (None, Some(_)) => Some(derived("", &words, listed)),
        (None, None) => None,
    }
}

/// Adds what the list says to what the file says.
fn complete(
    mut content: Content,
    fields: &mut Fields<'_>,
    has_file: bool,
    context: &SourceContext,
) -> Disposition {
    let lang = fields.line("language").and_then(|tag| Lang::parse(&tag));
    let lang = lang.unwrap_or_else(Lang::unknown);
    if content.name.is_empty() {
        let Some(name) = fields.line("name") else {
            let message = "the entry has no usable name: expected a text";
            let path = fields.path_of("name");
            fields.add(Finding::new(Code::NameMissing, path, message));
            return Disposition::Failed;
        };
        content.name = LocalizedText::single(Lang::unknown(), &name);
    }
    if content.summary.is_empty()
        && content.description.is_empty()
        && let Some(text) = fields.text("description")
    {
        describe(&text, lang, &mut content);
    }
    add_places(&mut content, fields, has_file);
    add_licences(&mut content, fields, has_file);
    content.tags.extend(fields.lines("topics"));
    content.programming_languages.extend(fields.lines("languages"));
    content.last_activity_on = content.last_activity_on.or_else(|| fields.date("updated"));
    add_publisher(&mut content, fields, context);
    if fields.flag("archived") == Some(true) {
        let message = "the repository is archived: where the software lives on, say where, else \
                       take it off the list";
        let path = fields.path_of("archived");
        fields.add(Finding::new(Code::RepositoryArchived, path, message));
        content.development_status.get_or_insert(DevelopmentStatus::Obsolete);
    }
    Disposition::Listed(Box::new(content))
}

/// The organisation that the list names, where the file names none, or nothing but its identifier.
fn add_publisher(content: &mut Content, fields: &mut Fields<'_>, context: &SourceContext) {
    let (name, uri) = (fields.line("organisation"), fields.line("organisation_uri"));
    let Some(name) = name else { return };
    let is_unnamed = |publisher: &Organisation| publisher.name.is_empty() && publisher.uri == uri;
    if content.publisher.as_ref().is_none_or(is_unnamed) {
        content.publisher = Some(Organisation { name, uri, country: context.country.clone() });
    }
}

fn add_places(content: &mut Content, fields: &mut Fields<'_>, has_file: bool) {
    let url = fields.url("url");
    let path = fields.path_of("url");
    let homepage = fields.url("homepage");
    if has_file {
        if let Some(url) = url {
            add_listed_repository(content, url, &path, fields.findings());
        }
        content.homepage = content.homepage.take().or(homepage);
    } else {
        place(
            url.map(|url| (url, path)).into_iter().collect(),
            homepage,
            content,
            fields.findings(),
        );
    }
    for url in other_addresses(fields) {
        add_other_repository(content, url);
    }
    content.documentation = content.documentation.take().or_else(|| fields.url("documentation"));
}

fn other_addresses(fields: &mut Fields<'_>) -> Vec<WebUrl> {
    let elements = fields.list("other_urls");
    let texts = elements.iter().filter_map(|(value, path)| Some((value.as_str()?, path)));
    texts.filter_map(|(text, path)| fields.parse_url(text, path)).collect()
}

/// What the list states, and what the forge read out of the files: slots of their own beside what
/// the publiccode.yml declares.
fn add_licences(content: &mut Content, fields: &mut Fields<'_>, has_file: bool) {
    let slots = [("licence", LicenceSlot::Asserted), ("licence_detected", LicenceSlot::Detected)];
    let stated = slots.iter().any(|(key, _)| fields.value(key).is_some());
    if !stated && !has_file {
        let message = "no licence is stated: expected an SPDX expression";
        let path = fields.path_of("licence");
        fields.add(Finding::new(Code::LicenceMissing, path, message));
    }
    for (key, slot) in slots {
        let path = fields.path_of(key);
        for raw in fields.lines(key) {
            let is_address = raw.starts_with("https://") || raw.starts_with("http://");
            let context = if is_address { Context::Url } else { Context::Text };
            let mut told = Vec::new();
            let made = statement(&raw, slot, context, &path, &mut told);
            let says =
                made.as_ref().is_some_and(|made| made.normalised.outcome != Outcome::NoStatement);
            // That a forge did not recognise the licence is nothing beside what the file declares.
            if says || content.licences.is_empty() {
                fields.findings().append(&mut told);
                let made = made.filter(|made| !content.licences.contains(made));
                content.licences.extend(made);
            }
        }
    }
}
