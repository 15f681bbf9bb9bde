//! Text out of HTML: many catalogues hand on what an editor for web pages made, and some encode it
//! once more on the way.
//!
//! Only what is certainly markup goes. `a < b` and `List<String>` are no tags, `R&D` is no entity,
//! and what stands in backticks is code that a writer meant as it is.

use std::borrow::Cow;

/// Tags that end a word, beside those that end a line.
const CELLS: &[&str] = &["td", "th", "dt", "dd", "option"];
/// Tags that begin a line of their own.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "br",
    "caption",
    "center",
    "div",
    "dl",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "tbody",
    "tfoot",
    "thead",
    "tr",
    "ul",
];
/// Tags inside a line.
const INLINE: &[&str] = &[
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "embed",
    "font", "i", "iframe", "img", "ins", "kbd", "label", "link", "mark", "meta", "noscript",
    "object", "param", "q", "s", "samp", "script", "small", "source", "span", "strike", "strong",
    "style", "sub", "sup", "svg", "title", "tt", "u", "var", "video", "wbr",
];
/// Tags that need no end. Any other counts only where its end stands in the text too.
const ALONE: &[&str] =
    &["br", "dd", "dt", "hr", "img", "li", "link", "meta", "p", "td", "th", "tr", "wbr"];
/// Tags whose content is nothing to read.
const HIDDEN: &[&str] = &["script", "style"];
/// How often a text is read again: it may have been encoded twice.
const MOST_ROUNDS: usize = 3;

/// The text without markup, and with the characters that its entities stand for. One that would be
/// nothing but what is hidden stays as it is: somebody meant something by it.
pub(super) fn without(written: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(written);
    for _ in 0..MOST_ROUNDS {
        if !text.contains(['<', '&']) {
            break;
        }
        let decoded = entities(&text);
        let plain = tags(&decoded);
        if plain == text {
            break;
        }
        text = Cow::Owned(plain);
    }
    let is_hidden = || {
        let folded = written.to_ascii_lowercase();
        HIDDEN.iter().any(|name| folded.contains(&format!("<{name}")))
    };
    if text.trim().is_empty() && is_hidden() { Cow::Borrowed(written) } else { text }
}

/// Where the code ends that begins with the backticks at the start of `text`.
fn code_length(text: &str) -> Option<usize> {
    let ticks = text.len() - text.trim_start_matches('`').len();
    let (mark, rest) = (text.get(..ticks).filter(|mark| !mark.is_empty())?, text.get(ticks..)?);
    let end = rest.match_indices(mark).find(|(at, _)| {
        let after = rest.get(at + ticks..).unwrap_or_default();
        !after.starts_with('`') && !rest.get(..*at).is_some_and(|before| before.ends_with('`'))
    });
    end.map(|(at, _)| ticks + at + ticks)
}

/// Copies `text` piece by piece: code as it is, the rest by `piece`, which is told what follows a
/// sign in `signs` and says what it stands for and how long it is.
fn rewritten(
    text: &str,
    signs: &[char],
    mut piece: impl FnMut(&str) -> Option<(Cow<'static, str>, usize)>,
) -> String {
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    // Backticks without an end are looked for once, not again at each of them.
    let mut has_code = text.contains('`');
    while let Some(at) = rest.find(|c| signs.contains(&c) || (has_code && c == '`')) {
        let (before, from) = rest.split_at(at);
        written.push_str(before);
        if from.starts_with('`') {
            has_code = code_length(from).is_some();
            let length = code_length(from).unwrap_or(1);
            written.push_str(from.get(..length).unwrap_or(from));
            rest = from.get(length..).unwrap_or_default();
            continue;
        }
        let length = match piece(from) {
            Some((meant, length)) => {
                written.push_str(&meant);
                length
            }
            None => {
                let sign = from.chars().next().map_or(1, char::len_utf8);
                written.push_str(from.get(..sign).unwrap_or_default());
                sign
            }
        };
        rest = from.get(length..).unwrap_or_default();
    }
    written.push_str(rest);
    written
}

fn entities(text: &str) -> String {
    rewritten(text, &['&'], |from| {
        let (name, length) = entity(from)?;
        Some((Cow::Owned(character(name)?.to_string()), length))
    })
}

/// The name of the entity at the start of a text, and how long it is with its marks.
fn entity(text: &str) -> Option<(&str, usize)> {
    const LONGEST: usize = 10;
    let rest = text.strip_prefix('&')?;
    let end = rest.bytes().take(LONGEST).position(|byte| byte == b';')?;
    Some((rest.get(..end)?, end + 2))
}

/// The character that an entity stands for.
fn character(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code);
    }
    let known = ENTITIES.iter().find(|(known, _)| *known == name);
    known.map(|(_, character)| *character)
}

