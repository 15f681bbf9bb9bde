//! What an installation starts with is complete and without contradiction.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "the lints spare test functions, but not the functions that they share"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use fedcat::catalogue::content::Content;
use fedcat::catalogue::needs;
use fedcat::catalogue::text::LocalizedText;
use fedcat::catalogue::urls::repository_key;
use fedcat::catalogue::vocabulary::CATEGORIES;
use fedcat::formats::starter::{Starter, read};
use fedcat::formats::{Disposition, ExternalId, ItemFormat, SourceContext};
use fedcat::harvest::connectors;
use fedcat::licence::{Context, Outcome, normalise};
use fedcat::seeds;

fn starter_entries() -> BTreeMap<String, Content> {
    let items = read(seeds::SOFTWARE).expect("valid starter entries");
    let count = items.len();
    let entries: BTreeMap<String, Content> = items
        .into_iter()
        .map(|item| {
            let decoded = Starter.decode(item, &SourceContext::default());
            assert_eq!(decoded.findings, []);
            match (decoded.external_id, decoded.disposition) {
                (Some(ExternalId::Given(id)), Disposition::Listed(content)) => (id, *content),
                other => panic!("not listed: {other:?}"),
            }
        })
        .collect();
    assert_eq!(entries.len(), count, "two entries have one id");
    entries
}

#[track_caller]
fn assert_distinct<T: Ord + Debug>(values: impl IntoIterator<Item = T>) {
    let mut seen = BTreeSet::new();
    for value in values {
        let shown = format!("{value:?} stands twice");
        assert!(seen.insert(value), "{shown}");
    }
}

/// The expression that a statement normalises to must be the statement itself.
#[track_caller]
fn assert_current_spdx(licence: &str, place: &str) {
    match normalise(licence, Context::Spdx).outcome {
        Outcome::Expression { expression, .. } => assert_eq!(expression, licence, "{place}"),
        other => panic!("{place}: {licence} gives {other:?}"),
    }
}

#[test]
fn starter_entries_say_what_people_look_for() {
    let entries = starter_entries();
    assert!(entries.len() >= 60, "{} entries", entries.len());
    for (id, content) in &entries {
        assert!(!content.name.is_empty(), "{id} has no name");
        assert!(content.homepage.is_some(), "{id} has no homepage");
        assert!(!content.categories.is_empty(), "{id} has no category");
        assert!(!content.tags.is_empty(), "{id} has no tag");
        for lang in ["fr", "en"] {
            let length = content.summary.get(lang).map_or(0, |text| text.chars().count());
            assert!((60..=140).contains(&length), "{id}: the summary in {lang} has {length}");
        }
        if !content.description.is_empty() {
            let languages: Vec<_> = languages(&content.description).collect();
            assert_eq!(languages, ["en", "fr"], "{id}: the description");
        }
        for licence in &content.licences {
            assert_current_spdx(&licence.normalised.raw, id);
        }
    }
}

#[test]
fn starter_entries_are_told_apart() {
    let entries = starter_entries();
    assert_distinct(entries.values().filter_map(Content::plain_name).map(str::to_lowercase));
    let repositories = || entries.values().filter_map(|content| content.repository.as_ref());
    assert_distinct(repositories());
    assert_distinct(repositories().filter_map(repository_key));
    assert_distinct(entries.values().filter_map(|content| content.homepage.as_ref()));
    assert_distinct(entries.values().flat_map(|content| &content.identifiers));
}

#[test]
fn the_peer_catalogues_are_known_and_nothing_is_harvested_at_once() {
    let sources = seeds::sources().expect("valid sources");
    for id in ["starter", "fr-sill", "it-developers-italia", "ch-oss-catalogue", "dpga", "us-nasa"]
    {
        assert!(sources.iter().any(|source| source.id == id && source.enabled), "{id}");
    }
    assert_distinct(sources.iter().filter_map(|source| source.url.as_ref()));
    assert_distinct(sources.iter().filter_map(|source| source.schedule.as_ref()));
    for source in &sources {
        if let Some(licence) = &source.data_licence {
            assert_current_spdx(licence, &source.id);
        }
    }
}

#[test]
fn only_connectors_that_exist_are_enabled() {
    for source in seeds::sources().expect("valid sources") {
        let connector = connectors::by_name(&source.connector);
        assert!(connector.is_some() || !source.enabled, "{}", source.id);
        if let Some(connector) = connector {
            let checked = connector.check(&source.options);
            assert!(checked.is_ok(), "{}: {checked:?}", source.id);
        }
    }
}

#[test]
fn a_synonym_stands_in_one_group() {
    let groups = seeds::synonyms().expect("valid synonyms");
    assert!(groups.len() >= 40, "{} groups", groups.len());
    assert_distinct(groups.iter().flatten().map(|word| word.to_lowercase()));
}

#[test]
fn every_need_has_a_name_in_six_languages() {
    let labels = needs::labels().expect("a valid vocabulary");
    assert!(CATEGORIES.iter().all(|category| labels.contains_key(*category)));
    for lang in ["de", "en", "es", "fr", "it", "nl"] {
        let in_one_language = labels.iter().map(|(category, texts)| {
            assert_eq!(texts.len(), 6, "{category}: {texts:?}");
            texts.get(lang).unwrap_or_else(|| panic!("{category} has no name in {lang}"))
        });
        assert_distinct(in_one_language);
    }
}

fn languages(texts: &LocalizedText) -> impl Iterator<Item = &str> {
    texts.iter().map(|(lang, _)| lang.as_str())
}
