"""How a visit ends: the one noun that errors need, by itself, so that a command that only says its usage is quick."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """How a visit ended; exactly one per visit (docs/architecture.md, "Visit")."""

    FIRST = "first"
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    REBASED = "rebased"
    BLOCKED = "blocked"
    UNAVAILABLE = "unavailable"
    UNREADABLE = "unreadable"
    IMPLAUSIBLE = "implausible"

    @property
    def good(self) -> bool:
        """Whether we saw the page and can say what it says today."""
        return self in (Outcome.FIRST, Outcome.UNCHANGED, Outcome.CHANGED, Outcome.REBASED)

    @property
    def news(self) -> bool:
        """Whether this outcome may carry findings."""
        return self in (Outcome.CHANGED, Outcome.REBASED)
