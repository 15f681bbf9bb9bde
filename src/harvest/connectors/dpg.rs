//! The registry of digital public goods: one document.

use super::Connector;
use crate::formats::{ItemFormat, dpg};

/// See the module.
pub struct Dpg;

impl Connector for Dpg {
    fn name(&self) -> &'static str {
        "dpg"
    }

    fn format(&self) -> &'static dyn ItemFormat {
        &dpg::Dpg
    }
}
