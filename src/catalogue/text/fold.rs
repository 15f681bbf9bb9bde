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

/// A word of a text, or another spelling of one or more words of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token<'t> {
    /// The folded word; never empty.
    pub word: Cow<'t, str>,
    /// Where it stands in the text, in bytes.
    pub range: Range<usize>,
    /// How many words stand before it in the text.
    pub position: usize,
    /// How many words it covers: 2 for "e-mail" as `email`, 4 for "S.I.L.L." as `sill`, else 1.
    pub span: usize,
    /// Whether it stands beside the words, as another spelling of what begins at its position:
    /// words that are joined, and words with their signs.
    pub beside: bool,
    /// Whether the text has signs here that the word lacks: `c` of "C++".
    pub signless: bool,
    /// Whether it is the whole text, signs included.
    pub whole: bool,
}

/// The text without accents, in lower case, letters that only look different made the same.
/// Spaces and punctuation stay. Folding a folded text changes nothing.
pub fn fold(text: &str) -> String {
    // Most texts need no tables.
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut plain = String::with_capacity(text.len());
    let letters = text
        .nfkd()
        .flat_map(char::to_lowercase)
        .filter(|&c| !is_combining_mark(c) && !is_invisible(c));
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
/// that an elided article (l', d', qu') is a word of its own; an ideograph is a word. Beside them
/// stand, placed after the first of the words that they cover: two words with nothing but a hyphen
/// between them as one, so that "e-mail" is found as "email" too; the letters of a dotted acronym
/// as one; and words with their signs, see [`signed`].
pub fn tokens(text: &str) -> Vec<Token<'_>> {
    let found: Vec<(Cow<str>, Range<usize>)> = words(text).collect();
    let mut others = signed(text, &found);
    let signs: Vec<Range<usize>> = others.iter().map(|other| other.covers.clone()).collect();
    others.extend(hyphened(text, &found));
    others.extend(dotted(text, &found));
    others.sort_by_key(|other| other.covers.start);
    let mut others = others.into_iter().peekable();
    let count = found.len();
    let range_of = |covers: &Range<usize>| {
        let (_, first) = found.get(covers.start)?;
        let (_, last) = found.get(covers.end.checked_sub(1)?)?;
        Some(first.start..last.end)
    };
    let mut tokens = Vec::with_capacity(count);
    for (position, (word, range)) in found.iter().enumerate() {
        let signless = signs.iter().any(|covers| covers.contains(&position));
        tokens.push(Token {
            word: word.clone(),
            range: range.clone(),
            position,
            span: 1,
            beside: false,
            signless,
            whole: count == 1 && !signless,
        });
        while let Some(other) = others.next_if(|other| other.covers.start == position) {
            let Some(range) = range_of(&other.covers) else { continue };
            let range = range.start - other.before..range.end + other.behind;
            let is_signed = signs.contains(&other.covers);
            tokens.push(Token {
                word: Cow::Owned(cut(other.word)),
                range,
                position,
                span: other.covers.len(),
                beside: true,
                signless: false,
                whole: other.covers.len() == count
                    && (is_signed || !signs.iter().any(|one| one.start == position)),
            });
        }
    }
    tokens
}

/// Another spelling of words that follow each other in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spelling {
    /// The folded word.
    pub word: String,
    /// The numbers of the words that it stands for.
    pub covers: Range<usize>,
    /// Bytes of signs before the first of these words that belong to it, and behind the last.
    before: usize,
    behind: usize,
}

/// Words with the signs that make names different: `C++`, `C#`, `.NET`, `R&D`, `@home`. The signs
/// are spelt out as people say them, `cplusplus`, `csharp`, `dotnet`, `randd`: so every engine can
/// keep them, and whoever types the names so finds them. `found` are the [`words`] of the text.
pub fn signed(text: &str, found: &[(Cow<str>, Range<usize>)]) -> Vec<Spelling> {
    let mut all: Vec<Spelling> = Vec::new();
    for (number, (word, range)) in found.iter().enumerate() {
        let (head, tail) = (text.get(..range.start), text.get(range.end..));
        let (Some(head), Some(tail)) = (head, tail) else { continue };
        if let (Some((next, _)), true) = (found.get(number + 1), is_between(tail, '&')) {
            let word = format!("{word}and{next}");
            all.push(Spelling { word, covers: number..number + 2, before: 0, behind: 0 });
            continue;
        }
        let (before, behind) = (sign_before(head), signs_behind(tail));
        if before.is_none() && behind.is_empty() {
            continue;
        }
        let mut spelt = before.map_or_else(String::new, |sign| named(sign, true).to_owned());
        spelt.push_str(word);
        behind.chars().for_each(|sign| spelt.push_str(named(sign, false)));
        let (before, behind) = (before.map_or(0, char::len_utf8), behind.len());
        all.push(Spelling { word: spelt, covers: number..number + 1, before, behind });
    }
    all
}

