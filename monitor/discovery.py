"""A look at a publisher's list: fetch, gate, read, hold against what it named before; what is new is watched from then.

    look      fetch -> gate -> read -> plausible?     no list that breaks off, or shrank, is believed
    record    how it ended, and what it names         one transaction

Nothing here touches the network, the disk or the clock itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from monitor.core import backoff, gate, rollcall
from monitor.core.rollcall import Roll
from monitor.errors import FetchError, SplitError
from monitor.listed import Entry, Listing, ListState
from monitor.model import Outcome, Page
from monitor.sources import listing as lists


class Web(Protocol):
    def get(self, url: str, *, etag: str = "", last_modified: str = "", accept: str = "") -> Page: ...


class Book(Protocol):
    """What a look at a list needs from the store."""

    def list_states(self, publishers: Sequence[str]) -> tuple[ListState, ...]: ...
    def note_list(self, state: ListState, listed: Sequence[Entry] | None) -> Roll | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One attempt to read a list, not yet recorded."""

    at: datetime
    outcome: Outcome
    reason: str = ""
    page: Page | None = None
    entries: tuple[Entry, ...] | None = None
    """What it names, if that is not what it named last time."""
    retry_after: float | None = None


def check(
    listing: Listing, *, book: Book, web: Web, now: Callable[[], datetime], jitter: Callable[[], float]
) -> tuple[ListState, Roll | None]:
    """Looks once at a list and records how that ended, with what it names. Raises StoreError."""
    state = next(iter(book.list_states([listing.publisher])), ListState(publisher=listing.publisher, url=listing.url))
    made = look(listing, state, web=web, now=now)
    after = state_after(listing, state, made, jitter())
    return after, book.note_list(after, made.entries)


def look(listing: Listing, state: ListState, *, web: Web, now: Callable[[], datetime]) -> Look:
    """What the list says, held against what it said. Never raises on what a server may send."""
    try:
        page = web.get(listing.url, etag=state.etag, last_modified=state.last_modified)
    except FetchError as error:
        return Look(at=now(), outcome=error.outcome, reason=str(error), retry_after=error.retry_after)
    made = Look(at=page.taken_at, outcome=Outcome.UNCHANGED, page=page)
    if page.status == 304:
        return made
    seen = gate.inspect(page)
    if seen is not None:
        return replace(made, outcome=seen.outcome, reason=seen.reason)
    try:
        entries = lists.entries(listing.publisher, page)
        rollcall.check(listing.publisher, len(entries), state.items, listing.min_items)
    except SplitError as error:
        words = f"{error} Nothing was taken from it; all that was watched is watched on."
        return replace(made, outcome=error.outcome, reason=words)
    if lists.fingerprint(entries) == state.fingerprint:
        return made
    return replace(made, outcome=Outcome.CHANGED if state.fingerprint else Outcome.FIRST, entries=entries)


def state_after(listing: Listing, state: ListState, made: Look, jitter: float) -> ListState:
    good = made.outcome.good
    failures = 0 if good else state.failures + 1
    due = backoff.next_look(made.at, every=listing.every, failures=failures, retry_after=made.retry_after,
                            jitter=jitter, spread=listing.spread)  # fmt: skip
    state = replace(state, url=listing.url, next_due_at=due, failures=failures, last_look_at=made.at,
                    last_outcome=made.outcome, last_reason=made.reason,
                    failing_since=None if good else state.failing_since or made.at)  # fmt: skip
    if good and made.page is not None:
        before = (state.etag, state.last_modified) if made.page.status == 304 else ("", "")  # it need not repeat them
        state = replace(state, last_good_at=made.at, etag=made.page.header("etag", before[0]),
                        last_modified=made.page.header("last-modified", before[1]))  # fmt: skip
    if made.entries is not None:
        state = replace(state, items=len(made.entries), fingerprint=lists.fingerprint(made.entries))
    return state
