//! The documents that every case asks about.

use super::*;

pub(super) fn schema() -> Schema {
    Schema::new(&ATTRIBUTES, &FACETS).expect("a small schema")
}

pub(super) fn synonyms() -> Synonyms {
    Synonyms::of_groups([
        ["gis", "geographic information system"].map(str::to_owned),
        ["sso", "single sign-on"].map(str::to_owned),
    ])
}

pub(super) fn text(text: &str) -> Query {
    Query { text: text.to_owned(), limit: 100, ..Query::default() }
}

/// Ids in the order of numbers.
pub(super) fn id(number: usize) -> Uuid {
    Uuid::from_u128(number as u128)
}

/// Name, what it replaces, summary. The first are the most popular.
pub(super) const SHELF: [(&str, &[&str], &str); 14] = [
    ("Nextcloud", &["Dropbox"], "Files, calendar and contacts for teams"),
    ("LibreOffice", &["Microsoft Office"], "Texts, tables and slides"),
    ("Keycloak", &["Okta"], "Identity with single sign-on, successor of e-mail codes"),
    ("OnlyOffice", &["Microsoft Office"], "A libre editor for your office"),
    ("Jitsi Meet", &["Zoom"], "Visioconférence, réunions en ligne"),
    ("BigBlueButton", &["Zoom"], "Visioconférence for the virtual classroom"),
    ("Passbolt", &[], "Gestionnaire de mots de passe pour les équipes"),
    ("Blue Pages", &[], "A big button for every blue book"),
    ("Git", &[], "Keeps versions of texts"),
    ("Gitea", &["GitHub"], "A forge around Git"),
    ("Postale", &["Outlook"], "Reads an email at the école"),
    ("文書管理", &[], "Document management with geographic information system"),
    ("Thunderbird", &["Outlook", "Microsoft Exchange"], "Mail and calendar"),
    ("Zoomer", &[], "Zooms into maps"),
];

pub(super) fn shelf() -> Vec<Document> {
    let documents = SHELF.iter().enumerate().map(|(number, (name, replaces, summary))| Document {
        id: id(number),
        texts: vec![
            vec![(*name).to_owned()],
            replaces.iter().map(|&label| label.to_owned()).collect(),
            vec![(*summary).to_owned()],
        ],
        facets: vec![
            [&["office", "mail"][..], &["office"], &[]][number % 3]
                .iter()
                .map(|&kind| kind.to_owned())
                .collect(),
            vec![["fr", "de", "it", "fr"][number % 4].to_owned()],
        ],
        name: fold(name),
        is_secondary: false,
        popularity: 100 - number as u32 / 2,
        fresh: [0, 30, 10, 20][number % 4],
        added: (number * 7 % 5) as i64,
    });
    documents.collect()
}

pub(super) fn names(answer: &Answer) -> Vec<&'static str> {
    answer.hits.iter().map(|hit| SHELF[hit.id.as_u128() as usize].0).collect()
}
