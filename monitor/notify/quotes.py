"""Findings as a message quotes them: by place, heaviest first, within a bound.

Nothing is dropped without a word: what does not fit, and what means nothing, is counted.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from monitor.audience import Language, Notice
from monitor.core.speech import french, tables
from monitor.core.speech.french import typeset
from monitor.core.words import Op, Span, excerpt, spans
from monitor.model import Change, ChangeKind, Finding, Severity
from monitor.notify import wording
from monitor.notify.clean import line
from monitor.notify.words import Level, Words

MOST_FINDINGS = 12
"""So many findings are quoted in full; the page of the change has the rest."""
MOST_QUOTE = 900
"""Characters of one side of a quote."""
MOST_MARKS = 24
"""Marks in one sentence; after that the quote ends."""
MOST_BRIEF = 5
"""Smaller edits that get a line each."""
ROOM = 30_000
"""Bytes of all quotes in HTML, so that no mail client cuts the message short."""
_MARK = 130
"""Bytes of the tags and styles round one mark."""
_WHOLE = frozenset({"level_change", "area_level_change", "phone_changed", "email_changed"})
"""A level or a number to dial is read, or copied, as a whole."""
_SHORT = 120


class Side(NamedTuple):
    """One side of a change, shown as a line of its own."""

    label: str
    op: Op
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One finding, ready to be laid out: marked words, or whole sides."""

    kind: str
    severity: Level
    key: str
    reason: str
    marks: tuple[Span, ...] = ()
    sides: tuple[Side, ...] = ()

    @property
    def cost(self) -> int:
        """Bytes that the quote takes in HTML, roughly, rather too many."""
        texts = [span.text for span in self.marks] + [side.text for side in self.sides]
        return sum(len(html.escape(text).encode()) + _MARK for text in texts) + 2 * _MARK


class Group(NamedTuple):
    """What changed under one heading."""

    place: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """All findings of a notice: in full, in brief, or as a number."""

    groups: tuple[Group, ...]
    unshown: str
    """"3 more (2 high, 1 medium)": findings of weight that did not fit; empty if all did."""
    brief: tuple[str, ...]
    """Smaller edits, a sentence each."""
    more: int
    """Smaller edits beyond those."""
    quiet: int
    """Differences that mean nothing."""


class Bounds(NamedTuple):
    """How much is quoted."""

    findings: int = MOST_FINDINGS
    quote: int = MOST_QUOTE
    room: int = ROOM
    brief: int = MOST_BRIEF


FULL = Bounds()


def layout(notice: Notice, bounds: Bounds = FULL) -> Layout:
    """Medium and heavier findings are quoted, lighter ones too if there is nothing heavier."""
    w = wording.words(notice)
    told = [f for f in notice.findings if f.severity is not Severity.NONE]
    told.sort(key=lambda f: -f.severity.rank)
    full = [f for f in told if f.severity.at_least(Severity.MEDIUM)] or told
    small = told[len(full) :]
    items = _fitting(full, w, bounds)
    return Layout(
        groups=_groups(full, items, w),
        unshown=_counted(full[len(items) :], w),
        brief=tuple(_brief(f, notice.language) for f in small[: bounds.brief]),
        more=max(0, len(small) - bounds.brief),
        quiet=len(notice.findings) - len(told),
    )


def _brief(finding: Finding, language: Language) -> str:
    """A smaller edit as a sentence."""
    if language is Language.FR:
        return typeset(line(french.summary(finding), 220))
    return line(finding.summary, 220)


def _fitting(findings: Sequence[Finding], w: Words, bounds: Bounds) -> list[Item]:
    items: list[Item] = []
    room = bounds.room
    for finding in findings[: bounds.findings]:
        item = _item(finding, w, bounds.quote)
        room -= item.cost
        if room < 0 and items:
            break
        items.append(item)
    return items


def _groups(findings: Sequence[Finding], items: Sequence[Item], w: Words) -> tuple[Group, ...]:
    """By place, in the order in which the heaviest finding of each came."""
    pairs = [(place(f.change, w), item) for f, item in zip(findings, items, strict=False)]
    order = list(dict.fromkeys(where for where, _ in pairs))
    pairs.sort(key=lambda pair: order.index(pair[0]))
    return tuple(
        Group(where, tuple(item for _, item in same)) for where, same in groupby(pairs, key=lambda pair: pair[0])
    )


