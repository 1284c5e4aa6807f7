"""Copying a whole installation from SQLite to PostgreSQL, row by row, and proving that all of it arrived.

Rows keep their numbers. What is there already and the same is left, so a copy that was interrupted is taken up again by
asking again; anything else in the target is somebody else's, and nothing is written then.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Row, Select, Table, func, literal, select, text, tuple_
from sqlalchemy.dialects import postgresql

from monitor.errors import StoreError
from monitor.store import erasures, migrate, soundness, subscriptions
from monitor.store.engine import Database
from monitor.store.erasures import Ledger
from monitor.store.schema import metadata, revisions, slots
from monitor.store.vault import Vault

TABLES = tuple(table for table in metadata.sorted_tables if table is not slots)
"""In the order in which rows may refer to each other. Slots say only what a cluster has given out."""
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Sum:
    """How many rows a table has and what is in them, in whatever order they come."""

    rows: int = 0
    hash: int = 0

    def shown(self) -> str:
        return f"{self.hash:064x}"[:16]


Seen = Callable[[str, int], None]
"""Told how many rows of a table have been copied."""


def move(source_url: str, target_url: str, secret: str, seen: Seen = lambda table, rows: None) -> dict[str, Sum]:
    """Copy everything; what each table holds now, in both. Raises StoreError, with what to do.

    Nobody writes to the source meanwhile: its lock is held. Who was erased is erased before anything is copied.
    """
    source, target = Database(source_url), Database(target_url)
    try:
        if not source.sqlite or target.sqlite:
            raise StoreError("Only an installation on SQLite can be moved, and only to PostgreSQL.")
        soundness.examine(source)
        migrate.to_head(source, Vault(secret))
        target.look_at_server()
        migrate.to_head(target, Vault(secret))
        with source.write() as held:
            subscriptions.readable(held, Vault(secret))
            erasures.apply(held, Ledger(Path(f"{source.path}.erased") if source.path else None))
            return _move(held, source, target, seen)
    finally:
        source.close()
        target.close()


def _move(held: Connection, source: Database, target: Database, seen: Seen) -> dict[str, Sum]:
    with target.read() as conn:
        for table in TABLES:
            if table is not revisions:  # its one row is there from the start
                _refuse_strangers(held, conn, table, target.place)
    for table in TABLES:
        copied = 0
        for rows in _pages(held, table):
            with target.write() as conn:
                conn.execute(_insert(table), [dict(row._mapping) for row in rows])
            copied += len(rows)
            seen(table.name, copied)
    with target.write() as conn:
        for table in TABLES:
            _count_on(conn, table)
    return _compared(held, source, target)


def _insert(table: Table) -> postgresql.Insert:
    new = postgresql.insert(table)
    if table is revisions:
        return new.on_conflict_do_update(index_elements=[revisions.c.name], set_={"number": new.excluded.number})
    return new.on_conflict_do_nothing()


def _compared(held: Connection, source: Database, target: Database) -> dict[str, Sum]:
    sums = {table.name: _sum(held, table) for table in TABLES}
    with target.read() as conn:
        arrived = {table.name: _sum(conn, table) for table in TABLES}
    wrong = [name for name in sums if sums[name] != arrived[name]]
    if wrong:
        name = wrong[0]
        raise StoreError(
            f"The copy in {target.place} is not the same as {source.place}: {', '.join(wrong)} differ"
            f" ({name}: {sums[name].rows} rows {sums[name].shown()}, there {arrived[name].rows} rows"
            f" {arrived[name].shown()}). The source is unchanged: go on with it, empty the target and try again."
        )
    return sums


def _refuse_strangers(source: Connection, target: Connection, table: Table, place: str) -> None:
    """Whatever the target holds has to be in the source, exactly so."""
    key = _key(table)
    for rows in _pages(target, table):
        names = [tuple(row._mapping[column.name] for column in key) for row in rows]
        same = {_digest(row) for row in source.execute(select(table).where(tuple_(*key).in_(names)))}
        strangers = sum(_digest(row) not in same for row in rows)
        if strangers:
            raise StoreError(
                f"The database {place} holds other data: {strangers} or more rows of {table.name} are not those of this"
                " installation, or have changed since they were copied. Nothing was written. Give the address of an"
                " empty database; to go on with the one that is there, set MONITOR_DATABASE_URL to its address."
            )


def _pages(conn: Connection, table: Table) -> Iterator[Sequence[Row[Any]]]:
    """All rows, some at a time: each page starts behind the last one, by the key in the order of this database."""
    key = _key(table)
    query: Select[Any] = select(table).order_by(*key).limit(AT_ONCE)
    rows = conn.execute(query).all()
    while rows:
        yield rows
        last = [literal(rows[-1]._mapping[column.name], column.type) for column in key]
        behind = tuple_(*key) > tuple_(*last) if len(key) > 1 else key[0] > last[0]
        rows = conn.execute(query.where(behind)).all()


def _key(table: Table) -> list[Column[Any]]:
    return list(table.primary_key.columns)


def _sum(conn: Connection, table: Table) -> Sum:
    total = Sum()
    for rows in _pages(conn, table):
        added = sum(int.from_bytes(_digest(row)) for row in rows)
        total = Sum(total.rows + len(rows), (total.hash + added) % 2**256)
    return total


def _digest(row: Row[Any]) -> bytes:
    return hashlib.sha256(json.dumps([_plain(value) for value in row], ensure_ascii=True).encode()).digest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, bytes | memoryview):
        return hashlib.sha256(value).hexdigest()
    return value


def _count_on(conn: Connection, table: Table) -> None:
    """The next row that PostgreSQL numbers by itself comes behind those that brought their numbers along."""
    for column in table.primary_key.columns:
        sequence = conn.scalar(text("SELECT pg_get_serial_sequence(:table, :column)"),
                               {"table": table.name, "column": column.name})  # fmt: skip
        if sequence is not None:
            conn.execute(select(func.setval(sequence, func.coalesce(select(func.max(column)).scalar_subquery(), 1))))
