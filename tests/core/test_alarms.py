"""When the service itself needs a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from monitor import pipeline
from monitor.alarm import Alarm, Owing, Raised, Seen
from monitor.audience import Bulletin, MessageKind, Place
from monitor.backlog import Probe, Unanswered, Waiting
from monitor.core import alarms
from monitor.core.alarms import Watched, found
from tests.fakes import START

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
WATCHED = Watched(tasks=("look", "deliver-mail"), blind_after=6 * HOUR, began=START - 12 * HOUR)
WELL = Seen(pulses={"look": START, "deliver-mail": START}, last_good_at=START)
OWED = Owing(event_id="evt_1", kind=MessageKind.NOTICE, count=2, untried=0, sent=3, since=START - 16 * MINUTE,
             reason="the relay refused delivery 7 for now (SMTP 451)")  # fmt: skip
LOST = Bulletin(id="bli_1", kind=MessageKind.BLIND, created_at=START, publisher="us-state", destination_name="Mali",
                since=START - 7 * HOUR)  # fmt: skip


def names(seen: Seen, watched: Watched = WATCHED) -> list[tuple[str, str, bool]]:
    return [(one.name, one.about, one.stops) for one in found(seen, watched, START)]


def test_nothing_needs_a_person_while_all_is_well() -> None:
    assert found(WELL, WATCHED, START) == ()


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"pulses": {"look": START, "deliver-mail": START - 16 * MINUTE}}, ("stopped", "deliver-mail", True)),
        ({"pulses": {"deliver-mail": START}}, ("stopped", "look", True)),
        ({"most_overdue": ("mali-page", START - 31 * MINUTE)}, ("overdue", "", True)),
        ({"owing": (OWED,)}, ("undelivered", "evt_1", False)),
        ({"owing": (replace(OWED, untried=1),)}, ("undelivered", "evt_1", True)),
        ({"owing": (replace(OWED, sent=0),)}, ("undelivered", "evt_1", True)),
        ({"given_up": (OWED,)}, ("given-up", "evt_1", False)),
        ({"held": Waiting(count=1, oldest_at=START - 46 * MINUTE)}, ("unsettled", "held", True)),
        ({"gathering": Waiting(count=9, oldest_at=START - 76 * MINUTE)}, ("unsettled", "gathering", True)),
        ({"blind": (LOST,)}, ("blind", "bli_1", False)),
        ({"blind": (LOST,), "last_good_at": START - 7 * HOUR}, ("blind", "bli_1", True)),
        ({"free": 400 * 2**20}, ("space", "", False)),
    ],
)  # fmt: skip
def test_what_is_amiss_raises_one_alarm(changed: dict[str, Any], expected: tuple[str, str, bool]) -> None:
    assert names(replace(WELL, **changed)) == [expected]


@pytest.mark.parametrize(
    "changed",
    [
        {"pulses": {"look": START - 14 * MINUTE, "deliver-mail": START}},
        {"most_overdue": ("mali-page", START - 29 * MINUTE)},
        {"held": Waiting(count=1, oldest_at=START - 44 * MINUTE)},
        {"gathering": Waiting(count=1, oldest_at=START - 74 * MINUTE)},
        {"free": 600 * 2**20},
    ],
)
def test_what_is_only_slow_raises_none(changed: dict[str, Any]) -> None:
    assert found(replace(WELL, **changed), WATCHED, START) == ()


def test_what_was_before_our_start_is_nobodys_fault() -> None:
    seen = replace(WELL, pulses={}, most_overdue=("mali-page", START - 9 * HOUR), last_good_at=None, owing=(OWED,),
                   held=Waiting(count=1, oldest_at=START - 9 * HOUR))  # fmt: skip
    assert found(seen, replace(WATCHED, began=START - MINUTE), START) == ()
    assert names(seen, replace(WATCHED, began=START - 3 * MINUTE)) == [("undelivered", "evt_1", False)]


def test_the_words_name_numbers_reasons_and_places_and_what_to_do_is_in_the_table() -> None:
    (late,) = found(replace(WELL, owing=(OWED,)), WATCHED, START)
    assert late.detail == ("2 messages (notice) owed since 2026-06-09 05:44 UTC; 3 were told."
                           " One of them: the relay refused delivery 7 for now (SMTP 451).")  # fmt: skip
    many = replace(LOST, places=(Place(destination="mali", name="Mali", publisher="us"),) * 4)
    assert found(replace(WELL, blind=(many,)), WATCHED, START)[0].detail.startswith("4 pages: not seen since")
    assert all(kind.do.endswith(".") and kind.says.endswith(".") for kind in alarms.KINDS)


def test_a_chain_is_an_alarm_only_when_the_last_contact_had_time_to_answer() -> None:
    chain = Unanswered(group_id="grp_1", group_name="Desk", event_id="evt_1", headline="", since=START - HOUR, told=3,
                       next_at=START + MINUTE, last_at=START - 14 * MINUTE, wait=900)  # fmt: skip
    assert names(replace(WELL, unanswered=(chain,))) == []
    last = replace(chain, next_at=None)
    assert names(replace(WELL, unanswered=(last,))) == []
    last = replace(last, last_at=START - 15 * MINUTE)
    assert names(replace(WELL, unanswered=(last,))) == [("unanswered", "evt_1 grp_1", False)]


# -- the canary ------------------------------------------------------------------------
CANARY = replace(WATCHED, canary="sub_own")


def test_a_canary_that_got_through_is_well_and_one_that_did_not_in_time_is_an_alarm() -> None:
    sent = Probe(name="sub_own", well=False, sent_at=START - 14 * MINUTE)
    assert names(replace(WELL, canary=sent), CANARY) == []
    late = replace(sent, sent_at=START - 16 * MINUTE, trouble="the endpoint answered 500")
    assert names(replace(WELL, canary=late), CANARY) == [("canary", "sub_own", True)]
    assert names(replace(WELL, canary=replace(late, well=True)), CANARY) == []


def test_a_canary_that_nobody_wrote_is_an_alarm() -> None:
    asked = START + 16 * MINUTE  # START is six o'clock, when the day's canary is due
    seen = replace(WELL, pulses={"look": asked, "deliver-mail": asked})
    (one,) = found(seen, CANARY, asked)
    assert one.name == "canary" and "is the subscription active?" in one.detail
    assert found(seen, CANARY, asked - 2 * MINUTE) == ()


def test_a_day_has_one_canary_from_six_to_six() -> None:
    first = alarms.canary_id("sub_own", START)
    assert alarms.canary_id("sub_own", START + 23 * HOUR) == first and first.startswith("can_20260609_")
    assert alarms.canary_id("sub_own", START - MINUTE).startswith("can_20260608_")
    assert alarms.canary_id("sub_other", START) != first and len(first) <= 40


# -- once, and its end -----------------------------------------------------------------
def raised(number: int, name: str, seen_ago: timedelta) -> Raised:
    return Raised(id=number, name=name, about="", detail="", stops=False, raised_at=START - HOUR,
                  seen_at=START - seen_ago)  # fmt: skip


def test_an_alarm_is_raised_once_goes_on_and_is_over_when_it_was_not_found_for_a_while() -> None:
    turned = alarms.turn([raised(1, "space", MINUTE), raised(2, "overdue", 6 * MINUTE), raised(3, "blind", MINUTE)],
                         [Alarm(name="space"), Alarm(name="stopped", about="look")], START)  # fmt: skip
    assert turned.new == (Alarm(name="stopped", about="look"),)
    assert turned.again == ((1, Alarm(name="space")),)
    assert turned.over == (2,)


def test_only_what_stops_the_service_keeps_the_heartbeat_back() -> None:
    assert alarms.silent([Alarm(name="space"), Alarm(name="given-up")]) == ()
    stopped = Alarm(name="stopped", about="look", stops=True)
    assert alarms.silent([stopped, replace(stopped, about="settle")]) == ("stopped",)


def test_the_patience_with_changes_is_that_of_the_pipeline() -> None:
    assert (alarms.HELD, alarms.GATHERED) == (pipeline.HOLD, pipeline.GATHER)
