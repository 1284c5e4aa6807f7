"""Places and organisations that English travel advisories name, from a reviewed list.

The lists are the text files beside this one: one entry a line, written by hand. The longest name
wins ("Guinea-Bissau" is not Guinea), accents are folded, and a word of everyday English that is also
a town ("Reading", "San") counts only beside a cue ("San region") or on a page about its country.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from monitor.core.gazetteer.entries import GROUPS, Entry, book, parse, read
from monitor.core.gazetteer.tokens import Token, joined, tokens

__all__ = ["Organisation", "Place", "country", "groups", "is_place", "organisations", "people_or_country", "places"]


class Place(NamedTuple):
    """One place named in a text."""

    name: str
    kind: str
    """country, demonym, region, district, commune, town, area, crossing, road, sea."""
    country: str
    """ISO code of two letters; empty for seas and for areas of several countries."""
    quote: str
    start: int
    end: int


class Organisation(NamedTuple):
    """One armed group or public body named in a text."""

    name: str
    kind: str
    """group or body."""
    quote: str
    start: int
    end: int


class _Hit(NamedTuple):
    """A name found, before it is decided which of its bearers is meant."""

    first: int
    after: int
    """Numbers of its first token and of the token after its last."""
    entries: tuple[Entry, ...]
    key: str


_CUES: dict[str, str] = {
    **dict.fromkeys(
        "region province state governorate department departement oblast prefecture wilaya county krai emirate canton"
        " voivodeship muhafazah".split(),
        "region",
    ),
    **dict.fromkeys("district cercle circle woreda division subdivision zone raion territory".split(), "district"),
    **dict.fromkeys("commune arrondissement parish ward".split(), "commune"),
    **dict.fromkeys("city town village municipality airport ville".split(), "town"),
    **dict.fromkeys("island archipelago peninsula".split(), "area"),
}
"""Words that, beside a name, say that it is a place, and of which kind."""
_MANY: dict[str, str] = {
    {"county": "counties", "province": "provinces", "city": "cities", "prefecture": "prefectures"}.get(
        cue, "municipalities" if cue == "municipality" else cue + "s"
    ): kind
    for cue, kind in _CUES.items()
}
_OF = frozenset(("of", "de", "du", "d", "des"))
_LINKS = frozenset(("and", "or", "the", "in", "de", "la", "et"))
_REACH = 24
"""How many words a list of names may have before or after the word that says what they are."""
_PUBLISHERS = frozenset(("US", "GB", "CA", "AU", "IE", "NZ"))
"""Named for their citizens and embassies on pages about any country."""
_FILLERS = frozenset("the and of including travel advisory advice country information islands".split())


@lru_cache(maxsize=16384)
def places(text: str, near: str = "") -> tuple[Place, ...]:
    """The places that the text names, in its order; `near` is the code of the country it is about."""
    words, hits = _scan(text)
    named = {
        entry.code
        for hit in hits
        for entry in hit.entries
        if entry.kind == "country" and entry.code not in _PUBLISHERS
    }
    found = []
    for number, hit in enumerate(hits):
        bearers = [entry for entry in hit.entries if entry.kind not in GROUPS and entry.kind != "never"]
        if not bearers:
            continue
        entry = _meant(text, words, hits, number, bearers, near.upper(), named)
        if entry is not None:
            start, end = words[hit.first].start, _end(text, words, hit)
            found.append(Place(entry.name, entry.kind, entry.code, text[start:end], start, end))
    return tuple(found)


@lru_cache(maxsize=16384)
def organisations(text: str) -> tuple[Organisation, ...]:
    """The armed groups and public bodies that the text names, in its order."""
    words, hits = _scan(text)
    found = []
    for hit in hits:
        entry = next((entry for entry in hit.entries if entry.kind in GROUPS), None)
        if entry is not None:
            start, end = words[hit.first].start, _end(text, words, hit)
            found.append(Organisation(entry.name, entry.kind, text[start:end], start, end))
    return tuple(found)


@lru_cache(maxsize=4096)
def country(name_or_slug: str) -> str:
    """The ISO code of two letters of a country's name, slug or code, or an empty text."""
    plain = name_or_slug.strip()
    if plain.isupper() and plain.upper() in book().codes:
        return plain
    keys = [word.key for word in tokens(plain.replace("_", "-").replace("/", " "))]
    position, code = 0, ""
    while position < len(keys):
        step = next(
            (size for size in range(len(keys) - position, 0, -1)
             if tuple(keys[position : position + size]) in book().countries),
            0,
        )  # fmt: skip
        if step:
            code = code or book().countries[tuple(keys[position : position + step])]
        elif keys[position] not in _FILLERS:
            return ""
        position += step or 1
    return code


@lru_cache(maxsize=4096)
def people_or_country(name: str) -> str:
    """The code of the country that these words name, by its name or its people, and nothing else; else empty."""
    found = places(name)
    codes = {place.country for place in found}
    if len(codes) != 1 or any(place.kind not in ("country", "demonym") for place in found):
        return ""
    left = [word for word in tokens(name) if not any(p.start <= word.start and word.end <= p.end for p in found)]
    return "" if any(word.key not in _OF and word.key not in _LINKS for word in left) else codes.pop()


@lru_cache(maxsize=1)
def groups() -> dict[str, str]:
    """Every way to write an armed group, casefolded, and the name it goes by in the list."""
    lines = (parse(line) for line in read("organisations"))
    return {name.casefold(): line.name for line in lines if line.kind == "group" for name in (line.name, *line.aliases)}


