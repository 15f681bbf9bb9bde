//! Identifiers of organisations: which registers there are, what an identifier of each looks like,
//! and the addresses in which they are written.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;
use url::Url;
use uuid::Uuid;

use super::forms;

/// A register of organisations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scheme {
    /// Wikidata items.
    Wikidata,
    /// The Research Organization Registry.
    Ror,
    /// French legal units.
    Siren,
    /// French establishments, each of a legal unit.
    Siret,
    /// The directory of the French administration, lannuaire.service-public.gouv.fr.
    ServicePublic,
    /// The index of the Italian public administrations.
    Ipa,
    /// The Dutch thesauri of government organisations.
    Tooi,
    /// The administrations of Canada's Open Resource Exchange.
    CanadaOre,
}

impl Scheme {
    const ALL: [Self; 8] = [
        Self::Wikidata,
        Self::Ror,
        Self::Siren,
        Self::Siret,
        Self::ServicePublic,
        Self::Ipa,
        Self::Tooi,
        Self::CanadaOre,
    ];

    /// The scheme as it is written before an identifier.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Wikidata => "wikidata",
            Self::Ror => "ror",
            Self::Siren => "siren",
            Self::Siret => "siret",
            Self::ServicePublic => "service-public",
            Self::Ipa => "ipa",
            Self::Tooi => "tooi",
            Self::CanadaOre => "ca-ore",
        }
    }

    /// Reads what [`Scheme::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scheme| scheme.as_str() == text)
    }

    fn expected(self) -> &'static str {
        match self {
            Self::Wikidata => "Q and a number",
            Self::Ror => "0, six letters or digits and two check digits",
            Self::Siren => "nine digits with a check digit",
            Self::Siret => "fourteen digits with a check digit",
            Self::ServicePublic => "a UUID that is not all zeros",
            Self::Ipa => {
                "letters, digits, _ and -, and for a municipality c_ and a letter and three digits"
            }
            Self::Tooi => "a kind, a slash and a code",
            Self::CanadaOre => "letters, digits, _ and -",
        }
    }

    fn canonical(self, raw: &str) -> Option<String> {
        match self {
            Self::Wikidata => forms::qid(raw),
            Self::Ror => forms::ror(raw),
            Self::Siren => forms::siren(raw),
            Self::Siret => forms::siret(raw),
            Self::ServicePublic => {
                Uuid::try_parse(raw).ok().filter(|id| !id.is_nil()).map(|id| id.to_string())
            }
            Self::Ipa => forms::ipa(raw),
            Self::Tooi => forms::tooi(raw),
            Self::CanadaOre => forms::word(raw),
        }
    }
}

/// An identifier of an organisation in its one spelling.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identifier {
    scheme: Scheme,
    value: String,
}

/// Why a text is no identifier.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum IdentifierProblem {
    #[error("{value:?} is no identifier of {}: expected {}", .scheme.as_str(), .scheme.expected())]
    Form { scheme: Scheme, value: String },
    #[error("{0:?} names no register that is known: expected one such as siren:130025265")]
    Scheme(String),
}

impl Identifier {
    /// An identifier, as people write it: space and points between digits do not count.
    ///
    /// # Errors
    /// [`IdentifierProblem::Form`] where it has not the form, or its check digit is wrong.
    pub fn new(scheme: Scheme, raw: &str) -> Result<Self, IdentifierProblem> {
        match scheme.canonical(raw.trim()) {
            Some(value) => Ok(Self { scheme, value }),
            None => {
                let value = raw.chars().take(80).collect();
                Err(IdentifierProblem::Form { scheme, value })
            }
        }
    }

