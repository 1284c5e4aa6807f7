"""The pages of a reader's own: sign up, confirm, manage, leave, acknowledge.

A link shows a page when it is followed, and nothing happens until its button is pressed: link scanners follow
everything. The link is the whole authority: no cookie, no password, no account. Nothing here says whether an
address is known; that is told to the address alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from flask import Flask, Response, make_response, redirect, render_template, request, url_for

from monitor.audience import Language, Proposal, Subscription, SubscriptionState, Wishes
from monitor.errors import SignupError
from monitor.links import Expired, Purpose
from monitor.model import Campaign, StoredChange
from monitor.web import doors, forms
from monitor.web.forms import Filled
from monitor.web.tongues import Tongue

CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""As everywhere, but forms may be sent, to us alone."""
SHOWN = frozenset({"saved", "paused", "resumed"})


class Acknowledged(Protocol):
    @property
    def first(self) -> bool: ...
    @property
    def called_off(self) -> int: ...


class Desk(Protocol):
    """What these pages ask of the desk; `monitor.signup.Desk` says what each does."""

    def places(self) -> Mapping[str, str]: ...
    def ask(self, address: str, wishes: Wishes, *, sender: str = "") -> bool: ...
    def asked(self, proposal_id: str) -> Proposal | None: ...
    def confirm(self, proposal_id: str) -> Subscription | None: ...
    def subscription(self, subscription_id: str) -> Subscription | None: ...
    def change(self, subscription_id: str, wishes: Wishes) -> Subscription | None: ...
    def pause(self, subscription_id: str) -> bool: ...
    def resume(self, subscription_id: str) -> bool: ...
    def unsubscribe(self, subscription_id: str) -> bool: ...
    def erase(self, subscription_id: str) -> bool: ...
    def acknowledge(self, name: str) -> Acknowledged | None: ...


class Signer(Protocol):
    def read(self, purpose: Purpose, token: str, now: datetime) -> str | None: ...


class Facts(Protocol):
    """What an acknowledgement shows of what it is about."""

    def change(self, change: int | str) -> StoredChange | None: ...
    def campaign(self, campaign_id: str) -> Campaign | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """Where readers are served: who does what they ask, who reads their links, and behind which proxies we stand."""

    desk: Desk
    signer: Signer
    trusted_proxies: Collection[str] = ()
    """Addresses and networks whose X-Forwarded-For is believed."""
    even: float = 0.05
    """Seconds that every sign-up takes at least: a known, an unknown and a too often asked address differ by a few
    milliseconds of work, which would tell them apart."""


class _DeadLink(Exception):
    """The link leads nowhere: `why` names the words for it."""

    def __init__(self, why: str, status: int) -> None:
        super().__init__(why)
        self.why, self.status = why, status


def routes(app: Flask, counter: Counter, store: Facts, now: Callable[[], datetime]) -> None:
    """Adds the readers' pages."""
    trusted = doors.networks(counter.trusted_proxies)
    desk = counter.desk

    def named(purpose: Purpose, token: str) -> str:
        """What the link is about. Raises _DeadLink if it is not ours, was made for something else, or is too old."""
        try:
            name = counter.signer.read(purpose, token, now())
        except Expired as error:
            raise _DeadLink("link.old", 410) from error
        if name is None:
            raise _DeadLink("link.forged", 404)
        return name

    @app.errorhandler(_DeadLink)
    def dead(error: _DeadLink) -> Response:
        return word(Tongue(asked_language()), error.why, f"{error.why}.lead", status=error.status, again=True)

    _asking(app, desk, trusted, counter.even)
    _confirming(app, desk, named)
    _managing(app, desk, named)
    _leaving(app, desk, named)
    _acknowledging(app, desk, named, store)


Named = Callable[[Purpose, str], str]


def asked_language() -> Language:
    """What the address asks for, else the browser."""
    known = [one.value for one in Language]
    said = request.args.get("lang", "")
    return Language(said if said in known else request.accept_languages.best_match(known, Language.EN.value))


def trouble(code: int) -> Response:
    """The plain page for an error, in the reader's language."""
    key = f"error.{code if code in (400, 404, 405, 413, 503) else 500}"
    return word(Tongue(asked_language()), key, f"{key}.lead", status=code)


def word(
    say: Tongue, title: str, *keys: str, status: int = 200, again: bool = False,
    wishes: list[tuple[str, str]] | None = None, also: str = "",
) -> Response:  # fmt: skip
    """A page that only says something; `again` offers to sign up, `also` is a sentence that is in words already."""
    sentences = [say(key) for key in keys] + ([also] if also else [])
    return _page("word", say, status, title=say(title), sentences=sentences, again=again, wishes=wishes)


