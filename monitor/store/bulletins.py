"""What is told beside changes: blindness and its end, corrections and withdrawals, tests."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, RowMapping, bindparam, or_, select
from sqlalchemy.orm import aliased

from monitor.audience import Bulletin, Delivery, DeliveryState, MessageKind, Place, SubscriptionState
from monitor.model import Severity
from monitor.store import deliveries, revisions
from monitor.store.deliveries import FIRST, Message
from monitor.store.schema import COUNTED, EVERYWHERE, insert, sources, subscriptions, wants
from monitor.store.schema import bulletins as bulletins_table
from monitor.store.schema import deliveries as deliveries_table

_SEVERITY = {
    MessageKind.BLIND: Severity.HIGH, MessageKind.ALL_CLEAR: Severity.HIGH, MessageKind.CORRECTION: Severity.CRITICAL,
    MessageKind.WITHDRAWAL: Severity.CRITICAL, MessageKind.TEST: Severity.NONE,
}  # fmt: skip
"""A correction and a withdrawal weigh as what they correct may weigh: they wait for no quiet hours."""
_HAD = (DeliveryState.SENT, DeliveryState.CLAIMED)
"""States of a message that its reader has, or may have."""


def add(conn: Connection, bulletin: Bulletin, *, to: str, domain: str) -> int:
    """Store a bulletin and its deliveries, once; how many deliveries are new.

    Blindness goes to those who want the destination, its end and a correction to those who were told before, and
    to nobody else. `to` names the one subscription that a test is for.
    """
    values = {name: getattr(bulletin, name) for name in (column.name for column in bulletins_table.c)}
    values["places"] = [[one.destination, one.name, one.publisher, one.seen] for one in bulletin.places]
    new = insert(conn.dialect.name, bulletins_table).on_conflict_do_nothing()
    if conn.execute(new, values, execution_options=COUNTED).rowcount == 0:
        return 0
    revisions.bump(conn)
    severity = _SEVERITY[bulletin.kind]
    urgency = FIRST if bulletin.kind is MessageKind.TEST else severity.rank
    message = Message(kind=bulletin.kind, subject=bulletin.id, severity=severity, urgency=urgency,
                      now=bulletin.created_at, domain=domain)  # fmt: skip
    made = deliveries.write_to(conn, message, _whom(bulletin, to) & (subscriptions.c.state == SubscriptionState.ACTIVE))
    _needless(conn, bulletin)
    return made


_ABOUT = (
    select(bulletins_table).where(bulletins_table.c.about.in_(bindparam("events", expanding=True)))
    .order_by(bulletins_table.c.created_at, bulletins_table.c.id)
)  # fmt: skip


def about_many(conn: Connection, events: Collection[str]) -> dict[str, tuple[Bulletin, ...]]:
    """Corrections and withdrawals of these changes and campaigns, oldest first; nothing for those without any."""
    found: dict[str, tuple[Bulletin, ...]] = {}
    for row in conn.execute(_ABOUT, {"events": list(events)}).mappings() if events else ():
        one = Bulletin(**row)
        if one.kind in (MessageKind.CORRECTION, MessageKind.WITHDRAWAL):
            found[one.about] = (*found.get(one.about, ()), one)
    return found


def _whom(bulletin: Bulletin, to: str) -> ColumnElement[bool]:
    if bulletin.kind is MessageKind.TEST:
        return subscriptions.c.id == to
    if bulletin.kind is MessageKind.BLIND:
        about = {one.destination for one in bulletin.places} or {bulletin.destination}
        place = wants.c.destination.in_((*sorted(about), EVERYWHERE))
        return subscriptions.c.blindness & subscriptions.c.id.in_(select(wants.c.subscription_id).where(place))
    told, digest = deliveries_table, aliased(deliveries_table)
    # What was tried may have arrived, whatever the relay said of it.
    had = or_(*(one.c.state.in_(_HAD) | ((one.c.state == DeliveryState.WAITING) & (one.c.attempts > 0))
                for one in (told, digest)))  # fmt: skip
    if bulletin.kind is MessageKind.CORRECTION:  # who is still to get the message needs its correction as well
        had = or_(had, told.c.state.in_((DeliveryState.WAITING, DeliveryState.GATHERED)))
    readers = (
        select(told.c.subscription_id)
        .outerjoin(digest, digest.c.subject == told.c.digest_id)
        .where(told.c.subject == bulletin.about, had)
    )
    return subscriptions.c.id.in_(readers)


def _needless(conn: Connection, bulletin: Bulletin) -> None:
    """What waits, tried or not, and would only be taken back is not sent any more: the order must not turn round."""
    if bulletin.kind in (MessageKind.ALL_CLEAR, MessageKind.WITHDRAWAL):
        about = deliveries_table.c.subject == bulletin.about
        reason = "withdrawn" if bulletin.kind is MessageKind.WITHDRAWAL else "we can see again"
        deliveries.call_off(conn, about, bulletin.created_at, reason)


def withdrawn(conn: Connection, subject: str) -> bool:
    """Whether this change or campaign was withdrawn: nobody is told of it any more."""
    query = select(bulletins_table.c.id).where(
        bulletins_table.c.about == subject, bulletins_table.c.kind == MessageKind.WITHDRAWAL
    )
    return conn.scalar(query.limit(1)) is not None


def one(conn: Connection, bulletin_id: str) -> Bulletin | None:
    query = select(bulletins_table).where(bulletins_table.c.id == bulletin_id)
    row = conn.execute(query).mappings().one_or_none()
    return None if row is None else value(row)


def about(conn: Connection, name: str) -> tuple[Bulletin, ...]:
    """The bulletins about this change, campaign or blindness, oldest first."""
    query = select(bulletins_table).where(bulletins_table.c.about == name)
    query = query.order_by(bulletins_table.c.created_at, bulletins_table.c.id)
    return tuple(value(row) for row in conn.execute(query).mappings())


def open_blindness(conn: Connection) -> tuple[Bulletin, ...]:
    """Blindness that was told and whose end was not, oldest first; of what is watched no longer, nothing is open."""
    over = aliased(bulletins_table)
    ended = select(over.c.id).where(over.c.about == bulletins_table.c.id).exists()
    watched = select(sources.c.id).where(
        sources.c.watched,
        sources.c.destination == bulletins_table.c.destination,
        sources.c.publisher == bulletins_table.c.publisher,
    ).exists()  # fmt: skip
    several = bulletins_table.c.places != []
    query = select(bulletins_table).where(bulletins_table.c.kind == MessageKind.BLIND, ~ended, watched | several)
    found = conn.execute(query.order_by(bulletins_table.c.created_at)).mappings()
    return tuple(value(row) for row in found)


def last_outage_over(conn: Connection) -> Bulletin | None:
    """The newest all-clear about several destinations."""
    query = select(bulletins_table).where(
        bulletins_table.c.kind == MessageKind.ALL_CLEAR, bulletins_table.c.places != [])  # fmt: skip
    row = conn.execute(query.order_by(bulletins_table.c.created_at.desc()).limit(1)).mappings().one_or_none()
    return None if row is None else value(row)


def earlier(conn: Connection, bulletin: Bulletin, delivery: Delivery) -> tuple[str, ...]:
    """Message ids of what this reader was told before about the same, oldest first."""
    same = select(bulletins_table.c.id).where(bulletins_table.c.about == bulletin.about)
    if not bulletin.about:
        return ()
    told, digest = deliveries_table, aliased(deliveries_table)
    reader = conn.scalar(select(told.c.reader).where(told.c.id == delivery.id))
    subjects = [bulletin.about, *conn.scalars(same)]
    query = (  # by the unique index of subject and reader: one look for each subject
        select(told.c.message_id, digest.c.message_id.label("within"))
        .outerjoin(digest, digest.c.subject == told.c.digest_id)
        .where(told.c.subject.in_(subjects), told.c.reader == reader, told.c.id < delivery.id)
        .order_by(told.c.id)
    )
    return tuple(dict.fromkeys(row.within or row.message_id for row in conn.execute(query)))


def pending(conn: Connection, bulletin: Bulletin, delivery: Delivery) -> bool:
    """Whether the message that this one corrects is still on its way to this reader, so that it must go first."""
    if bulletin.kind is not MessageKind.CORRECTION:
        return False
    told, digest = deliveries_table, aliased(deliveries_table)
    reader = conn.scalar(select(told.c.reader).where(told.c.id == delivery.id))
    on_its_way = (DeliveryState.WAITING, DeliveryState.CLAIMED)
    query = (
        select(told.c.state, digest.c.state.label("within"))
        .outerjoin(digest, digest.c.subject == told.c.digest_id)
        .where(told.c.subject == bulletin.about, told.c.reader == reader)
    )
    row = conn.execute(query).one_or_none()
    if row is None:
        return False
    gathered = row.state is DeliveryState.GATHERED and (row.within is None or row.within in on_its_way)
    return gathered or row.state in on_its_way


def value(row: RowMapping) -> Bulletin:
    places = tuple(Place(destination=key, name=name, publisher=by, seen=seen)
                   for key, name, by, seen in row["places"])  # fmt: skip
    return Bulletin(**{**row, "places": places})
