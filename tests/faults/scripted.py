"""A relay that speaks the whole of SMTP (STARTTLS, AUTH, PIPELINING) and misbehaves at one point for one recipient."""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

USUAL = {"CONNECT": "220 relay.example", "STARTTLS": "220 go on", "AUTH": "235 2.7.0 welcome", "MAIL": "250 2.1.0 ok",
         "RCPT": "250 2.1.5 ok", "DATA": "354 go on", "END": "250 2.0.0 queued", "RSET": "250 ok", "QUIT": "221 bye",
         "NOOP": "250 ok"}  # fmt: skip
ENVELOPE = ("MAIL", "RCPT", "DATA", "END", "RSET")
"""Words by which we know whose turn it is."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong: at which word, how, and for whom (an address, or the so-many-th connection)."""

    word: str
    mood: str
    """A reply, or "drop", "drip", "silence", or "after N.N" seconds the usual answer."""
    whom: str
    connection: int


class _Left(Exception):
    """The relay hung up."""


class Scripted:
    """Keeps whatever was handed over to it whole: (recipient, bytes, when, whether it was answered)."""

    def __init__(self, fault: Fault | None, tls: ssl.SSLContext, *, pipelining: bool) -> None:
        self.fault, self._tls, self._pipelining = fault, tls, pipelining
        self.refused = fault.whom if fault and fault.word == "RSET" else ""
        """Whose RCPT is refused for now: without a refusal nobody says RSET."""
        self.taken: list[tuple[str, bytes, float]] = []
        self.hits = 0
        self.clear: list[str] = []
        """Words heard before the encryption that belong behind it."""
        self._connections = 0
        self._ends = threading.Event()
        self._lock = threading.Lock()
        self._door = socket.create_server(("127.0.0.1", 0), backlog=32)
        self.port: int = self._door.getsockname()[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        self._door.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                peer, _ = self._door.accept()
                self._connections += 1
                threading.Thread(target=self._guarded, args=(peer, self._connections), daemon=True).start()

    def _guarded(self, peer: socket.socket, number: int) -> None:
        with contextlib.suppress(OSError, ValueError, _Left):
            _Talk(self, peer, number).go()

    def end(self) -> threading.Event:
        return self._ends

    @property
    def tls(self) -> ssl.SSLContext:
        return self._tls

    @property
    def offers(self) -> str:
        return "250-PIPELINING\r\n" if self._pipelining else ""

    def take(self, to: str, message: bytes) -> None:
        with self._lock:
            self.taken.append((to, message, time.monotonic()))


class _Talk:
    """One conversation."""

    def __init__(self, relay: Scripted, peer: socket.socket, number: int) -> None:
        self.relay, self.number = relay, number
        self.peer: Any = peer
        self.lines: Any = peer.makefile("rb")
        self.to, self.encrypted = "", False

    def go(self) -> None:
        try:
            self.say("CONNECT")
            for raw in iter(lambda: self.lines.readline(), b""):
                self._answer(raw.decode("latin-1").strip())
        finally:
            with contextlib.suppress(OSError):
                self.peer.close()

    def _answer(self, line: str) -> None:
        word = re.split(r"[ :]", line, maxsplit=1)[0].upper()
        if not self.encrypted and word in ("AUTH", *ENVELOPE):
            self.relay.clear.append(word)
        if word in ("EHLO", "HELO"):
            more = "250 AUTH PLAIN" if self.encrypted else "250 STARTTLS"
            offers = f"250-relay.example\r\n{self.relay.offers}{more}"
            self.say("EHLO", offers if word == "EHLO" else "250 relay.example")
        elif word == "STARTTLS":
            self.say(word)
            self.peer = self.relay.tls.wrap_socket(self.peer, server_side=True)
            self.lines, self.encrypted = self.peer.makefile("rb"), True
        elif word == "MAIL":
            # Who it will be is known from the return path before the recipient is named.
            self.to = line.partition("<")[2].partition("@")[0].replace("bounce-", "") + "@ngo.example"
            self.say(word)
        elif word == "DATA":
            if self.say(word):
                body = b"".join(iter(lambda: self.lines.readline(), b".\r\n"))
                self.say("END", then=lambda: self.relay.take(self.to, body))
        elif word == "QUIT":
            self.say(word)
            raise _Left
        else:
            self.say(word)

    def say(self, word: str, usual: str = "", then: Callable[[], object] = lambda: None) -> bool:
        """The answer, usual or not; `then` is what a relay does that accepts. True if it was the usual one."""
        usual = usual or USUAL.get(word, "250 ok")
        if word == "RCPT" and self.to == self.relay.refused:
            usual = "450 4.2.0 later"
        fault = self.relay.fault
        if fault is None or not self._meant(fault, word):
            then()
            self._send(usual)
            return True
        self.relay.hits += 1
        if fault.mood.startswith("after "):
            then()
            self.relay.end().wait(float(fault.mood[6:]))
            self._send(usual)
            return True
        if fault.mood in ("drop", "drip", "silence"):
            then()  # it had the message: only its answer is lost
        if fault.mood == "drop":
            self.peer.shutdown(socket.SHUT_RDWR)
            raise _Left
        if fault.mood == "silence":
            self.relay.end().wait(30)
            raise _Left
        while fault.mood == "drip" and not self.relay.end().wait(0.05):
            self.peer.sendall(b"2")
        self._send(fault.mood)
        if fault.mood.startswith("421"):
            raise _Left
        return False

    def _meant(self, fault: Fault, word: str) -> bool:
        if word != fault.word:
            return False
        return self.to == fault.whom if word in ENVELOPE else self.number == fault.connection

    def _send(self, words: str) -> None:
        self.peer.sendall(words.encode() + b"\r\n")
