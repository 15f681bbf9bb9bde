//! Who publishes, uses and supports the software.

use std::collections::HashSet;

use super::fields::{Field, Reader, Section, shorten};
use super::keys;
use crate::catalogue::content::{Organisation, SupportProvider, Usage, UsageEvidence};
use crate::catalogue::urls::WebUrl;

/// The namespace of the Italian register of administrations.
const ITALIAN_URN: &str = "urn:x-italian-pa:";

/// The publisher: `organisation`, completed by the keys that it replaced. Without a name, its
/// URI is the name: it is what the file calls it.
pub(super) fn publisher(
    reader: &mut Reader,
    root: &Section<'_>,
    legal: Option<&Section<'_>>,
) -> Option<Organisation> {
    let organisation = root.section(reader, "organisation", keys::ORGANISATION);
    let stated = organisation.as_ref();
    let uri = stated.and_then(|o| o.get("uri")).and_then(|field| identifying_uri(reader, field));
    let name = stated.and_then(|o| o.get("name")).and_then(|field| reader.line(field));
    let owner = legal.and_then(|legal| legal.get("repoOwner")).and_then(|field| reader.line(field));
    let uri = uri.or(italian_code(reader, root));
    let name = name.or(owner).or(uri.clone())?;
    let country =
        uri.as_deref().filter(|uri| uri.starts_with(ITALIAN_URN)).map(|_| "IT".to_owned());
    Some(Organisation { name, uri, country })
}

/// An absolute web address or a URN. The Italian codes are brought to lower case, in which their
/// register writes them.
fn identifying_uri(reader: &mut Reader, field: &Field<'_>) -> Option<String> {
    let text = reader.line(field)?;
    let folded = text.to_lowercase();
    if folded.starts_with(ITALIAN_URN) && folded.len() > ITALIAN_URN.len() {
        return Some(folded);
    }
    let is_urn = folded.starts_with("urn:")
        && folded.splitn(3, ':').filter(|part| !part.is_empty()).count() == 3
        && !folded.contains(char::is_whitespace);
    if is_urn {
        return Some(text);
    }
    if let Ok(url) = WebUrl::parse(&text) {
        return Some(url.as_str().to_owned());
    }
    let message = format!("{} is neither a web address nor a URN.", shorten(&text));
    reader.warn("publiccode-invalid-url", field, message);
    None
}

/// The code in `IT.riuso.codiceIPA`. The rest of a country's section is that country's own.
fn italian_code(reader: &mut Reader, root: &Section<'_>) -> Option<String> {
    let reuse = root.get("IT").and_then(|italy| italy.child("riuso"))?;
    let code = reader.line(&reuse.child("codiceIPA")?)?;
    Some(format!("{ITALIAN_URN}{}", code.to_lowercase()))
}

/// Those whom the project names as its users. Nobody has confirmed them.
pub(super) fn usages(reader: &mut Reader, root: &Section<'_>) -> Vec<Usage> {
    let mut seen = HashSet::new();
    let fields = root.get("usedBy").map(|field| reader.list(field)).unwrap_or_default();
    fields
        .iter()
        .filter_map(|field| reader.line(field))
        .filter(|organisation| seen.insert(organisation.clone()))
        .map(|organisation| Usage {
            organisation,
            country: None,
            evidence: UsageEvidence::Project,
            users: None,
            referents: None,
            since: None,
            expires_on: None,
        })
        .collect()
}

/// The companies that maintain the software under a contract.
pub(super) fn contractors(reader: &mut Reader, maintenance: &Section<'_>) -> Vec<SupportProvider> {
    let fields = maintenance.get("contractors").map(|f| reader.list(f)).unwrap_or_default();
    fields.iter().filter_map(|field| contractor(reader, field)).collect()
}

fn contractor(reader: &mut Reader, field: &Field<'_>) -> Option<SupportProvider> {
    if field.node.as_scalar().is_some() {
        reader.wrong_type(field, "a mapping with name, until and website");
        let name = reader.line(field)?;
        return Some(SupportProvider { name, url: None, until: None });
    }
    let contractor = Section::open(reader, field, keys::CONTRACTOR)?;
    let name = contractor.require(reader, "name").and_then(|field| reader.line(field))?;
    let url = contractor.get("website").and_then(|field| reader.url(field));
    let until = contractor.get("until").and_then(|field| reader.date(field));
    Some(SupportProvider { name, url, until })
}
