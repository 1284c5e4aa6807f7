"""The tables, as SQLAlchemy Core objects. Rows never leave this package; values do (`rows.py`).

    sources --< visits --< changes --< findings
       |                     |
       +----< snapshots >----+         changes --< deliveries >-- subscriptions --< wants, choices
                  |                    changes --< edits: what each said, to find it on other pages
                bodies                 changes --< members >-- campaigns --< deliveries
                                       bulletins, digests, proposals --< deliveries --< bounces
                                       groups --< subscriptions; acknowledgements: who saw what
                                       tallies: visits per source and outcome, ever
                                       boilerplate: sentences that many destinations share
    sources --< stands                 passes: sessions and tokens of operators, hashed
    erasures: ids that must stay erased
    chain: every capture ever kept, linked by hashes
    revisions: one number, moved by whatever pages and feeds would show
    listings --< found: the lists of publishers, and what they named
    slots: what is due and given out, where several machines work; the jobs themselves: jobs.py
    alarms, pulses: what needs an operator, and when each part of the service last worked

"Only once" is a unique index here, never an `if` elsewhere. Whoever changes a table also writes
a migration (`migrations/versions`) and moves `migrate.HEAD`; a test compares the two.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite

from monitor.audience import Cadence, Channel, DeliveryState, MessageKind, Scope, SubscriptionState
from monitor.model import ChangeState, Outcome, Severity
from monitor.store.columns import Json, Key, Named, Utc, Words

metadata = MetaData()

sources = Table(
    "sources",
    metadata,
    Column("id", String, primary_key=True),
    Column("url", Words, nullable=False),
    Column("kind", String, nullable=False),
    Column("publisher", Words, nullable=False),
    Column("destination", String, nullable=False),
    Column("destination_name", Words, nullable=False),
    Column("watched", Boolean, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("failing_since", Utc),
    Column("etag", Words, nullable=False),
    Column("last_modified", Words, nullable=False),
    Column("fingerprint", Words, nullable=False),
    Column("baseline_id", Key),  # a snapshot, and held_change_id a change: `check` looks at both
    Column("next_due_at", Utc, nullable=False),
    Column("last_visit_at", Utc),
    Column("last_good_at", Utc),
    Column("last_outcome", Named(Outcome)),
    Column("last_reason", Words, nullable=False),
    Column("held_change_id", Key),
    Column("level", Words, nullable=False),
    Column("stands_at", Integer),  # the level of its newest stand that counts; kept by `stands.py`
    Index("ix_sources_due", "watched", "next_due_at"),
    Index("ix_sources_place", "watched", "destination_name", "destination", "stands_at", "publisher"),
    Index("ix_sources_destination", "destination"),
)

visits = Table(
    "visits",
    metadata,
    Column("id", Key, primary_key=True),
    Column("source_id", ForeignKey("sources.id"), nullable=False),
    Column("taken_at", Utc, nullable=False),
    Column("outcome", Named(Outcome), nullable=False),
    Column("reason", Words, nullable=False),
    Column("status", Integer),
    Column("elapsed", Float, nullable=False),
    UniqueConstraint("source_id", "taken_at", name="uq_visits_once"),
)

tallies = Table(
    "tallies",
    metadata,
    Column("source_id", ForeignKey("sources.id"), primary_key=True),
    Column("outcome", Named(Outcome), primary_key=True),
    Column("visits", Key, nullable=False),
)

bodies = Table(
    "bodies",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size", Key, nullable=False),
    Column("stored", Key, nullable=False),
    Column("encoding", String(16), nullable=False),
    Column("data", LargeBinary, nullable=False),
    Index("ix_bodies_stored", "stored"),
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("id", Key, primary_key=True),
    Column("source_id", ForeignKey("sources.id"), nullable=False),
    Column("taken_at", Utc, nullable=False),
    Column("sha256", ForeignKey("bodies.sha256"), nullable=False, index=True),
    Column("url", Words, nullable=False),
    Column("final_url", Words, nullable=False),
    Column("status", Integer, nullable=False),
    Column("headers", Json, nullable=False),
    Column("elapsed", Float, nullable=False),
    Column("fingerprint", Words, nullable=False),
    UniqueConstraint("source_id", "taken_at", name="uq_snapshots_once"),
)

chain = Table(
    "chain",
    metadata,
    Column("position", Key, primary_key=True, autoincrement=False),
    Column("source_id", String, nullable=False),
    Column("taken_at", Utc, nullable=False),
    Column("entry", String(64), nullable=False),
    Column("link", String(64), nullable=False),
    UniqueConstraint("source_id", "taken_at", name="uq_chain_once"),
)
"""Outlives the snapshots it names: what was pruned still has its place. See `monitor/proof.py`."""

changes = Table(
    "changes",
    metadata,
    Column("id", Key, primary_key=True),
    Column("event_id", String(40), nullable=False, unique=True),
    Column("visit_id", ForeignKey("visits.id"), nullable=False, unique=True),
    Column("source_id", ForeignKey("sources.id"), nullable=False),
    Column("taken_at", Utc, nullable=False),
    Column("url", Words, nullable=False),
    Column("publisher", Words, nullable=False),
    Column("destination", String, nullable=False),
    Column("destination_name", Words, nullable=False),
    Column("outcome", Named(Outcome), nullable=False),
    Column("state", Named(ChangeState), nullable=False),
    Column("confirmed", Boolean, nullable=False),
    Column("severity", Named(Severity), nullable=False),
    Column("headline", Words, nullable=False),
    Column("sentences", Json, nullable=False),
    Column("note", Words),
    Column("campaign", Words),
    Column("before_sha256", String(64), nullable=False),
    Column("after_sha256", String(64), nullable=False),
    Column("before_snapshot_id", ForeignKey("snapshots.id"), index=True),
    Column("after_snapshot_id", ForeignKey("snapshots.id"), index=True),
    Column("signatures", Json, nullable=False),
    Column("witness_of", ForeignKey("changes.id")),
    Column("level", Words, nullable=False),
    Column("stated_at", Words, nullable=False),
    Index("ix_changes_source", "source_id", "id"),
    Index("ix_changes_destination", "destination", "id"),
    Index("ix_changes_edits", "publisher", "destination", "taken_at"),
    Index("ix_changes_state", "state", "taken_at"),
    Index("ix_changes_severity", "severity", "id"),
    Index(
        "ix_changes_witness_of", "witness_of", sqlite_where=text("witness_of IS NOT NULL"),
        postgresql_where=text("witness_of IS NOT NULL"),
    ),
)

stands = Table(
    "stands",
    metadata,
    Column("id", Key, primary_key=True),
    Column("source_id", ForeignKey("sources.id"), nullable=False),
    Column("taken_at", Utc, nullable=False),
    Column("destination", String, nullable=False),
    Column("publisher", Words, nullable=False),
    Column("change_id", ForeignKey("changes.id"), index=True),  # counts only while that change does
    Column("level", Integer),
    Column("height", Integer, nullable=False),
    Column("posture", Json, nullable=False),
    UniqueConstraint("source_id", "taken_at", name="uq_stands_once"),
    Index("ix_stands_destination", "destination", "taken_at"),
)
"""Where each source stood, a row whenever that changed."""

findings = Table(
    "findings",
    metadata,
    Column("change_id", ForeignKey("changes.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("severity", Named(Severity), nullable=False),
    Column("rule", Words, nullable=False),
    Column("finding", Json, nullable=False),
)

edits = Table(
    "edits",
    metadata,
    Column("change_id", ForeignKey("changes.id"), primary_key=True),
    Column("mark", String(33), primary_key=True),
    Column("publisher", Words, nullable=False),
    Column("destination", String, nullable=False),
    Column("taken_at", Utc, nullable=False),
    Index("ix_edits_mark", "mark", "publisher", "taken_at"),
)

boilerplate = Table(
    "boilerplate",
    metadata,
    Column("publisher", Words, primary_key=True),
    Column("mark", String(33), primary_key=True),
    Column("seen_at", Utc, nullable=False),
    Index("ix_boilerplate_seen", "publisher", "seen_at"),
)
"""Sentences that the feed of all countries prints for many of them."""

campaigns = Table(
    "campaigns",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("publisher", Words, nullable=False),
    Column("severity", Named(Severity), nullable=False),
    Column("headline", Words, nullable=False),
    Column("sentences", Json, nullable=False),
    Column("findings", Json, nullable=False),
    Column("marks", Json, nullable=False),
    Column("change_id", ForeignKey("changes.id"), nullable=False),
    Column("first_at", Utc, nullable=False),
    Column("last_at", Utc, nullable=False),
    Index("ix_campaigns_open", "publisher", "last_at"),
)

members = Table(
    "members",
    metadata,
    Column("campaign_id", ForeignKey("campaigns.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("change_id", ForeignKey("changes.id"), nullable=False),
    Column("severity", Named(Severity), nullable=False),
    UniqueConstraint("campaign_id", "change_id", name="uq_members_once"),
)

groups = Table(
    "groups",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", Words, nullable=False, unique=True),
    Column("wait", Float, nullable=False),
    Column("created_at", Utc, nullable=False),
)
"""Organisations with several contacts."""

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("channel", Named(Channel), nullable=False),
    Column("sealed", Words, nullable=False),  # the address, see vault.py; empty once erased
    Column("reader", String(48), nullable=False),  # keyed hash of channel and address
    Column("destinations", Json, nullable=False),
    Column("wishes", Json, nullable=False),  # all of them; what matching asks for stands beside
    Column("scope", Named(Scope), nullable=False),
    Column("floor_rank", Integer, nullable=False),
    Column("cadence", Named(Cadence), nullable=False),
    Column("at_once", Boolean, nullable=False),
    Column("blindness", Boolean, nullable=False),
    Column("digest_at", Utc, index=True),  # when the next digest is due; NULL without digests
    Column("state", Named(SubscriptionState), nullable=False),
    Column("reason", Words, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("ended_at", Utc),
    Column("token", String(32), nullable=False, unique=True),
    Column("group_id", ForeignKey("groups.id"), index=True),
    Column("turn", Integer, nullable=False),
    Column("key", Integer, nullable=False),
    Column("rotated_at", Utc),
    Index("ix_subscriptions_reader", "reader"),
    Index(
        "uq_subscriptions_once",
        "reader",
        "destinations",
        unique=True,
        sqlite_where=text("state != 'ended'"),
        postgresql_where=text("state != 'ended'"),
    ),
)

wants = Table(
    "wants",
    metadata,
    Column("subscription_id", ForeignKey("subscriptions.id"), primary_key=True),
    Column("destination", String, primary_key=True, index=True),
)

EVERYWHERE = "*"
"""What `wants.destination` says for a subscription to every destination."""

choices = Table(
    "choices",
    metadata,
    Column("subscription_id", ForeignKey("subscriptions.id"), primary_key=True),
    Column("section", String(16), primary_key=True),
)
"""The sections of those who chose some."""

proposals = Table(
    "proposals",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("subscription_id", ForeignKey("subscriptions.id"), nullable=False, index=True),
    Column("wishes", Json, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("used_at", Utc),
    Column("sender", String(32), nullable=False),  # keyed hash of who asked; empty for an operator
    Index("ix_proposals_sender", "sender", "created_at"),
)

bulletins = Table(
    "bulletins",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("kind", Named(MessageKind), nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("destination", String, nullable=False),
    Column("destination_name", Words, nullable=False),
    Column("publisher", Words, nullable=False),
    Column("about", String(40), nullable=False, index=True),
    Column("remark", Words, nullable=False),
    Column("since", Utc),
    Column("reason", Words, nullable=False),
    Column("level", Words, nullable=False),
    Column("url", Words, nullable=False),
    Column("places", Json, nullable=False, server_default="[]"),  # [key, name, publisher] of each, if of several
)

digests = Table(
    "digests",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("subscription_id", ForeignKey("subscriptions.id"), nullable=False),
    Column("since", Utc, nullable=False),
    Column("until", Utc, nullable=False),
    Column("verified", Json, nullable=False),
    UniqueConstraint("subscription_id", "until", name="uq_digests_once"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Key, primary_key=True),
    Column("kind", Named(MessageKind), nullable=False),
    Column("subject", String(40), nullable=False),  # event id of what it tells
    Column("change_id", ForeignKey("changes.id"), index=True),
    Column("campaign_id", ForeignKey("campaigns.id"), index=True),
    Column("members", Integer),  # how far the campaign had come: a repeat must say what the first said
    Column("digest_id", ForeignKey("digests.id"), index=True),  # the digest that tells it instead
    Column("subscription_id", ForeignKey("subscriptions.id"), nullable=False),
    Column("reader", String(48), nullable=False),
    Column("channel", Named(Channel), nullable=False),
    Column("severity", Named(Severity), nullable=False),
    Column("patience", Integer, nullable=False),  # less goes first
    Column("message_id", String, nullable=False, unique=True),
    Column("created_at", Utc, nullable=False),
    Column("confirmed", Boolean, nullable=False),  # when told; the change's own may move later
    Column("state", Named(DeliveryState), nullable=False, index=True),
    Column("attempts", Integer, nullable=False),
    Column("next_try_at", Utc),  # while claimed: end of the lease; NULL while gathered, and for good
    Column("owed_at", Utc),  # since when its reader should have it: later than it was written if it waits on purpose
    Column("claimed_by", String),
    Column("last_error", Words, nullable=False),
    Column("detail", Words, nullable=False),
    Column("ended_at", Utc),
    UniqueConstraint("subject", "reader", name="uq_deliveries_once"),
    Index("ix_deliveries_subscription", "subscription_id", "state"),
    Index(
        "ix_deliveries_due",
        "channel",
        "patience",
        "next_try_at",
        sqlite_where=text("next_try_at IS NOT NULL"),
        postgresql_where=text("next_try_at IS NOT NULL"),
    ),
)

acknowledgements = Table(
    "acknowledgements",
    metadata,
    Column("subject", String(40), primary_key=True),
    Column("subscription_id", ForeignKey("subscriptions.id"), primary_key=True),
    Column("group_id", ForeignKey("groups.id"), index=True),
    Column("at", Utc, nullable=False),
)

bounces = Table(
    "bounces",
    metadata,
    Column("fingerprint", String(64), primary_key=True),
    Column("subscription_id", ForeignKey("subscriptions.id"), nullable=False, index=True),
    Column("delivery_id", ForeignKey("deliveries.id")),
    Column("kind", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    Column("read_at", Utc, nullable=False),
)
"""What relays sent back; a report read twice counts once."""


passes = Table(
    "passes",
    metadata,
    Column("hash", String(64), primary_key=True),  # SHA-256 of a random token; the token itself is nowhere
    Column("kind", String(16), nullable=False),  # "session" or "token"
    Column("name", Words, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("expires_at", Utc),
    Column("used_at", Utc),
)
"""What opens the operators' pages."""


