"""Readers: sealed addresses, wishes, groups, proposals, bulletins, digests, bounces; deliveries of every kind.

Three tables hold on to each other and change in every part, so their rows stand aside while the tables are made
anew. What stood in clear is overwritten (`secure_delete` is on).
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text

from monitor.audience import Channel
from monitor.store.vault import Vault

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

Key = sa.BigInteger().with_variant(Integer, "sqlite")
Time = sa.DateTime(timezone=True)
LIVE = text("state != 'ended'")
DUE = text("next_try_at IS NOT NULL")
RANKS = "CASE severity WHEN 'low' THEN 1 WHEN 'medium' THEN 2 WHEN 'high' THEN 3 WHEN 'critical' THEN 4 ELSE 0 END"


def upgrade() -> None:
    conn = op.get_bind()
    for table in ("subscriptions", "wants", "deliveries"):
        op.execute(f"CREATE TABLE old_{table} AS SELECT * FROM {table}")
    for table in ("deliveries", "wants", "subscriptions"):
        op.drop_table(table)
    _readers()
    _told()
    _deliveries()
    _fill(conn)
    for table in ("subscriptions", "wants", "deliveries"):
        op.drop_table(f"old_{table}")


def _readers() -> None:
    op.create_table(
        "groups",
        Column("id", String(40), primary_key=True),
        Column("name", Text, nullable=False, unique=True),
        Column("wait", Float, nullable=False),
        Column("created_at", Time, nullable=False),
    )
    op.create_table(
        "subscriptions",
        Column("id", String(40), primary_key=True),
        Column("channel", String(16), nullable=False),
        Column("sealed", Text, nullable=False),
        Column("reader", String(48), nullable=False),
        Column("destinations", Text, nullable=False),
        Column("wishes", Text, nullable=False),
        Column("scope", String(16), nullable=False),
        Column("floor_rank", Integer, nullable=False),
        Column("cadence", String(16), nullable=False),
        Column("at_once", Boolean, nullable=False),
        Column("blindness", Boolean, nullable=False),
        Column("digest_at", Time, index=True),
        Column("state", String(16), nullable=False),
        Column("reason", Text, nullable=False),
        Column("created_at", Time, nullable=False),
        Column("ended_at", Time),
        Column("token", String(32), nullable=False, unique=True),
        Column("group_id", String(40), ForeignKey("groups.id"), index=True),
        Column("turn", Integer, nullable=False),
        Column("key", Integer, nullable=False),
        Column("rotated_at", Time),
        Index("ix_subscriptions_reader", "reader"),
        Index("uq_subscriptions_once", "reader", "destinations", unique=True,
              sqlite_where=LIVE, postgresql_where=LIVE),
    )  # fmt: skip
    op.create_table(
        "wants",
        Column("subscription_id", String(40), ForeignKey("subscriptions.id"), primary_key=True),
        Column("destination", String, primary_key=True, index=True),
    )
    op.create_table(
        "choices",
        Column("subscription_id", String(40), ForeignKey("subscriptions.id"), primary_key=True),
        Column("section", String(16), primary_key=True),
    )
    op.create_table(
        "proposals",
        Column("id", String(40), primary_key=True),
        Column("subscription_id", String(40), ForeignKey("subscriptions.id"), nullable=False, index=True),
        Column("wishes", Text, nullable=False),
        Column("created_at", Time, nullable=False),
        Column("used_at", Time),
        Column("sender", String(32), nullable=False),
        Index("ix_proposals_sender", "sender", "created_at"),
    )


def _told() -> None:
    op.create_table(
        "bulletins",
        Column("id", String(40), primary_key=True),
        Column("kind", String(16), nullable=False),
        Column("created_at", Time, nullable=False),
        Column("destination", String, nullable=False),
        Column("destination_name", Text, nullable=False),
        Column("publisher", Text, nullable=False),
        Column("about", String(40), nullable=False, index=True),
        Column("remark", Text, nullable=False),
        Column("since", Time),
        Column("reason", Text, nullable=False),
        Column("level", Text, nullable=False),
        Column("url", Text, nullable=False),
    )
    op.create_table(
        "digests",
        Column("id", String(40), primary_key=True),
        Column("subscription_id", String(40), ForeignKey("subscriptions.id"), nullable=False),
        Column("since", Time, nullable=False),
        Column("until", Time, nullable=False),
        Column("verified", Text, nullable=False),
        UniqueConstraint("subscription_id", "until", name="uq_digests_once"),
    )


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        Column("id", Key, primary_key=True),
        Column("kind", String(16), nullable=False),
        Column("subject", String(40), nullable=False),
        Column("change_id", Key, ForeignKey("changes.id"), index=True),
        Column("campaign_id", String(40), ForeignKey("campaigns.id"), index=True),
        Column("members", Integer),
        Column("digest_id", String(40), ForeignKey("digests.id"), index=True),
        Column("subscription_id", String(40), ForeignKey("subscriptions.id"), nullable=False),
        Column("reader", String(48), nullable=False),
        Column("channel", String(16), nullable=False),
        Column("severity", String(16), nullable=False),
        Column("patience", Integer, nullable=False),
        Column("message_id", String, nullable=False, unique=True),
        Column("created_at", Time, nullable=False),
        Column("confirmed", Boolean, nullable=False),
        Column("state", String(16), nullable=False, index=True),
        Column("attempts", Integer, nullable=False),
        Column("next_try_at", Time),
        Column("claimed_by", String),
        Column("last_error", Text, nullable=False),
        Column("detail", Text, nullable=False),
        Column("ended_at", Time),
        UniqueConstraint("subject", "reader", name="uq_deliveries_once"),
        Index("ix_deliveries_subscription", "subscription_id", "state"),
        Index("ix_deliveries_due", "channel", "patience", "next_try_at",
              sqlite_where=DUE, postgresql_where=DUE),
    )  # fmt: skip
    op.create_table(
        "acknowledgements",
        Column("subject", String(40), primary_key=True),
        Column("subscription_id", String(40), ForeignKey("subscriptions.id"), primary_key=True),
        Column("group_id", String(40), ForeignKey("groups.id"), index=True),
        Column("at", Time, nullable=False),
    )
    op.create_table(
        "bounces",
        Column("fingerprint", String(64), primary_key=True),
        Column("subscription_id", String(40), ForeignKey("subscriptions.id"), nullable=False, index=True),
        Column("delivery_id", Key, ForeignKey("deliveries.id")),
        Column("kind", String(16), nullable=False),
        Column("status", String(16), nullable=False),
        Column("read_at", Time, nullable=False),
    )


def _fill(conn: sa.Connection) -> None:
    vault: Vault = context.config.attributes.get("vault") or Vault("")
    old = _columns("old_subscriptions", "id channel address destinations floor floor_rank created_at active token")
    new = _columns("subscriptions", "id channel sealed reader destinations wishes scope floor_rank cadence at_once"
                                    " blindness state reason created_at ended_at token turn key")  # fmt: skip
    found = [_reader(row, vault) for row in conn.execute(sa.select(old).order_by(old.c.created_at)).mappings()]
    live: set[tuple[str, str]] = set()
    for one in found:  # addresses that differ in capitals only were two, and are one reader now
        name = one["reader"], one["destinations"]
        if one["state"] == "active" and name in live:
            one |= {"state": "ended", "ended_at": one["created_at"], "reason": "the same reader as an older one"}
        elif one["state"] == "active":
            live.add(name)
    if found:
        conn.execute(new.insert(), found)
    op.execute("INSERT INTO wants (subscription_id, destination) SELECT subscription_id, destination FROM old_wants")
    op.execute(f"""
        INSERT INTO deliveries (id, kind, subject, change_id, campaign_id, members, subscription_id, reader, channel,
            severity, patience, message_id, created_at, confirmed, state, attempts, next_try_at, claimed_by, last_error,
            detail, ended_at)
        SELECT id, kind, subject, change_id, campaign_id, members, subscription_id, reader, channel, severity,
            9 - {RANKS}, message_id, created_at, confirmed, state, attempts, next_try_at, claimed_by, last_error,
            detail, ended_at
        FROM (SELECT d.*, CASE WHEN d.campaign_id IS NULL THEN 'notice' ELSE 'campaign' END AS kind,
                coalesce(c.event_id, d.campaign_id) AS subject, coalesce(c.severity, k.severity) AS severity, s.reader,
                CASE s.state WHEN 'active' THEN 0 ELSE 1 END AS over
            FROM old_deliveries d JOIN subscriptions s ON s.id = d.subscription_id
            LEFT JOIN changes c ON c.id = d.change_id LEFT JOIN campaigns k ON k.id = d.campaign_id) AS told
        WHERE true ORDER BY
            CASE state WHEN 'sent' THEN 0 WHEN 'claimed' THEN 1 WHEN 'waiting' THEN 2 ELSE 3 END, over, id
        ON CONFLICT (subject, reader) DO NOTHING
    """)
    if conn.dialect.name == "postgresql":
        op.execute("SELECT setval(pg_get_serial_sequence('deliveries', 'id'),"
                   " (SELECT coalesce(max(id), 0) + 1 FROM deliveries), false)")  # fmt: skip


def _columns(table: str, names: str) -> sa.TableClause:
    kinds: dict[str, Any] = {"created_at": Time, "ended_at": Time, "active": Boolean, "at_once": Boolean,
                             "blindness": Boolean}  # fmt: skip
    return sa.table(table, *(sa.column(name, kinds.get(name)) for name in names.split()))


def _reader(row: Any, vault: Vault) -> dict[str, Any]:
    """One subscription as it stood, with what was understood until now written out as wishes."""
    created: datetime = row["created_at"]
    wishes = {"destinations": json.loads(row["destinations"]), "floor": row["floor"]}
    return {
        "id": row["id"], "channel": row["channel"], "sealed": vault.seal(row["address"]),
        "reader": vault.reader(Channel(row["channel"]), row["address"]), "destinations": row["destinations"],
        "wishes": json.dumps(wishes), "scope": "everything", "floor_rank": row["floor_rank"], "cadence": "immediate",
        "at_once": True, "blindness": True, "state": "active" if row["active"] else "ended", "reason": "",
        "created_at": created, "ended_at": None if row["active"] else created, "token": row["token"], "turn": 0,
        "key": 0,
    }  # fmt: skip
