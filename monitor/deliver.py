"""The second half of the story: deliver. Knows the order; is given the edges.

    deliver   claim -> compose -> send -> record
    digests   gathered, and the reader's hour has come -> one delivery for all of it
    blindness no route has shown a destination for hours -> those who watch it are told, and told again when it is over

Nothing here touches the network, the disk or the clock itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from monitor.audience import (
    Bulletin,
    Channel,
    Delivery,
    MessageKind,
    Notice,
    Report,
    Subscription,
    SubscriptionState,
    Told,
    Verified,
)
from monitor.core import backoff, blindness, clock, outage
from monitor.errors import NotifyError, StoreError
from monitor.model import SourceView


class Book(Protocol):
    """What delivering needs from the store."""

    def claim(
        self, now: datetime, *, owner: str, limit: int = 20, lease: float = 300,
        channels: Collection[Channel] | None = None, within: tuple[int, int] | None = None,
    ) -> tuple[Delivery, ...]: ...  # fmt: skip
    def readers(self, ids: Collection[str]) -> Mapping[str, Subscription]: ...
    def told(self, delivery: Delivery) -> Told | None: ...
    def sent(
        self, delivery_id: int, now: datetime, *, owner: str, detail: str = "", digest: bool = False
    ) -> bool: ...
    def retry(
        self, delivery_id: int, at: datetime, error: str, *, owner: str, counts: bool = True, owed: bool = True
    ) -> bool: ...
    def give_up(self, delivery_id: int, now: datetime, error: str, *, owner: str) -> bool: ...
    def move(self, subscription_id: str, to: SubscriptionState, reason: str, now: datetime) -> bool: ...
    def note_bounce(
        self, *, fingerprint: str, kind: str, status: str, delivery_id: int | None, message_id: str | None,
        now: datetime,
    ) -> str | None: ...  # fmt: skip
    def digests_due(self, now: datetime, limit: int = 500) -> tuple[str, ...]: ...
    def make_digest(
        self, subscription_id: str, now: datetime, verified: Mapping[str, tuple[Verified, ...]]
    ) -> bool: ...
    def overview(self) -> tuple[SourceView, ...]: ...
    def open_blindness(self) -> tuple[Bulletin, ...]: ...
    def last_outage_over(self) -> Bulletin | None: ...
    def announce(self, bulletin: Bulletin, *, to: str = "") -> int: ...


class Sender(Protocol):
    """One channel: makes the bytes of a message, and hands them over."""

    def render(self, notice: Notice, delivery: Delivery) -> bytes: ...
    def send(self, delivery: Delivery, message: bytes) -> str: ...


Tell = Callable[[Told, Subscription, Delivery], Notice]
"""Makes what one reader is told; the same arguments always give the same notice."""
Spread = Callable[[Callable[[Delivery], None], Sequence[Delivery]], Iterable[None]]
"""Applies the hand-over to each claim, one after another or several at a time."""
LEASE = timedelta(minutes=15)
"""So long a claim is ours."""
BEHIND = timedelta(minutes=10)
"""So long a correction waits before it looks again whether what it corrects has gone out."""
LONGEST = timedelta(minutes=6)
"""One attempt with a relay that hangs at every step takes four minutes; it must end within the claim."""
_AT_ITS_HOUR = frozenset({MessageKind.CONFIRM, MessageKind.TEST, MessageKind.DIGEST})
"""What was asked for at this moment is not kept back by quiet hours."""
_SHARED = frozenset({MessageKind.NOTICE, MessageKind.CAMPAIGN})
"""Kinds of which many readers are told the same."""


class Attempt(Protocol):
    """Told about every attempt to hand over a message."""

    def __call__(self, delivery: Delivery, error: NotifyError | None) -> None: ...


def due(
    *,
    book: Book,
    senders: Mapping[Channel, Sender],
    notice_for: Tell,
    owner: str,
    now: Callable[[], datetime],
    jitter: Callable[[], float],
    limit: int = 20,
    seen: Attempt | None = None,
    channels: Collection[Channel] | None = None,
    spread: Spread = map,
    within: tuple[int, int] | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Hands over the messages that are due, each recorded at once; gives the number claimed.

    `channels` are those whose messages are taken, all if None; `within`, the first and last number of a delivery. What
    is still in hand when `stopping` says so is given back. What falls into its reader's quiet hours waits for their
    end, which is no attempt.

    A crash between hand-over and record repeats that one message with the same Message-ID and bytes
    when its claim runs out (RFC 1047 names the same window for mail relays).
    """
    begun = now()
    claimed = book.claim(begun, owner=owner, limit=limit, lease=LEASE.total_seconds(), channels=channels,
                         within=within)  # fmt: skip
    if not claimed:
        return 0
    readers = book.readers({delivery.subscription_id for delivery in claimed})
    subjects: dict[tuple[str, int | None], Told | None] = {}

    def subject(delivery: Delivery) -> Told | None:
        if delivery.kind not in _SHARED:
            return book.told(delivery)
        name = delivery.event_id, delivery.members
        if name not in subjects:
            subjects[name] = book.told(delivery)
        return subjects[name]

    def tell(delivery: Delivery) -> None:
        reader = readers.get(delivery.subscription_id)

        def attempt() -> NotifyError | None:
            waits = _stopped(stopping()) or _too_late(now() - begun) or _too_early(delivery, reader, now())
            return waits or _hand_over(delivery, reader, subject, senders, notice_for)

        error = _without_bugs(attempt)
        _note(delivery, error, book=book, owner=owner, now=now(), jitter=jitter())
        if seen is not None and (error is None or error.waits is None):
            seen(delivery, error)

    troubles: list[Exception] = []

    def tell_apart(delivery: Delivery) -> None:
        """One message that meets trouble keeps no other of its batch back, and none is in the air as we raise it."""
        try:
            tell(delivery)
        except Exception as error:
            troubles.append(error)

    for _ in spread(tell_apart, claimed):
        pass
    if troubles:
        raise troubles[0]
    return len(claimed)


