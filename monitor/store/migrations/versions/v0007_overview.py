"""The overview: indexes to list destinations and changes by the page, and a number that moves when they do."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, Integer, String

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

Key = sa.BigInteger().with_variant(Integer, "sqlite")


def upgrade() -> None:
    table = op.create_table(
        "revisions",
        Column("name", String(16), primary_key=True),
        Column("number", Key, nullable=False),
    )
    op.bulk_insert(table, [{"name": "pages", "number": 0}])
    op.create_index("ix_sources_place", "sources", ["watched", "destination_name", "destination"])
    op.create_index("ix_sources_destination", "sources", ["destination"])
    op.create_index("ix_changes_severity", "changes", ["severity", "id"])
    op.create_index("ix_stands_level", "stands", ["level"])
