"""Who has to be told, and how far we got. The row is the truth.

`next_try_at` is the whole queue: due when it has passed, the end of the lease while a worker has
the row, NULL once the story is over.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    Select,
    String,
    Update,
    bindparam,
    case,
    literal,
    null,
    select,
    update,
)

from monitor.audience import Channel, Delivery, DeliveryState
from monitor.model import Severity
from monitor.store import rows
from monitor.store.columns import Key, Utc
from monitor.store.schema import (
    EVERYWHERE,
    changes,
    deliveries,
    insert,
    subscriptions,
    wants,
)

_ENDED = "the subscription has ended"
_ANY_DUE = (
    select(deliveries.c.id)
    .where(deliveries.c.next_try_at <= bindparam("now", type_=Utc()))
    .limit(1)
)


def write(
    conn: Connection,
    *,
    event_id: str,
    destinations: Collection[str],
    severity: Severity,
    confirmed: bool,
    now: datetime,
    domain: str,
    change_id: int | None = None,
    campaign_id: str | None = None,
    members: int | None = None,
) -> int:
    """One waiting delivery for each active subscription that asked for this; how many are new.

    It tells a change, or a campaign of so many members. The message id is fixed here, before the
    first attempt, and the same however often we try.
    """
    token = literal(event_id) + "." + subscriptions.c.token
    hook = literal(f"msg_{event_id}_") + subscriptions.c.token  # no dot: it parts signed content
    values: dict[str, Any] = {
        "change_id": literal(change_id, Key),
        "campaign_id": literal(campaign_id, String),
        "members": literal(members, Integer),
        "subscription_id": subscriptions.c.id,
        "channel": subscriptions.c.channel,
        "address": subscriptions.c.address,
        "message_id": case(
            (subscriptions.c.channel == Channel.MAIL, "<" + token + f"@{domain}>"), else_=hook
        ),
        "created_at": literal(now, Utc),
        "confirmed": literal(confirmed),
        "state": literal(DeliveryState.WAITING, deliveries.c.state.type),
        "attempts": literal(0),
        "next_try_at": literal(now, Utc),
        "last_error": literal(""),
        "detail": literal(""),
    }
    interested = select(wants.c.subscription_id).where(
        wants.c.destination.in_((*sorted(destinations), EVERYWHERE))
    )
    asked = (
        select(*values.values())
        .where(subscriptions.c.active)
        .where(subscriptions.c.floor_rank <= severity.rank)
        .where(subscriptions.c.id.in_(interested))
    )
    new = insert(conn.dialect.name, deliveries).from_select(list(values), asked)
    return len(conn.scalars(new.on_conflict_do_nothing().returning(deliveries.c.id)).all())


def any_due(conn: Connection, now: datetime) -> bool:
    return conn.execute(_ANY_DUE, {"now": now}).first() is not None


def claim(
    conn: Connection,
    now: datetime,
    *,
    owner: str,
    limit: int,
    lease: float,
    channels: Iterable[Channel] | None,
) -> tuple[Delivery, ...]:
    """Take up to `limit` due deliveries for `owner`, for `lease` seconds; each goes to one worker.

    A claim counts as an attempt. What waits for an ended subscription is given up instead.
    """
    candidates = (
        select(deliveries.c.id, subscriptions.c.active)
        .join(subscriptions)
        .where(deliveries.c.next_try_at <= now)
        .order_by(deliveries.c.next_try_at, deliveries.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=deliveries)
    )
    if channels is not None:
        candidates = candidates.where(deliveries.c.channel.in_(tuple(channels)))
    found = conn.execute(candidates).all()
    gone = [row.id for row in found if not row.active]
    if gone:
        ended = _ending(DeliveryState.GIVEN_UP, now).values(last_error=_ENDED)
        conn.execute(ended.where(deliveries.c.id.in_(gone)))
    wanted = [row.id for row in found if row.active]
    if not wanted:
        return ()
    mine = conn.scalars(
        update(deliveries)
        .where(deliveries.c.id.in_(wanted))
        .where(deliveries.c.next_try_at <= now)
        .values(
            state=DeliveryState.CLAIMED,
            claimed_by=owner,
            attempts=deliveries.c.attempts + 1,
            next_try_at=now + timedelta(seconds=lease),
        )
        .returning(deliveries.c.id)
    ).all()
    return _values(conn, _all().where(deliveries.c.id.in_(mine)).order_by(deliveries.c.id))


def sent(conn: Connection, delivery_id: int, now: datetime, detail: str, owner: str) -> bool:
    ended = _ending(DeliveryState.SENT, now).values(detail=detail, last_error="")
    return conn.execute(_held_by(ended, delivery_id, owner)).rowcount == 1


def retry(conn: Connection, delivery_id: int, at: datetime, error: str, owner: str) -> bool:
    waiting = update(deliveries).values(
        state=DeliveryState.WAITING, claimed_by=None, next_try_at=at, last_error=error
    )
    return conn.execute(_held_by(waiting, delivery_id, owner)).rowcount == 1


def give_up(conn: Connection, delivery_id: int, now: datetime, error: str, owner: str) -> bool:
    ended = _ending(DeliveryState.GIVEN_UP, now).values(last_error=error)
    return conn.execute(_held_by(ended, delivery_id, owner)).rowcount == 1


def release(conn: Connection, owner_prefix: str) -> int:
    """Give back what a dead process had claimed, due at once; how many that were."""
    return conn.execute(
        update(deliveries)
        .where(deliveries.c.state == DeliveryState.CLAIMED)
        .where(deliveries.c.claimed_by.startswith(owner_prefix, autoescape=True))
        .values(state=DeliveryState.WAITING, claimed_by=None, next_try_at=deliveries.c.created_at)
    ).rowcount


def resend(conn: Connection, delivery_id: int, now: datetime) -> bool:
    """Start again with a delivery that was given up, unless its subscription has ended."""
    active = select(subscriptions.c.id).where(subscriptions.c.active)
    return (
        conn.execute(
            update(deliveries)
            .where(deliveries.c.id == delivery_id)
            .where(deliveries.c.state == DeliveryState.GIVEN_UP)
            .where(deliveries.c.subscription_id.in_(active))
            .values(state=DeliveryState.WAITING, attempts=0, next_try_at=now, ended_at=null())
        ).rowcount
        == 1
    )


def listed(
    conn: Connection,
    *,
    change_id: int | None,
    campaign_id: str | None,
    state: DeliveryState | None,
    limit: int,
) -> tuple[Delivery, ...]:
    query = _all().order_by(deliveries.c.id.desc()).limit(limit)
    if change_id is not None:
        query = query.where(deliveries.c.change_id == change_id)
    if campaign_id is not None:
        query = query.where(deliveries.c.campaign_id == campaign_id)
    if state is not None:
        query = query.where(deliveries.c.state == state)
    return _values(conn, query)


def _ending(state: DeliveryState, now: datetime) -> Update:
    return update(deliveries).values(
        state=state, claimed_by=None, next_try_at=None, ended_at=bindparam("now", now, type_=Utc())
    )


def _held_by(statement: Update, delivery_id: int, owner: str) -> Update:
    return (
        statement.where(deliveries.c.id == delivery_id)
        .where(deliveries.c.state == DeliveryState.CLAIMED)
        .where(deliveries.c.claimed_by == owner)
    )


def _all() -> Select[Any]:
    told = deliveries.outerjoin(changes, deliveries.c.change_id == changes.c.id)
    return select(*rows.DELIVERY_COLUMNS).select_from(told)


def _values(conn: Connection, query: Select[Any]) -> tuple[Delivery, ...]:
    return tuple(rows.delivery(row) for row in conn.execute(query).mappings())
