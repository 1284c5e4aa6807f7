"""A return path of its own for each delivery, signed: a bounce says which message did not arrive, without an
address in it, and nobody else can make one up (VERP)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

from monitor.errors import ConfigError

BITS = 80
"""Of the signature: nobody guesses it, and it fits with the number into the 64 letters of a local part."""
_MADE = re.compile(r"(?P<base>.+)\+(?P<id>[1-9][0-9]{0,18})-(?P<mark>[a-z2-7]{16})")


def address(base: str, delivery_id: int, secret: str) -> str:
    """bounces@x.example -> bounces+<id>-<signature>@x.example; raises ConfigError if there is no room for it."""
    local, at, domain = base.rpartition("@")
    made = f"{local}+{delivery_id}-{_mark(delivery_id, secret)}"
    if not at or not local or not domain or len(made) > 64 or len(made) + len(domain) > 253:
        raise ConfigError("[mail] bounces: expected an e-mail address with at most 27 letters before the @")
    return f"{made}@{domain}"


def delivery(address: str, base: str, secret: str) -> int | None:
    """The delivery that this return path was made for; None if we did not make it."""
    local, _, domain = address.strip().strip("<>").casefold().rpartition("@")
    our_local, _, our_domain = base.casefold().rpartition("@")
    found = _MADE.fullmatch(local)
    if found is None or domain != our_domain or found["base"] != our_local:
        return None
    number = int(found["id"])
    return number if hmac.compare_digest(found["mark"], _mark(number, secret)) else None


def _mark(delivery_id: int, secret: str) -> str:
    """In letters whose case does not matter: some relays change it."""
    made = hmac.new(secret.encode(), f"monitor.verp:{delivery_id}".encode(), hashlib.sha256).digest()
    return base64.b32encode(made[: BITS // 8]).decode().casefold()
