"""What gathered changes became: told, or part of a campaign, all in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from monitor.model import CampaignIntent, ChangeState, Comparison, Settlement, Share
from monitor.store import campaigns, changes, revisions
from monitor.store.schema import changes as changes_table
from monitor.store.schema import findings as findings_table


def settle(
    conn: Connection,
    settlements: Sequence[Settlement],
    made: Sequence[CampaignIntent],
    now: datetime,
    domain: str,
) -> int:
    """Do what was decided about gathered changes; how many deliveries that wrote.

    Who has been settled before is left as is, so settling twice adds nothing. All members join
    before anyone is told, so that every message counts the same.
    """
    left = _still(conn, settlements)
    if left:
        revisions.bump(conn)
    needed = {share.campaign_id for one in left for share in one.shares}
    for intent in made:
        if intent.id in needed:
            campaigns.add(conn, intent, now)
    shared: list[tuple[Share, str]] = []
    told = 0
    for one in left:
        place = _move(conn, one)
        campaigns.share(conn, one.change_id, one.shares, now)
        shared += [(share, place) for share in one.shares]
        if one.state is ChangeState.TOLD:
            told += changes.tell(conn, one.change_id, now, domain)
    return told + campaigns.tell(conn, shared, now, domain)


def _still(conn: Connection, settlements: Sequence[Settlement]) -> list[Settlement]:
    """Those whose change is still gathering; nobody else settles them until we are done."""
    ids = [one.change_id for one in settlements]
    waiting = (
        select(changes_table.c.id)
        .where(changes_table.c.id.in_(ids), changes_table.c.state == ChangeState.GATHERING)
        .with_for_update()
    )
    found = set(conn.scalars(waiting))
    return [one for one in settlements if one.change_id in found]


def _move(conn: Connection, settlement: Settlement) -> str:
    """Give the change its new state and words; the destination that it is about."""
    values: dict[str, object] = {"state": settlement.state, "confirmed": settlement.confirmed}
    if settlement.rest is not None:
        values |= _words(settlement.rest)
        this = findings_table.c.change_id == settlement.change_id
        conn.execute(delete(findings_table).where(this))
        changes.write_findings(conn, settlement.change_id, settlement.rest.findings)
    moved = update(changes_table).where(changes_table.c.id == settlement.change_id)
    place = conn.scalar(moved.values(values).returning(changes_table.c.destination))
    assert place is not None
    return str(place)


def _words(rest: Comparison) -> dict[str, object]:
    return {
        "severity": rest.severity,
        "headline": rest.headline,
        "sentences": list(rest.sentences),
    }
