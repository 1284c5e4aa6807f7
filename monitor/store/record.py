"""Writing what one visit caused: the visit, page, change, deliveries and the source's new state.

An unchanged visit is by far the most frequent thing we write, so its statements are built once.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import (
    Boolean,
    Connection,
    Executable,
    Text,
    bindparam,
    case,
    func,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from monitor.errors import StoreError
from monitor.model import ChangeIntent, ChangeState, Record, Recorded, Visit
from monitor.store import bodies, boilerplate, changes, stands
from monitor.store.columns import Key, Utc
from monitor.store.schema import changes as changes_table
from monitor.store.schema import insert, snapshots, sources, tallies, visits


def write(conn: Connection, record: Record, *, domain: str) -> Recorded:
    """Write one record inside the caller's transaction. Writing it again adds nothing.

    Nothing is written either if another process recorded a look at the source meanwhile: what this one was compared
    with stands no longer, and the other has told what there was to tell. The visit is 0 then.

    Raises StoreError if the source or the baseline to go back to is not in the database.
    """
    visit = record.visit
    if _overtaken(conn, record):
        return Recorded(visit_id=0)
    visit_id = _write_visit(conn, visit)
    if visit_id is None:
        return _recorded_before(conn, visit)
    snapshot_id, digest = None, ""
    if visit.page is not None and (record.new_baseline or record.change is not None):
        snapshot_id, digest = bodies.keep(conn, visit, visit.page)
    recorded = Recorded(visit_id=visit_id)
    boilerplate.learn(conn, visit.source.publisher, visit.shared, visit.taken_at)
    if record.change is not None:
        change_id, event_id, told = changes.write(
            conn,
            visit,
            record.change,
            visit_id=visit_id,
            after=(snapshot_id, digest),
            domain=domain,
        )
        recorded = replace(recorded, change_id=change_id, event_id=event_id, deliveries=told)
    for settlement in record.settlements:
        told = changes.settle(conn, settlement, visit.taken_at, domain)
        recorded = replace(recorded, deliveries=recorded.deliveries + told)
    if record.posture is not None and record.new_baseline:
        # After the settlements: whether a stand is new depends on whether an earlier one counts by now.
        stands.note(conn, visit.source, visit.taken_at, record.posture, recorded.change_id)
    conn.execute(_MOVE_ON, _state_after(record))
    if record.new_baseline:
        _stand_on(conn, visit, snapshot_id)
    elif record.restore_baseline_id is not None:
        _stand_on(conn, visit, record.restore_baseline_id)
    if record.change is not None and _awaits_second_look(record.change):
        this = update(sources).where(sources.c.id == visit.source.id)
        conn.execute(this.values(held_change_id=recorded.change_id))
    return recorded


def _overtaken(conn: Connection, record: Record) -> bool:
    """On one machine a source is looked at by one thread, so there it matters only before a change is told."""
    if record.follows is None or (conn.dialect.name == "sqlite" and record.change is None):
        return False
    last = select(sources.c.last_visit_at).where(sources.c.id == record.visit.source.id).with_for_update()
    found = conn.scalar(last)
    return found is not None and found > record.follows and found != record.visit.taken_at


def _awaits_second_look(change: ChangeIntent) -> bool:
    """Held back, or told before anything confirmed it."""
    held = change.state is ChangeState.HELD
    return held or (change.state is ChangeState.TOLD and not change.confirmed)


def _write_visit(conn: Connection, visit: Visit) -> int | None:
    """The new visit's id, or None if this visit is in the database already."""
    statements = _statements(conn.dialect.name)
    try:
        visit_id: int | None = conn.scalar(
            statements["visit"],
            {
                "source_id": visit.source.id,
                "taken_at": visit.taken_at,
                "outcome": visit.outcome,
                "reason": visit.reason,
                "status": visit.status,
                "elapsed": visit.elapsed,
            },
        )
    except IntegrityError as error:
        raise StoreError(
            f"The source {visit.source.id!r} is not in the database. Start monitor once with the"
            " configuration that names it. Nothing was written."
        ) from error
    if visit_id is not None:
        tally = {"source_id": visit.source.id, "outcome": visit.outcome, "visits": 1}
        conn.execute(statements["tally"], tally)
    return visit_id


