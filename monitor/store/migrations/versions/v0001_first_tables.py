"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Boolean, Column, Float, ForeignKey, Integer, LargeBinary, String, Text

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Key = sa.BigInteger().with_variant(Integer, "sqlite")
Time = sa.DateTime(timezone=True)


def upgrade() -> None:
    _watched()
    _changed()
    _told()


def _watched() -> None:
    op.create_table(
        "sources",
        Column("id", String, primary_key=True),
        Column("url", Text, nullable=False),
        Column("kind", String, nullable=False),
        Column("publisher", Text, nullable=False),
        Column("destination", String, nullable=False),
        Column("destination_name", Text, nullable=False),
        Column("watched", Boolean, nullable=False),
        Column("failures", Integer, nullable=False),
        Column("failing_since", Time),
        Column("etag", Text, nullable=False),
        Column("last_modified", Text, nullable=False),
        Column("fingerprint", Text, nullable=False),
        Column("baseline_id", Key),
        Column("next_due_at", Time, nullable=False),
        Column("last_visit_at", Time),
        Column("last_good_at", Time),
        Column("last_outcome", String(16)),
        Column("last_reason", Text, nullable=False),
        Column("held_change_id", Key),
        Column("level", Text, nullable=False),
    )
    op.create_index("ix_sources_due", "sources", ["watched", "next_due_at"])
    op.create_table(
        "visits",
        Column("id", Key, primary_key=True),
        Column("source_id", String, ForeignKey("sources.id"), nullable=False),
        Column("taken_at", Time, nullable=False),
        Column("outcome", String(16), nullable=False),
        Column("reason", Text, nullable=False),
        Column("status", Integer),
        Column("elapsed", Float, nullable=False),
        sa.UniqueConstraint("source_id", "taken_at", name="uq_visits_once"),
    )
    op.create_table(
        "tallies",
        Column("source_id", String, ForeignKey("sources.id"), primary_key=True),
        Column("outcome", String(16), primary_key=True),
        Column("visits", Key, nullable=False),
    )
    op.create_table(
        "bodies",
        Column("sha256", String(64), primary_key=True),
        Column("size", Key, nullable=False),
        Column("stored", Key, nullable=False),
        Column("encoding", String(16), nullable=False),
        Column("data", LargeBinary, nullable=False),
    )
    op.create_index("ix_bodies_stored", "bodies", ["stored"])
    op.create_table(
        "snapshots",
        Column("id", Key, primary_key=True),
        Column("source_id", String, ForeignKey("sources.id"), nullable=False),
        Column("taken_at", Time, nullable=False),
        Column("sha256", String(64), ForeignKey("bodies.sha256"), nullable=False),
        Column("url", Text, nullable=False),
        Column("final_url", Text, nullable=False),
        Column("status", Integer, nullable=False),
        Column("headers", Text, nullable=False),
        Column("elapsed", Float, nullable=False),
        Column("fingerprint", Text, nullable=False),
        sa.UniqueConstraint("source_id", "taken_at", name="uq_snapshots_once"),
    )
    op.create_index("ix_snapshots_sha256", "snapshots", ["sha256"])


def _changed() -> None:
    op.create_table(
        "changes",
        Column("id", Key, primary_key=True),
        Column("event_id", String(40), nullable=False, unique=True),
        Column("visit_id", Key, ForeignKey("visits.id"), nullable=False, unique=True),
        Column("source_id", String, ForeignKey("sources.id"), nullable=False),
        Column("taken_at", Time, nullable=False),
        Column("url", Text, nullable=False),
        Column("publisher", Text, nullable=False),
        Column("destination", String, nullable=False),
        Column("destination_name", Text, nullable=False),
        Column("outcome", String(16), nullable=False),
        Column("state", String(16), nullable=False),
        Column("confirmed", Boolean, nullable=False),
        Column("severity", String(16), nullable=False),
        Column("headline", Text, nullable=False),
        Column("sentences", Text, nullable=False),
        Column("note", Text),
        Column("campaign", Text),
        Column("before_sha256", String(64), nullable=False),
        Column("after_sha256", String(64), nullable=False),
        Column("before_snapshot_id", Key, ForeignKey("snapshots.id")),
        Column("after_snapshot_id", Key, ForeignKey("snapshots.id")),
        Column("signatures", Text, nullable=False),
        Column("witness_of", Key, ForeignKey("changes.id")),
        Column("level", Text, nullable=False),
        Column("stated_at", Text, nullable=False),
    )
    for name in ("before_snapshot_id", "after_snapshot_id", "witness_of"):
        op.create_index(f"ix_changes_{name}", "changes", [name])
    op.create_index("ix_changes_source", "changes", ["source_id", "id"])
    op.create_index("ix_changes_destination", "changes", ["destination", "id"])
    op.create_index("ix_changes_edits", "changes", ["publisher", "destination", "taken_at"])
    op.create_index("ix_changes_state", "changes", ["state", "taken_at"])
    op.create_table(
        "findings",
        Column("change_id", Key, ForeignKey("changes.id"), primary_key=True),
        Column("position", Integer, primary_key=True),
        Column("severity", String(16), nullable=False),
        Column("rule", Text, nullable=False),
        Column("finding", Text, nullable=False),
    )


def _told() -> None:
    op.create_table(
        "subscriptions",
        Column("id", String, primary_key=True),
        Column("channel", String(16), nullable=False),
        Column("address", Text, nullable=False),
        Column("destinations", Text, nullable=False),
        Column("floor", String(16), nullable=False),
        Column("floor_rank", Integer, nullable=False),
        Column("created_at", Time, nullable=False),
        Column("active", Boolean, nullable=False),
        Column("token", String(32), nullable=False, unique=True),
        sa.UniqueConstraint("channel", "address", "destinations", name="uq_subscriptions_once"),
    )
    op.create_table(
        "wants",
        Column("subscription_id", String, ForeignKey("subscriptions.id"), primary_key=True),
        Column("destination", String, primary_key=True),
    )
    op.create_index("ix_wants_destination", "wants", ["destination"])
    op.create_table(
        "deliveries",
        Column("id", Key, primary_key=True),
        Column("change_id", Key, ForeignKey("changes.id"), nullable=False),
        Column("subscription_id", String, ForeignKey("subscriptions.id"), nullable=False),
        Column("channel", String(16), nullable=False),
        Column("address", Text, nullable=False),
        Column("message_id", String, nullable=False, unique=True),
        Column("created_at", Time, nullable=False),
        Column("confirmed", sa.Boolean, nullable=False),
        Column("state", String(16), nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("next_try_at", Time),
        Column("claimed_by", String),
        Column("last_error", Text, nullable=False),
        Column("detail", Text, nullable=False),
        Column("ended_at", Time),
        sa.UniqueConstraint("change_id", "subscription_id", "channel", name="uq_deliveries_once"),
    )
    op.create_index("ix_deliveries_state", "deliveries", ["state"])
    op.create_index("ix_deliveries_next_try_at", "deliveries", ["next_try_at"])
