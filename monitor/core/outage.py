"""When we cannot see nearly anything: one message for all of it, and one when we see again.

Why so: if no page of any server comes through, the likely reason is our own connection, and a reader of forty
destinations needs to hear that once. The same holds for one publisher whose server refuses us everywhere.

* Everything: since the first failures of what is blind now, at least nine in ten of the pages watched were not seen
  once, and pages of at least two servers were tried. One in ten may still come through: a server in our own network
  must not turn one message into forty.
* One publisher: the same of its pages alone, from five on, as few make no flood.
* It is over when half of any one publisher's pages are seen again: our connection is then no reason any more. What
  is still out of sight is named in the all-clear, and counts anew from then.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from monitor.audience import NEVER, Bulletin, MessageKind, Place
from monitor.core import blindness
from monitor.core.blindness import Spot

EVERYWHERE = "*"
"""Destination of a bulletin that is about several."""
NEARLY_ALL = 0.9
MANY = 5
SERVERS = 2

_Key = tuple[str, str]


def begun(
    found: Iterable[Spot], open_: Iterable[Bulletin], now: datetime, after: timedelta,
    began: datetime | None = None, resumed: Bulletin | None = None,
) -> tuple[Bulletin, ...]:  # fmt: skip
    """The blindness to tell: one bulletin for all that fails together, else one for each spot.

    `open_` was told and is not over. `resumed` is the newest end of such an outage: of what it was about, only the
    time since counts.
    """
    told = {key for bulletin in open_ for key in _keys(bulletin)}
    fresh = [spot for spot in found if _key(spot) not in told]
    anew = _keys(resumed) if resumed is not None else set()
    due: dict[_Key, Bulletin] = {}
    for spot in fresh:
        start = max(began or NEVER, resumed.created_at) if resumed is not None and _key(spot) in anew else began
        for bulletin in blindness.blind((spot,), now, after, start):
            due[_key(spot)] = bulletin
    if not due:
        return ()
    dark = _dark(fresh, due)
    if len(dark) > 1 and _nearly_all(dark, fresh) and len(_servers(dark)) >= SERVERS:
        return (_wide(dark, "", now),)
    made: list[Bulletin] = []
    for publisher in dict.fromkeys(publisher for publisher, _ in due):
        own = [spot for spot in fresh if spot.views[0].publisher == publisher]
        mine = {key: bulletin for key, bulletin in due.items() if key[0] == publisher}
        dark = _dark(own, mine)
        if len(dark) >= MANY and _nearly_all(dark, own):
            made.append(_wide(dark, publisher, now))
        else:
            made += mine.values()
    return tuple(made)


def over(open_: Iterable[Bulletin], found: Iterable[Spot], now: datetime) -> tuple[Bulletin, ...]:
    """An all-clear for each told outage that has ended."""
    by = {_key(spot): spot for spot in found}
    made = []
    for bulletin in open_:
        watched = [place for place in bulletin.places if (place.publisher, place.destination) in by]
        looked = tuple(replace(place, seen=(by[place.publisher, place.destination].seen_at or NEVER)
                               > bulletin.created_at) for place in watched)  # fmt: skip
        publishers = {place.publisher: [one.seen for one in looked if one.publisher == place.publisher]
                      for place in looked}  # fmt: skip
        if any(2 * sum(seen) >= len(seen) for seen in publishers.values()):
            made.append(Bulletin(
                id=_id(f"over\n{bulletin.id}"), kind=MessageKind.ALL_CLEAR, created_at=now, destination=EVERYWHERE,
                publisher=bulletin.publisher, about=bulletin.id, since=bulletin.since, reason=bulletin.reason,
                places=looked))  # fmt: skip
    return tuple(made)


def narrowed(bulletin: Bulletin, chosen: Collection[str]) -> Bulletin:
    """The bulletin with those places only that a reader chose; all of them if none is chosen."""
    kept = tuple(place for place in bulletin.places if not chosen or place.destination in chosen)
    return replace(bulletin, places=kept)


def _dark(spots: Iterable[Spot], due: dict[_Key, Bulletin]) -> list[Spot]:
    """What nobody has seen since what is due began to fail."""
    spots = list(spots)
    began = max(_failing_since(spot) for spot in spots if _key(spot) in due)
    return [spot for spot in spots if (spot.seen_at or NEVER) < began]


def _failing_since(spot: Spot) -> datetime:
    return min((v.state.failing_since for v in spot.views if v.state.failing_since), default=NEVER)


def _nearly_all(dark: Sequence[Spot], spots: Sequence[Spot]) -> bool:
    return len(dark) >= math.ceil(NEARLY_ALL * len(spots))


def _servers(dark: Iterable[Spot]) -> set[str]:
    return {urlsplit(v.url).hostname or "" for spot in dark for v in spot.views if v.state.failures > 0}


def _wide(dark: Sequence[Spot], publisher: str, now: datetime) -> Bulletin:
    since = max((spot.seen_at for spot in dark if spot.seen_at), default=min(_failing_since(spot) for spot in dark))
    reasons = {v.state.last_reason for spot in dark for v in spot.views if v.state.failures > 0}
    return Bulletin(
        id=_id(f"wide\n{publisher}\n{since.isoformat()}"), kind=MessageKind.BLIND, created_at=now,
        destination=EVERYWHERE, publisher=publisher, since=since,
        reason=reasons.pop() if len(reasons) == 1 else "", url=dark[0].views[0].url, places=_places(dark))  # fmt: skip


def _places(dark: Iterable[Spot]) -> tuple[Place, ...]:
    views = sorted((spot.views[0] for spot in dark), key=lambda v: (v.destination_name, v.publisher))
    return tuple(Place(destination=v.destination, name=v.destination_name, publisher=v.publisher) for v in views)


def _keys(bulletin: Bulletin) -> set[_Key]:
    if not bulletin.places:
        return {(bulletin.publisher, bulletin.destination)}
    return {(place.publisher, place.destination) for place in bulletin.places}


def _key(spot: Spot) -> _Key:
    return spot.views[0].publisher, spot.views[0].destination


def _id(named: str) -> str:
    return "bul_" + hashlib.sha256(named.encode()).hexdigest()[:24]
