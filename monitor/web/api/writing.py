"""Subscriptions, by the token in the link that was mailed to their reader; and what operators may do."""

from __future__ import annotations

import time

from monitor import __version__, audience
from monitor.errors import SignupError
from monitor.links import Expired, Purpose
from monitor.web import forms
from monitor.web.api import told, types
from monitor.web.api.call import Call, Place, Refused
from monitor.web.counter import Counter

SAID = (
    "If this address can be used, a mail is on its way that asks to confirm. Nothing else is sent before that, and no"
    " address gets more than one such mail in ten minutes and three a day."
)


def ask(place: Place, call: Call) -> types.Asked:
    """Whether a mail goes out, for whom and why not, is for the address alone: answer and timing are the same."""
    counter, asked = _counter(place), call.body
    begun = time.monotonic()
    try:
        counter.desk.ask(asked.address, told.asked(asked.wishes), sender=call.sender)
    except SignupError as error:
        raise Refused(422, f"{error}.", error.field) from error
    time.sleep(max(0.0, begun + counter.even - time.monotonic()))
    return types.Asked(said=SAID)


def subscription(place: Place, call: Call) -> types.Subscription | None:
    found = _counter(place).desk.subscription(_named(place, call))
    return _shown(found)


def wish(place: Place, call: Call) -> types.Subscription | None:
    name, desk = _named(place, call), _counter(place).desk
    if desk.subscription(name) is None:
        return None
    try:
        return _shown(desk.change(name, told.asked(call.body)))
    except SignupError as error:
        raise Refused(422, f"{error}.", error.field) from error


def pause(place: Place, call: Call) -> types.Subscription | None:
    name, desk = _named(place, call), _counter(place).desk
    desk.pause(name)
    return _shown(desk.subscription(name))


def resume(place: Place, call: Call) -> types.Subscription | None:
    name, desk = _named(place, call), _counter(place).desk
    desk.resume(name)
    return _shown(desk.subscription(name))


def leave(place: Place, call: Call) -> bool:
    """Ending twice is no harm; the right to be forgotten outlasts the subscription."""
    name, desk = _named(place, call), _counter(place).desk
    if call.query.erase:
        desk.erase(name)
    else:
        desk.unsubscribe(name)
    return True


def deliveries(place: Place, call: Call) -> types.Page[types.Delivery]:
    asked: types.DeliveriesAsked = call.query
    found = place.store.deliveries(subject=asked.event_id or None, state=asked.state, limit=asked.limit)
    return types.Page(items=[told.delivery(row) for row in found])


def resend(place: Place, call: Call) -> types.Resent | None:
    said = call.named["delivery_id"]
    if not said.isascii() or not said.isdigit() or len(said) > 15:
        raise Refused(400, "A message is named by its number.", "delivery_id")
    if place.store.delivery(int(said)) is None:
        return None
    return types.Resent(id=int(said), resent=place.store.resend(int(said), place.now()))


def health(place: Place, call: Call) -> types.Health:
    return types.Health(version=__version__, counts=dict(place.store.counts()))


def _counter(place: Place) -> Counter:
    if place.counter is None:
        raise Refused(404, "Nobody can sign up here.")
    return place.counter


def _named(place: Place, call: Call) -> str:
    """The subscription that the token is about."""
    try:
        name = _counter(place).signer.read(Purpose.MANAGE, call.named["token"], place.now())
    except Expired as error:
        raise Refused(410, "This token is too old; the newest message holds one that works.", "token") from error
    if name is None:
        raise Refused(404, "This token opens no subscription.", "token")
    return name


def _shown(found: audience.Subscription | None) -> types.Subscription | None:
    if found is None:
        return None
    return types.Subscription(state=found.state, address=forms.masked(found.address), wishes=told.wishes(found.wishes))
