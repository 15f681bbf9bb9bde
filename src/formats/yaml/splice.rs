//! Replacing values inside a YAML text, so that everything else keeps its line.

use std::collections::BTreeMap;

/// Puts a text without line breaks in the place of each scalar value; keyed by the start of the
/// scalar's range, with its end. The line breaks of the old value follow the new one, so that
/// later lines keep their numbers.
pub fn splice(text: &str, replacements: &BTreeMap<usize, (usize, String)>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (&start, (end, replacement)) in replacements {
        let (Some(before), Some(old)) = (text.get(done..start), text.get(start..*end)) else {
            continue;
        };
        out.push_str(before);
        if old.contains(BREAKS) {
            let column = out.rsplit(BREAKS).next().unwrap_or_default().chars().count();
            out.push_str(replacement);
            push_breaks(old, column, &mut out);
        } else {
            out.push_str(replacement);
        }
        done = *end;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}

const BREAKS: [char; 2] = ['\n', '\r'];

/// Adds the line breaks of the old value and the indentation after them. Where the old value
/// ended in the middle of a line, the rest of that line is flow punctuation or a comment; it is
/// indented as far as the value started, which is deeper than YAML can ask for.
fn push_breaks(old: &str, column: usize, out: &mut String) {
    let mut indentation = false;
    for c in old.chars() {
        indentation = BREAKS.contains(&c) || (indentation && matches!(c, ' ' | '\t'));
        if indentation {
            out.push(c);
        }
    }
    if !indentation {
        out.extend(std::iter::repeat_n(' ', column));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_indentation_stay() {
        let check = |text: &str, old: &str, expected: &str| {
            let start = text.find(old).expect("the value stands in the text");
            let replacements = BTreeMap::from([(start, (start + old.len(), "'new'".to_owned()))]);
            assert_eq!(splice(text, &replacements), expected, "{text:?}");
        };
        check("a: old # c\nb: 1", "old", "a: 'new' # c\nb: 1");
        check("a: old\n  value\nb: 1", "old\n  value", "a: 'new'\n     \nb: 1");
        check("a: [1,\n x: old\n y]", "old\n y", "a: [1,\n x: 'new'\n     ]");
        check("[{a: \"old\r\n   v\", b: 1}]", "\"old\r\n   v\"", "[{a: 'new'\r\n        , b: 1}]");
        check("a: |\n  old\n\n  v\nb: 1", "|\n  old\n\n  v\n", "a: 'new'\n  \n\n  \nb: 1");
    }
}
