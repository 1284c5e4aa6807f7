"""Several machines on PostgreSQL: what a restart, a kill and a wrong clock must not do."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from monitor import schedule
from monitor.audience import Channel, DeliveryState, Group, Subscription, Wishes
from monitor.model import Severity
from monitor.store import Store, notes
from monitor.wiring import Parts
from tests.fakes import MALI, page
from tests.queues import Relay, Web, at_work, due_now, jobs, readers, service, settled, until
from tests.store import postgres

ROOT = Path(__file__).parent.parent
SURE = tuple(one for one in postgres.FAST if not one.startswith(("synchronous_commit", "full_page")))
"""A server that keeps what it committed when it crashes; the machine does not crash in a test."""
LOOKS = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'look'"


@pytest.fixture
def own() -> Iterator[tuple[postgres.Server, str]]:
    """A server of this test alone, which it may kill, and a database on it."""
    if "://" in postgres.WANTED:
        pytest.skip("the server belongs to somebody else")
    with postgres.server(SURE) as started:
        yield started, postgres.Databases(started).migrated()


def told(parts: Parts, web: Web, level: int = 4) -> None:
    web.answer = page(level=3)
    parts.check(parts.sources[0])
    web.answer = page(level=level)
    parts.check(parts.sources[0])


def states(store: Store) -> Counter[DeliveryState]:
    return Counter(one.state for one in store.deliveries(limit=10_000))


def test_a_server_that_dies_and_comes_back_under_load_costs_no_message_and_repeats_none(
    own: tuple[postgres.Server, str], tmp_path: Path
) -> None:
    server, url = own
    web, relay = Web(), Relay()
    parts = service(tmp_path, url, web=web, relay=relay)
    readers(parts.store, 240)
    told(parts, web)
    relay.slow = 0.02
    with at_work(parts):
        until(lambda: len(relay.taken) >= 40)
        server.control("-m", "immediate", "stop")
        server.control("start")
        until(lambda: len(relay.taken) >= 240)
        until(lambda: states(parts.store) == {DeliveryState.SENT: 240})
    parts.close()
    assert max(relay.tried.values()) == 1


def test_five_schedulers_that_ask_at_once_give_out_each_look_and_each_round_once(
    shared_url: str, tmp_path: Path
) -> None:
    five = [service(tmp_path, shared_url, 12) for _ in range(5)]
    due_now(five[0].store, *five[0].sources)
    now, together = datetime.now(UTC), threading.Barrier(5)

    def ask(one: Parts) -> None:
        together.wait()
        for _ in range(4):
            one.store.give_out(now)

    settled([threading.Thread(target=ask, args=(one,)) for one in five])
    assert jobs(five[0].store, LOOKS) == 12
    doubled = "SELECT count(*) FROM (SELECT 1 FROM procrastinate_jobs WHERE task_name <> 'look' GROUP BY task_name" \
              " HAVING count(*) > 1) AS twice"  # fmt: skip
    assert jobs(five[0].store, doubled) == 0
    for one in five:
        one.close()


CONFIG = """
[database]
url = "{url}"
[mail]
folder = "{folder}/outbox"
[[destinations]]
name = "Mali"
iso3 = "MLI"
names = ["Republic of Mali"]
  [[destinations.sources]]
  id = "page-0"
  kind = "us-page"
  publisher = "us-state"
  every = "6h"
  url = "https://travel.state.gov/page-0.html"