/// Words of a text with their signs, each once: how two names are compared.
pub fn exact_words(text: &str) -> Vec<String> {
    let found: Vec<(Cow<str>, Range<usize>)> = words(text).collect();
    let mut signed = signed(text, &found).into_iter().peekable();
    let mut exact = Vec::new();
    let mut at = 0;
    while let Some((word, _)) = found.get(at) {
        match signed.next_if(|one| one.covers.start <= at) {
            Some(one) if one.covers.start == at => {
                at = one.covers.end;
                exact.push(one.word);
            }
            // It begins within the one before: "A&B&C".
            Some(_) => {}
            None => {
                exact.push(word.clone().into_owned());
                at += 1;
            }
        }
    }
    exact
}

/// Two words with nothing but a hyphen between them.
fn hyphened(text: &str, found: &[(Cow<str>, Range<usize>)]) -> Vec<Spelling> {
    let pairs = found.iter().zip(found.iter().skip(1)).enumerate();
    pairs
        .filter(|(_, ((_, first), (_, next)))| {
            text.get(first.end..next.start).is_some_and(is_hyphen)
        })
        .map(|(at, ((first, _), (next, _)))| Spelling {
            word: format!("{first}{next}"),
            covers: at..at + 2,
            before: 0,
            behind: 0,
        })
        .collect()
}

/// Single letters with nothing but a dot between them: "S.I.L.L."
fn dotted(text: &str, found: &[(Cow<str>, Range<usize>)]) -> Vec<Spelling> {
    let is_letter = |at: usize| {
        found.get(at).is_some_and(|(_, range)| {
            let mut letters = text.get(range.clone()).unwrap_or_default().chars();
            letters.next().is_some_and(char::is_alphabetic) && letters.all(is_combining_mark)
        })
    };
    let follows = |at: usize| {
        let between = found.get(at).zip(found.get(at + 1));
        between.is_some_and(|((_, one), (_, next))| text.get(one.end..next.start) == Some("."))
    };
    let mut all = Vec::new();
    let mut at = 0;
    while at < found.len() {
        let start = at;
        while is_letter(at) && follows(at) && is_letter(at + 1) {
            at += 1;
        }
        at += 1;
        if at - start > 1 {
            let letters = found.get(start..at).unwrap_or(&[]).iter();
            let word = letters.map(|(letter, _)| letter.as_ref()).collect();
            all.push(Spelling { word, covers: start..at, before: 0, behind: 0 });
        }
    }
    all
}

/// A sign that belongs to the word behind it, where nothing else stands before it.
fn sign_before(head: &str) -> Option<char> {
    let mut back = head.chars().rev();
    let sign = back.next().filter(|sign| ['.', '@', '#'].contains(sign))?;
    let is_free = back.next().is_none_or(|c| c.is_whitespace() || "([{\"'“«„‘/".contains(c));
    is_free.then_some(sign)
}

/// The signs that belong to the word before them, where that is its end: one sign may also join two
/// words.
fn signs_behind(tail: &str) -> &str {
    let end = tail.find(|c: char| !['+', '#', '*'].contains(&c)).unwrap_or(tail.len());
    let (signs, rest) = tail.split_at(end);
    let is_end = signs.len() > 1 || !rest.starts_with(is_part_of_word);
    if is_end && signs.len() <= MOST_SIGNS { signs } else { "" }
}

/// A longer row of signs is a line, not a name.
const MOST_SIGNS: usize = 3;

/// How people say a sign.
fn named(sign: char, is_before: bool) -> &'static str {
    match sign {
        '+' => "plus",
        '#' if is_before => "hash",
        '#' => "sharp",
        '*' => "star",
        '@' => "at",
        _ => "dot",
    }
}

