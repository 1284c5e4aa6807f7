"""What we say of our own, in the reader's language; the publisher's words stay as they are. Pure.

    retold      a change's headline and sentences
    campaign    the same of one edit on many destinations
    bulletin    blindness and its end, a test
    digest      the headline of a digest
    confirm     the headline of a confirmation
    why         why this reader gets this
    asked       what a subscription asks for, a line each (wishes.py)

English is worded by `core.compose` when the change is judged, and kept; French is made from the same findings
when it is told, so that one stored change can be told in both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.audience import Bulletin, Language, MessageKind, Notice, Subscription
from monitor.core import compose
from monitor.core.speech import french, names, outages, times
from monitor.core.speech.wishes import SEVERITIES, asked, subject
from monitor.model import Campaign, Finding

__all__ = ["asked", "bulletin", "campaign", "confirm", "digest", "publisher", "retold", "unannounced", "why"]

Spoken = tuple[str, tuple[str, ...]]
"""A headline and the sentences under it."""
MOST_NAMES = 25
"""So many destinations of a campaign are named; the rest are counted."""
SENTENCES = 3
"""So many sentences of a campaign quote the edit."""
_BACK = re.compile(r": back as before (?P<day>\d{1,2} \w+ \d{4}) — ")
"""What `compose.taken_back` puts into a headline."""


def retold(
    headline: str, sentences: Sequence[str], findings: Sequence[Finding], name: str, language: Language
) -> Spoken:
    """A change's headline and sentences; English ones are given back untouched.

    `findings` are in telling order, as `compose.worded` leaves them; `name` is the destination's English name.
    """
    if language is Language.EN:
        return headline, tuple(sentences)
    place = names.place(name, language)
    told, said = french.spoken(findings, place)
    if not told:
        return french.typeset(f"{place} : aucun changement notable"), ()
    if found := _BACK.search(headline):
        day = times.stated(found["day"], language)
        what = told.partition("\u00a0: ")[2] if told.startswith(place) else told
        head = compose.headline(f"{place} : retour à la situation d’avant le {day} — {what}")
        first = f"La source est revenue sur la modification qu’elle avait faite le {day}."
        return french.closed(head), (first, *said[: compose.SENTENCES - 1])
    return told, said


def unannounced(findings: Sequence[Finding], language: Language) -> str:
    """What the publisher's note leaves out, in one sentence; empty if it leaves out nothing."""
    return french.unannounced(findings) if language is Language.FR else compose.unannounced(findings)


def campaign(found: Campaign, mine: Sequence[str], chosen: bool, language: Language) -> Spoken:
    """One edit on many destinations; `mine` are the reader's, in English, `chosen` whether they chose any."""
    count = len({member.destination for member in found.members})
    who = names.WHO[language].get(found.publisher, found.publisher)
    example = names.place(found.example.destination_name, language)
    own = sorted(names.place(name, language) for name in mine)
    left = len(own) - MOST_NAMES
    shown = ", ".join(own[:MOST_NAMES])
    if language is Language.EN:
        more = f" and {left} more" if left > 0 else ""
        return (
            compose.headline(f"{who}: the same edit on {count} destinations — {found.headline}"),
            (
                *found.sentences[:SENTENCES],
                f"The words are those of {example}; the edit appears, whole or in part, on {count}"
                " destinations so far. Others that follow are recorded without another message.",
                f"{'Among them' if chosen else 'They are'}: {shown}{more}.",
            ),
        )
    told, said = french.spoken(found.findings, example)
    what = told.partition("\u00a0: ")[2] if told.startswith(example) else told
    more = f" et {left} {'autre' if left == 1 else 'autres'}" if left > 0 else ""
    return (
        french.closed(compose.headline(f"{who} : la même modification pour {count} destinations — {what}")),
        tuple(french.typeset(one) for one in (
            *said[:SENTENCES],
            f"Le texte cité est celui de la page « {example} » ; la modification figure, en tout ou en partie, sur les"
            f" pages de {count} destinations à ce jour. Celles qui suivront seront enregistrées sans autre message.",
            f"{'Parmi elles' if chosen else 'Il s’agit de'} : {shown}{more}.",
        )),
    )  # fmt: skip


def publisher(key: str, language: Language) -> str:
    """A publisher as readers know it."""
    return names.publisher(key, language)


