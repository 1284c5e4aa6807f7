"""Assembles the pages: guards every route, names the common words, and adds each page's routes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import Flask, Response, abort, g, make_response, render_template, request, url_for
from prometheus_client import generate_latest
from werkzeug.exceptions import HTTPException, MethodNotAllowed, Unauthorized

from monitor.audience import Delivery, DeliveryState
from monitor.errors import StoreError
from monitor.model import ChangeState, Severity, StoredChange, VisitRow
from monitor.web import (
    access,
    api,
    chain,
    change,
    compared,
    evidence,
    feeds,
    health,
    how,
    login,
    operators,
    overview,
    place,
    readers,
    returns,
    roles,
    sheets,
    source,
    squeezed,
    static_files,
    versions,
)
from monitor.web.access import ACCESS, Who
from monitor.web.api.call import Facts as ApiFacts
from monitor.web.api.call import Place
from monitor.web.api.routes import below, explained
from monitor.web.counter import Counter
from monitor.web.doors import without_token
from monitor.web.guard import Guard
from monitor.web.how import Practice
from monitor.web.proofs import Proofs
from monitor.web.returns import Returns
from monitor.web.roles import NOBODY, Known, Roles
from monitor.web.sheets import asked_language
from monitor.web.shown import Shown
from monitor.web.site import SiteView
from monitor.web.tongues import TABLES, Tongue
from monitor.web.versions import Versions

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
FOR_TLS = "max-age=31536000"
"""Strict-Transport-Security, where our address begins with https."""
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
KEPT = ("lang", "zone")
"""What an address may say of its reader, and every link to another page says again."""


LIVE = ("overview", "change")
"""Pages that answer 304 while nothing is new, and that a small script keeps up to date."""


class Facts(overview.Facts, place.Facts, change.Facts, source.Facts, compared.Facts, feeds.Facts, health.Facts,
            how.Facts, operators.Facts, login.Facts, roles.Facts, evidence.Facts, versions.Facts, ApiFacts,
            Protocol):  # fmt: skip
    """What the pages need from the store; where several ask for the same, all that they ask."""

    def changes(
        self, *, source_id: str | None = None, destination: str | None = None, limit: int = 50,
        before_id: int | None = None, states: Iterable[ChangeState] | None = None,
        severities: Iterable[Severity] | None = None, since: datetime | None = None, until: datetime | None = None,
    ) -> tuple[StoredChange, ...]: ...  # fmt: skip
    def visits(self, source_id: str, limit: int = 50, before_id: int | None = None) -> tuple[VisitRow, ...]: ...
    def deliveries(
        self, *, subject: str | None = None, change_id: int | None = None, campaign_id: str | None = None,
        state: DeliveryState | None = None, limit: int = 100,
    ) -> tuple[Delivery, ...]: ...  # fmt: skip


class Pages(Flask):
    """Flask, but what it says of a bug names no signed link."""

    def log_exception(self, exc_info: Any) -> None:
        self.logger.error("Exception on %s [%s]", without_token(request.path), request.method, exc_info=exc_info)


def create_app(
    store: Facts, *, site: SiteView, now: Callable[[], datetime],
    last_tick: Callable[[], datetime | None], tick: float, allowed_hosts: Collection[str] = (),
    counter: Counter | None = None, bounced: Returns | None = None, who: Roles | None = None,
    practice: Practice | None = None, proofs: Proofs | None = None,
) -> Flask:  # fmt: skip
    """The pages over this store. `allowed_hosts` are the names under which they may be opened.

    Readers can sign up and change what they asked for if there is a `counter`; mail that came back can be handed in
    if there is `bounced`. Without either nothing can be changed. `who` says who is an operator: nobody, if nothing is
    said; and whether the pages are private. `practice` is what the page on how we watch says of this installation,
    `proofs` how captures are read again, and what signs evidence that is taken away.
    """
    app = Pages(__name__, static_folder=None, template_folder="templates")
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    # Flask escapes by the file's last suffix, and would leave .html.j2 as it is.
    app.jinja_env.autoescape = True
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.config["MOST_BODY"] = access.REPORT if bounced else access.FORM if counter or who else access.NOTHING
    who, started = who or Roles(), now()
    guard, known = Guard(who, site.base_url), Known(who, store, now, site.base_url)
    _guard(app, LOOPBACK | {host.lower() for host in allowed_hosts if host}, guard, known)
    _harden(app, tls=site.base_url.lower().startswith("https:"), private=who.private)
    shown = _speak(app, site, now, sign_up=counter is not None)
    _explain(app, counter is not None)
    static_files.routes(app)
    squeezed.routes(app)
    app.config["NOW"] = now
    overview.routes(app, store, shown)
    place.routes(app, store, now)
    change.routes(app, store)
    source.routes(app, store, now)
    compared.routes(app, store, now)
    how.routes(app, store, practice or Practice())
    _machines(app, store, now, last_tick, tick, started, private=who.private)
    if who.people:
        login.routes(app, store, who, guard, now, site.base_url)
        operators.routes(app, store, operators.Pulse(now=now, last_tick=last_tick, tick=tick, started=started))
    proofs = proofs or Proofs()
    evidence.routes(app, store, proofs)
    chain.routes(app, store, proofs)
    feeds.routes(app, store, name=site.name, base_url=site.base_url, now=now)
    api.routes(app, Place(store=store, now=now, counter=counter), name=site.name, base_url=site.base_url,
               trusted_proxies=counter.trusted_proxies if counter else ())  # fmt: skip
    if counter is not None:
        readers.routes(app, counter, store, now)
    if bounced is not None:
        returns.routes(app, bounced)
    versioned = Versions(store, now)
    for page in LIVE:
        app.view_functions[page] = versioned.kept(app.view_functions[page])
    return app


UNKNOWN = frozenset({"static", "healthz", "bounced"})
"""Where it makes no difference who asks, and nobody is looked up."""


def _guard(app: Flask, hosts: Collection[str], guard: Guard, known: Known) -> None:
    @app.before_request
    def check() -> Response | None:
        # A foreign name that resolves to us is how a web page in the reader's browser would read
        # this one.
        if _name(request.host) not in hosts:
            abort(400, "These pages are not served under this name; see base_url in [site].")
        found = ACCESS.get(request.endpoint or "")
        most = found.most if found is not None else access.NOTHING
        request.max_content_length = most
        if (request.content_length or 0) > most:
            abort(413)
        g.visitor = NOBODY if request.endpoint in UNKNOWN else known.visitor(request)
        if request.endpoint is None:
            return None  # nothing is there; Flask says so itself
        return guard.stop(found, g.visitor, request, near=known.near(request))


def _harden(app: Flask, *, tls: bool, private: bool) -> None:
    @app.after_request
    def harden(response: Response) -> Response:
        found = ACCESS.get(request.endpoint or "")
        if request.endpoint in ("login", "log_in") or (found is not None and found.who is Who.PERSON):
            # With no referrer at all, browsers hide from us that it was our own form.
            response.headers.setdefault("Referrer-Policy", "same-origin")
        for header, value in HEADERS.items():
            response.headers.setdefault(header, value)
        if tls:
            response.headers.setdefault("Strict-Transport-Security", FOR_TLS)
        if private and found is not None and found.who is not Who.ANYBODY:
            if response.headers["Cache-Control"] == "no-cache":
                response.headers["Cache-Control"] = "private, no-cache"
            response.vary.update(("Authorization", "Cookie"))
        return response


def _name(host: str) -> str:
    """The name in a Host header, without its port."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower()


