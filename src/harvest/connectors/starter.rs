//! The entries that this binary brings: one document inside it.

use super::Connector;
use crate::formats::{ItemFormat, starter};

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
