//! Identifiers in the registers that several catalogues refer to: what an identifier of each looks
//! like, its one spelling, and that an entry has at most one in each.

use std::collections::{BTreeMap, BTreeSet};

use super::fields::Fields;
use crate::catalogue::content::Identifier;
use crate::catalogue::text::shorten;
use crate::catalogue::urls::WebUrl;
use crate::formats::Code;

/// A register whose identifiers name one software each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Register {
    Wikidata,
    ComptoirDuLibre,
    Sill,
    Framalibre,
    Cnll,
}

impl Register {
    /// The scheme of its identifiers, as [`crate::catalogue::keys`] knows it.
    pub fn scheme(self) -> &'static str {
        match self {
            Self::Wikidata => "wikidata",
            Self::ComptoirDuLibre => "comptoir-du-libre",
            Self::Sill => "sill",
            Self::Framalibre => "framalibre",
            Self::Cnll => "cnll",
        }
    }

    /// The register with this scheme.
    pub fn of_scheme(scheme: &str) -> Option<Self> {
        [Self::Wikidata, Self::ComptoirDuLibre, Self::Sill, Self::Framalibre, Self::Cnll]
            .into_iter()
            .find(|register| register.scheme() == scheme)
    }

    /// The register that an object names as the source from which it was filled.
    pub fn of_source(fields: &mut Fields<'_>) -> Option<Self> {
        let names = ["sourceSlug", "externalDataOrigin"];
        let key = names.into_iter().find(|key| fields.value(key).is_some())?;
        match fields.line(key)?.to_lowercase().as_str() {
            "wikidata" => Some(Self::Wikidata),
            "comptoir-du-libre" | "comptoirdulibre" => Some(Self::ComptoirDuLibre),
            _ => None,
        }
    }

    /// The register of a schema.org property value, where it identifies software. The Comptoir
    /// and the CNLL number people and companies too, so they must say that it is software.
    fn of_property(site: &str, kind: Option<&str>) -> Option<Self> {
        let is_software = kind.is_some_and(|kind| kind.eq_ignore_ascii_case("software"));
        match site.to_lowercase().as_str() {
            "wikidata" if is_software || kind.is_none() => Some(Self::Wikidata),
            "framalibre" if is_software || kind.is_none() => Some(Self::Framalibre),
            "comptoirdulibre" if is_software => Some(Self::ComptoirDuLibre),
            "cnll" if is_software => Some(Self::Cnll),
            _ => None,
        }
    }

    fn expected(self) -> &'static str {
        match self {
            Self::Wikidata => "Q and a number",
            Self::ComptoirDuLibre | Self::Sill => "a number",
            Self::Framalibre | Self::Cnll => "one word",
        }
    }

    /// The one spelling of an identifier, or `None` where it cannot be one.
    pub fn canonical(self, raw: &str) -> Option<String> {
        let number = |text: &str| {
            let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            let digits = text.trim_start_matches('0');
            (is_number && !digits.is_empty()).then(|| digits.to_owned())
        };
        match self {
            Self::Wikidata => {
                let digits = raw.strip_prefix(['Q', 'q'])?;
                let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
                (is_number && !digits.starts_with('0')).then(|| format!("Q{digits}"))
            }
            Self::ComptoirDuLibre | Self::Sill => number(raw),
            Self::Framalibre | Self::Cnll => {
                (!raw.contains(char::is_whitespace)).then(|| raw.to_owned())
            }
        }
    }

    /// The one spelling of the identifier `raw`, which stands at `key`; a finding where it cannot
    /// be one.
    pub fn read(self, raw: &str, fields: &mut Fields<'_>, key: &str) -> Option<String> {
        let value = self.canonical(raw);
        if value.is_none() {
            let message = format!(
                "{:?} is left out: expected {} in the register {}",
                shorten(raw),
                self.expected(),
                self.scheme()
            );
            fields.warn(Code::InvalidIdentifier, key, message);
        }
        value
    }
}

/// The identifiers of an entry: at most one a register, for a second one would join it to another
/// entry's software.
#[derive(Debug, Default)]
pub struct Identifiers(BTreeMap<Register, String>);

