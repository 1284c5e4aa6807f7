"""A look at a SQLite file before anything is told from it. Raises StoreError with how to get back on one's feet.

At every start: the log, and the structure of every page of the tables and their indexes, but of large files not that
of the stored pages, which are named by their SHA-256 and checked whenever they are read. `monitor doctor` looks at
everything (`upkeep.problems`).
"""

from __future__ import annotations

from pathlib import Path

import structlog

from monitor.errors import StoreError
from monitor.store import walfile
from monitor.store.engine import Database
from monitor.store.schema import metadata

WHOLE = 256 * 2**20
"""Bytes up to which the whole file is looked at: that takes under a second."""
_BULKY = "bodies"

log = structlog.get_logger("monitor")


def examine(database: Database) -> None:
    """Nothing may be read or written before this."""
    path = database.path
    if path is None or not path.is_file() or path.stat().st_size == 0:
        return
    if Path(f"{path}-wal").is_file():
        _log(database, path)
    with database.read() as conn:
        there = set(conn.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars())
        if path.stat().st_size <= WHOLE:
            looks = ["PRAGMA quick_check(1)"]
        else:
            looks = [f"PRAGMA quick_check('{name}')" for name in sorted((there & set(metadata.tables)) - {_BULKY})]
        for look in looks:
            said = str(conn.exec_driver_sql(look).scalar())
            if said != "ok":
                raise StoreError(f"The database {path}: the file is damaged ({' '.join(said.split())}). {REMEDY}")


def _log(database: Database, path: Path) -> None:
    with database.turn():
        found = walfile.look(path)
    if found.broken:
        raise StoreError(f"The database {path}: {found.broken}. {REMEDY}")
    if found.dropped:
        log.warning("the newest writes could not be read from the database's log and are taken back, as after a power"
                    " cut; the last messages may be sent again, with the same ids", database=str(path),
                    pages=found.dropped)  # fmt: skip


REMEDY = (
    "Nothing is told from it and nothing was written. Stop every `monitor`, then put back the newest backup:"
    " monitor restore BACKUP (the damaged files are kept beside it). Without a backup, save what can be read with:"
    " sqlite3 FILE .recover"
)
