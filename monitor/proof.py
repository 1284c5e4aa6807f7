"""The nouns and the sums of proof: which captures we kept, in an order that nobody can change unnoticed.

Every capture gets the next place in one chain over all captures. A link is the hash of the link before it and of
the entry, so the newest link stands for all that came before it: who noted one down can tell later whether
anything before it was changed, removed or slipped in. Standard library only, so that a pack can be checked by
anyone who reads this file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

START = hashlib.sha256(b"advisory-monitor chain 1").hexdigest()
"""The link before the first entry."""


def entry_hash(
    *, source_id: str, taken_at: datetime, url: str, final_url: str, status: int,
    headers: Iterable[Sequence[str]], sha256: str,
) -> str:  # fmt: skip
    """The hash of one capture: who was asked, when, what came back. Hex, SHA-256 over JSON in a fixed form."""
    stated = [source_id, taken_at.astimezone(UTC).isoformat(timespec="microseconds"), url, final_url, status,
              [list(header) for header in headers], sha256]  # fmt: skip
    # Plain ASCII, so that no question of encodings can arise between two programs, or two centuries.
    return hashlib.sha256(json.dumps(stated, separators=(",", ":")).encode("ascii")).hexdigest()


def link_hash(before: str, entry: str) -> str:
    """The link that follows `before` when this entry is added."""
    return hashlib.sha256(f"{before}\n{entry}".encode("ascii")).hexdigest()


@dataclass(frozen=True, slots=True)
class Link:
    """One place in the chain."""

    position: int
    """1 for the first capture ever kept."""
    entry: str
    link: str


def broken_at(before: str, links: Iterable[Link]) -> int | None:
    """The first position whose link does not follow from the one before it; None if all do."""
    last: int | None = None
    for one in links:
        if link_hash(before, one.entry) != one.link or (last is not None and one.position != last + 1):
            return one.position
        before, last = one.link, one.position
    return None
