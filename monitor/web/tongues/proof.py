"""Our words about evidence: the page about the chain, and downloads that cannot be had."""

from __future__ import annotations

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "chain.title": "The chain over all captures",
    "chain.lead": "Every page that we keep gets the next place in one chain. Each link is a hash of the one before"
                  " it and of the new capture, so the newest link stands for all that came before.",
    "chain.why": "Whoever notes a link down today can show later that nothing before it was changed, removed or"
                 " slipped in. Without such a note a chain proves little: its keeper could make a new one.",
    "chain.now": "Where it stands now",
    "chain.empty": "Nothing was kept yet.",
    "chain.line": "To note down",
    "chain.key": "Public key",
    "chain.no_key": "Packs of this installation are not signed.",
    "chain.note": "Note it down",
    "chain.note.1": "Copy the line “To note down” to a place that we cannot change: a printed and dated page, a"
                    " registered letter, a mail to somebody else, the minutes of a meeting.",
    "chain.note.2": "Do so regularly, once a week say. The operator can have it written by a timer:",
    "chain.note.3": "Note the public key down once as well. It tells later that a pack was signed here.",
    "chain.check": "Check it later",
    "chain.check.pack": "Every change has an evidence pack on its page. This program checks one without a"
                        " connection, and says what it proves and what it does not:",
    "chain.check.here": "Whether the chain still has a link that you noted down, you can ask here. This is our own"
                        " answer about ourselves; the check of a pack does not need it.",
    "chain.noted": "Noted link, with its position",
    "chain.noted.hint": "As in 1234:ab12… – the position, a colon and the 64 signs of the link.",
    "chain.ask": "Compare",
    "chain.said.same": "The chain still has this link, at position {position}.",
    "chain.said.other": "At position {position} the chain has another link. Either it was noted of another"
                        " installation, or the chain was rewritten. Keep your note and ask the operator.",
    "chain.said.ahead": "The chain has not come as far as position {position}. Either the link was noted of another"
                        " installation, or a backup was put back. Keep your note and ask the operator.",
    "chain.said.where": "This is not the newest link. Give its position too, as in 1234:ab12…",
    "chain.said.nothing": "This is no link: it has 64 signs, 0 to 9 and a to f, after its position and a colon.",
    "chain.not": "What it does not prove",
    "chain.not.1": "That the server was the publisher’s: its certificate was verified, but the connection is not"
                   " recorded.",
    "chain.not.2": "That our clock was right: the chain proves order, not hours.",
    "chain.not.3": "Anything from before the first link that somebody else noted down.",
    "proof.no_change": "No change with this number is stored.",
    "proof.no_capture": "No such capture is kept.",
    "proof.busy": "Another pack is being made just now. Try again in a few seconds.",
    "proof.forms": "A capture can be had as form=raw, form=warc or form=headers.",
    "proof.by_number": "Headers belong to one visit: ask for its capture by number, not by hash.",
}  # fmt: skip

FRENCH: Mapping[str, str] = {
    "chain.title": "La chaîne de toutes les captures",
    "chain.lead": "Chaque page que nous conservons prend la place suivante dans une seule chaîne. Chaque maillon"
                  " est l’empreinte du précédent et de la nouvelle capture : le dernier répond donc de tous les"
                  " autres.",
    "chain.why": "Qui note un maillon aujourd’hui pourra montrer plus tard que rien de ce qui précède n’a été"
                 " modifié, retiré ou glissé après coup. Sans cette note, une chaîne prouve peu : celui qui la"
                 " tient pourrait en refaire une autre.",
    "chain.now": "Où elle en est",
    "chain.empty": "Rien n’a encore été conservé.",
    "chain.line": "À noter",
    "chain.key": "Clé publique",
    "chain.no_key": "Les dossiers de cette installation ne sont pas signés.",
    "chain.note": "Le noter",
    "chain.note.1": "Copiez la ligne « À noter » là où nous ne pouvons rien changer : une page imprimée et datée,"
                    " une lettre recommandée, un courriel à un tiers, le procès-verbal d’une réunion.",
    "chain.note.2": "Faites-le régulièrement, par exemple une fois par semaine. L’exploitant peut l’automatiser :",
    "chain.note.3": "Notez aussi la clé publique, une fois. Elle dira plus tard qu’un dossier a été signé ici.",
    "chain.check": "Le vérifier plus tard",
    "chain.check.pack": "La page de chaque changement propose un dossier de preuves. Ce programme le vérifie sans"
                        " connexion, et dit ce qu’il prouve et ce qu’il ne prouve pas :",
    "chain.check.here": "Vous pouvez demander ici si la chaîne contient encore un maillon que vous avez noté. C’est"
                        " notre propre réponse sur nous-mêmes ; la vérification d’un dossier s’en passe.",
    "chain.noted": "Maillon noté, avec son rang",
    "chain.noted.hint": "Par exemple 1234:ab12… – le rang, deux-points et les 64 signes du maillon.",
    "chain.ask": "Comparer",
    "chain.said.same": "La chaîne contient toujours ce maillon, au rang {position}.",
    "chain.said.other": "Au rang {position}, la chaîne contient un autre maillon. Ou bien il vient d’une autre"
                        " installation, ou bien la chaîne a été réécrite. Gardez votre note et interrogez"
                        " l’exploitant.",
    "chain.said.ahead": "La chaîne n’est pas encore au rang {position}. Ou bien le maillon vient d’une autre"
                        " installation, ou bien une sauvegarde a été restaurée. Gardez votre note et interrogez"
                        " l’exploitant.",
    "chain.said.where": "Ce n’est pas le dernier maillon. Donnez aussi son rang, par exemple 1234:ab12…",
    "chain.said.nothing": "Ce n’est pas un maillon : il compte 64 signes, de 0 à 9 et de a à f, après son rang et"
                          " deux-points.",
    "chain.not": "Ce qu’elle ne prouve pas",
    "chain.not.1": "Que le serveur était celui de l’éditeur : son certificat a été vérifié, mais la connexion n’est"
                   " pas enregistrée.",
    "chain.not.2": "Que notre horloge était juste : la chaîne prouve l’ordre, pas l’heure.",
    "chain.not.3": "Quoi que ce soit d’antérieur au premier maillon noté par un tiers.",
    "proof.no_change": "Aucun changement de ce numéro n’est conservé.",
    "proof.no_capture": "Cette capture n’est pas conservée.",
    "proof.busy": "Un autre dossier est en préparation. Réessayez dans quelques secondes.",
    "proof.forms": "Une capture s’obtient sous form=raw, form=warc ou form=headers.",
    "proof.by_number": "Les en-têtes appartiennent à une visite : demandez sa capture par numéro, non par"
                       " empreinte.",
}  # fmt: skip
