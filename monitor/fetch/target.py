"""Which addresses we may ask at all: scheme, host and port, decided before anything is dialled.

The one parser here serves the check, the connection and the Host header alike, so no two of them
can read an address differently.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from monitor.errors import FetchError
from monitor.model import Outcome

_PORTS = {"https": 443, "http": 80}
_HOST = re.compile(r"[a-z0-9_]([a-z0-9._-]*[a-z0-9_])?|[0-9a-f.:]*:[0-9a-f.:]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SAFE = "/%:=&?~+!$,;'@()*[]"


class Target(NamedTuple):
    """A checked address. `local` marks an entry of `local_hosts`."""

    scheme: str
    host: str
    port: int
    path: str
    """Path and query as they go over the wire."""
    local: bool = False

    @property
    def label(self) -> str:
        """The host as people and the host list name it; with any unusual port."""
        return self.host if self.port == _PORTS[self.scheme] else self.address

    @property
    def address(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def origin(self) -> tuple[str, str, int]:
        return self.scheme, self.host, self.port

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host if self.label == self.host else self.address}{self.path}"

    def at(self, path: str) -> Target:
        return self._replace(path=path)


def page(url: str, *, allowed: Collection[str], local: Collection[str]) -> Target:
    """The target of a GET: https on the usual port of an allowed host, or anything at a local one.

    Raises FetchError with outcome `unreadable`: what is named there is not a page we watch.
    """
    target = _parsed(url, local)
    if target.local:
        return target
    if target.host not in allowed:
        raise _refusal(f"{target.label} is not on the list of hosts we read")
    if target.scheme != "https":
        raise _refusal(f"{target.label} was to be read without encryption (http)")
    if target.port != _PORTS["https"]:
        raise _refusal(f"{target.label} is not the usual port of an allowed host")
    return target


def endpoint(url: str, *, local: Collection[str]) -> Target:
    """The target of a webhook: https at any host, or anything at a local one. Raises FetchError."""
    target = _parsed(url, local)
    if target.scheme != "https" and not target.local:
        raise FetchError(f"The message was not sent: {target.label} was to get it without encryption (http).")
    return target


def joined(base: Target, location: str) -> str:
    """The address that a Location header means (RFC 9110, section 10.2.2). Raises FetchError."""
    try:
        # Header bytes reach us as Latin-1; servers that send more than ASCII mean UTF-8.
        location = location.encode("latin-1").decode("utf-8")
    except UnicodeError:
        location = quote(location, safe=_SAFE + "#")
    try:
        return urljoin(base.url, location.strip())
    except ValueError as error:
        raise _refusal(f"{base.label} points to an address that is none") from error


def _parsed(url: str, local: Collection[str]) -> Target:
    try:
        return _checked(url, local)
    except ValueError as error:
        raise _refusal(f"this is not a web address that we can ask: {url[:200]!r}") from error


def _checked(url: str, local: Collection[str]) -> Target:
    if _CONTROL.search(url):
        raise ValueError("control characters")
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or parts.username is not None:
        raise ValueError("neither https nor http, or with a user name in it")
    host = _ascii_host(parts)
    path = quote(parts.path or "/", safe=_SAFE)
    if parts.query:
        path += "?" + quote(parts.query, safe=_SAFE)
    port = parts.port if parts.port is not None else _PORTS[parts.scheme]
    target = Target(parts.scheme, host, port, path if path.startswith("/") else f"/{path}")
    return target._replace(local=target.address in local)


def _ascii_host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    if not host.isascii():
        host = host.encode("idna").decode("ascii")
    if len(host) > 253 or not _HOST.fullmatch(host):
        raise ValueError("no host name")
    return host


def _refusal(why: str) -> FetchError:
    return FetchError(f"Nothing was asked for: {why}.", outcome=Outcome.UNREADABLE)
