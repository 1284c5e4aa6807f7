"""Which statement appeared on which destination, and when: how a site-wide edit is recognised."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from monitor.model import Edit
from monitor.store.schema import edits, insert

_AT_ONCE = 500
"""How many marks go into one IN (...)."""


def note(
    conn: Connection, change_id: int, publisher: str, place: str, at: datetime, marks: Iterable[str]
) -> None:
    """Remember what a change said, to find the same on other destinations."""
    found = [
        {
            "change_id": change_id,
            "mark": mark,
            "publisher": publisher,
            "destination": place,
            "taken_at": at,
        }
        for mark in dict.fromkeys(marks)
    ]
    if found:
        conn.execute(insert(conn.dialect.name, edits), found)


def forget(conn: Connection, change_id: int) -> None:
    """A change that was taken back said nothing."""
    conn.execute(delete(edits).where(edits.c.change_id == change_id))


def said(
    conn: Connection, publisher: str, marks: Collection[str], since: datetime
) -> tuple[Edit, ...]:
    """Where these statements appeared since then, oldest first."""
    wanted = sorted(marks)
    found: list[Any] = []
    for start in range(0, len(wanted), _AT_ONCE):
        found += conn.execute(
            select(edits.c.taken_at, edits.c.change_id, edits.c.mark, edits.c.destination)
            .where(edits.c.mark.in_(wanted[start : start + _AT_ONCE]))
            .where(edits.c.publisher == publisher, edits.c.taken_at >= since)
        ).all()
    found.sort(key=lambda row: (row.taken_at, row.change_id))
    return tuple(
        Edit(mark=row.mark, destination=row.destination, change_id=row.change_id) for row in found
    )
