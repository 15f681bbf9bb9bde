# Sources, leurs collectes et constats.

sources-title = Sources
sources-text = Tous les catalogues que moissonne Fedcat, le dernier moissonnage complet de chacun, et ce qui y a été constaté.
source = Source
source-state = État
open-findings = Constats
state-fresh = à jour
state-late = en retard
state-failing = moissonnage en échec
state-held = en attente de l’exploitant
state-disabled = non moissonnée
state-never = pas encore moissonnée
source-facts = À propos de cette source
source-entries-link = Voir ses fiches
source-field-place = Pays ou organisme
source-field-operator = Gérée par
source-field-url = Adresse moissonnée
source-field-contact = Contact
source-field-data-licence = Licence des données
source-field-attribution = Attribution
source-field-connector = Dialecte
source-field-priority = Rang (le plus bas l’emporte)
source-field-entries = Fiches
source-field-missing = Absentes de la liste
source-field-withdrawn = Retirées
source-field-last-success = Dernier moissonnage complet
source-field-next-run = Prochain moissonnage
number-failures =
    { $n ->
        [one] { $number } moissonnage de suite a échoué
       *[other] { $number } moissonnages de suite ont échoué
    }
source-suspended = pas de moissonnage prévu avant le { $until }
source-on-hold = Tout moissonnage qui changerait quelque chose attend l’exploitant
source-over-time = Fiches au fil du temps
source-field-findings = Constats ouverts
entries-over-time = de { $first } à { $last } fiches depuis le { $day }

## A reading that goes on
going-title = Un moissonnage est en cours
going-told = { $state } – lues : { $read }, appliquées : { $applied }
going-reload = Recharger cette page
going-ended = Il est terminé. Rechargez la page pour voir le résultat.

## A reading that waits
held-title = Un moissonnage attend une décision
held-text = Le moissonnage du { $time } n’a encore rien changé. L’exploitant décide de la suite.
held-would = S’il est accepté
held-going =
    { $n ->
        [one] { $number } fiche n’est plus dans la liste ou est retirée
       *[other] { $number } fiches ne sont plus dans la liste ou sont retirées
    }
held-examples = Les premières qui disparaîtraient
held-all-json = Tout ce qu’il ferait, en JSON
held-accept-text = L’accepter : ce qui a été lu est appliqué en arrière-plan.
held-accept-do = Accepter ce moissonnage
held-reject-text = Le refuser : rien n’en est appliqué. Le moissonnage suivant regardera de nouveau.
held-reject-do = Refuser ce moissonnage
change-added = Nouvelles
change-updated = Modifiées
change-renamed = Renommées
change-missing = Absentes
change-withdrawn = Retirées
change-failed = En erreur

## What the operator may do
operator-title = Décider pour cette source
operator-reason = Motif, affiché sur cette page
operator-log = Journal des décisions sur cette source
operator-run = Moissonner maintenant
operator-run-text = Moissonne la source une fois, en plus de son calendrier.
operator-run-going = Un moissonnage attend ou est en cours.
operator-run-disabled = Pas tant que la source est hors calendrier.
operator-run-do = Moissonner maintenant
operator-hold = Retenir
operator-hold-text = Désormais, chaque moissonnage qui changerait quelque chose attend votre décision.
operator-hold-do = Retenir les moissonnages
operator-release = Ne plus retenir
operator-release-text = Les moissonnages appliquent de nouveau ce qu’ils trouvent. Celui qui attend continue d’attendre.
operator-release-do = Ne plus retenir
operator-disable = Retirer du calendrier
operator-disable-text = La source n’est plus moissonnée. Ce qu’elle a dit reste.
operator-disable-do = Retirer du calendrier
operator-enable = Remettre au calendrier
operator-enable-text = La source est de nouveau moissonnée à ses heures.
operator-enable-do = Remettre au calendrier
done-run = Un moissonnage est demandé. Il commence dans un instant.
done-hold = Les moissonnages de cette source sont désormais retenus.
done-release = Les moissonnages de cette source ne sont plus retenus.
done-accept = Le moissonnage est accepté et sera appliqué dans un instant.
done-reject = Le moissonnage est refusé. Rien n’a été appliqué.
done-disable = La source est hors calendrier.
done-enable = La source est au calendrier.

## Runs
runs-title = Derniers moissonnages
runs-none = Elle n’a pas encore été moissonnée.
runs-json = Tous les moissonnages en JSON
runs-chart-title = Ce que chaque moissonnage a changé
runs-chart = Ce que chaque moissonnage a changé, le plus ancien d’abord. La barre la plus haute représente { $most } fiches. Le tableau ci-dessous dit la même chose.
runs-table = Derniers moissonnages en tableau
run-time = Moment
run-outcome = Résultat
run-read = Lues
run-added = Nouvelles
run-updated = Modifiées
run-unchanged = Identiques
run-renamed = Renommées
run-skipped = Écartées
run-failures = En erreur
run-missing = Absentes
run-withdrawn = Retirées
run-entries = Fiches ensuite
run-not-modified = complet, rien n’avait changé
run-queued = en attente
run-running = en cours
run-succeeded = complet
run-incomplete = incomplet
run-held = attend l’exploitant
run-accepted = accepté, va être appliqué
run-failed = échoué
run-aborted = interrompu
run-rejected = refusé par l’exploitant

## Findings
findings-title = Constats ouverts
findings-text = Ce qui n’a pas pu être utilisé tel quel, pour que le responsable de la source le corrige. Un constat se ferme de lui-même quand le moissonnage suivant ne le rencontre plus.
findings-json = Tous les constats en JSON
findings-all-json = Tous ceux de ce type en JSON
position = ligne { $line }, colonne { $column }
whole-listing = la liste entière
findings-closed = Fermés au cours des quatre dernières semaines
findings-closed-json = Constats fermés en JSON
findings-atom = Fil des constats (Atom)
finding-closed = fermé le { $day }
advice-meaning = Ce que cela signifie
advice-act = Que faire
raw-link = ce qui a été envoyé

## What was sent
raw-title = Ce que la source a envoyé
raw-text = Tel que reçu, sans les noms, adresses et numéros de personnes.
raw-value = Valeur à l’emplacement
raw-nearest = Il n’y a rien à cet emplacement. Le plus proche qui existe, { $path } :
raw-inside = Elle se trouve dans le texte { $path } :
raw-absent = Il n’y a rien à cet emplacement.
raw-item = La fiche entière
raw-source = À propos de cette source
raw-entry = Fiche dans le catalogue

## What is gone, what is shared
lost-title = Absentes et retirées
lost-text = Ce que la source ne liste plus reste au catalogue au moins sept jours, jusqu’à ce qu’un deuxième moissonnage complet ne le liste pas non plus. Une fiche retirée garde son adresse pour toujours.
lost-none = Rien n’est absent et rien n’a été retiré.
lost-missing = absente de la liste depuis le { $day }
lost-withdrawn = retirée le { $day }
overlap-title = Partagées avec d’autres sources
overlap-text = Fiches que d’autres sources listent aussi : chacune est ici une seule fiche, avec ce qu’en dit chaque source.
overlap-none = Aucune autre source ne liste le même logiciel.
number-shared-entries =
    { $n ->
        [one] { $number } fiche partagée
       *[other] { $number } fiches partagées
    }
shared-title = Fiches des deux sources
shared-none = Il n’y en a pas.
shared-next = Fiches suivantes
