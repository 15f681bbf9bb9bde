//! The formats, with the items by which their tables are held.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use fedcat::catalogue::content::Content;
use fedcat::formats::catalogi::Catalogi;
use fedcat::formats::code_json::CodeJson;
use fedcat::formats::codemeta::{self, Codemeta};
use fedcat::formats::comptoir::Comptoir;
use fedcat::formats::dcat::Dcat;
use fedcat::formats::dpg::Dpg;
use fedcat::formats::ore::{self, Administrations, Ore};
use fedcat::formats::repository::Repository;
use fedcat::formats::software_catalog_api::SoftwareCatalogApi;
use fedcat::formats::wikidata::Wikidata;
use fedcat::formats::yaml::{Kind, Node, parse};
use fedcat::formats::{Disposition, Finding, ItemFormat, SourceContext, publiccode};
use serde_json::{Map, Value, json};

use super::jekyll::data;
use super::paths::{Spelling, plain, spelt};
use super::skipped::shared;
use super::table::{Row, rows, table};

/// What was read of an item.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    pub id: String,
    /// What of the id counts where no other entry has the same.
    pub known_by: String,
    /// What the item asks for, in a word.
    pub fate: &'static str,
    pub content: Map<String, Value>,
    /// The paths of what is no field of the format, as the owner is told.
    pub told: Vec<String>,
}

/// Findings that say that something is no field of the format, or not in its shape.
const TOLD: &[&str] = &[
    "publiccode-unknown-key",
    "publiccode-extension",
    "publiccode-misspelt-key",
    "publiccode-wrong-type",
    "wrong-type",
    "invalid-language",
];

impl Read {
    fn listed(content: &Content) -> Self {
        let content = serde_json::to_value(content).ok();
        let content = content.as_ref().and_then(Value::as_object).cloned().unwrap_or_default();
        Self {
            id: String::new(),
            known_by: String::new(),
            fate: "listed",
            content,
            told: Vec::new(),
        }
    }

    fn other(fate: &'static str) -> Self {
        Self {
            id: String::new(),
            known_by: String::new(),
            fate,
            content: Map::new(),
            told: Vec::new(),
        }
    }
}

/// A format, its table, and items.
pub struct Subject {
    pub page: &'static str,
    pub rows: Vec<Row>,
    pub spelling: Spelling,
    decode: Box<dyn Fn(Value) -> Read>,
    pub fixtures: Vec<Value>,
    pub recorded: Vec<Value>,
}

impl Subject {
    pub fn read(&self, item: &Value) -> Read {
        (self.decode)(item.clone())
    }

