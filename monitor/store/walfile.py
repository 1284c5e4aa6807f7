"""Reads SQLite's write-ahead log without SQLite: is what it would still give a state that once was the database?

SQLite takes the log up to its first bad frame and says nothing of the rest. After a kill or a power cut that is
right. It is wrong if pages of the rest have been moved into the file already: then file and log are of two times.
The format: https://www.sqlite.org/fileformat2.html#walformat
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_HEADER, _FRAME = 32, 24
_MAGIC = {0x377F0682: "<", 0x377F0683: ">"}
"""The order of the bytes in the words that are summed up."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a look at the log found."""

    broken: str = ""
    """Why the database must not be used, empty if it may be."""
    dropped: int = 0
    """Pages at the end that belong to something committed and cannot be read any more."""


def look(database: Path) -> Found:
    """Nobody may write meanwhile."""
    try:
        log = Path(f"{database}-wal").read_bytes()
    except FileNotFoundError:
        return Found()
    if len(log) <= _HEADER or not any(log[:_HEADER]):
        return Found()
    magic, _, size, _, salt, *sums = struct.unpack(">IIIIQII", log[:_HEADER])
    order = _MAGIC.get(magic)
    if order is None or (running := _summed(log[:24], (0, 0), order)) != tuple(sums) or size < 512:
        return Found(broken="the head of its log (the -wal file) is damaged")
    read: dict[int, bytes] = {}
    rest: dict[int, bytes] = {}
    commits = 0
    for page, committed, its_salt, its_sums, head, content in _frames(log, size):
        if its_salt != salt:
            break  # left over from before the log was begun anew
        if not rest:
            now = _summed(content, _summed(head, running, order), order)
            if now == its_sums:
                running, read[page] = now, content
                continue
        rest[page] = content
        commits += committed
    if not commits:  # half a transaction, or one that was rolled back
        return Found()
    if _moved(database, size, rest, read):
        return Found(broken="its log (the -wal file) is damaged in the middle, and the file is ahead of it")
    return Found(dropped=len(rest))


def _frames(log: bytes, size: int) -> Iterator[tuple[int, bool, int, tuple[int, int], bytes, bytes]]:
    for start in range(_HEADER, len(log) - _FRAME - size + 1, _FRAME + size):
        page, committed, salt, first, second = struct.unpack(">IIQII", log[start : start + _FRAME])
        body = start + _FRAME
        yield page, committed > 0, salt, (first, second), log[start : start + 8], log[body : body + size]


def _summed(data: bytes, start: tuple[int, int], order: str) -> tuple[int, int]:
    first, second = start
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for one, two in zip(words[::2], words[1::2], strict=True):
        first = (first + one + second) & 0xFFFFFFFF
        second = (second + two + first) & 0xFFFFFFFF
    return first, second


def _moved(database: Path, size: int, rest: dict[int, bytes], read: dict[int, bytes]) -> bool:
    """Whether a page that only the unreadable part of the log holds stands in the file."""
    with database.open("rb") as file:
        for page, content in rest.items():
            file.seek((page - 1) * size)
            if file.read(size) == content and read.get(page) != content:
                return True
    return False
