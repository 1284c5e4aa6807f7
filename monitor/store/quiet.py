"""Unchanged visits, recorded in groups: one transaction for all that came within a second.

They are by far the most frequent thing we write, and each would wait for the disk by itself. What causes anything (a
change, a failure, a second look that confirms) is never held back. A kill loses at most the note that some pages were
looked at and read the same: those sources are still due, and are looked at again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Text, bindparam, func, update

from monitor.errors import StoreError
from monitor.model import Outcome, Record
from monitor.store.columns import Utc
from monitor.store.schema import insert, sources, tallies, visits

SECONDS = 1.0
"""So late an unchanged visit is noted, at most."""

_AT = bindparam("at", type_=Utc())
_VISIT = insert("sqlite", visits).on_conflict_do_nothing(index_elements=[visits.c.source_id, visits.c.taken_at])
_TALLY = insert("sqlite", tallies).on_conflict_do_update(
    index_elements=[tallies.c.source_id, tallies.c.outcome], set_={"visits": tallies.c.visits + 1}
)
# If another process looked at the source meanwhile, where it stands is what that one wrote.
_MOVE_ON = (
    update(sources)
    .where(sources.c.id == bindparam("source"), sources.c.last_visit_at == bindparam("follows", type_=Utc()))
    .values(
        failures=0, failing_since=None, etag=bindparam("new_etag"), last_modified=bindparam("new_last_modified"),
        fingerprint=func.coalesce(bindparam("new_fingerprint", type_=Text()), sources.c.fingerprint),
        next_due_at=bindparam("due"), last_visit_at=_AT, last_good_at=_AT, last_outcome=Outcome.UNCHANGED,
        last_reason=bindparam("new_reason"),
    )
)  # fmt: skip


def is_quiet(record: Record) -> bool:
    """Whether nothing follows from this visit but that it took place."""
    visit = record.visit
    return (
        visit.outcome is Outcome.UNCHANGED and record.follows is not None and record.change is None
        and not record.settlements and not record.new_baseline and record.restore_baseline_id is None
        and not visit.shared and record.failures == 0
    )  # fmt: skip


def write(conn: Connection, records: Sequence[Record]) -> bool:
    """Write these visits to SQLite in the caller's transaction; False if one is there already, then undo all."""
    seen = [{"source_id": one.visit.source.id, "taken_at": one.visit.taken_at, "outcome": one.visit.outcome,
             "reason": one.visit.reason, "status": one.visit.status, "elapsed": one.visit.elapsed}
            for one in records]  # fmt: skip
    if conn.execute(_VISIT, seen).rowcount != len(records):
        return False
    conn.execute(_TALLY, [{"source_id": one.visit.source.id, "outcome": one.visit.outcome, "visits": 1}
                          for one in records])  # fmt: skip
    conn.execute(_MOVE_ON, [_state_after(one) for one in records])
    return True


def _state_after(record: Record) -> dict[str, Any]:
    visit = record.visit
    return {"source": visit.source.id, "at": visit.taken_at, "due": record.next_due_at, "follows": record.follows,
            "new_etag": record.etag, "new_last_modified": record.last_modified,
            "new_fingerprint": visit.fingerprint or None, "new_reason": visit.reason}  # fmt: skip


class Group:
    """Visits that wait to be written together. Thread-safe."""

    def __init__(
        self, write: Callable[[Sequence[Record]], object], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._write, self._clock = write, clock
        self._lock, self._turn = threading.Lock(), threading.Lock()
        self._waiting: list[Record] = []
        self._since = 0.0

    def add(self, record: Record) -> None:
        """Take this one along; writes all if the first has waited long enough. Raises StoreError."""
        with self._lock:
            if not self._waiting:
                self._since = self._clock()
            self._waiting.append(record)
            ripe = self._clock() - self._since >= SECONDS
        if ripe:
            self.flush()

    def flush(self) -> None:
        """Returns when all that was added before is written. Raises StoreError: what was not stays due."""
        with self._turn:
            with self._lock:
                records, self._waiting = self._waiting, []
            if not records:
                return
            try:
                self._write(records)
            except StoreError as error:
                first = records[0].visit.source.id
                words = f"{len(records)} unchanged visits, from {first} on, were not noted; those sources stay due."
                raise StoreError(f"{error} {words}", away=error.away) from error
