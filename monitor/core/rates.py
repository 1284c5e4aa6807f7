"""How often a posture changed: what one more change means depends on how rare the last ones were."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from monitor.posture import Rung, Stand

SPANS = (30, 90, 365)
"""Days over which changes are counted."""
WINDOW = 90
"""Days that are "now"; what was before them is the base rate."""
SAME = timedelta(days=90)
"""What one route of a publisher showed within this time is the same change on another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One posture became another: a level moved, or a rung began or ended."""

    at: datetime
    publisher: str
    source_id: str
    before: int | None
    after: int | None
    """The level."""
    begun: frozenset[Rung] = frozenset()
    ended: frozenset[Rung] = frozenset()
    event_id: str = ""

    @property
    def moves(self) -> frozenset[object]:
        """What it moved, to know it again on another route."""
        level = {("level", self.after)} if self.before != self.after else set()
        return frozenset({*level, *(("begun", rung) for rung in self.begun), *(("ended", rung) for rung in self.ended)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How often something happened, lately and before."""

    counts: tuple[tuple[int, int], ...]
    """(days, how many in them)."""
    lately: int
    """How many within `WINDOW`."""
    usual: int | None
    """The median number of days between one and the next, before `WINDOW`; None with fewer than two such gaps."""
    earlier: int
    """How many before `WINDOW`."""
    watched: int
    """Days since the first look."""


def shifts(stands: Iterable[Stand]) -> tuple[Shift, ...]:
    """Every change of a posture, oldest first, each once however many routes of its publisher showed it.

    The first look at a source is where it stands, not a change; nor is one that moves neither level nor rung.
    """
    last: dict[str, Stand] = {}
    told: list[tuple[Shift, set[str]]] = []
    for stand in sorted(stands, key=lambda one: (one.taken_at, one.source_id)):
        earlier = last.get(stand.source_id)
        last[stand.source_id] = stand
        shift = _between(earlier, stand) if earlier is not None else None
        if shift is None:
            continue
        others = [
            (known, seen) for known, seen in told
            if known.publisher == shift.publisher and shift.at - known.at <= SAME and shift.source_id not in seen
        ]  # fmt: skip
        # A slow route may show at once what others showed one by one.
        if shift.moves <= frozenset().union(*(known.moves for known, _ in others)):
            for known, seen in others:
                if known.moves & shift.moves:
                    seen.add(shift.source_id)
        else:
            told.append((shift, {shift.source_id}))
    return tuple(shift for shift, _ in told)


def rate(moments: Sequence[datetime], *, since: datetime, now: datetime) -> Rate:
    """How often that happened at these moments, watched since then."""
    past = sorted(at for at in moments if at <= now)
    edge = now - timedelta(days=WINDOW)
    earlier = [at for at in past if at < edge]
    gaps = [(b - a) / timedelta(days=1) for a, b in pairwise(earlier)]
    return Rate(
        counts=tuple((days, sum(at >= now - timedelta(days=days) for at in past)) for days in SPANS),
        lately=len(past) - len(earlier), usual=max(1, round(median(gaps))) if len(gaps) >= 2 else None,
        earlier=len(earlier), watched=max(0, (now - since).days),
    )  # fmt: skip


def _between(earlier: Stand, stand: Stand) -> Shift | None:
    old, new = earlier.posture, stand.posture
    shift = Shift(at=stand.taken_at, publisher=stand.publisher, source_id=stand.source_id, before=old.level,
                  after=new.level, begun=new.rungs - old.rungs, ended=old.rungs - new.rungs,
                  event_id=stand.event_id)  # fmt: skip
    return shift if shift.moves else None
