"""When we cannot see what a publisher says of a destination, and when we can again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from monitor.audience import Bulletin, MessageKind
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


def blind(found: Iterable[Spot], now: datetime, after: timedelta) -> tuple[Bulletin, ...]:
    """A bulletin for each that no route has shown for so long. The same blindness gives the same bulletin.

    We were not blind while we did not look: after a pause of our own, the first look decides.
    """
    return tuple(_blind(spot, spot.since, now) for spot in found
                 if spot.failing and spot.since is not None and now - spot.since >= after)  # fmt: skip


def over(open_: Iterable[Bulletin], found: Iterable[Spot], now: datetime) -> tuple[Bulletin, ...]:
    """An all-clear for each told blindness that has ended, or whose destination is watched no longer."""
    by = {(spot.views[0].publisher, spot.views[0].destination): spot for spot in found}
    made = []
    for bulletin in open_:
        spot = by.get((bulletin.publisher, bulletin.destination))
        if spot is not None and spot.seen_at is not None and spot.seen_at > bulletin.created_at:
            made.append(_all_clear(bulletin, spot, now))
    return tuple(made)


def _blind(spot: Spot, since: datetime, now: datetime) -> Bulletin:
    view = max(spot.views, key=lambda v: v.state.last_good_at or datetime.min.replace(tzinfo=UTC))
    named = "\n".join((view.publisher, view.destination, since.isoformat()))
    return Bulletin(
        id=_id(named), kind=MessageKind.BLIND, created_at=now, destination=view.destination,
        destination_name=view.destination_name, publisher=view.publisher, since=since,
        reason=view.state.last_reason, level=view.level, url=view.url,
    )  # fmt: skip


def _all_clear(bulletin: Bulletin, spot: Spot, now: datetime) -> Bulletin:
    view = max(spot.views, key=lambda v: v.state.last_good_at or datetime.min.replace(tzinfo=UTC))
    return Bulletin(
        id=_id(f"over\n{bulletin.id}"), kind=MessageKind.ALL_CLEAR, created_at=now, destination=bulletin.destination,
        destination_name=view.destination_name, publisher=bulletin.publisher, about=bulletin.id, since=bulletin.since,
        reason=bulletin.reason, level=view.level, url=view.url,
    )  # fmt: skip


def _id(named: str) -> str:
    return "bul_" + hashlib.sha256(named.encode()).hexdigest()[:24]
