"""Sentences that a feed prints for many destinations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, String, Text

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "boilerplate",
        Column("publisher", Text, primary_key=True),
        Column("mark", String(33), primary_key=True),
        Column("seen_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_boilerplate_seen", "boilerplate", ["publisher", "seen_at"])
