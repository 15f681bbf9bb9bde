//! E-mail addresses and telephone numbers in running text.
//!
//! An address is known by its form. A number is one only where that is certain: in its
//! international form, or after a word such as "Tel.". Whatever else has an `@` or many digits
//! stays: addresses of repositories and accounts, versions, dates, numbers of books and registers.

use std::ops::Range;

/// What stands in the place of what was cut out. It means the same in every language and nothing
/// in JSON, YAML or Markdown.
pub const MARK: &str = "(…)";

/// A text without the addresses and numbers in it, and these; `None` where there are none.
pub fn cut(text: &str) -> Option<(String, Vec<String>)> {
    let mut found = emails(text);
    found.extend(telephones(text));
    found.sort_by_key(|range| range.start);
    let mut rest = String::new();
    let mut data = Vec::new();
    let mut end = 0;
    for range in found {
        // An address may hold what looks like a number; the first of the two counts.
        if range.start < end {
            continue;
        }
        rest.push_str(text.get(end..range.start)?);
        rest.push_str(MARK);
        data.push(text.get(range.clone())?.to_owned());
        end = range.end;
    }
    rest.push_str(text.get(end..)?);
    (!data.is_empty()).then_some((rest, data))
}

/// How people write the sign of an address; those in brackets have space around them.
const AT: &[&str] =
    &["@", "＠", "&#64;", "&#x40;", "&commat;", "[at]", "(at)", "{at}", "<at>", "[@]", "(@)"];
/// How people write the point in an address that has its sign in brackets.
const DOT: &[&str] = &[".", "[dot]", "(dot)", "{dot}", "[.]", "(.)"];
/// Accounts of machines, by which repositories are addressed.
const MACHINES: &[&str] = &["git", "hg", "svn", "anonymous", "pkg"];
/// Endings of files and of units of systemd, which stand after an `@` too.
const NO_DOMAINS: &[&str] = &[
    "png", "jpg", "jpeg", "gif", "svg", "webp", "js", "mjs", "ts", "css", "json", "service",
    "socket", "timer", "target", "tar", "gz", "zip", "jar",
];

fn emails(text: &str) -> Vec<Range<usize>> {
    // Of the same length as the text, so that places in it are places in the text.
    let lower = text.to_ascii_lowercase();
    let mut found: Vec<Range<usize>> = Vec::new();
    for at in AT {
        for (place, _) in lower.match_indices(at) {
            found.extend(email(text, &lower, place..place + at.len()));
        }
    }
    found
}

/// The address whose sign stands at `at`.
fn email(text: &str, lower: &str, at: Range<usize>) -> Option<Range<usize>> {
    let is_bracketed = lower.get(at.clone())?.starts_with(['[', '(', '{', '<']);
    let before = text.get(..at.start)?;
    let after = lower.get(at.end..)?;
    let gap = |text: &str| if is_bracketed { text.len() - text.trim_start().len() } else { 0 };
    let before_gap = if is_bracketed { before.trim_end() } else { before };

    let is_local = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-');
    let local = before_gap.trim_end_matches(is_local);
    let name = before_gap.get(local.len()..)?.trim_start_matches(['.', '-', '+']);
    let start = before_gap.len() - name.len();
    let gap_after = gap(after);
    let domain = domain(after.get(gap_after..)?, is_bracketed)?;
    let end = at.end + gap_after + domain;

    let token = before_gap.get(..start)?;
    let token = token.rsplit(char::is_whitespace).next().unwrap_or_default();
    let is_address_of_something =
        token.contains("://") || token.ends_with(['@', ':', '/']) && !is_said_before(token);
    let rest = text.get(end..)?;
    let goes_on = !is_bracketed && leads_on(rest);
    let is_machine = MACHINES.contains(&name.to_lowercase().as_str()) || token.contains("pkg:");
    let is_name = name.chars().any(char::is_alphanumeric);
    (is_name && !is_machine && !is_address_of_something && !goes_on).then_some(start..end)
}

/// Whether what stands before an address without a space introduces it, as in `E-mail:a@b.org`,
/// `mailto:` and the second of `a@b.org/c@b.org`.
fn is_said_before(token: &str) -> bool {
    let word = token.trim_end_matches([':', '/']);
    token.ends_with([':', '/'])
        && (word.ends_with(char::is_alphanumeric) || word.is_empty())
        && !token.contains("//")
}

