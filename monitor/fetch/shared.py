"""One answer for all who read the same address in the same round.

Many destinations are read from one feed. Who falls due first fetches it, and everybody who was due before it was
fetched is served that very answer: the same bytes, the same moment, the same failure. A look that became due later,
such as a second look after a doubtful change, is fetched anew.
"""

from __future__ import annotations

import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from monitor.errors import FetchError
from monitor.model import Page

LONGEST = 600.0
"""Seconds by a clock that nobody sets: no answer serves for longer."""


class Web(Protocol):
    def get(self, url: str, *, etag: str = "", last_modified: str = "", accept: str = "") -> Page: ...


@dataclass(frozen=True, slots=True)
class _Answer:
    came: Page | FetchError
    at: datetime
    aged: float
    asked: tuple[str, str, str]

    def serves(self, asked: tuple[str, str, str]) -> bool:
        """ "Not modified" is an answer only to those who hold the same copy."""
        return not (isinstance(self.came, Page) and self.came.status == 304) or self.asked == asked


@dataclass(slots=True)
class _Address:
    lock: threading.Lock = field(default_factory=threading.Lock)
    answers: list[_Answer] = field(default_factory=list)
    """The newest last: a whole copy and a "not modified" at most."""


class Shared:
    """Fetches each address once a round. Thread-safe."""

    def __init__(
        self, web: Callable[[], Web], now: Callable[[], datetime], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._web, self._now, self._clock = web, now, clock
        self._lock = threading.Lock()
        self._addresses: dict[str, _Address] = {}

    def since(self, due: datetime, *, every: float, spread: float) -> Round:
        """The web for a look that is due since then, and again every so many seconds, give or take that share."""
        return Round(self, due, self._now, every, spread)

    def answer(self, url: str, due: datetime, asked: tuple[str, str, str]) -> _Answer:
        with self._lock:
            address = self._addresses.setdefault(url, _Address())
        with address.lock:
            address.answers = [one for one in address.answers if self._clock() - one.aged < LONGEST]
            for one in reversed(address.answers):
                if due <= one.at and one.serves(asked):
                    return one
            made = self._fetched(url, asked)
            address.answers = [*address.answers[-1:], made]
            return made

    def _fetched(self, url: str, asked: tuple[str, str, str]) -> _Answer:
        began = self._now()
        etag, last_modified, accept = asked
        came: Page | FetchError
        try:
            came = self._web().get(url, etag=etag, last_modified=last_modified, accept=accept)
            began = came.taken_at
        except FetchError as error:
            came = error
        return _Answer(came, began, self._clock(), asked)


class Round:
    """The web, clock and dice of one look. All who read one address at one pace fall due again at one moment."""

    def __init__(
        self, shared: Shared, due: datetime, now: Callable[[], datetime], every: float, spread: float
    ) -> None:
        self._shared, self._due, self._clock, self._every, self._spread = shared, due, now, every, spread
        self._got: _Answer | None = None
        self._url = ""

    def get(self, url: str, *, etag: str = "", last_modified: str = "", accept: str = "") -> Page:
        self._url, self._got = url, self._shared.answer(url, self._due, (etag, last_modified, accept))
        came = self._got.came
        if isinstance(came, FetchError):  # one of our own: threads that raise one error add to its traceback for good
            raise FetchError(str(came), outcome=came.outcome, retry_after=came.retry_after,
                             status=came.status) from came  # fmt: skip
        return came

    def now(self) -> datetime:
        """When the answer was asked for; before it is, the time of day."""
        return self._got.at if self._got is not None else self._clock()

    def jitter(self) -> float:
        """As `backoff.next_look` takes it: so that the next look falls on a beat that this address and pace have in
        common, or comes as near as the spread allows. Who fell out of step is back in it after a few rounds."""
        return beat(self._url, self.now(), self._every, self._spread)


def beat(url: str, at: datetime, every: float, spread: float) -> float:
    if spread <= 0:
        return 0.5
    phase = zlib.crc32(url.encode()) % 86_400  # not all addresses at the full hour
    now = at.timestamp()
    wanted = round((now + every - phase) / every) * every + phase
    return min(max(((wanted - now) / every - 1 + spread) / (2 * spread), 0.0), 0.999_999)
