//! The facets of a search, one row each. From a row follow the index of either engine, the parameter
//! of the API with its description, and the page; its words are `facet-…` in `locales/`.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use super::entry::Entry;
use super::rows::rows;
use crate::catalogue::body::BodyKind;
use crate::catalogue::content::{DevelopmentStatus, Maintenance};
use crate::catalogue::products::PRODUCTS;
use crate::licence::conflict::Severity;
use crate::licence::facts::{Copyleft, Fact, Kind, family, identifiers};
use crate::search::question::REPLACES;

/// What there is to say of a facet.
struct Row {
    name: &'static str,
    description: &'static str,
    label: ValueLabel,
    values: fn(&Entry<'_>) -> Vec<String>,
    allowed: fn() -> Vec<&'static str>,
}

/// What a value of a facet is called on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueLabel {
    /// As it is written: a name of its own.
    Written,
    /// As it is written, with a capital letter at the beginning.
    Capitalised,
    /// By the name of the product of that id.
    Product,
    /// By the name of the need of that id.
    Need,
    /// By the name of the source of that id.
    Source,
    /// By the name of the country of that code.
    Country,
    /// By a message of `locales/` whose name begins so.
    Word(&'static str),
}

rows! {
    /// A facet of the search. Pages show them in this order.
    Facet: Row {
        Category = Row::new(
            "category",
            "publiccode.yml category",
            ValueLabel::Need,
            |entry| entry.content.categories.iter().cloned().collect(),
        ),
        Need = Row::new(
            "need",
            "purpose: a publiccode.yml category or a narrower need, stated by a source or derived \
             from name, keywords and texts",
            ValueLabel::Need,
            |entry| once(entry.needs.iter().map(|met| met.need.id.as_str())),
        ),
        Licence = Row::new(
            "licence",
            "SPDX identifier",
            ValueLabel::Capitalised,
            |entry| once(licences(entry)),
        ),
        LicenceFamily = Row::new(
            "licence-family",
            "identifier without its version, such as `GPL`",
            ValueLabel::Capitalised,
            |entry| once(licences(entry).filter_map(|id| family(&id).map(str::to_owned))),
        ),
        OpenSource = Row::new(
            "open-source",
            "`yes`, `no` or `not-stated`",
            ValueLabel::Word("open-source"),
            |entry| once([entry.facts.open_source.as_str()]),
        )
        .allowing(|| FACTS.map(Fact::as_str).to_vec()),
        Copyleft = Row::new(
            "copyleft",
            "`permissive`, `weak`, `share-alike`, `strong`, `network`, `not-open` or `not-stated`",
            ValueLabel::Word("copyleft"),
            |entry| once([entry.facts.word(Kind::Copyleft)]),
        )
        .allowing(|| {
            let classes = CLASSES.map(Copyleft::as_str).into_iter();
            classes.chain([Fact::NotStated.as_str()]).collect()
        }),
        LicenceConflict = Row::new(
            "licence-conflict",
            "between sources: `none`, `soft` (they share a licence) or `hard`",
            ValueLabel::Word("licence-conflict-is"),
            |entry| once([entry.software.licence.conflict().as_str()]),
        )
        .allowing(|| SEVERITIES.map(Severity::as_str).to_vec()),
        Country = Row::new(
            "country",
            "country of use, ISO 3166-1 alpha-2",
            ValueLabel::Country,
            |entry| once(entry.content.countries_of_use()),
        ),
        Body = Row::new(
            "body",
            "kind of the administrations that use it, as far as their names say: `national`, \
             `regional`, `local`, `education` or `health`",
            ValueLabel::Word("body"),
            |entry| {
                let users = entry.content.usages.iter();
                let kinds = users.flat_map(|usage| BodyKind::of_name(&usage.organisation));
                once(kinds.map(BodyKind::as_str))
            },
        )
        .allowing(|| BodyKind::ALL.map(BodyKind::as_str).to_vec()),
        Source = Row::new(
            "source",
            "source id",
            ValueLabel::Source,
            |entry| once(entry.sources.iter().map(|one| one.source.as_str())),
        ),
        Platform = Row::new(
            "platform",
            "`web`, `linux`, `windows`, `mac`, `android`, `ios`",
            ValueLabel::Word("platform"),
            |entry| entry.content.platforms.iter().cloned().collect(),
        ),
        Language = Row::new(
            "language",
            "language of the interface",
            ValueLabel::Word("language"),
            |entry| once(entry.content.interface_languages.iter().map(|lang| lang.primary())),
        ),
        Status = Row::new(
            "status",
            "publiccode.yml developmentStatus",
            ValueLabel::Word("status"),
            |entry| once(entry.content.development_status.map(DevelopmentStatus::as_str)),
        )
        .allowing(|| STATUSES.map(DevelopmentStatus::as_str).to_vec()),
        Maintenance = Row::new(
            "maintenance",
            "publiccode.yml maintenance.type",
            ValueLabel::Word("maintenance"),
            |entry| once(entry.content.maintenance.map(Maintenance::as_str)),
        )
        .allowing(|| MAINTENANCE.map(Maintenance::as_str).to_vec()),
        Support = Row::new(
            "support",
            "who gives support, as a source writes the name",
            ValueLabel::Written,
            |entry| once(entry.content.support.iter().map(|provider| provider.name.as_str())),
        ),
        Public = Row::new(
            "public",
            "`yes`: a public body develops it",
            ValueLabel::Word("public"),
            |entry| once(entry.content.publicly_developed.map(yes_or_no)),
        )
        .allowing(|| [true, false].map(yes_or_no).to_vec()),
        Recommendation = Row::new(
            "recommendation",
            "what a government says about using it: `recommended`, `observed` or \
             `no_longer_recommended`",
            ValueLabel::Word("recommendation"),
            |entry| once(entry.content.recommendations.iter().map(|one| one.verdict.as_str())),
        ),
        Contract = Row::new(
            "contract",
            "`yes`: the support contract of the source's government covers it",
            ValueLabel::Word("contract"),
            |entry| once(entry.content.supported_by_contract.map(yes_or_no)),
        ),
        Replaces = Row::new(
            REPLACES,
            "product that a source says it replaces: its id such as `microsoft-teams`, or its name",
            ValueLabel::Product,
            |entry| PRODUCTS.values(&entry.content.replaces),
        ),
    }
}

const FACTS: [Fact; 3] = [Fact::Yes, Fact::No, Fact::NotStated];
const CLASSES: [Copyleft; 6] = [
    Copyleft::Permissive,
    Copyleft::Weak,
    Copyleft::ShareAlike,
    Copyleft::Strong,
    Copyleft::Network,
    Copyleft::NotOpen,
];
const SEVERITIES: [Severity; 3] = [Severity::None, Severity::Soft, Severity::Hard];
const STATUSES: [DevelopmentStatus; 5] = [
    DevelopmentStatus::Concept,
    DevelopmentStatus::Development,
    DevelopmentStatus::Beta,
    DevelopmentStatus::Stable,
    DevelopmentStatus::Obsolete,
];
const MAINTENANCE: [Maintenance; 4] =
    [Maintenance::Internal, Maintenance::Contract, Maintenance::Community, Maintenance::None];

impl Row {
    const fn new(
        name: &'static str,
        description: &'static str,
        label: ValueLabel,
        values: fn(&Entry<'_>) -> Vec<String>,
    ) -> Self {
        Self { name, description, label, values, allowed: Vec::new }
    }

    /// The same facet with all its values, which the API then names and holds requests to.
    const fn allowing(mut self, allowed: fn() -> Vec<&'static str>) -> Self {
        self.allowed = allowed;
        self
    }
}

impl Facet {
    /// The names of all.
    pub fn names() -> Vec<&'static str> {
        Self::ALL.iter().map(|facet| facet.name()).collect()
    }