erasures = Table(
    "erasures",
    metadata,
    Column("subscription_id", String(40), primary_key=True),  # no foreign key: a restored database may not have it
    Column("mark", String(48), nullable=False, index=True),  # keyed hash; empty if nobody wished it
    Column("at", Utc, nullable=False),
)
"""Who must stay erased, see `erasures.py`."""

revisions = Table(
    "revisions",
    metadata,
    Column("name", String(16), primary_key=True),
    Column("number", Key, nullable=False),
)
"""One row, moved by whatever a page or a feed would show; see `revisions.py`."""
slots = Table(
    "slots",
    metadata,
    Column("name", String, primary_key=True),  # what is to be done: "look:SOURCE", or the name of a task
    Column("at", Utc, nullable=False),  # the moment that somebody took last; it only moves forward
    Column("made_at", Utc, nullable=False),
    Column("done_at", Utc),
    Column("since", Utc),  # since when it has been done without a pause
)
"""Of several schedulers, the one that moves a slot forward gives out the job."""

listings = Table(
    "listings",
    metadata,
    Column("publisher", String, primary_key=True),
    Column("url", Words, nullable=False),
    Column("etag", Words, nullable=False),
    Column("last_modified", Words, nullable=False),
    Column("fingerprint", Words, nullable=False),
    Column("items", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("failing_since", Utc),
    Column("next_due_at", Utc, nullable=False),
    Column("last_look_at", Utc),
    Column("last_good_at", Utc),
    Column("last_outcome", Named(Outcome)),
    Column("last_reason", Words, nullable=False),
)

found = Table(
    "found",
    metadata,
    Column("source_id", String, primary_key=True),  # of a row of `sources`, which is made after this one
    Column("publisher", String, nullable=False),
    Column("token", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("names", Json, nullable=False),
    Column("place", String, nullable=False),
    Column("url", Words, nullable=False),
    Column("kind", String, nullable=False),
    Column("iso3", String(3), nullable=False),
    Column("region", String(2), nullable=False),
    Column("first_seen_at", Utc, nullable=False),
    Column("missing_since", Utc),
    UniqueConstraint("publisher", "token", name="uq_found_once"),
)
"""Destinations that a publisher's list named; none is ever taken out, so that a shorter list ends no watch."""


alarms = Table(
    "alarms",
    metadata,
    Column("id", Key, primary_key=True),
    Column("name", String(32), nullable=False),
    Column("about", String(100), nullable=False),
    Column("detail", Words, nullable=False),
    Column("stops", Boolean, nullable=False),
    Column("raised_at", Utc, nullable=False),
    Column("seen_at", Utc, nullable=False),
    Column("ended_at", Utc),
    Column("told_at", Utc),
    Column("end_told_at", Utc),
    Index(
        "uq_alarms_once",
        "name",
        "about",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)
"""What needs an operator: once while it lasts."""

pulses = Table(
    "pulses",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("at", Utc, nullable=False),
)
"""When each part of the service last came to an end of its work."""


COUNTED = {"preserve_rowcount": True}
"""For an INSERT whose number of new rows is asked for; else the library forgets it with the cursor on PostgreSQL."""


def insert(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ON CONFLICT, in the words of that database."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
