"""Our own words for what is no finding: why a message came, digests, blindness, corrections. English and French."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from monitor.audience import Cadence, Channel, Language, MessageKind, Scope, Subscription, Wishes
from monitor.model import Severity

_BY = {
    Language.EN: {
        Channel.MAIL: "by e-mail", Channel.WEBHOOK: "by webhook", Channel.FILE: "as a file",
        Channel.SLACK: "in Slack", Channel.MATTERMOST: "in Mattermost", Channel.TEAMS: "in Teams",
        Channel.APPRISE: "through Apprise",
    },
    Language.FR: {
        Channel.MAIL: "par courriel", Channel.WEBHOOK: "par webhook", Channel.FILE: "dans un fichier",
        Channel.SLACK: "dans Slack", Channel.MATTERMOST: "dans Mattermost", Channel.TEAMS: "dans Teams",
        Channel.APPRISE: "par Apprise",
    },
}  # fmt: skip
_FRENCH_SEVERITY = {
    Severity.NONE: "nulle", Severity.LOW: "faible", Severity.MEDIUM: "moyenne", Severity.HIGH: "élevée",
    Severity.CRITICAL: "critique",
}  # fmt: skip
_SECTIONS = {
    "safety": ("safety and security", "sécurité"), "entry": ("entry and exit", "entrée et sortie"),
    "health": ("health", "santé"), "laws": ("local laws", "lois et coutumes"),
    "contact": ("embassies and contacts", "ambassades et contacts"), "other": ("other parts", "autres rubriques"),
}  # fmt: skip


_PUBLISHERS = {
    "us-state": ("the U.S. Department of State", "département d’État des États-Unis"),
    "us-embassy": ("the U.S. embassy", "l’ambassade des États-Unis"),
    "uk-fcdo": ("the UK Foreign Office", "ministère des Affaires étrangères britannique"),
    "canada": ("Global Affairs Canada", "Affaires mondiales Canada"),
    "australia": ("Australia’s Smartraveller", "Smartraveller (Australie)"),
    "ireland": ("Ireland’s Department of Foreign Affairs", "ministère irlandais des Affaires étrangères"),
}  # fmt: skip


def publisher(name: str, language: Language) -> str:
    """The publisher as a sentence names it."""
    return _PUBLISHERS[name][int(language is Language.FR)] if name in _PUBLISHERS else name


class Words(NamedTuple):
    """A headline and the sentences below it."""

    headline: str
    sentences: tuple[str, ...]


def why(subscription: Subscription, place: str, language: Language = Language.EN) -> str:
    """Why this reader gets this message, in one sentence."""
    wishes, by = subscription.wishes, _BY[language][subscription.channel]
    if language is Language.FR:
        what = place if wishes.destinations else "toutes les destinations"
        rest = f"à partir de la gravité « {_FRENCH_SEVERITY[wishes.floor]} »"
        return f"Vous avez demandé à être informé {by} {_scope_fr(wishes)} pour {what}, {rest}."
    what = place if wishes.destinations else "every destination"
    return (f"You asked to be told {by} of {_scope_en(wishes)} for {what} from severity"
            f" “{wishes.floor.value}” up.")  # fmt: skip


def _scope_en(wishes: Wishes) -> str:
    if wishes.scope is Scope.POSTURE:
        return "changes of level and posture"
    if wishes.scope is Scope.SECTIONS:
        return f"changes in {sections(wishes.sections, Language.EN)}"
    return "changes"


def _scope_fr(wishes: Wishes) -> str:
    if wishes.scope is Scope.POSTURE:
        return "des changements de niveau et de posture"
    if wishes.scope is Scope.SECTIONS:
        return f"des changements dans : {sections(wishes.sections, Language.FR)},"
    return "des changements"


def sections(names: tuple[str, ...], language: Language) -> str:
    """The chosen sections as a list in words."""
    which = int(language is Language.FR)
    return _listed([_SECTIONS[name][which] if name in _SECTIONS else name for name in names], language)


def _listed(words: list[str], language: Language) -> str:
    last = " et " if language is Language.FR else " and "
    return last.join(filter(None, (", ".join(words[:-1]), *words[-1:]))) if words else "—"


def digest(count: int, places: tuple[str, ...], cadence: Cadence, language: Language) -> str:
    """The headline of a digest."""
    where = _listed(list(places[:3]), language)
    more = len(places) - 3
    if language is Language.FR:
        kind = "Synthèse hebdomadaire" if cadence is Cadence.WEEKLY else "Synthèse quotidienne"
        if not count:
            return f"{kind} : aucun changement"
        others = f" et {more} {'autre' if more == 1 else 'autres'}" if more > 0 else ""
        return f"{kind} : {count} {'changement' if count == 1 else 'changements'} — {where}{others}"
    kind = "Weekly digest" if cadence is Cadence.WEEKLY else "Daily digest"
    if not count:
        return f"{kind}: no changes"
    others = f" and {more} more" if more > 0 else ""
    return f"{kind}: {count} {'change' if count == 1 else 'changes'} — {where}{others}"


def bulletin(
    kind: MessageKind, place: str, publisher: str, *, since: str = "", reason: str = "", before: str = "",
    language: Language = Language.EN,
) -> Words:  # fmt: skip
    """A headline and sentences for blindness and its end, corrections, withdrawals and tests.

    `before` is the headline that a correction or withdrawal is about.
    """
    made = (_french if language is Language.FR else _english)(kind, place, publisher, since, reason, before)
    return Words(made[0], tuple(sentence for sentence in made[1] if sentence))


def _english(kind: MessageKind, place: str, publisher: str, since: str, reason: str, before: str
             ) -> tuple[str, tuple[str, ...]]:  # fmt: skip
    match kind:
        case MessageKind.BLIND:
            return f"{place}: we cannot see the advice of {publisher} since {since}", (
                f"No route to the advice of {publisher} for {place} has shown us the page since {since}.",
                f"The last attempt ended so: {reason}" if reason else "",
                "Until we write again, our silence about it does not mean that nothing changed."
                " Please look at the publisher’s page yourself before you decide.")  # fmt: skip
        case MessageKind.ALL_CLEAR:
            return f"{place}: we see the advice of {publisher} again", (
                f"We could not see it since {since}. What changed in the meantime has been compared with what stood"
                " there before, and is told in a message of its own.",
                "From now on our silence means again that nothing changed.")  # fmt: skip
        case MessageKind.CORRECTION:
            return f"Correction: {before}", (f"We told you “{before}”. That message needs a correction.",)
        case MessageKind.WITHDRAWAL:
            return f"Withdrawn: {before}", (f"We told you “{before}”. Please take that message as not sent.",)
    return "Test message", ("This is a test: messages to this address arrive. Nothing changed, nothing is to be done.",)


def _french(kind: MessageKind, place: str, publisher: str, since: str, reason: str, before: str
            ) -> tuple[str, tuple[str, ...]]:  # fmt: skip
    match kind:
        case MessageKind.BLIND:
            return f"{place} : avis invisible pour nous depuis le {since} (source : {publisher})", (
                f"Aucune de nos voies d’accès à l’avis pour {place} (source : {publisher}) ne nous montre la page"
                f" depuis le {since}.",
                f"La dernière tentative s’est terminée ainsi : « {reason} »" if reason else "",
                "Jusqu’à notre prochain message, notre silence ne signifie pas que rien n’a changé."
                " Consultez vous-même la page avant de décider.")  # fmt: skip
        case MessageKind.ALL_CLEAR:
            return f"{place} : avis de nouveau visible pour nous (source : {publisher})", (
                f"Nous ne pouvions pas le voir depuis le {since}. Ce qui a changé entre-temps a été comparé avec ce"
                " qui s’y trouvait auparavant et fait l’objet d’un message à part.",
                "Désormais, notre silence signifie de nouveau que rien n’a changé.")  # fmt: skip
        case MessageKind.CORRECTION:
            return f"Rectificatif : {before}", (
                f"Nous vous avons écrit : « {before} ». Ce message appelle une correction.",)  # fmt: skip
        case MessageKind.WITHDRAWAL:
            return f"Message retiré : {before}", (
                f"Nous vous avons écrit : « {before} ». Considérez ce message comme nul et non avenu.",)  # fmt: skip
    return "Message d’essai", (
        "Ceci est un essai : les messages arrivent à cette adresse. Rien n’a changé et rien n’est à faire.",)


def asked(wishes: Wishes, places: tuple[str, ...], language: Language) -> Words:
    """What a confirmation asks for, in words that its reader can check."""
    where = _listed(list(places), language)
    if language is Language.FR:
        where = where if places else "toutes les destinations"
        rhythm = {Cadence.IMMEDIATE: "dès qu’ils sont vus", Cadence.DAILY: f"chaque jour à {wishes.hour} h",
                  Cadence.WEEKLY: f"chaque semaine à {wishes.hour} h"}[wishes.cadence]  # fmt: skip
        return Words("Confirmez votre abonnement", (
            f"Quelqu’un, sans doute vous, demande à recevoir à cette adresse l’annonce {_scope_fr(wishes)} pour"
            f" {where}, à partir de la gravité « {_FRENCH_SEVERITY[wishes.floor]} », {rhythm} ({wishes.zone}).",
            "Si ce n’est pas vous, ne faites rien : vous ne recevrez rien d’autre."))  # fmt: skip
    where = where if places else "every destination"
    rhythm = {Cadence.IMMEDIATE: "as soon as they are seen", Cadence.DAILY: f"each day at {wishes.hour}:00",
              Cadence.WEEKLY: f"each week at {wishes.hour}:00"}[wishes.cadence]  # fmt: skip
    return Words("Please confirm your subscription", (
        f"Somebody, probably you, asks to be told at this address of {_scope_en(wishes)} for {where},"
        f" from severity “{wishes.floor.value}” up, {rhythm} ({wishes.zone}).",
        "If that was not you, do nothing: you will get nothing else."))  # fmt: skip


def when(moment: datetime, language: Language) -> str:
    """A time in UTC, as a person reads it."""
    if language is Language.FR:
        return f"{moment.day} {_MOIS[moment.month - 1]} {moment.year} à {moment:%H:%M} UTC"
    return f"{moment.day} {moment:%B %Y} {moment:%H:%M} UTC"


_MOIS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
