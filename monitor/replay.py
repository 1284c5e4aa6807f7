"""Recorded history through the whole pipeline: the same decisions, with the recording's clock.

A recording has no second look, so the recorded page answers it too: what was held is confirmed a
minute later by the same capture, as it would have been on the day. What waits for the same edit on
other destinations, for the end of a reader's quiet hours or for the hour of a digest waits by the
recording's clock. Blindness is not judged: nobody knows how often a recording would have been looked at.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TextIO

from monitor import audience, deliver, pipeline, sources
from monitor.audience import NEVER, Cadence, Channel, Delivery, DeliveryState, Notice, Subscription
from monitor.core import clock, text
from monitor.errors import FetchError
from monitor.model import (
    Campaign,
    ChangeState,
    Outcome,
    Page,
    Record,
    Recorded,
    Severity,
    Source,
    SourceState,
    StoredChange,
    Visit,
)

OWNER = "replay"
_MOST = 100_000
"""So many messages may wait at one time for their readers' hours."""


class Book(pipeline.Book):
    """What a replay needs from the store beyond the pipeline's needs."""

    def sync_sources(self, sources: Sequence[Source], now: datetime) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A message that would have been sent."""

    taken_at: datetime
    notice: Notice
    delivery: Delivery
    visit_ids: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        return {
            "type": "message",
            "taken_at": stamp(self.taken_at),
            "kind": self.notice.kind,
            "severity": self.notice.severity.value,
            "destinations": list(self.notice.destinations or (self.notice.destination,)),
            "headline": self.notice.headline,
            "changes": list(self.visit_ids),
            "subscription": self.delivery.subscription_id,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A visit of the replay, and the messages that it caused."""

    visit: Visit
    source: Source
    told: tuple[Told, ...] = ()
    earlier: tuple[Told, ...] = ()
    """Messages whose wait for others like them was over before this visit."""

    @property
    def id(self) -> str:
        return visit_id(self.source.id, self.visit.taken_at)

    def to_dict(self) -> dict[str, Any]:
        found = self.visit.comparison
        base: dict[str, Any] = found.to_dict() if found else {
            "type": "visit", "severity": "none", "headline": "", "campaign": None, "findings": []}  # fmt: skip
        return base | {
            "id": self.id,
            "url": self.visit.page.url if self.visit.page else self.source.url,
            "source": self.source.id,
            "publisher": self.source.publisher,
            "destination": self.source.destination.name,
            "taken_at": stamp(self.visit.taken_at),
            "outcome": self.visit.outcome.value,
            "reason": self.visit.reason,
        }


