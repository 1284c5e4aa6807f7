"""The nouns of the overview: what is asked of it, and a destination as it lists one.

Frozen values, standard library and nouns only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.model import Outcome, StoredChange
from monitor.posture import Stand

GRACE = timedelta(minutes=15)
"""So long after its time a look may come before it counts as late; a start looks at thousands one after another."""


class Freshness(StrEnum):
    """Whether what we say of a source is what it says today."""

    FRESH = "fresh"
    """The last look saw the page, and the next one is not overdue."""
    LATE = "late"
    """The next look is overdue, or none was made yet."""
    BLIND = "blind"
    """The last look did not see the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which destinations are asked for; nothing said means all."""

    words: str = ""
    level: int = 0
    """At least this one."""
    publisher: str = ""
    stale: bool = False
    """Only those with a source that is not fresh."""

    @property
    def all(self) -> bool:
        return self == Wanted()


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One source of a destination: how it is doing."""

    source_id: str
    publisher: str
    level: str
    failures: int
    failing_since: datetime | None
    last_good_at: datetime | None
    next_due_at: datetime
    last_outcome: Outcome | None

    def freshness(self, now: datetime) -> Freshness:
        if self.failures:
            return Freshness.BLIND
        late = self.last_good_at is None or self.next_due_at < now - GRACE
        return Freshness.LATE if late else Freshness.FRESH


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRow:
    """A destination as the overview lists it."""

    key: str
    name: str
    routes: tuple[Route, ...]
    stands: tuple[Stand, ...]
    last: StoredChange | None
    """The newest change that people were told of."""

    @property
    def verified_at(self) -> datetime | None:
        """When any of its sources was last seen."""
        return max((one.last_good_at for one in self.routes if one.last_good_at is not None), default=None)

    def freshness(self, now: datetime) -> Freshness:
        """As good as that of its best source: one route is enough to see a change."""
        found = {one.freshness(now) for one in self.routes}
        return next((one for one in Freshness if one in found), Freshness.LATE)

    @property
    def blind_since(self) -> datetime | None:
        """When the last of its sources went dark."""
        return max((one.failing_since for one in self.routes if one.failing_since is not None), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """How much is watched, and how well."""

    destinations: int
    sources: int
    failing: int
    late: int
    """Sources whose next look is overdue, those that fail not counted."""
    publishers: Mapping[str, int]
    """Sources by publisher."""
