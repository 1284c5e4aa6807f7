"""A picture of where: the regions that the advice names, shaded, and those that a change touches, hatched.

Built by `drawn`, laid out by the macro in `map.html.j2`. The list beside the picture says all of it in words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from monitor.core import gazetteer, maps, regions
from monitor.core.maps import Outline
from monitor.model import Severity, StoredChange
from monitor.posture import Posture, Stand


class Grade(IntEnum):
    """How strongly travel to a place is advised against."""

    PLAIN = 0
    CAUTION = 1
    RECONSIDER = 2
    STAY_AWAY = 3


class Advice(NamedTuple):
    """What one publisher says of some regions."""

    grade: Grade
    words: str
    """The publisher's own."""
    publisher: str
    whole: bool
    """Of the country as a whole."""
    everywhere: bool
    """Of the country as a whole, without an exception."""
    regions: tuple[str, ...]
    """Names as drawn, with the part that was named where that is not the region itself: "Gao (Ménaka)"."""


class Shape(NamedTuple):
    """One region in the picture."""

    outline: Outline
    grade: Grade
    touched: bool


class Drawn(NamedTuple):
    """The picture and the same in words."""

    drawing: maps.Drawing
    shapes: tuple[Shape, ...]
    advice: tuple[Advice, ...]
    """Gravest first."""
    touched: tuple[str, ...]
    """Regions that the change speaks of, named as in `Advice`."""
    touches_all: bool
    elsewhere: tuple[str, ...]
    """Named places that lie in no one region as drawn."""
    marks_change: bool


_WORDS = (
    (re.compile(r"\bdo not travel\b|\bavoid all travel\b|\ball travel\b(?! but| except)", re.I), Grade.STAY_AWAY),
    (re.compile(r"\breconsider\b|\ball but essential\b|\bnon-?essential\b", re.I), Grade.RECONSIDER),
    (re.compile(r"\bcaution\b|\bcautious\b", re.I), Grade.CAUTION),
    (re.compile(r"\bnormal\b", re.I), Grade.PLAIN),
)
_LEVELS = {1: Grade.PLAIN, 2: Grade.CAUTION, 3: Grade.RECONSIDER}


def known(place: str) -> bool:
    """Whether there is a map of this destination, by its English name."""
    return maps.of(gazetteer.country(place)) is not None


def drawn(place: str, *, named: Iterable[Stand] = (), touched: Iterable[str] | None = None) -> Drawn | None:
    """The map of a destination, by its English name; None for one that nobody drew.

    `named` are the stands of its sources: what each advises, as a whole and area by area. `touched` are the texts of a
    change; None where no change is shown.
    """
    country = gazetteer.country(place)
    drawing = maps.of(country)
    if drawing is None:
        return None
    said, graded, elsewhere = list[Advice](), dict[str, Grade](), list[str]()
    for publisher, grade, words, areas in _advised(named):
        found = _naming(areas, country)
        all_of_it = found.whole and len(found.regions) == len(drawing.outlines)
        said.append(Advice(grade, words, publisher, found.whole, all_of_it, _names(drawing, found)))
        elsewhere += found.elsewhere
        for key in found.regions:
            graded[key] = max(grade, graded.get(key, Grade.PLAIN))
    hit = _naming(tuple(touched or ()), country)
    return Drawn(
        drawing=drawing,
        shapes=tuple(Shape(one, graded.get(one.key, Grade.PLAIN), one.key in hit.regions) for one in drawing.outlines),
        advice=tuple(sorted(said, key=lambda one: (-one.grade, not one.whole, one.publisher))),
        touched=_names(drawing, hit), touches_all=hit.whole and len(hit.regions) == len(drawing.outlines),
        elsewhere=tuple(dict.fromkeys((*elsewhere, *hit.elsewhere))), marks_change=touched is not None,
    )  # fmt: skip


@lru_cache(maxsize=256)
def _naming(texts: tuple[str, ...], country: str) -> regions.Naming:
    # The words of a change are read a thousand times and never change.
    return regions.naming(texts, country)


def texts(change: StoredChange) -> tuple[str, ...]:
    """The words of a change that mean something, before and after: what `drawn` marks as touched."""
    return tuple(words for found in change.findings if found.severity is not Severity.NONE
                 for words in (found.change.before, found.change.after) if words)  # fmt: skip


def graded(words: str, level: int | None = None) -> Grade:
    """How strongly these words advise against travel; by the level, where the words are of no known kind."""
    for pattern, grade in _WORDS:
        if pattern.search(words):
            return grade
    return Grade.PLAIN if level is None else _LEVELS.get(level, Grade.STAY_AWAY)


def _advised(stands: Iterable[Stand]) -> list[tuple[str, Grade, str, tuple[str, ...]]]:
    """(publisher, grade, words, texts that say where). What several routes say of the whole is said once."""
    found: dict[tuple[str, Grade, str], tuple[str, list[str]]] = {}
    for stand in stands:
        for words, area, level in _sayings(stand.posture):
            key = (stand.publisher, graded(words, level), words.casefold() if area else "")
            found.setdefault(key, (words, []))[1].append(area or "the whole country")
    return [(publisher, grade, words, tuple(dict.fromkeys(areas)))
            for (publisher, grade, _), (words, areas) in found.items()]  # fmt: skip


def _sayings(posture: Posture) -> list[tuple[str, str, int | None]]:
    """(words, area, level); no area for the country as a whole."""
    whole = [(posture.level_words, "", posture.level)] if posture.level_words else []
    return [*whole, *((one.words, one.area, _level(one.words)) for one in posture.areas)]


def _level(words: str) -> int | None:
    number = re.search(r"\b[1-5]\b", words)
    return int(number.group()) if number else None


def _names(drawing: maps.Drawing, found: regions.Naming) -> tuple[str, ...]:
    """In the order of the drawing: "Gao", "Gao (Ménaka)" if only a part was named, "Gao, Ménaka" if both were."""
    said = []
    for one in drawing.outlines:
        if one.key in found.regions:
            words = found.regions[one.key]
            parts = [name for name in words if maps.plain(name) != maps.plain(one.name)]
            if parts and len(parts) == len(words):
                said.append(f"{one.name} ({', '.join(parts)})")
            else:
                said += [one.name, *parts]
    return tuple(said)
