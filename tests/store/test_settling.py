"""Second looks: held, confirmed, reverted; and other routes that saw the same edit."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.model import ChangeState, Record, Settlement
from monitor.store import Store
from tests.store.builders import RSS, T0, UK, US, at, changed, first, looked, wants


def _settled(record: Record, change_id: int | None, state: ChangeState, confirmed: bool) -> Record:
    assert change_id is not None
    decided = Settlement(change_id=change_id, state=state, confirmed=confirmed)
    return replace(record, settlements=(decided,))


def _held(store: Store) -> int:
    store.add_subscription(wants())
    store.record(first())
    made = store.record(changed(60, ChangeState.HELD))
    assert made.change_id is not None
    assert made.deliveries == 0
    assert store.state(US.id).held_change_id == made.change_id
    return made.change_id


def test_a_held_change_that_is_confirmed_is_told_once(store: Store) -> None:
    held = _held(store)
    assert store.deliveries() == ()
    record = _settled(looked(61), held, ChangeState.TOLD, confirmed=True)
    assert store.record(record).deliveries == 1
    assert store.record(record).deliveries == 0
    again = _settled(looked(62), held, ChangeState.TOLD, confirmed=True)
    assert store.record(again).deliveries == 0
    got = store.change(held)
    assert got is not None
    assert (got.state, got.confirmed) == (ChangeState.TOLD, True)
    assert store.state(US.id).held_change_id is None
    (delivery,) = store.deliveries(change_id=held)
    assert delivery.created_at == delivery.next_try_at == at(61)


def test_a_held_change_that_is_reverted_is_told_to_nobody(store: Store) -> None:
    held = _held(store)
    old = store.snapshots(US.id)[0][0]
    back = replace(looked(61), restore_baseline_id=old)
    store.record(_settled(back, held, ChangeState.REVERTED, confirmed=False))
    got = store.change(held)
    assert got is not None
    assert got.state is ChangeState.REVERTED
    assert store.deliveries() == ()
    assert store.state(US.id).held_change_id is None
    assert store.state(US.id).baseline_id == old
    late = Settlement(change_id=held, state=ChangeState.TOLD, confirmed=True)
    assert store.settle(late, at(120)) == 0
    assert store.deliveries() == ()


def test_a_change_held_too_long_is_told_without_a_visit(store: Store) -> None:
    held = _held(store)
    assert store.held(at(59)) == ()
    assert [change.id for change in store.held(at(60))] == [held]
    told = Settlement(change_id=held, state=ChangeState.TOLD, confirmed=False)
    assert store.settle(told, at(90)) == 1
    assert store.settle(told, at(91)) == 0
    assert store.held(at(999)) == ()
    got = store.change(held)
    assert got is not None
    assert (got.state, got.confirmed) == (ChangeState.TOLD, False)


def test_a_told_change_can_be_confirmed_but_not_taken_back(store: Store) -> None:
    store.add_subscription(wants())
    store.record(first())
    made = store.record(changed(60))
    record = _settled(looked(61), made.change_id, ChangeState.TOLD, confirmed=True)
    assert store.record(record).deliveries == 0
    store.record(_settled(looked(62), made.change_id, ChangeState.REVERTED, confirmed=False))
    got = store.change(made.event_id)
    assert got is not None
    assert (got.state, got.confirmed) == (ChangeState.TOLD, True)
    assert len(store.deliveries()) == 1


def test_a_delivery_keeps_saying_what_was_known_when_it_was_made(store: Store) -> None:
    store.add_subscription(wants())
    store.record(first())
    made = store.record(changed(60, confirmed=False))
    assert store.state(US.id).held_change_id == made.change_id
    store.record(_settled(looked(61), made.change_id, ChangeState.TOLD, confirmed=True))
    assert store.state(US.id).held_change_id is None
    (delivery,) = store.deliveries()
    assert not delivery.confirmed
    store.record(changed(120, body=b"newer", confirmed=True))
    assert store.deliveries()[0].confirmed


def test_a_new_held_change_can_settle_the_one_before(store: Store) -> None:
    held = _held(store)
    newer = changed(61, ChangeState.HELD, body=b"newer")
    made = store.record(_settled(newer, held, ChangeState.TOLD, confirmed=True))
    assert made.deliveries == 1
    assert store.state(US.id).held_change_id == made.change_id


def test_another_route_bears_witness_and_tells_nobody(store: Store) -> None:
    store.add_subscription(wants())
    store.record(first())
    store.record(first(b"rss", RSS))
    told = store.record(changed(60, signatures=("a", "b")))
    witness = changed(
        65, ChangeState.WITNESS, source=RSS, witness_of=told.change_id, signatures=("a",)
    )
    seen = store.record(witness)
    assert seen.deliveries == 0
    got = store.change(told.event_id)
    assert got is not None
    assert got.witnesses == (RSS.id,)
    shadow = store.change(seen.event_id)
    assert shadow is not None
    assert shadow.witness_of == told.change_id


def test_recent_signatures_are_those_other_routes_told_or_hold(store: Store) -> None:
    for source in (US, RSS, UK):
        store.record(first(source.id.encode(), source))
    told = store.record(changed(60, signatures=("a", "b")))
    store.record(changed(70, ChangeState.WITNESS, body=b"w", signatures=("w",)))
    store.record(changed(80, ChangeState.SILENT, body=b"s", signatures=("s",)))
    held = store.record(changed(90, ChangeState.HELD, body=b"h", signatures=("h",)))
    store.record(changed(95, body=b"e"))
    store.record(changed(60, source=RSS, signatures=("own",)))
    store.record(changed(60, source=UK, signatures=("else",)))

    def recent(minutes: float) -> tuple[tuple[int, frozenset[str]], ...]:
        return store.recent_signatures(
            publisher="us",
            destination="mali",
            since=T0 + timedelta(minutes=minutes),
            except_source=RSS.id,
        )

    assert recent(0) == (
        (held.change_id, frozenset({"h"})),
        (told.change_id, frozenset({"a", "b"})),
    )
    assert recent(61) == ((held.change_id, frozenset({"h"})),)


def test_changes_are_listed_newest_first_by_page_and_by_filter(store: Store) -> None:
    store.record(first())
    store.record(first(b"uk", UK))
    made = [store.record(changed(n, body=b"%d" % n)).change_id for n in (10, 20, 30)]
    other = store.record(changed(40, ChangeState.SILENT, source=UK)).change_id

    def ids(**filters: object) -> list[int | None]:
        return [change.id for change in store.changes(**filters)]  # type: ignore[arg-type]

    assert ids() == [other, *reversed(made)]
    assert ids(destination="mali") == list(reversed(made))
    assert ids(source_id=UK.id) == [other]
    assert ids(states=[ChangeState.SILENT]) == [other]
    assert ids(limit=2) == [other, made[2]]
    assert ids(before_id=made[2], limit=1) == [made[1]]
    newest = {view.state.source_id: view.last_change for view in store.overview()}
    last = newest[US.id]
    assert last is not None
    assert last.id == made[2]
    assert newest[UK.id] is None
