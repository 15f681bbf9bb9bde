//! Markdown from sources as HTML that can do no harm. The only place where HTML is made of
//! foreign text, and the only type that templates print unescaped.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt;

use ammonia::{Builder, UrlRelative};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

/// Elements inside each other; what is deeper is shown at this depth. The time for cleaning grows
/// with the square of the depth.
const DEEPEST: usize = 16;
/// Characters that are shown; the API has all.
const LONGEST: usize = 20_000;

/// HTML that has been cleaned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SafeHtml(String);

impl SafeHtml {
    /// Reads Markdown. Raw HTML in it is shown as text, images become their description, and
    /// headings are lowered below those of the page.
    pub fn from_markdown(source: &str) -> Self {
        let source: Cow<'_, str> = match source.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("{}…", source.get(..end).unwrap_or_default()).into(),
            None => source.into(),
        };
        let mut depth = 0;
        let events = Parser::new_ext(&source, Options::ENABLE_TABLES)
            .filter_map(tame)
            .filter(|event| is_shallow(event, &mut depth));
        let mut unsafe_html = String::new();
        html::push_html(&mut unsafe_html, events);
        Self(clean(&unsafe_html))
    }
}

fn is_shallow(event: &Event<'_>, depth: &mut usize) -> bool {
    match event {
        Event::Start(_) => {
            *depth += 1;
            *depth <= DEEPEST
        }
        Event::End(_) => {
            *depth = depth.saturating_sub(1);
            *depth < DEEPEST
        }
        _ => true,
    }
}

impl fmt::Display for SafeHtml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for SafeHtml {}

fn tame(event: Event<'_>) -> Option<Event<'_>> {
    Some(match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => return None,
        Event::Start(Tag::Heading { level, .. }) => Event::Start(Tag::Heading {
            level: lowered(level),
            id: None,
            classes: Vec::new(),
            attrs: Vec::new(),
        }),
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(lowered(level))),
        other => other,
    })
}

/// The section itself is a second-level heading.
fn lowered(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 | HeadingLevel::H2 | HeadingLevel::H3 => HeadingLevel::H3,
        other => other,
    }
}

fn clean(html: &str) -> String {
    let tags = [
        "p",
        "br",
        "ul",
        "ol",
        "li",
        "strong",
        "em",
        "code",
        "pre",
        "blockquote",
        "a",
        "hr",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    ];
    Builder::empty()
        .tags(HashSet::from(tags))
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"]))]))
        .url_schemes(HashSet::from(["http", "https"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("nofollow noopener noreferrer"))
        .clean(html)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_is_bounded() {
        for one in [">", "- ", "*", "[", "![", "`", "<div>", "| ", "> - "] {
            let html = SafeHtml::from_markdown(&one.repeat(100_000)).to_string();
            assert!(html.matches("<blockquote>").count() <= DEEPEST, "{one}");
        }
    }

    #[test]
    fn markdown_becomes_html_that_can_do_no_harm() {
        for (markdown, html) in [
            ("a *b*\n\n- c", "<p>a <em>b</em></p>\n<ul>\n<li>c</li>\n</ul>"),
            ("# Title", "<h3>Title</h3>"),
            (
                "[here](https://example.org)",
                "<p><a href=\"https://example.org\" rel=\"nofollow noopener noreferrer\">here</a></p>",
            ),
            ("[x](javascript:alert(1))", "<p><a rel=\"nofollow noopener noreferrer\">x</a></p>"),
            ("[x](/software)", "<p><a rel=\"nofollow noopener noreferrer\">x</a></p>"),
            ("![logo](https://example.org/l.png)", "<p>logo</p>"),
            ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
            ("a <img src=x onerror=alert(1)>", "<p>a &lt;img src=x onerror=alert(1)&gt;</p>"),
        ] {
            assert_eq!(SafeHtml::from_markdown(markdown).to_string().trim(), html, "{markdown}");
        }
    }
}
