"""One conversation with a relay (RFC 5321), with deadlines that a dripping relay cannot outlast.

smtplib opens it (greeting, EHLO, STARTTLS, log-in); what is asked for each message is written here, because
smtplib waits for each piece of an answer anew and has no PIPELINING (RFC 2920).
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Sequence
from time import monotonic
from typing import Any, Literal

Tls = Literal["none", "starttls", "tls"]
Answer = tuple[int, bytes]

ACCEPTED = frozenset({250, 251, 252})
LONGEST_ANSWER = 64 * 1024


class Nonsense(smtplib.SMTPException):
    """What came is no answer of a mail relay."""


class Session(smtplib.SMTP):
    """smtplib's connection; whoever asks sets the time by which the whole answer has to be there."""

    def __init__(self, host: str, port: int, *, ours: str, timeout: float, tls: Tls) -> None:
        self._rest = bytearray()
        self._until = monotonic() + timeout
        self._context = ssl.create_default_context() if tls != "none" else None
        self._wrapped_at_once = tls == "tls"
        self.uses = 0
        self.used_at = monotonic()
        try:
            super().__init__(host, port, ours, timeout)
        except BaseException:
            self.close()
            raise

    def open(self, *, starttls: bool, user: str, password: str) -> None:
        """Greets, encrypts and logs in, within the time that the connecting began."""
        if starttls:
            self.starttls(context=self._context)
            if self._rest:  # words put in before the encryption began: somebody stands between
                raise Nonsense("it spoke out of turn before TLS")
        self.ehlo_or_helo_if_needed()
        if user:
            self.login(user, password)

    # -- one message ------------------------------------------------------------------
    def allow(self, seconds: float) -> None:
        """From now on, what is asked has so long altogether."""
        self._until = monotonic() + seconds

    def envelope(self, sender: str, to: str, options: Sequence[str]) -> tuple[str, Answer]:
        """The word that decided and its answer: MAIL if the relay refuses the sender, else RCPT."""
        mail = " ".join((f"MAIL FROM:<{sender}>", *options))
        both = (mail, f"RCPT TO:<{to}>")
        if not self.has_extn("pipelining"):
            first = self.ask(both[0])
            return ("MAIL", first) if first[0] not in ACCEPTED else ("RCPT", self.ask(both[1]))
        self.send(f"{both[0]}\r\n{both[1]}\r\n")
        first = self.getreply()
        if first[0] == 421:  # it hangs up and answers no more
            return "MAIL", first
        second = self.getreply()
        return ("MAIL", first) if first[0] not in ACCEPTED else ("RCPT", second)

    def content(self, message: bytes, *, checking: float) -> Answer:
        """Hands over the message up to the final dot, then waits `checking` seconds for the relay's word on it."""
        stuffed = message.replace(b"\n.", b"\n..")  # RFC 5321, 4.5.2
        if stuffed.startswith(b"."):
            stuffed = b"." + stuffed
        self.send(stuffed + (b".\r\n" if stuffed.endswith(b"\r\n") else b"\r\n.\r\n"))
        self.allow(checking)
        return self.getreply()

    def ask(self, command: str) -> Answer:
        """One command and its answer."""
        self.send(f"{command}\r\n")
        return self.getreply()

    # -- the wire ---------------------------------------------------------------------
    def send(self, s: Any) -> None:
        """All of it by the time that was set; smtplib's commands come through here too."""
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("it closed the connection")
        self.sock.settimeout(self._left())
        self.sock.sendall(s.encode("utf-8") if isinstance(s, str) else s)

    def getreply(self) -> Answer:
        """The next answer, whole and in time (smtplib's own waits for each piece anew)."""
        words: list[bytes] = []
        size = 0
        while True:
            line = self._line()
            size += len(line)
            if not line[:3].isdigit() or size > LONGEST_ANSWER:
                self.close()
                raise Nonsense("it does not speak SMTP")
            words.append(line[4:].strip())
            if line[3:4] != b"-":
                return int(line[:3]), b"\n".join(words)

    def _line(self) -> bytes:
        while (end := self._rest.find(b"\n")) < 0:
            if self.sock is None:
                raise smtplib.SMTPServerDisconnected("it closed the connection")
            if len(self._rest) > LONGEST_ANSWER:
                self.close()
                raise Nonsense("it does not speak SMTP")
            self.sock.settimeout(self._left())
            got = self.sock.recv(8192)
            if not got:
                self.close()
                raise smtplib.SMTPServerDisconnected("it closed the connection")
            self._rest += got
        line = bytes(self._rest[:end])
        del self._rest[: end + 1]
        return line

    def _left(self) -> float:
        left = self._until - monotonic()
        if left <= 0:
            raise TimeoutError("it did not answer in time")
        return left

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = socket.create_connection((host, port), self._left(), self.source_address)
        if not self._wrapped_at_once or self._context is None:
            return plain
        plain.settimeout(self._left())
        return self._context.wrap_socket(plain, server_hostname=host)
