//! What kind of list a document is, told by the members of its entries: so that a list of one kind
//! that is given to the reader of another is refused, and not taken for something that it is not.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use super::codemeta::is_software;

/// The kinds of documents that are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Catalogi,
    CodeJson,
    Codemeta,
    Comptoir,
    Dcat,
    Dpg,
    Ore,
    /// Rows that a source's options describe: any document may be such a list.
    Repositories,
    SoftwareCatalogApi,
    Starter,
    Wikidata,
    /// Below: what no format of ours reads by itself.
    GithubRepositories,
    GitlabProjects,
    ForgejoRepositories,
    Accounts,
    OssRegister,
    Publiccode,
    WebPage,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Catalogi => "a list of Catalogi, such as SILL (connector catalogi)",
            Self::CodeJson => "a code.json inventory (connector code-json)",
            Self::Codemeta => "CodeMeta (connector codemeta)",
            Self::Comptoir => "an export of the Comptoir du Libre (connector comptoir-du-libre)",
            Self::Dcat => "a catalogue in RDF (connector dcat)",
            Self::Dpg => "a list of digital public goods (connector dpg)",
            Self::Ore => "a list of the Open Resource Exchange (connector ore)",
            Self::Repositories => "a list of repositories (connector json-list)",
            Self::SoftwareCatalogApi => {
                "a page of the Software Catalog API (connector software-catalog-api)"
            }
            Self::Starter => "starter entries in TOML (connector starter)",
            Self::Wikidata => "an answer of Wikidata (connector wikidata)",
            Self::GithubRepositories => "repositories as GitHub lists them (connector github-org)",
            Self::GitlabProjects => "projects as GitLab lists them (connector gitlab-group)",
            Self::ForgejoRepositories => {
                "repositories as Forgejo lists them (connector forgejo-org)"
            }
            Self::Accounts => "a list of organisations, not of software",
            Self::OssRegister => "a page of the register of OSS (connector oss-register)",
            Self::Publiccode => "entries of publiccode.yml (connector json-list)",
            Self::WebPage => "a page of the web",
        })
    }
}

impl Kind {
    /// The members of which an entry of this kind has at least one, for messages.
    pub fn members(self) -> &'static str {
        match self {
            Self::Catalogi => "id, name and license as texts, or members of an earlier version",
            Self::CodeJson => "permissions, repositoryURL or openSourceProject",
            Self::Codemeta => "@context or @type, about software",
            Self::Comptoir => "external_resources, or licence with users or providers",
            Self::Dcat => "the vocabulary of DCAT, ADMS, DOAP or schema.org",
            Self::Dpg => "license, repositories, organizations or SDGs as lists",
            Self::Ore => "a name in English and French, or the releases of administrations",
            Self::SoftwareCatalogApi => "publiccodeYml",
            Self::Wikidata => "labels and claims",
            _ => "the members that its connector reads",
        }
    }

    /// Whether an entry, as the reader of this kind hands it over, has what entries of this kind
    /// have. Not every entry must: of a list, one of the first is enough.
    pub fn fits(self, item: &Value) -> bool {
        let Some(object) = item.as_object() else { return false };
        match self {
            Self::Ore => {
                let has_languages = |key: &str| {
                    let texts = object.get(key).and_then(Value::as_object);
                    texts.is_some_and(|texts| texts.keys().any(|key| key == "en" || key == "fr"))
                };
                object.get("list").is_some_and(|list| list == "code") || has_languages("name")
            }
            Self::Codemeta => {
                let says_so = is_software(item);
                let is_typed = object.contains_key("@type") && says_so == Some(true);
                is_typed || (self.has_members(&Members::of(object)) && says_so != Some(false))
            }
            Self::Dpg => {
                // A licence is an object there, and a text or an address elsewhere.
                let stated = object.get("license").and_then(Value::as_array);
                let is_theirs =
                    |one: &Value| one.get("spdx").is_some() || one.get("licenseURL").is_some();
                let licences = stated.is_none_or(|all| all.iter().all(is_theirs));
                licences && self.has_members(&Members::of(object))
            }
            Self::Catalogi => {
                let members = Members::of(object);
                let is_bare = ["id", "name"].iter().all(|key| members.kind_of(key).is_some());
                let is_other =
                    BY_MEMBERS.iter().any(|kind| *kind != self && kind.has_members(&members));
                self.has_members(&members) || (is_bare && !is_other)
            }
            // Composed by the reader itself, of rows of any shape, or read by its own rules.
            Self::Repositories | Self::Dcat | Self::Starter | Self::Wikidata => true,
            kind => kind.has_members(&Members::of(object)),
        }
    }

    /// Whether these are members of an entry of this kind.
    fn has_members(self, members: &Members) -> bool {
        let has = |key: &str| members.kind_of(key).is_some();
        let is = |key: &str, kind: char| members.kind_of(key) == Some(kind);
        let any = |keys: &[&str]| keys.iter().any(|key| has(key));
        match self {
            Self::Catalogi => {
                let is_linked = has("@context") || has("@type");
                let one_letter = has("i") && any(&["l", "f", "id"]);
                let short = any(&["id", "_id"]) && is("name", '"') && is("license", '"');
                let telling = any(&[
                    "referencedSinceTime",
                    "__referencedSinceTime",
                    "softwareExternalData",
                    "isStillInObservation",
                    "isPresentInSupportContract",
                    "isFromFrenchPublicService",
                    "userAndReferentCountByOrganization",
                    "addedTime",
                    "dereferencing",
                    "mimGroup",
                ]);
                !is_linked && (one_letter || short || telling)
            }
            Self::CodeJson => any(&[
                "permissions",
                "repositoryurl",
                "repourl",
                "opensourceproject",
                "governmentwidereuseproject",
                "usagetype",
                "laborhours",
                "disclaimerurl",
                "homepageurl",
                "local-id",
            ]),
            Self::Codemeta => any(&[
                "@context",
                "codeRepository",
                "softwareRequirements",
                "programmingLanguage",
                "issueTracker",
                "schema:name",
                "schema:codeRepository",
            ]),
            Self::Comptoir => {
                any(&["external_resources"]) || (has("licence") && any(&["users", "providers"]))
            }
            Self::Dpg => {
                let lists = ["license", "repositories", "organizations", "SDGs", "sectors"];
                let is_linked = has("@context") || has("@type");
                !is_linked
                    && (lists.iter().any(|key| is(key, '['))
                        || any(&["SDGs", "deploymentCountries"]))
            }
            Self::SoftwareCatalogApi => has("publiccodeYml"),
            Self::Wikidata => has("claims") && has("labels"),
            Self::GithubRepositories => {
                has("full_name") && any(&["node_id", "stargazers_count", "html_url"])
            }
            Self::GitlabProjects => any(&["path_with_namespace", "http_url_to_repo"]),
            Self::ForgejoRepositories => has("full_name") && has("clone_url") && has("internal"),
            Self::Accounts => {
                any(&["organization_url", "email_suffix", "rooId"])
                    || (has("login") && !has("full_name"))
            }
            Self::OssRegister => has("publicCodeUrl"),
            Self::Publiccode => any(&["publiccodeYmlVersion"]),
            Self::Repositories => has("repository") && has("publiccode"),
            Self::Ore => has("adminCode") || (has("description") && has("licences")),
            Self::Dcat | Self::Starter | Self::WebPage => false,
        }
    }
}

