//! Which words to mark, told from what the server marked in the hits.

use serde_json::{Map, Value};

use crate::search::Highlighter;

/// What the server puts around a match. Searched texts hold letters, digits and spaces only.
pub(super) const OPEN: &str = "<";
pub(super) const CLOSE: &str = ">";
/// Most words that a page marks.
const MOST: usize = 1_000;

/// The words typed, the last of which may be the beginning of one.
pub(super) fn of_typed(typed: &[String], open: bool) -> Highlighter {
    let mut highlighter =
        Highlighter { words: typed.iter().cloned().collect(), ..Highlighter::default() };
    if let (true, Some(last)) = (open, typed.last()) {
        highlighter.prefixes.insert(last.clone());
    }
    highlighter
}

/// Takes in what is marked in a hit. A marked beginning of a word stands for all words that begin
/// so: the server marks no more than what was typed.
pub(super) fn take_in(
    highlighter: &mut Highlighter,
    typed: &[String],
    formatted: &Map<String, Value>,
) {
    let texts = formatted.values().flat_map(|value| match value {
        Value::Array(texts) => texts.iter(),
        other => std::slice::from_ref(other).iter(),
    });
    for part in texts.filter_map(Value::as_str).flat_map(|text| text.split(OPEN).skip(1)) {
        if highlighter.words.len() + highlighter.prefixes.len() >= MOST {
            return;
        }
        let Some((marked, rest)) = part.split_once(CLOSE) else { continue };
        let is_cut = rest.starts_with(char::is_alphanumeric);
        // "email" finds "e mail": a word of a text with a hyphen, not any word "e".
        let joined = marked.replace(' ', "");
        if !is_cut && typed.contains(&joined) {
            highlighter.words.insert(joined);
            continue;
        }
        let mut words: Vec<&str> = marked.split_whitespace().collect();
        if is_cut {
            highlighter.prefixes.extend(words.pop().map(str::to_owned));
        }
        highlighter.words.extend(words.into_iter().map(str::to_owned));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn words_and_beginnings() {
        #[track_caller]
        fn check(typed: &str, text: &Value, words: &[&str], prefixes: &[&str]) {
            let formatted = json!({ "popularity": 7, "text_name": text });
            let mut highlighter = Highlighter::default();
            let typed = [typed.to_owned()];
            take_in(&mut highlighter, &typed, formatted.as_object().expect("an object"));
            let found = |set: &std::collections::BTreeSet<String>| Vec::from_iter(set.clone());
            assert_eq!(found(&highlighter.words), words);
            assert_eq!(found(&highlighter.prefixes), prefixes);
        }
        check("mot", &json!(["<mots> de passe", "l <mot>"]), &["mot", "mots"], &[]);
        check("visio", &json!(["la <visio>conference", 7]), &[], &["visio"]);
        check("sso", &json!("<single sign on>"), &["on", "sign", "single"], &[]);
        check("signon", &json!("<single sign> on <sign o>n"), &["sign", "single"], &["o"]);
        check("email", &json!(["<e mail> codes", "<email>"]), &["email"], &[]);
        check("x", &json!(["<", "<y", "> z", ">", "<>", ["<deep>"]]), &[], &[]);
    }

    #[test]
    fn a_server_cannot_make_a_page_mark_without_end() {
        let texts: Vec<String> = (0..5_000).map(|number| format!("<w{number}>")).collect();
        let mut highlighter = Highlighter::default();
        let formatted = json!({ "text_name": texts });
        take_in(&mut highlighter, &[], formatted.as_object().expect("an object"));
        assert_eq!(highlighter.words.len(), MOST);
    }
}
