//! Where a source may lead a harvest: never into the network that the server stands in, never out
//! of an encrypted connection, never to a server that cannot show who it is. Each time: what the
//! run says, what the finding says, and that the catalogue serves what it served before.
#![expect(clippy::expect_used, reason = "helpers of tests are tests")]

mod support;

use std::io;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use fedcat::outbound::{Credential, Fetched, Fetcher, Lookup, Politeness, Request, SystemLookup};
use fedcat::store::entity::source::Model;
use fedcat::store::sources;
use reqwest::header::{HeaderName, HeaderValue};
use serde_json::json;
use support::fixture::{Fixture, Reply};
use support::listing::{PATH, catalogue};
use support::misbehaviour::{ENTRIES, Source, patient};
use support::put_source;
use support::stores::on_each;
use url::Url;

/// An address that is public by its form, and that nobody announces: nothing is ever sent there.
const NOWHERE: &str = "3ffe::1";

/// Answers as it is told, one answer a question, the last one for ever.
#[derive(Debug)]
struct Told {
    answers: Mutex<Vec<Vec<IpAddr>>>,
    asked: AtomicUsize,
}

impl Told {
    fn names(answers: &[&[&str]]) -> Arc<Self> {
        let address = |text: &&str| text.parse().expect("an address");
        let answers = answers.iter().rev().map(|one| one.iter().map(address).collect()).collect();
        Arc::new(Self { answers: Mutex::new(answers), asked: AtomicUsize::new(0) })
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Lookup for Told {
    async fn look_up(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let mut answers = self.answers.lock().expect("not poisoned");
        let next = if answers.len() > 1 { answers.pop() } else { answers.last().cloned() };
        next.ok_or_else(|| io::Error::other("no such host"))
    }
}

/// The source at another address, which has nothing to allow but what it is given.
async fn moved(source: &Source, url: &str, allow: &[&str]) {
    let row = sources::get(source.store.read(), "fr-test").await.expect("the source");
    let options = json!({ "allow": allow }).to_string();
    put_source(&source.store, Model { url: Some(url.to_owned()), options, ..row }).await;
}

#[tokio::test]
async fn a_private_address_is_refused_however_it_is_written() {
    on_each(|store| async move {
        let source = Source::harvested(&store).await;
        let before = source.fixture.asked().len();
        for (written, understood) in [
            ("127.0.0.1", "127.0.0.1"),
            ("10.0.0.1", "10.0.0.1"),
            ("192.168.0.1", "192.168.0.1"),
            ("169.254.169.254", "169.254.169.254"),
            ("100.64.0.1", "100.64.0.1"),
            ("0.0.0.0", "0.0.0.0"),
            ("127.0.0.1.", "127.0.0.1"),
            // One number, hexadecimal, octal, short, full-width digits, percent-encoded.
            ("2130706433", "127.0.0.1"),
            ("0x7f.1", "127.0.0.1"),
            ("0x7f000001", "127.0.0.1"),
            ("0177.0.0.1", "127.0.0.1"),
            ("017700000001", "127.0.0.1"),
            ("127.1", "127.0.0.1"),
            ("１２７.０.０.１", "127.0.0.1"),
            ("%31%32%37.0.0.1", "127.0.0.1"),
            ("0", "0.0.0.0"),
            ("[::1]", "[::1]"),
            ("[::]", "[::]"),
            ("[fe80::1]", "[fe80::1]"),
            ("[fd00::1]", "[fd00::1]"),
            // IPv4-mapped, IPv4-compatible, NAT64 (well-known and local), 6to4, Teredo.
            ("[::ffff:127.0.0.1]", "[::ffff:7f00:1]"),
            ("[::ffff:a9fe:a9fe]", "[::ffff:a9fe:a9fe]"),
            ("[::127.0.0.1]", "[::7f00:1]"),
            ("[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]"),
            ("[64:ff9b:1::1]", "[64:ff9b:1::1]"),
            ("[2002:7f00:1::]", "[2002:7f00:1::]"),
            ("[2001::1]", "[2001::1]"),
        ] {
            let expected = format!(
                "failed, 0 read; listing-refused-address: http://{understood}:8080/x is not an \
                 address that can be fetched: its address is not public"
            );
            let address = format!("http://{written}:8080/x");
            let redirected = source.fails(Reply::redirect(&address)).await;
            assert_eq!(redirected, expected, "a redirect to {written}");
            moved(&source, &address, &[]).await;
            let own = source.harvested_again().await.of_failure();
            assert_eq!(own, expected, "{written}");
            moved(&source, &format!("{}{PATH}", source.fixture.url), &[&source.fixture.host]).await;
        }
        let asked = source.fixture.asked();
        assert!(asked.len() > before && asked.iter().all(|path| path == PATH), "{asked:?}");
    })
    .await;
}

#[tokio::test]
async fn a_name_is_as_public_as_its_addresses() {
    on_each(|store| async move {
        let mut source = Source::harvested(&store).await;
        let (_, port) = source.fixture.host.rsplit_once(':').expect("a port");
        let url = format!("http://catalogue.test:{port}{PATH}");
        source.fixture.set(PATH, Reply::json(catalogue(ENTRIES)));
        let before = source.fixture.asked().len();
        let private = format!(
            "failed, 0 read; listing-refused-address: {url} is not an address that can be \
             fetched: catalogue.test has no public address"
        );
        let unreachable = "failed, 0 read; listing-unreachable";
        for (what, answers, expected) in [
            ("a private one", vec![["127.0.0.1"].as_slice()], private.as_str()),
            ("several private ones", vec![["127.0.0.1", "::1", "10.0.0.1"].as_slice()], &private),
            ("a mapped one", vec![["::ffff:127.0.0.1"].as_slice()], &private),
            ("no address at all", vec![[].as_slice()], &private),
            ("no answer", vec![], unreachable),
            ("a public and a private one", vec![["127.0.0.1", NOWHERE].as_slice()], unreachable),
            // Whoever checks one answer and connects to the next is led into the own network.
            (
                "a public one, then a private one",
                vec![[NOWHERE].as_slice(), ["127.0.0.1"].as_slice()],
                unreachable,
            ),
        ] {
            let names = Told::names(&answers);
            source.harvester.names = Arc::clone(&names) as Arc<dyn Lookup>;
            moved(&source, &url, &[]).await;
            let told = source.harvested_again().await.of_failure();
            assert!(told.starts_with(expected), "{what}: {told}");
            assert_eq!(names.asked(), 1, "{what}: the answer that is checked is the only one");
        }
        assert_eq!(source.fixture.asked().len(), before, "nothing came in");

        // The operator may allow it by name and port: then it is asked under that name.
        let names = Told::names(&[&["127.0.0.1"]]);
        source.harvester.names = names;
        moved(&source, &url, &[&format!("catalogue.test:{port}")]).await;
        let told = source.harvested_again().await;
        assert_eq!((told.run.state.as_str(), told.run.unchanged), ("succeeded", 20));
        let asked = source.fixture.requests();
        assert_eq!(asked.last().expect("a request").header("host"), url.split('/').nth(2));
    })
    .await;
}

#[tokio::test]
async fn what_is_allowed_is_one_port_of_one_host() {
    on_each(|store| async move {
        let mut source = Source::harvested(&store).await;
        source.harvester.names = Told::names(&[&["127.0.0.1"]]);
        let other = Fixture::start().await;
        other.set("/x", Reply::json(catalogue(ENTRIES)));
        let (_, port) = source.fixture.host.rsplit_once(':').expect("a port");
        let refused = |url: &str, reason: &str| {
            format!(
                "failed, 0 read; listing-refused-address: {url} is not an address that can be \
                 fetched: {reason}"
            )
        };
        let not_public = "its address is not public";
        for (to, expected) in [
            (format!("{}/x", other.url), refused(&format!("http://{}/x", other.host), not_public)),
            (
                format!("http://[::ffff:127.0.0.1]:{port}/x"),
                refused(&format!("http://[::ffff:7f00:1]:{port}/x"), not_public),
            ),
            (
                format!("http://localhost:{port}/x"),
                refused(&format!("http://localhost:{port}/x"), "localhost has no public address"),
            ),
            (
                format!("http://localhost.:{port}/x"),
                refused(&format!("http://localhost.:{port}/x"), "localhost. has no public address"),
            ),
            (
                format!("http://someone:secret@127.0.0.1:{port}/x"),
                refused("http://HOST/x", "it holds a user name or a password"),
            ),
            (
                "ftp://127.0.0.1/x".to_owned(),
                refused("ftp://127.0.0.1/x", "the scheme ftp is not http or https"),
            ),
            (
                "file:///etc/passwd".to_owned(),
                refused("file:///etc/passwd", "the scheme file is not http or https"),
            ),
            (
                "data:application/json,[]".to_owned(),
                refused("data:application/json,[]", "the scheme data is not http or https"),
            ),
        ] {
            assert_eq!(source.fails(Reply::redirect(&to)).await, expected);
        }
        assert!(other.asked().is_empty());
        assert!(source.fixture.asked().iter().all(|path| path == PATH));
    })
    .await;
}

#[tokio::test]
async fn redirects_end() {
    on_each(|store| async move {
        let source = Source::harvested(&store).await;
        let whole = || Reply::json(catalogue(ENTRIES));
        source.fixture.set("/a", Reply::redirect("/b"));
        source.fixture.set("/b", Reply::redirect("/a"));
        let too_many =
            "failed, 0 read; listing-refused-address: SOURCE redirects more than 5 times";
        for circle in [Reply::redirect(PATH), Reply::redirect("/a")] {
            let before = source.fixture.asked().len();
            source.fixture.set(PATH, circle.clone());
            let told = source.harvested_again().await;
            assert_eq!(told.of_failure(), too_many);
            assert_eq!(source.fixture.asked().len(), before + 6);
        }
        // Five are no circle, and an address may be written as people write it.
        for (hop, to) in [("/1", "/2"), ("/2", "/3"), ("/3", "/4"), ("/4", "/catalogué")] {
            source.fixture.set(hop, Reply::redirect(to));
        }
        source.fixture.set("/catalogu%C3%A9", whole());
        let told = source.answers(Reply::redirect("/1")).await;
        assert_eq!((told.run.state.as_str(), told.run.unchanged), ("succeeded", 20));
        // An address without end fills neither the run nor the finding.
        let told =
            source.answers(Reply::redirect(&format!("ftp://x/{}", "y".repeat(20_000)))).await;
        assert!(told.of_failure().len() < 500 && told.reason.len() < 500);
    })
    .await;
}

#[tokio::test]
async fn another_server_gets_the_request_but_not_the_key() {
    let (own, other) = (Fixture::start().await, Fixture::start().await);
    let elsewhere = format!("{}/moved", other.url);
    own.set("/list", Reply::redirect(&elsewhere));
    other.set("/moved", Reply::json("[]"));
    let url = Url::parse(&format!("{}/list", own.url)).expect("an address");
    let names: Arc<dyn Lookup> = Arc::new(SystemLookup);
    let fetcher = Fetcher::new(
        vec![own.host.clone(), other.host.clone()],
        true,
        "https://fedcat.example.org/about",
        patient(),
        Arc::new(Politeness::default()),
        &names,
    );
    let fetcher = fetcher.expect("a client").with_credential(Some(Credential {
        origin: url.origin(),
        name: HeaderName::from_static("x-api-key"),
        value: HeaderValue::from_static("secret"),
    }));
    let fetched = fetcher.get(&Request::new(url, "JSON")).await.expect("an answer");
    let Fetched::Document(document) = fetched else { panic!("a document: {fetched:?}") };
    assert_eq!(document.url.as_str(), elsewhere);
    assert_eq!(own.requests()[0].header("x-api-key"), Some("secret"));
    let asked = &other.requests()[0];
    assert_eq!(asked.header("x-api-key"), None);
    let agent = asked.header("user-agent").expect("who we are");
    assert!(agent.starts_with("Fedcat/") && agent.contains("https://fedcat.example.org/about"));
}

#[tokio::test]
async fn a_source_may_move_to_another_server_that_may_be_asked() {
    on_each(|store| async move {
        let source = Source::harvested(&store).await;
        let other = Fixture::start().await;
        other.set("/moved", Reply::json(catalogue(ENTRIES)));
        let url = format!("{}{PATH}", source.fixture.url);
        moved(&source, &url, &[&source.fixture.host, &other.host]).await;
        let told = source.answers(Reply::redirect(&format!("{}/moved", other.url))).await;
        assert_eq!((told.run.state.as_str(), told.run.unchanged), ("succeeded", 20));
    })
    .await;
}
