//! Ids on the command line, with an error that says where they are to be had.

use uuid::Uuid;

/// The id of a run.
pub fn run_id(text: &str) -> Result<Uuid, String> {
    read(text, "a run, as `fedcat runs list` prints it")
}

/// The id of a verdict.
pub fn verdict_id(text: &str) -> Result<Uuid, String> {
    read(text, "a verdict, as `fedcat verdict list` prints it")
}

/// The id of an operator's token.
pub fn token_id(text: &str) -> Result<Uuid, String> {
    read(text, "a token, as `fedcat token list` prints it")
}

fn read(text: &str, of: &str) -> Result<Uuid, String> {
    text.parse().map_err(|_| format!("expected the id of {of}"))
}
