//! The keys of every version of the standard, section by section.

/// A key of the standard.
#[derive(Debug)]
pub(super) struct Key {
    pub name: &'static str,
    /// What to do instead, where the newest version deprecates or no longer has it.
    pub deprecated: Option<&'static str>,
}

const fn live(name: &'static str) -> Key {
    Key { name, deprecated: None }
}

const fn old(name: &'static str, advice: &'static str) -> Key {
    Key { name, deprecated: Some(advice) }
}

pub(super) const ROOT: &[Key] = &[
    live("publiccodeYmlVersion"),
    old("publiccode-yaml-version", "use publiccodeYmlVersion with the number of the version"),
    live("name"),
    live("applicationSuite"),
    live("url"),
    live("landingURL"),
    live("isBasedOn"),
    live("softwareVersion"),
    live("releaseDate"),
    live("logo"),
    old("monochromeLogo", "leave it out"),
    old("inputTypes", "leave it out"),
    old("outputTypes", "leave it out"),
    live("platforms"),
    old("tags", "use categories"),
    live("categories"),
    live("usedBy"),
    live("fundedBy"),
    live("roadmap"),
    live("developmentStatus"),
    live("softwareType"),
    live("supports"),
    live("organisation"),
    live("intendedAudience"),
    live("description"),
    live("legal"),
    live("maintenance"),
    live("localisation"),
    live("dependsOn"),
    old("IT", "use supports and organisation"),
];

pub(super) const DESCRIPTION: &[Key] = &[
    live("localisedName"),
    old("genericName", "use categories or features"),
    live("shortDescription"),
    live("longDescription"),
    live("documentation"),
    live("apiDocumentation"),
    old("freeTags", "use categories or features"),
    old("featureList", "use features"),
    live("features"),
    live("screenshots"),
    live("videos"),
    live("awards"),
];

pub(super) const LEGAL: &[Key] = &[
    live("license"),
    live("mainCopyrightOwner"),
    old("repoOwner", "use organisation.name"),
    old("authorsFile", "leave it out"),
];

pub(super) const AUDIENCE: &[Key] =
    &[old("onlyFor", "use scope"), live("countries"), live("unsupportedCountries"), live("scope")];

pub(super) const MAINTENANCE: &[Key] = &[live("type"), live("contractors"), live("contacts")];

pub(super) const CONTRACTOR: &[Key] =
    &[live("name"), live("until"), live("email"), live("website"), live("phone")];

pub(super) const LOCALISATION: &[Key] = &[live("localisationReady"), live("availableLanguages")];

pub(super) const ORGANISATION: &[Key] = &[live("uri"), live("name")];

/// An element of `fundedBy`; many write the address under another key.
pub(super) const FUNDER: &[Key] = &[live("name"), live("uri"), old("url", "use uri")];

pub(super) const DEPENDS_ON: &[Key] = &[live("open"), live("proprietary"), live("hardware")];

pub(super) const DEPENDENCY: &[Key] =
    &[live("name"), live("versionMin"), live("versionMax"), live("version"), live("optional")];

pub(super) const SUPPORTED: &[Key] = &[live("id")];

/// A key without what people vary: letter case, hyphens and underscores.
pub(super) fn fold(key: &str) -> String {
    key.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The key of `table` that a misspelt key stands for.
pub(super) fn similar<'t>(table: &'t [Key], written: &str) -> Option<&'t Key> {
    let folded = fold(written);
    let meant = match folded.as_str() {
        "landingpage" => "landingurl",
        "localization" => "localisation",
        "localizationready" => "localisationready",
        "localizedname" => "localisedname",
        "organization" => "organisation",
        "licence" => "license",
        "publiccodeversion" => "publiccodeymlversion",
        other => other,
    };
    table.iter().find(|key| fold(key.name) == meant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_misses_are_recognised() {
        for (table, written, expected) in [
            (ROOT, "landingUrl", Some("landingURL")),
            (ROOT, "landing-url", Some("landingURL")),
            (ROOT, "LandingPage", Some("landingURL")),
            (ROOT, "localization", Some("localisation")),
            (ROOT, "intendedaudience", Some("intendedAudience")),
            (ROOT, "it", Some("IT")),
            (LEGAL, "licence", Some("license")),
            (ROOT, "creationDate", None),
            (ROOT, "", None),
        ] {
            assert_eq!(similar(table, written).map(|key| key.name), expected, "{written}");
        }
    }
}
