//! What a record says about a piece of software, in the one shape that every format decodes to.
//!
//! Every field may be unknown: an absent value is "not stated", never a default.

mod dependency;
mod involved;
mod readable;
mod recommendation;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::text::{Lang, LocalizedList, LocalizedText};
use super::urls::WebUrl;
use crate::licence::Normalised;

pub use dependency::{Dependency, DependencyKind};
pub use involved::{Involved, Role};
pub use recommendation::{Recommendation, RecommendationVerdict};

/// The normalised content of one record, and (merged) of one software entry.
///
/// Each field's way of merging stands in the table of `super::merge::fields`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Content {
    /// Name. A name that belongs to no language has the tag `und`.
    #[serde(skip_serializing_if = "LocalizedText::is_empty")]
    pub name: LocalizedText,
    /// Other names: former names, acronyms, names of editions.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub aliases: BTreeSet<String>,
    /// One sentence on what it does, plain text.
    #[serde(skip_serializing_if = "LocalizedText::is_empty")]
    pub summary: LocalizedText,
    /// Longer description; may hold Markdown.
    #[serde(skip_serializing_if = "LocalizedText::is_empty")]
    pub description: LocalizedText,
    /// What it can do, as bullet points.
    #[serde(skip_serializing_if = "LocalizedList::is_empty")]
    pub features: LocalizedList,
    /// Where and for whom the source says it is used, such as "Services déconcentrés"; no
    /// description of what it does.
    #[serde(skip_serializing_if = "LocalizedText::is_empty")]
    pub context_of_use: LocalizedText,
    /// What governments say about using it; each source speaks for itself.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub recommendations: Vec<Recommendation>,
    /// Whether the support contract of the source's government covers it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supported_by_contract: Option<bool>,
    /// The project's web site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub homepage: Option<WebUrl>,
    /// The source code repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repository: Option<WebUrl>,
    /// Further and former repositories.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub other_repositories: BTreeSet<WebUrl>,
    /// The documentation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub documentation: Option<WebUrl>,
    /// The documentation of its programming interface.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_documentation: Option<WebUrl>,
    /// What its developers plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roadmap: Option<WebUrl>,
    /// Where it can be downloaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub download: Option<WebUrl>,
    /// The terms or the disclaimer that the publisher points to beside the licence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disclaimer: Option<WebUrl>,
    /// Further pages that the publisher points to.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub supplementary: BTreeSet<WebUrl>,
    /// A logo; never fetched by pages, see `docs/`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo: Option<WebUrl>,
    /// The entry's own page in the source's catalogue.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub entry_pages: BTreeSet<WebUrl>,
    /// Every statement about the licence. They are never joined into one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub licences: Vec<LicenceStatement>,
    /// The latest version, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The oldest version that the source advises to use, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version_min: Option<String>,
    /// The day of the latest release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub released_on: Option<NaiveDate>,
    /// The day on which the project began or was first published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_on: Option<NaiveDate>,
    /// The last day on which the source saw the project change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_activity_on: Option<NaiveDate>,
    /// How far the development is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub development_status: Option<DevelopmentStatus>,
    /// What kind of thing it is: publiccode.yml `softwareType`, such as `standalone/web`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub software_type: Option<String>,
    /// Categories of the publiccode.yml vocabulary.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub categories: BTreeSet<String>,
    /// Free keywords.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub tags: BTreeSet<String>,
    /// Fields of administration that it is for: publiccode.yml `intendedAudience.scope`.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub audience: BTreeSet<String>,
    /// Countries for which it is meant: ISO 3166-1 alpha-2, upper case.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub intended_countries: BTreeSet<String>,
    /// Countries for which it is stated not to work: ISO 3166-1 alpha-2, upper case.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub unsupported_countries: BTreeSet<String>,
    /// Countries in which it is deployed, where no organisation is named: ISO 3166-1 alpha-2.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub deployed_in: BTreeSet<String>,
    /// Countries in which it is developed: ISO 3166-1 alpha-2, upper case.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub developed_in: BTreeSet<String>,
    /// Goals for sustainable development of the United Nations, 1 to 17, with the evidence.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub goals: Vec<Goal>,
    /// Standards, specifications and regulations that it states to support or to follow, as written.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub conforms_to: BTreeSet<String>,
    /// Public platforms that it works with, lower case: `spid`, `cie`, `pagopa`, `anpr`, `io`.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub public_platforms: BTreeSet<String>,
    /// Platforms, lower case: `web`, `windows`, `mac`, `linux`, `ios`, `android`, or as written.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub platforms: BTreeSet<String>,
    /// Languages of the interface.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub interface_languages: BTreeSet<Lang>,
    /// Programming languages, as written.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub programming_languages: BTreeSet<String>,
    /// Who keeps it alive: publiccode.yml `maintenance.type`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maintenance: Option<Maintenance>,
    /// Who publishes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publisher: Option<Organisation>,
    /// Further organisations and their part in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub involved: Vec<Involved>,
    /// Who uses it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub usages: Vec<Usage>,
    /// Who sells or gives support.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub support: Vec<SupportProvider>,
    /// Products that it can replace, often proprietary.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub replaces: Vec<Related>,
    /// Comparable software.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub similar: Vec<Related>,
    /// What it extends or is a part of, such as the program that a plug-in is for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub part_of: Vec<Related>,
    /// Upstream projects that it derives from.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub based_on: BTreeSet<WebUrl>,
    /// What it needs in order to run.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dependencies: Vec<Dependency>,
    /// Typed identifiers in other registers.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub identifiers: BTreeSet<Identifier>,
    /// Whether a public administration develops it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publicly_developed: Option<bool>,
    /// The source's own date of listing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listed_on: Option<NaiveDate>,
}

