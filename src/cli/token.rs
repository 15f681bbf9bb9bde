//! `fedcat token`

use anyhow::bail;
use chrono::{DateTime, TimeDelta, Utc};
use clap::{Subcommand, ValueEnum};
use uuid::Uuid;

use super::actor;
use super::ids::token_id;
use super::table::table;
use crate::config::Settings;
use crate::secrets::Secret;
use crate::store::entity::token;
use crate::store::tokens::{self, PREFIX};
use crate::{clock, setup};

/// Characters of the longest name.
const LONGEST_NAME: usize = 100;

#[derive(Debug, Subcommand)]
pub enum Args {
    /// Make a token and print it. It is shown this once: only its hash is kept.
    Create {
        /// What it is good for.
        #[arg(long)]
        scope: Scope,
        /// Who uses it: the name stands beside each act in the log.
        #[arg(long)]
        name: String,
        /// For how many days it is good.
        #[arg(long, default_value_t = 365, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(1..=3650))]
        expires: u16,
    },
    /// List all tokens.
    List,
    /// End a token and every session that was begun with it.
    Revoke {
        #[arg(value_parser = token_id)]
        token: Uuid,
    },
}

/// What a token is good for.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Scope {
    /// To decide about sources and their runs, on the website and through the API.
    Operator,
}

impl From<Scope> for tokens::Scope {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::Operator => Self::Operator,
        }
    }
}

pub async fn run(settings: &Settings, args: Args) -> anyhow::Result<()> {
    let store = match &args {
        Args::List => setup::open_to_read(settings).await?,
        Args::Create { .. } | Args::Revoke { .. } => setup::open(settings).await?,
    };
    let now = clock::now();
    match args {
        Args::Create { scope, name, expires } => {
            let name = name.trim();
            let length = name.chars().count();
            if !(1..=LONGEST_NAME).contains(&length) || name.chars().any(char::is_control) {
                bail!("the name {name:?} cannot be used: expected 1 to {LONGEST_NAME} characters");
            }
            // In the log nobody is taken for whoever sits at the machine.
            if name.starts_with("cli:") {
                bail!("the name {name:?} cannot be used: cli: stands for the command line");
            }
            let secret = Secret::new(PREFIX)?;
            let life = TimeDelta::days(expires.into());
            let row =
                tokens::create(&store, &actor(), &secret, name, scope.into(), life, now).await?;
            eprintln!(
                "token {} of {name}, good until {}; it is not shown again:",
                row.id,
                row.expires_at.format("%Y-%m-%d %H:%M")
            );
            println!("{}", secret.reveal());
        }
        Args::List => println!("{}", overview(&tokens::all(store.read()).await?, now)),
        Args::Revoke { token } => {
            let row = tokens::revoke(&store, &actor(), token, now).await?;
            println!("token {token} of {} is revoked", row.name);
        }
    }
    Ok(())
}

fn overview(rows: &[token::Model], now: DateTime<Utc>) -> String {
    let header = ["token", "name", "scope", "created", "until", "last used", "state"];
    let mut lines = vec![header.map(str::to_owned).to_vec()];
    lines.extend(rows.iter().map(|row| {
        let state = match row.revoked_at {
            Some(at) => format!("revoked {}", at.format("%Y-%m-%d")),
            None if now >= row.expires_at => "expired".to_owned(),
            None => "good".to_owned(),
        };
        vec![
            row.id.to_string(),
            row.name.clone(),
            row.scope.to_string(),
            row.created_at.format("%Y-%m-%d").to_string(),
            row.expires_at.format("%Y-%m-%d").to_string(),
            row.last_used_on.map_or_else(|| "never".to_owned(), |day| day.to_string()),
            state,
        ]
    }));
    table(&lines)
}
