"""What one destination's page asks: its changes by what they are about, and how many there were."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, Text, or_, select, type_coerce

from monitor.audience import Bulletin, MessageKind
from monitor.model import ChangeState, Severity, StoredChange
from monitor.store import bulletins as bulletins_
from monitor.store import changes as changes_
from monitor.store.schema import bulletins, changes, findings

TOLD = (ChangeState.TOLD, ChangeState.CAMPAIGN)
"""States of a change that was news of its own."""
_TAKEN_BACK = (MessageKind.CORRECTION, MessageKind.WITHDRAWAL)


def timeline(
    conn: Connection, destination: str, *, states: Collection[ChangeState], severities: Collection[Severity],
    publisher: str, kinds: Collection[str], since: datetime | None, until: datetime | None,
    before_id: int | None, limit: int,
) -> tuple[StoredChange, ...]:  # fmt: skip
    """Changes of a destination, newest first; with `kinds` only those with a finding that has such a fact."""
    query = select(changes.c.id).where(changes.c.destination == destination, changes.c.state.in_(tuple(states)))
    query = query.where(changes.c.severity.in_(tuple(severities)))
    if publisher:
        query = query.where(changes.c.publisher == publisher)
    if since is not None:
        query = query.where(changes.c.taken_at >= since)
    if until is not None:
        query = query.where(changes.c.taken_at < until)
    if before_id is not None:
        query = query.where(changes.c.id < before_id)
    if kinds:
        # Findings are kept as compact JSON; a quote inside a text is escaped there and never looks like this.
        kept = type_coerce(findings.c.finding, Text)
        about = (kept.like(f'%"facts":%{{"kind":"{kind}",%') for kind in sorted(kinds))
        mine = select(findings.c.change_id).where(findings.c.change_id == changes.c.id)
        query = query.where(mine.where(or_(*about)).exists())
    ids = tuple(conn.scalars(query.order_by(changes.c.id.desc()).limit(limit)))
    return tuple(reversed(changes_.by_id(conn, ids)))


def moments(conn: Connection, destination: str) -> tuple[datetime, ...]:
    """When something changed that was news of its own, and was not taken back as a whole; oldest first."""
    withdrawn = select(bulletins.c.id).where(
        bulletins.c.about == changes.c.event_id, bulletins.c.kind == MessageKind.WITHDRAWAL
    ).exists()  # fmt: skip
    query = select(changes.c.taken_at).where(
        changes.c.destination == destination, changes.c.state.in_(TOLD), changes.c.severity != Severity.NONE, ~withdrawn
    )
    return tuple(conn.scalars(query.order_by(changes.c.taken_at)))


def taken_back(conn: Connection, names: Collection[str]) -> dict[str, Bulletin]:
    """The newest correction or withdrawal of each of these changes and campaigns."""
    query = select(bulletins).where(bulletins.c.about.in_(tuple(names)), bulletins.c.kind.in_(_TAKEN_BACK))
    found = conn.execute(query.order_by(bulletins.c.created_at, bulletins.c.id)).mappings()
    return {row["about"]: bulletins_.value(row) for row in found}
