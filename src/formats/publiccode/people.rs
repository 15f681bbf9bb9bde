//! Who publishes, owns, pays for, maintains and supports the software.

use super::fields::{Field, Reader, Section};
use super::keys;
use crate::catalogue::content::{Content, Involved, Organisation, Role, SupportProvider};
use crate::catalogue::text::shorten;
use crate::catalogue::urls::WebUrl;
use crate::formats::Code;

/// The namespace of the Italian register of administrations.
const ITALIAN_URN: &str = "urn:x-italian-pa:";

/// Reads the organisations of `organisation`, `legal` and `fundedBy`, and the code of the Italian
/// section, into `content`.
pub(super) fn read_parties(
    reader: &mut Reader,
    root: &Section<'_>,
    legal: Option<&Section<'_>>,
    content: &mut Content,
) {
    let owner = |reader: &mut Reader, key| {
        legal.and_then(|legal| legal.get(key)).and_then(|field| reader.line(field))
    };
    let of_repository = owner(reader, "repoOwner");
    let of_copyright = owner(reader, "mainCopyrightOwner");
    let named = |name| Organisation { name, ..Organisation::default() };
    let owners = [
        (Role::CopyrightOwner, of_copyright.clone()),
        (Role::RepositoryOwner, of_repository.clone()),
    ];
    for (role, name) in owners {
        add(content, name.map(|name| Involved { role, organisation: named(name) }));
    }
    for field in root.get("fundedBy").map(|field| reader.list(field)).unwrap_or_default() {
        add(content, funder(reader, &field));
    }
    content.publisher = publisher(reader, root, of_repository, of_copyright);
}

/// The publisher: `organisation`, completed by the keys that it replaced. A code is no name: where
/// the file identifies the organisation and names nobody, it has none. An administration releases
/// what it owns, so the owner of the copyright names it where nothing else does and a register
/// knows it by a code; else the owner is no more than that.
fn publisher(
    reader: &mut Reader,
    root: &Section<'_>,
    of_repository: Option<String>,
    of_copyright: Option<String>,
) -> Option<Organisation> {
    let organisation = root.section(reader, "organisation", keys::ORGANISATION);
    let stated = organisation.as_ref();
    let uri = stated.and_then(|o| o.get("uri")).and_then(|field| identifying_uri(reader, field));
    let name = stated.and_then(|o| o.get("name")).and_then(|field| reader.line(field));
    let uri = uri.or(italian_code(reader, root));
    let name = name.filter(|name| !is_code(name)).or(of_repository.filter(|name| !is_code(name)));
    let is_registered = uri.as_deref().is_some_and(is_code);
    let name = name.or(of_copyright.filter(|name| is_registered && !is_code(name)));
    if uri.is_none() && name.is_none() {
        return None;
    }
    let country =
        uri.as_deref().filter(|uri| uri.starts_with(ITALIAN_URN)).map(|_| "IT".to_owned());
    Some(Organisation { name: name.unwrap_or_default(), uri, country })
}

/// Whether a text is a URN, by which a register calls somebody; some write it where a name is
/// asked for.
fn is_code(text: &str) -> bool {
    text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:"))
}

fn funder(reader: &mut Reader, field: &Field<'_>) -> Option<Involved> {
    let role = Role::Funder;
    if field.node.as_scalar().is_some() {
        reader.wrong_type(field, "a mapping with name and uri");
        let name = reader.line(field)?;
        return Some(Involved {
            role,
            organisation: Organisation { name, uri: None, country: None },
        });
    }
    let stated = Section::open(reader, field, keys::FUNDER)?;
    let name = stated.require(reader, "name").and_then(|field| reader.line(field))?;
    let uri = stated.get("uri").or(stated.get("url"));
    let uri = uri.and_then(|field| identifying_uri(reader, field));
    Some(Involved { role, organisation: Organisation { name, uri, country: None } })
}

/// The organisations to which those belong who maintain it. The persons have been cut out before.
pub(super) fn maintainers(reader: &mut Reader, maintenance: &Section<'_>) -> Vec<Involved> {
    let mut all = Vec::new();
    for contact in maintenance.get("contacts").map(|f| reader.one_or_more(f)).unwrap_or_default() {
        let name = contact.child("affiliation").and_then(|field| reader.line(&field));
        let involved = name.filter(|name| !name.contains('@')).map(|name| Involved {
            role: Role::Maintainer,
            organisation: Organisation { name, uri: None, country: None },
        });
        all.extend(involved.filter(|involved| !all.contains(involved)));
    }
    all
}

fn add(content: &mut Content, involved: Option<Involved>) {
    content.involved.extend(involved.filter(|one| !content.involved.contains(one)));
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
    reader.warn(Code::PubliccodeInvalidUrl, field, message);
    None
}

/// The code in `IT.riuso.codiceIPA`. The rest of a country's section is that country's own.
fn italian_code(reader: &mut Reader, root: &Section<'_>) -> Option<String> {
    let reuse = root.get("IT").and_then(|italy| italy.child("riuso"))?;
    let code = reader.line(&reuse.child("codiceIPA")?)?;
    Some(format!("{ITALIAN_URN}{}", code.to_lowercase()))
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
