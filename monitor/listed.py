"""The nouns of watching all destinations of a publisher: its list, what stands in it, and what we made of that.

Frozen values, standard library and nouns only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.model import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A publisher's own list of destinations, as the configuration asks for it."""

    publisher: str
    url: str
    every: float
    """Seconds between two looks at the list."""
    pace: float
    """Seconds between two looks at one of its destinations."""
    spread: float = 0.1
    left_out: tuple[str, ...] = ()
    """Names of destinations that are not to be watched."""
    min_items: int = 0
    """A list, or a feed, with fewer destinations is implausible."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One destination as a list names it, and the address where it is read."""

    token: str
    """What stays when the name or the address changes: the ISO code, else a code or slug of the publisher's."""
    name: str
    key: str
    url: str
    kind: str
    iso3: str = ""
    region: str = ""
    names: tuple[str, ...] = ()
    """Other names under which the list has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A destination that a list named once, with the id of the source that watches it, which never changes."""

    publisher: str
    source_id: str
    entry: Entry
    first_seen_at: datetime
    missing_since: datetime | None = None
    """Since when the list does not name it; it is watched all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListState:
    """Where we stand with a list."""

    publisher: str
    url: str = ""
    etag: str = ""
    last_modified: str = ""
    fingerprint: str = ""
    items: int = 0
    """Destinations in it when it was last read."""
    failures: int = 0
    failing_since: datetime | None = None
    next_due_at: datetime | None = None
    last_look_at: datetime | None = None
    last_good_at: datetime | None = None
    last_outcome: Outcome | None = None
    last_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListView:
    """A list as operators see it."""

    state: ListState
    watched: int
    new: tuple[Found, ...] = ()
    """Lately added, the newest first."""
    missing: tuple[Found, ...] = ()
