"""Whether what a pack says of its captures follows from them: the quotes, and the judgement by today's rules."""

from __future__ import annotations

import html
import re

from monitor.core import text as texts
from monitor.evidence.dossier import SIDES, Dossier
from monitor.evidence.papers import Reading
from monitor.evidence.report import Notebook

_MOST_NAMED = 12
"""So many quotes or differences are named one by one; the rest is counted."""


def quotes(notes: Notebook, dossier: Dossier, read: Reading) -> None:
    """Whether every quoted word stands in the capture that it is quoted from."""
    stands, count, missing, elsewhere = {side: _Words(dossier, read, side) for side in SIDES}, 0, 0, 0
    for number, row in enumerate(dossier.judged.findings, 1):
        for side in SIDES:
            quote = row.before if side == "before" else row.after
            if quote is None:
                continue
            count += 1
            if stands[side].read(quote):
                continue
            if stands[side].hold(quote):
                elsewhere += 1
            else:
                missing += 1
                if missing <= _MOST_NAMED:
                    notes.wrong(f"Finding {number} quotes words that do not stand in the capture {side} the change:"
                                f" {quote[:120]!a}.")  # fmt: skip
    if missing > _MOST_NAMED:
        notes.wrong(f"And {missing - _MOST_NAMED} further quotes.")
    if elsewhere:
        notes.note(f"{elsewhere} of the quotes stand in the bytes of the captures, but not where this program reads the"
                   " text.")  # fmt: skip
    if count and not missing:
        notes.good(f"Every quote stands in the captures ({count}).")


class _Words:
    """All that one capture says, as this program reads it and without its help."""

    def __init__(self, dossier: Dossier, read: Reading, side: str) -> None:
        cut, capture = read.cuts.get(side), dossier.captures.get(side)
        self._exact = cut.text if cut else ""
        self._quotes = {fact.quote for fact in cut.facts} if cut else set()
        self._raw = capture.body if capture else b""
        self._plain: str | None = None

    def read(self, quote: str) -> bool:
        """Whether this program reads it off the page, word for word."""
        return quote in self._exact or quote in self._quotes

    def hold(self, quote: str) -> bool:
        """Whether the page says it at all: an adapter that reads otherwise today makes no forgery of it."""
        if self._plain is None:
            plain = _ESCAPED.sub(lambda sign: chr(int(sign[1], 16)), self._raw.decode("utf-8", "replace"))
            plain = html.unescape(html.unescape(plain.replace("\\n", " ").replace('\\"', '"')))
            self._plain = texts.key(_TAG.sub(" ", plain))
        wanted = texts.key(quote)
        return bool(wanted) and wanted in self._plain


_ESCAPED, _TAG = re.compile(r"\\u([0-9a-fA-F]{4})"), re.compile(r"<[^>]*>")


def follows(notes: Notebook, dossier: Dossier, read: Reading) -> bool:
    """Whether today's rules judge the two captures as it was told. They may not: that is no forgery."""
    if len(read.cuts) < len(SIDES):
        notes.note("Without two captures that this program can read, the judgement cannot be made again.")
        return False
    today = {row.said: row for row in read.found}
    told = dossier.judged.findings
    gone = [row for row in told if row.said not in today]
    moved = [(row, today[row.said]) for row in told if row.said in today
             and (row.severity, row.rule) != (today[row.said].severity, today[row.said].rule)]  # fmt: skip
    for row in gone[:_MOST_NAMED]:
        notes.note(f"Judged differently today: the difference {row.summary[:100]!a} is no longer told as such.")
    for row, now in moved[:_MOST_NAMED]:
        notes.note(f"Judged differently today: {row.summary[:100]!a} was {row.severity} ({row.rule[:60]!a}),"
                   f" is {now.severity} ({now.rule}).")  # fmt: skip
    if (more := max(0, len(gone) - _MOST_NAMED) + max(0, len(moved) - _MOST_NAMED)) > 0:
        notes.note(f"And {more} further differences are judged differently today.")
    if not gone and not moved:
        notes.good(f"Every difference that was told follows from the captures by today's rules ({len(told)}).")
    if others := len(today.keys() - {row.said for row in told}):
        notes.note(f"{others} further difference{'' if others == 1 else 's'} between the captures: told elsewhere, or"
                   " judged differently today.")  # fmt: skip
    elif not gone and not moved and read.headline and dossier.judged.headline != read.headline:
        notes.note(f"Worded differently today: {read.headline[:160]!a}.")
    return not gone and not moved
