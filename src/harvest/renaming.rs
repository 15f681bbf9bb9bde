//! Which records a complete listing lists under another id than before. Pure, and independent of
//! the order in which records and items are told.
//!
//! A record that vanished and an item that is new are one record renamed where something that
//! names both is held by nobody else, before the listing or in it, and where nothing else that
//! names either points elsewhere. Whatever is less certain stays apart, for a person to decide.

use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What names a record: a key, or a name that its format gives.
pub type Tag = String;

/// Who holds a tag.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
enum Held {
    #[default]
    ByNobody,
    By(String),
    BySeveral,
}

impl Held {
    fn also_by(&mut self, id: &str) {
        match self {
            Self::ByNobody => *self = Self::By(id.to_owned()),
            Self::By(before) if before != id => *self = Self::BySeveral,
            Self::By(_) | Self::BySeveral => {}
        }
    }
}

/// Who held a tag before the listing, and who holds it in the listing.
#[derive(Debug, Default)]
struct Sides {
    before: Held,
    after: Held,
}

/// Two listings of one source side by side, as far as what vanished and what is new need it: all
/// vanished records are told first, then the new items, then all that hold something beside them.
#[derive(Debug, Default)]
pub struct Comparison {
    sides: HashMap<Tag, Sides>,
    /// What vanished and what is new, with the tags of which one thing has at most one.
    vanished: BTreeMap<String, BTreeSet<Tag>>,
    new: BTreeMap<String, BTreeSet<Tag>>,
}

impl Comparison {
    /// A record that the listing does not hold under its id.
    pub fn vanished(&mut self, id: &str, tags: &BTreeSet<Tag>) {
        for tag in tags {
            self.sides.entry(tag.clone()).or_default().before.also_by(id);
        }
        self.vanished.insert(id.to_owned(), items_of(tags));
    }

    /// An item of the listing that no record is known for. Where nothing that vanished could be
    /// it, nothing is kept of it.
    pub fn new_item(&mut self, id: &str, tags: &BTreeSet<Tag>) {
        let vanished = |held: &Held| matches!(held, Held::By(by) if self.vanished.contains_key(by));
        let is_known = |tag| self.sides.get(tag).is_some_and(|sides| vanished(&sides.before));
        if !tags.iter().any(is_known) {
            return;
        }
        for tag in tags {
            self.sides.entry(tag.clone()).or_default();
        }
        self.new.insert(id.to_owned(), items_of(tags));
    }

    /// Whether anything is new that may have been known before.
    pub fn has_new(&self) -> bool {
        !self.new.is_empty()
    }

    /// A record that was there before the listing and that it still holds.
    pub fn before(&mut self, id: &str, tags: &BTreeSet<Tag>) {
        self.each(tags, |sides| sides.before.also_by(id));
    }

    /// Anything that the listing holds, new or not.
    pub fn after(&mut self, id: &str, tags: &BTreeSet<Tag>) {
        self.each(tags, |sides| sides.after.also_by(id));
    }

    fn each(&mut self, tags: &BTreeSet<Tag>, note: impl Fn(&mut Sides)) {
        for tag in tags {
            if let Some(sides) = self.sides.get_mut(tag) {
                note(sides);
            }
        }
    }

    /// The ids before and after of each record that is renamed.
    pub fn renamed(&self) -> Vec<(String, String)> {
        let mut successors: HashMap<&str, BTreeSet<&str>> = HashMap::new();
        let mut predecessors: HashMap<&str, BTreeSet<&str>> = HashMap::new();
        for sides in self.sides.values() {
            if let (Held::By(before), Held::By(after)) = (&sides.before, &sides.after) {
                successors.entry(before).or_default().insert(after);
                predecessors.entry(after).or_default().insert(before);
            }
        }
        let only = |of: &HashMap<&str, BTreeSet<&str>>, id: &str| {
            let ids = of.get(id).filter(|ids| ids.len() == 1)?;
            ids.first().map(|id| (*id).to_owned())
        };
        self.vanished
            .iter()
            .filter_map(|(old, items)| {
                let new = only(&successors, old)?;
                let its_items = self.new.get(&new)?;
                let agree = items.is_empty() || its_items.is_empty() || items == its_items;
                let is_mutual = only(&predecessors, &new).as_ref() == Some(old);
                (agree && is_mutual).then(|| (old.clone(), new))
            })
            .collect()
    }
}

