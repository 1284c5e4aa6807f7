"""What a message says beside the findings: the words for severities, states, rules and times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.core import classify
from monitor.core.words import Span, excerpt, spans
from monitor.model import ChangeKind, Finding, Notice, Severity
from monitor.notify.clean import line

MOST_FINDINGS = 12
"""So many findings are shown in full; the page of the change has the rest."""
MOST_QUOTE = 900
"""Characters of one quote in a message."""


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
_KINDS = {
    ChangeKind.ADDED: "New", ChangeKind.REMOVED: "Removed", ChangeKind.EDITED: "Changed",
    ChangeKind.MOVED: "Moved", ChangeKind.SPLIT: "Laid out differently",
    ChangeKind.MERGED: "Laid out differently", ChangeKind.FORMAT: "Laid out differently",
}  # fmt: skip
_REASONS = {rule.name: rule.says for rule in classify.RULES} | {
    "note-only": "the publisher announces a change that the page does not show",
    "link-target": "the same words link elsewhere",
    "told-before": "told already through another route of this publisher",
    "template-switch": "the page was rebuilt",
}
PUBLISHERS = {
    "us-state": "U.S. Department of State", "us-embassy": "U.S. embassy",
    "uk-fcdo": "UK Foreign, Commonwealth & Development Office", "canada": "Global Affairs Canada",
    "australia": "Australia, Smartraveller", "ireland": "Ireland, Department of Foreign Affairs",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One finding, ready to be laid out."""

    place: str
    kind: str
    severity: Level
    key: str
    reason: str
    marks: tuple[Span, ...]
    whole: bool
    """Whether the two sides are shown one after the other, not word by word."""


def items(notice: Notice) -> tuple[tuple[Item, ...], int]:
    """The findings a reader is shown in full, and the number of those that are not."""
    told = [f for f in notice.findings if f.severity is not Severity.NONE]
    shown = told[:MOST_FINDINGS]
    return tuple(_item(finding) for finding in shown), len(notice.findings) - len(shown)


def _item(finding: Finding) -> Item:
    change = finding.change
    before, after = line(change.before or ""), line(change.after or "")
    marks = excerpt(spans(before, after), context=14) if before and after else spans(before, after)
    kept = any(span.op == "same" and any(c.isalnum() for c in span.text) for span in marks)
    path = [step.strip(" :") for step in change.heading_path[-2:]]
    place = [change.section.strip(" :")] + [s for s in path if s and s.casefold() != change.section.casefold()]
    return Item(
        place=line(" › ".join(p for p in place if p)) or "Page",
        kind=_KINDS[change.kind],
        severity=LEVELS[finding.severity],
        key=finding.severity.value,
        reason=_REASONS.get(finding.rule, finding.rule.replace("-", " ")),
        marks=tuple(Span(span.op, _short(span.text)) for span in marks),
        whole=not kept,
    )


def _short(text: str) -> str:
    return text if len(text) <= MOST_QUOTE else line(text, MOST_QUOTE)


def when(moment: datetime) -> str:
    """A time as people and programs both read it."""
    return moment.strftime("%Y-%m-%d %H:%M UTC")


def certainty(notice: Notice) -> str:
    """How sure we are, in one sentence."""
    if not notice.confirmed:
        return "Single source, not yet confirmed by a second look."
    if notice.witnesses:
        return f"Seen on {len(notice.witnesses) + 1} routes of the publisher."
    return "Read from the publisher's own page or feed."


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


def marked(marks: Sequence[Span]) -> str:
    """A word diff in plain text: [-gone-] {+come+}, blanks outside the marks."""
    out = []
    for span in marks:
        bare = span.text.strip()
        if span.op == "same" or not bare:
            out.append(span.text)
            continue
        lead = span.text[: len(span.text) - len(span.text.lstrip())]
        tail = span.text[len(span.text.rstrip()) :]
        sign = f"[-{bare}-]" if span.op == "removed" else f"{{+{bare}+}}"
        out.append(f"{lead}{sign}{tail}")
    return "".join(out).replace("-]{+", "-] {+")
