//! What Fedcat writes in English – findings, why a run failed or is held, why records are one
//! software, what was wrong with a request – in French. It is stored and sent as a text, so it is
//! known again by its words: `locales/fr/told.txt` says which.

use std::sync::LazyLock;

use super::language::Language;

/// How deep messages may be nested: what a source wrote could go on without end.
const DEEPEST: usize = 5;
/// Bytes of the longest message that is looked at: longer ones are mostly text of sources.
const LONGEST: usize = 1_500;

static IN_FRENCH: LazyLock<Table> =
    LazyLock::new(|| Table::read(include_str!("../../../locales/fr/told.txt")));

/// A message in French, where it is one that is known.
pub fn in_french(message: &str) -> Option<String> {
    let known = (message.len() <= LONGEST).then_some(message)?;
    IN_FRENCH.told(known, DEEPEST).map(|(_, told)| told)
}

/// A message in the reader's language, else as it stands.
pub fn translated(t: Language, message: &str) -> String {
    let french = match t {
        Language::French => in_french(message),
        Language::English => None,
    };
    french.unwrap_or_else(|| message.to_owned())
}

/// A part of a message before it is filled in.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    Words(&'static str),
    Hole {
        /// In capitals where a message of its own may stand in it.
        name: char,
        /// Words between the parts of a list, and those that stand for them.
        between: Option<(&'static str, &'static str)>,
    },
}

/// A message with holes, and its translation.
#[derive(Debug)]
struct Template {
    message: Vec<Part>,
    told: Vec<Part>,
    /// Letters outside the holes; a template without any only joins other messages.
    letters: usize,
}

/// The templates, in the order of the file.
struct Table(Vec<Template>);

/// The number of letters that a translation knew, and the translation.
type Told = (usize, String);

impl Table {
    /// Reads one template a line; what is no template is a remark.
    fn read(text: &'static str) -> Self {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let templates = lines.filter_map(|line| line.split_once(" → "));
        Self(templates.map(|(message, told)| Template::new(parts(message), parts(told))).collect())
    }

    /// The translation by the template that knows most letters of a message; of equals, the first.
    fn told(&self, message: &str, depth: usize) -> Option<Told> {
        let depth = depth.checked_sub(1)?;
        let fitting = self.0.iter().filter_map(|template| {
            let values = template.values(message)?;
            self.filled(template, &values, depth)
        });
        fitting.reduce(|best, next| if next.0 > best.0 { next } else { best })
    }

    fn filled(&self, template: &Template, values: &[Value<'_>], depth: usize) -> Option<Told> {
        let mut known = template.letters;
        let mut text = String::new();
        for part in &template.told {
            match part {
                Part::Words(words) => text.push_str(words),
                Part::Hole { name, between } => {
                    let (_, value) = values.iter().find(|(hole, _)| hole == name)?;
                    match between {
                        Some((own, told)) => text.push_str(&value.replace(own, told)),
                        None if name.is_uppercase() => match self.told(value, depth) {
                            Some((more, told)) => {
                                known += more;
                                text.push_str(&told);
                            }
                            None if template.letters == 0 => return None,
                            None => text.push_str(value),
                        },
                        None => text.push_str(value),
                    }
                }
            }
        }
        Some((known, text))
    }
}

/// What stands in a hole.
type Value<'m> = (char, &'m str);

impl Template {
    fn new(message: Vec<Part>, told: Vec<Part>) -> Self {
        let own = message.iter().map(|part| match part {
            Part::Words(words) => words.chars().filter(|c| c.is_alphabetic()).count(),
            Part::Hole { .. } => 0,
        });
        Self { letters: own.sum(), message, told }
    }

    /// What stands in the holes of a message; `None` where it is another message.
    fn values<'m>(&self, message: &'m str) -> Option<Vec<Value<'m>>> {
        let mut values = Vec::new();
        let mut rest = message;
        let mut open = None;
        let mut parts = self.message.iter().peekable();
        while let Some(part) = parts.next() {
            match (part, open.take()) {
                (Part::Hole { name, .. }, _) => open = Some(*name),
                (Part::Words(words), None) => rest = rest.strip_prefix(words)?,
                (Part::Words(words), Some(hole)) => {
                    let (value, after) = match parts.peek() {
                        None if !words.starts_with('"') => (rest.strip_suffix(words)?, ""),
                        _ => split_before(rest, words)?,
                    };
                    values.push((hole, value));
                    rest = after;
                }
            }
        }
        match open {
            Some(hole) => values.push((hole, rest)),
            None if !rest.is_empty() => return None,
            None => {}
        }
        Some(values)
    }
}

