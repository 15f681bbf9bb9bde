//! What a fact is: its kinds, its values, and the facts of an expression together.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

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
