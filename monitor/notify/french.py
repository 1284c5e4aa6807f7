"""The fixed words of a message in French, with the spaces that French sets before its signs."""

from __future__ import annotations

from monitor.audience import MessageKind
from monitor.core.speech import tables
from monitor.core.speech.french import typeset as _
from monitor.model import ChangeKind, Severity
from monitor.notify.words import Level, Words


def _more(count: int, by: list[tuple[int, str]]) -> str:
    weights = ", ".join(f"{n} de gravité {word.casefold().removeprefix('gravité ')}" for n, word in by)
    return f"{count} {'autre' if count == 1 else 'autres'} ({weights})"


def _small_edits(count: int) -> str:
    return "Et une autre petite modification." if count == 1 else f"Et {count} autres petites modifications."


def _quiet(count: int) -> str:
    return "1 autre différence ne change rien au sens." if count == 1 else (
        f"{count} autres différences ne changent rien au sens.")  # fmt: skip


def _left_out(count: int) -> str:
    return "1 autre changement de cette page ne relève pas de votre demande." if count == 1 else (
        f"{count} autres changements de cette page ne relèvent pas de votre demande.")  # fmt: skip


SEVERAL = "Plusieurs destinations"

WORDS = Words(
    code="fr",
    colon="\u00a0: ",
    quotes=("«\u202f", "\u202f»"),
    levels={
        Severity.CRITICAL: Level("▲▲", "Critique", "Agir maintenant"),
        Severity.HIGH: Level("▲", "Gravité élevée", "À examiner aujourd’hui"),
        Severity.MEDIUM: Level("■", "Gravité moyenne", "À lire avec le prochain récapitulatif"),
        Severity.LOW: Level("●", "Gravité faible", "Pour mémoire"),
        Severity.NONE: Level("○", "Sens inchangé", "Rien à faire"),
    },
    bands={
        MessageKind.DIGEST: Level("≡", "Récapitulatif", "Ce qui a changé et la situation actuelle"),
        MessageKind.BLIND: Level("◇", "Source non visible", "Notre silence ne veut plus rien dire"),
        MessageKind.ALL_CLEAR: Level("◆", "Source de nouveau visible", "Notre silence redevient fiable"),
        MessageKind.CORRECTION: Level("■", "Rectification", "Remplace ce que nous vous avions dit"),
        MessageKind.WITHDRAWAL: Level("×", "Annulation", "Ne tenez pas compte de ce que nous vous avions dit"),
        MessageKind.TEST: Level("○", "Essai", "Rien à faire"),
        MessageKind.CONFIRM: Level("●", "À confirmer", "Il manque une étape"),
    },
    kinds={
        ChangeKind.ADDED: "ajout", ChangeKind.REMOVED: "retrait", ChangeKind.EDITED: "modification",
        ChangeKind.MOVED: "déplacement", ChangeKind.SPLIT: "mise en forme",
        ChangeKind.MERGED: "mise en forme", ChangeKind.FORMAT: "mise en forme",
    },
    rules={name: _(says) for name, says in tables.RULES.items()},
    subjects={
        MessageKind.DIGEST: _("Récapitulatif : "), MessageKind.BLIND: "[Non visible] ",
        MessageKind.ALL_CLEAR: "[De nouveau visible] ", MessageKind.CORRECTION: _("Rectification : "),
        MessageKind.WITHDRAWAL: _("Annulation : "),
    },
    unconfirmed=" (pas encore confirmé)",
    unconfirmed_short=" (non confirmé)",
    stands="Situation actuelle",
    last_level="Dernier niveau connu",
    single="Une seule source, pas encore confirmée par une seconde lecture.",
    routes=lambda listed: f" Vu également sur {listed}.",
    second_look=lambda at: f"Confirmé par une seconde lecture le {at}.",
    first_hand="Lu sur la page ou le flux de la source elle-même.",
    before_after="Le texte avant et après",
    marks="[-supprimé-] {+ajouté+}",
    sides=("Retiré", "Nouveau", "Avant", "Après"),
    page="Page",
    more=_more,
    more_linked=_("sur la page de ce changement (lien ci-dessous)"),
    more_lost=_("n’ont pas trouvé place ici ; consultez la source"),
    record="Pour mémoire",
    small_edits=_small_edits,
    quiet=_quiet,
    left_out=_left_out,
    note="La note de la source",
    times="Dates et heures",
    proof="Preuves",
    times_proof="Dates et preuves",
    stated="Date de la source",
    seen="Première observation",
    verified="Dernière vérification",
    sent="Envoyé",
    blind_since="Non visible depuis",
    not_stated="non précisée",
    never="pas encore vue",
    source="Source",
    this_change="Ce changement",
    hash_before="SHA-256 avant",
    hash_after="SHA-256 après",
    event="Événement",
    none="aucun",
    standing="Situation actuelle",
    unchanged="Rien n’a changé parmi ce que vous suivez. Voici quand nous avons vérifié chaque source.",
    several=SEVERAL,
    more_changes=lambda count: f"Et {count} autres changements, sur nos pages." if count != 1
    else "Et un autre changement, sur nos pages.",
    more_places=lambda count, oldest: _(
        f"Et {count} autres destinations ; la vérification la plus ancienne : {oldest}." if count != 1
        else f"Et une autre destination, vérifiée : {oldest}."),
    silence="Notre silence ne veut plus rien dire.",
    to_do="Que faire",
    blind_do=lambda name: _(
        "Avant toute décision concernant ces destinations, consultez vous-même les pages des sources. Nous continuons"
        " d’essayer et vous écrirons dès que nous les verrons de nouveau.") if name == SEVERAL else _(
        f"Avant toute décision concernant cette destination ({name}), consultez vous-même la page de la source. Nous"
        " continuons d’essayer et vous écrirons dès que nous la verrons de nouveau."),
    seen_again="Non visible à partir du",
    remark="Remarque de l’opérateur",
    told_before="Ce que nous vous avions dit",
    holds_now="Ce qui vaut désormais",
    corrected="La remarque ci-dessus remplace notre message précédent sur ce changement.",
    withdrawn="Ne tenez pas compte de notre message précédent sur ce changement. Si vous avez agi en conséquence,"
              " consultez de nouveau la page de la source.",
    no_remark="L’opérateur n’a pas donné de motif.",
    asked_for="Ce qui a été demandé",
    confirm_button="Confirmer",
    confirm_do="Rien ne sera envoyé tant que vous n’aurez pas suivi ce lien et appuyé sur le bouton. Il est valable"
               " sept jours.",
    not_you=_("Si cette demande ne vient pas de vous, ne faites rien : vous ne recevrez rien d’autre."),
    acknowledge="Accuser réception",
    acknowledge_do="Indique à votre organisation que vous avez lu ce message : il n’est alors pas nécessaire d’appeler"
                   " le contact suivant.".replace(" : ", "\u00a0: "),
    manage="Modifier votre abonnement",
    unsubscribe="se désabonner",
    to_stop="Pour ne plus recevoir ces messages",
    stop_write=lambda contact, name: f"Pour ne plus recevoir ces messages, écrivez à {contact} en citant {name}.",
    stop_ask=lambda name: "Pour ne plus recevoir ces messages, adressez-vous au responsable de ce service en citant"
                          f" {name}.",
    sent_by=lambda site: _(f"Envoyé par {site} ; rien dans ce message n’est chargé depuis l’extérieur."),
)  # fmt: skip
