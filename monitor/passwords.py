"""The operators' password: only a slow hash of it is kept, and only by the environment.

A hash is one word without signs that a shell, a Compose file or an .env file would take for its own:
`scrypt:15:8:3:SALT:KEY`, with the cost first (n = 2^15, r = 8, p = 3: 32 MiB and about 0.3 s a guess).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import NamedTuple

SHORTEST, LONGEST = 12, 1024
"""Characters of a password."""
_COST = (15, 8, 3)
_BYTES = 32
_ROOM = 2**29
"""Bytes of memory that a hash may ask for."""


class _Hash(NamedTuple):
    n: int
    r: int
    p: int
    salt: bytes
    key: bytes


def hashed(password: str) -> str:
    """What to keep of a new password. Raises ValueError if it is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise ValueError(f"a password has {SHORTEST} to {LONGEST} characters; this one has {len(password)}")
    salt = secrets.token_bytes(16)
    n, r, p = _COST
    key = _derived(password, _Hash(n, r, p, salt, b""), _BYTES)
    return ":".join(["scrypt", str(n), str(r), str(p), _written(salt), _written(key)])


def matches(password: str, kept: str) -> bool:
    """Whether this is the password. Takes as long for a wrong one. Raises ValueError if `kept` is no hash of ours."""
    known = _read(kept)
    return hmac.compare_digest(_derived(password[:LONGEST], known, len(known.key)), known.key)


def check(kept: str) -> None:
    """Raises ValueError that says what is wrong with a hash."""
    _read(kept)


def _derived(password: str, known: _Hash, length: int) -> bytes:
    # One password, however the keyboard composes its accents.
    words = unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
    return hashlib.scrypt(words, salt=known.salt, n=2**known.n, r=known.r, p=known.p, maxmem=_ROOM, dklen=length)


def _read(kept: str) -> _Hash:
    name, *rest = kept.split(":")
    if name != "scrypt" or len(rest) != 5 or not all(one.isascii() and one.isdecimal() for one in rest[:3]):
        raise ValueError("it is not a hash that `monitor password` made")
    n, r, p = (int(one[:6]) for one in rest[:3])
    try:
        salt, key = (urlsafe_b64decode(one + "=" * (-len(one) % 4)) for one in rest[3:])
    except ValueError as error:
        raise ValueError("it was cut or changed on its way from `monitor password`") from error
    if len(salt) < 16 or len(key) < 32:
        raise ValueError("it was cut on its way from `monitor password`")
    if not (15 <= n <= 20 and 8 <= r <= 32 and 1 <= p <= 16) or 128 * 2**n * r > _ROOM // 2:
        raise ValueError("its cost is below n = 2^15 or too high for this program; make it with `monitor password`")
    return _Hash(n, r, p, salt, key)


def _written(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
