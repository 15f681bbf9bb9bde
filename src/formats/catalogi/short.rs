//! `sill.json` of 2020 to 2022: keys of one letter, every value a text, `""` and null both for a
//! missing one.
//!
//! Keys were renamed on the way: `s` became `st`, and `v` became `v-`. Both `v` and `v-` hold the
//! oldest version to use, so neither is read as the latest; `v+` is the newest that is named.
//! The status `FR`, the end of the recommendation, is no withdrawal: the entry is still in the
//! list, and what is no longer recommended may well be in use.
//!
//! The category (`c`), the sector (`se`) and the group that looks after the entry (`g`) are words
//! of the list's own, so they are keywords. `si` names other entries by numbers, which say nothing
//! without the whole list, or in words, which are read. `frama.name` repeats its neighbour.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::parts::{
    add_in_other_languages_or_beside, first_of, french, licence, localized, oldest_version, version,
};
use super::verdicts;
use crate::catalogue::content::{Content, Recommendation, RecommendationVerdict, Related};
use crate::catalogue::text::{Lang, LocalizedText, clean_line};
use crate::formats::fields::{Fields, is_plausible, parse_day};
use crate::formats::registers::{Identifiers, Register};

/// What an item says about its software. The list is French.
pub fn content(fields: &mut Fields<'_>) -> Content {
    let mut identifiers = Identifiers::default();
    identifiers.read(Register::ComptoirDuLibre, fields, "co");
    identifiers.read(Register::Framalibre, &mut fields.object("frama"), "encoded-name");
    let years = years(fields);
    let mut content = Content {
        name: localized(fields, &["i"], &Lang::unknown()),
        summary: localized(fields, &["f"], &french()),
        context_of_use: context_of_use(fields),
        recommendations: recommendation(fields, &years).into_iter().collect(),
        supported_by_contract: yes(fields, "su"),
        licences: licence(fields, &["l"]).into_iter().collect(),
        homepage: fields.url("website"),
        repository: fields.url("sources"),
        documentation: fields.url("doc"),
        logo: fields.url("logo"),
        // The page in the catalogue of digital products that labelled it.
        supplementary: fields.url("la").into_iter().collect(),
        version: version(fields, "v+"),
        version_min: oldest_version(fields, &["v-", "v"]),
        tags: ["c", "se", "g"].iter().filter_map(|key| fields.line(key)).collect(),
        part_of: parent(fields).into_iter().collect(),
        similar: similar(fields),
        identifiers: identifiers.into_set(),
        publicly_developed: yes(fields, "a"),
        listed_on: years.first().and_then(|year| first_of_january(*year)),
        ..Content::default()
    };
    for (key, tag) in [("fr-desc", "fr"), ("en-desc", "en")] {
        if let Some(lang) = Lang::parse(tag) {
            let text = localized(fields, &[key], &lang);
            add_in_other_languages_or_beside(&mut content, &text);
        }
    }
    content
}

/// Where and for whom it is used. A later list of this shape has the time of an entry's last
/// change under the same key.
fn context_of_use(fields: &mut Fields<'_>) -> LocalizedText {
    let text = localized(fields, &["u"], &french());
    let is_time = |text: &str| {
        parse_day(text).is_some() || text.chars().all(|c| c.is_ascii_digit() || c == '.')
    };
    if text.iter().any(|(_, text)| is_time(text)) { LocalizedText::default() } else { text }
}

/// Empty stands both for "no" and for "not known".
fn yes(fields: &mut Fields<'_>, key: &str) -> Option<bool> {
    (fields.line(key).as_deref() == Some("Oui")).then_some(true)
}

/// The years for which the entry was listed, as in "2018 ; 2019".
fn years(fields: &mut Fields<'_>) -> BTreeSet<i32> {
    let written = fields.line("y").unwrap_or_default();
    let words = written.split(|c: char| !c.is_ascii_digit()).filter(|word| word.len() == 4);
    words.filter_map(|word| word.parse().ok()).collect()
}

/// The list is made for whole years; the tables of 2022 write their beginning as the first of
/// January too.
fn first_of_january(year: i32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, 1, 1).filter(is_plausible)
}

/// The State's own verdict. The years say when an entry was listed, not with which verdict, so
/// only an end has a date: the year after the last.
fn recommendation(fields: &mut Fields<'_>, years: &BTreeSet<i32>) -> Option<Recommendation> {
    let key = first_of(fields, &["st", "s"]);
    let mut recommendation = verdicts::read(fields, key)?;
    if recommendation.verdict == RecommendationVerdict::NoLongerRecommended {
        recommendation.since = years.last().and_then(|last| first_of_january(last + 1));
    }
    Some(recommendation)
}

/// The program that it is a plug-in or a part of.
fn parent(fields: &mut Fields<'_>) -> Option<Related> {
    fields.line("p").map(|name| Related { name, wikidata: None })
}

/// The products that are named in words, as in "AWS, Microsoft Azure".
fn similar(fields: &mut Fields<'_>) -> Vec<Related> {
    let written = fields.line("si").unwrap_or_default();
    let names: BTreeSet<String> = written
        .split([';', ','])
        .map(clean_line)
        .filter(|name| name.chars().any(char::is_alphabetic))
        .collect();
    names.into_iter().map(|name| Related { name, wikidata: None }).collect()
}
