//! The content of a record or an entry.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use utoipa::ToSchema;

use super::content_parts::{
    Dependency, DevelopmentStatus, Goal, Identifier, Involved, LicenceStatement, Maintenance,
    Organisation, Recommendation, Related, SupportProvider, Usage,
};
use super::text::{Lang, LocalizedText, WebUrl};

/// The normalised content of one record, and (merged) of one software entry.
#[derive(ToSchema)]
pub struct Content {
    /// Name. A name that belongs to no language has the tag `und`.
    pub name: Option<LocalizedText>,
    /// Other names: former names, acronyms, names of editions.
    pub aliases: Option<BTreeSet<String>>,
    /// One sentence on what it does, plain text.
    pub summary: Option<LocalizedText>,
    /// Longer description; may hold Markdown.
    pub description: Option<LocalizedText>,
    /// What it can do, as bullet points.
    pub features: Option<BTreeMap<String, Vec<String>>>,
    /// Where and for whom the source says it is used, such as "Services déconcentrés"; no
    /// description of what it does.
    pub context_of_use: Option<LocalizedText>,
    /// What governments say about using it; each source speaks for itself.
    pub recommendations: Option<Vec<Recommendation>>,
    /// Whether the support contract of the source's government covers it.
    pub supported_by_contract: Option<bool>,
    /// The project's web site.
    pub homepage: Option<WebUrl>,
    /// The source code repository.
    pub repository: Option<WebUrl>,
    /// Further and former repositories.
    pub other_repositories: Option<BTreeSet<WebUrl>>,
    /// The documentation.
    pub documentation: Option<WebUrl>,
    /// The documentation of its programming interface.
    pub api_documentation: Option<WebUrl>,
    /// What its developers plan.
    pub roadmap: Option<WebUrl>,
    /// Where it can be downloaded.
    pub download: Option<WebUrl>,
    /// The terms or the disclaimer that the publisher points to beside the licence.
    pub disclaimer: Option<WebUrl>,
    /// Further pages that the publisher points to.
    pub supplementary: Option<BTreeSet<WebUrl>>,
    /// A logo; never fetched by pages, see `docs/`.
    pub logo: Option<WebUrl>,
    /// The entry's own page in the source's catalogue.
    pub entry_pages: Option<BTreeSet<WebUrl>>,
    /// Every statement about the licence. They are never joined into one.
    pub licences: Option<Vec<LicenceStatement>>,
    /// The latest version, as written.
    pub version: Option<String>,
    /// The oldest version that the source advises to use, as written.
    pub version_min: Option<String>,
    /// The day of the latest release.
    pub released_on: Option<NaiveDate>,
    /// The day on which the project began or was first published.
    pub created_on: Option<NaiveDate>,
    /// The last day on which the source saw the project change.
    pub last_activity_on: Option<NaiveDate>,
    /// How far the development is.
    pub development_status: Option<DevelopmentStatus>,
    /// What kind of thing it is: publiccode.yml `softwareType`, such as `standalone/web`.
    pub software_type: Option<String>,
    /// Categories of the publiccode.yml vocabulary.
    pub categories: Option<BTreeSet<String>>,
    /// Free keywords.
    pub tags: Option<BTreeSet<String>>,
    /// Fields of administration that it is for: publiccode.yml `intendedAudience.scope`.
    pub audience: Option<BTreeSet<String>>,
    /// Countries for which it is meant: ISO 3166-1 alpha-2, upper case.
    pub intended_countries: Option<BTreeSet<String>>,
    /// Countries for which it is stated not to work: ISO 3166-1 alpha-2, upper case.
    pub unsupported_countries: Option<BTreeSet<String>>,
    /// Countries in which it is deployed, where no organisation is named: ISO 3166-1 alpha-2.
    pub deployed_in: Option<BTreeSet<String>>,
    /// Countries in which it is developed: ISO 3166-1 alpha-2, upper case.
    pub developed_in: Option<BTreeSet<String>>,
    /// Goals for sustainable development of the United Nations, 1 to 17, with the evidence.
    pub goals: Option<Vec<Goal>>,
    /// Standards, specifications and regulations that it states to support or to follow, as written.
    pub conforms_to: Option<BTreeSet<String>>,
    /// Public platforms that it works with, lower case: `spid`, `cie`, `pagopa`, `anpr`, `io`.
    pub public_platforms: Option<BTreeSet<String>>,
    /// Platforms, lower case: `web`, `windows`, `mac`, `linux`, `ios`, `android`, or as written.
    pub platforms: Option<BTreeSet<String>>,
    /// Languages of the interface.
    pub interface_languages: Option<BTreeSet<Lang>>,
    /// Programming languages, as written.
    pub programming_languages: Option<BTreeSet<String>>,
    /// Who keeps it alive: publiccode.yml `maintenance.type`.
    pub maintenance: Option<Maintenance>,
    /// Who publishes it.
    pub publisher: Option<Organisation>,
    /// Further organisations and their part in it.
    pub involved: Option<Vec<Involved>>,
    /// Who uses it.
    pub usages: Option<Vec<Usage>>,
    /// Who sells or gives support.
    pub support: Option<Vec<SupportProvider>>,
    /// Products that it can replace, often proprietary.
    pub replaces: Option<Vec<Related>>,
    /// Comparable software.
    pub similar: Option<Vec<Related>>,
    /// What it extends or is a part of, such as the program that a plug-in is for.
    pub part_of: Option<Vec<Related>>,
    /// Upstream projects that it derives from.
    pub based_on: Option<BTreeSet<WebUrl>>,
    /// What it needs in order to run.
    pub dependencies: Option<Vec<Dependency>>,
    /// Typed identifiers in other registers.
    pub identifiers: Option<BTreeSet<Identifier>>,
    /// Whether a public administration develops it.
    pub publicly_developed: Option<bool>,
    /// The source's own date of listing.
    pub listed_on: Option<NaiveDate>,
}
