//! How a source does, in one word. Pure.

use chrono::{DateTime, Duration, Utc};

use crate::harvest::schedule::next_slot;
use crate::store::runs::State;
use crate::store::sources::SourceStatus;

/// The state of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceState {
    /// Read to the end as scheduled.
    Fresh,
    /// Not read to the end for more than two of its scheduled intervals.
    Late,
    /// Its last run brought nothing, or broke off.
    Failing,
    /// Its last run waits for the operator's decision.
    Held,
    /// Not harvested, by decision.
    Disabled,
    /// Not harvested yet.
    Never,
}

impl SourceState {
    /// The state as it stands at `now`. The newest run that has ended counts.
    pub fn of(status: &SourceStatus, now: DateTime<Utc>) -> Self {
        let source = &status.source;
        let last = status.runs.iter().find(|run| run.has_ended()).map(|run| run.state);
        match (last, source.last_complete_at) {
            _ if !source.enabled => Self::Disabled,
            (Some(State::Held), _) => Self::Held,
            (Some(State::Failed | State::Incomplete | State::Aborted), _) => Self::Failing,
            (_, None) => Self::Never,
            (_, Some(at)) if is_late(source.schedule.as_deref(), at, now) => Self::Late,
            _ => Self::Fresh,
        }
    }

    /// The state as a word for messages and classes.
    pub fn word(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Late => "late",
            Self::Failing => "failing",
            Self::Held => "held",
            Self::Disabled => "disabled",
            Self::Never => "never",
        }
    }

    /// A sign of its own shape for each state, so that colour is not needed.
    pub fn icon(self) -> &'static str {
        match self {
            Self::Fresh => "✓",
            Self::Late => "◷",
            Self::Failing => "✕",
            Self::Held => "‖",
            Self::Disabled => "–",
            Self::Never => "○",
        }
    }
}

/// A source without a schedule is never late; one whose schedule cannot be read has three days.
fn is_late(schedule: Option<&str>, last: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    let Some(schedule) = schedule else { return false };
    let interval = next_slot(schedule, now)
        .and_then(|next| Some(next_slot(schedule, next)?.signed_duration_since(next)));
    let patience = interval.map_or(Duration::days(3), |interval| interval * 2);
    now.signed_duration_since(last) > patience
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::entity::{run, source};
    use uuid::Uuid;

    fn moment(text: &str) -> DateTime<Utc> {
        format!("{text}:00Z").parse().expect("a moment")
    }

    fn run(state: &str) -> run::Model {
        let at = moment("2026-11-20T01:00");
        let row = run::Model::queued(Uuid::nil(), "aa-example", at, at);
        run::Model { state: State::parse(state).expect("a state"), ..row }
    }

    fn source(enabled: bool, schedule: Option<&str>, last: Option<&str>) -> source::Model {
        source::Model {
            id: "aa-example".to_owned(),
            name: "Example".to_owned(),
            country: Some("AA".to_owned()),
            body: None,
            operator: String::new(),
            connector: "catalogi".to_owned(),
            url: None,
            schedule: schedule.map(str::to_owned),
            data_licence: None,
            attribution: None,
            contact: None,
            priority: 20,
            options: "{}".to_owned(),
            enabled,
            disabled_reason: None,
            enabled_by_operator: false,
            url_by_operator: false,
            removed_at: None,
            hold_reason: None,
            validators: None,
            last_complete_at: last.map(moment),
            added_at: moment("2026-01-01T00:00"),
        }
    }

    fn check(source: source::Model, runs: &[&str], expected: SourceState) {
        let status = SourceStatus {
            circuit: None,
            source,
            active: 0,
            missing: 0,
            withdrawn: 0,
            open_findings: 0,
            runs: runs.iter().map(|state| run(state)).collect(),
        };
        let state = SourceState::of(&status, moment("2026-11-25T12:00"));
        assert_eq!(state, expected, "{status:?}");
    }

    #[test]
    fn the_state_follows_from_the_last_run_and_the_last_complete_one() {
        use SourceState::{Disabled, Failing, Fresh, Held, Late, Never};
        let daily = Some("7 1 * * *");
        let weekly = Some("7 1 * * 1");
        let today = Some("2026-11-25T01:07");
        check(source(true, daily, today), &["succeeded"], Fresh);
        check(source(true, daily, today), &["running", "succeeded"], Fresh);
        check(source(true, daily, today), &["rejected"], Fresh);
        check(source(true, daily, Some("2026-11-23T12:01")), &["succeeded"], Fresh);
        check(source(true, daily, Some("2026-11-23T11:59")), &["succeeded"], Late);
        check(source(true, weekly, Some("2026-11-12T01:07")), &["succeeded"], Fresh);
        check(source(true, weekly, Some("2026-11-10T01:07")), &["succeeded"], Late);
        check(source(true, Some("?"), Some("2026-11-23T12:00")), &["succeeded"], Fresh);
        check(source(true, Some("?"), Some("2026-11-22T11:59")), &["succeeded"], Late);
        check(source(true, None, Some("2020-01-01T00:00")), &["succeeded"], Fresh);
        check(source(true, daily, today), &["queued", "failed"], Failing);
        check(source(true, daily, today), &["incomplete"], Failing);
        check(source(true, daily, None), &["aborted"], Failing);
        check(source(true, daily, today), &["held", "succeeded"], Held);
        check(source(true, daily, None), &[], Never);
        check(source(true, daily, None), &["running"], Never);
        check(source(false, daily, today), &["failed"], Disabled);
    }
}
