//! The feed of findings, as a reader of feeds takes it: RFC 4287.

use std::collections::BTreeSet;

use fedcat::formats::{Code, Finding};
use fedcat::store::findings;

use super::pages::{SOURCE, rich};
use super::support::redacted::redacted;
use super::*;

/// An element of a document, read strictly.
#[derive(Debug)]
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    children: Vec<Element>,
    text: String,
}

impl Element {
    fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a Self> + use<'a> {
        let name = name.to_owned();
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of the one child with this name.
    fn one(&self, name: &str) -> &str {
        let all: Vec<&Self> = self.all(name).collect();
        assert_eq!(all.len(), 1, "{} has one {name}", self.name);
        &all[0].text
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn links(&self, rel: &str) -> Vec<&str> {
        let links = self.all("link").filter(|link| link.attribute("rel") == Some(rel));
        links.map(|link| link.attribute("href").expect("an address")).collect()
    }
}

/// Reads a document that has no comments, no CDATA and no declarations but the first line.
fn read(document: &str) -> Element {
    let rest = document.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>").expect("a head");
    assert!(document.chars().all(|c| c >= ' ' || matches!(c, '\n' | '\t')), "{document:?}");
    let mut rest = rest.trim_start();
    let root = element(&mut rest);
    assert_eq!(rest.trim(), "", "one root");
    root
}

fn element(rest: &mut &str) -> Element {
    let (head, after) =
        rest.strip_prefix('<').expect("an element").split_once('>').expect("an end of the tag");
    *rest = after;
    let (head, is_empty) = head.strip_suffix('/').map_or((head, false), |head| (head, true));
    let (name, mut tail) = head.split_once(' ').unwrap_or((head, ""));
    let mut attributes = Vec::new();
    while let Some((key, value)) = tail.split_once("=\"") {
        let (value, more) = value.split_once('"').expect("the end of a value");
        attributes.push((key.trim().to_owned(), unescaped(value)));
        tail = more;
    }
    assert_eq!(tail.trim(), "", "attributes: {head}");
    let mut found =
        Element { name: name.to_owned(), attributes, children: Vec::new(), text: String::new() };
    if is_empty {
        return found;
    }
    loop {
        let (text, _) = rest.split_once('<').expect("an end of the element");
        found.text.push_str(&unescaped(text));
        *rest = rest.strip_prefix(text).expect("the text");
        if let Some(after) = rest.strip_prefix(&format!("</{name}>")) {
            *rest = after;
            break;
        }
        found.children.push(element(rest));
    }
    found
}

fn unescaped(text: &str) -> String {
    let mut parts = text.split('&');
    let mut out = parts.next().expect("a part").to_owned();
    for part in parts {
        let (name, after) = part.split_once(';').expect("a reference");
        out.push(match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "#13" => '\r',
            other => panic!("&{other};"),
        });
        out.push_str(after);
    }
    assert!(!text.contains('>') && !text.contains('"'), "{text}");
    out
}

/// What RFC 4287 demands of a feed (4.1.1) and its entries (4.1.2), and what readers rely on.
fn valid(document: &str) -> Element {
    let feed = read(document);
    assert_eq!(feed.name, "feed");
    assert_eq!(feed.attribute("xmlns"), Some("http://www.w3.org/2005/Atom"));
    let is_time = |text: &str| text.parse::<DateTime<Utc>>().is_ok() && text.contains('T');
    for part in std::iter::once(&feed).chain(feed.all("entry")) {
        assert!(url::Url::parse(part.one("id")).is_ok(), "an IRI: {}", part.one("id"));
        assert!(!part.one("title").trim().is_empty());
        assert!(is_time(part.one("updated")), "{}", part.one("updated"));
        assert_eq!(part.links("alternate").len(), 1, "one page");
        for link in part.all("link").filter_map(|link| link.attribute("href")) {
            assert!(url::Url::parse(link).is_ok(), "{link}");
        }
    }
    let authors: Vec<&Element> = feed.all("author").collect();
    assert_eq!(authors.len(), 1, "of the feed, and so of its entries");
    assert!(!authors[0].one("name").is_empty());
    assert_eq!(feed.links("self"), [feed.one("id")]);
    let mut ids = BTreeSet::new();
    for entry in feed.all("entry") {
        assert!(ids.insert(entry.one("id").to_owned()), "each entry once");
        assert!(is_time(entry.one("published")));
        assert!(entry.one("updated") <= feed.one("updated"));
        assert!(entry.all("category").all(|one| one.attribute("term").is_some()));
        assert!(entry.all("summary").count() <= 1);
    }
    feed
}