/// Whether an address goes on as one of a repository or of a machine's resource:
/// `user@host:path`, `user@host/path`.
fn leads_on(rest: &str) -> bool {
    let word = rest.split(char::is_whitespace).next().unwrap_or_default();
    let is_path = |path: &str| {
        path.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '/' | '~' | '.'))
            && !path.contains('@')
    };
    word.strip_prefix(':').or_else(|| word.strip_prefix('/')).is_some_and(is_path)
}

/// The length of the domain at the beginning of a text in lower case.
fn domain(text: &str, may_be_disguised: bool) -> Option<usize> {
    let mut labels: Vec<&str> = Vec::new();
    let mut end = 0;
    let mut next = 0;
    loop {
        let rest = text.get(next..)?;
        let label = rest.find(|c: char| !c.is_alphanumeric() && c != '-').unwrap_or(rest.len());
        let label = rest.get(..label)?.trim_end_matches('-');
        if label.is_empty() {
            break;
        }
        labels.push(label);
        end = next + label.len();
        let rest = text.get(end..)?;
        let trimmed = if may_be_disguised { rest.trim_start_matches(' ') } else { rest };
        let dots: &[&str] = if may_be_disguised { DOT } else { &["."] };
        let Some(dot) = dots.iter().find(|dot| trimmed.starts_with(**dot)) else { break };
        // A point with space around it ends a sentence.
        if *dot == "." && trimmed.len() < rest.len() {
            break;
        }
        let behind = trimmed.get(dot.len()..)?;
        let behind_trimmed = if *dot == "." { behind } else { behind.trim_start_matches(' ') };
        next = text.len() - behind_trimmed.len();
    }
    let top = labels.last()?;
    let is_top = top.chars().count() > 1 && top.chars().all(char::is_alphabetic);
    let first = labels.first()?;
    let is_number = |label: &str| label.bytes().all(|b| b.is_ascii_digit());
    let is_version = is_number(first.trim_start_matches('v'))
        && labels.get(1).is_some_and(|l| l.starts_with(|c: char| c.is_ascii_digit()));
    let is_scale = first.strip_suffix('x').is_some_and(|n| !n.is_empty() && is_number(n));
    let is_domain = labels.len() > 1 && is_top && !is_version && !is_scale;
    (is_domain && !NO_DOMAINS.contains(top)).then_some(end)
}

/// Words after which a number is a telephone's, in the languages of the catalogues.
const WORDS: &[&str] = &[
    "tel",
    "tél",
    "telephone",
    "téléphone",
    "telefon",
    "telefono",
    "teléfono",
    "telefoon",
    "telefone",
    "phone",
    "mobile",
    "mobil",
    "gsm",
    "handy",
    "fax",
    "hotline",
    "tlf",
];
/// Country codes of telephone numbers (ITU-T E.164), those of one and two digits; all of three
/// digits begin with other digits.
const COUNTRY_CODES: &[&str] = &[
    "1", "7", "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45",
    "46", "47", "48", "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63",
    "64", "65", "66", "81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98",
];
/// The first two digits of the country codes of three digits.
const LONG_COUNTRY_CODES: &[&str] = &[
    "21", "22", "23", "24", "25", "26", "29", "35", "37", "38", "42", "50", "59", "67", "68", "69",
    "80", "85", "87", "88", "96", "97", "99",
];

fn telephones(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (place, _) in text.match_indices('+') {
        let before = text.get(..place).unwrap_or_default();
        let is_free = before.chars().next_back().is_none_or(|c| {
            c.is_whitespace() || matches!(c, '(' | ':' | ',' | ';' | '/' | '"' | '\'' | '[' | '>')
        });
        let token = before.rsplit(char::is_whitespace).next().unwrap_or_default();
        if is_free && !token.contains("://") {
            found.extend(international(text, place));
        }
    }
    found.extend(introduced(text));
    found
}

/// A number in digits with few signs between: how far it goes, its groups of digits.
struct Number<'a> {
    end: usize,
    groups: Vec<&'a str>,
    /// Whether nothing but points separates the groups.
    is_pointed: bool,
}