    /// Reads the address or name by which publiccode.yml and linked data identify an organisation:
    /// `urn:x-italian-pa:c_a944`, `https://ror.org/…`. `None` where it is not one of a register,
    /// such as a home page.
    pub fn from_uri(uri: &str) -> Option<Self> {
        let uri = uri.trim();
        if let Some(code) = strip_prefix_any_case(uri, "urn:x-italian-pa:") {
            return Self::new(Scheme::Ipa, code).ok();
        }
        let url = Url::parse(uri).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
        let host = url.host_str()?.strip_prefix("www.").or(url.host_str())?.to_owned();
        let parts: Vec<&str> = url.path_segments()?.filter(|part| !part.is_empty()).collect();
        let number = |part: &str| part.rsplit('-').next().unwrap_or_default().to_owned();
        let (scheme, value) = match (host.as_str(), parts.as_slice()) {
            ("ror.org", [id]) => (Scheme::Ror, (*id).to_owned()),
            ("wikidata.org", ["wiki" | "entity", id]) => (Scheme::Wikidata, (*id).to_owned()),
            ("annuaire-entreprises.data.gouv.fr", ["entreprise", name]) => {
                (Scheme::Siren, number(name))
            }
            ("annuaire-entreprises.data.gouv.fr", ["etablissement", id]) => {
                (Scheme::Siret, (*id).to_owned())
            }
            ("lannuaire.service-public.fr" | "lannuaire.service-public.gouv.fr", [.., id]) => {
                (Scheme::ServicePublic, (*id).to_owned())
            }
            ("identifier.overheid.nl", ["tooi", "id", kind, code]) => {
                (Scheme::Tooi, format!("{kind}/{code}"))
            }
            _ => return None,
        };
        Self::new(scheme, &value).ok()
    }

    /// Its register.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Its value there.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The legal unit of an establishment.
    pub fn legal_unit(&self) -> Option<Self> {
        let siren = (self.scheme == Scheme::Siret).then(|| self.value.get(..9))??;
        Self::new(Scheme::Siren, siren).ok()
    }
}

impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.scheme.as_str(), self.value)
    }
}

impl FromStr for Identifier {
    type Err = IdentifierProblem;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = text
            .split_once(':')
            .and_then(|(scheme, value)| Some((Scheme::parse(scheme.trim())?, value)));
        match known {
            Some((scheme, value)) => Self::new(scheme, value),
            None => Err(IdentifierProblem::Scheme(text.chars().take(80).collect())),
        }
    }
}

impl Serialize for Identifier {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Identifier {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

fn strip_prefix_any_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_identifier_has_one_spelling_or_is_none() {
        let check = |scheme: Scheme, raw: &str, expected: Option<&str>| {
            let found = Identifier::new(scheme, raw).ok();
            assert_eq!(found.as_ref().map(Identifier::value), expected, "{scheme:?} {raw:?}");
        };
        check(Scheme::Siren, "130 025 265", Some("130025265"));
        check(Scheme::Siren, "130025266", None);
        check(Scheme::Siren, "000000000", None);
        check(Scheme::Siren, "13002526", None);
        check(Scheme::Siren, "１30025265", None);
        check(Scheme::Siret, "13002526500013", Some("13002526500013"));
        check(Scheme::Siret, "130 025 265 00014", None);
        check(Scheme::Siret, "35600000000048", Some("35600000000048"));
        check(Scheme::Siret, "35600000049837", Some("35600000049837"));
        check(Scheme::Siret, "130025265", None);
        check(Scheme::Ror, "02feahw73", Some("02feahw73"));
        check(Scheme::Ror, "02FEAHW73", Some("02feahw73"));
        check(Scheme::Ror, "02feahw74", None);
        check(Scheme::Ror, "02feahl73", None);
        check(Scheme::Ror, "2feahw73", None);
        check(Scheme::Ipa, "c_a944", Some("c_a944"));
        check(Scheme::Ipa, "C_A944", Some("c_a944"));
        check(Scheme::Ipa, "c_a94", None);
        check(Scheme::Ipa, "c_a9444", None);
        check(Scheme::Ipa, "r_lombar", Some("r_lombar"));
        check(Scheme::Ipa, "comune di x", None);
        check(Scheme::Wikidata, "q42", Some("Q42"));
        check(Scheme::Wikidata, "Q042", None);
        check(
            Scheme::ServicePublic,
            "D886E04E-b4ad-4f72-8a74-41969fc5fe31",
            Some("d886e04e-b4ad-4f72-8a74-41969fc5fe31"),
        );
        check(Scheme::ServicePublic, "00000000-0000-0000-0000-000000000000", None);
        check(Scheme::Tooi, "gemeente/gm0344", Some("gemeente/gm0344"));
        check(Scheme::Tooi, "gm0344", None);
        check(Scheme::CanadaOre, "tbs-sct", Some("tbs-sct"));
        check(Scheme::CanadaOre, "test (please remove)", None);
    }

