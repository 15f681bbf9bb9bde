//! Short names of properties and types: `dct:title` for `http://purl.org/dc/terms/title`. Stored
//! items use them, so that they can be read by people, and paths in findings stay short.

/// Namespaces of the vocabularies that catalogues of software use. Where a vocabulary is met under
/// two addresses, both get one prefix.
const NAMESPACES: &[(&str, &str)] = &[
    ("adms", "http://www.w3.org/ns/adms#"),
    ("admssw", "http://purl.org/adms/sw/"),
    ("dc", "http://purl.org/dc/elements/1.1/"),
    ("dcat", "http://www.w3.org/ns/dcat#"),
    ("dcmitype", "http://purl.org/dc/dcmitype/"),
    ("dct", "http://purl.org/dc/terms/"),
    ("doap", "http://usefulinc.com/ns/doap#"),
    ("foaf", "http://xmlns.com/foaf/0.1/"),
    ("hydra", "http://www.w3.org/ns/hydra/core#"),
    ("locn", "http://www.w3.org/ns/locn#"),
    ("org", "http://www.w3.org/ns/org#"),
    ("owl", "http://www.w3.org/2002/07/owl#"),
    ("rad", "http://www.w3.org/ns/radion#"),
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("schema", "http://schema.org/"),
    ("schema", "https://schema.org/"),
    ("skos", "http://www.w3.org/2004/02/skos/core#"),
    ("spdx", "http://spdx.org/rdf/terms#"),
    ("vcard", "http://www.w3.org/2006/vcard/ns#"),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
];

/// The short name of an IRI, or the IRI itself.
pub(super) fn short(iri: &str) -> String {
    let shortened = NAMESPACES.iter().find_map(|(prefix, namespace)| {
        let name = iri.strip_prefix(namespace)?;
        let is_name = !name.is_empty()
            && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
        is_name.then(|| format!("{prefix}:{name}"))
    });
    shortened.unwrap_or_else(|| iri.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_namespaces_are_shortened() {
        for (iri, expected) in [
            ("http://purl.org/dc/terms/title", "dct:title"),
            ("https://schema.org/name", "schema:name"),
            ("http://schema.org/name", "schema:name"),
            ("http://purl.org/dc/terms/", "http://purl.org/dc/terms/"),
            ("http://purl.org/adms/sw/a/b", "http://purl.org/adms/sw/a/b"),
            ("http://example.org/title", "http://example.org/title"),
            ("", ""),
        ] {
            assert_eq!(short(iri), expected, "{iri}");
        }
    }
}
