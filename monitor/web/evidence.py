"""Evidence to take away: the pack of a change, and raw captures. All of it is sent as a file, never as a page.

A capture is what a server on the web chose to send. It is never shown here: the browser is told to save it, not to
guess what it is, and to run nothing of it.
"""

from __future__ import annotations

import hashlib
import re
from typing import Protocol

from flask import Flask, Response, abort, request

from monitor import __version__
from monitor.evidence import captures, gather, pack
from monitor.model import Snapshot
from monitor.web.proofs import Busy, Proofs
from monitor.web.sheets import asked_language
from monitor.web.tongues import Tongue

SEALED_OFF = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_NUMBER, _HASH = re.compile(r"[1-9][0-9]{0,17}"), re.compile(r"[0-9a-f]{64}")
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")
FORMS = ("raw", "warc", "headers")


class Facts(gather.Book, Protocol):
    """What this needs from the store."""

    def body(self, sha256: str) -> bytes | None: ...


def routes(app: Flask, store: Facts, proofs: Proofs) -> None:
    """Adds /changes/EVENT/evidence.zip and /captures/CAPTURE."""

    @app.get("/changes/<event_id>/evidence.zip")
    def evidence(event_id: str) -> Response:
        say = Tongue(asked_language())
        change = gather.found(store, event_id)
        if change is None:
            abort(404, say("proof.no_change"))
        mark = gather.mark(store, change, program=__version__)
        name = f"evidence-{_safe(change.event_id)}.zip"
        if request.if_none_match.contains(mark):
            return _file(b"", pack.TYPE, name, mark)

        def make() -> bytes | None:
            found = gather.dossier(store, change, proofs.sources, program=__version__)
            return None if found is None else pack.packed(found, proofs.seal)

        try:
            made = proofs.shelf.get(mark, make)
        except Busy:
            answer = app.make_response((say("proof.busy"), 503))
            answer.content_type, answer.headers["Retry-After"] = "text/plain; charset=utf-8", "5"
            return answer
        if made is None:
            abort(404, say("proof.no_capture"))
        return _file(made, pack.TYPE, name, mark)

    @app.get("/captures/<snapshot_id>")
    def capture(snapshot_id: str) -> Response:
        """By the number of a visit's capture, or by the SHA-256 of the bytes."""
        say, form = Tongue(asked_language()), request.args.get("form", "raw")
        if form not in FORMS:
            abort(400, say("proof.forms"))
        if _HASH.fullmatch(snapshot_id):
            if form != "raw":
                abort(400, say("proof.by_number"))
            body = store.body(snapshot_id)
            if body is None:
                abort(404, say("proof.no_capture"))
            return _file(body, "application/octet-stream", f"capture-{snapshot_id[:16]}.bin", snapshot_id)
        found = store.snapshot(int(snapshot_id)) if _NUMBER.fullmatch(snapshot_id) else None
        if found is None:
            abort(404, say("proof.no_capture"))
        return _capture(found, form)


def _capture(found: Snapshot, form: str) -> Response:
    name = f"{_safe(found.source_id)}-{found.taken_at:%Y%m%dT%H%M%SZ}-{found.sha256[:8]}"
    if form == "raw":
        return _file(found.page.body, "application/octet-stream", f"{name}.bin", found.sha256)
    kept = gather.capture(found)
    if form == "warc":
        return _file(captures.written(kept), captures.TYPE, f"{name}.warc")
    return _file(captures.headers(kept.statement).encode(), "text/plain; charset=us-ascii", f"{name}.headers.txt")


def _file(data: bytes, kind: str, name: str, mark: str = "") -> Response:
    """A file to save under this name; 304 to whoever has it."""
    answer = Response(data, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Content-Security-Policy"] = SEALED_OFF
    answer.headers["Cache-Control"] = "no-cache"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.set_etag(mark or hashlib.sha256(data).hexdigest())
    answer.make_conditional(request)
    return answer


def _safe(words: str) -> str:
    return _UNSAFE.sub("-", words)[:80].strip("-") or "capture"
