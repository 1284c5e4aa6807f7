"""Who is told, and that each message goes to exactly one worker."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from monitor.audience import Channel, DeliveryState
from monitor.model import ChangeState, Severity
from monitor.store import Store
from tests.store.builders import MALI, NIGER, UK, US, at, changed, first, wants


@pytest.fixture
def told(store: Store) -> Store:
    """A store with one waiting delivery, due at minute 60."""
    store.add_subscription(wants())
    store.record(first())
    store.record(changed(60))
    return store


def test_only_those_who_asked_for_the_destination_and_the_severity_are_told(store: Store) -> None:
    for name, destinations, floor in (
        ("all", (), Severity.LOW),
        ("mali", (MALI.key,), Severity.LOW),
        ("both", (MALI.key, NIGER.key), Severity.HIGH),
        ("niger", (NIGER.key,), Severity.LOW),
        ("act-now", (MALI.key,), Severity.CRITICAL),
        ("ended", (MALI.key,), Severity.LOW),
    ):
        store.add_subscription(wants(name, *destinations, floor=floor))
    assert store.remove_subscription("sub-ended")
    store.record(first())
    assert store.record(changed(60)).deliveries == 3
    asked = {delivery.subscription_id for delivery in store.deliveries()}
    assert asked == {"sub-all", "sub-mali", "sub-both"}


@pytest.mark.parametrize("state", [s for s in ChangeState if s is not ChangeState.TOLD])
def test_only_a_told_change_is_delivered(store: Store, state: ChangeState) -> None:
    store.add_subscription(wants())
    store.record(first())
    assert store.record(changed(60, state)).deliveries == 0


def test_a_message_id_is_fixed_before_the_first_attempt(store: Store) -> None:
    store.add_subscription(wants("anna"))
    store.add_subscription(wants("hook", channel=Channel.WEBHOOK))
    store.record(first())
    event = store.record(changed(60)).event_id
    assert event.startswith("evt_")
    hook, mail = store.deliveries()
    assert mail.message_id.startswith(f"<{event}.")
    assert mail.message_id.endswith("@ngo.example>")
    assert hook.message_id.startswith(f"msg_{event}_")
    assert "anna" not in mail.message_id
    assert "." not in hook.message_id
    assert (mail.event_id, mail.address) == (event, "")  # only who sends it learns the address
    (again,) = store.claim(at(60), owner="w", channels=[Channel.MAIL])
    assert (again.message_id, again.address) == (mail.message_id, "anna@ngo.example")


def test_a_claim_waits_for_its_time_and_counts_as_an_attempt(told: Store) -> None:
    assert told.claim(at(59), owner="w") == ()
    (delivery,) = told.claim(at(60), owner="w", lease=300)
    assert (delivery.state, delivery.attempts) == (DeliveryState.CLAIMED, 1)
    assert delivery.next_try_at == at(65)
    assert told.claim(at(61), owner="other") == ()


def test_a_claim_takes_the_longest_waiting_first_and_no_more_than_asked(store: Store) -> None:
    store.add_subscription(wants("mail"))
    store.add_subscription(wants("hook", channel=Channel.WEBHOOK))
    store.record(first())
    for minutes in (60, 120, 180):
        store.record(changed(minutes, body=b"%d" % minutes))
    assert [d.created_at for d in store.claim(at(999), owner="w", limit=3)] == [
        at(60),
        at(60),
        at(120),
    ]
    rest = store.claim(at(999), owner="w", channels=[Channel.WEBHOOK])
    assert {delivery.channel for delivery in rest} == {Channel.WEBHOOK}


def test_an_expired_lease_is_claimed_again_and_the_first_owner_has_lost_it(told: Store) -> None:
    (delivery,) = told.claim(at(60), owner="a", lease=60)
    assert told.claim(at(60.9), owner="b") == ()
    (again,) = told.claim(at(61), owner="b")
    assert (again.id, again.attempts) == (delivery.id, 2)
    assert not told.sent(delivery.id, at(62), owner="a")
    assert not told.retry(delivery.id, at(62), "late", owner="a")
    assert not told.give_up(delivery.id, at(62), "late", owner="a")
    assert told.sent(delivery.id, at(62), owner="b")


def test_a_sent_delivery_is_never_claimed_again(told: Store) -> None:
    (delivery,) = told.claim(at(60), owner="w")
    assert told.sent(delivery.id, at(61), "250 queued as 7", owner="w")
    assert not told.sent(delivery.id, at(62), owner="w")
    assert told.claim(at(99_999), owner="w") == ()
    assert not told.resend(delivery.id, at(62))
    assert told.release("w") == 0
    (row,) = told.deliveries(state=DeliveryState.SENT)
    assert (row.sent_at, row.next_try_at) == (at(61), None)
    assert row.context == (("detail", "250 queued as 7"),)


def test_a_failed_attempt_waits_for_its_next_time_with_the_reason(told: Store) -> None:
    (delivery,) = told.claim(at(60), owner="w")
    assert told.retry(delivery.id, at(70), "451 try later", owner="w")
    assert told.claim(at(69), owner="w") == ()
    (row,) = told.claim(at(70), owner="w")
    assert (row.attempts, row.last_error) == (2, "451 try later")


def test_giving_up_is_visible_and_can_be_taken_back(told: Store) -> None:
    (delivery,) = told.claim(at(60), owner="w")
    assert told.give_up(delivery.id, at(61), "550 no such user", owner="w")
    (row,) = told.deliveries(state=DeliveryState.GIVEN_UP)
    assert (row.last_error, row.sent_at) == ("550 no such user", None)
    assert told.counts()["deliveries.given_up"] == 1
    assert told.claim(at(999), owner="w") == ()
    assert told.resend(delivery.id, at(1000))
    assert not told.resend(delivery.id, at(1000))
    (row,) = told.claim(at(1000), owner="w")
    assert row.attempts == 1


def test_the_claims_of_a_dead_process_are_due_at_once(told: Store) -> None:
    told.claim(at(60), owner="host_1:7", lease=9999)
    assert told.release("hostX1:") == 0
    assert told.release("host_1:") == 1
    assert len(told.claim(at(61), owner="host_1:8")) == 1


def test_nothing_more_is_sent_to_a_subscription_that_has_ended(told: Store) -> None:
    (delivery,) = told.deliveries()
    told.remove_subscription("sub-anna")
    assert told.claim(at(60), owner="w") == ()
    (row,) = told.deliveries(state=DeliveryState.CALLED_OFF)
    assert row.last_error == "ended by the operator"
    assert not told.resend(delivery.id, at(61))


def test_two_workers_never_claim_the_same_delivery(url: str, path: Path) -> None:
    first_store, second_store = (Store.open(url, durable=False) for _ in range(2))
    first_store.sync_sources([US, UK], at(0))
    for number in range(30):
        first_store.add_subscription(wants(f"reader-{number}"))
    first_store.record(first())
    for minutes in (60, 61):
        first_store.record(changed(minutes, body=b"%d" % minutes))
    taken: list[int] = []
    start = threading.Barrier(4)

    def work(store: Store, name: str) -> None:
        start.wait()
        while mine := store.claim(at(120), owner=name, limit=3):
            taken.extend(delivery.id for delivery in mine)
            for delivery in mine:
                assert store.sent(delivery.id, at(120), owner=name)

    threads = [
        threading.Thread(target=work, args=(store, f"{name}"))
        for name, store in enumerate((first_store, second_store, first_store, second_store))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken)) == 60
    assert first_store.counts()["deliveries.sent"] == 60
    first_store.close()
    second_store.close()


@pytest.mark.parametrize("digest", [False, True])
def test_the_quick_note_of_a_hand_over_says_what_the_slow_one_says(told: Store, digest: bool) -> None:
    (delivery,) = told.claim(at(60), owner="w")
    assert not told.sent(delivery.id, at(61), "250 é", owner="another", digest=digest)
    assert told.sent(delivery.id, at(61), "250 é", owner="w", digest=digest)
    assert not told.sent(delivery.id, at(62), owner="w", digest=digest)
    (row,) = told.deliveries()
    assert (row.state, row.sent_at, row.next_try_at) == (DeliveryState.SENT, at(61), None)
    assert dict(row.context) == {"detail": "250 é"}
