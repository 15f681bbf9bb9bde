//! A small catalogue of invented software: a French and an Italian source that agree, differ and
//! contradict each other, and text that means harm.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use fedcat::catalogue::content::{
    Content, DevelopmentStatus, LicenceSlot, LicenceStatement, Maintenance, Organisation, Related,
    SupportProvider, Usage, UsageEvidence,
};
use fedcat::catalogue::text::{Lang, LocalizedText};
use fedcat::catalogue::urls::WebUrl;
use fedcat::digest::Digest;
use fedcat::formats::{Code, Finding, Withdrawal};
use fedcat::licence::{Context, normalise};
use fedcat::publish::index::{Follower, schema};
use fedcat::search::embedded::Embedded;
use fedcat::search::{SearchIndex, Synonyms};
use fedcat::store::catalogue::{Batch, Change, Raw, Statement, apply};
use fedcat::store::entity::{run, source};
use fedcat::store::pulse::Pulse;
use fedcat::store::{Store, findings, records, runs, sources};
use fedcat::web::AppState;
use serde_json::json;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// The address that the pages give as their own.
pub const PUBLIC_URL: &str = "https://catalogue.example.org";

/// A server's state over a database in a folder that lives as long as this.
pub struct Catalogue {
    pub state: AppState,
    _folder: TempDir,
}

/// The catalogue.
pub async fn catalogue() -> Catalogue {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}", folder.path().join("fedcat.db").display());
    let store = Store::open(&url).await.expect("a database");
    store.migrate().await.expect("migrations");
    fill(&store).await;
    let labels = Arc::new(fedcat::catalogue::needs::labels().expect("labels"));
    let index: Arc<dyn SearchIndex> = Arc::new(
        Embedded::new(schema().expect("a schema"), Synonyms::default()).expect("an engine"),
    );
    let state = AppState {
        store,
        index,
        labels,
        page_memory: Arc::default(),
        public_url: PUBLIC_URL.into(),
        contact: None,
        limits: Arc::default(),
        pulse: Pulse::default(),
        wake: Arc::default(),
        stopping: CancellationToken::new(),
    };
    let catalogue = Catalogue { state, _folder: folder };
    catalogue.reindex().await;
    catalogue
}

impl Catalogue {
    /// Makes the index hold what the store holds.
    pub async fn reindex(&self) {
        let state = self.state.clone();
        let follower = Follower { store: state.store, index: state.index, labels: state.labels };
        follower.rebuild().await.expect("an index");
    }

    /// The id of the software that a record describes.
    pub async fn id(&self, source: &str, external_id: &str) -> Uuid {
        let ids = [external_id.to_owned()];
        let known = records::software_of(self.state.store.read(), source, &ids).await.expect("ids");
        known[external_id]
    }
}

async fn fill(store: &Store) {
    let tx = store.write().await.expect("a transaction");
    for facts in [french(), italian(), closed()] {
        sources::put(&tx, facts).await.expect("a source");
    }
    put(
        &tx,
        "fr-exemple",
        "2026-03-01",
        vec![("12", colis_in_french()), ("13", hostile()), ("14", mappa_in_french())],
    )
    .await;
    put(&tx, "it-esempio", "2026-04-02", vec![("colis", colis_in_italian()), ("mappa", mappa())])
        .await;
    put(&tx, "it-esempio", "2026-04-03", vec![("vecchio", vecchio())]).await;
    withdraw(&tx, "it-esempio", "vecchio", "2026-05-04", "Sostituito da <Mappa>").await;
    withdraw(&tx, "fr-exemple", "14", "2026-05-05", "Hors périmètre").await;
    let found = [
        (
            "mappa".to_owned(),
            Finding::new(
                Code::InvalidUrl,
                "url",
                "found \"javascript:alert(1)\", expected http or https",
            ),
        ),
        (
            String::new(),
            Finding::new(Code::ListingCountDiffers, "", "the listing says 4 and holds 3"),
        ),
    ];
    let looked_at = ["mappa".to_owned(), String::new()];
    findings::sync(&tx, "it-esempio", &looked_at, &found, moment("2026-04-02"))
        .await
        .expect("kept");
    finished_run(&tx).await;
    tx.commit().await.expect("a commit");
}

