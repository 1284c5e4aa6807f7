"""Routes of the feeds: per destination and from a severity up, answered with 304 while nothing is new."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Protocol

from flask import Flask, Response, abort, request

from monitor.feeds import atom, cap, entries, hxl, jsonfeed
from monitor.feeds.entries import Entry, Feed
from monitor.model import ChangeState, Severity, SourceView, StoredChange
from monitor.web import shown

MOST = 60
"""Entries of a feed; readers that come once a week miss nothing of a busy one."""
EVERYTHING = "all"
"""The name under which the feed of all destinations stands; no destination is called so."""
TOLD = (ChangeState.TOLD, ChangeState.CAMPAIGN)
FORMS: dict[str, tuple[Callable[[Feed], bytes], str]] = {
    "atom": (atom.document, atom.TYPE),
    "json": (jsonfeed.document, jsonfeed.TYPE),
    "csv": (hxl.document, hxl.TYPE),
}
START = datetime(2000, 1, 1, tzinfo=UTC)


class Facts(Protocol):
    """What the feeds need from the store."""

    def overview(self) -> tuple[SourceView, ...]: ...
    def change(self, change: int | str) -> StoredChange | None: ...
    def changes(
        self, *, destination: str | None = None, limit: int = 50, states: Iterable[ChangeState] | None = None,
        severities: Iterable[Severity] | None = None,
    ) -> tuple[StoredChange, ...]: ...  # fmt: skip


def routes(app: Flask, store: Facts, *, name: str, base_url: str) -> None:
    """Adds /feeds/DESTINATION.atom, .json and .csv (`?from=high`), and /changes/EVENT.cap."""

    def root() -> str:
        return (base_url or request.url_root).rstrip("/")

    @app.get("/feeds/<place>.<form>")
    def feed(place: str, form: str) -> Response:
        if form not in FORMS:
            abort(404, "A feed ends with .atom, .json or .csv.")
        floor = _floor(request.args.get("from", Severity.LOW.value))
        names = {view.destination: view.destination_name for view in store.overview()}
        if place != EVERYTHING and place not in names:
            abort(404, "No destination with this name is watched.")
        found = store.changes(destination=None if place == EVERYTHING else place, limit=MOST, states=TOLD,
                              severities=[one for one in Severity if one.rank >= floor.rank])  # fmt: skip
        about = "all destinations" if place == EVERYTHING else names[place]
        only = "" if floor is Severity.LOW else f"?from={floor.value}"
        build, kind = FORMS[form]
        made = build(Feed(
            title=f"{name}: {about}{f', {floor.value} and above' if only else ''}",
            address=f"{root()}/feeds/{place}.{form}{only}", home=f"{root()}/", author=name,
            entries=tuple(_entry(change, root()) for change in found), empty_at=START))  # fmt: skip
        return _answer(made, kind)

    @app.get("/changes/<event_id>.cap")
    def alert(event_id: str) -> Response:
        found = store.change(event_id)
        if found is None or found.state not in TOLD:
            abort(404, "No change with this number was told.")
        made = cap.document(_entry(found, root()), sender=request.host.partition(":")[0], sender_name=name)
        return _answer(made, cap.TYPE)


def _floor(words: str) -> Severity:
    found = next((one for one in Severity if one.value == words and one is not Severity.NONE), None)
    if found is None:
        abort(400, "from is one of low, medium, high and critical.")
    return found


def _entry(change: StoredChange, root: str) -> Entry:
    return entries.entry(change, root, shown.publisher(change.publisher))


def _answer(made: bytes, kind: str) -> Response:
    """The document with a strong ETag of its bytes; 304 to a reader that has them."""
    answer = Response(made, content_type=kind)
    answer.set_etag(hashlib.sha256(made).hexdigest()[:32])
    answer.headers["Cache-Control"] = "no-cache"
    answer.make_conditional(request)
    return answer
