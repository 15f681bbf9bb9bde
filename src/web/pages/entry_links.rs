//! Entries by their names, as lists link to them.

use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::paths;
use crate::store::software as store_software;
use crate::web::error::Error;
use crate::web::i18n::language::Language;
use crate::web::i18n::phrase::{self, Phrase};
use crate::web::shorten::{Brevity, Shorten};

/// An entry by its name, with a link where it is still there.
pub struct EntryLink {
    pub name: Phrase,
    pub href: Option<String>,
}

impl Shorten for EntryLink {
    fn shorten(&mut self, brevity: Brevity) {
        self.name.shorten(brevity);
        self.href.take_if(|href| !brevity.has_room_for(href));
    }
}

/// Links to entries; what has no entry is named by the id that it has at its source.
pub async fn entry_links(
    t: Language,
    db: &impl ConnectionTrait,
    ids: Vec<(String, Option<Uuid>)>,
) -> Result<Vec<EntryLink>, Error> {
    let software: Vec<Uuid> = ids.iter().filter_map(|(_, software)| *software).collect();
    let known = store_software::called(db, &software).await?;
    Ok(ids
        .into_iter()
        .map(|(external_id, id)| {
            let entry = id.and_then(|id| Some((id, known.get(&id)?)));
            EntryLink {
                name: entry.map_or_else(
                    || Phrase::plain(external_id),
                    |(_, entry)| phrase::name(t, &entry.name),
                ),
                href: entry.map(|(id, entry)| paths::software(id, &entry.slug)),
            }
        })
        .collect())
}
