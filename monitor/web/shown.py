"""Stored values as words for people: outcomes, ages, severities, word diffs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from monitor.audience import Delivery, DeliveryState, MessageKind
from monitor.core import classify
from monitor.core.words import Span, spans
from monitor.model import (
    Campaign,
    Change,
    ChangeKind,
    ChangeState,
    Finding,
    Link,
    Outcome,
    Severity,
    SourceView,
    StoredChange,
)
from monitor.notify.wording import PUBLISHERS


class Words(NamedTuple):
    """A state as a reader sees it: symbol, word, what it means, style; never colour alone."""

    symbol: str
    word: str
    means: str
    style: str


OUTCOMES = {
    Outcome.FIRST: Words("●", "First capture", "kept as the baseline", "good"),
    Outcome.UNCHANGED: Words("✓", "Unchanged", "the page says what it said", "good"),
    Outcome.CHANGED: Words("▲", "Changed", "the page says something else", "news"),
    Outcome.REBASED: Words("↻", "Page was rebuilt", "new layout, compared by its words", "news"),
    Outcome.BLOCKED: Words("⊘", "Refused", "the server would not show us the page", "bad"),
    Outcome.UNAVAILABLE: Words("✕", "Not reachable", "no answer, or a broken one", "bad"),
    Outcome.UNREADABLE: Words("?", "Not readable", "an answer came, but not this page", "bad"),
    Outcome.IMPLAUSIBLE: Words("!", "Not plausible", "a page came that cannot be true", "bad"),
}
WAITING = Words("…", "Not looked at yet", "", "quiet")
SEVERITIES = {
    Severity.CRITICAL: Words("▲▲", "Critical", "act now", "critical"),
    Severity.HIGH: Words("▲", "High", "review today", "high"),
    Severity.MEDIUM: Words("■", "Medium", "read with the next digest", "medium"),
    Severity.LOW: Words("●", "Low", "for the record", "low"),
    Severity.NONE: Words("○", "No change in meaning", "nothing to do", "none"),
}
STATES = {
    ChangeState.TOLD: Words(
        "✓", "Confirmed", "Read from the publisher’s own page or feed; no doubt is open.", "good"
    ),
    ChangeState.HELD: Words(
        "◷", "Held", "Waits for a second look, half an hour at most. Nobody is told yet.", "news"
    ),
    ChangeState.REVERTED: Words(
        "↺", "Taken back", "The second look showed the old page again. Nobody was told.", "quiet"
    ),
    ChangeState.WITNESS: Words(
        "＝", "Witness", "The same edit was told already, through another route.", "quiet"
    ),
    ChangeState.SILENT: Words("○", "Recorded", "Nothing in it is worth a message.", "quiet"),
    ChangeState.GATHERING: Words(
        "◷", "Waiting for others", "Told within the hour; if other destinations show the same edit, once for all.",
        "news",
    ),
    ChangeState.CAMPAIGN: Words(
        "≡", "Site-wide edit", "The same edit appears on other destinations too; it is told once for all.", "quiet"
    ),
}
UNCONFIRMED = Words("?", "Not yet confirmed", "Told already; no second look has agreed yet.", "bad")
SENDING = {
    DeliveryState.WAITING: "waiting",
    DeliveryState.GATHERED: "gathered for a digest",
    DeliveryState.CLAIMED: "being handed over",
    DeliveryState.SENT: "sent",
    DeliveryState.GIVEN_UP: "given up",
    DeliveryState.CALLED_OFF: "called off",
}
TAKEN_BACK = {MessageKind.CORRECTION: "Corrected", MessageKind.WITHDRAWAL: "Withdrawn"}
KINDS = {
    ChangeKind.ADDED: "New", ChangeKind.REMOVED: "Removed", ChangeKind.EDITED: "Edited",
    ChangeKind.MOVED: "Moved", ChangeKind.SPLIT: "Split", ChangeKind.MERGED: "Merged",
    ChangeKind.FORMAT: "Laid out differently",
}  # fmt: skip
REASONS = {rule.name: rule.says for rule in classify.RULES} | {
    "site-wide": "part of a site-wide edit, told once for all destinations"}


def state(change: StoredChange) -> Words:
    """What became of a change, and how sure we are of it."""
    if change.state is ChangeState.TOLD and not change.confirmed:
        return UNCONFIRMED
    return STATES[change.state]


def elsewhere(campaign: Campaign | None) -> list[str]:
    """Names of the destinations on which a campaign's edit appeared."""
    return sorted({member.destination_name for member in campaign.members}) if campaign else []


