//! What the content of an entry is made of.

use chrono::NaiveDate;
use utoipa::ToSchema;

use super::licence::Normalised;
use super::text::WebUrl;

/// One statement about the licence, and what we make of it.
#[derive(ToSchema)]
pub struct LicenceStatement {
    /// Who speaks.
    pub slot: LicenceSlot,
    /// The statement and its outcome; the raw text stays.
    #[serde(flatten)]
    pub normalised: Normalised,
}

/// Who makes a statement about a licence. The fourth slot, *concluded*, is ours and is computed
/// from these ([`super::merge`]).
#[derive(ToSchema)]
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
#[derive(ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DevelopmentStatus {
    Concept,
    Development,
    Beta,
    Stable,
    Obsolete,
}

/// publiccode.yml `maintenance.type`.
#[derive(ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Maintenance {
    Internal,
    Contract,
    Community,
    /// The publisher states that nobody maintains it.
    None,
}

/// An organisation as a record names it.
#[derive(ToSchema)]
pub struct Organisation {
    /// The name as written; empty where the record names it by nothing but its URI.
    pub name: Option<String>,
    /// An identifying URI, such as `urn:x-italian-pa:c_a944` or a linked-data address.
    pub uri: Option<String>,
    /// ISO 3166-1 alpha-2 code, upper case, where the record implies one.
    pub country: Option<String>,
}

/// "This organisation uses this software."
#[derive(ToSchema)]
pub struct Usage {
    /// The organisation's name as written.
    pub organisation: String,
    /// ISO 3166-1 alpha-2 code, upper case, where the source's own scope implies one.
    pub country: Option<String>,
    /// Who makes the statement.
    pub evidence: UsageEvidence,
    /// Number of people in that organisation who say that they use it.
    pub users: Option<u32>,
    /// Number of people there who offer to answer questions about it.
    pub referents: Option<u32>,
    /// In use since.
    pub since: Option<NaiveDate>,
    /// The statement counts until this day; after it, the merge leaves it out.
    pub expires_on: Option<NaiveDate>,
}

/// How much a statement of use weighs.
#[derive(ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum UsageEvidence {
    /// The catalogue of the users' own country or body says so.
    Catalogue,
    /// The project lists its users itself (publiccode.yml `usedBy`); nobody has confirmed it.
    Project,
}

/// A company or body that gives support.
#[derive(ToSchema)]
pub struct SupportProvider {
    /// The name as written.
    pub name: String,
    /// Its web site or its page in a register.
    pub url: Option<WebUrl>,
    /// The end of a support contract.
    pub until: Option<NaiveDate>,
}

/// A product or project named in relation to an entry.
#[derive(ToSchema)]
pub struct Related {
    /// The name as written.
    pub name: String,
    /// Its Wikidata item, such as `Q688317`.
    pub wikidata: Option<String>,
}

/// A goal for sustainable development that it serves, and why its publisher says so.
#[derive(ToSchema)]
pub struct Goal {
    /// The number of the goal, 1 to 17.
    pub number: u8,
    /// The reason, in the source's words.
    pub evidence: Option<String>,
    /// A page that shows it.
    pub evidence_url: Option<WebUrl>,
}

/// An identifier in another register: `wikidata:Q215051`, `comptoir-du-libre:72`.
#[derive(ToSchema)]
pub struct Identifier {
    /// The register: see [`super::keys::scheme`].
    pub scheme: String,
    /// The value in that register.
    pub value: String,
}

/// An organisation that has a part in a software.
#[derive(ToSchema)]
pub struct Involved {
    pub role: Role,
    #[serde(flatten)]
    pub organisation: Organisation,
}

/// The part that an organisation has.
#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Holds the copyright (publiccode.yml `legal.mainCopyrightOwner`).
    CopyrightOwner,
    /// Owns the repository (publiccode.yml `legal.repoOwner`).
    RepositoryOwner,
    /// Owns the product.
    Owner,
    /// Keeps it alive.
    Maintainer,
    /// Wrote it, or the persons who wrote it belong to it.
    Developer,
    /// Paid for it.
    Funder,
    /// Brings it into use elsewhere.
    Implementer,
    /// Took part in another way, or the source does not say how.
    Contributor,
}

/// A government's own verdict, as one source gives it.
#[derive(ToSchema)]
pub struct Recommendation {
    pub verdict: RecommendationVerdict,
    /// The source's own word for it, such as `R`, `O`, `FR` or a sentence.
    pub wording: String,
    /// The day since which it holds, where the source says so.
    pub since: Option<NaiveDate>,
}

/// The three verdicts that sources give.
#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecommendationVerdict {
    /// The government recommends its use.
    Recommended,
    /// The government looks at it and has not decided.
    Observed,
    /// The government recommended it once and does so no longer.
    NoLongerRecommended,
}

/// One thing that a software needs.
#[derive(ToSchema)]
pub struct Dependency {
    /// The name as written.
    pub name: String,
    pub kind: DependencyKind,
    /// The only version that will do, as written.
    pub version: Option<String>,
    /// The first version that will do, as written.
    pub version_min: Option<String>,
    /// The last version that will do, as written.
    pub version_max: Option<String>,
    /// Whether it also runs without; `false` where nothing is said, as the standard has it.
    pub optional: Option<bool>,
}

/// What kind of thing is needed.
#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DependencyKind {
    Open,
    Proprietary,
    Hardware,
    /// The source names it and does not say what it is.
    Unstated,
}
