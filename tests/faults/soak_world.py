"""The world of the soak: a clock in our hands, forty advisories, a relay and endpoints, and whatever is broken next.

A process of the service is a `Life`. Once it is dead, whatever it does next with the web, a receiver or its database
raises `Killed`, in every thread: nothing that a killed process would not have done can still happen.
"""

from __future__ import annotations

import hashlib
import json
import random
import sqlite3
import threading
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TextIO

from sqlalchemy.exc import OperationalError

from monitor.audience import Channel, Delivery, Notice
from monitor.errors import FetchError, NotifyError
from monitor.model import Outcome, Page
from tests.fakes import page

START = datetime(2026, 10, 21, tzinfo=UTC)  # a Wednesday; four days later the clocks of Europe fall back
PLACES = tuple(line.split(":") for line in (
    "Kenya:KEN Niger:NER Chad:TCD Ghana:GHA Togo:TGO Benin:BEN Gabon:GAB Angola:AGO Zambia:ZMB Malawi:MWI Rwanda:RWA"
    " Uganda:UGA Burundi:BDI Somalia:SOM Djibouti:DJI Eritrea:ERI Ethiopia:ETH Sudan:SDN Egypt:EGY Libya:LBY"
    " Tunisia:TUN Algeria:DZA Morocco:MAR Senegal:SEN Liberia:LBR Nigeria:NGA Cameroon:CMR Namibia:NAM Botswana:BWA"
    " Lesotho:LSO Madagascar:MDG Mauritius:MUS Iraq:IRQ Lebanon:LBN Yemen:YEM Oman:OMN Pakistan:PAK Nepal:NPL"
    " Peru:PER Haiti:HTI").split())  # fmt: skip
NEWS = (
    "On October {day}, 2026, the Department ordered non-emergency U.S. government employees to leave {name}.",
    "Gunmen attacked {number} travellers on the road near kilometre {number} in October 2026.",
    "Carry a printed copy of permit number {number} when you visit a park.",
    "There is an outbreak of cholera in ward {number}.",
    "A curfew is in force from 20:17 to 05:17 in district {number}.",
    "Do not use the ferry on line {number}.",
    "Avoid the market in ward {number} because of protests on {day} October 2026.",
    "",  # the level moves
)
"""What publishers write; one sentence a change, no two alike."""


class Killed(BaseException):
    """This process is dead. No `except Exception` catches it, as none catches kill -9."""


@dataclass
class Hands:
    """Holds the service's clock: true time moves by the minute, and the service may be told another."""

    true: datetime = START
    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return self.true + self.ahead

    @property
    def minute(self) -> int:
        return int((self.true - START) / timedelta(minutes=1))


@dataclass
class Life:
    """One process of the service."""

    number: int
    dead: threading.Event = field(default_factory=threading.Event)

    def breathe(self) -> None:
        if self.dead.is_set():
            raise Killed


@dataclass
class Advisory:
    """One page as its publisher wrote it."""

    name: str
    level: int
    words: list[str] = field(default_factory=list)

    def body(self, dressing: int = 0) -> bytes:
        made = page(self.level, "\n".join(self.words), name=self.name)
        made = made.replace(b"<title>Mali", b"<title>" + self.name.encode())
        return made.replace(b"menu", b"menu %d" % dressing)


def url(place: int) -> str:
    return f"https://travel.state.gov/advisories/{PLACES[place][0].casefold()}.html"


_BLOCK = (b"<html><head><title>Just a moment...</title></head><body><div id='cf-wrapper'>Checking your browser before"
          b" accessing travel.state.gov. <p>Ray ID: 7a1</p></div></body></html>")  # fmt: skip
_AWAY = b"<html><head><title>Maintenance</title></head><body><main><h1>We will be back soon</h1></main></body></html>"
_LOST = b"<html><head><title>Page not found</title></head><body><main><h1>404</h1>Page not found</main></body></html>"
FETCH: dict[str, Callable[[], Exception]] = {
    "timeout": lambda: FetchError("no answer within 60 s"),
    "no name": lambda: FetchError("the host has no address"),
    "bad certificate": lambda: FetchError("the certificate is not valid"),
    "reset": lambda: FetchError("the connection was reset"),
    "503": lambda: FetchError("HTTP 503", status=503, retry_after=600),
    "500": lambda: FetchError("HTTP 500", status=500),
    "403": lambda: FetchError("HTTP 403", outcome=Outcome.BLOCKED, status=403),
    "429": lambda: FetchError("HTTP 429", outcome=Outcome.BLOCKED, status=429, retry_after=900),
    "a look broken off": lambda: RuntimeError("broken off on purpose"),
}
PAGES = ("block page", "maintenance page", "soft 404", "truncated page", "empty page", "another country's page")
HAND_OVER = ("4xx", "5xx", "refused connection", "drop after the dot", "drop before the dot", "render broken off")
STORE = ("locked", "disk full", "I/O error")
OTHERS = ("pass broken off", "restart", "kill at a statement", "kill at a hand-over", "clock set", "channel hangs")
_CODES = {"locked": (sqlite3.SQLITE_BUSY, "database is locked"), "I/O error": (sqlite3.SQLITE_IOERR, "disk I/O error"),
          "disk full": (sqlite3.SQLITE_FULL, "database or disk is full")}  # fmt: skip