    #[test]
    fn addresses_name_identifiers() {
        let check = |uri: &str, expected: Option<&str>| {
            let found = Identifier::from_uri(uri).map(|identifier| identifier.to_string());
            assert_eq!(found.as_deref(), expected, "{uri}");
        };
        check("urn:x-italian-pa:c_a944", Some("ipa:c_a944"));
        check("URN:X-Italian-PA:C_A944", Some("ipa:c_a944"));
        check("https://ror.org/02feahw73", Some("ror:02feahw73"));
        check("https://ror.org/02feahw74", None);
        check("http://www.wikidata.org/entity/Q42", Some("wikidata:Q42"));
        check(
            "https://annuaire-entreprises.data.gouv.fr/entreprise/une-direction-130025265",
            Some("siren:130025265"),
        );
        check(
            "https://annuaire-entreprises.data.gouv.fr/entreprise/130025265",
            Some("siren:130025265"),
        );
        check(
            "https://annuaire-entreprises.data.gouv.fr/etablissement/13002526500013",
            Some("siret:13002526500013"),
        );
        check(
            "https://lannuaire.service-public.gouv.fr/gouvernement/d886e04e-b4ad-4f72-8a74-41969fc5fe31",
            Some("service-public:d886e04e-b4ad-4f72-8a74-41969fc5fe31"),
        );
        check(
            "https://identifier.overheid.nl/tooi/id/gemeente/gm0344",
            Some("tooi:gemeente/gm0344"),
        );
        check("https://www.example.org/", None);
        check("urn:x-italian-pa:", None);
        check("urn:x-italian-pé", None);
        check("", None);
    }

    #[test]
    fn an_establishment_is_of_a_legal_unit() {
        let siret = Identifier::new(Scheme::Siret, "13002526500013").expect("an identifier");
        assert_eq!(
            siret.legal_unit().map(|unit| unit.to_string()).as_deref(),
            Some("siren:130025265")
        );
        let siren = Identifier::new(Scheme::Siren, "130025265").expect("an identifier");
        assert_eq!(siren.legal_unit(), None);
    }

    #[test]
    fn a_problem_says_what_was_expected() {
        let told = |text: &str| text.parse::<Identifier>().expect_err(text).to_string();
        assert_eq!(
            told("siren:130025266"),
            r#""130025266" is no identifier of siren: expected nine digits with a check digit"#
        );
        assert_eq!(
            told("duns:1"),
            r#""duns:1" names no register that is known: expected one such as siren:130025265"#
        );
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(raw in "[0-9a-zA-Z_/ .-]{1,20}", scheme in 0usize..8) {
            if let Ok(identifier) = Identifier::new(Scheme::ALL[scheme], &raw) {
                prop_assert_eq!(identifier.to_string().parse(), Ok(identifier.clone()));
                let json = serde_json::to_string(&identifier).expect("JSON");
                prop_assert_eq!(serde_json::from_str::<Identifier>(&json).expect("read"), identifier);
            }
        }

        #[test]
        fn one_wrong_digit_is_noticed(position in 0usize..9, digit in 0u8..10) {
            let mut digits: Vec<u8> = b"130025265".to_vec();
            let is_changed = digits[position] != b'0' + digit;
            digits[position] = b'0' + digit;
            let text = String::from_utf8(digits).expect("digits");
            prop_assert_eq!(Identifier::new(Scheme::Siren, &text).is_err(), is_changed);
        }
    }
}
