//! `fedcat organisations`

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Subcommand, ValueEnum};

use super::table::table;
use crate::catalogue::content;
use crate::catalogue::organisation::{Directory, Organisation};
use crate::catalogue::text::one_line;
use crate::config::Settings;
use crate::formats::directories::{Listed, canada, france};
use crate::formats::json::{Whole, whole};
use crate::harvest::guard::Losses;
use crate::store::organisations;
use crate::store::users::{User, users};
use crate::{clock, setup};

/// Largest file of a directory.
const LARGEST: u64 = 64 * 1024 * 1024;

#[derive(Debug, Subcommand)]
pub enum Args {
    /// Load what a directory lists now. Those that it lists no more stay, and keep their ids.
    Load {
        directory: Kind,
        /// Its file: comptes-organismes-publics.yml, or administrations.json.
        file: PathBuf,
        /// Of fr-codegouv, the accounts that were found: organizations-all.json.
        #[arg(long, value_name = "FILE")]
        accounts: Option<PathBuf>,
        /// Load it although more than a tenth of its organisations would be missing.
        #[arg(long)]
        accept: bool,
    },
    /// List all organisations.
    List,
    /// List who uses most of the catalogue's software, and which organisations they are. A name
    /// that means none for certain stays as written.
    Users {
        /// Only those that are not certain.
        #[arg(long)]
        uncertain: bool,
    },
    /// Say whom a name means, as catalogues write it; nobody, where that is not certain.
    Find {
        name: String,
        /// In which country: ISO 3166-1 alpha-2 code, upper case.
        #[arg(long)]
        country: Option<String>,
        /// The identifying address beside the name, such as urn:x-italian-pa:c_a944.
        #[arg(long)]
        uri: Option<String>,
    },
}

/// The directories that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// The French public organisations behind code.gouv.fr.
    FrCodegouv,
    /// The administrations of Canada's Open Resource Exchange.
    CaOre,
}

impl Kind {
    fn id(self) -> &'static str {
        match self {
            Self::FrCodegouv => "fr-codegouv",
            Self::CaOre => "ca-ore",
        }
    }
}

pub async fn run(settings: &Settings, args: Args) -> anyhow::Result<()> {
    match args {
        Args::Load { directory, file, accounts, accept } => {
            let listed = read(directory, &file, accounts.as_deref())?;
            load(settings, directory, &listed, accept).await
        }
        Args::List => {
            let store = setup::open_to_read(settings).await?;
            let all = organisations::all(store.read()).await?;
            let rows: Vec<Vec<String>> =
                all.iter().map(|(id, one)| cells(&id.to_string(), one)).collect();
            println!("{}", table(&rows));
            Ok(())
        }
        Args::Users { uncertain } => {
            let store = setup::open_to_read(settings).await?;
            let all = users(&store).await?;
            let shown = all.iter().filter(|user| !uncertain || user.organisation.is_none());
            println!("{}", table(&shown.map(user_cells).collect::<Vec<_>>()));
            Ok(())
        }
        Args::Find { name, country, uri } => {
            find(settings, content::Organisation { name, uri, country }).await
        }
    }
}

fn read(directory: Kind, file: &Path, accounts: Option<&Path>) -> anyhow::Result<Listed> {
    let bytes = bytes(file)?;
    let not_read = || format!("{} is not what {} publishes", file.display(), directory.id());
    match (directory, accounts) {
        (Kind::CaOre, None) => Ok(canada::organisations(
            &whole(&mut bytes.as_slice()).and_then(Whole::complete).with_context(not_read)?,
        )),
        (Kind::CaOre, Some(_)) => bail!("ca-ore has no accounts: leave --accounts out"),
        (Kind::FrCodegouv, accounts) => {
            let text = String::from_utf8(bytes).with_context(not_read)?;
            let mut listed = france::organisations(&text).with_context(not_read)?;
            if let Some(path) = accounts {
                let accounts = whole(&mut self::bytes(path)?.as_slice())
                    .and_then(Whole::complete)
                    .with_context(|| format!("{} is not JSON", path.display()))?;
                let more = france::with_accounts(listed.organisations, &accounts);
                listed.organisations = more.organisations;
                listed.findings.extend(more.findings);
            }
            Ok(listed)
        }
    }
}

fn bytes(path: &Path) -> anyhow::Result<Vec<u8>> {
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        bail!("{} is larger than {LARGEST} bytes", path.display());
    }
    Ok(bytes)
}

/// Loads in one transaction, which is given up where too many would be missing.
async fn load(
    settings: &Settings,
    directory: Kind,
    listed: &Listed,
    accept: bool,
) -> anyhow::Result<()> {
    let store = setup::open(settings).await?;
    for finding in &listed.findings {
        eprintln!("{} at {:?}: {}", finding.code, finding.path, one_line(&finding.message));
    }
    let active = organisations::listed(store.read(), directory.id()).await?;
    let tx = store.write().await?;
    let all = &listed.organisations;
    let loaded = organisations::load(&tx, directory.id(), all, clock::now()).await?;
    let losses = Losses { active, gone: loaded.missing, ..Losses::default() };
    if !accept && losses.objection().is_some() {
        bail!(
            "nothing was loaded: {} of {active} organisations are not in the file; --accept loads it",
            loaded.missing
        );
    }
    tx.commit().await?;
    println!(
        "added {}, updated {}, unchanged {}, missing {}, contradictory {}",
        loaded.added, loaded.updated, loaded.unchanged, loaded.missing, loaded.contradictory
    );
    Ok(())
}

async fn find(settings: &Settings, named: content::Organisation) -> anyhow::Result<()> {
    let store = setup::open_to_read(settings).await?;
    let all = organisations::all(store.read()).await?;
    let ids: Vec<_> = all.iter().map(|(id, _)| *id).collect();
    let directory = Directory::new(all.into_iter().map(|(_, one)| one).collect());
    let Some(found) = directory.meant(&named) else {
        bail!("it is not certain whom {:?} means", named.name);
    };
    let id = ids.get(found.position).map(ToString::to_string);
    println!("{}", table(&[cells(&id.unwrap_or_default(), found.organisation)]));
    Ok(())
}

fn user_cells(user: &User) -> Vec<String> {
    let identifiers = user.organisation.iter().flat_map(|(_, one)| &one.identifiers);
    let identifiers: Vec<String> = identifiers.map(ToString::to_string).collect();
    let names: Vec<&str> = user.written.iter().map(|(name, _)| name.as_str()).collect();
    let country = user.written.iter().find_map(|(_, country)| country.clone());
    vec![
        user.software.to_string(),
        country.unwrap_or_default(),
        names.join("; "),
        identifiers.join(" "),
    ]
}

fn cells(id: &str, one: &Organisation) -> Vec<String> {
    let identifiers: Vec<String> = one.identifiers.iter().map(ToString::to_string).collect();
    vec![
        id.to_owned(),
        one.country.clone().unwrap_or_default(),
        one.name.best("en").map(|(_, name)| name.to_owned()).unwrap_or_default(),
        identifiers.join(" "),
    ]
}