async fn feed(app: &App) -> Answer {
    app.get(&format!("/sources/{SOURCE}/findings.atom")).await
}

#[tokio::test]
async fn the_feed_is_what_the_standard_asks_for() {
    let app = rich().await;
    let answer = feed(&app).await;
    assert_eq!(answer.headers[header::CONTENT_TYPE], "application/atom+xml; charset=utf-8");
    let found = valid(&answer.body);
    assert_eq!(found.all("entry").count(), 5);
    insta::assert_snapshot!("console_feed", redacted(&answer.body));
    let tag = answer.headers[header::ETAG].to_str().expect("a tag");
    let path = format!("/sources/{SOURCE}/findings.atom");
    let again = app.get_with(&path, &[(header::IF_NONE_MATCH, tag)]).await;
    assert_eq!(again.status, 304);
    assert!(
        !answer.headers.contains_key(header::VARY)
            || !answer.headers[header::VARY].to_str().expect("text").contains("Cookie")
    );
    let empty = app.get("/sources/fr-autre/findings.atom").await;
    assert_eq!(valid(&empty.body).all("entry").count(), 0);
    assert_eq!(app.get("/sources/nothing/findings.atom").await.status, 404);
}

#[tokio::test]
async fn a_finding_keeps_its_id_when_it_is_closed_and_when_it_comes_back() {
    let app = rich().await;
    let entry = async || {
        let feed = valid(&feed(&app).await.body);
        let entry = feed.all("entry").next().expect("an entry");
        (entry.one("id").to_owned(), entry.one("title").to_owned(), entry.one("updated").to_owned())
    };
    let sync = async |found: &[(String, Finding)], time: &str| {
        let tx = app.store.write().await.expect("a transaction");
        let looked_at = ["77".to_owned()];
        findings::sync(&tx, SOURCE, &looked_at, found, at(time)).await.expect("kept");
        tx.commit().await.expect("committed");
    };
    sync(&[], "2026-11-01T00:00:00Z").await;
    let (id, title, updated) = entry().await;
    assert_eq!(title, "Closed: name-missing, entry 77");
    assert_eq!(updated, "2026-11-01T00:00:00Z");
    let back = [("77".to_owned(), Finding::new(Code::NameMissing, "nome", "there is none"))];
    sync(&back, "2026-11-02T00:00:00Z").await;
    let again = entry().await;
    assert_eq!(
        again,
        (id, "Open: name-missing, entry 77".to_owned(), "2026-11-02T00:00:00Z".to_owned())
    );
}

#[tokio::test]
async fn no_text_of_a_source_breaks_the_feed() {
    let app = rich().await;
    let hostile = "]]></summary><entry>&amp;\u{1}\u{1b}\u{ffff}\r\n\"'é\u{1F600}";
    let id = format!("<{hostile}>&");
    let finding = Finding::new(Code::NameMissing, format!("a{hostile}"), hostile);
    let tx = app.store.write().await.expect("a transaction");
    let found = [(id.clone(), finding)];
    findings::sync(&tx, SOURCE, &[id], &found, at("2026-11-01T00:00:00Z")).await.expect("kept");
    tx.commit().await.expect("committed");
    let found = valid(&feed(&app).await.body);
    let first = found.all("entry").next().expect("an entry");
    assert!(first.one("summary").contains("]]></summary><entry>&amp;\r\n\"'é\u{1F600}"));
}
