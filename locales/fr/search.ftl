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
nav-pages = Pages de résultats
previous-page = Page précédente
next-page = Page suivante
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

## Kinds of administration, see src/publish/body.rs
body-national = Nationale
body-regional = Régionale
body-local = Locale
body-education = Enseignement et recherche
body-health = Santé

## Ce qui a été compris, et ce qui est proche
replace-some =
    { $n ->
        [one] { $number } fiche dit remplacer { $product } ; les autres en font mention.
       *[other] { $number } fiches disent remplacer { $product } ; les autres en font mention.
    }
replace-some-one =
    { $n ->
        [one] { $number } fiche dit remplacer { $product } ; l’autre en fait mention.
       *[other] { $number } fiches disent remplacer { $product } ; l’autre en fait mention.
    }
replace-all =
    { $n ->
        [one] { $number } fiche dit remplacer { $product }.
       *[other] { $number } fiches disent remplacer { $product }.
    }
replace-none = Aucune fiche ne dit remplacer { $product } ; celles-ci en font mention.
replace-none-one = Aucune fiche ne dit remplacer { $product } ; celle-ci en fait mention.
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
