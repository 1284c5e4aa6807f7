"""Site-wide edits: what each change said, the campaigns, and deliveries that tell one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Text

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Key = sa.BigInteger().with_variant(Integer, "sqlite")
Time = sa.DateTime(timezone=True)


def upgrade() -> None:
    _campaigns()
    if op.get_bind().dialect.name == "sqlite":
        _copied()
    else:
        _altered()


def _campaigns() -> None:
    op.create_table(
        "edits",
        Column("change_id", Key, ForeignKey("changes.id"), primary_key=True),
        Column("mark", String(33), primary_key=True),
        Column("publisher", Text, nullable=False),
        Column("destination", String, nullable=False),
        Column("taken_at", Time, nullable=False),
    )
    op.create_index("ix_edits_mark", "edits", ["mark", "publisher", "taken_at"])
    op.create_table(
        "campaigns",
        Column("id", String(40), primary_key=True),
        Column("publisher", Text, nullable=False),
        Column("severity", String(16), nullable=False),
        Column("headline", Text, nullable=False),
        Column("sentences", Text, nullable=False),
        Column("findings", Text, nullable=False),
        Column("marks", Text, nullable=False),
        Column("change_id", Key, ForeignKey("changes.id"), nullable=False),
        Column("first_at", Time, nullable=False),
        Column("last_at", Time, nullable=False),
    )
    op.create_index("ix_campaigns_open", "campaigns", ["publisher", "last_at"])
    op.create_table(
        "members",
        Column("campaign_id", String(40), ForeignKey("campaigns.id"), primary_key=True),
        Column("position", Integer, primary_key=True, autoincrement=False),
        Column("change_id", Key, ForeignKey("changes.id"), nullable=False),
        Column("severity", String(16), nullable=False),
        sa.UniqueConstraint("campaign_id", "change_id", name="uq_members_once"),
    )


def _altered() -> None:
    op.alter_column("deliveries", "change_id", nullable=True)
    op.add_column(
        "deliveries", Column("campaign_id", String(40), ForeignKey("campaigns.id"), nullable=True)
    )
    op.add_column("deliveries", Column("members", Integer, nullable=True))
    op.create_unique_constraint(
        "uq_deliveries_campaign_once", "deliveries", ["campaign_id", "subscription_id"]
    )


def _copied() -> None:
    """SQLite cannot let go of a NOT NULL: the rows move into a new table of the same name."""
    op.rename_table("deliveries", "deliveries_old")
    op.create_table("deliveries", *_deliveries())
    kept = (
        "id, change_id, subscription_id, channel, address, message_id, created_at, confirmed, state,"
        " attempts, next_try_at, claimed_by, last_error, detail, ended_at"
    )
    op.execute(f"INSERT INTO deliveries ({kept}) SELECT {kept} FROM deliveries_old")
    op.drop_table("deliveries_old")
    op.create_index("ix_deliveries_state", "deliveries", ["state"])
    op.create_index("ix_deliveries_next_try_at", "deliveries", ["next_try_at"])


def _deliveries() -> list[sa.schema.SchemaItem]:
    return [
        Column("id", Key, primary_key=True),
        Column("change_id", Key, ForeignKey("changes.id")),
        Column("campaign_id", String(40), ForeignKey("campaigns.id")),
        Column("members", Integer),
        Column("subscription_id", String, ForeignKey("subscriptions.id"), nullable=False),
        Column("channel", String(16), nullable=False),
        Column("address", Text, nullable=False),
        Column("message_id", String, nullable=False, unique=True),
        Column("created_at", Time, nullable=False),
        Column("confirmed", Boolean, nullable=False),
        Column("state", String(16), nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("next_try_at", Time),
        Column("claimed_by", String),
        Column("last_error", Text, nullable=False),
        Column("detail", Text, nullable=False),
        Column("ended_at", Time),
        sa.UniqueConstraint("change_id", "subscription_id", "channel", name="uq_deliveries_once"),
        sa.UniqueConstraint("campaign_id", "subscription_id", name="uq_deliveries_campaign_once"),
    ]
