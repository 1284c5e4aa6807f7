"""Routes and headers. Everything is read-only; nothing a source wrote can run."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from flask import Flask, Response, abort, render_template, request
from werkzeug.exceptions import HTTPException

from monitor.errors import StoreError
from monitor.model import Delivery, SourceView, StoredChange, VisitRow
from monitor.web import health, shown

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Facts(Protocol):
    """What the pages need from the store."""

    def overview(self) -> tuple[SourceView, ...]: ...
    def changes(self, *, limit: int = 50) -> tuple[StoredChange, ...]: ...
    def change(self, change: int | str) -> StoredChange | None: ...
    def visits(self, source_id: str, limit: int = 50) -> tuple[VisitRow, ...]: ...
    def deliveries(self, *, change_id: int | None = None, limit: int = 100) -> tuple[Delivery, ...]: ...
    def counts(self) -> Mapping[str, int]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteView:
    """Who runs these pages."""

    name: str
    base_url: str = ""
    contact: str = ""


def create_app(
    store: Facts, *, site: SiteView, now: Callable[[], datetime],
    last_tick: Callable[[], datetime | None], tick: float, allowed_hosts: Collection[str] = (),
) -> Flask:  # fmt: skip
    """The pages over this store. `allowed_hosts` are the names under which readers may open them."""
    app = Flask(__name__, static_folder="static", template_folder="templates")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    started = now()
    hosts = LOOPBACK | frozenset(allowed_hosts)

    @app.before_request
    def check_host() -> None:
        # A foreign name that resolves to us is how a web page in the reader's browser would read this one.
        name = request.host.rsplit(":", 1)[0].strip("[]")
        if name not in hosts:
            abort(400, "This name is not one of ours; see base_url in [site].")

    @app.after_request
    def harden(response: Response) -> Response:
        for header, value in HEADERS.items():
            response.headers.setdefault(header, value)
        return response

    @app.context_processor
    def common() -> dict[str, Any]:
        return {"site": site, "now": now(), "shown": shown, "age": lambda moment: shown.age(moment, now())}

    @app.get("/")
    def status() -> str:
        told = [c for c in store.changes(limit=30) if c.severity.rank > 0]
        return render_template("status.html.j2", places=shown.places(store.overview()), changes=told)

    @app.get("/changes/<event_id>")
    def change(event_id: str) -> str:
        found = store.change(event_id)
        if found is None:
            abort(404, "No change with this number is stored.")
        deliveries: dict[str, int] = {}
        for one in store.deliveries(change_id=found.id, limit=100_000):
            deliveries[one.state.value] = deliveries.get(one.state.value, 0) + 1
        return render_template("change.html.j2", change=found, deliveries=deliveries)

    @app.get("/sources/<source_id>")
    def source(source_id: str) -> str:
        view = next((v for v in store.overview() if v.state.source_id == source_id), None)
        if view is None:
            abort(404, "No source with this name is watched.")
        return render_template("source.html.j2", view=view, visits=store.visits(source_id, 100))

    @app.get("/healthz")
    def healthz() -> tuple[dict[str, Any], int]:
        return health.health(store, now(), last_tick(), started, tick)

    @app.get("/metrics")
    def metrics() -> Response:
        body = health.metrics(store, now(), last_tick)
        return Response(body, content_type="text/plain; version=0.0.4; charset=utf-8")

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> tuple[str, int]:
        code = error.code or 500
        return render_template("error.html.j2", code=code, words=error.description), code

    @app.errorhandler(StoreError)
    def broken(error: StoreError) -> tuple[str, int]:
        return render_template("error.html.j2", code=503, words=str(error)), 503

    return app
