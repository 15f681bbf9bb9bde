//! `legal.license`: a declared statement, and what its owner should know about it.

use super::fields::{Field, Reader, Section};
use crate::catalogue::content::{Content, LicenceSlot};
use crate::formats::Severity;
use crate::formats::yaml::Kind;
use crate::formats::{Code, Finding, licence_field};
use crate::licence::Context;

/// Reads the licence into `content`.
pub(super) fn read(
    reader: &mut Reader,
    root: &Section<'_>,
    legal: Option<&Section<'_>>,
    content: &mut Content,
) {
    let Some(field) = legal.and_then(|legal| legal.get("license")) else {
        let (path, position) = match legal {
            Some(legal) => legal.place("license"),
            None => ("legal.license".to_owned(), root.place("legal").1),
        };
        let message = "No licence is stated, expected an SPDX expression.";
        reader.add(
            Finding::new(Code::LicenceMissing, path, message)
                .severity(Severity::Warning)
                .at(Some(position)),
        );
        return;
    };
    let mut findings = Vec::new();
    let declared = LicenceSlot::Declared;
    for raw in texts(reader, field) {
        let statement =
            licence_field::statement(&raw, declared, Context::Spdx, &field.path, &mut findings);
        content.licences.extend(statement.filter(|made| !content.licences.contains(made)));
    }
    for finding in findings {
        reader.add(finding.at(Some(field.node.start)));
    }
}

/// The statement, or each of a list, which does not say whether its licences hold together or one of
/// them may be chosen.
fn texts(reader: &mut Reader, field: &Field<'_>) -> Vec<String> {
    if !matches!(field.node.kind, Kind::Sequence(_)) {
        return reader.line(field).into_iter().collect();
    }
    reader.wrong_type(field, "one SPDX expression with AND or OR");
    let items = reader.one_or_more(field);
    items.iter().filter_map(|item| reader.line(item)).collect()
}
