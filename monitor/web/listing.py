"""Rows of the overview in words, made before the template lays them out.

Fifty rows of thousands are made at each minute for each page that is asked for: a template that asks for every word
of every row takes three times as long as one that is handed them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote

from flask import url_for

from monitor.model import Severity, StoredChange
from monitor.places import Freshness, PlaceRow
from monitor.posture import GRAVITY, Rung
from monitor.web.shown import Shown, Words

SYMBOLS = {Freshness.FRESH: ("✓", "good"), Freshness.LATE: ("◷", "news"), Freshness.BLIND: ("✕", "bad")}
_ANY = "0any0"
"""Stands for a name in an address until it is known."""


class Stood(NamedTuple):
    """Where a destination stands, in short: what is gravest of all its publishers."""

    level: int | None
    words: str
    publisher: str
    rungs: tuple[Rung, ...]
    """Gravest first."""


class News(NamedTuple):
    """A change in one line."""

    tag: Words
    address: str
    headline: str
    gone: Words | None
    """What was said later of it, if it was taken back or corrected."""
    age: str
    state: Words
    source: str
    at: datetime


class Line(NamedTuple):
    """A destination in the list."""

    name: str
    address: str
    level: str
    publisher: str
    rung: str
    more: str
    last: News | None
    fresh: Words
    since: str
    """Since when nothing can be seen, if so."""
    dark: str
    """How many of its sources cannot be seen, if only some."""
    verified: str
    verified_at: str
    verified_when: str


def stood(row: PlaceRow) -> Stood:
    """The highest level of its publishers, and every measure that one of them takes."""
    rungs = {rung for one in row.stands for rung in one.posture.rungs}
    order = tuple(sorted(rungs, key=lambda rung: (-GRAVITY[rung], _PLACES[rung])))
    highest = max((one for one in row.stands if one.posture.level is not None or one.posture.level_words),
                  key=lambda one: (one.posture.level or 0, one.taken_at), default=None)  # fmt: skip
    if highest is None:  # kept by a monitor that read no postures yet
        route = next((one for one in row.routes if one.level), None)
        return Stood(None, route.level if route else "", route.publisher if route else "", order)
    return Stood(highest.posture.level, highest.posture.level_words, highest.publisher, order)


_PLACES = {rung: place for place, rung in enumerate(Rung)}


class Laid:
    """Puts rows and changes into the words of one reader; asks for each word once."""

    def __init__(self, shown: Shown, back: Mapping[str, Words], place: str | None) -> None:
        say = shown.say
        self._shown, self._back = shown, back
        self._change = addresses("change", "event_id")
        self._place = addresses(place, "key") if place else None
        self._fresh = {one: Words(symbol, say(f"overview.fresh.{one}"), say(f"overview.fresh.{one}.means"), style)
                       for one, (symbol, style) in SYMBOLS.items()}  # fmt: skip
        self._severity = {one: shown.severity(one) for one in Severity}
        self._rungs = {one: say(f"overview.rung.{one}") for one in Rung}

    def news(self, change: StoredChange) -> News:
        gone = self._back.get(change.event_id) or self._back.get(change.campaign or "")
        return News(self._severity[change.severity], self._change(change.event_id), self._shown.headline(change), gone,
                    self._shown.age(change.taken_at), gone or self._shown.state(change), change.source_id,
                    change.taken_at)  # fmt: skip

    def line(self, row: PlaceRow) -> Line:
        shown, say = self._shown, self._shown.say
        now, found = stood(row), row.freshness(shown.now)
        dark = sum(one.failures > 0 for one in row.routes)
        more = len(now.rungs) - 1
        seen = row.verified_at
        blind = found is Freshness.BLIND
        return Line(
            name=shown.place(row.name), address=self._place(row.key) if self._place else "", level=now.words,
            publisher=shown.publisher(now.publisher) if now.publisher else "",
            rung=self._rungs[now.rungs[0]] if now.rungs else "",
            more=say.counted("overview.more", more) if more > 0 else "",
            last=self.news(row.last) if row.last is not None else None, fresh=self._fresh[found],
            since=f"{say('since')} {shown.when(row.blind_since)}" if blind and row.blind_since else "",
            dark=say.counted("overview.dark", dark, all=len(row.routes)) if dark and not blind else "",
            verified=shown.age(seen), verified_at=seen.isoformat() if seen else "",
            verified_when=shown.when(seen) if seen else "",
        )  # fmt: skip


def addresses(endpoint: str, name: str) -> Callable[[str], str]:
    """Addresses of one kind of page: building each by the routing rules costs more than all the rest of its row."""
    known: dict[str, Any] = {name: _ANY}
    start, _, end = url_for(endpoint, **known).partition(_ANY)
    return lambda value: f"{start}{quote(value, safe='')}{end}"
