"""Watching the watcher. Knows the order; is given the edges.

    canary    once a day -> a test message to the operator's own subscription, on the way of every other message
    audit     what is owed, what is late, what stands still -> alarms raised once, and ended
    beat      all is well -> a heartbeat to a dead-man's switch outside, which speaks up when it stays away
    tell      alarms and their ends -> one mail to the operator

What the audit cannot say, because it does not run or the relay is dead, the missing heartbeat says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from monitor.alarm import Alarm, Raised, Seen
from monitor.audience import Bulletin, MessageKind, Subscription
from monitor.backlog import Probe
from monitor.core import alarms
from monitor.core.alarms import Watched
from monitor.errors import FetchError, NotifyError

PAUSE = timedelta(minutes=5)
"""After so long without an audit, the machine stood still."""
AGAIN = timedelta(minutes=5)
"""So long a mail to the operator waits that could not be handed over."""


class Book(Protocol):
    """What watching needs from the store."""

    def audited(self, now: datetime, canary_id: str = "") -> Seen: ...
    def turn_alarms(
        self, found: Sequence[Alarm], now: datetime
    ) -> tuple[tuple[Raised, ...], tuple[Raised, ...]]: ...
    def alarms_to_tell(self, now: datetime) -> tuple[Raised, ...]: ...
    def alarms_told(self, begun: Sequence[int], ended: Sequence[int], now: datetime) -> None: ...
    def subscription(self, subscription_id: str) -> Subscription | None: ...
    def announce(self, bulletin: Bulletin, *, to: str = "") -> int: ...
    def pulse(self, name: str, now: datetime) -> None: ...


class Teller(Protocol):
    """Told of what happens, for the log."""

    def raised(self, alarm: Raised) -> None: ...
    def ended(self, alarm: Raised) -> None: ...
    def silent(self, why: str) -> None: ...
    """No heartbeat went out; told when that begins."""
    def untold(self, alarms: int, why: str) -> None: ...
    """The operator could not be mailed."""


Beat = Callable[[bool, str], None]
"""Calls the dead-man's switch: that all is well, or not, and why. Raises FetchError."""
Mail = Callable[[Sequence[Raised], Sequence[Raised]], None]
"""Hands the operator one mail about beginnings and ends. Raises NotifyError."""


@dataclass
class Watcher:
    """Audits the service; one for each process that does."""

    book: Book
    now: Callable[[], datetime]
    watched: Watched
    log: Teller
    free: Callable[[], int | None] = lambda: None
    beat: Beat | None = None
    mail: Mail | None = None
    _quiet: str = ""
    """Why no heartbeat went out the last time."""
    _mail_from: datetime | None = None

    def audit(self) -> int:
        """Raises and ends alarms, and lets the heart beat if all is well; how many alarms stand."""
        now, found = self.now(), self._found()
        raised, ended = self.book.turn_alarms(found, now)
        for one in raised:
            self.log.raised(one)
        for one in ended:
            self.log.ended(one)
        self.book.pulse("audit", now)
        if self.beat is not None:
            self._beat(self.beat, ", ".join(alarms.silent(found)))
        return len(found)

    def _found(self) -> tuple[Alarm, ...]:
        now, canary = self.now(), self.watched.canary
        name = alarms.canary_id(canary, now) if canary else ""
        seen = self.book.audited(now, name)
        mine = self.book.subscription(canary) if name and seen.canary is None else None
        last = seen.pulses.get("audit")
        if last is None or abs(now - last) > PAUSE:
            # Asleep or switched off, we did nothing, and what waited for us is no fault yet.
            self.watched = replace(self.watched, began=max(now, self.watched.began))
        if mine is not None and mine.active:
            # Whoever audits first that day writes it; the id lets nobody write a second.
            seen = replace(seen, canary=Probe(name=canary, well=False, sent_at=now))
            self.book.announce(Bulletin(id=name, kind=MessageKind.TEST, created_at=now), to=canary)
        return alarms.found(replace(seen, free=self.free()), self.watched, now)

    def _beat(self, beat: Beat, why: str) -> None:
        if why and why == self._quiet:
            return
        try:
            beat(not why, why)
        except FetchError as error:
            why = why or f"the dead-man's switch could not be called: {error}"
        else:
            if not why:
                self.book.pulse("heartbeat", self.now())
        if why and why != self._quiet:
            self.log.silent(why)
        self._quiet = why

    def tell(self) -> int:
        """Mails the operator what began and what ended; how many alarms that were."""
        now = self.now()
        if self.mail is None or (self._mail_from is not None and now < self._mail_from):
            return 0
        waiting = self.book.alarms_to_tell(now)
        if not waiting:
            return 0
        begun = [one for one in waiting if one.ended_at is None]
        ended = [one for one in waiting if one.ended_at is not None]
        try:
            self.mail(begun, ended)
        except NotifyError as error:
            self._mail_from = now + AGAIN
            self.log.untold(len(waiting), str(error))
            return 0
        self._mail_from = None
        self.book.alarms_told([one.id for one in waiting], [one.id for one in ended], now)
        return len(waiting)
