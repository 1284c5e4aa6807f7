"""One answer for all who read an address in the same round."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from monitor.core import backoff
from monitor.errors import FetchError
from monitor.fetch import shared
from monitor.fetch.shared import Round, Shared, beat
from monitor.model import Outcome, Page
from tests.fakes import START, Clock

URL = "https://example.org/feed"


class Web:
    def __init__(self, clock: Clock) -> None:
        self.clock, self.asked, self.error, self.etag = clock, 0, False, '"a"'
        self.turns = threading.Lock()

    def get(self, url: str, *, etag: str = "", last_modified: str = "", accept: str = "") -> Page:
        with self.turns:
            self.asked += 1
        time.sleep(0.01)
        if self.error:
            raise FetchError("it did not come", outcome=Outcome.BLOCKED, retry_after=90, status=429)
        status = 304 if etag == self.etag else 200
        return Page(url=url, body=b"" if status == 304 else b"words", status=status, taken_at=self.clock(),
                    headers=(("etag", self.etag),))  # fmt: skip


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def web(clock: Clock) -> Web:
    return Web(clock)


@pytest.fixture
def answers(web: Web, clock: Clock) -> Shared:
    return Shared(lambda: web, clock, lambda: clock().timestamp())


def at(answers: Shared, clock: Clock, seconds: float = 0) -> Round:
    return answers.since(clock() + timedelta(seconds=seconds), every=900, spread=0.1)


def test_all_who_were_due_before_it_was_fetched_are_served_the_same_answer(
    answers: Shared, web: Web, clock: Clock
) -> None:
    with ThreadPoolExecutor(8) as pool:
        pages = list(pool.map(lambda _: at(answers, clock).get(URL), range(40)))
    assert web.asked == 1 and all(page is pages[0] for page in pages)


def test_a_look_that_became_due_later_is_fetched_anew(answers: Shared, web: Web, clock: Clock) -> None:
    at(answers, clock).get(URL)
    clock.forward(seconds=60)
    at(answers, clock, -61).get(URL)
    assert web.asked == 1
    assert at(answers, clock, -59).get(URL).taken_at == clock() and web.asked == 2


def test_not_modified_serves_only_those_who_hold_the_same_copy(answers: Shared, web: Web, clock: Clock) -> None:
    assert [at(answers, clock).get(URL, etag='"a"').status for _ in range(3)] == [304] * 3 and web.asked == 1
    assert [at(answers, clock).get(URL, etag=old).status for old in ('"b"', "", '"c"')] == [200] * 3 and web.asked == 2
    assert at(answers, clock).get(URL, etag='"a"').body == b"words" and web.asked == 2


def test_a_failure_is_shared_with_its_moment_and_wait(answers: Shared, web: Web, clock: Clock) -> None:
    web.error = True
    began = clock()
    for _ in range(5):
        one = at(answers, clock, -30)
        with pytest.raises(FetchError) as error:
            one.get(URL)
        assert (error.value.outcome, error.value.retry_after, error.value.status) == (Outcome.BLOCKED, 90, 429)
        assert one.now() == began
        clock.forward(seconds=2)
    assert web.asked == 1


def test_a_clock_that_was_set_back_keeps_no_old_answer_alive(web: Web, clock: Clock) -> None:
    ticks = iter(range(0, 10_000, 200))
    answers = Shared(lambda: web, clock, lambda: float(next(ticks)))
    clock.forward(days=400)
    at(answers, clock).get(URL)
    clock.forward(days=-400)
    seen = [at(answers, clock).get(URL).taken_at for _ in range(4)]
    assert seen[-1] == clock() < seen[0] and shared.LONGEST == 600


def test_who_fell_out_of_step_is_back_in_it_after_a_few_rounds() -> None:
    due = {START + timedelta(seconds=shift) for shift in (0, 100, 333, 449, 700, 899)}
    for _ in range(6):
        due = {backoff.next_look(one, every=900, failures=0, retry_after=None, spread=0.1,
                                 jitter=beat(URL, one, 900, 0.1)) for one in due}  # fmt: skip
    moments = {round(one.timestamp()) % 900 for one in due}
    assert len(moments) == 1


def test_a_slower_pace_keeps_the_beat_of_a_faster_one() -> None:
    due = {every: START for every in (900.0, 3600.0)}
    for every in due:
        for _ in range(12):
            jitter = beat(URL, due[every], every, 0.1)
            due[every] = backoff.next_look(due[every], every=every, failures=0, retry_after=None, jitter=jitter)
    assert round(due[900.0].timestamp()) % 900 == round(due[3600.0].timestamp()) % 900


@pytest.mark.parametrize("spread", [0.0, 0.1, 0.5])
def test_the_dice_stay_within_their_bounds(spread: float) -> None:
    for seconds in range(0, 2000, 37):
        assert 0 <= beat(URL, START + timedelta(seconds=seconds), 900, spread) < 1
