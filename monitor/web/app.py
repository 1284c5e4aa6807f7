"""Routes and headers. All is read-only but for the doors of readers; nothing a source wrote can run."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from flask import Flask, Response, abort, make_response, render_template, request
from prometheus_client import generate_latest
from werkzeug.exceptions import HTTPException, MethodNotAllowed, Unauthorized

from monitor.audience import Bulletin, Delivery
from monitor.errors import StoreError
from monitor.model import Campaign, ChangeState, Severity, SourceView, StoredChange, VisitRow
from monitor.web import feeds, health, readers, returns, sheets, shown
from monitor.web.counter import Counter
from monitor.web.doors import READERS, RETURNS, Door, door, without_token
from monitor.web.returns import Returns

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
TITLES = {
    400: "That cannot be asked",
    401: "Not without the key",
    404: "Not here",
    405: "Not in this way",
    413: "Too much at once",
    503: "The database does not answer",
}
PLAIN = {
    404: "There is nothing at this address.",
    405: "This address does not answer that method; nothing was changed.",
    413: "What was sent is larger than anything this address takes; nothing was changed.",
    500: "A bug stopped this page; the log has the details. Watching and sending go on.",
}
MOST_DELIVERIES = 5000
"""So many messages of one change are counted for its page."""


class Facts(Protocol):
    """What the pages need from the store."""

    def overview(self) -> tuple[SourceView, ...]: ...
    def changes(
        self, *, source_id: str | None = None, destination: str | None = None, limit: int = 50,
        before_id: int | None = None, states: Iterable[ChangeState] | None = None,
        severities: Iterable[Severity] | None = None,
    ) -> tuple[StoredChange, ...]: ...  # fmt: skip
    def change(self, change: int | str) -> StoredChange | None: ...
    def campaign(self, campaign_id: str) -> Campaign | None: ...
    def bulletins_about(self, event_id: str) -> tuple[Bulletin, ...]: ...
    def open_blindness(self) -> tuple[Bulletin, ...]: ...
    def visits(self, source_id: str, limit: int = 50) -> tuple[VisitRow, ...]: ...
    def deliveries(
        self, *, change_id: int | None = None, campaign_id: str | None = None, limit: int = 100
    ) -> tuple[Delivery, ...]: ...
    def counts(self) -> Mapping[str, int]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteView:
    """Who runs these pages."""

    name: str
    base_url: str = ""
    contact: str = ""


class Pages(Flask):
    """Flask, but what it says of a bug names no signed link."""

    def log_exception(self, exc_info: Any) -> None:
        self.logger.error("Exception on %s [%s]", without_token(request.path), request.method, exc_info=exc_info)


def create_app(
    store: Facts, *, site: SiteView, now: Callable[[], datetime],
    last_tick: Callable[[], datetime | None], tick: float, allowed_hosts: Collection[str] = (),
    counter: Counter | None = None, bounced: Returns | None = None,
) -> Flask:  # fmt: skip
    """The pages over this store. `allowed_hosts` are the names under which they may be opened.

    Readers can sign up and change what they asked for if there is a `counter`; mail that came back can be handed in
    if there is `bounced`. Without either nothing can be changed.
    """
    app = Pages(__name__, static_folder="static", template_folder="templates")
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    # Flask escapes by the file's last suffix, and would leave .html.j2 as it is.
    app.jinja_env.autoescape = True
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    doors = (READERS if counter else ()) + (RETURNS if bounced else ())
    app.config["MOST_BODY"] = max((one.most for one in doors), default=0)
    _guard(app, LOOPBACK | {host.lower() for host in allowed_hosts if host}, doors)
    _explain(app, READERS if counter else ())
    _pages(app, store)
    _machines(app, store, now, last_tick, tick)
    feeds.routes(app, store, name=site.name, base_url=site.base_url, now=now)
    if counter is not None:
        readers.routes(app, counter, store, now)
    if bounced is not None:
        returns.routes(app, bounced)

    @app.context_processor
    def common() -> dict[str, Any]:
        moment = now()
        return {"site": site, "now": moment, "shown": shown, "sign_up": counter is not None,
                "age": lambda then: shown.age(then, moment)}  # fmt: skip

    return app


def _guard(app: Flask, hosts: Collection[str], doors: Collection[Door]) -> None:
    @app.before_request
    def check() -> None:
        # A foreign name that resolves to us is how a web page in the reader's browser would read
        # this one.
        if _name(request.host) not in hosts:
            abort(400, "These pages are not served under this name; see base_url in [site].")
        found = door(request.path, doors)
        if request.method not in found.methods:
            raise MethodNotAllowed(found.methods)
        request.max_content_length = found.most
        if (request.content_length or 0) > found.most:
            abort(413)

    @app.after_request
    def harden(response: Response) -> Response:
        for header, value in HEADERS.items():
            response.headers.setdefault(header, value)
        return response


def _name(host: str) -> str:
    """The name in a Host header, without its port."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower()


