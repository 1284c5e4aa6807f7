"""Who wants what. A subscription is never deleted: messages already sent rest on it. Erased, it names nobody."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Update, case, delete, func, null, select, update

from monitor.audience import LEFT, Cadence, Channel, DeliveryState, Scope, Subscription, SubscriptionState, Wishes
from monitor.core import clock
from monitor.store import rows
from monitor.store.deliveries import FIRST, call_off
from monitor.store.schema import (
    EVERYWHERE,
    acknowledgements,
    bounces,
    changes,
    choices,
    deliveries,
    digests,
    insert,
    proposals,
    subscriptions,
    wants,
)
from monitor.store.vault import Vault

_ENDED = SubscriptionState.ENDED
_AT_ONCE = 500
"""How many ids go into one IN (...)."""


def add(conn: Connection, sub: Subscription, vault: Vault) -> Subscription:
    """Store a subscription and give back what stands in the database.

    The same channel, address and destinations are one subscription: asking again takes the new wishes; its first
    id stays, and a pause or suspension too. One that has ended stays ended; who asks again gets a new one.
    """
    reader = vault.reader(sub.channel, sub.address)
    known = _live(conn, reader, sub.wishes, other_than="")
    if known is not None:
        _write_wishes(conn, known, sub.wishes, sub.created_at)
        if sub.group_id is not None:
            conn.execute(_this(known).values(group_id=sub.group_id, turn=sub.turn))
        if sub.state is SubscriptionState.ACTIVE:  # who waits to be confirmed is, by the operator; who stopped, stopped
            unsure = _this(known).where(subscriptions.c.state == SubscriptionState.PENDING)
            conn.execute(unsure.values(state=sub.state, reason=""))
        return _one(conn, known, vault)
    _insert(conn, [sub], [reader], vault)
    return _one(conn, sub.id, vault)


def add_many(conn: Connection, subs: Sequence[Subscription], vault: Vault) -> tuple[Subscription, ...]:
    """Store many subscriptions as `add` does each, those of new readers all at once."""
    readers = [vault.reader(sub.channel, sub.address) for sub in subs]
    times = Counter(readers)
    known: set[str] = {reader for reader, number in times.items() if number > 1}
    for start in range(0, len(readers), _AT_ONCE):
        met = select(subscriptions.c.reader).where(subscriptions.c.reader.in_(readers[start : start + _AT_ONCE]))
        known.update(conn.scalars(met))
    new = [(sub, reader) for sub, reader in zip(subs, readers, strict=True) if reader not in known]
    if new:
        _insert(conn, [sub for sub, _ in new], [reader for _, reader in new], vault)
    made = {sub.id: sub for sub, _ in new}
    return tuple(made.get(sub.id) or add(conn, sub, vault) for sub in subs)


def _insert(conn: Connection, subs: Sequence[Subscription], readers: Sequence[str], vault: Vault) -> None:
    conn.execute(
        insert(conn.dialect.name, subscriptions),
        [
            {
                "id": sub.id,
                "channel": sub.channel,
                "sealed": vault.seal(sub.address),
                "reader": reader,
                **_columns(sub.wishes, sub.created_at),
                "state": sub.state,
                "reason": "",
                "created_at": sub.created_at,
                "token": hashlib.sha256(sub.id.encode()).hexdigest()[:16],
                "group_id": sub.group_id,
                "turn": sub.turn,
                "key": sub.key,
                "rotated_at": sub.rotated_at,
            }
            for sub, reader in zip(subs, readers, strict=True)
        ],
    )
    _index(conn, [(sub.id, sub.wishes) for sub in subs])


def listed(
    conn: Connection, vault: Vault, *, removed: bool, group_id: str | None = None
) -> tuple[Subscription, ...]:
    """Those that have not ended, oldest first; with `removed` also those that have."""
    query = select(*rows.SUBSCRIPTION_COLUMNS)
    if not removed:
        query = query.where(subscriptions.c.state != _ENDED)
    if group_id is not None:
        query = query.where(subscriptions.c.group_id == group_id)
    query = query.order_by(subscriptions.c.created_at, subscriptions.c.id)
    return tuple(rows.subscription(row, vault) for row in conn.execute(query).mappings())


def some(conn: Connection, ids: Collection[str], vault: Vault) -> dict[str, Subscription]:
    """The subscriptions with these ids."""
    found: dict[str, Subscription] = {}
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), _AT_ONCE):
        query = select(*rows.SUBSCRIPTION_COLUMNS).where(
            subscriptions.c.id.in_(wanted[start : start + _AT_ONCE])
        )
        made = (rows.subscription(row, vault) for row in conn.execute(query).mappings())
        found.update((sub.id, sub) for sub in made)
    return found


def one(conn: Connection, subscription_id: str, vault: Vault) -> Subscription | None:
    return some(conn, (subscription_id,), vault).get(subscription_id)


def of_reader(conn: Connection, channel: Channel, address: str, vault: Vault) -> tuple[Subscription, ...]:
    """The subscriptions of one address that have not ended, newest first."""
    query = select(*rows.SUBSCRIPTION_COLUMNS).where(
        subscriptions.c.reader == vault.reader(channel, address), subscriptions.c.state != _ENDED
    )
    query = query.order_by(subscriptions.c.created_at.desc(), subscriptions.c.id)
    return tuple(rows.subscription(row, vault) for row in conn.execute(query).mappings())


def wish(
    conn: Connection, subscription_id: str, wishes: Wishes, now: datetime, vault: Vault
) -> Subscription | None:
    """Take new wishes; None if there is no such subscription, or it has ended.

    Another subscription of the same reader to the same destinations ends: one set of wishes is one subscription.
    """
    row = conn.execute(_this_live(subscription_id)).one_or_none()
    if row is None:
        return None
    other = _live(conn, row.reader, wishes, other_than=subscription_id)
    if other is not None:
        theirs = update(deliveries).where(deliveries.c.subscription_id == other)
        conn.execute(theirs.values(subscription_id=subscription_id))  # what waits for the one waits for the other
        end(conn, other, now, "another subscription of the same reader took over")
    _write_wishes(conn, subscription_id, wishes, now)
    return _one(conn, subscription_id, vault)


def move(
    conn: Connection, subscription_id: str, to: SubscriptionState, reason: str, now: datetime
) -> bool:
    """Pause, suspend or start again; what waits is called off unless it starts. False if that is no change."""
    changed = _this(subscription_id).where(
        subscriptions.c.state.not_in((_ENDED, to, SubscriptionState.PENDING))
    )
    if conn.execute(changed.values(state=to, reason=reason)).rowcount == 0:
        return False
    if to is SubscriptionState.ACTIVE:
        conn.execute(delete(bounces).where(bounces.c.subscription_id == subscription_id))  # a new start
    else:
        _call_off(conn, subscription_id, now, reason)
    return True


def end(conn: Connection, subscription_id: str, now: datetime, reason: str) -> bool:
    """End it for good; what waits for it is called off. False if it had ended, or there is none."""
    over = _this(subscription_id).where(subscriptions.c.state != _ENDED)
    values = {"state": _ENDED, "reason": reason, "ended_at": now, "digest_at": null()}
    if conn.execute(over.values(values)).rowcount == 0:
        return False
    _call_off(conn, subscription_id, now, reason)
    return True


def erase(conn: Connection, subscription_id: str, now: datetime) -> bool:
    """End it and forget whose it was and what it asked for; only that there was one stays.

    False if there is no such subscription. Erasing twice is no harm.
    """
    end(conn, subscription_id, now, "erased")
    nobody = f"erased:{subscription_id}"
    gone = _this(subscription_id).values(
        sealed="", reader=nobody, reason="erased", **_columns(Wishes(), now), ended_at=now
    )
    if conn.execute(gone.values(digest_at=null())).rowcount == 0:
        return False
    for table in (wants, choices, proposals, acknowledgements):
        conn.execute(delete(table).where(table.c.subscription_id == subscription_id))
    mine = update(deliveries).where(deliveries.c.subscription_id == subscription_id)
    conn.execute(mine.values(reader=nobody))
    conn.execute(update(digests).where(digests.c.subscription_id == subscription_id).values(verified=[]))
    return True


def rotate(conn: Connection, subscription_id: str, now: datetime) -> int | None:
    """The number of the endpoint's new secret; None if there is no such subscription."""
    turned = _this(subscription_id).where(subscriptions.c.state != _ENDED)
    turned = turned.values(key=subscriptions.c.key + 1, rotated_at=now)
    return conn.scalar(turned.returning(subscriptions.c.key))


