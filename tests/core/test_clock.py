"""The reader's clock, in every zone and over every jump of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from monitor.audience import Cadence, Wishes
from monitor.core import clock
from monitor.model import Severity

ZONES = sorted(name for name in available_timezones() if clock.known(name))
TIMES = st.datetimes(datetime(2005, 1, 1), datetime(2036, 1, 1)).map(lambda moment: moment.replace(tzinfo=UTC))
MINUTES = st.integers(0, 1439)
JUMPS = [("Europe/Paris", (2026, 3, 29)), ("Europe/Paris", (2026, 10, 25)), ("America/New_York", (2026, 3, 8)),
         ("America/Nuuk", (2026, 3, 28)), ("America/Nuuk", (2026, 10, 24)), ("Africa/Cairo", (2026, 4, 24)),
         ("Australia/Lord_Howe", (2026, 4, 5)), ("Australia/Lord_Howe", (2026, 10, 4)), ("Asia/Beirut", (2026, 3, 29)),
         ("Africa/Casablanca", (2026, 2, 15)), ("Africa/Casablanca", (2026, 3, 22)),
         ("Pacific/Apia", (2011, 12, 30))]  # fmt: skip
"""Days with a jump: of one hour, of half an hour, at midnight, over midnight, over a whole day."""


def at(words: str) -> datetime:
    return datetime.fromisoformat(words).astimezone(UTC)


def quiet(zone: str, start: int, end: int, **more: object) -> Wishes:
    return Wishes(zone=zone, quiet=(start * 60, end * 60), **more)  # type: ignore[arg-type]


def is_quiet(wishes: Wishes, moment: datetime) -> bool:
    assert wishes.quiet is not None
    here = moment.astimezone(ZoneInfo(wishes.zone))
    since_start = (here.hour * 60 + here.minute - wishes.quiet[0]) % 1440
    return since_start < (wishes.quiet[1] - wishes.quiet[0]) % 1440


# --------------------------------------------------------------------------------------
# Quiet hours
# --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("now", "until"),
    [("2026-06-09T21:59:59+00:00", None), ("2026-06-09T22:00:00+00:00", "2026-06-10T06:00:00+00:00"),
     ("2026-06-10T05:59:59+00:00", "2026-06-10T06:00:00+00:00"), ("2026-06-10T06:00:00+00:00", None)],
)  # fmt: skip
def test_a_night_past_midnight_ends_in_the_morning(now: str, until: str | None) -> None:
    found = clock.quiet_until(quiet("Africa/Bamako", 22, 6), Severity.HIGH, at(now))
    assert found == (at(until) if until else None)


def test_what_is_critical_waits_only_for_a_reader_who_said_so() -> None:
    now = at("2026-06-09T23:00:00+00:00")
    assert clock.quiet_until(quiet("UTC", 22, 6), Severity.CRITICAL, now) is None
    assert clock.quiet_until(quiet("UTC", 22, 6, critical_at_once=False), Severity.CRITICAL, now) is not None


def test_nothing_waits_without_quiet_hours_or_with_none_of_any_length() -> None:
    now = at("2026-06-09T22:00:00+00:00")
    assert clock.quiet_until(Wishes(), Severity.LOW, now) is None
    assert clock.quiet_until(quiet("UTC", 22, 22), Severity.LOW, now) is None


@pytest.mark.parametrize(
    ("now", "end", "until"),
    [("2026-03-29T01:00:00+01:00", 2, "2026-03-29T03:00:00+02:00"),  # 02:00 is skipped: over when the clock jumps
     ("2026-03-29T01:00:00+01:00", 6, "2026-03-29T06:00:00+02:00"),  # an hour shorter
     ("2026-10-25T01:00:00+02:00", 6, "2026-10-25T06:00:00+01:00"),  # an hour longer
     ("2026-10-25T01:00:00+02:00", 2, "2026-10-25T02:00:00+02:00")],  # 02:00 comes twice: over at the first
)  # fmt: skip
def test_quiet_hours_end_by_the_clock_on_the_wall_over_a_jump(now: str, end: int, until: str) -> None:
    found = clock.quiet_until(quiet("Europe/Paris", 22, end), Severity.HIGH, at(now))
    assert found == at(until)


def test_a_quiet_end_that_comes_twice_is_found_after_its_first_coming() -> None:
    wishes = Wishes(zone="Europe/Paris", quiet=(22 * 60, 2 * 60 + 30))
    assert clock.quiet_until(wishes, Severity.LOW, at("2026-10-25T02:10:00+01:00")) == at("2026-10-25T02:30:00+01:00")


@given(st.sampled_from(ZONES), MINUTES, MINUTES, TIMES)
@settings(max_examples=400)
@example("Pacific/Apia", 22 * 60, 6 * 60, datetime(2011, 12, 30, 9, 30, tzinfo=UTC))
@example("America/Nuuk", 22 * 60, 23 * 60 + 30, datetime(2026, 3, 29, 0, 30, tzinfo=UTC))
def test_quiet_hours_end_outside_of_themselves_within_a_day_and_only_if_it_is_quiet(
    zone: str, first: int, last: int, now: datetime
) -> None:
    wishes = Wishes(zone=zone, quiet=(first, last))
    until = clock.quiet_until(wishes, Severity.HIGH, now)
    assert (until is not None) == is_quiet(wishes, now)
    if until is not None:
        assert now < until <= now + timedelta(hours=26) and not is_quiet(wishes, until)


# --------------------------------------------------------------------------------------
# Digests
# --------------------------------------------------------------------------------------
def digests(wishes: Wishes, since: datetime, until: datetime) -> list[datetime]:
    found, moment = [], since
    while (moment := clock.next_digest(wishes, moment)) <= until:
        found.append(moment)
    return found


@pytest.mark.parametrize(
    ("after", "due"),
    [("2026-06-09T06:59:59+02:00", "2026-06-09T07:00:00+02:00"),
     ("2026-06-09T07:00:00+02:00", "2026-06-10T07:00:00+02:00"),
     ("2026-03-28T12:00:00+01:00", "2026-03-29T07:00:00+02:00")],
)  # fmt: skip
def test_a_daily_digest_is_due_at_the_readers_hour_strictly_after(after: str, due: str) -> None:
    assert clock.next_digest(Wishes(zone="Europe/Paris", cadence=Cadence.DAILY), at(after)) == at(due)


def test_a_weekly_digest_is_due_on_the_readers_day() -> None:
    wishes = Wishes(zone="Asia/Tokyo", cadence=Cadence.WEEKLY, weekday=0, hour=7)
    # Sunday evening in UTC is Monday morning in Tokyo.
    assert clock.next_digest(wishes, at("2026-06-07T21:00:00+00:00")) == at("2026-06-07T22:00:00+00:00")
    assert clock.next_digest(wishes, at("2026-06-07T22:00:00+00:00")) == at("2026-06-14T22:00:00+00:00")


@pytest.mark.parametrize("zone, day", JUMPS)
@pytest.mark.parametrize("hour", range(24))
def test_there_is_one_digest_for_each_day_however_the_clock_jumps(
    zone: str, day: tuple[int, int, int], hour: int
) -> None:
    wishes = Wishes(zone=zone, cadence=Cadence.DAILY, hour=hour)
    noon = datetime(*day, 12, tzinfo=UTC)
    found = digests(wishes, noon - timedelta(days=5), noon + timedelta(days=5))
    gaps = {(later - sooner) / timedelta(hours=1) for sooner, later in pairwise(found)}
    # Apia left out a day of its calendar, not of ours: 24 hours apart there too.
    assert len(found) in (9, 10, 11) and all(22 <= gap <= 26 for gap in gaps)
    for due in found:
        here = due.astimezone(ZoneInfo(zone))
        assert here.hour == hour or (here.hour == (hour + 1) % 24 and here.minute in (0, 30))


@pytest.mark.parametrize("hour", [0, 2, 3, 23])
def test_every_zone_has_one_digest_a_day_around_each_of_its_jumps(hour: int) -> None:
    jumps = 0
    for zone in ZONES:
        there, wishes = ZoneInfo(zone), Wishes(zone=zone, cadence=Cadence.DAILY, hour=hour)
        for day in range(360):
            noon = datetime(2026, 1, 3, 12, tzinfo=UTC) + timedelta(days=day)
            if noon.astimezone(there).utcoffset() == (noon + timedelta(days=1)).astimezone(there).utcoffset():
                continue
            jumps += 1
            first = noon.astimezone(there).replace(hour=hour) - timedelta(days=2)
            last = first + timedelta(days=5)  # on the wall
            assert len(digests(wishes, first.astimezone(UTC), last.astimezone(UTC))) == 5, (zone, noon)
    assert jumps > 200


@given(st.sampled_from(ZONES), st.sampled_from([Cadence.DAILY, Cadence.WEEKLY]), st.integers(0, 23), st.integers(0, 6),
       TIMES)  # fmt: skip
@settings(max_examples=400)
@example("Pacific/Apia", Cadence.WEEKLY, 7, 4, datetime(2011, 12, 28, tzinfo=UTC))
def test_in_every_zone_the_next_digest_is_ahead_by_at_most_its_period(
    zone: str, cadence: Cadence, hour: int, weekday: int, after: datetime
) -> None:
    wishes = Wishes(zone=zone, cadence=cadence, hour=hour, weekday=weekday)
    period = timedelta(days=7 if cadence is Cadence.WEEKLY else 1, hours=2)
    due = clock.next_digest(wishes, after)
    assert after < due <= after + period + (timedelta(days=1) if zone in ("Pacific/Apia", "Pacific/Fakaofo") else
                                            timedelta())  # fmt: skip
    assert clock.next_digest(wishes, due - timedelta(microseconds=1)) == due
    here = due.astimezone(ZoneInfo(zone))
    assume(here.hour == hour)  # not a skipped hour
    assert here.minute == here.second == 0 and (cadence is Cadence.DAILY or here.weekday() == weekday)


# --------------------------------------------------------------------------------------
# Names
# --------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["", "Mars/Base", "America", "../etc/passwd", "/etc/localtime", "a\x00b", "é", "."])
def test_an_unknown_zone_is_said_to_be_unknown_and_counts_as_utc(name: str) -> None:
    assert not clock.known(name)
    now = at("2026-06-09T23:00:00+00:00")
    assert clock.quiet_until(quiet(name, 22, 6), Severity.LOW, now) == at("2026-06-10T06:00:00+00:00")
    assert clock.next_digest(Wishes(zone=name, cadence=Cadence.DAILY), now) == at("2026-06-10T07:00:00+00:00")


def test_common_zones_are_known() -> None:
    assert all(clock.known(name) for name in ("UTC", "Africa/Bamako", "Europe/Paris", "America/New_York"))
    assert len(ZONES) > 400
