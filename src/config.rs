//! Settings: one typed struct, filled from its defaults, then a file, then the environment, then
//! flags; each beats the one before. `docs/configuration.md` is its reference.

mod address;
mod contact;
mod listen;

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use config::{Config, ConfigError, Environment, File};
use ipnet::IpNet;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;
use url::Url;

pub use address::Address;
pub use contact::{Contact, ContactError};
pub use listen::{Listen, ListenError};

use crate::secrets::Secret;

/// All settings.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[derive(Default)]
pub struct Settings {
    pub server: Server,
    pub database: Database,
    pub harvest: Harvest,
    pub search: Search,
    pub log: Log,
}

/// The web server.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// The address to listen on. Port 0 takes any free one.
    pub listen: Listen,
    /// The address by which the world reaches this server, without a slash at the end. It stands
    /// in links and in the User-Agent of the harvester.
    pub public_url: String,
    /// How to reach the operator; shown on `/about`, to which the User-Agent of the harvester
    /// points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    /// Longest time for one request, in seconds.
    pub timeout_seconds: u64,
    /// Most connections at the same time; fewer where the process may open few files.
    pub connections: usize,
    /// Longest time for the head of a request from its first byte, in seconds.
    pub head_seconds: u64,
    /// The same for its body.
    pub body_seconds: u64,
    /// Longest time that a connection may wait for a request, in seconds.
    pub idle_seconds: u64,
    /// Longest time in which a client may take nothing of its answer, in seconds.
    pub stall_seconds: u64,
    /// Requests that are answered at the same time.
    pub requests_at_once: usize,
    /// Exports that are read at the same time.
    pub exports_at_once: usize,
    /// Requests of one client a second, while others wait; 0 counts nobody.
    pub client_rate: u32,
    /// Requests that one client may send at once before that counts.
    pub client_burst: u32,
    /// Networks of the proxies whose word about a client's address is taken, with commas between.
    #[serde(deserialize_with = "read_networks", serialize_with = "write_networks")]
    pub proxies: Vec<IpNet>,
    /// Where they write it.
    pub proxy_header: ProxyHeader,
}

/// The header in which proxies name their client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProxyHeader {
    XForwardedFor,
    Forwarded,
}

/// The database.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// `sqlite://path` or `postgres://user:password@host/name`.
    pub url: Address,
    /// Whether `serve` applies pending migrations. Turn it off where several servers share one
    /// database, and run `fedcat migrate` as a step of its own.
    pub migrate_on_start: bool,
}

/// The harvester.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Harvest {
    /// Whether `serve` harvests on schedule.
    pub enabled: bool,
    /// Largest document, in bytes after decompression.
    pub max_bytes: u64,
    /// Longest time for one request, in seconds.
    pub timeout_seconds: u64,
    /// Tries after the first that failed.
    pub retries: u32,
    /// Runs at the same time, over all processes that share the database.
    pub at_once: u32,
    /// Longest time for reading one listing, in seconds.
    pub run_timeout_seconds: u64,
    /// A scheduled run begins up to so many seconds after its time, so that not every
    /// installation of the world asks a catalogue in the same second.
    pub jitter_seconds: u32,
    /// A run that stands still for so many seconds, such as in a suspended machine, is given up
    /// for dead, and another may begin.
    pub lease_seconds: u32,
}

/// The search engine.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Search {
    pub engine: Engine,
    /// The file in which the embedded index is kept where it is large; none where this is empty.
    pub snapshot: String,
    /// The address of the Meilisearch server.
    pub url: Address,
    /// The name of its index; the names of all others that are written begin with it.
    pub index: String,
    /// A key that may write to these indexes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub admin_key: Option<Secret>,
    /// A key that may only search them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search_key: Option<Secret>,
    /// Longest time for one answer of the server, in seconds.
    pub timeout_seconds: u64,
    /// Longest time for the server to carry out one write, in seconds.
    pub task_timeout_seconds: u64,
}

/// Where the search index lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// In the memory of this process.
    Embedded,
    /// In a Meilisearch server.
    Meilisearch,
}

/// Logs, on standard error.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    pub format: LogFormat,
    /// Filter by module and level, such as `info,fedcat::harvest=debug`.
    pub filter: String,
}

/// How a line of log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    Text,
    Json,
}

/// Settings that came as flags.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    pub file: Option<PathBuf>,
    pub listen: Option<Listen>,
    pub database: Option<String>,
}

