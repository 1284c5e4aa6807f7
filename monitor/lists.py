"""Looks at the lists of publishers when they are due, and says what that changed. Any process may do it, or several."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from monitor import discovery
from monitor.core.rollcall import Roll
from monitor.errors import StoreError
from monitor.fetch.shared import Shared
from monitor.listed import Listing, ListState
from monitor.model import Outcome
from monitor.register import Register

log = structlog.get_logger("monitor")

BUG_PAUSE = timedelta(hours=1)


class Book(discovery.Book, Protocol):
    def lists_due(self, publishers: Collection[str], now: datetime) -> tuple[str, ...]: ...
    def postpone_list(self, publisher: str, until: datetime) -> None: ...


class Lists:
    """The lists that the configuration names."""

    def __init__(self, register: Register, book: Book, shared: Shared, now: Callable[[], datetime]) -> None:
        self._register, self._book, self._shared, self._now = register, book, shared, now

    def look_due(self) -> int:
        """Looks at every list whose time has come; how many those were. A bug in one stops none."""
        if not self._register.listings:
            return 0
        self._register.refresh(patient=True)  # what could not be taken up when it was found, here or elsewhere
        due = self._book.lists_due(list(self._register.listings), self._now())
        for publisher in due:
            try:
                self.look(self._register.listings[publisher])
            except StoreError:
                raise
            except Exception:
                log.exception("the look at a list stopped on a bug; it waits an hour", publisher=publisher)
                self._book.postpone_list(publisher, self._now() + BUG_PAUSE)
        return len(due)

    def look(self, listing: Listing) -> tuple[ListState, Roll | None]:
        """One look at one list, recorded; what it names anew is watched from now on."""
        states: Sequence[ListState] = self._book.list_states([listing.publisher])
        due = next((one.next_due_at for one in states if one.next_due_at is not None), self._now())
        seen = self._shared.since(min(due, self._now()), every=listing.every, spread=listing.spread)
        state, roll = discovery.check(listing, book=self._book, web=seen, now=seen.now, jitter=seen.jitter)
        _say(state, roll)
        if roll is not None:
            self._register.refresh()
        return state, roll


def _say(state: ListState, roll: Roll | None) -> None:
    log.info("list", publisher=state.publisher, outcome=state.last_outcome.value if state.last_outcome else None,
             destinations=state.items, reason=state.last_reason or None)  # fmt: skip
    if state.failures:
        log.warning("a list could not be read; all that was watched is watched on, what is new is not seen",
                    publisher=state.publisher, failures=state.failures, reason=state.last_reason)  # fmt: skip
    if roll is None:
        return
    if state.last_outcome is not Outcome.FIRST:
        for one in roll.new:
            log.warning("a list names a destination that it did not name before; it is watched from now on",
                        publisher=state.publisher, source=one.source_id, destination=one.entry.key)  # fmt: skip
    for one in roll.missing:
        log.warning("a list names a destination no longer; it is watched on", publisher=state.publisher,
                    source=one.source_id, destination=one.entry.key)  # fmt: skip
    for one in roll.back:
        log.info("a list names a destination again", publisher=state.publisher, source=one.source_id)
    for one in roll.moved:
        log.info("a list has a destination at another address", publisher=state.publisher, source=one.source_id)
