"""The step chart of one publisher: level and ladder over time, as lines of an SVG."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import NamedTuple

from monitor.core.steps import Point

WIDTH, LEFT, RIGHT, TOP = 424, 138, 416, 8
LEVEL_ROW, HEIGHT_ROW, GAP = 17, 15, 16
HEIGHTS = 7
"""The highest rung of the ladder, see `monitor.posture.GRAVITY`."""


class Line(NamedTuple):
    """A line of the grid with its words."""

    y: float
    words: str


class Tick(NamedTuple):
    """A date below the chart."""

    x: float
    words: str
    anchor: str


class Chart(NamedTuple):
    """All that the template needs to draw it."""

    width: int
    height: int
    left: int
    right: int
    bottom: float
    levels: tuple[Line, ...]
    heights: tuple[Line, ...]
    level_path: str
    height_path: str
    dots: tuple[tuple[float, float], ...]
    ticks: tuple[Tick, ...]


def drawn(points: Sequence[Point], *, since: datetime, now: datetime, level: Callable[[int], str],
          height: Callable[[int], str]) -> Chart:  # fmt: skip
    """The chart from `since` to `now`; `level` and `height` give the words of a row."""
    span = max((now - since).total_seconds(), 1.0)

    def x(at: datetime) -> float:
        share = min(max((at - since).total_seconds() / span, 0.0), 1.0)
        return round(LEFT + share * (RIGHT - LEFT), 1)

    highest = max((point.level for point in points if point.level is not None), default=0)
    rows = max(highest, 4) if highest else 0
    first = TOP + 6
    level_y = {number: first + (rows - number) * LEVEL_ROW for number in range(1, rows + 1)}
    start = first + rows * LEVEL_ROW + (GAP if rows else 0)
    height_y = {number: start + (HEIGHTS - number) * HEIGHT_ROW for number in range(HEIGHTS + 1)}
    bottom = height_y[0] + 8
    moved = list(pairwise(points))
    dots = [(x(new.at), height_y[new.height]) for old, new in moved if new.height != old.height]
    dots += [(x(new.at), level_y[new.level]) for old, new in moved if new.level != old.level and new.level is not None]
    return Chart(
        width=WIDTH, height=round(bottom + 20), left=LEFT, right=RIGHT, bottom=bottom,
        levels=tuple(Line(y, level(number)) for number, y in level_y.items()),
        heights=tuple(Line(y, height(number)) for number, y in height_y.items()),
        level_path=_path([(x(one.at), None if one.level is None else level_y[one.level]) for one in points], x(now)),
        height_path=_path([(x(one.at), height_y[one.height]) for one in points], x(now)),
        dots=tuple(dots), ticks=_ticks(since, now, x),
    )  # fmt: skip


def _path(places: Sequence[tuple[float, float | None]], end: float) -> str:
    """Level steps; a gap where nothing was stated."""
    words: list[str] = []
    before: float | None = None
    for at, y in places:
        if before is not None:
            words.append(f"H{at:g}")
        if y is not None:
            words.append(f"V{y:g}" if before is not None else f"M{at:g},{y:g}")
        before = y
    return "".join([*words, f"H{end:g}"] if before is not None else words)


def _ticks(since: datetime, now: datetime, x: Callable[[datetime], float]) -> tuple[Tick, ...]:
    """Both ends, and what months or years begin well between them."""
    marks = [Tick(x(since), f"{since:%Y-%m-%d}", "start"), Tick(x(now), f"{now:%Y-%m-%d}", "end")]
    years = range(since.year, now.year + 1)
    starts = (datetime(year, month, 1, tzinfo=UTC) for year in years for month in range(1, 13))
    inner = [one for one in starts if x(since) + 88 <= x(one) <= x(now) - 88]
    if inner:
        middle = inner[len(inner) // 2]
        marks.insert(1, Tick(x(middle), f"{middle:%Y-%m-%d}", "middle"))
    return tuple(marks)
