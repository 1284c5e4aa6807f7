"""Where sources stood: a row whenever a source's posture became another one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, ScalarSelect, Select, or_, select, update

from monitor.model import ChangeState, Source
from monitor.posture import Posture, Stand
from monitor.store import revisions
from monitor.store.schema import changes, insert, sources, stands

_DOUBTFUL = (ChangeState.HELD, ChangeState.REVERTED)
"""A stand that such a change brought does not count: nobody was told of it."""


def note(conn: Connection, source: Source, taken_at: datetime, posture: Posture, change_id: int | None) -> None:
    """Keep where this source stands now, unless it stood there already."""
    newest = conn.execute(_valid().where(stands.c.source_id == source.id).order_by(stands.c.taken_at.desc()).limit(1))
    last = newest.one_or_none()
    kept = posture.to_dict()
    if last is not None and last.posture == kept:
        return
    revisions.bump(conn)
    conn.execute(
        insert(conn.dialect.name, stands).on_conflict_do_nothing(),
        {"source_id": source.id, "taken_at": taken_at, "destination": source.destination.key,
         "publisher": source.publisher, "change_id": change_id, "level": posture.level, "height": posture.height,
         "posture": kept},
    )  # fmt: skip
    settled(conn, source.id)


def of_destination(conn: Connection, destination: str, since: datetime | None = None) -> tuple[Stand, ...]:
    """Every stand of a destination's sources, oldest first."""
    query = _valid().where(stands.c.destination == destination).order_by(stands.c.taken_at, stands.c.id)
    if since is not None:
        query = query.where(stands.c.taken_at >= since)
    return tuple(_value(row) for row in conn.execute(query))


def current(conn: Connection, destinations: Sequence[str]) -> tuple[Stand, ...]:
    """Where each watched source of these destinations stands now."""
    query = (
        _valid()
        .join(sources, stands.c.id == newest())
        .where(sources.c.watched, sources.c.destination.in_(tuple(destinations)))
        .order_by(sources.c.destination, sources.c.id)
    )
    return tuple(_value(row) for row in conn.execute(query))


def newest() -> ScalarSelect[int]:
    """The id of the newest stand that counts, of the source in the query around it: one step down an index."""
    last, cause = stands.alias(), changes.alias()
    return (
        select(last.c.id)
        .outerjoin(cause, cause.c.id == last.c.change_id)
        .where(last.c.source_id == sources.c.id)
        .where(or_(cause.c.id.is_(None), cause.c.state.not_in(_DOUBTFUL)))
        .order_by(last.c.taken_at.desc())
        .limit(1)
        .correlate(sources)
        .scalar_subquery()
    )


def settled(conn: Connection, source_id: str) -> None:
    """Keep beside the source at which level it stands, after a stand was added or began or ceased to count."""
    at = select(stands.c.level).where(stands.c.id == newest()).scalar_subquery()
    conn.execute(update(sources).where(sources.c.id == source_id).values(stands_at=at))


def missing(conn: Connection) -> tuple[str, ...]:
    """Ids of the watched sources that have a baseline and no stand: kept by a monitor that read none yet."""
    known = select(stands.c.id).where(stands.c.source_id == sources.c.id).exists()
    query = select(sources.c.id).where(sources.c.watched, sources.c.baseline_id.is_not(None), ~known)
    return tuple(conn.scalars(query.order_by(sources.c.id)))


def _valid() -> Select[Any]:
    return (
        select(stands.c.source_id, stands.c.publisher, stands.c.taken_at, stands.c.posture, changes.c.event_id)
        .outerjoin(changes, changes.c.id == stands.c.change_id)
        .where(or_(changes.c.id.is_(None), changes.c.state.not_in(_DOUBTFUL)))
    )


def _value(row: Row[Any]) -> Stand:
    return Stand(source_id=row.source_id, publisher=row.publisher, taken_at=row.taken_at,
                 posture=Posture.from_dict(row.posture), event_id=row.event_id or "")  # fmt: skip
