"""The alarms: raised once, told once, ended once, whoever audits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, and_, or_, select, update

from monitor.alarm import Alarm, Raised
from monitor.core.alarms import Turn
from monitor.store.schema import alarms, insert

_COLUMNS = tuple(column for column in alarms.c if column.name != "end_told_at")
_LIMIT = 500
_NEWS = timedelta(days=1)
"""So long the end of an alarm is news to an operator who could not be reached."""


def standing(conn: Connection) -> tuple[Raised, ...]:
    """Those that are not over, oldest first."""
    # In the order of the index that holds those that stand and no others.
    query = select(*_COLUMNS).where(alarms.c.ended_at.is_(None)).order_by(alarms.c.name, alarms.c.about).limit(_LIMIT)
    return tuple(sorted((_value(row) for row in conn.execute(query).mappings()), key=lambda one: one.id))


def counted(conn: Connection) -> dict[str, int]:
    """How many of each kind stand."""
    return Counter(one.name for one in standing(conn))


def take(conn: Connection, turn: Turn, now: datetime) -> tuple[tuple[Raised, ...], tuple[Raised, ...]]:
    """Write what an audit decided; what this one, and no other audit at the same time, raised and ended."""
    raised = [made for one in turn.new if (made := _raise(conn, one, now)) is not None]
    for number, one in turn.again:
        conn.execute(update(alarms).where(alarms.c.id == number).values(
            seen_at=now, detail=one.detail, stops=one.stops))  # fmt: skip
    ended = (
        update(alarms).where(alarms.c.id.in_(turn.over), alarms.c.ended_at.is_(None))
        .values(ended_at=now).returning(*_COLUMNS)
    )  # fmt: skip
    over = [_value(row) for row in conn.execute(ended).mappings()] if turn.over else []
    return tuple(raised), tuple(over)


def _raise(conn: Connection, one: Alarm, now: datetime) -> Raised | None:
    values = {"name": one.name, "about": one.about, "detail": one.detail, "stops": one.stops, "raised_at": now,
              "seen_at": now}  # fmt: skip
    new = insert(conn.dialect.name, alarms).values(values).on_conflict_do_nothing().returning(*_COLUMNS)
    row = conn.execute(new).mappings().one_or_none()
    return None if row is None else _value(row)


def untold(conn: Connection, now: datetime) -> tuple[Raised, ...]:
    """Those whose beginning, or whose end, the operator has had no mail about; not what was over before yesterday."""
    begun = and_(alarms.c.told_at.is_(None), alarms.c.ended_at.is_(None))
    ended = and_(alarms.c.ended_at > now - _NEWS, alarms.c.end_told_at.is_(None))
    query = select(*_COLUMNS).where(or_(begun, ended)).order_by(alarms.c.id).limit(_LIMIT)
    return tuple(_value(row) for row in conn.execute(query).mappings())


def told(conn: Connection, begun: Collection[int], ended: Collection[int], now: datetime) -> None:
    """Note that a mail told of these beginnings and these ends."""
    conn.execute(update(alarms).where(alarms.c.id.in_(begun), alarms.c.told_at.is_(None)).values(told_at=now))
    conn.execute(update(alarms).where(alarms.c.id.in_(ended)).values(end_told_at=now))


def _value(row: RowMapping) -> Raised:
    return Raised(**row)
