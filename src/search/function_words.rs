//! Words that every text of a language holds and that say nothing of it, in the six languages of
//! the catalogue: articles, prepositions, conjunctions. They are searched like all others, but not
//! marked.

/// The words, folded.
const WORDS: &[&str] = &[
    // French
    "a", "au", "aux", "avec", "ce", "ces", "cet", "cette", "d", "dans", "de", "des", "du", "en",
    "est", "et", "l", "la", "le", "les", "leur", "leurs", "ou", "par", "pour", "qu", "que", "qui",
    "s", "sans", "se", "ses", "sous", "sur", "un", "une", "vos", "votre", "y",
    // English
    "an", "and", "are", "as", "at", "be", "by", "for", "from", "how", "in", "into", "is", "it",
    "its", "of", "on", "or", "than", "that", "the", "their", "this", "to", "with", "your",
    // German
    "als", "am", "an", "auf", "aus", "bei", "das", "dem", "den", "der", "die", "durch", "ein",
    "eine", "einem", "einen", "einer", "eines", "fur", "fuer", "im", "ist", "mit", "nach", "oder",
    "uber", "und", "vom", "von", "zu", "zum", "zur", // Italian
    "ad", "agli", "ai", "al", "alla", "alle", "allo", "che", "con", "da", "dal", "dalla", "degli",
    "dei", "del", "della", "delle", "dello", "di", "e", "ed", "gli", "i", "il", "lo", "nel",
    "nella", "o", "per", "su", "sul", "sulla", "tra", "uno", // Spanish
    "como", "el", "las", "los", "para", "por", "sin", "su", "sus", "una", "unas", "unos",
    // Dutch
    "aan", "bij", "dat", "een", "het", "met", "naar", "of", "om", "op", "te", "uit", "van", "voor",
];

/// Whether a folded word is one of them.
pub(super) fn is_function_word(word: &str) -> bool {
    WORDS.contains(&word)
}
