"""What both queues promise: rows and ticks on one machine, jobs of Procrastinate on several."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.audience import DeliveryState
from monitor.errors import NotifyError
from monitor.wiring import Parts
from tests.fakes import page
from tests.queues import Relay, Web, at_work, change_jobs, due_now, jobs, readers, service, until
from tests.store.postgres import BOTH

Make = Callable[..., Parts]


@pytest.fixture(params=BOTH, ids=["rows", "jobs"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Make]:
    """Makes services over one database with either queue."""
    shared = request.param == "postgresql"
    url = request.getfixturevalue("shared_url") if shared else f"sqlite:///{tmp_path}/monitor.db"
    made: list[Parts] = []

    def build(sources: int = 1, **given: Web | Relay) -> Parts:
        made.append(service(tmp_path, url, sources, **given))  # type: ignore[arg-type]
        return made[-1]

    yield build
    for one in made:
        one.close()


def changed(parts: Parts, web: Web) -> None:
    """The page was seen, then the level rose: the change and its deliveries are committed."""
    web.answer = page(level=3)
    parts.check(parts.sources[0])
    web.answer = page(level=4)
    parts.check(parts.sources[0])


def states(parts: Parts) -> Counter[DeliveryState]:
    return Counter(one.state for one in parts.store.deliveries(limit=10_000))


def test_what_a_change_causes_is_handed_over_to_everybody_once(make: Make) -> None:
    web, relay = Web(), Relay()
    parts = make(web=web, relay=relay)
    readers(parts.store, 250)
    changed(parts, web)
    with at_work(parts):
        until(lambda: len(relay.taken) >= 250)
        until(lambda: states(parts) == {DeliveryState.SENT: 250})
    assert max(relay.tried.values()) == 1


def test_a_change_that_was_not_committed_causes_nothing(make: Make) -> None:
    web, relay = Web(), Relay()
    parts = make(web=web, relay=relay)
    readers(parts.store, 3)
    web.answer = page(level=3)
    parts.check(parts.sources[0])
    before = jobs(parts.store) if parts.store.shared else 0
    web.answer = page(level=4)
    write = parts.store._db.write

    class Killed(Exception):
        pass

    def dying() -> Iterator[object]:
        from contextlib import contextmanager

        @contextmanager
        def block() -> Iterator[object]:
            with write() as conn:
                yield conn
                raise Killed

        return block()  # type: ignore[return-value]

    parts.store._db.write = dying  # type: ignore[assignment,method-assign]
    with pytest.raises(Killed):
        parts.check(parts.sources[0])
    parts.store._db.write = write  # type: ignore[method-assign]
    assert parts.store.deliveries() == ()
    assert (jobs(parts.store) if parts.store.shared else 0) == before


def test_what_failed_for_the_moment_is_tried_again_not_before_its_time(make: Make) -> None:
    web, relay = Web(), Relay()
    parts = make(web=web, relay=relay)
    readers(parts.store, 3)
    changed(parts, web)
    relay.error = NotifyError("try later", retry_after=2)
    with at_work(parts):
        until(lambda: len(relay.tried) == 3)
        first, relay.error = datetime.now(UTC), None
        until(lambda: states(parts) == {DeliveryState.SENT: 3})
    assert (datetime.now(UTC) - first).total_seconds() > 1
    assert sum(relay.tried.values()) == 6


def test_a_source_that_is_due_is_looked_at_once_though_three_ask(make: Make) -> None:
    web = Web()
    one = make(8, web=web)
    web.slow = 0.2
    services = [one, make(8, web=web), make(8, web=web)] if one.store.shared else [one]
    with at_work(*services):
        until(lambda: all(view.state.last_good_at for view in one.store.overview()))
    assert Counter(web.asked).most_common(1)[0][1] == 1 and len(web.asked) == 8


def test_a_bug_in_one_look_holds_up_no_other(make: Make) -> None:
    web = Web()
    parts = make(4, web=web)
    web.answer = RuntimeError("a bug")
    with at_work(parts):
        until(lambda: sum(view.state.last_good_at is not None for view in parts.store.overview()) == 3)
        until(lambda: sum("page-1" in url for url in web.asked) == 1)
    assert sum("page-1" in url for url in web.asked) == 1, "it waits an hour"


def test_who_is_asked_to_stop_ends_what_is_in_hand_and_gives_back_the_rest(make: Make) -> None:
    web, relay = Web(), Relay()
    parts = make(web=web, relay=relay)
    readers(parts.store, 120)
    changed(parts, web)
    relay.slow = 0.1
    with at_work(parts):
        until(lambda: len(relay.taken) >= 8)
        parts.stopping.set()
    done = len(relay.taken)
    assert 8 <= done < 120
    assert states(parts) == {DeliveryState.SENT: done, DeliveryState.WAITING: 120 - done}
    relay.slow = 0
    following = make(web=web, relay=relay)
    with at_work(following):
        until(lambda: states(following) == {DeliveryState.SENT: 120})
    assert len(relay.taken) == len(set(relay.taken)) == 120


def test_a_delivery_whose_job_vanished_is_found(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    web, relay = Web(), Relay()
    parts = make(web=web, relay=relay)
    readers(parts.store, 120)
    changed(parts, web)
    if parts.store.shared:
        assert change_jobs(parts.store, "DELETE FROM procrastinate_jobs WHERE task_name = 'deliver'") == 2
    with at_work(parts):
        until(lambda: states(parts) == {DeliveryState.SENT: 120})
    assert len(relay.taken) == len(set(relay.taken)) == 120


def test_a_job_that_runs_twice_at_once_does_no_harm(make: Make) -> None:
    web, relay = Web(), Relay()
    parts, second = make(web=web, relay=relay), make(web=web, relay=relay)
    readers(parts.store, 120)
    changed(parts, web)
    relay.slow = 0.005
    both = [threading.Thread(target=one.deliver_due, args=(channel,)) for one in (parts, second)
            for channel in one.channels()]  # fmt: skip
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert len(relay.taken) == len(set(relay.taken)) == 120


def test_two_looks_that_cross_tell_one_change(make: Make) -> None:
    """A worker that was taken for dead ends its look while another does the same one."""
    web, relay = Web(), Relay()
    parts, second = make(web=web, relay=relay), make(web=web, relay=relay)
    readers(parts.store, 1)
    web.answer = page(level=3)
    parts.check(parts.sources[0])
    web.answer, web.slow = page(level=4), 0.3
    both = [threading.Thread(target=one.check, args=(one.sources[0],)) for one in (parts, second)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    due_now(parts.store, *parts.sources)
    assert len(parts.store.changes()) == 1
    assert len(parts.store.deliveries()) == 1
