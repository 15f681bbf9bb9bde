//! `fedcat licence report`: the worklist for growing the tables.

use std::collections::HashMap;

use crate::catalogue::text::clean_line;
use crate::config::Settings;
use crate::licence::{Outcome, normalise};
use crate::setup;
use crate::store::{Store, records, sources};

/// Records read at a time.
const PAGE: u64 = 500;

pub(super) async fn run(settings: &Settings, source: Option<&str>) -> anyhow::Result<()> {
    let store = setup::open_to_read(settings).await?;
    if let Some(source) = source {
        // A misspelt source is told, not taken for one without work to do.
        sources::get(store.read(), source).await?;
    }
    println!("count\tsource\tcontext\tstring\tunexplained");
    for (statement, count) in rejected(&store, source).await? {
        println!(
            "{count}\t{}\t{}\t{}\t{}",
            statement.source, statement.context, statement.raw, statement.unexplained
        );
    }
    Ok(())
}

/// A statement that no rule explains, each part on one line.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Rejected {
    source: String,
    /// The word for its context.
    context: String,
    raw: String,
    unexplained: String,
}

/// The rejected statements with how often they are made, the most frequent first.
/// Each is read anew: what a grown table explains by now is no longer listed, although its record
/// is only brought up to date by the next harvest.
async fn rejected(store: &Store, source: Option<&str>) -> anyhow::Result<Vec<(Rejected, usize)>> {
    let mut counts: HashMap<Rejected, usize> = HashMap::new();
    let mut after = None;
    loop {
        let page = records::contents(store.read(), after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.record);
        for record in page {
            if source.is_some_and(|wanted| wanted != record.source) {
                continue;
            }
            for statement in record.content.licences {
                let (raw, context) = (statement.normalised.raw, statement.normalised.context);
                if let Outcome::Rejected { unexplained } = normalise(&raw, context).outcome {
                    let statement = Rejected {
                        source: record.source.clone(),
                        context: context.to_string(),
                        raw: clean_line(&raw),
                        unexplained: clean_line(&unexplained),
                    };
                    *counts.entry(statement).or_default() += 1;
                }
            }
        }
    }
    let mut all: Vec<(Rejected, usize)> = counts.into_iter().collect();
    all.sort_by(|(a, a_count), (b, b_count)| {
        b_count.cmp(a_count).then_with(|| (&a.source, &a.raw).cmp(&(&b.source, &b.raw)))
    });
    Ok(all)
}
