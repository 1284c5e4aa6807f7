"""Everything that one side of a comparison says, for "stands nowhere on the other page".

A fact is new only if its value stands nowhere on the old page, and gone only if it stands nowhere on
the new one: that one rule removes re-orders and repeats.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from monitor.core import text
from monitor.core.facts import Reading, names, place_key, readings
from monitor.core.signals import Grade, Signal, signals
from monitor.core.terms import terms


def same_phone(a: str, b: str) -> bool:
    """Whether two digit strings are one number, with or without its country code."""
    a, b = a.lstrip("0"), b.lstrip("0")
    short, long = sorted((a, b), key=len)
    return short == long or (len(short) >= 7 and long.endswith(short))


def _tail(digits: str) -> str:
    """Equal for all numbers that may be one number."""
    return digits.lstrip("0")[-7:]


class Targets(NamedTuple):
    """Link targets as `text.url_key` gives them, and what follows the host in each."""

    keys: frozenset[str]
    paths: frozenset[str]

    def has(self, key: str) -> bool:
        """Whether the target is among these; one side may write it without its host."""
        if key in self.keys:
            return True
        return key in self.paths if key.startswith("/") else (path := _path(key)) != "" and path in self.keys


def targets(urls: Iterable[str]) -> Targets:
    """The targets of these addresses."""
    keys = frozenset(text.url_key(url) for url in urls)
    return Targets(keys, frozenset(_path(key) for key in keys if not key.startswith("/")))


def _path(key: str) -> str:
    at = key.find("/")
    return key[at:] if 0 < at < len(key) - 1 else ""


NO_TARGETS = Targets(frozenset(), frozenset())


class Said(NamedTuple):
    """Everything that one side of a comparison says, for "stands nowhere on the other page"."""

    readings: frozenset[tuple[str, str]]
    grades: Mapping[tuple[str, str], Grade]
    """How firmly the page says each sign that it does not say is over."""
    signs_ended: frozenset[str]
    phones: Mapping[str, tuple[str, ...]]
    """By their last figures."""
    words: frozenset[str]
    terms: frozenset[tuple[str, str]]
    """What its sentences rule, each read with its heading."""
    targets: Targets
    areas: Mapping[str, str]
    """The places in its advice, in sentences and in lists, with the level of that advice if it states one."""

    def has(self, reading: Reading) -> bool:
        if reading.kind == "phone":
            return any(same_phone(reading.value, phone) for phone in self.phones.get(_tail(reading.value), ()))
        return reading.identity in self.readings

    def grade(self, signal: Signal) -> Grade | None:
        """How firmly this page says it anywhere; None if nowhere."""
        return self.grades.get(signal.identity)


def said(
    texts: Iterable[str],
    *,
    headed: Iterable[tuple[str, str]] = (),
    listed: Iterable[tuple[str, str]] = (),
    urls: Iterable[str] = (),
) -> Said:
    """Reads one whole side; `texts` are its units, `headed` its rules with their headings, `listed` the items
    of its lists of advice with what opens the list, `urls` its links."""
    found: set[tuple[str, str]] = set()
    grades: dict[tuple[str, str], Grade] = {}
    ended: set[str] = set()
    vocabulary: set[str] = set()
    for sentence in texts:
        found.update(reading.identity for reading in readings(sentence))
        vocabulary.update(text.words(sentence))
        for signal in signals(sentence):
            if signal.general:
                continue
            if signal.ended:
                ended.add(signal.sign.name)
            else:
                grades[signal.identity] = max(signal.grade, grades.get(signal.identity, signal.grade))
    listed = tuple(listed)
    for item, lead in listed:  # "Exercise caution in:", "... the border departments due to crime"
        found.update(r.identity for r in readings(f"{lead.rstrip(' :')} {item}") if r.kind == "risk")
    phones: dict[str, tuple[str, ...]] = {}
    for kind, value in found:
        if kind == "phone":
            phones[_tail(value)] = (*phones.get(_tail(value), ()), value)
    return Said(
        readings=frozenset(found), grades=grades, signs_ended=frozenset(ended), phones=phones,
        words=frozenset(vocabulary), terms=frozenset(term for rule in headed for term in terms(*rule)),
        areas={value: "" for kind, value in found if kind == "area"} | {
            place_key(name): _level(lead) for item, lead in listed for name in names(f"In {item}")},
        targets=targets(urls),
    )  # fmt: skip


def _level(words: str) -> str:
    return next((reading.value for reading in readings(words) if reading.kind == "level"), "")
