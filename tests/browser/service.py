"""The whole service for a browser: a publisher's page that can be changed, the real parts, mails in a folder."""

from __future__ import annotations

import email
import email.policy
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TypeVar

from monitor import wiring
from monitor.commands import running
from monitor.wiring import Parts
from tests.fakes import page

T = TypeVar("T")
CONFIG = """
[site]
name = "Advisory watch"
contact = "desk@watch.example"
base_url = "http://127.0.0.1:{port}"
[schedule]
tick = "0.2s"
[fetch]
host_gap = "0.01s"
local_hosts = ["127.0.0.1:{publisher}"]
[mail]
folder = "outbox"
[web]
port = {port}
[[destinations]]
name = "Mali"
iso3 = "MLI"
[[destinations.sources]]
id = "mali-us-page"
kind = "us-page"
publisher = "us-state"
every = "0.5s"
url = "http://127.0.0.1:{publisher}/mali.html"
"""


class Publisher:
    """A web server with one advisory, whose bytes a test sets."""

    def __init__(self) -> None:
        self.body = page(level=3)
        owner = self

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                found = self.path == "/mali.html"
                self.send_response(200 if found else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(owner.body if found else b"")

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.port: int = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Service:
    """The running service, and what came out of it."""

    def __init__(self, url: str, parts: Parts, publisher: Publisher, outbox: Path) -> None:
        self.url, self.parts, self.publisher, self._outbox = url.rstrip("/"), parts, publisher, outbox

    def mails(self) -> list[EmailMessage]:
        """Every mail so far, oldest first."""
        files = sorted(self._outbox.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in files]  # type: ignore[misc]

    def mail(self, about: str) -> EmailMessage:
        """The newest mail whose subject holds these words, as soon as there is one."""
        return waited(lambda: next((one for one in reversed(self.mails()) if about in one["Subject"]), None), about)


def link(mail: EmailMessage, path: str) -> str:
    """The address below `path` that the mail's plain text holds."""
    part = mail.get_body(("plain",))
    assert part is not None
    found = re.search(rf"http\S+/{path}\S+", part.get_content())
    assert found is not None, f"no link to {path} in {mail['Subject']!r}"
    return found.group()


def waited(look: Callable[[], T | None], what: str, seconds: float = 30) -> T:
    """What `look` gives once it is there."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if (found := look()) is not None:
            return found
        time.sleep(0.05)
    raise AssertionError(f"nothing came within {seconds:.0f} s: {what}")


@contextmanager
def serving(folder: Path) -> Iterator[Service]:
    """The service, with its first look done."""
    publisher = Publisher()
    path = folder / "config.toml"
    path.write_text(CONFIG.format(port=free_port(), publisher=publisher.port), encoding="utf-8")
    parts = wiring.parts(path)
    try:
        with running.started(parts, parts.config.web.port) as url:
            waited(lambda: parts.store.baseline("mali-us-page"), "the first look")
            yield Service(url, parts, publisher, folder / "outbox")
    finally:
        parts.close()
        publisher.close()


def free_port() -> int:
    """Links in mails name the port, so it has to be known before the server starts."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
