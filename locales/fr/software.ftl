# La page d’une fiche.

software-title = { $name }
also-called = Aussi nommé
nav-contents = Sur cette page
facts-title = L’essentiel
description-title = Description
licence-heading = Licence
licence-see = Qui le dit
users-title = Utilisateurs
support-title = Support
alternatives-title = Remplace, similaires
table-title = Les sources côte à côte
table-text = Chaque colonne est ce que dit une source. Quand les sources diffèrent, la fiche montre la valeur de la plus fiable : la première colonne qui en a une.
table-field = Champ
origin-title = D’où viennent les données
origin-entry = Fiche
origin-dates = Première vue · dernier changement
origin-join = Pourquoi c’est le même logiciel
twins-title = Peut-être le même logiciel
twins-text = Ces fiches ont un point commun avec celle-ci, ce qui ne suffit pas à les réunir. Un opérateur du catalogue tranche.
twins-common = En commun
twins-decide = Commandes pour trancher
record-listed = recensée
record-missing-since = absente de la liste depuis le { $day }
record-withdrawn = retirée par la source le { $day }
record-withdrawn-because = retirée par la source le { $day } : « { $reason } »
entry-changed = Dernier changement de cette fiche le
entry-json = Cette fiche en JSON
who-says-so = Qui le dit
values-differ = les sources diffèrent
value-shown = valeur affichée
value-not-shown = valeur non affichée
so-many-sources =
    { $n ->
        [one] { $number } source
       *[other] { $number } sources
    }
version-with-day = { $version }, publiée le { $day }
released = publiée le { $day }
support-until = { $name } (jusqu’au { $day })

## Users
administrations =
    { $n ->
        [one] { $number } administration
       *[other] { $number } administrations
    }
organisations =
    { $n ->
        [one] { $number } organisation
       *[other] { $number } organisations
    }
users-catalogues = Selon les catalogues
users-project = Selon le projet lui-même
users-project-text = Le projet nomme ces utilisateurs ; aucun catalogue ne les a confirmés.
users-nobody = Aucun catalogue ne dit qui l’utilise.
country-not-stated = Pays non précisé
in-use-since = depuis le { $day }
people-use =
    { $n ->
        [0] personne
        [one] { $number } personne l’utilise
       *[other] { $number } personnes l’utilisent
    }
people-answer =
    { $n ->
        [0] aucun référent
        [one] { $number } référent
       *[other] { $number } référents
    }

## Licence
licence-osi-yes = { $licence } – open source (OSI)
licence-osi-no = { $licence } – non approuvée par l’OSI
licence-osi-not-stated = { $licence } – approbation de l’OSI non précisée
licence-ambiguous = Licence incertaine : { $licences }
licence-conflict = Les sources se contredisent : { $licences }
licence-differs = Les sources diffèrent dans le détail : { $licences }
licence-not-understood = Licence incertaine : la déclaration n’est pas comprise
licence-unknown = Licence non précisée
licence-nobody = Aucune source ne précise de licence.
licence-statements = Déclarations, une par une
licence-raw = { $raw } ({ $slot })
slot-declared = l’éditeur déclare
slot-asserted = le catalogue affirme
slot-detected = détecté dans le code
outcome-expression = Compris comme { $licence }.
outcome-candidates = Pas assez précis. Cela pourrait être : { $licences }.
outcome-not-listed = Une licence absente de la liste SPDX.
outcome-no-statement = Ne dit rien de la licence.
outcome-rejected = Incompris à partir de « { $part } ».
fact-with-source = { $fact } ({ $source }, { $date })
fact-by-branch = { $fact }, si l’on choisit { $branch }
fact-open-source-yes = Open source
fact-open-source-no = Pas open source
fact-open-source-not-stated = Caractère open source non précisé
fact-osi-approved-yes = Approuvée par l’Open Source Initiative
fact-osi-approved-no = Non approuvée par l’Open Source Initiative
fact-osi-approved-not-stated = Approbation par l’Open Source Initiative non précisée
fact-fsf-free-yes = Libre selon la Free Software Foundation
fact-fsf-free-no = Non libre selon la Free Software Foundation
fact-copyleft-permissive = Permissive : une version modifiée peut rester fermée
fact-copyleft-weak = Copyleft faible : les modifications de ces fichiers restent ouvertes
fact-copyleft-share-alike = Partage à l’identique : les adaptations gardent les mêmes conditions
fact-copyleft-strong = Copyleft fort : ce qui en dérive reste ouvert quand on le transmet
fact-copyleft-network = Copyleft réseau : de même, y compris pour un simple service en ligne
fact-copyleft-not-open = Ses conditions excluent l’open source
fact-copyleft-not-stated = Type de copyleft non précisé
fact-eupl-appendix-yes = Dans l’appendice de l’EUPL 1.2
fact-french-list-yes = Sur la liste des administrations françaises
fact-french-list-no = Pas sur la liste des administrations françaises
fact-italian-guidelines-yes = Recommandée par les lignes directrices italiennes
fact-dpg-list-yes = Sur la liste de la Digital Public Goods Alliance
licence-title = Licence { $id }
licence-not-listed = Cette licence n’est pas dans la liste SPDX.
licence-entries =
    { $n ->
        [0] Aucune fiche ne mentionne cette licence
        [one] { $number } fiche mentionne cette licence
       *[other] { $number } fiches mentionnent cette licence
    }
licence-text-link = Texte de la licence sur spdx.org
licence-list = Les noms proviennent de la liste SPDX, version { $version }. Les faits ne sont pas un avis juridique.

## Withdrawn entries
gone-title = { $name } (retiré)
gone-text = Toutes les sources ont retiré ce logiciel. Il n’est plus recensé depuis le
gone-last-version = Dernière version recommandée

## Fields
field-name = Nom
field-aliases = Autres noms
field-summary = Résumé
field-description = Description
field-features = Fonctionnalités
field-homepage = Site web
field-repository = Code source
field-other-repositories = Autres dépôts
field-documentation = Documentation
field-logo = Logo
field-entry-pages = Page chez la source
field-licences = Licence
field-version = Version
field-released-on = Publiée le
field-last-activity-on = Dernière activité
field-development-status = Développement
field-software-type = Type de logiciel
field-categories = Catégories
field-tags = Mots-clés
field-audience = Domaines de l’administration
field-platforms = Plateformes
field-interface-languages = Langues de l’interface
field-programming-languages = Langages de programmation
field-maintenance = Maintenance
field-publisher = Publié par
field-usages = Utilisateurs
field-support = Support
field-replaces = Remplace
field-similar = Similaires
field-based-on = Fondé sur
field-identifiers = Identifiants
field-publicly-developed = Développé par une administration
field-listed-on = Recensé le
