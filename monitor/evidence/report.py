"""What a check found, as values and as plain words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from monitor.evidence.words import NOT_PROVEN, PROVEN


class Verdict(StrEnum):
    GOOD = "good"
    NOTE = "note"
    """Worth knowing; no sign that anything was altered."""
    OPEN = "open"
    """Was to be checked and cannot be told from this pack."""
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    verdict: Verdict
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that was looked at, in the order of looking."""

    findings: tuple[Finding, ...]
    event: str = ""
    headline: str = ""
    follows: bool = False
    """Whether today's rules judge the captures as it was told."""
    anchored: bool = False
    """Whether a link that was noted down elsewhere stands in the chain at or after the newest capture."""
    tied: bool = False
    """Whether the key was known from elsewhere."""

    @property
    def sound(self) -> bool:
        return not any(one.verdict in (Verdict.WRONG, Verdict.OPEN) for one in self.findings)

    @property
    def proven(self) -> tuple[str, ...]:
        if any(one.verdict is Verdict.WRONG for one in self.findings):
            return ()
        shown = PROVEN[:3] if self.follows else PROVEN[:2]
        return (*shown, *(PROVEN[3:4] if self.anchored else ()), *(PROVEN[4:] if self.tied else ()))

    def to_dict(self) -> dict[str, Any]:
        return {
            "type": "verification", "event": self.event, "headline": self.headline, "sound": self.sound,
            "findings": [{"verdict": one.verdict.value, "says": one.says} for one in self.findings],
            "proves": list(self.proven), "does_not_prove": list(NOT_PROVEN),
        }  # fmt: skip


class Notebook:
    """Takes down what is looked at."""

    def __init__(self) -> None:
        self._found: list[Finding] = []

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._found)

    def good(self, says: str) -> None:
        self._found.append(Finding(Verdict.GOOD, says))

    def note(self, says: str) -> None:
        self._found.append(Finding(Verdict.NOTE, says))

    def open(self, says: str) -> None:
        self._found.append(Finding(Verdict.OPEN, says))

    def wrong(self, says: str) -> None:
        self._found.append(Finding(Verdict.WRONG, says))
