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
    """An operator, or a program with an operator's token."""
    PERSON = "person"
    """An operator at a screen, known by a session or by the proxy before us."""
    MACHINE = "machine"
    """A program on this machine, or an operator."""


class Access(NamedTuple):
    """Who may open a route, how large a body it takes, and whether it is a page for people, which keeps the language
    and the time zone that were asked for."""

    who: Who
    most: int = NOTHING
    page: bool = False


_PAGE = Access(Who.PUBLIC, page=True)
_DOCUMENT = Access(Who.PUBLIC)
_LETTER = Access(Who.LINK, FORM)
_DESK = Access(Who.OPERATOR, FORM)
_ORDER = Access(Who.PERSON, FORM, page=True)

ACCESS: Mapping[str, Access] = {
    "static": Access(Who.ANYBODY),
    "healthz": Access(Who.ANYBODY),
    "metrics": Access(Who.MACHINE),
    "bounced": Access(Who.ANYBODY, REPORT),  # asks for a token of its own
    # pages
    "overview": _PAGE,
    "change": _PAGE,
    "source": _PAGE,
    "how": _PAGE,
    "chain": _PAGE,
    "compared": _PAGE,
    "place": _PAGE,
    # documents
    "feed": _DOCUMENT,
    "alert": _DOCUMENT,
    "evidence": _DOCUMENT, "capture": _DOCUMENT,
    # for programs
    "api": _PAGE,
    "api_description": _DOCUMENT,
    "api_destinations": _DOCUMENT, "api_destination": _DOCUMENT, "api_stands": _DOCUMENT,
    "api_sources": _DOCUMENT, "api_source": _DOCUMENT, "api_visits": _DOCUMENT,
    "api_changes": _DOCUMENT, "api_change": _DOCUMENT, "api_campaign": _DOCUMENT,
    "api_chain": _DOCUMENT, "api_links": _DOCUMENT,
    "api_subscribe": Access(Who.PUBLIC, FORM),
    "api_subscription": _LETTER, "api_wish": _LETTER, "api_pause": _LETTER, "api_resume": _LETTER,
    "api_leave": _LETTER,
    "api_deliveries": _DESK, "api_resend": _DESK, "api_health": _DESK,
    # operators
    "login": Access(Who.ANYBODY, page=True),
    "log_in": Access(Who.ANYBODY, FORM, page=True),
    "log_out": Access(Who.PERSON, FORM),
    "operators": Access(Who.PERSON, page=True),
    "resend": _ORDER, "resend_alike": _ORDER, "revoke": _ORDER,
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