def _speak(app: Flask, site: SiteView, now: Callable[[], datetime], *, sign_up: bool) -> Callable[[], Shown]:
    """What every template knows: our words, the clock, and who runs this; gives what puts values into words."""
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
        return {"site": site, "now": made.now, "shown": made, "say": made.say, "sign_up": sign_up, "here": here,
                "visitor": g.get("visitor", NOBODY), "live": request.endpoint in LIVE}  # fmt: skip

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

    return shown


def _zone(name: str) -> ZoneInfo | None:
    """The clock of this name; None for one that nobody knows."""
    try:
        return ZoneInfo(name) if name and len(name) <= 40 else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _explain(app: Flask, readers_served: bool) -> None:
    """An error is a plain page in the reader's language."""

    def told(code: int, words: str) -> Response:
        if readers_served and access.readers_own(request.path) and code not in (401, 403):
            return sheets.trouble(code)
        say = Tongue(asked_language())
        known = f"page.{code}" if f"page.{code}" in TABLES[say.language] else "page.500"
        lead = words or (say(f"{known}.lead") if f"{known}.lead" in TABLES[say.language] else "")
        return make_response(render_template("error.html.j2", code=code, title=say(known), words=lead), code)

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        if below(request.path):
            return explained(error)
        given = error.description or ""
        # A library's own wording for the code is put plainly; a sentence of ours is shown as it is.
        answer = told(error.code or 500, "" if given == type(error).description else given)
        if isinstance(error, MethodNotAllowed):
            answer.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
        if isinstance(error, Unauthorized):
            for one in getattr(error, "challenges", ("Bearer",)):
                answer.headers.add("WWW-Authenticate", one)
        return answer

    @app.errorhandler(StoreError)
    def broken(error: StoreError) -> Response:
        if below(request.path):
            return explained(error)
        return told(503, str(error))


def _machines(
    app: Flask, store: Facts, now: Callable[[], datetime],
    last_tick: Callable[[], datetime | None], tick: float, started: datetime, *, private: bool,
) -> None:  # fmt: skip
    registry = health.registry(health.Numbers(store, now, last_tick, started))

    @app.get("/healthz")
    def healthz() -> tuple[dict[str, Any], int]:
        told, status = health.health(store, now(), last_tick(), started, tick)
        # Whoever restarts us needs no more than the status; what is watched is nobody else's business.
        return ({"ok": told["ok"]} if private else told), status

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(registry),
                        content_type="text/plain; version=0.0.4; charset=utf-8")  # fmt: skip
