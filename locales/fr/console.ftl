# Ce que voient les exploitants : connexion, décisions, journal des décisions.

nav-operators = Exploitants
operator = Exploitant
signed-in-as = Connecté : { $name }
sign-in-title = Connexion
sign-in-text = Pour qui exploite ce catalogue : moissonner une source maintenant, décider d’un moissonnage en attente, retirer une source du calendrier. Tout le reste est ouvert à tous.
sign-in-token = Jeton
sign-in-do = Se connecter
sign-in-help = Une session se termine après 8 heures sans activité, au bout de 24 heures dans tous les cas, et avec son jeton. Le jeton vient de « fedcat token create », sur le serveur.
sign-in-wrong = Ce jeton n’est pas valable. Il a peut-être expiré ou été révoqué.
sign-in-too-often = Trop de jetons erronés ont été essayés. Veuillez attendre une minute.
sign-out = Se déconnecter

## The log
audit-title = Journal des décisions
audit-text = Ce qu’ont fait les exploitants, le plus récent d’abord.
audit-none = Personne n’a encore rien fait.
audit-of-source = Seulement pour { $source }.
audit-all = Tout afficher
audit-actor = Qui
audit-act = Quoi
audit-detail = Détails
audit-earlier = Plus anciennes
act-sign-in = s’est connecté
act-add = a ajouté ou changé une source
act-address = a fait moissonner une source à une autre adresse
act-remove = a retiré une source du catalogue
act-run = a demandé un moissonnage
act-hold = retient tous les moissonnages
act-release = ne retient plus les moissonnages
act-accept = a accepté un moissonnage retenu
act-reject = a refusé un moissonnage retenu
act-disable = a retiré du calendrier
act-enable = a remis au calendrier
act-token-create = a créé un jeton
act-token-revoke = a révoqué un jeton
act-verdict-same = a déclaré que deux fiches décrivent le même logiciel
act-verdict-different = a déclaré que deux fiches ne décrivent pas le même logiciel
act-verdict-undo = a annulé une décision sur deux fiches
