//! What identifiers of organisations look like: each function gives the one spelling of what has
//! the form, and is right by its check digits where there are some.

/// An item of Wikidata.
pub fn qid(raw: &str) -> Option<String> {
    let digits = raw.strip_prefix(['Q', 'q'])?;
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && !digits.starts_with('0')).then(|| format!("Q{digits}"))
}

/// An id of the Research Organization Registry: six digits of base 32 without i, l, o and u, and a
/// check by ISO 7064.
pub fn ror(raw: &str) -> Option<String> {
    const DIGITS: &str = "0123456789abcdefghjkmnpqrstvwxyz";
    let id = raw.to_ascii_lowercase();
    let (number, check) = id.strip_prefix('0')?.split_at_checked(6)?;
    let mut value: u64 = 0;
    for digit in number.chars() {
        value = value * 32 + DIGITS.find(digit)? as u64;
    }
    (check == format!("{:02}", 98 - (value * 100) % 97)).then_some(id)
}

/// A French legal unit: nine digits, checked by Luhn.
pub fn siren(raw: &str) -> Option<String> {
    let digits = digits(raw)?;
    (digits.len() == 9 && luhn(&digits).is_multiple_of(10) && digits != "000000000")
        .then_some(digits)
}

/// A French establishment: the number of its legal unit and five digits, checked by Luhn. Those of
/// the post office are checked by the plain sum of their digits.
pub fn siret(raw: &str) -> Option<String> {
    const POST_OFFICE: &str = "356000000";
    let digits = digits(raw)?;
    let unit = siren(digits.get(..9)?)?;
    let sum: u32 = digits.bytes().map(|byte| u32::from(byte - b'0')).sum();
    let is_right =
        luhn(&digits).is_multiple_of(10) || (unit == POST_OFFICE && sum.is_multiple_of(5));
    (digits.len() == 14 && is_right).then_some(digits)
}

/// The digits of a number that may be written in groups.
fn digits(raw: &str) -> Option<String> {
    let digits: String = raw.chars().filter(|c| !c.is_whitespace() && *c != '.').collect();
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

/// The sum of Luhn's check: every second digit from the right counts twice.
fn luhn(digits: &str) -> u32 {
    let from_right = digits.bytes().rev().map(|byte| u32::from(byte - b'0')).enumerate();
    let weigh = |(position, digit): (usize, u32)| match digit * (1 + position as u32 % 2) {
        two_digits @ 10.. => two_digits - 9,
        one_digit => one_digit,
    };
    from_right.map(weigh).sum()
}

/// A code of the Italian index, of which those of municipalities have a form of their own.
pub fn ipa(raw: &str) -> Option<String> {
    let code = word(raw)?;
    let is_municipality = |rest: &str| {
        let mut letters = rest.chars();
        letters.next().is_some_and(|c| c.is_ascii_lowercase())
            && rest.len() == 4
            && letters.all(|c| c.is_ascii_digit())
    };
    match code.strip_prefix("c_") {
        Some(rest) if !is_municipality(rest) => None,
        _ => Some(code),
    }
}

/// A Dutch government organisation: its kind and its code.
pub fn tooi(raw: &str) -> Option<String> {
    let (kind, code) = raw.split_once('/')?;
    Some(format!("{}/{}", word(kind)?, word(code)?))
}

/// One word of letters, digits, `_` and `-`, in lower case.
pub fn word(raw: &str) -> Option<String> {
    const LONGEST: usize = 64;
    let is_word = raw.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    (!raw.is_empty() && raw.len() <= LONGEST && is_word).then(|| raw.to_ascii_lowercase())
}
