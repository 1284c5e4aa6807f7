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
_LABEL = re.compile(r"^[A-Z][^.:;!?\d]{1,40}:\s+(?=\w)")
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


def statements(finding: Finding, name: str) -> list[str]:
    """What one finding says; `name` is the destination's, which is no part of it."""
    level = [f for f in finding.facts if f.kind == "level_change"]
    if level:
        # The routes write levels in different words; the number is what they share.
        return [f"level:{_number(f.before)}>{_number(f.after)}" for f in level]
    return [said for said, _ in _sentences(finding, name)]


def marks(finding: Finding, name: str) -> tuple[str, ...]:
    """What one finding says, short enough for an index: a sign and a hash.

    A level is each destination's own, so it has none.
    """
    return tuple(mark for mark, _ in readings(finding, name))


def readings(finding: Finding, name: str) -> tuple[tuple[str, str], ...]:
    """The mark of each statement, and the mark it would have without a label before it ("Air: ...").

    One page prints as a label of its own what another runs into the sentence.
    """
    if any(fact.kind == "level_change" for fact in finding.facts):
        return ()
    return tuple(
        (_mark(said), _mark(said[0] + _key(_LABEL.sub("", sentence), name)))
        for said, sentence in _sentences(finding, name)
    )


def mark_of(sentence: str, name: str) -> str:
    """The mark that this sentence has when it comes to the page of the destination of this name."""
    return _mark("+" + _key(sentence, name))


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


def _sentences(finding: Finding, name: str) -> list[tuple[str, str]]:
    """(sign and key, words) of each sentence that went or came."""
    change = finding.change
    out = [(f"-{_key(part, name)}", part) for part in text.sentences(change.before or "")]
    out += [(f"+{_key(part, name)}", part) for part in text.sentences(change.after or "")]
    said = {key for key, _ in out}
    return [(key, part) for key, part in out if key[1:] and inverse(key) not in said]


def _mark(said: str) -> str:
    return said[0] + sha256(said[1:].encode("utf-8", "replace")).hexdigest()[:32]


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
