//! Lenient reading of a JSON object: takes what can be used, and turns what cannot into findings
//! with the path of the value. A decoder on top of it reads like the list of its fields.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime};
use serde_json::{Map, Value};

use super::personal::is_reference;
use super::places::web_address;
use super::{Code, Finding};
use crate::catalogue::text::{Lang, LocalizedText, clean, clean_line, shorten};
use crate::catalogue::urls::WebUrl;
use crate::formats::Severity;

/// One object of an item, the path to it, and the findings so far.
pub struct Fields<'a> {
    object: Option<&'a Map<String, Value>>,
    path: String,
    /// What relative addresses are relative to; empty where nothing is.
    base: String,
    findings: &'a mut Vec<Finding>,
}

impl<'a> Fields<'a> {
    /// The fields of `value`, which stands at `path` (empty for the item itself). A value that is
    /// there and is no object is a finding, but for an empty list: PHP writes an object without
    /// entries so.
    pub fn new(value: &'a Value, path: &str, findings: &'a mut Vec<Finding>) -> Self {
        let is_empty_list = value.as_array().is_some_and(Vec::is_empty);
        if !value.is_object() && !is_absent(value) && !is_empty_list {
            findings.push(wrong_type(path, value, "an object"));
        }
        Self { object: value.as_object(), path: path.to_owned(), base: String::new(), findings }
    }

    /// The same fields, with their relative addresses read as parts of `base`.
    #[must_use]
    pub fn at(self, base: &str) -> Self {
        Self { base: base.to_owned(), ..self }
    }

