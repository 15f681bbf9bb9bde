//! Small charts as SVG: the shapes only; the templates draw them, and the text beside them says
//! the same. Pure.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::store::entity::run;
use crate::store::sources::Size;

/// The space of a line of sizes.
pub const LINE: (f64, f64) = (120.0, 28.0);
/// The height of bars, and the space between one and the next.
pub const BARS: f64 = 120.0;
const STEP: f64 = 24.0;
const BAR: f64 = 18.0;
/// The space to the left of the bars, for the numbers of the axis.
pub const LEFT: f64 = 56.0;
/// The space above them, for the number of the tallest.
pub const ABOVE: f64 = 14.0;
/// What is there is seen, however little it is.
const LEAST: f64 = 2.0;
/// The height of the tallest pile: it leaves room for parts that are made taller to be seen.
const ROOM: f64 = BARS - LEAST * 5.0;

/// How a source grew.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// `x,y` pairs.
    pub points: String,
    /// Where the line ends.
    pub end: (String, String),
    pub first: i64,
    pub last: i64,
    pub since: DateTime<Utc>,
}

/// The line through sizes in the order of time; none through fewer than two.
pub fn line(sizes: &[Size]) -> Option<Line> {
    const MARGIN: f64 = 3.0;
    let [(since, first), .., (until, last)] = sizes else { return None };
    let least = sizes.iter().map(|(_, n)| *n).min()?;
    let most = sizes.iter().map(|(_, n)| *n).max()?;
    let span = until.signed_duration_since(*since).num_seconds();
    let point = |at: usize, (moment, n): &Size| {
        let along = match span {
            // All at one time: side by side.
            0 => ratio(i64::try_from(at).unwrap_or(0), i64::try_from(sizes.len()).unwrap_or(1) - 1),
            span => ratio(moment.signed_duration_since(*since).num_seconds(), span),
        };
        let up = if most == least { 0.5 } else { ratio(n - least, most - least) };
        let x = MARGIN + along * (LINE.0 - 2.0 * MARGIN);
        let y = MARGIN + (1.0 - up) * (LINE.1 - 2.0 * MARGIN);
        (coordinate(x), coordinate(y))
    };
    let points: Vec<(String, String)> =
        sizes.iter().enumerate().map(|(at, size)| point(at, size)).collect();
    let end = points.last()?.clone();
    let points: Vec<String> = points.into_iter().map(|(x, y)| format!("{x},{y}")).collect();
    Some(Line { points: points.join(" "), end, first: *first, last: *last, since: *since })
}

/// What runs changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Bars {
    pub width: String,
    pub height: String,
    /// What the tallest bar stands for.
    pub most: i64,
    /// The lines across the chart: how high, and what stands for that height.
    pub lines: Vec<(String, i64)>,
    pub bars: Vec<Bar>,
}

/// What one run changed, as a pile.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    pub x: String,
    /// The middle of the bar.
    pub middle: String,
    /// Of the runs that were given.
    pub run: usize,
    /// How many it changed.
    pub total: i64,
    /// Where the number above it stands.
    pub top: String,
    pub parts: Vec<Part>,
}

/// One kind of change in a pile.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// `added`, `updated`, `renamed`, `missing`, `withdrawn` or `failed`.
    pub kind: &'static str,
    pub y: String,
    pub height: String,
}

/// The width of every bar.
pub fn bar_width() -> String {
    coordinate(BAR)
}

/// The kinds of changes, from below.
pub const KINDS: [&str; 6] = ["added", "updated", "renamed", "missing", "withdrawn", "failed"];

/// What a run changed, of each kind.
pub fn changes(row: &run::Model) -> [i64; 6] {
    [row.added, row.updated, row.renamed, row.missing, row.withdrawn, row.failed]
}

