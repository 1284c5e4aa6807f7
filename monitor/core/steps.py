"""Level and height of the ladder over time, as the steps of a chart."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from monitor.posture import Rung, Stand


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Where a publisher stood from this moment on."""

    at: datetime
    level: int | None
    height: int
    rungs: frozenset[Rung] = frozenset()
    event_id: str = ""


def steps(stands: Iterable[Stand], watched: Collection[str]) -> dict[str, tuple[Point, ...]]:
    """By publisher, its steps, oldest first.

    Where its routes differ the graver one counts: the chart never shows calm that one route denies. A route that is
    not watched any more counts until a watched one of its publisher stands.
    """
    current: dict[str, dict[str, Stand]] = {}
    made: dict[str, list[Point]] = {}
    for stand in sorted(stands, key=lambda one: (one.taken_at, one.source_id)):
        routes = current.setdefault(stand.publisher, {})
        if stand.source_id not in watched and any(name in watched for name in routes):
            continue
        routes[stand.source_id] = stand
        if stand.source_id in watched:
            for name in [name for name in routes if name not in watched]:
                del routes[name]
        levels = [one.posture.level for one in routes.values() if one.posture.level is not None]
        point = Point(at=stand.taken_at, level=max(levels, default=None),
                      height=max(one.posture.height for one in routes.values()),
                      rungs=frozenset().union(*(one.posture.rungs for one in routes.values())),
                      event_id=stand.event_id)  # fmt: skip
        line = made.setdefault(stand.publisher, [])
        if not line or (line[-1].level, line[-1].height, line[-1].rungs) != (point.level, point.height, point.rungs):
            line.append(point)
    return {publisher: tuple(line) for publisher, line in made.items()}
