"""What the overview asks: destinations by the page, counted and filtered by the database.

With thousands of destinations nobody may read them all to show fifty. Statements are built once; building one costs
more than SQLite takes to answer it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Text, and_, bindparam, case, distinct, func, or_, select

from monitor.model import Severity, StoredChange
from monitor.places import PlaceRow, Route, Wanted, Watch
from monitor.posture import Posture, Stand
from monitor.store import changes as change_rows
from monitor.store import stands
from monitor.store.columns import Utc
from monitor.store.schema import changes, sources
from monitor.store.schema import stands as stands_table

_LATE = bindparam("late", type_=Utc())
_STALE = or_(sources.c.failures > 0, sources.c.last_good_at.is_(None), sources.c.next_due_at < _LATE)
_WATCH = select(
    func.count(distinct(sources.c.destination)),
    func.count(),
    func.sum(case((sources.c.failures > 0, 1), else_=0)),
    func.sum(case((and_(sources.c.failures == 0, _STALE), 1), else_=0)),
).where(sources.c.watched)
_PUBLISHERS = (
    select(sources.c.publisher, func.count()).where(sources.c.watched)
    .group_by(sources.c.publisher).order_by(sources.c.publisher)
)  # fmt: skip
_NAME = (
    select(sources.c.destination_name)
    .where(sources.c.watched, sources.c.destination == bindparam("destination"))
    .limit(1)
)
_OVERDUE = (
    select(sources.c.id, sources.c.next_due_at).where(sources.c.watched).order_by(sources.c.next_due_at).limit(1)
)


def watch(conn: Connection, late: datetime) -> Watch:
    places, number, failing, overdue = conn.execute(_WATCH, {"late": late}).one()
    by = {row[0]: row[1] for row in conn.execute(_PUBLISHERS)}
    return Watch(destinations=places, sources=number, failing=failing or 0, late=overdue or 0, publishers=by)


def name(conn: Connection, destination: str) -> str | None:
    found: str | None = conn.scalar(_NAME, {"destination": destination})
    return found


def most_overdue(conn: Connection) -> tuple[str, datetime] | None:
    """The watched source that has been due longest, and since when."""
    row = conn.execute(_OVERDUE).one_or_none()
    return None if row is None else (row.id, row.next_due_at)


def listed(
    conn: Connection, wanted: Wanted, *, late: datetime, limit: int, offset: int, findings: bool
) -> tuple[tuple[PlaceRow, ...], int]:
    """One page of the destinations asked for, by name, and how many there are in all."""
    given = {"late": late, "words": _like(wanted.words), "publisher": wanted.publisher, "level": wanted.level,
             "most": limit, "offset": offset}  # fmt: skip
    page, count = _statements(bool(wanted.words), wanted.level > 0, bool(wanted.publisher), wanted.stale)
    keys = [row.destination for row in conn.execute(page, given)]
    return rows_of(conn, keys, findings=findings), conn.scalar(count, given) or 0


def _like(words: str) -> str:
    plain = words.strip().casefold()
    for char in "\\%_":
        plain = plain.replace(char, f"\\{char}")
    return f"%{plain}%"


@cache
def _statements(words: bool, level: bool, publisher: bool, stale: bool) -> tuple[Select[Any], Select[Any]]:
    """The page of destinations and their number, for what is asked."""
    where: list[ColumnElement[bool]] = [sources.c.watched]
    if words:
        like = bindparam("words", type_=Text())
        where.append(or_(func.lower(sources.c.destination_name).like(like, escape="\\"),
                         sources.c.destination.like(like, escape="\\")))  # fmt: skip
    if publisher:
        where.append(sources.c.publisher == bindparam("publisher"))
    if stale:
        where.append(_STALE)
    if level:
        where.append(sources.c.stands_at >= bindparam("level"))
    group = (sources.c.destination_name, sources.c.destination)
    page = select(sources.c.destination).where(*where).group_by(*group).order_by(*group)
    count = select(func.count(distinct(sources.c.destination))).where(*where)
    return page.limit(bindparam("most")).offset(bindparam("offset")), count


_COLUMNS = (
    sources.c.id.label("source_id"), sources.c.publisher, sources.c.level, sources.c.failures,
    sources.c.failing_since, sources.c.last_good_at, sources.c.next_due_at, sources.c.last_outcome,
)  # fmt: skip
_ROUTES = (
    select(
        *_COLUMNS, sources.c.destination, sources.c.destination_name,
        stands_table.c.posture, stands_table.c.taken_at.label("stood_at"),
    )
    .select_from(sources.outerjoin(stands_table, stands_table.c.id == stands.newest()))
    .where(sources.c.watched, sources.c.destination.in_(bindparam("keys", expanding=True)))
    .order_by(sources.c.destination, sources.c.publisher, sources.c.id)
)  # fmt: skip
_LAST = (
    select(sources.c.destination, select(func.max(changes.c.id))
           .where(changes.c.destination == sources.c.destination, changes.c.state.in_(change_rows.SAID))
           .correlate(sources).scalar_subquery().label("last"))
    .where(sources.c.watched, sources.c.destination.in_(bindparam("keys", expanding=True)))
    .group_by(sources.c.destination)
)  # fmt: skip


def _route(row: Any) -> Route:
    return Route(source_id=row.source_id, publisher=row.publisher, level=row.level, failures=row.failures,
                 failing_since=row.failing_since, last_good_at=row.last_good_at, next_due_at=row.next_due_at,
                 last_outcome=row.last_outcome)  # fmt: skip


_ALL = select(*_COLUMNS).where(sources.c.watched).order_by(sources.c.id)


def routes(conn: Connection) -> tuple[Route, ...]:
    """Every watched source."""
    return tuple(map(_route, conn.execute(_ALL)))


def rows_of(conn: Connection, keys: Sequence[str], *, findings: bool = False) -> tuple[PlaceRow, ...]:
    """These destinations, in this order; `findings` come along with their changes only if asked for."""
    if not keys:
        return ()
    found: defaultdict[str, list[Route]] = defaultdict(list)
    standing: defaultdict[str, list[Stand]] = defaultdict(list)
    named: dict[str, str] = {}
    for row in conn.execute(_ROUTES, {"keys": keys}):
        named[row.destination] = row.destination_name
        found[row.destination].append(_route(row))
        if row.posture is not None:
            standing[row.destination].append(Stand(
                source_id=row.source_id, publisher=row.publisher, taken_at=row.stood_at,
                posture=Posture.from_dict(row.posture)))  # fmt: skip
    ids = {row.destination: row.last for row in conn.execute(_LAST, {"keys": keys}) if row.last is not None}
    last = {change.destination: change for change in change_rows.lines(conn, ids.values(), findings=findings)}
    return tuple(PlaceRow(key=key, name=named[key], routes=tuple(found[key]), stands=tuple(standing[key]),
                          last=last.get(key)) for key in keys if key in named)  # fmt: skip


_NEWEST = (
    select(changes.c.id).where(changes.c.severity == bindparam("severity"))
    .order_by(changes.c.id.desc()).limit(bindparam("most"))
)  # fmt: skip


def latest(
    conn: Connection, severities: Iterable[Severity], limit: int, *, findings: bool
) -> tuple[StoredChange, ...]:
    """The newest changes of these severities. One question each: an index answers it however rare one is."""
    ids = sorted((found for one in severities
                  for found in conn.scalars(_NEWEST, {"severity": one, "most": limit})), reverse=True)  # fmt: skip
    found = change_rows.lines(conn, ids[:limit], findings=findings)
    return tuple(sorted(found, key=lambda one: one.id, reverse=True))
