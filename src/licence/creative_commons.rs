//! The small grammar of the Creative Commons licences: the elements in any of the languages, the
//! version, and the jurisdiction.

use super::term::Term;
use super::tokens::{Kind, Token};
use super::{CandidateReason, Confidence};

/// The Creative Commons licence that `tokens` start with, and how many of them name it.
pub(super) fn parse(tokens: &[Token<'_>]) -> Option<(Term<'static>, usize)> {
    let prefix = prefix(tokens);
    let mut found = Elements::default();
    let mut at = prefix;
    let mut end = 0;
    while let Some(length) = found.take(tokens.get(at..).unwrap_or_default(), prefix > 0) {
        at += length;
        end = at;
    }
    // "Attribution" is a common word: without the name before it, version and kind must follow.
    let is_named = prefix > 0
        || (found.attribution_in_full && found.version.is_some() && found.port.is_some());
    if !found.by || !is_named {
        return None;
    }
    found.term().map(|term| (term, end))
}

fn prefix(tokens: &[Token<'_>]) -> usize {
    let text = |at: usize| tokens.get(at).map(|token| token.text).unwrap_or_default();
    match (text(0), text(1)) {
        ("creative", "commons" | "common") => match text(2) {
            "license" => 3,
            _ => 2,
        },
        ("cc" | "creativecommons", _) => 1,
        _ => 0,
    }
}

#[derive(Default)]
struct Elements<'a> {
    by: bool,
    attribution_in_full: bool,
    nc: bool,
    nd: bool,
    sa: bool,
    version: Option<&'a str>,
    /// Which kind of version the words say: generic, unported, international.
    port: Option<&'static str>,
    jurisdiction: Option<&'static str>,
}

impl<'a> Elements<'a> {
    /// Takes one element; `None` where the next token is none or is one that is there already.
    fn take(&mut self, tokens: &[Token<'a>], is_named: bool) -> Option<usize> {
        let first = tokens.first()?;
        if first.kind == Kind::Number {
            let version = match first.text {
                // Of these there is one version only; `2` may be 2.0 or 2.5.
                "1" => "1.0",
                "3" => "3.0",
                "4" => "4.0",
                text if matches!(text, "1.0" | "2.0" | "2.1" | "2.5" | "3.0" | "4.0") => text,
                _ => return None,
            };
            return (self.by && self.version.is_none()).then(|| {
                self.version = Some(version);
                1
            });
        }
        if first.text == "license" || (first.text == "public" && tokens.get(1)?.text == "license") {
            return self.by.then_some(if first.text == "license" { 1 } else { 2 });
        }
        for (phrase, element) in ELEMENTS {
            if starts_with(tokens, phrase) {
                let slot = match element {
                    Element::By => &mut self.by,
                    Element::Nc => &mut self.nc,
                    Element::Nd => &mut self.nd,
                    Element::Sa => &mut self.sa,
                };
                if *slot
                    || (!is_named
                        && !self.attribution_in_full
                        && phrase.first() != Some(&"attribution"))
                {
                    return None;
                }
                *slot = true;
                self.attribution_in_full |= phrase.first() == Some(&"attribution");
                return Some(phrase.len());
            }
        }
        if self.version.is_some() || self.by {
            for port in ["generic", "unported", "international"] {
                if first.text == port && self.port.is_none() {
                    self.port = Some(port);
                    return Some(1);
                }
            }
        }
        self.version?;
        for (phrase, code) in JURISDICTIONS {
            if starts_with(tokens, phrase) && self.jurisdiction.is_none() {
                self.jurisdiction = Some(code);
                return Some(phrase.len());
            }
        }
        None
    }

    fn term(&self) -> Option<Term<'static>> {
        if self.nd && self.sa {
            return None;
        }
        let mut id = "CC-BY".to_owned();
        for (is_there, element) in [(self.nc, "-NC"), (self.nd, "-ND"), (self.sa, "-SA")] {
            if is_there {
                id.push_str(element);
            }
        }
        let Some(version) = self.version else {
            let versions = ["1.0", "2.0", "2.5", "3.0", "4.0"];
            let ids = versions.map(|version| format!("{id}-{version}"));
            return Some(Term::Open(ids.to_vec(), CandidateReason::VersionNotStated));
        };
        let port_fits = match self.port {
            None => true,
            Some("international") => version == "4.0",
            Some("unported") => version == "3.0",
            Some(_) => matches!(version, "1.0" | "2.0" | "2.5"),
        };
        if !port_fits || (self.port.is_some() && self.jurisdiction.is_some()) {
            return None;
        }
        Some(with_jurisdiction(&format!("{id}-{version}"), self.jurisdiction))
    }
}

/// The licence, where the list holds it for the jurisdiction.
pub(super) fn with_jurisdiction(id: &str, jurisdiction: Option<&str>) -> Term<'static> {
    let id = match jurisdiction {
        Some(code) => format!("{id}-{code}"),
        None => id.to_owned(),
    };
    match spdx::license_id(&id) {
        Some(listed) => Term::Fixed(listed.name.into(), Confidence::Grammar),
        None => Term::Unlisted,
    }
}

