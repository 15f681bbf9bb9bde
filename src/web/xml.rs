//! Text in XML. Templates whose names end in `.xml` are written with it (`askama.toml`).

use std::fmt::{self, Write};

use askama::filters::Escaper;

/// Text for content and attributes.
#[derive(Debug, Clone, Copy)]
pub struct Xml;

impl Escaper for Xml {
    fn write_escaped_str<W: Write>(&self, mut out: W, text: &str) -> fmt::Result {
        text.chars().filter(|c| is_allowed(*c)).try_for_each(|c| match c {
            '&' => out.write_str("&amp;"),
            '<' => out.write_str("&lt;"),
            '>' => out.write_str("&gt;"),
            '"' => out.write_str("&quot;"),
            // As it is, a reader would turn it into a line's end.
            '\r' => out.write_str("&#13;"),
            _ => out.write_char(c),
        })
    }
}

/// Whether XML 1.0 has a way to write a character; of the others nothing is left.
fn is_allowed(c: char) -> bool {
    !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn escaped(text: &str) -> String {
        let mut out = String::new();
        Xml.write_escaped_str(&mut out, text).expect("a string takes all");
        out
    }

    /// What a reader of XML makes of it.
    fn read(text: &str) -> String {
        text.replace("&#13;", "\r")
            .replace("&quot;", "\"")
            .replace("&gt;", ">")
            .replace("&lt;", "<")
            .replace("&amp;", "&")
    }

    #[test]
    fn any_text_can_be_written() {
        for (text, expected) in [
            ("a & b <c> \"d\" 'e'", "a &amp; b &lt;c&gt; &quot;d&quot; 'e'"),
            ("]]>", "]]&gt;"),
            ("\u{0}\u{1}\u{b}\u{1b}\u{ffff}x\u{fffe}", "x"),
            ("a\nb\tc\rd", "a\nb\tc&#13;d"),
            ("\u{85}é\u{1F600}", "\u{85}é\u{1F600}"),
        ] {
            assert_eq!(escaped(text), expected, "{text:?}");
        }
    }

    proptest! {
        /// The production `Char` of XML 1.0 is all that is written, no mark stands bare, and a
        /// reader has the text back but for what XML cannot hold.
        #[test]
        fn what_is_written_is_xml_and_means_the_text(text in any::<String>()) {
            let written = escaped(&text);
            let is_char = |c: char| matches!(c,
                '\t' | '\n' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
            prop_assert!(written.chars().all(is_char));
            prop_assert!(!written.contains(['<', '>', '"']));
            let kept: String = text.chars().filter(|c| is_char(*c) || *c == '\r').collect();
            prop_assert_eq!(read(&written), kept);
        }
    }
}
