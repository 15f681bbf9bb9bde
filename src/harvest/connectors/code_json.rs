//! A US agency's inventory of source code: one document.

use crate::formats::{ItemFormat, code_json};
use crate::harvest::connector::Connector;

/// See the module.
pub struct CodeJson;

impl Connector for CodeJson {
    fn name(&self) -> &'static str {
        "code-json"
    }

    fn format(&self) -> &'static dyn ItemFormat {
        &code_json::CodeJson
    }

    fn lists_code(&self) -> bool {
        true
    }
}