    /// Whether a path of an item is told to its owner as no field, or as one of another shape.
    pub fn is_told(&self, read: &Read, path: &str) -> bool {
        read.told.iter().map(|told| spelt(told, self.spelling)).any(|told| {
            path.strip_prefix(&told).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }
}

/// All formats.
pub fn all() -> Vec<Subject> {
    vec![
        catalogi(),
        of("software-catalog-api", &SoftwareCatalogApi, context("IT"), plain, {
            read_all(&SoftwareCatalogApi, recorded("it-developers-italia", "json"))
        }),
        publiccode_yml(),
        of("dpg", &Dpg, context(""), plain, read_all(&Dpg, recorded("dpg", "json"))),
        of("code-json", &CodeJson, context("US"), lower, {
            let schema = |path: &PathBuf| path.to_string_lossy().contains("schema");
            let files = recorded("us-code-json", "json").into_iter();
            read_all(&CodeJson, files.filter(|path| !schema(path)).collect())
        }),
        of("codemeta", &Codemeta, context("DE"), codemeta_key, {
            let files = recorded("codemeta", "json");
            let (registries, files): (Vec<_>, Vec<_>) =
                files.into_iter().partition(|path| path.to_string_lossy().contains("raw_cm"));
            let mut items = read_all(&Codemeta, registries);
            items.extend(files.iter().filter_map(|path| {
                let mut bytes = fs::File::open(path).expect("a file");
                codemeta::file(&mut bytes, "https://example.org/codemeta.json").ok()
            }));
            items
        }),
        of("comptoir-du-libre", &Comptoir, context("FR"), plain, Vec::new()),
        of("ore", &Ore, context("CA"), plain, exchange()),
        of("json-list", &Repository, context("NL"), list_key, Vec::new()),
        of("dcat", &Dcat, context("ES"), rdf_key, {
            let ending = ["ttl", "rdf", "xml", "jsonld"];
            let files = ending.iter().flat_map(|ending| {
                ["eu-dcat", "eu-adms"].into_iter().flat_map(|folder| recorded(folder, ending))
            });
            read_all(&Dcat, files.collect())
        }),
        of("wikidata", &Wikidata, context(""), plain, Vec::new()),
    ]
}

/// A table that is wrong in every way, and items that show it.
pub fn invented() -> Subject {
    let page = "\n## What becomes of each field\n\n| in the list | here |\n|---|---|\n\
                | `repository.url` | `id`, `repository` |\n| `title` | `title` |\n\
                | `repository.licence` | `tags` |\n\
                | `repository.name` | not kept, because it is short |\n";
    let item = json!({"repository": {
        "url": "https://code.example.org/city/parcel", "name": "Parcel", "licence": "EUPL-1.2",
        "homepage": "https://parcel.example.org/",
    }});
    Subject {
        page: "invented",
        rows: rows(page, plain),
        spelling: plain,
        decode: Box::new(|item| decoded(&Repository, item, &context("NL"))),
        fixtures: vec![item],
        recorded: Vec::new(),
    }
}

fn context(country: &str) -> SourceContext {
    SourceContext {
        source: "example".to_owned(),
        base_url: "https://catalogue.example.org".to_owned(),
        country: (!country.is_empty()).then(|| country.to_owned()),
        operator: "Office of Examples".to_owned(),
        ..SourceContext::default()
    }
}

fn of(
    page: &'static str,
    format: &'static dyn ItemFormat,
    context: SourceContext,
    spelling: Spelling,
    recorded: Vec<Value>,
) -> Subject {
    let folder = match page {
        "comptoir-du-libre" => "comptoir",
        other => other,
    };
    let mut fixtures = match page {
        // The lists that the items are composed of are no items.
        "ore" => Vec::new(),
        _ => read_all(format, files(&fixture(folder), "")),
    };
    if page == "ore" {
        fixtures = exchange_of(
            &text(&fixture("ore/administrations.json")),
            &["software", "code", "odd"].map(|name| text(&fixture(&format!("ore/{name}.json")))),
        );
    }
    if page == "codemeta" {
        let mut file = fs::File::open(fixture("codemeta/version-3.json")).expect("a file");
        fixtures.extend(codemeta::file(&mut file, "https://example.org/codemeta.json").ok());
    }
    if page == "json-list" {
        fixtures.extend(read_all(format, vec![fixture("oss-register/items.json")]));
    }
    Subject {
        page,
        rows: table(page, spelling),
        spelling,
        decode: Box::new(move |item| decoded(format, item, &context)),
        fixtures,
        recorded,
    }
}

fn catalogi() -> Subject {
    let mut context = context("FR");
    context.options.insert("register".to_owned(), json!("sill"));
    let recorded = read_all(&Catalogi, recorded("fr-sill", "json"));
    of("catalogi", &Catalogi, context, plain, recorded)
}

/// A publiccode.yml is no item; its mapping is taken for one.
fn publiccode_yml() -> Subject {
    let of_yaml = |text: &str| Some(json_of(&parse(text).ok()?.root?)).filter(Value::is_object);
    let all = |paths: Vec<PathBuf>| -> Vec<Value> {
        paths.iter().filter_map(|path| of_yaml(&text(path))).collect()
    };
    let mut paths = recorded("publiccode", "yml");
    paths.extend(recorded("publiccode", "yaml"));
    let mut recorded_files = all(paths);
    for item in read_all(&SoftwareCatalogApi, recorded("it-developers-italia", "json")) {
        recorded_files.extend(item.get("publiccodeYml").and_then(Value::as_str).and_then(of_yaml));
    }
    Subject {
        page: "publiccode",
        rows: table("publiccode", publiccode_key),
        spelling: publiccode_key,
        decode: Box::new(|item| {
            let reading = publiccode::read(&item.to_string());
            let read = match reading.content {
                Some(content) if !content.name.is_empty() => Read::listed(&content),
                _ => Read::other("failed"),
            };
            Read { told: told(&reading.findings), ..read }
        }),
        fixtures: all(files(&fixture("publiccode"), "yml")),
        recorded: recorded_files,
    }
}

/// Letter case, and the two spellings of one section. Languages are any key.
fn publiccode_key(_: &str, key: &str) -> String {
    if key == "it" { "IT".to_owned() } else { key.to_owned() }
}

/// JSON-LD writes one term in several ways and wraps values.
fn codemeta_key(_: &str, key: &str) -> String {
    let local = ["schema:", "codemeta:"].iter().find_map(|prefix| key.strip_prefix(prefix));
    let local = local.unwrap_or(key);
    let local =
        if local.starts_with("http") { local.rsplit('/').next().unwrap_or(local) } else { local };
    match local {
        "id" => "@id".to_owned(),
        "type" => "@type".to_owned(),
        "@value" | "@list" | "@set" | "@language" => String::new(),
        other => other.to_owned(),
    }
}

/// What a list says stands under a key that we add.
fn list_key(_: &str, key: &str) -> String {
    if key == "repository" { String::new() } else { key.to_owned() }
}

/// Of a value in RDF only the property is told, not whether it is a text or an address.
fn rdf_key(path: &str, key: &str) -> String {
    match key {
        "@value" | "@language" => String::new(),
        "@id" | "@type" if !path.is_empty() => String::new(),
        other => other.to_owned(),
    }
}

/// Agencies spell keys in any letter case.
fn lower(_: &str, key: &str) -> String {
    key.to_lowercase()
}

fn decoded(format: &dyn ItemFormat, item: Value, context: &SourceContext) -> Read {
    let decoded = format.decode(item, context);
    let read = match &decoded.disposition {
        Disposition::Listed(content) => Read::listed(content),
        Disposition::Withdrawn(_) => Read::other("withdrawn"),
        Disposition::NotListable { .. } => Read::other("not listed"),
        Disposition::Failed => Read::other("failed"),
    };
    // Items that have no id of their own get one of all that they say, for the second of two.
    let id = format!("{:?}", decoded.external_id);
    let id = id.split("qualified").next().unwrap_or_default().to_owned();
    let known_by = match &decoded.external_id {
        Some(fedcat::formats::ExternalId::Ranked(names)) => {
            names.clone().first().unwrap_or_default()
        }
        _ => id.clone(),
    };
    Read { id, known_by, told: told(&decoded.findings), ..read }
}

fn told(findings: &[Finding]) -> Vec<String> {
    let findings = findings.iter().filter(|finding| TOLD.contains(&finding.code.as_str()));
    let without_numbers = |path: &str| {
        let mut parts = path.split('[');
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |before, part| {
            before + part.split_once(']').map_or("", |(_, after)| after)
        })
    };
    findings.map(|finding| without_numbers(&finding.path)).collect()
}

fn text(path: &Path) -> String {
    String::from_utf8_lossy(&fs::read(path).expect("a file")).into_owned()
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// The recorded files of a folder; none where there are none.
fn recorded(folder: &str, ending: &str) -> Vec<PathBuf> {
    shared(&format!("data/{folder}")).map(|folder| files(&folder, ending)).unwrap_or_default()
}

/// All files in a folder and below it.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            all.extend(files(&path, ending));
        } else if ending.is_empty() || path.extension().is_some_and(|found| found == ending) {
            all.push(path);
        }
    }
    all.sort();
    all
}

