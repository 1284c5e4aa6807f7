"""Where the advice stood before a change, and where it stands with it."""

from __future__ import annotations

import re
from typing import NamedTuple

from monitor.history import Around
from monitor.model import StoredChange
from monitor.posture import AreaLevel, Posture, Rung


class Stood(NamedTuple):
    """Both sides, as far as they are known. Empty words stand for "not known"."""

    level: tuple[str, str]
    rungs: tuple[tuple[Rung, ...], tuple[Rung, ...]] | None
    """None while the source's posture was never read on both sides."""
    risks: tuple[tuple[str, ...], tuple[str, ...]] | None
    areas: tuple[tuple[str, str, str], ...]
    """(area, before, now) of those whose advice differs."""


def stood(change: StoredChange, around: Around) -> Stood | None:
    """None if the source says nothing of the kind, before or now."""
    before, now = around.stood, around.stands
    level = (before.level_words if before else "") or _level_before(change, around), (
        now.level_words if now else "") or change.level  # fmt: skip
    both = before is not None and now is not None
    found = Stood(
        level=level,
        rungs=(_rungs(before), _rungs(now)) if before is not None and now is not None else None,
        risks=(before.risks, now.risks) if before is not None and now is not None else None,
        areas=_areas(before.areas, now.areas) if before is not None and now is not None else (),
    )
    said = any(level) or (both and any((*(found.rungs or ()), *(found.risks or ()), found.areas)))
    return found if said else None


def _level_before(change: StoredChange, around: Around) -> str:
    moved = [fact for finding in change.findings for fact in finding.facts if fact.kind == "level_change"]
    if not moved:
        return change.level
    known = around.level_before
    number = re.search(r"\d", known)
    stated = moved[0].before or ""
    if number and number.group() == stated:
        return known
    return f"Level {stated}" if stated.isdigit() else stated


def _rungs(posture: Posture) -> tuple[Rung, ...]:
    return tuple(hold.rung for hold in posture.holds)


def _areas(before: tuple[AreaLevel, ...], now: tuple[AreaLevel, ...]) -> tuple[tuple[str, str, str], ...]:
    old, new = ({one.area: one.words for one in side} for side in (before, now))
    return tuple((area, old.get(area, ""), new.get(area, "")) for area in dict.fromkeys((*old, *new))
                 if old.get(area) != new.get(area))  # fmt: skip