/// The items of Wikidata: a thing has at most one, so two that differ are two things.
fn items_of(tags: &BTreeSet<Tag>) -> BTreeSet<Tag> {
    tags.iter().filter(|tag| tag.starts_with("wikidata ")).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Told = (&'static str, &'static [&'static str]);

    fn tags(of: &[&str]) -> BTreeSet<Tag> {
        of.iter().map(|tag| (*tag).to_owned()).collect()
    }

    /// What is renamed between two listings, told in the order in which they are given.
    fn between(
        old: &[(String, BTreeSet<Tag>)],
        new: &[(String, BTreeSet<Tag>)],
    ) -> Vec<(String, String)> {
        let is_in =
            |list: &[(String, BTreeSet<Tag>)], id: &str| list.iter().any(|(of, _)| of == id);
        let mut compared = Comparison::default();
        for (id, tags) in old.iter().filter(|(id, _)| !is_in(new, id)) {
            compared.vanished(id, tags);
        }
        for (id, tags) in new.iter().filter(|(id, _)| !is_in(old, id)) {
            compared.new_item(id, tags);
        }
        old.iter()
            .filter(|(id, _)| is_in(new, id))
            .for_each(|(id, tags)| compared.before(id, tags));
        new.iter().for_each(|(id, tags)| compared.after(id, tags));
        compared.renamed()
    }

    fn listing(of: &[Told]) -> Vec<(String, BTreeSet<Tag>)> {
        of.iter().map(|(id, held)| ((*id).to_owned(), tags(held))).collect()
    }

    #[test]
    fn a_record_is_renamed_where_nothing_points_elsewhere() {
        /// What is checked, the listing before and after, and what is renamed.
        type Case = (
            &'static str,
            &'static [Told],
            &'static [Told],
            &'static [(&'static str, &'static str)],
        );
        let cases: &[Case] = &[
            ("the same key", &[("1", &["k"])], &[("2", &["k"])], &[("1", "2")]),
            ("another key", &[("1", &["k"])], &[("2", &["l"])], &[]),
            ("nothing vanished", &[("1", &["k"])], &[("1", &["k"]), ("2", &["k"])], &[]),
            ("nothing is new", &[("1", &["k"]), ("2", &["k"])], &[("2", &["k"])], &[]),
            ("held twice before", &[("1", &["k"]), ("2", &["k"])], &[("3", &["k"])], &[]),
            (
                "held before by one that stays and no longer holds it",
                &[("1", &["k"]), ("2", &["k"])],
                &[("2", &["l"]), ("3", &["k"])],
                &[],
            ),
            ("held twice after", &[("1", &["k"])], &[("2", &["k"]), ("3", &["k"])], &[]),
            (
                "held after by one that stays and did not hold it",
                &[("1", &["k"]), ("2", &["l"])],
                &[("2", &["k", "l"]), ("3", &["k"])],
                &[],
            ),
            (
                "two keys of the old one lead to two",
                &[("1", &["k", "l"])],
                &[("2", &["k"]), ("3", &["l"])],
                &[],
            ),
            (
                "two keys of the new one come from two",
                &[("1", &["k"]), ("2", &["l"])],
                &[("3", &["k", "l"])],
                &[],
            ),
            (
                "a key of the old one is another's now",
                &[("1", &["k", "l"]), ("2", &["m"])],
                &[("2", &["l", "m"]), ("3", &["k"])],
                &[],
            ),
            (
                "a key of the new one was another's",
                &[("1", &["k"]), ("2", &["l"])],
                &[("2", &["m"]), ("3", &["k", "l"])],
                &[],
            ),
            (
                "a shared key beside one that only they hold",
                &[("1", &["k", "s"]), ("2", &["s"])],
                &[("2", &["s"]), ("3", &["k", "s"])],
                &[("1", "3")],
            ),
            (
                "two different items of Wikidata",
                &[("1", &["k", "wikidata Q1"])],
                &[("2", &["k", "wikidata Q2"])],
                &[],
            ),
            (
                "all at once",
                &[("1", &["k"]), ("2", &["l"]), ("3", &["m"])],
                &[("a", &["m"]), ("b", &["k"]), ("c", &["l"])],
                &[("1", "b"), ("2", "c"), ("3", "a")],
            ),
        ];
        for (what, old, new, expected) in cases {
            let expected: Vec<(String, String)> =
                expected.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
            assert_eq!(between(&listing(old), &listing(new)), expected, "{what}");
        }
    }

    /// Up to eight entries that hold few tags, so that they meet.
    fn some_listing() -> impl Strategy<Value = Vec<(String, BTreeSet<Tag>)>> {
        let held = proptest::collection::btree_set((0..6u8).prop_map(|tag| tag.to_string()), 0..4);
        proptest::collection::btree_map(0..8u8, held, 0..8)
            .prop_map(|all| all.into_iter().map(|(id, tags)| (id.to_string(), tags)).collect())
    }

    proptest! {
        #[test]
        fn the_order_never_matters(
            (old, new, old_shuffled, new_shuffled) in (some_listing(), some_listing()).prop_flat_map(
                |(old, new)| (
                    Just(old.clone()), Just(new.clone()),
                    Just(old).prop_shuffle(), Just(new).prop_shuffle(),
                )
            )
        ) {
            prop_assert_eq!(between(&old, &new), between(&old_shuffled, &new_shuffled));
        }

        #[test]
        fn each_record_and_each_item_is_renamed_at_most_once(
            old in some_listing(), new in some_listing()
        ) {
            let renamed = between(&old, &new);
            let from: BTreeSet<&String> = renamed.iter().map(|(from, _)| from).collect();
            let to: BTreeSet<&String> = renamed.iter().map(|(_, to)| to).collect();
            prop_assert_eq!((from.len(), to.len()), (renamed.len(), renamed.len()));
            prop_assert!(from.iter().all(|id| !new.iter().any(|(of, _)| of == *id)));
            prop_assert!(to.iter().all(|id| !old.iter().any(|(of, _)| of == *id)));
        }
    }
}
