"""Subscriptions: once each, ended but never lost."""

from __future__ import annotations

from dataclasses import replace

from monitor.audience import Channel
from monitor.model import Severity
from monitor.store import Store
from tests.store.builders import at, changed, first, wants


def test_a_subscription_comes_back_as_it_was_stored(store: Store) -> None:
    sub = wants("anna", "mali", "niger", floor=Severity.HIGH, channel=Channel.WEBHOOK)
    assert store.add_subscription(sub) == sub
    assert store.subscription("sub-anna") == sub
    assert store.subscriptions() == (sub,)
    assert store.subscription("nobody") is None


def test_asking_again_for_the_same_is_the_same_subscription(store: Store) -> None:
    sub = store.add_subscription(wants("anna", "mali", "niger"))
    asked = replace(wants("anna", "niger", "mali", "mali", floor=Severity.HIGH), id="another")
    assert store.add_subscription(asked) == replace(sub, wishes=replace(sub.wishes, floor=Severity.HIGH))
    assert len(store.subscriptions()) == 1
    store.add_subscription(replace(wants("anna", "mali"), id="third"))
    assert len(store.subscriptions()) == 2


def test_an_ended_subscription_can_be_revived(store: Store) -> None:
    store.add_subscription(wants())
    assert store.remove_subscription("sub-anna")
    assert not store.remove_subscription("sub-anna")
    assert store.subscriptions() == ()
    (ended,) = store.subscriptions(removed=True)
    assert not ended.active
    store.add_subscription(replace(wants(), id="sub-again"))
    store.record(first())
    assert store.record(changed(60)).deliveries == 1


def test_a_later_subscription_does_not_get_earlier_changes(store: Store) -> None:
    store.record(first())
    store.record(changed(60))
    store.add_subscription(wants())
    assert store.claim(at(999), owner="w") == ()
