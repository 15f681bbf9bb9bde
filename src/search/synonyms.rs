//! Words and phrases that mean the same.

use std::collections::BTreeMap;

use crate::catalogue::needs::Needs;
use crate::catalogue::text::fold::{fold_phrase, join_initials};

/// For each phrase, what else it may be called. Both are lists of folded words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Synonyms(BTreeMap<Vec<String>, Vec<Vec<String>>>);

impl Synonyms {
    /// Each group holds words and phrases that mean the same: each finds all others.
    pub fn of_groups<G: AsRef<[String]>>(groups: impl IntoIterator<Item = G>) -> Self {
        let mut all = Self::default();
        for group in groups {
            for from in group.as_ref() {
                for to in group.as_ref() {
                    all.insert(from, to);
                }
            }
        }
        all
    }

    /// Who types `from` also finds `to`; not the other way round. A letter that a hyphen ties to a
    /// word is part of it, as in a question: "e-signature" is "esignature".
    pub fn insert(&mut self, from: &str, to: &str) {
        let [from, to] = [from, to].map(|text| fold_phrase(&join_initials(text)));
        if from.is_empty() || to.is_empty() || from == to {
            return;
        }
        let known = self.0.entry(from).or_default();
        if !known.contains(&to) {
            known.push(to);
        }
    }

    /// Lets whoever types what a need is called find the entries that have it.
    pub fn insert_needs(&mut self, needs: &Needs) {
        for (phrase, token) in needs.phrases() {
            self.insert(phrase, &token);
        }
    }

    /// What else a phrase of folded words may be called.
    pub fn of(&self, phrase: &[String]) -> &[Vec<String>] {
        self.0.get(phrase).map_or(&[], Vec::as_slice)
    }

    /// The word that stands for what a phrase means and is never typed itself, where there is one:
    /// the phrases that mean a need all have its word for a synonym, and it has none.
    pub fn sense(&self, phrase: &[String]) -> Option<&String> {
        let single = self.of(phrase).iter().filter_map(|synonym| match synonym.as_slice() {
            [word] => Some(word),
            _ => None,
        });
        single.into_iter().find(|word| self.of(std::slice::from_ref(*word)).is_empty())
    }

    /// All phrases with their synonyms.
    pub fn iter(&self) -> impl Iterator<Item = (&[String], &[Vec<String>])> {
        self.0.iter().map(|(from, to)| (from.as_slice(), to.as_slice()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::needs;

    #[test]
    fn groups_go_both_ways_and_single_pairs_one_way() {
        let phrase = |text: &str| fold_phrase(text);
        let mut synonyms =
            Synonyms::of_groups([["GED", "Gestion électronique"].map(str::to_owned)]);
        synonyms.insert("SSO", "single sign-on");
        synonyms.insert("sso", "SSO");
        synonyms.insert("?", "nothing");
        synonyms.insert("e-sign", "E‑Signature");
        assert_eq!(synonyms.of(&phrase("ged")), [phrase("gestion electronique")]);
        assert_eq!(synonyms.of(&phrase("gestion électronique")), [phrase("ged")]);
        assert_eq!(synonyms.of(&phrase("sso")), [phrase("single sign on")]);
        assert_eq!(synonyms.of(&phrase("single sign on")), [] as [Vec<String>; 0]);
        assert_eq!(synonyms.of(&phrase("esign")), [phrase("esignature")]);
        assert_eq!(synonyms.iter().count(), 4);
    }

    #[test]
    fn a_word_that_nobody_types_is_the_sense_of_a_phrase() {
        let phrase = |text: &str| fold_phrase(text);
        let mut synonyms =
            Synonyms::of_groups([["online survey", "questionnaire", "poll"].map(str::to_owned)]);
        assert_eq!(synonyms.sense(&phrase("online survey")), None);
        synonyms.insert("online survey", "xxsurvey");
        synonyms.insert("web form", "xxsurvey");
        for known in ["online survey", "web form"] {
            assert_eq!(synonyms.sense(&phrase(known)).map(String::as_str), Some("xxsurvey"));
        }
        assert_eq!(synonyms.sense(&phrase("poll")), None);
    }

    #[test]
    fn whoever_types_what_a_need_is_called_finds_its_token() {
        let mut synonyms = Synonyms::default();
        synonyms.insert_needs(needs::vocabulary());
        let meant = synonyms.of(&fold_phrase("signature électronique"));
        assert_eq!(meant, [["qxneedesignature".to_owned()]]);
    }
}
