"""Who is asking: a visitor, or an operator known by a session, by a token, or by the proxy before us.

Readers are not among them: their signed link is the whole authority of their own pages (`readers.py`).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address
from typing import NamedTuple, Protocol

from flask import Request

from monitor.audience import Pass
from monitor.web import doors

IDLE, ABSOLUTE = timedelta(hours=1), timedelta(hours=12)
"""A session ends when nobody used it for so long, and so long after its log-in whatever happens."""
SESSION, TOKEN = "session", "token"
"""The kinds of passes."""
FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")
"""What a proxy writes; who asks with one of them comes from elsewhere."""


class By(StrEnum):
    """How somebody is known to be an operator."""

    NOTHING = ""
    SESSION = "session"
    HEADER = "header"
    TOKEN = "token"
    READING = "reading"
    """A token given as a password (HTTP Basic), for feed readers. A browser keeps it and sends it with whatever
    another site makes it ask for, so it opens nothing that changes anything."""


class Visitor(NamedTuple):
    """Who is asking."""

    name: str = ""
    by: By = By.NOTHING
    csrf: str = ""
    """What a form of this session has to send back."""
    session: str = ""
    """The id of the session, never what opens it."""

    @property
    def operator(self) -> bool:
        return self.by is not By.NOTHING

    @property
    def person(self) -> bool:
        """An operator at a screen: the operators' pages are for persons, not for programs."""
        return self.by in (By.SESSION, By.HEADER)


NOBODY = Visitor()


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """Who counts as an operator, and whether the pages are for everybody."""

    password: str = field(default="", repr=False)
    """The hash that `monitor password` made; without one there is no log-in."""
    header: str = ""
    """The header in which a trusted proxy says who logged in there."""
    operators: Collection[str] = ()
    """The names in that header that are operators."""
    trusted_proxies: Collection[str] = ()
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    """From which form tokens are made; the same in every process of one installation."""
    private: bool = False
    """Whether what is public elsewhere is for operators and their tokens only."""

    @property
    def people(self) -> bool:
        """Whether any person can be known as an operator."""
        return bool(self.password or self.header)

    def signed(self, words: str) -> str:
        """What only we can make of these words: for forms."""
        key = hmac.new(self.secret.encode(), b"monitor: forms of operators", hashlib.sha256).digest()
        return hmac.new(key, words.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


class Facts(Protocol):
    """What knowing an operator needs from the store."""

    def open_with(self, token: str, kind: str, now: datetime, *, idle: timedelta | None = None) -> Pass | None: ...


class Cookies(NamedTuple):
    """The names of our cookies, and whether they need TLS."""

    session: str
    form: str
    secure: bool


def cookies(base_url: str) -> Cookies:
    """With TLS the browser itself keeps them to this one host (`__Host-`)."""
    secure = base_url.lower().startswith("https:")
    start = "__Host-" if secure else ""
    return Cookies(f"{start}monitor", f"{start}monitor-form", secure)


class Known:
    """Finds out who is asking."""

    def __init__(self, roles: Roles, store: Facts, now: Callable[[], datetime], base_url: str) -> None:
        self._roles, self._store, self._now = roles, store, now
        self._cookie = cookies(base_url).session
        self._trusted = doors.networks(roles.trusted_proxies)
        self._operators = {name.casefold(): name for name in roles.operators}

    def visitor(self, request: Request) -> Visitor:
        """Whoever is behind this request, as far as we can tell; nobody in doubt."""
        if "Authorization" in request.headers:
            return self._by_token(request)
        return self._by_header(request) or self._by_session(request) or NOBODY

    def near(self, request: Request) -> bool:
        """Whether this comes from a program on this machine, and not through a proxy here."""
        if any(name in request.headers for name in FORWARDED):
            return False
        peer = _address(request.remote_addr)
        return peer is not None and peer.is_loopback and not any(peer in network for network in self._trusted)

    def _by_session(self, request: Request) -> Visitor | None:
        token = request.cookies.get(self._cookie, "")
        if not self._roles.password or not token or len(token) > 100:
            return None
        found = self._store.open_with(token, SESSION, self._now(), idle=IDLE)
        if found is None:
            return None
        return Visitor(found.name, By.SESSION, self._roles.signed(f"session {token}"), found.id)

    def _by_header(self, request: Request) -> Visitor | None:
        if not self._roles.header:
            return None
        peer, said = _address(request.remote_addr), request.headers.getlist(self._roles.header)
        if peer is None or len(said) != 1 or not any(peer in network for network in self._trusted):
            return None
        name = self._operators.get(said[0].strip().casefold())
        return Visitor(name, By.HEADER, self._roles.signed(f"header {name}")) if name else None

    def _by_token(self, request: Request) -> Visitor:
        scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
        kind, token = By.TOKEN, rest.strip()
        if scheme.lower() == "basic":
            kind, token = By.READING, _password(token)
        elif scheme.lower() != "bearer":
            return NOBODY
        if not token or len(token) > 100:
            return NOBODY
        found = self._store.open_with(token, TOKEN, self._now())
        return Visitor(found.name, kind) if found else NOBODY


def _password(words: str) -> str:
    """The password in the credentials of HTTP Basic; empty if there is none."""
    try:
        return base64.b64decode(words, validate=True).decode("utf-8").partition(":")[2]
    except (binascii.Error, ValueError):
        return ""


def _address(peer: str | None) -> doors.Address | None:
    try:
        found = ip_address(peer or "")
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
