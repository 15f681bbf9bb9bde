//! A directory of organisations: which of them is meant, where that is certain.

use std::collections::HashMap;
use std::hash::Hash;

use super::{Account, Identifier, Organisation, searchable};
use crate::catalogue::content;
use crate::catalogue::urls::WebUrl;

/// Organisations, to be found by what identifies them. What two of them share identifies neither,
/// so the order in which they came does not matter.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    organisations: Vec<Organisation>,
    by_identifier: HashMap<Identifier, Holder>,
    by_name: HashMap<(String, String), Holder>,
    by_account: HashMap<Account, Holder>,
}

/// Who holds a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holder {
    One(usize),
    Several,
}

/// An organisation that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match<'a> {
    pub organisation: &'a Organisation,
    /// Its place among [`Directory::organisations`].
    pub position: usize,
    pub by: Evidence,
}

/// Why an organisation is certain to be meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// It was named by an identifier.
    Identifier,
    /// Its name is the one of that name in its country.
    Name,
    /// The software lies in its account at a forge.
    Account,
}

impl Directory {
    /// A directory of these organisations.
    pub fn new(organisations: Vec<Organisation>) -> Self {
        let mut directory = Self::default();
        for (index, organisation) in organisations.iter().enumerate() {
            for identifier in &organisation.identifiers {
                note(&mut directory.by_identifier, identifier.clone(), index);
            }
            for account in &organisation.accounts {
                note(&mut directory.by_account, account.clone(), index);
            }
            if let Some(country) = &organisation.country {
                for name in organisation.name_keys() {
                    note(&mut directory.by_name, (country.clone(), name), index);
                }
            }
        }
        directory.organisations = organisations;
        directory
    }

    /// All its organisations.
    pub fn organisations(&self) -> &[Organisation] {
        &self.organisations
    }

    /// The organisation with this identifier; that of an establishment is its legal unit.
    pub fn with_identifier(&self, identifier: &Identifier) -> Option<&Organisation> {
        self.one(self.holder_of_identifier(identifier)?).map(|(_, organisation)| organisation)
    }

    /// The organisation of exactly this name in a country, letter case, accents and punctuation
    /// aside. An acronym names none by itself.
    pub fn named(&self, name: &str, country: &str) -> Option<&Organisation> {
        self.one(self.holder_of_name(name, country)?).map(|(_, organisation)| organisation)
    }

    /// The organisation in whose account at a forge, or in whose forge, this repository lies.
    pub fn with_account(&self, repository: &WebUrl) -> Option<&Organisation> {
        let account = Account::at(repository)?;
        let holder = account.and_above().find_map(|account| self.by_account.get(&account).copied());
        self.one(holder?).map(|(_, organisation)| organisation)
    }

    /// The organisation that a record means. Its URI speaks first; its name only where the URI
    /// does not name another organisation, and only in its country.
    pub fn meant(&self, named: &content::Organisation) -> Option<Match<'_>> {
        let identifier = named.uri.as_deref().and_then(Identifier::from_uri);
        let holder = identifier.as_ref().and_then(|id| self.holder_of_identifier(id));
        if let Some((position, organisation)) = holder.and_then(|holder| self.one(holder)) {
            return Some(Match { organisation, position, by: Evidence::Identifier });
        }
        let holder = self.holder_of_name(&named.name, named.country.as_deref()?)?;
        let (position, organisation) = self.one(holder)?;
        let other = identifier.and_then(|id| organisation.identifier(id.scheme()));
        other.is_none().then_some(Match { organisation, position, by: Evidence::Name })
    }

    fn holder_of_identifier(&self, identifier: &Identifier) -> Option<Holder> {
        let holder = self.by_identifier.get(identifier).copied();
        holder.or_else(|| self.by_identifier.get(&identifier.legal_unit()?).copied())
    }

    fn holder_of_name(&self, name: &str, country: &str) -> Option<Holder> {
        self.by_name.get(&(country.to_owned(), searchable(name)?)).copied()
    }

    fn one(&self, holder: Holder) -> Option<(usize, &Organisation)> {
        match holder {
            Holder::One(position) => Some((position, self.organisations.get(position)?)),
            Holder::Several => None,
        }
    }
}