def bulletin(made: Bulletin, language: Language) -> Spoken:
    """Blindness, its end, a test: a headline and sentences. A correction and a withdrawal are told in the words
    of the change that they are about (`retold`)."""
    if made.places:
        headline, *said = outages.spoken(made, language)
        if language is Language.EN:
            return headline, tuple(said)
        return french.typeset(headline), tuple(french.typeset(one) for one in said)
    name, whose = names.place(made.destination_name, language), names.publisher(made.publisher, language)
    if language is Language.FR:
        headline, *said = _bulletin_fr(made, name, whose)
        return french.typeset(headline), tuple(french.typeset(one) for one in said)
    if made.kind is MessageKind.BLIND:
        return f"{name}: we cannot see the publisher’s advice ({whose})", (
            f"Until we see it again, our silence about {name} means nothing: the advice may change without our"
            " telling you.",
            *((f"What stands in the way: {made.reason}",) if made.reason else ()),
        )  # fmt: skip
    if made.kind is MessageKind.ALL_CLEAR:
        return f"{name}: we see the publisher’s advice again ({whose})", (
            "What changed in the meantime, if anything did, comes as a message of its own.",
            "From now on our silence means again that nothing changed of what you asked to be told.",
        )
    return "Test message: nothing happened", ("This is how our messages reach you. No advice has changed.",)


def _bulletin_fr(made: Bulletin, name: str, publisher: str) -> tuple[str, ...]:
    if made.kind is MessageKind.BLIND:
        reason = (f"Ce qui nous en empêche (message technique, en anglais) : « {made.reason} »",) if made.reason else ()
        return (
            f"{name} : nous ne voyons plus les conseils de la source ({publisher})",
            "Tant que nous ne les voyons pas, notre silence ne veut rien dire : les conseils peuvent changer sans que"
            " nous vous en informions.",
            *reason,
        )
    if made.kind is MessageKind.ALL_CLEAR:
        return (
            f"{name} : nous voyons de nouveau les conseils de la source ({publisher})",
            "Ce qui a changé entre-temps, le cas échéant, fait l’objet d’un message distinct.",
            "Désormais, notre silence signifie de nouveau que rien n’a changé parmi ce que vous suivez.",
        )
    return (
        "Message d’essai : il ne s’est rien passé",
        "Voici comment nos messages vous parviennent. Aucun conseil n’a changé.",
    )


def digest(items: Sequence[Notice], watched: Sequence[str], language: Language) -> str:
    """How many changes a digest tells, and for which destinations; `watched` are all of the reader's, in English."""
    told = list(dict.fromkeys(item.destination for item in items)) or list(watched)
    count, places = len(items), [names.place(one, language) for one in told]
    if language is Language.FR:
        where = names.listed(places, language) if 0 < len(places) <= 3 else f"{len(places)} destinations"
        what = "Aucun changement" if not count else "1 changement" if count == 1 else f"{count} changements"
        return french.typeset(f"{what} : {where}" if places else what)
    where = names.listed(places, language) if 0 < len(places) <= 3 else f"{len(places)} destinations"
    what = "Nothing changed" if not count else "1 change" if count == 1 else f"{count} changes"
    return f"{what}: {where}" if places else what


def confirm(language: Language) -> str:
    return "Confirmez votre abonnement" if language is Language.FR else "Please confirm your subscription"


def why(subscription: Subscription, destination: str) -> str:
    """Why this reader gets this message, in one sentence; `destination` is an English name, empty for the several
    that one edit reached."""
    wishes, language = subscription.wishes, subscription.wishes.language
    channel = names.CHANNELS[language][subscription.channel]
    floor, what = SEVERITIES[language][wishes.floor], subject(wishes.scope, language)
    if language is Language.FR:
        chosen = names.the(destination) or "les destinations que touche cette modification"
        where = chosen if wishes.destinations else "toutes les destinations"
        return french.typeset(
            f"Vous avez demandé à recevoir {channel} {what} concernant {where}, à partir de la gravité « {floor} »."
        )
    chosen = destination or "destinations that this edit reached"
    where = chosen if wishes.destinations else "every destination"
    return f"You asked to be told {channel} of {what} for {where} from severity “{floor}” up."
