"""The text files of the gazetteer, read once into one tree of words.

A line is `kind | Name | CODE | alias; alias | demonym; demonym`; what is empty at its end may be
left out, and a line that starts with # is a remark. Places may have several bearers ("Tripoli").
In `ambiguous.txt` a line is `ambiguous | Nice`: everyday words, which need a cue or their own
country's page; `compass | Northern`: names of regions in many countries, which need both;
`never | Guinea worm`: words that hold a place's name and are none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from monitor.core.gazetteer.tokens import tokens

PLACES = frozenset("country region district commune town area crossing road sea".split())
GROUPS = frozenset(("group", "body"))
DOUBTS = frozenset(("ambiguous", "compass", "never"))
NAMES = (
    "countries mali west-africa africa north-africa-middle-east europe asia pacific americas usa seas"
    " organisations ambiguous"
).split()
"""The files, in the order in which their entries are preferred."""


class Entry(NamedTuple):
    """One place, group or body."""

    kind: str
    name: str
    code: str


class Line(NamedTuple):
    """One line of a file, as it is written."""

    kind: str
    name: str
    code: str
    aliases: tuple[str, ...]
    demonyms: tuple[str, ...]


class Variant(NamedTuple):
    """One way to write an entry."""

    entry: Entry
    capitals: bool
    """An abbreviation: WHO is a body, Who is not."""


@dataclass(slots=True)
class Node:
    """A branch of the tree: the words that may follow, and whose name ends here."""

    next: dict[str, Node] = field(default_factory=dict)
    entries: list[Variant] = field(default_factory=list)
    key: str = ""


@dataclass(slots=True)
class Book:
    """Everything that the files say."""

    root: Node = field(default_factory=Node)
    doubts: dict[str, str] = field(default_factory=dict)
    countries: dict[tuple[str, ...], str] = field(default_factory=dict)
    codes: set[str] = field(default_factory=set)

    def add(self, name: str, entry: Entry) -> tuple[str, ...]:
        """Puts one way to write an entry into the tree."""
        words = tokens(name)
        node = self.root
        for word in words:
            node = node.next.setdefault(word.key, Node())
        node.key = " ".join(word.key for word in words)
        if not any(variant.entry == entry for variant in node.entries):
            letters = sum(word.end - word.start for word in words)
            node.entries.append(Variant(entry, letters <= 7 and all(word.loud for word in words)))
        return tuple(word.key for word in words)


def read(name: str) -> tuple[str, ...]:
    """The lines of one file that are not blank and not remarks."""
    text = files("monitor.core.gazetteer").joinpath(f"{name}.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))


def parse(line: str) -> Line:
    """One line, taken apart."""
    fields = [part.strip() for part in line.split("|")]
    kind, name, code, aliases, demonyms = fields + [""] * (5 - len(fields))
    return Line(kind, name, code, _several(aliases), _several(demonyms))


def _several(part: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in part.split(";")) if part else ()


@lru_cache(maxsize=1)
def book() -> Book:
    """All files, read when they are first needed."""
    made = Book()
    for name in NAMES:
        for line in read(name):
            _put(made, parse(line))
    return made


def _put(made: Book, line: Line) -> None:
    if line.kind in DOUBTS:
        key = " ".join(word.key for word in tokens(line.name))
        made.doubts[key] = line.kind
        if line.kind == "never":
            made.add(line.name, Entry("never", line.name, ""))
        return
    entry = Entry(line.kind, line.name, line.code)
    keys = [made.add(name, entry) for name in (line.name, *line.aliases)]
    if line.kind == "country":
        made.codes.add(line.code)
        for words in keys:
            made.countries.setdefault(words, line.code)
        for demonym in line.demonyms:
            made.add(demonym, Entry("demonym", line.name, line.code))
