"""Who may give out what is due, when several schedulers ask at once: the one that moves the slot forward.

A slot is a name and the moment it was last given out for. It moves forward only, in the transaction that enqueues the
job, so each (source, moment) has one job, whoever and however many ask. A job that vanished is given out again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Update, case, delete, func, literal, or_, select, text, union_all, update
from sqlalchemy.dialects import postgresql

from monitor.audience import Channel
from monitor.store import deliveries, work
from monitor.store.columns import Utc
from monitor.store.schema import slots, sources
from monitor.store.work import BLOCK, Job, Task

LOST = timedelta(minutes=10)
"""A look that nobody finished for so long is given out again."""
PAUSE = timedelta(minutes=10)
"""After such a pause between two ends of a task, the machines stood still."""
PATIENCE = timedelta(seconds=15)
"""So long a delivery may be overdue before a sweep takes its job for lost."""
EVERY = {Task.REAP: 10, Task.SWEEP: 15, Task.SETTLE: 30, Task.DIGESTS: 30, Task.BLINDNESS: 30, Task.PRUNE: 86_400,
         Task.AUDIT: 30, Task.OPERATOR: 30}  # fmt: skip
"""Seconds between two rounds."""
UNFINISHED = timedelta(hours=6)
"""A job that is being done for so long is not being done: whoever did it could not say how it ended."""
AHEAD = 60
"""Seconds by which the clocks of two machines may differ."""
LOOK = "look:"


def give_out(conn: Connection, now: datetime, looks: int) -> int:
    """Enqueue what is due and nobody has given out yet; how many jobs."""
    made = [_look(row) for row in _moved(conn, _due(now, looks), now)]
    rounds = union_all(*(
        select(literal(task.value).label("name"), literal(_round(now, seconds), Utc).label("at"))
        for task, seconds in EVERY.items()
    ))  # fmt: skip
    for row in _moved(conn, rounds, now):
        made.append(Job(task=Task(row.name), key=row.name))
    work.of(conn).defer(conn, made)
    return len(made)


def _round(now: datetime, seconds: int) -> datetime:
    return datetime.fromtimestamp(now.timestamp() // seconds * seconds, UTC)


def _due(now: datetime, limit: int) -> Any:
    """Sources that are due at a moment for which no job was made, or one that was lost."""
    name = literal(LOOK) + sources.c.id
    return (
        select(name.label("name"), sources.c.next_due_at.label("at"))
        .outerjoin(slots, slots.c.name == name)
        .where(sources.c.watched, sources.c.next_due_at <= now)
        .where(or_(slots.c.name.is_(None), slots.c.at < sources.c.next_due_at, slots.c.made_at < now - LOST))
        .order_by(sources.c.next_due_at)
        .limit(limit)
    )


def _moved(conn: Connection, wanted: Any, now: datetime) -> Iterable[Row[Any]]:
    """Move these slots forward; those that we moved, and nobody else."""
    found = wanted.subquery()
    rows = select(found.c.name, found.c.at, literal(now, Utc)).order_by(found.c.name)  # in one order: no deadlock
    new = postgresql.insert(slots).from_select(["name", "at", "made_at"], rows)
    lost = (slots.c.at == new.excluded.at) & (slots.c.made_at < now - LOST) & slots.c.name.startswith(LOOK)
    moved = new.on_conflict_do_update(
        index_elements=[slots.c.name], set_={"at": new.excluded.at, "made_at": new.excluded.made_at},
        where=(slots.c.at < new.excluded.at) | lost,
    )  # fmt: skip
    return conn.execute(moved.returning(slots.c.name, slots.c.at)).all()


def _look(row: Row[Any]) -> Job:
    source_id = row.name.removeprefix(LOOK)
    return Job(task=Task.LOOK, queue=Task.LOOK, ids={"source": source_id, "slot": row.at.isoformat()})


def bring_back(conn: Connection, now: datetime) -> None:
    """What was given out by a clock that ran ahead is given out again, and not only when that time has come."""
    latest = now + timedelta(seconds=AHEAD)
    given = or_(slots.c.at > latest, slots.c.made_at > latest)
    conn.execute(delete(slots).where(slots.c.name.startswith(LOOK), given))
    before = literal(now - timedelta(seconds=max(EVERY.values())), Utc)
    conn.execute(update(slots).where(given).values(at=before, made_at=before))
    ahead = update(slots).where(or_(slots.c.done_at > latest, slots.c.since > latest))
    conn.execute(ahead.values(done_at=None, since=None))


def clock(conn: Connection) -> datetime:
    """What time it is for the database."""
    return conn.execute(select(func.clock_timestamp(type_=Utc))).scalar_one()


def done(conn: Connection, task: Task, now: datetime) -> None:
    paused = or_(slots.c.done_at.is_(None), slots.c.done_at < now - PAUSE)
    this: Update = update(slots).where(slots.c.name == task.value)
    conn.execute(this.values(since=case((paused, literal(now, Utc)), else_=slots.c.since), done_at=now))


def last_done(conn: Connection, task: Task) -> tuple[datetime | None, datetime | None]:
    row = conn.execute(select(slots.c.done_at, slots.c.since).where(slots.c.name == task.value)).one_or_none()
    return (None, None) if row is None else (row.done_at, row.since)


_WAITING = text(
    "SELECT queue_name, count(*) AS jobs FROM procrastinate_jobs WHERE status = 'todo' AND task_name = 'deliver'"
    " AND (scheduled_at IS NULL OR scheduled_at <= now()) GROUP BY queue_name"
)


def sweep(conn: Connection, now: datetime) -> int:
    """Enqueue a job for each hundred deliveries that are overdue, less the jobs that wait anyway; how many."""
    overdue = deliveries.overdue(conn, now - PATIENCE)
    waiting = {row.queue_name: row.jobs for row in conn.execute(_WAITING)} if overdue else {}
    made: list[Job] = []
    for channel, count in sorted(overdue.items()):
        lacking = -(-count // BLOCK) - waiting.get(work.line(channel), 0)
        made += [_any(channel)] * min(max(0, lacking), 1_000)
    work.of(conn).defer(conn, made)
    return len(made)


def _any(channel: Channel) -> Job:
    return Job(task=Task.DELIVER, queue=work.line(channel), ids={"channel": channel.value})


def forget_jobs(conn: Connection) -> int:
    """Take out jobs that failed for good, and those that nobody finishes any more; how many."""
    started = text(
        "DELETE FROM procrastinate_jobs WHERE id IN (SELECT job_id FROM procrastinate_events GROUP BY job_id"
        " HAVING max(at) < now() - make_interval(secs => :secs)) AND status <> 'todo'"
    )
    return conn.execute(started, {"secs": UNFINISHED.total_seconds()}).rowcount


def analyze(conn: Connection) -> None:
    conn.execute(text("ANALYZE deliveries, procrastinate_jobs"))
