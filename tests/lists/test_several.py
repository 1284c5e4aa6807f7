"""Several processes on one database: what one finds, the others come to know; one of them fetches for a round."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.errors import StoreError
from monitor.model import Outcome
from monitor.store import Store
from tests.fakes import Clock
from tests.lists.house import service, start, tick, uk, us
from tests.lists.publisher import FEED, INDEX, Publisher, document, feed_of, index
from tests.queues import at_work, until
from tests.store.postgres import BOTH

NAMES = [("mali", "Mali"), ("niger", "Niger"), ("chad", "Chad"), ("togo", "Togo")]


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    made = Publisher()
    made.pages = {INDEX: index(NAMES), FEED: feed_of(30)}
    made.pages |= {f"{INDEX}/{slug}": document(slug, name) for slug, name in (*NAMES, ("benin", "Benin"))}
    yield made
    made.close()


@pytest.fixture(params=BOTH)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    shared = request.param == "postgresql"
    return str(request.getfixturevalue("shared_url")) if shared else f"sqlite:///{tmp_path}/monitor.db"


def test_what_one_process_finds_another_knows_without_a_restart(
    tmp_path: Path, publisher: Publisher, address: str
) -> None:
    clock = Clock()
    with service(tmp_path, publisher, uk(publisher), clock, address) as one, \
            service(tmp_path, publisher, uk(publisher), clock, address) as other:  # fmt: skip
        assert one.look_at_lists() == 1 and other.look_at_lists() == 0
        assert "uk-fcdo:mali" not in other.register._by_id
        assert other.look("uk-fcdo:mali", one.store.state("uk-fcdo:mali").next_due_at or clock())
        assert one.store.state("uk-fcdo:mali").last_outcome is Outcome.FIRST
        publisher.pages[INDEX] = index([*NAMES, ("benin", "Benin")])
        clock.forward(hours=2)
        one.look_at_lists()
        other.register._asked_at = float("-inf")  # the seconds until it asks again are over
        assert other.places()["benin"] == "Benin"
        assert {s.id for s in other.sources} == {s.id for s in one.sources}


def test_a_start_in_the_moment_of_a_discovery_ends_no_watch(
    tmp_path: Path, publisher: Publisher, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    with service(tmp_path, publisher, uk(publisher), clock, address) as one:
        real = Store.sync_sources

        def between(store: Store, *given: object, **more: object) -> None:
            one.look_at_lists()  # after the other has asked what there is, before it says what it watches
            real(store, *given, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(Store, "sync_sources", between)
        other = start(tmp_path, publisher, uk(publisher), clock, address)
        try:
            assert len(other.sources) == 4 and len(other.store.overview()) == 4
        finally:
            other.close()


def test_what_could_not_be_written_when_it_was_found_is_watched_at_a_later_tick(
    tmp_path: Path, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()

    def full(*_: object) -> None:
        raise StoreError("the disk is full")

    with service(tmp_path, publisher, uk(publisher), clock) as parts:
        with monkeypatch.context() as now, pytest.raises(StoreError):
            now.setattr(parts.store, "watch_also", full)
            parts.look_at_lists()
        assert parts.store.overview() == ()
        parts.register._asked_at = float("-inf")
        assert parts.look_at_lists() == 0  # the list itself is not due
        assert len(parts.store.overview()) == len(parts.sources) == 4


def test_both_read_the_list_at_once_and_each_destination_is_there_once(
    tmp_path: Path, publisher: Publisher, address: str
) -> None:
    clock = Clock()
    with service(tmp_path, publisher, uk(publisher), clock, address) as one, \
            service(tmp_path, publisher, uk(publisher), clock, address) as other:  # fmt: skip
        for parts in (one, other):
            parts.lists.look(parts.register.listings["uk-fcdo"])
        assert len(one.store.found(["uk-fcdo"])) == len(one.store.overview()) == 4


def test_workers_watch_what_a_list_names_and_fetch_a_feed_once_a_round(
    tmp_path: Path, publisher: Publisher, shared_url: str
) -> None:
    from monitor.wiring import now

    one = start(tmp_path, publisher, us(publisher), now, shared_url)  # type: ignore[arg-type]
    other = start(tmp_path, publisher, us(publisher), now, shared_url)  # type: ignore[arg-type]
    try:
        with at_work(one, other):
            until(lambda: sum(v.state.last_outcome is Outcome.FIRST for v in one.store.overview()) == 30, 60)
        first = publisher.asked[FEED]
        assert first <= 2  # the list, and its destinations by the same worker or another
        one.stopping.clear()
        other.stopping.clear()
        due = now() - timedelta(seconds=1)
        for view in one.store.overview():
            one.store.postpone(view.state.source_id, due)
        with at_work(one, other):
            until(lambda: all(v.state.last_outcome is Outcome.UNCHANGED for v in one.store.overview()), 60)
        assert publisher.asked[FEED] == first + 1
    finally:
        one.close()
        other.close()


def test_discovery_on_one_machine_needs_no_second_start(tmp_path: Path, publisher: Publisher) -> None:
    clock = Clock()
    with service(tmp_path, publisher, us(publisher), clock) as parts:
        assert parts.sources == ()
        tick(parts, clock)
        assert len(parts.sources) == 30 and publisher.asked[FEED] == 1
