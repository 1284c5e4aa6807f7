"""When what came in place of a page of no known shape is another page, with next to nothing to say. Pure.

A page that is cut by its headings has no mark by which an error in plain text, or the empty frame of an application,
could be told from it. What tells them apart: nothing of the stored text is left, what came is much shorter, and none
of it asks anybody to act. Text that does, or that names the place in any language, is never set aside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from monitor.core import text
from monitor.model import Block, BlockKind, Comparison, Cut, Severity

WORDS = "Next to nothing of the stored page is left on this one, and what it says is short and asks for nothing."
LEFT = 0.2
"""Share of the stored text that a menu or footer may bring along."""
SHORT = 0.5
"""Share of the stored text's length up to which a page counts as much shorter."""


def is_other_page(old: Cut, new: Cut, found: Comparison, names: Iterable[str]) -> bool:
    """Whether `new` is no new state of the page `old`; only pages without a known shape are doubted."""
    if not old.template.startswith("headings") or new.first("level") is not None:
        return False
    if any(f.severity.at_least(Severity.HIGH) and f.change.after for f in found.findings):
        return False
    words = "\n".join(block.text for block in _blocks(new))
    if any(re.search(rf"\b{re.escape(name)}\b", words) for name in names if name):
        return False
    was, now = _said(old), _said(new)
    length = sum(map(len, was))
    return sum(map(len, now)) <= SHORT * length and sum(map(len, was & now)) <= LEFT * length


def _said(cut: Cut) -> frozenset[str]:
    return frozenset(text.key(block.text) for block in _blocks(cut))


def _blocks(cut: Cut) -> list[Block]:
    """What stands on the page beside its headings."""
    return [block for section in cut.sections for block in section.blocks if block.kind is not BlockKind.HEADING]