/// Puts entries of a source into the store.
pub async fn put(
    tx: &sea_orm::DatabaseTransaction,
    source: &str,
    day: &str,
    entries: Vec<(&str, Content)>,
) {
    let changes = entries
        .into_iter()
        .map(|(id, content)| {
            let statement = Statement {
                digest: Digest::of(format!("{source}/{id}")),
                rules_version: "1".to_owned(),
                raw: Raw::of(&json!({ "id": id })),
                content,
                personal: Vec::new(),
                fingerprint: None,
            };
            (id.to_owned(), Change::Put(Box::new(statement)))
        })
        .collect();
    let batch = Batch { source, actor: "test", at: moment(day), changes };
    apply(tx, batch).await.expect("applied");
}

async fn withdraw(
    tx: &sea_orm::DatabaseTransaction,
    source: &str,
    id: &str,
    day: &str,
    reason: &str,
) {
    let withdrawal = Withdrawal {
        reason: Some(reason.to_owned()),
        on: None,
        last_version: Some("1.9".to_owned()),
    };
    let changes = vec![(id.to_owned(), Change::Withdraw(withdrawal))];
    let batch = Batch { source, actor: "test", at: moment(day), changes };
    apply(tx, batch).await.expect("applied");
}

async fn finished_run(tx: &sea_orm::DatabaseTransaction) {
    let at = moment("2026-04-02");
    let id = runs::queue(tx, "it-esempio", None, None, at, at).await.expect("queued").expect("new");
    let queued = runs::get(tx, id).await.expect("a run");
    let ended = run::Model {
        state: runs::State::Failed,
        started_at: Some(at),
        ended_at: Some(at),
        reason: Some(
            "https://catalogo.example.org/api answered 503 Service Unavailable".to_owned(),
        ),
        ..queued
    };
    runs::end(tx, ended).await.expect("ended");
    sources::completed(tx, "fr-exemple", moment("2026-03-01")).await.expect("completed");
}

fn french() -> source::Model {
    source::Model {
        country: Some("FR".to_owned()),
        data_licence: Some("etalab-2.0".to_owned()),
        attribution: Some("Catalogue d’exemple".to_owned()),
        priority: 20,
        ..source("fr-exemple", "Catalogue d’exemple", "https://logiciels.example.org/api")
    }
}

fn italian() -> source::Model {
    source::Model {
        country: Some("IT".to_owned()),
        priority: 30,
        ..source("it-esempio", "Catalogo di esempio", "https://catalogo.example.org/api")
    }
}

fn closed() -> source::Model {
    source::Model {
        body: Some("Example Union".to_owned()),
        enabled: false,
        disabled_reason: Some("its connector is not built yet".to_owned()),
        ..source("xx-closed", "Closed catalogue", "https://closed.example.org/api")
    }
}

fn source(id: &str, name: &str, url: &str) -> source::Model {
    source::Model {
        id: id.to_owned(),
        name: name.to_owned(),
        country: None,
        body: None,
        operator: String::new(),
        connector: "catalogi".to_owned(),
        url: Some(url.to_owned()),
        schedule: None,
        data_licence: None,
        attribution: None,
        contact: None,
        priority: 40,
        options: "{}".to_owned(),
        enabled: true,
        disabled_reason: None,
        enabled_by_operator: false,
        url_by_operator: false,
        removed_at: None,
        hold_reason: None,
        validators: None,
        last_complete_at: None,
        added_at: moment("2026-01-01"),
    }
}

/// One software that two sources list: the same repository, other words, another licence.
fn colis_in_french() -> Content {
    Content {
        name: text(&[("und", "Colis")]),
        summary: text(&[
            ("fr", "Suivi du courrier des mairies."),
            ("en", "Tracks the mail of town halls."),
        ]),
        description: text(&[("fr", "Un **registre** du courrier.\n\n- arrivée\n- départ")]),
        repository: url("https://github.com/example-org/colis"),
        homepage: url("https://colis.example.org/"),
        licences: vec![licence(LicenceSlot::Asserted, "MIT", Context::Spdx)],
        version: Some("2.1".to_owned()),
        released_on: "2026-02-03".parse().ok(),
        development_status: Some(DevelopmentStatus::Stable),
        categories: ["office".to_owned()].into(),
        platforms: ["web".to_owned()].into(),
        interface_languages: [lang("fr"), lang("it")].into(),
        usages: vec![
            usage("Ville d’Exemple", "FR", UsageEvidence::Catalogue, Some(12)),
            usage("Département du Modèle", "FR", UsageEvidence::Catalogue, None),
        ],
        support: vec![SupportProvider {
            name: "Coopérative Exemple".to_owned(),
            url: url("https://cooperative.example.org/"),
            until: None,
        }],
        replaces: vec![Related { name: "Parcel Pro".to_owned(), wikidata: None }],
        ..Content::default()
    }
}

