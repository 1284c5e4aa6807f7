"""The overview: where every destination stands, how fresh that is, and what changed last."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from flask import Flask, abort, g, render_template, request

from monitor.audience import Bulletin, Language, MessageKind
from monitor.model import Severity, SourceView, StoredChange
from monitor.places import GRACE, Freshness, PlaceRow, Wanted, Watch
from monitor.web.kept import Kept
from monitor.web.listing import SYMBOLS, Laid
from monitor.web.sheets import asked_language
from monitor.web.shown import Shown, Words
from monitor.web.tongues import Tongue

FEW = 12
"""So many destinations are shown with all their sources; more become a list."""
PAGE = 50
"""Destinations on one page of the list."""
NEWS = 10
"""Changes above the list; a short page shows MORE_NEWS below its cards."""
MORE_NEWS = 30
LONGEST = 80
"""Letters of a search."""
_BACK = {MessageKind.CORRECTION: ("✎", "corrected", "news"), MessageKind.WITHDRAWAL: ("✕", "withdrawn", "bad")}


class Facts(Protocol):
    """What this page needs from the store."""

    def overview(self, destinations: Sequence[str] | None = None) -> tuple[SourceView, ...]: ...
    def watch(self, late: datetime) -> Watch: ...
    def places(
        self, wanted: Wanted, *, late: datetime, limit: int = 50, offset: int = 0, findings: bool = False
    ) -> tuple[tuple[PlaceRow, ...], int]: ...
    def latest(
        self, severities: Iterable[Severity], limit: int, *, findings: bool = False
    ) -> tuple[StoredChange, ...]: ...
    def taken_back(self, names: Collection[str]) -> Mapping[str, Bulletin]: ...


class Asked(NamedTuple):
    """What the address asks for."""

    wanted: Wanted
    floor: Severity
    page: int


def routes(app: Flask, store: Facts, shown: Callable[[], Shown]) -> None:
    """Adds /."""
    counted = Kept[Watch](1)

    @app.get("/")
    def overview() -> str:
        say = Tongue(asked_language())
        asked = read(request.args, say)
        now = shown().now
        late, retold = now - GRACE, say.language is not Language.EN
        watch = counted.get("", (g.revision, late.replace(second=0, microsecond=0)), lambda: store.watch(late))
        few = watch.destinations <= FEW and asked.wanted.all
        if asked.wanted.publisher and asked.wanted.publisher not in watch.publishers:
            abort(400, say("overview.wrong.publisher"))
        start = PAGE * (asked.page - 1)
        rows, number = store.places(asked.wanted, late=late, limit=PAGE, offset=start, findings=retold)
        if not rows and asked.page > 1:
            abort(404, say("overview.wrong.page"))
        severities = [one for one in Severity if one.at_least(asked.floor)]
        news = store.latest(severities, MORE_NEWS if few else NEWS, findings=retold)
        told = [*news, *(row.last for row in rows if row.last is not None)]
        told_by = {name for one in told for name in (one.event_id, one.campaign) if name}
        back = _marks(store.taken_back([*told_by]), say)
        views = store.overview([row.key for row in rows]) if few else ()
        laid = Laid(shown(), back, "place" if "place" in app.view_functions else None)
        return render_template(
            "overview.html.j2", watch=watch, few=few, number=number, asked=asked, pages=-(-number // PAGE), laid=laid,
            cards={place.key: place for place in places(views)}, lines=[(row, laid.line(row)) for row in rows],
            news=[laid.news(one) for one in news], legend=[(one, *SYMBOLS[one]) for one in Freshness],
            floors=[Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL])  # fmt: skip


def read(words: Mapping[str, str], say: Tongue) -> Asked:
    """What the address asks for; what cannot be asked is refused with 400, in words."""
    search, level = words.get("q", "").strip(), words.get("level", "")
    if len(search) > LONGEST or not (search.isprintable() or not search):
        abort(400, say("overview.wrong.q", most=LONGEST))
    if level not in ("", "1", "2", "3", "4"):
        abort(400, say("overview.wrong.level"))
    if words.get("stale", "") not in ("", "1"):
        abort(400, say("overview.wrong.stale"))
    page = words.get("page", "1")
    if re.fullmatch(r"[1-9][0-9]{0,5}", page) is None:
        abort(400, say("overview.wrong.page"))
    floor = next((one for one in Severity if one.value == words.get("from", "low") and one is not Severity.NONE), None)
    if floor is None:
        abort(400, say("overview.wrong.from"))
    wanted = Wanted(words=search, level=int(level or 0), publisher=words.get("publisher", ""),
                    stale=words.get("stale", "") == "1")  # fmt: skip
    return Asked(wanted, floor, int(page))


def _marks(found: Mapping[str, Bulletin], say: Tongue) -> dict[str, Words]:
    made = {}
    for event, bulletin in found.items():
        symbol, key, style = _BACK[bulletin.kind]
        made[event] = Words(symbol, say(f"state.{key}"), "", style)
    return made


class Stated(NamedTuple):
    """A level as one or more sources of one publisher state it."""

    words: str
    publisher: str
    verified_at: datetime | None


@dataclass(frozen=True, slots=True)
class Place:
    """A destination with its sources, as a short overview shows it."""

    name: str
    key: str
    levels: tuple[Stated, ...]
    """Freshest first. More than one if publishers, or routes of one publisher, disagree."""
    sources: tuple[SourceView, ...]

    @property
    def failing(self) -> int:
        return sum(view.state.failures > 0 for view in self.sources)


def places(views: Iterable[SourceView]) -> tuple[Place, ...]:
    """Sources gathered by destination, in the order of the names."""
    grouped: dict[tuple[str, str], list[SourceView]] = {}
    for view in views:
        grouped.setdefault((view.destination_name, view.destination), []).append(view)
    return tuple(
        Place(name, key, _levels(mine), tuple(mine)) for (name, key), mine in sorted(grouped.items())
    )


def _levels(views: Iterable[SourceView]) -> tuple[Stated, ...]:
    """What each publisher says; one that says two things is shown saying both."""
    found: dict[tuple[str, str], Stated] = {}
    seen = [(view.state.last_good_at, view) for view in views if view.level]
    for at, view in sorted(seen, key=lambda one: one[0].timestamp() if one[0] else 0, reverse=True):
        number = re.search(r"\d", view.level)
        key = (view.publisher, number.group() if number else view.level.casefold())
        found.setdefault(key, Stated(view.level, view.publisher, at))
    return tuple(found.values())
