//! What the API's document says about values of the core is what these serialise to: every member
//! and every word is in both, and what is always there is not called optional by mistake.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "the lints spare test functions, but not the functions that they share"
)]

use std::collections::BTreeSet;

use chrono::DateTime;
use fedcat::catalogue::content::{
    Content, Dependency, DependencyKind, DevelopmentStatus, Goal, Identifier, Involved,
    LicenceSlot, LicenceStatement, Maintenance, Organisation, Recommendation,
    RecommendationVerdict, Related, Role, SupportProvider, Usage, UsageEvidence,
};
use fedcat::catalogue::merge::Statement;
use fedcat::catalogue::merge::licence::Concluded;
use fedcat::formats::Withdrawal;
use fedcat::licence::conflict::Class;
use fedcat::licence::facts::{Fact, Facts, Source, facts};
use fedcat::licence::{CandidateReason, Confidence, Context, Normalised, Outcome, Range};
use fedcat::store::events::{Entity, Event, Kind};
use fedcat::store::runs::Counts;
use fedcat::web::api::document;
use serde::de::value::Error;
use serde::de::{DeserializeOwned, Deserializer, Error as _, Visitor};
use serde::{Serialize, forward_to_deserialize_any};
use serde_json::{Value, json};
use uuid::Uuid;

/// Learns which names a type reads: the members of a struct, the words of an enum.
struct Names<'n>(&'n mut BTreeSet<String>);

impl Names<'_> {
    fn learn<T>(self, names: &[&str]) -> Result<T, Error> {
        self.0.extend(names.iter().map(|name| (*name).to_owned()));
        Err(Error::custom("only the names are of interest"))
    }
}

impl<'de> Deserializer<'de> for Names<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(Error::custom("neither a struct nor an enum"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        members: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Error> {
        self.learn(members)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        words: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Error> {
        self.learn(words)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map identifier ignored_any
    }
}

fn names<T: DeserializeOwned>() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let learnt = T::deserialize(Names(&mut names));
    assert!(learnt.is_err() && !names.is_empty(), "no names are known");
    names
}

fn schema(name: &str) -> &'static Value {
    &document()["components"]["schemas"][name]
}

fn texts(values: &Value) -> BTreeSet<String> {
    let values = values.as_array().into_iter().flatten();
    values.map(|value| value.as_str().expect("a text").to_owned()).collect()
}

fn members(value: &Value) -> BTreeSet<String> {
    value.as_object().expect("an object").keys().cloned().collect()
}

fn written(value: &impl Serialize) -> BTreeSet<String> {
    members(&serde_json::to_value(value).expect("JSON"))
}

/// A struct has the members of its schema, and the least that it is written as has all that the
/// schema calls required.
#[track_caller]
fn is_struct<T: DeserializeOwned + Serialize>(name: &str, least: Value) {
    assert_eq!(members(&schema(name)["properties"]), names::<T>(), "{name}");
    let least: T = serde_json::from_value(least).expect(name);
    let (required, least) = (texts(&schema(name)["required"]), written(&least));
    assert!(required.is_subset(&least), "{name}: {required:?} {least:?}");
}

/// An enum has the words of its schema.
#[track_caller]
fn is_enum<T: DeserializeOwned>(name: &str) {
    assert_eq!(texts(&schema(name)["enum"]), names::<T>(), "{name}");
}

/// All values together have the members of a schema, beside those of the API's own; what is
/// required each of them has.
#[track_caller]
fn is_any_of(name: &str, values: &[impl Serialize], own: &[&str]) {
    let all: Vec<BTreeSet<String>> = values.iter().map(|value| written(value)).collect();
    let own = own.iter().map(|member| (*member).to_owned());
    let together: BTreeSet<String> = all.iter().flatten().cloned().chain(own).collect();
    assert_eq!(members(&schema(name)["properties"]), together, "{name}");
    let required = texts(&schema(name)["required"]);
    assert!(all.iter().all(|one| required.is_subset(one)), "{name}: {required:?}");
}

#[test]
fn structs_have_the_members_that_the_document_names() {
    is_struct::<Content>("Content", json!({}));
    is_struct::<Organisation>("Organisation", json!({}));
    is_struct::<Usage>("Usage", json!({"organisation": "x", "evidence": "project"}));
    is_struct::<SupportProvider>("SupportProvider", json!({"name": "x"}));
    is_struct::<Related>("Related", json!({"name": "x"}));
    is_struct::<Goal>("Goal", json!({"number": 1}));
    is_struct::<Identifier>("Identifier", json!({"scheme": "x", "value": "y"}));
    is_struct::<Recommendation>("Recommendation", json!({"verdict": "observed", "wording": "O"}));
    is_struct::<Dependency>("Dependency", json!({"name": "x", "kind": "open"}));
    is_struct::<Withdrawal>("Withdrawal", json!({}));
    is_struct::<Source>("Source", json!({"name": "x", "date": "2026-11-30"}));
    is_struct::<Facts>("Facts", serde_json::to_value(facts("MIT")).expect("JSON"));
    is_struct::<Counts>("Counts", serde_json::to_value(Counts::default()).expect("JSON"));
    let least = json!({"field": "name", "value": "x", "chosen": true, "records": []});
    is_struct::<Statement>("Statement", least);
}

