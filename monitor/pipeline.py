"""The first half of the story: check. Knows the order; is given the edges. (The other half is `deliver.py`.)

    check     fetch -> gate -> split -> diff -> facts -> classify -> record   (one transaction)

Nothing here touches the network, the disk or the clock itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from monitor import sources
from monitor.core import backoff, campaign, compose, signature, standing, verdict
from monitor.errors import FetchError, SplitError
from monitor.glances import Glances
from monitor.model import (
    Campaign,
    CampaignIntent,
    ChangeIntent,
    ChangeState,
    Comparison,
    Edit,
    Finding,
    Outcome,
    Page,
    Record,
    Recorded,
    Settlement,
    Severity,
    Snapshot,
    Source,
    SourceState,
    StoredChange,
    Visit,
)
from monitor.posture import Posture

SECOND_LOOK = timedelta(seconds=60)
"""How long after a doubtful or unconfirmed change we look again."""
HOLD = timedelta(minutes=30)
"""A held change that nobody could confirm for so long is told, marked as unconfirmed."""
FLIP = timedelta(days=30)
"""A change that is undone within this time is told as taken back."""
SAME_EDIT = timedelta(days=90)
"""What one route of a publisher told within this time, and has not taken back, is no news from another:
the API serves copies that are months old (sources notes, 3.2)."""


GATHER = timedelta(minutes=60)
"""So long a change of at most medium weight waits for the same edit on other destinations."""


BIG = 2 * 2**20
"""Bytes: larger bodies are read one at a time. A body made to hurt takes some twenty times its size as a tree."""
_ONE_BIG = threading.Lock()


LEARN = timedelta(hours=20)
"""How old the memory of the publisher's boilerplate may get before a feed renews it."""


class Web(Protocol):
    def get(self, url: str, *, etag: str = "", last_modified: str = "", accept: str = "") -> Page: ...


class Book(Protocol):
    """What the pipeline needs from the store."""

    def state(self, source_id: str) -> SourceState: ...
    def baseline(self, source_id: str) -> Snapshot | None: ...
    def snapshot(self, snapshot_id: int) -> Snapshot | None: ...
    def change(self, change: int | str) -> StoredChange | None: ...
    def changes(self, *, source_id: str | None = None, limit: int = 50) -> tuple[StoredChange, ...]: ...
    def recent_signatures(
        self, *, publisher: str, destination: str, since: datetime, except_source: str, gathered: bool = True
    ) -> tuple[tuple[int, frozenset[str]], ...]: ...
    def watched_destinations(self, publisher: str) -> int: ...
    def edits(self, *, publisher: str, marks: Collection[str], since: datetime) -> tuple[Edit, ...]: ...
    def boilerplate(self, publisher: str, marks: Collection[str]) -> frozenset[str]: ...
    def learned_at(self, publisher: str) -> datetime | None: ...
    def open_campaigns(
        self, *, publisher: str, since: datetime
    ) -> tuple[tuple[str, frozenset[str]], ...]: ...
    def gathering(self, older_than: datetime, limit: int | None = None) -> tuple[StoredChange, ...]: ...
    def settle_gathered(
        self, settlements: Sequence[Settlement], made: Sequence[CampaignIntent], now: datetime
    ) -> int: ...
    def campaign(self, campaign_id: str, members: int | None = None) -> Campaign | None: ...
    def record(self, record: Record) -> Recorded: ...
    def held(self, older_than: datetime) -> tuple[StoredChange, ...]: ...
    def settle(self, settlement: Settlement, now: datetime) -> int: ...


# --------------------------------------------------------------------------------------
# Check
# --------------------------------------------------------------------------------------
def check(
    source: Source, *, book: Book, web: Web, now: Callable[[], datetime], jitter: Callable[[], float],
    turn: AbstractContextManager[object] | None = None, known: SourceState | None = None,
    record: Callable[[Record], Recorded] | None = None, glances: Glances | None = None,
) -> tuple[Visit, Recorded]:  # fmt: skip
    """Looks once at a source and records how that ended, with everything it causes.

    `turn` is held from the decision to the record: two routes of one publisher that see the same edit in the
    same second must not both be the first to tell it. `known` is where the source stood a moment ago; only an
    unchanged page is judged by it. `record` takes the place of the book's; `glances` remembers how pages look.
    Raises StoreError if nothing could be written. Page and network trouble are outcomes, not errors.
    """
    state = known or book.state(source.id)
    made = look(source, state, book=book, web=web, now=now, glances=glances)
    if known is not None and made.outcome is not Outcome.UNCHANGED and (state := book.state(source.id)) != known:
        # Somebody else looked, or decided, meanwhile.
        made = look(source, state, book=book, web=web, now=now, glances=glances)
    with turn or nullcontext():
        return made, (record or book.record)(decide(made, state, book=book, jitter=jitter()))