def _explain(app: Flask, own: Collection[Door]) -> None:
    """`own` are the readers' pages, where an error speaks the reader's language."""

    def told(code: int, words: str) -> Response:
        if any(one.leads_to(request.path) for one in own):
            return sheets.trouble(code)
        title = TITLES.get(code, "Something went wrong")
        return make_response(
            render_template("error.html.j2", code=code, title=title, words=words), code
        )

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        code = error.code or 500
        given = error.description or ""
        # A library's own wording for the code is put plainly; a sentence of ours is shown as it is.
        words = PLAIN.get(code, given) if given == type(error).description else given
        answer = told(code, words)
        if isinstance(error, MethodNotAllowed):
            answer.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
        if isinstance(error, Unauthorized):
            answer.headers["WWW-Authenticate"] = "Bearer"
        return answer

    @app.errorhandler(StoreError)
    def broken(error: StoreError) -> Response:
        return told(503, str(error))


def _pages(app: Flask, store: Facts) -> None:
    @app.get("/")
    def status() -> str:
        told = [c for c in store.changes(limit=60) if c.severity.rank > 0][:30]
        return render_template(
            "status.html.j2", places=shown.places(store.overview()), changes=told
        )

    @app.get("/changes/<event_id>")
    def change(event_id: str) -> str:
        campaign = store.campaign(event_id)
        found = campaign.example if campaign else store.change(event_id)
        if found is None:
            abort(404, "No change with this number is stored.")
        messages = store.deliveries(change_id=found.id, limit=MOST_DELIVERIES)
        if found.campaign is not None:
            campaign = store.campaign(found.campaign)
            messages += store.deliveries(campaign_id=found.campaign, limit=MOST_DELIVERIES)
        told = store.change(found.witness_of) if found.witness_of is not None else None
        taken_back = [one for name in dict.fromkeys(filter(None, (event_id, found.event_id, found.campaign)))
                      for one in store.bulletins_about(name)]  # fmt: skip
        return render_template("change.html.j2", change=found, taken_back=taken_back, messages=shown.sending(messages),
                               at_least=len(messages) >= MOST_DELIVERIES, told=told,
                               elsewhere=shown.elsewhere(campaign))  # fmt: skip

    @app.get("/sources/<source_id>")
    def source(source_id: str) -> str:
        view = next((v for v in store.overview() if v.state.source_id == source_id), None)
        visits = store.visits(source_id, 100)
        if view is None and not visits:
            abort(404, "No source with this name is, or was, watched.")
        led_to = {c.id: c for c in store.changes(source_id=source_id, limit=100)}
        return render_template("source.html.j2", source_id=source_id, view=view, visits=visits,
                               led_to=led_to)  # fmt: skip


def _machines(
    app: Flask, store: Facts, now: Callable[[], datetime],
    last_tick: Callable[[], datetime | None], tick: float,
) -> None:  # fmt: skip
    started = now()
    registry = health.registry(health.Numbers(store, now, last_tick, started))

    @app.get("/healthz")
    def healthz() -> tuple[dict[str, Any], int]:
        return health.health(store, now(), last_tick(), started, tick)

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(registry),
                        content_type="text/plain; version=0.0.4; charset=utf-8")  # fmt: skip
