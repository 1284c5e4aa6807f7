"""What the operators' page counts: who waits, what was given up, what is held back; and sending it again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, case, func, null, select, text, update

from monitor.audience import Channel, DeliveryState, MessageKind
from monitor.backlog import Backlog, ChannelLoad, DeadLetter, Failure, Probe, Unanswered, Waiting
from monitor.core.alarms import PATIENCE
from monitor.model import ChangeState, Severity
from monitor.store import audits, subscriptions, work
from monitor.store.audits import may_go_again
from monitor.store.schema import acknowledgements, bounces, campaigns, changes, deliveries, groups
from monitor.store.schema import subscriptions as subscriptions_table

MOST_DEAD, MOST_FAILURES, MOST_UNANSWERED = 50, 20, 50
"""Lines of each kind; the counts beside them are of all."""
_LATELY = timedelta(days=30)
_OF_THESE_DAYS = timedelta(days=7)
_ANSWERABLE = timedelta(days=7)
"""So long the link to acknowledge works."""


def backlog(conn: Connection, now: datetime) -> Backlog:
    """Everything that waits or failed, at this moment."""
    due, overdue_since = _due(conn, now)
    held, gathering = waiting(conn)
    open_ones = deliveries.c.state.in_((DeliveryState.WAITING, DeliveryState.CLAIMED))
    returned = select(bounces.c.kind, func.count()).where(bounces.c.read_at > now - _LATELY).group_by(bounces.c.kind)
    stuck = (deliveries.c.state == DeliveryState.CLAIMED) & (deliveries.c.next_try_at <= now)
    return Backlog(
        channels=_channels(conn, due), overdue_since=overdue_since,
        oldest_at=conn.scalar(select(func.min(deliveries.c.created_at)).where(open_ones)),
        stuck=conn.scalar(select(func.count()).select_from(deliveries).where(stuck)) or 0,
        failures=_failures(conn), dead=_dead(conn),
        held=held, gathering=gathering,
        subscriptions={str(state): n for state, n in subscriptions.counted(conn).items()},
        bounces={kind: n for kind, n in conn.execute(returned)}, unanswered=unanswered(conn, now),
        size=_size(conn), backed_up_at=backed_up_at(conn), canary=canary(conn, now),
    )  # fmt: skip


def waiting(conn: Connection) -> tuple[Waiting, Waiting]:
    """The changes that nobody was told of yet: held for a second look, and gathering."""
    found = {row.state: Waiting(count=row.n, oldest_at=row.first) for row in conn.execute(
        select(changes.c.state, func.count().label("n"), func.min(changes.c.taken_at).label("first"))
        .where(changes.c.state.in_((ChangeState.HELD, ChangeState.GATHERING))).group_by(changes.c.state))}  # fmt: skip
    return found.get(ChangeState.HELD, Waiting()), found.get(ChangeState.GATHERING, Waiting())


def canary(conn: Connection, now: datetime) -> tuple[Probe, ...]:
    """How our newest test message fared, if it is of these days; it has a quarter of an hour to get through."""
    last = audits.last_canary(conn)
    if last is None or last.sent_at is None or now - last.sent_at > _OF_THESE_DAYS:
        return ()
    return (replace(last, well=last.well or (now - last.sent_at <= PATIENCE and not last.trouble)),)


def backed_up_at(conn: Connection) -> datetime | None:
    """When the database was last copied; None if nobody noted it."""
    return audits.pulsed(conn).get("backup")


def resend_alike(conn: Connection, delivery_id: int, now: datetime) -> int:
    """Start again with all that were given up on this one's channel for its reason; how many that were."""
    one = conn.execute(
        select(deliveries.c.channel, deliveries.c.last_error)
        .where(deliveries.c.id == delivery_id, deliveries.c.state == DeliveryState.GIVEN_UP)
    ).one_or_none()  # fmt: skip
    if one is None:
        return 0
    alike = and_(deliveries.c.channel == one.channel, deliveries.c.last_error == one.last_error)
    again = conn.execute(
        update(deliveries).where(alike, may_go_again())
        .values(state=DeliveryState.WAITING, attempts=0, next_try_at=now, owed_at=now, ended_at=null())
    ).rowcount  # fmt: skip
    work.of(conn).wake(conn, [one.channel], now)
    return again


def _channels(conn: Connection, due: dict[Channel, int]) -> tuple[ChannelLoad, ...]:
    counted = (
        select(deliveries.c.channel, deliveries.c.state, func.count().label("n"))
        .group_by(deliveries.c.channel, deliveries.c.state)
    )  # fmt: skip
    found: dict[Channel, dict[DeliveryState, int]] = {}
    for row in conn.execute(counted):
        found.setdefault(row.channel, {})[row.state] = row.n
    return tuple(ChannelLoad(channel=one, states=found[one], due=due.get(one, 0)) for one in Channel if one in found)


