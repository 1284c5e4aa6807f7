"""Digests: what was gathered for one reader, sent together at the reader's own hour."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select, update

from monitor.audience import (
    Cadence,
    Delivery,
    DeliveryState,
    Digest,
    MessageKind,
    Subscription,
    SubscriptionState,
    Verified,
)
from monitor.core import clock
from monitor.model import Campaign, Severity, StoredChange
from monitor.store import deliveries, rows, subscriptions
from monitor.store.deliveries import FIRST, Message
from monitor.store.schema import deliveries as deliveries_table
from monitor.store.schema import digests as digests_table
from monitor.store.schema import insert
from monitor.store.schema import subscriptions as subscriptions_table
from monitor.store.vault import Vault

_PERIOD = {Cadence.DAILY: timedelta(days=1), Cadence.WEEKLY: timedelta(days=7)}
_EARLY = timedelta(hours=1)
"""By so much a digest may have come early, by a clock that was then set right, without one of its own for the hour."""


def due(conn: Connection, now: datetime, limit: int) -> list[str]:
    """Ids of the subscriptions whose digest is due, longest overdue first."""
    query = select(subscriptions_table.c.id).where(subscriptions_table.c.digest_at <= now)
    return list(conn.scalars(query.order_by(subscriptions_table.c.digest_at).limit(limit)))


def make(
    conn: Connection, subscription_id: str, now: datetime, verified: Mapping[str, tuple[Verified, ...]], *,
    domain: str, vault: Vault,
) -> bool:
    """Gather a digest and its delivery, once, and say when the next is due; False if there is nothing to send."""
    sub = subscriptions.one(conn, subscription_id, vault)
    until = conn.scalar(
        select(subscriptions_table.c.digest_at).where(
            subscriptions_table.c.id == subscription_id, subscriptions_table.c.digest_at <= now
        )
    )
    if sub is None or until is None:
        return False
    # Whoever moves the hour on makes its digest; another process that is here as well finds it moved.
    ahead = update(subscriptions_table).where(
        subscriptions_table.c.id == subscription_id, subscriptions_table.c.digest_at == until
    )
    if conn.execute(ahead.values(digest_at=clock.next_digest(sub.wishes, now))).rowcount == 0:
        return False
    if sub.state is not SubscriptionState.ACTIVE:
        return False
    table = deliveries_table
    waiting = (table.c.subscription_id == subscription_id) & (table.c.state == DeliveryState.GATHERED)
    waiting &= table.c.digest_id.is_(None)
    heaviest = conn.scalar(select(FIRST - func.min(table.c.patience)).where(waiting))
    if heaviest is None and not sub.wishes.verified:
        return False
    now = _new_moment(conn, subscription_id, now)
    made = _id(subscription_id, until, now)
    conn.execute(
        insert(conn.dialect.name, digests_table).on_conflict_do_nothing(),
        {
            "id": made,
            "subscription_id": subscription_id,
            "since": until - _PERIOD.get(sub.wishes.cadence, timedelta(days=1)),
            "until": now,
            "verified": [_row(one) for key in _mine(sub, verified) for one in verified.get(key, ())],
        },
    )
    conn.execute(update(table).where(waiting).values(digest_id=made))
    severity = next((s for s in Severity if s.rank == heaviest), Severity.NONE)
    message = Message(kind=MessageKind.DIGEST, subject=made, severity=severity, urgency=severity.rank,
                      now=now, domain=domain)  # fmt: skip
    return deliveries.write_to(conn, message, subscriptions_table.c.id == subscription_id) == 1


def one(
    conn: Connection, digest_id: str, told: Callable[[Connection, RowMapping], StoredChange | Campaign | None]
) -> Digest | None:
    """The digest with what it tells, heaviest first; `told` finds the change or campaign of a delivery."""
    row = conn.execute(select(digests_table).where(digests_table.c.id == digest_id)).mappings().one_or_none()
    if row is None:
        return None
    query = (
        select(*rows.DELIVERY_COLUMNS, deliveries_table.c.change_id, deliveries_table.c.campaign_id)
        .where(deliveries_table.c.digest_id == digest_id)
        .where(deliveries_table.c.state != DeliveryState.CALLED_OFF)
        .order_by(deliveries_table.c.patience, deliveries_table.c.id)
    )
    items: list[tuple[Delivery, StoredChange | Campaign]] = []
    for item in conn.execute(query).mappings().all():
        subject = told(conn, item)
        values = {name: value for name, value in item.items() if name not in ("change_id", "campaign_id")}
        if subject is not None:
            items.append((rows.delivery(values), subject))  # type: ignore[arg-type]
    verified = tuple(_verified(one) for one in row["verified"])
    return Digest(id=row["id"], subscription_id=row["subscription_id"], since=row["since"], until=row["until"],
                  items=tuple(items), verified=verified)  # fmt: skip


def sent(conn: Connection, digest_delivery: int, now: datetime) -> None:
    """What a digest told has been told, once the digest was handed over."""
    digest = select(deliveries_table.c.subject).where(
        deliveries_table.c.id == digest_delivery, deliveries_table.c.kind == MessageKind.DIGEST
    )
    items = update(deliveries_table).where(
        deliveries_table.c.digest_id == digest.scalar_subquery(), deliveries_table.c.state == DeliveryState.GATHERED
    )
    conn.execute(items.values(state=DeliveryState.SENT, ended_at=now))


def _mine(sub: Subscription, verified: Mapping[str, tuple[Verified, ...]]) -> tuple[str, ...]:
    """The destination keys that this reader watches."""
    return sub.wishes.destinations or tuple(sorted(verified))


def bring_back(conn: Connection, now: datetime) -> int:
    """Make due at their hour the digests that a clock which ran ahead has put off for longer; how many that were."""
    table = subscriptions_table
    moved = 0
    for cadence, period in _PERIOD.items():
        late = select(table.c.id, table.c.wishes, table.c.digest_at).where(
            table.c.cadence == cadence, table.c.digest_at > now + period + _EARLY)  # fmt: skip
        for row in conn.execute(late).all():
            at = clock.next_digest(rows.wishes_from_json(row.wishes), now)
            if at < row.digest_at:
                conn.execute(update(table).where(table.c.id == row.id).values(digest_at=at))
                moved += 1
    return moved


def _new_moment(conn: Connection, subscription_id: str, now: datetime) -> datetime:
    """Now, or the next moment that no digest of this reader was made at: what two share, one of them would hide."""
    at = select(digests_table.c.id).where(digests_table.c.subscription_id == subscription_id)
    while conn.scalar(at.where(digests_table.c.until == now)) is not None:
        now += timedelta(microseconds=1)
    return now


def _id(subscription_id: str, until: datetime, now: datetime) -> str:
    """Named by its hour and by when it is made: after a clock was set back, an hour comes again."""
    named = "\n".join((subscription_id, *(one.astimezone(UTC).isoformat() for one in (until, now))))
    return "dig_" + hashlib.sha256(named.encode()).hexdigest()[:24]


def _row(one: Verified) -> list[Any]:
    return [one.destination, one.publisher, one.level, one.at.isoformat() if one.at else None]


def _verified(row: list[Any]) -> Verified:
    at = datetime.fromisoformat(row[3]) if row[3] else None
    return Verified(destination=row[0], publisher=row[1], level=row[2], at=at)
