//! Slips of the finger in the abbreviation of a well-known family: two letters that changed places
//! (`GLPv3`), or one that stands twice (`GPLLv3`). Only these, only where no other family is as near,
//! and never a word that means something itself.

use super::table::{TABLES, canonical};
use super::tokens::{Kind, Token};

/// The abbreviations that are written often enough to be mistyped. The licences of `alone` have no
/// version that would confirm them: the word "licence" must stand beside them.
const FAMILIES: &[(&str, &[&str])] = &[
    ("gpl", &[]),
    ("lgpl", &[]),
    ("agpl", &[]),
    ("gfdl", &[]),
    ("mpl", &[]),
    ("eupl", &[]),
    ("epl", &[]),
    ("cddl", &[]),
    ("cecill", &[]),
    ("apache", &[]),
    ("bsd", &[]),
    ("mit", &["license"]),
];

/// The tokens with such slips mended; `None` where there is none.
pub(super) fn mended<'a>(tokens: &[Token<'a>]) -> Option<Vec<Token<'a>>> {
    let mut mended = tokens.to_vec();
    let mut is_mended = false;
    for (at, token) in tokens.iter().enumerate() {
        if token.kind != Kind::Word || TABLES.knows(token) {
            continue;
        }
        let beside = |word: &&str| {
            let before = at.checked_sub(1).and_then(|at| tokens.get(at));
            [before, tokens.get(at + 1)].into_iter().flatten().any(|token| token.text == *word)
        };
        let version = tokens.get(at + 1).filter(|next| next.kind == Kind::Number);
        let mut meant = FAMILIES
            .iter()
            .filter(|(name, words)| is_slip(name, token.text) && words.iter().all(&beside));
        let (Some((name, _)), None) = (meant.next(), meant.next()) else { return None };
        if is_another_as_near(token.text, name, version.map(|token| token.text)) {
            return None;
        }
        if let Some(place) = mended.get_mut(at) {
            *place = Token { text: name, kind: Kind::Word };
            is_mended = true;
        }
    }
    is_mended.then_some(mended)
}

/// Whether `written` is `name` with two neighbours exchanged, or with one letter twice. The first
/// letter of a short name must be right: too much else begins otherwise.
fn is_slip(name: &str, written: &str) -> bool {
    let (name, written) = (name.as_bytes(), written.as_bytes());
    if name.len() <= 3 && name.first() != written.first() {
        return false;
    }
    let exchanged = |at: usize| {
        let mut letters = name.to_vec();
        letters.swap(at, at + 1);
        letters
    };
    let doubled = |at: usize| {
        let mut letters = name.to_vec();
        letters.extend(name.get(at).copied());
        if let Some(rest) = letters.get_mut(at..) {
            rest.rotate_right(1);
        }
        letters
    };
    name != written
        && ((0..name.len() - 1).any(|at| exchanged(at) == written)
            || (0..name.len()).any(|at| doubled(at) == written))
}

/// Whether another family is one letter away from what is written, and has the stated version. No
/// version tells nothing apart.
fn is_another_as_near(written: &str, meant: &str, version: Option<&str>) -> bool {
    TABLES.families.iter().any(|family| {
        let name = family.prefix.to_ascii_lowercase();
        let has_version =
            |version: &str| family.versions.iter().any(|(one, _)| one == canonical(version));
        name != meant && is_one_edit_away(&name, written) && version.is_none_or(has_version)
    })
}

/// Whether one letter more, less, another, or two exchanged make one of the other.
fn is_one_edit_away(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let same = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let rest = |text: &[u8], from: usize| text.get(from..).map(<[u8]>::to_vec).unwrap_or_default();
    match one.len().abs_diff(other.len()) {
        0 => {
            let exchanged = one.get(same) == other.get(same + 1)
                && one.get(same + 1) == other.get(same)
                && rest(one, same + 2) == rest(other, same + 2);
            exchanged || rest(one, same + 1) == rest(other, same + 1)
        }
        1 if one.len() > other.len() => rest(one, same + 1) == rest(other, same),
        1 => rest(one, same) == rest(other, same + 1),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tokens::{fold, tokens};
    use super::*;

    #[test]
    fn a_slip_is_mended_where_nothing_else_is_as_near() {
        for (text, expected) in [
            ("GLPv3", Some("gpl 3")),
            ("GPLL 2+", Some("gpl 2 #+")),
            ("APGL-3.0", Some("agpl 3.0")),
            ("LPGL 2.1", Some("lgpl 2.1")),
            ("EULP 1.2", Some("eupl 1.2")),
            ("EUPPL v1.2", Some("eupl 1.2")),
            ("MPLL 2.0", Some("mpl 2.0")),
            ("Appache 2.0", Some("apache 2.0")),
            ("Apahce License 2.0", Some("apache license 2.0")),
            ("MTI License", Some("mit license")),
            ("BDS 3-clause", Some("bsd 3 clause")),
            // Right as they are.
            ("GPLv3", None),
            ("LPL 1.0", None),
            // Another letter is another name.
            ("GPK 3", None),
            ("GL 3", None),
            ("PGL 3", None),
            ("IMT License", None),
            ("MTI", None),
            // The Apple licence is as near as the Affero one, and has this version.
            ("APGL 2.0", None),
            ("EPPL 1.0", None),
            ("GLPv3 parcel", None),
        ] {
            let folded = fold(text);
            let found = mended(&tokens(&folded));
            let words =
                found.map(|all| all.iter().map(|token| token.text).collect::<Vec<_>>().join(" "));
            assert_eq!(words.as_deref(), expected, "{text}");
        }
    }
}
