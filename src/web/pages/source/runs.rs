//! The last runs of a source, as a chart and as a table that says the same.

use uuid::Uuid;

use crate::store::entity::run;
use crate::store::runs::State;
use crate::web::pages::brief::{Brevity, Shorten};
use crate::web::pages::chart::{self, Bars, KINDS};
use crate::web::pages::phrase::Phrase;
use crate::web::pages::words::{Language, amount};

/// A run in one row.
pub struct Run {
    pub id: Uuid,
    pub at: String,
    pub outcome: String,
    /// A sign for what is not a plain success.
    pub sign: &'static str,
    pub reason: Option<Phrase>,
    pub counts: Vec<String>,
    /// Active entries after it.
    pub entries: Option<String>,
    /// The run in one line, for its bar.
    pub told: String,
    /// Its day, under its bar.
    pub day: String,
    /// How many entries it changed, above its bar; nothing where it changed none.
    pub changed: String,
}

impl Shorten for Run {
    fn shorten(&mut self, brevity: Brevity) {
        self.reason.shorten(brevity);
    }
}

/// A chart of runs.
pub struct Chart {
    pub bars: Bars,
    pub bar_width: String,
    /// Where the bars begin.
    pub left: String,
    /// The lines across the chart, with their numbers.
    pub lines: Vec<(String, String)>,
    pub label: String,
    pub legend: Vec<(&'static str, String)>,
}

/// A run in one row.
pub fn run_of(t: Language, row: &run::Model) -> Run {
    let counts = row.counts();
    let at = t.moment(row.at);
    let outcome = match row.not_modified {
        true => t.say("run-not-modified"),
        false => t.of("run", row.state.as_str()),
    };
    let changed: Vec<String> = KINDS
        .into_iter()
        .zip(chart::changes(row))
        .filter(|(_, n)| *n > 0)
        .map(|(kind, n)| format!("{} {}", t.of("change", kind), t.number(amount(n))))
        .collect();
    let total: i64 = chart::changes(row).into_iter().map(|n| n.max(0)).sum();
    let told = match changed.is_empty() {
        true => format!("{at}{} {outcome}", t.say("colon")),
        false => format!("{at}{} {outcome}. {}", t.say("colon"), changed.join(", ")),
    };
    Run {
        id: row.id,
        sign: sign(row.state),
        reason: row.reason.clone().map(|reason| Phrase::told(t, reason)),
        counts: [
            counts.read,
            counts.added,
            counts.updated,
            counts.unchanged,
            counts.renamed,
            counts.skipped,
            counts.failed,
            counts.missing,
            counts.withdrawn,
        ]
        .into_iter()
        .map(|n| t.number(amount(n)))
        .collect(),
        entries: row.entries.map(|n| t.number(amount(n))),
        day: row.at.format("%Y-%m-%d").to_string(),
        changed: match total {
            0 => String::new(),
            total => t.number(amount(total)),
        },
        at,
        outcome,
        told,
    }
}

fn sign(state: State) -> &'static str {
    match state {
        State::Succeeded => "",
        State::Held | State::Accepted => "‖",
        State::Queued | State::Running => "…",
        State::Rejected => "–",
        State::Incomplete | State::Failed | State::Aborted => "✕",
    }
}

/// The chart of runs, which come newest first.
pub fn chart(t: Language, runs: &[run::Model]) -> Chart {
    let bars = chart::bars(runs);
    Chart {
        label: t.with("runs-chart", &[("most", &t.number(amount(bars.most)))]),
        left: chart::LEFT.to_string(),
        lines: bars.lines.iter().map(|(y, n)| (y.clone(), t.number(amount(*n)))).collect(),
        bars,
        bar_width: chart::bar_width(),
        legend: KINDS.into_iter().map(|kind| (kind, t.of("change", kind))).collect(),
    }
}
