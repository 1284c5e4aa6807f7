"""The ticking: it asks, it survives what goes wrong, and it stops cleanly."""

import threading
import time
from collections.abc import Callable

from monitor import schedule
from monitor.errors import StoreError


class Service:
    def __init__(self, check: Callable[[], int]) -> None:
        self.check, self.delivered, self.settled, self.pruned = check, 0, 0, 0

    def check_due(self) -> int:
        return self.check()

    def deliver_due(self) -> int:
        self.delivered += 1
        return 0

    def settle_held(self) -> int:
        self.settled += 1
        return 0

    def prune(self) -> int:
        self.pruned += 1
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

    running = schedule.start(Service(check), tick=0.05)
    assert wait_until(lambda: len(looks) >= 4)
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
