"""The outside world of a service under test: a relay, an endpoint and an advisory page, all on this machine.

They live in the process that judges, never in the one that is killed. The relay (aiosmtpd) and the endpoint keep the
raw bytes of everything handed to them, the moment it was complete (the final dot; the last byte of the body), and
whether they had given their answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from tests.fakes import page
from tests.test_pipeline import ORDER

BEFORE, AFTER = page(), page(words=ORDER)


@dataclass
class Copy:
    """One message that was handed over whole."""

    to: str
    """The recipient's address, or the endpoint's path."""
    message_id: str
    raw: bytes
    complete_at: float
    answered_at: float | None = None
    """None: whoever handed it over was gone before it got the answer."""


@dataclass
class World:
    """What stands around the service. On a slow hop, `delay` seconds pass before the answer to a message, and a
    fifth of them before others."""

    delay: float = 0.0
    copies: list[Copy] = field(default_factory=list)
    stages: set[str] = field(default_factory=set)
    """How far conversations with the relay have come."""
    held: threading.Event | None = None
    """While set to an event that is not, the relay answers no message."""
    news: bool = True
    """Whether the page has changed by now."""
    looks: int = 0
    open: int = 0
    relay_port: int = 0
    web_port: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stop: Any = None

    def __enter__(self) -> Self:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.relay_port = free.getsockname()[1]
        relay = _Listening(_Handler(self), self, hostname="127.0.0.1", port=self.relay_port)
        relay.start()
        web = _Server(("127.0.0.1", 0), _Web)
        web.world = self
        self.web_port = web.server_address[1]
        threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

        def stop() -> None:
            relay.stop()
            web.shutdown()
            web.server_close()

        self._stop = stop
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def count(self, by: int) -> None:
        with self._lock:
            self.open += by

    def keep(self, copy: Copy) -> Copy:
        with self._lock:
            self.copies.append(copy)
        return copy

    def settle(self, seconds: float = 10) -> None:
        """Waits until nobody is connected any more: what a dead process had sent is taken in by then."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if not self.open:
                return
            time.sleep(0.005)
        raise AssertionError("somebody is still connected to the sinks")

    def clear(self) -> None:
        self.settle()
        self.copies, self.stages = [], set()


class _Handler:
    def __init__(self, world: World) -> None:
        self.world = world

    async def _slow(self, stage: str) -> None:
        self.world.stages.add(stage)
        if self.world.delay:
            await asyncio.sleep(self.world.delay if stage == "dot" else self.world.delay / 5)

    async def handle_MAIL(self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        await self._slow("MAIL")
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        await self._slow("RCPT")
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        raw = bytes(envelope.content)
        name = next(line[11:].strip() for line in raw.split(b"\r\n") if line.lower().startswith(b"message-id:"))
        # The final dot is here: from now on a real relay delivers it, whether or not its answer is heard.
        copy = self.world.keep(Copy(envelope.rcpt_tos[0], name.decode(), raw, time.monotonic()))
        server.in_hand = copy
        await self._slow("dot")
        while self.world.held is not None and not self.world.held.is_set():
            await asyncio.sleep(0.01)
        return "250 queued"


class _Smtp(SMTP):
    """aiosmtpd's server, watched: who is connected, and when the answer to a message was written."""

    def __init__(self, *given: Any, world: World, **named: Any) -> None:
        super().__init__(*given, **named)
        self.world, self.in_hand = world, None

    def connection_made(self, transport: Any) -> None:
        self.world.count(1)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.world.count(-1)
        super().connection_lost(error)

    async def push(self, status: Any) -> None:
        transport = self.transport
        await super().push(status)
        if self.in_hand is not None and str(status).startswith("250 queued"):
            if transport is not None and not transport.is_closing():
                self.in_hand.answered_at = time.monotonic()
                self.world.stages.add("250")
            self.in_hand = None


class _Listening(Controller):
    def __init__(self, handler: Any, world: World, **named: Any) -> None:
        self._world = world
        super().__init__(handler, **named)

    def factory(self) -> SMTP:
        return _Smtp(self.handler, hostname="relay.example", world=self._world)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    world: World

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed in the middle is what this is for."""


class _Web(BaseHTTPRequestHandler):
    """GET: the advisory, as it was to whoever has not seen it, as it is now to whoever has. POST: the endpoint."""

    server: _Server
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        self.server.world.count(1)
        super().setup()

    def finish(self) -> None:
        try:
            with contextlib.suppress(OSError):
                super().finish()
        finally:
            self.server.world.count(-1)

    def do_GET(self) -> None:
        seen, self.server.world.looks = self.headers.get("If-None-Match"), self.server.world.looks + 1
        old = seen is None or not self.server.world.news
        body, tag = (BEFORE, '"before"') if old else (AFTER, '"after"')
        self.send_response(304 if seen == tag else 200)
        self.send_header("ETag", tag)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", "0" if seen == tag else str(len(body)))
        self.end_headers()
        if seen != tag:
            self.wfile.write(body)

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        raw = self.rfile.read(length)
        if len(raw) < length:
            self.close_connection = True
            return  # cut off in the middle: never handed over
        world = self.server.world
        copy = world.keep(Copy(self.path, self.headers["webhook-id"], raw, time.monotonic()))
        if world.delay:
            time.sleep(world.delay)
        self.send_response(204)
        self.end_headers()
        copy.answered_at = time.monotonic()

    def log_message(self, *_: object) -> None:
        pass
