"""The nouns of what a page shows around one change, or of one source: who else saw it, what came before, what is kept.

Frozen values, for people to look at; the store fills them in one read each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from monitor.audience import Bulletin, DeliveryState
from monitor.model import Outcome, SourceView, StoredChange
from monitor.posture import Posture


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One source that showed an edit: when, and the change that keeps what it said."""

    event_id: str
    source_id: str
    taken_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """A page we kept, without its bytes, and its place in the chain over all captures."""

    snapshot_id: int
    taken_at: datetime
    sha256: str
    size: int
    position: int | None = None
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What stands around one change."""

    sightings: tuple[Sighting, ...] = ()
    """Every source that showed the edit, this change's own among them, first one first."""
    told: Sighting | None = None
    """The change that was told, if this one only bears it out."""
    earlier: StoredChange | None = None
    """The change of this destination that people were told before this one, and after it."""
    later: StoredChange | None = None
    stood: Posture | None = None
    """Where its source stood before; None if that was never read."""
    stands: Posture | None = None
    level_before: str = ""
    """The level that its source stated before, in the publisher's words, where that was kept."""
    deliveries: Mapping[DeliveryState, int] = field(default_factory=dict)
    taken_back: tuple[Bulletin, ...] = ()
    """Corrections and withdrawals, oldest first."""
    before: Capture | None = None
    after: Capture | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How often the looks at a source ended in one way: ever, and since two moments."""

    outcome: Outcome
    ever: int
    month: int
    week: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Portrait:
    """What is known of one source as such."""

    view: SourceView
    watched: bool
    tallies: tuple[Tally, ...] = ()
    answers: tuple[tuple[datetime, float], ...] = ()
    """(when, seconds) of the newest answers, oldest first."""
    pace: float | None = None
    """Seconds between two looks, the middle of the newest; None while there are too few."""
