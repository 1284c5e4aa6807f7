"""A real SMTP server in this process, with misbehaviour on request."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


@dataclass
class Relay:
    """Accepts everything, unless told what to answer; keeps what it accepted."""

    answers: dict[str, str] = field(default_factory=dict)
    """Reply by command ("RCPT", "DATA", "MAIL"); "drop" breaks the connection."""
    accepted: list[tuple[list[str], bytes]] = field(default_factory=list)
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
