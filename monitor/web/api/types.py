"""What the API gives out and takes in. The description of the API is made from these types; ids never change."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Generic, TypeVar

import msgspec
from msgspec import Meta

from monitor.audience import Cadence, DeliveryState, Form, Language, MessageKind, Scope, SubscriptionState
from monitor.model import ChangeKind, ChangeState, Direction, Outcome, Severity
from monitor.posture import Rung

T = TypeVar("T")
Time = Annotated[datetime, Meta(tz=True)]
"""RFC 3339, with a zone."""


class _Given(msgspec.Struct, frozen=True, kw_only=True):
    """What we give out."""


class _Taken(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What we take in: a name we do not know is a mistake of the caller, not to be passed over."""


class Page(_Given, Generic[T], frozen=True):
    """Some of a list."""

    items: list[T]
    next: str | None = None
    """Address of the next page, relative to this server; null on the last one."""


class Problem(_Given, frozen=True):
    """What went wrong, as RFC 9457 has it."""

    title: str
    status: int
    detail: str
    type: str = "about:blank"
    field: str | None = None
    """The field or parameter to mend, if there is one."""


# --------------------------------------------------------------------------------------
# Changes
# --------------------------------------------------------------------------------------
class Fact(_Given, frozen=True):
    """A fact that moved."""

    kind: str
    before: str | None
    after: str | None
    direction: Direction


class Finding(_Given, frozen=True):
    """One difference of meaning, with the words before and after."""

    section: str
    heading_path: list[str]
    kind: ChangeKind
    severity: Severity
    rule: str
    reason: str
    summary: str
    before: str | None
    after: str | None
    facts: list[Fact]
    unannounced: bool
    """The publisher's own note, where there is one, does not speak of it."""


class TakenBack(_Given, frozen=True):
    """A correction or withdrawal of what was told."""

    kind: MessageKind
    at: Time
    remark: str


class Summary(_Given, frozen=True):
    """A change in short, as lists have it."""

    event_id: str
    source_id: str
    publisher: str
    destination: str
    destination_name: str
    taken_at: Time
    outcome: Outcome
    state: ChangeState
    confirmed: bool
    severity: Severity
    headline: str
    campaign: str | None
    """The campaign that tells it, or a part of it."""
    page: str
    """Address of its page."""


class Change(Summary, frozen=True):
    """A change with its evidence."""

    url: str
    sentences: list[str]
    findings: list[Finding]
    note: str | None
    """The publisher's own words on what it changed."""
    level: str
    """As the page stated it."""
    stated_at: str
    verified_at: Time | None
    before_sha256: str
    after_sha256: str
    witnesses: list[str]
    """Other sources that showed the same edit."""
    taken_back: list[TakenBack]


class Campaign(_Given, frozen=True):
    """One edit on many destinations, told once."""

    id: str
    publisher: str
    severity: Severity
    headline: str
    sentences: list[str]
    first_at: Time
    example: str
    """Event id of the change whose words stand for all."""
    destinations: list[str]
    """Keys of those on which it appeared so far."""
    findings: list[Finding]
    taken_back: list[TakenBack]
    page: str


# --------------------------------------------------------------------------------------
# Sources and where they stand
# --------------------------------------------------------------------------------------
class Hold(_Given, frozen=True):
    """A measure that stands, and the sentence that says so."""

    rung: Rung
    quote: str
    section: str


class Area(_Given, frozen=True):
    area: str
    words: str


class Stand(_Given, frozen=True):
    """Where one source stood, from a time on."""

    source_id: str
    publisher: str
    since: Time
    event_id: str | None
    """The change that brought it; null for a first look."""
    level: int | None
    level_words: str
    areas: list[Area]
    risks: list[str]
    holds: list[Hold]
    height: int
    """Of the gravest measure that stands, 0 to 7."""


class Source(_Given, frozen=True):
    """A page we promised to watch, and where we stand with it."""

    id: str
    url: str
    kind: str
    publisher: str
    destination: str
    destination_name: str
    level: str
    last_outcome: Outcome | None
    last_reason: str
    last_visit_at: Time | None
    last_good_at: Time | None
    next_due_at: Time | None
    failures: int
    failing_since: Time | None


