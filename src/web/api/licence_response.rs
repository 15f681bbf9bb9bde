//! What is concluded about the licence of an entry, as the API says it.

use serde::Serialize;
use utoipa::ToSchema;

use super::schemas;
use crate::catalogue::merge::licence::Concluded;
use crate::licence::facts::Facts;

/// What we conclude about the licence.
#[derive(Debug, Serialize, ToSchema)]
pub struct LicenceResponse {
    /// `resolved`, `ambiguous` (`incomplete` where something beside the candidates is stated that
    /// is not understood), `conflict` (with its `class`) or `unknown`, with what belongs to it.
    #[serde(flatten)]
    #[schema(value_type = schemas::licence::Concluded)]
    pub concluded: Concluded,
    /// Facts that hold whichever of the expressions does; `/api/v1/licences` tells the source of
    /// each. Absent where no licence is understood.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<schemas::licence::Facts>)]
    pub facts: Option<Facts>,
}

impl LicenceResponse {
    /// A conclusion with the facts that hold.
    pub fn new(concluded: Concluded) -> Self {
        let facts = concluded.facts();
        Self { concluded, facts }
    }
}
