"""Which places a change is about: areas gained and lost, parts of the destination, another country's name."""

from __future__ import annotations

import re

from rapidfuzz.distance import Indel

from monitor.core import gazetteer, text, trifles
from monitor.core.facts import Reading
from monitor.core.said import Said


def areas_apart(
    gained: tuple[Reading, ...], lost: tuple[Reading, ...], own: str
) -> tuple[tuple[Reading, ...], tuple[Reading, ...]]:
    """Without the destination's own name, and without a place that is only spelt anew."""
    mine, home = text.key(own), gazetteer.country(own)

    def kept(readings: tuple[Reading, ...], others: tuple[Reading, ...]) -> tuple[Reading, ...]:
        return tuple(
            r for r in readings
            if r.kind != "area" or not (
                (mine and (r.value in mine or mine in r.value or _long_form(r.quote, own)))
                or (home and home == gazetteer.people_or_country(r.quote))
                or any(o.kind == "area" and Indel.normalized_similarity(o.value, r.value) >= 0.85 for o in others)
            )
        )  # fmt: skip

    return kept(gained, lost), kept(lost, gained)


def other_country(before: str, after: str, own: str) -> bool:
    """Whether an edit puts the destination's name where another country's stood, or the other way round, in words
    that are otherwise the same: a text pasted from another page, or its repair."""
    home = gazetteer.country(own)
    here, there = (
        [place for place in gazetteer.places(words, home) if place.kind in ("country", "demonym")]
        for words in (before, after)
    )
    codes = [{place.country for place in side} for side in (here, there)]
    if not home or len(codes[0] ^ codes[1]) != 2 or home not in codes[0] ^ codes[1]:
        return False
    return text.key(_without(before, here)) == text.key(_without(after, there))


def reached(before: str | None, after: str | None, old: Said, own: str) -> tuple[str, ...]:
    """The parts of the destination that the new text names and nothing on the old page does."""
    return tuple(place.quote for place in _parts(after, own) if not set(text.words(place.quote)) <= old.words)


def named_only_in(mine: str | None, other: str | None, own: str) -> tuple[str, ...]:
    """The parts of the destination that one text names and the other does not, in any spelling."""
    there, words = {place.name for place in _parts(other, own)}, set(text.words(other or ""))
    return tuple(
        place.quote for place in _parts(mine, own)
        if place.name not in there and not set(text.words(place.quote)) <= words
        and not any(trifles.misspelt(text.key(place.quote), word) for word in words)
    )  # fmt: skip


def _parts(words: str | None, own: str) -> tuple[gazetteer.Place, ...]:
    """The parts of the destination that a text names, each once."""
    home = gazetteer.country(own)
    return tuple({
        place.quote: place for place in gazetteer.places(words or "", home)
        if place.country == home and place.kind in ("region", "district", "commune", "town", "area")
    }.values()) if home else ()  # fmt: skip


def _without(words: str, places: list[gazetteer.Place]) -> str:
    for place in reversed(places):
        words = f"{words[: place.start]} x {words[place.end :]}"
    return re.sub(r"\b[Tt]he x\b|\bx’?'?s\b", "x", words)


def _long_form(quote: str, own: str) -> bool:
    """Whether this is the long form of the destination's own name: the Democratic People's Republic of Korea."""
    words = set(text.words(quote))
    return bool(words & _FORMS) and any(len(word) > 3 and word in words for word in text.words(own))


_FORMS = frozenset("republic kingdom federation state sultanate commonwealth union".split())
