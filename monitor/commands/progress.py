"""A progress bar on standard error, on a terminal only."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def progress(items: Iterable[T], total: int, words: str) -> Iterator[T]:
    """The same items; while they pass, people at a terminal see how far it is."""
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.progress import track

    from monitor import terminal

    yield from track(items, description=words, total=total, console=terminal.console(stderr=True),
                     transient=True)  # fmt: skip