def _page(template: str, say: Tongue, status: int = 200, *, public: bool = False, **values: Any) -> Response:
    answer = make_response(render_template(f"{template}.html.j2", say=say, public=public, **values), status)
    answer.headers["Content-Security-Policy"] = CSP
    answer.headers["Content-Language"] = say.language.value
    if not public:
        answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _fields(form: Filled, places: Mapping[str, str]) -> dict[str, Any]:
    ordered = sorted(places.items(), key=lambda one: one[1].casefold())
    return {"form": form, "places": ordered, "zones": forms.ZONES, "section_names": forms.SECTIONS}


# -- signing up -----------------------------------------------------------------------
def _asking(app: Flask, desk: Desk, trusted: Collection[doors.Network], even: float) -> None:
    def page(say: Tongue, form: Filled, status: int = 200) -> Response:
        return _page("subscribe", say, status, public=True, title=say("ask.title"), **_fields(form, desk.places()))

    @app.get("/subscribe")
    def subscribe() -> Response:
        say, places = Tongue(asked_language()), desk.places()
        known = tuple(key for key in request.args.getlist("destination") if key in places)
        chosen = known or (tuple(places) if len(places) == 1 else ())
        return page(say, forms.filled(Wishes(destinations=chosen, language=say.language), every=False))

    @app.post("/subscribe")
    def ask() -> Response:
        say, form = Tongue(asked_language()), forms.read(request.form, desk.places())
        address = forms.address(request.form)
        if not address:
            form = form.but({"address": "wrong.address"})
        if form.wrong or form.wishes is None:
            return page(say, form, 422)
        forwarded = ",".join(request.headers.getlist("X-Forwarded-For"))
        begun = time.monotonic()
        try:
            # Whether a mail goes out, for whom and why not, is for the address alone: the answer is the same.
            desk.ask(address, form.wishes, sender=doors.sender(request.remote_addr or "", forwarded, trusted))
        except SignupError as error:
            return page(say, _refused(form, error), 422)
        time.sleep(max(0.0, begun + even - time.monotonic()))
        return word(say, "ask.done", "ask.done.lead", "ask.done.none")


def _refused(form: Filled, error: SignupError) -> Filled:
    """What the desk would not take, in our words for that field."""
    return form.but({error.field: f"wrong.{error.field}"})


# -- confirming -----------------------------------------------------------------------
def _confirming(app: Flask, desk: Desk, named: Named) -> None:
    def proposal(token: str) -> tuple[Tongue, Proposal]:
        found = desk.asked(named(Purpose.CONFIRM, token))
        if found is None:
            raise _DeadLink("link.gone", 410)
        return Tongue(found.wishes.language), found

    def used(say: Tongue, subscription: Subscription | None) -> Response:
        if subscription is None:
            return word(say, "confirm.over", "confirm.over.lead", again=True)
        return word(say, "confirm.again", "confirm.again.lead")

    @app.get("/confirm/<token>")
    def confirm(token: str) -> Response:
        say, asked = proposal(token)
        present = desk.subscription(asked.subscription_id)
        if asked.used_at is not None:
            return used(say, present)
        if present is None:
            return word(say, "link.gone", "link.gone.lead", status=410, again=True)
        wishes = forms.in_words(asked.wishes, desk.places(), say)
        return _page("confirm", say, title=say("confirm.title"), wishes=wishes,
                     replaces=present.state is not SubscriptionState.PENDING)  # fmt: skip

    @app.post("/confirm/<token>")
    def confirmed(token: str) -> Response:
        say, asked = proposal(token)
        made = desk.confirm(asked.id)
        present = made if made is not None and made.state is not SubscriptionState.ENDED else None
        if asked.used_at is not None:
            return used(say, present)
        if present is None:  # it ended, or was erased, before it was confirmed
            return word(say, "link.gone", "link.gone.lead", status=410, again=True)
        return word(say, "confirm.done", "confirm.done.lead", wishes=forms.in_words(present.wishes, desk.places(), say))


