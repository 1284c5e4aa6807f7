"""What an operation is given: the parts it works with, and what was asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from monitor.audience import Bulletin, Delivery, DeliveryState
from monitor.model import Campaign, ChangeState, Severity, SourceView, StoredChange, VisitRow
from monitor.posture import Stand
from monitor.proof import Link
from monitor.web.counter import Counter


class Facts(Protocol):
    """What the API needs from the store."""

    def change(self, change: int | str) -> StoredChange | None: ...
    def changes(
        self, *, destination: str | None = None, source_id: str | None = None, limit: int = 50,
        before_id: int | None = None, states: Iterable[ChangeState] | None = None,
        severities: Iterable[Severity] | None = None, since: datetime | None = None, until: datetime | None = None,
    ) -> tuple[StoredChange, ...]: ...  # fmt: skip
    def campaign(self, campaign_id: str) -> Campaign | None: ...
    def bulletins_about(self, event_id: str) -> tuple[Bulletin, ...]: ...
    def catalogue(self, after: str, limit: int) -> tuple[tuple[str, str], ...]: ...
    def sources(
        self, *, after: str = "", limit: int = 50, destinations: Sequence[str] | None = None
    ) -> tuple[SourceView, ...]: ...
    def source(self, source_id: str) -> SourceView | None: ...
    def visits(self, source_id: str, limit: int = 50, before_id: int | None = None) -> tuple[VisitRow, ...]: ...
    def stands(self, destination: str, since: datetime | None = None) -> tuple[Stand, ...]: ...
    def standing(self, destinations: Sequence[str]) -> tuple[Stand, ...]: ...
    def chain_head(self) -> Link | None: ...
    def chain_since(self, position: int, limit: int = 1000) -> tuple[Link, ...]: ...
    def deliveries(
        self, *, subject: str | None = None, state: DeliveryState | None = None, limit: int = 100
    ) -> tuple[Delivery, ...]: ...
    def delivery(self, delivery_id: int) -> Delivery | None: ...
    def resend(self, delivery_id: int, now: datetime) -> bool: ...
    def counts(self) -> Mapping[str, int]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the API is served: what it works with."""

    store: Facts
    now: Callable[[], datetime]
    counter: Counter | None
    """None where nobody can sign up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call, checked: `query` and `body` are what the operation's types say."""

    named: Mapping[str, str]
    """The names in the path."""
    query: Any
    body: Any
    sender: str
    """Who asks, for limits."""


class Refused(Exception):
    """The call asks for what cannot be had; `field` names what to mend, the message says how."""

    def __init__(self, status: int, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.status, self.field = status, field
