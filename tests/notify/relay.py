"""Real SMTP servers in this process, with misbehaviour on request."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from monitor.audience import Delivery


@dataclass
class Relay:
    """Accepts everything, unless told what to answer; keeps what it accepted."""

    answers: dict[str, str] = field(default_factory=dict)
    """Reply by command ("RCPT", "DATA", "MAIL"); "drop" breaks the connection."""
    accepted: list[tuple[list[str], bytes]] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    connections: int = 0
    goodbyes: int = 0
    port: int = 0
    utf8: bool = False
    """Takes addresses beyond ASCII."""
    tls: ssl.SSLContext | None = None
    """Offers STARTTLS with this certificate, and takes nothing without it."""
    _controller: Any = None

    def __enter__(self) -> Relay:
        with socket.create_server(("127.0.0.1", self.port)) as free:  # 0: any that is free
            self.port = free.getsockname()[1]
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, enable_SMTPUTF8=self.utf8,
                                      tls_context=self.tls, require_starttls=self.tls is not None)  # fmt: skip
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    def _answer(self, command: str, server: SMTP) -> str | None:
        reply = self.answers.get(command)
        if reply == "drop":
            server.transport.close()
            return "421 going"
        return reply

    async def handle_EHLO(
        self, server: SMTP, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_QUIT(self, server: SMTP, session: Any, envelope: Any) -> str:
        self.goodbyes += 1
        return "221 bye"

    async def handle_MAIL(self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        reply = self._answer("MAIL", server)
        if reply is None:
            envelope.mail_from = address
            self.senders.append(address)
            envelope.mail_options.extend(options)
        return reply or "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        reply = self._answer("RCPT", server)
        if reply is None:
            envelope.rcpt_tos.append(address)
        return reply or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        reply = self._answer("DATA", server)
        if reply is None or reply.startswith("accept then"):
            self.accepted.append((list(envelope.rcpt_tos), bytes(envelope.content)))
        if reply == "accept then drop":
            server.transport.close()
        return reply or "250 queued as 1"


class Moody:
    """A relay on a bare socket that misbehaves at one command of chosen deliveries, and nowhere else.

    The delivery is read off the envelope: its sender is made by `return_path`. `mood` is a reply ("450 later"),
    "drop", "drip" (an answer that never ends, a letter at a time) or "timeout" (none).
    """

    def __init__(self, command: str = "", mood: str = "", bad: Collection[int] = (), *, pipelining: bool = True,
                 once: bool = False) -> None:  # fmt: skip
        self.command, self.mood, self.bad, self.once = command, mood, set(bad), once
        self.pipelining = pipelining
        self.accepted: list[tuple[int, bytes]] = []
        self.connections = 0
        self.heard: list[str] = []
        self._ends = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]

    @staticmethod
    def return_path(delivery: Delivery) -> str:
        return f"b{delivery.id}@monitor.example"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        self._listening.close()

    def _accept(self) -> None:
        while not self._ends.is_set():
            try:
                peer, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._talk, args=(peer, self.connections), daemon=True).start()

    def _talk(self, peer: socket.socket, number: int) -> None:
        with peer, contextlib.suppress(OSError, _Left), peer.makefile("rb") as lines:
            now = number  # before a sender is named, the connection's number stands for the delivery
            self._say(peer, "GREETING", now, "220 here")
            for raw in lines:
                line = raw.decode(errors="replace").strip()
                word = line.split(" ")[0].split(":")[0].upper()
                self.heard.append(word)
                if word == "MAIL":
                    now = int(line[len("MAIL FROM:<b"):].split("@")[0])
                if word in ("EHLO", "HELO"):
                    offers = "250-here\r\n250-PIPELINING\r\n250 8BITMIME" if self.pipelining else "250 here"
                    if self.command == "STARTTLS":
                        offers = "250-here\r\n250-AUTH PLAIN\r\n250 STARTTLS"
                    self._say(peer, "EHLO", now, offers)
                elif word == "DATA":
                    if self._say(peer, "DATA", now, "354 go on"):
                        body = b"".join(iter(lambda: lines.readline(), b".\r\n"))
                        self._say(peer, "END", now, "250 queued", taken=body)
                else:
                    self._say(peer, word, now, "221 bye" if word == "QUIT" else "250 ok")

    def _say(self, peer: socket.socket, word: str, now: int, usual: str, taken: bytes = b"") -> bool:
        """True if the answer was the usual one."""
        if word != self.command or now not in self.bad:
            if word == "END":
                self.accepted.append((now, taken))
            peer.sendall(usual.encode() + b"\r\n")
            return True
        if self.once:
            self.bad.discard(now)
        if self.mood == "drop":
            if word == "END":
                self.accepted.append((now, taken))
            peer.shutdown(socket.SHUT_RDWR)
            raise _Left
        if self.mood == "timeout":
            self._ends.wait(20)
            raise _Left
        while self.mood == "drip" and not self._ends.wait(0.03):
            peer.sendall(b"2")
        peer.sendall(self.mood.encode() + b"\r\n")
        if self.mood.startswith("421"):
            raise _Left
        return False


class _Left(Exception):
    """The relay hung up."""


class Slow(Moody):
    """Thinks about every message before it answers."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds

    def _say(self, peer: socket.socket, word: str, now: int, usual: str, taken: bytes = b"") -> bool:
        if word == "END":
            self._ends.wait(self._seconds)
        return super()._say(peer, word, now, usual, taken)
