"""The story of a visit and of a delivery, with a real store and no network."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

from monitor import deliver, pipeline
from monitor.audience import Channel, DeliveryState, Subscription, Wishes
from monitor.core import notice, verdict
from monitor.errors import FetchError, NotifyError
from monitor.model import ChangeState, Outcome, Recorded, Severity, Source, Visit
from monitor.store import Store
from tests import databases
from tests.fakes import START, Clock, Sender, Web, page, source

COUP = "On June 9, 2026, soldiers announced that they had dissolved the government."
ORDER = "On June 9, 2026, the Department ordered non-emergency U.S. government employees to leave Mali."


class Desk:
    """A small installation: one store, one web, one sender, one reader of everything."""

    def __init__(self, store: Store, *sources: Source) -> None:
        self.store, self.clock, self.sender = store, Clock(), Sender()
        self.web = Web(self.clock)
        self.sources = sources or (source(),)
        store.sync_sources(self.sources, START)
        store.add_subscription(Subscription(
            id="sub_1", channel=Channel.FILE, address="", created_at=START,
                wishes=Wishes(floor=Severity.LOW)))  # fmt: skip

    def look(self, answer: bytes | Exception, which: int = 0, **later: float) -> tuple[Visit, Recorded]:
        self.clock.forward(**(later or {"hours": 1}))
        self.web.answer = answer
        return pipeline.check(self.sources[which], book=self.store, web=self.web, now=self.clock,
                              jitter=lambda: 0.5)  # fmt: skip

    def deliver(self) -> int:
        return deliver.due(
            book=self.store, senders={Channel.FILE: self.sender}, notice_for=notice.notice, owner="w",
            now=self.clock, jitter=lambda: 0.0)  # fmt: skip

    def told(self) -> list[str]:
        while self.deliver():
            pass
        return [made.headline for made in self.sender.notices]


@pytest.fixture
def desk() -> Iterator[Desk]:
    store = Store.open(databases.url(), durable=False)
    yield Desk(store)
    store.close()


def test_the_first_good_look_is_a_baseline_and_tells_nobody(desk: Desk) -> None:
    made, _ = desk.look(page())
    assert made.outcome is Outcome.FIRST and desk.told() == []
    assert desk.store.baseline("mali-page") is not None


def test_the_same_page_again_is_unchanged_and_keeps_no_second_copy(desk: Desk) -> None:
    desk.look(page())
    made, _ = desk.look(page().replace(b"menu", b"another menu"))
    assert made.outcome is Outcome.UNCHANGED and len(desk.store.snapshots("mali-page")) == 1


def test_a_change_is_told_once(desk: Desk) -> None:
    desk.look(page())
    made, recorded = desk.look(page(words=COUP))
    assert made.outcome is Outcome.CHANGED and recorded.deliveries == 1
    assert len(desk.told()) == 1
    desk.look(page(words=COUP))
    assert len(desk.told()) == 1


@pytest.mark.parametrize(
    "answer",
    [
        FetchError("refused", outcome=Outcome.BLOCKED, status=403),
        FetchError("no answer"),
        b"",
        b"<html><head><title>Just a moment...</title></head><body><script src='/cdn-cgi/challenge-platform/x'>"
        b"</script></body></html>",
        b"<html><head><title>Page not found</title></head><body><h1>Page not found</h1></body></html>",
        page(name="Republic of Niger"),
        page(issued="January 2, 2025", words=COUP),
        page(words=COUP)[:900],
    ],
    ids=["blocked", "unavailable", "empty", "challenge", "soft 404", "other country", "stale", "truncated"],
)  # fmt: skip
def test_what_is_not_the_page_never_becomes_a_change(desk: Desk, answer: bytes | Exception) -> None:
    desk.look(page())
    before = desk.store.state("mali-page").baseline_id
    made, recorded = desk.look(answer)
    assert not made.outcome.good and made.reason and recorded.change_id is None
    state = desk.store.state("mali-page")
    assert state.baseline_id == before and state.failures == 1 and state.failing_since == desk.clock()
    again, _ = desk.look(page())
    assert again.outcome is Outcome.UNCHANGED and desk.store.state("mali-page").failures == 0


def test_trouble_backs_off_and_the_next_good_look_returns_to_the_pace(desk: Desk) -> None:
    desk.look(page())
    waits = []
    for _ in range(4):
        desk.look(FetchError("no answer"))
        due = desk.store.state("mali-page").next_due_at
        assert due is not None
        waits.append((due - desk.clock()).total_seconds())
    assert waits == sorted(waits) and waits[-1] > waits[0]


def test_the_wait_that_a_server_asks_for_is_kept(desk: Desk) -> None:
    desk.look(FetchError("too many", outcome=Outcome.BLOCKED, retry_after=7200, status=429))
    due = desk.store.state("mali-page").next_due_at
    assert due is not None and (due - desk.clock()).total_seconds() >= 7200


def test_a_rise_is_told_at_once_as_unconfirmed_and_confirmed_by_the_next_look(desk: Desk) -> None:
    desk.look(page(level=3))
    _, recorded = desk.look(page(level=4))
    assert desk.told() and not desk.sender.notices[-1].confirmed
    due = desk.store.state("mali-page").next_due_at
    assert due is not None and (due - desk.clock()).total_seconds() <= 60
    desk.look(page(level=4), minutes=1)
    stored = desk.store.change(recorded.event_id)
    assert stored is not None and stored.confirmed and len(desk.told()) == 1


def test_a_fall_waits_for_a_second_look_and_is_then_told_as_confirmed(desk: Desk) -> None:
    desk.look(page(level=4))
    _, recorded = desk.look(page(level=3))
    assert desk.told() == [] and recorded.deliveries == 0
    desk.look(page(level=3), minutes=1)
    assert len(desk.told()) == 1 and desk.sender.notices[0].confirmed
    assert "lowered" in desk.told()[0]


def test_a_fall_that_the_second_look_takes_back_is_told_to_nobody(desk: Desk) -> None:
    desk.look(page(level=4))
    _, recorded = desk.look(page(level=3))
    desk.look(page(level=4), minutes=1)
    stored = desk.store.change(recorded.event_id)
    assert desk.told() == [] and stored is not None and stored.state is ChangeState.REVERTED
    desk.look(page(level=4))
    assert desk.told() == []


def test_a_fall_that_nobody_can_confirm_is_told_after_half_an_hour(desk: Desk) -> None:
    desk.look(page(level=4))
    desk.look(page(level=3))
    desk.look(FetchError("no answer"), minutes=1)
    desk.clock.forward(minutes=31)
    assert pipeline.settle_held(book=desk.store, now=desk.clock()) == 1
    assert len(desk.told()) == 1 and not desk.sender.notices[0].confirmed


def test_a_source_that_owes_a_second_look_is_asked_soon_and_not_for_ever(desk: Desk) -> None:
    desk.look(page(level=3))
    desk.look(page(level=4))
    waits = []
    for _ in range(12):
        desk.look(FetchError("refused", outcome=Outcome.BLOCKED), minutes=5)
        due = desk.store.state("mali-page").next_due_at
        assert due is not None
        waits.append((due - desk.clock()).total_seconds())
    assert waits[0] <= 300 and waits[-1] > 1800


def test_a_held_change_followed_by_another_edit_is_not_lost(desk: Desk) -> None:
    desk.look(page(level=4))
    desk.look(page(level=3))
    desk.look(page(level=3, words=COUP), minutes=1)
    assert len(desk.told()) == 2


def test_one_edit_through_two_routes_is_told_once_with_a_witness() -> None:
    store = Store.open(databases.url(), durable=False)
    desk = Desk(store, source("a"), source("b", url="https://travel.state.gov/other/mali.html"))
    desk.look(page(), 0)
    desk.look(page(), 1)
    _, first = desk.look(page(words=ORDER), 0)
    _, second = desk.look(page(words=ORDER), 1)
    assert first.deliveries == 1 and second.deliveries == 0 and len(desk.told()) == 1
    stored = store.change(first.event_id)
    assert stored is not None and stored.witnesses == ("b",)
    store.close()


def test_a_route_that_says_more_is_told_only_for_the_rest() -> None:
    store = Store.open(databases.url(), durable=False)
    desk = Desk(store, source("a"), source("b", url="https://travel.state.gov/other/mali.html"))
    desk.look(page(), 0)
    desk.look(page(), 1)
    desk.look(page(words=ORDER), 0)
    desk.look(page(words=ORDER, phone="+(223) 2021-9999"), 1)
    first, second = desk.told()
    assert "ordered to leave" in first and "telephone changed" in second
    assert desk.sender.notices[1].severity is Severity.MEDIUM
    store.close()


def test_a_second_route_confirms_a_fall_that_waits_for_a_second_look() -> None:
    store = Store.open(databases.url(), durable=False)
    desk = Desk(store, source("a"), source("b", url="https://travel.state.gov/other/mali.html"))
    desk.look(page(level=4), 0)
    desk.look(page(level=4), 1)
    desk.look(page(level=3), 0)
    assert desk.told() == []
    desk.look(page(level=3), 1, seconds=5)
    assert len(desk.told()) == 1 and desk.sender.notices[0].confirmed
    store.close()


def test_a_level_that_rises_again_after_a_fall_is_news_again() -> None:
    store = Store.open(databases.url(), durable=False)
    desk = Desk(store, source("a"), source("b", url="https://travel.state.gov/other/mali.html"))
    desk.look(page(level=3), 1)
    for level in (3, 4, 3):
        desk.look(page(level=level), 0)
        desk.look(page(level=level), 0, minutes=1)
    assert len(desk.told()) == 2
    desk.look(page(level=4), 1)
    assert len(desk.told()) == 3
    store.close()


def test_two_publishers_never_witness_each_other() -> None:
    store = Store.open(databases.url(), durable=False)
    desk = Desk(store, source("a"), source("b", publisher="another"))
    desk.look(page(), 0)
    desk.look(page(), 1)
    desk.look(page(words=ORDER), 0)
    desk.look(page(words=ORDER), 1)
    assert len(desk.told()) == 2
    store.close()


def test_a_message_that_fails_for_now_is_tried_again_with_the_same_id_and_bytes(desk: Desk) -> None:
    desk.look(page())
    desk.look(page(words=COUP))
    desk.sender.error = NotifyError("try later")
    desk.deliver()
    waiting = desk.store.deliveries()[0]
    assert waiting.state is DeliveryState.WAITING and waiting.last_error == "try later"
    desk.sender.error = None
    desk.clock.forward(days=1)
    desk.told()
    assert desk.sender.sent[0][0] == waiting.message_id
    assert desk.store.deliveries()[0].state is DeliveryState.SENT


def test_a_message_refused_for_good_is_given_up_visibly(desk: Desk) -> None:
    desk.look(page())
    desk.look(page(words=COUP))
    desk.sender.error = NotifyError("no such mailbox", permanent=True)
    desk.deliver()
    gone = desk.store.deliveries()[0]
    assert gone.state is DeliveryState.GIVEN_UP and gone.last_error == "no such mailbox"


def test_a_message_that_never_goes_is_given_up_at_the_end_of_the_schedule(desk: Desk) -> None:
    desk.look(page())
    desk.look(page(words=COUP))
    desk.sender.error = NotifyError("try later")
    for _ in range(30):
        desk.clock.forward(days=2)
        desk.deliver()
    assert desk.store.deliveries()[0].state is DeliveryState.GIVEN_UP


def test_a_claim_of_a_dead_worker_is_handed_over_again_with_the_same_bytes(desk: Desk) -> None:
    desk.look(page(level=3))
    desk.look(page(level=4))
    claimed = desk.store.claim(desk.clock(), owner="dead")[0]
    first = desk.sender.render(notice.notice(
        desk.store.change(claimed.event_id), desk.store.subscription("sub_1"), claimed), claimed)  # type: ignore[arg-type]
    desk.look(page(level=4), minutes=1)
    desk.clock.forward(minutes=10)
    desk.told()
    assert desk.sender.sent == [(claimed.message_id, first)]


def test_a_reader_who_ended_the_subscription_is_sent_nothing_more(desk: Desk) -> None:
    desk.look(page())
    desk.look(page(words=COUP))
    desk.store.remove_subscription("sub_1")
    desk.told()
    assert desk.sender.sent == []


def test_a_change_that_undoes_one_that_was_told_is_told_as_taken_back(desk: Desk) -> None:
    desk.look(page())
    desk.look(page(words=COUP))
    desk.look(page(), days=2)
    desk.look(page(), minutes=2)
    told = desk.told()
    assert len(told) == 2 and told[-1].startswith("Mali: back as before 9 June 2026")
    assert desk.sender.notices[-1].sentences[0].startswith("The publisher took back its change of 9 June 2026")
    assert desk.sender.notices[-1].severity is desk.sender.notices[0].severity


def test_bodies_beyond_any_page_are_read_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    together, most, lock = 0, 0, threading.Lock()
    real = verdict.visit

    def counted(*given: Any, **named: Any) -> Visit:
        nonlocal together, most
        with lock:
            together += 1
            most = max(most, together)
        time.sleep(0.02)
        try:
            return real(*given, **named)
        finally:
            with lock:
                together -= 1

    monkeypatch.setattr(verdict, "visit", counted)
    store = Store.open("sqlite://", durable=False)
    desk = Desk(store)
    desk.web.answer = b"<html><body>" + b"x" * pipeline.BIG + b"</body></html>"
    state = store.state("mali-page")
    look = partial(pipeline.look, desk.sources[0], state, book=store, web=desk.web, now=desk.clock)
    with ThreadPoolExecutor(4) as pool:
        outcomes = {made.outcome for made in pool.map(lambda _: look(), range(4))}
    store.close()
    assert most == 1 and outcomes == {Outcome.UNREADABLE}
