"""When to look, or to try, again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core import backoff

NOW = datetime(2026, 10, 7, 12, 0, tzinfo=UTC)
HOUR = 3600.0


def look(**changes) -> float:
    values = {"every": HOUR, "failures": 0, "retry_after": None, "jitter": 0.5} | changes
    return (backoff.next_look(NOW, **values) - NOW).total_seconds()


def attempt(attempts, retry_after=None, jitter=0.0) -> float | None:
    moment = backoff.next_try(NOW, attempts=attempts, retry_after=retry_after, jitter=jitter)
    return None if moment is None else (moment - NOW).total_seconds()


def test_a_good_visit_is_followed_by_the_next_give_or_take_a_tenth():
    assert look(jitter=0.5) == pytest.approx(HOUR)
    assert look(jitter=0.0) == pytest.approx(0.9 * HOUR)
    assert look(jitter=0.999) < 1.1 * HOUR


def test_failures_double_the_pause_from_five_minutes_to_six_hours():
    pauses = [look(failures=n, jitter=1.0) for n in range(1, 10)]
    assert pauses == [300, 600, 1200, 2400, 4800, 9600, 19200, 21600, 21600]


def test_jitter_takes_up_to_half_of_a_pause_after_failure():
    assert look(failures=1, jitter=0.0) == 150
    assert look(failures=99, jitter=0.0) == 3 * HOUR


def test_a_source_looked_at_every_minute_starts_with_a_minute():
    assert look(every=60, failures=1, jitter=1.0) == 60


def test_a_daily_source_in_trouble_is_looked_at_four_times_a_day():
    assert look(every=24 * HOUR, failures=50, jitter=1.0) == 6 * HOUR


def test_we_never_come_back_before_retry_after():
    assert look(failures=1, retry_after=7200) == 7200
    assert look(failures=0, retry_after=7200) == 7200
    assert look(failures=1, retry_after=1) == 225


def test_no_retry_after_keeps_us_away_for_more_than_a_day():
    assert look(failures=1, retry_after=1e9) == 24 * HOUR
    assert attempt(1, retry_after=float("inf")) == 24 * HOUR


@given(
    every=st.floats(1, 7 * 24 * HOUR),
    failures=st.integers(0, 10**9),
    retry_after=st.none() | st.floats(),
    jitter=st.floats(0, 1, exclude_max=True),
)
def test_the_next_look_is_always_ahead_and_never_far(every, failures, retry_after, jitter):
    pause = look(every=every, failures=failures, retry_after=retry_after, jitter=jitter)
    assert 0 < pause <= max(24 * HOUR, 1.1 * every) + 1e-3
    if failures and retry_after is None:
        assert pause <= 6 * HOUR + 1e-3


def test_a_delivery_is_tried_ten_times_over_three_days():
    pauses = [attempt(n) for n in range(11)]
    assert pauses == [0, 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400, None]
    assert 3 < timedelta(seconds=sum(pauses[:-1])).total_seconds() / 86400 < 4


def test_a_delivery_waits_as_long_as_its_receiver_asks_and_spreads_a_little():
    assert attempt(1, retry_after=90) == 90
    assert attempt(2, jitter=0.5) == 315
    assert attempt(10, retry_after=5) is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        (" 90 ", 90.0),
        ("9" * 400, 86400.0),
        ("Wed, 07 Oct 2026 12:01:00 GMT", 60.0),
        ("Wed, 07 Oct 2026 12:01:00 -0000", 60.0),
        ("Wed, 07 Oct 2026 11:00:00 GMT", 0.0),
        ("Fri, 01 Jan 2100 00:00:00 GMT", 86400.0),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("\u0661\u0662", None),
        ("Wed, 99 Foo 99999 99:99:99 GMT", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(text, seconds):
    assert backoff.seconds_asked(text, NOW) == seconds


@given(st.text())
def test_no_retry_after_breaks_us(text):
    asked = backoff.seconds_asked(text, NOW)
    assert asked is None or 0 <= asked <= 86400
