"""Bodies, pruning, numbers, and finding out what is broken."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.errors import StoreError
from monitor.model import Outcome, Record
from monitor.store import Store
from tests.store.builders import RSS, US, at, changed, first, looked, page, visit, wants

WEEK = timedelta(days=7)


def test_bodies_are_compressed_and_equal_ones_are_stored_once(store: Store) -> None:
    long = b"<p>Do not travel.</p>" * 5000
    store.record(first(long))
    store.record(first(long, RSS))
    counts = store.counts()
    assert counts["bodies"] == 1
    assert counts["bytes"] < len(long) / 50
    baseline = store.baseline(RSS.id)
    assert baseline is not None
    assert baseline.page.body == long
    assert store.body("0" * 64) is None


def test_an_empty_page_is_a_page(store: Store) -> None:
    store.record(first(b""))
    baseline = store.baseline(US.id)
    assert baseline is not None
    assert baseline.page.body == b""


def test_a_damaged_body_is_never_given_out(path: Path) -> None:
    store = Store.open(f"sqlite:///{path}", durable=False)
    store.sync_sources([US], at(0))
    store.record(first(b"a" * 1000))
    assert store.check() == []
    sha = store.snapshots(US.id)[0][2]
    for damage in ("zeroblob(20)", "substr(data, 1, 10)", "x'789c030000000001'"):
        with sqlite3.connect(path) as other:
            other.execute(f"UPDATE bodies SET data = {damage}")
        other.close()
        with pytest.raises(StoreError, match=r"is damaged.*backup"):
            store.body(sha)
        with pytest.raises(StoreError, match="is damaged"):
            store.baseline(US.id)
        assert any(sha[:12] in problem for problem in store.check())
    store.close()


def test_check_names_what_is_missing(path: Path) -> None:
    store = Store.open(f"sqlite:///{path}", durable=False)
    store.sync_sources([US], at(0))
    store.record(first())
    with sqlite3.connect(path) as other:
        other.execute("DELETE FROM bodies")
        other.execute("UPDATE sources SET baseline_id = 77, held_change_id = 78")
    other.close()
    problems = "\n".join(store.check())
    assert "points to a row of bodies" in problems
    assert "has lost its baseline, snapshot 77" in problems
    assert "the change it holds back, number 78" in problems
    assert "of snapshot 1 is not there" in problems
    store.close()


def test_the_numbers_count_everything_ever_seen(store: Store) -> None:
    store.add_subscription(wants())
    store.record(first())
    store.record(looked(1, Outcome.BLOCKED))
    store.record(changed(60))
    counts = store.counts()
    assert (counts["visits.first"], counts["visits.blocked"], counts["visits.changed"]) == (1, 1, 1)
    assert counts["visits.unchanged"] == 0
    assert (counts["changes.told"], counts["changes.held"]) == (1, 0)
    assert (counts["deliveries.waiting"], counts["deliveries.sent"]) == (1, 0)
    assert (counts["bodies"], counts["sources.watched"]) == (2, 3)


def _restyled(minutes: float, body: bytes) -> Record:
    """An unchanged visit whose page became the baseline all the same (only chrome differs)."""
    seen = visit(minutes, Outcome.UNCHANGED, page=page(body, minutes=minutes))
    return replace(looked(minutes), visit=seen, new_baseline=True)


@pytest.mark.parametrize("at_once", [1, 2000])
def test_pruning_forgets_old_unchanged_visits_and_nothing_else(
    store: Store, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.store.store._PRUNED_AT_ONCE", at_once)
    store.record(first())
    for minutes in (10, 20):
        store.record(looked(minutes))
    store.record(looked(30, Outcome.BLOCKED))
    store.record(changed(60))
    store.record(looked(20_000))
    assert store.prune(at(20_001), keep_visits=WEEK) == 2
    assert store.prune(at(20_001), keep_visits=WEEK) == 0
    assert [row.outcome.value for row in store.visits(US.id)] == [
        "unchanged",
        "changed",
        "blocked",
        "first",
    ]
    assert store.counts()["visits.unchanged"] == 3
    assert store.check() == []


def test_pruning_keeps_every_page_that_a_change_or_the_baseline_rests_on(store: Store) -> None:
    store.record(first(b"first"))
    store.record(_restyled(10, b"nobody needs this"))
    store.record(_restyled(20, b"before the change"))
    made = store.record(changed(30, body=b"after the change"))
    store.record(_restyled(40, b"nor this"))
    store.record(_restyled(50, b"baseline"))
    assert store.prune(at(20_000), keep_visits=WEEK) == 4
    kept = {store.body(sha) for _, _, sha in store.snapshots(US.id)}
    assert kept == {b"first", b"before the change", b"after the change", b"baseline"}
    assert store.counts()["bodies"] == 4
    change = store.change(made.event_id)
    assert change is not None
    assert store.body(change.before_sha256) == b"before the change"
    baseline = store.baseline(US.id)
    assert baseline is not None
    assert baseline.page.body == b"baseline"
    assert store.check() == []
