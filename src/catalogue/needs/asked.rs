//! The needs that a question asks for.

use std::collections::BTreeSet;

use super::phrases::{folded, stems};
use super::{Needs, Scope};

/// What a question asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The ids of the needs, in the order of the question.
    pub needs: Vec<String>,
    /// The words to search: the needs as the vocabulary spells them, and what narrows them. Words
    /// such as "software for" are left out where nothing else stands beside a need.
    pub text: String,
}

impl Needs {
    /// Reads a question; `None` where it asks for no need.
    pub fn asked(&self, typed: &str) -> Option<Asked> {
        let (words, stems) = (folded(typed), stems(typed));
        let (mut needs, mut rest, mut spelt) = (Vec::new(), BTreeSet::new(), Vec::new());
        let mut of_needs = Vec::new();
        let mut at = 0;
        while let Some(word) = words.get(at) {
            let Some((length, need, phrase)) = self.longest(&words, &stems, at) else {
                rest.insert(word.as_str());
                spelt.push(word.as_str());
                at += 1;
                continue;
            };
            if !needs.contains(&need.to_owned()) {
                needs.push(need.to_owned());
            }
            let phrase = phrase.iter().map(String::as_str);
            spelt.extend(phrase.clone());
            of_needs.extend(phrase);
            at += length;
        }
        if needs.is_empty() {
            return None;
        }
        let is_frame = |word: &&str| self.frame.contains(*word);
        let words = if rest.iter().all(is_frame) { of_needs } else { spelt };
        let mut text = words.join(" ");
        if typed.ends_with(' ') {
            text.push(' ');
        }
        Some(Asked { needs, text })
    }

    /// The longest phrase that stands at a place and may be asked: its length, its need and its
    /// words, as they are typed where the vocabulary knows them so.
    fn longest<'a>(
        &'a self,
        words: &[String],
        stems: &[String],
        at: usize,
    ) -> Option<(usize, &'a str, &'a [String])> {
        let asked =
            self.shown.at(stems, at).filter(|(_, phrase)| phrase.means.scope != Scope::Said);
        let as_typed =
            |spelt: &[String]| words.get(at..).is_some_and(|here| here.starts_with(spelt));
        let (length, phrase) =
            asked.max_by_key(|(length, phrase)| (*length, as_typed(&phrase.spelt)))?;
        Some((length, &self.needs.get(phrase.means.need)?.id, &phrase.spelt))
    }
}

#[cfg(test)]
mod tests {
    use super::super::vocabulary;

    #[track_caller]
    fn check(typed: &str, need: &str, text: &str) {
        let asked = vocabulary().asked(typed).unwrap_or_else(|| panic!("{typed} asks for nothing"));
        assert_eq!((asked.needs.join(" ").as_str(), asked.text.as_str()), (need, text), "{typed}");
    }

    #[test]
    fn a_need_is_asked_in_six_languages() {
        check("signature électronique", "e-signature", "signature electronique");
        check("logiciel de signatures électroniques ", "e-signature", "signature electronique ");
        check("school canteen", "canteen-management", "school canteen");
        check("programma per la mensa scolastica", "canteen-management", "mensa scolastica");
        check("Software für Schulverpflegung", "canteen-management", "schulverpflegung");
        check("programas para comedores escolares", "canteen-management", "comedor escolar");
        check("software voor kantinebeheer", "canteen-management", "kantinebeheer");
        check("Friedhofsverwaltungsprogramm", "cemetery-management", "friedhofsverwaltung");
    }

    #[test]
    fn what_narrows_a_need_stays() {
        check(
            "web analytics for libraries",
            "web-analytics integrated-library-system",
            "web analytics library",
        );
        check("cadastre Wallonie", "land-registry", "cadastre wallonie");
        check("web analytics for Wallonie", "web-analytics", "web analytics for wallonie");
    }

    #[test]
    fn other_questions_ask_for_no_need() {
        for typed in ["", "LibreOffice", "open source", "sign", "?!", "de la"] {
            assert_eq!(vocabulary().asked(typed), None, "{typed}");
        }
    }
}
