"""The store: the one door to the database. It takes and gives values, never rows.

Each method here is one transaction: it is written as a whole, or StoreError is raised and nothing
was. What can be asked is in `reader.py`. All methods may be called from any thread.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from sqlalchemy import Connection

from monitor.alarm import Alarm, Raised
from monitor.audience import (
    Bulletin,
    Channel,
    Delivery,
    Group,
    Limits,
    Pass,
    Proposal,
    Subscription,
    SubscriptionState,
    Verified,
    Wishes,
)
from monitor.core import rollcall
from monitor.core.alarms import turn
from monitor.core.rollcall import Roll
from monitor.errors import StoreError
from monitor.listed import Entry, Listing, ListState
from monitor.model import CampaignIntent, Record, Recorded, Settlement, Source
from monitor.posture import Posture
from monitor.store import (
    alarms,
    audits,
    bounces,
    bulletins,
    changes,
    deliveries,
    digests,
    erasures,
    gathering,
    groups,
    listings,
    migrate,
    notes,
    passes,
    proposals,
    queue,
    quiet,
    record,
    slots,
    soundness,
    stands,
    subscriptions,
    upkeep,
    watching,
)
from monitor.store.engine import Database
from monitor.store.erasures import Ledger
from monitor.store.groups import Acknowledgement
from monitor.store.reader import Reader
from monitor.store.vault import Vault
from monitor.store.work import Task

_PRUNED_AT_ONCE = 2000
"""Visits per transaction, so that a long clean-up never keeps anybody waiting."""


_UNANSWERED = timedelta(days=30)


class Store(Reader):
    """An open database at today's version. Close it when done."""

    def __init__(self, database: Database, message_domain: str, vault: Vault, ledger: Ledger) -> None:
        super().__init__(database, vault)
        self._domain, self._ledger = message_domain, ledger
        self._owed: dict[int, tuple[dict[str, object], bool]] = {}
        self._notes = notes.Together(
            lambda many: database.lasting(lambda conn: notes.write(conn, many), by=database.line)
        )
        self._quiet = quiet.Group(self._record_quiet)

    @classmethod
    def open(
        cls,
        url: str,
        *,
        durable: bool = True,
        message_domain: str = "monitor.invalid",
        wait: float = 10.0,
        secret: str = "",
        ledger: Path | None = None,
    ) -> Store:
        """Open the database, making or upgrading it first if need be.

        `durable=False` risks the newest seconds in a power cut, for replays and tests.
        `message_domain` ends every Message-ID. `wait`: seconds to wait for another program's lock. `secret` seals
        the addresses; an empty one seals nothing from anybody, for replays and tests. `ledger` is the file that says
        who was erased; beside the database if not given, for SQLite.
        Raises StoreError with what to do: damaged, not a database, not writable, disk full,
        locked, another program's, written by a newer monitor, sealed with another secret.
        """
        database, vault = Database(url, durable=durable, wait=wait), Vault(secret)
        beside = Path(f"{database.path}.erased") if database.path else None
        erased = Ledger(ledger or beside)
        try:
            database.make_file()
            soundness.examine(database)
            database.look_at_server()
            migrate.to_head(database, vault)
            with database.write() as conn:  # whoever may only read should hear it now, not at the first visit
                subscriptions.readable(conn, vault)
                back = erasures.apply(conn, erased)
            if back:
                database.forget()
        except StoreError:
            database.close()
            raise
        return cls(database, message_domain, vault, erased)

    def close(self) -> None:
        try:
            self._quiet.flush()
        finally:
            self._db.close()

    # -- several machines --------------------------------------------------------------
    @property
    def shared(self) -> bool:
        """Whether other processes may work on this database at the same time (PostgreSQL)."""
        return not self._db.sqlite

    def alone(self, name: str) -> AbstractContextManager[None]:
        """Of all processes on this database, only one is in here under this name. On SQLite there is one process."""
        return self._db.alone(name)

    def ahead(self, now: datetime) -> timedelta:
        """By how much this clock is ahead of the database's, by which all machines go. One machine has one clock."""
        if not self.shared:
            return timedelta()
        with self._db.read() as conn:
            return now - slots.clock(conn)

    def give_out(self, now: datetime, looks: int = 500) -> int:
        """Have what is due now done by somebody, each thing once, however many ask; how many jobs that made."""
        with self._db.write() as conn:
            return slots.give_out(conn, now, looks)

    def done(self, task: Task, now: datetime) -> None:
        """Note that this came to its end."""
        with self._db.write() as conn:
            slots.done(conn, task, now)

    def sweep(self, now: datetime) -> int:
        """Make jobs for deliveries that are overdue and for which none waits; how many."""
        with self._db.write() as conn:
            return slots.sweep(conn, now)

    def analyze(self) -> None:
        """Have PostgreSQL look at how large its tables have become."""
        with self._db.write() as conn:
            slots.analyze(conn)

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

    def watch_also(self, sources: Sequence[Source], now: datetime, first_due: Mapping[str, datetime]) -> None:
        """Watch these sources too, as they are named here; no other watch ends."""
        with self._db.write() as conn:
            watching.sync(conn, sources, now, first_due, rest_ends=False)

    # -- lists of publishers -----------------------------------------------------------
    def sync_lists(self, wanted: Sequence[Listing], now: datetime) -> None:
        """Know exactly these lists of publishers, each due now if it is new or has moved."""
        with self._db.write() as conn:
            listings.sync(conn, wanted, now)

    def postpone_list(self, publisher: str, until: datetime) -> None:
        """Move a list's due time without a look (after a bug in reading it)."""
        with self._db.write() as conn:
            listings.postpone(conn, publisher, until)

    def believe_list(self, publisher: str, now: datetime) -> None:
        """Forget how long a list was, and have it looked at now."""
        with self._db.write() as conn:
            listings.believe(conn, publisher, now)

    def note_list(self, state: ListState, listed: Sequence[Entry] | None) -> Roll | None:
        """Write how a look at a list ended and, if given, what it names; what that changes."""
        with self._db.write() as conn:
            return listings.note(conn, state, listed, rollcall.call)

    # -- visits and changes ------------------------------------------------------------
    def record(self, record: Record) -> Recorded:
        """Write all that one visit causes. Recording it again adds nothing."""
        return self.record_many((record,))[0]

    def record_many(self, records: Sequence[Record]) -> list[Recorded]:
        """Write several records in one transaction: all of them, or none."""
        with self._db.write() as conn:
            return [record.write(conn, one, domain=self._domain) for one in records]

    def record_soon(self, record: Record) -> Recorded:
        """As `record`, but what nothing follows from may wait for others like it, a second at most, for `flush` or
        `close`; its visit is 0 then. On PostgreSQL nothing waits: workers that share it look one at a time."""
        if self.shared or not quiet.is_quiet(record):
            return self.record(record)
        self._quiet.add(record)
        return Recorded(visit_id=0)

    def flush(self) -> None:
        """Write the visits that wait. Raises StoreError; those sources stay due then."""
        self._quiet.flush()

    def _record_quiet(self, records: Sequence[Record]) -> None:
        with self._db.write() as conn:
            if quiet.write(conn, records):
                return
            conn.rollback()
        self.record_many(records)

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
        """Store a subscription, or give the one with this channel, address and destinations these wishes."""
        with self._db.write() as conn:
            return subscriptions.add(conn, sub, self._vault)

    def remove_subscription(
        self, subscription_id: str, now: datetime | None = None, reason: str = "ended by the operator"
    ) -> bool:
        """End a subscription; False if there is none to end. Nothing more is sent to it."""
        with self._db.write() as conn:
            return subscriptions.end(conn, subscription_id, now or datetime.now(UTC), reason)

    def propose(
        self, proposal_id: str, asked: Subscription, *, sender: str, now: datetime, limits: Limits
    ) -> Proposal | None:
        """Keep what was asked for and write the mail that asks to confirm it; None if that is asked too often."""
        with self._db.write() as conn:
            return proposals.propose(
                conn, proposal_id, asked, sender=sender, now=now, limits=limits,
                domain=self._domain, vault=self._vault,
            )  # fmt: skip

    def confirm(self, proposal_id: str, now: datetime) -> Subscription | None:
        """Do what was asked for, once; the subscription as it stands then. None if there is nothing to confirm."""
        with self._db.write() as conn:
            return proposals.confirm(conn, proposal_id, now, self._vault)

    def wish(self, subscription_id: str, wishes: Wishes, now: datetime) -> Subscription | None:
        """Take new wishes; None if there is no such subscription, or it has ended."""
        with self._db.write() as conn:
            return subscriptions.wish(conn, subscription_id, wishes, now, self._vault)

    def move(self, subscription_id: str, to: SubscriptionState, reason: str, now: datetime) -> bool:
        """Pause, suspend or start a subscription again; False if that is no change."""
        with self._db.write() as conn:
            return subscriptions.move(conn, subscription_id, to, reason, now)

    def erase(self, subscription_id: str, now: datetime) -> bool:
        """End it and forget whose it was and what it asked for; False if there is no such subscription.

        It stays erased when an older backup is put back.
        """
        with self._db.write() as conn:
            done = erasures.erase(conn, subscription_id, now, self._vault, self._ledger)
        if done:
            self._db.forget()
        return done

    def rotate_secret(self, subscription_id: str, now: datetime) -> int | None:
        """The number of the endpoint's new signing secret; None if there is no such subscription."""
        with self._db.write() as conn:
            return subscriptions.rotate(conn, subscription_id, now)

    def note_bounce(
        self, *, fingerprint: str, kind: str, status: str, delivery_id: int | None, message_id: str | None,
        now: datetime,
    ) -> str | None:  # fmt: skip
        """Count what a relay sent back, once, and suspend if that is due; whose it was, None if nobody's of ours."""
        with self._db.write() as conn:
            return bounces.note(conn, fingerprint=fingerprint, kind=kind, status=status, delivery_id=delivery_id,
                                message_id=message_id, now=now)  # fmt: skip

    # -- organisations -----------------------------------------------------------------
    def enrol(self, group: Group, members: Sequence[Subscription]) -> tuple[Group, tuple[Subscription | None, ...]]:
        """Store an organisation with these contacts, all or none; None for each who left by an own choice."""
        with self._db.write() as conn:
            return groups.enrol(conn, group, members, self._vault)

    def acknowledge(self, event_id: str, subscription_id: str, now: datetime) -> Acknowledgement | None:
        """Note that this reader saw it, and call nobody further down the chain. None if it was never told to it."""
        with self._db.write() as conn:
            return groups.acknowledge(conn, event_id, subscription_id, now)

    # -- bulletins and digests ---------------------------------------------------------
    def announce(self, bulletin: Bulletin, *, to: str = "") -> int:
        """Store a bulletin with its deliveries, once; how many deliveries are new."""
        with self._db.write() as conn:
            return bulletins.add(conn, bulletin, to=to, domain=self._domain)

    def make_digest(self, subscription_id: str, now: datetime, verified: Mapping[str, tuple[Verified, ...]]) -> bool:
        """Gather a digest that is due, with where the reader's destinations stand; False if there is none to send.

        `verified` is by destination key.
        """
        with self._db.write() as conn:
            return digests.make(conn, subscription_id, now, verified, domain=self._domain, vault=self._vault)

    # -- deliveries --------------------------------------------------------------------
    def claim(
        self,
        now: datetime,
        *,
        owner: str,
        limit: int = 20,
        lease: float = 300,
        channels: Iterable[Channel] | None = None,
        within: tuple[int, int] | None = None,
    ) -> tuple[Delivery, ...]:
        """Take due deliveries for `lease` seconds; no two workers are given the same one.

        With `within`, only those with a number from the first to the second. What was handed over and could not be
        noted is noted first, so that it does not go out again.
        """
        self._db.tidy()
        self.pay()
        with self._db.read() as conn:
            if not deliveries.any_due(conn, now):
                return ()
        with self._db.write() as conn:
            return deliveries.claim(
                conn, now, self._vault, owner=owner, limit=limit, lease=lease, channels=channels, within=within
            )

    def sent(
        self, delivery_id: int, now: datetime, detail: str = "", *, owner: str, digest: bool = False
    ) -> bool:
        """It was accepted. False, and nothing written, if `owner` no longer holds the claim.

        With a `digest`, all that it told is told. A power cut may forget the newest of these notes, and the message
        is then repeated with the same Message-ID and bytes; a kill forgets none. A note that cannot be written now
        is kept, and written before the next claim.
        """
        given = deliveries.handed_over(delivery_id, now, detail, owner)
        try:
            return self._note_sent(delivery_id, given, digest)
        except StoreError:
            self._owed[delivery_id] = given, digest
            raise

    def pay(self) -> None:
        """Note what was handed over and could not be noted then."""
        for delivery_id, (given, digest) in list(self._owed.items()):
            self._note_sent(delivery_id, given, digest)

    def _note_sent(self, delivery_id: int, given: dict[str, object], digest: bool) -> bool:
        """Write the note, now or later: a full disk or a locked database must not make us tell twice."""

        def note(conn: Connection) -> bool:
            held = conn.scalar(deliveries.SENT, given) is not None
            if held:
                digests.sent(conn, delivery_id, cast(datetime, given["at"]))
            return held

        if digest:
            held = self._db.lasting(note)
        elif self.shared:
            held = self._notes.note(given)
        else:
            held = self._db.note(deliveries.SENT, given) is not None
        self._owed.pop(delivery_id, None)
        return held

    def retry(
        self, delivery_id: int, at: datetime, error: str, *, owner: str, counts: bool = True, owed: bool = True
    ) -> bool:
        """Try it again at that time; False if `owner` no longer holds the claim. What only had to wait counts not;
        what its reader does not want before then is not `owed` before then either."""
        if counts:
            return self._db.lasting(lambda conn: deliveries.retry(conn, delivery_id, at, error, owner))
        given = deliveries.handed_over(delivery_id, at, error, owner) | {"owed": None if owed else at}
        if not self.shared:
            return self._db.note(deliveries.PUT_BACK, given) is not None
        return self._db.lasting(lambda conn: deliveries.put_back(conn, given))

    def give_up(self, delivery_id: int, now: datetime, error: str, *, owner: str) -> bool:
        """Trying again cannot help. False if `owner` no longer holds the claim."""
        return self._db.lasting(lambda conn: deliveries.give_up(conn, delivery_id, now, error, owner))

    def release(self, owner_prefix: str) -> int:
        """Give back the claims of a dead process or a pass that broke off, due at once; how many that were."""
        self.pay()
        with self._db.write() as conn:
            return deliveries.release(conn, owner_prefix)

    def resend(self, delivery_id: int, now: datetime) -> bool:
        """Start again with a delivery that was given up; False if there is no such one."""
        with self._db.write() as conn:
            return deliveries.resend(conn, delivery_id, now)

    def resend_alike(self, delivery_id: int, now: datetime) -> int:
        """Start again with all that were given up on this one's channel for its reason; how many that were."""
        with self._db.write() as conn:
            return queue.resend_alike(conn, delivery_id, now)

    # -- operators ---------------------------------------------------------------------
    def issue_pass(self, token: str, *, kind: str, name: str, now: datetime, expires_at: datetime | None) -> Pass:
        """Make this random token open the operators' pages ("session") or the API ("token"). Only its hash is kept."""
        with self._db.write() as conn:
            return passes.issue(conn, token, kind=kind, name=name, now=now, expires_at=expires_at)

    def open_with(self, token: str, kind: str, now: datetime, *, idle: timedelta | None = None) -> Pass | None:
        """What this token opens; None if nothing, or no longer, or if nobody used it for so long. Its use is noted
        once a minute."""
        with self._db.read() as conn:
            found = passes.found(conn, token, kind, now, idle)
        if found is not None and passes.stale(found, now):
            with self._db.write() as conn:
                passes.used(conn, token, now)
        return found

    def revoke_pass(self, token_or_id: str) -> bool:
        """Close a session or token, named by itself or by its id; False if there is none."""
        with self._db.write() as conn:
            return passes.revoke(conn, token_or_id) > 0

    # -- watching the watcher ----------------------------------------------------------
    def turn_alarms(self, found: Sequence[Alarm], now: datetime) -> tuple[tuple[Raised, ...], tuple[Raised, ...]]:
        """Raise, keep and end alarms after an audit found these; which are new, and which are over."""
        with self._db.write() as conn:
            return alarms.take(conn, turn(alarms.standing(conn), found, now), now)

    def alarms_told(self, begun: Sequence[int], ended: Sequence[int], now: datetime) -> None:
        """Note that the operator had a mail about these beginnings and ends."""
        with self._db.write() as conn:
            alarms.told(conn, begun, ended, now)

    def pulse(self, name: str, now: datetime) -> None:
        """Note that a part of the service has just come to the end of its work."""
        with self._db.write() as conn:
            audits.pulse(conn, name, now)

    def bring_back(self, now: datetime) -> int:
        """Make due what a clock that ran ahead put off: sources seen, and messages written, at a time still to come,
        and digests.

        How many those were. A message that has to wait waits as long as it would have.
        """
        with self._db.write() as conn:
            if self.shared:
                slots.bring_back(conn, now)
            moved = watching.bring_back(conn, now) + deliveries.bring_back(conn, now)
            return moved + digests.bring_back(conn, now)

    def note_stand(self, source: Source, taken_at: datetime, posture: Posture) -> None:
        """Keep where a source stands, for one whose page was kept before postures were read."""
        with self._db.write() as conn:
            stands.note(conn, source, taken_at, posture, None)

    # -- upkeep ------------------------------------------------------------------------
    def prune(self, now: datetime, *, keep_visits: timedelta) -> int:
        """Forget old unchanged visits; how many. Whatever a change rests on stays.

        Also forgets who asked to be subscribed a month ago and never confirmed.
        """
        with self._db.read() as conn:
            ids = upkeep.source_ids(conn)
        before, gone = now - keep_visits, 0
        for source_id in ids:
            while self._any_old(source_id, before):
                with self._db.write() as conn:
                    gone += upkeep.prune(conn, source_id, before, _PRUNED_AT_ONCE)
        with self._db.write() as conn:
            upkeep.prune_bodies(conn)
            unanswered = subscriptions.unanswered(conn, now - _UNANSWERED)
            forgotten = [erasures.erase(conn, one, now, self._vault, self._ledger, wished=False) for one in unanswered]
            if self.shared:
                slots.forget_jobs(conn)
        if forgotten:
            self._db.forget()
        return gone

    def _any_old(self, source_id: str, before: datetime) -> bool:
        with self._db.read() as conn:
            return upkeep.any_old(conn, source_id, before)
