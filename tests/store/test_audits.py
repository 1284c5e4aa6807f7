"""What an audit finds in the store: what is owed, and the alarms, raised once and ended once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.alarm import Alarm, Owing
from monitor.audience import Bulletin, Cadence, MessageKind, SubscriptionState
from monitor.store import Store
from tests.store.builders import T0, at, changed, first, wants

LATE = at(76)
"""A quarter of an hour after the change was recorded."""


@pytest.fixture
def told(store: Store) -> Store:
    """A change told to two readers."""
    for name in ("anna", "ben"):
        store.add_subscription(wants(name))
    store.record(first())
    assert store.record(changed(60)).deliveries == 2
    return store


def owed(store: Store, minutes: float = 76) -> Sequence[Owing]:
    return store.audited(at(minutes)).owing


def test_a_message_is_owed_when_nobody_took_it_for_a_quarter_of_an_hour(told: Store) -> None:
    assert owed(told, 74) == ()
    (one,) = owed(told)
    assert (one.count, one.untried, one.sent, one.since, one.kind) == (2, 2, 0, at(60), MessageKind.NOTICE)
    mine, other = told.claim(at(75), owner="w")
    told.sent(mine.id, at(75), owner="w")
    told.retry(other.id, at(80), "greylisted", owner="w")
    (one,) = owed(told)
    assert (one.count, one.untried, one.sent, one.reason) == (1, 0, 1, "greylisted")
    (again,) = told.claim(at(80), owner="w")
    told.sent(again.id, at(80), owner="w")
    assert owed(told, 999) == ()


def test_what_is_given_up_stands_until_it_is_sent_again_or_nobody_needs_it(told: Store) -> None:
    for one in told.claim(at(61), owner="w"):
        told.give_up(one.id, at(61), "refused", owner="w")
    seen = told.audited(LATE)
    assert seen.owing == () and [(one.count, one.reason) for one in seen.given_up] == [(2, "refused")]
    told.remove_subscription("sub-anna", LATE)
    assert [one.count for one in told.audited(LATE).given_up] == [1]
    assert told.resend_alike(told.deliveries(subject=seen.given_up[0].event_id)[0].id, LATE) == 1
    assert told.audited(LATE).given_up == () and owed(told, 90) == ()
    assert owed(told, 92)[0].count == 1, "from now on it is owed again"
    assert told.audited(LATE + timedelta(days=8)).given_up == ()


def test_what_its_reader_wants_later_is_not_owed_before(told: Store) -> None:
    anna, ben = told.claim(at(61), owner="w")
    told.retry(anna.id, at(400), "quiet hours", owner="w", counts=False, owed=False)
    told.retry(ben.id, at(61), "the claim was running out", owner="w", counts=False)
    assert [one.count for one in owed(told)] == [1], "what we only put back is owed as before"
    assert [(one.count, one.since) for one in owed(told, 416)] == [(2, at(60))]
    told.move(ben.subscription_id, SubscriptionState.PAUSED, "by the reader", at(410))
    assert owed(told, 414) == ()
    assert [(one.count, one.since) for one in owed(told, 416)] == [(1, at(400))]


def test_what_waits_for_a_digest_and_what_nobody_confirmed_is_not_owed(store: Store) -> None:
    daily = wants("anna")
    store.add_subscription(replace(daily, wishes=replace(daily.wishes, cadence=Cadence.DAILY)))
    store.record(first())
    assert store.record(changed(60)).deliveries == 1
    store.announce(Bulletin(id="tst_1", kind=MessageKind.TEST, created_at=at(60)), to="sub-anna")
    assert owed(store, 999) == ()


def test_the_canary_is_followed_from_its_writing_to_its_hand_over(store: Store) -> None:
    store.add_subscription(wants("own"))
    assert store.audited(at(1), "can_20260608_x").canary is None
    bulletin = Bulletin(id="can_20260608_x", kind=MessageKind.TEST, created_at=at(1))
    assert store.announce(bulletin, to="sub-own") == 1 and store.announce(bulletin, to="sub-own") == 0
    waiting = store.audited(at(2), "can_20260608_x").canary
    assert waiting is not None and not waiting.well and waiting.sent_at == at(1)
    assert store.backlog(at(2)).canary[0].well and not store.backlog(at(17)).canary[0].well
    (one,) = store.claim(at(2), owner="w")
    store.sent(one.id, at(2), owner="w")
    arrived = store.audited(at(2), "can_20260608_x").canary
    assert arrived is not None and arrived.well and arrived.seen_at == at(2)
    assert store.backlog(at(17)).canary[0].well and store.vitals(at(17)).canary_at == at(1)


def test_an_alarm_is_raised_once_told_once_and_ended_once(store: Store) -> None:
    full = Alarm(name="space", detail="Less than 100 MiB are free.")
    (new,), none = store.turn_alarms([full], T0)
    assert (new.name, new.raised_at, none) == ("space", T0, ())
    assert store.turn_alarms([replace(full, detail="less")], at(1)) == ((), ())
    assert [(one.detail, one.seen_at) for one in store.alarms()] == [("less", at(1))]
    assert [one.id for one in store.alarms_to_tell(at(1))] == [new.id]
    store.alarms_told([new.id], [], at(1))
    assert store.alarms_to_tell(at(1)) == ()
    assert store.turn_alarms([], at(5)) == ((), ())
    assert [one.id for one in store.turn_alarms([], at(6))[1]] == [new.id]
    assert store.alarms() == () and store.turn_alarms([], at(7)) == ((), ())
    (over,) = store.alarms_to_tell(at(7))
    assert over.ended_at == at(6) and over.told_at == at(1)
    store.alarms_told([over.id], [over.id], at(7))
    assert store.alarms_to_tell(at(7)) == ()
    assert store.turn_alarms([full], at(8))[0][0].id != new.id, "the next time it is another one"


def test_what_was_over_before_yesterday_is_no_news_to_an_operator(store: Store) -> None:
    store.turn_alarms([Alarm(name="space")], T0)
    store.turn_alarms([], at(10))
    assert len(store.alarms_to_tell(at(60))) == 1 and store.alarms_to_tell(at(60 * 25)) == ()


def test_a_pulse_is_the_newest_one(store: Store) -> None:
    store.pulse("look", T0)
    store.pulse("look", at(1))
    assert store.audited(at(2)).pulses == {"look": at(1)}


