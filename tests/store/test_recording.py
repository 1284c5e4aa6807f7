"""A visit and all that it causes: together, once, and losslessly."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.errors import StoreError
from monitor.model import ChangeState, Cut, Fact, Outcome, Severity, Source
from monitor.store import Store
from tests.store.builders import (
    FINDING,
    MALI,
    RSS,
    US,
    at,
    changed,
    first,
    looked,
    page,
    visit,
    wants,
)


def test_a_visit_is_always_stored_whatever_its_outcome(store: Store) -> None:
    for minutes, outcome in enumerate(Outcome):
        store.record(looked(minutes, outcome))
    rows = store.visits(US.id)
    assert [row.outcome for row in rows] == list(reversed(Outcome))
    assert rows[0].status == 200
    assert rows[0].elapsed == 0.5


def test_a_change_comes_back_exactly_as_it_was_recorded(store: Store) -> None:
    store.record(first())
    record = changed(60, signatures=("level 4",), level="Level 4", stated_at="2026-06-08")
    made = store.record(record)
    got = store.change(made.event_id)
    assert got is not None
    assert got == store.change(made.change_id or 0)
    assert got.findings == (FINDING, replace(FINDING, severity=Severity.LOW, rule="other"))
    assert got.sentences == ("The level rises.", "Nothing else moved.")
    assert got.signatures == ("level 4",)
    assert (got.state, got.confirmed, got.severity) == (ChangeState.TOLD, False, Severity.HIGH)
    assert (got.level, got.stated_at, got.note) == (
        "Level 4",
        "2026-06-08",
        "Updated to reflect the level.",
    )
    assert (got.publisher, got.destination, got.destination_name) == ("us", "mali", "Mali")
    assert got.taken_at == got.verified_at == at(60)
    assert [sha for _, _, sha in store.snapshots(US.id)] == [got.before_sha256, got.after_sha256]
    assert store.body(got.before_sha256) == b"<p>old</p>"
    assert store.body(got.after_sha256) == b"<p>new</p>"
    assert store.visits(US.id)[0].change_id == got.id


def test_a_later_look_moves_the_time_a_change_was_verified(store: Store) -> None:
    store.record(first())
    made = store.record(changed(60))
    store.record(looked(120))
    store.record(looked(180, Outcome.BLOCKED, failures=1))
    got = store.change(made.event_id)
    assert got is not None
    assert got.verified_at == at(120)


def test_recording_twice_the_same_thing_adds_nothing(store: Store) -> None:
    store.add_subscription(wants())
    store.record(first())
    made = store.record(changed(60))
    before = (store.counts(), store.state(US.id))
    again = store.record(changed(60))
    assert (again.visit_id, again.change_id, again.event_id) == (
        made.visit_id,
        made.change_id,
        made.event_id,
    )
    assert (made.deliveries, again.deliveries) == (1, 0)
    assert (store.counts(), store.state(US.id)) == before


def test_when_the_last_step_fails_nothing_at_all_is_written(store: Store) -> None:
    store.add_subscription(wants())
    store.record(first())
    before = (store.counts(), store.state(US.id), store.snapshots(US.id))
    impossible = replace(changed(60), new_baseline=False, restore_baseline_id=999)
    with pytest.raises(StoreError, match="Nothing was written"):
        store.record(impossible)
    assert (store.counts(), store.state(US.id), store.snapshots(US.id)) == before
    assert store.changes() == ()
    assert store.record(changed(60)).deliveries == 1


def test_when_a_middle_step_fails_nothing_at_all_is_written(path: Path) -> None:
    store = Store.open(f"sqlite:///{path}", durable=False)
    store.sync_sources([US], at(0))
    store.add_subscription(wants())
    store.record(first())
    before = (store.counts(), store.state(US.id))
    with sqlite3.connect(path) as other:
        other.execute(
            "CREATE TRIGGER boom BEFORE INSERT ON deliveries BEGIN SELECT RAISE(ABORT, 'boom'); END"
        )
    other.close()
    with pytest.raises(StoreError, match="boom"):
        store.record(changed(60))
    assert (store.counts(), store.state(US.id)) == before
    store.close()


def test_a_group_is_written_as_a_whole_or_not_at_all(store: Store) -> None:
    stranger = Source(id="new", url="https://x", kind="k", publisher="p", destination=MALI)
    with pytest.raises(StoreError, match="'new' is not in the database"):
        store.record_many([looked(0), looked(0, source=RSS), looked(0, source=stranger)])
    assert store.visits(US.id) == store.visits(RSS.id) == ()
    made = store.record_many([looked(0), looked(0, source=RSS), looked(0)])
    assert made[0] == made[2] != made[1]


def test_failures_are_counted_from_the_first_and_forgotten_at_the_next_good_look(
    store: Store,
) -> None:
    store.record(replace(first(), etag='"a"', last_modified="Mon"))
    store.record(looked(60, Outcome.BLOCKED, failures=1))
    store.record(looked(120, Outcome.UNAVAILABLE, failures=2))
    state = store.state(US.id)
    assert (state.failures, state.failing_since) == (2, at(60))
    assert (state.last_visit_at, state.last_good_at) == (at(120), at(0))
    assert state.last_outcome is Outcome.UNAVAILABLE
    assert (state.etag, state.last_modified) == ('"a"', "Mon")
    store.record(looked(180, etag='"b"'))
    state = store.state(US.id)
    assert (state.failures, state.failing_since, state.etag) == (0, None, '"b"')
    assert state.last_good_at == at(180)
    assert state.next_due_at == at(240)


def test_the_baseline_moves_only_when_asked_and_can_go_back(store: Store) -> None:
    store.record(first())
    old = store.baseline(US.id)
    store.record(looked(30))
    assert store.baseline(US.id) == old
    assert old is not None
    assert old.page == page(b"<p>old</p>")
    store.record(changed(60))
    new = store.baseline(US.id)
    assert new is not None
    assert new.page.body == b"<p>new</p>"
    store.record(looked(61, restore_baseline_id=old.id))
    assert store.baseline(US.id) == old
    assert store.snapshot(new.id) == new
    assert store.snapshot(999) is None


def test_a_page_with_a_change_is_kept_even_if_it_is_not_the_new_baseline(store: Store) -> None:
    store.record(first())
    made = store.record(replace(changed(60, ChangeState.HELD), new_baseline=False))
    got = store.change(made.event_id)
    assert got is not None
    assert store.body(got.after_sha256) == b"<p>new</p>"
    baseline = store.baseline(US.id)
    assert baseline is not None
    assert baseline.id == got.before_snapshot_id


def test_characters_no_database_can_hold_do_not_stop_a_record(store: Store) -> None:
    store.record(first())
    record = changed(60)
    assert record.change is not None
    odd = replace(FINDING, summary="nul \0 and surrogate \ud800")
    comparison = replace(record.change.comparison, headline="a\0b\udfff", findings=(odd,))
    made = store.record(replace(record, change=replace(record.change, comparison=comparison)))
    got = store.change(made.event_id)
    assert got is not None
    assert got.headline == "a\ufffdb\ufffd"
    assert got.findings == (odd,)


def test_the_overview_shows_the_level_people_were_told_about(store: Store) -> None:
    def level_now() -> str:
        return next(v.level for v in store.overview() if v.state.source_id == US.id)

    cut = Cut(template="t", sections=(), facts=(Fact("level", "3", "Level 3: Reconsider"),))
    store.record(replace(first(), visit=replace(first().visit, cut=cut)))
    assert level_now() == "Level 3: Reconsider"
    broken = replace(cut, facts=(Fact("level", "1", "Level 1"),))
    store.record(
        replace(looked(30, Outcome.IMPLAUSIBLE), visit=visit(30, Outcome.IMPLAUSIBLE, cut=broken))
    )
    assert level_now() == "Level 3: Reconsider"
    held = store.record(changed(60, ChangeState.HELD, level="Level 2: Caution"))
    assert level_now() == "Level 3: Reconsider"
    assert store.state(US.id).held_change_id == held.change_id
    store.record(changed(120, body=b"newer", level="Level 4: Do not travel"))
    assert level_now() == "Level 4: Do not travel"


ROOT = Path(__file__).parents[2]
WRITER = """
import sys
from monitor.store import Store
from tests.store.builders import at, changed, first
store = Store.open(sys.argv[1])
for n in range(100000):
    store.record(changed(n + 1, body=b"body %d" % n))
    print(n, flush=True)
"""


def test_a_killed_process_loses_nothing_it_had_recorded(path: Path) -> None:
    url = f"sqlite:///{path}"
    store = Store.open(url, durable=False)
    store.sync_sources([US], at(0))
    store.add_subscription(wants())
    store.record(first())
    child = subprocess.Popen([sys.executable, "-c", WRITER, url], stdout=subprocess.PIPE, cwd=ROOT)
    assert child.stdout is not None
    for line in child.stdout:
        if int(line) == 20:
            break
    child.kill()
    announced = 20 + len(child.communicate()[0].split()) + 1
    counts = store.counts()
    made = counts["changes.told"]
    assert made in (announced, announced + 1)
    assert counts["deliveries.waiting"] == counts["visits.changed"] == made
    assert counts["bodies"] == made + 1
    assert store.check() == []
    store.close()
