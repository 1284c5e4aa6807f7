"""What operators see and may do; and the page on how we watch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from monitor import web
from monitor.audience import Channel, DeliveryState, Group, Language, Subscription, Wishes
from monitor.backlog import Backlog, Probe
from monitor.core import classify
from monitor.model import Source
from monitor.store import Store
from monitor.web import doors, how, operators
from monitor.web.tongues import Tongue
from tests import databases
from tests.fakes import START, page, source
from tests.test_pipeline import COUP, ORDER, Desk
from tests.test_web import REFUSED
from tests.web.desk import said

ROUND = {"X-Forwarded-User": "alice", "Origin": "http://localhost"}
SECRET_ADDRESS, HOOK = "officer@ngo.example", "https://desk.example/hook/9f3a"


class Room:
    """An installation and its operator, known by the proxy."""

    def __init__(self, folder: Path, *sources: Source) -> None:
        self.store = Store.open(databases.url(folder / 'room.db'), durable=False)
        self.desk = Desk(self.store, *sources)
        self.store.remove_subscription("sub_1", START)  # readers are those that a test adds
        self.clock = self.desk.clock
        self.ticked: datetime | None = None
        self.csrf = ""
        app = web.create_app(
            self.store, site=web.SiteView(name="Watch", contact="desk@watch.example"), now=self.clock,
            last_tick=lambda: self.ticked or self.clock(), tick=5,
            who=web.Roles(header="X-Forwarded-User", operators=("alice",), trusted_proxies=("127.0.0.1",)),
            practice=web.Practice(user_agent="AdvisoryMonitor/9 (desk@watch.example)", host_gap=2))  # fmt: skip
        self.client: FlaskClient = app.test_client()

    def see(self, path: str = "/operators") -> str:
        answer = self.client.get(path, headers=ROUND)
        assert answer.status_code == 200
        return said(answer)

    def press(self, path: str) -> str:
        self.csrf = self.see().partition('name="csrf" value="')[2][:64] or self.csrf  # a page without buttons has none
        answer = self.client.post(path, data={"csrf": self.csrf}, headers=ROUND)
        assert answer.status_code == 303, answer.status_code
        return self.see(answer.location)

    def reader(self, name: str, **more: Any) -> Subscription:
        given = {"channel": Channel.MAIL, "address": f"{name}@ngo.example", "created_at": START} | more
        return self.store.add_subscription(Subscription(id=f"sub_{name}", **given))

    def fail(self, error: str, number: int = 100) -> list[int]:
        """Claims what is due and gives it up; the ids."""
        taken = self.store.claim(self.clock(), owner="w", limit=number)
        for one in taken:
            assert self.store.give_up(one.id, self.clock(), error, owner="w")
        return [one.id for one in taken]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(tmp_path)
    made.desk.look(page(level=3))
    yield made
    made.store.close()


def test_a_quiet_service_says_that_nothing_needs_a_person_and_shows_its_numbers(room: Room) -> None:
    got = room.see()
    assert "Nothing needs a person" in got and "mali-page" in got and "0 of 1 cannot be seen" in got
    head = room.store.chain_head()
    assert head is not None and head.link in got and "KiB" in got
    assert "Test messages" not in got and "Last backup" not in got  # nothing fills them, nothing is shown


def test_what_needs_a_person_stands_on_top_and_leads_to_it(room: Room) -> None:
    room.reader("a")
    room.desk.look(page(level=4, words=ORDER))
    room.fail("550 no such user")
    room.reader("b")
    room.desk.look(page(level=4, words=f"{ORDER}\n{COUP}"))
    room.desk.look(REFUSED)
    room.clock.forward(minutes=30)
    room.ticked = room.clock() - timedelta(minutes=30)
    got = room.see().partition("<h2 id=\"queue\"")[0]
    for words in ("has not finished a round 30 minutes ago", "should have gone 1 hour ago", "1 message was given up",
                  "1 source cannot be seen", 'href="#dead"', 'href="#sources"'):  # fmt: skip
        assert words in got, words
    assert "Nothing needs a person" not in got


def test_the_worst_source_stands_first(tmp_path: Path) -> None:
    room = Room(tmp_path, source("a-well"), source("b-late"), source("c-failing"))
    room.desk.look(page(), 0)
    room.desk.look(page(), 1)
    room.desk.look(REFUSED, 2)
    room.store.postpone("a-well", room.clock() + timedelta(days=9))
    room.store.postpone("c-failing", room.clock() + timedelta(days=9))
    room.store.postpone("b-late", room.clock())
    room.clock.forward(hours=3)
    got = room.see().partition("<h2 id=\"sources\"")[2]
    assert got.index("c-failing") < got.index("b-late") < got.index("a-well")
    assert "late by 3 hours" in got and "The server refused us." in got and "1 of 3 cannot be seen; late: 1" in got
    room.store.close()


def test_a_given_up_message_is_sent_again_once_and_only_while_somebody_wants_it(room: Room) -> None:
    room.reader("a")
    room.reader("b")
    room.desk.look(page(level=4, words=ORDER))
    first, second = room.fail("550 no such user")
    assert "1 message is on its way again" in room.press(f"/operators/deliveries/{first}/resend")
    assert "Nothing to send again" in room.press(f"/operators/deliveries/{first}/resend")
    assert "Nothing to send again" in room.press("/operators/deliveries/99999/resend")
    gone = next(one for one in room.store.deliveries() if one.id == second)
    room.store.remove_subscription(gone.subscription_id, room.clock())
    assert "Cannot be sent again" in room.see()
    assert "Nothing to send again" in room.press(f"/operators/deliveries/{second}/resend")
    (waiting,) = room.store.deliveries(state=DeliveryState.WAITING)
    assert (waiting.id, waiting.attempts) == (first, 0)


def test_all_messages_that_failed_for_one_reason_are_sent_again_together_and_no_others(room: Room) -> None:
    for name in "abc":
        room.reader(name)
    room.reader("hook", channel=Channel.WEBHOOK, address=HOOK)
    room.desk.look(page(level=4, words=ORDER))
    taken = room.store.claim(room.clock(), owner="w", limit=10)
    mails = [one for one in taken if one.channel is Channel.MAIL]
    for one, error in zip(mails, ("greylisted", "greylisted", "550 no such user"), strict=True):
        room.store.give_up(one.id, room.clock(), error, owner="w")
    (hook,) = [one for one in taken if one.channel is Channel.WEBHOOK]
    room.store.give_up(hook.id, room.clock(), "greylisted", owner="w")
    assert "2 messages are on their way again" in room.press(f"/operators/deliveries/{mails[0].id}/resend-alike")
    assert {one.id for one in room.store.deliveries(state=DeliveryState.WAITING)} == {mails[0].id, mails[1].id}
    assert "Nothing to send again" in room.press(f"/operators/deliveries/{mails[0].id}/resend-alike")


def test_no_address_is_on_the_page_whatever_a_server_said(room: Room) -> None:
    room.reader("officer", address=SECRET_ADDRESS)
    room.reader("hook", channel=Channel.WEBHOOK, address=HOOK)
    room.desk.look(page(level=4, words=ORDER))
    room.fail(f"550 <{SECRET_ADDRESS}>: unknown; see {HOOK}?x=1 <script>alert(1)</script>")
    got = room.see()
    assert "officer@" not in got and "ngo.example" not in got and "desk.example" not in got and "9f3a" not in got
    assert "<script>alert" not in got and "550 &lt;…@…&gt;" in got and "sub_officer" in got


@pytest.mark.parametrize(
    ("words", "left"),
    [("550 a.b+c@x.example no", "550 …@… no"), ("(x@y)", "(…@…)"), ("slack://tok@en/x failed", "…://… failed"),
     ("tgram://123:abc/9 is down", "…://… is down"), ("plain words, 5.1.1", "plain words, 5.1.1"), ("", "")],
)  # fmt: skip
def test_addresses_are_taken_out_of_what_a_server_said(words: str, left: str) -> None:
    assert doors.discreet(words) == left
    assert len(doors.discreet("@" * 10**6 + "x" * 10**6)) <= 600


def test_a_critical_notice_that_an_organisation_left_unanswered_is_listed_until_it_is_answered(room: Room) -> None:
    room.store.enrol(Group(id="grp_1", name="Sahel desk", wait=900, created_at=START), [
        Subscription(id=f"sub_turn{turn}", channel=Channel.MAIL, address=f"c{turn}@ngo.example", created_at=START,
                     turn=turn, wishes=Wishes()) for turn in range(2)])  # fmt: skip
    _, recorded = room.desk.look(page(level=4, words=ORDER))
    (taken,) = room.store.claim(room.clock(), owner="w")
    room.store.sent(taken.id, room.clock(), owner="w")
    (one,) = room.store.backlog(room.clock()).unanswered
    assert (one.group_name, one.event_id, one.told) == ("Sahel desk", recorded.event_id, 1) and one.next_at is not None
    got = room.see()
    assert "1 critical notice to an organisation is not acknowledged" in got and "1 contact told" in got
    room.store.acknowledge(recorded.event_id, "sub_turn0", room.clock())
    assert room.store.backlog(room.clock()).unanswered == ()


def test_counts_are_of_everything_and_by_channel(room: Room) -> None:
    for name in "abc":
        room.reader(name)
    room.reader("hook", channel=Channel.WEBHOOK, address=HOOK)
    room.store.move("sub_c", room.store.subscriptions()[2].state.SUSPENDED, "bounced", room.clock())
    room.desk.look(page(level=4, words=ORDER))
    (first, *_) = room.store.claim(room.clock(), owner="w", limit=1, lease=60)
    room.clock.forward(minutes=5)
    found = room.store.backlog(room.clock())
    assert {load.channel: dict(load.states) for load in found.channels} == {
        Channel.MAIL: {DeliveryState.WAITING: 1, DeliveryState.CLAIMED: 1} if first.channel is Channel.MAIL
        else {DeliveryState.WAITING: 2},
        Channel.WEBHOOK: {DeliveryState.CLAIMED: 1} if first.channel is Channel.WEBHOOK else {DeliveryState.WAITING: 1},
    }  # fmt: skip
    assert found.due == 2 and found.stuck == 1 and found.subscriptions["suspended"] == 1
    assert found.oldest_at == recorded_at(room) and found.overdue_since == recorded_at(room) and found.size > 4096


def recorded_at(room: Room) -> datetime:
    return room.store.deliveries(limit=1)[0].created_at


def test_what_is_held_back_is_counted_with_its_age(room: Room) -> None:
    room.desk.look(page(level=2))
    room.clock.forward(minutes=7)
    assert room.store.backlog(room.clock()).held.count == 1
    assert "1, the oldest" in room.see() and "Held for a second look" in room.see()


def test_a_failed_digest_is_not_sent_again_because_the_next_one_tells_it(room: Room) -> None:
    from monitor.audience import Cadence

    room.reader("a", wishes=Wishes(cadence=Cadence.DAILY, critical_at_once=False))
    room.desk.look(page(level=4, words=ORDER))
    room.clock.forward(days=2)
    (due,) = room.store.digests_due(room.clock())
    assert room.store.make_digest(due, room.clock(), {})
    (digest,) = room.fail("550 no")
    assert not room.store.resend(digest, room.clock()) and room.store.resend_alike(digest, room.clock()) == 0
    assert [one.again for one in room.store.backlog(room.clock()).dead] == [False]


def test_a_canary_and_a_backup_are_shown_as_soon_as_something_fills_them(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = room.store.backlog

    def filled(now: datetime) -> Backlog:
        return replace(real(now), backed_up_at=now - timedelta(days=3), canary=(
            Probe(name="mail round trip", well=False, sent_at=now, trouble=f"lost at {SECRET_ADDRESS}"),
            Probe(name="webhook", well=True, seen_at=now)))  # fmt: skip

    monkeypatch.setattr(room.store, "backlog", filled)
    got = room.see()
    assert "A test message did not arrive: mail round trip" in got and "last copied 3 days ago" in got
    assert "Did not arrive" in got and "Arrived" in got and SECRET_ADDRESS not in got


def test_only_what_still_opens_something_is_listed_and_can_be_revoked(room: Room) -> None:
    now = room.clock()
    room.store.issue_pass("a" * 43, kind="token", name="reader <b>", now=now, expires_at=None)
    room.store.issue_pass("b" * 43, kind="session", name="operator", now=now, expires_at=now + timedelta(hours=12))
    room.clock.forward(minutes=61)
    got = room.see()
    assert "reader &lt;b&gt;" in got and "open session" not in got
    (kept,) = [one for one in room.store.passes() if one.kind == "token"]
    assert "Revoked" in room.press(f"/operators/passes/{kept.id}/revoke")
    assert room.store.open_with("a" * 43, "token", room.clock()) is None
    csrf = room.see().partition('name="csrf" value="')[2][:64]
    for name in (kept.id, "%", "_" * 12, "b" * 43, "0" * 12):
        answer = room.client.post(f"/operators/passes/{name}/revoke", data={"csrf": csrf}, headers=ROUND)
        assert answer.status_code in (403, 404), name


@pytest.mark.parametrize("number", ["-1", "x", str(2**63), "9" * 40])
def test_a_number_that_is_none_of_a_delivery_is_not_there(room: Room, number: str) -> None:
    room.store.issue_pass("a" * 43, kind="token", name="t", now=room.clock(), expires_at=None)
    csrf = room.see().partition('name="csrf" value="')[2][:64]
    answer = room.client.post(f"/operators/deliveries/{number}/resend", data={"csrf": csrf}, headers=ROUND)
    assert answer.status_code == 404


def test_the_page_speaks_french_throughout(room: Room) -> None:
    room.reader("a")
    room.desk.look(page(level=4, words=ORDER))
    room.fail("550 no such user")
    got = room.see("/operators?lang=fr&did=sent&n=2")
    assert '<html lang="fr">' in got and "2 messages repartent" in got and "1 message a été abandonné" in got
    assert "Tout renvoyer" in got and "Given up" not in got and "Send again" not in got


# -- how we watch ----------------------------------------------------------------------
@pytest.mark.parametrize("language", list(Language))
def test_every_rule_is_put_in_words_in_the_order_in_which_it_is_tried(room: Room, language: Language) -> None:
    got = said(room.client.get(f"/how?lang={language}"))
    lines = how.rules(language)
    assert [line.name for line in lines] == [rule.name for rule in classify.RULES]
    at = 0
    for line in lines:
        found = got.find(f"<code>{line.name}</code>", at)
        assert found > at and line.says.replace("'", "&#39;") in got, line.name
        at = found
    if language is Language.FR:
        assert not {line.says for line in lines} & {rule.says for rule in classify.RULES}


def test_the_page_tells_how_this_very_installation_watches(room: Room) -> None:
    got = said(room.client.get("/how"))
    for words in ("AdvisoryMonitor/9 (desk@watch.example)", "every 15 minutes", "At least 2 seconds",
                  "has shown a destination for 6 hours", "about 1 minute later, 30 minutes at most",
                  "<strong>desk@watch.example</strong>", "We keep to robots.txt", 
                  "https://travel.state.gov/en/international-travel/travel-advisories/mali.html",
                  'href="/sources/mali-page'):  # fmt: skip
        assert words in got, words
    assert 'href="/how' in said(room.client.get("/"))


def test_very_many_sources_are_counted_and_not_listed(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    (view,) = room.store.overview()
    monkeypatch.setattr(room.store, "overview", lambda: (view,) * (how.MOST + 1))
    got = said(room.client.get("/how"))
    assert f"{how.MOST + 1} sources of 1 destinations" in got and got.count("mali-page") < 3


@pytest.mark.parametrize(("seconds", "words"), [(1, "1 second"), (90, "90 seconds"), (900, "15 minutes"),
                                                (3600, "1 hour"), (21600, "6 hours"), (86400, "1 day"),
                                                (0.01, "1 second")])  # fmt: skip
def test_a_time_is_put_in_the_largest_unit_that_counts_it_whole(seconds: float, words: str) -> None:
    assert how.span(Tongue(Language.EN), seconds) == words


def test_sizes_are_put_as_people_say_them() -> None:
    assert [operators.size(n) for n in (12, 2048, 5 * 2**20, 3 * 2**30)] == ["12 B", "2.0 KiB", "5.0 MiB", "3.0 GiB"]
