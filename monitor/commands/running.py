"""`monitor run`: scheduler, deliveries and pages in one process; and each of them by itself, for more machines."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import datetime
from functools import partial
from types import FrameType

import click
import structlog

from monitor import logs, schedule
from monitor.errors import ConfigError
from monitor.store import Task
from monitor.wiring import OWNER_PREFIX, Parts

log = structlog.get_logger("monitor")

ROUND = 30.0
"""Seconds between two rounds of a cluster, by which its pages judge whether it works."""
MOST_TICK = 5.0
"""Seconds between two looks of a scheduler at what is due, at most: it also gives out the rounds of the others."""


def run(parts: Parts) -> None:
    """Runs until SIGTERM or Ctrl-C; says first where everything is."""
    logs.set_up()
    with asked_to_stop() as asked, started(parts, parts.config.web.port) as address:
        _say_where(parts, address)
        asked.wait()
        log.info("stopping", reason="asked to stop; the message in hand is finished first")
    log.info("stopped")


@contextmanager
def started(parts: Parts, port: int) -> Iterator[str]:
    """The ticking and the pages, up until the block ends; gives the address of the pages."""
    with ExitStack() as stack:
        if parts.store.shared:
            stack.enter_context(scheduling(parts))
            stack.enter_context(working(parts))
            yield stack.enter_context(shown(parts, port, partial(last_round, parts), ROUND))
            return
        given_back = parts.store.release(OWNER_PREFIX)
        if given_back:
            log.info("resumed", deliveries=given_back, reason="an earlier run ended while it held them")
        running = schedule.start(parts, tick=parts.config.tick, now=parts.clock)
        stack.callback(_stop, parts, running)
        yield stack.enter_context(shown(parts, port, running.last_tick, parts.config.tick))


def shown(
    parts: Parts, port: int, last_tick: Callable[[], datetime | None], tick: float
) -> AbstractContextManager[str]:
    """The pages, up until the block ends; gives their address."""
    from monitor.commands import showing  # as large as all the rest: the ticking does not wait for it

    return showing.shown(parts, port, last_tick, tick)


# --------------------------------------------------------------------------------------
# The parts, for more machines
# --------------------------------------------------------------------------------------
def schedule_only(parts: Parts) -> None:
    """Gives out what is due until SIGTERM or Ctrl-C."""
    _need_server(parts, "monitor schedule")
    _until_asked(parts, scheduling(parts), f"Giving out the looks at {_watched(parts)} to workers.")


def work_only(parts: Parts) -> None:
    """Does what is given out until SIGTERM or Ctrl-C."""
    _need_server(parts, "monitor worker")
    _until_asked(parts, working(parts), f"Working. Messages go {parts.where_mail_goes()}")


def show_only(parts: Parts) -> None:
    """Shows the pages until SIGTERM or Ctrl-C. Whether somebody works is read in the database."""
    # On SQLite nobody notes it; a source that is overdue is seen all the same.
    ticked = partial(last_round, parts) if parts.store.shared else parts.clock
    _until_asked(parts, shown(parts, parts.config.web.port, ticked, ROUND), "Pages: {}")


def _need_server(parts: Parts, what: str) -> None:
    if not parts.store.shared:
        raise ConfigError(
            f"`{what}` is for several processes, and those need PostgreSQL; [database] url names SQLite. Use"
            " `monitor run`, or move up with `monitor migrate-to postgresql://USER@HOST/NAME`"
        )


def _until_asked(parts: Parts, part: AbstractContextManager[object], words: str) -> None:
    logs.set_up()
    with asked_to_stop() as asked, part as found:
        click.echo("\n".join([words.format(found), f"Database: {parts.config.database_shown}",
                              *(f"Note: {warning}" for warning in parts.config.warnings), "Stop with Ctrl-C."]),
                   err=True)  # fmt: skip
        asked.wait()
        log.info("stopping", reason="asked to stop; what is in hand is finished first")
        parts.stopping.set()
    log.info("stopped")


@contextmanager
def scheduling(parts: Parts) -> Iterator[None]:
    running = schedule.give_out(lambda: parts.store.give_out(parts.clock()), parts.clock_was_set,
                                tick=min(parts.config.tick, MOST_TICK), now=parts.clock)  # fmt: skip
    try:
        yield
    finally:
        running.stop()


@contextmanager
def working(parts: Parts) -> Iterator[None]:
    from monitor import cluster  # the engine comes with an extra

    with cluster.working(parts, parts.config.database_url, looks=parts.config.workers):
        yield


def last_round(parts: Parts) -> datetime | None:
    """When any worker last came round to what has to be settled: then schedulers and workers both are there."""
    return parts.store.last_done(Task.SETTLE)[0]


def _stop(parts: Parts, running: schedule.Running) -> None:
    parts.stopping.set()
    running.stop()


def _say_where(parts: Parts, address: str) -> None:
    lines = [
        f"Watching {_watched(parts)}. Pages: {address}",
        f"Database: {parts.config.database_shown}",
        f"Messages go {parts.where_mail_goes()}",
        *(f"Note: {warning}" for warning in parts.config.warnings),
    ]
    if not any(sub.active for sub in parts.store.subscriptions()):
        lines.append("Nobody is subscribed yet: monitor subscribe you@example.org --destination Mali")
    click.echo("\n".join([*lines, "Stop with Ctrl-C."]), err=True)


def _watched(parts: Parts) -> str:
    count, lists = len(parts.sources), parts.register.listings
    words = f"{count} {'source' if count == 1 else 'sources'}"
    return f"{words}, and whatever the lists of {', '.join(lists)} name" if lists else words


@contextmanager
def asked_to_stop() -> Iterator[threading.Event]:
    """Set by SIGTERM or Ctrl-C up to the end of the block: asked in the middle of a start, it ends in order."""
    came = threading.Event()

    def note(number: int, frame: FrameType | None) -> None:
        came.set()

    before = {number: signal.signal(number, note) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
