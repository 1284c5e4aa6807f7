"""What the database libraries throw, as one `StoreError` that says what to do about it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from monitor.errors import StoreError

_REMEDIES = {
    sqlite3.SQLITE_FULL: "the disk is full. Make room; the next attempt goes on from here",
    sqlite3.SQLITE_IOERR: "the disk reports an error. Check the disk and its free space",
    sqlite3.SQLITE_CORRUPT: (
        "the file is damaged. Stop every `monitor`, then put back the newest backup: monitor restore BACKUP"
        " (the damaged files are kept beside it), or save what can be read with: sqlite3 FILE .recover"
    ),
    sqlite3.SQLITE_NOTADB: (
        "the file is not a database. Check the path in `database`; if it is the right one, the file is damaged:"
        " stop every `monitor` and put back the newest backup with: monitor restore BACKUP"
    ),
    sqlite3.SQLITE_BUSY: (
        "another program keeps it locked. Wait for it to finish, or stop it (a second `monitor`, a"
        " backup, an open database browser)"
    ),
    sqlite3.SQLITE_READONLY: (
        "it may not be written. Give the user that runs monitor write permission on the file and on"
        " its folder"
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "it cannot be opened. Check that its folder exists and that the user that runs monitor may"
        " write there"
    ),
}
_REMEDIES[sqlite3.SQLITE_LOCKED] = _REMEDIES[sqlite3.SQLITE_BUSY]
_REMEDIES[sqlite3.SQLITE_PERM] = _REMEDIES[sqlite3.SQLITE_READONLY]


@contextmanager
def explained(place: str, *, writing: bool) -> Iterator[None]:
    """Turn any error of the database or its driver into a StoreError about `place`."""
    try:
        yield
    except (exc.DBAPIError, exc.TimeoutError, sqlite3.Error) as error:  # the last from notes, which go to the driver
        nothing = " Nothing was written." if writing else ""
        raise StoreError(f"The database {place}: {_remedy(error)}.{nothing}") from error


def _remedy(error: exc.DBAPIError | exc.TimeoutError | sqlite3.Error) -> str:
    original = error if isinstance(error, sqlite3.Error) else getattr(error, "orig", None)
    said = str(original or error).strip().rstrip(".")
    code = getattr(original, "sqlite_errorcode", None)
    if code is not None:
        remedy = _REMEDIES.get(code & 0xFF)
        return f"{remedy} ({said})" if remedy else said
    state = getattr(original, "sqlstate", None) or ""
    if state in ("53100", "58030"):
        return f"{_REMEDIES[sqlite3.SQLITE_FULL]} ({said})"
    if isinstance(error, exc.OperationalError) and not state:
        return f"it does not answer. Is PostgreSQL running, and is the address right? ({said})"
    return said
