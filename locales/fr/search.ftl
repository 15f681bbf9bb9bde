# La recherche.

landing-title = Trouver un logiciel libre déjà utilisé par des administrations
landing-text = Fedcat réunit les catalogues de logiciels des administrations publiques. Pour chaque logiciel, il dit ce qu’il remplace, qui l’utilise et où, sous quelle licence, et quelle source l’affirme.
search-title = Toutes les fiches
search-title-for = « { $words } »
search-label = Chercher un logiciel
search-button = Rechercher
search-help = Un nom, un produit à remplacer ou un besoin : « LibreOffice », « Microsoft Teams », « sondage ».
number-software =
    { $n ->
        [one] { $number } logiciel
       *[other] { $number } logiciels
    }
number-records =
    { $n ->
        [one] { $number } fiche de source
       *[other] { $number } fiches de sources
    }
number-sources =
    { $n ->
        [one] { $number } source
       *[other] { $number } sources
    }
number-shared =
    { $n ->
        [one] { $number } recensé plusieurs fois
       *[other] { $number } recensés plusieurs fois
    }
entries-found =
    { $n ->
        [0] Aucune fiche
        [one] { $number } fiche
       *[other] { $number } fiches
    }
found-for = { $count } pour « { $words } »
place = Fiches { $from } à { $to } sur { $total }
to-filters = Affiner
filters-title = Affiner les résultats
chosen-filters = Critères choisis
remove = Retirer
remove-all = Tout retirer
apply = Appliquer
sort-label = Ordre
sort-relevance = Pertinence
sort-name = Nom
sort-use = Usages attestés
sort-freshness = Dernière activité
sort-newest = Derniers ajouts
listed-by = Recensé par
used-in = Pays d’utilisation
activity = Activité
last-activity = dernier signe de vie le { $day }
last-activity-not-stated = aucune date précisée
export-these = Exporter ces résultats (tableur)
nav-pages = Pages de résultats
previous-page = Page précédente
next-page = Page suivante
empty-wordless = Votre recherche ne contient ni lettre ni chiffre : rien n’a donc été cherché. Vous pouvez :
empty-text = Rien n’a été trouvé. Vous pouvez :
empty-spelling = vérifier l’orthographe, ou essayer le mot dans une autre langue
empty-fewer = utiliser des mots moins nombreux ou plus généraux
empty-filters = retirer les critères choisis
empty-all = parcourir toutes les fiches
empty-contribute = lire comment un logiciel entre au catalogue

## Facets
facet-category = Catégorie
facet-need = Besoin (déclaré ou déduit)
facet-licence = Licence
facet-open-source = Open source
facet-licence-family = Famille de licences
facet-copyleft = Copyleft
facet-licence-conflict = Accord sur la licence
facet-country = Pays d’utilisation
facet-body = Type d’administration utilisatrice
facet-source = Source
facet-platform = Plateforme
facet-language = Langue de l’interface
facet-status = Développement
facet-maintenance = Maintenance
facet-support = Support assuré par
facet-public = Développé par une administration
facet-recommendation = Recommandation d’un État
facet-contract = Marché de support de l’État
facet-replaces = Cité comme remplaçant de

## Kinds of administration, see src/catalogue/body.rs
body-national = Nationale
body-regional = Régionale
body-local = Locale
body-education = Enseignement et recherche
body-health = Santé

## Ce qui a été compris, et ce qui est proche
replacing =
    { $n ->
        [one] { $number } logiciel est cité comme remplaçant de { $product }
       *[other] { $number } logiciels sont cités comme remplaçants de { $product }
    }
replacing-elided =
    { $n ->
        [one] { $number } logiciel est cité comme remplaçant d’{ $product }
       *[other] { $number } logiciels sont cités comme remplaçants d’{ $product }
    }
replacing-none = Aucun logiciel n’est cité comme remplaçant de { $product } ; ce qui suit n’en contient que les mots.
replacing-none-elided = Aucun logiciel n’est cité comme remplaçant d’{ $product } ; ce qui suit n’en contient que les mots.
near-similar = Vouliez-vous dire :
near-without-filters =
    { $n ->
        [one] { $number } fiche sans les critères choisis
       *[other] { $number } fiches sans les critères choisis
    }
near-words = Mots qui, seuls, trouvent quelque chose :
near-word =
    { $n ->
        [one] « { $word } » ({ $number } fiche)
       *[other] « { $word } » ({ $number } fiches)
    }

## Suggestions pendant la frappe
suggestions = Suggestions
suggest-replaced = Alternatives à { $name }
suggest-need = Besoin
suggest-none = Aucune suggestion
suggest-one = 1 suggestion, à choisir avec les flèches
suggest-many = { $count } suggestions, à choisir avec les flèches
