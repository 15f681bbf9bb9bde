//! One text for one value.

use serde_json::Value;

/// One text for one value, whatever the order of its keys: the basis of digests.
/// Keys sorted, no white space (as RFC 8785, but numbers as they were written).
pub fn canonical(value: &Value) -> String {
    // Objects keep their keys sorted: `serde_json` is built without its feature `preserve_order`.
    value.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn canonical_text_ignores_the_order_of_keys() {
        assert_eq!(canonical(&json!({"b": [1, "x"], "a": null})), r#"{"a":null,"b":[1,"x"]}"#);
    }
}
