"""What pages cost with thousands of destinations: the real server on one core, asked from the other one.

    python -m benchmarks.pages [--destinations 5000] [--changes 100000] [--seconds 30] [--database FILE]

Fills a database in bulk (kept and used again with --database), serves it in a process that may use one core only,
and asks from another core: overview pages and random change pages at 50 requests a second in an open loop (a slow
answer delays no later question, and its waiting counts), then feeds and 304 answers as fast as they come. Writes
benchmarks/results/pages.json.
"""

from __future__ import annotations

import argparse
import hashlib
import http.client
import multiprocessing
import os
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table

from benchmarks import report
from monitor import web
from monitor.model import Change, ChangeKind, ChangeState, Direction, FactChange, Finding, Outcome, Severity
from monitor.posture import Hold, Posture, Rung
from monitor.store import Store, rows, schema

RATE = 50.0
THREADS = 4
PUBLISHERS = ("us-state", "uk-fcdo", "ca-gac", "au-dfat")
SEVERITIES = (Severity.LOW,) * 40 + (Severity.MEDIUM,) * 40 + (Severity.HIGH,) * 18 + (Severity.CRITICAL,) * 2
AT_ONCE = 5000


# --------------------------------------------------------------------------------------
# A database
# --------------------------------------------------------------------------------------
def fill(path: Path, destinations: int, changes: int) -> float:
    """Writes the database; seconds that took."""
    began, now = time.perf_counter(), datetime.now(UTC)
    store = Store.open(f"sqlite:///{path}", durable=False)
    tables: list[tuple[Table, Iterator[dict[str, Any]]]] = [
        (schema.sources, _sources(destinations, now)), (schema.visits, _visits(destinations, changes, now)),
        (schema.changes, _changes(destinations, changes, now)), (schema.findings, _findings(changes)),
        (schema.stands, _stands(destinations, changes, now)), (schema.deliveries, iter(())),
    ]  # fmt: skip
    with store._db.write() as conn:
        for table, made in tables:
            _write(conn, table, made)
        conn.exec_driver_sql("ANALYZE")
    store.close()
    return time.perf_counter() - began


def _write(conn: Connection, table: Table, made: Iterator[dict[str, Any]]) -> None:
    batch: list[dict[str, Any]] = []
    for row in made:
        batch.append(row)
        if len(batch) == AT_ONCE:
            conn.execute(table.insert(), batch)
            batch = []
    if batch:
        conn.execute(table.insert(), batch)


def _when(number: int, of: int, now: datetime) -> datetime:
    return now - timedelta(days=365) * ((of - number) / of)


def _sources(destinations: int, now: datetime) -> Iterator[dict[str, Any]]:
    for n in range(destinations):
        failing = n % 50 == 0
        yield {
            "id": f"place-{n:05}", "url": f"https://advice.example/{n}", "kind": "us-page",
            "publisher": PUBLISHERS[n % len(PUBLISHERS)], "destination": f"place-{n:05}",
            "destination_name": f"Republic of Place {n:05}", "watched": True, "failures": 3 if failing else 0,
            "failing_since": now - timedelta(hours=2) if failing else None, "etag": "", "last_modified": "",
            "fingerprint": "", "baseline_id": None, "next_due_at": now + timedelta(hours=1, seconds=n),
            "last_visit_at": now, "last_good_at": now - timedelta(hours=3 if failing else 0, minutes=n % 60),
            "last_outcome": Outcome.BLOCKED if failing else Outcome.UNCHANGED, "last_reason": "",
            "held_change_id": None,
            "level": f"Level {1 + n % 4}: Exercise caution",
        }  # fmt: skip


def _visits(destinations: int, changes: int, now: datetime) -> Iterator[dict[str, Any]]:
    for n in range(changes):
        yield {"id": n + 1, "source_id": f"place-{n % destinations:05}", "taken_at": _when(n, changes, now),
               "outcome": Outcome.CHANGED, "reason": "", "status": 200, "elapsed": 0.4}  # fmt: skip


def event(number: int) -> str:
    return "evt_" + hashlib.sha256(str(number).encode()).hexdigest()[:24]