@dataclass(slots=True)
class Replay:
    """Feeds recorded pages to the pipeline; the store says what was told, the senders get the messages."""

    book: Any
    configured: Sequence[Source]
    senders: Mapping[Channel, deliver.Sender]
    notice_for: deliver.Tell
    _by_url: dict[str, Source] = field(default_factory=dict)
    _met: dict[str, Source] = field(default_factory=dict)
    _states: dict[str, Source] = field(default_factory=dict)
    _patient: dict[str, Subscription] = field(default_factory=dict)
    """The readers whose messages may have to wait, by id."""
    _at: datetime = NEVER
    """Where the recording's clock stands."""

    def __post_init__(self) -> None:
        for source in self.configured:
            for url in (source.url, *source.aliases):
                self._by_url.setdefault(text.url_key(url), source)
        self._patient = {sub.id: sub for sub in self.book.subscriptions()
                         if sub.wishes.quiet or sub.wishes.cadence is not Cadence.IMMEDIATE}  # fmt: skip

    def source_for(self, page: Page) -> Source:
        """The configured source that has this address, or one made from address and content."""
        key = text.url_key(page.url)
        known = self._met.get(key)
        if known is None:
            known = self._met[key] = self._identify(page)
            if known.id not in self._states:
                self._states[known.id] = known
                self.book.sync_sources(tuple(self._states.values()), page.taken_at)
        return known

    def _identify(self, page: Page) -> Source:
        """An alias of another shape is a page of its own: its history is not mixed with the other's."""
        guess = sources.source_for(page.url, page.body)
        known = self._by_url.get(text.url_key(page.url))
        if known is None:
            return guess
        if text.url_key(known.url) == text.url_key(page.url) or known.kind == guess.kind:
            return known
        return replace(guess, publisher=known.publisher, destination=known.destination)

    def run(self, recorded: Iterator[Page]) -> Iterator[Seen]:
        """One Seen for each page, in the order given. At the end `finish` tells what still waits."""
        for page in recorded:
            source = self.source_for(page)
            earlier = self._wait(page.taken_at)
            made, record, _ = self._visit(source, page)
            told = self._deliver(page.taken_at)
            if _owes_a_second_look(record):
                again = page.taken_at + timedelta(seconds=60)
                self._visit(source, _at(page, again))
                self._gather_digests(again)
                told += self._deliver(again)
            yield Seen(visit=made, source=source, told=told, earlier=earlier)

    def finish(self) -> tuple[Told, ...]:
        """After the recording: what waited is told when its wait would have been over."""
        return self._wait(datetime.max.replace(tzinfo=UTC))

    def _wait(self, until: datetime) -> tuple[Told, ...]:
        """Lets the recording's clock stop wherever a wait is over, up to that time."""
        told: tuple[Told, ...] = ()
        while (over := min(self._waits(until), default=None)) is not None and over <= until:
            self._at = over
            pipeline.settle_gathered(book=self.book, now=over)
            self._gather_digests(over)
            told += self._deliver(over)
        self._at = max(self._at, until)
        if self._patient and until.year < datetime.max.year:
            self._gather_digests(until)  # those with nothing to tell; the next hour lies ahead again
        return told

    def _waits(self, until: datetime) -> Iterator[datetime]:
        """When each wait is over, of all that waits."""
        if waiting := self.book.gathering(until - pipeline.GATHER, limit=1):
            yield waiting[0].taken_at + pipeline.GATHER
        if not self._patient:
            return
        for delivery in self.book.deliveries(state=DeliveryState.WAITING, limit=_MOST):
            if delivery.next_try_at is not None:
                yield delivery.next_try_at
        for delivery in self.book.deliveries(state=DeliveryState.GATHERED, limit=_MOST):
            reader = self._patient.get(delivery.subscription_id)
            if reader is None:
                continue
            hour = clock.next_digest(reader.wishes, delivery.created_at)
            if hour > self._at:  # else its digest was made and could not be written
                yield hour

    def _gather_digests(self, now: datetime) -> None:
        while self.book.digests_due(now, limit=1):
            deliver.digests(book=self.book, now=now)

    def _visit(self, source: Source, page: Page) -> tuple[Visit, Record, Recorded]:
        state: SourceState = self.book.state(source.id)
        made = pipeline.look(source, state, book=self.book, web=_Recorded(page), now=lambda: page.taken_at)
        record = pipeline.decide(made, state, book=self.book, jitter=0.5)
        return made, record, self.book.record(record)

    def _deliver(self, at: datetime) -> tuple[Told, ...]:
        told: list[Told] = []

        def note(subject: audience.Told, subscription: Subscription, delivery: Delivery) -> Notice:
            made = self.notice_for(subject, subscription, delivery)
            sent.append((made, _visit_ids(subject)))
            return made

        def seen(delivery: Delivery, error: object) -> None:
            if error is None:
                told.append(Told(taken_at=at, notice=sent[-1][0], delivery=delivery, visit_ids=sent[-1][1]))

        sent: list[tuple[Notice, tuple[str, ...]]] = []
        while deliver.due(book=self.book, senders=self.senders, notice_for=note, owner=OWNER,
                               now=lambda: at, jitter=lambda: 0.5, limit=100, seen=seen):  # fmt: skip
            pass
        return tuple(told)


def _owes_a_second_look(record: Record) -> bool:
    change = record.change
    return change is not None and (
        change.state is ChangeState.HELD
        or (change.state is ChangeState.TOLD and not change.confirmed)
    )


def _at(page: Page, when: datetime) -> Page:
    return Page(url=page.url, final_url=page.final_url, body=page.body, status=page.status,
                headers=page.headers, taken_at=when)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Recorded:
    """A web that holds one page, and answers as the live client would."""

    page: Page

    def get(self, url: str, *, etag: str = "", last_modified: str = "", accept: str = "") -> Page:
        status = self.page.status
        if status in (401, 403, 407, 429):
            raise FetchError(f"the server refused us (HTTP {status})", outcome=Outcome.BLOCKED, status=status)
        if status in (404, 410):
            raise FetchError(f"the page is not there (HTTP {status})", outcome=Outcome.UNREADABLE, status=status)
        if status >= 400 or status not in (200, 203, 304):
            raise FetchError(f"the server is in trouble (HTTP {status})", status=status)
        return self.page


def visit_id(source_id: str, taken_at: datetime) -> str:
    return f"{source_id}@{stamp(taken_at)}"


def _visit_ids(subject: audience.Told) -> tuple[str, ...]:
    """The visits that showed what is told."""
    if isinstance(subject, StoredChange):
        return (visit_id(subject.source_id, subject.taken_at),)
    if isinstance(subject, audience.Digest):
        return tuple(dict.fromkeys(one for _, item in subject.items for one in _visit_ids(item)))
    if not isinstance(subject, Campaign):
        return ()
    return tuple(visit_id(one.source_id, one.taken_at) for one in subject.members if one.severity is not Severity.NONE)


def stamp(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def write(out: TextIO, seen: Seen) -> None:
    """JSON lines for one visit, unless it found nothing, and for the messages before it and of it."""
    write_told(out, seen.earlier)
    if seen.visit.outcome is not Outcome.UNCHANGED:
        out.write(json.dumps(seen.to_dict(), ensure_ascii=False) + "\n")
    write_told(out, seen.told)


def write_told(out: TextIO, told: Iterable[Told]) -> None:
    for one in told:
        out.write(json.dumps(one.to_dict(), ensure_ascii=False) + "\n")
