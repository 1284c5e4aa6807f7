"""Unchanged visits in groups: nothing is lost, nothing counts twice, and nothing else waits."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.errors import StoreError
from monitor.model import Outcome, Record
from monitor.store import Store, quiet
from tests.store.builders import RSS, UK, US, at, changed, first, looked


def _after(store: Store, record: Record) -> Record:
    return replace(record, follows=store.state(record.visit.source.id).last_visit_at)


def _read(record: Record, mark: str) -> Record:
    return replace(record, visit=replace(record.visit, fingerprint=mark), etag='"2"')


def test_a_visit_in_a_group_leaves_what_one_by_itself_leaves(path: Path, tmp_path: Path) -> None:
    other = Path(shutil.copy(path, tmp_path / "other.db"))
    stores = [Store.open(f"sqlite:///{one}", durable=False) for one in (path, other)]
    for store in stores:
        store.sync_sources([US, RSS, UK], at(0))
        for source in (US, RSS, UK):
            store.record(first(source=source))
            store.record(looked(10, Outcome.UNAVAILABLE, source))
    records = [_after(stores[0], _read(looked(60, source=one), "f")) for one in (US, RSS, UK)]
    for record in records:
        stores[0].record(record)
        stores[1].record_soon(record)
    stores[1].flush()
    for source in (US, RSS, UK):
        assert stores[0].state(source.id) == stores[1].state(source.id)
        assert stores[0].visits(source.id) == stores[1].visits(source.id)
        assert stores[0].portrait(source.id, at(90)) == stores[1].portrait(source.id, at(90))
    for store in stores:
        store.close()


def test_a_group_is_written_when_its_first_visit_has_waited_and_when_the_store_closes(path: Path) -> None:
    store = Store.open(f"sqlite:///{path}", durable=False)
    store.sync_sources([US], at(0))
    store.record(first())
    store.record_soon(_after(store, looked(60)))
    assert len(store.visits(US.id)) == 1
    store.close()
    store = Store.open(f"sqlite:///{path}", durable=False)
    assert [one.taken_at for one in store.visits(US.id)] == [at(60), at(0)]
    store.close()

    now = [0.0]
    written: list[Sequence[Record]] = []
    group = quiet.Group(written.append, lambda: now[0])
    group.add(looked(60))
    group.add(looked(61))
    assert not written
    now[0] = quiet.SECONDS
    group.add(looked(62))
    assert [len(one) for one in written] == [3]


def test_whatever_has_consequences_is_written_at_once(store: Store) -> None:
    store.record_soon(first())
    assert store.state(US.id).baseline_id is not None
    made = store.record_soon(_after(store, changed(60)))
    assert made.event_id and store.change(made.event_id) is not None
    for outcome in (Outcome.BLOCKED, Outcome.UNAVAILABLE, Outcome.UNREADABLE, Outcome.IMPLAUSIBLE):
        at_once = len(store.visits(US.id))
        store.record_soon(_after(store, looked(70 + at_once, outcome)))
        assert len(store.visits(US.id)) == at_once + 1


def test_a_visit_that_is_there_already_counts_once_and_its_group_is_written_all_the_same(path: Path) -> None:
    store = Store.open(f"sqlite:///{path}", durable=False)
    store.sync_sources([US, UK], at(0))
    for source in (US, UK):
        store.record(first(source=source))
    again = _after(store, looked(60))
    other = _after(store, looked(60, source=UK))
    store.record(again)
    for record in (again, other):
        store.record_soon(record)
    store.flush()
    for source in (US, UK):
        assert len(store.visits(source.id)) == 2
        portrait = store.portrait(source.id, at(90))
        assert portrait is not None and sum(one.ever for one in portrait.tallies) == 2
    store.close()


def test_where_another_process_looked_meanwhile_its_word_stands(path: Path) -> None:
    store = Store.open(f"sqlite:///{path}", durable=False)
    store.sync_sources([US], at(0))
    store.record(first())
    store.record_soon(_after(store, _read(looked(60), "stale")))
    made = store.record(changed(61))
    stand = store.state(US.id)
    store.flush()
    assert store.state(US.id) == stand
    assert len(store.visits(US.id)) == 3 and store.change(made.event_id) is not None
    store.close()


def test_a_group_that_cannot_be_written_says_whose_visits_and_the_next_one_is_free_of_it() -> None:
    def full(_: object) -> None:
        raise StoreError("The disk is full.")

    group = quiet.Group(full)
    group.add(looked(60))
    group.add(looked(60, source=UK))
    with pytest.raises(StoreError, match=f"2 unchanged visits, from {US.id} on, were not noted"):
        group.flush()
    group.flush()
