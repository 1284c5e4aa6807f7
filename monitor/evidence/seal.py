"""The signature of an installation over a manifest (Ed25519, RFC 8032): it ties a pack to the installation's secret."""

from __future__ import annotations

import hashlib
import hmac
from typing import Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from monitor.evidence.dossier import Hash, Paper

_CONTEXT = b"advisory-monitor evidence manifest\n"
"""Nothing else that this key might ever sign begins like this."""


class Signature(Paper, frozen=True, kw_only=True):
    algorithm: Literal["Ed25519"] = "Ed25519"
    public_key: Hash
    signature: str

    def holds(self, manifest: bytes) -> bool:
        """Whether the key that stands beside it made this signature of these bytes."""
        try:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.public_key))
            key.verify(bytes.fromhex(self.signature), _CONTEXT + manifest)
        except (InvalidSignature, ValueError):
            return False
        return self.signature == self.signature.lower()


class Seal:
    """Signs for the installation that has this secret; the same secret makes the same signature of the same bytes."""

    def __init__(self, secret: str) -> None:
        if not secret:
            raise ValueError("without a secret there is no key to sign with")
        derived = hmac.new(secret.encode(), b"monitor: signature of evidence\x01", hashlib.sha256).digest()
        self._key = Ed25519PrivateKey.from_private_bytes(derived)
        self.public_key = self._key.public_key().public_bytes_raw().hex()

    def signature(self, manifest: bytes) -> Signature:
        return Signature(public_key=self.public_key, signature=self._key.sign(_CONTEXT + manifest).hex())
