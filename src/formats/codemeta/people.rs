//! The organisations that have a part in a software: those that make, keep, own or pay for it, and
//! those to which the persons belong who do. Persons have been cut out before.

use std::collections::BTreeMap;

use serde_json::Value;

use super::persons::{has_type, is_organisation};
use crate::catalogue::content::{Content, Involved, Organisation, Role};
use crate::catalogue::text::clean_line;
use crate::catalogue::urls::WebUrl;
use crate::formats::SourceContext;
use crate::formats::fields::Fields;
use crate::formats::personal::is_reference;

/// The terms for those who take part, and the part that they have.
const PARTS: &[(&str, Role)] = &[
    ("author", Role::Developer),
    ("creator", Role::Developer),
    ("producer", Role::Developer),
    ("sourceOrganization", Role::Developer),
    ("maintainer", Role::Maintainer),
    ("contributor", Role::Contributor),
    ("editor", Role::Contributor),
    ("copyrightHolder", Role::CopyrightOwner),
    ("funder", Role::Funder),
    ("sponsor", Role::Funder),
];

/// How far affiliations are followed from an organisation to the one above it.
const HIGHEST: usize = 4;

/// Reads the publisher and all others into `content`.
pub(super) fn read(fields: &mut Fields<'_>, context: &SourceContext, content: &mut Content) {
    let names = OrganisationNames::of(fields);
    content.publisher = publisher(fields, &names, context);
    for (key, role) in PARTS {
        for (element, _) in fields.list(key) {
            add_party(element, *role, &names, content);
        }
    }
    for (grant, _) in fields.list("funding") {
        for funder in one_or_more(grant.get("funder")) {
            add_party(funder, Role::Funder, &names, content);
        }
    }
}

/// The organisation that publishes or makes it; without one, the first author that is one.
fn publisher(
    fields: &mut Fields<'_>,
    names: &OrganisationNames,
    context: &SourceContext,
) -> Option<Organisation> {
    let keys = ["publisher", "producer", "sourceOrganization", "author", "copyrightHolder"];
    let all = keys.into_iter().flat_map(|key| fields.list(key));
    all.into_iter().find_map(|(element, _)| {
        let organisation = names.organisation(element).filter(|_| is_known(element, names))?;
        Some(Organisation { country: context.country.clone(), ..organisation })
    })
}

/// Whether an element says that it is an organisation, or refers to one that says so elsewhere.
fn is_known(element: &Value, names: &OrganisationNames) -> bool {
    let refers = |object: &serde_json::Map<String, Value>| {
        !object.contains_key("name") && id(element).is_some_and(|id| names.0.contains_key(id))
    };
    element.as_object().is_some_and(|object| is_organisation(object) || refers(object))
}

/// Adds an organisation with its part, or those to which a person belongs. Who pays may be named
/// by a text; what else is no organisation by its own word may be a person.
fn add_party(element: &Value, role: Role, names: &OrganisationNames, content: &mut Content) {
    let pays = role == Role::Funder && !has_type(element, "person");
    if pays || is_known(element, names) {
        add(names.organisation(element), role, content);
    }
    for affiliation in ["affiliation", "worksFor"] {
        for organisation in one_or_more(element.get(affiliation)) {
            add(names.organisation(organisation), role, content);
        }
    }
}

/// Adds one; that the publisher developed it or took part needs no words.
fn add(organisation: Option<Organisation>, role: Role, content: &mut Content) {
    let Some(organisation) = organisation else { return };
    let is_publisher =
        content.publisher.as_ref().is_some_and(|publisher| publisher.name == organisation.name);
    let is_said = is_publisher && matches!(role, Role::Developer | Role::Contributor);
    let is_there = |one: &Involved| one.role == role && one.organisation.name == organisation.name;
    if !is_said && !content.involved.iter().any(is_there) {
        content.involved.push(Involved { role, organisation });
    }
}

fn one_or_more(value: Option<&Value>) -> Vec<&Value> {
    match value {
        Some(Value::Array(elements)) => elements.iter().collect(),
        Some(single) => vec![single],
        None => Vec::new(),
    }
}

/// The names of the organisations that an item describes, by their addresses: elsewhere in the
/// item they are referred to by these alone.
struct OrganisationNames(BTreeMap<String, String>);

impl OrganisationNames {
    fn of(fields: &Fields<'_>) -> Self {
        let mut names = Self(BTreeMap::new());
        let keys = PARTS.iter().map(|(key, _)| *key);
        for key in keys.chain(["publisher", "provider", "funding"]) {
            for (element, _) in fields.list(key) {
                names.collect(element, 0);
            }
        }
        names
    }

    fn collect(&mut self, element: &Value, height: usize) {
        const ABOVE: &[&str] = &["affiliation", "worksFor", "parentOrganization", "funder"];
        if height > HIGHEST {
            return;
        }
        if let (Some(id), Some(name)) = (id(element), stated_name(element.get("name")))
            && !has_type(element, "person")
        {
            self.0.entry(id.to_owned()).or_insert(name);
        }
        for key in ABOVE {
            for above in one_or_more(element.get(key)) {
                self.collect(above, height + 1);
            }
        }
    }

    /// The organisation that a text names, or an object by its name or by its address. An address
    /// is no name.
    fn organisation(&self, element: &Value) -> Option<Organisation> {
        let uri = id(element).filter(|id| WebUrl::parse(id).is_ok()).map(str::to_owned);
        let name = stated_name(Some(element)).or_else(|| stated_name(element.get("name")));
        let name = name.or_else(|| self.0.get(id(element)?).cloned())?;
        Some(Organisation { name, uri, country: None })
    }
}

fn id(element: &Value) -> Option<&str> {
    element.get("@id")?.as_str().filter(|id| !is_reference(id))
}

/// A text that names somebody: neither an address nor what was cut out.
fn stated_name(value: Option<&Value>) -> Option<String> {
    let name = clean_line(value?.as_str()?);
    let is_name =
        !name.is_empty() && !is_reference(&name) && !name.contains("://") && !name.contains('@');
    is_name.then_some(name)
}
