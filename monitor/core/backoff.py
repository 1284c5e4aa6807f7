"""When to look, or to try, again. Pure: `now` and the dice (`jitter`) are arguments."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST_ASKED = 24 * 3600.0
"""Seconds: no Retry-After keeps us away for longer than a day."""

FIRST_PAUSE = 300.0
"""Seconds until the second look after a first failure (less for a source looked at more often)."""

LONGEST_PAUSE = 6 * 3600.0
"""Seconds: a source in trouble is still looked at four times a day, however rarely it is due."""

TRIES = (0.0, 5.0, 300.0, 1800.0, 7200.0, 18000.0, 36000.0, 50400.0, 72000.0, 86400.0)
"""Seconds before each try of a delivery: the retry schedule of the Standard Webhooks spec."""


def next_look(
    now: datetime,
    *,
    every: float,
    failures: int,
    retry_after: float | None,
    jitter: float,
    spread: float = 0.1,
) -> datetime:
    """When to look at a source again; never before the server's own Retry-After (at most a day).

    After a good visit (`failures` 0) that is `every` seconds from now, give or take the share `spread`, so
    that sources drift apart. After the n-th failure in a row it is half to all of a pause that
    starts at five minutes, doubles each time and stops growing at six hours. `jitter` is in [0, 1).
    """
    if failures <= 0:
        pause = every * (1 - spread + 2 * spread * jitter)
    else:
        doubled = min(every, FIRST_PAUSE) * 2.0 ** min(failures - 1, 30)
        pause = min(doubled, LONGEST_PAUSE) * (0.5 + 0.5 * jitter)
    return now + timedelta(seconds=max(pause, _asked(retry_after)))


def next_try(
    now: datetime, *, attempts: int, retry_after: float | None, jitter: float
) -> datetime | None:
    """When to try a delivery again after `attempts` tries; None means give up.

    Follows `TRIES` plus up to a tenth, so that many deliveries to one broken relay do not return
    in step; never before the receiver's own Retry-After (at most a day). `jitter` is in [0, 1).
    """
    if attempts >= len(TRIES):
        return None
    pause = TRIES[max(attempts, 0)] * (1.0 + 0.1 * jitter)
    return now + timedelta(seconds=max(pause, _asked(retry_after)))


def seconds_asked(retry_after: str, now: datetime) -> float | None:
    """The seconds that a Retry-After header asks us to wait, 0 to a day; None if it says nothing.

    Reads both forms of RFC 9110, section 10.2.3: a number of seconds and an HTTP date.
    """
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return _asked(float(text[:9]))
    try:
        moment = parsedate_to_datetime(text)
        if moment.tzinfo is None:  # "-0000": a time in UTC that claims no zone
            moment = moment.replace(tzinfo=UTC)
        return _asked((moment - now).total_seconds())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None  # not a date: the header says nothing we could follow


def _asked(retry_after: float | None) -> float:
    if retry_after is None or not retry_after > 0:  # "not >" also turns NaN away
        return 0.0
    return min(retry_after, LONGEST_ASKED)
