"""Our words on alarms: what is amiss, and what to do. In English they are those of the table in `core/alarms.py`."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.core.alarms import KINDS

ENGLISH: Mapping[str, str] = {
    "alarm.do": "What to do:",
    **{f"alarm.{kind.name}": kind.says for kind in KINDS},
    **{f"alarm.{kind.name}.do": kind.do.replace("`", "") for kind in KINDS},
}

FRENCH: Mapping[str, str] = {
    "alarm.do": "Que faire :",
    "alarm.stopped": "Une partie du service s’est arrêtée.",
    "alarm.stopped.do":
        "Lisez dans le journal les lignes de cette tâche, puis redémarrez monitor run. Rien n’est perdu : la "
        "prochaine consultation trouve les modifications, et les messages attendent dans la base.",
    "alarm.overdue": "Une source attend sa consultation.",
    "alarm.overdue.do":
        "Voyez dans le journal ce que les consultations attendent. Augmentez workers dans [schedule] s’il y a"
        " beaucoup de sources lentes ; redémarrez monitor run si l’une d’elles est bloquée.",
    "alarm.blind": "Nous ne voyons pas ce que dit un éditeur.",
    "alarm.blind.do":
        "Ouvrez vous-même la page de l’éditeur : ses lecteurs savent maintenant que notre silence ne veut "
        "rien dire. Si elle est là, examinez ses sources (bloquées ? déplacées ?) sur cette page et corrigez "
        "leurs adresses.",
    "alarm.undelivered": "Des messages ne sont pas remis.",
    "alarm.undelivered.do":
        "Regardez le motif : un relais ou un point d’accès qui ne répond pas, ou qui nous refuse. Réparez, ou"
        " avertissez ces lecteurs autrement. Les essais continuent.",
    "alarm.given-up": "Des messages ont été abandonnés.",
    "alarm.given-up.do":
        "Regardez le motif, réparez et renvoyez-les depuis cette page ; ou avertissez ces lecteurs autrement "
        "et mettez fin à leurs abonnements.",
    "alarm.unsettled": "Des modifications attendent d’être annoncées.",
    "alarm.unsettled.do": "Lisez dans le journal les lignes de la tâche settle, et redémarrez monitor run.",
    "alarm.canary": "Le message d’essai du jour n’est pas passé.",
    "alarm.canary.do":
        "Les vraies modifications ne passent peut-être pas non plus. Envoyez un essai avec monitor subscribe "
        "--test ID et suivez le motif qu’il donne ; vérifiez que l’abonnement nommé dans [watch] est actif.",
    "alarm.unanswered": "Personne d’une organisation n’a accusé lecture d’un avis critique.",
    "alarm.unanswered.do": "Appelez l’organisation : tous ses contacts ont été avertis, et aucun n’a accusé lecture.",
    "alarm.space": "Le disque est presque plein.",
    "alarm.space.do": "Faites de la place : un disque plein arrête l’enregistrement, puis les annonces.",
}
