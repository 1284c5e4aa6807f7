"""The pages of a reader's own: sign up, confirm, manage, leave, acknowledge.

A link shows a page when it is followed, and nothing happens until its button is pressed: link scanners follow
everything. The link is the whole authority: no cookie, no password, no account. Nothing here says whether an
address is known; that is told to the address alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from flask import Flask, Response, redirect, request, url_for

from monitor.audience import Proposal, Subscription, SubscriptionState, Wishes
from monitor.errors import SignupError
from monitor.links import Expired, Purpose
from monitor.web import doors, forms, sheets
from monitor.web.counter import Counter, Desk, Facts
from monitor.web.forms import Filled
from monitor.web.sheets import DeadLink, asked_language, tongue_of
from monitor.web.tongues import Tongue

SHOWN = frozenset({"saved", "paused", "resumed"})


def routes(app: Flask, counter: Counter, store: Facts, now: Callable[[], datetime]) -> None:
    """Adds the readers' pages."""
    trusted = doors.networks(counter.trusted_proxies)
    desk = counter.desk

    def named(purpose: Purpose, token: str) -> str:
        """What the link is about. Raises DeadLink if it is not ours, was made for something else, or is too old."""
        try:
            name = counter.signer.read(purpose, token, now())
        except Expired as error:
            raise DeadLink("link.old", 410) from error
        if name is None:
            raise DeadLink("link.forged", 404)
        return name

    @app.errorhandler(DeadLink)
    def dead(error: DeadLink) -> Response:
        return sheets.word(Tongue(asked_language()), error.why, f"{error.why}.lead", status=error.status, again=True)

    _asking(app, desk, trusted, counter.even)
    _confirming(app, desk, named)
    _managing(app, desk, named)
    _leaving(app, desk, named)
    _acknowledging(app, desk, named, store)


Named = Callable[[Purpose, str], str]


def _fields(form: Filled, places: Mapping[str, str]) -> dict[str, Any]:
    ordered = sorted(places.items(), key=lambda one: one[1].casefold())
    return {"form": form, "places": ordered, "zones": forms.ZONES, "section_names": forms.SECTIONS}


# -- signing up -----------------------------------------------------------------------
def _asking(app: Flask, desk: Desk, trusted: Collection[doors.Network], even: float) -> None:
    def page(say: Tongue, form: Filled, status: int = 200) -> Response:
        values = _fields(form, desk.places())
        return sheets.page("subscribe", say, status, public=True, title=say("ask.title"), **values)

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
        return sheets.word(say, "ask.done", "ask.done.lead", "ask.done.none")


def _refused(form: Filled, error: SignupError) -> Filled:
    """What the desk would not take, in our words for that field."""
    return form.but({error.field: f"wrong.{error.field}"})


# -- confirming -----------------------------------------------------------------------
def _confirming(app: Flask, desk: Desk, named: Named) -> None:
    def proposal(token: str) -> tuple[Tongue, Proposal]:
        found = desk.asked(named(Purpose.CONFIRM, token))
        if found is None:
            raise DeadLink("link.gone", 410)
        return Tongue(found.wishes.language), found

    def used(say: Tongue, subscription: Subscription | None) -> Response:
        if subscription is None:
            return sheets.word(say, "confirm.over", "confirm.over.lead", again=True)
        return sheets.word(say, "confirm.again", "confirm.again.lead")

    @app.get("/confirm/<token>")
    def confirm(token: str) -> Response:
        say, asked = proposal(token)
        present = desk.subscription(asked.subscription_id)
        if asked.used_at is not None:
            return used(say, present)
        if present is None:
            return sheets.word(say, "link.gone", "link.gone.lead", status=410, again=True)
        wishes = forms.in_words(asked.wishes, desk.places(), say)
        return sheets.page("confirm", say, title=say("confirm.title"), wishes=wishes,
                     replaces=present.state is not SubscriptionState.PENDING)  # fmt: skip

    @app.post("/confirm/<token>")
    def confirmed(token: str) -> Response:
        say, asked = proposal(token)
        made = desk.confirm(asked.id)
        present = made if made is not None and made.state is not SubscriptionState.ENDED else None
        if asked.used_at is not None:
            return used(say, present)
        if present is None:  # it ended, or was erased, before it was confirmed
            return sheets.word(say, "link.gone", "link.gone.lead", status=410, again=True)
        wishes = forms.in_words(present.wishes, desk.places(), say)
        return sheets.word(say, "confirm.done", "confirm.done.lead", wishes=wishes)


