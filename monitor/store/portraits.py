"""One source as such: what it is, how its looks ended, how fast it answers, which of its pages are kept."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from sqlalchemy import Connection, case, func, select

from monitor.history import Capture, Portrait, Tally
from monitor.model import Outcome, SourceView
from monitor.store import rows
from monitor.store.around import KEPT, capture
from monitor.store.schema import snapshots, sources, tallies, visits

ANSWERS = 100
"""So many of the newest answers are timed."""
FEW = 3
"""With fewer looks than this, nothing is said of the pace."""


def one(conn: Connection, source_id: str, now: datetime) -> Portrait | None:
    """The source with this id, watched or not; None if there never was one."""
    row = conn.execute(
        select(
            *rows.STATE_COLUMNS, sources.c.url, sources.c.kind, sources.c.publisher, sources.c.destination,
            sources.c.destination_name, sources.c.level, sources.c.watched,
        ).where(sources.c.id == source_id)
    ).one_or_none()  # fmt: skip
    if row is None:
        return None
    view = SourceView(state=rows.state(row), url=row.url, kind=row.kind, publisher=row.publisher,
                      destination=row.destination, destination_name=row.destination_name, level=row.level,
                      last_change=None)  # fmt: skip
    newest = conn.execute(
        select(visits.c.taken_at, visits.c.status, visits.c.elapsed)
        .where(visits.c.source_id == source_id)
        .order_by(visits.c.taken_at.desc())
        .limit(ANSWERS)
    ).all()
    gaps = [(a.taken_at - b.taken_at).total_seconds() for a, b in pairwise(newest)]
    answers = [(look.taken_at, look.elapsed) for look in reversed(newest) if look.status is not None]
    return Portrait(view=view, watched=row.watched, tallies=_tallies(conn, source_id, now), answers=tuple(answers),
                    pace=median(gaps) if len(gaps) >= FEW else None)  # fmt: skip


def _tallies(conn: Connection, source_id: str, now: datetime) -> tuple[Tally, ...]:
    week, month = now - timedelta(days=7), now - timedelta(days=30)
    ever = conn.execute(select(tallies.c.outcome, tallies.c.visits).where(tallies.c.source_id == source_id))
    found: dict[Outcome, int] = {row.outcome: row.visits for row in ever}
    recent = conn.execute(
        select(visits.c.outcome, func.count().label("month"),
               func.sum(case((visits.c.taken_at >= week, 1), else_=0)).label("week"))
        .where(visits.c.source_id == source_id, visits.c.taken_at >= month)
        .group_by(visits.c.outcome)
    )  # fmt: skip
    lately = {row.outcome: row for row in recent}
    return tuple(
        Tally(outcome=outcome, ever=found.get(outcome, 0), month=lately[outcome].month if outcome in lately else 0,
              week=lately[outcome].week if outcome in lately else 0)
        for outcome in Outcome if outcome in found or outcome in lately
    )  # fmt: skip


def kept(conn: Connection, source_id: str, limit: int, before: int | None) -> tuple[Capture, ...]:
    """The newest captures first; with `before` those that came before the capture with this id."""
    query = KEPT.where(snapshots.c.source_id == source_id).order_by(snapshots.c.taken_at.desc()).limit(limit)
    if before is not None:
        then = select(snapshots.c.taken_at).where(snapshots.c.id == before, snapshots.c.source_id == source_id)
        query = query.where(snapshots.c.taken_at < then.scalar_subquery())
    return tuple(capture(row) for row in conn.execute(query))


def named(conn: Connection, source_id: str, ids: Collection[int]) -> tuple[Capture, ...]:
    query = KEPT.where(snapshots.c.source_id == source_id, snapshots.c.id.in_(tuple(ids)))
    return tuple(capture(row) for row in conn.execute(query))
