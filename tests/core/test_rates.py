"""Base rates, ladders and steps from where sources stood."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.core import ladder, rates
from monitor.core.steps import steps
from monitor.posture import Hold, Posture, Rung, Stand

DAY = timedelta(days=1)
START = datetime(2025, 1, 1, tzinfo=UTC)


def stand(day: float, *rungs: Rung, level: int | None = 3, source: str = "page", publisher: str = "us-state",
          event: str = "") -> Stand:  # fmt: skip
    holds = tuple(Hold(rung, f"{rung.value} says so.", "Advisory") for rung in rungs)
    return Stand(source_id=source, publisher=publisher, taken_at=START + day * DAY, event_id=event,
                 posture=Posture(level=level, level_words=f"Level {level}" if level else "", holds=holds))  # fmt: skip


# -- shifts and rates -----------------------------------------------------------------
def test_a_first_look_and_a_new_quote_are_no_change_of_posture() -> None:
    same = stand(3, Rung.CURFEW)
    other = Stand(source_id="page", publisher="us-state", taken_at=START + 4 * DAY,
                  posture=Posture(level=3, holds=(Hold(Rung.CURFEW, "Other words."),)))  # fmt: skip
    assert rates.shifts([same, other]) == ()


def test_the_same_change_on_two_routes_of_a_publisher_counts_once_and_of_two_publishers_twice() -> None:
    found = rates.shifts([
        stand(0), stand(0, source="feed"), stand(0, source="uk", publisher="uk-fcdo"),
        stand(5, Rung.ORDERED, Rung.CURFEW), stand(6, Rung.ORDERED, source="feed"),
        stand(7, Rung.ORDERED, source="uk", publisher="uk-fcdo"),
    ])  # fmt: skip
    assert [(one.publisher, one.begun) for one in found] == [
        ("us-state", {Rung.ORDERED, Rung.CURFEW}), ("uk-fcdo", {Rung.ORDERED})]  # fmt: skip


def test_a_change_that_comes_again_on_the_same_route_counts_again() -> None:
    found = rates.shifts([stand(0), stand(1, Rung.CURFEW), stand(2), stand(3, Rung.CURFEW)])
    assert [(bool(one.begun), bool(one.ended)) for one in found] == [(True, False), (False, True), (True, False)]


def test_a_route_that_shows_more_than_the_first_one_is_a_change_of_its_own() -> None:
    more = stand(2, Rung.AIR, level=4, source="feed")
    found = rates.shifts([stand(0), stand(0, source="feed"), stand(1, level=4), more])
    assert [one.source_id for one in found] == ["page", "feed"]


def test_a_slow_route_that_shows_at_once_what_others_showed_one_by_one_adds_nothing() -> None:
    found = rates.shifts([stand(0), stand(0, source="api"), stand(1, Rung.CURFEW), stand(3, Rung.CURFEW, level=4),
                          stand(5, Rung.CURFEW, level=4, source="api"), stand(7, source="api")])  # fmt: skip
    assert [(one.source_id, one.at) for one in found] == [
        ("page", START + DAY), ("page", START + 3 * DAY), ("api", START + 7 * DAY)]  # fmt: skip


def test_a_route_that_shows_it_a_season_later_shows_a_new_change() -> None:
    stands = [stand(0), stand(0, source="feed"), stand(1, level=4), stand(100, level=4, source="feed")]
    assert len(rates.shifts(stands)) == 2


def test_the_base_rate_is_the_median_gap_before_the_window() -> None:
    now = START + 1000 * DAY
    moments = [START + day * DAY for day in (10, 100, 310, 520, 915, 950, 999)]
    found = rates.rate(moments, since=START, now=now)
    assert (found.lately, found.usual, found.earlier, found.watched) == (3, 210, 4, 1000)
    assert found.counts == ((30, 1), (90, 3), (365, 3))


@pytest.mark.parametrize("earlier", [(), (100,), (100, 200)])
def test_with_fewer_than_two_gaps_before_there_is_no_usual_pace(earlier: tuple[int, ...]) -> None:
    found = rates.rate([START + day * DAY for day in (*earlier, 950)], since=START, now=START + 1000 * DAY)
    assert found.usual is None and found.earlier == len(earlier) and found.lately == 1


def test_what_lies_ahead_of_now_is_not_counted() -> None:
    assert rates.rate([START + 2 * DAY], since=START, now=START).counts == ((30, 0), (90, 0), (365, 0))


# -- ladders --------------------------------------------------------------------------
def test_a_rung_stands_since_the_oldest_look_that_showed_it_without_a_break() -> None:
    past = [stand(0), stand(1, Rung.AIR), stand(2), stand(3, Rung.AIR, event="evt_a"), stand(4, Rung.AIR, Rung.BORDER)]
    (made,) = ladder.ladders([past[-1]], past, {})
    held = {step.rung: step.held[0] for step in made.standing}
    assert held[Rung.AIR].since == ladder.Since(source_id="page", at=START + 3 * DAY, from_the_first=False,
                                                event_id="evt_a")  # fmt: skip
    assert held[Rung.BORDER].since.at == START + 4 * DAY and held[Rung.AIR].quote == "air_travel says so."
    assert made.levels[0].by[0].from_the_first and made.levels[0].by[0].at == START


def test_the_ladder_has_every_rung_with_the_gravest_on_top() -> None:
    (made,) = ladder.ladders([stand(0)], [stand(0)], {})
    assert [step.rung for step in made.steps][:3] == [Rung.LEAVE_NOW, Rung.EMBASSY, Rung.ORDERED]
    assert {step.rung for step in made.steps} == set(Rung) and made.standing == () and not made.split


def test_routes_and_publishers_that_disagree_are_both_shown() -> None:
    now = [stand(5, Rung.ORDERED, level=4), stand(5, level=3, source="feed"),
           stand(5, Rung.CURFEW, level=None, source="uk", publisher="uk-fcdo")]  # fmt: skip
    us, uk = ladder.ladders(now, now, {})
    assert [(one.level, [by.source_id for by in one.by]) for one in us.levels] == [(4, ["page"]), (3, ["feed"])]
    assert us.split and us.standing[0].absent == ("feed",) and not uk.split and uk.levels == ()
    assert ladder.divided([us, uk]) and not ladder.divided([us])


def test_a_route_that_nobody_saw_since_another_moved_does_not_contradict_it() -> None:
    old = stand(0, level=3, source="old")
    past = [old, stand(0), stand(5, Rung.ORDERED, level=4)]
    for day, split in ((4, False), (6, True)):
        (made,) = ladder.ladders([old, past[-1]], past, {"old": START + day * DAY, "page": START + 9 * DAY})
        assert made.split is split and made.standing[0].absent == (("old",) if split else ())
        assert [(one.level, one.passed is None) for one in made.levels] == [(4, True), (3, split)]


def test_a_level_stands_since_the_last_move_to_it_and_not_since_a_route_that_never_moved() -> None:
    past = [stand(0, source="old"), stand(0), stand(0, source="feed"), stand(9, level=4),
            stand(9, level=4, source="feed"), stand(30), stand(31, source="feed")]  # fmt: skip
    (made,) = ladder.ladders([past[0], past[-2], past[-1]], past, {})
    (level,) = made.levels
    assert level.since.at == START + 30 * DAY and level.since.source_id == "page"


def test_a_feed_of_alerts_on_a_quiet_day_disagrees_with_nobody() -> None:
    now = [stand(5, Rung.ORDERED, level=4), stand(5, level=None, source="alerts", publisher="us-embassy")]
    made = ladder.ladders(now, now, {})
    assert [one.silent for one in made] == [False, True] and not ladder.divided(made)


# -- steps ----------------------------------------------------------------------------
def test_the_chart_takes_the_graver_of_two_routes() -> None:
    made = steps([stand(0), stand(0, source="feed"), stand(1, Rung.ORDERED, level=4), stand(2, source="feed"),
                  stand(3, level=3)], {"page", "feed"})  # fmt: skip
    assert [(one.level, one.height) for one in made["us-state"]] == [(3, 0), (4, 5), (3, 0)]


def test_a_route_that_is_watched_no_longer_counts_until_a_watched_one_stands() -> None:
    made = steps([stand(0, level=4, source="old"), stand(1, level=3), stand(2, level=4, source="old")], {"page"})
    assert [(one.at, one.level) for one in made["us-state"]] == [(START, 4), (START + DAY, 3)]
