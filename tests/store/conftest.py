"""A store on a real file for each test, copied from one that was migrated once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.store import Store
from tests.store import postgres
from tests.store.builders import RSS, T0, UK, US


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "empty.db"
    Store.open(f"sqlite:///{path}", durable=False).close()
    return path


@pytest.fixture
def path(tmp_path: Path, empty_file: Path) -> Path:
    """A migrated, empty SQLite file."""
    return Path(shutil.copy(empty_file, tmp_path / "monitor.db"))


@pytest.fixture(params=postgres.BOTH)
def url(request: pytest.FixtureRequest) -> str:
    """The address of a migrated, empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{request.getfixturevalue('path')}"
    return str(request.getfixturevalue("shared_url"))


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """A store that watches three sources."""
    opened = Store.open(url, durable=False, message_domain="ngo.example")
    opened.sync_sources([US, RSS, UK], T0)
    yield opened
    opened.close()
