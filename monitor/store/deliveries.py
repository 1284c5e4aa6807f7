"""Who has to be told, and how far we got. The row is the truth.

`next_try_at` is the whole queue: due when it has passed, the end of the lease while a worker has
the row, NULL once the story is over.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    String,
    Update,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    literal,
    null,
    or_,
    select,
    update,
)

from monitor.audience import Cadence, Channel, Delivery, DeliveryState, MessageKind, Scope, SubscriptionState
from monitor.core.reach import Weights
from monitor.model import Severity
from monitor.store import rows, work
from monitor.store.columns import Key, Utc
from monitor.store.schema import (
    EVERYWHERE,
    choices,
    deliveries,
    groups,
    insert,
    subscriptions,
    wants,
)
from monitor.store.vault import Vault

_ENDED = "the subscription is not active any more"
_ANY_DUE = (
    select(deliveries.c.id)
    .where(deliveries.c.next_try_at <= bindparam("now", type_=Utc()))
    .limit(1)
)
SENT = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("given"))
    .where(deliveries.c.state == DeliveryState.CLAIMED)
    .where(deliveries.c.claimed_by == bindparam("by"))
    .values(
        state=DeliveryState.SENT, claimed_by=None, next_try_at=None, ended_at=bindparam("at", type_=Utc()),
        detail=bindparam("said"), last_error="",
    )
    .returning(deliveries.c.id)
)
"""Built once: it is what is written most often, once for each message."""
PUT_BACK = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("given"))
    .where(deliveries.c.state == DeliveryState.CLAIMED)
    .where(deliveries.c.claimed_by == bindparam("by"))
    .values(
        state=DeliveryState.WAITING, claimed_by=None, next_try_at=bindparam("at", type_=Utc()),
        last_error=bindparam("said"), attempts=deliveries.c.attempts - 1,
        owed_at=func.coalesce(bindparam("owed", None, type_=Utc()), deliveries.c.owed_at),
    )
    .returning(deliveries.c.id)
)
"""What only had to wait, as if it had not been tried."""
FIRST = 9
"""Urgency of what its reader waits for at the screen: a confirmation, a test."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is to be told: one row for each reader is made of it."""

    kind: MessageKind
    subject: str
    severity: Severity
    urgency: int
    now: datetime
    domain: str
    confirmed: bool = True
    change_id: int | None = None
    campaign_id: str | None = None
    members: int | None = None


def write(
    conn: Connection, message: Message, destinations: Collection[str], weights: Weights
) -> int:
    """One delivery for each active subscription that asked for this; how many are new.

    It tells a change, or a campaign of so many members. A reader with several subscriptions that want it gets it
    by one of them, sooner rather than later. Who has digests gets it with the next one, unless it is critical.
    """
    critical = weights.everything is Severity.CRITICAL
    later = and_(subscriptions.c.cadence != Cadence.IMMEDIATE, ~(literal(critical) & subscriptions.c.at_once))
    interested = select(wants.c.subscription_id).where(
        wants.c.destination.in_((*sorted(destinations), EVERYWHERE))
    )
    asked = (
        _addressed(message, later)
        .where(subscriptions.c.state == SubscriptionState.ACTIVE)
        .where(_wanted(weights))
        .where(subscriptions.c.id.in_(interested))
        .order_by(later, subscriptions.c.turn, subscriptions.c.group_id.is_(None), subscriptions.c.digest_at,
                  subscriptions.c.scope != Scope.EVERYTHING, subscriptions.c.id)
    )
    made = _insert(conn, asked)
    if made and critical:
        _chain(conn, message)
    return made


def write_to(conn: Connection, message: Message, whom: ColumnElement[bool]) -> int:
    """One waiting delivery for each of these subscriptions, whatever they asked for; how many are new."""
    return _insert(conn, _addressed(message, false()).where(whom).order_by(subscriptions.c.id))


