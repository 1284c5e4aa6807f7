"""What stands around one change: who else saw it, where the advice stood, what came before and after, what is kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, String, bindparam, func, or_, select

from monitor.audience import Bulletin, DeliveryState
from monitor.history import Around, Capture, Sighting
from monitor.model import ChangeState, StoredChange
from monitor.posture import Posture
from monitor.store import bulletins as bulletins_
from monitor.store import changes as changes_
from monitor.store.columns import Key, Utc
from monitor.store.schema import bodies, bulletins, chain, changes, deliveries, snapshots, stands

_NEWS = (ChangeState.TOLD, ChangeState.CAMPAIGN)
"""States of a change that was news of its own."""
_DOUBTFUL = (ChangeState.HELD, ChangeState.REVERTED)


def around(conn: Connection, change: StoredChange, also: Collection[str]) -> Around:
    """All of it; `also` are further names under which it was told, such as its campaign's."""
    told, sightings = _sightings(conn, change)
    earlier, later = _neighbours(conn, change)
    stood, stands_ = _postures(conn, change)
    ids = [one for one in (change.before_snapshot_id, change.after_snapshot_id) if one is not None]
    by_id = {one.snapshot_id: one for one in _captures(conn, ids)}
    return Around(
        sightings=sightings, told=told, earlier=earlier, later=later, stood=stood, stands=stands_,
        level_before=_level_before(conn, change), deliveries=_counted(conn, change),
        taken_back=_taken_back(conn, (change.event_id, *also)),
        before=by_id.get(change.before_snapshot_id or 0), after=by_id.get(change.after_snapshot_id or 0),
    )  # fmt: skip


KEPT = (
    select(snapshots.c.id, snapshots.c.taken_at, snapshots.c.sha256, bodies.c.size, chain.c.position, chain.c.link)
    .join(bodies, bodies.c.sha256 == snapshots.c.sha256)
    .outerjoin(chain, (chain.c.source_id == snapshots.c.source_id) & (chain.c.taken_at == snapshots.c.taken_at))
)
"""Kept pages without their bytes, each with its place in the chain."""
_CAPTURES = KEPT.where(snapshots.c.id.in_(bindparam("ids", expanding=True)))


def _captures(conn: Connection, ids: Sequence[int]) -> Iterable[Capture]:
    return (capture(row) for row in conn.execute(_CAPTURES, {"ids": ids}))


def capture(row: Row[*tuple[Any, ...]]) -> Capture:
    """One of `KEPT`."""
    return Capture(snapshot_id=row.id, taken_at=row.taken_at, sha256=row.sha256, size=row.size, position=row.position,
                   link=row.link or "")  # fmt: skip


# Statements are built once: to build one takes longer than to run it.
_ROOT, _ID, _SOURCE = bindparam("root", type_=Key), bindparam("id", type_=Key), bindparam("source_id", type_=String())
_SIGHTINGS = (
    select(changes.c.id, changes.c.event_id, changes.c.source_id, changes.c.taken_at)
    .where(or_(changes.c.witness_of == _ROOT, changes.c.id == _ROOT))
    .order_by(changes.c.taken_at, changes.c.id)
)


def _sightings(conn: Connection, change: StoredChange) -> tuple[Sighting | None, tuple[Sighting, ...]]:
    seen: dict[str, Sighting] = {}
    told = None
    for row in conn.execute(_SIGHTINGS, {"root": change.witness_of or change.id}):
        one = Sighting(event_id=row.event_id, source_id=row.source_id, taken_at=row.taken_at)
        seen.setdefault(row.source_id, one)
        told = one if row.id == change.witness_of else told
    return told, tuple(seen.values())


_NEWS_OF_IT = (
    select(changes.c.id)
    .where(changes.c.destination == bindparam("destination"), changes.c.state.in_(_NEWS), changes.c.id != _ROOT)
    .limit(1)
)
_BEFORE_IT = _NEWS_OF_IT.where(changes.c.id < _ID).order_by(changes.c.id.desc())
_AFTER_IT = _NEWS_OF_IT.where(changes.c.id > _ID).order_by(changes.c.id)
_NEIGHBOURS = select(_BEFORE_IT.scalar_subquery(), _AFTER_IT.scalar_subquery())


def _neighbours(conn: Connection, change: StoredChange) -> tuple[StoredChange | None, StoredChange | None]:
    """What people were told of this destination before and after, other than this."""
    before, after = conn.execute(_NEIGHBOURS, {"destination": change.destination, "id": change.id,
                                               "root": change.witness_of or change.id}).one()  # fmt: skip
    found = {one.id: one for one in changes_.by_id(conn, [one for one in (before, after) if one is not None])}
    return found.get(before), found.get(after)


_POSTURES = (
    select(stands.c.taken_at, stands.c.posture)
    .outerjoin(changes, changes.c.id == stands.c.change_id)
    .where(stands.c.source_id == _SOURCE, stands.c.taken_at <= bindparam("taken_at", type_=Utc()))
    .where(or_(changes.c.id.is_(None), changes.c.state.not_in(_DOUBTFUL), changes.c.id == _ID))
    .order_by(stands.c.taken_at.desc())
    .limit(2)
)


def _postures(conn: Connection, change: StoredChange) -> tuple[Posture | None, Posture | None]:
    """Where its source stood before it, and with it. A change that nobody was told of counts for itself alone."""
    rows = conn.execute(_POSTURES, {"source_id": change.source_id, "taken_at": change.taken_at, "id": change.id}).all()
    read = [Posture.from_dict(row.posture) for row in rows]
    if not rows:
        return None, None
    if rows[0].taken_at < change.taken_at:
        return read[0], read[0]
    return (read[1] if len(read) > 1 else None), read[0]


_LEVEL = (
    select(changes.c.level)
    .where(changes.c.source_id == _SOURCE, changes.c.id < _ID, changes.c.level != "")
    .where(changes.c.state.not_in(_DOUBTFUL))
    .order_by(changes.c.id.desc())
    .limit(1)
)


def _level_before(conn: Connection, change: StoredChange) -> str:
    return conn.scalar(_LEVEL, {"source_id": change.source_id, "id": change.id}) or ""


_COUNTED = select(deliveries.c.state, func.count().label("number")).group_by(deliveries.c.state)
_OWN = deliveries.c.change_id == _ID
_COUNTED_OWN = _COUNTED.where(_OWN)
_COUNTED_ALL = _COUNTED.where(or_(_OWN, deliveries.c.campaign_id == bindparam("campaign")))


def _counted(conn: Connection, change: StoredChange) -> dict[DeliveryState, int]:
    """Its messages by their state: counted where they are, whoever they go to."""
    if change.campaign is None:
        rows = conn.execute(_COUNTED_OWN, {"id": change.id})
    else:
        rows = conn.execute(_COUNTED_ALL, {"id": change.id, "campaign": change.campaign})
    return {row.state: row.number for row in rows}


_TAKEN_BACK = (
    select(bulletins)
    .where(bulletins.c.about.in_(bindparam("names", expanding=True)))
    .order_by(bulletins.c.created_at, bulletins.c.id)
)


def _taken_back(conn: Connection, names: Iterable[str]) -> tuple[Bulletin, ...]:
    rows = conn.execute(_TAKEN_BACK, {"names": list(dict.fromkeys(names))})
    return tuple(bulletins_.value(row) for row in rows.mappings())
