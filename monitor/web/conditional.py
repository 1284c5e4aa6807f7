"""Answers that a reader need not fetch again: ETag and Last-Modified, and 304 while nothing is new."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from flask import Request, Response

_MOST = 4096
"""So many documents are remembered; one that was forgotten is sent once more."""


class Unchanged:
    """Knows since when this process has served a document as it is.

    A feed's newest date says nothing about when it last changed: what waited for others like it joins behind
    newer entries, and a reader that only compares dates would miss it. So Last-Modified is the second after
    we first served these bytes, and is left out until that second has passed: whoever got the bytes before
    them, from this process or another, holds an earlier date.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._served: OrderedDict[str, tuple[str, datetime]] = OrderedDict()

    def answer(self, request: Request, made: bytes, kind: str) -> Response:
        """The document; 304 without it to a reader that has these very bytes."""
        mark = hashlib.sha256(made).hexdigest()[:32]
        answer = Response(made, content_type=kind)
        answer.set_etag(mark)
        answer.headers["Cache-Control"] = "no-cache"
        if since := self._since(request.full_path, mark):
            answer.last_modified = since
        answer.make_conditional(request)
        return answer

    def _since(self, path: str, mark: str) -> datetime | None:
        now = self._now().astimezone(UTC)
        known, first = self._served.get(path, ("", now))
        if known != mark:
            first = now
            self._served[path] = (mark, first)
        self._served.move_to_end(path)
        while len(self._served) > _MOST:
            self._served.popitem(last=False)
        since = first.replace(microsecond=0) + timedelta(seconds=1)
        return since if since <= now else None
