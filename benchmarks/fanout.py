"""From the commit of a change to the hand-over of its mails: matching, rendering, SMTP and record together.

    python -m benchmarks.fanout [--readers 5000] [--mails 100000] [--subscriptions 100000]

One process, SQLite on disk with full durability, Debian's smtp-sink (package postfix) on the loopback, and the
sink's own limit measured with smtp-source in the same run. Prints a table and writes
benchmarks/results/fanout.json with machine details. Compare figures of one run only.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import report
from benchmarks.mail_relay import SITE, limit, sink
from monitor import deliver, pipeline
from monitor.audience import Cadence, Channel, DeliveryState, Group, Language, Scope, Subscription, Wishes
from monitor.core import notice
from monitor.links import Signer
from monitor.model import Severity
from monitor.notify import verp
from monitor.notify.smtp import SmtpChannel
from monitor.store import Store
from tests.fakes import Web, page, source

ORDER = "On June 9, 2026, the Department ordered non-emergency U.S. government employees to leave Mali."
CONNECTIONS = 4
BATCH = 200


def now() -> datetime:
    return datetime.now(UTC)


def readers(store: Store, count: int, *, mixed: bool = False) -> None:
    """So many subscriptions; mixed ones ask for all that can be asked for, and one in four for this change."""
    for start in range(0, count, 5_000):
        store.enrol(Group(id="grp_1", name="Everybody"), [
            Subscription(id=f"sub_{number:08}", channel=Channel.MAIL, created_at=now(),
                         address=f"reader{number}@ngo{number % 500}.example",
                         wishes=_mixed(number) if mixed else Wishes(destinations=("mali",)))
            for number in range(start, min(start + 5_000, count))])  # fmt: skip


def _mixed(number: int) -> Wishes:
    return Wishes(
        destinations=() if number % 40 == 0 else (("mali", "niger", "chad", "kenya")[number % 4],),
        scope=(Scope.EVERYTHING, Scope.POSTURE, Scope.SECTIONS)[number % 3],
        sections=("health", "entry") if number % 3 == 2 else (),
        floor=(Severity.LOW, Severity.MEDIUM, Severity.HIGH)[number % 5 % 3],
        cadence=(Cadence.IMMEDIATE, Cadence.DAILY)[number % 7 == 0],
        language=(Language.EN, Language.FR)[number % 6 == 0],
    )


def change(store: Store) -> tuple[str, float]:
    """A departure order on the page of Mali: its event id, and the seconds that its record and deliveries took."""
    mali = source()
    store.sync_sources([mali], now())
    web = Web(now)  # type: ignore[arg-type]
    look = partial(pipeline.check, mali, book=store, web=web, now=now, jitter=lambda: 0.5)
    web.answer = page()
    look()
    web.answer = page(words=ORDER, phone="+(223) 2021-2299")
    state = store.state(mali.id)
    made = pipeline.look(mali, state, book=store, web=web, now=now)
    record = pipeline.decide(made, state, book=store, jitter=0.5)
    began = time.perf_counter()
    recorded = store.record(record)
    return recorded.event_id, time.perf_counter() - began


def hand_over(store: Store, port: int, memory: list[int]) -> tuple[int, float, float]:
    """Hands over all that waits: how many, wall seconds, CPU seconds of this process."""
    out = SmtpChannel("127.0.0.1", port, SITE, tls="none", connections=CONNECTIONS,
                      return_path=lambda d: verp.address("bounces@monitor.example", d.id, "secret"))  # fmt: skip
    signer = Signer("secret", "https://monitor.example")
    made = partial(notice.notice, base_url="https://monitor.example", links=signer.of, names={"mali": "Mali"})
    began, cpu, done = time.perf_counter(), time.process_time(), 0
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        while tried := deliver.due(
            book=store, senders={Channel.MAIL: out}, notice_for=made, owner="bench:1", now=now, jitter=lambda: 0.5,
            limit=BATCH, channels=(Channel.MAIL,), spread=pool.map,
        ):  # fmt: skip
            done += tried
            memory.append(resident())
    out.close()
    return done, time.perf_counter() - began, time.process_time() - cpu


def resident() -> int:
    """MiB of this process that are in memory now."""
    with suppress(OSError):
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20
    return 0


def opened(folder: str, name: str) -> Store:
    return Store.open(f"sqlite:///{folder}/{name}.db", message_domain="monitor.example", secret="secret")


def latency(count: int, port: int, folder: str) -> dict[str, Any]:
    """Seconds from the commit of a change to the hand-over of each mail."""
    store = opened(folder, "latency")
    readers(store, count)
    event, _ = change(store)
    committed = now()
    hand_over(store, port, [])
    waits = sorted((d.sent_at - committed).total_seconds() for d in store.deliveries(subject=event, limit=count)
                   if d.state is DeliveryState.SENT and d.sent_at)  # fmt: skip
    store.close()
    return {"readers": len(waits), "median_s": round(statistics.median(waits), 2),
            "p95_s": round(waits[int(len(waits) * 0.95)], 2), "last_s": round(waits[-1], 2)}  # fmt: skip


def bulk(count: int, port: int, folder: str) -> dict[str, Any]:
    """Many mails of one change: how fast, at what cost, and whether memory grows."""
    store = opened(folder, "bulk")
    readers(store, count)
    change(store)
    memory: list[int] = []
    done, wall, cpu = hand_over(store, port, memory)
    store.close()
    settled = memory[len(memory) // 10 :] or memory
    return {"mails": done, "seconds": round(wall, 1), "per_second": round(done / wall, 1),
            "cpu_ms_per_mail": round(cpu / done * 1e3, 3), "memory_mib_at_a_tenth": settled[0],
            "memory_mib_at_the_end": settled[-1], "memory_mib_peak": max(memory)}  # fmt: skip


def matching(count: int, folder: str) -> dict[str, Any]:
    """Recording a change and finding who asked for it among so many subscriptions."""
    store = opened(folder, "matching")
    readers(store, count, mixed=True)
    event, took = change(store)
    told = len(store.deliveries(subject=event, limit=count))
    store.close()
    return {"subscriptions": count, "told": told, "seconds": round(took, 3)}


def main() -> None:
    asks = argparse.ArgumentParser(description=__doc__)
    whole = partial(asks.add_argument, type=int)
    whole("--readers", default=5_000)
    whole("--mails", default=100_000)
    whole("--subscriptions", default=100_000)
    given = asks.parse_args()
    with tempfile.TemporaryDirectory() as folder, sink() as (port, _):
        made: dict[str, Any] = {"matching": matching(given.subscriptions, folder)}
        print(json.dumps(made["matching"]), flush=True)
        made["latency"] = latency(given.readers, port, folder)
        print(json.dumps(made["latency"]), flush=True)
        made["bulk"] = bulk(given.mails, port, folder)
        most = limit(port, min(given.mails, 20_000), CONNECTIONS, 30 * 1024)
        made["sink_limit_per_second"] = round(most, 1)
        made["ratio_to_the_sinks_limit"] = round(made["bulk"]["per_second"] / most, 3)
    made |= report.machine()
    print(json.dumps(made, indent=1))
    report.keep("fanout", made)


if __name__ == "__main__":
    main()
