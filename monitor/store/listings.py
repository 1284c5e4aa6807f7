"""The lists of publishers: when each is due, how the last look ended, and every destination that it ever named."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, or_, select, update

from monitor.core.rollcall import Roll
from monitor.listed import Entry, Found, Listing, ListState, ListView
from monitor.store import revisions
from monitor.store.schema import found, insert, listings, sources

_STATE = ("url", "etag", "last_modified", "fingerprint", "items", "failures", "failing_since", "next_due_at",
          "last_look_at", "last_good_at", "last_outcome", "last_reason")  # fmt: skip
_BLANK = {"etag": "", "last_modified": "", "fingerprint": "", "items": 0, "failures": 0, "last_reason": ""}


def sync(conn: Connection, wanted: Iterable[Listing], now: datetime) -> None:
    """Know exactly these lists. One that is new, or at another address, is due now and read as a whole.

    What a list named once is kept, also when the list itself is known no longer.
    """
    given = tuple(wanted)
    conn.execute(delete(listings).where(listings.c.publisher.not_in([one.publisher for one in given])))
    for one in given:
        fresh = _BLANK | {"url": one.url, "next_due_at": now}
        new = insert(conn.dialect.name, listings).values(publisher=one.publisher, **fresh)
        conn.execute(new.on_conflict_do_nothing())
        elsewhere = update(listings).where(listings.c.publisher == one.publisher, listings.c.url != one.url)
        conn.execute(elsewhere.values(etag="", last_modified="", fingerprint="", url=one.url, next_due_at=now))


def states(conn: Connection, publishers: Collection[str]) -> tuple[ListState, ...]:
    query = select(listings).where(listings.c.publisher.in_(tuple(publishers))).order_by(listings.c.publisher)
    return tuple(_state(row) for row in conn.execute(query))


def due(conn: Connection, publishers: Collection[str], now: datetime) -> tuple[str, ...]:
    """Lists whose time has come, or that were seen at a time still to come: the clock ran ahead then."""
    query = select(listings.c.publisher).where(
        listings.c.publisher.in_(tuple(publishers)), or_(listings.c.next_due_at <= now, listings.c.last_look_at > now)
    )
    return tuple(conn.scalars(query.order_by(listings.c.next_due_at)))


def postpone(conn: Connection, publisher: str, until: datetime) -> None:
    conn.execute(update(listings).where(listings.c.publisher == publisher).values(next_due_at=until))


def believe(conn: Connection, publisher: str, now: datetime) -> None:
    this = update(listings).where(listings.c.publisher == publisher)
    conn.execute(this.values(items=0, etag="", last_modified="", next_due_at=now))


def note(
    conn: Connection, state: ListState, listed: Sequence[Entry] | None,
    call: Callable[[str, Sequence[Found], Iterable[Entry], datetime], Roll],
) -> Roll | None:  # fmt: skip
    """Write how a look ended and, if the list could be read, what it names; what that changes is given by `call`."""
    conn.execute(select(listings.c.url).where(listings.c.publisher == state.publisher).with_for_update())
    conn.execute(
        update(listings).where(listings.c.publisher == state.publisher)
        .values({name: getattr(state, name) for name in _STATE})
    )  # fmt: skip
    if listed is None or state.last_look_at is None:
        return None
    roll = call(state.publisher, named(conn, [state.publisher]), listed, state.last_look_at)
    _write(conn, roll)
    return roll


def _write(conn: Connection, roll: Roll) -> None:
    """Tokens may change places between rows, so the old rows give theirs up first."""
    revisions.bump(conn)
    this = update(found).where(found.c.source_id == bindparam("this"))
    new = {one.source_id for one in roll.new}
    kept = [_row(one) for one in roll.found if one.source_id not in new]
    if kept:
        conn.execute(this.values(token=bindparam("gives")), [
            {"this": row["source_id"], "gives": f"\n{row['source_id']}"} for row in kept])  # fmt: skip
        conn.execute(this.values({name: bindparam(f"new_{name}") for name in kept[0] if name != "source_id"}), [
            {"this": row["source_id"], **{f"new_{name}": row[name] for name in row if name != "source_id"}}
            for row in kept])  # fmt: skip
    if roll.new:
        conn.execute(insert(conn.dialect.name, found), [_row(one) for one in roll.new])


def named(conn: Connection, publishers: Collection[str]) -> tuple[Found, ...]:
    """All that these lists ever named, the first found first."""
    query = select(found).where(found.c.publisher.in_(tuple(publishers)))
    return tuple(_found(row) for row in conn.execute(query.order_by(found.c.first_seen_at, found.c.source_id)))


def views(conn: Connection, since: datetime) -> tuple[ListView, ...]:
    known = states(conn, tuple(conn.scalars(select(listings.c.publisher))))
    watched = set(conn.scalars(select(found.c.source_id).join(sources, sources.c.id == found.c.source_id)
                               .where(sources.c.watched)))  # fmt: skip
    made = []
    for state in known:
        mine = [one for one in named(conn, [state.publisher]) if one.source_id in watched]
        first = min((one.first_seen_at for one in mine), default=since)
        made.append(ListView(
            state=state, watched=len(mine), missing=tuple(one for one in mine if one.missing_since is not None),
            new=tuple(one for one in reversed(mine) if one.first_seen_at > max(first, since))))  # fmt: skip
    return tuple(made)


def marks(conn: Connection, publishers: Collection[str]) -> tuple[tuple[str, str], ...]:
    """Equal ones mean that no list named anything else meanwhile."""
    query = select(listings.c.publisher, listings.c.fingerprint).where(listings.c.publisher.in_(tuple(publishers)))
    return tuple((row[0], row[1]) for row in conn.execute(query.order_by(listings.c.publisher)))


def _state(row: Row[Any]) -> ListState:
    return ListState(publisher=row.publisher, **{name: getattr(row, name) for name in _STATE})


def _row(one: Found) -> dict[str, Any]:
    entry = one.entry
    return {"source_id": one.source_id, "publisher": one.publisher, "token": entry.token, "name": entry.name,
            "names": list(entry.names), "place": entry.key, "url": entry.url, "kind": entry.kind, "iso3": entry.iso3,
            "region": entry.region, "first_seen_at": one.first_seen_at, "missing_since": one.missing_since}  # fmt: skip


def _found(row: Row[Any]) -> Found:
    entry = Entry(token=row.token, name=row.name, names=tuple(row.names), key=row.place, url=row.url, kind=row.kind,
                  iso3=row.iso3, region=row.region)  # fmt: skip
    return Found(publisher=row.publisher, source_id=row.source_id, entry=entry, first_seen_at=row.first_seen_at,
                 missing_since=row.missing_since)  # fmt: skip
