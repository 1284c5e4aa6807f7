"""What a visit costs: CPU per page, beside a plain `requests` + SHA-256 loop in the same run.

    python -m benchmarks.visits [--rounds 5] [--sources 1000 5000] [--stored 200 5000 50000] [--jobs 1000]

The service looks as it does in `monitor run` (`check_due`, with its threads, its log and its database on disk) at pages
whose words stay while their chrome differs on each fetch, and at pages that answer 304. urlwatch and webchanges look at
the same pages where they are installed (BENCHMARK_RIVALS names the folder of their commands). Prints a table and writes
benchmarks/results/visits.json with machine details. CPU is user and system time of the process; the server runs in
another. Compare figures of one run only.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import resource
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests

from benchmarks import report, rivals, service, site
from benchmarks.site import page
from monitor import pipeline
from monitor.audience import Channel, Subscription, Wishes
from monitor.model import Destination, Outcome, Page, Severity, Source
from monitor.store import Store

START = datetime(2026, 6, 1, tzinfo=UTC)
MALI = Destination(key="mali", name="Mali", iso3="MLI", region="ML")
URL = "https://travel.state.gov/en/international-travel/travel-advisories/mali.html"


def source(number: int, url: str = URL) -> Source:
    return Source(id=f"s{number}", url=url, kind="us-page", publisher="us-state", destination=MALI)


def visit(store: Store, one: Source, body: bytes, at: datetime) -> str:
    """One look at given bytes, judged and recorded in its own transaction."""
    state = store.state(one.id)
    seen = Page(url=one.url, body=body, taken_at=at, headers=(("Content-Type", "text/html"),))
    made = pipeline.look(one, state, book=store, web=_Bytes(seen), now=lambda: at)
    store.record(pipeline.decide(made, state, book=store, jitter=0.5))
    return made.outcome.value


class _Bytes:
    def __init__(self, seen: Page) -> None:
        self.seen = seen

    def get(self, url: str, **_: str) -> Page:
        return self.seen


def memory(counts: list[int], folder: Path) -> dict[str, float]:
    """Resident MiB after one good visit to each of so many sources (a process each)."""
    out: dict[str, float] = {}
    for count in counts:
        answer: multiprocessing.Queue[float] = multiprocessing.get_context("spawn").Queue()
        worker = multiprocessing.get_context("spawn").Process(target=_fill, args=(count, folder, answer))
        worker.start()
        out[str(count)] = answer.get()
        worker.join()
    return out


def _fill(count: int, folder: Path, answer: multiprocessing.Queue[float]) -> None:
    store = Store.open(f"sqlite:///{folder}/m{count}.db", durable=False)
    sources = [source(n) for n in range(count)]
    store.sync_sources(sources, START)
    for n, one in enumerate(sources):
        visit(store, one, page(n % 64), START)
        visit(store, one, page(n % 64 + 64), START + timedelta(hours=1))
    rss = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20
    answer.put(rss)
    store.close()


def plain(where: str, path: str, sources: int, headers: dict[str, str]) -> Callable[[], int]:
    """What anybody could write: a loop over all pages, a hash of each."""
    session = requests.Session()
    session.headers.update(headers)

    def look() -> int:
        for n in range(sources):
            hashlib.sha256(session.get(f"http://{where}{path}{n}.html", timeout=10).content).hexdigest()
        return sources

    return look


def beside(where: str, folder: Path, path: str, sources: int, rounds: int) -> dict[str, Any]:
    """CPU per page of the service and of the plain loop, by turns; the ratio is the median of those of each round."""
    headers = {"If-None-Match": site.ETAG} if path == site.STILL else {}
    loop = plain(where, path, sources, headers)
    with service.installed(folder, where, path, sources) as ours:
        assert ours.begin() == sources
        assert ours.look() == sources
        loop()
        pairs = [(_per_page(loop), _per_page(ours.look)) for _ in range(rounds)]
        assert ours.outcomes() == {Outcome.UNCHANGED}, ours.outcomes()
    return {
        "plain_ms": round(statistics.median(one for one, _ in pairs), 3),
        "ours_ms": round(statistics.median(one for _, one in pairs), 3),
        "ratio": round(statistics.median(mine / theirs for theirs, mine in pairs), 2),
    }


def _per_page(look: Callable[[], int]) -> float:
    start = time.process_time()
    count = look()
    return (time.process_time() - start) * 1000 / count


def stored(where: str, folder: Path, visits: int, sources: int = 10, rounds: int = 9) -> float:
    """CPU milliseconds per page with so many visits of each source in the database."""
    with service.installed(folder, where, "/en/", sources) as ours:
        ours.begin()
        fill(folder / "monitor.db", sources, visits)
        ours.look()
        return round(statistics.median(_per_page(ours.look) for _ in range(rounds)), 3)


def fill(path: Path, sources: int, visits: int) -> None:
    """Visits of the years before, as many to each source, written as SQLAlchemy writes them."""
    times = ((START - timedelta(hours=k + 1)).strftime("%Y-%m-%d %H:%M:%S.%f") for k in range(visits))
    with closing(sqlite3.connect(path)) as conn, conn:
        rows = ((f"s{n}", at) for at in times for n in range(sources))
        conn.executemany("INSERT INTO visits (source_id, taken_at, outcome, reason, status, elapsed)"
                         " VALUES (?, ?, 'unchanged', '', 200, 0.1)", rows)  # fmt: skip


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--rounds", type=int, default=5, help="rounds over all pages, of which the median counts")
    ask.add_argument("--sources", type=int, nargs="+", default=[1000, 5000])
    ask.add_argument("--stored", type=int, nargs="+", default=[200, 5000, 50_000], help="visits stored of each source")
    ask.add_argument("--jobs", type=int, default=1000, help="pages for urlwatch and webchanges")
    chosen = ask.parse_args()
    figures: dict[str, Any] = {"page_bytes": len(page(0))}
    with tempfile.TemporaryDirectory() as name, site.served() as where:
        folder = Path(name)
        figures["unchanged"] = {str(n): beside(where, folder / f"u{n}", "/en/", n, chosen.rounds)
                                for n in chosen.sources}  # fmt: skip
        figures["not_modified"] = {str(n): beside(where, folder / f"n{n}", site.STILL, n, chosen.rounds)
                                   for n in chosen.sources[:1]}  # fmt: skip
        figures["by_stored_visits_ms"] = {str(n): stored(where, folder / f"s{n}", n) for n in chosen.stored}
        figures["rivals"] = {name: rivals.cost(command, where, folder / name, chosen.jobs)
                             for name, command in rivals.found().items()}  # fmt: skip
        figures["changed_ms"] = changed(folder)
        figures["resident_mib_by_sources"] = memory([100, 1000, 5000], folder)
    figures |= report.machine()
    for key, value in figures.items():
        for inner, shown in value.items() if isinstance(value, dict) else {"": value}.items():
            print(f"{key:>26} {inner:>12}  {shown}")
    report.keep("visits", figures)


def changed(folder: Path, rounds: int = 100) -> dict[str, float]:
    """From the bytes of a page with an edited sentence to the committed change with its deliveries: CPU and wall."""
    store = Store.open(f"sqlite:///{folder}/changed.db")
    one = source(0)
    store.sync_sources([one], START)
    for n in range(20):
        store.add_subscription(Subscription(id=f"sub-{n}", channel=Channel.MAIL, address=f"reader{n}@ngo.example",
                                            created_at=START, wishes=Wishes(floor=Severity.LOW)))  # fmt: skip
    bodies = [page(n, edit=n % 21 + 1) for n in range(rounds)]
    visit(store, one, page(0), START)
    used, taken = [], []
    for n in range(rounds):
        began, start = time.perf_counter(), time.process_time()
        said = visit(store, one, bodies[n], START + timedelta(hours=n + 1))
        used.append((time.process_time() - start) * 1000)
        taken.append((time.perf_counter() - began) * 1000)
        assert said == "changed", said
    store.close()
    return {"cpu_median": round(statistics.median(used), 2), "wall_median": round(statistics.median(taken), 2),
            "wall_p95": round(sorted(taken)[int(0.95 * (rounds - 1))], 2), "deliveries_each": 20}  # fmt: skip


if __name__ == "__main__":
    main()