/// The members of an object, with the sign by which each value begins: `"` for a text, `[` for a
/// list, `{` for an object, `0` for anything else. Also in lower case.
#[derive(Debug, Default, PartialEq)]
struct Members(BTreeMap<String, char>);

impl Members {
    fn of(object: &serde_json::Map<String, Value>) -> Self {
        let mut members = Self::default();
        for (key, value) in object {
            members.add(
                key,
                match value {
                    Value::String(_) => '"',
                    Value::Array(_) => '[',
                    Value::Object(_) => '{',
                    _ => '0',
                },
            );
        }
        members
    }

    fn add(&mut self, key: &str, sign: char) {
        self.0.entry(key.to_lowercase()).or_insert(sign);
        self.0.insert(key.to_owned(), sign);
    }

    fn kind_of(&self, key: &str) -> Option<char> {
        self.0.get(key).copied()
    }
}

/// Kinds in the order in which they are tried on the members of entries: what has members that
/// nothing else has comes first.
const BY_MEMBERS: &[Kind] = &[
    Kind::SoftwareCatalogApi,
    Kind::Publiccode,
    Kind::OssRegister,
    Kind::ForgejoRepositories,
    Kind::GithubRepositories,
    Kind::GitlabProjects,
    Kind::Wikidata,
    Kind::Comptoir,
    Kind::Accounts,
    Kind::Repositories,
    Kind::Codemeta,
    Kind::CodeJson,
    Kind::Dpg,
    Kind::Catalogi,
    Kind::Ore,
];

/// What a document looks like, by its beginning; `None` where it looks like nothing in particular.
pub fn looks_like(beginning: &[u8]) -> Option<Kind> {
    let text = String::from_utf8_lossy(beginning);
    let text = text.trim_start_matches('\u{FEFF}').trim_start();
    let folded = text.get(..text.len().min(200)).unwrap_or(text).to_ascii_lowercase();
    match text.chars().next()? {
        '{' | '[' => of_outline(&Outline::of(text)),
        '<' if folded.contains("<!doctype html") || folded.contains("<html") => Some(Kind::WebPage),
        '<' if folded.starts_with("<?xml") || folded.starts_with("<rdf") => Some(Kind::Dcat),
        _ if folded.starts_with("@prefix") || folded.starts_with("prefix ") => Some(Kind::Dcat),
        _ if text.contains("[[software]]") => Some(Kind::Starter),
        _ if text.contains("publiccodeYmlVersion") => Some(Kind::Publiccode),
        _ => None,
    }
}

