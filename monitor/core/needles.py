"""What a text must hold before a pattern can match it: a cheap question before an expensive one.

A page has hundreds of sentences, and the rules have hundreds of patterns, of which nearly all find nothing in
nearly all sentences. Python looks for a fixed piece of text some hundred times faster than for a pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

_parser: Any
try:  # a part of the standard library that promises nothing: without it all is as before, only slower
    from re import _parser  # type: ignore[attr-defined, no-redef]
except ImportError:  # pragma: no cover - no Python that we know
    _parser = None

Needles = tuple[str, ...]
LEAST = 3
"""Letters of a piece that is worth looking for; shorter ones are in every sentence."""
MOST = 64
"""Pieces that are looked for faster than the pattern itself."""


def of(pattern: re.Pattern[str]) -> Needles:
    """Pieces of text of which every match of the pattern holds at least one; empty if there is no telling."""
    if _parser is None or pattern.flags & re.IGNORECASE:
        return ()
    found = _needed(_parser.parse(pattern.pattern, pattern.flags))
    return tuple(sorted(found, key=len)) if len(found) <= MOST else ()


class Sieve:
    """Which of some patterns have any chance in a text."""

    def __init__(self, patterns: Iterable[re.Pattern[str]]) -> None:
        places: dict[str, list[int]] = {}
        self._always: list[int] = []
        for n, pattern in enumerate(patterns):
            needles = of(pattern)
            if not needles:
                self._always.append(n)
            for needle in needles:
                places.setdefault(needle, []).append(n)
        self._places = tuple(places.items())

    def candidates(self, text: str) -> list[int]:
        """The places of the patterns that may match, in their order; the others do not match."""
        found = set(self._always)
        for needle, numbers in self._places:
            if needle in text:
                found.update(numbers)
        return sorted(found)


def _needed(nodes: Iterable[Any]) -> frozenset[str]:
    """The best set for a sequence: that of the one part whose shortest piece is longest."""
    best: frozenset[str] = frozenset()
    run = ""
    for code, value in nodes:
        name = str(code)
        if name == "LITERAL":
            run += chr(value)
            continue
        best, run = _better(best, frozenset({run})), ""
        best = _better(best, _of_node(name, value))
    return _better(best, frozenset({run}))


def _of_node(name: str, value: Any) -> frozenset[str]:
    if name == "SUBPATTERN":
        return _needed(value[3])
    if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        return _needed(value[2]) if value[0] > 0 else frozenset()
    if name == "BRANCH":
        ways = [_needed(way) for way in value[1]]
        return frozenset().union(*ways) if all(ways) else frozenset()
    return frozenset()


def _better(a: frozenset[str], b: frozenset[str]) -> frozenset[str]:
    """The set that is more telling: longer pieces first, then fewer of them."""
    return max(a, b, key=_worth)


def _worth(pieces: frozenset[str]) -> tuple[int, int]:
    shortest = min(map(len, pieces), default=0)
    return (shortest, -len(pieces)) if shortest >= LEAST else (0, 0)