fn starts_with(tokens: &[Token<'_>], phrase: &[&str]) -> bool {
    tokens.len() >= phrase.len()
        && tokens.iter().zip(phrase).all(|(token, word)| token.text == *word)
}

enum Element {
    By,
    Nc,
    Nd,
    Sa,
}

/// Longer phrases before shorter ones. Source: the names of the licences and their elements in the
/// translations at <https://creativecommons.org/licenses/>.
const ELEMENTS: &[(&[&str], Element)] = &[
    (&["by"], Element::By),
    (&["attribution"], Element::By),
    (&["namensnennung"], Element::By),
    (&["paternite"], Element::By),
    (&["attribuzione"], Element::By),
    (&["reconocimiento"], Element::By),
    (&["atribucion"], Element::By),
    (&["naamsvermelding"], Element::By),
    (&["sa"], Element::Sa),
    (&["share", "alike"], Element::Sa),
    (&["sharealike"], Element::Sa),
    (&["weitergabe", "unter", "gleichen", "bedingungen"], Element::Sa),
    (&["partage", "dans", "les", "memes", "conditions"], Element::Sa),
    (&["partage", "a", "l", "identique"], Element::Sa),
    (&["condividi", "allo", "stesso", "modo"], Element::Sa),
    (&["compartir", "igual"], Element::Sa),
    (&["compartirigual"], Element::Sa),
    (&["gelijk", "delen"], Element::Sa),
    (&["gelijkdelen"], Element::Sa),
    (&["nc"], Element::Nc),
    (&["non", "commercial"], Element::Nc),
    (&["noncommercial"], Element::Nc),
    (&["nicht", "kommerziell"], Element::Nc),
    (&["pas", "d", "utilisation", "commerciale"], Element::Nc),
    (&["non", "commerciale"], Element::Nc),
    (&["no", "comercial"], Element::Nc),
    (&["nocomercial"], Element::Nc),
    (&["niet", "commercieel"], Element::Nc),
    (&["nietcommercieel"], Element::Nc),
    (&["nd"], Element::Nd),
    (&["no", "derivative", "works"], Element::Nd),
    (&["no", "derivatives"], Element::Nd),
    (&["no", "derivs"], Element::Nd),
    (&["noderivs"], Element::Nd),
    (&["noderivatives"], Element::Nd),
    (&["keine", "bearbeitungen"], Element::Nd),
    (&["keine", "bearbeitung"], Element::Nd),
    (&["pas", "de", "modification"], Element::Nd),
    (&["pas", "de", "modifications"], Element::Nd),
    (&["non", "opere", "derivate"], Element::Nd),
    (&["sin", "obra", "derivada"], Element::Nd),
    (&["sin", "obras", "derivadas"], Element::Nd),
    (&["sinderivadas"], Element::Nd),
    (&["geen", "afgeleide", "werken"], Element::Nd),
    (&["geenafgeleidewerken"], Element::Nd),
];

/// The jurisdictions that the SPDX list knows, by code and name.
const JURISDICTIONS: &[(&[&str], &str)] = &[
    (&["igo"], "IGO"),
    (&["de"], "DE"),
    (&["germany"], "DE"),
    (&["deutschland"], "DE"),
    (&["at"], "AT"),
    (&["austria"], "AT"),
    (&["osterreich"], "AT"),
    (&["au"], "AU"),
    (&["australia"], "AU"),
    (&["nl"], "NL"),
    (&["netherlands"], "NL"),
    (&["us"], "US"),
    (&["united", "states"], "US"),
    (&["uk"], "UK"),
    (&["england", "and", "wales"], "UK"),
    (&["fr"], "FR"),
    (&["france"], "FR"),
    (&["jp"], "JP"),
    (&["japan"], "JP"),
];