    /// The facet of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|facet| facet.name() == name)
    }

    /// Its name in the index and in addresses of pages.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// Its name in the API.
    pub fn parameter(self) -> Cow<'static, str> {
        let name = self.name();
        if name.contains('-') { name.replace('-', "_").into() } else { name.into() }
    }

    /// What it is, for the document of the API.
    pub fn description(self) -> &'static str {
        self.row().description
    }

    /// What its values are called.
    pub fn label(self) -> ValueLabel {
        self.row().label
    }

    /// All values that it may have; none where they cannot be listed.
    pub fn allowed(self) -> Vec<&'static str> {
        (self.row().allowed)()
    }

    /// Its values in an entry, each once.
    pub(super) fn values(self, entry: &Entry<'_>) -> Vec<String> {
        (self.row().values)(entry)
    }
}

impl fmt::Display for Facet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

fn once(values: impl IntoIterator<Item = impl Into<String>>) -> Vec<String> {
    let different: BTreeSet<String> = values.into_iter().map(Into::into).collect();
    different.into_iter().collect()
}

/// The identifiers of all licences that somebody states.
fn licences(entry: &Entry<'_>) -> impl Iterator<Item = String> {
    entry.software.licence.stated().into_iter().flat_map(identifiers)
}

fn yes_or_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_facet_is_known_by_its_name_alone() {
        for facet in Facet::ALL {
            assert_eq!(Facet::named(facet.name()), Some(*facet));
            assert!(!facet.description().is_empty(), "{facet}");
        }
        assert_eq!(Facet::named("licence_family"), None);
        assert_eq!(Facet::LicenceFamily.parameter(), "licence_family");
    }
}