/// Why the settings cannot be used.
#[derive(Debug, Error)]
pub enum SettingsError {
    #[error("the settings cannot be read: {0}")]
    Read(#[from] ConfigError),
    #[error("server.public_url is {found}: expected an address such as https://fedcat.example.org")]
    PublicUrl { found: String },
    #[error(
        "search.url is {found}: expected the address of a Meilisearch server, such as \
         http://127.0.0.1:7700"
    )]
    SearchUrl { found: String },
    #[error("search.index is {found:?}: expected letters, digits, - and _, at most 100")]
    SearchIndex { found: String },
    #[error("{key} is 0: expected at least 1")]
    Zero { key: &'static str },
    #[error("database.url begins with {found}: expected sqlite:// or postgres://")]
    Database { found: String },
}

/// The file that is read where it is there and none is named.
const USUAL_FILE: &str = "fedcat.toml";

impl Settings {
    /// Reads the settings.
    ///
    /// # Errors
    /// [`SettingsError`] where a named file is missing, a key is unknown or a value is wrong.
    pub fn load(flags: &Flags) -> Result<Self, SettingsError> {
        let mut builder = Config::builder();
        builder = match &flags.file {
            Some(file) => builder.add_source(File::from(file.as_path())),
            None => builder.add_source(File::from(Path::new(USUAL_FILE)).required(false)),
        };
        // Two underscores, so that `FEDCAT_TEST_…` variables of the tests are none of ours.
        let environment = Environment::with_prefix("FEDCAT").prefix_separator("__").separator("__");
        builder = builder.add_source(environment.try_parsing(true));
        let mut settings: Self = builder.build()?.try_deserialize()?;
        if let Some(listen) = &flags.listen {
            settings.server.listen.clone_from(listen);
        }
        if let Some(database) = &flags.database {
            settings.database.url = database.clone().into();
        }
        settings.check()
    }

    fn check(mut self) -> Result<Self, SettingsError> {
        let public = &mut self.server.public_url;
        if public.is_empty() {
            *public = format!("http://{}", self.server.listen);
        }
        if !is_web(public) {
            return Err(SettingsError::PublicUrl { found: public.clone() });
        }
        *public = public.trim_end_matches('/').to_owned();
        let url = self.database.url.reveal();
        if !["sqlite://", "postgres://", "postgresql://"].iter().any(|p| url.starts_with(p)) {
            let found = url.split_once("://").map_or(url, |(scheme, _)| scheme).to_owned();
            return Err(SettingsError::Database { found });
        }
        self.server.check()?;
        if self.harvest.lease_seconds == 0 {
            // Every run would be given up for dead at once.
            return Err(SettingsError::Zero { key: "harvest.lease_seconds" });
        }
        self.search.check()?;
        Ok(self)
    }

    /// The settings as TOML, with keys and passwords masked.
    ///
    /// # Errors
    /// An error of the TOML writer; none is known to occur.
    pub fn masked(&self) -> Result<String, toml::ser::Error> {
        toml::to_string(self)
    }
}

impl Server {
    /// Whatever is zero here would let nobody in.
    fn check(&self) -> Result<(), SettingsError> {
        let seconds = [
            ("server.timeout_seconds", self.timeout_seconds),
            ("server.head_seconds", self.head_seconds),
            ("server.body_seconds", self.body_seconds),
            ("server.idle_seconds", self.idle_seconds),
            ("server.stall_seconds", self.stall_seconds),
        ];
        let numbers = [
            ("server.connections", self.connections),
            ("server.requests_at_once", self.requests_at_once),
            ("server.exports_at_once", self.exports_at_once),
        ];
        let none = seconds.into_iter().map(|(key, value)| (key, value == 0));
        let mut all = none.chain(numbers.into_iter().map(|(key, value)| (key, value == 0)));
        match all.find(|(_, is_zero)| *is_zero) {
            Some((key, _)) => Err(SettingsError::Zero { key }),
            None => Ok(()),
        }
    }
}

impl Search {
    fn check(&self) -> Result<(), SettingsError> {
        if !is_web(self.url.reveal()) {
            return Err(SettingsError::SearchUrl { found: self.url.masked() });
        }
        let is_sign = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_');
        if self.index.is_empty() || self.index.len() > 100 || !self.index.chars().all(is_sign) {
            return Err(SettingsError::SearchIndex { found: self.index.clone() });
        }
        Ok(())
    }
}

/// Networks, or single addresses, with commas between.
fn read_networks<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<IpNet>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let read = |one: &str| one.parse().or_else(|_| one.parse::<IpAddr>().map(IpNet::from));
    let all = text.split(',').map(str::trim).filter(|one| !one.is_empty()).map(|one| {
        read(one).map_err(|_| {
            D::Error::custom(format!("server.proxies has {one:?}: expected such as 10.0.0.0/8"))
        })
    });
    all.collect()
}

