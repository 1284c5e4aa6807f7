"""The reader's own clock: when quiet hours end and when the next digest is due.

All answers are UTC. The clock jumps twice a year in most zones: a time that is skipped counts as the moment
of the jump, and of a time that comes twice a digest takes the first.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from monitor.audience import Cadence, Wishes
from monitor.model import Severity

_DAY = timedelta(days=1)
_LAST_MINUTE = 24 * 60 - 1


def quiet_until(wishes: Wishes, severity: Severity, now: datetime) -> datetime | None:
    """When the reader's quiet hours end, if it is quiet now and a message of this weight may wait; else None.

    Quiet hours begin with their first minute and end just before their last: 22:00-06:00 is over at 06:00.
    """
    if wishes.quiet is None or (severity is Severity.CRITICAL and wishes.critical_at_once):
        return None
    zone = zone_of(wishes.zone)
    here = now.astimezone(zone)
    if not _quiet(wishes.quiet, here):
        return None
    ends = (moment for ahead in range(4) for moment in _moments(here.date() + ahead * _DAY, wishes.quiet[1], zone))
    # A jump over the end may land in the quiet hours of the next day, where a zone crossed the date line.
    return next(moment for moment in ends if moment > now and not _quiet(wishes.quiet, moment.astimezone(zone)))


def next_digest(wishes: Wishes, after: datetime) -> datetime:
    """The next hour of the reader's daily or weekly digest, strictly after that time: one for each day or week."""
    zone = zone_of(wishes.zone)
    weekly = wishes.cadence is Cadence.WEEKLY
    # The digest of a day may come on the next one, when the clock jumps over the end of its day.
    first = after.astimezone(zone).date() - _DAY
    for day in (first + ahead * _DAY for ahead in range(16)):
        if weekly and day.weekday() != wishes.weekday % 7:
            continue
        if not weekly and _missing(day, zone):
            continue  # the day after it has one of its own, a few hours later
        due = _moments(day, wishes.hour * 60, zone)[0]
        if due > after:
            return due
    raise AssertionError("sixteen days hold every day of the week twice")


def known(name: str) -> bool:
    """Whether this names a time zone ("Africa/Bamako", "UTC")."""
    return _load(name) is not None


def zone_of(name: str) -> tzinfo:
    """The zone with this name; UTC if there is none, so that a message goes out at some hour rather than never."""
    return _load(name) or UTC


@lru_cache(maxsize=1024)
def _load(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not there, not a name, or the name of a folder ("America")
        return None


def _quiet(hours: tuple[int, int], here: datetime) -> bool:
    first, last = hours
    minute = here.hour * 60 + here.minute
    return first <= minute < last if first <= last else minute >= first or minute < last


def _moments(day: date, minute: int, zone: tzinfo) -> tuple[datetime, ...]:
    """When the clock reads this: once, twice, or at the jump that skips it."""
    wall = datetime.combine(day, time(), zone) + timedelta(minutes=minute)
    early, late = (wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if early == late:
        return (early,)
    return (early, late) if early < late else (_jump(late, early, zone),)


def _missing(day: date, zone: tzinfo) -> bool:
    """Whether the calendar of this zone has no such day, because it crossed the date line."""
    return all(_skipped(day, minute, zone) for minute in (0, _LAST_MINUTE))


def _skipped(day: date, minute: int, zone: tzinfo) -> bool:
    wall = datetime.combine(day, time(), zone) + timedelta(minutes=minute)
    return wall.replace(fold=0).astimezone(UTC) > wall.replace(fold=1).astimezone(UTC)


def _jump(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """The second between the two at which the zone's offset changes."""
    old, span = before.astimezone(zone).utcoffset(), round((after - before).total_seconds())
    low, high = 0, span
    while high - low > 1:
        middle = (low + high) // 2
        if (before + timedelta(seconds=middle)).astimezone(zone).utcoffset() == old:
            low = middle
        else:
            high = middle
    return before + timedelta(seconds=high)
