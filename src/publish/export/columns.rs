//! The columns of a table: for each its name and what stands in it. Several values stand in one
//! field, separated by ` | `. What nobody states is an empty field.

use thiserror::Error;

use super::attribution::Attribution;
use super::links::address;
use crate::catalogue::needs;
use crate::catalogue::recommended::{Recommended, recommended};
use crate::catalogue::text::LocalizedText;
use crate::catalogue::urls::WebUrl;
use crate::licence::facts::{Facts, Kind};
use crate::store::records::RecordSource;
use crate::store::software::Software;

/// A column.
#[derive(Debug)]
pub struct Column {
    /// Its name for programs.
    pub name: &'static str,
    value: fn(&Row<'_>) -> String,
}

/// An entry as a row of a table.
#[derive(Debug)]
pub struct Row<'a> {
    pub entry: &'a Software,
    pub records: &'a [RecordSource],
    /// Those that it draws on.
    pub sources: Vec<&'a Attribution>,
    pub public_url: &'a str,
    /// The primary language of whoever reads, such as `fr`.
    pub lang: &'a str,
}

/// A column that there is not.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("there is no column {name:?}: expected some of {}", names().join(","))]
pub struct UnknownColumn {
    pub name: String,
}

/// All columns in their usual order. Programs know them by name: a name never comes to mean
/// something else.
pub static COLUMNS: &[Column] = &[
    column("id", |row| row.entry.id.to_string()),
    column("url", |row| address(row.public_url, row.entry)),
    column("name", |row| {
        row.entry.content.name.best(row.lang).map(|(_, name)| name.to_owned()).unwrap_or_default()
    }),
    column("summary_fr", |row| in_language(&row.entry.content.summary, "fr")),
    column("summary_en", |row| in_language(&row.entry.content.summary, "en")),
    column("summary_other", |row| in_other_language(&row.entry.content.summary)),
    column("homepage", |row| written(row.entry.content.homepage.as_ref())),
    column("repository", |row| written(row.entry.content.repository.as_ref())),
    column("licence", |row| joined(row.entry.licence.stated().into_iter())),
    column("licence_state", |row| row.entry.licence.state().to_owned()),
    column("open_source", |row| row.facts().open_source.as_str().to_owned()),
    column("copyleft", |row| row.facts().word(Kind::Copyleft).to_owned()),
    column("categories", |row| joined(row.entry.content.categories.iter().map(String::as_str))),
    column("needs", needs_met),
    column("tags", |row| joined(row.entry.content.tags.iter().map(String::as_str))),
    column("platforms", |row| joined(row.entry.content.platforms.iter().map(String::as_str))),
    column("development_status", |row| {
        row.entry.content.development_status.map_or("", |status| status.as_str()).to_owned()
    }),
    column("maintenance", |row| {
        row.entry.content.maintenance.map_or("", |kind| kind.as_str()).to_owned()
    }),
    column("publisher", |row| {
        row.entry.content.publisher.as_ref().map(|one| one.name.clone()).unwrap_or_default()
    }),
    column("users", |row| {
        joined(row.entry.content.usages.iter().map(|usage| usage.organisation.as_str()))
    }),
    column("users_count", |row| match row.entry.content.usages.len() {
        // That nobody is named does not mean that nobody uses it.
        0 => String::new(),
        number => number.to_string(),
    }),
    column("countries_of_use", |row| joined(row.entry.content.countries_of_use().into_iter())),
    column("recommendation", |row| {
        let sources = row.records.iter().map(|one| (one.record, one.source.as_str()));
        let all = recommended(&row.entry.recommendations, sources);
        let verdicts: Vec<String> = all.iter().map(verdict).collect();
        joined(verdicts.iter().map(String::as_str))
    }),
    column("supported_by_contract", |row| {
        let stated = row.entry.content.supported_by_contract;
        stated.map_or("", |yes| if yes { "yes" } else { "no" }).to_owned()
    }),
    column("support", |row| {
        joined(row.entry.content.support.iter().map(|provider| provider.name.as_str()))
    }),
    column("replaces", |row| {
        joined(row.entry.content.replaces.iter().map(|product| product.name.as_str()))
    }),
    column("wikidata", |row| {
        let items = row.entry.content.identifiers.iter().filter(|one| one.scheme == "wikidata");
        joined(items.map(|one| one.value.as_str()))
    }),
    column("version", |row| row.entry.content.version.clone().unwrap_or_default()),
    column("released_on", |row| {
        row.entry.content.released_on.map(|day| day.to_string()).unwrap_or_default()
    }),
    column("last_activity_on", |row| {
        let content = &row.entry.content;
        let last = content.released_on.max(content.last_activity_on);
        last.map(|day| day.to_string()).unwrap_or_default()
    }),
    column("sources", |row| row.of_sources(|source| Some(&source.id))),
    column("data_licences", |row| row.of_sources(|source| source.data_licence.as_ref())),
    column("attributions", |row| row.of_sources(|source| source.attribution.as_ref())),
    column("changed_at", |row| row.entry.changed_at.to_rfc3339()),
];