fn note<K: Eq + Hash>(index: &mut HashMap<K, Holder>, key: K, holder: usize) {
    let known = index.entry(key).or_insert(Holder::One(holder));
    if *known != Holder::One(holder) {
        *known = Holder::Several;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::organisation::Scheme;
    use crate::catalogue::text::{Lang, LocalizedText};
    use proptest::prelude::*;

    fn organisation(id: &str, name: &str, country: &str) -> Organisation {
        Organisation {
            name: LocalizedText::single(Lang::unknown(), name),
            country: Some(country.to_owned()),
            identifiers: [id.parse().expect("an identifier")].into(),
            ..Organisation::default()
        }
    }

    fn directory() -> Directory {
        let mut office = organisation("siren:130025265", "Office d'exemple", "FR");
        office.aliases = ["Bureau des exemples".to_owned(), "OE".to_owned()].into();
        let page = WebUrl::parse("https://github.com/example-office").expect("an address");
        office.accounts = Account::at(&page).into_iter().collect();
        Directory::new(vec![
            office,
            organisation("ca-ore:oe-eo", "Office d'exemple", "CA"),
            organisation("wikidata:Q1", "Académie de Nord", "FR"),
            organisation("wikidata:Q2", "Académie de Nord", "FR"),
            organisation("wikidata:Q3", "MI", "FR"),
            organisation("wikidata:Q3", "Ministère d'exemple", "FR"),
        ])
    }

    #[test]
    fn an_organisation_is_meant_only_where_that_is_certain() {
        let directory = directory();
        let check =
            |name: &str, uri: Option<&str>, country: Option<&str>, expected: Option<&str>| {
                let named = content::Organisation {
                    name: name.to_owned(),
                    uri: uri.map(str::to_owned),
                    country: country.map(str::to_owned),
                };
                let found = directory.meant(&named).map(|found| {
                    let id = found.organisation.identifiers.first().map(ToString::to_string);
                    format!("{} by {:?}", id.unwrap_or_default(), found.by)
                });
                assert_eq!(found.as_deref(), expected, "{named:?}");
            };
        let by_name = Some("siren:130025265 by Name");
        check("Office d'exemple", None, Some("FR"), by_name);
        check("OFFICE D’EXEMPLE", None, Some("FR"), by_name);
        check("Office d'exemple (OE)", None, Some("FR"), by_name);
        check("Bureau des exemples", None, Some("FR"), by_name);
        check("Office d'exemple", None, Some("CA"), Some("ca-ore:oe-eo by Name"));
        check("Office d'exemple", None, None, None);
        check("Office d'exemple", None, Some("BE"), None);
        check("Office d'exemples", None, Some("FR"), None);
        check("OE", None, Some("FR"), None);
        check("MI", None, Some("FR"), None);
        check("other", None, Some("FR"), None);
        check("", None, Some("FR"), None);
        check("Académie de Nord", None, Some("FR"), None);
        let siren = "https://annuaire-entreprises.data.gouv.fr/entreprise/x-130025265";
        check("Anything", Some(siren), None, Some("siren:130025265 by Identifier"));
        let siret = "https://annuaire-entreprises.data.gouv.fr/etablissement/13002526500013";
        check("Anything", Some(siret), None, Some("siren:130025265 by Identifier"));
        let other = "https://annuaire-entreprises.data.gouv.fr/entreprise/552081317";
        check("Office d'exemple", Some(other), Some("FR"), None);
        let elsewhere = "https://www.wikidata.org/wiki/Q77";
        check("Office d'exemple", Some(elsewhere), Some("FR"), by_name);
        check("Office d'exemple", Some("https://example.org"), Some("FR"), by_name);
        let shared = "https://www.wikidata.org/wiki/Q3";
        check("Anything", Some(shared), Some("FR"), None);
    }

    #[test]
    fn a_repository_lies_in_an_account() {
        let directory = directory();
        let check = |address: &str, expected: bool| {
            let url = WebUrl::parse(address).expect("an address");
            assert_eq!(directory.with_account(&url).is_some(), expected, "{address}");
        };
        check("https://github.com/Example-Office/parcel.git", true);
        check("https://github.com/example-office", true);
        check("https://github.com/example-office-2/parcel", false);
        check("https://example.org/example-office/parcel", false);
    }

    proptest! {
        #[test]
        fn the_order_of_a_directory_does_not_matter(order in Just((0usize..6).collect::<Vec<_>>()).prop_shuffle()) {
            let all = directory();
            let shuffled = order.iter().map(|index| all.organisations[*index].clone()).collect();
            let shuffled = Directory::new(shuffled);
            for one in all.organisations() {
                for identifier in &one.identifiers {
                    prop_assert_eq!(all.with_identifier(identifier), shuffled.with_identifier(identifier));
                }
                for (_, name) in one.name.iter() {
                    prop_assert_eq!(all.named(name, "FR"), shuffled.named(name, "FR"));
                }
                prop_assert!(one.identifier(Scheme::Ror).is_none());
            }
        }
    }
}
