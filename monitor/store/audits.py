"""What an audit asks: which messages are owed and not handed over, how the canary fared, when each part last worked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, exists, func, or_, select

from monitor.alarm import Owing
from monitor.audience import DeliveryState, MessageKind, SubscriptionState
from monitor.backlog import Probe
from monitor.core.alarms import CANARY, PATIENCE
from monitor.store.schema import bulletins, deliveries, insert, pulses, sources, subscriptions

MOST = 200
"""Events of each kind; an audit that finds more has found enough."""
_LATELY = timedelta(days=7)
_OPEN = (DeliveryState.WAITING, DeliveryState.CLAIMED)


def owing(conn: Connection, now: datetime) -> tuple[Owing, ...]:
    """The events with a message that was owed to its reader for 15 minutes and is not handed over.

    What waits for quiet hours, a digest or its turn in a chain is not owed yet; who never confirmed is owed nothing.
    """
    late = and_(deliveries.c.state.in_(_OPEN), deliveries.c.owed_at <= now - PATIENCE, _counts())
    query = _by_event(late).add_columns(func.min(deliveries.c.owed_at).label("since"))
    return _counted(conn, query.order_by(func.min(deliveries.c.owed_at)))


def given_up(conn: Connection, now: datetime) -> tuple[Owing, ...]:
    """The events with a message that was given up of late and that could be sent again."""
    dead = and_(deliveries.c.state == DeliveryState.GIVEN_UP, deliveries.c.kind != MessageKind.DIGEST, _counts(),
                deliveries.c.ended_at > now - _LATELY)  # fmt: skip
    query = _by_event(dead).add_columns(func.max(deliveries.c.ended_at).label("since"))
    return _counted(conn, query.order_by(func.max(deliveries.c.id).desc()))


def canary(conn: Connection, canary_id: str) -> Probe | None:
    """How one canary fared; None if it was not written."""
    query = select(deliveries).where(deliveries.c.subject == canary_id).limit(1)
    row = conn.execute(query).mappings().one_or_none()
    return None if row is None else _probe(row)


def last_canary(conn: Connection) -> Probe | None:
    """How the newest canary fared."""
    last = select(bulletins.c.id).where(bulletins.c.kind == MessageKind.TEST,
                                        bulletins.c.id.startswith(CANARY, autoescape=True))  # fmt: skip
    found = conn.scalar(last.order_by(bulletins.c.created_at.desc()).limit(1))
    return None if found is None else canary(conn, found)


def last_good_at(conn: Connection) -> datetime | None:
    """When any watched source was last seen."""
    return conn.scalar(select(func.max(sources.c.last_good_at)).where(sources.c.watched))


def pulse(conn: Connection, name: str, now: datetime) -> None:
    """Note that a part of the service has just come to the end of its work."""
    new = insert(conn.dialect.name, pulses).values(name=name, at=now)
    conn.execute(new.on_conflict_do_update(index_elements=["name"], set_={"at": now}))


def pulsed(conn: Connection) -> dict[str, datetime]:
    """When each part last did."""
    return {row.name: row.at for row in conn.execute(select(pulses.c.name, pulses.c.at))}


def may_go_again() -> ColumnElement[bool]:
    """Given up, and of use to its reader still: what a digest told waits for the next digest."""
    active = select(subscriptions.c.id).where(subscriptions.c.state == SubscriptionState.ACTIVE)
    return and_(deliveries.c.state == DeliveryState.GIVEN_UP, deliveries.c.kind != MessageKind.DIGEST,
                deliveries.c.subscription_id.in_(active))  # fmt: skip


def _counts() -> ColumnElement[bool]:
    # A stranger who asked for a confirmation is owed nothing, and the canary, a test, has an alarm of its own.
    active = exists().where(subscriptions.c.id == deliveries.c.subscription_id,
                            subscriptions.c.state == SubscriptionState.ACTIVE)  # fmt: skip
    return and_(deliveries.c.kind.not_in((MessageKind.CONFIRM, MessageKind.TEST)), active)


def _by_event(whom: ColumnElement[bool]) -> Select[Any]:
    # Messages about one event are of one kind, so the least of the kinds is that kind.
    untried = or_(deliveries.c.attempts == 0, and_(deliveries.c.attempts == 1, deliveries.c.last_error == "",
                                                   deliveries.c.state == DeliveryState.CLAIMED))  # fmt: skip
    return (
        select(deliveries.c.subject.label("event_id"), func.min(deliveries.c.kind).label("kind"),
               func.count().label("count"), func.sum(case((untried, 1), else_=0)).label("untried"),
               func.max(deliveries.c.last_error).label("reason"))
        .where(whom).group_by(deliveries.c.subject).limit(MOST)
    )  # fmt: skip


def _counted(conn: Connection, query: Select[Any]) -> tuple[Owing, ...]:
    rows = conn.execute(query).mappings().all()
    if not rows:
        return ()
    named = [row["event_id"] for row in rows]
    told = (
        select(deliveries.c.subject, func.count())
        .where(deliveries.c.subject.in_(named), deliveries.c.state == DeliveryState.SENT)
        .group_by(deliveries.c.subject)
    )
    sent = {subject: count for subject, count in conn.execute(told)}
    return tuple(Owing(**{**row, "kind": MessageKind(row["kind"]), "sent": sent.get(row["event_id"], 0)})
                 for row in rows)  # fmt: skip


def _probe(row: Any) -> Probe:
    well = row["state"] is DeliveryState.SENT
    return Probe(name=row["subscription_id"], well=well, sent_at=row["created_at"],
                 seen_at=row["ended_at"] if well else None, trouble="" if well else row["last_error"])  # fmt: skip
