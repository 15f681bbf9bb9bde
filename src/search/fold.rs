//! How a text becomes words: the one place that decides which spellings are the same word. The
//! index, the query and the highlighting all read texts through it.

use std::borrow::Cow;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A longer word is cut: nobody types it to the end.
const LONGEST_WORD: usize = 60;

/// The hyphen that is typed, the one that typesetters use, and the one that keeps a line together.
const HYPHENS: [char; 3] = ['-', '\u{2010}', '\u{2011}'];

/// A word of a text, or two words that a hyphen joins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token<'t> {
    /// The folded word; never empty.
    pub word: Cow<'t, str>,
    /// Where it stands in the text, in bytes.
    pub range: Range<usize>,
    /// How many words stand before it in the text.
    pub position: usize,
    /// How many words it covers: 2 for "e-mail" as `email`, else 1.
    pub span: usize,
}

/// The text without accents, in lower case, letters that only look different made the same.
/// Spaces and punctuation stay. Folding a folded text changes nothing.
pub fn fold(text: &str) -> String {
    // Most texts need no tables.
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut plain = String::with_capacity(text.len());
    let letters = text.nfkd().flat_map(char::to_lowercase).filter(|&c| !is_combining_mark(c));
    for letter in letters {
        match letter {
            'ß' => plain.push_str("ss"),
            'æ' => plain.push_str("ae"),
            'œ' => plain.push_str("oe"),
            'ø' => plain.push('o'),
            'ł' => plain.push('l'),
            'đ' => plain.push('d'),
            'ı' => plain.push('i'),
            'ς' => plain.push('σ'),
            other => plain.push(other),
        }
    }
    // Hangul syllables come apart in NFKD; together again, a syllable counts as one letter.
    plain.nfc().collect()
}

/// A key by which texts sort as people expect: without regard to case, accents and punctuation,
/// and by the value of numbers, so that version 9 comes before version 10. Names without letters
/// and digits come first. Two texts with the same words have the same key.
pub fn sort_key(text: &str) -> String {
    /// A number is written after the count of its digits, which is itself one digit.
    const LONGEST_NUMBER: usize = 9;
    let mut key = String::new();
    for word in fold(text).split(|letter: char| !letter.is_alphanumeric()) {
        if !key.is_empty() && !word.is_empty() {
            key.push(' ');
        }
        let mut rest = word;
        while let Some(first) = rest.chars().next() {
            let is_number = first.is_ascii_digit();
            let end = rest.find(|c: char| c.is_ascii_digit() != is_number).unwrap_or(rest.len());
            let (part, tail) = rest.split_at(end);
            let part = if is_number { part.trim_start_matches('0') } else { part };
            if is_number {
                key.push_str(&part.len().min(LONGEST_NUMBER).to_string());
            }
            key.push_str(part);
            rest = tail;
        }
    }
    key
}

/// The words of a text in order. Words end at everything that is neither letter nor digit, so
/// that an elided article (l', d', qu') is a word of its own; an ideograph is a word. Two words
/// with nothing but a hyphen between them are also one word, placed after the first of the two:
/// "e-mail" is found as "email" too.
pub fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens: Vec<Token> = Vec::new();
    for (position, (word, range)) in words(text).enumerate() {
        if let Some(first) = tokens.last()
            && text.get(first.range.end..range.start).is_some_and(is_hyphen)
        {
            let joined = Token {
                word: Cow::Owned(cut(format!("{}{word}", first.word))),
                range: first.range.start..range.end,
                position: first.position,
                span: 2,
            };
            tokens.push(joined);
        }
        tokens.push(Token { word, range, position, span: 1 });
    }
    tokens
}

/// The folded words of a text, without the joined ones.
pub fn fold_phrase(text: &str) -> Vec<String> {
    words(text).map(|(word, _)| word.into_owned()).collect()
}

/// The text with single letters joined to the word that a hyphen ties them to: "e-mail" becomes
/// "email", as documents that hold either spelling are found. A letter in the middle, as in
/// "in-a-box", is a word of its own.
pub fn join_initials(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    let mut rest = text;
    let mut before = ' ';
    while let Some(letter) = rest.chars().next() {
        let (one, tail) = rest.split_at(letter.len_utf8());
        joined.push_str(one);
        let is_free = !is_part_of_word(before) && !HYPHENS.contains(&before);
        let word = tail.strip_prefix(HYPHENS).filter(|tail| begins_with_two_letters(tail));
        rest = match word {
            Some(word) if is_free && letter.is_alphabetic() => word,
            _ => tail,
        };
        before = letter;
    }
    joined
}

fn begins_with_two_letters(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(char::is_alphabetic) && letters.next().is_some_and(is_part_of_word)
}

/// The folded words of a text and where each stands in it.
pub fn words(text: &str) -> impl Iterator<Item = (Cow<'_, str>, Range<usize>)> {
    ranges(text).filter_map(|range| {
        let word = folded_word(text.get(range.clone())?);
        (!word.is_empty()).then_some((word, range))
    })
}