impl Identifiers {
    /// Adds the identifier that the text at `key` is.
    pub fn read(&mut self, register: Register, fields: &mut Fields<'_>, key: &str) {
        if let Some(raw) = fields.line(key) {
            self.add(register, &raw, fields, key);
        }
    }

    /// Adds the identifier `raw`, which stands at `key`.
    pub fn add(&mut self, register: Register, raw: &str, fields: &mut Fields<'_>, key: &str) {
        let Some(value) = register.read(raw, fields, key) else { return };
        let known = self.0.entry(register).or_insert_with(|| value.clone());
        if *known != value {
            let message = format!(
                "{value:?} is left out: the entry names {known:?} in the register {} already",
                register.scheme()
            );
            fields.warn(Code::ContradictoryIdentifier, key, message);
        }
    }

    /// Adds the identifier in the source from which the object was filled.
    pub fn read_source(&mut self, fields: &mut Fields<'_>) {
        if let Some(register) = Register::of_source(fields) {
            self.read(register, fields, "externalId");
        }
    }

    /// Adds the usable ones of the schema.org property values at `key`.
    pub fn read_properties(&mut self, fields: &mut Fields<'_>, key: &str) {
        for (element, path) in fields.list(key) {
            let mut property = Fields::new(element, &path, fields.findings());
            let kind = property.line("additionalType");
            let site = property.object("subjectOf").line("additionalType");
            let register = site.and_then(|site| Register::of_property(&site, kind.as_deref()));
            if let Some(register) = register {
                self.read(register, &mut property, "value");
            }
        }
    }

    /// Adds the entry of the CNLL's directory whose page is at `key`.
    pub fn read_cnll_page(&mut self, fields: &mut Fields<'_>, key: &str) {
        let Some(page) = fields.url(key) else { return };
        match cnll_solution(&page) {
            Some(id) => self.add(Register::Cnll, id, fields, key),
            None => {
                let message = format!(
                    "{page} is left out: expected an address that ends in /solutions/ and a number"
                );
                fields.warn(Code::InvalidIdentifier, key, message);
            }
        }
    }

    /// The identifiers as content holds them.
    pub fn into_set(self) -> BTreeSet<Identifier> {
        let identifier = |(register, value): (Register, String)| Identifier {
            scheme: register.scheme().to_owned(),
            value,
        };
        self.0.into_iter().map(identifier).collect()
    }
}

/// The number of a solution in the CNLL's directory, in the address of its page. The directory
/// numbers companies too.
fn cnll_solution(page: &WebUrl) -> Option<&str> {
    let (_, id) = page.as_str().rsplit_once("/solutions/")?;
    let id = id.trim_end_matches('/');
    (!id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit())).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_has_one_spelling_or_is_none() {
        let check = |register: Register, raw: &str, expected: Option<&str>| {
            assert_eq!(register.canonical(raw).as_deref(), expected, "{register:?} {raw:?}");
        };
        check(Register::Wikidata, "q42", Some("Q42"));
        check(Register::Wikidata, "Q042", None);
        check(Register::Wikidata, "42", None);
        check(Register::ComptoirDuLibre, "0072", Some("72"));
        check(Register::ComptoirDuLibre, "0", None);
        check(Register::Sill, "72", Some("72"));
        check(Register::Sill, "72b", None);
        check(Register::Framalibre, "7-zip", Some("7-zip"));
        check(Register::Framalibre, "7 zip", None);
    }

    #[test]
    fn a_register_is_found_by_its_scheme() {
        for register in [Register::Wikidata, Register::Sill, Register::Cnll] {
            assert_eq!(Register::of_scheme(register.scheme()), Some(register));
        }
        assert_eq!(Register::of_scheme("swh"), None);
    }

    #[test]
    fn a_page_of_the_cnll_names_a_solution_or_nothing() {
        for (address, expected) in [
            ("https://annuaire.example.org/solutions/466", Some("466")),
            ("https://annuaire.example.org/solutions/466/", Some("466")),
            ("https://annuaire.example.org/societes/466", None),
            ("https://annuaire.example.org/solutions/", None),
        ] {
            let page = WebUrl::parse(address).expect("an address");
            assert_eq!(cnll_solution(&page), expected, "{address}");
        }
    }
}