/// The bars of runs, which come newest first and stand oldest first.
pub fn bars(runs: &[run::Model]) -> Bars {
    let changed = |row: &run::Model| changes(row).map(|n| n.max(0));
    let most = runs.iter().map(|row| changed(row).iter().sum::<i64>()).max().unwrap_or(0);
    let bars = runs
        .iter()
        .enumerate()
        .rev()
        .zip(0i32..)
        .map(|((run, row), place)| {
            let x = LEFT + f64::from(place) * STEP;
            let mut top = ABOVE + BARS;
            let parts: Vec<Part> = KINDS
                .into_iter()
                .zip(changed(row))
                .filter(|(_, n)| *n > 0)
                .map(|(kind, n)| {
                    let height = (ratio(n, most) * ROOM).max(LEAST);
                    top -= height;
                    Part { kind, y: coordinate(top), height: coordinate(height) }
                })
                .collect();
            let total = changed(row).iter().sum();
            let (x, middle) = (coordinate(x), coordinate(x + BAR / 2.0));
            Bar { x, middle, run, total, top: coordinate(top - 3.0), parts }
        })
        .collect();
    let width = LEFT + STEP * f64::from(u32::try_from(runs.len()).unwrap_or(u32::MAX));
    let heights = [most, most / 2, 0];
    let lines: BTreeMap<i64, String> = heights
        .into_iter()
        .map(|n| (n, coordinate(ABOVE + BARS - ratio(n, most) * ROOM)))
        .collect();
    let lines = lines.into_iter().rev().map(|(n, y)| (y, n)).collect();
    Bars { width: coordinate(width), height: coordinate(ABOVE + BARS), most, lines, bars }
}

#[expect(clippy::cast_precision_loss, reason = "a picture has a hundred pixels")]
fn ratio(n: i64, of: i64) -> f64 {
    if of == 0 { 0.0 } else { n as f64 / of as f64 }
}

fn coordinate(n: f64) -> String {
    let text = format!("{n:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn at(day: u32) -> DateTime<Utc> {
        format!("2026-11-{day:02}T00:00:00Z").parse().expect("a time")
    }

    fn check(sizes: &[(u32, i64)], expected: Option<&str>) {
        let sizes: Vec<Size> = sizes.iter().map(|(day, n)| (at(*day), *n)).collect();
        assert_eq!(line(&sizes).map(|line| line.points).as_deref(), expected);
    }

    #[test]
    fn a_line_goes_through_the_sizes_in_the_order_of_time() {
        check(&[], None);
        check(&[(1, 5)], None);
        check(&[(1, 5), (2, 5)], Some("3,14 117,14"));
        check(&[(1, 0), (2, 10), (5, 5)], Some("3,25 31.5,3 117,14"));
        check(&[(1, 0), (1, 10), (1, 0)], Some("3,25 60,3 117,25"));
        check(&[(1, i64::MAX), (2, 0)], Some("3,3 117,25"));
    }

    #[test]
    fn bars_stand_oldest_first_and_what_is_there_is_seen() {
        let row = |added, failed| {
            let row = run::Model::queued(Uuid::nil(), "x", at(1), at(1));
            run::Model { added, failed, ..row }
        };
        let all = bars(&[row(0, 1), row(1000, 0), row(0, 0)]);
        assert_eq!((all.most, all.width.as_str()), (1000, "128"));
        let told: Vec<String> = all
            .bars
            .iter()
            .map(|bar| {
                let parts: Vec<String> =
                    bar.parts.iter().map(|part| format!("{} {}", part.kind, part.height)).collect();
                format!("run {} at {}: {} = {}", bar.run, bar.x, parts.join(", "), bar.total)
            })
            .collect();
        assert_eq!(
            told,
            ["run 2 at 56:  = 0", "run 1 at 80: added 110 = 1000", "run 0 at 104: failed 2 = 1"]
        );
        let lines = |most| bars(&[row(most, 0)]).lines;
        let line = |y: &str, n| (y.to_owned(), n);
        assert_eq!(lines(1000), [line("24", 1000), line("79", 500), line("134", 0)]);
        assert_eq!(lines(1), [line("24", 1), line("134", 0)]);
        assert_eq!(bars(&[]).bars, []);
    }
}
