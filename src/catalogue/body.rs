//! What kind of administration a name says. No source states the kind in a field of its own, but
//! many names do: "Comune di Trani" is a municipality. A name that does not begin with such a
//! word says nothing, and nothing is guessed.

use super::text::fold::fold_phrase;

/// A kind of public body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyKind {
    /// Ministries and other bodies of a whole country.
    National,
    /// Regions, provinces, states of a federation.
    Regional,
    /// Municipalities and their unions.
    Local,
    /// Schools, universities, research.
    Education,
    /// Hospitals and health services.
    Health,
}

impl BodyKind {
    /// All kinds.
    pub const ALL: [Self; 5] =
        [Self::National, Self::Regional, Self::Local, Self::Education, Self::Health];

    /// The word for it in facets.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::National => "national",
            Self::Regional => "regional",
            Self::Local => "local",
            Self::Education => "education",
            Self::Health => "health",
        }
    }

    /// The kind that a name states at its beginning, or behind the dash that follows an acronym:
    /// "MIC - Ministero della Cultura".
    pub fn of_name(name: &str) -> Option<Self> {
        name.split(" - ").find_map(|part| {
            let words = fold_phrase(part);
            let begins = |phrase: &&str| {
                let phrase: Vec<&str> = phrase.split(' ').collect();
                words.iter().take(phrase.len()).eq(phrase.iter())
            };
            Self::ALL.into_iter().find(|kind| kind.beginnings().iter().any(begins))
        })
    }

    /// How names of this kind begin, folded, in the languages of the sources.
    fn beginnings(self) -> &'static [&'static str] {
        match self {
            Self::National => &[
                "ministere",
                "ministero",
                "ministry",
                "ministerio",
                "ministerie",
                "ministerium",
                "bundesministerium",
                "bundesamt",
                "federal office",
                "u s department",
                "us department",
                "premier ministre",
                "assemblee nationale",
                "senat",
                "presidenza del consiglio",
                "gendarmerie nationale",
                "police nationale",
                "direction generale",
                "direction interministerielle",
                "agenzia delle entrate",
                "prefecture",
            ],
            Self::Regional => &[
                "region",
                "regione",
                "regionalverband",
                "provincia",
                "province",
                "provincie",
                "departement",
                "conseil departemental",
                "conseil regional",
                "canton",
                "kanton",
                "cantone",
                "freistaat",
                "landkreis",
                "bundesland",
                "comunidad autonoma",
                "generalitat",
                "diputacion",
                "consiglio regionale",
                "state of",
                "citta metropolitana",
            ],
            Self::Local => &[
                "commune",
                "comune",
                "ville",
                "mairie",
                "municipality",
                "municipalite",
                "city of",
                "town of",
                "stadt",
                "gemeinde",
                "gemeente",
                "ayuntamiento",
                "metropole",
                "communaute de communes",
                "communaute d agglomeration",
                "communaute urbaine",
                "agglomeration",
                "unione dei comuni",
                "unione di comuni",
                "comunita montana",
                "landeshauptstadt",
                "municipio",
                "roma capitale",
                "syndicat intercommunal",
                "ccas",
            ],
            Self::Education => &[
                "universite",
                "universita",
                "university",
                "universitat",
                "universidad",
                "universiteit",
                "hochschule",
                "fachhochschule",
                "ecole",
                "lycee",
                "college",
                "academie",
                "rectorat",
                "crous",
                "istituto comprensivo",
                "istituto superiore",
                "liceo",
                "school",
                "schule",
                "politecnico",
                "cnrs",
                "inria",
                "inrae",
                "insa",
                "institut national de recherche",
                "istituto nazionale di fisica",
            ],
            Self::Health => &[
                "centre hospitalier",
                "chu",
                "chru",
                "hopital",
                "hopitaux",
                "assistance publique",
                "agence regionale de sante",
                "hospital",
                "krankenhaus",
                "klinikum",
                "universitatsklinikum",
                "azienda sanitaria",
                "azienda ospedaliera",
                "azienda ospedaliero",
                "azienda usl",
                "azienda ulss",
                "ausl",
                "asl",
                "asst",
                "ospedale",
                "policlinico",
                "ziekenhuis",
                "ggd",
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_its_kind_or_nothing() {
        #[track_caller]
        fn check(name: &str, expected: Option<&str>) {
            assert_eq!(BodyKind::of_name(name).map(BodyKind::as_str), expected, "{name}");
        }
        check("Comune di Trani", Some("local"));
        check("COMUNE DI FIRENZE", Some("local"));
        check("Ville de Nantes", Some("local"));
        check("Unione dei Comuni della Bassa Romagna", Some("local"));
        check("Regione Puglia", Some("regional"));
        check("Kanton Zürich", Some("regional"));
        check("MIC - Ministero della Cultura", Some("national"));
        check("Ministère de l'Éducation nationale", Some("national"));
        check("Université de Lille", Some("education"));
        check("Académie de Lyon", Some("education"));
        check("Azienda USL di Bologna", Some("health"));
        check("CHU de Rennes", Some("health"));
        check("DINUM", None);
        check("City Network AB", None);
        check("MEN", None);
        check("Associazione Comuni Virtuosi", None);
        check("Communes de France Numérique SAS", None);
        check("", None);
    }
}
