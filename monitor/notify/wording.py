"""What a message says beside the findings: the words for severities, states, rules and times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.audience import Notice
from monitor.core import classify
from monitor.model import ChangeKind, Severity
from monitor.notify.clean import line


@dataclass(frozen=True, slots=True)
class Level:
    """A severity as a reader sees it: a symbol, a word and what it asks for."""

    symbol: str
    word: str
    asks: str


LEVELS = {
    Severity.CRITICAL: Level("▲▲", "Critical", "Act now"),
    Severity.HIGH: Level("▲", "High", "Review today"),
    Severity.MEDIUM: Level("■", "Medium", "Read with the next digest"),
    Severity.LOW: Level("●", "Low", "For the record"),
    Severity.NONE: Level("○", "No change in meaning", "Nothing to do"),
}
KINDS = {
    ChangeKind.ADDED: "new", ChangeKind.REMOVED: "removed", ChangeKind.EDITED: "changed",
    ChangeKind.MOVED: "moved", ChangeKind.SPLIT: "laid out differently",
    ChangeKind.MERGED: "laid out differently", ChangeKind.FORMAT: "laid out differently",
}  # fmt: skip
_REASONS = {rule.name: rule.says for rule in classify.RULES} | {
    "note-only": "the publisher announces a change that the page does not show",
    "link-target": "the same words link elsewhere",
    "told-before": "told already through another route of this publisher",
    "site-wide": "part of a site-wide edit, told once for all destinations",
    "template-switch": "the page was rebuilt",
}
PUBLISHERS = {
    "us-state": "U.S. Department of State", "us-embassy": "U.S. embassy",
    "uk-fcdo": "UK Foreign, Commonwealth & Development Office", "canada": "Global Affairs Canada",
    "australia": "Australia, Smartraveller", "ireland": "Ireland, Department of Foreign Affairs",
}  # fmt: skip


def reason(rule: str) -> str:
    """The rule that fired, in plain words (docs/rules.md)."""
    return _REASONS.get(rule) or line(rule.replace("-", " "), 200)


def unshown(page_url: str) -> str:
    """Where to read the findings that did not fit."""
    return "on the page of this change, linked below" if page_url else "did not fit; the source has them"


def quiet(count: int) -> str:
    """The differences that nobody needs to read, as a number."""
    many = "differences change" if count != 1 else "difference changes"
    return f"{count} further {many} no meaning." if count else ""


def when(moment: datetime) -> str:
    """A time as people and programs both read it."""
    return moment.strftime("%Y-%m-%d %H:%M UTC")


def certainty(notice: Notice) -> str:
    """How sure we are, in one sentence."""
    if not notice.confirmed:
        return "Single source, not yet confirmed by a second look."
    routes = ""
    if notice.witnesses:
        routes = f" Also seen on {', '.join(line(one, 60) for one in notice.witnesses[:6])}."
    if notice.verified_at > notice.seen_at:
        same_day = notice.verified_at.date() == notice.seen_at.date()
        at = f"{notice.verified_at:%H:%M} UTC" if same_day else when(notice.verified_at)
        return f"Confirmed by a second look at {at}.{routes}"
    return f"Read from the publisher's own page or feed.{routes}"


def publisher(notice: Notice) -> str:
    return PUBLISHERS.get(notice.publisher, notice.publisher)


def subject(notice: Notice) -> str:
    """At most 150 characters, one line; urgent ones say so first."""
    urgent = notice.severity in (Severity.CRITICAL, Severity.HIGH)
    head = f"[{LEVELS[notice.severity].word}] " if urgent else ""
    return line(head + notice.headline, 150)


def brief(notice: Notice) -> str:
    """The notice in at most 160 characters, for logs and gateways with short messages."""
    return line(f"{LEVELS[notice.severity].word}: {notice.headline}", 160)
