"""Styles and scripts: named with a hash of what is in them, so that a browser keeps them for good."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request, send_from_directory

FOLDER = Path(__file__).parent / "static"
A_YEAR = 31_536_000


def routes(app: Flask) -> None:
    """Adds /static/FILE, and the hash to every address of one."""

    @app.get("/static/<path:filename>")
    def static(filename: str) -> Response:
        answer = send_from_directory(FOLDER, filename)
        named = request.args.get("v", "")
        # Only under the name of what it holds: an old page must not pin a new file, nor the other way round.
        lasting = named != "" and named == _mark(filename)
        answer.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable" if lasting else "no-cache"
        return answer

    @app.url_defaults
    def name(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "v" not in values:
            values["v"] = _mark(values["filename"])


@cache
def _mark(filename: str) -> str:
    """The first characters of the file's SHA-256; empty if there is no such file."""
    path = FOLDER / filename
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else ""
