//! The binary as an operator calls it, in a folder of its own.

use std::path::Path;
use std::process::{Command, Output};

/// Runs the binary in a folder.
pub fn fedcat(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_fedcat"))
        .current_dir(folder)
        .args(arguments)
        .env("FEDCAT__LOG__FILTER", "warn")
        .env("USER", "tester")
        .output()
        .expect("the binary runs")
}

/// What a command that succeeds says.
#[track_caller]
pub fn says(folder: &Path, arguments: &[&str]) -> String {
    let output = fedcat(folder, arguments);
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments:?}: {complaint}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What a command that fails says.
#[track_caller]
pub fn complains(folder: &Path, arguments: &[&str]) -> String {
    let output = fedcat(folder, arguments);
    assert!(!output.status.success(), "{arguments:?} should have failed");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Writes a file for a command.
pub fn write(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).expect("written");
}