def readable(conn: Connection, vault: Vault) -> None:
    """Raises StoreError if the newest address was sealed with another secret than ours."""
    newest = select(subscriptions.c.sealed).where(subscriptions.c.sealed != "")
    vault.open(conn.scalar(newest.order_by(subscriptions.c.created_at.desc()).limit(1)) or "")


def left(conn: Connection, subs: Sequence[Subscription], vault: Vault) -> set[str]:
    """The ids of those whose reader has ended a subscription by an own choice and has none now."""
    by = {vault.reader(sub.channel, sub.address): sub.id for sub in subs}
    gone: set[str] = set()
    readers = sorted(by)
    for start in range(0, len(readers), _AT_ONCE):
        found = conn.execute(
            select(subscriptions.c.reader, func.max(case((subscriptions.c.state != _ENDED, 1), else_=0)).label("live"),
                   func.max(case((subscriptions.c.reason == LEFT, 1), else_=0)).label("chose"))
            .where(subscriptions.c.reader.in_(readers[start : start + _AT_ONCE]))
            .group_by(subscriptions.c.reader)
        )  # fmt: skip
        gone.update(by[row.reader] for row in found if row.chose and not row.live)
    return gone


def unanswered(conn: Connection, before: datetime) -> list[str]:
    """Ids of those who asked before then and never confirmed."""
    query = select(subscriptions.c.id).where(
        subscriptions.c.state == SubscriptionState.PENDING, subscriptions.c.created_at < before
    )
    return list(conn.scalars(query))


