"""One stored change, or one campaign, as all feeds tell it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from monitor.audience import Bulletin, Language, MessageKind
from monitor.core import gazetteer, speech
from monitor.core.speech import names
from monitor.model import Campaign, Severity, StoredChange, worst

_SPACE = uuid.UUID("6f9d3c52-8f0e-5f0b-9d0a-2f6f1c5b7a11")
"""Namespace of our ids (RFC 9562, 5.5): an event has one id on every installation, whatever its address."""
_UNFIT = re.compile(
    "[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
    "|[\ufdd0-\ufdef]"
)
"""Characters that XML 1.0 (2.2) has no place for or advises against, and those that turn the direction of
what follows: in a list of titles they would turn our own words too."""
BLIND = Severity.HIGH
"""How heavy it is that we cannot see a destination."""
_SAYS = {MessageKind.CORRECTION: "Corrected", MessageKind.WITHDRAWAL: "Withdrawn"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What was said later about an event that had been told."""

    id: str
    withdrawn: bool
    """The event is taken back altogether."""
    remark: str
    at: datetime

    @property
    def word(self) -> str:
        return _SAYS[MessageKind.WITHDRAWAL if self.withdrawn else MessageKind.CORRECTION]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A destination that an entry is about."""

    key: str
    name: str
    country: str
    """ISO 3166-1 code of two letters, "" if it is none that we know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event, with all text fit for XML."""

    id: str
    """`urn:uuid:...`, stable for the event, whatever is said about it later."""
    event_id: str
    title: str
    """Begins with "Corrected:" or "Withdrawn:" if it was."""
    sentences: tuple[str, ...]
    severity: Severity
    confirmed: bool
    places: tuple[Place, ...]
    """One for a change; for a campaign all that it reached, by name."""
    publisher: str
    publisher_name: str
    level: str
    stated_at: str
    seen_at: datetime
    told_at: datetime
    """When it could first stand in a feed; for a campaign later than it was first seen."""
    url: str
    """Our page about it, or the source's if these pages have no address."""
    cap_url: str
    """Where it is a CAP alert; empty if these pages have no address."""
    source_url: str
    facts: tuple[str, ...]
    before_sha256: str
    after_sha256: str
    note: str
    corrections: tuple[Correction, ...] = ()
    """Oldest first; the last one holds."""
    kind: str = "change"
    """`change`, `campaign` or `blind`."""

    @property
    def updated_at(self) -> datetime:
        return max((self.told_at, *(one.at for one in self.corrections)))

    @property
    def correction(self) -> Correction | None:
        return self.corrections[-1] if self.corrections else None

    @property
    def standing(self) -> str:
        """`actual`, `corrected` or `withdrawn`."""
        return self.correction.word.lower() if self.correction else "actual"


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
        return max((entry.updated_at for entry in self.entries), default=self.empty_at)


def entry(change: StoredChange, base_url: str, publisher_name: str, bulletins: Iterable[Bulletin] = ()) -> Entry:
    """The change as an entry; the same arguments give the same entry, whenever it is asked.

    `bulletins` are what was said about it later; only corrections and withdrawals count.
    """
    doubt = "" if change.confirmed else " (not yet confirmed)"
    return _entry(
        change, change.event_id, base_url, publisher_name, bulletins,
        title=change.headline + doubt, sentences=change.sentences, severity=change.severity,
        confirmed=change.confirmed, places=(_place(change.destination, change.destination_name),),
        level=change.level, note=change.note or "",
        seen_at=change.taken_at, told_at=change.taken_at, facts=_facts(change),
    )  # fmt: skip