fn colis_in_italian() -> Content {
    Content {
        name: text(&[("und", "Colis")]),
        summary: text(&[("it", "Protocollo della posta comunale.")]),
        repository: url("https://github.com/example-org/colis"),
        licences: vec![licence(LicenceSlot::Declared, "EUPL-1.2", Context::Spdx)],
        version: Some("2.0".to_owned()),
        maintenance: Some(Maintenance::Contract),
        publisher: Some(Organisation {
            name: "Comune di Esempio".to_owned(),
            uri: None,
            country: Some("IT".to_owned()),
        }),
        usages: vec![
            usage("Comune di Esempio", "IT", UsageEvidence::Catalogue, None),
            usage("Comune di Modello", "IT", UsageEvidence::Project, None),
        ],
        entry_pages: url("https://catalogo.example.org/colis").into_iter().collect(),
        ..Content::default()
    }
}

/// Described in Italian only.
fn mappa() -> Content {
    Content {
        name: text(&[("it", "Mappa")]),
        summary: text(&[("it", "Mappe per i comuni.")]),
        description: text(&[("it", "# Mappa\n\nServe [mappe](https://mappa.example.org).")]),
        features: [(lang("it"), vec!["stampa".to_owned()])].into(),
        homepage: url("https://mappa.example.org/"),
        repository: url("https://github.com/example-org/mappa"),
        licences: vec![licence(LicenceSlot::Asserted, "BSD", Context::Text)],
        ..Content::default()
    }
}

/// The same software in the French catalogue, which has withdrawn it.
fn mappa_in_french() -> Content {
    Content {
        name: text(&[("und", "Mappa")]),
        summary: text(&[("fr", "Un résumé retiré.")]),
        repository: url("https://github.com/example-org/mappa"),
        ..Content::default()
    }
}

/// Text that would do harm if a page printed it as it is.
pub fn hostile() -> Content {
    Content {
        name: text(&[("und", "<script>alert(1)</script>")]),
        summary: text(&[("en", "\"><img src=x onerror=alert(2)>")]),
        description: text(&[(
            "en",
            "[go](javascript:alert(3)) <b onclick=alert(4)>x</b> ![](https://spy.example.org/x.png)",
        )]),
        homepage: url("https://hostile.example.org/?a=\"><script>alert(5)</script>"),
        licences: vec![licence(LicenceSlot::Asserted, "</q><script>", Context::Text)],
        replaces: vec![Related { name: "javascript:alert(6)".to_owned(), wikidata: None }],
        platforms: ["<svg onload=alert(7)>".to_owned()].into(),
        ..Content::default()
    }
}

fn vecchio() -> Content {
    Content {
        name: text(&[("it", "Vecchio")]),
        summary: text(&[("it", "Un programma del passato.")]),
        ..Content::default()
    }
}

fn text(texts: &[(&str, &str)]) -> LocalizedText {
    texts.iter().map(|(tag, text)| (lang(tag), (*text).to_owned())).collect()
}

fn lang(tag: &str) -> Lang {
    Lang::parse(tag).expect("a language")
}

/// A valid address.
pub fn url(text: &str) -> Option<WebUrl> {
    Some(WebUrl::parse(text).expect("an address"))
}

fn licence(slot: LicenceSlot, raw: &str, context: Context) -> LicenceStatement {
    LicenceStatement { slot, normalised: normalise(raw, context) }
}

fn usage(name: &str, country: &str, evidence: UsageEvidence, users: Option<u32>) -> Usage {
    Usage {
        organisation: name.to_owned(),
        country: Some(country.to_owned()),
        evidence,
        users,
        referents: None,
        since: None,
        expires_on: None,
    }
}

fn moment(day: &str) -> DateTime<Utc> {
    format!("{day}T09:30:00Z").parse().expect("a moment")
}