/// The items of documents; a document that is not of the format has none.
fn read_all(format: &dyn ItemFormat, paths: Vec<PathBuf>) -> Vec<Value> {
    let mut items = Vec::new();
    for path in paths {
        let mut file = fs::File::open(path).expect("a file");
        let _ = format.split(&mut file, &mut |item| {
            items.push(item);
            ControlFlow::Continue(())
        });
    }
    items
}

fn exchange() -> Vec<Value> {
    let Some(folder) = shared("data/ca-ore") else { return Vec::new() };
    let document = |name: &str| data(&folder.join(name)).to_string();
    exchange_of(&document("administrations"), &[document("software"), document("code")])
}

fn exchange_of(administrations: &str, lists: &[String]) -> Vec<Value> {
    let names = Administrations::read(&mut administrations.as_bytes()).expect("names");
    let items = |list: &String| ore::items(&mut list.as_bytes(), &names).map(|(items, _)| items);
    lists.iter().filter_map(|list| items(list).ok()).flatten().collect()
}

fn json_of(node: &Node) -> Value {
    match &node.kind {
        _ if node.is_null() => Value::Null,
        Kind::Scalar(scalar) => scalar.text.as_str().into(),
        Kind::Sequence(elements) => elements.iter().map(json_of).collect(),
        Kind::Mapping(entries) => {
            let entry =
                |(key, value): &(Node, Node)| Some((key.as_scalar()?.text.clone(), json_of(value)));
            entries.iter().filter_map(entry).collect()
        }
    }
}