def campaign(one: Campaign, base_url: str, publisher_name: str, bulletins: Iterable[Bulletin] = ()) -> Entry:
    """The campaign as one entry for all destinations that it reached, under its own id."""
    places = dict(sorted((member.destination_name, member.destination) for member in one.members))
    return _entry(
        one.example, one.id, base_url, publisher_name, bulletins,
        title=f"{publisher_name}: the same edit on {len(places)} destinations — {one.headline}",
        sentences=(*one.sentences[: speech.SENTENCES], f"Destinations so far: {', '.join(places)}."),
        severity=worst((one.severity, *(member.severity for member in one.members))), confirmed=True,
        places=tuple(_place(key, name) for name, key in places.items()), level="", note="", kind="campaign",
        seen_at=min((member.taken_at for member in one.members), default=one.first_at), told_at=one.first_at,
        facts=_facts(one),
    )  # fmt: skip


def blindness(bulletin: Bulletin, base_url: str) -> Entry:
    """That nobody can see a destination at present: an empty feed must not read as "nothing changed"."""
    who = names.publisher(bulletin.publisher, Language.EN)
    headline, sentences = speech.bulletin(bulletin, Language.EN)
    since = f"Not seen since {bulletin.since or bulletin.created_at:%Y-%m-%d %H:%M} UTC."
    return Entry(
        id=uuid.uuid5(_SPACE, bulletin.id).urn, event_id=bulletin.id, title=_line(headline),
        sentences=tuple(fit(sentence) for sentence in (since, *sentences)), severity=BLIND, confirmed=True,
        places=tuple(_place(one.destination, one.name) for one in bulletin.places)
        or (_place(bulletin.destination, bulletin.destination_name),), publisher=bulletin.publisher,
        publisher_name=_line(who), level=fit(bulletin.level), stated_at="", seen_at=bulletin.created_at,
        told_at=bulletin.created_at, url=f"{base_url.rstrip('/')}/" if base_url else fit(bulletin.url), cap_url="",
        source_url=fit(bulletin.url), facts=(), before_sha256="", after_sha256="", note="", kind="blind",
    )  # fmt: skip


def _entry(
    words: StoredChange, event_id: str, base_url: str, publisher_name: str, bulletins: Iterable[Bulletin], *,
    title: str, sentences: tuple[str, ...], severity: Severity, confirmed: bool, places: tuple[Place, ...],
    level: str, note: str, seen_at: datetime, told_at: datetime, facts: tuple[str, ...], kind: str = "change",
) -> Entry:  # fmt: skip
    """`words` is the change whose page and proof stand for the event."""
    page = f"{base_url.rstrip('/')}/changes/{event_id}" if base_url else ""
    said = sorted((one for one in bulletins if one.kind in _SAYS), key=lambda one: (one.created_at, one.id))
    later = tuple(Correction(id=one.id, withdrawn=one.kind is MessageKind.WITHDRAWAL, remark=fit(one.remark),
                             at=one.created_at) for one in said)  # fmt: skip
    return Entry(
        id=uuid.uuid5(_SPACE, event_id).urn, event_id=event_id,
        title=_line(f"{later[-1].word}: {title}" if later else title) or event_id,
        sentences=tuple(fit(sentence) for sentence in sentences), severity=severity, confirmed=confirmed,
        places=places, publisher=words.publisher, publisher_name=_line(publisher_name), level=fit(level),
        stated_at=fit(words.stated_at), seen_at=seen_at, told_at=told_at, url=page or fit(words.url),
        cap_url=f"{page}.cap" if page else "", source_url=fit(words.url), facts=facts,
        before_sha256=words.before_sha256, after_sha256=words.after_sha256, note=fit(note), corrections=later,
        kind=kind,
    )  # fmt: skip


def _place(key: str, name: str) -> Place:
    return Place(key=key, name=_line(name) or key, country=gazetteer.country(name))


def _facts(of: StoredChange | Campaign) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fact.kind for finding in of.findings for fact in finding.facts))


def _line(words: str) -> str:
    return " ".join(fit(words).split())


def fit(words: str) -> str:
    """The words without what no XML document may hold and without what turns their direction."""
    return _UNFIT.sub("", words)
