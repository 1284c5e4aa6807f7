"""The sources that this process knows: those of the configuration, and those that the lists of publishers named.

Several processes may work on one database, and any of them may be the one that reads a list. Each comes to know what
the others found, without a restart, by asking the database whether a list names something new.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from monitor.core import split
from monitor.listed import Found, Listing
from monitor.model import Destination, Source
from monitor.sources import identity

REFRESH = 15.0
"""Seconds after which what other processes found is known here too."""


class Book(Protocol):
    def found(self, publishers: Sequence[str]) -> tuple[Found, ...]: ...
    def list_marks(self, publishers: Sequence[str]) -> tuple[tuple[str, str], ...]: ...


class Register:
    """Every source that is watched, kept up to date. Thread-safe."""

    def __init__(self, configured: Sequence[Source], listings: Sequence[Listing], book: Book, *,
                 clock: Callable[[], float] = time.monotonic) -> None:  # fmt: skip
        self._configured, self._book, self._clock = tuple(configured), book, clock
        self.seen: Callable[[Sequence[Source]], object] = lambda new: None
        """Given the sources that were not known here, or not so, whoever found them."""
        self.listings = {one.publisher: one for one in listings}
        self._lock, self._asked_at = threading.Lock(), float("-inf")
        self._marks: tuple[tuple[str, str], ...] | None = None
        self._take(self._configured)

    def _take(self, sources: Iterable[Source]) -> None:
        by_id = {source.id: source for source in sources}
        alike: defaultdict[str, list[Source]] = defaultdict(list)
        for source in by_id.values():
            alike[source.url].append(source)
        self._alike: Mapping[str, tuple[Source, ...]] = {
            url: tuple(found) for url, found in alike.items() if len(found) > 1
        }
        self._by_id: Mapping[str, Source] = by_id
        self._all = tuple(by_id.values())

    def __iter__(self) -> Iterator[Source]:
        return iter(self.all)

    @property
    def all(self) -> tuple[Source, ...]:
        """Every source, what others found lately included."""
        self.refresh(patient=True)
        return self._all

    def get(self, source_id: str) -> Source | None:
        """The source with this id; one that is not known is asked for in the database, but not all the time."""
        found = self._by_id.get(source_id)
        if found is None:
            self.refresh(patient=True)
            found = self._by_id.get(source_id)
        return found

    def find(self, source_id: str) -> Source | None:
        """The same for who was given the id by the database: it must be there."""
        found = self._by_id.get(source_id)
        if found is None:
            self.refresh()
            found = self._by_id.get(source_id)
        return found

    def alike(self, source: Source) -> tuple[Source, ...]:
        """All that are read from the same address, itself included; nothing if it is the only one."""
        return self._alike.get(source.url, ())

    def shares(self, url: str) -> bool:
        """Whether several read this address, the list of a publisher counted."""
        return url in self._alike or any(one.url == url for one in self.listings.values())

    def refresh(self, *, patient: bool = False) -> None:
        """Take up what the lists name. With `patient`, the database is asked once in a while only."""
        if not self.listings or (patient and self._clock() - self._asked_at < REFRESH):
            return
        with self._lock:
            self._asked_at = self._clock()
            marks = self._book.list_marks(list(self.listings))
            if marks == self._marks:
                return
            now = sources(self._configured, self.listings, self._book.found(list(self.listings)))
            changed = [one for one in now if self._by_id.get(one.id) != one]
            if changed:
                self.seen(changed)
            self._take(now)
            self._marks = marks


def sources(
    configured: Sequence[Source], listings: Mapping[str, Listing], found: Iterable[Found]
) -> tuple[Source, ...]:
    """What is watched: the configured sources, and each found one that is neither left out nor among those."""
    places = tuple(dict.fromkeys(source.destination for source in configured))
    known = {what(one) for one in configured}
    made = [source_of(one, listings[one.publisher], places) for one in found]
    wanted = [one for one in made if not left_out(one.destination, listings[one.publisher])]
    return (*configured, *(one for one in wanted if what(one) not in known))


def what(source: Source) -> tuple[str, str, str, str]:
    """Two sources with the same would look at the same thing."""
    return source.publisher, source.kind, source.url, source.destination.key


def source_of(found: Found, listing: Listing, places: Sequence[Destination] = ()) -> Source:
    """The source that watches what a list named; it belongs to a configured destination if that is the same one."""
    entry = found.entry
    place = Destination(key=entry.key, name=entry.name, iso3=entry.iso3, region=entry.region, names=entry.names)
    own = next((one for one in places if same(one, place)), None)
    if own is not None:
        names = tuple(dict.fromkeys((*own.names, entry.name, *entry.names)))
        place = replace(own, names=names, iso3=entry.iso3 or own.iso3, region=own.region or entry.region)
    return Source(id=found.source_id, url=entry.url, kind=entry.kind, publisher=found.publisher, destination=place,
                  every=listing.pace, spread=listing.spread, min_items=_least(entry.url, listing))  # fmt: skip


def _least(url: str, listing: Listing) -> int:
    """A feed that is its own list is judged like it."""
    return listing.min_items if url == listing.url else 0


def same(one: Destination, other: Destination) -> bool:
    """Whether two destinations are the same place."""
    if one.iso3 and other.iso3 and one.iso3.casefold() == other.iso3.casefold():
        return True
    return one.key == other.key or identity.is_called(one, other.name)


def left_out(place: Destination, listing: Listing) -> bool:
    """Whether the configuration says not to watch it."""
    return any(split.slug(name) == place.key or identity.is_called(place, name) for name in listing.left_out)
