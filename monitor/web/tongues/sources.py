"""Our words on the page of a source, and where two of its captures are compared."""

from __future__ import annotations

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    # how fresh
    "source.fresh.fresh": "Fresh", "source.fresh.fresh.means": "Seen at the last look; what stands here is current.",
    "source.fresh.late": "Late",
    "source.fresh.late.means": "The next look should have come a quarter of an hour ago. Ask whoever runs this.",
    "source.fresh.never": "Never seen", "source.fresh.never.means": "No look has shown the page yet.",
    "source.fresh.blind": "Blind",
    "source.fresh.over": "No longer watched.",
    "source.fresh.over.means": "Nothing new will stand here. Its history stays.",
    "source.failures.one": "{count} look in a row", "source.failures.many": "{count} looks in a row",
    # what it is
    "source.verified": "Last verified", "source.looked": "Last look", "source.next": "Next look",
    "source.due": "due now",
    "source.pace": "Pace", "source.pace.span": "{span} between two looks (median of the newest)",
    "source.address": "Address", "source.about": "Says of whom", "source.kind": "Read as",
    # what it led to
    "source.changes": "Changes it showed", "source.changes.none": "None yet.",
    # outcomes
    "source.outcomes": "How the looks ended",
    "source.outcome": "Outcome", "source.week": "7 days", "source.month": "30 days", "source.ever": "All",
    "source.share": "Page seen", "source.percent": "{percent} %",
    "source.none_yet": "None yet.", "source.none_older": "There are no older ones.",
    # response times
    "source.speed": "How fast it answers",
    "source.speed.lead": "Half of the newest answers took at most {median} s, 95 of 100 at most {slow} s.",
    "source.speed.line.one": "Response time of the only answer, {slowest} s",
    "source.speed.line.many": "Response times of the last {count} answers, oldest first; the slowest took {slowest} s",
    "source.speed.table": "The same as a table",
    "source.speed.until": "Until", "source.speed.count": "Answers", "source.speed.median": "Median",
    "source.speed.slowest": "Slowest",
    # looks
    "source.looks": "Looks, newest first", "source.when": "When", "source.took": "Took",
    "source.newest": "To the newest", "source.older": "Older ones",
    # captures
    "source.captures": "Captures kept",
    "source.captures.lead": "A capture is kept whenever the page says something else. Newest first.",
    "source.captures.none": "None kept yet.",
    "source.size": "{size} KiB",
    "source.compare": "compare with the one before",
    "compared.title": "Two captures of {source}",
    "compared.lead": "Compared just now, by today’s rules. What was told at the time stands on the page of the change.",
    "compared.says": "Today’s rules say", "compared.same": "No difference.",
    "compared.then": "What was told then",
}  # fmt: skip

FRENCH: Mapping[str, str] = {
    "source.fresh.fresh": "À jour",
    "source.fresh.fresh.means": "Vue à la dernière lecture ; ce qui figure ici est à jour.",
    "source.fresh.late": "En retard",
    "source.fresh.late.means": "La lecture suivante aurait dû avoir lieu il y a plus d’un quart d’heure. Prévenez"
                               " l’exploitant.",
    "source.fresh.never": "Jamais vue", "source.fresh.never.means": "Aucune lecture n’a encore montré la page.",
    "source.fresh.blind": "Sans visibilité",
    "source.fresh.over": "N’est plus suivie.",
    "source.fresh.over.means": "Rien de nouveau ne figurera ici. L’historique est conservé.",
    "source.failures.one": "{count} lecture de suite", "source.failures.many": "{count} lectures de suite",
    "source.verified": "Dernière vérification", "source.looked": "Dernière lecture", "source.next": "Prochaine lecture",
    "source.due": "attendue maintenant",
    "source.pace": "Rythme", "source.pace.span": "{span} entre deux lectures (médiane des plus récentes)",
    "source.address": "Adresse", "source.about": "De qui elle parle", "source.kind": "Lue comme",
    "source.changes": "Modifications qu’elle a montrées", "source.changes.none": "Aucune à ce jour.",
    "source.outcomes": "Comment les lectures se sont terminées",
    "source.outcome": "Résultat", "source.week": "7 jours", "source.month": "30 jours", "source.ever": "Total",
    "source.share": "Page vue", "source.percent": "{percent}\u00a0%",
    "source.none_yet": "Aucune à ce jour.", "source.none_older": "Il n’y en a pas de plus anciennes.",
    "source.speed": "En combien de temps elle répond",
    "source.speed.lead": "La moitié des dernières réponses ont pris {median} s au plus, 95 sur 100 {slow} s au plus.",
    "source.speed.line.one": "Temps de la seule réponse, {slowest} s",
    "source.speed.line.many": "Temps des {count} dernières réponses, la plus ancienne d’abord ; la plus lente a pris"
                              " {slowest} s",
    "source.speed.table": "La même chose en tableau",
    "source.speed.until": "Jusqu’au", "source.speed.count": "Réponses", "source.speed.median": "Médiane",
    "source.speed.slowest": "La plus lente",
    "source.looks": "Lectures, la plus récente d’abord", "source.when": "Quand", "source.took": "Durée",
    "source.newest": "Aux plus récentes", "source.older": "Plus anciennes",
    "source.captures": "Captures conservées",
    "source.captures.lead": "Une capture est conservée chaque fois que la page dit autre chose. La plus récente"
                            " d’abord.",
    "source.captures.none": "Aucune n’est encore conservée.",
    "source.size": "{size} Kio",
    "source.compare": "comparer à la précédente",
    "compared.title": "Deux captures de {source}",
    "compared.lead": "Comparées à l’instant, selon les règles d’aujourd’hui. Ce qui a été annoncé à l’époque figure sur"
                     " la page de la modification.",
    "compared.says": "Selon les règles d’aujourd’hui", "compared.same": "Aucune différence.",
    "compared.then": "Ce qui a été annoncé alors",
}  # fmt: skip