def look(
    source: Source, state: SourceState, *, book: Book, web: Web, now: Callable[[], datetime],
    glances: Glances | None = None,
) -> Visit:  # fmt: skip
    """One attempt to see the page, judged but not yet recorded."""
    try:
        page = web.get(source.url, etag=state.etag, last_modified=state.last_modified)
    except FetchError as error:
        return verdict.failed(source, error, now())
    with _ONE_BIG if len(page.body) > BIG else nullcontext():
        seen = _Seen(source, page, glances if page.status != 304 and len(page.body) <= BIG else None)
        made = verdict.visit(source, page, state=state, baseline=lambda: book.baseline(source.id), now=page.taken_at,
                             reads_as=seen.reads_as)  # fmt: skip
        if made.outcome is Outcome.UNCHANGED:
            seen.learn(state.fingerprint, book)
        if page.status != 304:
            made = replace(made, validators=(page.header("etag"), page.header("last-modified")))
        return _learning(made, page, book)


class _Seen:
    """A page beside what is remembered of how its source looks; nothing, if nothing is to be remembered."""

    def __init__(self, source: Source, page: Page, glances: Glances | None) -> None:
        self._source, self._page, self._glances = source, page, glances

    def reads_as(self, mark: str) -> bool:
        if self._glances is None or not self._glances.reads_as(self._source, self._page, mark):
            return False
        self._glances = None  # there is nothing more to learn from it
        return True

    def learn(self, mark: str, book: Book) -> None:
        if self._glances is not None:
            self._glances.learn(self._source, self._page, mark, lambda: book.baseline(self._source.id))


def _learning(made: Visit, page: Page, book: Book) -> Visit:
    """The visit of a feed with what many destinations in it share, where that was not learned lately."""
    if not made.outcome.good or page.status == 304 or not sources.is_feed(made.source):
        return made
    last = book.learned_at(made.source.publisher)
    if last is not None and made.taken_at - last < LEARN:
        return made
    try:
        return replace(made, shared=sources.shared(made.source, page))
    except SplitError:  # the cut of our own item was good; a broken neighbour only teaches nothing
        return made


def decide(made: Visit, state: SourceState, *, book: Book, jitter: float) -> Record:
    """What to write for this visit: next look, baseline, change, and what became of earlier ones."""
    failures = 0 if made.outcome.good else state.failures + 1
    due = backoff.next_look(made.taken_at, every=made.source.every, failures=failures,
                            retry_after=made.retry_after, jitter=jitter, spread=made.source.spread)  # fmt: skip
    record = Record(visit=made, next_due_at=due, failures=failures, etag=state.etag,
                    last_modified=state.last_modified, follows=state.last_visit_at)  # fmt: skip
    if not made.outcome.good:
        return _again_soon(record, _waiting(made.source, state, book))
    if made.validators is not None:
        # Also of a page that reads the same: of a feed it is mostly others that changed, and with the old ETag the
        # whole of it would come at every look from now on.
        record = replace(record, etag=made.validators[0], last_modified=made.validators[1])
    waiting = _waiting(made.source, state, book)
    if made.outcome is Outcome.UNCHANGED:
        return replace(record, settlements=_confirmed(waiting, book))
    stand = standing.read(made.cut, made.source.destination) if made.cut is not None else None
    record = replace(record, new_baseline=True, posture=stand)
    if made.outcome is Outcome.FIRST or made.comparison is None:
        return record
    if waiting is not None and waiting.state is ChangeState.HELD and _is_back(made, waiting, book):
        return replace(record, settlements=(
            Settlement(change_id=waiting.id, state=ChangeState.REVERTED, confirmed=False),))  # fmt: skip
    intent = _intent(made, book)
    if intent.state is ChangeState.HELD or (intent.state is ChangeState.TOLD and not intent.confirmed):
        soon = made.taken_at + SECOND_LOOK
        record = replace(record, next_due_at=min(record.next_due_at, soon))
    # A held change that is followed by yet another edit is still on the page: it is told now. A second
    # route that says the same is as good as a second look.
    agreed = book.change(intent.witness_of) if intent.witness_of is not None else None
    return replace(record, change=intent, settlements=_confirmed(waiting, book) + _confirmed(agreed, book))


class Shelf(Protocol):
    """What is needed to read where a source stands from what is stored."""

    def baseline(self, source_id: str) -> Snapshot | None: ...
    def state(self, source_id: str) -> SourceState: ...
    def change(self, change: int | str) -> StoredChange | None: ...
    def note_stand(self, source: Source, taken_at: datetime, posture: Posture) -> None: ...


