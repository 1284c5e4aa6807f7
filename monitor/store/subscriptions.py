"""Who wants what. A subscription is never deleted: messages already sent rest on it."""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, select, update

from monitor.audience import Subscription
from monitor.store import rows
from monitor.store.schema import EVERYWHERE, insert, subscriptions, wants


def add(conn: Connection, sub: Subscription) -> Subscription:
    """Store a subscription and give back what stands in the database.

    The same channel, address and destinations are one subscription: asking again revives it and
    takes the new floor, and its first id stays.
    """
    destinations = sorted(set(sub.wishes.destinations))
    conn.execute(
        insert(conn.dialect.name, subscriptions).on_conflict_do_update(
            index_elements=["channel", "address", "destinations"],
            set_={"floor": sub.wishes.floor, "floor_rank": sub.wishes.floor.rank, "active": sub.active},
        ),
        {
            "id": sub.id,
            "channel": sub.channel,
            "address": sub.address,
            "destinations": destinations,
            "floor": sub.wishes.floor,
            "floor_rank": sub.wishes.floor.rank,
            "created_at": sub.created_at,
            "active": sub.active,
            "token": hashlib.sha256(sub.id.encode()).hexdigest()[:16],
        },
    )
    row = (
        conn.execute(
            select(*rows.SUBSCRIPTION_COLUMNS).where(
                subscriptions.c.channel == sub.channel,
                subscriptions.c.address == sub.address,
                subscriptions.c.destinations == destinations,
            )
        )
        .mappings()
        .one()
    )
    conn.execute(
        insert(conn.dialect.name, wants).on_conflict_do_nothing(),
        [
            {"subscription_id": row["id"], "destination": key}
            for key in destinations or [EVERYWHERE]
        ],
    )
    return rows.subscription(row)


def listed(conn: Connection, *, removed: bool) -> tuple[Subscription, ...]:
    query = select(*rows.SUBSCRIPTION_COLUMNS)
    if not removed:
        query = query.where(subscriptions.c.active)
    query = query.order_by(subscriptions.c.created_at, subscriptions.c.id)
    return tuple(rows.subscription(row) for row in conn.execute(query).mappings())


def one(conn: Connection, subscription_id: str) -> Subscription | None:
    query = select(*rows.SUBSCRIPTION_COLUMNS).where(subscriptions.c.id == subscription_id)
    row = conn.execute(query).mappings().one_or_none()
    return None if row is None else rows.subscription(row)


def remove(conn: Connection, subscription_id: str) -> bool:
    """End it; what still waits for it is given up when its turn comes."""
    this = update(subscriptions).where(subscriptions.c.id == subscription_id)
    return conn.execute(this.where(subscriptions.c.active).values(active=False)).rowcount == 1
