//! Whose data a line draws on: source, licence of the data, words of attribution.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::store::entity::source;
use crate::store::records::RecordSource;
use crate::store::{Store, StoreError, sources};

/// A source as every line that draws on it names it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Attribution {
    #[schema(example = "fr-sill")]
    pub(super) id: String,
    name: String,
    #[schema(format = "uri")]
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// SPDX identifier of the licence of the data; absent where the source states none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) data_licence: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) attribution: Option<String>,
}

/// All sources by their ids.
pub(super) async fn attributions(
    store: &Store,
) -> Result<HashMap<String, Attribution>, StoreError> {
    let all = sources::all(store.read()).await?;
    Ok(all.into_iter().map(|source| (source.id.clone(), Attribution::from(source))).collect())
}

impl From<source::Model> for Attribution {
    fn from(source: source::Model) -> Self {
        Self {
            id: source.id,
            name: source.name,
            url: source.url,
            data_licence: source.data_licence,
            attribution: source.attribution,
        }
    }
}

/// The sources that an entry of these records draws on.
pub(super) fn used<'a>(
    records: &'a [RecordSource],
    attributions: &'a HashMap<String, Attribution>,
) -> impl Iterator<Item = &'a Attribution> {
    let mut ids: Vec<&str> = records.iter().map(|one| one.source.as_str()).collect();
    ids.dedup();
    ids.into_iter().filter_map(|id| attributions.get(id))
}
