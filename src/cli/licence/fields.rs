//! The outcome of a statement about a licence, part by part as text.

use serde_json::Value;

use crate::licence::Normalised;

/// The parts of an outcome as text, empty where it has none.
pub struct Fields {
    pub outcome: String,
    pub expression: String,
    pub candidates: String,
    pub range: String,
    pub confidence: String,
    pub explanation: String,
}

impl Fields {
    /// The words are those of the API.
    pub fn of(normalised: &Normalised) -> Self {
        let written = serde_json::to_value(&normalised.outcome).unwrap_or_default();
        let text = |name: &str| match written.get(name) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Array(all)) => {
                all.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" | ")
            }
            _ => String::new(),
        };
        Self {
            outcome: text("outcome"),
            expression: text("expression"),
            candidates: text("candidates"),
            range: text("range"),
            confidence: text("confidence"),
            explanation: normalised.explanation(),
        }
    }

    /// The names of the columns that a list gets.
    pub const COLUMNS: [&str; 6] =
        ["outcome", "expression", "candidates", "range", "confidence", "explanation"];

    /// The parts in the order of the columns.
    pub fn columns(&self) -> [&str; 6] {
        [
            &self.outcome,
            &self.expression,
            &self.candidates,
            &self.range,
            &self.confidence,
            &self.explanation,
        ]
    }
}
