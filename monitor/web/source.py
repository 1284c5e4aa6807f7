"""The page of one source: what it is, how fresh, every look at it, how fast it answers, and what is kept of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple, Protocol

from flask import Flask, abort, current_app, render_template, request

from monitor.history import Capture, Portrait, Tally
from monitor.model import ChangeState, Severity, StoredChange, VisitRow
from monitor.places import GRACE
from monitor.web import timing

LOOKS, CAPTURES, CHANGES = 50, 20, 10
"""So many of each stand on one page."""
_NUMBER = re.compile(r"[1-9][0-9]{0,17}")


class Facts(Protocol):
    """What this page needs from the store."""

    def portrait(self, source_id: str, now: datetime) -> Portrait | None: ...
    def visits(self, source_id: str, limit: int = 50, before_id: int | None = None) -> tuple[VisitRow, ...]: ...
    def captures(self, source_id: str, limit: int = 50, before_id: int | None = None) -> tuple[Capture, ...]: ...
    def changes_by_id(self, ids: Collection[int]) -> tuple[StoredChange, ...]: ...
    def changes(
        self, *, source_id: str | None = None, destination: str | None = None, limit: int = 50,
        before_id: int | None = None, states: Iterable[ChangeState] | None = None,
        severities: Iterable[Severity] | None = None,
    ) -> tuple[StoredChange, ...]: ...  # fmt: skip


class Share(NamedTuple):
    """How many of the looks in a span saw the page."""

    looks: int
    good: int

    @property
    def percent(self) -> float:
        """Rounded down, so that 100 means all."""
        return self.good * 1000 // self.looks / 10 if self.looks else 0.0


def routes(app: Flask, store: Facts, now: timing.Clock) -> None:
    """Adds /sources/SOURCE."""

    @app.get("/sources/<source_id>")
    def source(source_id: str) -> str:
        moment = now()
        found = store.portrait(source_id, moment)
        if found is None:
            abort(404, "No source with this name is, or was, watched.")
        before, kept = number("before"), number("kept")
        visits = store.visits(source_id, LOOKS + 1, before)
        captures = store.captures(source_id, CAPTURES + 1, kept)
        newest = store.changes(source_id=source_id, limit=CHANGES)
        known = {change.id: change for change in newest}
        others = [visit.change_id for visit in visits if visit.change_id is not None and visit.change_id not in known]
        known |= {change.id: change for change in store.changes_by_id(others)}
        return render_template(
            "source.html.j2", source_id=source_id, found=found, view=found.view, fresh=freshness(found, moment),
            visits=visits[:LOOKS], more_visits=len(visits) > LOOKS, paged=before is not None, led_to=known,
            captures=captures, shown_captures=min(len(captures), CAPTURES), more_captures=len(captures) > CAPTURES,
            paged_captures=kept is not None, changes=newest, shares=shares(found.tallies),
            speed=timing.timing(found.answers), capture_offered="capture" in current_app.view_functions,
        )  # fmt: skip


def number(name: str) -> int | None:
    """A number from the query, None if there is none; what is no number is refused."""
    said = request.args.get(name, "")
    if not said:
        return None
    if not _NUMBER.fullmatch(said):
        abort(400, f"“{name}” takes a number that a page of ours links to.")
    return int(said)


def freshness(found: Portrait, now: datetime) -> str:
    """The key of the word for how far what stands here can be relied on."""
    state = found.view.state
    if not found.watched:
        return "over"
    if state.failures:
        return "blind"
    if state.last_good_at is None:
        return "never"
    if state.next_due_at is not None and now - state.next_due_at > GRACE:
        return "late"
    return "fresh"


def shares(tallies: Iterable[Tally]) -> tuple[Share, Share, Share]:
    """Over the last week, the last month, and ever."""
    given = tuple(tallies)
    spans = [[(one.week, one.outcome.good) for one in given], [(one.month, one.outcome.good) for one in given],
             [(one.ever, one.outcome.good) for one in given]]  # fmt: skip
    week, month, ever = (Share(sum(n for n, _ in span), sum(n for n, good in span if good)) for span in spans)
    return week, month, ever
