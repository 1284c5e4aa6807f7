"""Whether a page reads as it did, told from its bytes: only tokens of its chrome differ. Pure.

Sites print a nonce, a build number or a time of day into each answer, and to see that nothing else differs a page was
parsed each time. A `Glance` is learned from two answers that have one fingerprint: where between equal bytes they
differ. It holds only such places of which all this is true, so a later answer that differs at these places alone has
the same tree with the same words:

- a whole run of ASCII letters and digits, with a digit in it, six or longer, in a text or in a quoted attribute that
  selects nothing: whatever other such run stands there, the markup around it is read the same;
- the page was parsed again with other runs in all these places, and its fingerprint stayed.

Everything else is hashed. Whatever does not fit is parsed as ever.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

MOST = 64
"""Places that a page may have: with more it is not worth while."""
_STEP = 256
_TOKEN = re.compile(rb"(?=[A-Za-z]*[0-9])[A-Za-z0-9]{6,}")
_RUN = re.compile(rb"[A-Za-z0-9]+")
_ATTRIBUTE = rb"\s++[\w:-]++(?:\s*+=\s*+(?:\"[^\"<>]*+\"|'[^'<>]*+'|[^\s\"'<>=`]++))?+"
_TAG = re.compile(rb"</?[A-Za-z][\w:-]*+(?:" + _ATTRIBUTE + rb")*+\s*+/?>")
_OPEN_TAG = re.compile(
    rb"<[A-Za-z][\w:-]*+(?:" + _ATTRIBUTE + rb")*\s++([\w:-]++)\s*+=\s*+(?:\"[^\"<>]*+|'[^'<>]*+)"
)
_LONGEST_TAG = 4096
_SELECTING = frozenset({b"class", b"id", b"role", b"datetime", b"type", b"alt", b"name", b"http-equiv", b"charset"})
_DIGITS, _UPPER, _LOWER = b"0123456789", b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"abcdefghijklmnopqrstuvwxyz"
_OTHERS = tuple(
    bytes.maketrans(_DIGITS + _UPPER + _LOWER, b"".join(one[n:] + one[:n] for one in (_DIGITS, _UPPER, _LOWER)))
    for n in (1, 3, 7)
)


@dataclass(frozen=True, slots=True)
class Glance:
    """What stays of a page from answer to answer, and where its chrome is."""

    fingerprint: str
    places: tuple[tuple[int, int], ...]
    rest: bytes
    """Hash of everything between the places."""


def same(known: Glance, markup: bytes) -> bool:
    """Whether this markup differs from the one that was learned at the known places only."""
    for start, end in known.places:
        if _TOKEN.fullmatch(markup, start, end) is None:
            return False
    return _rest(known.places, markup) == known.rest


def learn(before: bytes, now: bytes, mark: str, fingerprint: Callable[[bytes], str]) -> Glance | None:
    """What two answers with the fingerprint `mark` have in common, or None if they do not differ as described.

    `fingerprint` parses markup; it is asked four times at most. What it raises is raised.
    """
    if len(before) != len(now):
        return None
    places: list[tuple[int, int]] = []
    for at in _differences(before, now):
        if places and at < places[-1][1]:
            continue
        place = _place(now, at)
        if place is None or len(places) == MOST or not (_is_chrome(before, place) and _is_chrome(now, place)):
            return None
        places.append(place)
    found = tuple(places)
    rest = _rest(found, now)
    if rest != _rest(found, before) or fingerprint(now) != mark:
        return None
    if any(fingerprint(_with(found, now, other)) != mark for other in _OTHERS):
        return None
    return Glance(mark, found, rest)


def _rest(places: tuple[tuple[int, int], ...], markup: bytes) -> bytes:
    made, at = hashlib.blake2b(digest_size=16), 0
    for start, end in places:
        made.update(memoryview(markup)[at:start])
        made.update(b"\0")
        at = end
    made.update(memoryview(markup)[at:])
    return made.digest()


def _with(places: tuple[tuple[int, int], ...], markup: bytes, other: bytes) -> bytes:
    made = bytearray(markup)
    for start, end in places:
        made[start:end] = made[start:end].translate(other)
    return bytes(made)


def _differences(before: bytes, now: bytes) -> Iterator[int]:
    for start in range(0, len(now), _STEP):
        one, two = before[start : start + _STEP], now[start : start + _STEP]
        if one != two:
            yield from (start + n for n, (left, right) in enumerate(zip(one, two, strict=True)) if left != right)


def _place(markup: bytes, at: int) -> tuple[int, int] | None:
    """The whole run of letters and digits around a difference."""
    start = at
    while start > 0 and markup[start - 1 : start].isalnum():
        start -= 1
    run = _RUN.match(markup, start)
    return None if run is None or run.end() <= at else (start, run.end())


def _is_chrome(markup: bytes, place: tuple[int, int]) -> bool:
    """Whether a token stands there, in a text or in the value of an attribute by which nothing is selected."""
    start, end = place
    if _TOKEN.fullmatch(markup, start, end) is None or markup[end : end + 1].isalnum():
        return False
    if start == 0 or markup[start - 1 : start].isalnum() or markup[start - 1] in b"</&#!?":
        return False
    opened, closed = markup.rfind(b"<", 0, start), markup.rfind(b">", 0, start)
    if opened < 0 or (closed if closed > opened else start) - opened > _LONGEST_TAG:
        return False
    if opened < closed:  # a text, if what it follows is a tag and not the middle of one
        return _TAG.fullmatch(markup, opened, closed + 1) is not None
    tag = _OPEN_TAG.fullmatch(markup, opened, start)
    return tag is not None and tag[1].lower() not in _SELECTING
