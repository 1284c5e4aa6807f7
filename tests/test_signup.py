"""A subscription's life: nobody is subscribed who did not say so, and whoever wants to leave has left."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from monitor.audience import Limits, Scope, SubscriptionState, Wishes
from monitor.errors import SignupError
from monitor.signup import Desk
from monitor.store import Store
from monitor.wiring import mail_address
from tests import databases
from tests.fakes import Clock

PLACES = {"mali": "Mali", "niger": "Niger"}


@pytest.fixture
def store() -> Iterator[Store]:
    opened = Store.open(databases.url(), durable=False)
    yield opened
    opened.close()


@pytest.fixture
def desk(store: Store) -> Desk:
    numbers = itertools.count(1)
    return Desk(store, secret="s", now=Clock(), new_id=lambda prefix: f"{prefix}_{next(numbers)}",
                places=lambda: PLACES, check_mail=mail_address, limits=Limits())  # fmt: skip


def proposal(store: Store) -> str:
    return next(d.event_id for d in store.deliveries() if d.kind == "confirm")


def test_who_asks_is_told_nothing_until_the_address_itself_says_yes(desk: Desk, store: Store) -> None:
    assert desk.ask("officer@ngo.example", Wishes(destinations=("mali",)), sender="192.0.2.7")
    (sub,) = store.subscriptions()
    assert sub.state is SubscriptionState.PENDING
    assert desk.asked(proposal(store)) is not None
    confirmed = desk.confirm(proposal(store))
    assert confirmed is not None and confirmed.active and confirmed.wishes.destinations == ("mali",)


def test_asking_again_too_soon_sends_nothing_and_looks_the_same_to_whoever_asks(desk: Desk, store: Store) -> None:
    assert desk.ask("officer@ngo.example", Wishes())
    assert not desk.ask("Officer@NGO.example", Wishes())
    assert len(store.deliveries()) == 1


NO_ADDRESSES = ["", "officer", "a@b@c.example", "a b@ngo.example", "a@ngo.example\nBcc: x@y.example", "<a@ngo.example>",
                "a@-ngo.example", "a@ngo..example", "x" * 10_000 + "@ngo.example"]  # fmt: skip


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_what_only_looks_like_an_address_is_refused_without_repeating_it(desk: Desk, address: str) -> None:
    with pytest.raises(SignupError) as refused:
        desk.ask(address, Wishes())
    assert refused.value.field == "address" and (not address or address not in str(refused.value))


@pytest.mark.parametrize(("wishes", "field"), [
    (Wishes(destinations=("atlantis",)), "destinations"),
    (Wishes(scope=Scope.SECTIONS), "sections"),
    (Wishes(scope=Scope.SECTIONS, sections=("gossip",)), "sections"),
    (Wishes(zone="Mars/Olympus"), "zone"),
    (Wishes(hour=24), "hour"),
    (Wishes(quiet=(0, 9999)), "quiet"),
])  # fmt: skip
def test_what_cannot_be_had_is_refused_with_the_field_to_mend(desk: Desk, wishes: Wishes, field: str) -> None:
    with pytest.raises(SignupError) as refused:
        desk.ask("officer@ngo.example", wishes)
    assert refused.value.field == field


def test_pause_go_on_and_leave_may_each_be_said_twice(desk: Desk, store: Store) -> None:
    desk.ask("officer@ngo.example", Wishes())
    name = desk.confirm(proposal(store)).id  # type: ignore[union-attr]
    assert [desk.pause(name), desk.pause(name)] == [True, False]
    assert [desk.resume(name), desk.resume(name)] == [True, False]
    assert [desk.unsubscribe(name), desk.unsubscribe(name)] == [True, False]
    assert desk.subscription(name) is None and desk.change(name, Wishes()) is None
    assert not desk.resume(name)


def test_who_is_forgotten_can_sign_up_again_as_somebody_new(desk: Desk, store: Store) -> None:
    desk.ask("officer@ngo.example", Wishes())
    name = desk.confirm(proposal(store)).id  # type: ignore[union-attr]
    assert desk.erase(name)
    assert desk.ask("officer@ngo.example", Wishes())
    assert {s.state for s in store.subscriptions()} == {SubscriptionState.PENDING}
