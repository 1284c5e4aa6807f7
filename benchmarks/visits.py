"""What a visit costs: CPU per page, beside a plain `requests` + SHA-256 loop in the same run.

    python -m benchmarks.visits [--rounds 300] [--sources 5000]

Prints a table and writes benchmarks/results/visits.json with machine details. CPU is this process's
user and system time; the server runs in another process. Compare figures of one run only.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import os
import platform
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import requests

from monitor import pipeline
from monitor.fetch import Client, Manners
from monitor.model import Destination, Page, Source
from monitor.store import Store

START = datetime(2026, 6, 1, tzinfo=UTC)
MALI = Destination(key="mali", name="Mali", iso3="MLI", region="ML")
URL = "https://travel.state.gov/en/international-travel/travel-advisories/mali.html"
SIZE = 83_000


def page(fetch: int, edit: int = 0) -> bytes:
    """An 83 KB destination page: about 30 KB of advice, the rest menus; chrome differs on each fetch."""
    rnd = random.Random(fetch)
    token = f"{rnd.getrandbits(128):032x}"
    topics = ["Crime", "Terrorism", "Kidnapping", "Unrest", "Health", "Air travel", "Roads", "Money"]
    body = "".join(
        f"<h4><b>{topic}</b></h4>" + "".join(
            f"<p>{topic} is a concern in district {n} of the country, and visitors should plan "
            f"for it with care{' and patience' if edit and topic == 'Crime' and n == edit % 30 else ''}."
            f" Read the <a href='/en/guidance/{topic.lower()}-{n}.html'>guidance</a> first.</p>"
            for n in range(22)) for topic in topics)  # fmt: skip
    content = (
        '<div class="cmp-traveladvisory"><div class="cmp-traveladvisory__header level-4">'
        '<h2 class="travel-advisory">Travel advisory - Republic of Mali</h2>'
        '<h3 class="travel-level">Level 4 - Do not travel</h3>'
        '<span class="date-issued">Date issued: June 8, 2026 -</span></div>'
        '<div class="cmp-traveladvisory__body level-4"><ul class="pill-list">'
        '<li class="tsg-utility-risk-pill">Crime (C)</li><li class="tsg-utility-risk-pill">Terrorism (T)</li></ul>'
        '<h2 class="statement"><span class="guidance level-4">Do not travel</span>'
        '<span class="cmp-traveladvisory__inline"><p>to <b>Mali</b> due to crime and terrorism.</p></span></h2>'
        '<div class="cmp-traveladvisory__body-container-advisory">'
        f'<div class="summary-text usa-prose">{body}</div></div>'
        '</div></div><p id="tsg-page_date">Last Updated: June 9, 2026</p>'
    )
    menu: list[str] = []
    filled = len(content) + 1500
    number = 0
    while filled < SIZE:
        entry = (f'<li class="usa-nav__item"><a class="usa-nav__link" href="/en/topic-{number}.html" '
                 f'data-sid="{token[:8]}"><span>Menu entry {number}</span></a></li>\n')  # fmt: skip
        menu.append(entry)
        filled += len(entry)
        number += 1
    rnd.shuffle(menu)
    return (
        f"<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>Mali</title>"
        f'<meta name="csrf-token" content="{token}"><script nonce="{token}">var s="{token}"</script></head>'
        f"<body><!-- generated {token} --><header><nav><ul>{''.join(menu)}</ul></nav></header>"
        f"<main>{content}</main><footer>build {token[:6]}</footer></body></html>"
    ).encode()


def source(number: int, url: str = URL) -> Source:
    return Source(id=f"s{number}", url=url, kind="us-page", publisher="us-state", destination=MALI)


def cpu(task: Callable[[int], object], rounds: int) -> tuple[float, float]:
    """Median and 95th percentile of CPU milliseconds for one round."""
    taken = []
    for n in range(rounds):
        start = time.process_time()
        task(n)
        taken.append((time.process_time() - start) * 1000)
    return statistics.median(taken), sorted(taken)[int(0.95 * (rounds - 1))]


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


def serve(port: multiprocessing.Queue[int]) -> None:
    bodies = [page(n) for n in range(64)]

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        count = 0

        def do_GET(self) -> None:
            Handler.count += 1
            body = b"User-agent: *\nAllow: /\n" if self.path == "/robots.txt" else bodies[Handler.count % 64]
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    port.put(server.server_address[1])
    server.serve_forever()


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


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--rounds", type=int, default=300)
    ask.add_argument("--sources", type=int, default=5000)
    chosen = ask.parse_args()
    rounds = chosen.rounds
    figures: dict[str, object] = {
        "machine": {"python": platform.python_version(), "cores": os.cpu_count(), "system": platform.platform()},
        "page_bytes": len(page(0)),
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = Store.open(f"sqlite:///{folder}/b.db")
        one = source(0)
        store.sync_sources([one], START)
        bodies = [page(n) for n in range(rounds + 1)]
        edits = [page(n, edit=n + 1) for n in range(rounds + 1)]
        clock = iter(START + timedelta(minutes=n) for n in range(10**7))
        visit(store, one, bodies[0], next(clock))
        figures["unchanged_visit_ms"] = cpu(lambda n: visit(store, one, bodies[n + 1], next(clock)), rounds)
        visit(store, one, edits[0], next(clock))
        figures["changed_visit_ms"] = cpu(lambda n: visit(store, one, edits[n + 1], next(clock)), min(rounds, 100))
        store.close()
        figures.update(_over_http(rounds, folder))
        figures["resident_mib_by_sources"] = memory([100, 1000, chosen.sources], folder)
    for key, value in figures.items():
        shown = f"median {value[0]:.2f}  p95 {value[1]:.2f}" if isinstance(value, tuple) else value
        print(f"{key:<28} {shown}")
    results = Path(__file__).parent / "results"
    results.mkdir(exist_ok=True)
    (results / "visits.json").write_text(json.dumps(figures, indent=1) + "\n")


def _over_http(rounds: int, folder: Path) -> dict[str, object]:
    context = multiprocessing.get_context("spawn")
    port: multiprocessing.Queue[int] = context.Queue()
    server = context.Process(target=serve, args=(port,), daemon=True)
    server.start()
    where = f"127.0.0.1:{port.get()}"
    session = requests.Session()
    url = f"http://{where}/en/mali.html"

    def plain(_: int) -> str:
        return hashlib.sha256(session.get(url, timeout=10).content).hexdigest()

    client = Client(Manners(user_agent="benchmark", allowed_hosts=frozenset(), host_gap=0,
                            local_hosts=frozenset({where})))  # fmt: skip
    store = Store.open(f"sqlite:///{folder}/h.db")
    one = replace(source(0), url=url)
    store.sync_sources([one], START)
    times = iter(START + timedelta(minutes=n) for n in range(10**7))

    def ours(_: int) -> None:
        pipeline.check(one, book=store, web=client, now=lambda: next(times), jitter=lambda: 0.5)

    ours(0)
    plain(0)
    result: dict[str, object] = {
        "plain_requests_sha256_ms": cpu(plain, rounds),
        "our_whole_visit_ms": cpu(ours, rounds),
    }
    server.terminate()
    store.close()
    client.close()
    return result


if __name__ == "__main__":
    main()
