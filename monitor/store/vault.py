"""Addresses at rest: sealed for those who hold the installation's secret, and found by a keyed hash.

Who watches Mali is a secret. The database alone, a backup of it or a copy of its disk tells nobody; whoever
has the secret as well can read everything, so the two should not be kept in one place.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken

from monitor.audience import Channel
from monitor.errors import StoreError


class Vault:
    """Seals and opens addresses. Two vaults with the same secret open each other's seals."""

    def __init__(self, secret: str) -> None:
        self._lookup = _derived(secret, "address look-up")
        self._erased = _derived(secret, "erased reader")
        self._fernet = Fernet(base64.urlsafe_b64encode(_derived(secret, "address at rest")))

    def seal(self, address: str) -> str:
        """The address encrypted (AES-128-CBC with HMAC-SHA-256); a different text each time."""
        return self._fernet.encrypt(address.encode("utf-8", "surrogatepass")).decode() if address else ""

    def open(self, sealed: str) -> str:
        """The address; empty if it was erased. Raises StoreError if another secret sealed it."""
        if not sealed:
            return ""
        try:
            return self._fernet.decrypt(sealed).decode("utf-8", "surrogatepass")
        except InvalidToken as error:
            raise StoreError(
                "An address in the database cannot be read: it was sealed with another secret. Set MONITOR_SECRET, or"
                " put back the secret.key, with which this database was written."
            ) from error

    def reader(self, channel: Channel, address: str) -> str:
        """The same for the same address, and told apart from a random text by nobody without the secret."""
        known = address.casefold() if channel is Channel.MAIL else address
        named = f"{channel.value}\n{known}".encode("utf-8", "surrogatepass")
        return hmac.new(self._lookup, named, hashlib.sha256).hexdigest()[:32]

    def mark(self, reader: str) -> str:
        """What is kept of a reader who was erased: it knows them again, and cannot be matched with anything else."""
        return hmac.new(self._erased, reader.encode(), hashlib.sha256).hexdigest()[:32]


def _derived(secret: str, purpose: str) -> bytes:
    """A key of its own for each purpose (HKDF's expand step, RFC 5869, with the secret as its key)."""
    return hmac.new(secret.encode(), f"monitor: {purpose}\x01".encode(), hashlib.sha256).digest()
