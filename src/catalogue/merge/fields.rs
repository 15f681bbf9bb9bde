//! Every field of an entry and how it is merged: one row a field.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::statement::{Said, Statement};
use crate::catalogue::content::{Content, Usage};
use crate::catalogue::text::{Lang, LocalizedList, LocalizedText};

/// Merges all fields; returns the entry's content and every value that any record states.
pub(super) fn merge(
    ordered: &[&Said<'_>],
    today: NaiveDate,
) -> Result<(Content, Vec<Statement>), serde_json::Error> {
    let mut fields = Fields { said: ordered, today, provenance: Vec::new() };
    let content = content(&mut fields)?;
    Ok((content, fields.provenance))
}

/// Makes of the table of fields their list and the function that merges all of them. A field of
/// [`Content`] that has no row does not compile.
macro_rules! fields {
    ($($field:ident: $way:ident $([$($member:literal),*])?,)*) => {
        /// Every field of [`Content`], in the order in which pages show them.
        pub const FIELDS: &[&str] = &[$(stringify!($field)),*];

        fn content(fields: &mut Fields<'_>) -> Result<Content, serde_json::Error> {
            Ok(Content {
                $($field: fields.$way(
                    stringify!($field),
                    |content| &content.$field,
                    $(&[$($member),*],)?
                )?,)*
            })
        }
    };
}

// The ways are the methods of `Fields`. Elements are the same where the named members agree; without
// names, where the elements do.
fields! {
    name: texts,
    aliases: elements [],
    summary: texts,
    description: texts,
    features: lists,
    context_of_use: texts,
    recommendations: elements ["verdict", "wording"],
    supported_by_contract: single,
    homepage: single,
    repository: single,
    other_repositories: elements [],
    documentation: single,
    api_documentation: single,
    roadmap: single,
    download: single,
    disclaimer: single,
    supplementary: elements [],
    logo: single,
    entry_pages: elements [],
    licences: elements ["slot", "raw"],
    version: single,
    version_min: single,
    released_on: single,
    created_on: single,
    last_activity_on: single,
    development_status: single,
    software_type: single,
    categories: elements [],
    tags: elements [],
    audience: elements [],
    intended_countries: elements [],
    unsupported_countries: elements [],
    deployed_in: elements [],
    developed_in: elements [],
    goals: elements ["number"],
    conforms_to: elements [],
    public_platforms: elements [],
    platforms: elements [],
    interface_languages: elements [],
    programming_languages: elements [],
    maintenance: single,
    publisher: single,
    involved: elements ["role", "name"],
    usages: in_force ["organisation", "evidence"],
    support: elements ["name"],
    replaces: elements ["name"],
    similar: elements ["name"],
    part_of: elements ["name"],
    based_on: elements [],
    dependencies: elements ["kind", "name"],
    identifiers: elements ["scheme", "value"],
    publicly_developed: single,
    listed_on: single,
}

/// What the records say, and the statements of the fields that are merged until now.
struct Fields<'a> {
    /// The most trusted record first.
    said: &'a [&'a Said<'a>],
    today: NaiveDate,
    provenance: Vec<Statement>,
}

/// What a record states for a part of a field: as its provenance tells it, and as it is.
struct Stated<V> {
    record: Uuid,
    part: Option<String>,
    told: Value,
    value: V,
}

impl<'a> Fields<'a> {
    /// The value of the most trusted source wins as a whole.
    fn single<T: Clone + Serialize + 'a>(
        &mut self,
        field: &str,
        of: impl Fn(&'a Content) -> &'a Option<T>,
    ) -> Result<Option<T>, serde_json::Error> {
        let values =
            self.said.iter().filter_map(|one| Some((one.record, of(one.content).as_ref()?)));
        let stated = values.map(|(record, value)| {
            Ok(Stated { record, part: None, told: serde_json::to_value(value)?, value })
        });
        let stated = stated.collect::<Result<_, _>>()?;
        Ok(self.settle(field, stated).pop().cloned())
    }

