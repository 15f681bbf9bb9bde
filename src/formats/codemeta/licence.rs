//! Which licences an element of `license` states: a name or an address as it stands, or whatever
//! lies inside of objects and lists, as tools nest them.

use serde_json::Value;

use super::persons::has_type;
use crate::catalogue::text::clean_line;
use crate::formats::{Code, Finding};

/// The members of an object that say which licence it is, lower case, the most telling first.
const TELLING: &[&str] = &["identifier", "name", "url", "@id", "licenseid", "spdx", "value"];

/// Deeper than any tool nests.
const DEEPEST: usize = 8;

/// The ways in which one licence is named: texts with their paths.
type NamesAndAddresses = Vec<(String, String)>;

/// The licences that are stated, each with the texts that name it. An element in which none is
/// found is a finding.
pub(super) fn stated(
    element: &Value,
    path: &str,
    findings: &mut Vec<Finding>,
) -> Vec<NamesAndAddresses> {
    let mut found = Vec::new();
    search(element, path, true, 0, &mut found);
    if found.is_empty() {
        let message = "no licence can be read here: expected a text, an address, or an object \
                       with one of them as name or url";
        findings.push(Finding::new(Code::LicenceNotUnderstood, path, message));
    }
    found
}

/// Adds what `value` states. A text counts where a licence is expected, which is not so for the
/// members of an object whose names say nothing.
fn search(
    value: &Value,
    path: &str,
    expected: bool,
    depth: usize,
    found: &mut Vec<NamesAndAddresses>,
) {
    match value {
        _ if depth > DEEPEST => {}
        Value::String(_) | Value::Number(_) => {
            let text = scalar(value).filter(|_| expected);
            found.extend(text.map(|text| vec![(text, path.to_owned())]));
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                search(element, &format!("{path}[{index}]"), expected, depth + 1, found);
            }
        }
        Value::Object(object) => {
            let before = found.len();
            // What stands side by side in one object names one licence.
            let names: NamesAndAddresses = telling(value)
                .into_iter()
                .filter_map(|(key, member)| Some((scalar(member)?, format!("{path}.{key}"))))
                .collect();
            if !names.is_empty() {
                found.push(names);
                return;
            }
            for (key, member) in telling(value) {
                search(member, &format!("{path}.{key}"), true, depth + 1, found);
                if found.len() > before {
                    return;
                }
            }
            let others = object.iter().filter(|(key, member)| {
                !key.starts_with('@') && (member.is_object() || member.is_array())
            });
            for (key, member) in others {
                search(member, &format!("{path}.{key}"), false, depth + 1, found);
            }
        }
        _ => {}
    }
}

/// A text or a number as one line; nothing where there is none.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(clean_line(text)).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The telling members of an object, the most telling first: an address at spdx.org before all.
fn telling(object: &Value) -> Vec<(&String, &Value)> {
    let Value::Object(members) = object else { return Vec::new() };
    let is_spdx = |value: &Value| value.as_str().is_some_and(|text| text.contains("spdx.org/"));
    let place = |key: &str| TELLING.iter().position(|known| key.eq_ignore_ascii_case(known));
    let mut telling: Vec<_> = members.iter().filter(|(key, _)| place(key).is_some()).collect();
    telling.sort_by_key(|(key, value)| (!is_spdx(value), place(key)));
    if has_type(object, "person") { Vec::new() } else { telling }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_licence_is_found_wherever_it_lies() {
        let check = |element: Value, expected: &[&str]| {
            let mut findings = Vec::new();
            let found = stated(&element, "license", &mut findings);
            let found: Vec<String> = found
                .into_iter()
                .map(|names| {
                    let names = names.into_iter().map(|(text, path)| format!("{text} at {path}"));
                    names.collect::<Vec<_>>().join(", ")
                })
                .collect();
            assert_eq!(found, expected, "{element}");
            assert_eq!(findings.len(), usize::from(expected.is_empty()), "{element}");
        };
        check(json!("EUPL-1.2"), &["EUPL-1.2 at license"]);
        check(json!({"name": "EUPL-1.2"}), &["EUPL-1.2 at license.name"]);
        check(
            json!({"name": "A licence", "url": "https://spdx.org/licenses/0BSD"}),
            &["https://spdx.org/licenses/0BSD at license.url, A licence at license.name"],
        );
        check(
            json!({"CreativeWork": {"@type": "creativeWork", "name": "0BSD"}, "Url": null}),
            &["0BSD at license.CreativeWork.name"],
        );
        check(
            json!({"work": [{"Name": ["0BSD", "ISC"]}, {"URL": "https://spdx.org/licenses/MIT"}]}),
            &[
                "0BSD at license.work[0].Name[0]",
                "ISC at license.work[0].Name[1]",
                "https://spdx.org/licenses/MIT at license.work[1].URL",
            ],
        );
        check(json!({"name": {"en": {"value": "0BSD"}}}), &["0BSD at license.name.en.value"]);
        check(json!({"@type": "CreativeWork", "author": "Office"}), &[]);
        check(json!({"work": {"author": "Office"}}), &[]);
        check(json!(true), &[]);
        check(json!({"name": null, "work": []}), &[]);
    }

    #[test]
    fn no_depth_is_too_much() {
        let mut element = json!({"name": "0BSD"});
        for _ in 0..100 {
            element = json!({ "work": element });
        }
        let mut findings = Vec::new();
        assert!(stated(&element, "license", &mut findings).is_empty());
        assert_eq!(findings.len(), 1);
    }
}
