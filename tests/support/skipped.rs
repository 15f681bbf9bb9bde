//! A test that cannot run says so, also where the output of passing tests is not shown.
#![allow(dead_code, reason = "each test binary uses its own part")]

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Says once for each reason that something was skipped, and how to run it.
pub fn skipped(how_to_run: &str) {
    static SAID: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let mut said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
    if said.insert(how_to_run.to_owned()) {
        // The test harness keeps what `eprintln!` writes to itself, but not this.
        let _ = writeln!(std::io::stderr(), "skipped: {how_to_run}");
    }
}

/// A part of the folder with recorded catalogues (`data/…`) and cases (`conformance/…`), which is
/// not part of this repository; `None` with a message where it is absent.
pub fn shared(part: &str) -> Option<PathBuf> {
    let usual = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let root = std::env::var_os("FEDCAT_SHARED").map_or_else(usual, PathBuf::from);
    let path = root.join(part);
    if path.exists() {
        return Some(path);
    }
    skipped(&format!("{part} is absent; set FEDCAT_SHARED to the folder that holds it"));
    None
}