def _counted(findings: Sequence[Finding], w: Words) -> str:
    if not findings:
        return ""
    by = Counter(f.severity for f in findings)
    return w.more(len(findings), [(by[s], w.levels[s].word) for s in reversed(Severity) if by[s]])


def place(change: Change, w: Words) -> str:
    """Section and the last two headings, each once; names of sections that are ours in the reader's language."""
    section = tables.PLACES.get(change.section, change.section) if w.code == "fr" else change.section
    seen: dict[str, str] = {}
    for step in (section, *change.heading_path[-2:]):
        seen.setdefault(step.strip(" :").casefold(), step.strip(" :"))
    return line(" › ".join(filter(None, seen.values())), 200) or w.page


def _item(finding: Finding, w: Words, most: int) -> Item:
    marks, sides = _quote(finding, w, most)
    return Item(
        kind=w.kinds[finding.change.kind],
        severity=w.levels[finding.severity],
        key=finding.severity.value,
        reason=wording.reason(finding.rule, w),
        marks=marks,
        sides=sides,
    )


def _quote(finding: Finding, w: Words, most: int) -> tuple[tuple[Span, ...], tuple[Side, ...]]:
    change = finding.change
    gone, new, old, now = w.sides
    before, after = line(change.before or ""), line(change.after or "")
    if not before or not after:
        return (), _sides(before, after, gone, new, most)
    marks = _outside(spans(before, after))
    if all(span.op == "same" for span in marks):
        return (Span("same", line(after, most)),), _links(change, old, now)
    kept = any(span.op == "same" and any(c.isalnum() for c in span.text) for span in marks)
    copied = any(fact.kind in _WHOLE for fact in finding.facts) and max(len(before), len(after)) <= _SHORT
    if copied or not kept:
        return (), _sides(before, after, old, now, most)
    return _bounded(excerpt(marks, context=14), 2 * most), ()


def _sides(before: str, after: str, old: str, new: str, most: int) -> tuple[Side, ...]:
    sides = (Side(old, "removed", line(before, most)), Side(new, "added", line(after, most)))
    return tuple(side for side in sides if side.text)


def _links(change: Change, before: str, after: str) -> tuple[Side, ...]:
    """Where only the address behind the words changed."""
    if change.kind is not ChangeKind.EDITED:
        return ()
    old, new = [x.url for x in change.before_links], [x.url for x in change.after_links]
    gone = [Side(before, "removed", line(url, 300)) for url in dict.fromkeys(old) if url not in new]
    come = [Side(after, "added", line(url, 300)) for url in dict.fromkeys(new) if url not in old]
    return (*gone[:3], *come[:3])


def _outside(found: Sequence[Span]) -> tuple[Span, ...]:
    """The spans to be read, no longer verbatim: blanks stand outside the marks and part them."""
    out: list[Span] = []
    for span in found:
        bare = span.text.strip()
        if span.op == "same":
            _add(out, span)
        elif not bare:  # only blanks differ: the new text's stand
            _add(out, Span("same", span.text if span.op == "added" else ""))
        else:
            head, _, tail = span.text.partition(bare)
            touching = bool(out) and out[-1].op != "same"
            _add(out, Span("same", head or " " * touching))
            _add(out, Span(span.op, bare))
            _add(out, Span("same", tail))
    return tuple(out)


def _add(out: list[Span], span: Span) -> None:
    if span.op == "same" and out and out[-1].op == "same":
        out[-1] = Span("same", out[-1].text + span.text)
    elif span.text:
        out.append(span)


def _bounded(marks: Sequence[Span], room: int) -> tuple[Span, ...]:
    out: list[Span] = []
    marked = 0
    for span in marks:
        marked += span.op != "same"
        if marked > MOST_MARKS or room <= 0:
            return (*out, Span("same", " …"))
        out.append(span if len(span.text) <= room else Span(span.op, line(span.text, room)))
        room -= len(span.text)
    return tuple(out)


def marked(marks: Sequence[Span]) -> str:
    """A word diff in plain text: [-gone-] {+come+}."""
    signs = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "".join(signs[span.op].format(span.text) for span in marks)
