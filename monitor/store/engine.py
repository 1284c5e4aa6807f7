"""Opening a database and handing out transactions, for SQLite and for PostgreSQL.

SQLite has one writing connection behind a lock (WAL, `synchronous=FULL`, `BEGIN IMMEDIATE`) and a
pool of read-only ones, so a reader never waits for a writer. A database in memory exists only
inside one connection, which then everybody shares. PostgreSQL gets an ordinary pool.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool, StaticPool

from monitor.errors import StoreError
from monitor.store.trouble import explained


class Database:
    """One open database. `write` is a transaction; `read` sees what has been committed."""

    def __init__(self, url: str, *, durable: bool = True, wait: float = 10.0) -> None:
        """Does not touch the database yet. `wait`: seconds to wait for somebody else's lock."""
        self._url = _parsed(url)
        self._lock: AbstractContextManager[Any] = nullcontext()
        self.sqlite = self._url.get_backend_name() == "sqlite"
        self._durable = durable
        self.path: Path | None = None
        if not self.sqlite:
            self.place = self._url.render_as_string(hide_password=True)
            self._writer = _postgres(self._url, wait)
            self._reader: Engine = self._writer.execution_options(isolation_level="AUTOCOMMIT")
            self._reading: AbstractContextManager[Any] = nullcontext()
            return
        self.place = self._url.database or "in memory"
        self._lock = threading.RLock()
        memory = self._url.database in (None, "", ":memory:")
        if not memory:
            self.path = Path(str(self._url.database))
        self._writer = _sqlite(self._url, wait, durable=durable)
        self._reader = self._writer if memory else _sqlite_readers(self._url, wait)
        self._reading = self._lock if memory else nullcontext()

    @contextmanager
    def write(self, *, at_leisure: bool = False) -> Iterator[Connection]:
        """A transaction: everything in the block is written, or nothing. Raises StoreError.

        `at_leisure`: a kill loses nothing, a power cut may take it back with what was written since the last
        transaction that was not. For notes of which a repeat does little harm, and which come by the thousand.
        """
        lazy = at_leisure and self.sqlite and self._durable
        with explained(self.place, writing=True), self._lock, self._safety(lazy), self._writer.begin() as conn:
            if self.sqlite:
                conn.exec_driver_sql("BEGIN IMMEDIATE")
            yield conn

    @contextmanager
    def _safety(self, lazy: bool) -> Iterator[None]:
        """SQLite takes this pragma between transactions only."""
        if not lazy:
            yield
            return
        dbapi = self._kept()
        dbapi.execute("PRAGMA synchronous=NORMAL")
        try:
            yield
        finally:
            dbapi.execute("PRAGMA synchronous=FULL")

    def _kept(self) -> Any:
        """The one writing connection to SQLite, as the driver knows it."""
        with self._writer.connect() as conn:
            return conn.connection.dbapi_connection

    def forget(self) -> None:
        """Take out of SQLite's log what was overwritten in the file. Raises StoreError."""
        if self.sqlite and self.path is not None:
            with explained(self.place, writing=True), self._lock, self._writer.connect() as conn:
                conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection to ask with; it never waits for a writer. Raises StoreError."""
        with explained(self.place, writing=False), self._reading, self._reader.connect() as conn:
            yield conn

    def make_file(self) -> None:
        """Make the SQLite file and its folder, if missing. Raises StoreError if it cannot be.

        Only its owner may read a new file: it knows who watches what.
        """
        if self.path is None or self.path.is_file():
            return
        if self.path.is_dir():
            raise StoreError(f"{self.path} is a folder. `database` must name a file.")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.touch(mode=0o600)
        except OSError as error:
            raise StoreError(
                f"The database {self.path} cannot be made: {error.strerror}. Choose another path in"
                " `database`, or make its folder and give it to the user that runs monitor."
            ) from error

    def close(self) -> None:
        self._reader.dispose()
        self._writer.dispose()


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreError(
            f"{url!r} is not the address of a database. Write sqlite:///path/to/monitor.db or"
            " postgresql://user@host/name."
        ) from error
    if parsed.get_backend_name() == "sqlite" and not (parsed.database or "").startswith("file:"):
        return parsed.set(drivername="sqlite+pysqlite")
    if parsed.get_backend_name() == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    raise StoreError(
        f"The database {parsed.render_as_string()!r} is not supported. Write"
        " sqlite:///path/to/monitor.db or postgresql://user@host/name."
    )


def _postgres(url: URL, wait: float) -> Engine:
    try:
        return create_engine(
            url,
            pool_pre_ping=True,
            connect_args={
                "connect_timeout": max(2, round(wait)),
                "options": f"-c lock_timeout={round(wait * 1000)} -c timezone=UTC",
            },
        )
    except ModuleNotFoundError as error:
        raise StoreError(
            "PostgreSQL needs the package psycopg. Install monitor with the extra `cluster`."
        ) from error


def _sqlite(url: URL, wait: float, *, durable: bool) -> Engine:
    """The writing side. One connection, kept open; the lock in `Database` queues the writers."""
    engine = create_engine(
        url, poolclass=StaticPool, connect_args={"timeout": wait, "check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def prepare(dbapi: Any, _record: object) -> None:
        dbapi.isolation_level = None  # `Database.write` begins; the driver would do so too late
        dbapi.execute("PRAGMA foreign_keys=ON")
        dbapi.execute("PRAGMA journal_mode=WAL")
        dbapi.execute("PRAGMA secure_delete=ON")  # what is erased is overwritten, not only unlinked
        dbapi.execute(f"PRAGMA synchronous={'FULL' if durable else 'OFF'}")

    return engine


def _sqlite_readers(url: URL, wait: float) -> Engine:
    engine = create_engine(
        url,
        poolclass=QueuePool,
        max_overflow=20,
        isolation_level="AUTOCOMMIT",
        connect_args={"timeout": wait, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def prepare(dbapi: Any, _record: object) -> None:
        dbapi.execute("PRAGMA query_only=ON")

    return engine
