"""Where the operator's mail system hands in what came back: bounces and complaints, as raw messages."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Flask, Response, abort, request


@dataclass(frozen=True, slots=True, kw_only=True)
class Returns:
    """Who may hand reports in, and who reads them."""

    token: str = field(repr=False)
    read_report: Callable[[bytes], bool]
    """Takes one raw message; gives whether it told us something about a message of ours."""


def routes(app: Flask, returns: Returns) -> None:
    """Adds POST /bounces. Raises ValueError if the token is empty: that would let everybody in."""
    if not returns.token:
        raise ValueError("reports are only taken with a token")
    wanted = f"Bearer {returns.token}".encode()

    @app.post("/bounces")
    def bounced() -> Response:
        # Compared before the body is touched, and in constant time.
        if not hmac.compare_digest(request.headers.get("Authorization", "").encode("utf-8", "replace"), wanted):
            abort(401, "Send the token as Authorization: Bearer …")
        raw = request.get_data(cache=False)
        if not raw.strip():
            abort(400, "The body is the report itself, one raw message; it is empty.")
        # What names none of our messages is taken as well: refused, it would come back again and again.
        words = "noted" if returns.read_report(raw) else "taken; it names no message of ours"
        return Response(f"{words}\n", content_type="text/plain; charset=utf-8")
