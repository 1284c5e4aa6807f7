"""Opening a database and handing out transactions, for SQLite and for PostgreSQL.

SQLite has one writing connection behind a lock (WAL, `synchronous=FULL`, `BEGIN IMMEDIATE`) and a
pool of read-only ones, so a reader never waits for a writer. The log is moved into the file in our turn only, by
us and never by SQLite itself (decision 9). A database in memory exists only inside one connection, which then
everybody shares. PostgreSQL gets an ordinary pool.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, Update, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import QueuePool, StaticPool

from monitor.errors import StoreError
from monitor.store.columns import keepable
from monitor.store.trouble import POOLER, explained
from monitor.store.turn import Turn

LOG_BYTES = 4_000_000
"""Size of SQLite's log from which it is moved into the file."""
LOG_AGE = 30.0
"""Seconds after which it is moved in any case: what was erased must leave the log soon."""
_AGAIN = 1.0
"""Seconds until it is tried again, if somebody was reading in it."""

PATIENCE = 120.0
"""Seconds for which what must be noted is tried again while the server is away; a restart takes less."""
OLDEST = 130_000
"""PostgreSQL 13."""
_TURN = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 7203403))")
_T = TypeVar("_T")
_Bind = tuple[str, Any, Callable[[Any], Any]]


def _as_it_is(value: Any) -> Any:
    return value


