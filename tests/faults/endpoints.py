"""Endpoints that misbehave in every way we know of: the right state for each, and none delays another."""

from __future__ import annotations

import socket
import ssl
import struct
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from standardwebhooks import Webhook, WebhookVerificationError

from monitor.audience import Channel, Delivery, DeliveryState, SubscriptionState
from monitor.core.backoff import TRIES
from monitor.fetch import Client, Manners
from monitor.notify.webhook import WebhookChannel, endpoint_secret
from tests.faults.telling import BEGUN, Telling, certificate, story
from tests.fetch.site import Script, Site, answer

PATIENCE = 2.0
"""Seconds that a call may take here; in the service 15."""
NEIGHBOURS = 4
"""Endpoints that behave, called in the same pass."""
MASTER = "a secret of this test only"
SENT, WAITING, GIVEN_UP = DeliveryState.SENT, DeliveryState.WAITING, DeliveryState.GIVEN_UP
GOOD = answer(b"", "204 No Content")


@dataclass(frozen=True, slots=True)
class Mood:
    """How an endpoint answers, where its message then stands, and how long it must be left alone at least."""

    name: str
    page: bytes | Script
    state: DeliveryState
    pause: float = TRIES[1]
    heard: int = 1
    """How often the call arrives whole before the endpoint is mended: 0 where it cannot arrive."""


def _raw(*pieces: bytes, pause: float = 0.0, forever: bytes = b"") -> Script:
    def script(connection: socket.socket) -> None:
        for number, piece in enumerate(pieces):
            time.sleep(pause if number or not piece else 0)
            connection.sendall(piece)
        end = time.monotonic() + 3 * PATIENCE
        while forever and time.monotonic() < end:
            connection.sendall(forever)
            time.sleep(0.05)

    return script


def _after(seconds: float, then: bytes) -> Script:
    def script(connection: socket.socket) -> None:
        time.sleep(seconds)
        connection.sendall(then)

    return script


