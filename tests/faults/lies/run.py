"""Serves each case to the real client and the real pipeline, and looks at what came of it."""

from __future__ import annotations

import queue
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from monitor import pipeline
from monitor.audience import Channel, Subscription, Wishes
from monitor.fetch import Client, Manners
from monitor.model import Outcome, Severity, Source, Visit
from monitor.store import Store
from tests.fakes import START, Clock
from tests.faults.lies.good import all_of_them
from tests.faults.lies.site import NEWS, WELL, Case, sites
from tests.faults.telling import tables

KINDS = tuple(all_of_them())
Say = Callable[[str], None]
WORKERS = 4
"""As many looks at a time as the service has (workers in [schedule])."""
LONGEST = 60.0
"""Seconds that a visit may take."""


@dataclass
class Row:
    """What came of one family."""

    answers: int = 0
    visits: int = 0
    crashes: int = 0
    alerts: int = 0
    slowest: float = 0.0
    outcomes: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


@dataclass
class Found:
    """What came of all of them."""

    rows: dict[str, Row] = field(default_factory=dict)
    grown: float = 0.0
    """Megabytes by which the memory grew at its peak."""
    still_told: int = 0
    """Sources that told a real change after everything."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def row(self, family: str) -> Row:
        with self._lock:
            return self.rows.setdefault(family, Row())

    @property
    def wrong(self) -> list[str]:
        return [words for row in self.rows.values() for words in row.wrong]


class Desk:
    """One worker: a store with good snapshots, one client, and the port at which all its sources are."""

    def __init__(self, folder: str, port: int, deadline: float) -> None:
        self.clock = Clock()
        (Path(folder) / f"{port}.db").write_bytes(tables())
        self.store = Store.open(f"sqlite:///{folder}/{port}.db", durable=False)
        self.sources: dict[str, Source] = {kind: good.source(port) for kind, good in all_of_them().items()}
        self.store.sync_sources(tuple(self.sources.values()), START)
        self.store.add_subscription(Subscription(id="sub_1", channel=Channel.FILE, address="", created_at=START,
                                                 wishes=Wishes(floor=Severity.LOW)))  # fmt: skip
        self.client = Client(Manners(
            user_agent="advisory-monitor/1 (+mailto:ops@example.org)", allowed_hosts=frozenset(),
            local_hosts=frozenset({f"127.0.0.1:{port}"}), host_gap=0.0, deadline=deadline, read_timeout=deadline,
            robots=False), now=self.clock)  # fmt: skip

    def look(self, kind: str) -> tuple[Visit, int, float]:
        """The visit, how many deliveries it made, and the seconds it took."""
        self.clock.forward(hours=1)
        begun = time.monotonic()
        made, recorded = pipeline.check(self.sources[kind], book=self.store, web=self.client, now=self.clock,
                                        jitter=lambda: 0.5)  # fmt: skip
        return made, recorded.deliveries, time.monotonic() - begun

    def close(self) -> None:
        self.client.close()
        self.store.close()


def run(cases: Sequence[Case], *, workers: int = WORKERS, deadline: float = 2.0, say: Say = lambda _: None) -> Found:
    """Every case on the sources it is for, each followed by a look at the page as it is."""
    found = Found()
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in _mixed(cases):
        waiting.put(number)
    with tempfile.TemporaryDirectory(prefix="monitor-lies-") as folder, sites(cases, workers) as (ports, now):
        desks = [Desk(folder, port, deadline) for port in ports]
        for desk in desks:
            for kind in KINDS:
                made, _, _ = desk.look(kind)
                assert made.outcome is Outcome.FIRST, f"{kind}: {made.outcome} {made.reason}"
        with _Peak() as peak:
            threads = [threading.Thread(target=_work, args=(cases, waiting, desk, number, now, found, say))
                       for number, desk in enumerate(desks)]  # fmt: skip
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        found.grown = peak.grown
        for number, desk in enumerate(desks):
            now[number] = NEWS
            made, deliveries, _ = desk.look("us-page")
            found.still_told += made.outcome is Outcome.CHANGED and deliveries == 1
            desk.close()
    return found


def _mixed(cases: Sequence[Case]) -> Iterable[int]:
    """The slow and the heavy ones first, so that no worker ends with them alone."""
    first = ("drips", "heavy markup", "bombs")
    return sorted(range(len(cases)), key=lambda n: (first.index(cases[n].family) if cases[n].family in first else 9, n))


def _work(cases: Sequence[Case], waiting: queue.SimpleQueue[int], desk: Desk, number: int, now: Any, found: Found,
          say: Callable[[str], None]) -> None:  # fmt: skip
    while True:
        try:
            which = waiting.get_nowait()
        except queue.Empty:
            return
        case = cases[which]
        row = found.row(case.family)
        row.answers += 1
        for kind in _kinds(case, which):
            now[number] = which
            _one(desk, case, kind, row, None if _many(case) and which % 5 else lambda: now.__setitem__(number, WELL))
        if which % 1000 == 999:
            say(f"{case.family}: {which + 1} of {len(cases)}, {len(found.wrong)} wrong")


def _many(case: Case) -> bool:
    return case.family == "html5lib data"


def _kinds(case: Case, which: int) -> Iterable[str]:
    """Whom a case is served to: the page without a shape of its own, which has to be told by its words, gets all."""
    if case.kinds:
        return case.kinds
    if _many(case) and which % 3:
        return ("headings",)
    return dict.fromkeys((KINDS[which % len(KINDS)], "headings"))


def _one(desk: Desk, case: Case, kind: str, row: Row, well: Callable[[], None] | None) -> None:
    where = f"{case.family}, {case.name}, {kind}"
    before = desk.store.state(kind).baseline_id
    try:
        made, deliveries, seconds = desk.look(kind)
        row.visits += 1
        row.slowest = max(row.slowest, seconds)
        row.outcomes[made.outcome.value] += 1
        row.alerts += deliveries
        if seconds > LONGEST:
            row.wrong.append(f"{where}: took {seconds:.0f} s")
        rebased = desk.store.state(kind).baseline_id != before
        if deliveries or (rebased and not case.may_rebase):
            told = made.comparison.headline if made.comparison else ""
            row.wrong.append(f"{where}: {made.outcome.value}, {deliveries} told: {told} {made.reason}")
        if well is None:
            return
        well()
        again, more, _ = desk.look(kind)
        row.alerts += more
        if more or not (again.outcome is Outcome.UNCHANGED or rebased):
            row.wrong.append(f"{where}: then the page as it is was {again.outcome.value}, {more} told: {again.reason}")
    except Exception as bug:  # a crash is what is looked for
        row.crashes += 1
        row.wrong.append(f"{where}: {type(bug).__name__}: {bug}")


class _Peak:
    """By how much the memory of this process grew at its peak, in megabytes."""

    grown = 0.0

    def __enter__(self) -> _Peak:
        Path("/proc/self/clear_refs").write_text("5")  # the high-water mark begins anew
        self._begun = _status("VmRSS")
        return self

    def __exit__(self, *_: object) -> None:
        self.grown = _status("VmHWM") - self._begun


def _status(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{name}:"))