/// Whether nothing but this sign stands before the next word.
fn is_between(tail: &str, sign: char) -> bool {
    tail.strip_prefix(sign).is_some_and(|rest| rest.starts_with(is_part_of_word))
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

/// The text with the letters of dotted acronyms joined: "S.I.L.L." becomes "SILL".
pub fn join_dotted(text: &str) -> String {
    let found: Vec<(Cow<str>, Range<usize>)> = words(text).collect();
    let mut joined = String::with_capacity(text.len());
    let mut done = 0;
    for Spelling { covers, .. } in dotted(text, &found) {
        let letters = found.get(covers).unwrap_or(&[]).iter();
        for (number, (_, range)) in letters.enumerate() {
            let between = if number == 0 { text.get(done..range.start) } else { None };
            joined.push_str(between.unwrap_or_default());
            joined.push_str(text.get(range.clone()).unwrap_or_default());
            done = range.end;
        }
        let rest = text.get(done..).and_then(|rest| rest.strip_prefix('.'));
        if rest.is_some_and(|rest| !rest.starts_with(is_part_of_word)) {
            done += 1;
        }
    }
    joined.push_str(text.get(done..).unwrap_or_default());
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

/// Soft hyphens and what only says how letters are set or in which direction they run: nobody sees
/// or types them.
fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Combining marks, and what nobody sees, belong to the letter before them. The modifier apostrophe is a letter for
/// Unicode, but is typed for the elision sign.
fn is_part_of_word(letter: char) -> bool {
    if letter.is_ascii() {
        return letter.is_ascii_alphanumeric();
    }
    (letter.is_alphanumeric() && letter != '\u{2bc}')
        || is_combining_mark(letter)
        || is_invisible(letter)
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
        check("C++/C#", &["c", "cplusplus", "c", "csharp"]);
        check("Daten\u{ad}bank\u{ad}wächter", &["datenbankwachter"]);
        check("LTR\u{200e} \u{ad}", &["ltr"]);
        check("½", &["12"]);
        check("?!… — \u{301}\u{302}", &[]);
        check("", &[]);
        check(&"é".repeat(100), &[&"e".repeat(60)]);
        check(&"語".repeat(2), &["語", "語"]);
    }

    #[test]
    fn signs_are_spelt_out_beside_their_word() {
        #[track_caller]
        fn check(text: &str, exact: &[&str], whole: &[&str]) {
            assert_eq!(exact_words(text), exact, "{text}");
            let tokens = tokens(text);
            let found: Vec<&str> = tokens
                .iter()
                .filter(|token| token.whole)
                .map(|token| token.word.as_ref())
                .collect();
            assert_eq!(found, whole, "{text}");
        }
        check("Skizze++", &["skizzeplusplus"], &["skizzeplusplus"]);
        check("Skizze", &["skizze"], &["skizze"]);
        check("J# Forms", &["jsharp", "forms"], &[]);
        check("Q&A", &["qanda"], &["qanda"]);
        check("A&B&C", &["aandb", "c"], &[]);
        check("C++17, C++.", &["cplusplus", "17", "cplusplus"], &[]);
        check(".ORG kit, e.g. org.", &["dotorg", "kit", "e", "g", "org"], &[]);
        check("@work #tag", &["atwork", "hashtag"], &[]);
        check("a+b, 1#2, x@example.org", &["a", "b", "1", "2", "x", "example", "org"], &[]);
        check("Grade+ (B*)", &["gradeplus", "bstar"], &[]);
        check("line+++++ R & D", &["line", "r", "d"], &[]);
        check("O.S.C.A.R.", &["o", "s", "c", "a", "r"], &["oscar"]);
        check("e-mail", &["e", "mail"], &["email"]);
    }

    #[test]
    fn the_letters_of_a_dotted_acronym_belong_together() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(join_dotted(text), expected);
        }
        check("O.S.C.A.R.", "OSCAR");
        check("the o.s.c.a.r kit", "the oscar kit");
        check("A.B. and C.D.", "AB and CD");
        check("A.B.org", "AB.org");
        check("1.2.3, www.example.org, A. B. C", "1.2.3, www.example.org, A. B. C");
        check("", "");
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
