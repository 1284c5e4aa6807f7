"""Assembles the pages: guards every route, names the common words, and adds each page's routes."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import Flask, Response, abort, g, make_response, render_template, request, url_for
from prometheus_client import generate_latest
from werkzeug.exceptions import HTTPException, MethodNotAllowed, Unauthorized

from monitor.errors import StoreError
from monitor.web import access, change, feeds, health, overview, place, readers, returns, sheets, source, static_files
from monitor.web.access import ACCESS, Who
from monitor.web.counter import Counter
from monitor.web.doors import without_token
from monitor.web.returns import Returns
from monitor.web.sheets import asked_language
from monitor.web.shown import Shown
from monitor.web.site import SiteView
from monitor.web.tongues import TABLES, Tongue

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
    " connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
KEPT = ("lang", "zone")
"""What an address may say of its reader, and every link to another page says again."""


class Facts(overview.Facts, place.Facts, change.Facts, source.Facts, feeds.Facts, health.Facts, Protocol):
    """What the pages need from the store."""


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
    app = Pages(__name__, static_folder=None, template_folder="templates")
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    # Flask escapes by the file's last suffix, and would leave .html.j2 as it is.
    app.jinja_env.autoescape = True
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.config["MOST_BODY"] = access.REPORT if bounced else access.FORM if counter else access.NOTHING
    _guard(app, LOOPBACK | {host.lower() for host in allowed_hosts if host})
    _speak(app, site, now, sign_up=counter is not None)
    _explain(app, counter is not None)
    static_files.routes(app)
    overview.routes(app, store)
    place.routes(app, store, now)
    change.routes(app, store)
    source.routes(app, store)
    _machines(app, store, now, last_tick, tick)
    feeds.routes(app, store, name=site.name, base_url=site.base_url, now=now)
    if counter is not None:
        readers.routes(app, counter, store, now)
    if bounced is not None:
        returns.routes(app, bounced)
    return app


def _guard(app: Flask, hosts: Collection[str]) -> None:
    @app.before_request
    def check() -> None:
        # A foreign name that resolves to us is how a web page in the reader's browser would read
        # this one.
        if _name(request.host) not in hosts:
            abort(400, "These pages are not served under this name; see base_url in [site].")
        found = ACCESS.get(request.endpoint or "")
        most = found.most if found is not None else access.NOTHING
        request.max_content_length = most
        if (request.content_length or 0) > most:
            abort(413)
        if request.endpoint is None:
            return  # nothing is there; Flask says so itself
        if found is None or found.who is Who.OPERATOR:
            abort(403)

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


def _speak(app: Flask, site: SiteView, now: Callable[[], datetime], *, sign_up: bool) -> None:
    """What every template knows: our words, the clock, and who runs this."""
    own = _zone(site.zone)

    def shown() -> Shown:
        if "shown" not in g:
            zone = _zone(request.args.get("zone", "")) or own
            g.shown = Shown(Tongue(asked_language()), now(), None if zone is not None and zone.key == "UTC" else zone)
        made: Shown = g.shown
        return made

    @app.context_processor
    def common() -> dict[str, Any]:
        made = shown()
        return {"site": site, "now": made.now, "shown": made, "say": made.say, "sign_up": sign_up, "here": here}

    @app.url_defaults
    def keep(endpoint: str, values: dict[str, Any]) -> None:
        if not request or not (found := ACCESS.get(endpoint)) or not found.page:
            return
        for name in KEPT:
            said = request.args.get(name, "")
            if name not in values and said and len(said) <= 40 and said.isprintable():
                values[name] = said

    def here(**changed: str | None) -> str:
        """The address of this page with other words in its query; None takes one out."""
        if request.endpoint is None:
            return url_for("overview")
        words: dict[str, Any] = {**request.args.to_dict(), **(request.view_args or {}), **changed}
        return url_for(request.endpoint, **{key: value for key, value in words.items() if value is not None})


def _zone(name: str) -> ZoneInfo | None:
    """The clock of this name; None for one that nobody knows."""
    try:
        return ZoneInfo(name) if name and len(name) <= 40 else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _explain(app: Flask, readers_served: bool) -> None:
    """An error is a plain page in the reader's language."""

    def told(code: int, words: str) -> Response:
        if readers_served and access.readers_own(request.path):
            return sheets.trouble(code)
        say = Tongue(asked_language())
        known = f"page.{code}" if f"page.{code}" in TABLES[say.language] else "page.500"
        lead = words or (say(f"{known}.lead") if f"{known}.lead" in TABLES[say.language] else "")
        return make_response(render_template("error.html.j2", code=code, title=say(known), words=lead), code)

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        given = error.description or ""
        # A library's own wording for the code is put plainly; a sentence of ours is shown as it is.
        answer = told(error.code or 500, "" if given == type(error).description else given)
        if isinstance(error, MethodNotAllowed):
            answer.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
        if isinstance(error, Unauthorized):
            answer.headers["WWW-Authenticate"] = "Bearer"
        return answer

    @app.errorhandler(StoreError)
    def broken(error: StoreError) -> Response:
        return told(503, str(error))


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
