"""What operators and Prometheus see of watching the watcher; and that what is written about it is true."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from docs import alarms as page
from monitor.alarm import Alarm
from monitor.audience import Bulletin, MessageKind
from monitor.core.alarms import KINDS
from tests.fakes import page as advisory
from tests.web.test_operators import ROUND, Room, room  # noqa: F401  (the fixture)

RULES = Path(__file__).parents[2] / "docs" / "alerts" / "rules.yml"
FUNCTIONS = {"absent", "min", "and", "alarm", "part"}


def metrics(room: Room) -> str:  # noqa: F811
    return room.client.get("/metrics", headers=ROUND).get_data(as_text=True)


def test_an_alarm_stands_on_the_operators_page_with_what_to_do_in_both_languages(room: Room) -> None:  # noqa: F811
    room.store.turn_alarms([Alarm(name="undelivered", about="evt_1", detail="2 messages owed <b>.")], room.clock())
    got = room.see()
    assert "This needs a person" in got and "Messages are not handed over." in got
    assert "2 messages owed &lt;b&gt;." in got and "What to do: Look at the reason" in got
    assert "Que faire : Regardez le motif" in room.see("/operators?lang=fr")
    room.store.turn_alarms([], room.clock.forward(minutes=6))
    assert "Messages are not handed over." not in room.see()


def test_metrics_give_every_alarm_also_when_there_is_none(room: Room) -> None:  # noqa: F811
    got = metrics(room)
    assert all(f'monitor_alarms{{alarm="{kind.name}"}} 0.0' in got for kind in KINDS)
    room.store.turn_alarms([Alarm(name="space")], room.clock())
    room.store.pulse("audit", room.clock())
    room.clock.forward(seconds=90)
    got = metrics(room)
    assert 'monitor_alarms{alarm="space"} 1.0' in got and 'monitor_pulse_age_seconds{part="audit"} 90.0' in got
    assert "monitor_messages_owed 0.0" in got and "monitor_canary_age_seconds" not in got


def test_metrics_count_what_is_owed_and_name_no_reader_and_no_country_of_readers(room: Room) -> None:  # noqa: F811
    room.reader("anna")
    room.desk.look(advisory(level=4))
    room.clock.forward(minutes=20)
    got = metrics(room)
    assert "monitor_messages_owed 1.0" in got and "monitor_messages_owed_seconds 1200.0" in got
    assert "anna" not in got and "sub_" not in got and "subscriptions" not in got and "mali\"" not in got


def test_every_metric_in_the_example_rules_is_one_that_we_give(room: Room) -> None:  # noqa: F811
    room.reader("own")
    room.store.announce(Bulletin(id="can_20260609_1", kind=MessageKind.TEST, created_at=room.clock()), to="sub_own")
    for one in room.store.claim(room.clock(), owner="w"):
        room.store.sent(one.id, room.clock(), owner="w")
    given = set(re.findall(r"^(monitor_\w+)[ {]", metrics(room), re.MULTILINE))
    rules = [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]
    assert len(rules) >= 8 and len({rule["alert"] for rule in rules}) == len(rules)
    named: set[str] = set()
    for rule in rules:
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"} and rule["annotations"]["action"]
        words = set(re.findall(r"[a-z_]{3,}", re.sub(r'"[^"]*"', "", rule["expr"])))
        assert words - FUNCTIONS <= given, rule["alert"]
        named |= set(re.findall(r"[a-z-]+", "|".join(re.findall(r'alarm=~"([^"]*)"', rule["expr"]))))
    assert named == {kind.name for kind in KINDS}, "each alarm is passed on, and no other"


def test_the_page_about_the_alarms_is_made_from_the_table() -> None:
    assert page.PAGE.read_text(encoding="utf-8") == page.made(), "run: python -m docs.alarms"
