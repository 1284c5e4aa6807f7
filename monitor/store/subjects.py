"""What a delivery tells: found again for each attempt, and always the same."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, RowMapping

from monitor.audience import Bulletin, Delivery, MessageKind, Report, Told
from monitor.model import Campaign, StoredChange
from monitor.store import bulletins, campaigns, changes, digests, proposals


def told(conn: Connection, delivery: Delivery) -> Told | None:
    """The change, campaign, digest, bulletin or proposal of a delivery, as it stood when that was made."""
    match delivery.kind:
        case MessageKind.NOTICE:
            return changes.one(conn, delivery.event_id)
        case MessageKind.CAMPAIGN:
            return campaign(conn, delivery.event_id, delivery.members)
        case MessageKind.DIGEST:
            return digests.one(conn, delivery.event_id, _item)
        case MessageKind.CONFIRM:
            return proposals.one(conn, delivery.event_id)
    found = bulletins.one(conn, delivery.event_id)
    return None if found is None else _report(conn, found, delivery)


def campaign(conn: Connection, campaign_id: str, members: int | None) -> Campaign | None:
    """The campaign with its first so many members, or as it is."""
    example_id = campaigns.example(conn, campaign_id)
    example = None if example_id is None else changes.one(conn, example_id)
    return None if example is None else campaigns.one(conn, campaign_id, members, example)


def _report(conn: Connection, bulletin: Bulletin, delivery: Delivery) -> Report:
    references = bulletins.earlier(conn, bulletin, delivery)
    if bulletin.kind is MessageKind.ALL_CLEAR:
        since = bulletins.one(conn, bulletin.about)
        if since is not None:
            bulletin = replace(bulletin, since=since.since, reason=since.reason)
    about = changes.one(conn, bulletin.about) or campaign(conn, bulletin.about, None) if bulletin.about else None
    pending = bulletins.pending(conn, bulletin, delivery)
    return Report(bulletin=bulletin, about=about, references=references, pending=pending)


def _item(conn: Connection, row: RowMapping) -> StoredChange | Campaign | None:
    if row["campaign_id"] is not None:
        return campaign(conn, row["campaign_id"], row["members"])
    return changes.one(conn, row["event_id"])
