"""Signed addresses for readers: each names one thing, for one purpose, and only we can make it.

A link shows a page when it is followed and acts only when its button is pressed (POST), because link
scanners follow everything. It holds an id and never an address.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import itsdangerous
from itsdangerous import BadData, base64_decode, base64_encode

from monitor.audience import Channel, Delivery, Links, MessageKind, Subscription
from monitor.model import Severity


class Purpose(StrEnum):
    """What a link is for, and the first step of its path; a token made for one opens no other."""

    CONFIRM = "confirm"
    MANAGE = "manage"
    UNSUBSCRIBE = "unsubscribe"
    ACKNOWLEDGE = "acknowledge"


_LASTS: dict[Purpose, timedelta | None] = {
    Purpose.CONFIRM: timedelta(days=7),
    Purpose.MANAGE: timedelta(days=180),
    Purpose.UNSUBSCRIBE: None,  # who wants to leave may do so with the oldest mail
    Purpose.ACKNOWLEDGE: timedelta(days=7),
}
_ACKNOWLEDGED = frozenset({MessageKind.NOTICE, MessageKind.CAMPAIGN})
_UNREAD = frozenset({Channel.FILE})


def _key(secret: str, purpose: Purpose) -> bytes:
    """A key of its own for each purpose, derived once and not for each link."""
    return hmac.new(secret.encode(), f"monitor: link to {purpose.value}".encode(), hashlib.sha256).digest()


class Expired(Exception):
    """The token is ours and its time is over."""


class Signer:
    """Makes and reads the signed part of a link. Two with the same secret read each other's."""

    def __init__(self, secret: str, base_url: str) -> None:
        self._base = base_url.rstrip("/")
        self._by = {purpose: itsdangerous.Signer(_key(secret, purpose), key_derivation="none",
                                                 digest_method=hashlib.sha256) for purpose in Purpose}  # fmt: skip

    def link(self, purpose: Purpose, name: str, at: datetime) -> str:
        """The address to put into a message of that time; empty if this installation has no address of its own."""
        return f"{self._base}/{purpose.value}/{self.token(purpose, name, at)}" if self._base else ""

    def token(self, purpose: Purpose, name: str, at: datetime) -> str:
        """Equal arguments give equal tokens: a message that is sent again has the same bytes."""
        held = base64_encode(f"{int(at.timestamp())} {name}")
        return self._by[purpose].sign(held).decode()

    def read(self, purpose: Purpose, token: str, now: datetime) -> str | None:
        """What the token names; None if we did not make it for this. Raises Expired if its time is over."""
        try:
            held = base64_decode(self._by[purpose].unsign(token)).decode()
        except (BadData, UnicodeError):
            return None
        made, _, name = held.partition(" ")
        if not made.isdecimal() or len(made) > 12:
            return None
        at = datetime.fromtimestamp(int(made), UTC)
        if self.token(purpose, name, at) != token:  # base64 has several spellings of one text
            return None
        lasts = _LASTS[purpose]
        if lasts is not None and now > at + lasts:
            raise Expired(purpose.value)
        return name

    def of(self, subscription: Subscription, delivery: Delivery) -> Links:
        """The links of one message to one reader."""
        if delivery.channel in _UNREAD:
            return Links()
        at = delivery.created_at
        if delivery.kind is MessageKind.CONFIRM:
            return Links(act=self.link(Purpose.CONFIRM, delivery.event_id, at))
        return Links(
            manage=self.link(Purpose.MANAGE, subscription.id, at),
            unsubscribe=self.link(Purpose.UNSUBSCRIBE, subscription.id, at),
            act=self.link(Purpose.ACKNOWLEDGE, f"{delivery.event_id} {subscription.id}", at)
            if _to_acknowledge(subscription, delivery) else "",
        )  # fmt: skip


def _to_acknowledge(subscription: Subscription, delivery: Delivery) -> bool:
    """What is critical, and somebody else is waiting to hear of unless it is acknowledged."""
    critical = delivery.severity is Severity.CRITICAL and delivery.kind in _ACKNOWLEDGED
    return critical and subscription.group_id is not None
