"""requests on our own sockets: its session, adapter and pools, with the rules of wire.py below.

requests and urllib3 hand nothing of one request down to the connection that serves it. So the
errand (which target, at what pace) is a context variable while the request is being sent, and the
socket keeps the pace for the body that is read afterwards.
"""

from __future__ import annotations

import logging
import socket
import ssl
from collections.abc import Mapping
from contextvars import ContextVar
from http.cookiejar import DefaultCookiePolicy
from typing import Any, NamedTuple

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Retry
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NewConnectionError

from monitor.fetch import head, wire
from monitor.fetch.target import Target

IDLE_SECONDS = 30.0
"""A connection that has been silent for longer is not used again."""

# It writes a traceback for each odd header line; what matters of that reaches our caller.
logging.getLogger("urllib3").setLevel(logging.ERROR)


class _Errand(NamedTuple):
    to: Target
    pace: wire.Pace


_errand: ContextVar[_Errand] = ContextVar("errand")


class _Ours:
    """What our connections do their own way; the rest, TLS above all, is urllib3's."""

    response_class: Any = head.Response

    def _new_conn(self: Any) -> socket.socket:
        to, pace = _errand.get()
        pace.dialled = True
        try:
            return wire.dial(to, pace)
        except OSError as error:
            # A bare OSError would pass for one of sending, and urllib3 overlooks some of those.
            raise NewConnectionError(self, "no connection") from error

    def request(self: Any, method: str, url: str, *args: Any, **kwargs: Any) -> None:
        """Sends the path as target.py checked it: urllib3 would rewrite brackets and stray "%"."""
        to, pace = _errand.get()
        if self.is_closed:
            self.connect()
        self.sock.pace = pace
        super().request(method, to.path, *args, **kwargs)  # type: ignore[misc]

    @property
    def is_connected(self: Any) -> bool:
        """Asked by the pool before it gives a connection out again."""
        is_open: bool = super().is_connected  # type: ignore[misc]
        return is_open and self.sock.pace.silent_for < IDLE_SECONDS


class _HttpConnection(_Ours, HTTPConnection):
    pass


class _HttpsConnection(_Ours, HTTPSConnection):
    pass


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _HttpConnection


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _HttpsConnection


class _Adapter(HTTPAdapter):
    """One idle connection for each of the last hundred origins; no retries, no proxies."""

    def __init__(self, tls: ssl.SSLContext) -> None:
        self._tls = tls
        super().__init__(pool_connections=100, pool_maxsize=1, max_retries=Retry(False))

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._tls, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}

    def cert_verify(self, conn: Any, *args: Any, **kwargs: Any) -> None:
        """Always by our context alone: requests would add its own CA bundle to the operator's."""
        conn.cert_reqs = "CERT_REQUIRED"


class Session(requests.Session):
    """A requests session that sends through `ask` only. Thread-safe.

    It looks at no environment (proxies, ~/.netrc), keeps no cookie and follows no redirect.
    """

    def __init__(self, tls: ssl.SSLContext) -> None:
        super().__init__()
        self.trust_env = False
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
        adapter = _Adapter(tls)
        for scheme in ("https://", "http://"):
            self.mount(scheme, adapter)

    def ask(
        self,
        method: str,
        to: Target,
        headers: Mapping[str, str],
        pace: wire.Pace,
        body: bytes | None = None,
    ) -> requests.Response:
        """The answer with its body still to be read, in a `with` that ends the exchange.

        A body that was read to its end leaves the connection to the next request. Raises what
        requests, urllib3, http.client and the socket raise: plain.FOREIGN.
        """
        request = requests.PreparedRequest()
        request.prepare_method(method)
        request.url = to.url  # prepared by target.py, which is stricter
        request.prepare_headers(headers)
        request.prepare_body(body, None)
        token = _errand.set(_Errand(to, pace))
        try:
            return self.send(request, stream=True, allow_redirects=False, proxies={})
        finally:
            _errand.reset(token)

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None, always: the client follows by hand. requests reads a redirect's body whole."""