    /// The text of the most trusted source wins, language by language.
    fn texts(
        &mut self,
        field: &str,
        of: impl Fn(&'a Content) -> &'a LocalizedText,
    ) -> Result<LocalizedText, serde_json::Error> {
        let stated = self.said.iter().flat_map(|one| {
            of(one.content).iter().map(|(lang, text)| Stated {
                record: one.record,
                part: Some(lang.as_str().to_owned()),
                told: Value::String(text.to_owned()),
                value: (lang, text),
            })
        });
        let stated = stated.collect();
        let won = self.settle(field, stated).into_iter();
        Ok(LocalizedText::of_readable(won.map(|(lang, text)| (lang.clone(), text.to_owned()))))
    }

    /// The same, where there are several texts in a language.
    fn lists(
        &mut self,
        field: &str,
        of: impl Fn(&'a Content) -> &'a LocalizedList,
    ) -> Result<LocalizedList, serde_json::Error> {
        let stated = self.said.iter().flat_map(|one| {
            of(one.content).iter().map(|(lang, list)| {
                let part = Some(lang.as_str().to_owned());
                let told = serde_json::to_value(list)?;
                Ok(Stated { record: one.record, part, told, value: (lang, list) })
            })
        });
        let stated = stated.collect::<Result<_, _>>()?;
        let won: Vec<(&Lang, &Vec<String>)> = self.settle(field, stated);
        Ok(won.into_iter().map(|(lang, list)| (lang.clone(), list.clone())).collect())
    }

    /// The elements of all sources together.
    fn elements<C, T>(
        &mut self,
        field: &str,
        of: impl Fn(&'a Content) -> &'a C,
        members: &[&str],
    ) -> Result<C, serde_json::Error>
    where
        C: FromIterator<T> + 'a,
        &'a C: IntoIterator<Item = &'a T>,
        T: Clone + Serialize + 'a,
    {
        self.chosen_elements(field, |content| of(content).into_iter(), members)
    }

    /// The same, without what has expired.
    fn in_force(
        &mut self,
        field: &str,
        of: impl Fn(&'a Content) -> &'a Vec<Usage>,
        members: &[&str],
    ) -> Result<Vec<Usage>, serde_json::Error> {
        let today = self.today;
        let counts = move |usage: &&Usage| usage.expires_on.is_none_or(|last| last >= today);
        self.chosen_elements(field, |content| of(content).iter().filter(counts), members)
    }

    fn chosen_elements<C, I, T>(
        &mut self,
        field: &str,
        of: impl Fn(&'a Content) -> I,
        members: &[&str],
    ) -> Result<C, serde_json::Error>
    where
        C: FromIterator<T>,
        I: Iterator<Item = &'a T>,
        T: Clone + Serialize + 'a,
    {
        let mut stated = Vec::new();
        for one in self.said {
            for value in of(one.content) {
                let told = serde_json::to_value(value)?;
                let part = Some(identity(&told, members));
                stated.push(Stated { record: one.record, part, told, value });
            }
        }
        Ok(self.settle(field, stated).into_iter().cloned().collect())
    }

    /// Notes the statements of a field, part by part; returns those that win. Records come most
    /// trusted first, so the first value of a part wins.
    fn settle<V>(&mut self, field: &str, stated: Vec<Stated<V>>) -> Vec<V> {
        let mut parts: BTreeMap<Option<String>, (V, Vec<Statement>)> = BTreeMap::new();
        for Stated { record, part, told, value } in stated {
            let records = vec![record];
            let statement = Statement {
                field: field.to_owned(),
                part: part.clone(),
                value: told,
                chosen: !parts.contains_key(&part),
                records,
            };
            let Some((_, rivals)) = parts.get_mut(&part) else {
                parts.insert(part, (value, vec![statement]));
                continue;
            };
            match rivals.iter_mut().find(|rival| rival.value == statement.value) {
                Some(same) if same.records.contains(&record) => {}
                Some(same) => same.records.push(record),
                None => rivals.push(statement),
            }
        }
        let mut won = Vec::with_capacity(parts.len());
        for (value, statements) in parts.into_values() {
            won.push(value);
            self.provenance.extend(statements);
        }
        won
    }
}

/// What tells an element from others, without regard to case.
fn identity(element: &Value, members: &[&str]) -> String {
    let texts: Vec<String> = if members.is_empty() {
        vec![plain(element)]
    } else {
        members.iter().filter_map(|member| element.get(member)).map(plain).collect()
    };
    texts.join(" · ").to_lowercase()
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
