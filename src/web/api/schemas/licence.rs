//! What is known and concluded about licences.

use std::collections::{BTreeMap, BTreeSet};

use utoipa::ToSchema;

/// A statement and what we make of it.
#[derive(ToSchema)]
pub struct Normalised {
    /// The statement as written.
    pub raw: String,
    /// What kind of text it is.
    #[schema(example = "spdx")]
    pub context: String,
    /// What we make of it.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// What can come out of a statement.
#[derive(ToSchema)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// A valid SPDX expression without deprecated identifiers.
    Expression { expression: String, confidence: Confidence, range: Range },
    /// A known family of licences of which the statement does not say enough.
    Candidates { candidates: Vec<String>, reason: CandidateReason },
    /// A named licence that the SPDX list does not hold.
    NotListed { licence_ref: Option<String> },
    /// The words say that nothing is stated: empty, `N/A`, `UNKNOWN`, `NOASSERTION` …
    NoStatement,
    /// Not understood. Names the first part that no rule explains.
    Rejected { unexplained: String },
}

/// How sure an expression is.
#[derive(ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// The statement is the expression, letter by letter.
    Verbatim,
    /// The statement is another spelling of it, from a table.
    Alias,
    /// The grammar explained every token.
    Grammar,
    /// The named licence has only one version.
    SoleVersion,
}

/// Whether a statement says what holds for later versions of a GNU licence.
#[derive(ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Range {
    /// It says so, or the licence knows no such choice.
    Stated,
    /// It does not: `GPL-3.0` was written, and `-only` is the smaller grant that we conclude.
    Unstated,
}

/// What a statement leaves open.
#[derive(ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CandidateReason {
    VersionNotStated,
    OperatorNotStated,
    ExceptionVersion,
    FamilyItem,
}

/// A fact with an honest third value.
#[derive(ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Fact {
    Yes,
    No,
    NotStated,
}

/// The facts that we show for an expression.
#[derive(ToSchema)]
pub struct Facts {
    /// The Open Source Initiative has approved it.
    pub osi_approved: Fact,
    /// The Free Software Foundation lists it: yes as free, no as not free.
    pub fsf_free: Fact,
    /// Yes: one of the two above says so, of software. No: on our list of licences that are not.
    pub open_source: Fact,
    /// What it demands in return. `None` is "not stated".
    #[schema(example = "weak")]
    pub copyleft: String,
    /// In the Appendix of the EUPL 1.2: what a work derived from EUPL code may go out under.
    pub eupl_appendix: Fact,
    /// On the list of licences under which French administrations publish (D. 323-2-1).
    pub french_list: Fact,
    /// Recommended by the Italian guidelines for new software, data or documents.
    pub italian_guidelines: Fact,
    /// In the list of the Digital Public Goods Alliance.
    pub dpg_list: Fact,
    /// The facts that hold only if one takes a certain branch of a choice, and that branch.
    pub by_branch: Option<BTreeMap<String, String>>,
}

/// Where a fact comes from.
#[derive(ToSchema)]
pub struct Source {
    /// Who says it, and where.
    pub name: String,
    /// Where to read it; none for our own table.
    pub url: Option<String>,
    /// The day on which it was read, or the version of the list.
    pub date: String,
}

/// How two statements relate, the most harmless first.
#[derive(ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// They say the same, perhaps in another order.
    Identical,
    /// One says something, the other nothing.
    Missing,
    /// One does not say what holds for later versions, and fits the other: `GPL-3.0` and
    /// `GPL-3.0-or-later`.
    DeprecatedId,
    /// Both grant the same licence, one for more versions or with a further permission:
    /// `GPL-3.0-only` and `GPL-3.0-or-later`.
    NarrowerOrWider,
    /// They share a branch of a choice: `EUPL-1.2` and `EUPL-1.2 OR MIT`.
    Choice,
    /// No licence satisfies both.
    Contradiction,
}

/// What we conclude about a software's licence.
#[derive(ToSchema)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Concluded {
    /// All records that state a licence state this one.
    Resolved { expression: String, range: Range },
    /// Records name licences without saying which holds, or how they combine.
    Ambiguous {
        candidates: BTreeSet<String>,
        /// Whether something is stated beside the candidates that none of them stands for: terms
        /// that are not understood or not listed. It may take away what the candidates give.
        incomplete: Option<bool>,
    },
    /// Records do not agree. Nothing is concluded (SPDX `NOASSERTION`), not even where they share
    /// a licence: which of them is right is for their owners to say.
    Conflict {
        /// How far they are apart. What was stored before classes were told counts as the worst.
        class: Option<Class>,
        expressions: BTreeSet<String>,
    },
    /// Nobody states a licence that we understand.
    Unknown,
}
