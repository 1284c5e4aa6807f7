"""Several machines: a worker does the jobs that Procrastinate hands it, and comes back by itself when PostgreSQL does.

Each queue is served by itself, so that an endpoint that hangs holds up no other channel and no look. Nothing rests on a
job being done, or being done once: see `store/work.py`.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol, TypeVar

import procrastinate
import psycopg
import psycopg_pool
import structlog
from procrastinate import exceptions, jobs, retry, utils

from monitor.audience import Channel
from monitor.store import AHEAD, TEND, Store, Task, line

log = structlog.get_logger("monitor")
_T = TypeVar("_T")

POLL = 1.0
"""Seconds between two questions for a job: as often as one machine asks what is due."""
STALLED = 30.0
"""Seconds without a sign of life after which a worker is taken for dead, and its jobs are given to others."""
BEAT = 10.0
DELIVERIES = 2
"""Jobs of one channel that a worker has in hand at a time; each has a hundred messages."""
TENDING = 3
MOST_TRIES = 12
LONGEST_WAIT = 300
AGAIN = 2.0
"""Seconds before a worker that lost its connection asks again."""
KEEP = 2.0
"""Seconds between two looks of a worker at itself: what it owes, and its clock."""
APART = timedelta(seconds=AHEAD)
"""A worker whose clock is so far from the database's does nothing: by it, what others have in hand is overdue."""


class Service(Protocol):
    """What the jobs ask for; the same that ticks ask on one machine."""

    @property
    def store(self) -> Store: ...
    @property
    def stopping(self) -> threading.Event: ...
    def clock(self) -> datetime: ...
    def channels(self) -> Sequence[Channel]: ...
    def look(self, source_id: str, slot: datetime) -> bool: ...
    def deliver_due(self, channel: Channel, within: tuple[int, int] | None = None) -> int: ...
    def settle_held(self) -> int: ...
    def gather_digests(self) -> int: ...
    def watch_blindness(self) -> int: ...
    def prune(self) -> int: ...
    def audit(self) -> int: ...
    def tell_operator(self) -> int: ...
    def finished(self, task: str) -> None: ...
    def take_from_dead(self) -> int: ...
    def make_good(self) -> int: ...
    def clock_was_set(self) -> int: ...


class Stopping(Exception):
    """This worker was asked to stop: another one does the rest."""


class Again(retry.BaseRetryStrategy):
    """Waits longer each time, and gives up in the end: the sweep, or the next round, comes for what is left."""

    def get_retry_decision(self, *, exception: BaseException, job: jobs.Job) -> retry.RetryDecision | None:
        if isinstance(exception, Stopping):
            return retry.RetryDecision(retry_in={"seconds": 0})
        if job.attempts >= MOST_TRIES:
            return None
        return retry.RetryDecision(retry_in={"seconds": min(LONGEST_WAIT, 2**job.attempts)})


def app(service: Service, address: str) -> procrastinate.App:
    """The engine over this database, with all that can be asked of it."""
    made = procrastinate.App(
        connector=procrastinate.PsycopgConnector(
            conninfo=address, min_size=1, max_size=6, timeout=20, kwargs={"options": "-c timezone=UTC"}
        )
    )

    def task(name: Task) -> Callable[[Callable[..., Any]], Any]:
        return made.task(name=name.value, retry=Again())

    @task(Task.LOOK)
    def look(source: str, slot: str) -> None:
        _go_on(service)
        service.look(source, datetime.fromisoformat(slot))
        _go_on(service)  # it may have been put off because of that

    @task(Task.DELIVER)
    def deliver(channel: str, first: int | None = None, last: int | None = None) -> None:
        _go_on(service)
        service.deliver_due(Channel(channel), None if first is None or last is None else (first, last))
        _go_on(service)

    @task(Task.REAP)
    async def reap() -> None:
        await _reap(made)
        await utils.sync_to_async(service.take_from_dead)

    @task(Task.ANALYZE)
    def analyze() -> None:
        service.store.analyze()

    for name, rounds in (
        (Task.SETTLE, service.settle_held), (Task.DIGESTS, service.gather_digests),
        (Task.BLINDNESS, service.watch_blindness), (Task.PRUNE, service.prune),
        (Task.SWEEP, lambda: service.store.sweep(service.clock())), (Task.AUDIT, service.audit),
        (Task.OPERATOR, service.tell_operator),
    ):  # fmt: skip
        task(name)(_round(service, name, rounds))
    return made


def _round(service: Service, name: Task, rounds: Callable[[], int]) -> Callable[[], None]:
    def go_round() -> None:
        _go_on(service)
        rounds()
        service.store.done(name, service.clock())
        service.finished(name.value)

    return go_round


def _go_on(service: Service) -> None:
    if service.stopping.is_set():
        raise Stopping


