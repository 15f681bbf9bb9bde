//! Totals, kept with what they count: whoever changes rows writes the difference in the same
//! transaction. So a total is as true as the rows, the same in every process, and takes no longer
//! to read however large the catalogue is and however often it changes.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder,
};

use tracing::error;

use super::entity::record::RecordState;
use super::entity::software::SoftwareState;
pub use super::entity::tally::TallyKind as What;
use super::entity::{source, tally};
use super::{StoreError, chunks, events};

/// What a change adds to the totals and takes from them.
#[derive(Debug, Default)]
pub(crate) struct Difference(BTreeMap<(What, String, String), i64>);

impl Difference {
    /// A software came to be in a state, which it was not in before.
    pub fn software(&mut self, before: Option<SoftwareState>, after: SoftwareState) {
        if let Some(before) = before {
            self.add(What::Software, "", before.as_str(), -1);
        }
        self.add(What::Software, "", after.as_str(), 1);
    }

    /// A record of a source came to be in a state.
    pub fn record(&mut self, source: &str, before: Option<RecordState>, after: RecordState) {
        if let Some(before) = before {
            self.add(What::Record, source, before.as_str(), -1);
        }
        self.add(What::Record, source, after.as_str(), 1);
    }

    /// So many findings of a source were opened or, below zero, closed.
    pub fn findings(&mut self, source: &str, code: &str, by: i64) {
        self.add(What::Finding, source, code, by);
    }

    /// So many software more or, below zero, fewer are listed by just these sources. One source
    /// alone shares nothing.
    pub fn shared(&mut self, sources: &BTreeSet<String>, by: i64) {
        if sources.len() < 2 {
            return;
        }
        self.add(What::Several, "", "", by);
        for source in sources {
            for other in sources.iter().filter(|other| *other != source) {
                self.add(What::Shared, source, other, by);
            }
        }
    }

    fn add(&mut self, what: What, source: &str, part: &str, by: i64) {
        *self.0.entry((what, source.to_owned(), part.to_owned())).or_default() += by;
    }

    /// Writes the difference. The rows are touched in one order, whoever does so.
    pub async fn write(self, tx: &DatabaseTransaction) -> Result<(), StoreError> {
        let rows: Vec<tally::ActiveModel> = self
            .0
            .into_iter()
            .filter(|(_, by)| *by != 0)
            .map(|((what, source_id, part), count)| {
                tally::Model { what, source_id, part, count }.into_active_model()
            })
            .collect();
        let sum = Expr::col((tally::Entity, tally::Column::Count))
            .add(Expr::col(("excluded", tally::Column::Count)));
        let add = OnConflict::columns([
            tally::Column::What,
            tally::Column::SourceId,
            tally::Column::Part,
        ])
        .value(tally::Column::Count, sum)
        .to_owned();
        for chunk in chunks(&rows, 4) {
            tally::Entity::insert_many(chunk.to_vec())
                .on_conflict(add.clone())
                .exec_without_returning(tx)
                .await?;
        }
        Ok(())
    }
}

/// The totals of some kinds that are not zero: of one source, or of all.
pub async fn of(
    db: &impl ConnectionTrait,
    kinds: &[What],
    source: Option<&str>,
) -> Result<Vec<tally::Model>, StoreError> {
    let mut query = tally::Entity::find()
        .filter(tally::Column::What.is_in(kinds.iter().copied()))
        .filter(tally::Column::Count.ne(0));
    if let Some(source) = source {
        query = query.filter(tally::Column::SourceId.eq(source));
    }
    let rows = query
        .order_by_asc(tally::Column::What)
        .order_by_asc(tally::Column::SourceId)
        .order_by_asc(tally::Column::Part)
        .all(db)
        .await?;
    Ok(rows)
}

/// How many. No change writes a total below zero; where one is, the log names it, and it counts as
/// none.
pub(crate) fn number(row: &tally::Model) -> u64 {
    u64::try_from(row.count).unwrap_or_else(|_| {
        let tally::Model { what, source_id, part, count } = row;
        error!(%what, source_id, part, count, "a total is below zero: {count}");
        0
    })
}

/// The state of which a total counts the rows.
pub(crate) fn state_of<S>(
    row: &tally::Model,
    parse: fn(&str) -> Option<S>,
) -> Result<S, StoreError> {
    let tally::Model { what, source_id, part, .. } = row;
    parse(part).ok_or_else(|| StoreError::Corrupt {
        what: "total",
        id: format!("{what} {source_id} {part}"),
        problem: format!("{part:?} is no state"),
    })
}

/// The sums of totals by what `key` says of each; the greatest first, equals by their key.
pub(crate) fn summed(
    rows: Vec<tally::Model>,
    key: impl Fn(tally::Model) -> String,
) -> Vec<(String, i64)> {
    let mut sums: BTreeMap<String, i64> = BTreeMap::new();
    for row in rows {
        let count = row.count;
        *sums.entry(key(row)).or_default() += count;
    }
    let mut all: Vec<(String, i64)> = sums.into_iter().collect();
    all.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    all
}

/// The catalogue in numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    pub software: u64,
    pub withdrawn_software: u64,
    pub records: u64,
    pub sources: u64,
    /// Software that more than one source lists.
    pub in_several_sources: u64,
    pub last_event: i64,
}

/// The catalogue in numbers.
pub async fn totals(db: &impl ConnectionTrait) -> Result<Totals, StoreError> {
    let mut totals = Totals {
        sources: source::Entity::find().count(db).await?,
        last_event: events::last(db).await?,
        ..Totals::default()
    };
    for row in of(db, &[What::Software, What::Record, What::Several], None).await? {
        let counted = match row.what {
            What::Software => match state_of(&row, SoftwareState::parse)? {
                SoftwareState::Active => &mut totals.software,
                SoftwareState::Withdrawn => &mut totals.withdrawn_software,
                SoftwareState::Merged => continue,
            },
            What::Record => match state_of(&row, RecordState::parse)? {
                RecordState::Active | RecordState::Missing => &mut totals.records,
                RecordState::Withdrawn => continue,
            },
            What::Several => &mut totals.in_several_sources,
            What::Finding | What::Shared => continue,
        };
        *counted += number(&row);
    }
    Ok(totals)
}
