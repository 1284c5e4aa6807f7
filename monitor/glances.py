"""What this process remembers of how pages look, to tell at a glance that one reads as before. Bounded in memory."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable
from dataclasses import replace

from monitor import sources
from monitor.core import glance
from monitor.core.glance import Glance
from monitor.errors import SplitError
from monitor.model import Page, Snapshot, Source

HELD = 2 * 2**20
"""Bytes of packed pages that are held until the next answer, to be compared with it."""


class Glances:
    """A `Glance` for each source that has one. Thread-safe."""

    def __init__(self) -> None:
        self._known: dict[str, Glance] = {}
        self._misses: dict[str, int] = {}
        self._lock = threading.Lock()
        self._held: dict[str, bytes] = {}
        self._room = HELD

    def reads_as(self, source: Source, page: Page, mark: str) -> bool:
        """Whether this page certainly has the fingerprint `mark`; False means that it has to be parsed."""
        known = self._known.get(source.id)
        if known is None or known.fingerprint != mark:
            return False
        markup = sources.essence(source, page)
        return markup is not None and glance.same(known, markup)

    def learn(self, source: Source, page: Page, mark: str, baseline: Callable[[], Snapshot | None]) -> None:
        """Learn from a page that was parsed, and has the fingerprint of the one before.

        It is tried at the first, second, fourth, eighth … time only: a page whose chrome has no fixed place costs
        little more than it did.
        """
        before = self._taken(source.id)
        missed = self._misses[source.id] = self._misses.get(source.id, 0) + 1
        if before is None and missed & (missed - 1):
            return
        markup = sources.essence(source, page)
        if markup is None:
            return
        if before is None:
            kept = baseline()
            before = sources.essence(source, kept.page) if kept is not None and kept.fingerprint == mark else None
        found = self._compared(source, page, before, markup, mark) if before is not None else None
        if found is None:
            self._hold(source.id, markup)
        else:
            self._known[source.id] = found
            self._misses.pop(source.id, None)

    def _compared(self, source: Source, page: Page, before: bytes, markup: bytes, mark: str) -> Glance | None:
        def fingerprint(made: bytes) -> str:
            return sources.fingerprint(source, replace(page, body=made.partition(b"\0")[2], headers=()))

        try:
            return glance.learn(before, markup, mark, fingerprint)
        except SplitError:  # without its comments and scripts it is not known for what it is
            return None

    def _hold(self, source_id: str, markup: bytes) -> None:
        packed = zlib.compress(markup, 1)
        with self._lock:
            if len(packed) <= self._room and source_id not in self._held:
                self._room -= len(packed)
                self._held[source_id] = packed

    def _taken(self, source_id: str) -> bytes | None:
        with self._lock:
            packed = self._held.pop(source_id, None)
            if packed is None:
                return None
            self._room += len(packed)
        return zlib.decompress(packed)
