"""How long a start takes: `monitor --help`, and `monitor run` until its first tick asks for the first page.

    python -m benchmarks.startup [--starts 5]

Wall time, from the start of the process: of `run` on a new installation (every table is made) and on one that has run
before. Prints a table and writes benchmarks/results/startup.json. Compare figures of one run only.
"""

from __future__ import annotations

import argparse
import os
import queue
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from benchmarks import report
from benchmarks.site import page

MONITOR = (sys.executable, "-m", "monitor")
ENVIRONMENT = os.environ | {"MONITOR_NO_BOOTSTRAP": "1"}
"""Without the check for an environment of its own: a packaged installation has none."""
CONFIG = """
[schedule]
tick = "0.2s"
[fetch]
host_gap = "0.01s"
robots = false
local_hosts = ["127.0.0.1:{port}"]
[web]
port = 0
[[destinations]]
name = "Mali"
iso3 = "MLI"
names = ["Republic of Mali"]
[[destinations.sources]]
id = "mali"
kind = "us-page"
publisher = "us-state"
every = "1s"
url = "http://127.0.0.1:{port}/mali.html"
"""


@contextmanager
def watched() -> Iterator[tuple[int, queue.Queue[float]]]:
    """A page, its port, and when it was asked for."""
    asked: queue.Queue[float] = queue.Queue()
    body = page(0)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.put(time.perf_counter())
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1], asked
    finally:
        server.shutdown()


def run(folder: Path, asked: queue.Queue[float]) -> float:
    """Seconds from the start of `monitor run` to the first request of its first tick."""
    while not asked.empty():
        asked.get()
    began = time.perf_counter()
    with subprocess.Popen([*MONITOR, "--config", str(folder / "config.toml"), "run"], env=ENVIRONMENT,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as started:  # fmt: skip
        try:
            return asked.get(timeout=60) - began
        finally:
            time.sleep(0.5)  # let the look be recorded
            started.send_signal(signal.SIGTERM)


def helped() -> float:
    began = time.perf_counter()
    subprocess.run([*MONITOR, "--help"], env=ENVIRONMENT, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def measured(starts: int) -> dict[str, float]:
    """Milliseconds, the median of so many starts; each after one that filled the caches."""
    new, again = [], []
    with watched() as (port, asked):
        for n in range(starts + 1):
            with tempfile.TemporaryDirectory() as name:
                (Path(name) / "config.toml").write_text(CONFIG.format(port=port))
                new.append(run(Path(name), asked))
                if n == starts:
                    time.sleep(1)  # due again
                    again = [run(Path(name), asked) for _ in range(starts)]
    helps = [helped() for _ in range(2 * starts + 1)]
    return {name: round(statistics.median(took[skip:]) * 1000) for name, took, skip in
            (("help_ms", helps, 1), ("run_new_ms", new, 1), ("run_again_ms", again, 0))}  # fmt: skip


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--starts", type=int, default=5)
    figures: dict[str, object] = {**measured(ask.parse_args().starts)}
    figures |= report.machine()
    for key, value in figures.items():
        print(f"{key:>14}  {value}")
    report.keep("startup", figures)


if __name__ == "__main__":
    main()
