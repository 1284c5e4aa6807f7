"""Watching the watcher: alarms, when each part last worked, and since when a message is owed to its reader."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Boolean, Column, Index, Integer, String, Text, text

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

Key = sa.BigInteger().with_variant(Integer, "sqlite")
Time = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "alarms",
        Column("id", Key, primary_key=True),
        Column("name", String(32), nullable=False),
        Column("about", String(100), nullable=False),
        Column("detail", Text, nullable=False),
        Column("stops", Boolean, nullable=False),
        Column("raised_at", Time, nullable=False),
        Column("seen_at", Time, nullable=False),
        Column("ended_at", Time),
        Column("told_at", Time),
        Column("end_told_at", Time),
        Index(
            "uq_alarms_once",
            "name",
            "about",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    op.create_table("pulses", Column("name", String(32), primary_key=True), Column("at", Time, nullable=False))
    op.add_column("deliveries", Column("owed_at", Time))
    # What waits since before the upgrade is owed from when it may be tried; its history is not known.
    op.execute("UPDATE deliveries SET owed_at = next_try_at WHERE state IN ('waiting', 'claimed')")
