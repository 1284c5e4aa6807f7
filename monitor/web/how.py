"""How we watch: the rules in words, how a look ends, our manners, what silence means, and what we cannot do."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple, Protocol

from flask import Flask, render_template

from monitor.audience import Language
from monitor.core import backoff, classify
from monitor.core.speech import tables
from monitor.model import Outcome, Severity, SourceView
from monitor.pipeline import GATHER, HOLD, SECOND_LOOK
from monitor.web.tongues import Tongue

MOST = 300
"""So many sources are listed here; of more, only the number."""
_SPANS = ((86400, "day"), (3600, "hour"), (60, "minute"))
_AFTER = {Outcome.FIRST: "first", Outcome.UNCHANGED: "unchanged", Outcome.CHANGED: "news", Outcome.REBASED: "news"}


class Facts(Protocol):
    """What this page needs from the store."""

    def overview(self) -> tuple[SourceView, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """How this installation was told to watch. Times are seconds."""

    user_agent: str = ""
    every: float = 900
    host_gap: float = 2
    deadline: float = 60
    blind_after: float = 21600
    robots: bool = True


class Line(NamedTuple):
    """One rule in words."""

    name: str
    severity: Severity
    says: str


def routes(app: Flask, store: Facts, practice: Practice) -> None:
    """Adds /how."""

    @app.get("/how")
    def how() -> str:
        views = store.overview()
        placed = [(name, list(mine)) for name, mine in groupby(
            sorted(views, key=lambda v: (v.destination_name, v.destination, v.state.source_id)),
            key=lambda v: v.destination_name)]  # fmt: skip
        return render_template(
            "how.html.j2", practice=practice, rules=rules, outcomes=[(one, _AFTER.get(one, "bad")) for one in Outcome],
            span=span, second=SECOND_LOOK.total_seconds(), hold=HOLD.total_seconds(), gather=GATHER.total_seconds(),
            longest=backoff.LONGEST_PAUSE, places=placed if len(views) <= MOST else None, count=len(views),
            place_count=len(placed))  # fmt: skip


def rules(language: Language) -> tuple[Line, ...]:
    """Every rule, in the order in which they are tried."""
    return tuple(Line(one.name, one.severity, tables.RULES[one.name] if language is Language.FR else one.says)
                 for one in classify.RULES)  # fmt: skip


def span(say: Tongue, seconds: float) -> str:
    """So much time in the largest unit that counts it whole."""
    whole = max(1, round(seconds))
    for size, name in _SPANS:
        if whole % size == 0:
            return say.counted(f"span.{name}", whole // size)
    return say.counted("span.second", whole)
