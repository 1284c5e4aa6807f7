"""One stored change as all feeds tell it."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import datetime

from monitor.core import gazetteer
from monitor.model import Severity, StoredChange

_SPACE = uuid.UUID("6f9d3c52-8f0e-5f0b-9d0a-2f6f1c5b7a11")
"""Namespace of our ids (RFC 9562, 5.5): an event has one id on every installation, whatever its address."""
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 (2.2) has no place for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One change, with all text fit for XML."""

    id: str
    """`urn:uuid:...`, stable for the event."""
    event_id: str
    title: str
    sentences: tuple[str, ...]
    severity: Severity
    confirmed: bool
    destination: str
    country: str
    """ISO 3166-1 code of two letters, "" if the destination is none that we know."""
    publisher: str
    publisher_name: str
    level: str
    stated_at: str
    seen_at: datetime
    url: str
    """Our page about the change, or the source's if these pages have no address."""
    source_url: str
    facts: tuple[str, ...]
    before_sha256: str
    after_sha256: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed: who speaks, about what, where it is found, and the entries, newest first."""

    title: str
    address: str
    """Where this very feed is fetched."""
    home: str
    author: str
    entries: tuple[Entry, ...]
    empty_at: datetime
    """When it was last true that there is nothing, for a feed without entries."""

    @property
    def updated(self) -> datetime:
        return max((entry.seen_at for entry in self.entries), default=self.empty_at)


def entry(change: StoredChange, base_url: str, publisher_name: str) -> Entry:
    """The change as an entry; the same change gives the same entry, whenever it is asked."""
    page = f"{base_url.rstrip('/')}/changes/{change.event_id}" if base_url else change.url
    doubt = "" if change.confirmed else " (not yet confirmed)"
    return Entry(
        id=uuid.uuid5(_SPACE, change.event_id).urn,
        event_id=change.event_id,
        title=fit(change.headline + doubt),
        sentences=tuple(fit(sentence) for sentence in change.sentences),
        severity=change.severity,
        confirmed=change.confirmed,
        destination=fit(change.destination_name),
        country=gazetteer.country(change.destination_name),
        publisher=change.publisher,
        publisher_name=publisher_name,
        level=fit(change.level),
        stated_at=fit(change.stated_at),
        seen_at=change.taken_at,
        url=page,
        source_url=fit(change.url),
        facts=tuple(dict.fromkeys(fact.kind for finding in change.findings for fact in finding.facts)),
        before_sha256=change.before_sha256,
        after_sha256=change.after_sha256,
        note=fit(change.note or ""),
    )


def fit(words: str) -> str:
    """The words without what no XML document may hold."""
    return _NOT_XML.sub("", words)