fn write_networks<S: Serializer>(networks: &[IpNet], serializer: S) -> Result<S::Ok, S::Error> {
    let all: Vec<String> = networks.iter().map(IpNet::to_string).collect();
    serializer.serialize_str(&all.join(","))
}

fn is_web(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: Listen::loopback(8080),
            public_url: String::new(),
            contact: None,
            timeout_seconds: 30,
            connections: 10_000,
            head_seconds: 10,
            body_seconds: 10,
            idle_seconds: 75,
            stall_seconds: 30,
            requests_at_once: 16,
            exports_at_once: 8,
            client_rate: 50,
            client_burst: 500,
            proxies: Vec::new(),
            proxy_header: ProxyHeader::XForwardedFor,
        }
    }
}

impl Default for Database {
    fn default() -> Self {
        Self { url: "sqlite://data/fedcat.db".to_owned().into(), migrate_on_start: true }
    }
}

impl Default for Harvest {
    fn default() -> Self {
        let limits = crate::harvest::client::Limits::default();
        Self {
            enabled: true,
            max_bytes: limits.max_bytes,
            timeout_seconds: limits.total.as_secs(),
            retries: limits.retries,
            at_once: 3,
            run_timeout_seconds: 2 * 3600,
            jitter_seconds: 300,
            lease_seconds: 120,
        }
    }
}

impl Default for Search {
    fn default() -> Self {
        Self {
            engine: Engine::Embedded,
            snapshot: "data/search.index".to_owned(),
            url: "http://127.0.0.1:7700".to_owned().into(),
            index: "fedcat".to_owned(),
            admin_key: None,
            search_key: None,
            timeout_seconds: 10,
            task_timeout_seconds: 600,
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self {
            format: LogFormat::Text,
            filter: "info,sqlx=warn,sea_orm=warn,tokio_cron_scheduler=warn".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(toml: &str) -> Result<Settings, SettingsError> {
        let file = tempfile::Builder::new().suffix(".toml").tempfile().expect("a file");
        std::fs::write(file.path(), toml).expect("written");
        Settings::load(&Flags { file: Some(file.path().to_owned()), ..Flags::default() })
    }

    #[test]
    fn defaults_stand_where_nothing_is_said() {
        let settings = load("").expect("valid");
        assert_eq!(settings.server.public_url, "http://127.0.0.1:8080");
        assert_eq!(settings.database.url.reveal(), "sqlite://data/fedcat.db");
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (toml, named) in [
            ("[server]\nlisten = \"nowhere\"", "listen"),
            ("[sever]\nx = 1", "sever"),
            ("[server]\npublic_url = \"ftp://x\"", "public_url"),
            ("[database]\nurl = \"mysql://x\"", "mysql"),
            ("[search]\nengine = \"elastic\"", "engine"),
            ("[harvest]\nlease_seconds = 0", "harvest.lease_seconds is 0"),
            ("[server]\nconnections = 0", "server.connections is 0"),
            ("[search]\nurl = \"127.0.0.1:7700\"", "search.url"),
            ("[search]\nindex = \"../keys\"", "search.index"),
            ("[server]\nproxies = \"10.0.0.0/8, here\"", "\"here\""),
            ("[server]\nexports_at_once = 0", "exports_at_once"),
            ("[server]\nproxy_header = \"x-real-ip\"", "x-real-ip"),
        ] {
            let error = load(toml).expect_err(toml).to_string();
            assert!(error.contains(named), "{error}");
        }
    }

    #[test]
    fn proxies_are_networks_or_addresses_and_are_shown_as_they_are_read() {
        let settings = load("[server]\nproxies = \"10.0.0.0/8, ::1\"").expect("valid");
        let shown = settings.masked().expect("TOML");
        assert!(shown.contains("proxies = \"10.0.0.0/8,::1/128\""), "{shown}");
        assert_eq!(load(&shown).expect("valid"), settings);
    }

    #[test]
    fn nothing_that_shows_settings_shows_a_password_or_a_key() {
        let settings = load(
            "[database]\nurl = \"postgres://u:geheim@db.example.org/f\"\n\
             [search]\nurl = \"https://u:geheim@search.example.org/\"\n\
             admin_key = \"geheim1\"\nsearch_key = \"geheim2\"",
        );
        let settings = settings.expect("valid");
        let shown = settings.masked().expect("TOML");
        let told = [shown.clone(), format!("{settings:?}"), format!("{settings:#?}")];
        for told in &told {
            assert!(!told.contains("geheim") && told.contains("u:***@db.example.org"), "{told}");
        }
        assert!(shown.contains("admin_key = \"***\""), "{shown}");
        let refused = load("[search]\nurl = \"ftp://u:geheim@x\"").expect_err("no web address");
        assert!(!refused.to_string().contains("geheim"), "{refused}");
    }
}
