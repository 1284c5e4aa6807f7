"""The nouns: frozen values that every other module speaks in. Standard library only.

Times are aware and UTC. Text is as it stands on the page, with runs of blanks collapsed to one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from monitor.outcome import Outcome as Outcome  # one of the nouns, and told here
from monitor.posture import Posture


class Severity(StrEnum):
    """How much a change matters to a reader (not the level printed on the page)."""

    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        return _RANKS[self]

    def at_least(self, other: Severity) -> bool:
        return self.rank >= other.rank


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


def worst(severities: Iterable[Severity]) -> Severity:
    """The heaviest of them, `none` if there are none."""
    return max(severities, key=lambda s: s.rank, default=Severity.NONE)


class ChangeKind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    EDITED = "edited"
    MOVED = "moved"
    SPLIT = "split"
    MERGED = "merged"
    FORMAT = "format"


class Direction(StrEnum):
    """Whether a fact moved towards more danger (up), less (down), or neither."""

    UP = "up"
    DOWN = "down"
    NONE = "none"


class BlockKind(StrEnum):
    HEADING = "heading"
    LABEL = "label"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"


# --------------------------------------------------------------------------------------
# What we watch
# --------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """A country or area that people travel to; `key` is its slug ("mali")."""

    key: str
    name: str
    iso3: str = ""
    names: tuple[str, ...] = ()
    region: str = ""
    """ISO 3166 alpha-2, to read local telephone numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A page we promised to watch. `kind` is a name in `sources.ADAPTERS`."""

    id: str
    url: str
    kind: str
    publisher: str
    destination: Destination
    aliases: tuple[str, ...] = ()
    every: float = 3600.0
    """Seconds between two looks."""
    spread: float = 0.1
    """Share by which that varies, so that looks do not come in step."""
    select: str = ""
    """CSS selector of the content, for kind `headings`."""
    min_items: int = 0
    """A feed with fewer levelled items than this is implausible; 0 = compare with the baseline."""


# --------------------------------------------------------------------------------------
# What the web returned
# --------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the web returned: decoded bytes and HTTP facts."""

    url: str
    body: bytes
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    taken_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    final_url: str = ""
    elapsed: float = 0.0
    """Seconds from the first byte sent to the last byte read."""

    def header(self, name: str, default: str = "") -> str:
        """The last value of this header, whatever its case."""
        wanted, found = name.lower(), default
        for key, value in self.headers:
            if key.lower() == wanted:
                found = value
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A Page we kept. Identity: (source_id, taken_at); proof: sha256 of the body."""

    id: int
    source_id: str
    taken_at: datetime
    sha256: str
    page: Page
    fingerprint: str = ""


# --------------------------------------------------------------------------------------
# What today's adapter reads off a page
# --------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Link:
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, list item, table row, heading or label, with the headings it stands under.

    `text` is verbatim: every sentence of it can be quoted as proof. An inline label
    ("Crime:" in "Crime: text") is a block of its own (kind `label`) and ends the path of what
    follows it, so the label form and the heading form of one page compare as equal.
    """

    kind: BlockKind
    text: str
    path: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A headed piece of a page; `key` is stable while the heading is."""

    key: str
    heading: str
    blocks: tuple[Block, ...] = ()

    @property
    def text(self) -> str:
        return "\n".join(block.text for block in self.blocks)

    @property
    def links(self) -> tuple[Link, ...]:
        return tuple(link for block in self.blocks for link in block.links)


@dataclass(frozen=True, slots=True)
class Fact:
    """A value read off a page, with the words it was read from.

    Kinds set by adapters: level, area_level (subject = area), risk (value = letter), issued,
    page_date (ISO dates), updated (ISO time), note (the publisher's own change note), status
    (UK alert status), name (the destination the page says it is about), phone, email, link, map.
    """

    kind: str
    value: str
    quote: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A page as today's adapter reads it. Compared only with a cut of the same template."""

    template: str
    sections: tuple[Section, ...]
    facts: tuple[Fact, ...] = ()
    items: int = 0
    """How many entries the feed or list around it holds; 0 for a page of its own."""

    def values(self, kind: str) -> tuple[str, ...]:
        return tuple(fact.value for fact in self.facts if fact.kind == kind)

    def first(self, kind: str) -> Fact | None:
        return next((fact for fact in self.facts if fact.kind == kind), None)

    @property
    def level(self) -> int | None:
        fact = self.first("level")
        return int(fact.value) if fact else None

    @property
    def issued(self) -> date | None:
        fact = self.first("issued")
        return date.fromisoformat(fact.value) if fact else None

    @property
    def text(self) -> str:
        return "\n".join(section.text for section in self.sections)


# --------------------------------------------------------------------------------------
# What changed, and how it was judged
# --------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One unit of a page before and after; `before` and `after` are verbatim quotes."""

    section: str
    heading_path: tuple[str, ...] = ()
    kind: ChangeKind
    before: str | None = None
    after: str | None = None
    before_links: tuple[Link, ...] = ()
    after_links: tuple[Link, ...] = ()
    moved_from: tuple[str, ...] = ()
    """Section and headings under which words that moved stood before; `section` and `heading_path` are where they
    stand now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactChange:
    """A fact that moved; `kind` is one of `FACT_KINDS`."""

    kind: str
    before: str | None = None
    after: str | None = None
    direction: Direction = Direction.NONE

    def to_dict(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "before": self.before,
            "after": self.after,
            "direction": self.direction.value,
        }


FACT_KINDS = frozenset(
    "level_change area_level_change risk_added risk_removed area_added area_removed departure_order"
    " leave_now staff_restriction consular_reach embassy_status air_travel curfew emergency_state"
    " border phone_changed email_changed url_changed date_changed number_changed event_added"
    " event_removed entry_rule health_notice fee_changed other".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A Change as judged: it contains its Change, so it always has evidence."""

    change: Change
    severity: Severity
    rule: str
    """Name of the rule that fired (docs/rules.md)."""
    summary: str
    facts: tuple[FactChange, ...] = ()
    unannounced: bool = False
    """The publisher's own note, where there is one, does not speak of it."""

    def to_dict(self) -> dict[str, Any]:
        return {
            "section": self.change.section,
            "heading_path": list(self.change.heading_path),
            "kind": self.change.kind.value,
            "severity": self.severity.value,
            "rule": self.rule,
            "summary": self.summary,
            "before": self.change.before,
            "after": self.change.after,
            "facts": [fact.to_dict() for fact in self.facts],
            "unannounced": self.unannounced,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two captures of one source as judged by today's rules."""

    outcome: Outcome
    reason: str = ""
    severity: Severity = Severity.NONE
    headline: str = ""
    sentences: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    note: str | None = None
    """The publisher's own words on what it changed, if it says so."""
    needs_second_look: bool = False
    """A fall of level, a vanished section or a collapse of the text: confirm before telling."""
    url: str = ""
    publisher: str = ""
    destination: str = ""
    campaign: str | None = None

    def to_dict(self) -> dict[str, Any]:
        return {
            "type": "visit",
            "url": self.url,
            "source": "",
            "publisher": self.publisher,
            "destination": self.destination,
            "taken_at": None,
            "outcome": self.outcome.value,
            "reason": self.reason,
            "severity": self.severity.value,
            "headline": self.headline,
            "sentences": list(self.sentences),
            "note": self.note,
            "campaign": self.campaign,
            "findings": [finding.to_dict() for finding in self.findings],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One attempt to look at a source, and how it ended. The store writes it in one transaction."""

    source: Source
    taken_at: datetime
    outcome: Outcome
    reason: str = ""
    """One plain sentence for people; empty when there is nothing to say."""
    page: Page | None = None
    fingerprint: str = ""
    comparison: Comparison | None = None
    cut: Cut | None = None
    retry_after: float | None = None
    status: int | None = None
    elapsed: float = 0.0
    validators: tuple[str, str] | None = None
    """ETag and Last-Modified of the answer, if a whole page came, also one that says the same as the stored one."""
    shared: tuple[str, ...] = ()
    """Marks of sentences that the feed prints for many destinations, if they were learned on this visit."""


# --------------------------------------------------------------------------------------
# What the store is asked to write, and what it gives back
# --------------------------------------------------------------------------------------
class ChangeState(StrEnum):
    """What became of a change."""

    TOLD = "told"
    """Deliveries were written in the same transaction."""
    HELD = "held"
    """Waits for a second look before anyone is told."""
    REVERTED = "reverted"
    """The second look showed the old page again; nobody was told."""
    WITNESS = "witness"
    """The same edit had already been told through another route of this publisher."""
    SILENT = "silent"
    """Recorded; nothing in it is worth a message (severity `none`)."""
    GATHERING = "gathering"
    """Waits a short while to see whether the same edit appears on other destinations."""
    CAMPAIGN = "campaign"
    """All that it says is part of a site-wide edit, which is told once for all destinations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """Where we stand with a source before a visit."""

    source_id: str
    failures: int = 0
    """Visits in a row that did not see the page."""
    failing_since: datetime | None = None
    etag: str = ""
    last_modified: str = ""
    fingerprint: str = ""
    """Light fingerprint of the newest good capture, see `sources.fingerprint`."""
    baseline_id: int | None = None
    next_due_at: datetime | None = None
    last_visit_at: datetime | None = None
    last_good_at: datetime | None = None
    last_outcome: Outcome | None = None
    last_reason: str = ""
    held_change_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What a change adds to a campaign instead of telling it itself."""

    campaign_id: str
    severity: Severity
    """The heaviest of its findings that the campaign tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeIntent:
    """A change to be stored with its findings, and with deliveries if `state` is `told`."""

    comparison: Comparison
    state: ChangeState
    confirmed: bool
    signatures: tuple[str, ...] = ()
    """What this change says, one stable string per finding; equal strings are one edit."""
    witness_of: int | None = None
    level: str = ""
    stated_at: str = ""
    marks: tuple[str, ...] = ()
    """Each statement of the whole comparison, hashed: the same mark on other pages is the same edit."""
    shares: tuple[Share, ...] = ()
    """The campaigns that tell a part of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What a second look, or the end of the gathering, decided about a change."""

    change_id: int
    state: ChangeState
    confirmed: bool
    rest: Comparison | None = None
    """What is left to tell, worded anew, if a campaign tells a part of it."""
    shares: tuple[Share, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignIntent:
    """A site-wide edit to be stored; it is told to those who want a destination that has a share in it."""

    id: str
    publisher: str
    example: int
    """The change whose words stand for all."""
    headline: str
    sentences: tuple[str, ...]
    findings: tuple[Finding, ...]
    marks: tuple[str, ...]
    told: tuple[int, ...] = ()
    """Changes with the same edit that were told by themselves, before anyone knew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One statement as it appeared on one destination."""

    mark: str
    destination: str
    change_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Everything one visit causes; written in one transaction or not at all."""

    visit: Visit
    next_due_at: datetime
    failures: int = 0
    etag: str = ""
    last_modified: str = ""
    new_baseline: bool = False
    """Keep the page as a snapshot and compare the next one with it."""
    restore_baseline_id: int | None = None
    """Go back to this older snapshot (the change after it was reverted)."""
    change: ChangeIntent | None = None
    settlements: tuple[Settlement, ...] = ()
    posture: Posture | None = None
    """Where the page stands, if it is a new baseline."""
    follows: datetime | None = None
    """The last visit that was known when this one was judged; if another came between, none of this holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What the store made of a Record."""

    visit_id: int
    change_id: int | None = None
    event_id: str = ""
    deliveries: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredChange:
    """A change as it stands in the store, with all that is needed to tell it."""

    id: int
    event_id: str
    source_id: str
    url: str
    publisher: str
    destination: str
    destination_name: str
    taken_at: datetime
    outcome: Outcome
    state: ChangeState
    confirmed: bool
    severity: Severity
    headline: str
    sentences: tuple[str, ...]
    findings: tuple[Finding, ...]
    note: str | None
    before_sha256: str
    after_sha256: str
    before_snapshot_id: int | None
    after_snapshot_id: int | None
    signatures: tuple[str, ...] = ()
    witness_of: int | None = None
    witnesses: tuple[str, ...] = ()
    """Source ids of other routes that showed the same edit."""
    level: str = ""
    stated_at: str = ""
    verified_at: datetime | None = None
    campaign: str | None = None
    """The campaign that tells it, or a part of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A destination on which a campaign's edit appeared, and the change that showed it."""

    change_id: int
    source_id: str
    destination: str
    destination_name: str
    taken_at: datetime
    severity: Severity
    """How heavy its share is; `none` if it was told by a notice of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A site-wide edit as it stands in the store, or stood when one reader was told."""

    id: str
    publisher: str
    severity: Severity
    headline: str
    sentences: tuple[str, ...]
    findings: tuple[Finding, ...]
    first_at: datetime
    example: StoredChange
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRow:
    """One line of a source's history."""

    id: int
    source_id: str
    taken_at: datetime
    outcome: Outcome
    reason: str
    status: int | None
    elapsed: float
    change_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """A source as people look at it: its state, and what it said last."""

    state: SourceState
    url: str
    kind: str
    publisher: str
    destination: str
    destination_name: str
    level: str
    last_change: StoredChange | None
