"""The half of the store that only asks: what the status page and the commands read.

Every method sees what has been committed, never waits for a writer, and may be called from any
thread.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from monitor.audience import Delivery, DeliveryState, Subscription
from monitor.errors import StoreError
from monitor.model import (
    Campaign,
    ChangeState,
    Edit,
    Severity,
    Snapshot,
    SourceState,
    SourceView,
    StoredChange,
    VisitRow,
)
from monitor.store import (
    bodies,
    boilerplate,
    campaigns,
    changes,
    deliveries,
    edits,
    subscriptions,
    upkeep,
    watching,
)
from monitor.store.engine import Database


class Reader:
    """An open database that is only asked."""

    def __init__(self, database: Database) -> None:
        self._db = database

    # -- sources -----------------------------------------------------------------------
    def due(self, now: datetime, limit: int = 100) -> tuple[str, ...]:
        """Ids of the watched sources whose time has come, longest overdue first."""
        with self._db.read() as conn:
            return watching.due(conn, now, limit)

    def next_due_at(self) -> datetime | None:
        """When the next watched source is due; None if none is watched."""
        with self._db.read() as conn:
            return watching.next_due_at(conn)

    def state(self, source_id: str) -> SourceState:
        """Where we stand with a source; blank if the database has never heard of it."""
        with self._db.read() as conn:
            return watching.state(conn, source_id)

    def overview(self) -> tuple[SourceView, ...]:
        """Every watched source with its newest told change, by destination and publisher."""
        with self._db.read() as conn:
            return watching.overview(conn)

    def visits(self, source_id: str, limit: int = 50) -> tuple[VisitRow, ...]:
        """The history of a source, newest first."""
        with self._db.read() as conn:
            return watching.visited(conn, source_id, limit)

    # -- pages -------------------------------------------------------------------------
    def baseline(self, source_id: str) -> Snapshot | None:
        """What the next page is compared with. Raises StoreError if its body is damaged."""
        with self._db.read() as conn:
            snapshot_id = watching.baseline_id(conn, source_id)
            return None if snapshot_id is None else bodies.snapshot(conn, snapshot_id)

    def snapshot(self, snapshot_id: int) -> Snapshot | None:
        """A snapshot with its body. Raises StoreError if the body is damaged."""
        with self._db.read() as conn:
            return bodies.snapshot(conn, snapshot_id)

    def snapshots(self, source_id: str) -> tuple[tuple[int, datetime, str], ...]:
        """(id, taken_at, sha256) of every page kept of a source, oldest first."""
        with self._db.read() as conn:
            return bodies.taken(conn, source_id)

    def body(self, sha256: str) -> bytes | None:
        """The bytes of a kept page. Raises StoreError if they are damaged."""
        with self._db.read() as conn:
            return bodies.body(conn, sha256)

    # -- visits and changes ------------------------------------------------------------
    def change(self, change: int | str) -> StoredChange | None:
        """The change with this id (a number) or event id ("evt_...")."""
        with self._db.read() as conn:
            return changes.one(conn, change)

    def changes(
        self,
        *,
        destination: str | None = None,
        source_id: str | None = None,
        limit: int = 50,
        before_id: int | None = None,
        states: Iterable[ChangeState] | None = None,
        severities: Iterable[Severity] | None = None,
    ) -> tuple[StoredChange, ...]:
        """Changes, newest first; the next page begins before the last one's id."""
        with self._db.read() as conn:
            return changes.listed(
                conn,
                destination=destination,
                source_id=source_id,
                limit=limit,
                before_id=before_id,
                states=states,
                severities=severities,
            )

    def held(self, older_than: datetime) -> tuple[StoredChange, ...]:
        """Changes that have waited for a second look since then or longer, oldest first."""
        with self._db.read() as conn:
            return changes.held(conn, older_than)

    def recent_signatures(
        self,
        *,
        publisher: str,
        destination: str,
        since: datetime,
        except_source: str,
        gathered: bool = True,
    ) -> tuple[tuple[int, frozenset[str]], ...]:
        """What other routes of this publisher said since then: (change id, signatures).

        Without `gathered`, only what had or has a notice of its own.
        """
        with self._db.read() as conn:
            return changes.signatures(
                conn,
                publisher=publisher,
                destination=destination,
                since=since,
                except_source=except_source,
                gathered=gathered,
            )

    # -- site-wide edits ---------------------------------------------------------------
    def gathering(
        self, older_than: datetime, limit: int | None = None
    ) -> tuple[StoredChange, ...]:
        """Changes that have waited since then or longer for others like them, oldest first."""
        with self._db.read() as conn:
            return changes.gathering(conn, older_than, limit)

    def boilerplate(self, publisher: str, marks: Collection[str]) -> frozenset[str]:
        """Those of the marks that the publisher's feed shows on many destinations."""
        with self._db.read() as conn:
            return boilerplate.known(conn, publisher, marks)

    def learned_at(self, publisher: str) -> datetime | None:
        """When such marks of this publisher were last learned."""
        with self._db.read() as conn:
            return boilerplate.learned_at(conn, publisher)

    def edits(
        self, *, publisher: str, marks: Collection[str], since: datetime
    ) -> tuple[Edit, ...]:
        """Where these statements appeared since then, oldest first."""
        with self._db.read() as conn:
            return edits.said(conn, publisher, marks, since)

    def open_campaigns(
        self, *, publisher: str, since: datetime
    ) -> tuple[tuple[str, frozenset[str]], ...]:
        """(id, marks) of the campaigns that grew since then, oldest first."""
        with self._db.read() as conn:
            return campaigns.open_since(conn, publisher, since)

    def campaign(self, campaign_id: str, members: int | None = None) -> Campaign | None:
        """A campaign as it is, or as it was with its first so many members."""
        with self._db.read() as conn:
            example_id = campaigns.example(conn, campaign_id)
            example = None if example_id is None else changes.one(conn, example_id)
            return None if example is None else campaigns.one(conn, campaign_id, members, example)

    def watched_destinations(self, publisher: str) -> int:
        """How many destinations of a publisher are watched."""
        with self._db.read() as conn:
            return watching.destinations(conn, publisher)

    # -- subscriptions -----------------------------------------------------------------
    def subscriptions(self, *, removed: bool = False) -> tuple[Subscription, ...]:
        """The active subscriptions, oldest first; with `removed` also those that have ended."""
        with self._db.read() as conn:
            return subscriptions.listed(conn, removed=removed)

    def subscription(self, subscription_id: str) -> Subscription | None:
        with self._db.read() as conn:
            return subscriptions.one(conn, subscription_id)

    # -- deliveries --------------------------------------------------------------------
    def deliveries(
        self,
        *,
        change_id: int | None = None,
        campaign_id: str | None = None,
        state: DeliveryState | None = None,
        limit: int = 100,
    ) -> tuple[Delivery, ...]:
        """Deliveries, newest first."""
        with self._db.read() as conn:
            return deliveries.listed(
                conn, change_id=change_id, campaign_id=campaign_id, state=state, limit=limit
            )

    # -- upkeep ------------------------------------------------------------------------
    def counts(self) -> Mapping[str, int]:
        """Numbers for the metrics: `visits.<outcome>`, `changes.<state>`, `deliveries.<state>`,
        `sources.watched`, `bodies`, `bytes`."""
        with self._db.read() as conn:
            return upkeep.counts(conn)

    def check(self) -> list[str]:
        """One sentence for each thing wrong inside the database. Reads all of it: slow."""
        try:
            with self._db.read() as conn:
                return upkeep.problems(conn)
        except StoreError as error:
            return [str(error)]
