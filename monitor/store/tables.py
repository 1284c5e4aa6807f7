"""Which version a database's tables are of, without touching them."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.store import migrate
from monitor.store.engine import Database


@dataclass(frozen=True, slots=True)
class Tables:
    """The newest migration that a database has seen, empty for none, and whether it is today's."""

    version: str
    current: bool


def tables(url: str) -> Tables:
    """The version of this database's tables; a database that is not there yet has none. Raises StoreError."""
    database = Database(url)
    try:
        if database.path is not None and not database.path.exists():
            return Tables("", current=False)
        database.look_at_server()
        found = migrate.version(database)
        return Tables(found, found == migrate.HEAD)
    finally:
        database.close()