class Destination(_Given, frozen=True):
    """What is watched of one destination."""

    key: str
    name: str
    sources: list[Source]
    stands: list[Stand]
    page: str


class Visit(_Given, frozen=True):
    """One look at a source, and how it ended."""

    id: int
    source_id: str
    taken_at: Time
    outcome: Outcome
    reason: str
    status: int | None
    elapsed: float
    """Seconds."""
    event_id: str | None


class ChainLink(_Given, frozen=True):
    """One place in the chain of hashes over all captures."""

    position: int
    entry: str
    link: str


class Health(_Given, frozen=True):
    """Numbers by name, such as `visits.unchanged`, `deliveries.waiting`."""

    version: str
    counts: dict[str, int]


# --------------------------------------------------------------------------------------
# Subscriptions
# --------------------------------------------------------------------------------------
Minute = Annotated[int, Meta(ge=0, le=1439)]


class Quiet(_Taken, frozen=True):
    """Quiet hours, as minutes of the reader's day; may run past midnight."""

    first: Minute
    last: Minute


class Wishes(_Taken, frozen=True):
    """What a subscription asks for."""

    destinations: Annotated[list[Annotated[str, Meta(max_length=80)]], Meta(max_length=500)] = []
    """Keys; empty for every destination."""
    scope: Scope = Scope.EVERYTHING
    sections: Annotated[list[Annotated[str, Meta(max_length=16)]], Meta(max_length=10)] = []
    floor: Severity = Severity.LOW
    cadence: Cadence = Cadence.IMMEDIATE
    hour: Annotated[int, Meta(ge=0, le=23)] = 7
    weekday: Annotated[int, Meta(ge=0, le=6)] = 0
    quiet: Quiet | None = None
    critical_at_once: bool = True
    zone: Annotated[str, Meta(max_length=40)] = "UTC"
    language: Language = Language.EN
    form: Form = Form.FULL
    verified: bool = False
    blindness: bool = True


class Ask(_Taken, frozen=True):
    """A request to be told, which the address itself has to confirm."""

    address: Annotated[str, Meta(min_length=3, max_length=254)]
    wishes: Wishes = Wishes()


class Asked(_Given, frozen=True):
    """The same for every address, known or not: what became of it is told to the address alone."""

    said: str


class Subscription(_Given, frozen=True):
    """A subscription as its reader sees it."""

    state: SubscriptionState
    address: str
    """Known again by its owner, and by nobody else."""
    wishes: Wishes


class Delivery(_Given, frozen=True):
    """One message to one reader, without the address."""

    id: int
    kind: MessageKind
    event_id: str
    subscription_id: str
    channel: str
    severity: Severity
    state: DeliveryState
    attempts: int
    created_at: Time
    next_try_at: Time | None
    ended_at: Time | None
    last_error: str


class Resent(_Given, frozen=True):
    id: int
    resent: bool


# --------------------------------------------------------------------------------------
# Parameters
# --------------------------------------------------------------------------------------
Limit = Annotated[int, Meta(ge=1, le=200)]
Name = Annotated[str, Meta(max_length=100)]


class Nothing(_Taken, frozen=True):
    """No parameters."""


class Paged(_Taken, frozen=True):
    """How much of a list, and from where."""

    limit: Limit = 50
    cursor: Name = ""
    """From the `next` of the page before."""


class ChangesAsked(Paged, frozen=True):
    destination: Name = ""
    source: Name = ""
    severity: Severity = Severity.NONE
    """This and graver."""
    state: ChangeState | None = None
    since: Time | None = None
    """Seen at or after this time (ISO 8601 with a zone)."""
    until: Time | None = None
    """Seen before this time."""


class SourcesAsked(Paged, frozen=True):
    destination: Name = ""


class LinksAsked(_Taken, frozen=True):
    start: Annotated[int, Meta(ge=1, le=2**53)] = 1
    limit: Annotated[int, Meta(ge=1, le=1000)] = 100


class StandsAsked(_Taken, frozen=True):
    since: Time | None = None


class DeliveriesAsked(_Taken, frozen=True):
    state: DeliveryState | None = None
    event_id: Name = ""
    limit: Limit = 50


class Leaving(_Taken, frozen=True):
    erase: bool = False
    """Also forget whose it was."""
