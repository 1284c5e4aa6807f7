"""What a change says, as strings that are equal when two routes show the same edit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from typing import TypeVar

from monitor.core import text
from monitor.model import Comparison, Finding, Severity

_Name = TypeVar("_Name")
_HERE = "destination"
"""What stands for the destination's own name, so that one edit says the same on every page."""
_FORMS = (
    r"(?:(?:islamic|federal|democratic|people's|bolivarian|plurinational|socialist|co-operative|united)\s+)*"
    r"(?:republic|kingdom|state|union|commonwealth|federation|sultanate|principality)\s+of\s+(?:the\s+)?"
)
"""What may stand before a name in its long form."""


def of(comparison: Comparison) -> tuple[str, ...]:
    """One string for each statement in the findings that someone would be told.

    A sentence says the same wherever it stands, so the section is not part of it.
    """
    out: list[str] = []
    for finding in comparison.findings:
        if finding.severity is not Severity.NONE:
            out += statements(finding, comparison.destination)
    return tuple(dict.fromkeys(out))


def statements(finding: Finding, name: str, *, label: bool = True) -> list[str]:
    """What one finding says; `name` is the destination's, which is no part of it.

    Without `label`, neither is a label in front of a long sentence ("Air quality: ...").
    """
    level = [f for f in finding.facts if f.kind == "level_change"]
    if level:
        # The routes write levels in different words; the number is what they share.
        return [f"level:{_number(f.before)}>{_number(f.after)}" for f in level]
    change = finding.change
    cut = (lambda part: part) if label else _unlabelled
    out = [f"-{_key(cut(part), name)}" for part in text.sentences(change.before or "")]
    out += [f"+{_key(cut(part), name)}" for part in text.sentences(change.after or "")]
    both = {part[1:] for part in out if "-" + part[1:] in out and "+" + part[1:] in out}
    return [part for part in out if part[1:] and part[1:] not in both]


def marks(finding: Finding, name: str) -> tuple[str, ...]:
    """What one finding says, short enough for an index: a sign and a hash.

    A level is each destination's own, so it has none.
    """
    said = [one for one in statements(finding, name, label=False) if not one.startswith("level:")]
    return tuple(one[0] + sha256(one[1:].encode("utf-8", "replace")).hexdigest()[:32] for one in said)


def all_marks(comparison: Comparison) -> tuple[str, ...]:
    """The marks of everything in a comparison that someone would be told."""
    told = [finding for finding in comparison.findings if finding.severity is not Severity.NONE]
    return tuple(dict.fromkeys(one for finding in told for one in marks(finding, comparison.destination)))


def inverse(statement: str) -> str:
    """What takes the statement back: the sentence that went comes again, the level falls as it rose."""
    if statement.startswith("level:"):
        old, _, new = statement.removeprefix("level:").partition(">")
        return f"level:{new}>{old}"
    return ("+" if statement[0] == "-" else "-") + statement[1:]


def standing(told: Iterable[tuple[_Name, Iterable[str]]]) -> dict[str, _Name]:
    """Which statements stand after these changes, oldest first, and which of them said each last.

    A statement that was taken back later no longer stands: a second rise after a fall is news.
    """
    found: dict[str, _Name] = {}
    for name, statements in told:
        for statement in statements:
            found.pop(inverse(statement), None)
            found[statement] = name
    return found


def _unlabelled(sentence: str) -> str:
    rest = _LABEL.sub("", sentence)
    return rest if len(rest.split()) >= _LONG else sentence


_LABEL = re.compile(r"^[A-Z][\w'’ -]{1,40}:\s+(?=[A-Z])")
_LONG = 8
"""A shorter sentence says little without its label: "Gao: Do not travel"."""


def _key(sentence: str, name: str) -> str:
    if len(name) > 2:
        sentence = _own(name).sub(f" {_HERE} ", text.normalise(sentence))
    return text.key(sentence)


@lru_cache(maxsize=1024)
def _own(name: str) -> re.Pattern[str]:
    """The destination's name in running text: with or without its article, long form and brackets."""
    bare = re.sub(r"^the\s+|\s*\(.*?\)\s*$", "", text.normalise(name), flags=re.I)
    words = r"\s+".join(re.escape(word) for word in bare.split())
    return re.compile(rf"(?<!\w)(?:the\s+)?(?:{_FORMS})?{words}(?!\w)", re.I)


def _number(words: str | None) -> str:
    return next((char for char in words or "" if char.isdigit()), text.key(words or ""))
