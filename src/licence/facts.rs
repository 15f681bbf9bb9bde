//! What is known about a licence expression, three-valued: yes, no, not stated.
//!
//! Each fact has one source with its date ([`Kind::source`]): the flags of the SPDX licence list
//! in the version that [`list_version`] names, published lists of governments and bodies, and a
//! table of our own, all in `facts.toml`. An unknown is never shown as a yes.

mod family;
mod grade;
mod table;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use spdx::{Expression, LicenseItem};

use super::tree::Tree;

pub use family::family;
use grade::{Answer, best};
pub use table::note;

/// A fact with an honest third value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fact {
    Yes,
    No,
    NotStated,
}

/// What a licence demands of those who pass the software on, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Copyleft {
    /// Nothing has to be given back.
    Permissive,
    /// The files or the library itself, not what is linked to it.
    Weak,
    /// Content and data under the same terms.
    ShareAlike,
    /// The whole work, when it is distributed.
    Strong,
    /// Use over a network counts as distribution, whatever the strength.
    Network,
    /// It forbids a use, a field or a change.
    NotOpen,
}

/// The facts that we show for an expression.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The Open Source Initiative has approved it.
    pub osi_approved: Fact,
    /// The Free Software Foundation lists it: yes as free, no as not free.
    pub fsf_free: Fact,
    /// Yes: one of the two above says so, of software. No: on our list of licences that are not.
    pub open_source: Fact,
    /// What it demands in return. `None` is "not stated".
    #[serde(with = "not_stated")]
    pub copyleft: Option<Copyleft>,
    /// In the Appendix of the EUPL 1.2: what a work derived from EUPL code may go out under.
    pub eupl_appendix: Fact,
    /// On the list of licences under which French administrations publish (D. 323-2-1).
    pub french_list: Fact,
    /// Recommended by the Italian guidelines for new software, data or documents.
    pub italian_guidelines: Fact,
    /// In the list of the Digital Public Goods Alliance.
    pub dpg_list: Fact,
    /// The facts that hold only if one takes a certain branch of a choice, and that branch.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub by_branch: BTreeMap<Kind, String>,
}

/// Which fact. The words are the names of the members of [`Facts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    OsiApproved,
    FsfFree,
    OpenSource,
    Copyleft,
    EuplAppendix,
    FrenchList,
    ItalianGuidelines,
    DpgList,
}

/// Where a fact comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Who says it, and where.
    pub name: String,
    /// Where to read it; none for our own table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The day on which it was read, or the version of the list.
    pub date: String,
}

/// The version of the SPDX list that the facts come from, such as `3.29.0`.
pub fn list_version() -> &'static str {
    spdx::license_version()
}

/// The facts of an SPDX expression. Of a choice (`OR`) a fact holds if it holds for one branch,
/// which [`Facts::by_branch`] then names; of a sum (`AND`) if it holds for all parts. What is on
/// no list is not stated, and neither is anything about a licence with an addition that nobody
/// knows. An exception of the SPDX list only ever permits more: the licence's facts hold.
pub fn facts(expression: &str) -> Facts {
    let Some(tree) = Tree::parse(expression) else { return Facts::nothing() };
    let mut by_branch = BTreeMap::new();
    let mut fact = |kind: Kind| {
        let (answer, branch) = best(&tree, &|requirement| table::answer(kind, requirement));
        if let (Some(Answer::Yes), Some(branch)) = (answer, branch) {
            by_branch.insert(kind, branch);
        }
        Fact::from(answer)
    };
    let mut facts = Facts {
        osi_approved: fact(Kind::OsiApproved),
        fsf_free: fact(Kind::FsfFree),
        open_source: fact(Kind::OpenSource),
        copyleft: None,
        eupl_appendix: fact(Kind::EuplAppendix),
        french_list: fact(Kind::FrenchList),
        italian_guidelines: fact(Kind::ItalianGuidelines),
        dpg_list: fact(Kind::DpgList),
        by_branch: BTreeMap::new(),
    };
    let (class, branch) = best(&tree, &table::copyleft);
    by_branch.extend(branch.map(|branch| (Kind::Copyleft, branch)));
    facts.copyleft = class;
    facts.by_branch = by_branch;
    facts
}