async def _reap(engine: procrastinate.App) -> None:
    """Gives the jobs of dead workers to others."""
    manager = engine.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED):
        log.warning("a job is given to another worker", job=job.id, task=job.task_name, reason="its worker fell silent")
        with suppress(exceptions.ConnectorException):  # it was finished in this moment
            await manager.retry_job(job, priority=job.priority + 1)
    await manager.prune_stalled_workers(STALLED)


# --------------------------------------------------------------------------------------
# A worker
# --------------------------------------------------------------------------------------
@contextmanager
def working(service: Service, address: str, *, looks: int) -> Iterator[None]:
    """Jobs are done in the background until the block ends; what is in hand then is finished or given back."""
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)  # its errors are ours, and told once
    queues = {Task.LOOK.value: looks, TEND: TENDING} | {line(one): DELIVERIES for one in service.channels()}
    thread = threading.Thread(
        target=lambda: asyncio.run(_serve(service, address, queues)), name="worker", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        service.stopping.set()
        thread.join()


async def _serve(service: Service, address: str, queues: dict[str, int]) -> None:
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(sum(queues.values()) + 4, thread_name_prefix="job"))
    # A job whose end could not be noted is taken up again when its worker counts as dead; said here once.
    loop.set_exception_handler(lambda _, what: _say(what.get("exception")))
    engine = await _until(service, lambda: _opened(service, address))
    if engine is None:
        return
    in_step = asyncio.Event()
    try:
        await asyncio.gather(
            _keep(service, in_step), *(_line(service, engine, in_step, name, count) for name, count in queues.items())
        )
    finally:
        with suppress(exceptions.ConnectorException, psycopg.Error):
            await engine.close_async()


async def _opened(service: Service, address: str) -> procrastinate.App:
    engine = app(service, address)
    await engine.open_async()
    return engine


async def _keep(service: Service, in_step: asyncio.Event) -> None:
    """Until we are asked to stop: makes good what this process owes, and lets it work only by the right time."""
    loop, was = asyncio.get_running_loop(), None
    with ThreadPoolExecutor(1, thread_name_prefix="keep") as own:  # no job that hangs may hold it up
        while not service.stopping.is_set():
            was = await _until(service, partial(loop.run_in_executor, own, _look_at_oneself, service, was))
            (in_step.set if was else in_step.clear)()
            for _ in range(round(KEEP / 0.2)):
                if not service.stopping.is_set():
                    await asyncio.sleep(0.2)


def _look_at_oneself(service: Service, was: bool | None) -> bool:
    """Whether our clock is right; `was` says whether it was when we looked last."""
    ahead = service.store.ahead(service.clock())
    if abs(ahead) > APART:
        if was is not False:
            log.error("the clock of this machine is wrong, so it does nothing; set it by NTP, and the database's too",
                      seconds_ahead=round(ahead.total_seconds()))  # fmt: skip
        return False
    if not was:
        service.clock_was_set()
    service.make_good()
    return True


async def _line(service: Service, engine: procrastinate.App, in_step: asyncio.Event, name: str, count: int) -> None:
    """Serves one queue until we are asked to stop, through every loss of the connection."""
    while not service.stopping.is_set():
        if in_step.is_set():
            await _until(service, lambda: _until_lost(service, engine, in_step, name, count))
        else:
            await asyncio.sleep(0.1)


async def _until_lost(
    service: Service, engine: procrastinate.App, in_step: asyncio.Event, name: str, count: int
) -> None:
    worker = asyncio.create_task(engine.run_worker_async(
        queues=[name], concurrency=count, name=name, listen_notify=False, install_signal_handlers=False,
        fetch_job_polling_interval=POLL, abort_job_polling_interval=60.0,
        delete_jobs=jobs.DeleteJobCondition.SUCCESSFUL, update_heartbeat_interval=BEAT,
        stalled_worker_timeout=STALLED,
    ))  # fmt: skip
    while not worker.done() and not service.stopping.is_set() and in_step.is_set():
        await asyncio.wait([worker], timeout=0.2)
    worker.cancel()
    with suppress(asyncio.CancelledError):
        await worker


async def _until(service: Service, attempt: Callable[[], Awaitable[_T]]) -> _T | None:
    """The result of the first attempt that succeeded; None if we were asked to stop before."""
    while not service.stopping.is_set():
        try:
            return await attempt()
        except Exception as error:  # a bug too: a process that lives must work
            _say(error)
        await asyncio.sleep(AGAIN)
    return None


def _say(error: object) -> None:
    cause = error.__cause__ or error if isinstance(error, BaseException) else error
    if isinstance(cause, psycopg.Error | psycopg_pool.PoolTimeout | exceptions.ConnectorException):
        log.warning("the database is away; the work goes on when it is back", reason=str(cause).strip())
    elif isinstance(cause, BaseException):
        log.error("a worker stopped on a bug; it goes on", exc_info=cause)


