"""A site of raw sockets, in a process of its own, that answers with the case of the moment.

One port for each worker, because our client asks one host one thing at a time. What is answered is a number in shared
memory: that of a case, or `WELL` for the page as it is.
"""

from __future__ import annotations

import multiprocessing
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from tests.faults.lies.good import Good, all_of_them, with_news

WELL, NEWS = -1, -2


@dataclass(frozen=True, slots=True)
class Ask:
    """What was asked for, and what should have been answered."""

    path: str
    good: Good
    port: int


@dataclass(frozen=True, slots=True)
class Case:
    """One way not to answer: bytes for the wire, or a script that does it itself."""

    family: str
    name: str
    answer: Callable[[Ask], bytes | Callable[[socket.socket], object]]
    kinds: tuple[str, ...] = ()
    """The kinds of sources that it is served to; none: one of all in turn, and `headings`."""
    may_rebase: bool = False
    """The page itself in another form: it may become the new baseline, as long as nobody is told."""


def ok(body: bytes, content_type: str = "text/html; charset=utf-8", *more: str, status: str = "200 OK") -> bytes:
    """A well-formed answer of known length."""
    head = [f"HTTP/1.1 {status}", f"Content-Type: {content_type}", f"Content-Length: {len(body)}", *more, "", ""]
    return "\r\n".join(head).encode("latin-1") + body


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


@contextmanager
def sites(cases: Sequence[Case], workers: int) -> Iterator[tuple[list[int], Any]]:
    """Ports, and the shared numbers that say which case each of them answers with."""
    fork = multiprocessing.get_context("fork")
    now = fork.Array("i", [WELL] * workers, lock=False)
    here, there = fork.Pipe()
    process = fork.Process(target=_serve, args=(cases, now, there), daemon=True)
    process.start()
    try:
        yield here.recv(), now
    finally:
        process.kill()
        process.join()


def _serve(cases: Sequence[Case], now: Any, tell: Any) -> None:
    listening = [socket.create_server(("127.0.0.1", 0), backlog=64) for _ in now]
    for number, door in enumerate(listening):
        threading.Thread(target=_accept, args=(cases, now, number, door), daemon=True).start()
    tell.send([door.getsockname()[1] for door in listening])
    threading.Event().wait()


def _accept(cases: Sequence[Case], now: Any, number: int, door: socket.socket) -> None:
    while True:
        with suppress(OSError):
            connection, _ = door.accept()
            threading.Thread(target=_talk, args=(cases, now, number, connection), daemon=True).start()


def _talk(cases: Sequence[Case], now: Any, number: int, connection: socket.socket) -> None:
    with suppress(OSError), connection:
        while head := _request(connection):
            path = head.split(b" ")[1].decode("latin-1")
            good = all_of_them().get(path.split("/")[1])
            ask = Ask(path, good or all_of_them()["us-page"], connection.getsockname()[1])
            answer = _answer(cases, now[number], ask)
            if not isinstance(answer, bytes):
                answer(connection)
                return
            connection.sendall(answer)
            if b"\r\nContent-Length:" not in answer:
                return


def _answer(cases: Sequence[Case], which: int, ask: Ask) -> bytes | Callable[[socket.socket], object]:
    if which == WELL:
        return ok(ask.good.body, ask.good.content_type)
    if which == NEWS:
        return ok(with_news(ask.good.body), ask.good.content_type)
    return cases[which].answer(ask)


def _request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return b""
        data += piece
    return data
