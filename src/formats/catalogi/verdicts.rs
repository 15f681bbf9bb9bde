//! What the State says about using an entry, in each of the lists' words.

use crate::catalogue::content::{Recommendation, RecommendationVerdict};
use crate::catalogue::text::shorten;
use crate::formats::Code;
use crate::formats::fields::Fields;

use RecommendationVerdict::{NoLongerRecommended, Observed, Recommended};

/// The words, in lower case: letters in the lists of 2020 to 2022, English in the tables of 2022.
const WORDS: &[(&str, RecommendationVerdict)] = &[
    ("r", Recommended),
    ("recommended", Recommended),
    ("recommandé", Recommended),
    ("o", Observed),
    ("in observation", Observed),
    ("en observation", Observed),
    ("fr", NoLongerRecommended),
    ("no longer recommended", NoLongerRecommended),
    ("fin de recommandation", NoLongerRecommended),
];

/// The verdict at `key`; another word is a finding, never a guess.
pub fn read(fields: &mut Fields<'_>, key: &str) -> Option<Recommendation> {
    let wording = fields.line(key)?;
    let folded = wording.to_lowercase();
    let Some((_, verdict)) = WORDS.iter().find(|(word, _)| *word == folded) else {
        let message = format!(
            "the verdict {:?} is not known and is left out: expected R (recommended), O (in \
             observation) or FR (no longer recommended)",
            shorten(&wording)
        );
        fields.warn(Code::UnknownRecommendation, key, message);
        return None;
    };
    Some(Recommendation { verdict: *verdict, wording, since: None })
}

/// The mark that an entry is still looked at. Its absence says nothing: that an entry is listed
/// means something else in each catalogue.
pub fn observed(fields: &mut Fields<'_>) -> Option<Recommendation> {
    const KEY: &str = "isStillInObservation";
    fields.flag(KEY)?.then_some(Recommendation {
        verdict: Observed,
        wording: KEY.to_owned(),
        since: None,
    })
}