/// One statement about the licence, and what we make of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LicenceStatement {
    /// Who speaks.
    pub slot: LicenceSlot,
    /// The statement and its outcome; the raw text stays.
    #[serde(flatten)]
    pub normalised: Normalised,
}

/// Who makes a statement about a licence. The fourth slot, *concluded*, is ours and is computed
/// from these ([`super::merge`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LicenceSlot {
    /// The publisher's own file says so.
    Declared,
    /// A catalogue says so.
    Asserted,
    /// A forge or a scanner found it.
    Detected,
}

/// publiccode.yml `developmentStatus`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DevelopmentStatus {
    Concept,
    Development,
    Beta,
    Stable,
    Obsolete,
}

impl DevelopmentStatus {
    /// Reads a value of the publiccode.yml vocabulary, in any case.
    pub fn parse(raw: &str) -> Option<Self> {
        Some(match raw.trim().to_ascii_lowercase().as_str() {
            "concept" => Self::Concept,
            "development" => Self::Development,
            "beta" => Self::Beta,
            "stable" => Self::Stable,
            "obsolete" => Self::Obsolete,
            _ => return None,
        })
    }

    /// The value as the vocabulary writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Concept => "concept",
            Self::Development => "development",
            Self::Beta => "beta",
            Self::Stable => "stable",
            Self::Obsolete => "obsolete",
        }
    }
}

/// publiccode.yml `maintenance.type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Maintenance {
    Internal,
    Contract,
    Community,
    /// The publisher states that nobody maintains it.
    None,
}

impl Maintenance {
    /// Reads a value of the publiccode.yml vocabulary, in any case.
    pub fn parse(raw: &str) -> Option<Self> {
        Some(match raw.trim().to_ascii_lowercase().as_str() {
            "internal" => Self::Internal,
            "contract" => Self::Contract,
            "community" => Self::Community,
            "none" => Self::None,
            _ => return None,
        })
    }

    /// The value as the vocabulary writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::Contract => "contract",
            Self::Community => "community",
            Self::None => "none",
        }
    }
}

/// An organisation as a record names it.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Organisation {
    /// The name as written; empty where the record names it by nothing but its URI.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// An identifying URI, such as `urn:x-italian-pa:c_a944` or a linked-data address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
    /// ISO 3166-1 alpha-2 code, upper case, where the record implies one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

impl Organisation {
    /// The name, where the record states one.
    pub fn stated_name(&self) -> Option<&str> {
        (!self.name.is_empty()).then_some(&self.name)
    }
}

/// "This organisation uses this software."
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Usage {
    /// The organisation's name as written.
    pub organisation: String,
    /// ISO 3166-1 alpha-2 code, upper case, where the source's own scope implies one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Who makes the statement.
    pub evidence: UsageEvidence,
    /// Number of people in that organisation who say that they use it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub users: Option<u32>,
    /// Number of people there who offer to answer questions about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referents: Option<u32>,
    /// In use since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<NaiveDate>,
    /// The statement counts until this day; after it, the merge leaves it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_on: Option<NaiveDate>,
}

/// How much a statement of use weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UsageEvidence {
    /// The catalogue of the users' own country or body says so.
    Catalogue,
    /// The project lists its users itself (publiccode.yml `usedBy`); nobody has confirmed it.
    Project,
}

/// A company or body that gives support.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SupportProvider {
    /// The name as written.
    pub name: String,
    /// Its web site or its page in a register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<WebUrl>,
    /// The end of a support contract.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
}

/// A product or project named in relation to an entry.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Related {
    /// The name as written.
    pub name: String,
    /// Its Wikidata item, such as `Q688317`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wikidata: Option<String>,
}

/// A goal for sustainable development that it serves, and why its publisher says so.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Goal {
    /// The number of the goal, 1 to 17.
    pub number: u8,
    /// The reason, in the source's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// A page that shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence_url: Option<WebUrl>,
}

/// An identifier in another register: `wikidata:Q215051`, `comptoir-du-libre:72`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Identifier {
    /// The register: see [`super::keys::scheme`].
    pub scheme: String,
    /// The value in that register.
    pub value: String,
}

impl Content {
    /// The name to show where no language is asked for.
    pub fn plain_name(&self) -> Option<&str> {
        self.name.plain()
    }

    /// Every country in which it is said to be used, with or without the name of a user.
    pub fn countries_of_use(&self) -> BTreeSet<&str> {
        let of_users = self.usages.iter().filter_map(|usage| usage.country.as_deref());
        of_users.chain(self.deployed_in.iter().map(String::as_str)).collect()
    }
}
