//! `fedcat config`

use crate::config::Settings;

pub fn run(settings: &Settings) -> anyhow::Result<()> {
    print!("{}", settings.masked()?);
    Ok(())
}
