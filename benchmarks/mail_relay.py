"""What handing over mail costs: CPU and time per message, beside smtp-source, the sink's own tool, in the same run.

    python -m benchmarks.mail_relay [--mails 20000] [--connections 4] [--kilobytes 30]

Needs smtp-sink and smtp-source (Debian: postfix). Both stay on the loopback. Prints a table and writes
benchmarks/results/mail_relay.json. CPU is this process's; the sink runs in another. Compare figures of one run only.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

from benchmarks import report
from monitor.audience import Channel, Delivery
from monitor.notify import verp
from monitor.notify.mail import Site
from monitor.notify.smtp import SmtpChannel

SITE = Site(name="Advisory monitor", from_address="alerts@monitor.example")


class Relay(NamedTuple):
    """Where a sink listens, and its process."""

    port: int
    pid: int


@contextmanager
def sink(kept: Path | None = None) -> Iterator[Relay]:
    """A relay that accepts and forgets, or with `kept` appends every mail to that file."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    into = ["-D", str(kept)] if kept else []
    command = [tool("smtp-sink"), *user, *into, f"127.0.0.1:{port}", "100"]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.1):
                break
            time.sleep(0.05)
        yield Relay(port, running.pid)
    finally:
        running.terminate()
        running.wait()


def tool(name: str) -> str:
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin")
    if found is None:
        sys.exit(f"{name} is not installed; on Debian: apt-get install postfix")
    return found


def limit(port: int, mails: int, connections: int, size: int) -> float:
    """Mails a second that the sink takes from the tool that is made for it."""
    began = time.perf_counter()
    shape = ["-s", str(connections), "-m", str(mails), "-l", str(size)]
    command = [tool("smtp-source"), "-d", *shape, f"127.0.0.1:{port}"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return mails / (time.perf_counter() - began)


def ours(port: int, mails: int, connections: int, size: int) -> dict[str, float]:
    line = b"x" * 74 + b"\r\n"
    message = b"Subject: x\r\n\r\n" + line * (size // len(line))
    at = datetime.now(UTC)
    out = SmtpChannel("127.0.0.1", port, SITE, tls="none", connections=connections,
                      return_path=lambda d: verp.address("bounces@monitor.example", d.id, "secret"))  # fmt: skip

    def one(number: int) -> None:
        out.send(Delivery(id=number, event_id="evt_1", subscription_id=f"sub_{number}", channel=Channel.MAIL,
                          address=f"reader{number}@ngo{number % 500}.example", message_id=f"<{number}@monitor.example>",
                          created_at=at), message)  # fmt: skip

    began, cpu = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(connections) as pool:
        for start in range(1, mails + 1, 1000):
            list(pool.map(one, range(start, min(start + 1000, mails + 1))))
    took, used = time.perf_counter() - began, time.process_time() - cpu
    out.close()
    return {"mails_per_second": mails / took, "cpu_ms_per_mail": used / mails * 1e3,
            "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}  # fmt: skip


def main() -> None:
    asks = argparse.ArgumentParser(description=__doc__)
    whole = partial(asks.add_argument, type=int)
    whole("--mails", default=20_000)
    whole("--connections", default=4)
    whole("--kilobytes", default=30)
    given = asks.parse_args()
    with sink() as (port, _):
        shape = (given.mails, given.connections, given.kilobytes * 1024)
        most, found = limit(port, *shape), ours(port, *shape)
    made = {
        "mails": given.mails, "connections": given.connections, "kilobytes": given.kilobytes,
        "sink_limit_per_second": round(most, 1), **{name: round(value, 3) for name, value in found.items()},
        "ratio_to_the_sinks_limit": round(found["mails_per_second"] / most, 3),
        **report.machine(),
    }  # fmt: skip
    for name, value in made.items():
        print(f"{name:28} {value}")
    report.keep("mail_relay", made)


if __name__ == "__main__":
    main()
