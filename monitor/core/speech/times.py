"""Dates in the reader's language."""

from __future__ import annotations

import re
from datetime import date

from monitor.audience import Language
from monitor.core.speech import tables

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_ENGLISH = re.compile(r"(\d{1,2}) ([A-Z][a-z]+) (\d{4})")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip


def day(when: date, language: Language) -> str:
    """ "2026-06-09", in French "9 juin 2026"."""
    if language is Language.EN:
        return f"{when:%Y-%m-%d}"
    return f"{'1er' if when.day == 1 else when.day} {tables.MONTHS[when.month - 1]} {when.year}"


def stated(words: str, language: Language) -> str:
    """A date as a source states it ("2026-06-08", "8 June 2026") in the reader's language; other words as they are."""
    if language is Language.EN:
        return words
    try:
        if found := _ISO.fullmatch(words):
            return day(date(*map(int, found.groups())), language)
        if (found := _ENGLISH.fullmatch(words)) and found[2] in _MONTHS:
            return day(date(int(found[3]), _MONTHS.index(found[2]) + 1, int(found[1])), language)
    except ValueError:
        pass
    return words
