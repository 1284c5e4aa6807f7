"""Readers: told once however often they are subscribed, confirmed before anything, forgotten when they ask."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.audience import (
    LEFT,
    Bulletin,
    Cadence,
    Channel,
    DeliveryState,
    Form,
    Group,
    Language,
    Limits,
    MessageKind,
    Scope,
    Subscription,
    SubscriptionState,
    Wishes,
)
from monitor.errors import StoreError
from monitor.model import ChangeState, Direction, FactChange, Settlement, Severity
from monitor.store import Store
from tests.store.builders import FINDING, NIGER, T0, UK, US, at, changed, first, wants

LIMITS = Limits()
PLAIN = Wishes()
ODD = Wishes(destinations=("mali",), scope=Scope.SECTIONS, sections=("entry", "health"), floor=Severity.MEDIUM,
             cadence=Cadence.WEEKLY, hour=18, weekday=4, quiet=(1320, 360), critical_at_once=False,
             zone="Africa/Bamako", language=Language.FR, form=Form.THIN, verified=True, blindness=False)  # fmt: skip


def told(store: Store, severity: Severity = Severity.HIGH, minutes: float = 60) -> str:
    """One change on the page of Mali; its event id."""
    return store.record(changed(minutes, severity=severity, body=b"%d" % minutes)).event_id


def asked(name: str = "anna", wishes: Wishes = PLAIN) -> Subscription:
    return Subscription(id=f"new-{name}", channel=Channel.MAIL, address=f"{name}@ngo.example", wishes=wishes,
                        state=SubscriptionState.PENDING, created_at=T0)  # fmt: skip


def states(store: Store, subject: str) -> dict[str, DeliveryState]:
    return {d.subscription_id: d.state for d in store.deliveries(subject=subject)}


@pytest.fixture
def seen(store: Store) -> Store:
    """A store that has seen the page of Mali once."""
    store.record(first())
    return store


def test_every_wish_comes_back_as_it_was_stored(store: Store) -> None:
    sub = replace(wants("anna"), wishes=ODD)
    assert store.add_subscription(sub) == sub == store.subscription(sub.id)


def test_an_address_stands_nowhere_in_the_file_and_is_found_all_the_same(path: Path) -> None:
    store = Store.open(f"sqlite:///{path}", secret="a secret")
    store.sync_sources([US, UK], T0)
    store.add_subscription(replace(wants("canary-of-mali"), id="sub-1"))
    store.record(first())
    store.record(changed(60))
    assert store.subscriptions_of(Channel.MAIL, "Canary-of-Mali@ngo.example")
    store.close()
    for file in path.parent.iterdir():
        assert b"canary" not in file.read_bytes().lower(), file
    with pytest.raises(StoreError, match="MONITOR_SECRET"):
        Store.open(f"sqlite:///{path}", secret="another secret")


def test_a_person_with_two_subscriptions_is_told_once_and_at_the_sooner_time(seen: Store) -> None:
    seen.add_subscription(replace(wants("anna"), id="sub-a-digest", wishes=Wishes(cadence=Cadence.DAILY)))
    seen.add_subscription(replace(wants("anna", "mali"), id="sub-b-at-once"))
    assert states(seen, told(seen)) == {"sub-b-at-once": DeliveryState.WAITING}


def test_who_asked_for_posture_or_sections_is_told_of_those_only(seen: Store) -> None:
    fee = replace(FINDING, change=replace(FINDING.change, section="Entry requirements", heading_path=()),
                  severity=Severity.MEDIUM, facts=(FactChange(kind="fee_changed"),))  # fmt: skip
    for name, wishes in (
        ("posture", Wishes(scope=Scope.POSTURE)),
        ("entry", Wishes(scope=Scope.SECTIONS, sections=("entry",))),
        ("health", Wishes(scope=Scope.SECTIONS, sections=("health",))),
        ("strict", Wishes(scope=Scope.SECTIONS, sections=("entry",), floor=Severity.HIGH)),
    ):
        seen.add_subscription(replace(wants(name), wishes=wishes))
    record = changed(60, severity=Severity.MEDIUM)
    assert record.change is not None
    comparison = replace(record.change.comparison, findings=(fee,))
    event = seen.record(replace(record, change=replace(record.change, comparison=comparison))).event_id
    assert set(states(seen, event)) == {"sub-entry"}


def test_what_is_critical_reaches_every_reader_of_the_destination(seen: Store) -> None:
    seen.add_subscription(replace(wants("health"), wishes=Wishes(scope=Scope.SECTIONS, sections=("health",))))
    seen.add_subscription(replace(wants("weekly"), wishes=Wishes(cadence=Cadence.WEEKLY)))
    calm = Wishes(cadence=Cadence.DAILY, critical_at_once=False)
    seen.add_subscription(replace(wants("calm"), wishes=calm))
    assert states(seen, told(seen, Severity.CRITICAL)) == {
        "sub-health": DeliveryState.WAITING, "sub-weekly": DeliveryState.WAITING, "sub-calm": DeliveryState.GATHERED,
    }  # fmt: skip


# -- confirmation ------------------------------------------------------------------------
def test_nothing_but_the_confirmation_is_sent_until_it_is_given(seen: Store) -> None:
    assert seen.propose("ask_1", asked(), sender="", now=T0, limits=LIMITS) is not None
    told(seen)
    (mail,) = seen.claim(at(999), owner="w")
    assert (mail.kind, mail.event_id, mail.address) == (MessageKind.CONFIRM, "ask_1", "anna@ngo.example")
    confirmed = seen.confirm("ask_1", at(61))
    assert confirmed is not None and confirmed.active
    assert states(seen, told(seen, minutes=120)) == {"new-anna": DeliveryState.WAITING}


def test_a_known_address_keeps_its_wishes_until_its_owner_confirms_others(store: Store) -> None:
    sub = store.add_subscription(wants("anna", "mali"))
    store.propose("ask_1", asked(wishes=ODD), sender="", now=T0, limits=LIMITS)
    assert store.subscription(sub.id) == sub
    store.confirm("ask_1", at(1))
    now = store.subscription(sub.id)
    assert now is not None and now.wishes == ODD and len(store.subscriptions()) == 1


def test_a_confirmation_used_again_does_not_bring_back_who_has_left(store: Store) -> None:
    store.propose("ask_1", asked(), sender="", now=T0, limits=LIMITS)
    store.confirm("ask_1", at(1))
    assert store.remove_subscription("new-anna", at(2))
    again = store.confirm("ask_1", at(3))
    assert again is not None and again.state is SubscriptionState.ENDED
    assert store.confirm("ask_never", at(3)) is None


def test_confirmation_mails_are_limited_by_address_and_by_sender(store: Store) -> None:
    def ask(n: int, name: str, minutes: float, sender: str = "") -> bool:
        made = store.propose(f"ask_{n}", asked(name), sender=sender, now=at(minutes), limits=LIMITS)
        return made is not None

    assert [ask(n, "anna", n * 11) for n in range(4)] == [True, True, True, False]
    assert not ask(9, "anna", 5) and ask(10, "anna", 24 * 60 + 1)
    assert [ask(20 + n, f"p{n}", n, "one sender") for n in range(11)] == [True] * 10 + [False]
    assert ask(99, "p10", 11, "another sender")


# -- leaving -----------------------------------------------------------------------------
def test_pausing_calls_off_what_waits_and_going_on_starts_afresh(seen: Store) -> None:
    seen.add_subscription(wants())
    first_event = told(seen)
    assert seen.move("sub-anna", SubscriptionState.PAUSED, "paused by its reader", at(61))
    assert not seen.move("sub-anna", SubscriptionState.PAUSED, "again", at(62))
    assert states(seen, first_event) == {"sub-anna": DeliveryState.CALLED_OFF}
    assert states(seen, told(seen, minutes=120)) == {}
    seen.move("sub-anna", SubscriptionState.ACTIVE, "", at(121))
    assert states(seen, told(seen, minutes=180)) == {"sub-anna": DeliveryState.WAITING}


def test_who_is_erased_is_nowhere_in_the_file(path: Path) -> None:
    store = Store.open(f"sqlite:///{path}")
    store.sync_sources([US, UK], T0)
    store.propose("ask_1", asked("canary", Wishes(destinations=("mali",))), sender="s", now=T0, limits=LIMITS)
    store.confirm("ask_1", at(1))
    store.record(first())
    event = told(store)
    reader = sqlite3.connect(path).execute("SELECT reader, sealed FROM subscriptions").fetchone()
    assert store.erase("new-canary", at(70)) and store.erase("new-canary", at(71))
    assert not store.erase("nobody", at(70))
    assert states(store, event) == {"new-canary": DeliveryState.CALLED_OFF}
    assert store.subscription("new-canary").address == ""  # type: ignore[union-attr]
    assert store.subscriptions_of(Channel.MAIL, "canary@ngo.example") == ()
    for file in path.parent.iterdir():
        kept = file.read_bytes()
        assert reader[0].encode() not in kept and reader[1].encode() not in kept, file
    store.close()


def test_new_wishes_that_another_subscription_has_already_make_one_of_the_two(store: Store) -> None:
    store.add_subscription(wants("anna", "mali"))
    store.add_subscription(replace(wants("anna", "niger"), id="sub-second"))
    store.wish("sub-second", Wishes(destinations=("mali",)), at(1))
    assert [s.id for s in store.subscriptions()] == ["sub-second"]


# -- bounces -----------------------------------------------------------------------------
def test_two_messages_that_bounce_for_good_suspend_and_a_report_read_twice_counts_once(seen: Store) -> None:
    seen.add_subscription(wants())
    for minutes in (60, 120):
        told(seen, minutes=minutes)
    one, two = (d.id for d in seen.claim(at(999), owner="w"))

    def note(mark: str, delivery: int, kind: str = "hard") -> SubscriptionState:
        seen.note_bounce(fingerprint=mark, kind=kind, status="5.1.1", delivery_id=delivery, message_id=None,
                         now=at(130))  # fmt: skip
        return seen.subscription("sub-anna").state  # type: ignore[union-attr]

    assert note("a", one) is note("a", one) is SubscriptionState.ACTIVE
    assert note("b", one) is SubscriptionState.ACTIVE  # two reports about one message are one bounce
    assert note("c", two, "soft") is SubscriptionState.ACTIVE
    assert note("d", two) is SubscriptionState.SUSPENDED
    seen.move("sub-anna", SubscriptionState.ACTIVE, "", at(140))
    assert note("e", one) is SubscriptionState.ACTIVE  # counted anew
    assert note("f", one, "complaint") is SubscriptionState.SUSPENDED


def test_a_bounce_of_a_message_that_is_not_ours_moves_nobody(store: Store) -> None:
    for names in ({"delivery_id": 12, "message_id": None}, {"delivery_id": None, "message_id": "<a@b>"}):
        assert store.note_bounce(fingerprint="x", kind="hard", status="", now=T0, **names) is None  # type: ignore[arg-type]


# -- organisations -----------------------------------------------------------------------
def test_a_critical_notice_goes_down_the_chain_until_somebody_acknowledges_it(seen: Store) -> None:
    members = [replace(wants(name), turn=turn) for turn, name in enumerate(("anna", "ben", "cleo"))]
    group, stored = seen.enrol(Group(id="grp_1", name="Desk", wait=900, created_at=T0), members)
    assert [s.group_id for s in stored] == [group.id] * 3
    event = told(seen, Severity.CRITICAL)
    assert [d.subscription_id for d in seen.claim(at(60), owner="w", lease=9999)] == ["sub-anna"]
    assert [d.subscription_id for d in seen.claim(at(75), owner="w", lease=9999)] == ["sub-ben"]
    ack = seen.acknowledge(event, "sub-ben", at(80))
    assert ack is not None and (ack.first, ack.called_off) == (True, 1)
    assert seen.claim(at(91), owner="w") == ()
    assert states(seen, event)["sub-cleo"] is DeliveryState.CALLED_OFF
    again = seen.acknowledge(event, "sub-ben", at(81))
    assert again is not None and (again.first, again.called_off) == (False, 0)
    assert seen.acknowledge(event, "sub-nobody", at(81)) is None
    assert seen.acknowledged(event) == (("sub-ben", at(80)),)


def test_what_is_not_critical_goes_to_all_contacts_at_once(seen: Store) -> None:
    members = [replace(wants(name), turn=turn) for turn, name in enumerate(("anna", "ben"))]
    seen.enrol(Group(id="grp_1", name="Desk", wait=900, created_at=T0), members)
    told(seen, Severity.HIGH)
    assert len(seen.claim(at(60), owner="w")) == 2


def test_contacts_are_stored_all_or_none(seen: Store) -> None:
    broken = replace(wants("ben"), wishes=Wishes(floor="loud"))  # type: ignore[arg-type]
    with pytest.raises(AttributeError):
        seen.enrol(Group(id="grp_1", name="Desk", created_at=T0), [wants("anna"), broken])
    assert seen.subscriptions() == () and seen.groups() == ()


# -- digests -----------------------------------------------------------------------------
def test_a_digest_tells_what_was_gathered_once_and_an_empty_one_is_not_sent(seen: Store) -> None:
    daily = Wishes(cadence=Cadence.DAILY, hour=7)
    seen.add_subscription(replace(wants(), wishes=daily))
    events = [told(seen, minutes=60), told(seen, minutes=120)]
    assert seen.claim(at(999), owner="w") == ()
    morning = T0.replace(hour=7) + timedelta(days=1)
    assert seen.digests_due(morning - timedelta(minutes=1)) == ()
    assert seen.digests_due(morning) == ("sub-anna",)
    assert seen.make_digest("sub-anna", morning, {})
    assert not seen.make_digest("sub-anna", morning, {})
    (mail,) = seen.claim(morning, owner="w")
    digest = seen.told(mail)
    assert [change.event_id for _, change in digest.items] == events  # type: ignore[union-attr]
    assert seen.sent(mail.id, morning, owner="w", digest=True)
    assert [states(seen, e)["sub-anna"] for e in events] == [DeliveryState.SENT] * 2
    later = morning + timedelta(days=1)
    assert seen.digests_due(later) == ("sub-anna",) and not seen.make_digest("sub-anna", later, {})


@pytest.mark.parametrize("cadence", [Cadence.DAILY, Cadence.WEEKLY])
def test_a_clock_that_ran_ahead_puts_off_no_later_digest_and_its_hour_may_come_twice(
    seen: Store, cadence: Cadence
) -> None:
    seen.add_subscription(replace(wants(), wishes=Wishes(cadence=cadence, hour=7, weekday=2)))
    hour = next(at for at in (T0.replace(hour=7) + timedelta(days=n) for n in range(1, 9)) if at.weekday() == 2)
    first = told(seen, minutes=60)
    assert seen.make_digest("sub-anna", hour, {})  # by a clock that is ahead
    assert seen.digests_due(hour + timedelta(hours=1)) == ()
    (mail,) = seen.claim(hour, owner="w")
    assert seen.give_up(mail.id, hour, "554 not today", owner="w")  # so the next one tells it
    assert seen.bring_back(at(61)) >= 1
    second = told(seen, minutes=120)
    (due,) = seen.digests_due(hour)
    assert seen.make_digest(due, hour, {}) and not seen.make_digest(due, hour, {})  # to the microsecond
    (mail,) = seen.claim(hour + timedelta(minutes=1), owner="w")
    digest = seen.told(mail)
    assert [change.event_id for _, change in digest.items] == [first, second]  # type: ignore[union-attr]


def test_who_goes_over_to_at_once_gets_what_was_gathered(seen: Store) -> None:
    seen.add_subscription(replace(wants(), wishes=Wishes(cadence=Cadence.DAILY)))
    event = told(seen)
    seen.wish("sub-anna", Wishes(), at(70))
    assert [d.event_id for d in seen.claim(at(70), owner="w")] == [event]


# -- bulletins ---------------------------------------------------------------------------
def bulletin(kind: MessageKind, name: str, about: str = "", minutes: float = 200) -> Bulletin:
    return Bulletin(id=name, kind=kind, created_at=at(minutes), destination="mali", destination_name="Mali",
                    publisher="us", about=about, since=T0)  # fmt: skip


def test_a_correction_goes_to_exactly_those_who_got_the_message(seen: Store) -> None:
    for name in ("got", "digest", "waits", "unsent"):
        wishes = Wishes(cadence=Cadence.DAILY) if name in ("digest", "waits") else Wishes()
        seen.add_subscription(replace(wants(name), wishes=wishes))
    event = told(seen)
    for mail in seen.claim(at(61), owner="w"):
        if mail.subscription_id == "sub-got":
            seen.sent(mail.id, at(61), owner="w")
        else:
            seen.give_up(mail.id, at(61), "no", owner="w")
    morning = T0.replace(hour=7) + timedelta(days=1)
    seen.make_digest("sub-digest", morning, {})
    (digest,) = seen.claim(morning, owner="w")
    seen.sent(digest.id, morning, owner="w", digest=True)
    seen.add_subscription(wants("late"))
    assert seen.announce(bulletin(MessageKind.CORRECTION, "cor_1", event, 3000)) == 3
    assert set(states(seen, "cor_1")) == {"sub-got", "sub-digest", "sub-waits"}  # and nobody who never will
    assert seen.announce(bulletin(MessageKind.CORRECTION, "cor_1", event, 3000)) == 0
    report = {m.subscription_id: seen.told(m) for m in seen.claim(at(3000), owner="w")}
    first_mail = next(d for d in seen.deliveries(subject=event) if d.subscription_id == "sub-got")
    assert report["sub-got"].references == (first_mail.message_id,)  # type: ignore[union-attr]
    assert report["sub-digest"].references == (digest.message_id,)  # type: ignore[union-attr]


def test_a_withdrawal_keeps_back_what_has_not_gone_out(seen: Store) -> None:
    seen.add_subscription(wants("soon"))
    event = told(seen)
    assert seen.announce(bulletin(MessageKind.WITHDRAWAL, "wdr_1", event)) == 0
    assert states(seen, event) == {"sub-soon": DeliveryState.CALLED_OFF}


def test_blindness_goes_to_readers_of_the_place_and_its_end_to_those_who_heard_of_it(seen: Store) -> None:
    seen.add_subscription(wants("mali", "mali"))
    seen.add_subscription(wants("niger", NIGER.key))
    seen.add_subscription(replace(wants("deaf"), wishes=Wishes(blindness=False)))
    assert seen.announce(bulletin(MessageKind.BLIND, "bul_1")) == 1
    assert seen.open_blindness() == (bulletin(MessageKind.BLIND, "bul_1"),)
    seen.add_subscription(wants("later", "mali"))
    (mail,) = seen.claim(at(200), owner="w")
    seen.sent(mail.id, at(200), owner="w")
    assert seen.announce(bulletin(MessageKind.ALL_CLEAR, "bul_2", "bul_1", 300)) == 1
    assert seen.open_blindness() == ()


def test_blindness_that_ended_before_anybody_heard_of_it_is_not_told(seen: Store) -> None:
    seen.add_subscription(wants("mali", "mali"))
    seen.announce(bulletin(MessageKind.BLIND, "bul_1"))
    assert seen.announce(bulletin(MessageKind.ALL_CLEAR, "bul_2", "bul_1", 300)) == 0
    assert seen.claim(at(999), owner="w") == ()


def test_a_test_goes_to_the_one_it_is_for_and_before_all_else(seen: Store) -> None:
    seen.add_subscription(wants("anna"))
    seen.add_subscription(wants("ben"))
    told(seen, Severity.CRITICAL)
    assert seen.announce(bulletin(MessageKind.TEST, "tst_1"), to="sub-ben") == 1
    assert seen.claim(at(999), owner="w")[0].event_id == "tst_1"


def test_a_fact_of_posture_is_one_of_the_ladder() -> None:
    assert FINDING.facts == (FactChange(kind="level_change", before="3", after="4", direction=Direction.UP),)


# -- what must not be lost, and what must not come twice ----------------------------------
def test_what_waits_for_a_subscription_that_ends_waits_for_the_readers_other_one(seen: Store) -> None:
    seen.add_subscription(replace(wants("anna", "mali"), id="sub-a"))
    seen.add_subscription(replace(wants("anna"), id="sub-b"))
    event = told(seen)
    (first_row,) = states(seen, event)
    other = {"sub-a": "sub-b", "sub-b": "sub-a"}[first_row]
    seen.remove_subscription(first_row, at(61))
    assert states(seen, event) == {other: DeliveryState.WAITING}
    seen.remove_subscription(other, at(62))
    assert states(seen, event) == {other: DeliveryState.CALLED_OFF}


def test_of_two_digests_the_sooner_one_tells_it(seen: Store) -> None:
    seen.add_subscription(replace(wants("anna"), id="sub-a", wishes=Wishes(cadence=Cadence.WEEKLY, weekday=5)))
    seen.add_subscription(replace(wants("anna", "mali"), id="sub-b",
                                  wishes=Wishes(cadence=Cadence.DAILY, destinations=("mali",))))  # fmt: skip
    assert states(seen, told(seen)) == {"sub-b": DeliveryState.GATHERED}


def test_what_a_digest_that_was_given_up_would_have_told_stands_in_the_next_one(seen: Store) -> None:
    seen.add_subscription(replace(wants(), wishes=Wishes(cadence=Cadence.DAILY)))
    event = told(seen)
    morning = T0.replace(hour=7) + timedelta(days=1)
    assert seen.make_digest("sub-anna", morning, {})
    (digest,) = seen.claim(morning, owner="w")
    assert seen.give_up(digest.id, morning, "552", owner="w")
    next_morning = morning + timedelta(days=1)
    assert seen.make_digest("sub-anna", next_morning, {})
    (again,) = seen.claim(next_morning, owner="w")
    assert [change.event_id for _, change in seen.told(again).items] == [event]  # type: ignore[union-attr]


def test_who_goes_over_to_at_once_is_not_told_again_what_a_digest_on_its_way_tells(seen: Store) -> None:
    seen.add_subscription(replace(wants(), wishes=Wishes(cadence=Cadence.DAILY)))
    event = told(seen)
    morning = T0.replace(hour=7) + timedelta(days=1)
    seen.make_digest("sub-anna", morning, {})
    (digest,) = seen.claim(morning, owner="w")
    seen.retry(digest.id, morning + timedelta(minutes=5), "greylisted", owner="w")
    seen.wish("sub-anna", Wishes(), morning)
    assert states(seen, event) == {"sub-anna": DeliveryState.GATHERED}
    assert [d.id for d in seen.claim(morning + timedelta(hours=1), owner="w")] == [digest.id]


def test_a_change_of_wishes_does_not_put_off_a_digest_that_is_due(seen: Store) -> None:
    daily = Wishes(cadence=Cadence.DAILY)
    seen.add_subscription(replace(wants(), wishes=daily))
    morning = T0.replace(hour=7, second=10) + timedelta(days=1)
    seen.wish("sub-anna", replace(daily, language=Language.FR), morning)
    assert seen.digests_due(morning) == ("sub-anna",)


def test_a_correction_of_what_still_waits_comes_after_it(seen: Store) -> None:
    seen.add_subscription(wants("sleeps"))
    event = told(seen)
    assert seen.announce(bulletin(MessageKind.CORRECTION, "cor_1", event, 70)) == 1
    original, correction = sorted(seen.claim(at(70), owner="w"), key=lambda d: d.event_id != event)
    assert seen.told(correction).pending  # type: ignore[union-attr]
    seen.sent(original.id, at(71), owner="w")
    assert not seen.told(correction).pending  # type: ignore[union-attr]


def test_a_withdrawal_reaches_those_whose_digest_was_tried_and_takes_its_item_out_of_others(seen: Store) -> None:
    for name in ("tried", "fresh"):
        seen.add_subscription(replace(wants(name), wishes=Wishes(cadence=Cadence.DAILY)))
    event = told(seen)
    morning = T0.replace(hour=7) + timedelta(days=1)
    seen.make_digest("sub-tried", morning, {})
    (digest,) = seen.claim(morning, owner="w")
    seen.retry(digest.id, morning + timedelta(minutes=5), "greylisted", owner="w")
    seen.make_digest("sub-fresh", morning, {})
    assert seen.announce(bulletin(MessageKind.WITHDRAWAL, "wdr_1", event, 1500)) == 1
    assert set(states(seen, "wdr_1")) == {"sub-tried"}
    fresh = next(d for d in seen.claim(morning, owner="w") if d.subscription_id == "sub-fresh")
    assert seen.told(fresh).items == ()  # type: ignore[union-attr]


def test_what_was_withdrawn_before_it_was_told_is_told_to_nobody(seen: Store) -> None:
    seen.add_subscription(wants())
    event = seen.record(changed(60, ChangeState.HELD)).event_id
    seen.announce(bulletin(MessageKind.WITHDRAWAL, "wdr_1", event, 61))
    change = seen.change(event)
    assert change is not None
    assert seen.settle(Settlement(change_id=change.id, state=ChangeState.TOLD, confirmed=True), at(62)) == 0


def test_an_all_clear_never_comes_before_the_blindness_that_it_ends(seen: Store) -> None:
    seen.add_subscription(wants("mali", "mali"))
    seen.announce(bulletin(MessageKind.BLIND, "bul_1"))
    (mail,) = seen.claim(at(200), owner="w")
    seen.retry(mail.id, at(400), "the relay broke off", owner="w")
    assert seen.announce(bulletin(MessageKind.ALL_CLEAR, "bul_2", "bul_1", 300)) == 1
    assert [d.event_id for d in seen.claim(at(999), owner="w")] == ["bul_2"]


def test_a_table_does_not_bring_back_who_left_nor_start_again_who_stopped(seen: Store) -> None:
    group = Group(id="grp_1", name="Desk", created_at=T0)
    people = [wants(name) for name in ("anna", "ben", "cleo")]
    seen.enrol(group, people)
    seen.remove_subscription("sub-anna", at(1), LEFT)
    seen.move("sub-ben", SubscriptionState.SUSPENDED, "its reader complained", at(1))
    again = [replace(one, id=f"again-{one.id}") for one in people]
    _, made = seen.enrol(group, again)
    assert [one and (one.id, one.state) for one in made] == [
        None, ("sub-ben", SubscriptionState.SUSPENDED), ("sub-cleo", SubscriptionState.ACTIVE)]  # fmt: skip
    assert seen.add_subscription(replace(wants("cleo"), id="x")).group_id == "grp_1"


def test_a_complaint_stops_every_subscription_of_the_address(seen: Store) -> None:
    seen.add_subscription(replace(wants("anna"), id="sub-a"))
    seen.add_subscription(replace(wants("anna", "niger"), id="sub-b"))
    told(seen)
    (mail,) = seen.claim(at(60), owner="w")
    seen.note_bounce(fingerprint="f", kind="complaint", status="", delivery_id=mail.id, message_id=None, now=at(70))
    assert {s.state for s in seen.subscriptions()} == {SubscriptionState.SUSPENDED}


def test_without_a_chain_an_acknowledgement_keeps_nobody_from_being_told(seen: Store) -> None:
    members = [replace(wants(name), turn=turn) for turn, name in enumerate(("anna", "ben"))]
    seen.enrol(Group(id="grp_1", name="Desk", created_at=T0), members)
    event = told(seen, Severity.CRITICAL)
    ack = seen.acknowledge(event, "sub-anna", at(61))
    assert ack is not None and ack.called_off == 0


def test_who_never_confirms_is_forgotten_after_a_month(store: Store) -> None:
    store.propose("ask_1", asked(), sender="", now=T0, limits=LIMITS)
    store.prune(T0 + timedelta(days=29), keep_visits=timedelta(days=400))
    assert store.subscriptions_of(Channel.MAIL, "anna@ngo.example")
    store.prune(T0 + timedelta(days=31), keep_visits=timedelta(days=400))
    assert store.subscriptions_of(Channel.MAIL, "anna@ngo.example") == ()
