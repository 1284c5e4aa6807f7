"""Sessions and tokens of operators: random, and kept only as their hash."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, or_, select, update

from monitor.audience import Pass
from monitor.store.schema import passes

_SHOWN = 12
"""So many characters of a hash name it."""
_NOTED = timedelta(minutes=1)
"""How stale the note of the last use may get: not every request is a write."""


def hashed(token: str) -> str:
    """What is kept of a token. Tokens hold 256 random bits, so that a fast hash gives nothing away."""
    return hashlib.sha256(token.encode()).hexdigest()


def issue(conn: Connection, token: str, *, kind: str, name: str, now: datetime, expires_at: datetime | None) -> Pass:
    """Make this token open something."""
    key = hashed(token)
    conn.execute(delete(passes).where(passes.c.expires_at <= now))
    conn.execute(passes.insert(), {"hash": key, "kind": kind, "name": name, "created_at": now,
                                   "expires_at": expires_at, "used_at": None})  # fmt: skip
    return Pass(id=key[:_SHOWN], kind=kind, name=name, created_at=now, expires_at=expires_at)


def found(conn: Connection, token: str, kind: str, now: datetime, idle: timedelta | None = None) -> Pass | None:
    """Whose token this is; None if it opens nothing, or no longer, or if nobody used it for so long."""
    query = (
        select(passes)
        .where(passes.c.hash == hashed(token), passes.c.kind == kind)
        .where(or_(passes.c.expires_at.is_(None), passes.c.expires_at > now))
    )
    if idle is not None:
        query = query.where(func.coalesce(passes.c.used_at, passes.c.created_at) > now - idle)
    row = conn.execute(query).one_or_none()
    return None if row is None else _value(row)


def stale(one: Pass, now: datetime) -> bool:
    """Whether its last use is worth a note."""
    return one.used_at is None or now - one.used_at > _NOTED


def used(conn: Connection, token: str, now: datetime) -> None:
    conn.execute(update(passes).where(passes.c.hash == hashed(token)).values(used_at=now))


def revoke(conn: Connection, token_or_id: str) -> int:
    """Close what this token, or the one with this id, opened; how many that were."""
    query = delete(passes).where(or_(passes.c.hash == hashed(token_or_id), passes.c.hash.startswith(
        token_or_id, autoescape=True) if len(token_or_id) == _SHOWN else passes.c.hash == token_or_id))  # fmt: skip
    return conn.execute(query).rowcount


def listed(conn: Connection) -> tuple[Pass, ...]:
    return tuple(_value(row) for row in conn.execute(select(passes).order_by(passes.c.created_at.desc())))


def _value(row: Row[Any]) -> Pass:
    return Pass(id=row.hash[:_SHOWN], kind=row.kind, name=row.name, created_at=row.created_at,
                expires_at=row.expires_at, used_at=row.used_at)  # fmt: skip
