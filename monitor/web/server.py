"""waitress in a thread: starts at once, closes cleanly."""

from __future__ import annotations

import logging
import socket
import threading
import time
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.server import create_server

from monitor.errors import ConfigError
from monitor.web.doors import without_token

LEAST_BODY = 4096
"""Bytes of a request's body that are read before it is refused, where no page takes any."""
LAST_WORDS = 2.0
"""Seconds that answers in hand get to reach their readers once we close."""
EVERYWHERE = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}
"""Addresses that mean every interface, and where this machine finds such a server."""


class Server:
    """The pages, up until `close`."""

    def __init__(self, app: Flask, host: str, port: int) -> None:
        listening = _listen(host, port)
        self.port: int = listening.getsockname()[1]
        shown = EVERYWHERE.get(host, host)
        self.url = f"http://{f'[{shown}]' if ':' in shown else shown}:{self.port}/"
        logging.getLogger("waitress").addFilter(_discreet)
        self._sockets: dict[int, Any] = {}
        self._server: Any = create_server(
            app, map=self._sockets, sockets=[listening], threads=4, ident="",
            max_request_body_size=max(LEAST_BODY, app.config.get("MOST_BODY", 0)) + 1,  # it refuses the limit itself
            # Who is behind a proxy is worked out in doors.sender, from the whole chain.
            clear_untrusted_proxy_headers=False,
        )  # fmt: skip
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="web", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Answers what is being asked, then stops. Closing twice is no harm."""
        if not self._closing.is_set():
            self._closing.set()
            self._server.pull_trigger()
        self._thread.join(timeout=5 + LAST_WORDS)

    def _run(self) -> None:
        # The thread that reads the sockets also closes them: closed from another one, they could be
        # gone in the middle of a select.
        while not self._closing.is_set():
            wasyncore.loop(timeout=1, map=self._sockets, count=1)
        self._server.accepting = False
        self._server.task_dispatcher.shutdown(cancel_pending=True, timeout=5)
        end = time.monotonic() + LAST_WORDS
        while self._unsent() and time.monotonic() < end:
            wasyncore.loop(timeout=0.05, map=self._sockets, count=1)
        wasyncore.close_all(self._sockets)

    def _unsent(self) -> bool:
        return any(one.total_outbufs_len for one in self._server.active_channels.values())


class _Discreet(logging.Filter):
    """waitress names the address it was serving when something broke; a signed link is a key."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = without_token(record.getMessage()), None
        return True


_discreet = _Discreet()
"""One object: a logger takes the same filter once, however many servers start."""


def serve(app: Flask, host: str, port: int) -> Server:
    """Serves the app; port 0 takes a free one. Raises ConfigError if the address cannot be used."""
    return Server(app, host, port)


def _listen(host: str, port: int) -> socket.socket:
    try:
        found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM,
                                   flags=socket.AI_PASSIVE)  # fmt: skip
        # A name may stand for several addresses; the older kind is the one every reader has.
        family, _, _, _, address = min(found, key=lambda one: one[0] != socket.AF_INET)
        return socket.create_server(address[:2], family=family, dualstack_ipv6=host == "::")
    except (socket.gaierror, UnicodeError) as error:
        raise ConfigError(
            f"the pages cannot be served at {host}: this machine has no such address; set host in"
            " [web]"
        ) from error
    except OSError as error:
        why = error.strerror or str(error)
        raise ConfigError(
            f"the pages cannot be served at {host}:{port}: {why}; set another port in [web]"
        ) from error
