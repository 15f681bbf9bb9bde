//! Persons' data in an item: contacts, authors, and addresses of persons wherever they stand.

use serde_json::{Map, Value};

use crate::formats::personal::{PersonalDatum, cut_text};

/// Properties that name persons: everything below them is cut out, except types.
const OF_PERSONS: &[&str] = &[
    "adms:contactPoint",
    "dc:contributor",
    "dc:creator",
    "dcat:contactPoint",
    "dct:contributor",
    "doap:developer",
    "doap:documenter",
    "doap:helper",
    "doap:maintainer",
    "doap:tester",
    "doap:translator",
    "foaf:maker",
    "schema:contactPoint",
    "schema:contributor",
    "schema:maintainer",
];
/// Properties that name whoever made something: persons, unless the value is of one of the types
/// of organisations.
const OF_MAKERS: &[&str] = &["dct:creator", "schema:author", "schema:creator"];
/// Properties that hold addresses of persons, whoever has them.
const ADDRESSES: &[&str] = &[
    "foaf:mbox",
    "foaf:mbox_sha1sum",
    "foaf:phone",
    "schema:email",
    "schema:faxNumber",
    "schema:telephone",
    "vcard:email",
    "vcard:hasEmail",
    "vcard:hasTelephone",
    "vcard:hasValue",
    "vcard:tel",
];
const PERSONS: &[&str] = &["foaf:Person", "schema:Person", "vcard:Individual"];
/// A publisher of this kind is a person.
const PRIVATE: &str = "http://purl.org/adms/publishertype/PrivateIndividual";
/// Types of organisations.
pub(super) const ORGANISATIONS: &[&str] = &[
    "foaf:Organization",
    "org:FormalOrganization",
    "org:Organization",
    "org:OrganizationalUnit",
    "schema:GovernmentOrganization",
    "schema:Organization",
    "vcard:Organization",
];

/// Cuts persons' data out of an item.
pub(super) fn cut(item: &mut Value) -> Vec<PersonalDatum> {
    let mut data = Vec::new();
    node(item, String::new(), false, &mut data);
    data
}

fn node(value: &mut Value, path: String, is_personal: bool, data: &mut Vec<PersonalDatum>) {
    let Value::Object(object) = value else {
        if is_personal {
            cut_text(value, path, data);
        }
        return;
    };
    let is_personal = is_personal || is_person(object);
    for (key, value) in object.iter_mut() {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        match (key.as_str(), value) {
            ("@type" | "@language" | "dct:type", _) => {}
            ("@id", value) if is_personal || value.as_str().is_some_and(is_address) => {
                cut_text(value, path, data);
            }
            ("@value", value) if is_personal => cut_text(value, path, data),
            (key, Value::Array(values)) => {
                for (index, value) in values.iter_mut().enumerate() {
                    let is_personal = is_personal
                        || OF_PERSONS.contains(&key)
                        || ADDRESSES.contains(&key)
                        || (OF_MAKERS.contains(&key) && !is_organisation(value));
                    node(value, format!("{path}[{index}]"), is_personal, data);
                }
            }
            _ => {}
        }
    }
}

fn is_person(object: &Map<String, Value>) -> bool {
    let kinds = object.get("dct:type").and_then(Value::as_array).into_iter().flatten();
    types(object).any(|kind| PERSONS.contains(&kind))
        || kinds.filter_map(|kind| kind.get("@id")).any(|kind| kind == PRIVATE)
}

fn is_organisation(value: &Value) -> bool {
    value.as_object().is_some_and(|object| types(object).any(|kind| ORGANISATIONS.contains(&kind)))
}

fn types(object: &Map<String, Value>) -> impl Iterator<Item = &str> {
    object.get("@type").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// Whether an IRI is an address of a person.
fn is_address(iri: &str) -> bool {
    let scheme = iri.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    matches!(scheme.as_deref(), Some("mailto" | "tel"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn persons_are_cut_out_wherever_they_stand() {
        let check = |mut item: Value, expected: Value, count: usize| {
            let data = cut(&mut item);
            assert_eq!(item, expected);
            assert_eq!(data.len(), count);
            assert!(cut(&mut item).is_empty(), "cutting twice changes nothing");
        };
        check(
            json!({"@id": "http://example.org/a", "dct:title": ["Parcel"], "dcat:contactPoint": [
                {"@id": "http://example.org/p", "@type": ["vcard:Kind"], "vcard:fn": ["A. Person"]},
                "A. Person",
            ]}),
            json!({"@id": "http://example.org/a", "dct:title": ["Parcel"], "dcat:contactPoint": [
                {"@id": "personal:0", "@type": ["vcard:Kind"], "vcard:fn": ["personal:1"]},
                "personal:2",
            ]}),
            3,
        );
        check(
            json!({"dct:publisher": [{"@type": ["foaf:Agent"], "foaf:name": ["Post"],
                "foaf:mbox": [{"@id": "mailto:a@example.org"}]}]}),
            json!({"dct:publisher": [{"@type": ["foaf:Agent"], "foaf:name": ["Post"],
                "foaf:mbox": [{"@id": "personal:0"}]}]}),
            1,
        );
        let private = json!({"@id": PRIVATE});
        check(
            json!({"dct:publisher": [{"dct:type": [private], "foaf:name": ["A. Person"]}]}),
            json!({"dct:publisher": [{"dct:type": [private], "foaf:name": ["personal:0"]}]}),
            1,
        );
        check(
            json!({"dct:creator": [{"@type": ["org:Organization"], "foaf:name": ["Post"]},
                {"foaf:name": [{"@value": "A. Person", "@language": "en"}]}]}),
            json!({"dct:creator": [{"@type": ["org:Organization"], "foaf:name": ["Post"]},
                {"foaf:name": [{"@value": "personal:0", "@language": "en"}]}]}),
            1,
        );
        check(
            json!({"foaf:page": [{"@id": "MAILTO:a@example.org"}]}),
            json!({"foaf:page": [{"@id": "personal:0"}]}),
            1,
        );
    }
}
