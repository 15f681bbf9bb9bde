//! Directories of organisations, one module each: from their files to
//! [`Organisation`](crate::catalogue::organisation::Organisation)s.
//!
//! A directory is read as every other format: content never makes it fail, and what cannot be used
//! is a finding for its owner. Only what is certain is taken, for an organisation is a claim about
//! who somebody is.

pub mod canada;
pub mod france;

use super::Finding;
use crate::catalogue::organisation::Organisation;

/// What a directory says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Listed {
    /// In the order of their identifiers.
    pub organisations: Vec<Organisation>,
    /// What was wrong.
    pub findings: Vec<Finding>,
}
