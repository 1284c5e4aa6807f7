"""How many messages a minute one recipient domain gets: a token bucket each, filled by the time that passes.

Some mail providers put off, or distrust, who sends them thousands at once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic

BURST = 5.0
"""Seconds' worth of messages that may go at once after a pause."""


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at: float
    urgent_until: float
    """When the last urgent message that was sent away comes back."""
    until: float
    """The same for all."""


class Pacer:
    """Who may go now, and when to come back who may not. May be used by several threads.

    `per_minute` is the limit of every domain, 0 = none; `by_domain` those of single ones. A message that has to
    wait is given a time of its own behind those sent away before, so that a backlog does not come back all at
    once. An urgent one waits behind urgent ones only.
    """

    def __init__(
        self, per_minute: int = 0, by_domain: Mapping[str, int] | None = None, *, now: Callable[[], float] = monotonic
    ) -> None:
        self._usual, self._now = per_minute, now
        self._limits = {domain.casefold(): limit for domain, limit in (by_domain or {}).items()}
        self._buckets: dict[str, _Bucket] = {}
        self._lock = threading.Lock()

    def wait(self, domain: str, *, urgent: bool = False) -> float:
        """0 if a message to this domain may go now, which uses up its turn; else the seconds to wait."""
        name = domain.casefold()
        limit = self._limits.get(name, self._usual)
        if limit <= 0:
            return 0.0
        per_second = limit / 60
        most = max(1.0, per_second * BURST)
        with self._lock:
            now = self._now()
            bucket = self._buckets.get(name)
            if bucket is None:
                self._forget(now)
                bucket = self._buckets[name] = _Bucket(most, now, now, now)
            bucket.tokens = min(most, bucket.tokens + (now - bucket.filled_at) * per_second)
            bucket.filled_at = now
            if bucket.tokens >= 1:
                bucket.tokens -= 1
                return 0.0
            first = now + (1 - bucket.tokens) / per_second
            last = bucket.urgent_until if urgent else max(bucket.until, bucket.urgent_until)
            back = max(first, last + 1 / per_second)
            if urgent:
                bucket.urgent_until = back
            else:
                bucket.until = back
            return back - now

    def _forget(self, now: float) -> None:
        """A bucket that had time to fill is as good as a new one: memory stays bounded by the busy domains."""
        if len(self._buckets) >= 1000:
            idle = [name for name, b in self._buckets.items() if max(b.filled_at + 60, b.until, b.urgent_until) < now]
            for name in idle:
                del self._buckets[name]
