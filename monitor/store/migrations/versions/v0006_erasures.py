"""Who was erased, so that no restore brings anybody back; and bulletins about many destinations at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, String, Text

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erasures",
        Column("subscription_id", String(40), primary_key=True),
        Column("mark", String(48), nullable=False, index=True),
        Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.add_column("bulletins", Column("places", Text, nullable=False, server_default="[]"))
