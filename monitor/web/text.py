"""What a source says now: its kept page, cut by today's adapter, ready to be laid out."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from itertools import groupby
from threading import Lock
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

from monitor import sources
from monitor.errors import SplitError, StoreError
from monitor.model import Block, BlockKind, Destination, Section, Snapshot, Source, SourceView

_MOST = 64
"""So many cut pages are remembered."""


class Facts(Protocol):
    """What this needs from the store."""

    def baseline(self, source_id: str) -> Snapshot | None: ...


class Piece(NamedTuple):
    """Blocks of one kind in a row: a list is one list, a heading stands alone."""

    kind: str
    blocks: tuple[Block, ...]


class Part(NamedTuple):
    """One section of the page."""

    heading: str
    pieces: tuple[Piece, ...]


class Text(NamedTuple):
    """A page as it stands, or why it cannot be shown."""

    parts: tuple[Part, ...] = ()
    snapshot: Snapshot | None = None
    trouble: str = ""


class Texts:
    """Cuts each kept page once; a kept page never changes."""

    def __init__(self, store: Facts) -> None:
        self._store, self._lock = store, Lock()
        self._cut: OrderedDict[tuple[str, int], tuple[Part, ...]] = OrderedDict()

    def of(self, view: SourceView) -> Text:
        """The page of this source as it stands; no parts if none was kept yet."""
        name = view.state.source_id
        try:
            kept = self._store.baseline(name)
        except StoreError as error:  # a damaged body: the other parts of the page are good, so this one says so
            return Text(trouble=str(error))
        if kept is None:
            return Text()
        try:
            return Text(self._parts(view, kept), kept)
        except SplitError as error:
            return Text(snapshot=kept, trouble=str(error))

    def _parts(self, view: SourceView, kept: Snapshot) -> tuple[Part, ...]:
        key = (view.kind, kept.id)
        with self._lock:
            if key in self._cut:
                self._cut.move_to_end(key)
                return self._cut[key]
        made = tuple(map(_part, sources.cut(source_of(view), kept.page).sections))
        with self._lock:
            self._cut[key] = made
            while len(self._cut) > _MOST:
                self._cut.popitem(last=False)
        return made


def source_of(view: SourceView) -> Source:
    """The source as its adapter needs it."""
    return Source(id=view.state.source_id, url=view.url, kind=view.kind, publisher=view.publisher,
                  destination=Destination(key=view.destination, name=view.destination_name))  # fmt: skip


def chosen(views: Sequence[SourceView], name: str) -> SourceView | None:
    """The source that was asked for; without a name a page of its own before feeds, the last verified one first."""
    if name:
        return next((view for view in views if view.state.source_id == name), None)
    seen = [view for view in views if view.state.baseline_id is not None]
    return min(seen, default=None, key=lambda view: (
        sources.is_feed(source_of(view)) or view.kind in sources.APPEND_ONLY,
        -(view.state.last_good_at.timestamp() if view.state.last_good_at else 0)))  # fmt: skip


def reading_address(view: SourceView, views: Iterable[SourceView]) -> str:
    """Where a person reads this publisher's advice: its own page, not the feed or API that we read."""
    page = urlsplit(view.url)
    if view.kind == "uk-api":
        return page._replace(path=page.path.replace("/api/content/", "/", 1), query="").geturl()
    if sources.is_feed(source_of(view)) or view.kind in sources.APPEND_ONLY:
        pages = [other for other in views if other.publisher == view.publisher]
        best = chosen(pages, "")
        return best.url if best is not None else view.url
    return view.url


def _part(section: Section) -> Part:
    """A section without its own heading, which stands above it."""
    blocks = section.blocks
    if blocks and blocks[0].kind is BlockKind.HEADING and blocks[0].text == section.heading:
        blocks = blocks[1:]
    pieces = [Piece(kind.value, tuple(some)) for kind, some in groupby(blocks, key=lambda block: block.kind)]
    return Part(section.heading or section.key, tuple(pieces))
