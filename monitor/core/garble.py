"""When two captures differ only because one was read in the wrong charset. Pure.

A server that labels its pages wrongly, or a system that encodes them twice, garbles all letters beyond ASCII and no
other. So the ASCII letters and digits of the two are held against each other: if they are the same from end to end
but for the places of letters beyond, and one of the two shows signs of having been garbled, nothing was edited.
"""

from __future__ import annotations

import re
from enum import Enum

from monitor.model import Cut

WORDS = "The page came in a charset that it does not name: its letters are garbled, and it says the same as before."
MENDED = "The stored page had been read in the wrong charset; starting anew from today's, which says the same."


class Side(Enum):
    """Which of the two is garbled."""

    OLD = "old"
    NEW = "new"


def between(old: Cut, new: Cut, old_body: bytes, new_body: bytes) -> Side | None:
    """The garbled one of two captures that say the same; None if they do not, or neither is."""
    was, now = (_signs(cut, body) for cut, body in ((old, old_body), (new, new_body)))
    if was < now:
        return Side.NEW if _holds(_text(new), _text(old)) else None
    return Side.OLD if was > now and _holds(_text(old), _text(new)) else None


def _signs(cut: Cut, body: bytes) -> int:
    """How much speaks for it: bytes that are not UTF-8, letters that were replaced or encoded twice."""
    try:
        body.decode("utf-8")
        foreign = 0
    except UnicodeDecodeError:
        foreign = 1
    return foreign + len(_GARBLED.findall(_text(cut)))


_GARBLED = re.compile("\ufffd|[\u00c2\u00c3][\u0080-\u00bf\u0152-\u02dc\u2013-\u2122]|\u00e2(?:\u20ac|\u0080)")


def _holds(garbled: str, whole: str) -> bool:
    """Whether one text is the other with something else in the place of each run of letters beyond ASCII.

    What stands in its place may take the ASCII letter behind it along (two bytes that were read as one letter) or
    bring a few of its own.
    """
    pieces = [_ASIDE.sub("", piece) for piece in _BEYOND.split(whole)]
    # A page that is written in other letters altogether has too little left to tell by.
    if 2 * sum(map(len, pieces)) < len(_ASIDE.sub("", whole)):
        return False
    text, at, room = _ASIDE.sub("", garbled), 0, 0
    runs = [len(run) for run in _BEYOND.findall(whole)] + [0]
    for piece, run in zip(pieces, runs, strict=True):
        start = text.find(piece, at, at + room + len(piece))
        if start < 0 and room:
            piece = piece[1:]
            start = text.find(piece, at, at + room + len(piece))
        if start < 0:
            return False
        at, room = start + len(piece), _ROOM * run
    return len(text) - at <= (_ROOM * runs[-2] if not pieces[-1] and len(runs) > 1 else 0)


_BEYOND = re.compile("[^\\x00-\\x7f]+")
_ASIDE = re.compile("[\\x00-/:-@\\[-`{-\\x7f]+")
"""ASCII that is neither letter nor digit."""
_ROOM = 6
"""Letters that may stand in the place of one."""


def _text(cut: Cut) -> str:
    words = [f"{fact.kind} {fact.value} {fact.quote} {fact.subject}" for fact in cut.facts]
    for section in cut.sections:
        words.append(section.heading)
        for block in section.blocks:
            words += [*block.path, block.text, *(f"{link.text} {link.url}" for link in block.links)]
    return "\n".join(words)
