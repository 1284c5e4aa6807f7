"""Who may open what: one table of every route. What is not in it is refused, whoever asks.

Readers are known by the signed link that was mailed to them; operators by a session, a token or the proxy before
us (`roles.py`); everybody else is a visitor, who may read what is public.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

NOTHING = 4096
"""Bytes of a body that nobody reads: room for what a clumsy client sends with a GET."""
FORM = 64 * 2**10
REPORT = 2**20


class Who(Enum):
    ANYBODY = "anybody"
    """Even where the pages are private: styles, health, the log-in."""
    PUBLIC = "public"
    """Everybody, or operators only where the pages are private."""
    LINK = "link"
    """Whoever holds the signed link."""
    OPERATOR = "operator"


class Access(NamedTuple):
    """Who may open a route, how large a body it takes, and whether it is a page for people, which keeps the language
    and the time zone that were asked for."""

    who: Who
    most: int = NOTHING
    page: bool = False


_PAGE = Access(Who.PUBLIC, page=True)
_DOCUMENT = Access(Who.PUBLIC)
_LETTER = Access(Who.LINK, FORM)

ACCESS: Mapping[str, Access] = {
    "static": Access(Who.ANYBODY),
    "healthz": Access(Who.ANYBODY),
    "metrics": Access(Who.ANYBODY),
    "bounced": Access(Who.ANYBODY, REPORT),  # asks for a token of its own
    # pages
    "overview": _PAGE,
    "change": _PAGE,
    "source": _PAGE,
    "place": _PAGE,
    # documents
    "feed": _DOCUMENT,
    "alert": _DOCUMENT,
    # readers
    "subscribe": Access(Who.PUBLIC, FORM, page=True),
    "ask": Access(Who.PUBLIC, FORM, page=True),
    "confirm": _LETTER, "confirmed": _LETTER,
    "manage": _LETTER, "save": _LETTER, "pause": _LETTER, "resume": _LETTER, "leave": _LETTER, "erase": _LETTER,
    "unsubscribe": _LETTER, "one_click": _LETTER,
    "acknowledge": _LETTER, "acknowledged": _LETTER,
}  # fmt: skip
"""By the name of the view function."""

READERS = ("/subscribe", "/confirm/", "/manage/", "/unsubscribe/", "/acknowledge/")
"""Addresses below which an error is put as on a reader's own page."""


def readers_own(path: str) -> bool:
    """Whether this is a reader's own page."""
    return any(path == start or (start.endswith("/") and path.startswith(start)) for start in READERS)
