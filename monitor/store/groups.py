"""Organisations: their contacts, and who acknowledged what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select

from monitor.audience import DeliveryState, Group, Subscription
from monitor.model import Severity
from monitor.store import deliveries, subscriptions
from monitor.store.schema import acknowledgements, insert
from monitor.store.schema import deliveries as deliveries_table
from monitor.store.schema import groups as groups_table
from monitor.store.schema import subscriptions as subscriptions_table
from monitor.store.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """Somebody saw a critical notice."""

    subject: str
    subscription_id: str
    at: datetime
    first: bool
    """Nobody of the group had acknowledged it before."""
    called_off: int
    """How many contacts further down the chain are not called any more."""


def put(conn: Connection, group: Group) -> Group:
    """Store a group, or give the one of this name a new wait; what stands in the database."""
    new = insert(conn.dialect.name, groups_table).on_conflict_do_update(
        index_elements=["name"], set_={"wait": group.wait}
    )
    conn.execute(new, {"id": group.id, "name": group.name, "wait": group.wait, "created_at": group.created_at})
    row = conn.execute(select(groups_table).where(groups_table.c.name == group.name)).mappings().one()
    return Group(**row)


def listed(conn: Connection) -> tuple[Group, ...]:
    query = select(groups_table).order_by(groups_table.c.name)
    return tuple(Group(**row) for row in conn.execute(query).mappings())


def enrol(
    conn: Connection, group: Group, members: Iterable[Subscription], vault: Vault
) -> tuple[Group, tuple[Subscription | None, ...]]:
    """Store a group with these contacts, all or none; None for each who left by an own choice, and stays away."""
    stored = put(conn, group)
    mine = [replace(one, group_id=stored.id) for one in members]
    gone = subscriptions.left(conn, mine, vault)
    made = iter(subscriptions.add_many(conn, [one for one in mine if one.id not in gone], vault))
    return stored, tuple(None if one.id in gone else next(made) for one in mine)


def acknowledge(
    conn: Connection, subject: str, subscription_id: str, now: datetime
) -> Acknowledgement | None:
    """Note that this reader saw it, and call nobody further down the chain. None if this reader was never told it.

    Saying it again changes nothing.
    """
    reader = select(subscriptions_table.c.reader).where(subscriptions_table.c.id == subscription_id).scalar_subquery()
    told = select(deliveries_table.c.id).where(
        deliveries_table.c.subject == subject, deliveries_table.c.reader == reader
    )
    if conn.scalar(told) is None:
        return None
    group = conn.scalar(
        select(subscriptions_table.c.group_id).where(subscriptions_table.c.id == subscription_id)
    )
    before = select(acknowledgements.c.at).where(acknowledgements.c.subject == subject)
    mine = acknowledgements.c.subscription_id == subscription_id
    first = conn.scalar(before.where((acknowledgements.c.group_id == group) if group else mine).limit(1)) is None
    new = insert(conn.dialect.name, acknowledgements).on_conflict_do_nothing()
    conn.execute(new, {"subject": subject, "subscription_id": subscription_id, "group_id": group, "at": now})
    off = 0
    if group is not None:
        others = (
            select(subscriptions_table.c.id)
            .join(groups_table, groups_table.c.id == subscriptions_table.c.group_id)
            .where(groups_table.c.id == group, groups_table.c.wait > 0, subscriptions_table.c.turn > 0)
        )
        # Only who waits for the turn: a message that was tried, or is gathered for a digest, is that reader's own.
        waiting = (deliveries_table.c.subject == subject) & deliveries_table.c.subscription_id.in_(others)
        waiting &= (deliveries_table.c.attempts == 0) & (deliveries_table.c.state == DeliveryState.WAITING)
        waiting &= deliveries_table.c.severity == Severity.CRITICAL
        off = deliveries.call_off(conn, waiting, now, f"acknowledged by {subscription_id}")
    return Acknowledgement(subject=subject, subscription_id=subscription_id, at=now, first=first, called_off=off)


def acknowledged(conn: Connection, subject: str) -> tuple[tuple[str, datetime], ...]:
    """(subscription id, when) of those who acknowledged it, first one first."""
    query = select(acknowledgements.c.subscription_id, acknowledgements.c.at).where(
        acknowledgements.c.subject == subject
    )
    return tuple((row.subscription_id, row.at) for row in conn.execute(query.order_by(acknowledgements.c.at)))
