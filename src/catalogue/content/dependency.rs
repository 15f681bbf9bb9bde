//! What a software needs in order to run (publiccode.yml `dependsOn`).

use serde::{Deserialize, Serialize};

/// One thing that a software needs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Dependency {
    /// The name as written.
    pub name: String,
    pub kind: DependencyKind,
    /// The only version that will do, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The first version that will do, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version_min: Option<String>,
    /// The last version that will do, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version_max: Option<String>,
    /// Whether it also runs without; `false` where nothing is said, as the standard has it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
}

/// What kind of thing is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DependencyKind {
    Open,
    Proprietary,
    Hardware,
    /// The source names it and does not say what it is.
    Unstated,
}
