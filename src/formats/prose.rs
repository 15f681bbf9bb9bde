//! Descriptions of formats that do not tell a summary from a long text.

use crate::catalogue::content::Content;
use crate::catalogue::text::{Lang, clean_line, readable};

/// The longest summary, in characters.
const LONGEST_SUMMARY: usize = 300;

/// Puts the text of one language into the content: a short one is the summary; of a long one,
/// which is the description, the first sentence is.
pub fn describe(text: &str, lang: Lang, content: &mut Content) {
    // Before the first sentence is looked for: markup parts paragraphs, too.
    let text = &readable(text);
    let line = clean_line(text);
    if line.chars().count() <= LONGEST_SUMMARY {
        content.summary.insert(lang, &line);
    } else {
        content.summary.insert(lang.clone(), &shortened(first_sentence(text)));
        content.description.insert(lang, text);
    }
}

/// The text up to its first blank line, or to the first mark that ends a sentence: one before
/// white space and no small letter, and not after an abbreviation (`U.S.`, `J. Smith`).
fn first_sentence(text: &str) -> &str {
    let text = text.trim();
    let paragraph = text.find("\n\n").or_else(|| text.find("\r\n\r\n")).unwrap_or(text.len());
    let text = text.get(..paragraph).unwrap_or(text);
    let ends = |at: usize, mark: &str| {
        let (Some(before), Some(after)) = (text.get(..at), text.get(at + mark.len()..)) else {
            return false;
        };
        let word = before.rsplit(char::is_whitespace).next().unwrap_or_default();
        let is_abbreviation = mark == "." && (word.contains('.') || word.chars().count() < 2);
        let next = after.trim_start();
        next.len() < after.len() && !next.starts_with(char::is_lowercase) && !is_abbreviation
    };
    text.match_indices(['.', '!', '?'])
        .find(|(at, mark)| ends(*at, mark))
        .and_then(|(at, mark)| text.get(..at + mark.len()))
        .unwrap_or(text)
}

/// A line of at most [`LONGEST_SUMMARY`] characters, cut between two words.
fn shortened(sentence: &str) -> String {
    let line = clean_line(sentence);
    if line.chars().count() <= LONGEST_SUMMARY {
        return line;
    }
    let room: String = line.chars().take(LONGEST_SUMMARY - 1).collect();
    let kept = room.rsplit_once(' ').map_or(room.as_str(), |(words, _)| words);
    format!("{kept}…")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_first_sentence_ends_where_a_reader_would_end_it() {
        for (text, expected) in [
            ("Parcels. And letters.", "Parcels."),
            ("Made for the U.S. Post. It works.", "Made for the U.S. Post."),
            ("Written by A. Person. It works.", "Written by A. Person."),
            ("Version 2.0 of it! Yes.", "Version 2.0 of it!"),
            ("Parcels, e.g. letters", "Parcels, e.g. letters"),
            ("Parcels\n\nIt follows them.", "Parcels"),
            ("包裹追蹤系統", "包裹追蹤系統"),
        ] {
            assert_eq!(first_sentence(text), expected, "{text}");
        }
    }

    #[test]
    fn a_short_text_is_a_summary_and_a_long_one_has_one() {
        let mut short = Content::default();
        describe("Follows\nparcels.", Lang::unknown(), &mut short);
        assert_eq!(short.summary.get("und"), Some("Follows parcels."));
        assert!(short.description.is_empty());
        let text = format!("Follows parcels. {}", "It does. ".repeat(40));
        let mut long = Content::default();
        describe(&text, Lang::unknown(), &mut long);
        assert_eq!(long.summary.get("und"), Some("Follows parcels."));
        assert_eq!(long.description.get("und"), Some(text.trim()));
    }

    proptest! {
        #[test]
        fn a_summary_is_never_too_long(text in "(\\PC{0,40}[ .\n]){0,30}") {
            let mut content = Content::default();
            describe(&text, Lang::unknown(), &mut content);
            if let Some(summary) = content.summary.get("und") {
                prop_assert!(summary.chars().count() <= LONGEST_SUMMARY);
            }
            prop_assert!(content.description.is_empty() || !content.summary.is_empty());
        }
    }
}