def _stopped(stopping: bool) -> NotifyError | None:
    return NotifyError("the process was asked to stop", waits=0.0) if stopping else None


def _too_late(passed: timedelta) -> NotifyError | None:
    """Behind an endpoint that hangs, the claim may run out before the turn comes: give it back instead."""
    return NotifyError("the claim was running out", waits=0.0) if passed > LEASE - LONGEST else None


def _too_early(delivery: Delivery, reader: Subscription | None, now: datetime) -> NotifyError | None:
    if reader is None or delivery.kind in _AT_ITS_HOUR:
        return None
    until = clock.quiet_until(reader.wishes, delivery.severity, now)
    return None if until is None else NotifyError("quiet hours", waits=(until - now).total_seconds())


def _hand_over(
    delivery: Delivery,
    reader: Subscription | None,
    subject: Callable[[Delivery], Told | None],
    senders: Mapping[Channel, Sender],
    notice_for: Tell,
) -> NotifyError | None:
    told = subject(delivery)
    sender = senders.get(delivery.channel)
    if told is None or reader is None:
        return NotifyError("what it tells, or the subscription, is gone from the database", permanent=True)
    if isinstance(told, Report) and told.pending:
        return NotifyError("the message that it corrects has not gone out yet", waits=BEHIND.total_seconds())
    if sender is None:
        return NotifyError(f"the channel {delivery.channel.value} is not set up in config.toml")
    sender.send(delivery, sender.render(notice_for(told, reader, delivery), delivery))
    return None


def _without_bugs(attempt: Callable[[], NotifyError | None]) -> NotifyError | None:
    try:
        return attempt()
    except NotifyError as error:
        return error
    except StoreError:
        raise
    except Exception as bug:
        # A bug in one message must not hold up the others, nor come back for ever: it is tried again by the schedule,
        # given up at its end, and told with its traceback each time.
        stopped = NotifyError(f"a bug stopped this message: {type(bug).__name__}")
        stopped.__cause__ = bug
        return stopped


def _note(
    delivery: Delivery, error: NotifyError | None, *, book: Book, owner: str, now: datetime, jitter: float
) -> None:
    if error is None:
        _sent(delivery, book, owner, now)
        return
    if error.waits is not None:
        # Put back with no wait at all, it was our own doing, and is owed to its reader as before.
        book.retry(delivery.id, now + timedelta(seconds=error.waits), str(error), owner=owner, counts=False,
                   owed=error.waits == 0)  # fmt: skip
        return
    again = None if error.permanent else backoff.next_try(
        now, attempts=delivery.attempts, retry_after=error.retry_after, jitter=jitter)  # fmt: skip
    if again is not None:
        book.retry(delivery.id, again, str(error), owner=owner)
        return
    book.give_up(delivery.id, now, str(error), owner=owner)
    if error.refused:
        book.note_bounce(fingerprint=f"refused:{delivery.id}", kind="hard", status="", delivery_id=delivery.id,
                         message_id=None, now=now)  # fmt: skip
    if error.gone:
        book.move(delivery.subscription_id, SubscriptionState.SUSPENDED, str(error), now)


def _sent(delivery: Delivery, book: Book, owner: str, now: datetime) -> None:
    """Notes the hand-over, if need be at a second try: without the note the message goes out again."""
    digest = delivery.kind is MessageKind.DIGEST
    try:
        book.sent(delivery.id, now, owner=owner, digest=digest)
    except StoreError:
        book.sent(delivery.id, now, owner=owner, digest=digest)


# --------------------------------------------------------------------------------------
# What time alone brings about
# --------------------------------------------------------------------------------------
def digests(*, book: Book, now: datetime) -> int:
    """Gathers the digests whose hour has come; how many there are to send."""
    made = 0
    verified: dict[str, tuple[Verified, ...]] | None = None
    while ready := book.digests_due(now):
        verified = standing(book.overview()) if verified is None else verified
        made += sum(book.make_digest(subscription_id, now, verified) for subscription_id in ready)
    return made


def standing(views: Iterable[SourceView]) -> dict[str, tuple[Verified, ...]]:
    """Where each destination stands with each publisher, and when a page of it was last seen, by destination key."""
    found: dict[str, list[Verified]] = {}
    for spot in blindness.spots(views):
        first = spot.views[0]
        level = next((view.level for view in spot.views if view.level), "")
        found.setdefault(first.destination, []).append(Verified(
            destination=first.destination_name, publisher=first.publisher, level=level, at=spot.seen_at))  # fmt: skip
    return {key: tuple(mine) for key, mine in found.items()}


def watch(*, book: Book, now: datetime, after: timedelta, since: datetime | None = None) -> int:
    """Tells those who watch a destination that we have been blind for so long, or see again; how many are told.

    What fails together is told together, see `core/outage.py`.

    `since` is when we began to look, after a pause of our own.
    """
    found = blindness.spots(book.overview())
    open_ = book.open_blindness()
    ended = (*outage.over(open_, found, now), *blindness.over(open_, found, now))
    told = sum(book.announce(bulletin) for bulletin in ended)
    if ended:
        open_ = book.open_blindness()
    begun = outage.begun(found, open_, now, after, since, book.last_outage_over())
    return told + sum(book.announce(bulletin) for bulletin in begun)
