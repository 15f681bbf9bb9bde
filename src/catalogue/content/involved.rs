//! Organisations beside the publisher, each with its part.

use serde::{Deserialize, Serialize};

use super::Organisation;

/// An organisation that has a part in a software.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Involved {
    pub role: Role,
    #[serde(flatten)]
    pub organisation: Organisation,
}

/// The part that an organisation has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
