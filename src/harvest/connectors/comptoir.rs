//! The Comptoir du Libre: one document, which declares how many entries it holds.

use crate::formats::{ItemFormat, comptoir};
use crate::harvest::connector::Connector;

/// See the module.
pub struct Comptoir;

impl Connector for Comptoir {
    fn name(&self) -> &'static str {
        "comptoir-du-libre"
    }

    fn format(&self) -> &'static dyn ItemFormat {
        &comptoir::Comptoir
    }
}
