"""All that a pack says about one change, as values; the same whether gathered from the store or read from a pack."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from monitor import proof
from monitor.core import classify
from monitor.core import text as texts
from monitor.model import Destination, Page, Source, StoredChange
from monitor.proof import Link

FORMAT = "advisory-monitor evidence 1"
SIDES = ("before", "after")
Side = Literal["before", "after"]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
_YEARS = range(1990, 9000)
"""Times outside of them are no times of captures, and could not be put on another clock."""
Hash = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
Place = Annotated[int, msgspec.Meta(ge=1, le=2**62)]


class Paper(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands in a file of a pack: exactly this, or it is refused."""

    def __post_init__(self) -> None:
        for name in ("taken_at", "created_at"):
            moment = getattr(self, name, None)
            if isinstance(moment, datetime) and moment.year not in _YEARS:
                raise ValueError(f"{name} is no time at which anything was kept")


class Origin(Paper, frozen=True, kw_only=True):
    """How the source is read: all that an adapter asks about it."""

    id: str
    url: str
    kind: str
    publisher: str
    key: str
    name: str
    iso3: str = ""
    names: tuple[str, ...] = ()
    region: str = ""
    select: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    min_items: int = 0

    @classmethod
    def of(cls, source: Source) -> Origin:
        to = source.destination
        return cls(id=source.id, url=source.url, kind=source.kind, publisher=source.publisher, key=to.key, name=to.name,
                   iso3=to.iso3, names=to.names, region=to.region, select=source.select,
                   min_items=source.min_items)  # fmt: skip

    @property
    def source(self) -> Source:
        to = Destination(key=self.key, name=self.name, iso3=self.iso3, names=self.names, region=self.region)
        return Source(id=self.id, url=self.url, kind=self.kind, publisher=self.publisher, destination=to,
                      select=self.select, min_items=self.min_items)  # fmt: skip


class Statement(Paper, frozen=True, kw_only=True):
    """What we state about one capture; its entry in the chain is the hash of exactly this."""

    source_id: str
    taken_at: Moment
    url: str
    final_url: str
    status: Annotated[int, msgspec.Meta(ge=0, le=2**31)]
    headers: tuple[tuple[str, str], ...]
    sha256: Hash

    @property
    def entry(self) -> str:
        return proof.entry_hash(source_id=self.source_id, taken_at=self.taken_at, url=self.url,
                                final_url=self.final_url, status=self.status, headers=self.headers,
                                sha256=self.sha256)  # fmt: skip


class Capture(msgspec.Struct, frozen=True, kw_only=True):
    """One capture: the statement and the bytes."""

    statement: Statement
    body: bytes

    @property
    def page(self) -> Page:
        said = self.statement
        return Page(url=said.url, body=self.body, status=said.status, headers=said.headers, taken_at=said.taken_at,
                    final_url=said.final_url)  # fmt: skip


class Fact(Paper, frozen=True, kw_only=True):
    kind: str
    before: str | None
    after: str | None
    direction: Literal["up", "down", "none"]


class Row(Paper, frozen=True, kw_only=True):
    """One finding, as programs read it."""

    section: str
    heading_path: tuple[str, ...]
    kind: Literal["added", "removed", "edited", "moved", "split", "merged", "format"]
    severity: Literal["none", "low", "medium", "high", "critical"]
    rule: str
    summary: str
    before: str | None
    after: str | None
    facts: tuple[Fact, ...]
    unannounced: bool

    @property
    def said(self) -> tuple[str, str, str | None, str | None]:
        """What makes it the same difference, however it is judged."""
        return self.section, self.kind, self.before, self.after


class Judged(Paper, frozen=True, kw_only=True):
    """The change as it was judged and told."""

    type: Literal["visit"] = "visit"
    id: str
    url: str
    source: str
    publisher: str
    destination: str
    taken_at: Moment
    outcome: str
    state: str
    confirmed: bool
    severity: Literal["none", "low", "medium", "high", "critical"]
    headline: str
    sentences: tuple[str, ...]
    note: str | None
    level: str
    stated_at: str
    campaign: str | None
    witnesses: tuple[str, ...]
    findings: tuple[Row, ...]

    @classmethod
    def of(cls, change: StoredChange) -> Judged:
        return cls(id=change.event_id, url=change.url, source=change.source_id, publisher=change.publisher,
                   destination=change.destination_name, taken_at=change.taken_at, outcome=change.outcome.value,
                   state=change.state.value, confirmed=change.confirmed, severity=change.severity.value,
                   headline=change.headline, sentences=change.sentences, note=change.note, level=change.level,
                   stated_at=change.stated_at, campaign=change.campaign, witnesses=change.witnesses,
                   findings=rows([finding.to_dict() for finding in change.findings]))  # fmt: skip


def rows(found: object) -> tuple[Row, ...]:
    return msgspec.convert(found, tuple[Row, ...])


class Later(Paper, frozen=True, kw_only=True):
    """What was said afterwards of what had been told: a correction or a withdrawal."""

    id: str
    kind: str
    created_at: Moment
    remark: str


class Sent(Paper, frozen=True, kw_only=True):
    """How many messages about it are in this state on this channel."""

    state: str
    channel: str
    count: Place


class Stretch(msgspec.Struct, frozen=True):
    """Neighbouring links, and the link before the first of them."""

    before: str
    links: tuple[Link, ...]


class Dossier(msgspec.Struct, frozen=True, kw_only=True):
    """All that a pack says."""

    judged: Judged
    origin: Origin
    captures: dict[str, Capture]
    """By side; a change without an earlier capture has one."""
    chain: tuple[Stretch, ...]
    """One stretch from the earlier capture to the head; two where the captures lie too far apart for one."""
    head: Link
    """The newest link when this was gathered."""
    sent: tuple[Sent, ...]
    later: tuple[Later, ...]
    program: str
    rules: str

    def place(self, side: str) -> Link | None:
        """The place of a capture among the links of this pack."""
        entry = self.captures[side].statement.entry
        return next((one for run in self.chain for one in run.links if one.entry == entry), None)


def rules_version() -> str:
    """A short hash of the rules of this program: another one may judge the same two pages differently."""
    said = [[rule.name, rule.severity.value, rule.says] for rule in classify.RULES]
    named = [rule.name for rule in texts.RULES]
    return hashlib.sha256(json.dumps([said, named]).encode()).hexdigest()[:16]
