# La page sur le catalogue.

about-title = À propos de ce catalogue
about-lead = Fedcat est un catalogue de catalogues : il lit ce que les administrations publiques publient sur les logiciels libres qu’elles utilisent, et le montre en un seul endroit, avec la source de chaque valeur.
about-how-title = Comment naissent les fiches
about-how-sources = Chaque source est moissonnée à intervalles réguliers. Ce qu’elle dit d’un logiciel est conservé comme une fiche à part.
about-how-merge = Les fiches d’un même logiciel sont réunies. Quand elles diffèrent, la valeur de la source la plus fiable est affichée, et les autres restent visibles sous « Qui le dit ».
about-how-unknown = Rien n’est deviné. Ce qu’aucune source ne précise est dit « non précisé » ; une licence incertaine ou contestée est dite telle.
about-how-absence = Une fiche ne disparaît pas parce qu’une source n’a pas répondu. Elle n’est retirée que si ses sources la retirent, et sa page dit alors quand et par qui.
about-how-link = Voir toutes les sources et leur état
about-contribute-title = Comment faire entrer un logiciel
about-contribute-software = Les fiches ne s’écrivent pas ici. Ajoutez ou corrigez le logiciel dans un catalogue que moissonne Fedcat, par exemple celui de votre pays : le moissonnage suivant l’apporte ici.
about-contribute-publiccode = Placez un fichier publiccode.yml dans le dépôt de votre logiciel : beaucoup de catalogues le lisent.
about-contribute-owner = Vous gérez un catalogue ? La page de votre source montre ce qui en a été repris et ce qui n’a pas pu être utilisé, fiche par fiche.
about-federate-title = Comment se fédérer
about-federate-text = Tout ce qui est montré ici peut être copié et suivi, sans clé. Merci de conserver l’attribution de chaque source.
about-federate-ndjson = Tout le catalogue en JSON, une fiche par ligne
about-federate-events = Tout ce qui a changé, dans l’ordre
about-licences-title = Licences
about-licences-text = Les licences sont montrées par leur identifiant SPDX. Qu’une licence soit open source est un fait de la liste SPDX, non notre avis ; les mots de chaque source restent à côté.
about-privacy-title = Données personnelles
about-privacy-data = Les noms, adresses électroniques et numéros de téléphone des personnes sont retirés de ce que publient les sources et ne sont pas montrés ici.
about-privacy-reader = Les pages ne chargent rien depuis d’autres serveurs et ne comptent personne. Deux scripts de ce site proposent des mots pendant la frappe et montrent l’avancement d’un moissonnage ; tout fonctionne aussi sans eux. Un cookie retient la langue que vous avez choisie ; pour l’exploitant qui se connecte, un second retient sa session. Il n’y en a pas d’autre.
about-access-title = Accessibilité
about-access-text = Les pages sont faites pour être utilisées au clavier, avec un lecteur d’écran, sur téléphone, à l’impression et sans JavaScript. Elles sont vérifiées automatiquement selon WCAG 2.2 AA ; un audit humain n’a pas encore eu lieu.
about-contact-title = Contact
about-contact-text = Pour demander un moissonnage, signaler une erreur ou demander le retrait de données, écrivez à l’exploitant de cette installation :
about-contact-none = L’exploitant de cette installation n’a pas indiqué de contact.