/// What stands before some words, and after them. Words that begin with a quotation mark close a
/// quotation, in which other such marks stand after a backslash.
fn split_before<'m>(text: &'m str, words: &str) -> Option<(&'m str, &'m str)> {
    if !words.starts_with('"') {
        return text.split_once(words);
    }
    let mut is_escaped = false;
    let end = text.char_indices().find_map(|(at, c)| {
        let closes = c == '"' && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        closes.then_some(at)
    })?;
    let (value, after) = text.split_at_checked(end)?;
    Some((value, after.strip_prefix(words)?))
}

/// The words and holes of one side of a line.
fn parts(mut text: &'static str) -> Vec<Part> {
    let mut all = Vec::new();
    while let Some((words, hole, after)) = next_hole(text) {
        if !words.is_empty() {
            all.push(Part::Words(words));
        }
        all.push(hole);
        text = after;
    }
    if !text.is_empty() {
        all.push(Part::Words(text));
    }
    all
}

/// The words before a hole, the hole, and what follows it.
fn next_hole(text: &'static str) -> Option<(&'static str, Part, &'static str)> {
    let (words, rest) = text.split_once('{')?;
    let (inside, after) = rest.split_once('}')?;
    let mut letters = inside.chars();
    let name = letters.next().filter(char::is_ascii_alphabetic)?;
    let between = letters.as_str().strip_prefix('/').and_then(|words| words.split_once('/'));
    Some((words, Part::Hole { name, between }, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A table of a few lines.
    const TABLE: &str = "# a remark → none\n\
        {A}; {B} → {A} & {B}\n\
        {a}: {B} → {a} = {B}\n\
        no words → pas de mots\n\
        it broke: {A} → cassé : {A}\n\
        it broke: expected a cup → cassé : attendu une tasse\n\
        {a} is left out: {B} → {B}, donc sans {a}\n\
        \"{a}\" and \"{b}\" differ → {b} ≠ {a}\n\
        one of {a} → au choix {a/ or / ou }\n";

    #[test]
    fn a_message_is_known_by_its_words() {
        let table = Table::read(TABLE);
        for (message, told) in [
            ("no words", Some("pas de mots")),
            // What a hole holds is carried over, whatever it is; a message in it is told.
            ("it broke: ", Some("cassé : ")),
            ("it broke: {a} → 100 %", Some("cassé : {a} → 100 %")),
            ("it broke: no words", Some("cassé : pas de mots")),
            ("x is left out: no words", Some("pas de mots, donc sans x")),
            (" is left out: y", Some("y, donc sans ")),
            ("it broke: x is left out: no words", Some("cassé : pas de mots, donc sans x")),
            // The one that knows most of the words holds; of equals, the first.
            ("it broke: expected a cup", Some("cassé : attendu une tasse")),
            ("it broke: x; no words", Some("cassé : x & pas de mots")),
            // A quotation ends at its own mark.
            (r#""a" and "b" differ"#, Some("b ≠ a")),
            (r#""a\" and \"c" and "" differ"#, Some(r#" ≠ a\" and \"c"#)),
            (r#""a\\" and "b\"" differ"#, Some(r#"b\" ≠ a\\"#)),
            (r#""a" or "b" differ"#, None),
            (r#""a" and "b" differ, x"#, None),
            (r#""a" and "b differ"#, None),
            ("one of x or y or z", Some("au choix x ou y ou z")),
            // Several in one, where each is known.
            ("no words; it broke: x", Some("pas de mots & cassé : x")),
            ("no words; something else", None),
            ("https://example.org/x: no words", Some("https://example.org/x = pas de mots")),
            ("https://example.org/x: no such words", None),
            ("", None),
            ("no words ", None),
            ("No words", None),
            ("# a remark", None),
        ] {
            let found = table.told(message, DEEPEST).map(|(_, told)| told);
            assert_eq!(found.as_deref(), told, "{message}");
        }
    }

    #[test]
    fn foreign_words_do_not_go_on_without_end() {
        let table = Table::read(TABLE);
        let (_, told) = table.told(&"it broke: ".repeat(300), DEEPEST).expect("it is known");
        assert!(told.starts_with(&"cassé : ".repeat(DEEPEST)) && told.ends_with("it broke: "));
        assert_eq!(table.told(&"no words; ".repeat(300), DEEPEST), None);
        assert_eq!(in_french(&"the listing: ".repeat(LONGEST)), None);
    }

    #[test]
    fn every_line_of_the_table_is_a_template() {
        let text = include_str!("../../../locales/fr/told.txt");
        let mut known = std::collections::BTreeSet::new();
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (message, told) = line.split_once(" → ").expect(line);
            assert!(known.insert(message), "twice: {line}");
            let template = Template::new(parts(message), parts(told));
            let name = |part: &Part| match part {
                Part::Hole { name, .. } => Some(*name),
                Part::Words(_) => None,
            };
            let holes: Vec<char> = template.message.iter().filter_map(name).collect();
            let filled: Vec<char> = template.told.iter().filter_map(name).collect();
            assert!(filled.iter().all(|hole| holes.contains(hole)), "{line}");
            let is_cut = |pair: &[Part]| pair.iter().all(|part| name(part).is_some());
            assert!(
                !template.message.windows(2).any(is_cut),
                "two holes beside each other: {line}"
            );
        }
        assert!(known.len() > 300, "{}", known.len());
    }

    #[test]
    fn what_fedcat_says_is_said_in_french() {
        for (message, told) in [
            (
                "name has no value, though the standard asks for one.",
                "name n’a pas de valeur, alors que le standard en demande une.",
            ),
            (
                "name-and-homepage parcel|parcel.example.org",
                "même nom et même site : parcel, parcel.example.org",
            ),
            (
                "repository code.example.org/town/parcel",
                "même dépôt : code.example.org/town/parcel",
            ),
            (
                "11 of 100 records would no longer be listed; the operator holds this source: x; y",
                "11 fiches sur 100 ne seraient plus dans la liste ; l’exploitant retient les \
                 moissonnages de cette source : x; y",
            ),
            (
                r#""mappa" is left out: not an absolute address: expected http:// or https:// and a host"#,
                "« mappa » n’est pas retenu : ce n’est pas une adresse absolue ; attendu : \
                 http:// ou https:// et un hôte",
            ),
            (
                r#""Parcel \"2\"", entry 3 of the list: the entry has no usable id: expected a number"#,
                r#"« Parcel \"2\" », fiche 3 de la liste : la fiche n’a pas d’identifiant utilisable ; attendu : un nombre"#,
            ),
            (
                r#""EUPL" does not state the version; it may mean EUPL-1.1 or EUPL-1.2: expected one SPDX expression"#,
                "« EUPL » ne dit pas la version ; sens possibles : EUPL-1.1 ou EUPL-1.2 ; attendu : \
                 une seule expression SPDX",
            ),
            (
                "https://example.org/a.json: the document is an object without catalog, expected an \
                 array of entries, or an object with catalog; it looks like a page of the web",
                "https://example.org/a.json : le document n’est pas de la forme attendue (trouvé : \
                 un objet sans catalog ; attendu : un tableau de fiches, ou un objet avec catalog) ; \
                 cela ressemble à une page web",
            ),
            (
                r#"the parameter sort is "size": expected one of name, use"#,
                "le paramètre sort vaut « size » ; attendu, au choix : name, use",
            ),
        ] {
            let found = in_french(message).map(|text| text.replace(['\u{a0}', '\u{202f}'], " "));
            assert_eq!(found.as_deref(), Some(told), "{message}");
        }
        assert_eq!(translated(Language::English, "verdict"), "verdict");
        assert_eq!(translated(Language::French, "nothing that is known"), "nothing that is known");
    }
}