/// What holds of all expressions alike: where they differ, nothing is stated. So a family of which
/// the version is not stated still has the facts that all its members share.
pub fn common<'a>(expressions: impl IntoIterator<Item = &'a str>) -> Facts {
    let all: Vec<Facts> = expressions.into_iter().map(facts).collect();
    let fact = |get: fn(&Facts) -> Fact| agreed(&all, get).unwrap_or(Fact::NotStated);
    Facts {
        osi_approved: fact(|one| one.osi_approved),
        fsf_free: fact(|one| one.fsf_free),
        open_source: fact(|one| one.open_source),
        copyleft: agreed(&all, |one| one.copyleft).flatten(),
        eupl_appendix: fact(|one| one.eupl_appendix),
        french_list: fact(|one| one.french_list),
        italian_guidelines: fact(|one| one.italian_guidelines),
        dpg_list: fact(|one| one.dpg_list),
        by_branch: agreed(&all, |one| one.by_branch.clone()).unwrap_or_default(),
    }
}

fn agreed<T: PartialEq>(all: &[Facts], get: impl Fn(&Facts) -> T) -> Option<T> {
    let (first, others) = all.split_first()?;
    let value = get(first);
    others.iter().all(|other| get(other) == value).then_some(value)
}

/// The licence identifiers in an expression, each once, in order of appearance.
pub fn identifiers(expression: &str) -> Vec<String> {
    let Ok(parsed) = Expression::parse(expression) else {
        return Vec::new();
    };
    let mut ids: Vec<String> = Vec::new();
    for requirement in parsed.requirements() {
        let id = match &requirement.req.license {
            LicenseItem::Spdx { id, .. } => id.name.to_owned(),
            LicenseItem::Other(other) => other.to_string(),
        };
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids
}

/// The full name of a licence on the SPDX list.
pub fn full_name(id: &str) -> Option<&'static str> {
    spdx::license_id(id).map(|licence| licence.full_name)
}

impl Copyleft {
    /// The class as a word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Permissive => "permissive",
            Self::Weak => "weak",
            Self::ShareAlike => "share-alike",
            Self::Strong => "strong",
            Self::Network => "network",
            Self::NotOpen => "not-open",
        }
    }
}

impl Fact {
    /// The value as a word: `yes`, `no` or `not-stated`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::NotStated => NOT_STATED,
        }
    }
}

impl Kind {
    /// All facts, in the order in which pages show them.
    pub const ALL: [Self; 8] = [
        Self::OpenSource,
        Self::OsiApproved,
        Self::FsfFree,
        Self::Copyleft,
        Self::EuplAppendix,
        Self::FrenchList,
        Self::ItalianGuidelines,
        Self::DpgList,
    ];

    /// The fact as a word: the name of its member in [`Facts`].
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OsiApproved => "osi_approved",
            Self::FsfFree => "fsf_free",
            Self::OpenSource => "open_source",
            Self::Copyleft => "copyleft",
            Self::EuplAppendix => "eupl_appendix",
            Self::FrenchList => "french_list",
            Self::ItalianGuidelines => "italian_guidelines",
            Self::DpgList => "dpg_list",
        }
    }

    /// Where the fact comes from.
    pub fn source(self) -> Option<&'static Source> {
        table::source(self)
    }
}

impl Facts {
    /// Nothing is known.
    pub fn nothing() -> Self {
        let not = Fact::NotStated;
        Self {
            osi_approved: not,
            fsf_free: not,
            open_source: not,
            copyleft: None,
            eupl_appendix: not,
            french_list: not,
            italian_guidelines: not,
            dpg_list: not,
            by_branch: BTreeMap::new(),
        }
    }

    /// A fact as a word: `yes`, `no`, `not-stated`, or the class of copyleft.
    pub fn word(&self, kind: Kind) -> &'static str {
        match kind {
            Kind::OsiApproved => self.osi_approved.as_str(),
            Kind::FsfFree => self.fsf_free.as_str(),
            Kind::OpenSource => self.open_source.as_str(),
            Kind::Copyleft => self.copyleft.map_or(NOT_STATED, Copyleft::as_str),
            Kind::EuplAppendix => self.eupl_appendix.as_str(),
            Kind::FrenchList => self.french_list.as_str(),
            Kind::ItalianGuidelines => self.italian_guidelines.as_str(),
            Kind::DpgList => self.dpg_list.as_str(),
        }
    }
}

