//! Feeds in Atom (RFC 4287). Pure.

use std::fmt::Write;

use chrono::{DateTime, SecondsFormat, Utc};

/// A feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// Stays the same for ever: an address.
    pub id: String,
    pub title: String,
    /// Where the feed itself is.
    pub own_address: String,
    /// The page about the same.
    pub page: String,
    pub author: String,
    /// The language of its texts.
    pub lang: &'static str,
    /// When something last changed in it.
    pub updated: DateTime<Utc>,
    pub entries: Vec<Entry>,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Stays the same for ever.
    pub id: String,
    pub title: String,
    pub published: DateTime<Utc>,
    pub updated: DateTime<Utc>,
    pub page: String,
    pub category: String,
    pub summary: String,
}

impl Feed {
    /// The document.
    pub fn write(&self) -> String {
        let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        let lang = escape(self.lang);
        let _ = writeln!(xml, "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{lang}\">");
        element(&mut xml, "id", &self.id);
        element(&mut xml, "title", &self.title);
        element(&mut xml, "updated", &time(self.updated));
        let _ = writeln!(xml, "<author><name>{}</name></author>", escape(&self.author));
        link(&mut xml, "self", "application/atom+xml", &self.own_address);
        link(&mut xml, "alternate", "text/html", &self.page);
        for entry in &self.entries {
            entry.write(&mut xml);
        }
        xml.push_str("</feed>\n");
        xml
    }
}

impl Entry {
    fn write(&self, xml: &mut String) {
        xml.push_str("<entry>\n");
        element(xml, "id", &self.id);
        element(xml, "title", &self.title);
        element(xml, "published", &time(self.published));
        element(xml, "updated", &time(self.updated));
        link(xml, "alternate", "text/html", &self.page);
        let _ = writeln!(xml, "<category term=\"{}\"/>", escape(&self.category));
        element(xml, "summary", &self.summary);
        xml.push_str("</entry>\n");
    }
}

fn element(xml: &mut String, name: &str, text: &str) {
    let _ = writeln!(xml, "<{name}>{}</{name}>", escape(text));
}

fn link(xml: &mut String, rel: &str, media_type: &str, address: &str) {
    let address = escape(address);
    let _ = writeln!(xml, "<link rel=\"{rel}\" type=\"{media_type}\" href=\"{address}\"/>");
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Text for content and attributes. XML has no way to write some characters: they are left out.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(c),
            // As they are, a reader would turn these into a line's end or nothing.
            '\r' => out.push_str("&#13;"),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_can_be_written() {
        for (text, expected) in [
            ("a & b <c> \"d\" 'e'", "a &amp; b &lt;c&gt; &quot;d&quot; 'e'"),
            ("]]>", "]]&gt;"),
            ("\u{0}\u{1}\u{b}\u{1b}\u{ffff}x\u{fffe}", "x"),
            ("a\nb\tc\rd", "a\nb\tc&#13;d"),
            ("\u{85}é\u{1F600}", "\u{85}é\u{1F600}"),
        ] {
            assert_eq!(escape(text), expected, "{text:?}");
        }
    }
}