def counted(conn: Connection) -> dict[str, int]:
    by = select(subscriptions.c.state, func.count()).group_by(subscriptions.c.state)
    return {state.value: number for state, number in conn.execute(by)}


def _live(conn: Connection, reader: str, wishes: Wishes, other_than: str) -> str | None:
    return conn.scalar(
        select(subscriptions.c.id).where(
            subscriptions.c.reader == reader,
            subscriptions.c.destinations == sorted(set(wishes.destinations)),
            subscriptions.c.state != _ENDED,
            subscriptions.c.id != other_than,
        )
    )


def _write_wishes(conn: Connection, subscription_id: str, wishes: Wishes, now: datetime) -> None:
    due = conn.scalar(select(subscriptions.c.digest_at).where(subscriptions.c.id == subscription_id))
    columns = _columns(wishes, now)
    if due is not None and due <= now and columns["digest_at"] is not None:
        columns["digest_at"] = due  # a digest that is due already is not put off by a change of wishes
    conn.execute(_this(subscription_id).values(columns))
    for table in (wants, choices):
        conn.execute(delete(table).where(table.c.subscription_id == subscription_id))
    _index(conn, [(subscription_id, wishes)])
    if wishes.cadence is Cadence.IMMEDIATE:  # what was gathered for a digest that never comes is due now
        waiting = update(deliveries).where(
            deliveries.c.subscription_id == subscription_id, deliveries.c.state == DeliveryState.GATHERED,
            deliveries.c.digest_id.is_(None),  # a digest that is on its way tells it
        )  # fmt: skip
        conn.execute(waiting.values(state=DeliveryState.WAITING, next_try_at=now))


def _columns(wishes: Wishes, now: datetime) -> dict[str, Any]:
    digests = wishes.cadence is not Cadence.IMMEDIATE
    return {
        "destinations": sorted(set(wishes.destinations)),
        "wishes": rows.wishes_to_json(wishes),
        "scope": wishes.scope,
        "floor_rank": wishes.floor.rank,
        "cadence": wishes.cadence,
        "at_once": wishes.critical_at_once,
        "blindness": wishes.blindness,
        "digest_at": clock.next_digest(wishes, now) if digests else None,
    }


def _index(conn: Connection, asked: Sequence[tuple[str, Wishes]]) -> None:
    """What matching looks up: destinations, and sections of those who chose some."""
    places = [{"subscription_id": name, "destination": key} for name, wishes in asked
              for key in sorted(set(wishes.destinations)) or [EVERYWHERE]]  # fmt: skip
    conn.execute(insert(conn.dialect.name, wants), places)
    chosen = [{"subscription_id": name, "section": section} for name, wishes in asked
              if wishes.scope is Scope.SECTIONS for section in sorted(set(wishes.sections))]  # fmt: skip
    if chosen:
        conn.execute(insert(conn.dialect.name, choices), chosen)


def _call_off(conn: Connection, subscription_id: str, now: datetime, reason: str) -> None:
    _hand_on(conn, subscription_id, now)
    call_off(conn, deliveries.c.subscription_id == subscription_id, now, reason)


def _hand_on(conn: Connection, subscription_id: str, now: datetime) -> None:
    """What waits here for a reader who has another subscription that wants it waits there from now on."""
    whose = select(subscriptions.c.reader).where(subscriptions.c.id == subscription_id).scalar_subquery()
    others = conn.execute(
        select(subscriptions.c.id, subscriptions.c.wishes, subscriptions.c.floor_rank, wants.c.destination)
        .join(wants, wants.c.subscription_id == subscriptions.c.id)
        .where(subscriptions.c.reader == whose, subscriptions.c.id != subscription_id)
        .where(subscriptions.c.state == SubscriptionState.ACTIVE, subscriptions.c.scope == Scope.EVERYTHING)
    ).all()
    for other in others:
        mine = update(deliveries).where(
            deliveries.c.subscription_id == subscription_id,
            deliveries.c.state.in_((DeliveryState.WAITING, DeliveryState.GATHERED)),
            deliveries.c.digest_id.is_(None), deliveries.c.change_id.is_not(None),
            deliveries.c.patience <= FIRST - other.floor_rank,
        )  # fmt: skip
        if other.destination != EVERYWHERE:
            there = select(changes.c.id).where(changes.c.destination == other.destination)
            mine = mine.where(deliveries.c.change_id.in_(there))
        at_once = rows.wishes_from_json(other.wishes).cadence is Cadence.IMMEDIATE
        state = DeliveryState.WAITING if at_once else DeliveryState.GATHERED
        conn.execute(mine.values(subscription_id=other.id, state=state, next_try_at=now if at_once else null()))


def _this(subscription_id: str) -> Update:
    return update(subscriptions).where(subscriptions.c.id == subscription_id)


def _this_live(subscription_id: str) -> Any:
    return select(subscriptions.c.reader).where(
        subscriptions.c.id == subscription_id, subscriptions.c.state != _ENDED
    )


def _one(conn: Connection, subscription_id: str, vault: Vault) -> Subscription:
    found = one(conn, subscription_id, vault)
    assert found is not None
    return found
