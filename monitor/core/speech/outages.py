"""That we cannot see nearly anything, and that we can again, in English and French."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.audience import Bulletin, Language, MessageKind, Place
from monitor.core.speech import names

MOST_NAMES = 12


def spoken(made: Bulletin, language: Language) -> tuple[str, ...]:
    """Headline and sentences of a bulletin about several destinations; its places are those of one reader."""
    if made.kind is MessageKind.BLIND:
        return _blind_fr(made) if language is Language.FR else _blind(made)
    return _clear_fr(made) if language is Language.FR else _clear(made)


def _blind(made: Bulletin) -> tuple[str, ...]:
    which, what = _which(made.places, Language.EN), _advisories(made)
    if made.publisher:
        who = names.publisher(made.publisher, Language.EN)
        cause = f"No page of this publisher ({who}) has come through; those of others may."
        headline = f"We cannot see {what} of one publisher ({who})"
    else:
        cause = "Nearly nothing that we watch comes through, from any server: our own connection may be down."
        headline = f"We cannot see {what}: our own connection may be down"
    return (
        headline, cause,
        f"Until we see them again, our silence means nothing: the advice may change without our telling you. This is"
        f" about {which}.",
        "This one message stands for all of them.",
        *((f"What stands in the way: {made.reason}",) if made.reason else ()),
    )  # fmt: skip


def _clear(made: Bulletin) -> tuple[str, ...]:
    seen, missing = _parted(made.places)
    if not missing:
        what = "the advisory" if len(seen) == 1 else f"all {len(seen)} advisories"
        headline = f"We see {what} that you follow again"
    elif seen:
        headline = f"We see {len(seen)} of the {len(made.places)} advisories that you follow again"
    else:
        headline = "We see pages again, but not yet what you follow"
    return (
        headline,
        "What changed in the meantime, if anything did, comes as a message of its own.",
        *((f"Still not visible: {_which(missing, Language.EN)}. Of these our silence still means nothing; you are told"
           " if they stay so.",) if missing else ()),
        *(("Of what we see, our silence means again that nothing changed of what you asked to be told.",)
          if seen else ()),
    )  # fmt: skip


def _blind_fr(made: Bulletin) -> tuple[str, ...]:
    which = _which(made.places, Language.FR)
    count = len(made.places)
    what = "l’avis que vous suivez" if count == 1 else f"aucun des {count} avis que vous suivez"
    if made.publisher:
        who = names.publisher(made.publisher, Language.FR)
        cause = f"Aucune page de cette source ({who}) ne nous parvient ; celles d’autres sources, peut-être."
        headline = f"Nous ne voyons plus {what} d’une même source ({who})"
    else:
        cause = ("Presque rien de ce que nous surveillons ne nous parvient, d’aucun serveur : notre propre connexion"
                 " est peut-être coupée.")  # fmt: skip
        headline = f"Nous ne voyons plus {what} : notre propre connexion est peut-être coupée"
    return (
        headline, cause,
        "Tant que nous ne les voyons pas, notre silence ne veut rien dire : les conseils peuvent changer sans que nous"
        f" vous en informions. Sont concernés : {which}.",
        "Ce seul message vaut pour tous.",
        *((f"Ce qui nous en empêche (message technique, en anglais) : « {made.reason} »",) if made.reason else ()),
    )  # fmt: skip


def _clear_fr(made: Bulletin) -> tuple[str, ...]:
    seen, missing = _parted(made.places)
    if not missing:
        what = "l’avis que vous suivez" if len(seen) == 1 else f"les {len(seen)} avis que vous suivez"
        headline = f"Nous voyons de nouveau {what}"
    elif seen:
        headline = f"Nous voyons de nouveau {len(seen)} des {len(made.places)} avis que vous suivez"
    else:
        headline = "Nous voyons de nouveau des pages, mais pas encore ce que vous suivez"
    return (
        headline,
        "Ce qui a changé entre-temps, le cas échéant, fait l’objet d’un message distinct.",
        *((f"Toujours non visible : {_which(missing, Language.FR)}. À leur sujet, notre silence ne veut toujours rien"
           " dire ; vous serez averti si cela dure.",) if missing else ()),
        *(("Pour ce que nous voyons, notre silence signifie de nouveau que rien n’a changé parmi ce que vous suivez.",)
          if seen else ()),
    )  # fmt: skip


def _advisories(made: Bulletin) -> str:
    count = len(made.places)
    return "the advisory that you follow" if count == 1 else f"any of the {count} advisories that you follow"


def _parted(places: Sequence[Place]) -> tuple[list[Place], list[Place]]:
    return [one for one in places if one.seen], [one for one in places if not one.seen]


def _which(places: Sequence[Place], language: Language) -> str:
    """The destinations by name, each with its publishers if those of one destination differ; the rest is counted."""
    by: dict[str, list[str]] = {}
    for one in places:
        by.setdefault(names.place(one.name, language), []).append(names.publisher(one.publisher, language))
    shown = [f"{name} ({', '.join(who)})" if len(who) > 1 else name for name, who in sorted(by.items())]
    left = len(shown) - MOST_NAMES
    if left <= 0:
        return names.listed(shown, language)
    rest = f" and {left} more" if language is Language.EN else f" et {left} {'autre' if left == 1 else 'autres'}"
    return ", ".join(shown[:MOST_NAMES]) + rest
