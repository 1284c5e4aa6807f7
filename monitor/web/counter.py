"""Where readers are served: what the pages need from those who do it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from monitor.audience import Proposal, Subscription, Wishes
from monitor.links import Purpose
from monitor.model import Campaign, StoredChange


class Acknowledged(Protocol):
    @property
    def first(self) -> bool: ...
    @property
    def called_off(self) -> int: ...


class Desk(Protocol):
    """What these pages ask of the desk; `monitor.signup.Desk` says what each does."""

    def places(self) -> Mapping[str, str]: ...
    def ask(self, address: str, wishes: Wishes, *, sender: str = "") -> bool: ...
    def asked(self, proposal_id: str) -> Proposal | None: ...
    def confirm(self, proposal_id: str) -> Subscription | None: ...
    def subscription(self, subscription_id: str) -> Subscription | None: ...
    def change(self, subscription_id: str, wishes: Wishes) -> Subscription | None: ...
    def pause(self, subscription_id: str) -> bool: ...
    def resume(self, subscription_id: str) -> bool: ...
    def unsubscribe(self, subscription_id: str) -> bool: ...
    def erase(self, subscription_id: str) -> bool: ...
    def acknowledge(self, name: str) -> Acknowledged | None: ...


class Signer(Protocol):
    def read(self, purpose: Purpose, token: str, now: datetime) -> str | None: ...


class Facts(Protocol):
    """What an acknowledgement shows of what it is about."""

    def change(self, change: int | str) -> StoredChange | None: ...
    def campaign(self, campaign_id: str) -> Campaign | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """Where readers are served: who does what they ask, who reads their links, and behind which proxies we stand."""

    desk: Desk
    signer: Signer
    trusted_proxies: Collection[str] = ()
    """Addresses and networks whose X-Forwarded-For is believed."""
    even: float = 0.05
    """Seconds that every sign-up takes at least: a known, an unknown and a too often asked address differ by a few
    milliseconds of work, which would tell them apart."""