def _addressed(message: Message, later: ColumnElement[bool]) -> Select[Any]:
    """The rows to insert. The message id is fixed here, before the first attempt, and the same however often we try."""
    token = literal(message.subject) + "." + subscriptions.c.token
    hook = literal(f"msg_{message.subject}_") + subscriptions.c.token  # no dot: it parts signed content
    values: dict[str, Any] = {
        "kind": literal(message.kind, deliveries.c.kind.type),
        "subject": literal(message.subject, String),
        "change_id": literal(message.change_id, Key),
        "campaign_id": literal(message.campaign_id, String),
        "members": literal(message.members, Integer),
        "subscription_id": subscriptions.c.id,
        "reader": subscriptions.c.reader,
        "channel": subscriptions.c.channel,
        "severity": literal(message.severity, deliveries.c.severity.type),
        "patience": literal(FIRST - message.urgency),
        "message_id": case(
            (subscriptions.c.channel == Channel.MAIL, "<" + token + f"@{message.domain}>"), else_=hook
        ),
        "created_at": literal(message.now, Utc),
        "confirmed": literal(message.confirmed),
        "state": case(
            (later, literal(DeliveryState.GATHERED, deliveries.c.state.type)),
            else_=literal(DeliveryState.WAITING, deliveries.c.state.type),
        ),
        "attempts": literal(0),
        "next_try_at": case((later, null()), else_=literal(message.now, Utc)),
        "owed_at": case((later, null()), else_=literal(message.now, Utc)),
        "last_error": literal(""),
        "detail": literal(""),
    }
    return select(*(value.label(name) for name, value in values.items()))


def _insert(conn: Connection, asked: Select[Any]) -> int:
    names = [column.name for column in asked.selected_columns]
    new = insert(conn.dialect.name, deliveries).from_select(names, asked)
    return work.of(conn).fan_out(conn, new.on_conflict_do_nothing())


def _wanted(weights: Weights) -> ColumnElement[bool]:
    """Whether what a subscription asked for is in it, and heavy enough. Everybody is told what is critical."""
    if weights.everything is Severity.CRITICAL:
        return subscriptions.c.floor_rank <= Severity.CRITICAL.rank
    enough = [
        and_(subscriptions.c.scope == Scope.EVERYTHING, subscriptions.c.floor_rank <= weights.everything.rank)
    ]
    if weights.posture is not Severity.NONE:
        posture = subscriptions.c.scope == Scope.POSTURE
        enough.append(and_(posture, subscriptions.c.floor_rank <= weights.posture.rank))
    for section, severity in weights.sections:
        chosen = exists().where(choices.c.subscription_id == subscriptions.c.id, choices.c.section == section)
        sections = subscriptions.c.scope == Scope.SECTIONS
        enough.append(and_(sections, subscriptions.c.floor_rank <= severity.rank, chosen))
    return or_(*enough)


def _chain(conn: Connection, message: Message) -> None:
    """Contacts further down a group's chain are told when the wait before them is over, unless it is acknowledged."""
    behind = (
        select(deliveries.c.id, deliveries.c.channel, subscriptions.c.turn, groups.c.wait)
        .join(subscriptions, subscriptions.c.id == deliveries.c.subscription_id)
        .join(groups, groups.c.id == subscriptions.c.group_id)
        .where(deliveries.c.subject == message.subject, deliveries.c.state == DeliveryState.WAITING)
        .where(deliveries.c.attempts == 0, subscriptions.c.turn > 0, groups.c.wait > 0)
    )
    for row in conn.execute(behind).all():
        at = message.now + timedelta(seconds=row.turn * row.wait)
        conn.execute(update(deliveries).where(deliveries.c.id == row.id).values(next_try_at=at, owed_at=at))
        work.of(conn).wake(conn, [row.channel], at)


def any_due(conn: Connection, now: datetime) -> bool:
    return conn.execute(_ANY_DUE, {"now": now}).first() is not None


