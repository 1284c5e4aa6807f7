"""Findings ready to be laid out: gravest first, then by section, each with its reason, its place and a word diff."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from monitor.audience import Language
from monitor.core.speech import tables
from monitor.core.words import Span, spans
from monitor.model import Change, ChangeKind, Finding, Link, Severity
from monitor.notify import english, french

REASONS = {Language.EN: english.RULES, Language.FR: french.WORDS.rules}
MOST_LETTERS = 60_000
"""So much text of one page is compared word by word, from the gravest on; the rest stands whole on both sides."""


class Item(NamedTuple):
    """One finding."""

    number: int
    severity: Severity
    kind: ChangeKind
    section: str
    """Empty if it is the page as such."""
    path: str
    came_from: str | None
    """Where moved words stood before; empty if under the same headings, None if that was not kept."""
    reason: str
    """Empty where the kind says it all."""
    marks: tuple[Span, ...]
    links: tuple[tuple[str, Link], ...]
    """("removed" or "added", link), where only the address behind the words changed."""
    unannounced: bool

    @property
    def old(self) -> tuple[Span, ...]:
        """The left side of two."""
        return tuple(mark for mark in self.marks if mark.op != "added")

    @property
    def new(self) -> tuple[Span, ...]:
        return tuple(mark for mark in self.marks if mark.op != "removed")


class Grade(NamedTuple):
    """The findings of one severity."""

    severity: Severity
    items: tuple[Item, ...]


class Findings(NamedTuple):
    """All of them: what means something by severity, what means nothing apart."""

    grades: tuple[Grade, ...]
    quiet: tuple[Item, ...]

    @property
    def total(self) -> int:
        return sum(len(grade.items) for grade in self.grades)

    @property
    def unannounced(self) -> tuple[Item, ...]:
        return tuple(item for grade in self.grades for item in grade.items if item.unannounced)


def laid_out(found: Iterable[Finding], language: Language) -> Findings:
    """These findings for a page in this language."""
    room, items = MOST_LETTERS, []
    for number, one in enumerate(_sorted(found), 1):
        room -= len(one.change.before or "") + len(one.change.after or "")
        items.append(_item(number, one, language, closely=room >= 0))
    grades = tuple(
        Grade(severity, mine)
        for severity in reversed(Severity)
        if severity is not Severity.NONE and (mine := tuple(item for item in items if item.severity is severity))
    )
    return Findings(grades, tuple(item for item in items if item.severity is Severity.NONE))


def _sorted(found: Iterable[Finding]) -> list[Finding]:
    """Gravest first; those of one section together, in the order in which the page was judged."""
    given = list(found)
    order: dict[tuple[int, str], int] = {}
    for one in given:
        order.setdefault((one.severity.rank, one.change.section), len(order))
    return sorted(given, key=lambda one: (-one.severity.rank, order[one.severity.rank, one.change.section]))


def _item(number: int, found: Finding, language: Language, *, closely: bool) -> Item:
    change = found.change
    return Item(
        number=number,
        severity=found.severity,
        kind=change.kind,
        section=named(change.section, language),
        path=_path(change.heading_path[-3:], change.section),
        came_from=_came_from(change, language),
        reason="" if found.rule == "same-words" else REASONS[language].get(found.rule, found.rule.replace("-", " ")),
        marks=spans(change.before or "", change.after or "") if closely else _whole(change),
        links=_links(change),
        unannounced=found.unannounced,
    )


def named(section: str, language: Language) -> str:
    """A section's name: the publisher's as it stands, ours in the reader's language."""
    section = section.strip(" :")
    return tables.PLACES.get(section, section) if language is Language.FR else section


def _path(steps: Sequence[str], section: str) -> str:
    return " › ".join(step for step in steps if step != section)


def _came_from(change: Change, language: Language) -> str | None:
    if not change.moved_from:
        return None
    if change.moved_from == (change.section, *change.heading_path):
        return ""
    section, *steps = change.moved_from
    return " › ".join(filter(None, (named(section, language), _path(steps[-3:], section))))


def _whole(change: Change) -> tuple[Span, ...]:
    if change.before == change.after:
        return (Span("same", change.before),) if change.before else ()
    sides = (("removed", change.before), ("added", change.after))
    return tuple(Span(op, text) for op, text in sides if text)  # type: ignore[arg-type]


def _links(change: Change) -> tuple[tuple[str, Link], ...]:
    before = {link.url: link for link in change.before_links}
    after = {link.url: link for link in change.after_links}
    gone = [("removed", link) for url, link in before.items() if url not in after]
    return (*gone, *(("added", link) for url, link in after.items() if url not in before))
