"""Changes with their findings: stored, settled by a second look, read back."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, func, select, update

from monitor.audience import MessageKind
from monitor.core import reach
from monitor.model import (
    ChangeIntent,
    ChangeState,
    Finding,
    Settlement,
    Severity,
    StoredChange,
    Visit,
)
from monitor.store import bulletins, campaigns, deliveries, edits, revisions, rows, stands
from monitor.store.columns import Key
from monitor.store.deliveries import Message
from monitor.store.schema import changes, findings, insert, snapshots, sources

_AT_ONCE = 500
"""How many ids go into one IN (...)."""
SAID = (ChangeState.TOLD, ChangeState.WITNESS, ChangeState.CAMPAIGN)
"""States of a change that people know of."""


def event_id(source_id: str, before: str, after: str, taken_at: datetime) -> str:
    """The same for the same edit seen in the same visit, however often it is recorded."""
    named = "\n".join((source_id, before, after, taken_at.astimezone(UTC).isoformat()))
    return "evt_" + hashlib.sha256(named.encode()).hexdigest()[:24]


def write(
    conn: Connection,
    visit: Visit,
    intent: ChangeIntent,
    *,
    visit_id: int,
    after: tuple[int | None, str],
    domain: str,
) -> tuple[int, str, int]:
    """Store a change, its findings and, if it is told, its deliveries: (id, event id, how many).

    The page before is the baseline of this moment; `after` is (snapshot id, SHA-256).
    """
    source, comparison = visit.source, intent.comparison
    before = conn.execute(
        select(snapshots.c.id, snapshots.c.sha256)
        .join(sources, sources.c.baseline_id == snapshots.c.id)
        .where(sources.c.id == source.id)
    ).one_or_none()
    before_id, before_sha = (before.id, before.sha256) if before else (None, "")
    event = event_id(source.id, before_sha, after[1], visit.taken_at)
    change_id = conn.scalar(
        insert(conn.dialect.name, changes).returning(changes.c.id),
        {
            "event_id": event,
            "visit_id": visit_id,
            "source_id": source.id,
            "taken_at": visit.taken_at,
            "url": comparison.url or source.url,
            "publisher": source.publisher,
            "destination": source.destination.key,
            "destination_name": source.destination.name,
            "outcome": visit.outcome,
            "state": intent.state,
            "confirmed": intent.confirmed,
            "severity": comparison.severity,
            "headline": comparison.headline,
            "sentences": list(comparison.sentences),
            "note": comparison.note,
            "before_sha256": before_sha,
            "after_sha256": after[1],
            "before_snapshot_id": before_id,
            "after_snapshot_id": after[0],
            "signatures": list(intent.signatures),
            "witness_of": intent.witness_of,
            "level": intent.level,
            "stated_at": intent.stated_at,
        },
    )
    assert change_id is not None
    revisions.bump(conn)
    write_findings(conn, change_id, comparison.findings)
    place = source.destination.key
    edits.note(conn, change_id, source.publisher, place, visit.taken_at, intent.marks)
    campaigns.share(conn, change_id, intent.shares, visit.taken_at)
    shared = [(share, place) for share in intent.shares]
    told = campaigns.tell(conn, shared, visit.taken_at, domain)
    if intent.state is ChangeState.TOLD:
        _believe(conn, change_id)
        told += tell(conn, change_id, visit.taken_at, domain)
    return change_id, event, told


def settle(conn: Connection, settlement: Settlement, now: datetime, domain: str) -> int:
    """Do what a second look decided; how many deliveries that wrote.

    A held change becomes anything; a told one can only become confirmed. Whatever else is asked
    has been settled before and is left as it is, so settling twice adds nothing. (What gathered
    changes become is in `gathering.py`.)
    """
    revisions.bump(conn)
    this = update(changes).where(changes.c.id == settlement.change_id)
    moved = conn.execute(
        this.where(changes.c.state == ChangeState.HELD).values(
            state=settlement.state, confirmed=settlement.confirmed
        )
    ).rowcount
    if not moved:
        if settlement.state is ChangeState.TOLD and settlement.confirmed:
            conn.execute(this.where(changes.c.state == ChangeState.TOLD).values(confirmed=True))
            _release(conn, settlement.change_id)
        return 0
    if settlement.state is not ChangeState.HELD:
        _release(conn, settlement.change_id)
        whose = conn.scalar(select(changes.c.source_id).where(changes.c.id == settlement.change_id))
        stands.settled(conn, str(whose))
    if settlement.state is ChangeState.REVERTED:
        edits.forget(conn, settlement.change_id)
    if settlement.state is not ChangeState.TOLD:
        return 0
    _believe(conn, settlement.change_id)
    return tell(conn, settlement.change_id, now, domain)


def _release(conn: Connection, change_id: int) -> None:
    """No source owes this change a second look any more."""
    whose = select(changes.c.source_id).where(changes.c.id == change_id).scalar_subquery()
    owing = update(sources).where(sources.c.id == whose, sources.c.held_change_id == change_id)
    conn.execute(owing.values(held_change_id=None))


def _believe(conn: Connection, change_id: int) -> None:
    """What the page of this change says about the level is where its source now stands."""
    this = select(changes.c.source_id, changes.c.level).where(changes.c.id == change_id)
    row = conn.execute(this).one()
    if row.level:
        conn.execute(update(sources).where(sources.c.id == row.source_id).values(level=row.level))


def tell(conn: Connection, change_id: int, now: datetime, domain: str) -> int:
    """Write the deliveries of a change; how many."""
    row = conn.execute(
        select(
            changes.c.event_id,
            changes.c.destination,
            changes.c.severity,
            changes.c.confirmed,
        ).where(changes.c.id == change_id)
    ).one()
    if bulletins.withdrawn(conn, row.event_id):
        return 0
    message = Message(
        kind=MessageKind.NOTICE,
        subject=row.event_id,
        change_id=change_id,
        severity=row.severity,
        urgency=row.severity.rank,
        confirmed=row.confirmed,
        now=now,
        domain=domain,
    )
    found = conn.scalars(select(findings.c.finding).where(findings.c.change_id == change_id))
    weights = reach.weights(rows.finding_from_json(finding) for finding in found)
    return deliveries.write(conn, message, [row.destination], replace(weights, everything=row.severity))


def signatures(
    conn: Connection,
    *,
    publisher: str,
    destination: str,
    since: datetime,
    except_source: str,
    gathered: bool,
) -> tuple[tuple[int, frozenset[str]], ...]:
    """(change id, what it says) of told and held changes since then, newest first.

    With `gathered` also of those that wait for others or were told as a campaign.
    """
    states = [ChangeState.TOLD, ChangeState.HELD]
    if gathered:
        states += [ChangeState.GATHERING, ChangeState.CAMPAIGN]
    found = conn.execute(
        select(changes.c.id, changes.c.signatures)
        .where(changes.c.publisher == publisher, changes.c.destination == destination)
        .where(changes.c.taken_at >= since, changes.c.source_id != except_source)
        .where(changes.c.state.in_(states))
        .order_by(changes.c.taken_at.desc(), changes.c.id.desc())
    )
    return tuple((row.id, frozenset(row.signatures)) for row in found if row.signatures)


def listed(
    conn: Connection,
    *,
    destination: str | None = None,
    source_id: str | None = None,
    limit: int = 50,
    before_id: int | None = None,
    states: Iterable[ChangeState] | None = None,
    severities: Iterable[Severity] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> tuple[StoredChange, ...]:
    query = _all().order_by(changes.c.id.desc()).limit(limit)
    if severities is not None:
        query = query.where(changes.c.severity.in_(tuple(severities)))
    if destination is not None:
        query = query.where(changes.c.destination == destination)
    if source_id is not None:
        query = query.where(changes.c.source_id == source_id)
    if before_id is not None:
        query = query.where(changes.c.id < before_id)
    if since is not None:
        query = query.where(changes.c.taken_at >= since)
    if until is not None:
        query = query.where(changes.c.taken_at < until)
    if states is not None:
        query = query.where(changes.c.state.in_(tuple(states)))
    return _values(conn, query)


def one(conn: Connection, name: int | str) -> StoredChange | None:
    """The change with this id or event id."""
    query = _ONE_EVENT if isinstance(name, str) else _ONE
    return next(iter(_values(conn, query, {"name": name})), None)


def by_id(conn: Connection, ids: Collection[int]) -> tuple[StoredChange, ...]:
    """The changes with these ids, oldest first."""
    return _values(conn, _SOME, {"ids": list(ids)}) if ids else ()


def between(conn: Connection, source_id: str, before: str, after: str) -> StoredChange | None:
    """The newest change of a source from one page to another, by their SHA-256."""
    query = _all().where(changes.c.source_id == source_id, changes.c.before_sha256 == before,
                         changes.c.after_sha256 == after)  # fmt: skip
    return next(iter(_values(conn, query.order_by(changes.c.id.desc()).limit(1))), None)


def some(conn: Connection, wanted: ColumnElement[bool]) -> tuple[StoredChange, ...]:
    """The changes that meet this condition, oldest first."""
    return _values(conn, _all().where(wanted).order_by(changes.c.id))


def held(conn: Connection, older_than: datetime) -> tuple[StoredChange, ...]:
    """Changes seen at or before that time that still wait for a second look, oldest first."""
    query = _all().where(changes.c.state == ChangeState.HELD, changes.c.taken_at <= older_than)
    return _values(conn, query.order_by(changes.c.taken_at, changes.c.id))


def gathering(conn: Connection, older_than: datetime, limit: int | None) -> tuple[StoredChange, ...]:
    """Changes seen at or before that time that wait for others like them, oldest first."""
    query = _all().where(changes.c.state == ChangeState.GATHERING, changes.c.taken_at <= older_than)
    return _values(conn, query.order_by(changes.c.taken_at, changes.c.id).limit(limit))


_SHORT: dict[str, Any] = {
    "sentences": (), "findings": (), "note": None, "before_sha256": "", "after_sha256": "", "before_snapshot_id": None,
    "after_snapshot_id": None, "url": "", "stated_at": "",
}  # fmt: skip
"""What a line in a list does not show."""
_LINES = select(
    changes.c.id, changes.c.event_id, changes.c.source_id, changes.c.publisher, changes.c.destination,
    changes.c.destination_name, changes.c.taken_at, changes.c.outcome, changes.c.state, changes.c.confirmed,
    changes.c.severity, changes.c.headline, changes.c.witness_of, changes.c.level, changes.c.campaign,
).where(changes.c.id.in_(bindparam("ids", expanding=True)))  # fmt: skip


def lines(conn: Connection, ids: Iterable[int], *, findings: bool) -> tuple[StoredChange, ...]:
    """These changes in short, for a list; in full only if their findings are needed to retell them."""
    wanted = {"ids": list(ids)}
    if not wanted["ids"]:
        return ()
    if findings:
        return _values(conn, _all().where(changes.c.id.in_(wanted["ids"])))
    return tuple(StoredChange(**row, **_SHORT) for row in conn.execute(_LINES, wanted).mappings())


def newest(conn: Connection, destinations: Sequence[str] | None = None) -> dict[str, StoredChange]:
    """The newest change of each watched source that people were told or that bore witness."""
    mine = sources.c.watched if destinations is None else and_(
        sources.c.watched, sources.c.destination.in_(tuple(destinations)))  # fmt: skip
    last = (
        select(func.max(changes.c.id))
        .where(changes.c.source_id == sources.c.id)
        .where(changes.c.state.in_(SAID))
        .scalar_subquery()
    )
    ids = [i for i in conn.scalars(select(last).where(mine)) if i is not None]
    found: dict[str, StoredChange] = {}
    for start in range(0, len(ids), _AT_ONCE):
        some = _all().where(changes.c.id.in_(ids[start : start + _AT_ONCE]))
        found.update((change.source_id, change) for change in _values(conn, some))
    return found


def write_findings(conn: Connection, change_id: int, found: tuple[Finding, ...]) -> None:
    if not found:
        return
    conn.execute(
        insert(conn.dialect.name, findings),
        [
            {
                "change_id": change_id,
                "position": position,
                "severity": finding.severity,
                "rule": finding.rule,
                "finding": rows.finding_to_json(finding),
            }
            for position, finding in enumerate(found)
        ],
    )


def _all() -> Select[Any]:
    return select(*rows.CHANGE_COLUMNS).join(sources, changes.c.source_id == sources.c.id)


_ONE = _all().where(changes.c.id == bindparam("name", type_=Key))
_ONE_EVENT = _all().where(changes.c.event_id == bindparam("name"))
_IDS = bindparam("ids", expanding=True, type_=Key)
_SOME = _all().where(changes.c.id.in_(_IDS)).order_by(changes.c.id)
_FINDINGS = (
    select(findings.c.change_id, findings.c.finding)
    .where(findings.c.change_id.in_(_IDS))
    .order_by(findings.c.change_id, findings.c.position)
)
_WITNESSES = (
    select(changes.c.witness_of, changes.c.source_id)
    .where(changes.c.witness_of.in_(_IDS))
)


def _values(conn: Connection, query: Select[Any], given: Mapping[str, Any] | None = None) -> tuple[StoredChange, ...]:
    found = conn.execute(query, given or {}).mappings().all()
    said: defaultdict[int, list[Finding]] = defaultdict(list)
    seen: defaultdict[int, list[str]] = defaultdict(list)
    ids = [row["id"] for row in found]
    for start in range(0, len(ids), _AT_ONCE):
        some = {"ids": ids[start : start + _AT_ONCE]}
        for row in conn.execute(_FINDINGS, some):
            said[row.change_id].append(rows.finding_from_json(row.finding))
        # Sorted here: asked to sort, a database may choose to read every change in that order.
        for told, witness in sorted({(row.witness_of, row.source_id) for row in conn.execute(_WITNESSES, some)}):
            seen[told].append(witness)
    return tuple(rows.change(row, tuple(said[row["id"]]), tuple(seen[row["id"]])) for row in found)