#[test]
fn enums_have_the_words_that_the_document_lists() {
    is_enum::<Fact>("Fact");
    is_enum::<Class>("Class");
    is_enum::<Confidence>("Confidence");
    is_enum::<Range>("Range");
    is_enum::<CandidateReason>("CandidateReason");
    is_enum::<LicenceSlot>("LicenceSlot");
    is_enum::<DevelopmentStatus>("DevelopmentStatus");
    is_enum::<Maintenance>("Maintenance");
    is_enum::<UsageEvidence>("UsageEvidence");
    is_enum::<Role>("Role");
    is_enum::<RecommendationVerdict>("RecommendationVerdict");
    is_enum::<DependencyKind>("DependencyKind");
}

/// One of each kind; the match names them all.
fn outcomes() -> Vec<Outcome> {
    let text = || "MIT".to_owned();
    let all = vec![
        Outcome::Expression {
            expression: text(),
            confidence: Confidence::Verbatim,
            range: Range::Stated,
        },
        Outcome::Candidates { candidates: vec![text()], reason: CandidateReason::VersionNotStated },
        Outcome::NotListed { licence_ref: Some(text()) },
        Outcome::NoStatement,
        Outcome::Rejected { unexplained: text() },
    ];
    assert!(all.iter().all(|one| match one {
        Outcome::Expression { .. }
        | Outcome::Candidates { .. }
        | Outcome::NotListed { .. }
        | Outcome::NoStatement
        | Outcome::Rejected { .. } => true,
    }));
    all
}

fn conclusions() -> Vec<Concluded> {
    let texts = || BTreeSet::from(["MIT".to_owned()]);
    let all = vec![
        Concluded::Resolved { expression: "MIT".to_owned(), range: Range::Stated },
        Concluded::Ambiguous { candidates: texts(), incomplete: true },
        Concluded::Conflict { class: Class::Contradiction, expressions: texts() },
        Concluded::Unknown,
    ];
    assert!(all.iter().all(|one| match one {
        Concluded::Resolved { .. }
        | Concluded::Ambiguous { .. }
        | Concluded::Conflict { .. }
        | Concluded::Unknown => true,
    }));
    all
}

fn words(values: &[impl Serialize], tag: &str) -> BTreeSet<String> {
    let written = values.iter().map(|value| serde_json::to_value(value).expect("JSON"));
    written.map(|value| value[tag].as_str().expect("a word").to_owned()).collect()
}

#[test]
fn joined_values_have_the_members_of_all_their_parts() {
    let statements: Vec<LicenceStatement> = outcomes()
        .into_iter()
        .map(|outcome| LicenceStatement {
            slot: LicenceSlot::Declared,
            normalised: Normalised { raw: "MIT".to_owned(), context: Context::Spdx, outcome },
        })
        .collect();
    is_any_of("LicenceStatement", &statements, &[]);
    let listed = texts(&schema("LicenceStatement")["properties"]["outcome"]["enum"]);
    assert_eq!(words(&outcomes(), "outcome"), listed);
    for name in ["LicenceResponse", "Licence"] {
        is_any_of(name, &conclusions(), &["facts"]);
        let listed = texts(&schema(name)["properties"]["state"]["enum"]);
        assert_eq!(words(&conclusions(), "state"), listed, "{name}");
    }
    let organisation = |text: Option<&str>| Organisation {
        name: text.unwrap_or_default().to_owned(),
        uri: text.map(str::to_owned),
        country: text.map(str::to_owned),
    };
    let involved = [None, Some("x")]
        .map(|text| Involved { role: Role::Funder, organisation: organisation(text) });
    is_any_of("Involved", &involved, &[]);
    let event = |text: Option<&str>| Event {
        seq: 1,
        at: DateTime::UNIX_EPOCH,
        kind: Kind::Update,
        entity: Entity::Record,
        id: Uuid::nil(),
        actor: "cli".to_owned(),
        before: text.map(str::to_owned),
        after: text.map(str::to_owned),
        target: text.map(|_| Uuid::nil()),
        renamed_from: text.map(str::to_owned),
        renamed_to: text.map(str::to_owned),
        mark: String::new(),
    };
    let own = ["record", "source", "external_id", "software"];
    is_any_of("EventResponse", &[event(None), event(Some("x"))], &own);
}
