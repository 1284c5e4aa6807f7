"""Pages: where sources stood, the chain over all captures, what opens the operators' pages.

The captures that are there get their places in the chain in the order in which they were kept.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text

from monitor import proof

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

Key = sa.BigInteger().with_variant(Integer, "sqlite")
Time = sa.DateTime(timezone=True)
AT_ONCE = 1000


def upgrade() -> None:
    op.create_table(
        "chain",
        Column("position", Key, primary_key=True, autoincrement=False),
        Column("source_id", String, nullable=False),
        Column("taken_at", Time, nullable=False),
        Column("entry", String(64), nullable=False),
        Column("link", String(64), nullable=False),
        UniqueConstraint("source_id", "taken_at", name="uq_chain_once"),
    )
    op.create_table(
        "stands",
        Column("id", Key, primary_key=True),
        Column("source_id", String, ForeignKey("sources.id"), nullable=False),
        Column("taken_at", Time, nullable=False),
        Column("destination", String, nullable=False),
        Column("publisher", Text, nullable=False),
        Column("change_id", Key, ForeignKey("changes.id"), index=True),
        Column("level", Integer),
        Column("height", Integer, nullable=False),
        Column("posture", Text, nullable=False),
        UniqueConstraint("source_id", "taken_at", name="uq_stands_once"),
        Index("ix_stands_destination", "destination", "taken_at"),
    )
    op.create_table(
        "passes",
        Column("hash", String(64), primary_key=True),
        Column("kind", String(16), nullable=False),
        Column("name", Text, nullable=False),
        Column("created_at", Time, nullable=False),
        Column("expires_at", Time),
        Column("used_at", Time),
    )
    _chain(op.get_bind())


def _chain(conn: sa.Connection) -> None:
    kept = text(
        "SELECT id, source_id, taken_at, url, final_url, status, headers, sha256 FROM snapshots"
        " WHERE id > :last ORDER BY id LIMIT :most"
    ).columns(taken_at=Time)
    add = text("INSERT INTO chain (position, source_id, taken_at, entry, link)"
               " VALUES (:position, :source_id, :taken_at, :entry, :link)").bindparams(
        sa.bindparam("taken_at", type_=Time))  # fmt: skip
    last, position, link = 0, 0, proof.START
    while found := conn.execute(kept, {"last": last, "most": AT_ONCE}).all():
        rows: list[dict[str, Any]] = []
        for row in found:
            taken_at = _aware(row.taken_at)
            entry = proof.entry_hash(
                source_id=row.source_id, taken_at=taken_at, url=row.url, final_url=row.final_url,
                status=row.status, headers=json.loads(row.headers), sha256=row.sha256,
            )  # fmt: skip
            position, link = position + 1, proof.link_hash(link, entry)
            rows.append({"position": position, "source_id": row.source_id, "taken_at": taken_at, "entry": entry,
                         "link": link})  # fmt: skip
        conn.execute(add, rows)
        last = found[-1].id


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
