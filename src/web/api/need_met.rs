//! The needs that an entry meets, as the API says them.

use serde::Serialize;
use utoipa::ToSchema;

use crate::catalogue::content::Content;
use crate::catalogue::needs;

/// A purpose that an entry serves.
#[derive(Debug, Serialize, ToSchema)]
pub struct NeedMet {
    /// A category of publiccode.yml or a narrower need.
    pub id: String,
    /// `stated`: a source gives it as a category. `derived`: we recognised it in the name, the
    /// keywords or the texts; no source says so.
    pub basis: &'static str,
}

impl NeedMet {
    /// The needs of an entry, the surest first.
    pub fn all(content: &Content) -> Vec<Self> {
        let met = needs::vocabulary().of(content).into_iter();
        let basis = |is_stated| if is_stated { "stated" } else { "derived" };
        met.map(|met| Self { id: met.need.id.clone(), basis: basis(met.is_stated) }).collect()
    }
}
