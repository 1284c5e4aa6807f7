"""The sources: which we watch, when each is due, where each stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, select, true, update

from monitor.model import Source, SourceState, SourceView, StoredChange, VisitRow
from monitor.store import changes, revisions, rows
from monitor.store.columns import Utc
from monitor.store.schema import changes as changes_table
from monitor.store.schema import insert, sources, visits

_STATE = select(*rows.STATE_COLUMNS).where(sources.c.id == bindparam("source_id"))
_STATES = select(*rows.STATE_COLUMNS).where(sources.c.id.in_(bindparam("ids", expanding=True)))
_BASELINE = select(sources.c.baseline_id).where(sources.c.id == bindparam("source_id"))
_SOONEST = select(func.min(sources.c.next_due_at)).where(sources.c.watched)
_PLACES = select(func.count(sources.c.destination.distinct())).where(
    sources.c.watched, sources.c.publisher == bindparam("publisher")
)
_DUE = (
    select(sources.c.id)
    .where(sources.c.watched, sources.c.next_due_at <= bindparam("now", type_=Utc()))
    .order_by(sources.c.next_due_at)
    .limit(bindparam("at_most"))
)


def sync(
    conn: Connection, wanted: Sequence[Source], now: datetime, first_due: Mapping[str, datetime], *,
    rest_ends: bool = True,
) -> None:  # fmt: skip
    """Make the watched sources exactly these, or add these to them; the history of every source stays.

    A source that is new or back is due at `first_due`, or now. A new address or kind of page is
    due now and forgets the old one's ETag, date and fingerprint, so the next answer is compared.
    """
    revisions.bump(conn)
    known = {
        row.id: row
        for row in conn.execute(
            select(sources.c.id, sources.c.url, sources.c.kind, sources.c.watched)
        )
    }
    new, kept, moved, back = [], [], [], []
    for source in wanted:
        row, named = known.pop(source.id, None), _named(source)
        when = first_due.get(source.id, now)
        if row is None:
            new.append(_BLANK | named | {"id": source.id, "next_due_at": when})
            continue
        kept.append({"source": source.id, **{f"new_{key}": named[key] for key in named}})
        if (row.url, row.kind) != (source.url, source.kind):
            moved.append({"source": source.id, "due": now})
        elif not row.watched:
            back.append({"source": source.id, "due": when})
    gone = [{"source": name} for name, row in known.items() if row.watched and rest_ends]
    this = update(sources).where(sources.c.id == bindparam("source"))
    again: dict[str, Any] = {"next_due_at": bindparam("due")}
    for statement, values in (
        (insert(conn.dialect.name, sources).on_conflict_do_nothing(), new),
        (this.values({key: bindparam(f"new_{key}") for key in _NAMED}), kept),
        (this.values(etag="", last_modified="", fingerprint="", **again), moved),
        (this.values(**again), back),
        (this.values(watched=False), gone),
    ):
        if values:
            conn.execute(statement, values)


def due(conn: Connection, now: datetime, limit: int) -> tuple[str, ...]:
    return tuple(conn.scalars(_DUE, {"now": now, "at_most": limit}))


def destinations(conn: Connection, publisher: str) -> int:
    return conn.scalar(_PLACES, {"publisher": publisher}) or 0


def next_due_at(conn: Connection) -> datetime | None:
    soonest: datetime | None = conn.scalar(_SOONEST)
    return soonest


def postpone(conn: Connection, source_id: str, until: datetime) -> None:
    conn.execute(update(sources).where(sources.c.id == source_id).values(next_due_at=until))


def bring_back(conn: Connection, now: datetime) -> int:
    """Make due the sources that were seen at a time still to come: the clock ran ahead then."""
    ahead = update(sources).where(sources.c.watched, sources.c.last_visit_at > now, sources.c.next_due_at > now)
    return conn.execute(ahead.values(next_due_at=now)).rowcount


def state(conn: Connection, source_id: str) -> SourceState:
    row = conn.execute(_STATE, {"source_id": source_id}).one_or_none()
    return SourceState(source_id=source_id) if row is None else rows.state(row)


def states(conn: Connection, source_ids: Sequence[str]) -> dict[str, SourceState]:
    found = [rows.state(row) for row in conn.execute(_STATES, {"ids": list(source_ids)})]
    return {one.source_id: one for one in found}


def baseline_id(conn: Connection, source_id: str) -> int | None:
    return conn.scalar(_BASELINE, {"source_id": source_id})


def visited(
    conn: Connection, source_id: str, limit: int, before_id: int | None = None
) -> tuple[VisitRow, ...]:
    """The newest visits first."""
    query = (
        select(*rows.VISIT_COLUMNS)
        .outerjoin(changes_table, changes_table.c.visit_id == visits.c.id)
        .where(visits.c.source_id == source_id)
        .order_by(visits.c.taken_at.desc())
        .limit(limit)
    )
    if before_id is not None:
        last = select(visits.c.taken_at).where(visits.c.id == before_id).scalar_subquery()
        query = query.where(visits.c.taken_at < last)
    found = conn.execute(query)
    return tuple(rows.visit(row) for row in found.mappings())


def overview(conn: Connection, destinations: Sequence[str] | None = None) -> tuple[SourceView, ...]:
    """Every watched source, or those of these destinations, by destination and publisher."""
    newest = changes.newest(conn, destinations)
    mine = true() if destinations is None else sources.c.destination.in_(tuple(destinations))
    found = conn.execute(
        _views().where(mine).order_by(sources.c.destination_name, sources.c.publisher, sources.c.id)
    )
    return tuple(_view(row, newest.get(row.source_id)) for row in found)


def listed(
    conn: Connection, after: str, limit: int, destinations: Sequence[str] | None
) -> tuple[SourceView, ...]:
    query = _views().where(sources.c.id > after).order_by(sources.c.id).limit(limit)
    if destinations is not None:
        query = query.where(sources.c.destination.in_(tuple(destinations)))
    return tuple(_view(row, None) for row in conn.execute(query))


def one(conn: Connection, source_id: str) -> SourceView | None:
    row = conn.execute(_views().where(sources.c.id == source_id)).one_or_none()
    return None if row is None else _view(row, None)


def catalogue(conn: Connection, after: str, limit: int) -> tuple[tuple[str, str], ...]:
    """(key, name) of the watched destinations, by key."""
    query = (
        select(sources.c.destination, func.min(sources.c.destination_name))
        .where(sources.c.watched, sources.c.destination > after)
        .group_by(sources.c.destination)
        .order_by(sources.c.destination)
        .limit(limit)
    )
    return tuple((key, name) for key, name in conn.execute(query))


def _views() -> Select[Any]:
    return select(
        *rows.STATE_COLUMNS, sources.c.url, sources.c.kind, sources.c.publisher, sources.c.destination,
        sources.c.destination_name, sources.c.level,
    ).where(sources.c.watched)  # fmt: skip


def _view(row: Row[Any], last_change: StoredChange | None) -> SourceView:
    return SourceView(
        state=rows.state(row),
        url=row.url,
        kind=row.kind,
        publisher=row.publisher,
        destination=row.destination,
        destination_name=row.destination_name,
        level=row.level,
        last_change=last_change,
    )


_NAMED = ("url", "kind", "publisher", "destination", "destination_name", "watched")
_BLANK: dict[str, Any] = {
    "failures": 0,
    "etag": "",
    "last_modified": "",
    "fingerprint": "",
    "last_reason": "",
    "level": "",
}


def _named(source: Source) -> dict[str, Any]:
    values = (
        source.url,
        source.kind,
        source.publisher,
        source.destination.key,
        source.destination.name,
        True,
    )
    return dict(zip(_NAMED, values, strict=True))