impl<'a> Number<'a> {
    /// The number at `start`.
    fn read(text: &'a str, start: usize) -> Option<Self> {
        let rest = text.get(start..)?;
        let is_sign =
            |c: char| matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '.' | '-' | '‑' | '(' | ')' | '/');
        let mut groups = Vec::new();
        let mut end = start;
        let mut is_pointed = true;
        let mut next = 0;
        loop {
            let tail = rest.get(next..)?;
            let signs = tail.find(|c: char| !is_sign(c)).unwrap_or(tail.len());
            let between = tail.get(..signs)?;
            let digits = tail.get(signs..)?;
            let length = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
            if length == 0 || between.chars().count() > 3 {
                break;
            }
            is_pointed &= groups.is_empty() || between == ".";
            groups.push(digits.get(..length)?);
            next += signs + length;
            end = start + next;
        }
        let follows = text.get(end..)?.chars().next();
        let is_whole = follows.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '%' | '_'));
        (is_whole && !groups.is_empty()).then_some(Self { end, groups, is_pointed })
    }

    fn digits(&self) -> usize {
        self.groups.iter().map(|group| group.len()).sum()
    }

    /// Whether it is a round number or a fraction.
    fn is_amount(&self) -> bool {
        let others = self.groups.get(1..).unwrap_or_default();
        let is_round = match (self.groups.first(), others) {
            (Some(only), []) => only.ends_with("00000"),
            _ => others.iter().all(|group| group.bytes().all(|b| b == b'0')),
        };
        is_round || (self.is_pointed && others.len() == 1)
    }
}

