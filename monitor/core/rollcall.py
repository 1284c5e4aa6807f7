"""A list held against what it named before: who is new, who is missing, who is back. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.errors import SplitError
from monitor.listed import Entry, Found
from monitor.model import Outcome

FEW = 0.7
"""A list with less than this share of what it held is not believed."""
WIDE = 10
"""Lists that held fewer are not judged by their number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """What a list says today, and how that differs."""

    found: tuple[Found, ...]
    """All that it ever named, in the order of naming."""
    new: tuple[Found, ...] = ()
    missing: tuple[Found, ...] = ()
    """What it named last time and names no longer; watched on."""
    back: tuple[Found, ...] = ()
    moved: tuple[Found, ...] = ()
    """What has another address now."""


def check(publisher: str, count: int, before: int, least: int) -> None:
    """Raises SplitError if a list of so many destinations cannot be whole. `before`: how many it had."""
    if count < least:
        raise SplitError(f"The list of {publisher} names {count} destinations where at least {least} are expected.",
                         outcome=Outcome.IMPLAUSIBLE)  # fmt: skip
    if before >= WIDE and count < FEW * before:
        raise SplitError(f"The list of {publisher} fell from {before} destinations to {count}; if it really did, say so"
                         f" with: monitor sources {publisher} --believe.",
                         outcome=Outcome.IMPLAUSIBLE)  # fmt: skip


def call(publisher: str, known: Sequence[Found], listed: Iterable[Entry], now: datetime) -> Roll:
    """Who is who. An entry is known by its token, or, where nothing listed has that, by its place and kind.

    A source keeps its id whatever becomes of name and address: the id names its history.
    """
    entries = list(listed)
    tokens = {entry.token for entry in entries}
    by_token = {one.entry.token: one for one in known}
    orphans = {(one.entry.key, one.entry.kind): one for one in known if one.entry.token not in tokens}
    taken = {one.source_id for one in known}
    seen: dict[str, Found] = {}
    new, back, moved = [], [], []
    for entry in entries:
        before = by_token.get(entry.token) or orphans.pop((entry.key, entry.kind), None)
        if before is None:
            one = Found(publisher=publisher, source_id=_id(publisher, entry, taken), entry=entry, first_seen_at=now)
            taken.add(one.source_id)
            new.append(one)
        else:
            one = replace(before, entry=replace(entry, key=before.entry.key), missing_since=None)
            back += [one] if before.missing_since is not None else []
            moved += [one] if before.entry.url != entry.url else []
        seen[one.source_id] = one
    found = [seen.get(one.source_id) or replace(one, missing_since=one.missing_since or now) for one in known]
    missing = [one for one in found if one.missing_since == now]
    return Roll(found=(*found, *new), new=tuple(new), missing=tuple(missing), back=tuple(back), moved=tuple(moved))


def _id(publisher: str, entry: Entry, taken: set[str]) -> str:
    plain = f"{publisher}:{entry.key}"
    names = (plain, f"{plain}:{entry.token.rpartition('/')[2]}", *(f"{plain}:{number}" for number in range(2, 500)))
    return next(name for name in names if name not in taken)
