"""Site-wide edits that became campaigns: what they say, who has a share in them, who is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from monitor.audience import MessageKind
from monitor.core import reach
from monitor.model import Campaign, CampaignIntent, Member, Severity, Share, StoredChange, worst
from monitor.store import bulletins, deliveries, rows
from monitor.store.deliveries import Message
from monitor.store.schema import campaigns, changes, insert, members


def open_since(
    conn: Connection, publisher: str, since: datetime
) -> tuple[tuple[str, frozenset[str]], ...]:
    """(id, marks) of the campaigns that grew since then, oldest first."""
    found = conn.execute(
        select(campaigns.c.id, campaigns.c.marks)
        .where(campaigns.c.publisher == publisher, campaigns.c.last_at >= since)
        .order_by(campaigns.c.first_at, campaigns.c.id)
    )
    return tuple((row.id, frozenset(row.marks)) for row in found)


def add(conn: Connection, intent: CampaignIntent, now: datetime) -> None:
    """Store a campaign with those of its changes that were told by themselves."""
    conn.execute(
        insert(conn.dialect.name, campaigns).on_conflict_do_nothing(),
        {
            "id": intent.id,
            "publisher": intent.publisher,
            "severity": Severity.NONE,
            "headline": intent.headline,
            "sentences": list(intent.sentences),
            "findings": [rows.finding_to_json(finding) for finding in intent.findings],
            "marks": list(intent.marks),
            "change_id": intent.example,
            "first_at": now,
            "last_at": now,
        },
    )
    for change_id in intent.told:
        _join(conn, intent.id, change_id, Severity.NONE, now)


def share(conn: Connection, change_id: int, shares: Sequence[Share], now: datetime) -> None:
    """Let a change join the campaigns that tell a part of it."""
    for one in shares:
        _join(conn, one.campaign_id, change_id, one.severity, now)
    if shares:
        this = update(changes).where(changes.c.id == change_id)
        conn.execute(this.values(campaign=shares[0].campaign_id))


def _join(
    conn: Connection, campaign_id: str, change_id: int, severity: Severity, now: datetime
) -> None:
    row = conn.execute(
        select(campaigns.c.severity, campaigns.c.last_at)
        .where(campaigns.c.id == campaign_id)
        .with_for_update()  # members are numbered one after another
    ).one()
    place = func.coalesce(func.max(members.c.position), 0) + 1
    position = conn.scalar(select(place).where(members.c.campaign_id == campaign_id))
    conn.execute(
        insert(conn.dialect.name, members).on_conflict_do_nothing(),
        {
            "campaign_id": campaign_id,
            "position": position,
            "change_id": change_id,
            "severity": severity,
        },
    )
    conn.execute(
        update(campaigns)
        .where(campaigns.c.id == campaign_id)
        .values(severity=worst((row.severity, severity)), last_at=max(row.last_at, now))
    )


def tell(
    conn: Connection, shared: Iterable[tuple[Share, str]], now: datetime, domain: str
) -> int:
    """Deliveries to those who want a destination that has just joined and have not been told yet.

    `shared` holds what joined and where. All that joins in one transaction must have joined before.
    """
    wanted: dict[tuple[str, Severity], set[str]] = {}
    for one, destination in shared:
        wanted.setdefault((one.campaign_id, one.severity), set()).add(destination)
    told = 0
    for (campaign_id, severity), places in sorted(wanted.items()):
        if bulletins.withdrawn(conn, campaign_id):
            continue
        said = conn.scalar(select(campaigns.c.findings).where(campaigns.c.id == campaign_id))
        weights = reach.weights(rows.finding_from_json(finding) for finding in said or ())
        message = Message(
            kind=MessageKind.CAMPAIGN,
            subject=campaign_id,
            campaign_id=campaign_id,
            members=conn.scalar(
                select(func.max(members.c.position)).where(members.c.campaign_id == campaign_id)
            ),
            severity=severity,
            urgency=severity.rank,
            now=now,
            domain=domain,
        )
        told += deliveries.write(conn, message, places, replace(weights, everything=severity))
    return told


def example(conn: Connection, campaign_id: str) -> int | None:
    """The id of the change whose words stand for all of a campaign."""
    return conn.scalar(select(campaigns.c.change_id).where(campaigns.c.id == campaign_id))


def one(
    conn: Connection, campaign_id: str, first: int | None, example: StoredChange
) -> Campaign:
    """The campaign as it was with its `first` so many members, or as it is."""
    row = conn.execute(select(campaigns).where(campaigns.c.id == campaign_id)).one()
    joined = (
        select(*rows.MEMBER_COLUMNS)
        .join(changes, changes.c.id == members.c.change_id)
        .where(members.c.campaign_id == campaign_id)
        .order_by(members.c.position)
    )
    if first is not None:
        joined = joined.where(members.c.position <= first)
    found = tuple(Member(**member) for member in conn.execute(joined).mappings())
    return Campaign(
        id=row.id,
        publisher=row.publisher,
        severity=worst(member.severity for member in found),
        headline=row.headline,
        sentences=tuple(row.sentences),
        findings=tuple(rows.finding_from_json(finding) for finding in row.findings),
        first_at=row.first_at,
        example=example,
        members=found,
    )
