# Sources, leurs collectes et constats.

sources-title = Sources
sources-text = Tous les catalogues que lit Fedcat, la dernière lecture complète de chacun, et ce qui y a été constaté.
source = Source
source-state = État
open-findings = Constats
state-fresh = à jour
state-late = en retard
state-failing = lecture en échec
state-held = en attente de l’exploitant
state-disabled = non lue
state-never = pas encore lue
source-facts = À propos de cette source
source-entries-link = Voir ses fiches
source-field-place = Pays ou organisme
source-field-operator = Gérée par
source-field-url = Adresse lue
source-field-contact = Contact
source-field-data-licence = Licence des données
source-field-attribution = Attribution
source-field-connector = Dialecte
source-field-priority = Rang (le plus bas l’emporte)
source-field-entries = Fiches
source-field-missing = Absentes de la liste
source-field-withdrawn = Retirées
source-field-last-success = Dernière lecture complète
source-field-next-run = Prochaine lecture

## Runs
runs-title = Dernières lectures
runs-none = Elle n’a pas encore été lue.
runs-json = Toutes les lectures en JSON
run-time = Moment
run-outcome = Résultat
run-read = Lues
run-added = Nouvelles
run-updated = Modifiées
run-unchanged = Identiques
run-skipped = Écartées
run-failures = En erreur
run-missing = Absentes
run-withdrawn = Retirées
run-not-modified = complète, rien n’avait changé
run-queued = en attente
run-running = en cours
run-succeeded = complète
run-incomplete = incomplète
run-held = attend l’exploitant
run-failed = échouée
run-aborted = interrompue
run-rejected = refusée par l’exploitant

## Findings
findings-title = Constats ouverts
findings-text = Ce qui n’a pas pu être utilisé tel quel, pour que le responsable de la source le corrige. Un constat se ferme de lui-même quand la lecture suivante ne le rencontre plus.
findings-json = Tous les constats en JSON
findings-all-json = Tous ceux de ce type en JSON
position = ligne { $line }, colonne { $column }
whole-listing = la liste entière
