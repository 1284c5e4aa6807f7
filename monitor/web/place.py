"""The page of one destination: where each publisher stands, where in the country, what changed and how often."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from flask import Flask, abort, render_template, request

from monitor.audience import Bulletin
from monitor.core import ladder, rates
from monitor.core.steps import Point, steps
from monitor.model import ChangeState, Severity, Snapshot, SourceView, StoredChange
from monitor.posture import GRAVITY, Rung, Stand
from monitor.web import asked, chart, map, text
from monitor.web.sheets import asked_language
from monitor.web.tongues import Tongue

PAGE = 20
"""So many changes stand on one page of the timeline."""
_NEWS = (ChangeState.TOLD, ChangeState.CAMPAIGN, ChangeState.HELD, ChangeState.GATHERING, ChangeState.REVERTED)
"""What a timeline shows: not the second sighting of an edit, nor, unless asked for, what nobody is told."""
_MEASURES = 1
"""The height of the rungs that weigh alike."""


class Facts(Protocol):
    """What this page needs from the store."""

    def watched_sources(self, destination: str) -> tuple[SourceView, ...]: ...
    def standing(self, destinations: Sequence[str]) -> tuple[Stand, ...]: ...
    def stands(self, destination: str, since: datetime | None = None) -> tuple[Stand, ...]: ...
    def timeline(
        self, destination: str, *, states: Collection[ChangeState], severities: Collection[Severity],
        publisher: str = "", kinds: Collection[str] = (), since: datetime | None = None,
        until: datetime | None = None, before_id: int | None = None, limit: int = 50,
    ) -> tuple[StoredChange, ...]: ...  # fmt: skip
    def moments(self, destination: str) -> tuple[datetime, ...]: ...
    def taken_back(self, names: Collection[str]) -> Mapping[str, Bulletin]: ...
    def baseline(self, source_id: str) -> Snapshot | None: ...


def routes(app: Flask, store: Facts, now: Callable[[], datetime]) -> None:
    """Adds /destinations/KEY."""
    texts = text.Texts(store)

    @app.get("/destinations/<key>")
    def place(key: str) -> str:
        say = Tongue(asked_language())
        views = store.watched_sources(key) if _is_key(key) else ()
        name = views[0].destination_name if views else _once_called(store, key)
        if not name:
            abort(404, say("place.unknown"))
        history, standing = store.stands(key), store.standing([key])
        publishers = sorted({*(view.publisher for view in views), *(stand.publisher for stand in history)})
        try:
            wanted = asked.read(request.args, publishers)
        except asked.Wrong as error:
            abort(400, say(f"place.wrong.{error.args[0]}"))
        source = text.chosen(views, request.args.get("source", ""))
        if source is None and request.args.get("source"):
            abort(404, say("place.wrong.source"))
        found = _timeline(store, key, wanted)
        seen = {view.state.source_id: view.state.last_good_at for view in views if view.state.last_good_at}
        made = ladder.ladders(standing, history, seen)
        return render_template(
            "place.html.j2", key=key, name=name, views=views, ladders=made, divided=ladder.divided(made),
            unread=_unread(views, standing), picture=map.drawn(name, named=standing),
            asked=wanted, publishers=publishers, kinds=asked.KINDS, floors=asked.FLOORS, kept=_kept(),
            news=found[:PAGE], older=found[PAGE - 1].id if len(found) > PAGE else None,
            taken_back=store.taken_back([one for it in found for one in (it.event_id, it.campaign) if one]),
            pace=pace(history, store.moments(key), now()), in_words=words_of,
            charts=_charts(history, views, now(), say),
            source=source, text=texts.of(source) if source else None,
            reading=text.reading_address(source, views) if source else "",
        )  # fmt: skip


def _once_called(store: Facts, key: str) -> str:
    """The name of a destination that is watched no longer, from its newest change; empty if there never was one."""
    if not _is_key(key):
        return ""
    found = store.timeline(key, states=tuple(ChangeState), severities=tuple(Severity), limit=1)
    return found[0].destination_name if found else ""


def _kept() -> dict[str, str]:
    """What the form must send again so that language, clock and source stay."""
    return {name: request.args[name] for name in ("lang", "zone", "source") if request.args.get(name)}


def _is_key(key: str) -> bool:
    """Whether this can be the key of a destination; no database takes every text."""
    return len(key) <= 100 and key.isprintable()


def _timeline(store: Facts, key: str, wanted: asked.Asked) -> tuple[StoredChange, ...]:
    """One more than a page, to know whether there is another."""
    states = (*_NEWS, ChangeState.SILENT, ChangeState.WITNESS) if wanted.floor is Severity.NONE else _NEWS
    return store.timeline(key, states=states, severities=wanted.severities, publisher=wanted.publisher,
                          kinds=asked.KINDS.get(wanted.kind, ()), since=wanted.since, until=wanted.until,
                          before_id=wanted.before, limit=PAGE + 1)  # fmt: skip


def _unread(views: Iterable[SourceView], standing: Iterable[Stand]) -> list[str]:
    """Sources whose posture was never read."""
    read = {stand.source_id for stand in standing}
    return [view.state.source_id for view in views if view.state.source_id not in read]


class Pace(NamedTuple):
    """How often something changes here."""

    postures: rates.Rate
    changes: rates.Rate
    last: rates.Shift | None
    """The newest change of a posture."""


def pace(history: Sequence[Stand], moments: Sequence[datetime], now: datetime) -> Pace | None:
    """None while nobody ever looked."""
    begun = [stand.taken_at for stand in history] + list(moments)
    if not begun:
        return None
    shifts = [shift for shift in rates.shifts(history) if shift.at <= now]
    since = min(begun)
    return Pace(postures=rates.rate([shift.at for shift in shifts], since=since, now=now),
                changes=rates.rate(moments, since=since, now=now), last=shifts[-1] if shifts else None)  # fmt: skip


class Line(NamedTuple):
    """A publisher over time: the chart, and the same as a table."""

    publisher: str
    chart: chart.Chart
    points: tuple[Point, ...]


def _charts(history: Sequence[Stand], views: Iterable[SourceView], now: datetime, say: Tongue) -> list[Line]:
    made = {
        publisher: points for publisher, points in steps(history, {view.state.source_id for view in views}).items()
        if any(point.level or point.height for point in points)
    }  # fmt: skip
    if not made:
        return []
    since = min(points[0].at for points in made.values())
    lines = []
    graver = sorted(made.items(), key=lambda one: (-one[1][-1].height, -(one[1][-1].level or 0), one[0]))
    for publisher, points in graver:
        drawn = chart.drawn(points, since=since, now=max(now, since), level=lambda n: say("place.level", number=n),
                            height=lambda n: height(n, say))  # fmt: skip
        lines.append(Line(publisher, drawn, points[::-1]))
    return lines


def height(number: int, say: Tongue) -> str:
    """What a height of the ladder means."""
    if number in (0, _MEASURES):
        return say(f"place.height.{number}")
    return say(f"place.short.{next(rung for rung in Rung if GRAVITY[rung] == number).value}")


def words_of(rate: rates.Rate, say: Tongue) -> str:
    """A base rate in one sentence: "Third posture change in 90 days; the median before was one in 210 days"."""
    if rate.lately == 0:
        lately = say("place.pace.none", days=rates.WINDOW)
    elif rate.lately <= 10:
        lately = say("place.pace.nth", nth=say(f"place.nth.{rate.lately}"), days=rates.WINDOW)
    else:
        lately = say("place.pace.many", count=rate.lately, days=rates.WINDOW)
    before = max(0, rate.watched - rates.WINDOW)
    if rate.usual is not None:
        return say("place.pace.usual", lately=lately, span=say.counted("span.day", rate.usual))
    if before == 0:
        return say("place.pace.young", lately=lately, span=say.counted("span.day", rate.watched))
    earlier = say.counted("place.pace.earlier", rate.earlier) if rate.earlier else say("place.pace.no_earlier")
    return say("place.pace.few", lately=lately, earlier=earlier, span=say.counted("span.day", before))

