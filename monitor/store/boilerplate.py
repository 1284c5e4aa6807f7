"""Sentences that a publisher's feed prints for many destinations: a small learned memory."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select

from monitor.store.schema import boilerplate, insert

MOST = 3000
"""Marks kept per publisher; the feed of all countries holds some hundreds of shared sentences."""
FORGET = timedelta(days=180)


def learn(conn: Connection, publisher: str, marks: Collection[str], at: datetime) -> None:
    """Remember these as shared; what was not seen so for half a year is forgotten."""
    rows = [{"publisher": publisher, "mark": mark, "seen_at": at} for mark in sorted(marks)[:MOST]]
    if not rows:
        return
    new = insert(conn.dialect.name, boilerplate)
    conn.execute(
        new.on_conflict_do_update(
            index_elements=[boilerplate.c.publisher, boilerplate.c.mark],
            set_={"seen_at": new.excluded.seen_at},
        ),
        rows,
    )
    conn.execute(
        delete(boilerplate)
        .where(boilerplate.c.publisher == publisher)
        .where(boilerplate.c.seen_at < at - FORGET)
    )


def known(conn: Connection, publisher: str, marks: Collection[str]) -> frozenset[str]:
    """Those of the marks that are shared by many destinations of this publisher."""
    if not marks:
        return frozenset()
    asked = select(boilerplate.c.mark).where(boilerplate.c.publisher == publisher)
    return frozenset(conn.scalars(asked.where(boilerplate.c.mark.in_(sorted(marks)[:MOST]))))


def learned_at(conn: Connection, publisher: str) -> datetime | None:
    """When the memory of this publisher was last renewed."""
    newest = select(func.max(boilerplate.c.seen_at)).where(boilerplate.c.publisher == publisher)
    found: datetime | None = conn.scalar(newest)
    return found
