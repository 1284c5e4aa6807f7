"""When the database cannot be written for a while: it is said, nothing is lost, and nothing goes out twice."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from monitor.audience import DeliveryState
from monitor.errors import StoreError
from monitor.store import Store
from tests.store.builders import US, at, changed, first, wants


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(f"sqlite:///{tmp_path}/monitor.db", wait=0.05)
    store.sync_sources([US], at(0))
    store.add_subscription(wants())
    store.record(first())
    store.record(changed(60))
    yield store
    store.close()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    with closing(sqlite3.connect(folder / "monitor.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_a_hand_over_that_cannot_be_noted_is_an_error_that_says_what_to_do(store: Store, tmp_path: Path) -> None:
    [mine] = store.claim(at(60), owner="worker")
    with locked(tmp_path), pytest.raises(StoreError, match="another program keeps it locked"):
        store.sent(mine.id, at(61), owner="worker")


def test_a_hand_over_that_could_not_be_noted_is_noted_before_anything_is_claimed_again(
    store: Store, tmp_path: Path
) -> None:
    [mine] = store.claim(at(60), owner="worker", lease=60)
    with locked(tmp_path), pytest.raises(StoreError):
        store.sent(mine.id, at(60), owner="worker")
    assert store.claim(at(90), owner="worker") == ()  # its claim has ended long since
    [noted] = store.deliveries()
    assert noted.state is DeliveryState.SENT and noted.attempts == 1


def test_while_the_note_is_owed_and_cannot_be_written_nothing_is_handed_out(store: Store, tmp_path: Path) -> None:
    [mine] = store.claim(at(60), owner="worker", lease=60)
    with locked(tmp_path):
        for task in (lambda: store.sent(mine.id, at(60), owner="worker"), lambda: store.claim(at(90), owner="worker"),
                     lambda: store.release("worker")):  # fmt: skip
            with pytest.raises(StoreError):
                task()
    assert store.release("worker") == 0
    assert [one.state for one in store.deliveries()] == [DeliveryState.SENT]


def test_what_a_clock_that_ran_ahead_put_off_comes_as_soon_as_it_would_have(store: Store) -> None:
    today = at(-600)  # the clock was ten hours and more ahead as all this was written
    assert store.due(today) == () and store.claim(today, owner="worker") == ()
    assert store.bring_back(today) == 2
    assert store.due(today) == (US.id,)
    assert len(store.claim(today, owner="worker")) == 1
    assert store.bring_back(at(-599)) == 0


def test_a_clock_that_is_right_brings_back_nothing(store: Store) -> None:
    assert store.bring_back(at(120)) == 0
