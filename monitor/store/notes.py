"""Notes of hand-overs on PostgreSQL: those of several threads are written together, each before its thread goes on.

A commit waits for the disk, whatever it holds. While one is under way, the notes of other threads gather, and the next
commit takes them all.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from monitor.audience import DeliveryState
from monitor.errors import StoreError

Given = Mapping[str, Any]
"""What `deliveries.handed_over` makes."""

_SENT = text(
    f"UPDATE deliveries SET state = '{DeliveryState.SENT.value}', claimed_by = NULL, next_try_at = NULL,"
    " ended_at = given.at, detail = given.said, last_error = ''"
    " FROM unnest(CAST(:ids AS bigint[]), CAST(:owners AS text[]), CAST(:times AS timestamptz[]),"
    " CAST(:words AS text[])) AS given (id, owner, at, said)"
    f" WHERE deliveries.id = given.id AND deliveries.state = '{DeliveryState.CLAIMED.value}'"
    " AND deliveries.claimed_by = given.owner RETURNING deliveries.id"
)


def write(conn: Connection, notes: Collection[Given]) -> set[int]:
    """Note all these hand-overs in one statement; the ids of those whose claim was still held."""
    return set(conn.scalars(_SENT, {
        "ids": [one["given"] for one in notes], "owners": [one["by"] for one in notes],
        "times": [one["at"] for one in notes], "words": [one["said"] for one in notes],
    }))  # fmt: skip


@dataclass(slots=True)
class _Note:
    given: Given
    done: bool = False
    held: bool = False
    error: StoreError | None = None


class Together:
    """Whoever comes to write takes along all that wait."""

    def __init__(self, write: Callable[[Collection[Given]], set[int]]) -> None:
        self._write = write
        self._turn = threading.Lock()
        self._waiting: deque[_Note] = deque()

    def note(self, given: Given) -> bool:
        """Returns when it is written: whether the claim was still held. Raises StoreError, then it may not be."""
        mine = _Note(given)
        self._waiting.append(mine)
        with self._turn:
            if not mine.done:
                self._write_all()
        if mine.error is not None:
            raise StoreError(str(mine.error), away=mine.error.away) from mine.error
        return mine.held

    def _write_all(self) -> None:
        notes = [self._waiting.popleft() for _ in range(len(self._waiting))]
        held: set[int] = set()
        failed: StoreError | None = StoreError("The note of a hand-over was not written.")  # whatever else is raised
        try:
            held, failed = self._write([one.given for one in notes]), None
        except StoreError as error:
            failed = error
        finally:
            for one in notes:
                one.held, one.error, one.done = one.given["given"] in held, failed, True
