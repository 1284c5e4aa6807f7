"""For every test: hypothesis may take its time, a busy machine is not a failure; and one PostgreSQL for all of them."""

from collections.abc import Iterator

import pytest
import structlog
from hypothesis import settings

from tests import databases as lent
from tests.store import postgres

settings.register_profile("monitor", deadline=None)
settings.load_profile("monitor")


@pytest.fixture(autouse=True)
def log_as_at_first() -> Iterator[None]:
    """A command that a test ran in this process set the log up for itself; the next test hears everything again."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    """A PostgreSQL that all tests of a process share; the first one that needs it starts it."""
    with postgres.server() as started:
        yield started


@pytest.fixture(scope="session")
def databases(server: postgres.Server) -> Iterator[postgres.Databases]:
    made = postgres.Databases(server)
    yield made
    made.close()


@pytest.fixture
def shared_url(databases: postgres.Databases) -> Iterator[str]:
    """The address of a migrated, empty database on PostgreSQL, of this test alone."""
    address = databases.migrated()
    yield address
    databases.give_back(address)


@pytest.fixture(scope="session", autouse=lent.SHARED)
def everywhere(databases: postgres.Databases) -> Iterator[None]:
    """With MONITOR_TEST_DATABASE=postgresql, what would be SQLite is PostgreSQL."""
    with lent.served_by(databases):
        yield


@pytest.fixture(autouse=lent.SHARED)
def taken_back(everywhere: None) -> Iterator[None]:
    """The databases of a test end with it."""
    yield
    lent.take_back()
