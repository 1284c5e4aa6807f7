"""The lists of publishers, and the destinations that they named."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, Integer, String, Text, UniqueConstraint

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

Time = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "listings",
        Column("publisher", String, primary_key=True),
        Column("url", Text, nullable=False),
        Column("etag", Text, nullable=False),
        Column("last_modified", Text, nullable=False),
        Column("fingerprint", Text, nullable=False),
        Column("items", Integer, nullable=False),
        Column("failures", Integer, nullable=False),
        Column("failing_since", Time),
        Column("next_due_at", Time, nullable=False),
        Column("last_look_at", Time),
        Column("last_good_at", Time),
        Column("last_outcome", String(16)),
        Column("last_reason", Text, nullable=False),
    )
    op.create_table(
        "found",
        Column("source_id", String, primary_key=True),
        Column("publisher", String, nullable=False),
        Column("token", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("names", Text, nullable=False),
        Column("place", String, nullable=False),
        Column("url", Text, nullable=False),
        Column("kind", String, nullable=False),
        Column("iso3", String(3), nullable=False),
        Column("region", String(2), nullable=False),
        Column("first_seen_at", Time, nullable=False),
        Column("missing_since", Time),
        UniqueConstraint("publisher", "token", name="uq_found_once"),
    )
