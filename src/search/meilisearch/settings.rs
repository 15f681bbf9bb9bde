//! The settings of the index, which Fedcat alone decides, and their version.

use std::collections::HashMap;

use meilisearch_sdk::settings::{
    FacetSortValue, FacetingSettings, PaginationSetting, Settings, TypoToleranceSettings,
};

use super::document::{Fields, ID, SORTABLE};
use crate::digest::sha256_hex;
use crate::search::{SearchError, Synonyms};

/// Rises when documents are made otherwise than before, see [`Fields::line`].
const DOCUMENTS: u32 = 2;

/// An asked for order comes before everything, and is no rule where none is asked for. The id
/// settles what is still alike.
const RANKING: [&str; 9] = [
    "sort",
    "words",
    "typo",
    "proximity",
    "secondary:asc",
    "attribute",
    "exactness",
    "popularity:desc",
    "id:asc",
];

/// The last hit that can be reached: the five hundredth page of a hundred, and one more, which tells
/// whether there is a next page.
pub(super) const REACH: usize = 50_001;
/// Values of a facet that the server counts: more than any facet of a catalogue has, so that a
/// chosen one is among them.
const VALUES: usize = 2_000;

/// All settings but the synonyms.
fn plain(fields: &Fields) -> Settings {
    Settings::new()
        .with_searchable_attributes(&fields.texts)
        .with_ranking_rules(RANKING)
        .with_filterable_attributes(fields.facets.iter().map(String::as_str).chain([ID]))
        .with_sortable_attributes(SORTABLE)
        .with_typo_tolerance(TypoToleranceSettings {
            enabled: Some(true),
            // A number is meant as typed.
            disable_on_numbers: Some(true),
            ..TypoToleranceSettings::default()
        })
        .with_faceting(FacetingSettings {
            max_values_per_facet: VALUES,
            sort_facet_values_by: Some([("*".to_owned(), FacetSortValue::Count)].into()),
        })
        .with_pagination(PaginationSetting { max_total_hits: REACH })
}

pub(super) fn settings(fields: &Fields, synonyms: &Synonyms) -> Settings {
    plain(fields).with_synonyms(phrases(synonyms).into_iter().collect::<HashMap<_, _>>())
}

/// Names the settings, the synonyms, the form of documents and where they come from: an index of
/// another version must be built anew.
pub(super) fn version(
    fields: &Fields,
    synonyms: &Synonyms,
    origin: &str,
) -> Result<String, SearchError> {
    let all = serde_json::to_string(&(DOCUMENTS, plain(fields), phrases(synonyms), origin))
        .map_err(|error| SearchError::Unavailable(error.to_string()))?;
    Ok(sha256_hex(all.as_bytes()))
}

/// Each phrase with its synonyms, in order.
fn phrases(synonyms: &Synonyms) -> Vec<(String, Vec<String>)> {
    let all = synonyms.iter();
    all.map(|(from, to)| (from.join(" "), to.iter().map(|phrase| phrase.join(" ")).collect()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::Schema;

    #[test]
    fn the_version_tells_what_an_index_was_built_for() {
        let fields = |attribute, facet| {
            Fields::of(&Schema::new(&[attribute], &[facet]).expect("a small schema"))
        };
        let synonyms = Synonyms::of_groups([
            ["gis", "geographic information system", "sig"].map(str::to_owned)
        ]);
        let version = |fields: Fields, synonyms: &Synonyms, origin| {
            version(&fields, synonyms, origin).expect("a version")
        };
        let one = version(fields("name", "kind"), &synonyms, "here");
        assert_eq!(one, version(fields("name", "kind"), &synonyms.clone(), "here"));
        assert_ne!(one, version(fields("title", "kind"), &synonyms, "here"));
        assert_ne!(one, version(fields("name", "country"), &synonyms, "here"));
        assert_ne!(one, version(fields("name", "kind"), &Synonyms::default(), "here"));
        assert_ne!(one, version(fields("name", "kind"), &synonyms, "elsewhere"));
    }

    #[test]
    fn what_the_server_is_told() {
        let fields = Fields::of(&Schema::new(&["name", "summary"], &["kind"]).expect("a schema"));
        let mut synonyms = Synonyms::default();
        synonyms.insert("GED", "document management");
        insta::assert_json_snapshot!(settings(&fields, &synonyms));
    }
}
