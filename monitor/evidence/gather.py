"""What the store knows of a change, as a dossier."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from monitor import proof, sources
from monitor.audience import Bulletin, Channel, DeliveryState
from monitor.errors import StoreError
from monitor.evidence.dossier import (
    SIDES,
    Capture,
    Dossier,
    Judged,
    Later,
    Origin,
    Sent,
    Statement,
    Stretch,
    rules_version,
)
from monitor.evidence.links import MOST
from monitor.model import Campaign, Snapshot, Source, StoredChange
from monitor.proof import Link


class Book(Protocol):
    """What a pack needs from the store."""

    def change(self, change: int | str) -> StoredChange | None: ...
    def campaign(self, campaign_id: str) -> Campaign | None: ...
    def snapshot(self, snapshot_id: int) -> Snapshot | None: ...
    def bulletins_about(self, event_id: str) -> tuple[Bulletin, ...]: ...
    def messages_about(
        self, change_id: int, campaign_id: str | None
    ) -> tuple[tuple[DeliveryState, Channel, int], ...]: ...
    def chain_head(self) -> Link | None: ...
    def chain_since(self, position: int, limit: int = 1000) -> tuple[Link, ...]: ...
    def chain_place(self, source_id: str, taken_at: datetime) -> Link | None: ...


def found(book: Book, event: str) -> StoredChange | None:
    """The change of this name; of a campaign, the change whose words stand for all."""
    campaign = book.campaign(event)
    return campaign.example if campaign is not None else book.change(event)


def dossier(
    book: Book, change: StoredChange, watched: Iterable[Source], *, program: str, most: int = MOST
) -> Dossier | None:
    """All that is known of this change; None if no capture of it is kept.

    Raises StoreError if a capture is damaged, or is not the one that has its place in the chain.
    """
    head = book.chain_head()
    kept = {side: book.snapshot(number) for side, number in _numbers(change).items() if number is not None}
    snapshots = {side: one for side, one in kept.items() if one is not None}
    if not snapshots or head is None:
        return None
    captures = {side: capture(one) for side, one in snapshots.items()}
    places = [_place(book, one, captures[side]) for side, one in snapshots.items()]
    return Dossier(
        judged=Judged.of(change), origin=Origin.of(_source(change, snapshots, watched)), captures=captures,
        chain=_stretches(book, sorted({one.position for one in places}), head, most), head=head,
        sent=_sent(book, change), later=_later(book, change), program=program, rules=rules_version(),
    )  # fmt: skip


def mark(book: Book, change: StoredChange, *, program: str) -> str:
    """Equal as long as the pack of this change is: a hash of what it hangs on, without any capture being read."""
    on = (Judged.of(change), book.chain_head(), _sent(book, change), _later(book, change), program, rules_version())
    return hashlib.sha256(repr(on).encode("utf-8", "backslashreplace")).hexdigest()


def _numbers(change: StoredChange) -> dict[str, int | None]:
    return dict(zip(SIDES, (change.before_snapshot_id, change.after_snapshot_id), strict=True))


def capture(one: Snapshot) -> Capture:
    """The capture with what is stated about it."""
    page = one.page
    return Capture(body=page.body, statement=Statement(
        source_id=one.source_id, taken_at=one.taken_at, url=page.url, final_url=page.final_url, status=page.status,
        headers=page.headers, sha256=one.sha256))  # fmt: skip


def _place(book: Book, one: Snapshot, kept: Capture) -> Link:
    place = book.chain_place(one.source_id, one.taken_at)
    if place is None or place.entry != kept.statement.entry:
        raise StoreError(
            f"Capture {one.id} of {one.source_id} is not the one that has its place in the chain: the database was"
            " changed behind the monitor's back. Nothing was handed out. Compare with a backup; `monitor doctor` looks"
            " at the rest."
        )
    return place


def _source(change: StoredChange, snapshots: Mapping[str, Snapshot], watched: Iterable[Source]) -> Source:
    """The source as it is configured; as its address and page tell, if it is no longer."""
    for source in watched:
        if source.id == change.source_id:
            return source
    newest = snapshots.get("after") or snapshots["before"]
    guess = sources.source_for(change.url, newest.page.body)
    to = guess.destination if guess.destination.key == change.destination else replace(
        guess.destination, key=change.destination, name=change.destination_name)  # fmt: skip
    return replace(guess, id=change.source_id, url=change.url, publisher=change.publisher, destination=to)


def _stretches(book: Book, starts: list[int], head: Link, most: int) -> tuple[Stretch, ...]:
    """The links from the earlier capture to the head; where that is too many, a stretch from each capture."""
    if len(starts) == 2 and starts[1] - starts[0] >= most:
        return tuple(_stretch(book, start, head, most // 2) for start in starts)
    return (_stretch(book, starts[0], head, most),)


def _stretch(book: Book, start: int, head: Link, most: int) -> Stretch:
    before = book.chain_since(start - 1, 1)[0].link if start > 1 else proof.START
    run = tuple(one for one in book.chain_since(start, most) if one.position <= head.position)
    if (broken := proof.broken_at(before, run)) is not None:
        raise StoreError(
            f"The chain over all captures does not hold at position {broken}: the database was changed behind the"
            " monitor's back. Nothing was handed out. Compare with a backup."
        )
    return Stretch(before, run)


def _sent(book: Book, change: StoredChange) -> tuple[Sent, ...]:
    counted = book.messages_about(change.id, change.campaign)
    return tuple(Sent(state=state.value, channel=channel.value, count=count) for state, channel, count in counted)


def _later(book: Book, change: StoredChange) -> tuple[Later, ...]:
    names = [change.event_id, *([change.campaign] if change.campaign else [])]
    said = [one for name in names for one in book.bulletins_about(name)]
    said.sort(key=lambda one: (one.created_at, one.id))
    return tuple(Later(id=one.id, kind=one.kind.value, created_at=one.created_at, remark=one.remark) for one in said)
