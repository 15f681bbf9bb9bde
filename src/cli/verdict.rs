//! `fedcat verdict`

use clap::{Subcommand, value_parser};
use uuid::Uuid;

use super::actor::actor;
use super::consent::{How, may_go_on};
use super::ids::verdict_id;
use super::table::{MOST_ROWS, table};
use crate::catalogue::text::one_line;
use crate::config::Settings;
use crate::contribute::verdicts::{self, Mode, Outcome, Verdict, Wish};
use crate::harvest::acts::Reason;
use crate::setup;
use crate::store::Store;

#[derive(Debug, Subcommand)]
pub enum Args {
    /// Two records describe the same software.
    Same(Decision),
    /// Two records describe different software.
    Different(Decision),
    /// List decisions, the newest first.
    List {
        /// Before this one, the last one of another list.
        #[arg(long, value_name = "VERDICT", value_parser = verdict_id)]
        before: Option<Uuid>,
        /// How many.
        #[arg(long, default_value_t = 50, value_parser = value_parser!(u64).range(..=MOST_ROWS))]
        limit: u64,
    },
    /// Take a decision back: the rules say again what the records are.
    Undo {
        #[arg(value_parser = verdict_id)]
        verdict: Uuid,
        #[command(flatten)]
        how: How,
    },
}

#[derive(Debug, clap::Args)]
pub struct Decision {
    /// A record, by its id or as source:external-id.
    record: String,
    /// The other one.
    other: String,
    /// Why, in up to 500 characters.
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    how: How,
}

pub async fn run(settings: &Settings, args: Args) -> anyhow::Result<()> {
    let store = match &args {
        Args::List { .. } => setup::open_to_read(settings).await?,
        _ => setup::open(settings).await?,
    };
    match args {
        Args::Same(decision) => decide(&store, &decision, true).await,
        Args::Different(decision) => decide(&store, &decision, false).await,
        Args::List { before, limit } => {
            println!("{}", overview(&verdicts::list(&store, before, limit).await?));
            Ok(())
        }
        Args::Undo { verdict, how } => {
            let would = verdicts::undo(&store, &actor(), verdict, Mode::DryRun).await?;
            println!("{}", told(&would));
            if may_go_on(&how)? {
                let done = verdicts::undo(&store, &actor(), verdict, Mode::Act).await?;
                println!("verdict {verdict} is undone{}", new_entries(&done));
            }
            Ok(())
        }
    }
}

async fn decide(store: &Store, decision: &Decision, same: bool) -> anyhow::Result<()> {
    let why = Reason::new(&decision.reason)?;
    let wish = Wish { records: [&decision.record, &decision.other], same, why: &why };
    println!("{}", told(&verdicts::decide(store, &actor(), wish, Mode::DryRun).await?));
    if may_go_on(&decision.how)? {
        let done = verdicts::decide(store, &actor(), wish, Mode::Act).await?;
        println!("verdict {} is written down{}", done.verdict.row.id, new_entries(&done));
    }
    Ok(())
}

/// What an act does, in lines.
fn told(outcome: &Outcome) -> String {
    let name = |id: &Uuid| match outcome.entries.get(id) {
        Some(name) => format!("{id} ({name})"),
        None => id.to_string(),
    };
    let place = |id: Uuid| match outcome.number_of_new(id) {
        Some(number) => format!("new entry {number}"),
        None => format!("entry {id}"),
    };
    let [one, other] = &outcome.verdict.records;
    let answer = answer(&outcome.verdict);
    let mut lines = vec![format!(
        "{answer}: {} ({}), {} ({})",
        one.handle(),
        one.name,
        other.handle(),
        other.name
    )];
    if let Some(before) = &outcome.replaces {
        lines.push(format!("in place of {}", in_one_line(before)));
    }
    let joined = outcome.effect.joined.iter();
    lines.extend(
        joined
            .map(|(from, to)| format!("entry {} will redirect to entry {}", name(from), name(to))),
    );
    let split = outcome.effect.split.iter();
    lines.extend(
        split.map(|(from, to)| format!("entry {} will be split: {}", name(from), place(*to))),
    );
    lines.extend(outcome.moves.iter().map(|(record, moved)| {
        format!("record {} ({}) goes to {}", record.handle(), record.name, place(moved.to))
    }));
    if outcome.moves.is_empty() {
        lines.push("no record goes to another entry".to_owned());
    }
    lines.extend(outcome.overruled.iter().map(|verdict| {
        format!("will not hold, because others were told apart: {}", in_one_line(verdict))
    }));
    lines.iter().map(|line| one_line(line)).collect::<Vec<_>>().join("\n")
}

fn answer(verdict: &Verdict) -> &'static str {
    if verdict.row.same { "same" } else { "different" }
}

fn in_one_line(verdict: &Verdict) -> String {
    let ([one, other], row) = (&verdict.records, &verdict.row);
    format!(
        "verdict {}: {} {}, {}, by {} on {}: {}",
        row.id,
        answer(verdict),
        one.handle(),
        other.handle(),
        row.decided_by,
        row.decided_at.format("%Y-%m-%d"),
        row.reason
    )
}

fn new_entries(done: &Outcome) -> String {
    let created = done.effect.created.iter().zip(1..);
    created.map(|(id, number)| format!("; new entry {number} is {id}")).collect()
}

fn overview(all: &[Verdict]) -> String {
    let header = ["verdict", "answer", "record", "record", "standing", "by", "on", "reason"];
    let mut lines = vec![header.map(str::to_owned).to_vec()];
    lines.extend(all.iter().map(|verdict| {
        let [one, other] = &verdict.records;
        vec![
            verdict.row.id.to_string(),
            answer(verdict).to_owned(),
            one.handle(),
            other.handle(),
            verdict.standing.as_str().to_owned(),
            verdict.row.decided_by.clone(),
            verdict.row.decided_at.format("%Y-%m-%d %H:%M").to_string(),
            verdict.row.reason.clone(),
        ]
    }));
    table(&lines)
}
