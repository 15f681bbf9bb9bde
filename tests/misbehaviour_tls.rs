//! Servers that cannot show who they are, and ways out of an encrypted connection. The binary is
//! run as an operator runs it, with an authority of its own in place of those of the system. Each
//! time: what the run says, what the finding says, and that the catalogue serves what it served
//! before.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "helpers of tests are tests")]

mod support;

use std::path::Path;
use std::process::Command;

use fedcat::store::entity::source::Model;
use fedcat::store::{Store, findings, runs};
use serde_json::json;
use support::fixture::tls::{Authority, Identity};
use support::fixture::{Fixture, Reply};
use support::listing::catalogue;
use support::misbehaviour::{ENTRIES, served};
use support::{put_source, source};

/// Who runs the binary, and looks into its database.
struct Operator {
    store: Store,
    folder: tempfile::TempDir,
}

impl Operator {
    async fn new(trusted: &Authority) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("trusted.pem"), trusted.pem()).expect("written");
        let url = format!("sqlite://{}", folder.path().join("fedcat.db").display());
        let store = Store::open(&url).await.expect("a database");
        store.migrate().await.expect("migrations");
        Self { store, folder }
    }

    /// Harvests a server without fault, and returns what is served then.
    async fn harvests_well(&self, server: &Fixture) -> String {
        let told = self.harvests(&format!("{}/list", server.url), &[&server.host]).await;
        assert_eq!(told, "succeeded : ");
        let served = served(&self.store).await;
        assert_eq!(served.lines().count(), 20);
        served
    }

    /// The source is the server again, and nothing of it was lost.
    async fn still_serves(&self, before: &str, server: &Fixture) {
        put_source(&self.store, at_server(&format!("{}/list", server.url), &[&server.host])).await;
        assert!(served(&self.store).await == before, "something was lost");
    }

    /// What is told of a harvest: the state, the codes of the findings, the reason.
    async fn harvests(&self, url: &str, allow: &[&str]) -> String {
        put_source(&self.store, at_server(url, allow)).await;
        let folder = self.folder.path().to_owned();
        let ended = tokio::task::spawn_blocking(move || harvest(&folder)).await;
        ended.expect("it ran");
        let run = runs::list(self.store.read(), Some("fr-test"), None, 1).await.expect("runs");
        let open = findings::open(self.store.read(), Some("fr-test"), None, Some(""), None, 9);
        let codes: Vec<String> =
            open.await.expect("findings").into_iter().map(|one| one.code).collect();
        let reason = run[0].reason.clone().unwrap_or_default().replace(url, "SOURCE");
        format!("{} {}: {reason}", run[0].state, codes.join(" "))
    }
}

fn at_server(url: &str, allow: &[&str]) -> Model {
    let options = json!({ "allow": allow }).to_string();
    Model { options, ..source("fr-test", "catalogi", url, "") }
}

fn harvest(folder: &Path) {
    let ended = Command::new(env!("CARGO_BIN_EXE_fedcat"))
        .current_dir(folder)
        .args(["harvest", "fr-test"])
        .env("FEDCAT__DATABASE__URL", "sqlite://fedcat.db")
        .env("FEDCAT__HARVEST__RETRIES", "0")
        .env("SSL_CERT_FILE", folder.join("trusted.pem"))
        .env_remove("SSL_CERT_DIR")
        .output();
    ended.expect("it runs");
}

async fn server(identity: &Identity) -> Fixture {
    let fixture = Fixture::start_tls(identity).await;
    fixture.set("/list", Reply::json(catalogue(ENTRIES)));
    fixture
}

#[tokio::test]
async fn only_a_server_that_shows_a_valid_certificate_is_read() {
    let (trusted, unknown) = (Authority::new("One"), Authority::new("Another"));
    let operator = Operator::new(&trusted).await;
    let good = server(&trusted.certify("localhost")).await;
    let own = operator.harvests_well(&good).await;

    for (what, identity, reason) in [
        ("signed by nobody we know", unknown.certify("localhost"), "UnknownIssuer"),
        (
            "of another host",
            trusted.certify("catalogue.example.org"),
            "certificate not valid for name \"localhost\"",
        ),
        ("run out", trusted.certify_until_2002("localhost"), "certificate expired"),
    ] {
        let bad = server(&identity).await;
        let told = operator.harvests(&format!("{}/list", bad.url), &[&bad.host]).await;
        let expected = format!(
            "failed listing-certificate: SOURCE does not show a certificate that can be trusted: \
             {reason}"
        );
        assert!(told.starts_with(&expected), "{what}: {told}");
        assert!(bad.asked().is_empty(), "{what}: it was asked nothing");
    }
    let plain = Fixture::start().await;
    let told = operator.harvests(&format!("https://{}/list", plain.host), &[&plain.host]).await;
    assert!(told.starts_with("failed listing-unreachable: SOURCE cannot be reached: "), "{told}");
    assert!(plain.asked().is_empty());
    operator.still_serves(&own, &good).await;
}

#[tokio::test]
async fn no_redirect_leads_out_of_an_encrypted_connection() {
    let trusted = Authority::new("One");
    let operator = Operator::new(&trusted).await;
    let encrypted = server(&trusted.certify("localhost")).await;
    let own = operator.harvests_well(&encrypted).await;

    let plain = Fixture::start().await;
    plain.set("/list", Reply::json(catalogue([1])));
    let hosts = [encrypted.host.as_str(), plain.host.as_str()];
    let (up, down) = (format!("{}/down", encrypted.url), format!("{}/list", plain.url));
    encrypted.set("/down", Reply::redirect(&down));
    plain.set("/up", Reply::redirect(&up));
    let refused = |from: &str| {
        format!(
            "failed listing-refused-address: {down} is not an address that can be fetched: {from} \
             redirects from https to http"
        )
    };
    assert_eq!(operator.harvests(&up, &hosts).await, refused("SOURCE"));
    // Not even where the source's own address is not encrypted.
    let told = operator.harvests(&format!("{}/up", plain.url), &hosts).await;
    assert_eq!(told, refused(&up));
    assert_eq!(plain.asked(), ["/up"]);
    operator.still_serves(&own, &encrypted).await;
}