class Database:
    """One open database. `write` is a transaction; `read` sees what has been committed."""

    def __init__(self, url: str, *, durable: bool = True, wait: float = 10.0) -> None:
        """Does not touch the database yet. `wait`: seconds to wait for somebody else's lock."""
        self._url = _parsed(url)
        self._wait = wait
        self._turn: AbstractContextManager[Any] = nullcontext()
        self._emptied = self._tried = 0.0
        self.sqlite = self._url.get_backend_name() == "sqlite"
        self._durable = durable
        self._notes: dict[Update, tuple[str, list[_Bind]]] = {}
        self.path: Path | None = None
        self._line: Connection | None = None
        if not self.sqlite:
            self.place = self._url.render_as_string(hide_password=True)
            self._wait_ms = round(wait * 1000)
            self._writer = _postgres(self._url, wait)
            self._reader: Engine = self._writer.execution_options(isolation_level="AUTOCOMMIT")
            self._reading: AbstractContextManager[Any] = nullcontext()
            return
        self.place = self._url.database or "in memory"
        memory = self._url.database in (None, "", ":memory:")
        if not memory:
            self.path = Path(str(self._url.database))
        self._turn = Turn(self.path, wait)
        self._emptied = time.monotonic()
        self._writer = _sqlite(self._url, wait, durable=durable)
        self._reader = self._writer if memory else _sqlite_readers(self._url, wait)
        self._reading = self._turn if memory else nullcontext()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction: everything in the block is written, or nothing. Raises StoreError."""
        with explained(self.place, writing=True), self._turn:
            with self._writer.begin() as conn:
                if self.sqlite:
                    conn.exec_driver_sql("BEGIN IMMEDIATE")
                yield conn
            self._empty_long_log()

    def note(self, statement: Update, given: Mapping[str, Any]) -> Any:
        """Write one prebuilt statement by itself; the first column that it returns, as the driver gives it.

        For notes that come by the thousand and of which a repeat does little harm: on SQLite a kill loses none, a
        power cut may take back the newest. The statement goes to the driver as it is: a transaction of the library
        around each costs four times as much.
        """
        if not self.sqlite:
            with self.write() as conn:
                return conn.scalar(statement, given)
        sql, binds = self._prepared(statement)
        values = [process(given.get(name, value)) for name, value, process in binds]
        with explained(self.place, writing=True), self._turn:
            with self._safety() as dbapi:
                row = dbapi.execute(sql, values).fetchone()
            self._empty_long_log()
            return None if row is None else row[0]

    def _prepared(self, statement: Update) -> tuple[str, list[_Bind]]:
        """The statement's text, and for each mark in it its name, its own value and how the driver wants it."""
        found = self._notes.get(statement)
        if found is None:
            made = statement.compile(dialect=self._writer.dialect)
            own, names = made.params, made.positiontup or []
            types = [made.binds[name].type.dialect_impl(made.dialect) for name in names]
            found = self._notes[statement] = str(made), [
                (name, own[name], kind.bind_processor(made.dialect) or _as_it_is)
                for name, kind in zip(names, types, strict=True)
            ]
        return found

    @contextmanager
    def _safety(self) -> Iterator[Any]:
        """The driver's connection, for a moment less afraid of power cuts: SQLite takes that between transactions."""
        dbapi = self._kept()
        if not self._durable:
            yield dbapi
            return
        dbapi.execute("PRAGMA synchronous=NORMAL")
        try:
            yield dbapi
        finally:
            dbapi.execute("PRAGMA synchronous=FULL")

    def _kept(self) -> Any:
        """The one writing connection to SQLite, as the driver knows it."""
        with self._writer.connect() as conn:
            return conn.connection.dbapi_connection

    def turn(self) -> AbstractContextManager[Any]:
        """Our turn to write: nobody else writes inside the block. On PostgreSQL it means nothing."""
        return self._turn

    def forget(self) -> bool:
        """Take out of SQLite's log what was overwritten in the file; False if readers kept us from it this time.

        Then `tidy` does so later. On PostgreSQL, asks for the space of rows that are gone. Raises StoreError.
        """
        if not self.sqlite:
            with explained(self.place, writing=True), self._reader.connect() as conn:
                for table in ("subscriptions", "proposals", "deliveries", "digests"):
                    conn.exec_driver_sql(f"VACUUM {table}")
            return True
        if self.path is None:
            return True
        with explained(self.place, writing=False), self._turn:
            return self._empty_log(self._wait)

    def tidy(self) -> None:
        """Move what is in SQLite's log into the file if it has been there for long. Cheap; call it often."""
        if self.path is None or time.monotonic() - self._emptied < LOG_AGE or not self._due_again():
            return
        if self._log_size() == 0:
            self._emptied = time.monotonic()
            return
        with explained(self.place, writing=False), self._turn:
            self._empty_log(0.0)

    def _empty_long_log(self) -> None:
        """After a commit, which stands whatever becomes of this: a disk that is full now is told by `tidy`."""
        if self.path is None or self._log_size() <= LOG_BYTES or not self._due_again():
            return
        with suppress(DBAPIError):
            self._empty_log(0.0)

    def _due_again(self) -> bool:
        return time.monotonic() - self._tried >= _AGAIN

    def _log_size(self) -> int:
        try:
            return os.stat(f"{self.path}-wal").st_size
        except FileNotFoundError:
            return 0

    def _empty_log(self, wait: float) -> bool:
        """A checkpoint with the writers' lock held, ours and SQLite's. Must be our turn."""
        dbapi = self._kept()
        self._tried = time.monotonic()
        dbapi.execute(f"PRAGMA busy_timeout={round(wait * 1000)}")  # so long it waits for readers, and everybody for us
        try:
            busy, _, _ = dbapi.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except Exception as error:  # the driver's own: what was committed stays in the log, and is safe there
            raise DBAPIError("PRAGMA wal_checkpoint", None, error) from error
        finally:
            dbapi.execute(f"PRAGMA busy_timeout={round(self._wait * 1000)}")
        if not busy:
            self._emptied = time.monotonic()
        return not busy

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
        if self._line is not None:
            self._line.close()
        self._reader.dispose()
        self._writer.dispose()
        if isinstance(self._turn, Turn):
            self._turn.close()

    def lasting(
        self, work: Callable[[Connection], _T], *, by: Callable[[], AbstractContextManager[Connection]] | None = None
    ) -> _T:
        """Do this in a transaction, again and again while the server is away for a moment. Raises StoreError.

        Only for what does no harm when it is done twice: whether the last attempt was written before the connection
        was lost is not to be known. SQLite is never away. `by` says how to come by a connection, if not by `write`.
        """
        end, wait = time.monotonic() + PATIENCE, 0.2
        while True:
            try:
                with (by or self.write)() as conn:
                    return work(conn)
            except StoreError as error:
                if self.sqlite or not error.away or time.monotonic() + wait > end:
                    raise
            time.sleep(wait)
            wait = min(2 * wait, 5.0)

    @contextmanager
    def line(self) -> Iterator[Connection]:
        """One connection to PostgreSQL kept open for single statements, for one thread at a time. Raises StoreError.

        Each statement is a transaction. Saved is what one from the pool costs: to ask whether it still lives.
        """
        with explained(self.place, writing=True):
            if self._line is None:
                self._line = self._reader.connect()
            try:
                yield self._line
            except BaseException:
                line, self._line = self._line, None
                line.invalidate()
                line.close()
                raise

    @contextmanager
    def alone(self, name: str) -> Iterator[None]:
        """Of all processes on this database, only one is in here at a time. Raises StoreError.

        The turn ends with the connection that holds it, so a process that was killed keeps nobody waiting.
        """
        if self.sqlite:
            yield
            return
        with explained(self.place, writing=True), self._writer.begin() as conn:
            conn.execute(_TURN, {"name": name})
            yield

    def look_at_server(self) -> None:
        """Make sure that PostgreSQL is one that we can work with, and that no pooler comes between."""
        if self.sqlite:
            return
        with explained(self.place, writing=False), self._reader.connect() as one:
            version = one.scalar(text("SELECT current_setting('server_version_num')::int"))
            if version is not None and version < OLDEST:
                raise StoreError(f"The database {self.place} is PostgreSQL {version // 10000}; 13 or newer is needed.")
            ours = one.scalar(text("SELECT setting FROM pg_settings WHERE name = 'lock_timeout'"))
            one.execute(text("SET monitor.probe = 'ours'"))
            with self._writer.begin() as other:  # a pooler of transactions lends it the connection of the first
                other.execute(text("SELECT 1"))
                kept = one.scalar(text("SELECT current_setting('monitor.probe', true)"))
            one.execute(text("RESET monitor.probe"))
        if kept != "ours" or ours != str(self._wait_ms):
            raise StoreError(f"The database {self.place}: {POOLER}.")


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
        engine = create_engine(
            url,
            pool_pre_ping=True,
            pool_size=8,
            max_overflow=40,  # a pool that ran dry would look like a server that is away
            connect_args={
                "connect_timeout": max(2, round(wait)),
                # A look holds its turn in a transaction for a minute, whatever the server's habits are.
                "options": f"-c lock_timeout={round(wait * 1000)} -c timezone=UTC"
                           " -c idle_in_transaction_session_timeout=0",
                # A machine that vanished is found out in a minute, not in the two hours of the system's own default.
                "keepalives_idle": 20,
                "keepalives_interval": 10,
                "keepalives_count": 3,
                "tcp_user_timeout": 60_000,
            },
        )
        words = _any_words()
    except ModuleNotFoundError as error:
        raise StoreError(
            "PostgreSQL needs the package psycopg. Install monitor with the extra `cluster`."
        ) from error

    @event.listens_for(engine, "connect")
    def prepare(dbapi: Any, _record: object) -> None:
        dbapi.adapters.register_dumper(str, words)

    return engine


def _any_words() -> Any:
    """How words reach PostgreSQL, which refuses some that SQLite merely does not find: from hostile addresses too."""
    from psycopg.types.string import StrDumperUnknown

    class AnyWords(StrDumperUnknown):
        def dump(self, obj: str) -> Any:
            return super().dump(keepable(obj))

    return AnyWords


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
        dbapi.execute("PRAGMA wal_autocheckpoint=0")  # never in the middle of another process's commit
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
