"""How much of a page is read closely: all of any advisory, and the gravest part of what is larger.

The largest pages of the history have 1,230 sentences and 78,000 letters (Australia on Indonesia), the
largest edits 170 blocks. Beyond a multiple of that, what differs is ordered by words of posture; the first part is
judged like any other, the rest is counted, quoted once and told as what it is. So a page of any size
costs no more than a large one, and a level or an order to leave is not lost in it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from monitor.core.align import Row, Unit
from monitor.model import Change, ChangeKind, Finding, Severity

MOST_READ, MOST_JUDGED = 2500, 600
"""Sentences of a side that are read for everything it says; differing blocks that are judged one by one."""
MOST_LETTERS = 150_000
"""And the letters of either."""
READ, JUDGED, LETTERS = 1000, 250, 75_000
"""Beyond that, so many are."""
_POSTURE = re.compile(
    r"\b(?:leave|depart\w*|evacuat\w+|level|travel|embassy|border|airport|curfew|coup|attack\w*|killed|emergency"
    r"|staff|personnel|suspend\w*|clos\w+)\b",
    re.I,
)
_LOOK = 600
"""Letters of a sentence in which words of posture are looked for."""


def read(units: Sequence[Unit], rows: Sequence[Row], side: int) -> Sequence[Unit]:
    """The units of one side that are read closely: all of them, or first those that differ."""
    if len(units) <= MOST_READ and sum(len(unit.text) for unit in units) <= MOST_LETTERS:
        return units
    chosen = {id(unit): unit for row in rows if row.kind is not None
              for unit in (row.new if side else row.old)}  # fmt: skip
    first = (*chosen.values(), *(unit for unit in units if id(unit) not in chosen))
    return first[: _fitting((len(unit.text) for unit in first), READ)]


def judged(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """(what is judged one by one, what is only counted), both in the order of the page."""
    differing = [n for n, row in enumerate(rows) if row.kind is not None]
    sizes = {n: sum(len(unit.text) for unit in rows[n].old + rows[n].new) for n in differing}
    if len(differing) <= MOST_JUDGED and sum(sizes.values()) <= MOST_LETTERS:
        return list(rows), []
    differing.sort(key=lambda n: (rows[n].kind is ChangeKind.MOVED, not _grave(rows[n]), n))
    late = set(differing[_fitting((sizes[n] for n in differing), JUDGED) :])
    return [row for n, row in enumerate(rows) if n not in late], [rows[n] for n in sorted(late)]


def _fitting(sizes: Iterable[int], most: int) -> int:
    """How many of the first fit into the bounds."""
    letters = number = 0
    for size in sizes:
        letters += size
        if number == most or letters > LETTERS:
            break
        number += 1
    return number


def counted(rows: Sequence[Row]) -> list[Finding]:
    """What was not judged one by one, by kind: how much it is, and the first of it as a quote."""
    found = []
    for kind, number in Counter(row.kind for row in rows).items():
        mine = [row for row in rows if row.kind is kind]
        first = next((row for row in mine if _grave(row)), mine[0])
        unit = (first.new or first.old)[0]
        change = Change(section=unit.section, heading_path=unit.path, kind=kind or ChangeKind.EDITED,
                        before=first.old[0].text if first.old else None,
                        after=first.new[0].text if first.new else None)  # fmt: skip
        severity = Severity.HIGH if _grave(first) else Severity.MEDIUM
        found.append(Finding(
            change=change, severity=Severity.NONE if kind is ChangeKind.MOVED else severity, rule="page-rewritten",
            summary=f"The page was rewritten: {number:,} further {'passage' if number == 1 else 'passages'}"
                    f" {_BECAME.get(kind, 'changed')}, only counted here. Read the page itself."))  # fmt: skip
    return found


_BECAME: dict[ChangeKind | None, str] = {
    ChangeKind.ADDED: "added", ChangeKind.REMOVED: "removed", ChangeKind.MOVED: "moved"}  # fmt: skip


def _grave(row: Row) -> bool:
    return any(_POSTURE.search(unit.text[:_LOOK]) is not None for unit in row.old + row.new)
