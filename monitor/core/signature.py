"""What a change says, as strings that are equal when two routes show the same edit."""

from __future__ import annotations

from monitor.core import text
from monitor.model import Comparison, Finding, Severity


def of(comparison: Comparison) -> tuple[str, ...]:
    """One string for each statement in the findings that someone would be told.

    A sentence says the same wherever it stands, so the section is not part of it.
    """
    out: list[str] = []
    for finding in comparison.findings:
        if finding.severity is not Severity.NONE:
            out += _statements(finding)
    return tuple(dict.fromkeys(out))


def _statements(finding: Finding) -> list[str]:
    level = [f for f in finding.facts if f.kind == "level_change"]
    if level:
        # The routes write levels in different words; the number is what they share.
        return [f"level:{_number(f.before)}>{_number(f.after)}" for f in level]
    change = finding.change
    out = [f"-{text.key(part)}" for part in text.sentences(change.before or "")]
    out += [f"+{text.key(part)}" for part in text.sentences(change.after or "")]
    both = {part[1:] for part in out if "-" + part[1:] in out and "+" + part[1:] in out}
    return [part for part in out if part[1:] and part[1:] not in both]


def _number(words: str | None) -> str:
    return next((char for char in words or "" if char.isdigit()), text.key(words or ""))
