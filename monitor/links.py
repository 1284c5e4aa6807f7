"""Signed addresses for readers: each names one thing, for one purpose, and only we can make it.

A link shows a page when it is followed and acts only when its button is pressed (POST), because link
scanners follow everything. It holds an id and never an address.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from enum import StrEnum

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer


class Purpose(StrEnum):
    """What a link is for; a token made for one opens no other."""

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
PATHS = {Purpose.CONFIRM: "confirm", Purpose.MANAGE: "manage", Purpose.UNSUBSCRIBE: "unsubscribe",
         Purpose.ACKNOWLEDGE: "acknowledge"}  # fmt: skip


class Expired(Exception):
    """The token is ours and its time is over."""


class Signer:
    """Makes and reads the signed part of a link. Two with the same secret read each other's."""

    def __init__(self, secret: str, base_url: str) -> None:
        self._secret, self._base = secret, base_url.rstrip("/")

    def link(self, purpose: Purpose, name: str) -> str:
        """The address to put into a message; empty if this installation has no address of its own."""
        return f"{self._base}/{PATHS[purpose]}/{self.token(purpose, name)}" if self._base else ""

    def token(self, purpose: Purpose, name: str) -> str:
        made = self._serializer(purpose).dumps(name)
        return made if isinstance(made, str) else made.decode()

    def read(self, purpose: Purpose, token: str) -> str | None:
        """What the token names; None if we did not make it for this. Raises Expired if its time is over."""
        lasts = _LASTS[purpose]
        try:
            name = self._serializer(purpose).loads(token, max_age=round(lasts.total_seconds()) if lasts else None)
        except SignatureExpired as error:
            raise Expired(purpose.value) from error
        except BadSignature:
            return None
        return name if isinstance(name, str) else None

    def _serializer(self, purpose: Purpose) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(
            self._secret, salt=f"monitor.{purpose.value}",
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256})  # fmt: skip