/// The number in international form whose `+` stands at `plus`.
fn international(text: &str, plus: usize) -> Option<Range<usize>> {
    let number = Number::read(text, plus + 1).filter(|_| {
        text.get(plus + 1..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    })?;
    let first = *number.groups.first()?;
    let has = |code: &str| {
        if number.groups.len() > 1 { first == code } else { first.starts_with(code) }
    };
    let is_long = LONG_COUNTRY_CODES
        .iter()
        .any(|code| first.starts_with(code) && (number.groups.len() == 1 || first.len() == 3));
    // A code may also stand joined to the area: +1-613…, but +4930 123456 too.
    let is_joined = number.groups.len() > 1 && first.len() > 3;
    let is_code =
        COUNTRY_CODES.iter().any(|code| has(code) || is_joined && first.starts_with(code));
    let is_number = (is_code || is_long) && (9..=15).contains(&number.digits());
    (is_number && !number.is_amount()).then_some(plus..number.end)
}

/// Numbers after a word such as "Tel.".
fn introduced(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut before = ' ';
    for (place, c) in text.char_indices() {
        if c.is_alphabetic() && !before.is_alphanumeric() {
            found.extend(after_word(text, place));
        }
        before = c;
    }
    found
}

/// The number after the word that begins at `place`, where it is one of [`WORDS`].
fn after_word(text: &str, place: usize) -> Option<Range<usize>> {
    let rest = text.get(place..)?;
    let length = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
    let word = rest.get(..length)?.to_lowercase();
    if !WORDS.contains(&word.as_str()) {
        return None;
    }
    let gap = rest.get(length..)?;
    let number =
        gap.trim_start_matches([' ', '\u{a0}', '\u{202f}', '\t', '.', ':', '-', '–', '(', ')']);
    let between = gap.get(..gap.len() - number.len())?;
    // "mobile 10" is a version, "Mobile: 0612…" is a number.
    let is_introduced = between.contains([':', '.']) && between.chars().count() <= 5;
    let start = place + length + between.len();
    let digits_at = start + number.len() - number.trim_start_matches('+').len();
    let number = Number::read(text, digits_at).filter(|_| {
        text.get(digits_at..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    })?;
    let is_dialled = digits_at > start || number.groups.first()?.starts_with('0');
    let is_dated = matches!(number.groups.as_slice(), [year, month, day]
        if year.len() == 4 && month.len() == 2 && day.len() == 2);
    let is_number = (7..=15).contains(&number.digits()) && !is_dated;
    let is_certain = is_dialled && number.digits() > 7
        || is_introduced && !number.is_pointed
        || is_introduced && number.groups.len() == 1;
    (is_number && is_certain).then_some(start..number.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let data = cut(text).map(|(_, data)| data).unwrap_or_default();
        assert_eq!(data, expected, "{text}");
    }

    #[test]
    fn addresses_are_cut_in_every_spelling() {
        check("Write to aline@example.org.", &["aline@example.org"]);
        check("(aline.b-c+d@mail.example.co.uk)", &["aline.b-c+d@mail.example.co.uk"]);
        check("mailto:aline@example.org", &["aline@example.org"]);
        check("E-mail:aline@example.org", &["aline@example.org"]);
        check("a@example.org/b@example.org", &["a@example.org", "b@example.org"]);
        check("<a@example.org>,b@example.org", &["a@example.org", "b@example.org"]);
        check("aline [at] example.org", &["aline [at] example.org"]);
        check("aline(AT)example(dot)org now", &["aline(AT)example(dot)org"]);
        check("aline [at] example [dot] org", &["aline [at] example [dot] org"]);
        check("aline&#64;example.org", &["aline&#64;example.org"]);
        check("émilie@exemple.example", &["émilie@exemple.example"]);
        check("Adresse: a@163.com", &["a@163.com"]);
    }

    #[test]
    fn what_only_looks_like_an_address_stays() {
        for text in [
            "git@git.example.org:org/parcel.git",
            "deploy@git.example.org:org/parcel.git",
            "git@git.example.org",
            "ssh://git@git.example.org:2222/org/parcel.git",
            "https://user@example.org/parcel",
            "https://medium.example.org/@parcel.team/story",
            "npm i @scope/parcel@1.2.3",
            "parcel@2.0.beta",
            "parcel@v1.4.stable",
            "pkg:npm/parcel@next.release",
            "@parcel@social.example",
            "logo@2x.png",
            "getty@tty.service",
            "user@host/resource.name",
            "a @ b.org",
            "look (at) it",
            "meet at example.org",
            "@Override.foo",
            "C@D",
        ] {
            check(text, &[]);
        }
    }

    #[test]
    fn numbers_are_cut_where_it_is_certain() {
        check("Call +33 1 23 45 67 89 now", &["+33 1 23 45 67 89"]);
        check("+33(0)1.23.45.67.89", &["+33(0)1.23.45.67.89"]);
        check("(+49) 30 12345678", &["+49) 30 12345678"]);
        check("+4930 12345678", &["+4930 12345678"]);
        check("+393331234567.", &["+393331234567"]);
        check("+1-613-555-0199", &["+1-613-555-0199"]);
        check("tel:+352-1234-5678", &["+352-1234-5678"]);
        check("Tél. : 01 23 45 67 89", &["01 23 45 67 89"]);
        check("Tel 01.23.45.67.89", &["01.23.45.67.89"]);
        check("Telefon: 030/1234567", &["030/1234567"]);
        check("Phone: 555-123-4567", &["555-123-4567"]);
        check("Fax (030) 1234 5678", &["030) 1234 5678"]);
    }

    #[test]
    fn what_only_has_many_digits_stays() {
        for text in [
            "Version 10.12.2024.1",
            "ISBN 978-3-16-148410-0",
            "ISBN: 9783161484100",
            "SIREN 130 025 265",
            "UTC+02:00 2024-01-01",
            "C++11 2014 2017",
            "+100 000 000 downloads",
            "+48.85661400",
            "+48.856614 +2.352222",
            "2024-01-31 10:00:00",
            "Mobile 10.2.3.4567",
            "mobile 12345678",
            "Tel. 2024-01-31",
            "phone: 192.168.100.100",
            "telephony 0123456789",
            "10.5281/zenodo.1234567",
            "https://wa.example.org/+33612345678",
            "+33612345678901234567",
            "id 0033123456789",
        ] {
            check(text, &[]);
        }
    }

    #[test]
    fn the_rest_of_the_text_stays_as_it_is() {
        let (rest, data) = cut("Écrire à a@example.org ou au +33 1 23 45 67 89 !").expect("two");
        assert_eq!(rest, "Écrire à (…) ou au (…) !");
        assert_eq!(data.len(), 2);
        assert_eq!(cut(&rest), None, "cutting twice changes nothing");
        assert_eq!(cut(""), None);
    }

    proptest::proptest! {
        #[test]
        fn nothing_is_found_in_what_is_left(text in "([a-z@+.:/ ()\\[\\]0-9é-]|\\[at\\]|Tel: ){0,60}") {
            if let Some((rest, _)) = cut(&text) {
                proptest::prop_assert_eq!(cut(&rest), None, "{}", rest);
            }
        }
    }
}
