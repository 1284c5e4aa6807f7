"""Pages that answer 304 without being made: an ETag from what the database says of itself, not from the page.

A page shows ages in minutes, so its mark moves each minute, whenever a change is recorded or taken back, and with
each look at a source where the page says when we last looked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Protocol

from flask import Response, g, make_response, request

from monitor.web.kept import Kept
from monitor.web.roles import NOBODY
from monitor.web.sheets import asked_language


class Revision(Protocol):
    @property
    def told(self) -> int: ...
    @property
    def looked(self) -> int: ...


class Facts(Protocol):
    """What is needed from the store."""

    def revision(self) -> Revision: ...


PAGES = 64
"""Pages that are kept as they were made, some 40 KB each."""


class Versions:
    """Marks pages, and says whether a reader has the newest already."""

    def __init__(self, store: Facts, now: Callable[[], datetime]) -> None:
        self._store, self._now = store, now
        self._pages = Kept[Response](PAGES)
        self._began = now().isoformat()  # another program, with other words, may have made the page before us

    def kept(self, view: Callable[..., Any]) -> Callable[..., Any]:
        """The view, made only for readers who have it not yet."""

        @wraps(view)
        def answer(*args: Any, **kwargs: Any) -> Response:
            known = g.revision = self._store.revision()
            mark = self._mark(known)
            if request.if_none_match.contains_weak(mark):
                made = Response(status=304)
            elif g.get("visitor", NOBODY) == NOBODY and not request.headers.get("Cookie"):
                made = self._shared(mark, lambda: make_response(view(*args, **kwargs)))
            else:
                made = make_response(view(*args, **kwargs))
            if made.status_code not in (200, 304):
                return made
            made.set_etag(mark, weak=True)
            made.headers["Cache-Control"] = "no-cache"
            made.vary.update(("Accept-Language", "Cookie"))
            return made

        return answer

    def _shared(self, mark: str, make: Callable[[], Response]) -> Response:
        """The page as it was made for the last visitor who had the same mark; nobody's own page is kept."""
        made = self._pages.get((request.host, request.full_path), mark, make)
        return Response(made.get_data(), made.status_code, headers=list(made.headers))

    def _mark(self, known: Revision) -> str:
        who = (request.headers.get("Cookie", ""), request.headers.get("Authorization", ""))
        said = (self._began, known.told, known.looked, f"{self._now():%Y%m%d%H%M}", request.full_path,
                asked_language().value, repr(g.get("visitor")), *who)  # fmt: skip
        return hashlib.sha256(repr(said).encode("utf-8", "surrogatepass")).hexdigest()[:32]
