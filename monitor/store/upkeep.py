"""Keeping house: what to count, what may be thrown away, what is wrong with the file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Select, Table, delete, func, select, text, union

from monitor.audience import DeliveryState, SubscriptionState
from monitor.model import ChangeState, Outcome
from monitor.store import bodies, subscriptions
from monitor.store.schema import bodies as bodies_table
from monitor.store.schema import changes, deliveries, snapshots, sources, tallies, visits


def counts(conn: Connection) -> dict[str, int]:
    """Numbers by name: `visits.unchanged` (ever, pruned ones too), `changes.told`,
    `deliveries.waiting`, `sources.watched`, `bodies`, `bytes` (as stored, compressed)."""
    found = {f"visits.{outcome}": 0 for outcome in Outcome}
    found |= {f"changes.{state}": 0 for state in ChangeState}
    found |= {f"deliveries.{state}": 0 for state in DeliveryState}
    seen = select(tallies.c.outcome, func.sum(tallies.c.visits)).group_by(tallies.c.outcome)
    found |= {f"visits.{outcome}": int(n) for outcome, n in conn.execute(seen)}
    found |= {f"changes.{state}": n for state, n in _by(conn, changes, changes.c.state)}
    found |= {f"deliveries.{state}": n for state, n in _by(conn, deliveries, deliveries.c.state)}
    watched = select(func.count()).select_from(sources).where(sources.c.watched)
    found |= {f"subscriptions.{state}": 0 for state in SubscriptionState}
    found |= {f"subscriptions.{state}": n for state, n in subscriptions.counted(conn).items()}
    found["sources.watched"] = conn.scalar(watched) or 0
    number, size = conn.execute(select(func.count(), func.sum(bodies_table.c.stored))).one()
    return found | {"bodies": number, "bytes": int(size or 0)}


def source_ids(conn: Connection) -> list[str]:
    return list(conn.scalars(select(sources.c.id).order_by(sources.c.id)))


def any_old(conn: Connection, source_id: str, before: datetime) -> bool:
    return conn.execute(_old(source_id, before, 1)).first() is not None


def prune(conn: Connection, source_id: str, before: datetime, limit: int) -> int:
    """Forget up to `limit` unchanged visits of a source from before then; how many that were.

    With them go the pages such a visit kept, unless a change rests on one or it is the baseline.
    """
    old = _old(source_id, before, limit)
    same_time = visits.c.taken_at == snapshots.c.taken_at
    kept = (
        select(snapshots.c.id)
        .join(visits, (visits.c.source_id == snapshots.c.source_id) & same_time)
        .where(visits.c.id.in_(old))
    )
    needed = union(
        select(sources.c.baseline_id).where(sources.c.id == source_id, sources.c.baseline_id > 0),
        select(changes.c.before_snapshot_id).where(changes.c.before_snapshot_id > 0),
        select(changes.c.after_snapshot_id).where(changes.c.after_snapshot_id > 0),
    )
    conn.execute(delete(snapshots).where(snapshots.c.id.in_(kept), snapshots.c.id.not_in(needed)))
    return conn.execute(delete(visits).where(visits.c.id.in_(old))).rowcount


def _old(source_id: str, before: datetime, limit: int) -> Select[Any]:
    told = select(changes.c.visit_id).where(changes.c.source_id == source_id)
    return (
        select(visits.c.id)
        .where(visits.c.source_id == source_id, visits.c.taken_at < before)
        .where(visits.c.outcome == Outcome.UNCHANGED, visits.c.id.not_in(told))
        .order_by(visits.c.taken_at)
        .limit(limit)
    )


def prune_bodies(conn: Connection) -> None:
    """Drop the bodies that no snapshot names any more."""
    named = select(snapshots.c.sha256)
    conn.execute(delete(bodies_table).where(bodies_table.c.sha256.not_in(named)))


def problems(conn: Connection) -> list[str]:
    """A sentence for each thing that is wrong inside the database; reads every page of it."""
    found: list[str] = []
    if conn.dialect.name == "sqlite":
        for said in conn.scalars(text("PRAGMA integrity_check")):
            if said != "ok":
                found.append(f"SQLite reports: {said}")
        for table, row, parent, _ in conn.execute(text("PRAGMA foreign_key_check")):
            found.append(f"Row {row} of {table} points to a row of {parent} that is not there.")
    for column, target, what in (
        (sources.c.baseline_id, snapshots, "its baseline, snapshot"),
        (sources.c.held_change_id, changes, "the change it holds back, number"),
    ):
        lost = (
            select(sources.c.id, column)
            .outerjoin(target, target.c.id == column)
            .where(column.is_not(None), target.c.id.is_(None))
        )
        for source_id, number in conn.execute(lost):
            found.append(f"The source {source_id} has lost {what} {number}.")
    missing = select(snapshots.c.id, snapshots.c.sha256).where(
        snapshots.c.sha256.not_in(select(bodies_table.c.sha256))
    )
    for snapshot_id, digest in conn.execute(missing):
        found.append(f"The page {digest[:12]} of snapshot {snapshot_id} is not there.")
    return found + bodies.damaged(conn)


def _by(conn: Connection, table: Table, column: Column[Any]) -> Iterable[tuple[Any, int]]:
    counted = conn.execute(select(column, func.count()).select_from(table).group_by(column))
    return [(name, number) for name, number in counted]
