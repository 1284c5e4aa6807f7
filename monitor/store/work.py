"""The queue: what has to be done because of what a transaction writes.

    Rows   one machine: the rows that are written are the queue, and a tick finds what is due
    Jobs   PostgreSQL: jobs of Procrastinate, enqueued in the same transaction as what causes them

A job carries ids only and promises nothing: it may be lost, or run twice. Deliveries are claimed row by row, sources
are looked at once for each moment they are due, and a slow sweep finds what no job came for. Who does the work does not
know which queue called.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import Connection, func, literal_column, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from monitor.audience import Channel
from monitor.store.schema import COUNTED, deliveries

BLOCK = 100
"""Recipients for each job: enough that the engine costs little, few enough that a lost worker holds up few."""
LARGE = 10_000
"""After so many new rows PostgreSQL's idea of the table is wrong, and its plans with it."""
STEP = 5
"""Seconds: what has to wait is woken together with all that waits for the same moment, by one job."""


class Task(StrEnum):
    """What can be asked for."""

    LOOK = "look"
    DELIVER = "deliver"
    SETTLE = "settle"
    DIGESTS = "digests"
    BLINDNESS = "blindness"
    PRUNE = "prune"
    SWEEP = "sweep"
    REAP = "reap"
    ANALYZE = "analyze"
    AUDIT = "audit"
    OPERATOR = "operator"


PRIORITY = {Task.REAP: 100, Task.ANALYZE: 90, Task.SWEEP: 80, Task.SETTLE: 70, Task.AUDIT: 60}
"""More goes first, within one queue. What brings lost work back must not wait behind the work."""
TEND = "tend"
"""The queue of all that is neither a look nor a delivery."""


def line(channel: Channel) -> str:
    """The queue of one channel: one that hangs holds up no other."""
    return f"deliver-{channel.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One thing to do. Of equal keys one waits at a time; without a key it always waits by itself."""

    task: Task
    queue: str = TEND
    key: str = ""
    run_at: datetime | None = None
    priority: int = 0
    ids: dict[str, Any] = field(default_factory=dict)


class Queue(Protocol):
    """What the store asks of a queue, always inside the transaction of what causes the work."""

    def defer(self, conn: Connection, jobs: Iterable[Job]) -> None: ...
    def fan_out(self, conn: Connection, new: sqlite.Insert | postgresql.Insert) -> int: ...
    def wake(self, conn: Connection, channels: Iterable[Channel], at: datetime) -> None: ...


class Rows:
    """One machine: what is due is a query, and who ticks asks it every second."""

    def defer(self, conn: Connection, jobs: Iterable[Job]) -> None:
        """Nothing: the row that made it necessary is there."""

    def fan_out(self, conn: Connection, new: sqlite.Insert | postgresql.Insert) -> int:
        """Write new deliveries; how many."""
        return conn.execute(new, execution_options=COUNTED).rowcount

    def wake(self, conn: Connection, channels: Iterable[Channel], at: datetime) -> None:
        """Nothing: the row says when."""


class Jobs:
    """PostgreSQL: jobs of Procrastinate, through the functions in the database that it keeps stable."""

    def defer(self, conn: Connection, jobs: Iterable[Job]) -> None:
        """Enqueue these; one whose key waits already is left out."""
        rows = [_row(job) for job in jobs]
        free = [row for row in rows if not row["key"]]
        if free:
            conn.execute(_DEFER, {"jobs": json.dumps(free)})
        for row in rows:
            if row["key"]:
                _unless_waiting(conn, row)

    def fan_out(self, conn: Connection, new: sqlite.Insert | postgresql.Insert) -> int:
        """Write new deliveries, and one job for each hundred of a channel, in one statement; how many deliveries."""
        made, jobs = conn.execute(_fanned(new)).one()
        if jobs and made >= LARGE:
            self.defer(conn, [Job(task=Task.ANALYZE, key=Task.ANALYZE)])
        return int(made)

    def wake(self, conn: Connection, channels: Iterable[Channel], at: datetime) -> None:
        """One job for all that waits on a channel until about then."""
        moment = -(-int(at.timestamp()) // STEP) * STEP
        self.defer(conn, [
            Job(task=Task.DELIVER, queue=line(channel), key=f"{line(channel)}:{moment}",
                run_at=datetime.fromtimestamp(moment, UTC), ids={"channel": channel.value})
            for channel in sorted(channels)
        ])  # fmt: skip


_ROWS, _JOBS = Rows(), Jobs()


def of(conn: Connection) -> Queue:
    """The queue of this database."""
    return _ROWS if conn.dialect.name == "sqlite" else _JOBS


def _row(job: Job) -> dict[str, Any]:
    return {
        "queue": job.queue, "task": job.task.value, "key": job.key or None, "args": job.ids,
        "priority": job.priority or PRIORITY.get(job.task, 0), "at": job.run_at.isoformat() if job.run_at else None,
    }  # fmt: skip


_DEFER = text(
    "SELECT procrastinate_defer_jobs_v1(array_agg("
    "ROW(j.queue, j.task, j.priority, NULL, j.key, j.args, j.at)::procrastinate_job_to_defer_v1))"
    " FROM jsonb_to_recordset(CAST(:jobs AS jsonb)) AS j(queue text, task text, priority int, key text, args jsonb,"
    " at timestamptz)".replace("::", r"\:\:")
)
_WAITS = text("SELECT 1 FROM procrastinate_jobs WHERE queueing_lock = :key AND status = 'todo' LIMIT 1")


def _unless_waiting(conn: Connection, row: dict[str, Any]) -> None:
    if conn.scalar(_WAITS, {"key": row["key"]}) is not None:
        return
    try:
        with conn.begin_nested():
            conn.execute(_DEFER, {"jobs": json.dumps([row])})
    except IntegrityError as error:
        # Somebody else enqueued it in this moment. Anything else is no business of ours.
        if getattr(getattr(error.orig, "diag", None), "constraint_name", "") != _ONE_WAITS:
            raise


_ONE_WAITS = "procrastinate_jobs_queueing_lock_idx_v1"
_BLOCK_JOB = (
    "ROW('deliver-' || blocks.channel, 'deliver', 50 - blocks.patience, NULL, NULL,"
    " jsonb_build_object('channel', blocks.channel, 'first', blocks.first, 'last', blocks.last),"
    " NULL)::procrastinate_job_to_defer_v1"
)


def _fanned(new: sqlite.Insert | postgresql.Insert) -> Any:
    """The INSERT of deliveries, with the INSERT of their jobs behind it."""
    table = deliveries.c
    made = new.returning(table.id, table.channel, table.patience, table.next_try_at).cte("made")
    place = func.row_number().over(partition_by=made.c.channel, order_by=made.c.id) - 1
    numbered = select(made.c.id, made.c.channel, made.c.patience, (place // BLOCK).label("block"))
    numbered = numbered.where(made.c.next_try_at.is_not(None))
    ranked = numbered.subquery()
    blocks = (
        select(ranked.c.channel, func.min(ranked.c.id).label("first"), func.max(ranked.c.id).label("last"),
               func.min(ranked.c.patience).label("patience"))
        .group_by(ranked.c.channel, ranked.c.block)
        .subquery("blocks")
    )  # fmt: skip
    jobs = func.cardinality(func.procrastinate_defer_jobs_v1(func.array_agg(literal_column(_BLOCK_JOB))))
    return select(
        select(func.count()).select_from(made).scalar_subquery().label("made"),
        select(func.coalesce(jobs, 0)).select_from(blocks).scalar_subquery().label("jobs"),
    )
