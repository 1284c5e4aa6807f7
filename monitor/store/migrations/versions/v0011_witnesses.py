"""The index of witnesses holds witnesses only: few changes are one, and a planner that counts the others avoids it."""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

WITNESSES = text("witness_of IS NOT NULL")


def upgrade() -> None:
    op.drop_index("ix_changes_witness_of", "changes")
    op.create_index(
        "ix_changes_witness_of", "changes", ["witness_of"], sqlite_where=WITNESSES, postgresql_where=WITNESSES
    )
