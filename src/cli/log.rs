//! Logs on standard error, in which no text of others makes a terminal do anything or a line look
//! like another one.

use std::io::{self, IsTerminal, Write};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;
use tracing_subscriber::fmt::MakeWriter;

use crate::catalogue::text::is_unseen;
use crate::config::{LogFormat, Settings};

/// Starts the log of this process.
///
/// # Errors
/// Where the filter in the settings is none.
pub fn start(settings: &Settings) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&settings.log.filter)?;
    let has_colours = io::stderr().is_terminal();
    let log = fmt().with_env_filter(filter).with_writer(Errors { has_colours });
    let log = log.with_ansi(has_colours);
    match settings.log.format {
        LogFormat::Text => log.with_target(false).init(),
        LogFormat::Json => log.json().init(),
    }
    Ok(())
}

/// Standard error. The log writes each line at once.
struct Errors {
    has_colours: bool,
}

impl<'a> MakeWriter<'a> for Errors {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line { has_colours: self.has_colours }
    }
}

struct Line {
    has_colours: bool,
}

impl Write for Line {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = harmless(&String::from_utf8_lossy(line), self.has_colours);
        io::stderr().lock().write_all(text.as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

/// A line without what a terminal obeys. Where the log itself writes in colours, it has taken the
/// signs that begin them out of whatever it was given.
fn harmless(line: &str, has_colours: bool) -> String {
    let is_kept = |c: char| match c {
        '\n' | '\t' => true,
        '\u{1b}' => has_colours,
        '\u{2028}' | '\u{2029}' => false,
        _ => !c.is_control() && !is_unseen(c),
    };
    line.chars().filter(|c| is_kept(*c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_log_makes_no_terminal_do_anything() {
        let hostile = "a\u{1b}[2J\u{9b}2J\u{7}\u{202e}b\u{2028}c\n";
        assert_eq!(harmless(hostile, false), "a[2J2Jbc\n");
        assert_eq!(harmless("\u{1b}[32mINFO\u{1b}[0m\n", true), "\u{1b}[32mINFO\u{1b}[0m\n");
    }
}
