"""Outlines of a country's regions, drawn once and kept as data; today of Mali alone.

    mali.json         boundaries, as lines that neighbours share, in the units of the drawing
    mali-places.txt   which place of the gazetteer lies in which region as drawn
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

_DRAWN = {"ML": "mali"}
"""Files by the code of the country."""


@dataclass(frozen=True, slots=True)
class Outline:
    """One region: the path of an SVG, and the middle of it, where a sign may stand."""

    key: str
    name: str
    path: str
    middle: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A country's regions and towns in one rectangle."""

    country: str
    width: int
    height: int
    outlines: tuple[Outline, ...]
    """A region that lies inside another one comes after it."""
    cities: tuple[tuple[str, float, float], ...]
    whereabouts: Mapping[str, frozenset[str]]
    """Regions by the name of a place in them, as `plain` writes it."""

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(one.key for one in self.outlines)

    def name(self, key: str) -> str:
        return next(one.name for one in self.outlines if one.key == key)


def plain(name: str) -> str:
    """A name without accents, capitals, blanks and hyphens."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", name).casefold() if letter.isalnum())


@lru_cache(maxsize=8)
def of(country: str) -> Drawing | None:
    """The drawing of a country, by its code of two letters; None if there is none."""
    name = _DRAWN.get(country)
    if name is None:
        return None
    folder = files("monitor.core.maps")
    kept = json.loads(folder.joinpath(f"{name}.json").read_text(encoding="utf-8"))
    return Drawing(
        country=country, width=kept["width"], height=kept["height"],
        outlines=tuple(_outline(key, one, kept["arcs"]) for key, one in kept["regions"].items()),
        cities=tuple((city, x, y) for city, (x, y) in kept["cities"].items()),
        whereabouts=_whereabouts(folder.joinpath(f"{name}-places.txt").read_text(encoding="utf-8").splitlines()),
    )  # fmt: skip


def _outline(key: str, kept: Mapping[str, Any], lines: Sequence[Sequence[float]]) -> Outline:
    x, y = kept["middle"]
    return Outline(key, kept["name"], "".join(_ring(ring, lines) for ring in kept["rings"]), (x, y))


def _ring(ring: Iterable[int], lines: Sequence[Sequence[float]]) -> str:
    """Lines joined end to end; ~n is line n walked backwards."""
    points: list[tuple[float, float]] = []
    for number in ring:
        line = lines[number] if number >= 0 else lines[~number]
        pairs = list(zip(line[::2], line[1::2], strict=True))
        points += (pairs if number >= 0 else pairs[::-1])[1 if points else 0 :]
    return "M" + " ".join(f"{x:g},{y:g}" for x, y in points[:-1]) + "Z"


def _whereabouts(lines: Iterable[str]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for line in lines:
        if line and not line.startswith("#"):
            region, _, names = line.partition(" | ")
            for name in map(plain, names.split(";")):
                found[name] = found.get(name, frozenset()) | {region}
    return found
