"""What a mail costs: CPU per message, for one change told to many readers, and for digests, each of its own.

    python -m benchmarks.mails [--readers 100000]

Prints a table and writes benchmarks/results/mails.json with machine details. CPU is this process's user and
system time. `alone` is the same message made without what other readers of the change have in common.
"""

from __future__ import annotations

import argparse
import platform
import resource
import time
from collections.abc import Callable
from dataclasses import replace

from benchmarks import report
from monitor.audience import Delivery, Form, Language, Links, Notice
from monitor.notify import mail
from tests.notify import examples


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--readers", type=int, default=20_000)
    readers = parser.parse_args().readers
    many = replace(examples.critical(), findings=examples.critical().findings * 60)
    cases: dict[str, tuple[Notice, int]] = {
        "notice, English": (examples.in_language(Language.EN), readers),
        "notice, French": (examples.in_language(Language.FR), readers),
        "notice, thin": (examples.in_language(Language.EN, form=Form.THIN), readers),
        "notice of 600 findings": (many, readers),
        "digest": (examples.digest(), min(readers, 500)),
    }
    figures = {}
    for name, (notice, count) in cases.items():
        kept, alone = _cost(mail.render, notice, count), _cost(mail.reference, notice, min(count, 200))
        size = len(mail.render(notice, _delivery(0), examples.SITE))
        figures[name] = {"ms": round(kept, 3), "alone_ms": round(alone, 3), "bytes": size, "mails": count}
        print(f"{name:24} {kept:7.3f} ms a mail, alone {alone:7.3f} ms, {size:6} bytes, {count} mails")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"largest memory {memory:.0f} MB")
    out = {"machine": f"{platform.machine()} {platform.system()}", "python": platform.python_version(),
           "memory_mb": round(memory), "figures": figures}  # fmt: skip
    report.keep("mails", out)


def _delivery(n: int) -> Delivery:
    return examples.delivery(address=f"reader{n}@mail{n % 50}.example", subscription_id=f"sub_{n}",
                             message_id=f"<evt_3b9a77.{n:x}@monitor.example>")  # fmt: skip


def _cost(render: Callable[..., bytes], notice: Notice, count: int) -> float:
    """Milliseconds of CPU for one mail, its notice and delivery made beforehand in both cases."""
    total = 0.0
    for start in range(0, count, 1000):
        calls = [(replace(notice, why=f"You asked to be told, reader {n}.", links=_links(n)), _delivery(n))
                 for n in range(start, min(count, start + 1000))]  # fmt: skip
        begin = time.process_time()
        for told, call in calls:
            render(told, call, examples.SITE)
        total += time.process_time() - begin
    return total / count * 1000


def _links(n: int) -> Links:
    return Links(manage=f"https://monitor.example/manage/{n:040x}", unsubscribe=f"https://monitor.example/u/{n:040x}")


if __name__ == "__main__":
    main()
