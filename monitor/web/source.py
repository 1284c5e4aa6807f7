"""The page of one source: every look at it, and how each ended."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from flask import Flask, abort, render_template

from monitor.model import ChangeState, Severity, SourceView, StoredChange, VisitRow


class Facts(Protocol):
    """What this page needs from the store."""

    def overview(self) -> tuple[SourceView, ...]: ...
    def visits(self, source_id: str, limit: int = 50) -> tuple[VisitRow, ...]: ...
    def changes(
        self, *, source_id: str | None = None, destination: str | None = None, limit: int = 50,
        before_id: int | None = None, states: Iterable[ChangeState] | None = None,
        severities: Iterable[Severity] | None = None,
    ) -> tuple[StoredChange, ...]: ...  # fmt: skip


def routes(app: Flask, store: Facts) -> None:
    """Adds /sources/SOURCE."""

    @app.get("/sources/<source_id>")
    def source(source_id: str) -> str:
        view = next((v for v in store.overview() if v.state.source_id == source_id), None)
        visits = store.visits(source_id, 100)
        if view is None and not visits:
            abort(404, "No source with this name is, or was, watched.")
        led_to = {c.id: c for c in store.changes(source_id=source_id, limit=100)}
        return render_template("source.html.j2", source_id=source_id, view=view, visits=visits,
                               led_to=led_to)  # fmt: skip
