"""When we cannot see what a publisher says of a destination, and when we can again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.audience import NEVER, Bulletin, MessageKind
from monitor.model import SourceView


@dataclass(frozen=True, slots=True)
class Spot:
    """What one publisher says of one destination, through all its routes together."""

    views: tuple[SourceView, ...]

    @property
    def seen_at(self) -> datetime | None:
        """When any route last showed it."""
        return max((v.state.last_good_at for v in self.views if v.state.last_good_at), default=None)

    @property
    def failing(self) -> bool:
        """Every route has been tried since, and failed."""
        return all(v.state.failures > 0 for v in self.views)

    def tried(self, began: datetime | None) -> bool:
        """Whether every route has been asked since then, and more than once in this row of failures."""
        asked = all(began is None or (v.state.last_visit_at or NEVER) >= began for v in self.views)
        return asked and all(v.state.failures > 1 for v in self.views)

    @property
    def since(self) -> datetime | None:
        """Since when nobody could see it: its last good look, or the first failure if there never was one."""
        first = min((v.state.failing_since for v in self.views if v.state.failing_since), default=None)
        return self.seen_at or first


def spots(views: Iterable[SourceView]) -> tuple[Spot, ...]:
    """The watched sources by publisher and destination."""
    found: dict[tuple[str, str], list[SourceView]] = {}
    for view in views:
        found.setdefault((view.publisher, view.destination), []).append(view)
    return tuple(Spot(tuple(mine)) for mine in found.values())


def blind(
    found: Iterable[Spot], now: datetime, after: timedelta, began: datetime | None = None
) -> tuple[Bulletin, ...]:
    """A bulletin for each that no route has shown for so long. The same blindness gives the same bulletin.

    While we did not look we were not blind: what counts is the time since `began`, when we started to look again
    after a pause of our own, and two failures of each route since the first.
    """
    made = []
    for spot in found:
        if spot.since is None or not spot.failing or not spot.tried(began):
            continue
        tried_from = max(spot.since, began) if began is not None else spot.since
        if now - tried_from >= after:
            made.append(_blind(spot, spot.since, now))
    return tuple(made)


def over(open_: Iterable[Bulletin], found: Iterable[Spot], now: datetime) -> tuple[Bulletin, ...]:
    """An all-clear for each told blindness that has ended."""
    by = {(spot.views[0].publisher, spot.views[0].destination): spot for spot in found}
    made = []
    for bulletin in open_:
        if bulletin.places:
            continue  # of several at once: `core/outage.py`
        spot = by.get((bulletin.publisher, bulletin.destination))
        if spot is not None and spot.seen_at is not None and spot.seen_at > bulletin.created_at:
            made.append(_all_clear(bulletin, spot, now))
    return tuple(made)


def _blind(spot: Spot, since: datetime, now: datetime) -> Bulletin:
    view = max(spot.views, key=lambda v: v.state.last_good_at or NEVER)
    named = "\n".join((view.publisher, view.destination, since.isoformat()))
    return Bulletin(
        id=_id(named), kind=MessageKind.BLIND, created_at=now, destination=view.destination,
        destination_name=view.destination_name, publisher=view.publisher, since=since,
        reason=view.state.last_reason, level=view.level, url=view.url,
    )  # fmt: skip


def _all_clear(bulletin: Bulletin, spot: Spot, now: datetime) -> Bulletin:
    view = max(spot.views, key=lambda v: v.state.last_good_at or NEVER)
    return Bulletin(
        id=_id(f"over\n{bulletin.id}"), kind=MessageKind.ALL_CLEAR, created_at=now, destination=bulletin.destination,
        destination_name=view.destination_name, publisher=bulletin.publisher, about=bulletin.id, since=bulletin.since,
        reason=bulletin.reason, level=view.level, url=view.url,
    )  # fmt: skip


def _id(named: str) -> str:
    return "bul_" + hashlib.sha256(named.encode()).hexdigest()[:24]