"""


def test_a_worker_that_is_killed_midway_loses_nothing_and_another_goes_on(shared_url: str, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    web = Web()
    parts = service(tmp_path / "own", shared_url, web=web)
    count = 1000
    parts.store.enrol(Group(id="grp_1", name="all"), [
        Subscription(id=f"sub_{n:05}", channel=Channel.MAIL, address=f"r{n}@ngo.example", created_at=datetime.now(UTC),
                     wishes=Wishes(destinations=(MALI.key,), floor=Severity.LOW)) for n in range(count)])  # fmt: skip
    told(parts, web)
    config = tmp_path / "config.toml"
    config.write_text(CONFIG.format(url=shared_url, folder=tmp_path))

    def work() -> subprocess.Popen[bytes]:
        environ = {**os.environ, "MONITOR_NO_BOOTSTRAP": "1", "MONITOR_SECRET": "s" * 20}
        with (tmp_path / "log").open("ab") as log:
            return subprocess.Popen([sys.executable, "-m", "monitor", "--config", str(config), "worker"], cwd=ROOT,
                                    env=environ, stdout=log, stderr=log)  # fmt: skip

    def sent() -> int:
        return jobs(parts.store, "SELECT count(*) FROM deliveries WHERE state = 'sent'")

    ticking = schedule.give_out(lambda: parts.store.give_out(parts.clock()), parts.clock_was_set, tick=0.2)
    first = work()
    try:
        until(lambda: sent() >= 30)
        first.kill()
        first.wait()
        done = sent()
        assert done < count, "it was killed too late"
        second = work()
        until(lambda: sent() == count, 90)
        second.terminate()
        assert second.wait(30) == 0
    finally:
        first.kill()
        ticking.stop()
    again = jobs(parts.store, "SELECT count(*) FROM deliveries WHERE attempts > 1")
    assert len(list((tmp_path / "outbox").glob("*.eml"))) == count
    assert again <= 400, "only what the dead one had claimed is tried again"
    parts.close()


def test_a_clock_that_ran_ahead_holds_nothing_up_once_it_is_right(shared_url: str, tmp_path: Path) -> None:
    parts = service(tmp_path, shared_url, 3)
    ahead = datetime.now(UTC) + timedelta(days=400)
    assert parts.store.give_out(ahead) > 3
    due_now(parts.store, *parts.sources)
    assert parts.store.give_out(datetime.now(UTC)) == 0, "all stands in the far future"
    parts.clock_was_set()
    with parts.store._db.write() as conn:
        conn.exec_driver_sql("DELETE FROM procrastinate_jobs")
    assert parts.store.give_out(datetime.now(UTC)) >= 3 + 5
    parts.close()


def test_a_worker_whose_clock_is_wrong_does_nothing_until_it_is_right(shared_url: str, tmp_path: Path) -> None:
    web = Web()
    right, wrong = service(tmp_path, shared_url, 2, web=web), service(tmp_path, shared_url, 2, web=web)
    wrong.clock = lambda: datetime.now(UTC) + timedelta(hours=1)  # type: ignore[method-assign,assignment]
    due_now(right.store, *right.sources)
    right.store.give_out(datetime.now(UTC))
    from monitor import cluster

    with cluster.working(wrong, wrong.config.database_url, looks=2):
        threading.Event().wait(2.5)
        assert web.asked == []
        wrong.clock = lambda: datetime.now(UTC)  # type: ignore[method-assign,assignment]
        until(lambda: len(web.asked) == 2)
    right.close()
    wrong.close()


def test_an_idle_worker_gives_back_what_a_pass_of_its_own_left_behind(shared_url: str, tmp_path: Path) -> None:
    web, relay = Web(), Relay()
    parts = service(tmp_path, shared_url, web=web, relay=relay)
    readers(parts.store, 5)
    told(parts, web)
    parts.store.claim(datetime.now(UTC), owner=f"{parts.owner}:mail:999.", limit=5, lease=900)
    parts._broken.append(f"{parts.owner}:mail:999.")
    with at_work(parts):
        until(lambda: states(parts.store) == {DeliveryState.SENT: 5}, 30)
    parts.close()
    assert max(relay.tried.values()) == 1


def test_notes_of_many_threads_are_written_together_and_each_hears_of_its_own() -> None:
    written: list[list[int]] = []
    first, go_on = threading.Event(), threading.Event()

    def write(many: object) -> set[int]:
        ids = [one["given"] for one in many]  # type: ignore[attr-defined]
        written.append(ids)
        first.set()
        go_on.wait(10)
        return {one for one in ids if one != 3}

    together, found = notes.Together(write), {}

    def note(number: int) -> None:
        found[number] = together.note({"given": number})

    threads = [threading.Thread(target=partial(note, number)) for number in range(6)]
    threads[0].start()
    assert first.wait(10)
    for one in threads[1:]:
        one.start()
    until(lambda: len(together._waiting) == 5)
    go_on.set()
    for one in threads:
        one.join()
    assert [len(one) for one in written] == [1, 5]
    assert found == {0: True, 1: True, 2: True, 3: False, 4: True, 5: True}