fn tags(text: &str) -> String {
    // Names of tags that end somewhere, found once.
    let folded = text.to_ascii_lowercase();
    rewritten(text, &['<'], |from| {
        if let Some(comment) = from.strip_prefix("<!--") {
            return comment.find("-->").map(|end| (Cow::Borrowed(""), end + 7));
        }
        if from.starts_with("<![CDATA[") {
            return Some((Cow::Borrowed(""), 9));
        }
        let tag = Tag::of(from)?;
        if !tag.is_end && !ALONE.contains(&tag.name) && !folded.contains(&format!("</{}", tag.name))
        {
            return None;
        }
        let mut length = tag.length;
        if HIDDEN.contains(&tag.name) && !tag.is_end {
            let end = format!("</{}", tag.name);
            let after = from.get(length..).unwrap_or_default().to_ascii_lowercase();
            length += after.find(&end).unwrap_or(0);
        }
        Some((Cow::Borrowed(tag.meant()), length))
    })
}

/// A tag of HTML.
struct Tag {
    name: &'static str,
    is_end: bool,
    length: usize,
}

impl Tag {
    /// The tag at the start of a text: a known name, then nothing or attributes with values.
    fn of(text: &str) -> Option<Self> {
        /// A longer one is none, or one that nobody wrote for readers.
        const LONGEST: usize = 4096;
        let rest = text.strip_prefix('<')?;
        let (rest, is_end) = match rest.strip_prefix('/') {
            Some(rest) => (rest, true),
            None => (rest, false),
        };
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric())?;
        let (name, attributes) = rest.split_at_checked(end)?;
        let name = [CELLS, BLOCKS, INLINE]
            .into_iter()
            .flatten()
            .find(|known| known.eq_ignore_ascii_case(name))?;
        let close = closing(attributes, LONGEST)?;
        let inside = attributes.get(..close)?.trim_end_matches('/').trim();
        let is_tag = inside.is_empty()
            || (attributes.starts_with(char::is_whitespace) && inside.contains('=') && !is_end);
        let length = text.len() - attributes.len() + close + 1;
        is_tag.then_some(Self { name, is_end, length })
    }

    /// What it does to the words around it.
    fn meant(&self) -> &'static str {
        if BLOCKS.contains(&self.name) {
            "\n"
        } else if CELLS.contains(&self.name) {
            " "
        } else {
            ""
        }
    }
}

/// Where the tag is closed, outside of quotation marks.
fn closing(attributes: &str, longest: usize) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in attributes.bytes().enumerate().take(longest) {
        match (quote, byte) {
            (Some(mark), byte) if mark == byte => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'>') => return Some(at),
            (None, b'<') => return None,
            (None, _) => {}
        }
    }
    None
}

