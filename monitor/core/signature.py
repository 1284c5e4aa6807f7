"""What a change says, as strings that are equal when two routes show the same edit."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.core import text
from monitor.model import Comparison, Finding, Severity


def of(comparison: Comparison) -> tuple[str, ...]:
    """One string for each statement in the findings that someone would be told.

    A sentence says the same wherever it stands, so the section is not part of it.
    """
    out: list[str] = []
    for finding in comparison.findings:
        if finding.severity is not Severity.NONE:
            out += statements(finding)
    return tuple(dict.fromkeys(out))


def statements(finding: Finding) -> list[str]:
    """What one finding says."""
    level = [f for f in finding.facts if f.kind == "level_change"]
    if level:
        # The routes write levels in different words; the number is what they share.
        return [f"level:{_number(f.before)}>{_number(f.after)}" for f in level]
    change = finding.change
    out = [f"-{text.key(part)}" for part in text.sentences(change.before or "")]
    out += [f"+{text.key(part)}" for part in text.sentences(change.after or "")]
    both = {part[1:] for part in out if "-" + part[1:] in out and "+" + part[1:] in out}
    return [part for part in out if part[1:] and part[1:] not in both]


def inverse(statement: str) -> str:
    """What takes the statement back: the sentence that went comes again, the level falls as it rose."""
    if statement.startswith("level:"):
        old, _, new = statement.removeprefix("level:").partition(">")
        return f"level:{new}>{old}"
    return ("+" if statement[0] == "-" else "-") + statement[1:]


def standing(told: Iterable[tuple[int, Iterable[str]]]) -> dict[str, int]:
    """Which statements stand after these changes, oldest first, and which change said each last.

    A statement that was taken back later no longer stands: a second rise after a fall is news.
    """
    found: dict[str, int] = {}
    for change_id, statements in told:
        for statement in statements:
            found.pop(inverse(statement), None)
            found[statement] = change_id
    return found


def _number(words: str | None) -> str:
    return next((char for char in words or "" if char.isdigit()), text.key(words or ""))
