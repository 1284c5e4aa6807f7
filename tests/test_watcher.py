"""Watching the watcher, with a real relay, a real endpoint and a real switch on this machine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from monitor import wiring
from monitor.audience import Channel, Subscription, Wishes
from monitor.core.alarms import BY_NAME
from monitor.wiring import Parts
from tests.fakes import START, Clock
from tests.faults.sinks import World

CONFIG = """
[site]
base_url = "https://alerts.example"
[database]
url = "sqlite:///watch.db"
[fetch]
local_hosts = ["127.0.0.1:{web}", "127.0.0.1:{switch}"]
robots = false
host_gap = "0.01s"
[mail]
host = "127.0.0.1"
port = {relay}
tls = "none"
from = "monitor@alerts.example"
[watch]
mail = "operator@alerts.example"
canary = "sub_own"
heartbeat = "http://127.0.0.1:{switch}/ping/6f1c"
heartbeat_fail = true
[[destinations]]
name = "Mali"
names = ["Republic of Mali"]
  [[destinations.sources]]
  id = "mali"
  kind = "us-page"
  url = "http://127.0.0.1:{web}/mali.html"
"""


@dataclass
class Switch:
    """A dead-man's switch that keeps what it was told."""

    status: int = 200
    calls: list[tuple[str, str]] = field(default_factory=list)
    port: int = 0


