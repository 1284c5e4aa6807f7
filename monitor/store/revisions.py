"""A number that moves whenever something a page or a feed says may have become another: what an ETag is made of.

Visits that changed nothing do not move it; the newest visit stands beside it for pages that say when we last looked.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, func, select, update

from monitor.store.schema import revisions, visits

_ROW = "pages"
_BUMP = update(revisions).where(revisions.c.name == _ROW).values(number=revisions.c.number + 1)
_NOW = select(revisions.c.number, select(func.max(visits.c.id)).scalar_subquery()).where(revisions.c.name == _ROW)


class Revision(NamedTuple):
    """Where the database stands."""

    told: int
    """Moved by changes, what becomes of them, corrections, postures, and what is watched."""
    looked: int
    """The newest visit."""


def bump(conn: Connection) -> None:
    """In the transaction of what moved it: nobody sees the one without the other."""
    conn.execute(_BUMP)


def now(conn: Connection) -> Revision:
    row = conn.execute(_NOW).one()
    return Revision(row[0], row[1] or 0)
