//! The codes of findings. What each means, and what to do about it, is data: `codes.toml`.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

/// Makes the type of a list of codes with their words.
macro_rules! codes {
    ($($name:ident = $word:literal,)*) => {
        /// What kind of problem a finding is. The word of a code never changes: sources' owners and
        /// programs know it by that.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = concat!("`", $word, "`")] $name,)*
        }

        impl Code {
            /// All codes, by what they are about.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The code as a word, such as `licence-missing`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

codes! {
    ListingUnreachable = "listing-unreachable",
    ListingCertificate = "listing-certificate",
    ListingHttpStatus = "listing-http-status",
    ListingBusy = "listing-busy",
    ListingHtml = "listing-html",
    ListingRefusedAddress = "listing-refused-address",
    ListingTooLarge = "listing-too-large",
    ListingTooSlow = "listing-too-slow",
    ListingCompression = "listing-compression",
    ListingTruncated = "listing-truncated",
    ListingNotOfTheFormat = "listing-not-of-the-format",
    ListingEntriesUnreadable = "listing-entries-unreadable",
    ListingNextUnusable = "listing-next-unusable",
    ListingPagesRepeat = "listing-pages-repeat",
    ListingCountDiffers = "listing-count-differs",
    ListingFilesUnread = "listing-files-unread",
    ListingLeadsElsewhere = "listing-leads-elsewhere",
    ListingPathFindsNothing = "listing-path-finds-nothing",
    ListingNotRead = "listing-not-read",
    LinksMissing = "links-missing",
    NoReleases = "no-releases",
    RepositoryRepeated = "repository-repeated",
    ForksLeftOut = "forks-left-out",
    ForgeUnknown = "forge-unknown",
    RdfDoctype = "rdf-doctype",
    RdfContextUnknown = "rdf-context-unknown",
    RdfTooComplex = "rdf-too-complex",
    IdenticalItems = "identical-items",
    DuplicateId = "duplicate-id",
    FileAbsent = "file-absent",
    FileUnreachable = "file-unreachable",
    FileNotOfTheFormat = "file-not-of-the-format",
    FileOfSeveral = "file-of-several",
    ItemWithoutId = "item-without-id",
    EntryTooLarge = "entry-too-large",
    NameMissing = "name-missing",
    WithdrawnBySource = "withdrawn-by-source",
    NotOpenSource = "not-open-source",
    UsageTypeMissing = "usage-type-missing",
    NotSoftware = "not-software",
    TypeMissing = "type-missing",
    EntryUnreadable = "entry-unreadable",
    RdfValueUnreadable = "rdf-value-unreadable",
    RdfEntryTooLarge = "rdf-entry-too-large",
    RdfLocalAddress = "rdf-local-address",
    WikidataMissing = "wikidata-missing",
    WikidataRedirect = "wikidata-redirect",
    StarterEntryInvalid = "starter-entry-invalid",
    LicenceMissing = "licence-missing",
    LicenceNotUnderstood = "licence-not-understood",
    LicenceDeprecatedId = "licence-deprecated-id",
    LicenceAmbiguous = "licence-ambiguous",
    LicenceNameAndAddressDiffer = "licence-name-and-address-differ",
    LicenceOfPart = "licence-of-part",
    LicenceNotListed = "licence-not-listed",
    WrongType = "wrong-type",
    InvalidUrl = "invalid-url",
    UrlRepaired = "url-repaired",
    InvalidDate = "invalid-date",
    InvalidLanguage = "invalid-language",
    InvalidIdentifier = "invalid-identifier",
    ContradictoryIdentifier = "contradictory-identifier",
    InvalidSdg = "invalid-sdg",
    UnknownStatus = "unknown-status",
    UnknownRecommendation = "unknown-recommendation",
    UnknownCountry = "unknown-country",
    UnknownOrganisationType = "unknown-organisation-type",
    ProviderWithoutName = "provider-without-name",
    ProviderDeleted = "provider-deleted",
    UserWithoutName = "user-without-name",
    UserDeleted = "user-deleted",
    RepositoryIsOrganisation = "repository-is-organisation",
    RepositoryArchived = "repository-archived",
    RepositoryMoved = "repository-moved",
    OrganisationWithoutId = "organisation-without-id",
    OrganisationNotPaired = "organisation-not-paired",
    OrganisationSeveralNames = "organisation-several-names",
    PubliccodeMissing = "publiccode-missing",
    PubliccodeNotFetched = "publiccode-not-fetched",
    PubliccodeNotUtf8 = "publiccode-not-utf-8",
    PubliccodeEmpty = "publiccode-empty",
    PubliccodeNotYaml = "publiccode-not-yaml",
    PubliccodeSeveralDocuments = "publiccode-several-documents",
    PubliccodeDuplicateKey = "publiccode-duplicate-key",
    PubliccodeVersionUnknown = "publiccode-version-unknown",
    PubliccodeUnquotedVersion = "publiccode-unquoted-version",
    PubliccodeMissingKey = "publiccode-missing-key",
    PubliccodeUnknownKey = "publiccode-unknown-key",
    PubliccodeMisspeltKey = "publiccode-misspelt-key",
    PubliccodeDeprecatedKey = "publiccode-deprecated-key",
    PubliccodeExtension = "publiccode-extension",
    PubliccodeWrongType = "publiccode-wrong-type",
    PubliccodeUnknownValue = "publiccode-unknown-value",
    PubliccodeUnknownCategory = "publiccode-unknown-category",
    PubliccodeUnknownScope = "publiccode-unknown-scope",
    PubliccodeUrlRepaired = "publiccode-url-repaired",
    PubliccodeInvalidUrl = "publiccode-invalid-url",
    PubliccodeInvalidDate = "publiccode-invalid-date",
    PubliccodeInvalidLanguage = "publiccode-invalid-language",
    PubliccodeTooManyLanguages = "publiccode-too-many-languages",
    FindingsTruncated = "findings-truncated",
}

/// A word that is no code of findings.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("there is no finding {0:?}")]
pub struct UnknownCode(String);

impl FromStr for Code {
    type Err = UnknownCode;

    fn from_str(word: &str) -> Result<Self, UnknownCode> {
        let code = Self::ALL.iter().find(|code| code.as_str() == word);
        code.copied().ok_or_else(|| UnknownCode(word.to_owned()))
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl PartialEq<&str> for Code {
    fn eq(&self, word: &&str) -> bool {
        self.as_str() == *word
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}
