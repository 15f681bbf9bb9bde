# Ce que dit chaque page.

site-name = Fedcat
site-claim = Les logiciels libres des administrations
site-description = Un catalogue fédéré des logiciels libres utilisés par les administrations publiques : qui les utilise, dans quel pays, sous quelle licence, et qui le dit.
skip-to-content = Aller au contenu
nav-main = Menu principal
nav-language = Langue du site
nav-search = Recherche
nav-sources = Sources
nav-about = À propos
nav-api = API
nav-csv = Tout le catalogue en CSV
foot-origin = Les données proviennent des sources que nomme chaque fiche, sous la licence de chaque source.
colon = {"\u00A0"}:
not-stated = non précisé
since = depuis le
without-name = Sans nom
in-language = en { $language }
source-with-place = { $source } ({ $place })
unnamed = nom non indiqué, { $uri }
more-values =
    { $n ->
        [one] { $number } autre
       *[other] { $number } autres
    }
moment = { $day } à { $time } UTC
moment-never = jamais
moment-not-planned = non prévue

## La référence de l’API
api-title = L’API
api-lead = Ce que des programmes peuvent demander à ce catalogue, et ce qu’ils reçoivent. Établie à partir du document OpenAPI, dont on peut générer des clients. La suite de cette page est en anglais.
api-document = Le document OpenAPI

## Errors
error-title-not-found = Cette page n’existe pas
error-text-not-found = L’adresse est peut-être mal écrite, ou ce qu’elle désigne n’a jamais existé ici. Cherchez plutôt dans le catalogue.
error-title-gone = Ce contenu a été retiré
error-text-gone = Toutes les sources l’ont retiré.
error-title-method = Cette adresse ne répond qu’à la lecture
error-text-method = Ouvrez-la plutôt comme une page.
error-title-request = L’adresse ne peut pas être comprise
error-text-request = L’un de ses paramètres a une valeur inattendue.
error-title-sign-in = Réservé aux exploitants
error-text-sign-in = Connectez-vous d’abord. Une session a pu se terminer entre-temps.
error-title-refused = La demande a été refusée
error-text-refused = Le formulaire ne vient pas d’une page de ce site ouverte dans votre session. Rouvrez la page et recommencez.
error-title-conflict = Impossible pour le moment
error-text-conflict = Autre chose s’est passé entre-temps. Rien n’a été modifié.
error-title-too-often = Vous demandez très souvent
error-text-too-often = D’autres attendent aussi. Patientez un instant, puis réessayez.
error-title-unavailable = Le service ne répond pas pour le moment
error-title-search = La recherche est indisponible pour le moment
error-text-unavailable = Veuillez réessayer dans quelques minutes.
error-text-search = Le moteur de recherche ne répond pas. Il reviendra ; rien n’est perdu.
error-title-internal = Une erreur s’est produite ici
error-text-internal = Vous n’y êtes pour rien et l’exploitant est prévenu. Veuillez réessayer plus tard.
error-home = Retour à l’accueil
error-again = Relancer cette recherche
error-rest = Tout le reste fonctionne :
error-status = Code
page-in-brief = Certaines listes et certains textes de cette page sont abrégés : elle serait trop lourde. L’API donne tout.
