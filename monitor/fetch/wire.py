"""Connections that keep a deadline and a size, and go to checked addresses only.

All limits sit in the socket itself, because everything above it (http.client reads headers byte by
byte, then the body) waits there. A per-read timeout alone lets a server that drips one byte a
second hold us for ever; here each read may take what is left of the whole.
"""

from __future__ import annotations

import http.client
import select
import socket
import ssl
import threading
import time
from typing import Any

from monitor.fetch import netguard
from monitor.fetch.head import Response
from monitor.fetch.target import Target

IDLE_SECONDS = 30.0
"""An idle connection older than this is not used again."""


class DeadlineError(TimeoutError):
    """The whole exchange took longer than it may."""


class TooMuchError(http.client.HTTPException):
    """The answer is larger than we are ready to take in."""


class ForbiddenAddressError(OSError):
    """The name leads only to addresses that we must not connect to."""


class Pace:
    """How long and how much one exchange may take: seconds of silence, seconds and bytes in all."""

    __slots__ = ("connect", "end", "room", "silence")

    def __init__(self, *, total: float, silence: float, connect: float, room: int) -> None:
        self.end = time.monotonic() + total
        self.silence, self.connect, self.room = silence, connect, room

    def left(self, at_most: float) -> float:
        """Seconds that the next step may take. Raises DeadlineError when there are none left."""
        left = self.end - time.monotonic()
        if left <= 0:
            raise DeadlineError
        return min(left, at_most)

    @property
    def over(self) -> bool:
        return time.monotonic() >= self.end


class _Paced:
    """A socket whose every step is bounded by the `pace` of the exchange that it serves."""

    pace: Pace | None = None

    def recv_into(self: Any, *args: Any, **kwargs: Any) -> int:
        pace: Pace | None = self.pace
        if pace is None:
            return super().recv_into(*args, **kwargs)  # type: ignore[misc,no-any-return]
        self.settimeout(pace.left(pace.silence))
        count: int = super().recv_into(*args, **kwargs)  # type: ignore[misc]
        pace.room -= count
        if pace.room < 0:
            raise TooMuchError("more bytes than we take in")
        return count

    def sendall(self: Any, *args: Any, **kwargs: Any) -> None:
        if self.pace is not None:
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


class Connection(http.client.HTTPConnection):
    """One connection to one checked address of a target."""

    response_class = Response
    sock: Any

    def __init__(self, target: Target, tls: ssl.SSLContext | None) -> None:
        super().__init__(target.host, target.port)
        self.default_port = 443 if tls else 80
        self._tls, self._local = tls, target.local
        self.pace: Pace | None = None

    def begin(self, pace: Pace) -> None:
        """What follows on this connection keeps to this pace."""
        self.pace = pace
        if self.sock is not None:
            self.sock.pace = pace

    def connect(self) -> None:
        pace = self.pace
        assert pace is not None, "begin() comes first"
        raw = self._dial(pace)
        try:
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            raw.settimeout(pace.left(pace.connect))  # a handshake keeps to it as a whole
            sock: Any = self._tls.wrap_socket(raw, server_hostname=self.host) if self._tls else raw
        except BaseException:
            raw.close()
            raise
        sock.pace = pace
        self.sock = sock

    def _dial(self, pace: Pace) -> socket.socket:
        found = netguard.resolve(self.host, self.port, seconds=pace.left(pace.connect))
        usable = [it for it in found if netguard.permitted(it.sockaddr[0], local=self._local)]
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
    except BaseException:
        sock.close()
        raise
    return sock


class Idle:
    """Connections that wait for their next request. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, str, int], list[tuple[float, Connection]]] = {}

    def take(self, target: Target) -> Connection | None:
        """A connection that is still open, or None."""
        while True:
            with self._lock:
                kept = self._kept.get(target.origin)
                if not kept:
                    return None
                since, connection = kept.pop()
            if time.monotonic() - since < IDLE_SECONDS and not _readable(connection.sock):
                return connection
            connection.close()

    def keep(self, target: Target, connection: Connection) -> None:
        with self._lock:
            self._kept.setdefault(target.origin, []).append((time.monotonic(), connection))

    def close(self) -> None:
        with self._lock:
            kept = [connection for group in self._kept.values() for _, connection in group]
            self._kept.clear()
        for connection in kept:
            connection.close()


def _readable(sock: Any) -> bool:
    """Whether something waits to be read: between two requests only the end of the connection."""
    waiting = select.poll()
    waiting.register(sock, select.POLLIN)
    return bool(waiting.poll(0))
