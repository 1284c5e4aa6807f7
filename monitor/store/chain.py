"""The chain over all captures: each gets the next place, in the transaction that keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, select, text

from monitor import proof
from monitor.model import Page, Visit
from monitor.proof import Link
from monitor.store.schema import chain

_ONE_AT_A_TIME = 7_203_402


def add(conn: Connection, visit: Visit, page: Page, sha256: str) -> Link:
    """Give this capture the next place."""
    if conn.dialect.name != "sqlite":  # there, who writes is alone anyway
        conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
    last = head(conn)
    entry = proof.entry_hash(
        source_id=visit.source.id, taken_at=visit.taken_at, url=page.url, final_url=page.final_url,
        status=page.status, headers=page.headers, sha256=sha256,
    )  # fmt: skip
    made = Link(last.position + 1 if last else 1, entry, proof.link_hash(last.link if last else proof.START, entry))
    conn.execute(
        chain.insert(),
        {"position": made.position, "source_id": visit.source.id, "taken_at": visit.taken_at, "entry": entry,
         "link": made.link},
    )  # fmt: skip
    return made


def head(conn: Connection) -> Link | None:
    """The newest link; None while nothing was ever kept."""
    row = conn.execute(_LINKS.order_by(chain.c.position.desc()).limit(1)).one_or_none()
    return None if row is None else Link(*row)


def place(conn: Connection, source_id: str, taken_at: datetime) -> Link | None:
    row = conn.execute(
        _LINKS.where(chain.c.source_id == source_id, chain.c.taken_at == taken_at)
    ).one_or_none()
    return None if row is None else Link(*row)


def since(conn: Connection, position: int, limit: int) -> tuple[Link, ...]:
    """The links from this position on, oldest first."""
    return tuple(Link(*row) for row in conn.execute(
        _LINKS.where(chain.c.position >= position).order_by(chain.c.position).limit(limit)))  # fmt: skip


def whole(conn: Connection) -> Iterator[Link]:
    """Every link, oldest first."""
    for row in conn.execution_options(yield_per=1000).execute(_LINKS.order_by(chain.c.position)):
        yield Link(*row)


_LINKS = select(chain.c.position, chain.c.entry, chain.c.link)