# -- managing -------------------------------------------------------------------------
def _managing(app: Flask, desk: Desk, named: Named) -> None:
    def page(token: str, sub: Subscription | None, form: Filled | None = None, status: int = 200) -> Response:
        if sub is None:
            return over(token)
        say, done = Tongue(sub.wishes.language), request.args.get("done", "")
        return sheets.page(
            "manage", say, status, title=say("manage.title"), token=token, address=forms.masked(sub.address),
            state=sub.state.value, done=done if done in SHOWN and status == 200 else "",
            **_fields(form or forms.filled(sub.wishes), desk.places()))  # fmt: skip

    def over(token: str, wrong: Mapping[str, str] | None = None, status: int = 200) -> Response:
        say = Tongue(asked_language())
        return sheets.page("over", say, status, title=say("over.title"), token=token, wrong=wrong or {})

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
        say = tongue_of(desk.subscription(name))
        desk.unsubscribe(name)
        return sheets.word(say, "leave.done", "leave.done.lead", again=True)

    @app.post("/manage/<token>/erase")
    def erase(token: str) -> Response:
        name = named(Purpose.MANAGE, token)
        sub = desk.subscription(name)
        if "yes" not in request.form.getlist("sure"):
            wrong = {"sure": "wrong.sure"}
            return page(token, sub, forms.filled(sub.wishes).but(wrong), 422) if sub else over(token, wrong, 422)
        desk.erase(name)  # also of one that has ended: the right to be forgotten outlasts it
        return sheets.word(tongue_of(sub), "erase.done", "erase.done.lead", again=True)


# -- leaving by one click -------------------------------------------------------------
def _leaving(app: Flask, desk: Desk, named: Named) -> None:
    @app.get("/unsubscribe/<token>")
    def unsubscribe(token: str) -> Response:
        sub = desk.subscription(named(Purpose.UNSUBSCRIBE, token))
        say = tongue_of(sub)
        if sub is None:
            return sheets.word(say, "leave.done", "leave.done.lead", again=True)
        return sheets.page("unsubscribe", say, title=say("leave.title"), address=forms.masked(sub.address))

    @app.post("/unsubscribe/<token>")
    def one_click(token: str) -> Response:
        """RFC 8058. The body says List-Unsubscribe=One-Click in one of two encodings; we do not read it: POST and
        the signed link say all, and who wants to leave is not held up by how a mail provider wrote its form."""
        name = named(Purpose.UNSUBSCRIBE, token)
        say = tongue_of(desk.subscription(name))
        desk.unsubscribe(name)
        return sheets.word(say, "leave.done", "leave.done.lead", again=True)


# -- acknowledging --------------------------------------------------------------------
def _acknowledging(app: Flask, desk: Desk, named: Named, store: Facts) -> None:
    def about(token: str) -> tuple[str, Tongue, str, str]:
        name = named(Purpose.ACKNOWLEDGE, token)
        event_id, _, subscription_id = name.partition(" ")
        found = store.campaign(event_id) or store.change(event_id)
        if found is None:
            raise DeadLink("link.gone", 410)
        return name, tongue_of(desk.subscription(subscription_id)), event_id, found.headline

    @app.get("/acknowledge/<token>")
    def acknowledge(token: str) -> Response:
        _, say, event_id, headline = about(token)
        return sheets.page("acknowledge", say, title=say("seen.title"), headline=headline, event_id=event_id)

    @app.post("/acknowledge/<token>")
    def acknowledged(token: str) -> Response:
        name, say, _, headline = about(token)
        noted = desk.acknowledge(name)
        if noted is None:
            raise DeadLink("link.gone", 410)
        if not noted.first:
            return sheets.word(say, "seen.already", "seen.already.lead", also=headline)
        others = {0: "seen.none", 1: "seen.one"}.get(noted.called_off, "seen.many")
        return sheets.word(say, "seen.done", also=f"{headline} — {say(others, count=noted.called_off)}")
