//! How a row of the evaluation set says in which kind of field its statement stood.

use fedcat::licence::Context;

/// The kind of field in which statements of the class stand.
pub fn context_of(class: &str) -> Context {
    match class {
        "debian" => Context::Dep5,
        "cran" => Context::Cran,
        "classifier" => Context::Trove,
        "fedora" => Context::Fedora,
        "compound" => Context::Cargo,
        "url" => Context::Url,
        "qid" => Context::Wikidata,
        "valid" | "deprecated" => Context::Spdx,
        _ => Context::Text,
    }
}
