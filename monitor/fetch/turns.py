"""One request at a time per host, with a gap between two. Thread-safe."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Host:
    lock: threading.Lock = field(default_factory=threading.Lock)
    free_at: float = float("-inf")


class Turns:
    """Threads that want the same host queue up; different hosts do not wait for each other."""

    def __init__(self, clock: Callable[[], float], sleep: Callable[[float], object]) -> None:
        self._clock, self._sleep = clock, sleep
        self._lock = threading.Lock()
        self._hosts: dict[str, _Host] = {}

    @contextmanager
    def turn(self, host: str, gap: float, *, at_once: bool = False) -> Iterator[None]:
        """Our turn at this host; the next begins no sooner than `gap` seconds after its end.

        `at_once` leaves out the gap before this one: it belongs to the same look as the last.
        """
        with self._lock:
            state = self._hosts.setdefault(host, _Host())
        with state.lock:
            wait = state.free_at - self._clock()
            if wait > 0 and not at_once:
                self._sleep(wait)
            try:
                yield
            finally:
                state.free_at = self._clock() + gap