impl From<Option<Answer>> for Fact {
    fn from(answer: Option<Answer>) -> Self {
        match answer {
            Some(Answer::Yes) => Self::Yes,
            Some(Answer::No) => Self::No,
            None => Self::NotStated,
        }
    }
}

/// The word for what nobody says.
const NOT_STATED: &str = "not-stated";

/// [`Facts::copyleft`] in JSON: the class, or `not-stated`.
mod not_stated {
    use serde::de::IntoDeserializer;
    use serde::{Deserialize, Deserializer, Serializer};

    use super::{Copyleft, NOT_STATED};

    #[expect(clippy::ref_option, reason = "the shape that serde calls")]
    pub(super) fn serialize<S: Serializer>(
        class: &Option<Copyleft>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(class.map_or(NOT_STATED, Copyleft::as_str))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Copyleft>, D::Error> {
        let word = String::deserialize(deserializer)?;
        if word == NOT_STATED {
            return Ok(None);
        }
        Copyleft::deserialize(word.into_deserializer()).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expression: &str, kind: Kind, expected: &str) {
        let facts = facts(expression);
        let found = match facts.by_branch.get(&kind) {
            Some(branch) => format!("{} by {branch}", facts.word(kind)),
            None => facts.word(kind).to_owned(),
        };
        assert_eq!(found, expected, "{kind:?} of {expression}");
    }

    #[test]
    fn facts_are_computed_over_the_expression() {
        for (expression, osi) in [
            ("MIT", "yes"),
            ("SSPL-1.0", "no"),
            ("MIT OR SSPL-1.0", "yes by MIT"),
            ("MIT OR ISC", "yes"),
            ("MIT OR ISC OR SSPL-1.0", "yes by MIT OR ISC"),
            ("MIT AND SSPL-1.0", "no"),
            ("MIT AND (ISC OR SSPL-1.0)", "yes by MIT AND ISC"),
            ("SSPL-1.0 AND (ISC OR SSPL-1.0)", "no"),
            ("MIT AND LicenseRef-x", "not-stated"),
            ("MIT OR LicenseRef-x", "yes by MIT"),
            ("SSPL-1.0 OR LicenseRef-x", "not-stated"),
            ("GPL-2.0-only WITH Classpath-exception-2.0", "yes"),
            ("Apache-2.0 WITH AdditionRef-Commons-Clause", "not-stated"),
            ("NOASSERTION", "not-stated"),
            ("not an expression", "not-stated"),
        ] {
            check(expression, Kind::OsiApproved, osi);
        }
    }

    #[test]
    fn a_licence_that_the_foundation_does_not_list_is_not_called_unfree() {
        for (expression, fsf) in [
            ("GPL-3.0-or-later", "yes"),
            ("CECILL-2.1", "not-stated"),
            ("JSON", "no"),
            ("NASA-1.3", "no"),
            ("CC-BY-NC-SA-3.0-IGO", "no"),
        ] {
            check(expression, Kind::FsfFree, fsf);
        }
    }

    #[test]
    fn open_source_is_said_of_software() {
        for (expression, open) in [
            ("EUPL-1.2", "yes"),
            ("CECILL-B", "yes"),
            ("CC0-1.0", "yes"),
            ("NASA-1.3", "yes"),
            ("CC-BY-4.0", "not-stated"),
            ("etalab-2.0", "not-stated"),
            ("BUSL-1.1", "no"),
            ("Elastic-2.0", "no"),
            ("CC-BY-NC-SA-4.0", "no"),
            ("CC-BY-ND-4.0", "no"),
            ("BUSL-1.1 OR Apache-2.0", "yes by Apache-2.0"),
            ("Zeeff", "not-stated"),
        ] {
            check(expression, Kind::OpenSource, open);
        }
    }

    #[test]
    fn copyleft_is_the_least_of_a_choice_and_the_most_of_a_sum() {
        for (expression, class) in [
            ("EPL-2.0", "weak"),
            ("CECILL-C", "weak"),
            ("CECILL-2.1", "strong"),
            ("CECILL-B", "permissive"),
            ("LiLiQ-Rplus-1.1", "strong"),
            ("EUPL-1.0", "strong"),
            ("EUPL-1.2", "network"),
            ("AGPL-3.0-only", "network"),
            ("CC-BY-SA-3.0-DE", "share-alike"),
            ("SSPL-1.0", "not-open"),
            ("MIT OR GPL-3.0-only", "permissive by MIT"),
            ("MIT AND GPL-3.0-only", "strong"),
            ("GPL-3.0-only AND (MIT OR EPL-2.0)", "strong"),
            ("MIT AND CC-BY-SA-4.0", "share-alike"),
            ("MIT OR LicenseRef-x", "permissive by MIT"),
            ("GPL-3.0-only OR LicenseRef-x", "not-stated"),
            ("LicenseRef-x AND SSPL-1.0", "not-open"),
            ("GPL-2.0-only WITH Classpath-exception-2.0", "weak"),
            ("GPL-3.0-or-later WITH GCC-exception-3.1", "weak"),
            ("GPL-2.0-only WITH Linux-syscall-note", "strong"),
            ("GPL-3.0-only WITH Bison-exception-2.2", "strong"),
            ("AGPL-3.0-only WITH Classpath-exception-2.0", "network"),
            ("Apache-2.0 WITH LLVM-exception", "permissive"),
            ("Zeeff", "not-stated"),
        ] {
            check(expression, Kind::Copyleft, class);
        }
    }

    #[test]
    fn lists_of_governments_are_read_to_the_letter() {
        use Kind::{DpgList, EuplAppendix, FrenchList, ItalianGuidelines};
        for (kind, expression, listed) in [
            (EuplAppendix, "EPL-1.0", "yes"),
            (EuplAppendix, "EPL-2.0", "no"),
            (EuplAppendix, "GPL-2.0-or-later", "yes"),
            (EuplAppendix, "MIT", "no"),
            (EuplAppendix, "LicenseRef-x", "not-stated"),
            (FrenchList, "GPL-3.0-or-later", "yes"),
            (FrenchList, "GPL-3.0-only", "not-stated"),
            (FrenchList, "CECILL-2.0", "not-stated"),
            (FrenchList, "ISC", "no"),
            (FrenchList, "etalab-2.0", "yes"),
            (ItalianGuidelines, "EUPL-1.2", "yes"),
            (ItalianGuidelines, "AGPL-3.0-only", "not-stated"),
            (ItalianGuidelines, "Apache-2.0", "no"),
            (DpgList, "CECILL-2.1", "yes"),
            (DpgList, "EUPL-1.1", "not-stated"),
        ] {
            check(expression, kind, listed);
        }
    }

    #[test]
    fn what_all_candidates_share_is_known_although_the_licence_is_not() {
        let agpl = common(["AGPL-1.0-only", "AGPL-3.0-only"]);
        assert_eq!(agpl.copyleft, Some(Copyleft::Network));
        assert_eq!(agpl.osi_approved, Fact::NotStated);
        assert_eq!(common([]), Facts::nothing());
    }

    #[test]
    fn facts_are_written_and_read_again() {
        for expression in ["MIT OR SSPL-1.0", "LicenseRef-x"] {
            let written = serde_json::to_value(facts(expression)).expect("JSON");
            assert_eq!(serde_json::from_value::<Facts>(written).expect("facts"), facts(expression));
        }
        let written = serde_json::to_value(facts("MIT OR GPL-3.0-only")).expect("JSON");
        assert_eq!(written["copyleft"], "permissive");
        assert_eq!(written["by_branch"]["copyleft"], "MIT");
        for kind in Kind::ALL {
            assert_eq!(written[kind.as_str()], facts("MIT OR GPL-3.0-only").word(kind));
        }
    }

    #[test]
    fn identifiers_come_once_each() {
        assert_eq!(identifiers("MIT OR (Apache-2.0 AND MIT)"), ["MIT", "Apache-2.0"]);
    }
}
