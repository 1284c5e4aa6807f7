"""What relays sent back, and what follows: two hard bounces or one complaint, and we stop."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from monitor.audience import SubscriptionState
from monitor.store import subscriptions
from monitor.store.schema import COUNTED, bounces, deliveries, insert
from monitor.store.schema import subscriptions as subscriptions_table

HARD, COMPLAINT = "hard", "complaint"
MOST = 2
"""So many messages that bounced for good end the mailing: one may be the relay's mistake."""


def forget(conn: Connection, subscription_id: str) -> None:
    """Count anew."""
    conn.execute(delete(bounces).where(bounces.c.subscription_id == subscription_id))


def note(
    conn: Connection, *, fingerprint: str, kind: str, status: str, delivery_id: int | None, message_id: str | None,
    now: datetime,
) -> str | None:
    """Count a report once and suspend the subscription if that is due; whose it was. None if it names none of ours."""
    which = deliveries.c.id == delivery_id if delivery_id is not None else deliveries.c.message_id == (message_id or "")
    row = conn.execute(
        select(deliveries.c.id, deliveries.c.subscription_id, deliveries.c.reader).where(which)
    ).one_or_none()
    if row is None:
        return None
    whose = str(row.subscription_id)
    theirs = select(subscriptions_table.c.id).where(subscriptions_table.c.reader == row.reader)
    new = insert(conn.dialect.name, bounces).on_conflict_do_nothing()
    values = {"fingerprint": fingerprint, "subscription_id": whose, "delivery_id": row.id, "kind": kind,
              "status": status[:16], "read_at": now}  # fmt: skip
    if conn.execute(new, values, execution_options=COUNTED).rowcount == 0:
        return whose
    hard = select(func.count(bounces.c.delivery_id.distinct())).where(
        bounces.c.subscription_id.in_(theirs), bounces.c.kind == HARD
    )
    reason = ""
    if kind == COMPLAINT:
        reason = "its reader complained to the mail provider"
    elif kind == HARD and (conn.scalar(hard) or 0) >= MOST:
        reason = f"{MOST} messages came back as undeliverable for good (last status {status[:16] or 'not given'})"
    for one in conn.scalars(theirs).all() if reason else ():  # the address is the same for all of them
        subscriptions.move(conn, one, SubscriptionState.SUSPENDED, reason, now)
    return whose
