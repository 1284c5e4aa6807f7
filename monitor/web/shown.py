"""Stored values as words for people: outcomes, ages, severities, word diffs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from monitor.core import classify
from monitor.core.words import Span, spans
from monitor.model import ChangeState, Finding, Outcome, Severity, SourceView, StoredChange


class Words(NamedTuple):
    """A state as a reader sees it: symbol, word, style; never colour alone."""

    symbol: str
    word: str
    style: str


OUTCOMES = {
    Outcome.FIRST: Words("●", "First capture", "good"),
    Outcome.UNCHANGED: Words("✓", "Unchanged", "good"),
    Outcome.CHANGED: Words("▲", "Changed", "news"),
    Outcome.REBASED: Words("↻", "Page was rebuilt", "news"),
    Outcome.BLOCKED: Words("⊘", "Refused", "bad"),
    Outcome.UNAVAILABLE: Words("✕", "Not reachable", "bad"),
    Outcome.UNREADABLE: Words("?", "Not readable", "bad"),
    Outcome.IMPLAUSIBLE: Words("!", "Not plausible", "bad"),
}
WAITING = Words("…", "Not looked at yet", "quiet")
SEVERITIES = {
    Severity.CRITICAL: Words("▲▲", "Critical — act now", "critical"),
    Severity.HIGH: Words("▲", "High — review today", "high"),
    Severity.MEDIUM: Words("■", "Medium — read with the next digest", "medium"),
    Severity.LOW: Words("●", "Low — for the record", "low"),
    Severity.NONE: Words("○", "No change in meaning", "none"),
}
STATES = {
    ChangeState.TOLD: "told to subscribers",
    ChangeState.HELD: "held back until a second look agrees",
    ChangeState.REVERTED: "taken back by the publisher before anyone was told",
    ChangeState.WITNESS: "already told through another route of this publisher",
    ChangeState.SILENT: "recorded; nothing in it is worth a message",
}
REASONS = {rule.name: rule.says for rule in classify.RULES}


def when(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC") if moment else "never"


def age(moment: datetime | None, now: datetime) -> str:
    """How long ago (or until), in one rounded unit."""
    if moment is None:
        return "never"
    seconds = (now - moment).total_seconds()
    ahead, seconds = seconds < -1, abs(seconds)
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = int(seconds // size)
            words = f"{count} {name}{'' if count == 1 else 's'}"
            break
    else:
        words = f"{int(seconds)} seconds"
    return f"in {words}" if ahead else f"{words} ago"


@dataclass(frozen=True, slots=True)
class Place:
    """A destination with its sources, as the status page lists it."""

    name: str
    level: str
    sources: tuple[SourceView, ...]

    @property
    def failing(self) -> int:
        return sum(view.state.failures > 0 for view in self.sources)


def places(views: tuple[SourceView, ...]) -> tuple[Place, ...]:
    """Sources gathered by destination; the level is what the freshest source that states one says."""
    names = sorted({view.destination_name for view in views})
    out = []
    for name in names:
        mine = tuple(view for view in views if view.destination_name == name)
        stated = [view for view in mine if view.level and view.state.last_good_at]
        newest = max(stated, key=lambda view: view.state.last_good_at or datetime.min, default=None)
        out.append(Place(name, newest.level if newest else "", mine))
    return tuple(out)


class Shown(NamedTuple):
    """One finding, ready to be laid out."""

    severity: Words
    kind: str
    path: str
    reason: str
    summary: str
    marks: tuple[Span, ...]


def findings(change: StoredChange) -> tuple[tuple[str, tuple[Shown, ...]], ...]:
    """The findings that mean something, by section, heaviest first; then those that do not."""
    grouped: dict[str, list[Shown]] = {}
    for found in change.findings:
        if found.severity is not Severity.NONE:
            grouped.setdefault(found.change.section or "Page", []).append(_shown(found))
    return tuple((section, tuple(items)) for section, items in grouped.items())


def _shown(found: Finding) -> Shown:
    change = found.change
    return Shown(
        severity=SEVERITIES[found.severity],
        kind=change.kind.value,
        path=" › ".join(step for step in change.heading_path[-2:] if step != change.section),
        reason=REASONS.get(found.rule, found.rule.replace("-", " ")),
        summary=found.summary,
        marks=spans(change.before or "", change.after or ""),
    )


def quiet(change: StoredChange) -> int:
    """How many differences have no meaning."""
    return sum(found.severity is Severity.NONE for found in change.findings)
