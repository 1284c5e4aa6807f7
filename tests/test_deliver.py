"""The second half of the story: quiet hours, digests, blindness, endpoints that are gone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor import deliver
from monitor.audience import (
    Cadence,
    Channel,
    Delivery,
    DeliveryState,
    Language,
    MessageKind,
    Notice,
    Scope,
    Subscription,
    SubscriptionState,
    Wishes,
)
from monitor.errors import FetchError, NotifyError, StoreError
from monitor.model import Severity
from monitor.store import Store
from tests import databases
from tests.fakes import START, page, source
from tests.test_pipeline import COUP, ORDER, Desk

SIX_HOURS = timedelta(hours=6)


@pytest.fixture
def desk() -> Iterator[Desk]:
    """An installation whose one reader is told as `reader` says."""
    store = Store.open(databases.url(), durable=False)
    made = Desk(store)
    store.remove_subscription("sub_1", START)
    yield made
    store.close()


def reader(desk: Desk, **wishes: object) -> Subscription:
    return desk.store.add_subscription(Subscription(
        id="sub_2", channel=Channel.FILE, address="x", created_at=START, wishes=Wishes(**wishes)))  # type: ignore[arg-type]  # fmt: skip


def watch(desk: Desk) -> int:
    return deliver.watch(book=desk.store, now=desk.clock(), after=SIX_HOURS)


def kinds(desk: Desk) -> list[str]:
    desk.told()
    return [notice.kind.value for notice in desk.sender.notices]


def test_what_falls_into_quiet_hours_waits_for_their_end_and_that_is_no_attempt(desk: Desk) -> None:
    reader(desk, quiet=(22 * 60, 8 * 60))
    desk.look(page())
    desk.look(page(words=COUP), minutes=10)  # six in the morning
    assert desk.told() == []
    (waiting,) = desk.store.deliveries()
    assert waiting.attempts == 0
    assert waiting.next_try_at == START.replace(hour=8)
    desk.clock.now = START.replace(hour=8)
    assert len(desk.told()) == 1


def test_what_is_critical_does_not_wait_unless_its_reader_wants_it_to(desk: Desk) -> None:
    reader(desk, quiet=(0, 23 * 60))
    desk.look(page())
    desk.look(page(words=ORDER))
    assert len(desk.told()) == 1


def test_a_reader_who_wants_to_sleep_through_everything_may(desk: Desk) -> None:
    reader(desk, quiet=(0, 23 * 60), critical_at_once=False)
    desk.look(page())
    desk.look(page(words=ORDER))
    assert desk.told() == []


def test_an_endpoint_that_is_gone_is_asked_no_more(desk: Desk) -> None:
    reader(desk)
    desk.look(page())
    desk.look(page(words=COUP))
    desk.sender.error = NotifyError("the endpoint of subscription sub_2 answered HTTP 410", gone=True)
    desk.deliver()
    sub = desk.store.subscription("sub_2")
    assert sub is not None and sub.state is SubscriptionState.SUSPENDED
    assert desk.store.deliveries()[0].state is DeliveryState.GIVEN_UP


def test_a_message_that_waits_for_its_turn_is_no_attempt(desk: Desk) -> None:
    reader(desk)
    desk.look(page())
    desk.look(page(words=COUP))
    desk.sender.error = NotifyError("its turn has not come", waits=30.0)
    desk.deliver()
    (waiting,) = desk.store.deliveries()
    assert (waiting.attempts, waiting.next_try_at) == (0, desk.clock() + timedelta(seconds=30))


def test_a_digest_comes_at_the_readers_hour_with_where_things_stand(desk: Desk) -> None:
    reader(desk, cadence=Cadence.DAILY, hour=7, zone="Africa/Bamako", verified=True)
    desk.look(page())
    desk.look(page(words=COUP))
    assert desk.told() == []
    desk.clock.now = datetime(2026, 6, 10, 7, 0, tzinfo=UTC)
    assert deliver.digests(book=desk.store, now=desk.clock()) == 1
    desk.told()
    (digest,) = desk.sender.notices
    assert digest.kind is MessageKind.DIGEST and digest.headline == "1 change: Mali"
    assert [item.headline for item in digest.items] and digest.verified[0].level.startswith("Level 4")
    desk.clock.now += timedelta(days=1)
    deliver.digests(book=desk.store, now=desk.clock())
    desk.told()
    assert desk.sender.notices[-1].headline == "Nothing changed: Mali"


def test_a_digest_with_nothing_to_say_is_not_sent(desk: Desk) -> None:
    reader(desk, cadence=Cadence.DAILY)
    desk.look(page())
    desk.clock.now += timedelta(days=2)
    assert deliver.digests(book=desk.store, now=desk.clock()) == 0 and desk.told() == []


def test_readers_hear_that_we_are_blind_and_that_we_see_again_each_once(desk: Desk) -> None:
    reader(desk)
    desk.look(page())
    desk.look(FetchError("the server is in trouble (HTTP 503)"), hours=1)
    assert watch(desk) == 0
    desk.look(FetchError("the server is in trouble (HTTP 503)"), hours=5)
    assert [watch(desk), watch(desk)] == [1, 0]
    assert kinds(desk) == ["blind"]
    assert "HTTP 503" in " ".join(desk.sender.notices[0].sentences)
    desk.look(page(), hours=1)
    assert [watch(desk), watch(desk)] == [1, 0]
    assert kinds(desk) == ["blind", "all_clear"]
    desk.look(FetchError("again"), hours=1)
    desk.look(FetchError("again"), hours=8)
    assert watch(desk) == 1


def test_one_route_that_still_shows_the_page_is_sight_enough() -> None:
    store = Store.open(databases.url(), durable=False)
    desk = Desk(store, source(), source("mali-rss", url="https://travel.state.gov/other.html"))
    desk.look(page(), 0)
    desk.look(page(), 1)
    desk.look(FetchError("HTTP 403"), 0, hours=9)
    desk.look(page(), 1, minutes=1)
    assert watch(desk) == 0
    store.close()


def test_after_a_pause_of_our_own_the_first_look_decides_whether_we_are_blind(desk: Desk) -> None:
    reader(desk)
    desk.look(page())
    desk.clock.forward(hours=40)
    assert watch(desk) == 0


def test_a_source_that_was_never_seen_is_blind_from_its_first_failure(desk: Desk) -> None:
    reader(desk)
    desk.look(FetchError("HTTP 403"))
    desk.look(FetchError("HTTP 403"), hours=7)
    assert watch(desk) == 1


def test_our_own_words_are_french_for_who_asked_for_french(desk: Desk) -> None:
    reader(desk, language=Language.FR)
    desk.look(page())
    desk.look(FetchError("HTTP 503"), hours=1)
    desk.look(FetchError("HTTP 503"), hours=9)
    watch(desk)
    desk.told()
    assert "nous ne voyons plus" in desk.sender.notices[0].headline


def test_a_reader_of_posture_sees_the_posture_and_how_much_else_there_was(desk: Desk) -> None:
    reader(desk, scope=Scope.POSTURE)
    desk.look(page(phone="+(223) 2021-2223"))
    desk.look(page(words=ORDER, phone="+(223) 2021-2299"))
    desk.told()
    (notice,) = desk.sender.notices
    assert notice.severity is Severity.CRITICAL and notice.left_out >= 1
    assert not any(fact.kind == "phone_changed" for f in notice.findings for fact in f.facts)


def test_many_readers_of_one_change_cost_one_look_at_it(desk: Desk) -> None:
    for number in range(30):
        desk.store.add_subscription(replace(reader(desk), id=f"sub_{10 + number}", address=f"x{number}"))
    desk.look(page())
    desk.look(page(words=COUP))
    asked: list[int] = []
    found = desk.store.told
    desk.store.told = lambda delivery: (asked.append(1), found(delivery))[1]  # type: ignore[method-assign]
    while desk.deliver():
        pass
    assert len(desk.sender.sent) == 31 and len(asked) <= 2


def test_a_bug_in_one_message_holds_up_no_other_and_is_given_up_in_the_end(desk: Desk) -> None:
    for number in range(5):
        desk.store.add_subscription(replace(reader(desk), id=f"sub_{10 + number}", address=f"x{number}"))
    desk.look(page())
    desk.look(page(words=COUP))
    render = desk.sender.render

    def broken(notice: Notice, delivery: Delivery) -> bytes:
        if delivery.subscription_id == "sub_12":
            raise ZeroDivisionError
        return render(notice, delivery)

    desk.sender.render = broken  # type: ignore[method-assign]
    desk.deliver()
    assert len(desk.sender.sent) == 5
    for _ in range(20):
        desk.clock.forward(days=2)
        desk.deliver()
    left = [d for d in desk.store.deliveries() if d.state is not DeliveryState.SENT]
    assert [(d.subscription_id, d.state) for d in left] == [("sub_12", DeliveryState.GIVEN_UP)]
    assert "ZeroDivisionError" in left[0].last_error


def test_a_database_that_is_busy_for_one_note_strands_no_other(desk: Desk) -> None:
    for number in range(5):
        desk.store.add_subscription(replace(reader(desk), id=f"sub_{10 + number}", address=f"x{number}"))
    desk.look(page())
    desk.look(page(words=COUP))
    sent, failed = desk.store.sent, []

    def busy(delivery_id: int, now: datetime, detail: str = "", *, owner: str, digest: bool = False) -> bool:
        if not failed:
            failed.append(delivery_id)
            raise StoreError("locked")
        return sent(delivery_id, now, detail, owner=owner, digest=digest)

    desk.store.sent = busy  # type: ignore[method-assign]
    desk.deliver()
    assert len(failed) == 1 and {d.state for d in desk.store.deliveries()} == {DeliveryState.SENT}


def test_one_failure_after_a_pause_of_our_own_is_no_blindness(desk: Desk) -> None:
    reader(desk)
    desk.look(page())
    desk.look(FetchError("HTTP 503"), minutes=15)
    desk.clock.forward(hours=8)
    began = desk.clock()
    assert deliver.watch(book=desk.store, now=began, after=SIX_HOURS, since=began) == 0
    desk.look(FetchError("HTTP 503"), minutes=1)
    desk.look(FetchError("HTTP 503"), minutes=5)
    assert deliver.watch(book=desk.store, now=desk.clock(), after=SIX_HOURS, since=began) == 0
    desk.look(FetchError("HTTP 503"), hours=6)
    assert deliver.watch(book=desk.store, now=desk.clock(), after=SIX_HOURS, since=began) == 1
