"""What waits, what failed and what is held back, as numbers and ids for operators. Never an address.

Standard library only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from monitor.audience import Channel, DeliveryState, MessageKind
from monitor.model import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelLoad:
    """The messages of one channel, by how far they came."""

    channel: Channel
    states: Mapping[DeliveryState, int]
    due: int = 0
    """Of those that wait: whose time has come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A message that was given up."""

    delivery_id: int
    subscription_id: str
    channel: Channel
    kind: MessageKind
    event_id: str
    severity: Severity
    error: str
    attempts: int
    created_at: datetime
    ended_at: datetime | None
    again: bool
    """Whether it can be sent again: its subscription is active, and no later message tells the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """All messages of one channel that were given up for one reason."""

    channel: Channel
    error: str
    count: int
    again: int
    """How many of them can be sent again."""
    newest_id: int
    newest_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """A critical notice that an organisation got and nobody of it acknowledged."""

    group_id: str
    group_name: str
    event_id: str
    headline: str
    since: datetime
    told: int
    next_at: datetime | None
    """When the next contact is told; None if all were."""
    last_at: datetime | None = None
    """When the newest contact was told."""
    wait: float = 0.0
    """Seconds that each has to answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Changes that nobody was told of yet."""

    count: int = 0
    oldest_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A message of our own sent round the whole way, to see that it arrives."""

    name: str
    well: bool
    sent_at: datetime | None = None
    seen_at: datetime | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """Everything the operators' page counts, at one moment."""

    channels: tuple[ChannelLoad, ...] = ()
    overdue_since: datetime | None = None
    """The time at which the message that waits longest should have gone."""
    oldest_at: datetime | None = None
    """When the oldest message that has not ended was written; those gathered for a digest are not meant."""
    stuck: int = 0
    """Messages that a worker took and neither sent nor gave back in its time."""
    failures: tuple[Failure, ...] = ()
    dead: tuple[DeadLetter, ...] = ()
    held: Waiting = Waiting()
    gathering: Waiting = Waiting()
    subscriptions: Mapping[str, int] = field(default_factory=dict)
    bounces: Mapping[str, int] = field(default_factory=dict)
    """By kind, of the last thirty days."""
    unanswered: tuple[Unanswered, ...] = ()
    size: int = 0
    """Bytes of the database."""
    backed_up_at: datetime | None = None
    """When the database was last copied; None if nobody told us."""
    canary: tuple[Probe, ...] = ()

    def total(self, state: DeliveryState) -> int:
        return sum(one.states.get(state, 0) for one in self.channels)

    @property
    def due(self) -> int:
        return sum(one.due for one in self.channels)
