"""Sign-ups and changes that wait for their owner's yes, given through a link in a mail to the address itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, func, select, update

from monitor.audience import Limits, MessageKind, Proposal, Subscription, SubscriptionState
from monitor.model import Severity
from monitor.store import bounces, deliveries, rows, subscriptions
from monitor.store.deliveries import FIRST, Message
from monitor.store.schema import insert, proposals
from monitor.store.schema import subscriptions as subscriptions_table
from monitor.store.vault import Vault


def propose(
    conn: Connection,
    proposal_id: str,
    asked: Subscription,
    *,
    sender: str,
    now: datetime,
    limits: Limits,
    domain: str,
    vault: Vault,
) -> Proposal | None:
    """Keep what was asked for until it is confirmed, and write the mail that asks for it.

    An address that is known already keeps its subscription, and its present wishes, until the confirmation.
    None, and nothing is written, if this address or this sender has asked too often.
    """
    reader = vault.reader(asked.channel, asked.address)
    if _too_often(conn, reader, sender, now, limits):
        return None
    known = subscriptions.of_reader(conn, asked.channel, asked.address, vault)
    sub = known[0] if known else subscriptions.add(
        conn, replace(asked, state=SubscriptionState.PENDING), vault)  # fmt: skip
    made = Proposal(id=proposal_id, subscription_id=sub.id, wishes=asked.wishes, created_at=now)
    conn.execute(
        insert(conn.dialect.name, proposals),
        {
            "id": made.id,
            "subscription_id": sub.id,
            "wishes": rows.wishes_to_json(asked.wishes),
            "created_at": now,
            "sender": sender,
        },
    )
    mail = Message(kind=MessageKind.CONFIRM, subject=made.id, severity=Severity.NONE, urgency=FIRST,
                   now=now, domain=domain)  # fmt: skip
    deliveries.write_to(conn, mail, subscriptions_table.c.id == sub.id)
    return made


def one(conn: Connection, proposal_id: str) -> Proposal | None:
    query = select(
        proposals.c.id, proposals.c.subscription_id, proposals.c.wishes, proposals.c.created_at, proposals.c.used_at
    ).where(proposals.c.id == proposal_id)
    row = conn.execute(query).mappings().one_or_none()
    return None if row is None else rows.proposal(row)


def confirm(conn: Connection, proposal_id: str, now: datetime, vault: Vault) -> Subscription | None:
    """Do what was asked for, once; the subscription as it stands then. None if there is nothing to confirm.

    A link that is used again changes nothing: who has left in the meantime does not come back by it.
    """
    use = update(proposals).where(proposals.c.id == proposal_id)
    first = conn.execute(use.where(proposals.c.used_at.is_(None)).values(used_at=now)).rowcount == 1
    found = one(conn, proposal_id)
    if found is None:
        return None
    if first and subscriptions.wish(conn, found.subscription_id, found.wishes, now, vault) is not None:
        table = subscriptions_table
        this = update(table).where(table.c.id == found.subscription_id)
        conn.execute(this.values(state=SubscriptionState.ACTIVE, reason=""))
        bounces.forget(conn, found.subscription_id)  # the mail that was answered arrived
    return subscriptions.one(conn, found.subscription_id, vault)


def _too_often(conn: Connection, reader: str, sender: str, now: datetime, limits: Limits) -> bool:
    mine = proposals.c.subscription_id.in_(
        select(subscriptions_table.c.id).where(subscriptions_table.c.reader == reader)
    )
    day = timedelta(days=1)
    if _count(conn, mine, now - limits.gap) >= 1 or _count(conn, mine, now - day) >= limits.per_day:
        return True
    theirs = proposals.c.sender == sender
    return bool(sender) and _count(conn, theirs, now - timedelta(hours=1)) >= limits.per_sender


def _count(conn: Connection, whose: ColumnElement[bool], since: datetime) -> int:
    query = select(func.count()).select_from(proposals).where(whose, proposals.c.created_at > since)
    return conn.scalar(query) or 0
