"""What every adapter shares: its shape, its errors, strict dates, and levels in words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from monitor.core import dom
from monitor.errors import SplitError
from monitor.model import Block, BlockKind, Cut, Fact, Outcome, Page, Source


class Adapter(NamedTuple):
    """How one kind of page is read. Both functions are pure."""

    cut: Callable[[Source, Page], Cut]
    """Raises `SplitError`."""
    fingerprint: Callable[[Source, Page], str]
    """Equal fingerprints of two pages mean equal cuts. Light; raises `SplitError`."""
    shared: Callable[[Page], tuple[str, ...]] | None = None
    """For a feed of all destinations: marks of the sentences that many of them share. Raises `SplitError`."""
    essence: Callable[[Source, Page], bytes | None] | None = None
    """What the fingerprint is made from, before it is parsed: a name, a null, markup. Equal ones mean equal
    fingerprints. None for what is no markup."""


def markup(source: Source, page: Page) -> bytes | None:
    """The essence of a page of which nothing is read but the tree."""
    text = dom.decode(page)
    if source.select or "<" not in text or text.lstrip()[:1] in ("{", "["):
        return None
    return essence(text)


def essence(text: str, template: str = "") -> bytes:
    """What the fingerprint of markup is made from: the template it is read by, a null, what `dom.tree` would parse."""
    return template.encode() + b"\0" + dom.reduced(text).encode("utf-8", "replace")


def unreadable(message: str) -> SplitError:
    return SplitError(message)


def implausible(message: str) -> SplitError:
    return SplitError(message, outcome=Outcome.IMPLAUSIBLE)


def load_json(text: str, what: str) -> Any:
    """A JSON document; raises `SplitError` saying that `what` is not JSON."""
    try:
        found = json.loads(text, strict=False)
        if "\\ud" in text.lower():
            # Half a character, which nothing could store: made whole or replaced.
            whole = json.dumps(found, ensure_ascii=False).encode("utf-16", "surrogatepass")
            found = json.loads(whole.decode("utf-16", "replace"), strict=False)
    except (ValueError, RecursionError) as e:
        raise unreadable(f"{what} is not JSON.") from e
    return found


_MONTHS = {
    "jan": 1, "january": 1, "feb": 2, "february": 2, "mar": 3, "march": 3, "apr": 4, "april": 4,
    "may": 5, "jun": 6, "june": 6, "jul": 7, "july": 7, "aug": 8, "august": 8, "sep": 9,
    "sept": 9, "september": 9, "oct": 10, "october": 10, "nov": 11, "november": 11, "dec": 12,
    "december": 12,
}  # fmt: skip
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATES = re.compile(
    rf"\b(?:(?P<m1>{_MONTH})\.?\s+(?P<d1>\d{{1,2}}),?\s+(?P<y1>\d{{4}})"
    rf"|(?P<d2>\d{{1,2}})\s+(?P<m2>{_MONTH})\.?,?\s+(?P<y2>\d{{4}})"
    r"|(?P<y3>\d{4})-(?P<m3>\d{2})-(?P<d3>\d{2}))",
    re.I,
)


def day(words: str) -> str:
    """The first date in these words as ISO, "" if there is none; nothing is ever guessed."""
    match = _DATES.search(words)
    if match is None:
        return ""
    found = match.groupdict()
    month = found["m1"] or found["m2"]
    try:
        return date(
            int(found["y1"] or found["y2"] or found["y3"]),
            _MONTHS[month.lower()] if month else int(found["m3"]),
            int(found["d1"] or found["d2"] or found["d3"]),
        ).isoformat()
    except ValueError:
        return ""


def moment(words: str) -> str:
    """An ISO time as UTC ("2026-06-08T00:00:00Z"), a bare date as that date, else ""."""
    words = words.strip()
    try:
        at = datetime.fromisoformat(words)
    except ValueError:
        return day(words)
    if len(words) <= 10:
        return at.date().isoformat()
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def headed(words: str, *blocks: Block) -> tuple[Block, ...]:
    """A heading of its own in front of blocks that do not stand under it."""
    return (Block(BlockKind.HEADING, words), *blocks) if words else blocks


def facts(*found: Fact | None) -> tuple[Fact, ...]:
    return tuple(fact for fact in found if fact is not None and fact.value)