def read_stand(source: Source, shelf: Shelf) -> bool:
    """Reads where a source stands from its stored page; False while that page waits for a second look.

    Raises SplitError if today's adapter reads it no longer.
    """
    waiting = shelf.state(source.id).held_change_id
    held = shelf.change(waiting) if waiting is not None else None
    if held is not None and held.state is ChangeState.HELD:
        return False
    kept = shelf.baseline(source.id)
    if kept is not None:
        shelf.note_stand(source, kept.taken_at, standing.read(sources.cut(source, kept.page), source.destination))
    return True


def _again_soon(record: Record, waiting: StoredChange | None) -> Record:
    """A source that owes us a second look is asked again soon, until the hold is over and no longer."""
    if waiting is None or record.visit.retry_after or record.visit.taken_at > waiting.taken_at + HOLD:
        return record
    soon = record.visit.taken_at + 5 * SECOND_LOOK
    return replace(record, next_due_at=min(record.next_due_at, soon))


def _waiting(source: Source, state: SourceState, book: Book) -> StoredChange | None:
    """The change of this source that still lacks its second look."""
    if state.held_change_id is None:
        return None
    return book.change(state.held_change_id)


def _confirmed(waiting: StoredChange | None, book: Book) -> tuple[Settlement, ...]:
    if waiting is None:
        return ()
    if waiting.state is ChangeState.HELD:
        return (_let_go(waiting, book, confirmed=True),)
    if waiting.state is ChangeState.TOLD and not waiting.confirmed:
        return (Settlement(change_id=waiting.id, state=ChangeState.TOLD, confirmed=True),)
    return ()


def _let_go(held: StoredChange, book: Book, *, confirmed: bool) -> Settlement:
    """A held change is told, unless it first has to wait for others like it."""
    state = ChangeState.GATHERING if _gathers(held.severity, held.publisher, book) else ChangeState.TOLD
    return Settlement(change_id=held.id, state=state, confirmed=confirmed)


def _gathers(severity: Severity, publisher: str, book: Book) -> bool:
    """Whether a change waits for the same edit on other destinations: only where enough are watched to see it."""
    return campaign.may_wait(severity) and book.watched_destinations(publisher) >= campaign.SIZE


def _is_back(made: Visit, waiting: StoredChange, book: Book) -> bool:
    """Whether the page is again as it was before the held change (A-B-A)."""
    before = book.snapshot(waiting.before_snapshot_id) if waiting.before_snapshot_id else None
    return before is not None and before.fingerprint == made.fingerprint


def _intent(made: Visit, book: Book) -> ChangeIntent:
    found = made.comparison
    assert found is not None
    found = _lowered(found, made, book)
    signatures = signature.of(found)
    level = made.cut.first("level") if made.cut else None
    issued = made.cut.first("issued") if made.cut else None
    intent = ChangeIntent(comparison=found, state=ChangeState.TOLD, confirmed=True,
                          signatures=signatures, level=level.quote if level else "",
                          stated_at=issued.value if issued else "")  # fmt: skip
    if found.severity is Severity.NONE:
        return replace(intent, state=ChangeState.SILENT)
    intent = replace(intent, marks=signature.all_marks(found))
    standing = _said_elsewhere(made, book, gathered=True)
    loud = standing if campaign.may_wait(found.severity) else _said_elsewhere(made, book, gathered=False)
    rest = compose.without(
        found, lambda f: _known(f, standing if campaign.may_wait(f.severity) else loud, found.destination),
        found.destination)  # fmt: skip
    if rest.severity is Severity.NONE:
        witness = max((standing[one] for one in signatures if one in standing), default=None)
        return replace(intent, state=ChangeState.WITNESS, witness_of=witness)
    rest = _taken_back(rest, made, book)
    intent = replace(intent, comparison=rest, signatures=signature.of(rest))
    if rest.needs_second_look:
        return replace(intent, state=ChangeState.HELD, confirmed=False)
    return _beside_campaigns(intent, made, book)


def _lowered(found: Comparison, made: Visit, book: Book) -> Comparison:
    """Sentences that the feed carries for many destinations are the publisher's, not news of this one."""
    added = {id(f): [m for m in signature.marks(f, found.destination) if m[0] == "+"] for f in found.findings
             if f.severity is Severity.MEDIUM}  # fmt: skip
    known = book.boilerplate(made.source.publisher, {mark for marks in added.values() for mark in marks})
    if not known:
        return found
    return compose.lowered(found, lambda f: bool(added.get(id(f))) and known.issuperset(added[id(f)]),
                           found.destination)  # fmt: skip


