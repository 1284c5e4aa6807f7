"""Is this page what we asked for? Shape tests on the bytes, before any adapter runs. Pure.

The common page must cost next to nothing: whole-body work starts only after a suspicion.
"""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from monitor.core import denials, peek
from monitor.core.denials import challenge
from monitor.core.excuses import Excuse, excuse
from monitor.model import Outcome, Page

__all__ = ["Verdict", "by_status", "challenge", "flooded", "inspect", "status_words"]


class Verdict(NamedTuple):
    outcome: Outcome
    reason: str
    """One plain sentence."""


def inspect(page: Page) -> Verdict | None:
    """What is wrong with this page, or None if it looks like the real thing. Never raises."""
    if page.status == 304:
        return None
    name = denials.challenge(page.body, page.headers)
    if name is not None:
        return Verdict(Outcome.BLOCKED, f"We were refused: what came is a wall ({name}).")
    outcome = by_status(page.status)
    if outcome is not None:
        words = status_words(page.status)
        return Verdict(outcome, f"The answer was {page.status}: {words}.")
    flood = flooded(page)
    if flood is not None:
        return flood
    body = peek.plain(page.body)
    if not body.strip():
        return Verdict(Outcome.UNREADABLE, "The page came empty.")
    return _wrong_type(page, body) or _by_shape(body)


WIDE = 2**20
"""Bytes from which on a page's tags are counted before it is parsed."""
MOST_TAGS = 250_000
"""The largest real feeds have some tens of thousands; each costs a few hundred bytes of memory as a tree."""


def flooded(page: Page) -> Verdict | None:
    """What is wrong with a page that holds more markup than any real one; asked before anything is parsed."""
    if len(page.body) > WIDE and page.body.count(b"<") > MOST_TAGS:
        return Verdict(Outcome.UNREADABLE, "The page holds far more markup than any page needs: it was not read.")
    return None


def by_status(status: int) -> Outcome | None:
    """The outcome that this HTTP status means by itself; None for 2xx and 304 (RFC 9110, 6585)."""
    if status == 304 or (200 <= status < 300 and status != 206):
        return None
    if status in (401, 403, 407, 429, 451):
        return Outcome.BLOCKED
    if status >= 500 or status in (408, 425):
        return Outcome.UNAVAILABLE
    return Outcome.UNREADABLE


def status_words(status: int) -> str:
    """What an HTTP status other than success means for us, in plain words."""
    if status in _STATUS_WORDS:
        return _STATUS_WORDS[status]
    if status >= 500:
        return "the server has trouble of its own"
    if status >= 400:
        return "the server does not accept our request"
    return "this is no page"


_STATUS_WORDS = {
    206: "only a part of the page came",
    401: "the server wants us to log in",
    403: "the server refuses to show us the page",
    404: "there is no page at this address (any more)",
    407: "a proxy on the way wants us to log in",
    408: "the server lost patience with the connection",
    410: "the page was taken down for good",
    429: "the server says that we ask too often",
    451: "the page is withheld for legal reasons",
    503: "the server is overloaded or under repair",
}


def _wrong_type(page: Page, body: bytes) -> Verdict | None:
    kind = page.header("content-type").partition(";")[0].strip().lower()
    if _NOT_TEXT.match(kind) or body.startswith(_MAGIC) or b"\x00" in body[:1024]:
        return Verdict(Outcome.UNREADABLE, "Something came that is not a text page.")
    return None


_NOT_TEXT = re.compile(r"image/(?!svg)|audio/|video/|font/|application/(?:pdf|zip|gzip)$")
_MAGIC = (b"%PDF-", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"PK\x03\x04", b"\x1f\x8b")


def _by_shape(body: bytes) -> Verdict | None:
    opening = body[:2048].lstrip().lower()
    if opening.startswith((b"{", b"[")):
        return _json(body)
    if not opening.startswith(b"<"):
        return None
    if b"<html" in opening or b"<!doctype html" in opening:
        return _html(body, full=b"<html" in opening)
    if opening.startswith(b"<?") or _FEED.match(opening):
        return _xml(body)
    return _excused(body) or (None if b">" in body else _BREAKS_OFF)


_FEED = re.compile(rb"<(?:rss|feed|rdf:rdf|error)[\s>]")


def _json(body: bytes) -> Verdict | None:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return Verdict(Outcome.UNREADABLE, "The JSON data breaks off or is not valid.")
    return None


def _xml(body: bytes) -> Verdict | None:
    head = peek.without(body[:16384], b"<!--", b"-->")
    root = _ROOT.search(head)
    name = root.group(1) if root else b""
    if name.lower() == b"error":
        return Verdict(Outcome.UNREADABLE, "In place of the data came an error message.")
    end = body.rfind(b"</" + name) if name else -1
    if end >= 0 and _XML_END.fullmatch(body, end + 2 + len(name)):
        return None
    if root and head.rstrip().endswith(b"/>") and head.count(b"<", root.start()) == 1:
        return None  # a single empty element
    return Verdict(Outcome.UNREADABLE, "The XML data breaks off before its end.")


_ROOT = re.compile(rb"<([A-Za-z_][\w:.-]*)")
_XML_END = re.compile(rb"\s*>\s*(?:<!--[^<]*-->\s*|<\?[^<]*\?>\s*)*")


def _html(body: bytes, *, full: bool) -> Verdict | None:
    if len(body) < 2048 and not peek.visible(body):
        return Verdict(Outcome.UNREADABLE, "The page came without any text.")
    return _excused(body) or (_cut_off(body) if full else None)


def _cut_off(body: bytes) -> Verdict | None:
    if any(body.rfind(end) >= 0 for end in (b"</html", b"</body", b"</HTML", b"</BODY")):
        return None
    return _BREAKS_OFF


_BREAKS_OFF = Verdict(Outcome.UNREADABLE, "The page breaks off before its end.")


def _excused(body: bytes) -> Verdict | None:
    kind = excuse(body)
    if kind is None:
        return None
    outcome = Outcome.UNAVAILABLE if kind is Excuse.REPAIR else Outcome.UNREADABLE
    return Verdict(outcome, f"In place of the page came an error page ({kind.value}).")