    /// The value at `key`, unless it is absent, null or an empty text.
    pub fn value(&self, key: &str) -> Option<&'a Value> {
        self.object?.get(key).filter(|value| !is_absent(value))
    }

    /// The key, as the object spells it, of the first of `names` (lower case) that says something,
    /// in any letter case; `names[0]` where none does.
    pub fn spelled<'k>(&self, names: &[&'k str]) -> &'k str
    where
        'a: 'k,
    {
        let spelling = |name: &&'k str| {
            let mut entries = self.object?.iter();
            let (key, _) =
                entries.find(|(key, value)| key.eq_ignore_ascii_case(name) && !is_absent(value))?;
            Some(key.as_str())
        };
        names.iter().find_map(spelling).or_else(|| names.first().copied()).unwrap_or_default()
    }

    /// The fields of the object at `key`.
    pub fn object(&mut self, key: &str) -> Fields<'_> {
        static NULL: Value = Value::Null;
        let value = self.value(key).unwrap_or(&NULL);
        let path = self.path_of(key);
        Fields::new(value, &path, self.findings).at(&self.base)
    }

    /// The elements of the list at `key` with their paths. An object with numbers for keys, as PHP
    /// and R write a list with gaps, counts as the list of its values; any other single value as a
    /// list of one.
    pub fn list(&self, key: &str) -> Vec<(&'a Value, String)> {
        let path = self.path_of(key);
        match self.value(key) {
            Some(Value::Array(elements)) => elements
                .iter()
                .enumerate()
                .filter(|(_, element)| !is_absent(element))
                .map(|(index, element)| (element, format!("{path}[{index}]")))
                .collect(),
            Some(Value::Object(numbered)) if is_numbered(numbered) => numbered
                .iter()
                .filter(|(_, element)| !is_absent(element))
                .map(|(number, element)| (element, format!("{path}.{number}")))
                .collect(),
            Some(single) => vec![(single, path)],
            None => Vec::new(),
        }
    }

    /// The text at `key`, with its line breaks. Numbers count as their digits.
    pub fn text(&mut self, key: &str) -> Option<String> {
        self.scalar(key).map(|text| clean(&text)).filter(|text| !text.is_empty())
    }

    /// The text at `key` as one line.
    pub fn line(&mut self, key: &str) -> Option<String> {
        self.scalar(key).map(|text| clean_line(&text)).filter(|text| !text.is_empty())
    }

    /// The text at `key` in each language: an object with language tags for keys, or one text,
    /// which then is in the language `unmarked`.
    pub fn localized_text(&mut self, key: &str, unmarked: &Lang) -> LocalizedText {
        self.localized(key, unmarked, |fields, key| fields.text(key))
    }

    /// The same for a text of one line.
    pub fn localized_line(&mut self, key: &str, unmarked: &Lang) -> LocalizedText {
        self.localized(key, unmarked, |fields, key| fields.line(key))
    }

    fn localized(
        &mut self,
        key: &str,
        unmarked: &Lang,
        read: fn(&mut Fields<'_>, &str) -> Option<String>,
    ) -> LocalizedText {
        let Some(Value::Object(texts)) = self.value(key) else {
            let text = read(self, key).unwrap_or_default();
            return LocalizedText::single(unmarked.clone(), &text);
        };
        let mut inner = self.object(key);
        let mut localized = LocalizedText::default();
        for tag in texts.keys() {
            match Lang::parse(tag) {
                Some(lang) => localized.insert(lang, &read(&mut inner, tag).unwrap_or_default()),
                None => {
                    let message = "the text is left out: its key is no language tag such as fr";
                    inner.warn(Code::InvalidLanguage, tag, message);
                }
            }
        }
        localized
    }

    /// The one-line texts of the list at `key`; elements of other types are findings.
    pub fn lines(&mut self, key: &str) -> Vec<String> {
        let mut lines = Vec::new();
        for (element, path) in self.list(key) {
            match scalar_text(element) {
                Some(text) => lines.push(clean_line(&text)),
                None => self.findings.push(wrong_type(&path, element, "a text")),
            }
        }
        lines.retain(|line| !line.is_empty());
        lines
    }

    /// The web address at `key`.
    pub fn url(&mut self, key: &str) -> Option<WebUrl> {
        let text = self.scalar(key)?;
        let path = self.path_of(key);
        self.parse_url(&text, &path)
    }

    /// A text as a web address; the finding names `path`.
    pub fn parse_url(&mut self, text: &str, path: &str) -> Option<WebUrl> {
        web_address(text, &self.base, path, self.findings)
    }

    /// The day at `key`: `YYYY-MM-DD`, also unpadded, or a timestamp of RFC 3339.
    pub fn date(&mut self, key: &str) -> Option<NaiveDate> {
        let text = self.scalar(key)?;
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let day = parse_day(text).filter(is_plausible);
        if day.is_none() {
            let message = format!(
                "{:?} is left out: expected a day as YYYY-MM-DD between 1970 and 2100",
                shorten(text)
            );
            self.warn(Code::InvalidDate, key, message);
        }
        day
    }

    /// The day at `key`, given in milliseconds since 1970 or as [`Fields::date`].
    pub fn millis(&mut self, key: &str) -> Option<NaiveDate> {
        let Some(Value::Number(number)) = self.value(key) else { return self.date(key) };
        let day = number
            .as_i64()
            .and_then(DateTime::from_timestamp_millis)
            .map(|time| time.date_naive())
            .filter(is_plausible);
        if day.is_none() {
            let message =
                format!("{number} is left out: expected milliseconds since 1970, before 2100");
            self.warn(Code::InvalidDate, key, message);
        }
        day
    }

    /// The truth value at `key`.
    pub fn flag(&mut self, key: &str) -> Option<bool> {
        match self.value(key)? {
            Value::Bool(flag) => Some(*flag),
            other => {
                let finding = wrong_type(&self.path_of(key), other, "true or false");
                self.findings.push(finding);
                None
            }
        }
    }

    /// The count at `key`.
    pub fn count(&mut self, key: &str) -> Option<u32> {
        let value = self.value(key)?;
        let count = value.as_u64().and_then(|number| u32::try_from(number).ok());
        if count.is_none() {
            let finding = wrong_type(&self.path_of(key), value, "a number of things");
            self.findings.push(finding);
        }
        count
    }

    /// Adds a finding about the value at `key`.
    pub fn warn(&mut self, code: Code, key: &str, message: impl Into<String>) {
        let path = self.path_of(key);
        self.findings.push(Finding::new(code, path, message).severity(Severity::Warning));
    }

    /// Adds a finding that is about more than one value.
    pub fn add(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// The findings so far, for readers of values that this type does not know.
    pub fn findings(&mut self) -> &mut Vec<Finding> {
        self.findings
    }

    /// The path of `key`.
    pub fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    fn scalar(&mut self, key: &str) -> Option<String> {
        let value = self.value(key)?;
        let text = scalar_text(value);
        if text.is_none() {
            let finding = wrong_type(&self.path_of(key), value, "a text");
            self.findings.push(finding);
        }
        // A reference to a person's datum that was cut out is no text of the item.
        text.filter(|text| !is_reference(text))
    }
}

fn is_numbered(object: &Map<String, Value>) -> bool {
    let is_number = |key: &String| !key.is_empty() && key.bytes().all(|b| b.is_ascii_digit());
    !object.is_empty() && object.keys().all(is_number)
}

/// Whether a value says nothing: null or an empty text.
pub fn is_absent(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        _ => false,
    }
}

/// Days that can be a date of software.
pub fn is_plausible(day: &NaiveDate) -> bool {
    (1970..=2100).contains(&day.year())
}