def claim(
    conn: Connection,
    now: datetime,
    vault: Vault,
    *,
    owner: str,
    limit: int,
    lease: float,
    channels: Iterable[Channel] | None,
    within: tuple[int, int] | None = None,
) -> tuple[Delivery, ...]:
    """Take up to `limit` due deliveries for `owner`, for `lease` seconds; each goes to one worker.

    What is most urgent goes first; with `within`, only what has a number from the first to the second. A claim counts
    as an attempt. What waits for a subscription that is not active any more is called off instead; a confirmation waits
    for one that is not active yet.
    """
    candidates = (
        select(deliveries.c.id, _may_be_told().label("active"))
        .join(subscriptions)
        .where(deliveries.c.next_try_at.is_not(None), deliveries.c.next_try_at <= now)
        .order_by(deliveries.c.patience, deliveries.c.next_try_at, deliveries.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=deliveries)
    )
    candidates = candidates.where(deliveries.c.channel.in_(tuple(Channel if channels is None else channels)))
    if within is not None:
        candidates = candidates.where(deliveries.c.id.between(*within))
    found = conn.execute(candidates).all()
    gone = [row.id for row in found if not row.active]
    if gone:
        ended = _ending(DeliveryState.CALLED_OFF, now).values(last_error=_ENDED)
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
    query = (
        select(*rows.DELIVERY_COLUMNS, subscriptions.c.sealed)
        .join(subscriptions)
        .where(deliveries.c.id.in_(mine))
        .order_by(deliveries.c.patience, deliveries.c.id)
    )
    found_rows = conn.execute(query).mappings()
    return tuple(rows.delivery(row, vault.open(row["sealed"])) for row in found_rows)


def _may_be_told() -> ColumnElement[bool]:
    asked = and_(deliveries.c.kind == MessageKind.CONFIRM, subscriptions.c.state != SubscriptionState.ENDED)
    return or_(subscriptions.c.state == SubscriptionState.ACTIVE, asked)


def handed_over(delivery_id: int, now: datetime, detail: str, owner: str) -> dict[str, Any]:
    """What `SENT` is given; it returns nothing, and writes nothing, if `owner` no longer holds the claim."""
    return {"given": delivery_id, "by": owner, "at": now, "said": detail}


def retry(conn: Connection, delivery_id: int, at: datetime, error: str, owner: str) -> bool:
    """Try again at that time."""
    waiting = update(deliveries).values(
        state=DeliveryState.WAITING, claimed_by=None, next_try_at=at, last_error=error
    )
    return _woken(conn, _held_by(waiting, delivery_id, owner), at)


def put_back(conn: Connection, given: dict[str, Any]) -> bool:
    """`PUT_BACK`, where other machines have to be woken for it."""
    return _woken(conn, PUT_BACK, given["at"], given)


def _woken(conn: Connection, waiting: Update, at: datetime, given: dict[str, Any] | None = None) -> bool:
    """Run this statement, and have what it made wait looked after at that time; whether it did something."""
    statement = waiting.returning(deliveries.c.channel.label("woken"))
    row = conn.execute(statement, given or {}).one_or_none()
    if row is None:
        return False
    work.of(conn).wake(conn, [row.woken], at)
    return True


def give_up(conn: Connection, delivery_id: int, now: datetime, error: str, owner: str) -> bool:
    """End it as not to be delivered; what a digest would have told waits for the next one."""
    ended = _ending(DeliveryState.GIVEN_UP, now).values(last_error=error)
    subject = conn.scalar(_held_by(ended, delivery_id, owner).returning(deliveries.c.subject))
    if subject is None:
        return False
    within = update(deliveries).where(
        deliveries.c.digest_id == subject, deliveries.c.state == DeliveryState.GATHERED
    )
    conn.execute(within.values(digest_id=null()))
    return True