def _reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def _flood(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    with suppress(OSError):
        for _ in range(5000):
            connection.sendall(b"x" * 65536)


_OK = b"HTTP/1.1 200 OK\r\n"


def moods() -> list[Mood]:
    """All of them; what is accepted first, then what is tried again, then what ends it."""
    in_two_hours = format_datetime(datetime.now(UTC) + timedelta(hours=2, minutes=12), usegmt=True)
    said = [Mood(f"{status}", answer(b"", f"{status} Fine"), SENT)
            for status in (200, 201, 202, 203, 204, 205, 206, 226)]  # fmt: skip
    said += [
        Mood("200 with a huge body", _flood, SENT),
        Mood("200, body drips", _raw(_OK + b"Content-Length: 9999\r\n\r\n", forever=b"x"), SENT),
        Mood("200, body never comes", _raw(_OK + b"Content-Length: 9999\r\n\r\n"), SENT),
        Mood("200, broken chunks", _raw(_OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"), SENT),
        Mood("200, broken gzip", answer(b"\x1f\x8bno", "200 OK", "Content-Encoding: gzip"), SENT),
        Mood("200, odd headers", _raw(_OK + b"no colon\r\nX: \xff\r\n\r\n"), SENT),
        Mood("100, then 204", b"HTTP/1.1 100 Continue\r\n\r\n" + GOOD, SENT),
        Mood("102 and 103, then 204", b"HTTP/1.1 102 Wait\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\n" + GOOD, SENT),
        Mood("late 200", _after(PATIENCE / 4, answer()), SENT),
    ]
    said += [Mood(f"{status} elsewhere", answer(b"", f"{status} Moved", "Location: /elsewhere"), WAITING)
             for status in (301, 302, 303, 307, 308)]  # fmt: skip
    said += [Mood(f"redirect to {to}", answer(b"", "307 Moved", f"Location: {to}"), WAITING) for to in (
        "http://169.254.169.254/latest/", "http://127.0.0.1:1/", "file:///etc/passwd", "//[",
        "http://10.0.0.1/")]  # fmt: skip
    said += [Mood(f"{status}", answer(b"no", f"{status} No"), WAITING) for status in (
        400, 401, 402, 403, 404, 405, 408, 409, 413, 415, 418, 422, 500, 501, 502, 504, 599)]  # fmt: skip
    said += [Mood(f"{status}, Retry-After {value}", answer(b"", f"{status} Wait", f"Retry-After: {value}"),
                  WAITING, pause)
             for status, value, pause in (
        (429, "120", 120), (429, in_two_hours, 7200), (503, "3600", 3600), (503, "999999999", 86400),
        (429, "-5", TRIES[1]), (429, "soon", TRIES[1]), (503, "Mon, 01 Jan 2001 00:00:00 GMT", TRIES[1]))]  # fmt: skip
    said += [
        Mood("too late 200", _after(2 * PATIENCE, answer()), WAITING),
        Mood("silence", _after(3 * PATIENCE, b""), WAITING),
        Mood("headers drip", _raw(_OK + b"X: ", forever=b"x"), WAITING),
        Mood("only 100s", _raw(forever=b"HTTP/1.1 100 Continue\r\n\r\n"), WAITING),
        Mood("closed without a word", _raw(b""), WAITING),
        Mood("reset", _reset, WAITING),
        Mood("half a status line", _raw(b"HTTP/1.1 2"), WAITING),
        Mood("no HTTP", _raw(b"220 mail.example ESMTP\r\n"), WAITING),
        Mood("headers without end", _raw(_OK + b"X: y\r\n" * 2000 + b"\r\n"), WAITING),
        Mood("410", answer(b"", "410 Gone"), GIVEN_UP),
    ]
    return said


@dataclass
class Row:
    """What came of one mood."""

    name: str
    first: str = ""
    pause: float = 0.0
    last: str = ""
    calls: int = 0
    took: float = 0.0
    """Seconds until the last neighbour had its call."""
    wrong: list[str] = field(default_factory=list)


class _Endpoint(Site):
    """Keeps when each call had come whole."""

    def __init__(self, page: bytes | Script, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(tls)
        self.at: list[float] = []
        self.pages["/hook"] = page

    def _read(self, connection: socket.socket) -> bytes:
        call = super()._read(connection)
        if call:
            self.at.append(time.monotonic())
        return call


class _Half(_Endpoint):
    """Closes after half the request."""

    def _read(self, connection: socket.socket) -> bytes:
        if self.pages["/hook"] == GOOD:
            return super()._read(connection)
        connection.recv(300)
        _reset(connection)
        return b""


def sweep(*, every: int = 1, at_once: int = 6) -> list[Row]:
    """Each mood with neighbours that behave, then mended, then to its end."""
    with tempfile.TemporaryDirectory(prefix="monitor-endpoints-") as name, ThreadPoolExecutor(at_once) as pool:
        made = [pool.submit(_mood, mood, Path(name)) for mood in moods()[::every]]
        made += [pool.submit(job, Path(name)) for job in (_half, _wrong_tls, _nobody, _private, _never_mended)]
        return [one.result() for one in made]


def _mood(mood: Mood, root: Path) -> Row:
    return _run(mood, root, _Endpoint(mood.page))


def _half(root: Path) -> Row:
    return _run(Mood("closed after half the request", b"", WAITING, heard=0), root, _Half(b""))


def _wrong_tls(root: Path) -> Row:
    with tempfile.TemporaryDirectory(dir=root) as folder:
        return _run(Mood("a certificate of its own", GOOD, WAITING, heard=0), root,
                    _Endpoint(GOOD, certificate(Path(folder))[1]), mends=False)  # fmt: skip


def _nobody(root: Path) -> Row:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    return _run(Mood("nobody listens", b"", WAITING, heard=0), root, None, f"http://127.0.0.1:{port}/hook", mends=False)


def _private(root: Path) -> Row:
    site = _Endpoint(GOOD)
    row = _run(Mood("a private address", b"", WAITING, heard=0), root, None, f"https://127.0.0.1:{site.port}/hook",
               mends=False)  # fmt: skip
    row.wrong += ["it was connected to"] if site.connections else []
    site.close()
    return row


def _never_mended(root: Path) -> Row:
    return _run(Mood("500 until the schedule ends", answer(b"", "500 No"), WAITING, heard=len(TRIES)), root,
                _Endpoint(answer(b"", "500 No")), mends=False)  # fmt: skip


def _run(mood: Mood, root: Path, odd: _Endpoint | None, url: str = "", *, mends: bool = True) -> Row:
    row = Row(mood.name)
    neighbours = [_Endpoint(GOOD) for _ in range(NEIGHBOURS)]
    sites = [*neighbours[:2], *([odd] if odd else []), *neighbours[2:]]
    local = frozenset(site.host for site in sites if site.url().startswith("http:")) | (
        {url.split("/")[2]} if url.startswith("http:") else set())  # fmt: skip
    urls = [site.url("/hook") for site in neighbours]
    urls.insert(2, url or (odd.url("/hook") if odd else ""))
    with tempfile.TemporaryDirectory(dir=root) as folder:
        told = story(Path(folder), [(Channel.WEBHOOK, one) for one in urls])
        client = Client(Manners(user_agent="advisory-monitor/1 (+mailto:ops@example.org)", allowed_hosts=frozenset(),
                                local_hosts=local))  # fmt: skip
        channel = WebhookChannel(lambda to, body, headers: client.post(to, body, headers, timeout=PATIENCE),
                                 lambda name: [endpoint_secret(MASTER, name)], lambda: datetime.now(UTC))  # fmt: skip
        run = Telling(told, Path(folder), {Channel.WEBHOOK: channel}, threads=8)
        begun = time.monotonic()
        run.tick()
        row.took = max((site.at[0] - begun if site.at else 999.0) for site in neighbours)
        _first(row, mood, run)
        if odd and mends:
            odd.pages["/hook"] = GOOD
        run.later()
        _last(row, mood, run, odd, neighbours, mends)
        run.store.close()
        client.close()
    for site in sites:
        site.close()
    return row


def _first(row: Row, mood: Mood, run: Telling) -> None:
    """After the first pass: the odd one stands where it should, the neighbours have theirs."""
    rows = run.rows()
    odd = rows[2]
    row.first = odd.state.value
    row.wrong += [f"a bug: {words}" for words in run.bugs]
    row.wrong += [f"a neighbour is {one.state.value}" for one in rows if one is not odd and one.state is not SENT]
    if odd.state is not mood.state:
        row.wrong.append(f"it is {odd.state.value}, not {mood.state.value}: {odd.last_error}")
    if odd.state is WAITING and odd.next_try_at:
        row.pause = (odd.next_try_at - BEGUN).total_seconds()
        if not mood.pause <= row.pause <= mood.pause * 1.2 + 5 or odd.attempts != 1 or not odd.last_error:
            row.wrong.append(f"the next try is in {row.pause} s after {odd.attempts} attempts: {odd.last_error!r}")
    if any(word in odd.last_error for word in ("127.0.0.1", "http:", "hook")):
        row.wrong.append(f"the address stands in the error: {odd.last_error}")
    if row.took > 2 * PATIENCE:
        row.wrong.append(f"a neighbour waited {row.took:.1f} s")


def _last(row: Row, mood: Mood, run: Telling, odd: _Endpoint | None, neighbours: list[_Endpoint], mends: bool) -> None:
    """In the end: who was mended has it, with the same id and bytes each time; who never was is given up."""
    rows = run.rows()
    end = rows[2]
    row.last = end.state.value
    wanted = GIVEN_UP if mood.state is GIVEN_UP or not mends else SENT
    if end.state is not wanted or (wanted is GIVEN_UP and mood.state is WAITING and end.attempts != len(TRIES)):
        row.wrong.append(f"in the end it is {end.state.value} after {end.attempts} attempts: {end.last_error}")
    suspended = run.store.subscriptions()[2].state is SubscriptionState.SUSPENDED
    if suspended != (mood.state is GIVEN_UP):
        row.wrong.append(f"its subscription is {'' if suspended else 'not '}suspended")
    calls = odd.requests if odd else []
    row.calls = len(calls)
    if odd and row.calls != mood.heard + (mood.state is WAITING and mends):
        row.wrong.append(f"it was called {row.calls} times")
    if "/elsewhere" in (odd.paths if odd else []):
        row.wrong.append("a redirect was followed")
    for site, one in zip([*neighbours[:2], *neighbours[2:]], [rows[0], rows[1], rows[3], rows[4]], strict=True):
        if len(site.requests) != 1:
            row.wrong.append(f"a neighbour was called {len(site.requests)} times")
        row.wrong += _verified(site.requests, one)
    row.wrong += _verified(calls, end)


def _verified(calls: list[bytes], one: Delivery) -> list[str]:
    """The calls by the standard's own verifier; equal ids and bytes."""
    bodies = set()
    for call in calls:
        head, _, body = call.partition(b"\r\n\r\n")
        headers = {name.decode().lower(): value.strip().decode() for name, _, value in (
            line.partition(b":") for line in head.split(b"\r\n")[1:])}  # fmt: skip
        bodies.add(body)
        if headers.get("webhook-id") != one.message_id:
            return [f"the id is {headers.get('webhook-id')}"]
        try:
            Webhook(endpoint_secret(MASTER, one.subscription_id)).verify(body, headers)
        except WebhookVerificationError as error:
            return [f"the standard's verifier refuses it: {error}"]
    return ["the repeats differ"] if len(bodies) > 1 else []
