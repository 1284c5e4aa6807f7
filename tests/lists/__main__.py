"""Measures a start from a list, with a publisher on this machine: `python -m tests.lists [DESTINATIONS]`.

Prints requests for each round, seconds for each look, and the memory that a thousand found sources take.
"""

from __future__ import annotations

import gc
import logging
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import structlog

from monitor.listed import Found
from monitor.register import Register
from monitor.sources import listing
from monitor.wiring import Parts
from tests.fakes import START, Clock
from tests.lists.house import service, us
from tests.lists.publisher import FEED, Publisher, countries, feed, item, new_link

WORDS = " ".join(f"Sentence {number} tells of the roads and rivers in the region." for number in range(40))


def main(count: int) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    publisher, clock = Publisher(), Clock()
    publisher.pages[FEED] = _feed(count, 2)
    print(f"{count} destinations, a feed of {len(publisher.pages[FEED]) / 2**10:.0f} KiB\n")
    print(f"{'round':34}{'looks':>7}{'requests':>10}{'ms a look':>11}{'RSS MiB':>9}")
    with tempfile.TemporaryDirectory() as folder, service(Path(folder), publisher, us(publisher), clock) as parts:
        _round("start: list and first looks", parts, publisher, clock, 0)
        for number in (2, 3, 4):
            _round(f"round {number}: not modified", parts, publisher, clock, 1000)
        publisher.pages[FEED] = _feed(count, 3)
        _round("round 5: one of them changed", parts, publisher, clock, 1000)
        publisher.down = 503
        _round("round 6: the publisher is down", parts, publisher, clock, 1000)
        publisher.down = 0
        _round("round 7: it is back", parts, publisher, clock, 1000)
        print(f"\nchanges: {[change.destination for change in parts.store.changes()]}")
        print(f"{_memory(parts, 10_000):.2f} MiB for each 1,000 sources that this process knows")
    publisher.close()


def _feed(count: int, level: int) -> bytes:
    first, *rest = countries(count)
    return feed([item(first.name, new_link(first.iso3), level, WORDS),
                 *(item(one.name, new_link(one.iso3), 2, WORDS) for one in rest)])  # fmt: skip


def _round(name: str, parts: Parts, publisher: Publisher, clock: Clock, later: float) -> None:
    clock.forward(seconds=later)
    asked, began, looks = sum(publisher.asked.values()), time.perf_counter(), 0
    parts.look_at_lists()
    while (done := parts.check_due()) > 0:
        looks += done
    spent, requests = time.perf_counter() - began, sum(publisher.asked.values()) - asked
    print(f"{name:34}{looks:>7}{requests:>10}{1000 * spent / max(looks, 1):>11.1f}{_resident():>9.0f}")


def _memory(parts: Parts, count: int) -> float:
    """What a register of so many takes, none of them alike."""
    entry = listing.entry("Mali", url="", kind="uk-api", code="ML")

    class Book:
        def found(self, publishers: object) -> tuple[Found, ...]:
            return tuple(Found(
                publisher="us-state", source_id=f"us-state:place-{number}", first_seen_at=START,
                entry=replace(entry, token=f"t{number}", key=f"place-{number}", name=f"Place {number}", iso3="",
                              url=f"https://example.org/foreign-travel-advice/place-{number}"))
                for number in range(count))  # fmt: skip

        def list_marks(self, publishers: object) -> tuple[tuple[str, str], ...]:
            return (("us-state", "1"),)

    gc.collect()
    before = _resident()
    known = Register((), tuple(parts.register.listings.values()), Book())
    assert len(known.all) == count
    gc.collect()
    return (_resident() - before) / count * 1000


def _resident() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 230)
