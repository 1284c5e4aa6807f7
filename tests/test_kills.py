"""kill -9 between any two steps of a settling or a delivery: nothing is lost, a repeat is the same bytes.

A real process hands a real mail to a real SMTP server and is killed at each step in turn.
"""

import multiprocessing
import signal
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.audience import Channel, DeliveryState, Subscription, Wishes
from monitor.model import Severity
from monitor.store import Store
from tests.fakes import START, page, source
from tests.notify.relay import Relay
from tests.test_campaigns import AIR, NAMES, place
from tests.test_pipeline import ORDER, Desk

STEPS = ["claim:before", "claim:after", "render:before", "render:after", "send:before", "send:after",
         "sent:before", "sent:after"]  # fmt: skip
SETTLING = ["settle_gathered:before", "add:after", "_move:after", "share:after", "tell:before", "tell:after",
            "settle_gathered:after"]  # fmt: skip
WORKER = '''
import os, signal, sys
from datetime import timedelta
from monitor import deliver, pipeline
from monitor.core import notice
from monitor.audience import (Channel)
from monitor.notify.smtp import SmtpChannel
from monitor.store import Store, campaigns, gathering
from tests.fakes import START
from tests.notify.examples import SITE

url, port, step = sys.argv[1], int(sys.argv[2]), sys.argv[3]

def deadly(owner, name):
    real = getattr(owner, name)
    def call(*args, **named):
        if step == f"{name}:before":
            os.kill(os.getpid(), signal.SIGKILL)
        out = real(*args, **named)
        if step == f"{name}:after":
            os.kill(os.getpid(), signal.SIGKILL)
        return out
    setattr(owner, name, call)

store = Store.open(url, message_domain="monitor.example")
sender = SmtpChannel("127.0.0.1", port, SITE, tls="none")
for owner, name in ((store, "settle_gathered"), (campaigns, "add"), (gathering, "_move"), (campaigns, "share"),
                    (campaigns, "tell"), (store, "claim"), (sender, "render"), (sender, "send"), (store, "sent")):
    deadly(owner, name)
store.release("worker")
pipeline.settle_gathered(book=store, now=START + timedelta(hours=3))
deliver.due(book=store, senders={Channel.MAIL: sender}, notice_for=notice.notice, owner="worker:1",
                 now=lambda: START + timedelta(hours=3), jitter=lambda: 0.5)
'''


def work(url: str, port: int, step: str) -> int:
    """Runs the worker in a process of its own and returns how it ended. A fork, because starting Python anew and
    loading everything once more would take most of the time of these tests."""
    process = multiprocessing.get_context("fork").Process(target=_work, args=(url, port, step), daemon=True)
    process.start()
    process.join(60)
    assert process.exitcode is not None, "the worker hangs"
    return process.exitcode


def _work(*arguments: object) -> None:
    sys.argv = ["worker", *map(str, arguments)]
    exec(compile(WORKER, "worker", "exec"), {"__name__": "worker"})


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_between_two_steps_of_a_delivery_loses_nothing(tmp_path: Path, step: str) -> None:
    url = f"sqlite:///{tmp_path}/kill.db"
    store = Store.open(url, message_domain="monitor.example")
    desk = Desk(store, source())
    store.remove_subscription("sub_1")
    store.add_subscription(Subscription(id="sub_mail", channel=Channel.MAIL, address="officer@ngo.example",
        created_at=START, wishes=Wishes(floor=Severity.LOW)))  # fmt: skip
    desk.look(page())
    desk.look(page(words=ORDER))
    store.close()
    with Relay() as relay:
        assert work(url, relay.port, step) == -signal.SIGKILL
        assert work(url, relay.port, "none") == 0
        assert work(url, relay.port, "none") == 0
        copies = [content for _, content in relay.accepted]
    assert copies and len(set(copies)) == 1
    assert len(copies) == (2 if step in ("send:after", "sent:before") else 1)
    store = Store.open(url)
    assert [d.state for d in store.deliveries()] == [DeliveryState.SENT]
    store.close()


@pytest.mark.parametrize("step", [*SETTLING, *STEPS])
def test_a_kill_while_a_campaign_is_made_or_told_loses_nothing_and_makes_no_second(tmp_path: Path, step: str) -> None:
    url = f"sqlite:///{tmp_path}/kill.db"
    store = Store.open(url, message_domain="monitor.example")
    desk = Desk(store, *map(place, NAMES))
    store.remove_subscription("sub_1")
    store.add_subscription(Subscription(id="sub_mail", channel=Channel.MAIL, address="officer@ngo.example",
        created_at=START, wishes=Wishes(floor=Severity.LOW)))  # fmt: skip
    for words in ("", AIR):
        for number, name in enumerate(NAMES[:6]):
            own = f"\nTaxis in {name} are painted yellow." if words and number == 5 else ""
            desk.look(page(words=words + own, name=name), number, minutes=1)
    store.close()
    with Relay() as relay:
        assert work(url, relay.port, step) == -signal.SIGKILL
        assert work(url, relay.port, "none") == 0
        assert work(url, relay.port, "none") == 0
        copies = [content for _, content in relay.accepted]
    assert len(set(copies)) == 2
    assert len(copies) == (3 if step in ("send:after", "sent:before") else 2)
    store = Store.open(url)
    assert sorted((d.event_id[:4], d.state, d.members) for d in store.deliveries()) == [
        ("cmp_", DeliveryState.SENT, 6), ("evt_", DeliveryState.SENT, None)]  # fmt: skip
    assert store.gathering(START + timedelta(days=9)) == () and store.check() == []
    store.close()