def _due(conn: Connection, now: datetime) -> tuple[dict[Channel, int], datetime | None]:
    query = (
        select(deliveries.c.channel, func.count().label("n"), func.min(deliveries.c.next_try_at).label("first"))
        .where(deliveries.c.next_try_at <= now, deliveries.c.state == DeliveryState.WAITING)
        .group_by(deliveries.c.channel)
    )
    found = conn.execute(query).all()
    return {row.channel: row.n for row in found}, min((row.first for row in found), default=None)


def _failures(conn: Connection) -> tuple[Failure, ...]:
    query = (
        select(deliveries.c.channel, deliveries.c.last_error.label("error"), func.count().label("count"),
               func.sum(case((may_go_again(), 1), else_=0)).label("again"),
               func.max(deliveries.c.id).label("newest_id"), func.max(deliveries.c.ended_at).label("newest_at"))
        .where(deliveries.c.state == DeliveryState.GIVEN_UP)
        .group_by(deliveries.c.channel, deliveries.c.last_error)
        .order_by(func.max(deliveries.c.id).desc()).limit(MOST_FAILURES)
    )  # fmt: skip
    return tuple(Failure(**row) for row in conn.execute(query).mappings())


def _dead(conn: Connection) -> tuple[DeadLetter, ...]:
    query = (
        select(deliveries.c.id.label("delivery_id"), deliveries.c.subscription_id, deliveries.c.channel,
               deliveries.c.kind, deliveries.c.subject.label("event_id"), deliveries.c.severity,
               deliveries.c.last_error.label("error"), deliveries.c.attempts, deliveries.c.created_at,
               deliveries.c.ended_at, may_go_again().label("again"))
        .where(deliveries.c.state == DeliveryState.GIVEN_UP)
        .order_by(deliveries.c.id.desc()).limit(MOST_DEAD)
    )  # fmt: skip
    return tuple(DeadLetter(**{**row, "again": bool(row["again"])}) for row in conn.execute(query).mappings())


def unanswered(conn: Connection, now: datetime) -> tuple[Unanswered, ...]:
    """What a group with a chain got of late, and nobody of it acknowledged."""
    answered = (
        select(acknowledgements.c.subject)
        .where(acknowledgements.c.subject == deliveries.c.subject, acknowledgements.c.group_id == groups.c.id)
        .exists()
    )
    waits = deliveries.c.state == DeliveryState.WAITING
    query = (
        select(groups.c.id.label("group_id"), groups.c.name.label("group_name"), deliveries.c.subject,
               func.min(deliveries.c.created_at).label("since"),
               func.sum(case((deliveries.c.state == DeliveryState.SENT, 1), else_=0)).label("told"),
               func.min(case((waits, deliveries.c.next_try_at))).label("next_at"),
               func.max(case((deliveries.c.state == DeliveryState.SENT, deliveries.c.ended_at))).label("last_at"),
               groups.c.wait)
        .select_from(groups)
        .join(subscriptions_table, subscriptions_table.c.group_id == groups.c.id)
        .join(deliveries, deliveries.c.subscription_id == subscriptions_table.c.id)
        .where(groups.c.wait > 0, deliveries.c.severity == Severity.CRITICAL, ~answered)
        .where(deliveries.c.kind.in_((MessageKind.NOTICE, MessageKind.CAMPAIGN)))
        .where(deliveries.c.created_at > now - _ANSWERABLE)
        .group_by(groups.c.id, groups.c.name, groups.c.wait, deliveries.c.subject)
        .order_by(func.min(deliveries.c.created_at)).limit(MOST_UNANSWERED)
    )  # fmt: skip
    found = conn.execute(query).mappings().all()
    named = _headlines(conn, [row["subject"] for row in found]) if found else {}
    return tuple(
        Unanswered(group_id=row["group_id"], group_name=row["group_name"], event_id=row["subject"],
                   headline=named.get(row["subject"], row["subject"]), since=row["since"], told=row["told"],
                   next_at=row["next_at"], last_at=row["last_at"], wait=row["wait"])
        for row in found
    )  # fmt: skip


def _headlines(conn: Connection, subjects: list[str]) -> dict[str, Any]:
    of_changes = select(changes.c.event_id, changes.c.headline).where(changes.c.event_id.in_(subjects))
    of_campaigns = select(campaigns.c.id, campaigns.c.headline).where(campaigns.c.id.in_(subjects))
    return {name: words for query in (of_changes, of_campaigns) for name, words in conn.execute(query)}


def _size(conn: Connection) -> int:
    if conn.dialect.name == "sqlite":
        pages, each = (conn.scalar(text(f"PRAGMA {name}")) or 0 for name in ("page_count", "page_size"))
        return int(pages) * int(each)
    return int(conn.scalar(text("SELECT pg_database_size(current_database())")) or 0)
