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


STANDS_AT = """
UPDATE sources SET stands_at = (
  SELECT s.level FROM stands s LEFT JOIN changes c ON c.id = s.change_id
  WHERE s.source_id = sources.id AND (c.id IS NULL OR c.state NOT IN ('held', 'reverted'))
  ORDER BY s.taken_at DESC LIMIT 1)
"""


def upgrade() -> None:
    table = op.create_table(
        "revisions",
        Column("name", String(16), primary_key=True),
        Column("number", Key, nullable=False),
    )
    op.bulk_insert(table, [{"name": "pages", "number": 0}])
    op.add_column("sources", Column("stands_at", Integer))
    op.execute(STANDS_AT)
    columns = ["watched", "destination_name", "destination", "stands_at", "publisher"]
    op.create_index("ix_sources_place", "sources", columns)
    op.create_index("ix_sources_destination", "sources", ["destination"])
    op.create_index("ix_changes_severity", "changes", ["severity", "id"])
