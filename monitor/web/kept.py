"""What was made is kept for who asks for the same next, until what it was made from has moved."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Made = TypeVar("Made")


class Kept(Generic[Made]):
    """The newest few things that were made, each with the version it was made from; the least asked for goes first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._made: OrderedDict[Hashable, tuple[Hashable, Made]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, version: Hashable, make: Callable[[], Made]) -> Made:
        """What was made under this key from this very version, or else what `make` gives.

        The version has to be read before anything is made from it: what moves meanwhile makes the next one new.
        """
        with self._lock:
            found = self._made.get(key)
            if found is not None and found[0] == version:
                self._made.move_to_end(key)
                return found[1]
        made = make()
        with self._lock:
            self._made[key] = (version, made)
            self._made.move_to_end(key)
            while len(self._made) > self._most:
                self._made.popitem(last=False)
        return made
