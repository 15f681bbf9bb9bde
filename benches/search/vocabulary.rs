//! What the documents are written with: words of four languages, made of stems and endings, words
//! made of syllables, and sentences with gaps. All of it is invented.

use fedcat::search::Synonyms;

use crate::random::Random;

/// A language that documents are written in.
pub struct Language {
    /// Words that carry meaning, the most frequent first.
    pub words: Vec<String>,
    /// Sentences of summaries; `*` is a gap for a word.
    pub summaries: &'static [&'static str],
    /// Sentences of descriptions, with gaps alike.
    pub sentences: &'static [&'static str],
}

/// English, French, German, Italian.
pub fn languages() -> [Language; 4] {
    let language = |seed, stems: &str, endings: &str, summaries, sentences| {
        let words = words(stems, endings, seed);
        Language { words, summaries, sentences }
    };
    [
        language(1, EN_STEMS, EN_ENDINGS, EN_SUMMARIES, EN_SENTENCES),
        language(2, FR_STEMS, FR_ENDINGS, FR_SUMMARIES, FR_SENTENCES),
        language(3, DE_STEMS, DE_ENDINGS, DE_SUMMARIES, DE_SENTENCES),
        language(4, IT_STEMS, IT_ENDINGS, IT_SUMMARIES, IT_SENTENCES),
    ]
}

/// Fifteen words that have another in a second language, both of them frequent.
pub fn synonyms() -> Synonyms {
    let [english, french, ..] = languages();
    let pairs = english.words.into_iter().zip(french.words).skip(40).step_by(20).take(15);
    Synonyms::of_groups(pairs.map(|(one, other)| [one, other]))
}

/// Every stem with every ending, in an order of chance.
fn words(stems: &str, endings: &str, seed: u64) -> Vec<String> {
    let endings: Vec<&str> = endings.split(' ').collect();
    let of_stem = |stem| endings.iter().map(move |ending| format!("{stem}{ending}"));
    let mut words: Vec<String> = stems.split(' ').flat_map(of_stem).collect();
    Random::new(seed).shuffle(&mut words);
    words
}

/// A word of two to four syllables that follows from its number.
pub fn coined(number: u64) -> String {
    let mut random = Random::new(number);
    let mut word = String::new();
    for _ in 0..2 + random.below(2) + random.below(2) {
        word.push_str(ONSETS[random.skewed(ONSETS.len())]);
        word.push_str(VOWELS[random.skewed(VOWELS.len())]);
    }
    word.push_str(random.pick(CODAS));
    word
}

/// Kinds of organisations; `@` is a gap for a place.
pub const ORGANISATIONS: &[&str] = &[
    "City of @",
    "Ville de @",
    "Stadt @",
    "Comune di @",
    "@ County Council",
    "Université de @",
    "@ GmbH",
    "@ Consulting",
    "Kanton @",
    "Regione @",
    "Ministry of @",
    "Agence @",
    "Gemeente @",
];

const ONSETS: &[&str] = &[
    "s", "t", "m", "r", "n", "l", "c", "d", "p", "b", "v", "g", "f", "k", "st", "tr", "h", "pl",
    "br", "j", "cr", "z", "gr", "sp", "w", "fl", "sh", "qu", "x", "y",
];
const VOWELS: &[&str] = &["a", "e", "o", "i", "u", "ia", "ei", "ou", "y", "ae"];
const CODAS: &[&str] = &["", "", "", "n", "s", "r", "x", "l", "t", "m", "ck", "nd"];

const EN_STEMS: &str = "account archiv assembl assess audit board book budget build calend captur \
    catalog certif channel chart check circul client collect comment compil connect consult \
    contact contract convert council deliver deposit design detect direct dispatch district \
    document draft educat elect employ encod energ enrol event examin export extract field filter \
    financ folder forecast form forum grant graph guid harvest health host identif import index \
    inspect integr invoic journal label learn lend link load locat mail manag market measur meet \
    member merg messag migrat mobil model monitor navig network notif object observ order organis \
    park patient permit person petition plan plot poll portal post print process procur profil \
    project protect publish purchas record regist regul remind repair report request research \
    resourc retriev review rout sampl schedul scan search secur sensor serv sign simul staff stock \
    stream subscrib suppl support survey system task teach templat tender text ticket track \
    traffic train transact transfer translat transport travel updat valid vehicl verif version \
    visit wast water widget work youth";
const EN_ENDINGS: &str = "e er ing ed s ment or ation al ive able ers";
const FR_STEMS: &str = "accueil administr agend annuair archiv assembl budg bureau cadastr calcul \
    cart cartograph centr charg citoy class collect commun compt concert conseil consult contrat \
    courri déchet demand départ diffus document donné écol éditi élect emploi enfan enquêt \
    équipement état évalu fich financ form formul fourniss gest habit hébergement horair impôt \
    indic inscript interven invent jeun justif lect logement march mesur météo mobil munic numér \
    ouvr particip patrimoin paiement permis plan port préfect procédur projet publi réclam recherch \
    régi réseau résult réunion santé secur servic signal sond suiv table tâch territ trait transmiss \
    transport travail usag valid véhicul vérif vill vot";
