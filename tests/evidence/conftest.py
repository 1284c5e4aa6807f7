"""One small installation with a change, and its pack."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from monitor.evidence import gather, pack
from monitor.evidence.dossier import Dossier
from monitor.evidence.seal import Seal
from monitor.store import Store
from tests import databases
from tests.fakes import page, source
from tests.test_pipeline import COUP, Desk

SEAL = Seal("a secret of this installation")


@dataclass
class Room:
    """A store with four captures of two sources, and the change between the first and the third."""

    store: Store
    desk: Desk
    event: str

    def dossier(self, **changed: int) -> Dossier:
        change = gather.found(self.store, self.event)
        assert change is not None
        found = gather.dossier(self.store, change, self.desk.sources, program="0.1.0", **changed)
        assert found is not None
        return found


def furnished(words: str = COUP) -> Room:
    store = Store.open(databases.url(), durable=False)
    desk = Desk(store, source(), source("embassy"))
    desk.look(page())
    desk.look(page(level=3), 1)
    _, recorded = desk.look(page(words=words))
    desk.look(page(level=2), 1)
    return Room(store, desk, recorded.event_id)


@pytest.fixture
def room() -> Iterator[Room]:
    made = furnished()
    yield made
    made.store.close()


@pytest.fixture(scope="session")
def packed() -> bytes:
    made = furnished()
    try:
        return pack.packed(made.dossier(), SEAL)
    finally:
        made.store.close()


@pytest.fixture(scope="session")
def files(packed: bytes) -> dict[str, bytes]:
    from monitor.evidence import unzip

    return unzip.unzipped(packed)