def _changes(destinations: int, changes: int, now: datetime) -> Iterator[dict[str, Any]]:
    for n in range(changes):
        place = n % destinations
        yield {
            "id": n + 1, "event_id": event(n), "visit_id": n + 1, "source_id": f"place-{place:05}",
            "taken_at": _when(n, changes, now), "url": f"https://advice.example/{place}",
            "publisher": PUBLISHERS[place % len(PUBLISHERS)], "destination": f"place-{place:05}",
            "destination_name": f"Republic of Place {place:05}", "outcome": Outcome.CHANGED, "state": ChangeState.TOLD,
            "confirmed": True, "severity": SEVERITIES[n % len(SEVERITIES)],
            "headline": f"Republic of Place {place:05}: curfew in the north from {n % 24}:00, telephone changed",
            "sentences": [f"A curfew from {n % 24}:00 is new.", "The embassy's telephone changed."],
            "note": "Updated with information on the curfew.", "before_sha256": "a" * 64, "after_sha256": "b" * 64,
            "signatures": [f"+curfew {n}"], "level": "Level 3: Reconsider Travel", "stated_at": "2026-06-08",
        }  # fmt: skip


def _finding(number: int, severity: Severity) -> dict[str, Any]:
    before = ("Movement in the northern districts is limited after dark and visitors should plan for delays of"
              f" {number} hours.")
    after = (f"A curfew is in force in the northern districts from {number % 24}:00 until 6:00, and visitors should"
             f" plan for delays of {number + 1} hours.")  # fmt: skip
    return rows.finding_to_json(Finding(
        change=Change(section="Safety and security", heading_path=("Safety and security", "Curfew"),
                      kind=ChangeKind.EDITED, before=before, after=after),
        severity=severity, rule="acute-sign", summary="a curfew is new",
        facts=(FactChange(kind="curfew", after="a curfew", direction=Direction.UP),)))  # fmt: skip


def _findings(changes: int) -> Iterator[dict[str, Any]]:
    for n in range(changes):
        severity = SEVERITIES[n % len(SEVERITIES)]
        for position in range(4):
            weight = severity if position == 0 else Severity.LOW if position < 3 else Severity.NONE
            yield {"change_id": n + 1, "position": position, "severity": weight, "rule": "acute-sign",
                   "finding": _finding(n + position, weight)}  # fmt: skip


