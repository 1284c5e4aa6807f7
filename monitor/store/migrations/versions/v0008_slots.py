"""Slots: what was given out to workers; and on PostgreSQL the tables of Procrastinate, the job engine."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, String

from monitor.store import jobs

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

Time = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "slots",
        Column("name", String, primary_key=True),
        Column("at", Time, nullable=False),
        Column("made_at", Time, nullable=False),
        Column("done_at", Time),
        Column("since", Time),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.create_table("job_scripts", Column("name", String, primary_key=True))
        jobs.bring_up(op.get_bind())
