//! What a source's owner should do about a finding, as plain text: without the marks that stand
//! around literal text in the documentation.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::i18n::language::Language;
use crate::formats::{Advice, Code, explained};

/// In English and in French.
static PLAIN: LazyLock<HashMap<Code, [Advice; 2]>> = LazyLock::new(|| {
    let both =
        |code: &Code| Some((*code, explained(*code).map(|all| [plain(&all.en), plain(&all.fr)])?));
    Code::ALL.iter().filter_map(both).collect()
});

fn plain(advice: &Advice) -> Advice {
    Advice { meaning: advice.meaning.replace('`', ""), act: advice.act.replace('`', "") }
}

/// What is said about a code; nothing where it is that of another release.
pub fn about(code: &str, language: Language) -> Option<&'static Advice> {
    let [english, french] = PLAIN.get(&code.parse().ok()?)?;
    match language {
        Language::French => Some(french),
        Language::English => Some(english),
    }
}

/// All codes of findings, in the order of the alphabet.
pub fn codes() -> Vec<&'static str> {
    let mut all: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    all.sort_unstable();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_is_plain_text_in_both_languages() {
        for (language, act) in [
            (Language::English, "state an SPDX expression"),
            (Language::French, "indiquer une expression SPDX"),
        ] {
            let advice = about("licence-missing", language).expect("advice");
            assert_eq!(advice.act, act);
        }
        for code in codes() {
            let advice = about(code, Language::English).expect("every code has advice");
            assert!(!advice.act.contains('`') && !advice.meaning.contains('`'), "{code}");
        }
        assert_eq!(about("code-of-another-release", Language::English), None);
    }
}
