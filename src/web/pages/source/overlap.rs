//! How many entries other sources list too.

use std::collections::HashMap;

use sea_orm::ConnectionTrait;

use crate::store::sources::{self, SourceStatus};
use crate::web::error::Error;
use crate::web::i18n::language::{Language, amount};
use crate::web::shorten::{Brevity, PartialList, Shorten};

/// How many entries another source lists too.
pub struct Overlap {
    pub name: String,
    pub href: String,
    pub count: String,
    /// The page that lists them.
    pub shared_href: String,
}

impl Shorten for Overlap {
    fn shorten(&mut self, brevity: Brevity) {
        self.name.shorten(brevity);
    }
}

/// What other sources list too, the most first.
pub async fn overlap(
    t: Language,
    db: &impl ConnectionTrait,
    status: &SourceStatus,
) -> Result<PartialList<Overlap>, Error> {
    let id = &status.source.id;
    let names: HashMap<String, String> =
        sources::all(db).await?.into_iter().map(|source| (source.id, source.name)).collect();
    Ok(sources::overlap(db, id)
        .await?
        .into_iter()
        .map(|(other, n)| Overlap {
            name: names.get(&other).cloned().unwrap_or_else(|| other.clone()),
            href: format!("/sources/{other}"),
            count: t.count("number-shared-entries", amount(n)),
            shared_href: format!("/sources/{id}/shared/{other}"),
        })
        .collect())
}
