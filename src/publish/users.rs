//! Who uses what: the users that entries name, and which organisations they are. A name that means
//! none for certain stays as written.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::catalogue::content;
use crate::catalogue::organisation::{Directory, Organisation};
use crate::store::{Store, StoreError, organisations, software};

/// Entries read from the store at a time: the measure of the memory.
const PAGE: u64 = 500;

/// A user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Which organisation it is; `None` where that is not certain.
    pub organisation: Option<(Uuid, Organisation)>,
    /// Its names as they are written, each with its country.
    pub written: Vec<(String, Option<String>)>,
    /// How many entries it is said to use.
    pub software: u64,
}

/// All users of active entries, those of most software first. Of one organisation under several
/// names each entry counts once.
///
/// # Errors
/// [`StoreError`] where the database fails or holds what this version cannot read.
pub async fn users(store: &Store) -> Result<Vec<User>, StoreError> {
    let stored = organisations::all(store.read()).await?;
    let ids: Vec<Uuid> = stored.iter().map(|(id, _)| *id).collect();
    let directory = Directory::new(stored.into_iter().map(|(_, one)| one).collect());
    let mut tally = Tally { directory: &directory, ids: &ids, users: BTreeMap::new() };
    let mut after = None;
    loop {
        let page = software::page(store.read(), after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        page.iter().for_each(|software| tally.add(&software.content));
    }
    let mut users: Vec<User> = tally.users.into_values().collect();
    users.sort_by(|a, b| (b.software, &a.written).cmp(&(a.software, &b.written)));
    Ok(users)
}

/// Who a user is: an organisation, or a name as written in a country.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Who {
    Organisation(Uuid),
    Written(String, Option<String>),
}

struct Tally<'a> {
    directory: &'a Directory,
    /// The ids of the directory's organisations, in its order.
    ids: &'a [Uuid],
    users: BTreeMap<Who, User>,
}

impl Tally<'_> {
    fn add(&mut self, content: &content::Content) {
        let mut here = BTreeMap::new();
        for usage in &content.usages {
            let written = (usage.organisation.clone(), usage.country.clone());
            let organisation = self.meant(usage);
            let who = match &organisation {
                Some((id, _)) => Who::Organisation(*id),
                None => Who::Written(written.0.clone(), written.1.clone()),
            };
            here.entry(who).or_insert((organisation, Vec::new())).1.push(written);
        }
        for (who, (organisation, written)) in here {
            let user = self.users.entry(who).or_insert(User {
                organisation,
                written: Vec::new(),
                software: 0,
            });
            user.software += 1;
            for name in written {
                if let Err(place) = user.written.binary_search(&name) {
                    user.written.insert(place, name);
                }
            }
        }
    }

    fn meant(&self, usage: &content::Usage) -> Option<(Uuid, Organisation)> {
        let named = content::Organisation {
            name: usage.organisation.clone(),
            uri: None,
            country: usage.country.clone(),
        };
        let found = self.directory.meant(&named)?;
        Some((*self.ids.get(found.position)?, found.organisation.clone()))
    }
}
