"""The overview: where every destination stands, and what changed last."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from flask import Flask, render_template

from monitor.model import ChangeState, Severity, SourceView, StoredChange


class Facts(Protocol):
    """What this page needs from the store."""

    def overview(self) -> tuple[SourceView, ...]: ...
    def changes(
        self, *, source_id: str | None = None, destination: str | None = None, limit: int = 50,
        before_id: int | None = None, states: Iterable[ChangeState] | None = None,
        severities: Iterable[Severity] | None = None,
    ) -> tuple[StoredChange, ...]: ...  # fmt: skip


def routes(app: Flask, store: Facts) -> None:
    """Adds /."""

    @app.get("/")
    def overview() -> str:
        told = [c for c in store.changes(limit=60) if c.severity.rank > 0][:30]
        return render_template("overview.html.j2", places=places(store.overview()), changes=told)


class Stated(NamedTuple):
    """A level as one or more sources of one publisher state it."""

    words: str
    publisher: str
    verified_at: datetime | None


@dataclass(frozen=True, slots=True)
class Place:
    """A destination with its sources, as the status page lists it."""

    name: str
    key: str
    levels: tuple[Stated, ...]
    """Freshest first. More than one if publishers, or routes of one publisher, disagree."""
    sources: tuple[SourceView, ...]

    @property
    def failing(self) -> int:
        return sum(view.state.failures > 0 for view in self.sources)


def places(views: Iterable[SourceView]) -> tuple[Place, ...]:
    """Sources gathered by destination, in the order of the names."""
    grouped: dict[tuple[str, str], list[SourceView]] = {}
    for view in views:
        grouped.setdefault((view.destination_name, view.destination), []).append(view)
    return tuple(
        Place(name, key, _levels(mine), tuple(mine)) for (name, key), mine in sorted(grouped.items())
    )


def _levels(views: Iterable[SourceView]) -> tuple[Stated, ...]:
    """What each publisher says; one that says two things is shown saying both."""
    found: dict[tuple[str, str], Stated] = {}
    seen = [(view.state.last_good_at, view) for view in views if view.level]
    for at, view in sorted(seen, key=lambda one: one[0].timestamp() if one[0] else 0, reverse=True):
        number = re.search(r"\d", view.level)
        key = (view.publisher, number.group() if number else view.level.casefold())
        found.setdefault(key, Stated(view.level, view.publisher, at))
    return tuple(found.values())