@lru_cache(maxsize=4096)
def is_place(name: str, near: str = "") -> bool:
    """Whether these words are the name of a place, or of several, and nothing else."""
    found = [place for place in places(name, near) if place.kind != "demonym"]
    if not found:
        return False
    return all(
        any(place.start <= word.start and word.end <= place.end for place in found)
        or word.key in _CUES or word.key in _MANY or word.key in _OF or word.key in _LINKS
        for word in tokens(name)
    )  # fmt: skip


@lru_cache(maxsize=1024)
def _scan(text: str) -> tuple[tuple[Token, ...], tuple[_Hit, ...]]:
    """The words of the text, and every listed name in it: the longest at each place, none in another."""
    words = tokens(text)
    root = book().root
    hits: list[_Hit] = []
    at = 0
    while at < len(words):
        node = root.next.get(words[at].key)
        if node is None or not _may_start(words, at):
            at += 1
            continue
        best: _Hit | None = None
        after = at + 1
        while True:
            if node.entries:
                entries = tuple(v.entry for v in node.entries if not v.capitals or _loud(words, at, after))
                if entries:
                    best = _Hit(at, after, entries, node.key)
            if after == len(words) or not joined(text, words[after - 1], words[after]):
                break
            further = node.next.get(words[after].key)
            if further is None:
                break
            node = further
            after += 1
        if best is None:
            at += 1
            continue
        if not _in_an_address(text, words[best.first].start, words[best.after - 1].end):
            hits.append(best)
        at = best.after
    return words, tuple(hits)


def _may_start(words: tuple[Token, ...], at: int) -> bool:
    """Whether a name may start here: a capital, or an Arabic article before one (al-Shabaab)."""
    if words[at].capital:
        return True
    return words[at].article and at + 1 < len(words) and words[at + 1].capital


def _loud(words: tuple[Token, ...], first: int, after: int) -> bool:
    return all(word.loud for word in words[first:after])


def _in_an_address(text: str, start: int, end: int) -> bool:
    """Whether these words are a piece of a web or mail address, not of a sentence."""
    if text[end : end + 1] == "@" or text[start - 1 : start] == "@":
        return True
    return (text[end : end + 1] == "." and text[end + 1 : end + 2].islower()) or text[:start].endswith("www.")


def _end(text: str, words: tuple[Token, ...], hit: _Hit) -> int:
    """Where the name ends: the last stop of "U.S." belongs to it."""
    end = words[hit.after - 1].end
    dotted = hit.after - hit.first > 1 and text[words[hit.after - 2].end : words[hit.after - 1].start] == "."
    return end + 1 if dotted and text[end : end + 1] == "." else end


def _meant(
    text: str,
    words: tuple[Token, ...],
    hits: tuple[_Hit, ...],
    number: int,
    bearers: list[Entry],
    near: str,
    named: set[str],
) -> Entry | None:
    """The bearer of the name that is meant here, or none if the words may well be no name at all."""
    hit = hits[number]
    kinds = _cue(text, words, hit)
    doubt = book().doubts.get(hit.key, "")
    if doubt:
        home = _followed_by(text, words, hits, number)
        if doubt == "compass":
            # "Northern Region" names a place only in a country that is known.
            bearers = [entry for entry in bearers if kinds and entry.code in {near, *named}]
        elif not kinds:
            bearers = [entry for entry in bearers if entry.code in (near, home) and entry.code]
    if not bearers:
        return None
    home = _followed_by(text, words, hits, number) if len(bearers) > 1 else ""
    return min(
        bearers,
        key=lambda entry: (
            not (home and entry.code == home and entry.kind != "country"),
            entry.code != near or not near,
            entry.kind not in kinds,
            entry.kind != "country",
            entry.code not in named,
        ),
    )


def _followed_by(text: str, words: tuple[Token, ...], hits: tuple[_Hit, ...], number: int) -> str:
    """The country in "Nice, France" and "Mobile (Alabama)"."""
    if number + 1 == len(hits):
        return ""
    hit, then = hits[number], hits[number + 1]
    gap = text[_end(text, words, hit) : words[then.first].start]
    if then.first != hit.after or gap not in (", ", ",", " (", " in "):
        return ""
    first = then.entries[0]
    return first.code if first.kind in ("country", "region") else ""


def _cue(text: str, words: tuple[Token, ...], hit: _Hit) -> set[str]:
    """Of which kinds the words around say that the name is."""
    kinds = set()
    if hit.after < len(words) and joined(text, words[hit.after - 1], words[hit.after]):
        kind = _CUES.get(words[hit.after].key)
        if kind:
            kinds.add(kind)
    before = hit.first - 1
    if before > 0 and words[before].key == "the":
        before -= 1
    if before > 0 and words[before].key in _OF and words[before - 1].key in _CUES:
        kinds.add(_CUES[words[before - 1].key])
    return kinds or _list_cue(text, words, hit)


def _list_cue(text: str, words: tuple[Token, ...], hit: _Hit) -> set[str]:
    """The same for "the Kayes, San and Nara regions" and "the regions of Kayes, San and Nara"."""
    for at in range(hit.after, min(hit.after + _REACH, len(words))):
        if _breaks(text, words[at - 1], words[at]):
            break
        if words[at].key in _MANY:
            return {_MANY[words[at].key]}
        if not words[at].capital and words[at].key not in _LINKS:
            break
    for at in range(hit.first - 1, max(hit.first - _REACH, 0), -1):
        if _breaks(text, words[at], words[at + 1]):
            break
        if words[at].key in _OF and words[at - 1].key in _MANY:
            return {_MANY[words[at - 1].key]}
        if not words[at].capital and words[at].key not in _LINKS and words[at].key not in _OF:
            break
    return set()


def _breaks(text: str, one: Token, two: Token) -> bool:
    return any(mark in text[one.end : two.start] for mark in ".;:!?")
