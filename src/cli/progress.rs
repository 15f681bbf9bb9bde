//! A progress bar on a terminal; nothing in a log, where the line of the ended run says all.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::harvest::pipeline::Progress;

/// A bar for one run.
pub struct Watched {
    bar: ProgressBar,
}

impl Watched {
    /// A bar, where standard error is a terminal.
    pub fn new(source: &str) -> Option<Self> {
        if !std::io::stderr().is_terminal() {
            return None;
        }
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix}: {msg} ({elapsed})") {
            bar.set_style(style);
        }
        bar.set_prefix(source.to_owned());
        bar.set_message("asking");
        bar.enable_steady_tick(Duration::from_millis(120));
        Some(Self { bar })
    }

    /// Takes the bar off the screen.
    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

impl Progress for Watched {
    fn read(&self, items: i64) {
        self.bar.set_message(format!("{items} items read"));
    }

    fn applied(&self, done: u64) {
        self.bar.set_message(format!("{done} changes applied"));
    }
}
