"""A stretch of the chain as lines that people and programs can follow, and back."""

from __future__ import annotations

import re
from collections.abc import Iterable

from monitor.evidence.dossier import Stretch
from monitor.evidence.plain import ReadError
from monitor.proof import Link

MOST = 100_000
"""So many links a pack holds; it says so where the chain goes on."""
_HEAD = """\
# The chain over all captures of this installation, from the earlier of the two captures on.
# Each line: position, entry, link. A link is the SHA-256 of the link before it, a newline and the entry, in ASCII.
"""
_BEFORE = re.compile(r"before ([0-9a-f]{64})")
_LINE = re.compile(r"([1-9][0-9]{0,17}) ([0-9a-f]{64}) ([0-9a-f]{64})")


def written(chain: Iterable[Stretch]) -> bytes:
    lines = [_HEAD.rstrip("\n")]
    for run in chain:
        lines.append(f"before {run.before}")
        lines += [f"{one.position} {one.entry} {one.link}" for one in run.links]
    return ("\n".join(lines) + "\n").encode("ascii")


def read(data: bytes) -> tuple[Stretch, ...]:
    """The stretches in such a file. Raises ReadError at the first line that is none of ours."""
    try:
        lines = data.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise ReadError("it is not plain text") from error
    head = _HEAD.rstrip("\n").split("\n")
    if lines[: len(head)] != head or lines[-1] != "":
        raise ReadError("it does not begin and end as such a file does")
    runs: list[tuple[str, list[Link]]] = []
    for number, line in enumerate(lines[len(head) : -1], len(head) + 1):
        if begun := _BEFORE.fullmatch(line):
            runs.append((begun[1], []))
        elif (one := _LINE.fullmatch(line)) and runs:
            runs[-1][1].append(Link(int(one[1]), one[2], one[3]))
        else:
            raise ReadError(f"line {number} is no link")
    if not runs or not all(links for _, links in runs):
        raise ReadError("it holds no link")
    return tuple(Stretch(before, tuple(links)) for before, links in runs)