const FR_ENDINGS: &str = "e es er é ation ations eur ique ment able if ité";
const DE_STEMS: &str = "ablauf abfall abstimm akten amt anleit antrag anwend archiv arbeit aufgab \
    ausbild auskunft auswert auto bau bedarf bericht beschaff bescheid betreu bibliothek bild bilder \
    büro bürger daten dienst druck einkauf einsatz energ erfass erheb fach fahr familien finanz \
    firmen fläch förder form forst frag frist gebäud gebühr gemeind gerät geschäft gesetz gesund \
    gewerb grund haushalt hilf jugend kalend kart katast kind kranken kund lager land lehr leist \
    leit lern licht liefer lös markt meld mess miet mitglied nachricht netz objekt ordn park pflan \
    pfleg plan post prüf raum rechn recht register reis sammel schul schutz sicher sitz spiel sport \
    stadt stell steuer strass tag teil termin text umfrag umwelt verkehr vermess vertrag verwalt \
    vorgang wahl wald wasser werk wohn zahl zeit";
const DE_ENDINGS: &str = "en er ung ungen e lich bar keit schaft s ern end";
const IT_STEMS: &str = "accord acquist affar albo alunn ambient anagraf appalt archiv assist \
    associ azion bandi bilanc bibliotec calendar camp cartell cartograf cas catast categor cittad \
    client collabor comun concors condivis consult contabil contratt controll corr dat deliber \
    distribu document domand ediliz elenc elett energ entrat eserciz event fattur file firm \
    fornitor formaz funzion gar gest giorn grafic identit immagin impieg impost incontr indic \
    indirizz inform iscriz istanz istitut lavor lett libr licenz mapp mercat mess misur modul mondi \
    monitor munic norm notizi operat ordin orar organ pagament parcheggi partecip patrimon permess \
    person piattaform post pratic prenot prestit process progett protocoll pubblic qualit raccolt \
    registr relazion report ricerc richiest risors risult salut scuol sed segnal server sicur \
    sindac sistem sport statist stradal strument temp territor traspor tribut turis ufficial utent \
    valut veicol verif viagg volont vot";
const IT_ENDINGS: &str = "o a i e are ato azione azioni ore ivo ica abile";

const EN_SUMMARIES: &[&str] = &[
    "Software for * and *.",
    "Web application to * * in small offices.",
    "A * * with *.",
    "Open source * for public * and *.",
    "Simple, fast * for the * of a town.",
    "* server and *.",
    "Helps teams with *, * and *.",
    "A free alternative for * *, with a * of its own.",
    "Platform to share * between administrations.",
    "* *, self-hosted.",
    "Library for * *.",
];
const EN_SENTENCES: &[&str] = &[
    "It was made for the * of a * and is now used by many others.",
    "Each * has its own *, so that a * can be found again without *.",
    "The * reads * and *, and writes * in open formats.",
    "With the * module, a * can be sent to the * in one step.",
    "Roles and rights decide who may see a *, change its * or close the *.",
    "An interface in the browser shows * and * side by side.",
    "It runs on one server with a small * and needs no *.",
    "Data stay in the house: every * can be exported as a *.",
    "The * follows the law on * and has been tested with * users.",
    "Programs of other makers reach the * through a documented interface for *.",
    "Features: *, *, *, *, *.",
    "Typical uses are *, * and the * of large *.",
    "A community of towns decides on the next * twice a year.",
    "Old * are kept, and nobody can change a * without a *.",
    "Works with a keyboard alone, on a phone, and where the * is slow.",
];
const FR_SUMMARIES: &[&str] = &[
    "Logiciel de * et de *.",
    "Application web pour le * des *.",
    "Outil libre de * pour les communes.",
    "Gestion de * avec *.",
    "Plateforme de * et * en ligne.",
];
const FR_SENTENCES: &[&str] = &[
    "Il a été créé pour le * d'une * et sert aujourd'hui à d'autres.",
    "Chaque * a son propre *, ce qui permet de retrouver un * sans *.",
    "Le module de * envoie le * à la * en une étape.",
    "L'interface montre le * et la * dans une seule page.",
    "Les données restent chez vous : tout * peut être exporté.",
    "Fonctions : *, *, *, *.",
    "Une communauté de villes décide du prochain *.",
];
const DE_SUMMARIES: &[&str] = &[
    "Eine Software für * und *.",
    "Werkzeug zum * von * in Gemeinden.",
    "Freie * für die *.",
    "Eine * mit *, auch ohne *.",
    "Plattform für * und * im Netz.",
];
const DE_SENTENCES: &[&str] = &[
    "Sie wurde für die * einer * gemacht und dient heute vielen.",
    "Jede * hat ihre eigene *, damit eine * ohne * wieder gefunden wird.",
    "Das Modul für * schickt eine * in einem Schritt an die *.",
    "Die Oberfläche zeigt * und * auf einer Seite.",
    "Die Daten bleiben im Haus: jede * kann ausgeführt werden.",
    "Merkmale: *, *, *, *.",
    "Ein Kreis von Städten entscheidet über die nächste *.",
];
const IT_SUMMARIES: &[&str] = &[
    "Software per * e *.",
    "Applicazione web per il * dei *.",
    "Strumento libero di * per i comuni.",
    "Gestione di * con *.",
    "Piattaforma per * e *.",
];
const IT_SENTENCES: &[&str] = &[
    "È nato per il * di una * e oggi serve a molti altri.",
    "Ogni * ha il proprio *, così un * si ritrova senza *.",
    "Il modulo di * invia il * alla * in un passo.",
    "L'interfaccia mostra * e * in una pagina.",
    "I dati restano in casa: ogni * si può esportare.",
    "Funzioni: *, *, *, *.",
];
