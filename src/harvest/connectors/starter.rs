//! The entries that this binary brings: one document inside it.

use crate::formats::{ItemFormat, starter};
use crate::harvest::connector::Connector;

/// See the module.
pub struct Starter;

impl Connector for Starter {
    fn name(&self) -> &'static str {
        "starter"
    }

    fn format(&self) -> &'static dyn ItemFormat {
        &starter::Starter
    }
}
