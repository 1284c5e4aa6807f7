"""The nouns of who is told: subscriptions, what they ask for, and the messages they get. Standard library only.

Times are aware and UTC; a reader's own clock (quiet hours, the hour of a digest) is named by an IANA zone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from monitor.model import Campaign, Finding, Severity, StoredChange

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


# --------------------------------------------------------------------------------------
# What a reader may ask for
# --------------------------------------------------------------------------------------
class Channel(StrEnum):
    MAIL = "mail"
    WEBHOOK = "webhook"
    SLACK = "slack"
    MATTERMOST = "mattermost"
    TEAMS = "teams"
    APPRISE = "apprise"
    FILE = "file"


class Scope(StrEnum):
    """Which changes a reader wants; what is critical reaches everybody."""

    EVERYTHING = "everything"
    POSTURE = "posture"
    """Level, areas, departure, embassy, movement: where the government stands, and nothing else."""
    SECTIONS = "sections"
    """The chosen parts of a page only."""


class Cadence(StrEnum):
    IMMEDIATE = "immediate"
    DAILY = "daily"
    WEEKLY = "weekly"


class Form(StrEnum):
    FULL = "full"
    THIN = "thin"
    """Under 10 KB, for a slow link."""
    SHORT = "short"
    """160 characters of plain text, for SMS gateways."""


class Language(StrEnum):
    """Of our own words; the publisher's stay as they are."""

    EN = "en"
    FR = "fr"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What one subscription asks for."""

    destinations: tuple[str, ...] = ()
    """Destination keys; empty means every destination."""
    scope: Scope = Scope.EVERYTHING
    sections: tuple[str, ...] = ()
    """Names of `core.zones.Zone`, if the scope is `sections`."""
    floor: Severity = Severity.LOW
    cadence: Cadence = Cadence.IMMEDIATE
    hour: int = 7
    """Hour of a digest on the reader's clock."""
    weekday: int = 0
    """Day of a weekly digest; Monday is 0."""
    quiet: tuple[int, int] | None = None
    """First and last minute of the quiet hours on the reader's clock; may run past midnight."""
    critical_at_once: bool = True
    """What is critical waits for no digest and no quiet hours."""
    zone: str = "UTC"
    language: Language = Language.EN
    form: Form = Form.FULL
    verified: bool = False
    """Wants a digest also when nothing changed: that we looked, and when."""
    blindness: bool = True
    """Wants to know when we cannot see a destination, and when we can again."""


class SubscriptionState(StrEnum):
    PENDING = "pending"
    """Asked for, not confirmed: nothing is sent but the confirmation."""
    ACTIVE = "active"
    PAUSED = "paused"
    """By the reader: nothing is kept for later."""
    SUSPENDED = "suspended"
    """By us: mail to it bounces, or its endpoint is gone. An operator may start it again."""
    ENDED = "ended"


LEFT = "unsubscribed by its reader"
"""Why a subscription ended, if its reader said so; an operator's table does not bring it back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """Who wants what, from which severity, how often, by which channel."""

    id: str
    channel: Channel
    address: str = field(repr=False)
    """Kept sealed in the database; empty once it was erased."""
    wishes: Wishes = Wishes()
    state: SubscriptionState = SubscriptionState.ACTIVE
    created_at: datetime = NEVER
    group_id: str | None = None
    turn: int = 0
    """Place in the group's chain: who has turn n is told of a critical change when n waits have passed
    without an acknowledgement; 0 is told at once."""
    key: int = 0
    """Number of the endpoint's signing secret; each rotation counts one up."""
    rotated_at: datetime | None = None

    @property
    def active(self) -> bool:
        return self.state is SubscriptionState.ACTIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """An organisation: several contacts and endpoints, and how long a critical notice may lie unread."""

    id: str
    name: str
    wait: float = 0.0
    """Seconds until the next contact is told of a critical notice that nobody acknowledged; 0 = no chain."""
    created_at: datetime = NEVER


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Wishes that wait for their owner's confirmation, sent to the address itself."""

    id: str
    subscription_id: str
    wishes: Wishes
    created_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many confirmation mails may be asked for."""

    gap: timedelta = timedelta(minutes=10)
    """Between two to one address."""
    per_day: int = 3
    """To one address."""
    per_sender: int = 10
    """In one hour, from one sender."""


# --------------------------------------------------------------------------------------
# What is told
# --------------------------------------------------------------------------------------
class MessageKind(StrEnum):
    NOTICE = "notice"
    CAMPAIGN = "campaign"
    DIGEST = "digest"
    BLIND = "blind"
    ALL_CLEAR = "all_clear"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"
    TEST = "test"
    CONFIRM = "confirm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """Where a destination stands and when its publisher's page was last seen."""

    destination: str
    publisher: str
    level: str
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Signed addresses for one reader; empty where there is none."""

    manage: str = ""
    unsubscribe: str = ""
    """One-click (RFC 8058): a POST ends the subscription, a GET shows a button."""
    act: str = ""
    """What this message asks its reader to do: confirm, or acknowledge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What one subscription is told at one time; knows no channel."""

    event_id: str
    """Stable id of what is told: a change ("evt_..."), a campaign, a digest, a bulletin. A correction and a
    withdrawal bear the id of the change that they are about."""
    destination: str
    publisher: str
    severity: Severity
    headline: str
    sentences: tuple[str, ...]
    findings: tuple[Finding, ...]
    source_url: str
    page_url: str
    """Address of the change on our own pages, empty if there is none."""
    before_sha256: str
    after_sha256: str
    stated_at: str
    """Date that the source itself states ("2026-06-08"), empty if it states none."""
    seen_at: datetime
    """When we first saw the change."""
    verified_at: datetime
    """When we last saw the page."""
    confirmed: bool
    witnesses: tuple[str, ...] = ()
    """Other routes of the same publisher that show the same change."""
    note: str | None = None
    level: str = ""
    """Where it stands now, in the source's words ("Level 4: Do not travel")."""
    why: str = ""
    """Why you got this: one plain sentence."""
    kind: MessageKind = MessageKind.NOTICE
    destinations: tuple[str, ...] = ()
    """Of a campaign: the names of the destinations that the reader watches and that it reached."""
    language: Language = Language.EN
    form: Form = Form.FULL
    zone: str = "UTC"
    left_out: int = 0
    """Findings outside what this reader asked for."""
    items: tuple[Notice, ...] = ()
    """Of a digest: what it tells, heaviest first."""
    verified: tuple[Verified, ...] = ()
    """Of a digest: where each of the reader's destinations stands."""
    remark: str = ""
    """Of a correction or a withdrawal: the operator's words."""
    references: tuple[str, ...] = ()
    """Message-IDs of earlier messages to this reader about the same event, oldest first."""
    links: Links = Links()


