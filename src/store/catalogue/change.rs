//! What a batch changes.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::catalogue::content::Content;
use crate::digest::Digest;
use crate::formats::Withdrawal;
use crate::formats::json::canonical;
use crate::formats::personal::PersonalDatum;

/// A change to one record of a source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// The source lists it, with this content.
    Put(Box<Statement>),
    /// The source lists it under the external id of the change, with this content; it was known
    /// as `from`. Without a statement: what a younger record of this id says, which it replaces.
    Rename {
        from: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        statement: Option<Box<Statement>>,
    },
    /// Its stored item says this by the rules of this version. Its state stays.
    Reread {
        rules_version: String,
        content: Box<Content>,
        /// What was cut out of the item meanwhile.
        #[serde(default)]
        cut: Option<Box<Cut>>,
        /// As of a [`Statement`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fingerprint: Option<i64>,
    },
    /// A complete listing does not hold it.
    Missing,
    /// The source withdrew it, or it has been missing for long enough.
    Withdraw(Withdrawal),
}

/// A stored item out of which more was cut: what is left of it, and what is a person's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cut {
    pub raw: Raw,
    pub personal: Vec<PersonalDatum>,
}

/// What a source says about one software, ready to be stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    pub digest: Digest,
    pub rules_version: String,
    pub raw: Raw,
    pub content: Content,
    pub personal: Vec<PersonalDatum>,
    /// See [`crate::store::entity::record::Model`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<i64>,
}

/// An item as it is stored: canonical JSON. Within other JSON it stands as the value that it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raw(String);

impl Raw {
    /// The item of this value.
    pub fn of(value: &Value) -> Self {
        Self(canonical(value))
    }

    /// The text of the item.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Serialize for Raw {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value: &RawValue = serde_json::from_str(&self.0).map_err(ser::Error::custom)?;
        value.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Box::<RawValue>::deserialize(deserializer)?.get().to_owned()))
    }
}

/// Changes of one source that are applied together.
#[derive(Debug)]
pub struct Batch<'a> {
    pub source: &'a str,
    /// Who causes the changes, such as `harvest:fr-sill`.
    pub actor: &'a str,
    /// The time that the changes bear.
    pub at: DateTime<Utc>,
    /// Changes by external id; each id at most once.
    pub changes: Vec<(String, Change)>,
}
