//! The statements of an item: rank, main value and qualifiers.

use chrono::{Datelike, NaiveDate};
use serde_json::{Map, Value, json};

/// The qualifier "end time": the statement no longer holds.
const END: &str = "P582";
/// The qualifiers that are read.
/// The qualifier "applies to part": what it stands at does not hold for the whole.
pub(super) const OF_PART: &str = "P518";
/// The qualifier "language of work", of a home page in several languages.
pub(super) const LANGUAGE: &str = "P407";
const QUALIFIERS: &[&str] = &[END, OF_PART, LANGUAGE];

/// A statement with a value.
#[derive(Debug, Clone)]
pub(super) struct Statement<'a> {
    value: &'a Value,
    qualifiers: Option<&'a Map<String, Value>>,
    is_preferred: bool,
    /// Where it stands in the entity or entry.
    pub path: String,
}

impl<'a> Statement<'a> {
    /// The value as a text or an address.
    pub fn text(&self) -> Option<&'a str> {
        self.value.as_str()
    }

    /// The value as an item.
    pub fn item(&self) -> Option<&'a str> {
        item(self.value)
    }

    /// Whether it has a qualifier.
    pub fn has(&self, property: &str) -> bool {
        self.qualifier(property).next().is_some()
    }

    /// Whether it held until a day that is over on `as_of`. "No value" says that there is no end;
    /// "some value" that there was one, whenever.
    fn has_ended(&self, as_of: Option<NaiveDate>) -> bool {
        self.qualifier(END).any(|snak| match snak.get("snaktype").and_then(Value::as_str) {
            Some("novalue") => false,
            _ => match (value(snak).and_then(time), as_of) {
                (Some(end), Some(as_of)) => end <= (as_of.year(), as_of.month(), as_of.day()),
                _ => true,
            },
        })
    }

    /// The items that a qualifier names.
    pub fn qualifying_items(&self, property: &str) -> Vec<&'a str> {
        self.qualifier(property).filter_map(|snak| item(value(snak)?)).collect()
    }

    fn qualifier(&self, property: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
        let snaks = self.qualifiers.and_then(|all| all.get(property)?.as_array());
        snaks.into_iter().flatten()
    }
}

/// The statements of a property that count: those that have a value and still hold on `as_of`, of
/// the best rank among them. Deprecated ones never count.
pub(super) fn best<'a>(
    entity: &'a Value,
    property: &str,
    as_of: Option<NaiveDate>,
) -> Vec<Statement<'a>> {
    let mut statements = stated(entity, property);
    statements.retain(|statement| !statement.has_ended(as_of));
    if statements.iter().any(|statement| statement.is_preferred) {
        statements.retain(|statement| statement.is_preferred);
    }
    statements
}

/// The statements of a property that have a value, whether or not they still hold, without
/// deprecated ones.
pub(super) fn stated<'a>(entity: &'a Value, property: &str) -> Vec<Statement<'a>> {
    let placed = all(entity, property).enumerate();
    placed
        .filter_map(|(index, statement)| read(statement, format!("claims.{property}[{index}]")))
        .collect()
}

/// What is stored of a property's statements: rank, value and the qualifiers that are read. `None`
/// where there is none.
pub(super) fn kept(entity: &Value, property: &str) -> Option<Value> {
    let statements: Vec<Value> = all(entity, property).map(trimmed).collect();
    (!statements.is_empty()).then(|| json!(statements))
}

/// `claims` is an empty list, not an empty object, where an item has none.
fn all<'a>(entity: &'a Value, property: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    let statements = entity.get("claims").and_then(|claims| claims.get(property)?.as_array());
    statements.into_iter().flatten()
}

fn trimmed(statement: &Value) -> Value {
    let qualifiers: Map<String, Value> = QUALIFIERS
        .iter()
        .filter_map(|property| {
            let snaks = statement.get("qualifiers")?.get(property)?.as_array()?;
            let snaks: Vec<Value> = snaks.iter().map(snak).collect();
            Some(((*property).to_owned(), json!(snaks)))
        })
        .collect();
    let mut kept = Map::new();
    kept.insert("rank".to_owned(), statement.get("rank").cloned().unwrap_or_default());
    kept.insert("mainsnak".to_owned(), statement.get("mainsnak").map(snak).unwrap_or_default());
    if !qualifiers.is_empty() {
        kept.insert("qualifiers".to_owned(), Value::Object(qualifiers));
    }
    Value::Object(kept)
}

/// A snak without its hash and what follows from its property. Of an item, the id is enough.
fn snak(snak: &Value) -> Value {
    let kind = snak.get("snaktype").cloned().unwrap_or_default();
    match value(snak) {
        Some(value) => {
            let value = match item(value) {
                Some(id) => json!({"id": id}),
                None => value.clone(),
            };
            json!({"snaktype": kind, "datavalue": {"value": value}})
        }
        None => json!({"snaktype": kind}),
    }
}

fn read(statement: &Value, path: String) -> Option<Statement<'_>> {
    let rank = statement.get("rank").and_then(Value::as_str).unwrap_or("normal");
    if rank == "deprecated" {
        return None;
    }
    Some(Statement {
        value: value(statement.get("mainsnak")?)?,
        qualifiers: statement.get("qualifiers").and_then(Value::as_object),
        is_preferred: rank == "preferred",
        path,
    })
}

/// The value of a snak; `None` for "some value" and "no value".
fn value(snak: &Value) -> Option<&Value> {
    let kind = snak.get("snaktype").and_then(Value::as_str).unwrap_or("value");
    (kind == "value").then(|| snak.get("datavalue")?.get("value")).flatten()
}

/// Year, month and day of a time such as `+2019-06-00T00:00:00Z`: a zero says that it is not known.
fn time(value: &Value) -> Option<(i32, u32, u32)> {
    let text = value.get("time")?.as_str()?;
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let (day, _) = text.split_once('T')?;
    let mut parts = day.split('-');
    let year: i32 = parts.next()?.parse().ok()?;
    let mut number = || parts.next()?.parse::<u32>().ok();
    Some((sign * year, number()?, number()?))
}

fn item(value: &Value) -> Option<&str> {
    value.get("id")?.as_str().filter(|id| is_item(id))
}

/// Whether a text is the id of an item.
pub fn is_item(text: &str) -> bool {
    text.strip_prefix('Q').is_some_and(|number| {
        !number.starts_with('0')
            && (1..=12).contains(&number.len())
            && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}
