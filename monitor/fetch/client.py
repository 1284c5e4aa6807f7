"""The one outbound HTTP client: GET for sources, POST for webhooks."""

from __future__ import annotations

import os
import ssl
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from requests.utils import DEFAULT_CA_BUNDLE_PATH

from monitor.core import backoff, gate
from monitor.errors import ConfigError, FetchError
from monitor.fetch import answer, plain, robots, target, unpack, wire
from monitor.fetch.answer import Answer, Raw
from monitor.fetch.manners import Manners
from monitor.fetch.session import Session
from monitor.fetch.target import Target
from monitor.fetch.turns import Turns
from monitor.model import Outcome, Page

ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
SLACK = 512 * 1024
"""Bytes beside the body: headers, chunk sizes, one buffer read ahead."""
ROBOTS_SECONDS = 15.0

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class _Look(NamedTuple):
    """What we send, and what we are ready to take in, through all redirects of one look."""

    headers: dict[str, str]
    seconds: float
    max_body: int
    cut: bool = False
    """Keep the beginning of a body that is too large, instead of refusing it."""
    gap: float = 0.0
    robots: bool = False


class Client:
    """Fetches pages and posts webhooks within the manners given. Thread-safe.

    `clock` and `sleep` serve the gaps between requests and the age of robots.txt, `now` the times
    we write down; deadlines always run in real time. Raises ConfigError if the environment names a
    CA bundle (REQUESTS_CA_BUNDLE, SSL_CERT_FILE) that cannot be read; TLS is always verified.
    Proxy settings and ~/.netrc are not looked at; no cookie is kept.
    """

    def __init__(
        self,
        manners: Manners,
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._manners, self._now = manners, now
        self._allowed = frozenset(host.lower() for host in manners.allowed_hosts)
        self._local = frozenset(entry.lower() for entry in manners.local_hosts)
        self._tls = _tls(_ca_bundle())
        self._turns = Turns(clock, sleep)
        self._robots = robots.Robots(manners.user_agent, self._ask_robots, clock)
        self._session = Session(self._tls)

    def get(self, url: str, *, etag: str = "", last_modified: str = "", accept: str = "") -> Page:
        """The page at `url`; with validators possibly a Page of status 304 and no body.

        Raises FetchError, with the outcome that the visit gets: `blocked` (401, 403, 407, 429, 451,
        any challenge page, robots.txt), `unreadable` (404 and other answers that are no page, too
        large, an address we may not ask) or `unavailable` (all that is broken on the way). It
        carries Retry-After (RFC 9110, 10.2.3; RFC 6585) as seconds, at most a day.
        """
        manners = self._manners
        headers = self._request_headers(etag, last_modified, accept)
        look = _Look(headers, manners.deadline, manners.max_body, gap=manners.host_gap, robots=manners.robots)
        to, got, elapsed = self._follow(self._target(url), look)
        raw = got.raw
        if raw.status != 304 and not 200 <= raw.status < 300:
            raise self._refused(to, raw)
        if raw.status == 304 and not _conditional(headers):
            words = f"{to.label} says that the page has not changed, though we never saw it."
            raise FetchError(words, outcome=Outcome.UNREADABLE, status=304)
        return Page(
            url=url,
            final_url=to.url,
            body=raw.body,
            status=raw.status,
            headers=raw.headers,
            taken_at=got.began,
            elapsed=elapsed,
        )

    def post(
        self, url: str, body: bytes, headers: Mapping[str, str], *, timeout: float = 15
    ) -> tuple[int, Mapping[str, str]]:
        """Status and headers of the answer to a webhook; redirects are not followed.

        `timeout` bounds the whole exchange, in seconds. Goes to https at any public address, or to
        `local_hosts`. Raises FetchError only when no HTTP answer came. Each call has a connection
        of its own: a request that failed on a reused one might have arrived, and would be repeated.
        """
        to = target.endpoint(url, local=self._local)
        pace = wire.Pace(
            total=timeout,
            silence=timeout,
            connect=min(timeout, self._manners.connect_timeout),
            room=SLACK,
        )
        sent = {"User-Agent": self._manners.user_agent, **headers}
        try:
            with Session(self._tls) as once, once.ask("POST", to, sent, pace, body) as response:
                return response.status_code, answer.Headers(answer.headers(response.raw))
        except plain.FOREIGN as error:
            raise plain.failure(error, to.label, pace, lost="the message was not delivered") from error

    def close(self) -> None:
        """Closes the connections kept for reuse; the client stays usable."""
        self._session.close()

    def _target(self, url: str) -> Target:
        return target.page(url, allowed=self._allowed, local=self._local)

    def _request_headers(self, etag: str, last_modified: str, accept: str) -> dict[str, str]:
        headers = {
            "User-Agent": self._manners.user_agent,
            "Accept": accept or ACCEPT,
            "Accept-Encoding": unpack.OFFERED,
        }
        if _sendable(etag):
            headers["If-None-Match"] = etag
        if _sendable(last_modified):
            headers["If-Modified-Since"] = last_modified
        return headers

    def _follow(self, to: Target, look: _Look) -> tuple[Target, Answer, float]:
        """The answer at the end of the redirects, where it came from, and the seconds it took."""
        spent, before = 0.0, ""
        for _ in range(self._manners.max_redirects + 1):
            gap = max(look.gap, self._robots.delay(to)) if look.robots else look.gap
            with self._turns.turn(to.address, gap, at_once=to.address == before):
                got = self._asked(to, look, look.seconds - spent)
            spent += got.elapsed
            location = got.raw.header("location")
            if got.raw.status not in _REDIRECTS or not location:
                return to, got, spent
            before, to = to.address, self._next_hop(to, location)
        raise FetchError(f"{to.label} keeps sending us on to other addresses: no page came.")

    def _next_hop(self, here: Target, location: str) -> Target:
        try:
            return self._target(target.joined(here, location))
        except FetchError as error:
            words = f"{here.label} sends us on to another address. {error}"
            raise FetchError(words, outcome=error.outcome) from error

    def _asked(self, to: Target, look: _Look, seconds: float) -> Answer:
        manners = self._manners
        pace = wire.Pace(
            total=seconds,
            silence=manners.read_timeout,
            connect=manners.connect_timeout,
            room=look.max_body + SLACK,
        )
        began, start = self._now(), time.monotonic()
        try:
            raw = self._exchange(to, look, pace)
        except plain.FOREIGN as error:
            raise plain.failure(error, to.label, pace) from error
        return Answer(raw, began, time.monotonic() - start)

    def _exchange(self, to: Target, look: _Look, pace: wire.Pace) -> Raw:
        try:
            return self._ask(to, look, pace)
        except plain.FOREIGN as error:
            if pace.dialled or not isinstance(plain.root(error), ConnectionError | ssl.SSLEOFError):
                raise
        # The server closed the idle connection just as we wrote; a GET may simply be repeated
        # (RFC 9110, section 9.2.2). No other is idle: we keep one for each origin.
        return self._ask(to, look, pace)

    def _ask(self, to: Target, look: _Look, pace: wire.Pace) -> Raw:
        with self._session.ask("GET", to, look.headers, pace) as response:
            body = answer.body(response.raw, look.max_body, cut=look.cut)
            return Raw(response.status_code, answer.headers(response.raw), body)

    def _ask_robots(self, to: Target) -> Raw:
        headers = self._request_headers("", "", "text/plain,*/*;q=0.5")
        seconds = min(ROBOTS_SECONDS, self._manners.deadline)
        return self._follow(to, _Look(headers, seconds, robots.MAX_BYTES, cut=True))[1].raw

    def _refused(self, to: Target, raw: Raw) -> FetchError:
        name = gate.challenge(raw.body, raw.headers)
        words = f"a page against programs ({name})" if name else gate.status_words(raw.status)
        return FetchError(
            f"{to.label} answered {raw.status}: {words}.",
            outcome=Outcome.BLOCKED if name else gate.by_status(raw.status) or Outcome.UNREADABLE,
            retry_after=backoff.seconds_asked(raw.header("retry-after"), self._now()),
            status=raw.status,
        )


def _conditional(headers: Mapping[str, str]) -> bool:
    return "If-None-Match" in headers or "If-Modified-Since" in headers


def _sendable(value: str) -> bool:
    """Whether a stored validator can be sent back; one that cannot is left out, not an error."""
    return bool(value) and value.isascii() and value.isprintable()


def _ca_bundle() -> str:
    given = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("SSL_CERT_FILE")
    return given or DEFAULT_CA_BUNDLE_PATH


@lru_cache(maxsize=4)  # reading the bundle takes some 25 ms
def _tls(bundle: str) -> ssl.SSLContext:
    try:
        if os.path.isdir(bundle):
            return wire.tls_context("", bundle)
        return wire.tls_context(bundle)
    except OSError as error:
        raise ConfigError(f"The CA bundle {bundle!r} (REQUESTS_CA_BUNDLE or SSL_CERT_FILE) cannot be read.") from error
