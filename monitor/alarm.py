"""The nouns of watching the watcher: what is amiss with the service itself, and what we know of it. No addresses.

Standard library only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from monitor.audience import Bulletin, MessageKind
from monitor.backlog import Probe, Unanswered, Waiting

NONE = Waiting()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Something that a person must act upon, as it was found just now. The same name and `about` are the same alarm."""

    name: str
    """One of `core.alarms.KINDS`."""
    about: str = ""
    """The event, task or subscription that it is about; empty for the service as a whole."""
    detail: str = ""
    """One sentence with numbers and ids."""
    stops: bool = False
    """The service does not do its work: no heartbeat goes out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """An alarm as it stands in the store: raised once, and ended once."""

    id: int
    name: str
    about: str
    detail: str
    stops: bool
    raised_at: datetime
    seen_at: datetime
    """When it was last found to be so."""
    ended_at: datetime | None = None
    told_at: datetime | None = None
    """When the operator was told by mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owing:
    """The messages about one event that should have been handed over and were not."""

    event_id: str
    kind: MessageKind
    count: int
    untried: int
    """How many of them nobody has even tried."""
    sent: int
    """How many about the same event were handed over."""
    since: datetime
    """Since when the oldest is owed to its reader."""
    reason: str = ""
    """What hinders one of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """All that an audit looks at, at one moment."""

    pulses: Mapping[str, datetime] = field(default_factory=dict)
    """When each part of the service last came to an end of its work."""
    most_overdue: tuple[str, datetime] | None = None
    """The source that waits longest for its look, and since when."""
    last_good_at: datetime | None = None
    """When any source was last seen."""
    owing: tuple[Owing, ...] = ()
    given_up: tuple[Owing, ...] = ()
    held: Waiting = NONE
    gathering: Waiting = NONE
    blind: tuple[Bulletin, ...] = ()
    unanswered: tuple[Unanswered, ...] = ()
    canary: Probe | None = None
    """Today's own test message; None if there is none yet."""
    free: int | None = None
    """Bytes that are free where the database lives; None if that cannot be known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """The figures of it all, at one moment."""

    alarms: Mapping[str, int] = field(default_factory=dict)
    """How many of each kind stand."""
    pulses: Mapping[str, datetime] = field(default_factory=dict)
    owing: tuple[Owing, ...] = ()
    held_since: datetime | None = None
    gathering_since: datetime | None = None
    canary_at: datetime | None = None
    """When the newest canary was written, if it got through."""
