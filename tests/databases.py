"""Which database a test works on: SQLite, or with MONITOR_TEST_DATABASE=postgresql PostgreSQL wherever it can."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.store.postgres import Databases

SHARED = os.environ.get("MONITOR_TEST_DATABASE", "") == "postgresql"
_server: list[Databases] = []
_lent: list[str] = []


def url(path: Path | None = None) -> str:
    """The address of an empty database: this file, or one in memory; or one of a server, until the test is over."""
    if not SHARED:
        return f"sqlite:///{path}" if path else "sqlite://"
    _lent.append(_server[-1].migrated())
    return _lent[-1]


@contextmanager
def served_by(server: Databases) -> Iterator[None]:
    """Inside the block databases come from there."""
    _server.append(server)
    yield
    _server.pop()


def take_back() -> None:
    """What was lent is swept for the next test."""
    while _lent:
        _server[-1].give_back(_lent.pop())
