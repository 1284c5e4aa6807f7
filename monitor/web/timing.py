"""How fast a source answers: the middle, the slow end, and a line to look at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from math import ceil
from statistics import median
from typing import NamedTuple

Clock = Callable[[], datetime]
WIDTH, HEIGHT, EDGE = 320, 60, 4
"""Of the drawing, in its own units."""
ROWS = 10
"""So many rows stand for the line in the table beside it."""


class Stretch(NamedTuple):
    """Some answers in a row."""

    first: datetime
    last: datetime
    answers: int
    median: float
    slowest: float


class Timing(NamedTuple):
    """The newest answers of a source, in seconds."""

    answers: int
    median: float
    p95: float
    slowest: float
    line: str
    """Points of an SVG polyline; the top is the slowest."""
    stretches: tuple[Stretch, ...]


def timing(answers: Sequence[tuple[datetime, float]]) -> Timing | None:
    """None if there are none; `answers` are (when, seconds), oldest first."""
    if not answers:
        return None
    seconds = [max(0.0, took) for _, took in answers]
    slowest = max(seconds)
    size = -(-len(answers) // ROWS)
    parts = [answers[start : start + size] for start in range(0, len(answers), size)]
    return Timing(
        answers=len(seconds), median=median(seconds), p95=ranked(seconds, 0.95), slowest=slowest,
        line=" ".join(_point(n, len(seconds), took, slowest) for n, took in enumerate(seconds)),
        stretches=tuple(
            Stretch(part[0][0], part[-1][0], len(part), median(took for _, took in part), max(took for _, took in part))
            for part in reversed(parts)
        ),
    )  # fmt: skip


def ranked(seconds: Sequence[float], share: float) -> float:
    """The smallest of them that at least this share does not exceed."""
    ordered = sorted(seconds)
    return ordered[max(0, ceil(round(len(ordered) * share, 6)) - 1)]


def _point(n: int, count: int, took: float, slowest: float) -> str:
    x = EDGE + (WIDTH - 2 * EDGE) * (n / (count - 1) if count > 1 else 0.5)
    y = HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * (took / slowest if slowest else 0)
    return f"{x:.1f},{y:.1f}"
