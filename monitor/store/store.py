"""The store: the one door to the database. It takes and gives values, never rows.

Each method here is one transaction: it is written as a whole, or StoreError is raised and nothing
was. What can be asked is in `reader.py`. All methods may be called from any thread.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from monitor.audience import Channel, Delivery, Subscription
from monitor.errors import StoreError
from monitor.model import CampaignIntent, Record, Recorded, Settlement, Source
from monitor.store import (
    changes,
    deliveries,
    gathering,
    migrate,
    record,
    subscriptions,
    upkeep,
    watching,
)
from monitor.store.engine import Database
from monitor.store.reader import Reader

_PRUNED_AT_ONCE = 2000
"""Visits per transaction, so that a long clean-up never keeps anybody waiting."""


class Store(Reader):
    """An open database at today's version. Close it when done."""

    def __init__(self, database: Database, message_domain: str) -> None:
        super().__init__(database)
        self._domain = message_domain

    @classmethod
    def open(
        cls,
        url: str,
        *,
        durable: bool = True,
        message_domain: str = "monitor.invalid",
        wait: float = 10.0,
    ) -> Store:
        """Open the database, making or upgrading it first if need be.

        `durable=False` risks the newest seconds in a power cut, for replays and tests.
        `message_domain` ends every Message-ID. `wait`: seconds to wait for another program's lock.
        Raises StoreError with what to do: damaged, not a database, not writable, disk full,
        locked, another program's, written by a newer monitor.
        """
        database = Database(url, durable=durable, wait=wait)
        try:
            database.make_file()
            migrate.to_head(database)
            with database.write():
                pass  # whoever may only read should hear it now, not at the first visit
        except StoreError:
            database.close()
            raise
        return cls(database, message_domain)

    def close(self) -> None:
        self._db.close()

    # -- sources -----------------------------------------------------------------------
    def sync_sources(
        self,
        sources: Sequence[Source],
        now: datetime,
        first_due: Mapping[str, datetime] | None = None,
    ) -> None:
        """Watch exactly these sources. Nothing is forgotten about those no longer named."""
        with self._db.write() as conn:
            watching.sync(conn, sources, now, first_due or {})

    def postpone(self, source_id: str, until: datetime) -> None:
        """Move a source's due time without a visit (after a bug in its check)."""
        with self._db.write() as conn:
            watching.postpone(conn, source_id, until)

    # -- visits and changes ------------------------------------------------------------
    def record(self, record: Record) -> Recorded:
        """Write all that one visit causes. Recording it again adds nothing."""
        return self.record_many((record,))[0]

    def record_many(self, records: Sequence[Record]) -> list[Recorded]:
        """Write several records in one transaction: all of them, or none."""
        with self._db.write() as conn:
            return [record.write(conn, one, domain=self._domain) for one in records]

    def settle(self, settlement: Settlement, now: datetime) -> int:
        """Settle a change without a visit (held too long); how many deliveries that wrote."""
        with self._db.write() as conn:
            return changes.settle(conn, settlement, now, self._domain)

    def settle_gathered(
        self, settlements: Sequence[Settlement], made: Sequence[CampaignIntent], now: datetime
    ) -> int:
        """Settle gathered changes with the campaigns they make; how many deliveries that wrote."""
        with self._db.write() as conn:
            return gathering.settle(conn, settlements, made, now, self._domain)

    # -- subscriptions -----------------------------------------------------------------
    def add_subscription(self, sub: Subscription) -> Subscription:
        """Store a subscription, or revive the one with this channel, address and destinations."""
        with self._db.write() as conn:
            return subscriptions.add(conn, sub)

    def remove_subscription(self, subscription_id: str) -> bool:
        """End a subscription; False if there is none to end. Nothing more is sent to it."""
        with self._db.write() as conn:
            return subscriptions.remove(conn, subscription_id)

    # -- deliveries --------------------------------------------------------------------
    def claim(
        self,
        now: datetime,
        *,
        owner: str,
        limit: int = 20,
        lease: float = 300,
        channels: Iterable[Channel] | None = None,
    ) -> tuple[Delivery, ...]:
        """Take due deliveries for `lease` seconds; no two workers are given the same one."""
        with self._db.read() as conn:
            if not deliveries.any_due(conn, now):
                return ()
        with self._db.write() as conn:
            return deliveries.claim(
                conn, now, owner=owner, limit=limit, lease=lease, channels=channels
            )

    def sent(self, delivery_id: int, now: datetime, detail: str = "", *, owner: str) -> bool:
        """It was accepted. False, and nothing written, if `owner` no longer holds the claim."""
        with self._db.write() as conn:
            return deliveries.sent(conn, delivery_id, now, detail, owner)

    def retry(self, delivery_id: int, at: datetime, error: str, *, owner: str) -> bool:
        """Try it again at that time. False if `owner` no longer holds the claim."""
        with self._db.write() as conn:
            return deliveries.retry(conn, delivery_id, at, error, owner)

    def give_up(self, delivery_id: int, now: datetime, error: str, *, owner: str) -> bool:
        """Trying again cannot help. False if `owner` no longer holds the claim."""
        with self._db.write() as conn:
            return deliveries.give_up(conn, delivery_id, now, error, owner)

    def release(self, owner_prefix: str) -> int:
        """Give back the claims of a dead process, due at once; how many that were."""
        with self._db.write() as conn:
            return deliveries.release(conn, owner_prefix)

    def resend(self, delivery_id: int, now: datetime) -> bool:
        """Start again with a delivery that was given up; False if there is no such one."""
        with self._db.write() as conn:
            return deliveries.resend(conn, delivery_id, now)

    # -- upkeep ------------------------------------------------------------------------
    def prune(self, now: datetime, *, keep_visits: timedelta) -> int:
        """Forget old unchanged visits; how many. Whatever a change rests on stays."""
        with self._db.read() as conn:
            ids = upkeep.source_ids(conn)
        before, gone = now - keep_visits, 0
        for source_id in ids:
            while self._any_old(source_id, before):
                with self._db.write() as conn:
                    gone += upkeep.prune(conn, source_id, before, _PRUNED_AT_ONCE)
        with self._db.write() as conn:
            upkeep.prune_bodies(conn)
        return gone

    def _any_old(self, source_id: str, before: datetime) -> bool:
        with self._db.read() as conn:
            return upkeep.any_old(conn, source_id, before)