def release(conn: Connection, owner_prefix: str) -> int:
    """Give back what a dead process had claimed, due at once; how many that were."""
    freed = conn.execute(
        update(deliveries)
        .where(deliveries.c.state == DeliveryState.CLAIMED)
        .where(deliveries.c.claimed_by.startswith(owner_prefix, autoescape=True))
        .values(state=DeliveryState.WAITING, claimed_by=None, next_try_at=deliveries.c.created_at)
        .returning(deliveries.c.channel, deliveries.c.next_try_at)
    ).all()
    for channel, at in {row.channel: row.next_try_at for row in freed}.items():
        work.of(conn).wake(conn, [channel], at)
    return len(freed)


def owners(conn: Connection) -> tuple[str, ...]:
    """Who holds claims."""
    held = select(deliveries.c.claimed_by).where(deliveries.c.state == DeliveryState.CLAIMED).distinct()
    return tuple(name for name in conn.scalars(held) if name)


def overdue(conn: Connection, before: datetime) -> dict[Channel, int]:
    """How many of each channel have been due since before then."""
    query = (
        select(deliveries.c.channel, func.count())
        .where(deliveries.c.next_try_at.is_not(None), deliveries.c.next_try_at <= before)
        .group_by(deliveries.c.channel)
    )
    return {channel: count for channel, count in conn.execute(query)}


def resend(conn: Connection, delivery_id: int, now: datetime) -> bool:
    """Start again with a delivery that was given up, unless its subscription has ended, or the next digest tells it."""
    active = select(subscriptions.c.id).where(subscriptions.c.state == SubscriptionState.ACTIVE)
    again = (
        update(deliveries)
        .where(deliveries.c.id == delivery_id)
        .where(deliveries.c.state == DeliveryState.GIVEN_UP)
        .where(deliveries.c.kind != MessageKind.DIGEST)
        .where(deliveries.c.subscription_id.in_(active))
        .values(state=DeliveryState.WAITING, attempts=0, next_try_at=now, owed_at=now, ended_at=null())
    )
    return _woken(conn, again, now)


def bring_back(conn: Connection, now: datetime) -> int:
    """What was written at a time still to come waits, counted from now, as long as was planned for it."""
    ahead = conn.execute(
        select(deliveries.c.id, deliveries.c.created_at, deliveries.c.next_try_at)
        .where(deliveries.c.state == DeliveryState.WAITING, deliveries.c.next_try_at >= deliveries.c.created_at)
        .where(deliveries.c.created_at > now)
    ).all()
    for row in ahead:
        at = now + (row.next_try_at - row.created_at)
        conn.execute(update(deliveries).where(deliveries.c.id == row.id).values(next_try_at=at, owed_at=at))
    return len(ahead)


def call_off(conn: Connection, whom: ColumnElement[bool], now: datetime, reason: str) -> int:
    """End what waits and nobody needs any more; how many that were. What a worker has claimed goes out."""
    waiting = deliveries.c.state.in_((DeliveryState.WAITING, DeliveryState.GATHERED))
    off = _ending(DeliveryState.CALLED_OFF, now).values(last_error=reason)
    return conn.execute(off.where(waiting, whom)).rowcount


def one(conn: Connection, delivery_id: int) -> Delivery | None:
    found = conn.execute(select(*rows.DELIVERY_COLUMNS).where(deliveries.c.id == delivery_id)).mappings().one_or_none()
    return None if found is None else rows.delivery(found)


def listed(
    conn: Connection,
    *,
    subject: str | None,
    change_id: int | None,
    campaign_id: str | None,
    state: DeliveryState | None,
    limit: int,
) -> tuple[Delivery, ...]:
    query = select(*rows.DELIVERY_COLUMNS).order_by(deliveries.c.id.desc()).limit(limit)
    if subject is not None:
        query = query.where(deliveries.c.subject == subject)
    if change_id is not None:
        query = query.where(deliveries.c.change_id == change_id)
    if campaign_id is not None:
        query = query.where(deliveries.c.campaign_id == campaign_id)
    if state is not None:
        query = query.where(deliveries.c.state == state)
    return tuple(rows.delivery(row) for row in conn.execute(query).mappings())


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
