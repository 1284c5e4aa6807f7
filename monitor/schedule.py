"""Ticks that ask "what is due?". APScheduler only ticks; what is due is a query."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from monitor.audience import Channel
from monitor.errors import StoreError

log = structlog.get_logger("monitor")

DELIVER_EVERY = 1.0
"""Seconds: a change is handed over within seconds of its commit."""
TASKS = 16
"""Threads of the ticking: one for each channel and each other task, so that none waits for another."""
SETTLE_EVERY = 30.0
PRUNE_EVERY = 86_400.0


class Service(Protocol):
    """What is done at a tick; each gives the number of things it did."""

    def check_due(self) -> int: ...
    def channels(self) -> Sequence[Channel]: ...
    def deliver_due(self, channel: Channel) -> int: ...
    def settle_held(self) -> int: ...
    def gather_digests(self) -> int: ...
    def watch_blindness(self) -> int: ...
    def prune(self) -> int: ...


class Running:
    """The ticking, until `stop`."""

    def __init__(self, scheduler: BackgroundScheduler, now: Callable[[], datetime]) -> None:
        self._scheduler, self._now = scheduler, now
        self._last: datetime | None = None

    def last_tick(self) -> datetime | None:
        """When a look at what is due last came to its end; None before the first one did.

        Only looks count: a hung look must not hide behind deliveries that go on.
        """
        return self._last

    def looked(self) -> None:
        """Note that a look has just come to its end."""
        self._last = self._now()

    def begin(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        """No new tick begins; the one in hand is waited for. Stopping twice is no harm."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)


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
        ("digest", service.gather_digests, SETTLE_EVERY),
        ("blindness", service.watch_blindness, SETTLE_EVERY),
        ("prune", service.prune, PRUNE_EVERY),
    ), now)  # fmt: skip
    running.begin()
    return running


def give_out(
    asked: Callable[[], int], *, tick: float, now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> Running:
    """Begins to tick for several machines: asks every `tick` seconds that what is due be given out to workers."""

    def ask() -> int:
        made = asked()
        running.looked()
        return made

    running = _running((("give out", ask, tick),), now)
    running.begin()
    return running


def _running(tasks: Sequence[tuple[str, Callable[[], int], float]], now: Callable[[], datetime]) -> Running:
    # The default grace of one second would drop a tick on a busy machine; late is better than not.
    scheduler = BackgroundScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(TASKS)},
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    for name, task, seconds in tasks:
        scheduler.add_job(
            _safely, "interval", seconds=seconds, args=(name, task), id=name,
            next_run_time=datetime.now(UTC),
        )  # fmt: skip
    return Running(scheduler, now)


def _safely(name: str, task: Callable[[], int]) -> None:
    try:
        task()
    except StoreError as error:
        log.error(
            "the database could not be used; nothing is lost, the next tick tries again",
            tick=name, reason=str(error),
        )  # fmt: skip
    except Exception:
        log.exception("a tick stopped on a bug; the next one comes as planned", tick=name)
