//! How often licence statements of real catalogues are read rightly, and that they are never read
//! wrongly. The statements stay where they are: the tests are skipped where the folder is absent.
#![expect(clippy::expect_used, reason = "helpers of tests are tests")]

#[path = "support/evaluation.rs"]
mod evaluation;
mod support;

/// Prints a line also where the output of passing tests is not shown: the harness keeps what
/// `println!` writes to itself, but not this.
macro_rules! tell {
    ($($part:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stdout(), $($part)*);
    }};
}

use std::collections::BTreeMap;

use evaluation::context_of;
use fedcat::licence::{Context, Normalised, Outcome, normalise};
use support::skipped::shared;

/// A statement with its right answer.
struct Row {
    string: String,
    expected: String,
    class: String,
    also_right: Vec<String>,
}

/// How the rows of a class came out.
#[derive(Default, Clone, Copy)]
struct Tally {
    exact: usize,
    refused_rightly: usize,
    wrong: usize,
    answered_wrongly: usize,
    refused_though_answerable: usize,
}

impl Tally {
    fn add(&mut self, row: &Row, found: &Normalised) {
        let must_refuse = matches!(row.expected.as_str(), "AMBIG" | "NONE");
        match (found.expression(), must_refuse) {
            (Some(expression), true) => {
                eprintln!("answered: {:?} -> {expression} ({})", row.string, row.class);
                self.answered_wrongly += 1;
            }
            (None, true) => self.refused_rightly += 1,
            (Some(expression), false) if row.is_right(expression) => self.exact += 1,
            (Some(expression), false) => {
                eprintln!("wrong: {:?} -> {expression}, not {}", row.string, row.expected);
                self.wrong += 1;
            }
            (None, false) => {
                eprintln!("refused: {:?} ({}) {}", row.string, row.class, found.explanation());
                self.refused_though_answerable += 1;
            }
        }
    }

    fn sum(self, other: Self) -> Self {
        Self {
            exact: self.exact + other.exact,
            refused_rightly: self.refused_rightly + other.refused_rightly,
            wrong: self.wrong + other.wrong,
            answered_wrongly: self.answered_wrongly + other.answered_wrongly,
            refused_though_answerable: self.refused_though_answerable
                + other.refused_though_answerable,
        }
    }

    fn answerable(&self) -> usize {
        self.exact + self.wrong + self.refused_though_answerable
    }

    fn share_exact(&self) -> f64 {
        self.exact as f64 / self.answerable().max(1) as f64
    }

    fn share_right(&self) -> f64 {
        let right = self.exact + self.refused_rightly;
        let all = self.answerable() + self.refused_rightly + self.answered_wrongly;
        right as f64 / all.max(1) as f64
    }
}

impl Row {
    /// Parentheses around the whole say nothing and are not kept.
    fn is_right(&self, found: &str) -> bool {
        let bare = |text: &str| match text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
            Some(inner) if !inner.contains(['(', ')']) => inner.to_owned(),
            _ => text.to_owned(),
        };
        found == bare(&self.expected) || self.also_right.iter().any(|one| bare(one) == found)
    }
}

fn rows() -> Option<Vec<Row>> {
    let table = std::fs::read_to_string(shared("conformance/licences/eval.tsv")?).expect("rows");
    let rows = table.lines().skip(1).filter_map(|line| {
        let mut fields = line.split('\t');
        let (string, expected, class) = (fields.next()?, fields.next()?, fields.next()?);
        let also_right = fields.nth(1).unwrap_or_default();
        Some(Row {
            string: string.to_owned(),
            expected: expected.to_owned(),
            class: class.to_owned(),
            also_right: also_right
                .split('|')
                .map(|one| one.trim().to_owned())
                .filter(|one| !one.is_empty())
                .collect(),
        })
    });
    Some(rows.collect())
}

fn measure(rows: &[Row], context: impl Fn(&Row) -> Context) -> BTreeMap<String, Tally> {
    let mut classes: BTreeMap<String, Tally> = BTreeMap::new();
    for row in rows {
        let found = normalise(&row.string, context(row));
        classes.entry(row.class.clone()).or_default().add(row, &found);
    }
    classes
}

fn print(title: &str, classes: &BTreeMap<String, Tally>) -> Tally {
    tell!("\n{title}");
    tell!(
        "{:<16} {:>6} {:>8} {:>6} {:>9} {:>8}",
        "class",
        "exact",
        "refused",
        "wrong",
        "answered",
        "missed"
    );
    let line = |name: &str, tally: &Tally| {
        tell!(
            "{name:<16} {:>6} {:>8} {:>6} {:>9} {:>8}",
            tally.exact,
            tally.refused_rightly,
            tally.wrong,
            tally.answered_wrongly,
            tally.refused_though_answerable
        );
    };
    for (class, tally) in classes {
        line(class, tally);
    }
    let all = classes.values().fold(Tally::default(), |sum, tally| sum.sum(*tally));
    line("all", &all);
    tell!("exact {:.1} % of what can be answered", 100.0 * all.share_exact());
    all
}

fn assert_never_wrong(all: &Tally) {
    assert_eq!(all.wrong, 0, "wrong answers");
    assert_eq!(all.answered_wrongly, 0, "answers where none is right");
}

#[test]
fn licence_statements_with_their_context() {
    let Some(rows) = rows() else { return };
    let classes = measure(&rows, |row| context_of(&row.class));
    let all = print("with context", &classes);
    assert_never_wrong(&all);
    assert!(all.share_exact() >= 0.95, "{:.3}", all.share_exact());
    let wording = classes.get("lang").copied().unwrap_or_default();
    assert!(wording.share_right() >= 0.9, "{:.3}", wording.share_right());
}

#[test]
fn licence_statements_without_context() {
    let Some(rows) = rows() else { return };
    let all = print("without context", &measure(&rows, |_| Context::Text));
    assert_never_wrong(&all);
    assert!(all.share_exact() >= 0.90, "{:.3}", all.share_exact());
}

#[test]
fn licence_strings_on_which_other_tables_contradict_each_other() {
    let Some(path) = shared("conformance/licences/contested.tsv") else { return };
    let table = std::fs::read_to_string(path).expect("rows");
    for string in table.lines().skip(1).filter_map(|line| line.split('\t').next()) {
        let found = normalise(string, Context::Text);
        eprintln!("{:<70} {}", string, found.explanation());
        // An answer to a contested string must not add what the string does not say: no version,
        // no later versions, no branch.
        if let Some(expression) = found.expression() {
            let says_later = string.contains('+') || string.contains("later");
            assert!(says_later || !expression.contains("-or-later"), "{string}: {expression}");
            let has_digit = |text: &str| text.bytes().any(|byte| byte.is_ascii_digit());
            let named = matches!(expression, "MIT" | "Zlib" | "ICU" | "Aladdin");
            assert!(named || has_digit(string), "{string}: {expression}");
        }
        assert!(!matches!(found.outcome, Outcome::NoStatement), "{string}");
    }
}
