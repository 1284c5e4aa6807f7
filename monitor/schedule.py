"""Ticks that ask "what is due?". APScheduler only ticks; what is due is a query.

It ticks by the time of day, and that jumps: a machine without a battery starts in another year, a laptop sleeps for
weeks, somebody corrects the clock. Set ahead, the ticks missed count as one; set back, they come at once.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Protocol

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger

from monitor.audience import Channel
from monitor.errors import StoreError

log = structlog.get_logger("monitor")

DELIVER_EVERY = 1.0
"""Seconds: a change is handed over within seconds of its commit."""
TASKS = 16
"""Threads of the ticking: one for each channel and each other task, so that none waits for another."""
SETTLE_EVERY = 30.0
PRUNE_EVERY = 86_400.0
AUDIT_EVERY = 30.0
WATCH_EVERY = 1.0
"""Seconds between two looks at whether the clock was set."""
JUMP = 2.0
"""Seconds by which the clock must have been set for us to notice."""


class Service(Protocol):
    """What is done at a tick; each gives the number of things it did."""

    def check_due(self) -> int: ...
    def channels(self) -> Sequence[Channel]: ...
    def deliver_due(self, channel: Channel) -> int: ...
    def settle_held(self) -> int: ...
    def gather_digests(self) -> int: ...
    def watch_blindness(self) -> int: ...
    def prune(self) -> int: ...
    def audit(self) -> int: ...
    def tell_operator(self) -> int: ...
    def finished(self, task: str) -> None: ...
    def clock_was_set(self) -> int: ...


class Pace(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """Every so many seconds, and after a pause once: APScheduler's own would list every tick that was missed, which
    for a clock set ahead by years fills the memory."""

    def __init__(self, seconds: float) -> None:
        self._every = timedelta(seconds=seconds)

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        planned = (previous_fire_time or now) + self._every
        return planned if planned > now else now + self._every


class Running:
    """The ticking, until `stop`."""

    def __init__(self, scheduler: BackgroundScheduler, now: Callable[[], datetime]) -> None:
        self._scheduler, self._now = scheduler, now
        self._last: datetime | None = None
        self._stopping = threading.Event()

    def last_tick(self) -> datetime | None:
        """When a look at what is due last came to its end; None before the first one did.

        Only looks count: a hung look must not hide behind deliveries that go on.
        """
        return self._last

    def looked(self) -> None:
        """Note that a look has just come to its end."""
        self._last = self._now()

    def begin(self, was_set: Callable[[], int]) -> None:
        """Tick from now on; `was_set` is called whenever the clock was, and first: it may have been before."""
        correct = partial(_safely, "clock", was_set)
        correct()
        self._scheduler.start()
        threading.Thread(target=self.watch_clock, args=(correct,), name="clock", daemon=True).start()

    def stop(self) -> None:
        """No new tick begins; the one in hand is waited for. Stopping twice is no harm."""
        self._stopping.set()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def watch_clock(self, was_set: Callable[[], object], wall: Callable[[], float] = time.time) -> None:
        """Until `stop`: when the clock is set, calls `was_set` and lets every tick come at once."""
        apart = wall() - time.monotonic()
        while not self._stopping.wait(WATCH_EVERY):
            now = wall() - time.monotonic()
            if abs(now - apart) >= JUMP:
                log.warning("the clock was set; what is due comes now", seconds=round(now - apart))
                was_set()
                for job in self._scheduler.get_jobs():
                    job.modify(next_run_time=datetime.now(UTC))
                apart = now


def start(
    service: Service, *, tick: float, now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> Running:
    """Begins to tick: looks every `tick` seconds (at once first), deliveries every second.

    A bug in one tick is logged with its traceback, and the ticking goes on.
    """

    def look() -> int:
        done = service.check_due()
        running.looked()
        return done

    running = _running((
        ("look", look, tick),
        # Each channel by itself: a relay that hangs must not keep the webhooks waiting, nor they it.
        *((f"deliver-{one.value}", partial(service.deliver_due, one), DELIVER_EVERY) for one in service.channels()),
        ("settle", service.settle_held, SETTLE_EVERY),
        ("digests", service.gather_digests, SETTLE_EVERY),
        ("blindness", service.watch_blindness, SETTLE_EVERY),
        ("prune", service.prune, PRUNE_EVERY),
        ("audit", service.audit, AUDIT_EVERY),
        ("operator", service.tell_operator, AUDIT_EVERY),
    ), now, service.finished)  # fmt: skip
    running.begin(service.clock_was_set)
    return running


def give_out(
    asked: Callable[[], int], was_set: Callable[[], int], *, tick: float,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Running:  # fmt: skip
    """Begins to tick for several machines: asks every `tick` seconds that what is due be given out to workers."""

    def ask() -> int:
        made = asked()
        running.looked()
        return made

    running = _running((("give out", ask, tick),), now)
    running.begin(was_set)
    return running


def _running(
    tasks: Sequence[tuple[str, Callable[[], int], float]], now: Callable[[], datetime],
    finished: Callable[[str], None] = lambda name: None,
) -> Running:  # fmt: skip
    # The default grace of one second would drop a tick on a busy machine; late is better than not.
    scheduler = BackgroundScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(TASKS)},
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    for name, task, seconds in tasks:
        scheduler.add_job(
            _safely, Pace(seconds), args=(name, task, finished), id=name,
            next_run_time=datetime.now(UTC),
        )  # fmt: skip
    return Running(scheduler, now)


def _safely(name: str, task: Callable[[], int], finished: Callable[[str], None] = lambda name: None) -> None:
    try:
        task()
        finished(name)
    except StoreError as error:
        log.error(
            "the database could not be used; nothing is lost, the next tick tries again",
            tick=name, reason=str(error),
        )  # fmt: skip
    except Exception:
        log.exception("a tick stopped on a bug; the next one comes as planned", tick=name)