# --------------------------------------------------------------------------------------
# Handing it over
# --------------------------------------------------------------------------------------
class DeliveryState(StrEnum):
    WAITING = "waiting"
    GATHERED = "gathered"
    """Waits for the reader's next digest."""
    CLAIMED = "claimed"
    SENT = "sent"
    GIVEN_UP = "given_up"
    CALLED_OFF = "called_off"
    """Nobody needs it any more: acknowledged by another contact, withdrawn, or unsubscribed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The record of handing one notice to one channel. The row is the truth."""

    id: int
    event_id: str
    """What it tells: the change ("evt_..."), the campaign ("cmp_..."), the digest or the bulletin."""
    subscription_id: str
    channel: Channel
    address: str = field(repr=False)
    message_id: str
    """RFC 5322 Message-ID or webhook-id; fixed when the row is made, before the first attempt."""
    created_at: datetime
    kind: MessageKind = MessageKind.NOTICE
    severity: Severity = Severity.LOW
    confirmed: bool = True
    """Whether a second look had agreed when the row was made: a repeat must say what the first said."""
    attempts: int = 0
    state: DeliveryState = DeliveryState.WAITING
    next_try_at: datetime | None = None
    last_error: str = ""
    sent_at: datetime | None = None
    context: tuple[tuple[str, str], ...] = field(default=())
    members: int | None = None
    """How far a campaign had come when the row was made; None for a change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What one publisher says of one destination."""

    destination: str
    name: str
    publisher: str
    seen: bool = False
    """At the end of a blindness: whether we see it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin:
    """Something to tell that is no change: blindness and its end, a correction, a withdrawal, a test."""

    id: str
    kind: MessageKind
    created_at: datetime
    destination: str = ""
    destination_name: str = ""
    publisher: str = ""
    about: str = ""
    """The change that it corrects or withdraws, or the blindness that it ends."""
    remark: str = ""
    """The operator's words."""
    since: datetime | None = None
    """Since when we are, or were, blind."""
    reason: str = ""
    """Why we cannot see, in one sentence."""
    level: str = ""
    """Where the advice stood when we last saw it."""
    url: str = ""
    places: tuple[Place, ...] = ()
    """Of a blindness that goes beyond one destination: all that we cannot see; of its end, what has become of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What one reader gets at one time instead of single notices."""

    id: str
    subscription_id: str
    since: datetime
    until: datetime
    items: tuple[tuple[Delivery, StoredChange | Campaign], ...]
    verified: tuple[Verified, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A bulletin with what one reader's message about it needs."""

    bulletin: Bulletin
    about: StoredChange | Campaign | None = None
    """What it corrects or withdraws."""
    references: tuple[str, ...] = ()
    """Message ids of what this reader was told before about the same, oldest first."""
    pending: bool = False
    """What it corrects is still on its way to this reader, and must arrive first."""


Told = StoredChange | Campaign | Digest | Report | Proposal
"""What a delivery can be about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What opens the operators' pages or the API: a session of a browser, or a token for a program."""

    id: str
    """The first characters of the token's hash: enough to name it, of no use to open anything."""
    kind: str
    """"session" or "token"."""
    name: str
    created_at: datetime
    expires_at: datetime | None = None
    used_at: datetime | None = None
