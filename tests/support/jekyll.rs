//! What the site of Canada's Open Resource Exchange makes of its files: each list is the folder of
//! its name, as one JSON document.

use std::path::Path;

use fedcat::formats::yaml::{Kind, Node, parse};
use serde_json::{Map, Value};

/// What the site's template engine knows of a folder: its files and folders by their names
/// without the ending.
pub fn data(folder: &Path) -> Value {
    let mut object = Map::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let value = if path.is_dir() { data(&path) } else { file(&path) };
        object.insert(name, value);
    }
    Value::Object(object)
}

fn file(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).expect("a text");
    json_of(&parse(&text).expect("YAML").root.expect("content"))
}

fn json_of(node: &Node) -> Value {
    match &node.kind {
        _ if node.is_null() => Value::Null,
        Kind::Scalar(scalar) => scalar.text.as_str().into(),
        Kind::Sequence(elements) => elements.iter().map(json_of).collect(),
        Kind::Mapping(entries) => {
            let key = |node: &Node| node.as_scalar().expect("a key").text.clone();
            entries.iter().map(|(name, value)| (key(name), json_of(value))).collect()
        }
    }
}
