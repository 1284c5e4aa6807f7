"""So many messages a minute to one domain; the rest come back one after another."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.notify.pacing import Pacer


@dataclass
class Clock:
    at: float = 0.0

    def __call__(self) -> float:
        return self.at


def test_without_a_limit_nothing_waits() -> None:
    pacer = Pacer()
    assert {pacer.wait("ngo.example") for _ in range(10_000)} == {0.0}


def test_over_the_limit_each_is_given_a_time_of_its_own() -> None:
    pacer = Pacer(12, now=Clock())
    assert [pacer.wait("ngo.example") for _ in range(4)] == [0.0, pytest.approx(5), pytest.approx(10),
                                                             pytest.approx(15)]  # fmt: skip


def test_who_comes_back_at_the_time_given_may_go() -> None:
    clock = Clock()
    pacer = Pacer(12, now=clock)
    pacer.wait("ngo.example")
    backs = sorted(pacer.wait("ngo.example") for _ in range(20))
    for back in backs:
        clock.at = back
        assert pacer.wait("ngo.example") == 0.0


def test_a_domain_has_its_own_limit_and_its_own_turn() -> None:
    pacer = Pacer(60, {"Slow.example": 1, "free.example": 0}, now=Clock())
    assert pacer.wait("slow.example") == 0.0 and pacer.wait("SLOW.example") == pytest.approx(60)
    assert pacer.wait("other.example") == 0.0
    assert {pacer.wait("free.example") for _ in range(100)} == {0.0}


def test_an_urgent_message_waits_behind_urgent_ones_only() -> None:
    pacer = Pacer(60, now=Clock())
    for _ in range(500):
        pacer.wait("ngo.example")
    assert pacer.wait("ngo.example", urgent=True) == pytest.approx(1)
    assert pacer.wait("ngo.example", urgent=True) == pytest.approx(2)
    assert pacer.wait("ngo.example") > 490


@given(st.lists(st.floats(0, 3), min_size=50, max_size=150), st.integers(1, 240))
def test_no_minute_sees_more_than_the_limit_and_the_burst(gaps: list[float], limit: int) -> None:
    clock = Clock()
    pacer = Pacer(limit, now=clock)
    went = []
    for gap in gaps:
        clock.at += gap
        if pacer.wait("ngo.example") == 0.0:
            went.append(clock.at)
    burst = max(1.0, limit / 12)
    for start in went:
        assert sum(start <= at < start + 60 for at in went) <= limit + burst + 1e-6


def test_memory_is_bounded_by_the_domains_that_are_busy() -> None:
    clock = Clock()
    pacer = Pacer(60, now=clock)
    for number in range(5_000):
        clock.at += 1
        pacer.wait(f"d{number}.example")
    assert len(pacer._buckets) <= 1001