/// The entities that texts of catalogues use: Latin letters, punctuation and signs. What is not
/// among them stays as it is written.
const ENTITIES: &[(&str, char)] = &[
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("AMP", '&'),
    ("LT", '<'),
    ("GT", '>'),
    ("QUOT", '"'),
    ("nbsp", '\u{A0}'),
    ("iexcl", '¡'),
    ("cent", '¢'),
    ("pound", '£'),
    ("curren", '¤'),
    ("yen", '¥'),
    ("brvbar", '¦'),
    ("sect", '§'),
    ("uml", '¨'),
    ("copy", '©'),
    ("ordf", 'ª'),
    ("laquo", '«'),
    ("not", '¬'),
    ("shy", '\u{AD}'),
    ("reg", '®'),
    ("macr", '¯'),
    ("deg", '°'),
    ("plusmn", '±'),
    ("sup1", '¹'),
    ("sup2", '²'),
    ("sup3", '³'),
    ("acute", '´'),
    ("micro", 'µ'),
    ("para", '¶'),
    ("middot", '·'),
    ("cedil", '¸'),
    ("ordm", 'º'),
    ("raquo", '»'),
    ("frac14", '¼'),
    ("frac12", '½'),
    ("frac34", '¾'),
    ("iquest", '¿'),
    ("Agrave", 'À'),
    ("Aacute", 'Á'),
    ("Acirc", 'Â'),
    ("Atilde", 'Ã'),
    ("Auml", 'Ä'),
    ("Aring", 'Å'),
    ("AElig", 'Æ'),
    ("Ccedil", 'Ç'),
    ("Egrave", 'È'),
    ("Eacute", 'É'),
    ("Ecirc", 'Ê'),
    ("Euml", 'Ë'),
    ("Igrave", 'Ì'),
    ("Iacute", 'Í'),
    ("Icirc", 'Î'),
    ("Iuml", 'Ï'),
    ("ETH", 'Ð'),
    ("Ntilde", 'Ñ'),
    ("Ograve", 'Ò'),
    ("Oacute", 'Ó'),
    ("Ocirc", 'Ô'),
    ("Otilde", 'Õ'),
    ("Ouml", 'Ö'),
    ("times", '×'),
    ("Oslash", 'Ø'),
    ("Ugrave", 'Ù'),
    ("Uacute", 'Ú'),
    ("Ucirc", 'Û'),
    ("Uuml", 'Ü'),
    ("Yacute", 'Ý'),
    ("THORN", 'Þ'),
    ("szlig", 'ß'),
    ("agrave", 'à'),
    ("aacute", 'á'),
    ("acirc", 'â'),
    ("atilde", 'ã'),
    ("auml", 'ä'),
    ("aring", 'å'),
    ("aelig", 'æ'),
    ("ccedil", 'ç'),
    ("egrave", 'è'),
    ("eacute", 'é'),
    ("ecirc", 'ê'),
    ("euml", 'ë'),
    ("igrave", 'ì'),
    ("iacute", 'í'),
    ("icirc", 'î'),
    ("iuml", 'ï'),
    ("eth", 'ð'),
    ("ntilde", 'ñ'),
    ("ograve", 'ò'),
    ("oacute", 'ó'),
    ("ocirc", 'ô'),
    ("otilde", 'õ'),
    ("ouml", 'ö'),
    ("divide", '÷'),
    ("oslash", 'ø'),
    ("ugrave", 'ù'),
    ("uacute", 'ú'),
    ("ucirc", 'û'),
    ("uuml", 'ü'),
    ("yacute", 'ý'),
    ("thorn", 'þ'),
    ("yuml", 'ÿ'),
    ("OElig", 'Œ'),
    ("oelig", 'œ'),
    ("Scaron", 'Š'),
    ("scaron", 'š'),
    ("Yuml", 'Ÿ'),
    ("fnof", 'ƒ'),
    ("ensp", '\u{2002}'),
    ("emsp", '\u{2003}'),
    ("thinsp", '\u{2009}'),
    ("zwnj", '\u{200C}'),
    ("zwj", '\u{200D}'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("sbquo", '‚'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("bdquo", '„'),
    ("dagger", '†'),
    ("Dagger", '‡'),
    ("bull", '•'),
    ("hellip", '…'),
    ("permil", '‰'),
    ("prime", '′'),
    ("Prime", '″'),
    ("lsaquo", '‹'),
    ("rsaquo", '›'),
    ("euro", '€'),
    ("trade", '™'),
    ("larr", '←'),
    ("uarr", '↑'),
    ("rarr", '→'),
    ("darr", '↓'),
    ("harr", '↔'),
    ("minus", '−'),
    ("ne", '≠'),
    ("le", '≤'),
    ("ge", '≥'),
    ("asymp", '≈'),
    ("infin", '∞'),
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_certainly_markup_goes_and_the_rest_stays() {
        for (text, expected) in [
            (
                "<p>Keeps <b>every</b> parcel.<br/>And letters.</p>",
                "\nKeeps every parcel.\nAnd letters.\n",
            ),
            ("<ul><li>maps</li><li>plans</li></ul>", "\n\nmaps\n\nplans\n\n"),
            ("Post &amp; Parcels", "Post & Parcels"),
            ("Post &amp;amp; Parcels", "Post & Parcels"),
            ("&lt;p&gt;Post&lt;/p&gt;", "\nPost\n"),
            ("&amp;lt;b&amp;gt;Post&amp;lt;/b&amp;gt;", "Post"),
            ("&#233;t&#xE9; &rsquo;", "été ’"),
            ("<a href=\"https://example.org/?a>b\">here</a>", "here"),
            ("a<script>alert(1 < 2)</script>b", "ab"),
            ("<script>alert(1)</script>", "<script>alert(1)</script>"),
            ("a<!-- hidden --> b", "a b"),
            ("Reads List<String>, Vec<i>, Map<a, b>", "Reads List<String>, Vec<i>, Map<a, b>"),
            ("a < b and c > d; x <b and c> y", "a < b and c > d; x <b and c> y"),
            ("R&D, AT&T; &copy 2020, &nothing;", "R&D, AT&T; &copy 2020, &nothing;"),
            ("C++ <https://example.org/>", "C++ <https://example.org/>"),
            ("Writes `<b>x</b> &amp;` and <b>y</b>", "Writes `<b>x</b> &amp;` and y"),
            ("It`s <i>it</i>", "It`s it"),
            ("&#0;&#55296;&#99999999;", "\0&#55296;&#99999999;"),
        ] {
            assert_eq!(without(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "[<>/&;a-cilmpt#\"'` =é!-]{0,60}") {
            without(&text);
        }

        #[test]
        fn a_text_without_signs_stays(text in "[a-zA-Z0-9 .,#+é\n]{0,60}") {
            prop_assert_eq!(without(&text), text.as_str());
        }
    }
}
