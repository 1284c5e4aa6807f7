"""A web site on this machine that plays a recorded story, beat by beat.

    with DemoSite(Path("story.warc.gz")) as site:
        site.local_url("https://travel.state.gov/en/mali.html")  # http://127.0.0.1:PORT/travel...
        site.advance()  # the web moves on to the next beat

A beat is one step of the story: what was captured in one go, under one label. At each beat every
address answers with its newest capture so far, with that capture's status and headers. An address
that the story has not reached yet answers 404, and so does robots.txt.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import NamedTuple
from urllib.parse import urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from monitor.errors import ConfigError
from monitor.model import Page

LABEL = "Story-Beat"
"""WARC header with the human label of a record's beat; recordings without it are cut by time."""
_TOGETHER = timedelta(minutes=30)
_OURS = {"connection", "content-encoding", "content-length", "date", "keep-alive", "server",
         "transfer-encoding"}  # fmt: skip
"""Headers that belong to the connection with us rather than to the recording."""


class Beat(NamedTuple):
    """One step of the story: when its last capture was taken, and what happens in it."""

    taken_at: datetime
    label: str


@dataclass(frozen=True, slots=True)
class _Take:
    page: Page
    label: str


class DemoSite:
    """Plays the WARC on 127.0.0.1; the story stands still at its first beat until `advance`.

    `speed` is the number of beats per second that the story moves by itself; 0 leaves it to
    `advance`. `port` 0 takes any free port.
    """

    def __init__(self, warc: Path, *, speed: float = 0.0, port: int = 0) -> None:
        takes = sorted(_takes(warc), key=lambda take: take.page.taken_at)
        if not takes:
            raise ConfigError(f"The recording {warc} holds no captured page.")
        self.beats: tuple[Beat, ...] = tuple(_beats(takes))
        self._captures = _by_path(takes)
        self._index = 0
        self._lock = threading.Lock()
        self._speed = speed
        self._stopped = threading.Event()
        self._threads: list[threading.Thread] = []
        self._server = _Server(port, self)

    # ------------------------------------------------------------------------------
    # The story clock
    # ------------------------------------------------------------------------------
    @property
    def beat(self) -> Beat:
        """Where the story stands."""
        with self._lock:
            return self.beats[self._index]

    @property
    def now(self) -> datetime:
        """The story's own time: that of the current beat."""
        return self.beat.taken_at

    @property
    def over(self) -> bool:
        """Whether this is the last beat."""
        with self._lock:
            return self._index == len(self.beats) - 1

    def advance(self) -> Beat | None:
        """Move to the next beat and return it; None when the story is over."""
        with self._lock:
            if self._index == len(self.beats) - 1:
                return None
            self._index += 1
            return self.beats[self._index]

    def rewind(self) -> None:
        """Go back to the first beat."""
        with self._lock:
            self._index = 0

    # ------------------------------------------------------------------------------
    # Addresses
    # ------------------------------------------------------------------------------
    @property
    def port(self) -> int:
        return self._server.server_address[1]

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def urls(self) -> tuple[str, ...]:
        """The original addresses that the recording holds, in the order of their first capture."""
        return tuple(dict.fromkeys(pages[0].url for pages in self._captures.values()))

    def local_url(self, original_url: str) -> str:
        """The address on this machine that plays the original one."""
        return self.base_url + _path(original_url)

    def current(self, path: str) -> Page | None:
        """The newest capture for this path at the current beat, None if there is none yet."""
        pages = self._captures.get(path, ())
        known = bisect_right(pages, self.now, key=lambda page: page.taken_at)
        return pages[known - 1] if known else None

    # ------------------------------------------------------------------------------
    # Running
    # ------------------------------------------------------------------------------
    def start(self) -> DemoSite:
        """Begin to answer; returns the site itself."""
        self._spawn("demo-site", self._server.serve_forever)
        if self._speed > 0:
            self._spawn("demo-clock", self._tick)
        return self

    def stop(self) -> None:
        """Stop answering and free the port; harmless when called twice or before `start`."""
        self._stopped.set()
        if self._threads:
            self._server.shutdown()
            for thread in self._threads:
                thread.join()
            self._threads.clear()
        self._server.server_close()

    def __enter__(self) -> DemoSite:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _spawn(self, name: str, run: Callable[[], None]) -> None:
        thread = threading.Thread(target=run, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _tick(self) -> None:
        while not self._stopped.wait(1 / self._speed) and self.advance():
            pass


# --------------------------------------------------------------------------------------
# The recording
# --------------------------------------------------------------------------------------
def _takes(warc: Path) -> Iterator[_Take]:
    try:
        with warc.open("rb") as stream:
            for record in ArchiveIterator(stream):
                if record.rec_type != "response" or record.http_headers is None:
                    continue
                fields = record.rec_headers
                page = Page(
                    url=(fields.get_header("WARC-Target-URI") or "").strip("<>"),
                    body=record.content_stream().read(),
                    status=int(record.http_headers.get_statuscode()),
                    headers=tuple(record.http_headers.headers),
                    taken_at=_time(fields.get_header("WARC-Date")),
                )
                yield _Take(page, fields.get_header(LABEL) or "")
    except OSError as error:
        raise ConfigError(f"The recording {warc} cannot be read: {error.strerror}.") from error
    except (ArchiveLoadFailed, ValueError, EOFError) as error:
        raise ConfigError(f"The file {warc} is not a WARC recording, or it is damaged.") from error


def _time(value: str | None) -> datetime:
    when = datetime.fromisoformat((value or "").replace("Z", "+00:00"))
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _beats(takes: list[_Take]) -> Iterator[Beat]:
    """Neighbours with one label, or without any and close in time, make one beat."""
    group: list[_Take] = []
    for take in takes:
        if group and not _together(group[-1], take):
            yield _beat(group)
            group = []
        group.append(take)
    yield _beat(group)


def _together(before: _Take, after: _Take) -> bool:
    if before.label or after.label:
        return before.label == after.label
    return after.page.taken_at - before.page.taken_at <= _TOGETHER


def _beat(group: list[_Take]) -> Beat:
    names = [urlsplit(take.page.url).path.rstrip("/").rpartition("/")[2] for take in group]
    return Beat(group[-1].page.taken_at, group[0].label or ", ".join(dict.fromkeys(names)))


def _by_path(takes: list[_Take]) -> Mapping[str, list[Page]]:
    found: dict[str, list[Page]] = {}
    for take in takes:
        found.setdefault(_path(take.page.url), []).append(take.page)
    return found


def _path(original_url: str) -> str:
    """`/travel.state.gov/en/mali.html`: the host becomes the first step of the path."""
    parts = urlsplit(original_url)
    return f"/{parts.netloc}{parts.path or '/'}" + (f"?{parts.query}" if parts.query else "")


# --------------------------------------------------------------------------------------
# The server
# --------------------------------------------------------------------------------------
class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, site: DemoSite) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.site = site


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        self._send(self._answer())

    def do_HEAD(self) -> None:
        self._send(self._answer(), body=False)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: the service that is being shown logs its own visits."""

    def _answer(self) -> _Answer:
        page = self.server.site.current(self.path)
        if page is None:
            return _Answer(HTTPStatus.NOT_FOUND, [("Content-Type", "text/plain")], b"Not found\n")
        headers = [(k, v) for k, v in page.headers if k.lower() not in _OURS]
        headers = [(k, self._located(v) if k.lower() == "location" else v) for k, v in headers]
        etag = page.header("ETag")
        if page.status == HTTPStatus.OK and etag and self.headers.get("If-None-Match") == etag:
            return _Answer(HTTPStatus.NOT_MODIFIED, headers)
        return _Answer(page.status, headers, page.body)

    def _located(self, target: str) -> str:
        """A redirect stays on this machine."""
        absolute = target.startswith(("http://", "https://"))
        return self.server.site.local_url(target) if absolute else target

    def _send(self, answer: _Answer, *, body: bool = True) -> None:
        self.send_response(answer.status)
        for key, value in answer.headers:
            self.send_header(key, value)
        bodiless = answer.status in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
        if not bodiless:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if body and not bodiless:
            self.wfile.write(answer.body)