const fn column(name: &'static str, value: fn(&Row<'_>) -> String) -> Column {
    Column { name, value }
}

/// The names of all columns.
pub fn names() -> Vec<&'static str> {
    COLUMNS.iter().map(|column| column.name).collect()
}

/// The columns that a list such as `name,licence` names, in its order; one that it names twice
/// stands once.
///
/// # Errors
/// [`UnknownColumn`] where it names one that there is not.
pub fn chosen(list: &str) -> Result<Vec<&'static Column>, UnknownColumn> {
    let mut chosen: Vec<&'static Column> = Vec::new();
    for name in list.split(',').map(str::trim) {
        let column = COLUMNS.iter().find(|column| column.name == name);
        let column = column.ok_or_else(|| UnknownColumn { name: name.to_owned() })?;
        if !chosen.iter().any(|one| one.name == name) {
            chosen.push(column);
        }
    }
    Ok(chosen)
}

impl Column {
    /// What stands in this column.
    pub fn value(&self, row: &Row<'_>) -> String {
        (self.value)(row)
    }
}

impl Row<'_> {
    fn facts(&self) -> Facts {
        self.entry.licence.facts().unwrap_or_else(Facts::nothing)
    }

    /// One value for each source, in their order: whoever reads a column must see whose it is.
    fn of_sources(&self, part: fn(&Attribution) -> Option<&String>) -> String {
        joined(self.sources.iter().map(|source| part(source).map_or("not stated", String::as_str)))
    }
}

/// Ids of needs, the surest first; what no source states is said to be derived.
fn needs_met(row: &Row<'_>) -> String {
    let met = needs::vocabulary().of(&row.entry.content).into_iter();
    let words: Vec<String> = met
        .map(|met| match met.is_stated {
            true => met.need.id.clone(),
            false => format!("{} (derived)", met.need.id),
        })
        .collect();
    joined(words.iter().map(String::as_str))
}

/// A government's verdict, and which sources give it since when: "recommended (fr-sill)".
fn verdict(one: &Recommended) -> String {
    let since = one.recommendation.since.map(|day| format!(" since {day}")).unwrap_or_default();
    format!("{}{since} ({})", one.recommendation.verdict.as_str(), one.sources.join(", "))
}

fn written(url: Option<&WebUrl>) -> String {
    url.map(ToString::to_string).unwrap_or_default()
}

fn in_language(text: &LocalizedText, lang: &str) -> String {
    let exact = text.iter().find(|(tag, _)| tag.primary() == lang);
    exact.map(|(_, text)| text.to_owned()).unwrap_or_default()
}

fn in_other_language(text: &LocalizedText) -> String {
    let other = text.iter().find(|(tag, _)| !matches!(tag.primary(), "fr" | "en"));
    other.map(|(_, text)| text.to_owned()).unwrap_or_default()
}

fn joined<'a>(values: impl Iterator<Item = &'a str>) -> String {
    values.filter(|value| !value.is_empty()).collect::<Vec<_>>().join(" | ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_chosen_by_name_in_any_order() {
        let named = |list: &str| -> Result<Vec<&str>, UnknownColumn> {
            Ok(chosen(list)?.into_iter().map(|column| column.name).collect())
        };
        assert_eq!(named("licence, name,users_count"), Ok(vec!["licence", "name", "users_count"]));
        assert_eq!(named(&names().join(",")), Ok(names()));
        for unknown in ["", "name,", "Name", "name;licence", "colour"] {
            let error = named(unknown).expect_err("no column").to_string();
            assert!(error.contains("expected some of id,url,name,"), "{error}");
        }
        assert_eq!(named("name,id,name"), Ok(vec!["name", "id"]));
    }

    #[test]
    fn no_two_columns_have_a_name() {
        let mut all = names();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), COLUMNS.len());
    }
}