@dataclass
class World:
    """Everything around the service, and what is about to break. Threads of the service come in."""

    hands: Hands
    chance: random.Random
    taken: TextIO
    """One line for each message that was handed over whole."""
    life: Life = field(default_factory=lambda: Life(0))
    pages: list[Advisory] = field(default_factory=list)
    asked: int = 0
    fetch: deque[str] = field(default_factory=deque)
    hand_over: dict[Channel, deque[str]] = field(default_factory=lambda: {Channel.MAIL: deque(),
                                                                          Channel.WEBHOOK: deque()})  # fmt: skip
    store: tuple[str, int, int] | None = None
    """What fails, after how many more statements, and how many then."""
    broken_pass: bool = False
    hung: dict[Channel, threading.Event] = field(default_factory=dict)
    hit: Counter[str] = field(default_factory=Counter)
    lock: threading.RLock = field(default_factory=threading.RLock)

    # -- the web ----------------------------------------------------------------------
    def get(self, address: str, life: Life) -> Page:
        life.breathe()
        self.asked += 1
        place = next(n for n in range(len(self.pages)) if url(n) == address)
        body = self.pages[place].body(self.asked // 4)  # one in four looks as another menu than the last did
        if self.fetch:
            fault = self.fetch.popleft()
            self.hit[fault] += 1
            if fault in FETCH:
                raise FETCH[fault]()
            body = self._bad(fault, body, place)
        return Page(url=address, body=body, taken_at=self.hands(), headers=(("Content-Type", "text/html"),))

    def _bad(self, fault: str, body: bytes, place: int) -> bytes:
        if fault == "truncated page":
            return body[: self.chance.randrange(1, len(body) - len("</html>"))]
        if fault == "another country's page":
            return self.pages[(place + 1) % len(self.pages)].body()
        return {"block page": _BLOCK, "maintenance page": _AWAY, "soft 404": _LOST, "empty page": b""}[fault]

    # -- receivers --------------------------------------------------------------------
    def take(self, delivery: Delivery, message: bytes, life: Life) -> str:
        life.breathe()
        with self.lock:
            waiting = self.hand_over[delivery.channel]
            fault = waiting.popleft() if waiting else ""
            if fault:
                self.hit[fault] += 1
        if fault == "channel hangs":
            gate = self.hung[delivery.channel] = threading.Event()
            gate.wait()
            life.breathe()
            fault = self.chance.choice(("", "4xx", "drop after the dot"))
        if fault == "4xx":
            raise NotifyError("451 try again later", retry_after=self.chance.choice((None, 60.0)))
        if fault == "5xx":
            raise NotifyError("554 not today, not ever", permanent=True)
        if fault in ("refused connection", "drop before the dot"):
            raise NotifyError("the connection was lost")
        how = {"drop after the dot": "dropped", "kill at a hand-over": "killed"}.get(fault, "answered")
        self._keep(delivery, message, life, how)
        if how == "dropped":
            raise NotifyError("the connection was lost after the final dot")
        if how == "killed":
            life.dead.set()
            raise Killed
        return "accepted"

    def _keep(self, delivery: Delivery, message: bytes, life: Life, how: str) -> None:
        told = json.loads(message.partition(b"\n")[0])
        line = {"id": delivery.message_id, "to": delivery.address, "life": life.number, "minute": self.hands.minute,
                "how": how, "sha": hashlib.sha256(message).hexdigest()[:16]}  # fmt: skip
        with self.lock:
            self.taken.write(json.dumps(line | told) + "\n")

    # -- the database -----------------------------------------------------------------
    def statement(self) -> None:
        """Before each statement of the service."""
        self.life.breathe()
        with self.lock:
            if self.store is None:
                return
            fault, left, times = self.store
            if left > 0:
                self.store = fault, left - 1, times
                return
            self.store = (fault, 0, times - 1) if times > 1 else None
            self.hit[fault] += 1
        if fault == "kill at a statement":
            self.life.dead.set()
            raise Killed
        code, words = _CODES[fault]
        original = sqlite3.OperationalError(words)
        original.sqlite_errorcode = code
        raise OperationalError("a statement", None, original)

    def reading_readers(self) -> None:
        """As a pass has claimed its messages and reads whom they go to."""
        if self.broken_pass:
            self.broken_pass = False
            self.hit["pass broken off"] += 1
            raise RuntimeError("a pass broken off on purpose")


@dataclass
class Wire:
    """The web as one life of the service sees it."""

    world: World
    life: Life

    def get(self, url: str, *, etag: str = "", last_modified: str = "", accept: str = "") -> Page:
        return self.world.get(url, self.life)

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class Sink:
    """One channel as one life of the service sees it; every so-many-th message is also written out in full."""

    world: World
    life: Life
    real: Any
    in_full: int

    def render(self, notice: Notice, delivery: Delivery) -> bytes:
        with self.world.lock:
            waiting = self.world.hand_over[delivery.channel]
            if waiting and waiting[0] == "render broken off":
                self.world.hit[waiting.popleft()] += 1
                raise RuntimeError("a message broken off on purpose")
        told = {"kind": notice.kind.value, "events": [one.event_id for one in notice.items] or [notice.event_id]}
        full = self.real.render(notice, delivery) if delivery.id % self.in_full == 0 else b""
        return json.dumps(told).encode() + b"\n" + full

    def send(self, delivery: Delivery, message: bytes) -> str:
        return self.world.take(delivery, message, self.life)
