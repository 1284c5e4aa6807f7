"""What the pages need to hand out evidence: how sources are read, the key to sign with, and the packs made lately."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from monitor.evidence.seal import Seal
from monitor.model import Source

_ROOM = 32 * 2**20
_PATIENCE = 5.0


class Busy(Exception):
    """Another pack is being made, and takes long."""


class Shelf:
    """Packs made lately, by their mark. One is made at a time: each takes memory, and anybody may ask."""

    def __init__(self, room: int = _ROOM, patience: float = _PATIENCE) -> None:
        self._room, self._patience = room, patience
        self._held: OrderedDict[str, bytes] = OrderedDict()
        self._turn = threading.Lock()

    def get(self, mark: str, make: Callable[[], bytes | None]) -> bytes | None:
        """The pack with this mark; made now if it is not at hand. Raises Busy if that is not to be waited for."""
        with self._alone():
            found = self._held.get(mark)
            if found is None and (found := make()) is not None:
                self._held[mark] = found
            if found is not None:
                self._held.move_to_end(mark)
            while sum(map(len, self._held.values())) > self._room:
                self._held.popitem(last=False)
            return found

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if not self._turn.acquire(timeout=self._patience):
            raise Busy
        try:
            yield
        finally:
            self._turn.release()


@dataclass(frozen=True, slots=True)
class Proofs:
    """Without a seal packs are not signed; a source that is not among these is read as its address tells."""

    sources: Iterable[Source] = ()
    seal: Seal | None = None
    shelf: Shelf = field(default_factory=Shelf)
