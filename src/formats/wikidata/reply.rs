//! Answers of the API `wbgetentities`.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::formats::json::{SplitError, whole};

/// What the API answered.
#[derive(Debug, PartialEq)]
pub enum Reply {
    /// Entities by the ids that were asked for.
    Entities(BTreeMap<String, Value>),
    /// It did not answer; the status is 200 all the same.
    Refused(Refusal),
}

/// Why the API did not answer.
#[derive(Debug, PartialEq)]
pub struct Refusal {
    /// Its code, such as `maxlag` or `no-such-entity`.
    pub code: String,
    /// The entity because of which none was given.
    pub entity: Option<String>,
}

/// Reads an answer.
///
/// # Errors
/// [`SplitError`] where it is neither entities nor an error of the API.
pub fn read_answer(bytes: &[u8]) -> Result<Reply, SplitError> {
    let mut document = bytes;
    let mut answer = whole(&mut document)?.complete()?;
    if let Some(error) = answer.get("error") {
        let text = |key: &str| error.get(key).and_then(Value::as_str).map(str::to_owned);
        let code = text("code").unwrap_or_default();
        return Ok(Reply::Refused(Refusal { code, entity: text("id") }));
    }
    match answer.get_mut("entities").map(Value::take) {
        Some(Value::Object(entities)) => Ok(Reply::Entities(entities.into_iter().collect())),
        _ => Err(SplitError::Shape {
            found: "an answer without entities".to_owned(),
            expected: "an object with entities".to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_told_apart() {
        let check = |text: &str, expected: &str| {
            let told = match read_answer(text.as_bytes()) {
                Ok(Reply::Entities(entities)) => format!("{} entities", entities.len()),
                Ok(Reply::Refused(refusal)) => format!("{refusal:?}"),
                Err(error) => error.to_string(),
            };
            assert_eq!(told, expected, "{text}");
        };
        check(r#"{"entities":{"Q1":{"id":"Q1"}},"success":1}"#, "1 entities");
        check(
            r#"{"error":{"code":"maxlag","info":"Waiting","lag":7.1}}"#,
            r#"Refusal { code: "maxlag", entity: None }"#,
        );
        check(
            r#"{"error":{"code":"no-such-entity","id":"Q999"}}"#,
            r#"Refusal { code: "no-such-entity", entity: Some("Q999") }"#,
        );
        check("{}", "the document is an answer without entities, expected an object with entities");
        check(" <html>", "an HTML page instead of JSON");
        check(
            r#"{"entities":{"#,
            "the document ends in the middle, at line 1, column 13: it is truncated",
        );
    }
}
