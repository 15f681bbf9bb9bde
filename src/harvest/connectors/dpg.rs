//! The registry of digital public goods: one document.

use crate::formats::{ItemFormat, dpg};
use crate::harvest::connector::Connector;

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
