"""Which sources are watched and when each is due."""

from __future__ import annotations

from dataclasses import replace

from monitor.model import Outcome, SourceState
from monitor.store import Store
from tests.store.builders import RSS, T0, UK, US, at, first, looked


def test_new_sources_are_due_now_or_when_we_are_told(store: Store) -> None:
    assert set(store.due(T0)) == {US.id, RSS.id, UK.id}
    new = replace(US, id="new")
    store.sync_sources([US, RSS, UK, new], at(1), {"new": at(30)})
    assert "new" not in store.due(at(29))
    assert "new" in store.due(at(30))


def test_what_is_longest_overdue_comes_first(store: Store) -> None:
    store.record(looked(10, source=US))
    store.record(looked(5, source=RSS))
    assert store.due(at(70)) == (UK.id, RSS.id, US.id)
    assert store.due(at(70), limit=1) == (UK.id,)
    assert store.due(at(65)) == (UK.id, RSS.id)
    assert store.next_due_at() == T0
    store.postpone(UK.id, at(500))
    assert store.next_due_at() == at(65)


def test_a_source_gone_from_the_configuration_keeps_its_history(store: Store) -> None:
    store.record(first())
    store.sync_sources([RSS], at(10))
    assert store.due(at(999)) == (RSS.id,)
    assert [view.state.source_id for view in store.overview()] == [RSS.id]
    assert store.baseline(US.id) is not None
    store.sync_sources([US, RSS], at(20))
    assert store.state(US.id).next_due_at == at(20)
    assert len(store.visits(US.id)) == 1


def test_a_changed_address_keeps_the_history_and_forgets_the_etag(store: Store) -> None:
    store.record(replace(first(), etag='"a"', last_modified="Mon"))
    store.sync_sources([replace(US, url="https://us.example/new"), RSS, UK], at(10))
    state = store.state(US.id)
    assert (state.etag, state.last_modified) == ("", "")
    assert state.next_due_at == at(10)
    assert store.baseline(US.id) is not None
    assert store.overview()[0].url == "https://us.example/new"


def test_the_same_configuration_again_changes_nothing(store: Store) -> None:
    store.record(replace(first(), etag='"a"'))
    before = [store.state(source.id) for source in (US, RSS, UK)]
    store.sync_sources([US, RSS, UK], at(10))
    assert [store.state(source.id) for source in (US, RSS, UK)] == before


def test_a_source_never_heard_of_has_a_blank_state(store: Store) -> None:
    assert store.state("nobody") == SourceState(source_id="nobody")
    assert store.baseline("nobody") is None


def test_the_overview_shows_every_watched_source_with_its_state(store: Store) -> None:
    store.record(looked(5, Outcome.BLOCKED, failures=1))
    views = store.overview()
    assert [view.state.source_id for view in views] == [US.id, RSS.id, UK.id]
    assert views[0].state == store.state(US.id)
    assert (views[0].publisher, views[0].destination_name, views[0].kind) == ("us", "Mali", "state")