def _taken_back(found: Comparison, made: Visit, book: Book) -> Comparison:
    """A change that only undoes one that was told lately is said to be that (A-B-A)."""
    said = set(signature.of(found))
    for change in book.changes(source_id=made.source.id, limit=20):
        if change.state is not ChangeState.TOLD or change.taken_at < made.taken_at - FLIP:
            continue
        undone = {
            signature.inverse(one) for f in change.findings if f.severity is not Severity.NONE
            for one in signature.statements(f, change.destination_name)
        }  # fmt: skip
        if said and said <= undone:
            return compose.taken_back(found, change.headline, f"{change.taken_at:%-d %B %Y}")
    return found


def _beside_campaigns(intent: ChangeIntent, made: Visit, book: Book) -> ChangeIntent:
    """What open campaigns tell is set aside; the rest is told at once, or first waits for others like it."""
    rest, shares = campaign.set_aside(intent.comparison, _told_by(intent, made, book))
    if rest.severity is Severity.NONE:
        return replace(intent, state=ChangeState.CAMPAIGN, shares=shares)
    state = ChangeState.GATHERING if _gathers(rest.severity, made.source.publisher, book) else ChangeState.TOLD
    return replace(intent, state=state, comparison=rest, shares=shares,
                   confirmed=rest.severity is not Severity.CRITICAL)  # fmt: skip


def _told_by(intent: ChangeIntent, made: Visit, book: Book) -> dict[str, str]:
    """Which open campaign tells which mark of this change, unless it is this destination's own news."""
    source, since = made.source, made.taken_at - campaign.WINDOW
    open_ = _open(source.publisher, since, book)
    if not open_:
        return {}
    opposite = {signature.inverse(mark) for mark in intent.marks}
    edits = book.edits(publisher=source.publisher, marks=opposite, since=since)
    own = campaign.back_again(edits, source.destination.key)
    return {mark: name for mark, name in open_.items() if mark not in own}


def _open(publisher: str, since: datetime, book: Book) -> dict[str, str]:
    """The marks of open campaigns; what a later campaign took back stands no longer."""
    open_ = book.open_campaigns(publisher=publisher, since=since)
    return signature.standing((name, sorted(marks)) for name, marks in open_)


def _known(finding: Finding, standing: Mapping[str, int], name: str) -> bool:
    said = signature.statements(finding, name)
    return bool(said) and all(one in standing for one in said)


def _said_elsewhere(made: Visit, book: Book, *, gathered: bool) -> dict[str, int]:
    """What other routes of this publisher said and have not taken back, and in which change.

    What weighs more than others may wait for is known only if it was told by itself.
    """
    told = book.recent_signatures(
        publisher=made.source.publisher, destination=made.source.destination.key,
        since=made.taken_at - SAME_EDIT, except_source=made.source.id, gathered=gathered,
    )  # fmt: skip
    return signature.standing(sorted(told, key=lambda one: one[0]))


def settle_held(*, book: Book, now: datetime) -> int:
    """Tells, as unconfirmed, the held changes that no second look could confirm in time."""
    told = 0
    for change in book.held(now - HOLD):
        told += book.settle(_let_go(change, book, confirmed=False), now)
    return told


def settle_gathered(*, book: Book, now: datetime) -> int:
    """Settles the changes whose wait for others like them is over, and those that the same campaign tells.

    Each publisher's are settled in one transaction: a kill leaves them all gathering, or none.
    """
    ripe = dict.fromkeys(change.publisher for change in book.gathering(now - GATHER))
    waiting = book.gathering(now) if ripe else ()
    told = 0
    for publisher in ripe:
        mine = [change for change in waiting if change.publisher == publisher]
        told += _settle(mine, publisher, book, now)
    return told


def _settle(gathered: Sequence[StoredChange], publisher: str, book: Book, now: datetime) -> int:
    since = now - campaign.WINDOW
    marks = campaign.marks(gathered)
    both = marks | {signature.inverse(mark) for mark in marks}
    plan = campaign.plan(gathered, now - GATHER, _open(publisher, since, book),
                         book.edits(publisher=publisher, marks=both, since=since))  # fmt: skip
    return book.settle_gathered(plan.settlements, plan.campaigns, now)


def first_due(sources: Sequence[Source], now: datetime, jitter: Callable[[], float]) -> dict[str, datetime]:
    """When to look at new sources first: two seconds apart on average, so that a start is not a burst.

    Those that are read from one address are due together.
    """
    addresses = dict.fromkeys(source.url for source in sources)
    spread = 2 * (len(addresses) - 1)
    due = {url: now + timedelta(seconds=spread * jitter()) for url in addresses}
    return {source.id: due[source.url] for source in sources}
