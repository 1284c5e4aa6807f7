"""Public pages, styles and scripts go out compressed to whoever reads gzip: a first look must fit through a 2G link.

Never what holds a secret: were a page with a token compressed together with words that somebody else chose, its length
would tell about the token (BREACH). So nothing goes out compressed to an operator, to a reader on the page of a signed
link, or together with a cookie.
"""

from __future__ import annotations

import gzip
from functools import lru_cache

from flask import Flask, Response, g, request

from monitor.web.access import ACCESS, Who
from monitor.web.roles import NOBODY

KINDS = frozenset({"text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml"})
LEAST = 600
"""Bytes; less fits into one packet anyway."""


def routes(app: Flask) -> None:
    """Compresses what the app answers."""

    @app.after_request
    def squeeze(answer: Response) -> Response:
        if answer.mimetype not in KINDS or not _public(answer):
            return answer
        answer.vary.add("Accept-Encoding")
        wanted = request.accept_encodings.quality("gzip") > 0
        if not wanted or answer.status_code != 200 or "Content-Encoding" in answer.headers:
            return answer
        kept = answer.direct_passthrough  # a file of ours, the same for everybody
        answer.direct_passthrough = False
        body = answer.get_data()
        if len(body) < LEAST:
            return answer
        answer.set_data(_file(body) if kept else _pressed(body, 5))
        answer.headers["Content-Encoding"] = "gzip"
        mark, _ = answer.get_etag()
        if mark is not None:
            answer.set_etag(mark, weak=True)  # the same page, not the same bytes
        return answer


def _public(answer: Response) -> bool:
    found = ACCESS.get(request.endpoint or "")
    if found is None or "Set-Cookie" in answer.headers:
        return False
    return request.endpoint == "static" or (found.who is Who.PUBLIC and g.get("visitor", NOBODY) == NOBODY)


@lru_cache(maxsize=64)
def _file(body: bytes) -> bytes:
    return _pressed(body, 9)


def _pressed(body: bytes, level: int) -> bytes:
    return gzip.compress(body, level, mtime=0)