# -- managing -------------------------------------------------------------------------
def _managing(app: Flask, desk: Desk, named: Named) -> None:
    def page(token: str, sub: Subscription | None, form: Filled | None = None, status: int = 200) -> Response:
        if sub is None:
            return over(token)
        say, done = Tongue(sub.wishes.language), request.args.get("done", "")
        return _page(
            "manage", say, status, title=say("manage.title"), token=token, address=forms.masked(sub.address),
            state=sub.state.value, done=done if done in SHOWN and status == 200 else "",
            **_fields(form or forms.filled(sub.wishes), desk.places()))  # fmt: skip

    def over(token: str, wrong: Mapping[str, str] | None = None, status: int = 200) -> Response:
        say = Tongue(asked_language())
        return _page("over", say, status, title=say("over.title"), token=token, wrong=wrong or {})

    def back(token: str, done: str = "") -> Response:
        to = url_for("manage", token=token, done=done or None)
        answer = redirect(to, 303)
        assert isinstance(answer, Response)
        return answer

    @app.get("/manage/<token>")
    def manage(token: str) -> Response:
        return page(token, desk.subscription(named(Purpose.MANAGE, token)))

    @app.post("/manage/<token>")
    def save(token: str) -> Response:
        name = named(Purpose.MANAGE, token)
        sub = desk.subscription(name)
        if sub is None:
            return over(token)
        form = forms.read(request.form, desk.places())
        if form.wrong or form.wishes is None:
            return page(token, sub, form, 422)
        try:
            kept = desk.change(name, form.wishes)
        except SignupError as error:
            return page(token, sub, _refused(form, error), 422)
        return back(token, "saved") if kept is not None else over(token)

    @app.post("/manage/<token>/pause")
    def pause(token: str) -> Response:
        desk.pause(named(Purpose.MANAGE, token))
        return back(token, "paused")

    @app.post("/manage/<token>/resume")
    def resume(token: str) -> Response:
        desk.resume(named(Purpose.MANAGE, token))
        return back(token, "resumed")

    @app.post("/manage/<token>/unsubscribe")
    def leave(token: str) -> Response:
        name = named(Purpose.MANAGE, token)
        say = _tongue_of(desk.subscription(name))
        desk.unsubscribe(name)
        return word(say, "leave.done", "leave.done.lead", again=True)

    @app.post("/manage/<token>/erase")
    def erase(token: str) -> Response:
        name = named(Purpose.MANAGE, token)
        sub = desk.subscription(name)
        if "yes" not in request.form.getlist("sure"):
            wrong = {"sure": "wrong.sure"}
            return page(token, sub, forms.filled(sub.wishes).but(wrong), 422) if sub else over(token, wrong, 422)
        desk.erase(name)  # also of one that has ended: the right to be forgotten outlasts it
        return word(_tongue_of(sub), "erase.done", "erase.done.lead", again=True)


def _tongue_of(subscription: Subscription | None) -> Tongue:
    return Tongue(subscription.wishes.language if subscription else asked_language())


# -- leaving by one click -------------------------------------------------------------
def _leaving(app: Flask, desk: Desk, named: Named) -> None:
    @app.get("/unsubscribe/<token>")
    def unsubscribe(token: str) -> Response:
        sub = desk.subscription(named(Purpose.UNSUBSCRIBE, token))
        say = _tongue_of(sub)
        if sub is None:
            return word(say, "leave.done", "leave.done.lead", again=True)
        return _page("unsubscribe", say, title=say("leave.title"), address=forms.masked(sub.address))

    @app.post("/unsubscribe/<token>")
    def one_click(token: str) -> Response:
        """RFC 8058. The body says List-Unsubscribe=One-Click in one of two encodings; we do not read it: POST and
        the signed link say all, and who wants to leave is not held up by how a mail provider wrote its form."""
        name = named(Purpose.UNSUBSCRIBE, token)
        say = _tongue_of(desk.subscription(name))
        desk.unsubscribe(name)
        return word(say, "leave.done", "leave.done.lead", again=True)


# -- acknowledging --------------------------------------------------------------------
def _acknowledging(app: Flask, desk: Desk, named: Named, store: Facts) -> None:
    def about(token: str) -> tuple[str, Tongue, str, str]:
        name = named(Purpose.ACKNOWLEDGE, token)
        event_id, _, subscription_id = name.partition(" ")
        found = store.campaign(event_id) or store.change(event_id)
        if found is None:
            raise _DeadLink("link.gone", 410)
        return name, _tongue_of(desk.subscription(subscription_id)), event_id, found.headline

    @app.get("/acknowledge/<token>")
    def acknowledge(token: str) -> Response:
        _, say, event_id, headline = about(token)
        return _page("acknowledge", say, title=say("seen.title"), headline=headline, event_id=event_id)

    @app.post("/acknowledge/<token>")
    def acknowledged(token: str) -> Response:
        name, say, _, headline = about(token)
        noted = desk.acknowledge(name)
        if noted is None:
            raise _DeadLink("link.gone", 410)
        if not noted.first:
            return word(say, "seen.already", "seen.already.lead", also=headline)
        others = {0: "seen.none", 1: "seen.one"}.get(noted.called_off, "seen.many")
        return word(say, "seen.done", also=f"{headline} — {say(others, count=noted.called_off)}")
