"""The half of the store that only asks: what the status page and the commands read.

Every method sees what has been committed, never waits for a writer, and may be called from any
thread.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from monitor.alarm import Raised, Seen, Vitals
from monitor.audience import (
    Bulletin,
    Channel,
    Delivery,
    DeliveryState,
    Group,
    Pass,
    Proposal,
    Subscription,
    Told,
)
from monitor.backlog import Backlog
from monitor.errors import StoreError
from monitor.history import Around, Capture, Portrait
from monitor.listed import Found, ListState, ListView
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
from monitor.places import PlaceRow, Route, Wanted, Watch
from monitor.posture import Stand
from monitor.proof import Link
from monitor.store import (
    about,
    alarms,
    around,
    audits,
    bodies,
    boilerplate,
    bulletins,
    campaigns,
    chain,
    changes,
    deliveries,
    digests,
    edits,
    erasures,
    groups,
    listings,
    passes,
    places,
    portraits,
    proposals,
    queue,
    revisions,
    slots,
    stands,
    subjects,
    subscriptions,
    timeline,
    upkeep,
    watching,
)
from monitor.store.engine import Database
from monitor.store.revisions import Revision
from monitor.store.vault import Vault
from monitor.store.work import Task


class Reader:
    """An open database that is only asked."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._db, self._vault = database, vault

    # -- who was erased ----------------------------------------------------------------
    def erased(self, channel: Channel, address: str) -> datetime | None:
        """When this address was erased, unless its reader has come back since; None if it never was."""
        with self._db.read() as conn:
            return erasures.when(conn, channel, address, self._vault)
    # -- several machines --------------------------------------------------------------
    def last_done(self, task: Task) -> tuple[datetime | None, datetime | None]:
        """When this last came to its end, on any machine, and since when it does so without a pause."""
        with self._db.read() as conn:
            return slots.last_done(conn, task)

    def owners(self) -> tuple[str, ...]:
        """Who holds claims on deliveries."""
        with self._db.read() as conn:
            return deliveries.owners(conn)

    # -- lists of publishers -----------------------------------------------------------
    def list_states(self, publishers: Collection[str]) -> tuple[ListState, ...]:
        """Where we stand with these lists."""
        with self._db.read() as conn:
            return listings.states(conn, publishers)

    def lists_due(self, publishers: Collection[str], now: datetime) -> tuple[str, ...]:
        """The publishers among these whose list is to be looked at now."""
        with self._db.read() as conn:
            return listings.due(conn, publishers, now)

    def found(self, publishers: Collection[str]) -> tuple[Found, ...]:
        """Every destination that the lists of these publishers ever named."""
        with self._db.read() as conn:
            return listings.named(conn, publishers)

    def lists(self, since: datetime) -> tuple[ListView, ...]:
        """The lists as operators see them; new is what was first named after `since`."""
        with self._db.read() as conn:
            return listings.views(conn, since)

    def list_marks(self, publishers: Collection[str]) -> tuple[tuple[str, str], ...]:
        """Equal ones mean that these lists named nothing else meanwhile."""
        with self._db.read() as conn:
            return listings.marks(conn, publishers)

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

    def states(self, source_ids: Sequence[str]) -> dict[str, SourceState]:
        """Where we stand with each of these sources, asked at once; those never heard of are missing."""
        with self._db.read() as conn:
            return watching.states(conn, source_ids)

    def overview(self, destinations: Sequence[str] | None = None) -> tuple[SourceView, ...]:
        """Every watched source, or those of these destinations, with its newest told change."""
        with self._db.read() as conn:
            return watching.overview(conn, destinations)

    def visits(self, source_id: str, limit: int = 50, before_id: int | None = None) -> tuple[VisitRow, ...]:
        """The history of a source, newest first; the next page begins before the last one's id."""
        with self._db.read() as conn:
            return watching.visited(conn, source_id, limit, before_id)

    def sources(
        self, *, after: str = "", limit: int = 50, destinations: Sequence[str] | None = None
    ) -> tuple[SourceView, ...]:
        """Watched sources by id, the next page after the last one's; without their changes."""
        with self._db.read() as conn:
            return watching.listed(conn, after, limit, destinations)

    def source(self, source_id: str) -> SourceView | None:
        """One watched source, without its changes."""
        with self._db.read() as conn:
            return watching.one(conn, source_id)

    def catalogue(self, after: str, limit: int) -> tuple[tuple[str, str], ...]:
        """(key, name) of the watched destinations by key, the next page after the last one's."""
        with self._db.read() as conn:
            return watching.catalogue(conn, after, limit)

    def portrait(self, source_id: str, now: datetime) -> Portrait | None:
        """One source with its numbers, watched or not; None if there never was one."""
        with self._db.read() as conn:
            return portraits.one(conn, source_id, now)

    def captures(self, source_id: str, limit: int = 50, before_id: int | None = None) -> tuple[Capture, ...]:
        """The kept pages of a source without their bytes, newest first."""
        with self._db.read() as conn:
            return portraits.kept(conn, source_id, limit, before_id)

    # -- the overview ------------------------------------------------------------------
    def watch(self, late: datetime) -> Watch:
        """How much is watched; a look due before `late` is overdue."""
        with self._db.read() as conn:
            return places.watch(conn, late)

    def places(
        self, wanted: Wanted, *, late: datetime, limit: int = 50, offset: int = 0, findings: bool = False
    ) -> tuple[tuple[PlaceRow, ...], int]:
        """One page of the destinations asked for, by name, and how many there are in all."""
        with self._db.read() as conn:
            return places.listed(conn, wanted, late=late, limit=limit, offset=offset, findings=findings)

    def latest(
        self, severities: Iterable[Severity], limit: int, *, findings: bool = False
    ) -> tuple[StoredChange, ...]:
        """The newest changes of these severities, for a list."""
        with self._db.read() as conn:
            return places.latest(conn, severities, limit, findings=findings)

    def routes(self) -> tuple[Route, ...]:
        """Every watched source and how it is doing, for the metrics."""
        with self._db.read() as conn:
            return places.routes(conn)

    def place_name(self, destination: str) -> str | None:
        """The name of a watched destination; None if none of its sources is watched."""
        with self._db.read() as conn:
            return places.name(conn, destination)

    def most_overdue(self) -> tuple[str, datetime] | None:
        """The watched source that has been due longest, and since when."""
        with self._db.read() as conn:
            return places.most_overdue(conn)

    def revision(self) -> Revision:
        """Moves whenever a page or a feed may say something else."""
        with self._db.read() as conn:
            return revisions.now(conn)

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

    # -- one destination ---------------------------------------------------------------
    def watched_sources(self, destination: str) -> tuple[SourceView, ...]:
        """The watched sources of a destination, by publisher, without their changes."""
        with self._db.read() as conn:
            found = watching.listed(conn, "", 1000, [destination])
            return tuple(sorted(found, key=lambda one: (one.publisher, one.state.source_id)))

    def timeline(
        self, destination: str, *, states: Collection[ChangeState], severities: Collection[Severity],
        publisher: str = "", kinds: Collection[str] = (), since: datetime | None = None,
        until: datetime | None = None, before_id: int | None = None, limit: int = 50,
    ) -> tuple[StoredChange, ...]:  # fmt: skip
        """A destination's changes, newest first; with `kinds` only those that have a fact of such a kind."""
        with self._db.read() as conn:
            return timeline.timeline(
                conn, destination, states=states, severities=severities, publisher=publisher, kinds=kinds,
                since=since, until=until, before_id=before_id, limit=limit,
            )  # fmt: skip

    def moments(self, destination: str) -> tuple[datetime, ...]:
        """When a destination had news, without what was withdrawn; oldest first."""
        with self._db.read() as conn:
            return timeline.moments(conn, destination)

    def taken_back(self, names: Collection[str]) -> Mapping[str, Bulletin]:
        """The newest correction or withdrawal of each of these changes and campaigns."""
        with self._db.read() as conn:
            return timeline.taken_back(conn, names)

    # -- where sources stand -----------------------------------------------------------
    def stands(self, destination: str, since: datetime | None = None) -> tuple[Stand, ...]:
        """Every posture that a destination's sources took, oldest first."""
        with self._db.read() as conn:
            return stands.of_destination(conn, destination, since)

    def standing(self, destinations: Sequence[str]) -> tuple[Stand, ...]:
        """Where each watched source of these destinations stands now."""
        with self._db.read() as conn:
            return stands.current(conn, destinations)

    def without_stand(self) -> tuple[str, ...]:
        """Watched sources with a baseline whose posture was never read."""
        with self._db.read() as conn:
            return stands.missing(conn)

    # -- the chain over all captures ---------------------------------------------------
    def chain_head(self) -> Link | None:
        """The newest link, which stands for all captures before it; None while nothing was kept."""
        with self._db.read() as conn:
            return chain.head(conn)

    def chain_since(self, position: int, limit: int = 1000) -> tuple[Link, ...]:
        """The links from this position on, oldest first."""
        with self._db.read() as conn:
            return chain.since(conn, position, limit)

    def chain_place(self, source_id: str, taken_at: datetime) -> Link | None:
        """The place of one capture; None if there is none."""
        with self._db.read() as conn:
            return chain.place(conn, source_id, taken_at)

    # -- operators ---------------------------------------------------------------------
    def passes(self) -> tuple[Pass, ...]:
        """The operators' tokens and open sessions, newest first."""
        with self._db.read() as conn:
            return passes.listed(conn)

    def backlog(self, now: datetime) -> Backlog:
        """What waits, what was given up and what is held back, for the operators' page. Never an address."""
        with self._db.read() as conn:
            return queue.backlog(conn, now)

    # -- watching the watcher ----------------------------------------------------------
    def audited(self, now: datetime, canary_id: str = "") -> Seen:
        """What an audit looks at: what is owed, what was given up, what waits, and when each part last worked."""
        with self._db.read() as conn:
            held, gathering = queue.waiting(conn)
            return Seen(
                pulses=audits.pulsed(conn), most_overdue=places.most_overdue(conn),
                last_good_at=audits.last_good_at(conn), owing=audits.owing(conn, now),
                given_up=audits.given_up(conn, now), held=held, gathering=gathering,
                blind=bulletins.open_blindness(conn), unanswered=queue.unanswered(conn, now),
                canary=audits.canary(conn, canary_id) if canary_id else None,
            )  # fmt: skip

    def alarms(self) -> tuple[Raised, ...]:
        """What needs an operator now, oldest first."""
        with self._db.read() as conn:
            return alarms.standing(conn)

    def alarms_to_tell(self, now: datetime) -> tuple[Raised, ...]:
        """The alarms whose beginning or end the operator has had no mail about."""
        with self._db.read() as conn:
            return alarms.untold(conn, now)

    def vitals(self, now: datetime) -> Vitals:
        """The figures of watching the watcher, for Prometheus."""
        with self._db.read() as conn:
            held, gathering = queue.waiting(conn)
            canary = audits.last_canary(conn)
            return Vitals(alarms=alarms.counted(conn), pulses=audits.pulsed(conn), owing=audits.owing(conn, now),
                          held_since=held.oldest_at, gathering_since=gathering.oldest_at,
                          canary_at=canary.sent_at if canary and canary.well else None)  # fmt: skip

    # -- visits and changes ------------------------------------------------------------
    def change(self, change: int | str) -> StoredChange | None:
        """The change with this id (a number) or event id ("evt_...")."""
        with self._db.read() as conn:
            return changes.one(conn, change)

    def captures_by_id(self, source_id: str, ids: Collection[int]) -> tuple[Capture, ...]:
        """Those of a source's kept pages that have these ids."""
        with self._db.read() as conn:
            return portraits.named(conn, source_id, ids)

    def change_between(self, source_id: str, before: str, after: str) -> StoredChange | None:
        """The newest change of a source from the page with one SHA-256 to the page with the other."""
        with self._db.read() as conn:
            return changes.between(conn, source_id, before, after)

    def around(self, change: StoredChange, also: Collection[str] = ()) -> Around:
        """What stands around a change; `also` are further names under which it was told."""
        with self._db.read() as conn:
            return around.around(conn, change, also)

    def changes_by_id(self, ids: Collection[int]) -> tuple[StoredChange, ...]:
        """The changes with these ids, oldest first."""
        with self._db.read() as conn:
            return changes.by_id(conn, ids)

    def changes(
        self,
        *,
        destination: str | None = None,
        source_id: str | None = None,
        limit: int = 50,
        before_id: int | None = None,
        states: Iterable[ChangeState] | None = None,
        severities: Iterable[Severity] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> tuple[StoredChange, ...]:
        """Changes, newest first, seen from `since` to before `until`; the next page begins before the last one's id."""
        with self._db.read() as conn:
            return changes.listed(
                conn,
                destination=destination,
                source_id=source_id,
                limit=limit,
                before_id=before_id,
                states=states,
                severities=severities,
                since=since,
                until=until,
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
            return subjects.campaign(conn, campaign_id, members)

    def watched_destinations(self, publisher: str) -> int:
        """How many destinations of a publisher are watched."""
        with self._db.read() as conn:
            return watching.destinations(conn, publisher)

    # -- subscriptions -----------------------------------------------------------------
    def subscriptions(
        self, *, removed: bool = False, group_id: str | None = None
    ) -> tuple[Subscription, ...]:
        """The subscriptions that have not ended, oldest first; with `removed` also those that have."""
        with self._db.read() as conn:
            return subscriptions.listed(conn, self._vault, removed=removed, group_id=group_id)

    def subscription(self, subscription_id: str) -> Subscription | None:
        with self._db.read() as conn:
            return subscriptions.one(conn, subscription_id, self._vault)

    def readers(self, ids: Collection[str]) -> Mapping[str, Subscription]:
        """The subscriptions with these ids."""
        with self._db.read() as conn:
            return subscriptions.some(conn, ids, self._vault)

    def subscriptions_of(self, channel: Channel, address: str) -> tuple[Subscription, ...]:
        """The subscriptions of one address that have not ended, newest first."""
        with self._db.read() as conn:
            return subscriptions.of_reader(conn, channel, address, self._vault)

    def proposal(self, proposal_id: str) -> Proposal | None:
        with self._db.read() as conn:
            return proposals.one(conn, proposal_id)

    def groups(self) -> tuple[Group, ...]:
        """The organisations, by name."""
        with self._db.read() as conn:
            return groups.listed(conn)

    def acknowledged(self, event_id: str) -> tuple[tuple[str, datetime], ...]:
        """(subscription id, when) of those who acknowledged it, first one first."""
        with self._db.read() as conn:
            return groups.acknowledged(conn, event_id)

    # -- bulletins and digests ---------------------------------------------------------
    def bulletin(self, bulletin_id: str) -> Bulletin | None:
        with self._db.read() as conn:
            return bulletins.one(conn, bulletin_id)

    def bulletins_about(self, event_id: str) -> tuple[Bulletin, ...]:
        """Corrections and withdrawals of a change or campaign, oldest first."""
        with self._db.read() as conn:
            return bulletins.about(conn, event_id)

    def bulletins_about_many(self, events: Collection[str]) -> Mapping[str, tuple[Bulletin, ...]]:
        """Corrections and withdrawals of these changes and campaigns, oldest first."""
        with self._db.read() as conn:
            return bulletins.about_many(conn, events)

    def open_blindness(self) -> tuple[Bulletin, ...]:
        """Blindness that was told and whose end was not, oldest first."""
        with self._db.read() as conn:
            return bulletins.open_blindness(conn)

    def last_outage_over(self) -> Bulletin | None:
        """The newest all-clear about several destinations at once."""
        with self._db.read() as conn:
            return bulletins.last_outage_over(conn)

    def told(self, delivery: Delivery) -> Told | None:
        """What a delivery tells, as it stood when the delivery was made; None if it is gone."""
        with self._db.read() as conn:
            return subjects.told(conn, delivery)

    def digests_due(self, now: datetime, limit: int = 500) -> tuple[str, ...]:
        """Ids of the subscriptions whose digest is due, longest overdue first."""
        with self._db.read() as conn:
            return tuple(digests.due(conn, now, limit))

    # -- deliveries --------------------------------------------------------------------
    def deliveries(
        self,
        *,
        subject: str | None = None,
        change_id: int | None = None,
        campaign_id: str | None = None,
        state: DeliveryState | None = None,
        limit: int = 100,
    ) -> tuple[Delivery, ...]:
        """Deliveries, newest first, without their addresses."""
        with self._db.read() as conn:
            return deliveries.listed(
                conn,
                subject=subject,
                change_id=change_id,
                campaign_id=campaign_id,
                state=state,
                limit=limit,
            )

    def messages_about(
        self, change_id: int, campaign_id: str | None = None
    ) -> tuple[tuple[DeliveryState, Channel, int], ...]:
        """(state, channel, number) of the messages about a change, and about its campaign."""
        with self._db.read() as conn:
            return about.messages(conn, change_id, campaign_id)

    def delivery(self, delivery_id: int) -> Delivery | None:
        """One delivery, without its address."""
        with self._db.read() as conn:
            return deliveries.one(conn, delivery_id)

    # -- upkeep ------------------------------------------------------------------------
    def counts(self) -> Mapping[str, int]:
        """Numbers for the metrics: `visits.<outcome>`, `changes.<state>`, `deliveries.<state>`,
        `subscriptions.<state>`, `sources.watched`, `bodies`, `bytes`."""
        with self._db.read() as conn:
            return upkeep.counts(conn)

    def check(self) -> list[str]:
        """One sentence for each thing wrong inside the database. Reads all of it: slow."""
        try:
            with self._db.read() as conn:
                return upkeep.problems(conn)
        except StoreError as error:
            return [str(error)]
