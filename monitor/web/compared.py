"""Two kept pages of one source, compared by today's adapter and rules; bounded in what it may cost."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple, Protocol

from flask import Flask, abort, render_template, request

from monitor import sources
from monitor.core import diff, speech
from monitor.errors import SplitError
from monitor.history import Capture, Portrait
from monitor.model import Comparison, Snapshot, Source, SourceView, StoredChange
from monitor.sources import guess
from monitor.web import findings, timing
from monitor.web.change import SIDE
from monitor.web.sheets import asked_language
from monitor.web.source import number

MOST_BYTES = 4 * 2**20
"""Two pages of together more are not compared while a reader waits."""
PATIENCE = 5.0
"""Seconds to wait for another reader's comparison."""
KEPT = 64
"""So many comparisons are remembered: kept pages never change, nor do the rules while this process runs."""


class Facts(Protocol):
    """What this page needs from the store."""

    def portrait(self, source_id: str, now: datetime) -> Portrait | None: ...
    def captures_by_id(self, source_id: str, ids: Collection[int]) -> tuple[Capture, ...]: ...
    def snapshot(self, snapshot_id: int) -> Snapshot | None: ...
    def change_between(self, source_id: str, before: str, after: str) -> StoredChange | None: ...


class Key(NamedTuple):
    """What decides how two pages compare."""

    source_id: str
    kind: str
    old: int
    new: int


def routes(app: Flask, store: Facts, now: timing.Clock) -> None:
    """Adds /sources/SOURCE/diff?old=ID&new=ID."""
    comparer = Comparer(store)

    @app.get("/sources/<source_id>/diff")
    def compared(source_id: str) -> str:
        wanted = number("old"), number("new")
        if wanted[0] is None or wanted[1] is None:
            abort(400, "Two captures are compared: “old” and “new” take the numbers that the source’s page links to.")
        found = store.portrait(source_id, now())
        kept = {one.snapshot_id: one for one in store.captures_by_id(source_id, (wanted[0], wanted[1]))}
        if found is None or any(one not in kept for one in wanted):
            abort(404, "This source has no such captures.")
        old, new = kept[wanted[0]], kept[wanted[1]]
        if old.size + new.size > MOST_BYTES:
            abort(422, "These two pages are too large to be compared while you wait. Save both, and use"
                       " “monitor compare”.")  # fmt: skip
        layout = SIDE if request.args.get("view") == SIDE else ""
        made = comparer.compare(found.view, old, new)
        language = asked_language()
        headline, _ = speech.retold(made.headline, made.sentences, made.findings, found.view.destination_name, language)
        return render_template(
            "compared.html.j2", source_id=source_id, view=found.view, old=old, new=new, made=made, headline=headline,
            findings=findings.laid_out(made.findings, language), layout=layout,
            change=store.change_between(source_id, old.sha256, new.sha256),
        )  # fmt: skip


class Comparer:
    """Compares one pair at a time, and remembers the newest."""

    def __init__(self, store: Facts) -> None:
        self._store, self._busy = store, threading.Lock()
        self._made: OrderedDict[Key, Comparison] = OrderedDict()

    def compare(self, view: SourceView, old: Capture, new: Capture) -> Comparison:
        """What changed from one to the other; answers 429 while others wait for theirs."""
        key = Key(view.state.source_id, view.kind, old.snapshot_id, new.snapshot_id)
        if not self._busy.acquire(timeout=PATIENCE):
            abort(429, "Other captures are being compared just now. Try again in a minute.")
        try:
            if key not in self._made:
                self._made[key] = self._compared(view, old, new)
            self._made.move_to_end(key)
            while len(self._made) > KEPT:
                self._made.popitem(last=False)
            return self._made[key]
        finally:
            self._busy.release()

    def _compared(self, view: SourceView, old: Capture, new: Capture) -> Comparison:
        before, after = (self._store.snapshot(one.snapshot_id) for one in (old, new))
        if before is None or after is None:
            abort(404, "One of these captures is no longer kept.")
        source = source_of(view)
        try:
            cuts = [sources.cut(source, one.page) for one in (before, after)]
        except SplitError as error:
            abort(422, f"Today’s adapter ({view.kind}) cannot read one of these captures: {error}.")
        return diff.comparison(*cuts, name=view.destination_name, at=after.taken_at,
                               append_only=cuts[1].template in sources.APPEND_ONLY)  # fmt: skip


def source_of(view: SourceView) -> Source:
    """The source as far as the store knows it; the destination's other names are found again."""
    destination = replace(guess.destination_of(view.destination, ""), key=view.destination, name=view.destination_name)
    return Source(id=view.state.source_id, url=view.url, kind=view.kind, publisher=view.publisher,
                  destination=destination)  # fmt: skip
