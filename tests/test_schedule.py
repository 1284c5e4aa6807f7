"""The ticking: it asks, it survives what goes wrong, and it stops cleanly."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from apscheduler.schedulers.background import BackgroundScheduler
from structlog.testing import capture_logs

from monitor import schedule
from monitor.audience import Channel
from monitor.errors import StoreError
from tests.fakes import START, Clock


class Service:
    def __init__(self, check: Callable[[], int]) -> None:
        self.check, self.delivered, self.settled, self.pruned, self.clocks = check, 0, 0, 0, 0
        self.ended: set[str] = set()

    def check_due(self) -> int:
        return self.check()

    def channels(self) -> tuple[Channel, ...]:
        return (Channel.MAIL, Channel.WEBHOOK)

    def deliver_due(self, channel: Channel) -> int:
        self.delivered += 1
        return 0

    def settle_held(self) -> int:
        self.settled += 1
        return 0

    def gather_digests(self) -> int:
        return 0

    def watch_blindness(self) -> int:
        return 0

    def prune(self) -> int:
        self.pruned += 1
        return 0

    def audit(self) -> int:
        return 0

    def tell_operator(self) -> int:
        return 0

    def finished(self, task: str) -> None:
        self.ended.add(task)

    def clock_was_set(self) -> int:
        self.clocks += 1
        return 0


def wait_until(true: Callable[[], bool], seconds: float = 5) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.01)
    return False


def test_every_task_runs_at_once_and_looks_come_again() -> None:
    looks: list[int] = []
    service = Service(lambda: looks.append(1) or 0)  # type: ignore[func-returns-value]
    running = schedule.start(service, tick=0.05)
    assert wait_until(lambda: len(looks) >= 3 and service.delivered > 0 and service.pruned == 1)
    assert running.last_tick() is not None
    running.stop()


def test_a_bug_or_a_broken_database_in_one_tick_does_not_stop_the_next() -> None:
    looks: list[int] = []

    def check() -> int:
        looks.append(1)
        if len(looks) == 1:
            raise RuntimeError("a bug")
        if len(looks) == 2:
            raise StoreError("disk full")
        return 0

    with capture_logs() as logged:
        running = schedule.start(Service(check), tick=0.05)
        assert wait_until(lambda: len(looks) >= 4)
        running.stop()
    bug, broken = (line for line in logged if line["log_level"] == "error")
    assert bug["exc_info"] and "bug" in bug["event"]
    assert broken["reason"] == "disk full" and "nothing is lost" in broken["event"]
    assert "exc_info" not in broken


def test_deliveries_that_go_on_do_not_hide_that_looking_has_stopped() -> None:
    def check() -> int:
        raise StoreError("disk full")

    service = Service(check)
    with capture_logs():
        running = schedule.start(service, tick=0.05)
        assert wait_until(lambda: service.delivered > 0 and service.settled > 0)
        running.stop()
    assert running.last_tick() is None


def test_the_time_of_the_last_look_is_read_from_the_given_clock() -> None:
    clock = Clock()
    running = schedule.start(Service(lambda: 0), tick=60, now=clock)
    assert wait_until(lambda: running.last_tick() == START)
    running.stop()


def test_stopping_twice_is_no_harm() -> None:
    running = schedule.start(Service(lambda: 0), tick=60)
    running.stop()
    running.stop()


def test_a_tick_that_takes_long_is_never_run_twice_at_once_and_stop_waits_for_it() -> None:
    inside, most, done = 0, 0, threading.Event()

    def check() -> int:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        time.sleep(0.3)
        inside -= 1
        done.set()
        return 0

    running = schedule.start(Service(check), tick=0.05)
    time.sleep(0.1)
    running.stop()
    assert done.is_set() and most == 1 and inside == 0


def test_years_of_missed_ticks_are_one_tick() -> None:
    pace, years = schedule.Pace(1.0), START + timedelta(days=3000)
    assert pace.get_next_fire_time(START, START) == START + timedelta(seconds=1)
    assert pace.get_next_fire_time(START, years) == years + timedelta(seconds=1)


def test_when_the_clock_is_set_every_tick_comes_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "WATCH_EVERY", 0.02)
    service, ahead = Service(lambda: 0), [0.0]
    scheduler = BackgroundScheduler(timezone=UTC)
    running = schedule.Running(scheduler, lambda: START)
    ticks: list[int] = []
    scheduler.add_job(ticks.append, schedule.Pace(1), args=(1,), next_run_time=datetime.now(UTC) + timedelta(hours=2))
    scheduler.start()
    watching = threading.Thread(target=running.watch_clock,
                                args=(service.clock_was_set, lambda: time.time() + ahead[0]))  # fmt: skip
    watching.start()
    time.sleep(0.1)
    assert not ticks and service.clocks == 0
    ahead[0] = -7200.0
    assert wait_until(lambda: len(ticks) == 1) and service.clocks == 1
    running.stop()
    watching.join(5)
    assert not watching.is_alive()
