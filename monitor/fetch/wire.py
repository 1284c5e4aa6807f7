"""Sockets that keep a deadline and a size, and are dialled to checked addresses only.

All limits sit in the socket itself, because everything above it (http.client reads headers byte by
byte, then the body) waits there. The timeouts of requests and urllib3 bound each read alone, which
lets a server that drips one byte a second hold us for ever; here each read may take what is left of
the whole.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from typing import Any

from monitor.fetch import netguard
from monitor.fetch.target import Target


class DeadlineError(TimeoutError):
    """The whole exchange took longer than it may."""


class TooMuchError(http.client.HTTPException):
    """The answer is larger than we are ready to take in."""


class ForbiddenAddressError(OSError):
    """The name leads only to addresses that we must not connect to."""


class Pace:
    """How long and how much one exchange may take: seconds of silence, seconds and bytes in all."""

    __slots__ = ("_latest", "connect", "dialled", "end", "room", "silence")

    def __init__(self, *, total: float, silence: float, connect: float, room: int) -> None:
        self._latest = time.monotonic()
        self.end = self._latest + total
        self.silence, self.connect, self.room = silence, connect, room
        self.dialled = False
        """Whether a new connection was asked for, or one from before served."""

    def left(self, at_most: float) -> float:
        """Seconds that the next step may take. Raises DeadlineError when there are none left."""
        self._latest = time.monotonic()
        left = self.end - self._latest
        if left <= 0:
            raise DeadlineError
        return min(left, at_most)

    @property
    def silent_for(self) -> float:
        """Seconds since the latest step began."""
        return time.monotonic() - self._latest

    @property
    def over(self) -> bool:
        return time.monotonic() >= self.end


class _Paced:
    """A socket whose every step is bounded by the `pace` of the exchange that it serves."""

    pace: Pace

    def recv_into(self: Any, *args: Any, **kwargs: Any) -> int:
        self.settimeout(self.pace.left(self.pace.silence))
        count: int = super().recv_into(*args, **kwargs)  # type: ignore[misc]
        self.pace.room -= count
        if self.pace.room < 0:
            raise TooMuchError("more bytes than we take in")
        return count

    def sendall(self: Any, *args: Any, **kwargs: Any) -> None:
        self.settimeout(self.pace.left(self.pace.silence))
        super().sendall(*args, **kwargs)  # type: ignore[misc]


class _Socket(_Paced, socket.socket):
    pass


class _TlsSocket(_Paced, ssl.SSLSocket):
    pass


def tls_context(bundle: str, directory: str = "") -> ssl.SSLContext:
    """A context that verifies certificate and name. Raises OSError if the CA bundle is unusable."""
    context = ssl.create_default_context(cafile=bundle or None, capath=directory or None)
    context.sslsocket_class = _TlsSocket
    return context


def dial(to: Target, pace: Pace) -> socket.socket:
    """A socket to the first address of `to` that answers, of those that netguard permits.

    The name is resolved once, here, and what was checked is what is dialled. What is left of
    `pace.connect` is the socket's timeout: a TLS handshake keeps to it as a whole. Raises
    ForbiddenAddressError, DeadlineError, or the OSError of the last address.
    """
    found = netguard.resolve(to.host, to.port, seconds=pace.left(pace.connect))
    usable = [it for it in found if netguard.permitted(it.sockaddr[0], local=to.local)]
    if not usable:
        raise ForbiddenAddressError(found[0].sockaddr[0])
    trouble: OSError | None = None
    for address in usable:
        try:
            return _connected(address, pace)
        except DeadlineError:
            raise
        except OSError as error:  # the next address may answer; the last trouble is reported
            trouble = error
    assert trouble is not None
    raise trouble


def _connected(address: netguard.Address, pace: Pace) -> socket.socket:
    sock = _Socket(address.family, socket.SOCK_STREAM)
    try:
        sock.settimeout(pace.left(pace.connect))
        sock.connect(address.sockaddr)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.settimeout(pace.left(pace.connect))
    except BaseException:
        sock.close()
        raise
    return sock