/// Where the words of a text stand.
fn ranges(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut letters = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (start, first) = letters.find(|&(_, letter)| is_part_of_word(letter))?;
        let mut end = start + first.len_utf8();
        if !is_ideograph(first) {
            let goes_on = |letter| is_part_of_word(letter) && !is_ideograph(letter);
            while let Some((at, letter)) = letters.next_if(|&(_, letter)| goes_on(letter)) {
                end = at + letter.len_utf8();
            }
        }
        Some(start..end)
    })
}

/// Folding can bring forth signs that are part of no word, such as the slash of ½.
fn folded_word(raw: &str) -> Cow<'_, str> {
    if raw.len() <= LONGEST_WORD
        && raw.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    {
        return Cow::Borrowed(raw);
    }
    let mut word = fold(raw);
    word.retain(char::is_alphanumeric);
    Cow::Owned(cut(word))
}

fn cut(mut word: String) -> String {
    word.truncate(word.floor_char_boundary(LONGEST_WORD));
    word
}

fn is_hyphen(text: &str) -> bool {
    text.strip_prefix(HYPHENS) == Some("")
}

/// Combining marks belong to the letter before them. The modifier apostrophe is a letter for
/// Unicode, but is typed for the elision sign.
fn is_part_of_word(letter: char) -> bool {
    if letter.is_ascii() {
        return letter.is_ascii_alphanumeric();
    }
    (letter.is_alphanumeric() && letter != '\u{2bc}') || is_combining_mark(letter)
}

fn is_ideograph(letter: char) -> bool {
    matches!(letter,
        '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn folding() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(fold(text), expected);
        }
        check("Visioconférence", "visioconference");
        check("Straße ÆØŁĐ œuvre", "strasse aeold oeuvre");
        check("ﬁle ²", "file 2");
        check("ΟΔΟΣ οδος", "οδοσ οδοσ");
        check("İstanbul ılık", "istanbul ilik");
        check("한글", "한글");
        check("e\u{301}", "e");
        check("\u{301}\u{302}", "");
    }

    #[test]
    fn splitting() {
        #[track_caller]
        fn check(text: &str, expected: &[&str]) {
            let found: Vec<String> =
                tokens(text).into_iter().map(|token| token.word.into_owned()).collect();
            assert_eq!(found, expected);
        }
        check("Mot de passe", &["mot", "de", "passe"]);
        check("l'école qu’il dʼune", &["l", "ecole", "qu", "il", "d", "une"]);
        check("e-mail server", &["e", "email", "mail", "server"]);
        check("a - b", &["a", "b"]);
        check("文書管理 GED", &["文", "書", "管", "理", "ged"]);
        check("C++/C#", &["c", "c"]);
        check("½", &["12"]);
        check("?!… — \u{301}\u{302}", &[]);
        check("", &[]);
        check(&"é".repeat(100), &[&"e".repeat(60)]);
        check(&"語".repeat(2), &["語", "語"]);
    }

    #[test]
    fn initials_belong_to_the_word_that_a_hyphen_ties_them_to() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(join_initials(text), expected);
        }
        check("e-mail", "email");
        check("E\u{2010}Mail and e\u{2011}learning", "EMail and elearning");
        check("l'e-mail", "l'email");
        check("X-Road", "XRoad");
        check("one-two", "one-two");
        check("Mail-in-a-Box, K-9 Mail, C-19", "Mail-in-a-Box, K-9 Mail, C-19");
        check("e-, -e, e--mail, e - mail, 7-Zip", "e-, -e, e--mail, e - mail, 7-Zip");
        check("", "");
    }

    #[test]
    fn names_sort_as_people_expect() {
        let sorted = [
            "***",
            "0 A.D.",
            "7-Zip",
            "10 Minute Mail",
            "Ærø",
            "afni",
            "Drupal 7",
            "Drupal 9.2",
            "Drupal 9.10",
            "Drupal 10",
            "École",
            "ecole 2",
            ".NET",
            "OpenOffice",
            "Øresund",
            "@rmap",
            "Straße",
            "strassen",
            "the Bat",
            "Überall",
            "ubuntu",
            "Яндекс",
        ];
        let mut keyed: Vec<(String, &str)> =
            sorted.iter().map(|name| (sort_key(name), *name)).collect();
        keyed.reverse();
        keyed.sort();
        let names: Vec<&str> = keyed.into_iter().map(|(_, name)| name).collect();
        assert_eq!(names, sorted);
        assert_eq!(sort_key("Nextcloud  Files!"), sort_key("nextcloud-files"));
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in ".*") {
            prop_assert_eq!(fold(&fold(&text)), fold(&text));
        }

        #[test]
        fn a_token_is_a_short_folded_word_of_its_text(text in ".*") {
            for token in tokens(&text) {
                prop_assert!(!token.word.is_empty() && token.word.len() <= LONGEST_WORD);
                prop_assert_eq!(fold(&token.word), token.word.as_ref());
                prop_assert!(text.get(token.range).is_some());
            }
        }
    }
}