def publisher(key: str) -> str:
    return PUBLISHERS.get(key, key)


def when(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC") if moment else "never"


def age(moment: datetime | None, now: datetime) -> str:
    """How long ago (or until), in one rounded unit."""
    if moment is None:
        return "never"
    seconds = int((now - moment).total_seconds())
    ahead, seconds = seconds < 0, abs(seconds)
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        if seconds >= size:
            words = f"{seconds // size} {name}{'' if seconds // size == 1 else 's'}"
            return f"in {words}" if ahead else f"{words} ago"
    return "just now"


def web_link(address: str) -> bool:
    """Whether an address may stand behind a link: only the web's own two schemes."""
    return re.match(r"https?://[^\s/]", address, re.IGNORECASE) is not None


class Stated(NamedTuple):
    """A level as one or more sources of one publisher state it."""

    words: str
    publisher: str
    verified_at: datetime | None


@dataclass(frozen=True, slots=True)
class Place:
    """A destination with its sources, as the status page lists it."""

    name: str
    key: str
    levels: tuple[Stated, ...]
    """Freshest first. More than one if publishers, or routes of one publisher, disagree."""
    sources: tuple[SourceView, ...]

    @property
    def failing(self) -> int:
        return sum(view.state.failures > 0 for view in self.sources)


def places(views: Iterable[SourceView]) -> tuple[Place, ...]:
    """Sources gathered by destination, in the order of the names."""
    grouped: dict[tuple[str, str], list[SourceView]] = {}
    for view in views:
        grouped.setdefault((view.destination_name, view.destination), []).append(view)
    return tuple(
        Place(name, key, _levels(mine), tuple(mine)) for (name, key), mine in sorted(grouped.items())
    )


def _levels(views: Iterable[SourceView]) -> tuple[Stated, ...]:
    """What each publisher says; one that says two things is shown saying both."""
    found: dict[tuple[str, str], Stated] = {}
    seen = [(view.state.last_good_at, view) for view in views if view.level]
    for at, view in sorted(seen, key=lambda one: one[0].timestamp() if one[0] else 0, reverse=True):
        number = re.search(r"\d", view.level)
        key = (view.publisher, number.group() if number else view.level.casefold())
        found.setdefault(key, Stated(view.level, publisher(view.publisher), at))
    return tuple(found.values())


class Shown(NamedTuple):
    """One finding, ready to be laid out."""

    severity: Words
    kind: str
    path: str
    reason: str
    marks: tuple[Span, ...]
    links: tuple[tuple[str, Link], ...]
    """("removed" or "added", link), where only the address behind the words changed."""


def findings(change: StoredChange) -> tuple[tuple[str, tuple[Shown, ...]], ...]:
    """The findings that mean something, by section in the order of the page's judgement."""
    grouped: dict[str, list[Shown]] = {}
    for found in change.findings:
        if found.severity is not Severity.NONE:
            grouped.setdefault(found.change.section or "Page", []).append(_shown(found))
    return tuple((section, tuple(items)) for section, items in grouped.items())


def _shown(found: Finding) -> Shown:
    change = found.change
    return Shown(
        severity=SEVERITIES[found.severity],
        kind=KINDS[change.kind],
        path=" › ".join(step for step in change.heading_path[-2:] if step != change.section),
        reason=REASONS.get(found.rule, found.rule.replace("-", " ")),
        marks=spans(change.before or "", change.after or ""),
        links=_links(change),
    )


def _links(change: Change) -> tuple[tuple[str, Link], ...]:
    before = {link.url: link for link in change.before_links}
    after = {link.url: link for link in change.after_links}
    gone = [("removed", link) for url, link in before.items() if url not in after]
    return (*gone, *(("added", link) for url, link in after.items() if url not in before))


def quiet(change: StoredChange) -> int:
    """How many differences have no meaning."""
    return sum(found.severity is Severity.NONE for found in change.findings)


def sending(deliveries: Iterable[Delivery]) -> list[tuple[int, str]]:
    """(number, state in words) of the messages about a change, in the order of their lives."""
    counted = Counter(one.state for one in deliveries)
    return [(counted[state], words) for state, words in SENDING.items() if counted[state]]
