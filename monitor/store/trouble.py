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


_AWAY = ("08", "57P", "53300", "25006", "40001", "40P01", "55P03")
"""States (or their beginnings) of a server that restarts, is full of connections, or let us collide with another."""
_SERVER = {
    "3D000": "there is no such database on this server. Make it with: createdb -O USER NAME, or mend the address",
    "28P01": "the password is wrong. Mend it in MONITOR_DATABASE_URL",
    "28000": "the server does not let this user in. Mend the user in the address, or the server's pg_hba.conf",
    "42501": (
        "this user may not do what the monitor needs: it makes its tables, types and functions itself. Let the database"
        " belong to the user (ALTER DATABASE NAME OWNER TO USER), or grant it: GRANT USAGE, CREATE ON SCHEMA public TO"
        " USER"
    ),
    "0A000": "the server cannot do what the monitor needs; PostgreSQL 13 or newer is needed",
    "55P03": "another program keeps locked what is needed. It is tried again",
    "53300": "the server has no connection left. Raise max_connections, or start fewer workers",
}
POOLER = (
    "a connection pooler stands before PostgreSQL that lends a connection for one transaction only, or drops what we"
    " ask of it. Give the address of PostgreSQL itself, or of a pooler with pool_mode = session that passes on the"
    " parameter `options`"
)
_SAID = {"unsupported startup parameter": POOLER, "query_wait_timeout": POOLER}
"""For errors of the connection, for which the driver knows no state: what they say in any language."""


@contextmanager
def explained(place: str, *, writing: bool) -> Iterator[None]:
    """Turn any error of the database or its driver into a StoreError about `place`."""
    try:
        yield
    except (exc.DBAPIError, exc.TimeoutError, sqlite3.Error) as error:  # the last from notes, which go to the driver
        nothing = " Nothing was written." if writing else ""
        raise StoreError(f"The database {place}: {_remedy(error)}.{nothing}", away=_away(error)) from error


def _away(error: exc.DBAPIError | exc.TimeoutError | sqlite3.Error) -> bool:
    original = getattr(error, "orig", error)
    if isinstance(original, sqlite3.Error):
        return False
    state = getattr(original, "sqlstate", None) or ""
    lost = getattr(error, "connection_invalidated", False) or isinstance(error, exc.TimeoutError)
    silent = isinstance(error, exc.OperationalError) and not state
    return lost or silent or state.startswith(_AWAY)


def _remedy(error: exc.DBAPIError | exc.TimeoutError | sqlite3.Error) -> str:
    original = error if isinstance(error, sqlite3.Error) else getattr(error, "orig", None)
    said = str(original or error).strip().rstrip(".")
    code = getattr(original, "sqlite_errorcode", None)
    if code is not None:
        remedy = _REMEDIES.get(code & 0xFF)
        return f"{remedy} ({said})" if remedy else said
    state = getattr(original, "sqlstate", None) or _state_in(said)
    if state in ("53100", "58030"):
        return f"{_REMEDIES[sqlite3.SQLITE_FULL]} ({said})"
    remedy = _SERVER.get(state) or next((words for sign, words in _SAID.items() if sign in said), None)
    if remedy is not None:
        return f"{remedy} ({said})"
    if isinstance(error, exc.OperationalError):
        return f"it does not answer. Is PostgreSQL running, and is the address right? ({said})"
    return said


def _state_in(said: str) -> str:
    """The state behind an error of connecting, which the driver gives as words only (English servers)."""
    if "password authentication failed" in said or "no password supplied" in said:
        return "28P01"
    if 'database "' in said and "does not exist" in said:
        return "3D000"
    if "no pg_hba.conf entry" in said or ('role "' in said and "does not exist" in said):
        return "28000"
    return "53300" if "too many clients" in said or "remaining connection slots" in said else ""