def _stands(destinations: int, changes: int, now: datetime) -> Iterator[dict[str, Any]]:
    """Four stands of each source, of which the newest counts."""
    each = changes // destinations
    steps = sorted({each * k // 4 for k in range(1, 5)} - {0}) or [1]
    for n in range(destinations):
        for k in steps:
            change = n + (k - 1) * destinations
            level = 1 + (n + k) % 4
            holds = (Hold(Rung.REACH, "Help is limited outside the capital.", "Security"),
                     Hold(Rung.CURFEW, "A curfew is in force.", "Security"))[: n % 3]  # fmt: skip
            words = f"Level {level}: Exercise caution"
            posture = Posture(level=level, level_words=words, risks=("Crime",), holds=holds)
            yield {"source_id": f"place-{n:05}", "taken_at": _when(change, changes, now),
                   "destination": f"place-{n:05}", "publisher": PUBLISHERS[n % len(PUBLISHERS)],
                   "change_id": change + 1, "level": level, "height": posture.height,
                   "posture": posture.to_dict()}  # fmt: skip


# --------------------------------------------------------------------------------------
# The server, on one core
# --------------------------------------------------------------------------------------
def _serve(path: str, core: int, pipe: Any) -> None:
    os.sched_setaffinity(0, {core})
    store = Store.open(f"sqlite:///{path}")
    app = web.create_app(store, site=web.SiteView(name="Advisory monitor"), now=lambda: datetime.now(UTC),
                         last_tick=lambda: datetime.now(UTC), tick=5)  # fmt: skip
    server = web.serve(app, "127.0.0.1", 0)
    pipe.send(server.port)
    pipe.recv()
    server.close()
    pipe.send(time.process_time())


# --------------------------------------------------------------------------------------
# Asking
# --------------------------------------------------------------------------------------
class Asker:
    """Keeps one connection for each thread."""

    def __init__(self, port: int) -> None:
        self._port, self._mine = port, threading.local()

    def __call__(self, path: str, **headers: str) -> tuple[int, bytes, str]:
        known: http.client.HTTPConnection | None = getattr(self._mine, "conn", None)
        if known is None:
            known = self._mine.conn = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        known.request("GET", path, headers=headers)
        answer = known.getresponse()
        body = answer.read()
        if answer.getheader("Connection", "").lower() == "close":
            known.close()
        return answer.status, body, answer.getheader("ETag", "")


def overview_path(rnd: random.Random, destinations: int) -> str:
    """As readers ask: mostly the first page, also others, filters and searches."""
    pages = max(1, destinations // 50)
    return rnd.choice([
        "/", "/", "/", f"/?page={rnd.randint(1, pages)}", "/?level=4", "/?level=3&stale=1", "/?from=critical",
        f"/?q={rnd.randint(0, destinations):04}", f"/?publisher={rnd.choice(PUBLISHERS)}&page=2",
    ])  # fmt: skip


def open_loop(ask: Asker, paths: Callable[[], str], seconds: float) -> dict[str, float]:
    """Asks at a fixed pace, whatever comes back; milliseconds from when each question was due."""
    taken: list[float] = []
    began = time.perf_counter()

    def one(due: float, path: str) -> None:
        status, _, _ = ask(path)
        assert status == 200, f"{path} answered {status}"
        taken.append((time.perf_counter() - due) * 1000)

    with ThreadPoolExecutor(16) as pool:
        waiting = []
        for n in range(int(RATE * seconds)):
            due = began + n / RATE
            time.sleep(max(0.0, due - time.perf_counter()))
            waiting.append(pool.submit(one, due, paths()))
        for done in waiting:
            done.result()
    found = statistics.quantiles(taken, n=100)
    return {"requests": len(taken), "p50_ms": round(found[49], 2), "p95_ms": round(found[94], 2),
            "p99_ms": round(found[98], 2), "max_ms": round(max(taken), 2)}  # fmt: skip


def rate(ask: Asker, question: Callable[[Asker, int], int], wanted: int, seconds: float) -> float:
    """Answers a second, asked by a few threads at once."""
    end = time.perf_counter() + seconds

    def loop(which: int) -> int:
        done = 0
        while time.perf_counter() < end:
            status = question(ask, which + THREADS * done)
            assert status == wanted, f"{status} where {wanted} was expected"
            done += 1
        return done

    began = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        total = sum(pool.map(loop, range(THREADS)))
    return round(total / (time.perf_counter() - began), 1)


def measure(path: Path, destinations: int, changes: int, seconds: float) -> dict[str, Any]:
    cores = sorted(os.sched_getaffinity(0))
    here, there = multiprocessing.get_context("spawn").Pipe()
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(str(path), cores[0], there))
    server.start()
    os.sched_setaffinity(0, set(cores[1:]) or set(cores))
    try:
        ask, rnd = Asker(here.recv()), random.Random(1)
        sizes = {}
        for name, one in (("overview", "/"), ("change", f"/changes/{event(changes - 1)}")):
            sizes[f"{name}_bytes"] = len(ask(one)[1])
        for _ in range(40):
            ask(overview_path(rnd, destinations))

        def both() -> str:
            asked = rnd.random() < 0.5
            return overview_path(rnd, destinations) if asked else f"/changes/{event(rnd.randrange(changes))}"

        def known(ask: Asker, _: int) -> int:
            # The mark moves each minute: who comes with an old one is given the page, and the new mark.
            nonlocal mark
            status, _, new = ask("/", **{"If-None-Match": mark})
            mark = new
            return 304 if status in (200, 304) else status

        feeds = [f"/feeds/place-{n:05}.atom" for n in range(50)]
        mark = ask("/")[2]
        feed_marks = {one: ask(one)[2] for one in feeds}
        results = {
            "pages_at_50_per_second": open_loop(ask, both, seconds),
            "feeds_per_second": rate(ask, lambda ask, n: ask(feeds[n % len(feeds)])[0], 200, seconds / 3),
            "feed_of_all_per_second": rate(ask, lambda ask, _: ask("/feeds/all.atom")[0], 200, seconds / 3),
            "feed_304_per_second": rate(ask, lambda ask, n: ask(
                feeds[n % len(feeds)], **{"If-None-Match": feed_marks[feeds[n % len(feeds)]]})[0], 304, seconds / 3),
            "page_304_per_second": rate(ask, known, 304, seconds / 3),
        }  # fmt: skip
        here.send("stop")
        return sizes | results | {"server_cpu_seconds": round(here.recv(), 1)}
    finally:
        server.terminate()
        server.join()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--destinations", type=int, default=5000)
    parser.add_argument("--changes", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--database", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path: Path = chosen.database or Path(folder) / "pages.db"
        filled = None if path.exists() else round(fill(path, chosen.destinations, chosen.changes), 1)
        measured = measure(path, chosen.destinations, chosen.changes, chosen.seconds)
    asked = {"destinations": chosen.destinations, "changes": chosen.changes, "filled_seconds": filled}
    found = asked | measured | report.machine()
    for name, value in found.items():
        print(f"{name:>28}  {value}")
    report.keep("pages", found)


if __name__ == "__main__":
    main()