@cache
def _statements(dialect: str) -> dict[str, Executable]:
    seen, tally = insert(dialect, visits), insert(dialect, tallies)
    return {
        "visit": seen.on_conflict_do_nothing(
            index_elements=[visits.c.source_id, visits.c.taken_at]
        ).returning(visits.c.id),
        "tally": tally.on_conflict_do_update(
            index_elements=[tallies.c.source_id, tallies.c.outcome],
            set_={"visits": tallies.c.visits + 1},
        ),
    }


def _recorded_before(conn: Connection, visit: Visit) -> Recorded:
    row = conn.execute(
        select(visits.c.id, changes_table.c.id.label("change_id"), changes_table.c.event_id)
        .outerjoin(changes_table, changes_table.c.visit_id == visits.c.id)
        .where(visits.c.source_id == visit.source.id, visits.c.taken_at == visit.taken_at)
    ).one()
    return Recorded(visit_id=row.id, change_id=row.change_id, event_id=row.event_id or "")


def _kept(column: str, given: Any) -> Any:
    """After a good visit what was given, after any other what stood there before."""
    return case((bindparam("good", type_=Boolean()), given), else_=sources.c[column])


_AT = bindparam("at", type_=Utc())
_TEXT = Text()
_MOVE_ON = (
    update(sources)
    .where(sources.c.id == bindparam("source"))
    .values(
        failures=bindparam("new_failures"),
        failing_since=case(
            (bindparam("good", type_=Boolean()), None),
            else_=func.coalesce(sources.c.failing_since, _AT),
        ),
        etag=_kept("etag", bindparam("new_etag", type_=_TEXT)),
        last_modified=_kept("last_modified", bindparam("new_last_modified", type_=_TEXT)),
        fingerprint=func.coalesce(bindparam("new_fingerprint", type_=_TEXT), sources.c.fingerprint),
        level=func.coalesce(bindparam("new_level", type_=_TEXT), sources.c.level),
        next_due_at=bindparam("due"),
        last_visit_at=_AT,
        last_good_at=_kept("last_good_at", _AT),
        last_outcome=bindparam("new_outcome"),
        last_reason=bindparam("new_reason"),
    )
)


def _state_after(record: Record) -> dict[str, Any]:
    """What `_MOVE_ON` is given. None means: leave what stands there.

    A level that waits for a second look is not yet where the source stands.
    """
    visit, change = record.visit, record.change
    good = visit.outcome.good
    level = visit.cut.first("level") if visit.cut is not None and good else None
    held = change is not None and change.state is ChangeState.HELD
    return {
        "source": visit.source.id,
        "at": visit.taken_at,
        "good": good,
        "due": record.next_due_at,
        "new_failures": record.failures,
        "new_etag": record.etag,
        "new_last_modified": record.last_modified,
        "new_fingerprint": (visit.fingerprint or None) if good else None,
        "new_level": level.quote if level is not None and level.quote and not held else None,
        "new_outcome": visit.outcome,
        "new_reason": visit.reason,
    }


def _stand_on(conn: Connection, visit: Visit, snapshot_id: int | None) -> None:
    """Make this snapshot the baseline. Raises StoreError unless it is one of this source's."""
    own = select(snapshots.c.id).where(
        snapshots.c.id == bindparam("snapshot", snapshot_id, type_=Key),
        snapshots.c.source_id == visit.source.id,
    )
    if snapshot_id is None or conn.scalar(own) is None:
        raise StoreError(
            f"The source {visit.source.id!r} has no snapshot {snapshot_id} to compare with."
            " Nothing was written."
        )
    conn.execute(
        update(sources).where(sources.c.id == visit.source.id).values(baseline_id=snapshot_id)
    )