@pytest.fixture
def switch() -> Iterator[Switch]:
    made = Switch()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            made.calls.append((self.path, body))
            self.send_response(made.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


@dataclass
class Room:
    parts: Parts
    world: World
    switch: Switch
    clock: Clock

    def audit(self, **forward: float) -> list[str]:
        """One audit after so much time in which every task came to its end; the alarms that stand then."""
        now = self.clock.forward(**forward)
        for task in (*self.parts.watcher.watched.tasks, "audit"):
            self.parts.store.pulse(task, now)
        self.parts.store.postpone("mali", now)
        self.parts.audit()
        return [one.name for one in self.parts.store.alarms()]

    def mails(self) -> list[EmailMessage]:
        self.parts.tell_operator()
        found = [one for one in self.world.copies if one.to == "operator@alerts.example"]
        return [message_from_bytes(one.raw, policy=policy.default) for one in found]

    def reader(self, name: str, channel: Channel = Channel.MAIL, address: str = "officer@ngo.example") -> None:
        self.parts.store.add_subscription(Subscription(
            id=name, channel=channel, address=address, created_at=START, wishes=Wishes(destinations=("mali",)),
        ))  # fmt: skip

    def news(self) -> None:
        """The page changes, and everybody who wants it is owed a message."""
        self.parts.check(self.parts.sources[0])
        self.world.news = True
        self.clock.forward(seconds=1)
        assert self.parts.check(self.parts.sources[0])[1].deliveries


@pytest.fixture
def room(tmp_path: Path, switch: Switch) -> Iterator[Room]:
    with World(news=False) as world:
        path = tmp_path / "config.toml"
        path.write_text(CONFIG.format(web=world.web_port, relay=world.relay_port, switch=switch.port))
        clock = Clock(START)
        parts = wiring.build(wiring.configuration(path), clock)
        yield Room(parts, world, switch, clock)
        parts.close()


def own(room: Room) -> None:
    room.reader("sub_own", Channel.WEBHOOK, f"http://127.0.0.1:{room.world.web_port}/own")


def test_the_canary_goes_the_way_of_every_message_once_a_day_and_the_heart_beats(room: Room) -> None:
    own(room)
    assert room.audit() == []
    assert room.parts.deliver_due() == 1
    (canary,) = room.world.copies
    assert canary.to == "/own" and b'"advisory.test"' in canary.raw
    assert room.audit(minutes=20) == [] and room.audit(hours=20) == []
    assert room.parts.deliver_due() == 0, "one a day"
    assert room.audit(hours=4) == [] and room.parts.deliver_due() == 1
    assert room.switch.calls == [("/ping/6f1c", "all is well")] * 4
    assert room.parts.store.vitals(room.clock()).pulses["heartbeat"] == room.clock()


def test_a_canary_that_stays_away_is_an_alarm_and_the_heart_stands_still(room: Room) -> None:
    with capture_logs() as logged:
        assert room.audit() == [], "there is no such subscription, but there is still time"
        assert room.audit(minutes=16) == ["canary"] == room.audit(minutes=1)
    assert room.switch.calls == [("/ping/6f1c", "all is well"), ("/ping/6f1c/fail", "not well: canary")]
    (line,) = [one for one in logged if one["event"] == "alarm"]
    assert line["log_level"] == "error" and line["do"] == BY_NAME["canary"].do and "sub_own" in line["detail"]
    own(room)
    assert room.audit(minutes=1) == ["canary"] and room.parts.deliver_due() == 1
    assert room.audit(minutes=1) == ["canary"], "it is over when it was not found for a while"
    assert room.switch.calls[-1] == ("/ping/6f1c", "all is well")
    assert room.audit(minutes=5) == []


def test_what_was_not_handed_over_is_an_alarm_once_and_the_operator_is_mailed_both_ends(room: Room) -> None:
    own(room)
    room.reader("sub_1")
    room.audit()
    room.news()
    room.parts.deliver_due(Channel.WEBHOOK)
    assert room.audit(minutes=14) == []
    assert room.audit(minutes=2) == ["undelivered"] == room.audit(minutes=1)
    (told,) = room.mails()
    assert told["Subject"] == "[Advisory monitor] ALARM: Messages are not handed over."
    assert told["Auto-Submitted"] == "auto-generated" and told["To"] == "operator@alerts.example"
    words = told.get_content()
    assert "1 message (notice) owed since 2026-06-09 06:00 UTC, 1 of them not even tried; 1 were told." in words
    assert BY_NAME["undelivered"].do in words and "officer@" not in words
    assert "https://alerts.example/operators" in words
    assert len(room.mails()) == 1, "once"
    assert room.parts.deliver_due() == 1 and room.audit(minutes=5) == []
    _, over = room.mails()
    assert over["Subject"] == "[Advisory monitor] Over: Messages are not handed over."
    assert over["Message-ID"] != told["Message-ID"] and len(room.mails()) == 2


def test_a_mail_that_the_relay_does_not_take_is_sent_later_and_the_alarm_stands(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.audit()
    assert room.audit(minutes=16) == ["canary"]
    real, tried = room.parts.watcher.mail, list[int]()
    assert real is not None

    def refuse(*_: Any) -> None:
        from monitor.errors import NotifyError

        tried.append(1)
        raise NotifyError("the relay cannot be used")

    room.parts.watcher.mail = refuse
    with capture_logs() as logged:
        assert room.mails() == [] == room.mails()
    assert tried == [1] and [one["event"] for one in logged] == ["the operator could not be mailed; tried again"]
    room.parts.watcher.mail = real
    room.clock.forward(minutes=5)
    assert len(room.mails()) == 1


def test_a_switch_that_cannot_be_called_is_logged_once_without_its_address(room: Room) -> None:
    own(room)
    room.switch.status = 404
    with capture_logs() as logged:
        assert room.audit() == [] == room.audit(minutes=1)
    said = [one for one in logged if one["event"] == "no heartbeat goes out"]
    assert len(said) == 1 and "answered 404" in said[0]["reason"] and "6f1c" not in repr(logged)
    assert "heartbeat" not in room.parts.store.vitals(room.clock()).pulses
    room.switch.status = 200
    room.audit(seconds=30)
    assert room.parts.store.vitals(room.clock()).pulses["heartbeat"] == room.clock()


def test_a_task_that_stands_still_is_an_alarm(room: Room) -> None:
    own(room)
    room.audit()
    room.parts.deliver_due()
    room.clock.forward(minutes=16)
    for task in (*room.parts.watcher.watched.tasks, "audit"):
        if task != "settle":
            room.parts.finished(task)
    room.parts.audit()
    (one,) = room.parts.store.alarms()
    assert (one.name, one.about) == ("stopped", "settle")
    assert room.switch.calls[-1][0] == "/ping/6f1c/fail"


def test_what_waited_while_the_machine_slept_is_no_alarm(room: Room) -> None:
    own(room)
    room.audit()
    room.parts.deliver_due()
    room.clock.forward(hours=26)
    room.parts.store.postpone("mali", room.clock())
    room.parts.audit()
    assert room.parts.store.alarms() == () and room.parts.deliver_due() == 1
    assert {path for path, _ in room.switch.calls} == {"/ping/6f1c"}


def test_a_pulse_is_written_twice_a_minute_at_most(room: Room) -> None:
    written = list[str]()
    real: Callable[..., None] = room.parts.store.pulse
    room.parts.store.pulse = lambda name, now: (written.append(name), real(name, now))[1]  # type: ignore[method-assign]
    for _ in range(10):
        room.clock.forward(seconds=10)
        room.parts.finished("look")
    assert written == ["look"] * 3


def test_a_full_disk_is_foretold(room: Room) -> None:
    own(room)
    room.parts.watcher.free = lambda: 2**20
    assert room.audit() == ["space"]
    assert room.switch.calls == [("/ping/6f1c", "all is well")]