fn of_outline(outline: &Outline) -> Option<Kind> {
    let has = |key: &str| outline.root.kind_of(key).is_some();
    let by_root = [
        (has("softwares"), Kind::Comptoir),
        (has("entities") && (has("success") || has("entities")), Kind::Wikidata),
        (has("measurementType") || (has("agency") && has("releases")), Kind::CodeJson),
        (has("catalog"), Kind::Catalogi),
        (has("dataset") || has("dcat:dataset"), Kind::Dcat),
    ];
    let known = by_root.into_iter().find(|(is_so, _)| *is_so).map(|(_, kind)| kind);
    let of = |members: &Members| BY_MEMBERS.iter().copied().find(|kind| kind.has_members(members));
    known.or_else(|| outline.entries.iter().find_map(of)).or_else(|| of(&outline.root))
}

/// The members of a document's root, and of the first objects below it.
#[derive(Debug, Default)]
struct Outline {
    root: Members,
    entries: Vec<Members>,
}

/// The deepest objects whose members are looked at, and how many of them.
const DEEPEST_ENTRY: usize = 3;
const MOST_ENTRIES: usize = 20;

impl Outline {
    /// Looks through JSON sign by sign: it may break off anywhere.
    fn of(text: &str) -> Self {
        let mut outline = Self::default();
        // Of each object that is open its members, and of each list nothing.
        let mut open: Vec<Option<Members>> = Vec::new();
        let mut rest = text;
        let mut key: Option<String> = None;
        while let Some(c) = rest.chars().next() {
            let mut next = rest.get(c.len_utf8()..).unwrap_or_default();
            let value = match c {
                '"' => {
                    let (string, after) = string(next);
                    next = after;
                    if next.trim_start().starts_with(':') {
                        key = Some(string.to_owned());
                        next = next.trim_start().get(1..).unwrap_or_default();
                        rest = next;
                        continue;
                    }
                    Some('"')
                }
                '{' | '[' => Some(c),
                '}' | ']' => {
                    outline.close(open.pop().flatten(), open.len());
                    None
                }
                c if c.is_ascii_alphanumeric() || c == '-' => Some('0'),
                _ => None,
            };
            if let (Some(value), Some(key)) = (value, key.take_if(|_| value.is_some()))
                && let Some(Some(members)) = open.last_mut()
            {
                members.add(&key, value);
            }
            match c {
                '{' => open.push(Some(Members::default())),
                '[' => open.push(None),
                _ => {}
            }
            rest = next;
        }
        while let Some(members) = open.pop() {
            outline.close(members, open.len());
        }
        outline
    }

    /// Takes the members of an object that ends with `depth` others around it.
    fn close(&mut self, members: Option<Members>, depth: usize) {
        match members {
            Some(members) if depth == 0 => self.root = members,
            Some(members) if depth <= DEEPEST_ENTRY && self.entries.len() < MOST_ENTRIES => {
                self.entries.push(members);
            }
            _ => {}
        }
    }
}

/// The text up to its closing mark, and what follows.
fn string(text: &str) -> (&str, &str) {
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => {
                let (string, rest) = text.split_at(at);
                return (string, rest.get(1..).unwrap_or_default());
            }
            _ => {}
        }
    }
    (text, "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_beginning_tells_what_a_document_is() {
        for (text, expected) in [
            (r#"[{"id": 1, "name": "Parcel", "license": "MIT"}"#, Some(Kind::Catalogi)),
            (r#"[{"id": 1, "name": "Parcel", "license": [{"spdx": "#, Some(Kind::Dpg)),
            (r#"{"agency": "X", "releases": []}"#, Some(Kind::CodeJson)),
            (r#"{"data": [{"id": "x", "publiccodeYml": "name: "#, Some(Kind::SoftwareCatalogApi)),
            (r#"[{"login": "office", "organization_url": "x"}]"#, Some(Kind::Accounts)),
            (r#"{"softwares": ["#, Some(Kind::Comptoir)),
            (r#"{"entities": {"Q1": {}}}"#, Some(Kind::Wikidata)),
            (r#"{"@context": "x", "name": "Parcel"}"#, Some(Kind::Codemeta)),
            ("<!DOCTYPE html><html>", Some(Kind::WebPage)),
            ("<?xml version='1.0'?><rdf:RDF>", Some(Kind::Dcat)),
            ("@prefix dcat: <x> .", Some(Kind::Dcat)),
            (r#"{"detail": "Not found"}"#, None),
            (r#"["a \" {", 1, null]"#, None),
            ("", None),
        ] {
            assert_eq!(looks_like(text.as_bytes()), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_looked_through(text in r#"[\[\]{}":,a\\ 1é]{0,80}"#) {
            looks_like(text.as_bytes());
        }
    }
}