/// The day of a text that is a day, or a day and a time of day. Anything else after the day, such
/// as a second day, leaves open which day is meant.
pub fn parse_day(text: &str) -> Option<NaiveDate> {
    let (day, time) = text.split_once(['T', 't', ' ']).unwrap_or((text, "00:00"));
    let time = time.trim_start();
    // The end of a day is the beginning of the next one.
    let is_end = time.starts_with("24:00");
    if is_end {
        let rest = time.get(5..).unwrap_or_default();
        let seconds = rest.trim_start_matches([':', '.', '0']);
        let is_zone = |c: char| matches!(c, 'Z' | 'z' | '+' | '-' | ' ');
        if !seconds.is_empty() && !seconds.starts_with(is_zone) {
            return None;
        }
    } else {
        NaiveTime::parse_and_remainder(time, "%H:%M").ok()?;
    }
    let parts: Vec<&str> = day.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return None };
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if year.len() != 4 || month.len() > 2 || day.len() > 2 || !parts.iter().all(is_number) {
        return None;
    }
    let day = NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    day?.checked_add_days(Days::new(u64::from(is_end)))
}

fn scalar_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn wrong_type(path: &str, value: &Value, expected: &str) -> Finding {
    let found = match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    Finding::new(Code::WrongType, path, format!("{found} is left out: expected {expected}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn days_are_read_strictly() {
        for (raw, expected) in [
            (json!("2026-01-31"), Some("2026-01-31")),
            (json!("2014-4-5"), Some("2014-04-05")),
            (json!("2013-07-25T14:48:00Z"), Some("2013-07-25")),
            (json!("2013-07-25 9:48:00"), Some("2013-07-25")),
            (json!("2013-07-25T14:48:00.123+02:00"), Some("2013-07-25")),
            (json!("2013-07-31T24:00:00"), Some("2013-08-01")),
            (json!("2013-07-25T24:00Z"), Some("2013-07-26")),
            (json!("2013-07-25t10:00:00z"), Some("2013-07-25")),
            (json!("2013-07-25T24:00:01"), None),
            (json!("2013-07-25T24:30"), None),
            (json!("2013-07-25T"), None),
            (json!("2013-07-25T25:48:00Z"), None),
            (json!("2013-07-25 to 2014-07-25"), None),
            (json!("2026-02-30"), None),
            (json!("2014"), None),
            (json!(41234), None),
            (json!("0001-01-01"), None),
            (json!("31/01/2026"), None),
        ] {
            let item = json!({"day": raw});
            let mut findings = Vec::new();
            let day = Fields::new(&item, "", &mut findings).date("day");
            assert_eq!(day.map(|day| day.to_string()).as_deref(), expected, "{raw}");
            assert_eq!(findings.len(), usize::from(expected.is_none()), "{raw}");
        }
    }

    #[test]
    fn addresses_are_read_as_people_write_them() {
        let item = json!({"page": "parcel.example.org/en", "logo": "/logo.png", "x": "none"});
        let mut findings = Vec::new();
        let mut fields = Fields::new(&item, "", &mut findings).at("https://list.example.org/a");
        let urls = ["page", "logo", "x"].map(|key| fields.url(key).map(|url| url.to_string()));
        let page = Some("https://parcel.example.org/en".to_owned());
        let logo = Some("https://list.example.org/logo.png".to_owned());
        assert_eq!(urls, [page, logo, None]);
        let codes: Vec<&str> = findings.iter().map(|finding| finding.code.as_str()).collect();
        assert_eq!(codes, ["url-repaired", "url-repaired", "invalid-url"]);
    }

    #[test]
    fn a_key_is_found_in_any_spelling() {
        let item = json!({"homepageURl": "x", "Homepage": "y", "name": "", "NAME": "z"});
        let mut findings = Vec::new();
        let fields = Fields::new(&item, "", &mut findings);
        assert_eq!(fields.spelled(&["homepageurl", "homepage"]), "homepageURl");
        assert_eq!(fields.spelled(&["name"]), "NAME");
        assert_eq!(fields.spelled(&["absent", "none"]), "absent");
    }

    #[test]
    fn what_cannot_be_used_is_a_finding_with_its_path() {
        let item = json!({
            "name": ["x"], "url": "ftp://example.org", "empty": "", "null": null,
            "inner": {"flag": "yes", "list": ["a", {}, " b  c "]}, "n": -1,
            "numbered": {"1": "a", "3": []}, "php": [],
        });
        let mut findings = Vec::new();
        let mut fields = Fields::new(&item, "", &mut findings);
        assert_eq!(fields.line("name"), None);
        assert_eq!(fields.url("url"), None);
        assert_eq!(fields.text("empty"), None);
        assert_eq!(fields.text("null"), None);
        assert_eq!(fields.count("n"), None);
        assert_eq!(fields.lines("numbered"), ["a"]);
        assert_eq!(fields.object("php").line("name"), None);
        let mut inner = fields.object("inner");
        assert_eq!(inner.flag("flag"), None);
        assert_eq!(inner.lines("list"), ["a", "b c"]);
        let paths: Vec<&str> = findings.iter().map(|finding| finding.path.as_str()).collect();
        assert_eq!(paths, ["name", "url", "n", "numbered.3", "inner.flag", "inner.list[1]"]);
    }
}
