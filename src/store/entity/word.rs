//! Columns whose values are words, each of an enum: which words there are stands once, with the
//! enum, and the API, the pages and the command line say the same ones.

use std::fmt;

use sea_orm::DbErr;
use thiserror::Error;

/// A column and the words that it may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// The name of the enum, by which sea-orm tells that a word is none of it.
    pub(super) of: &'static str,
    pub table: &'static str,
    pub name: &'static str,
    pub words: &'static [&'static str],
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.table, self.name)
    }
}

/// A word in the database that the enum of its column does not have. It is never taken for another
/// one: what it means is not known.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "{column} holds {word:?}, expected one of {}: it was changed by hand, or by a newer Fedcat, \
     which must read it; to see the row: SELECT * FROM {} WHERE {} = '{}'",
    column.words.join(", "), column.table, column.name, word.replace('\'', "''")
)]
pub struct UnknownWord {
    pub column: Column,
    pub word: String,
}

impl UnknownWord {
    /// What sea-orm says as a text when a column holds no word of its enum.
    pub(super) fn among(columns: &[Column], error: &DbErr) -> Option<Self> {
        let DbErr::Type(text) = error else { return None };
        let (of, word) = text.strip_prefix("unexpected value for ")?.split_once(" enum: ")?;
        let column = *columns.iter().find(|column| column.of == of)?;
        Some(Self { column, word: word.to_owned() })
    }
}

/// Declares the enum of a column that holds words.
macro_rules! words {
    (
        $(#[$meta:meta])*
        $name:ident of $table:tt . $column:tt {
            $($(#[$note:meta])* $variant:ident = $word:tt,)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
        #[sea_orm(rs_type = "String", db_type = "Text")]
        pub enum $name {
            $(
                $(#[$note])*
                #[sea_orm(string_value = $word)]
                $variant,
            )+
        }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];
            /// Where they are stored.
            pub const COLUMN: crate::store::entity::word::Column =
                crate::store::entity::word::Column {
                    of: stringify!($name),
                    table: stringify!($table),
                    name: stringify!($column),
                    words: &[$($word),+],
                };

            /// The word for it.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// What a word says.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == word)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

pub(super) use words;
