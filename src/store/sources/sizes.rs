//! How sources grew: how many entries each had after its last runs.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::SelectStatement;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
};

use crate::store::entity::run;
use crate::store::{MAX_SELECTS, StoreError, union_all};

/// How many entries a source had, and when.
pub type Size = (DateTime<Utc>, i64);

/// How sources grew: the sizes after their last `limit` runs that came to an end, oldest first.
pub async fn sizes<S: AsRef<str>>(
    db: &impl ConnectionTrait,
    sources: &[S],
    limit: u64,
) -> Result<HashMap<String, Vec<Size>>, StoreError> {
    let mut all: HashMap<String, Vec<Size>> = HashMap::new();
    for some in sources.chunks(MAX_SELECTS) {
        let last = some.iter().map(|source| sized_runs(source.as_ref(), limit));
        let Some(last) = union_all(last) else { continue };
        let last = db.get_database_backend().build(&last);
        for row in SizedRun::find_by_statement(last).all(db).await? {
            all.entry(row.source_id).or_default().push((row.at, row.entries));
        }
    }
    all.values_mut().for_each(|sizes| sizes.sort_by_key(|(at, _)| *at));
    Ok(all)
}

/// A run that came to an end.
#[derive(FromQueryResult)]
struct SizedRun {
    source_id: String,
    at: DateTime<Utc>,
    entries: i64,
}

/// The last runs of a source that came to an end, off an index that has all that is asked for.
fn sized_runs(source: &str, limit: u64) -> SelectStatement {
    run::Entity::find()
        .select_only()
        .columns([run::Column::SourceId, run::Column::At, run::Column::Entries])
        .filter(run::Column::SourceId.eq(source))
        .filter(run::Column::Entries.is_not_null())
        .order_by_desc(run::Column::Id)
        .limit(limit)
        .into_query()
}
