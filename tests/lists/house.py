"""A real service over a publisher on this machine, with a clock that tests move."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor import wiring
from monitor.wiring import Parts
from tests.fakes import Clock
from tests.lists.publisher import FEED, INDEX, Publisher

MALI = '[[destinations]]\nname = "Mali"\niso3 = "MLI"\nregion = "ML"\nkey = "ml"\n'


def us(publisher: Publisher, more: str = "") -> str:
    return (f'[[publishers]]\nname = "us-state"\ndestinations = "all"\nlist = "{publisher.url(FEED)}"\n'
            f'min_items = 3\n{more}')  # fmt: skip


def uk(publisher: Publisher, more: str = "") -> str:
    return (f'[[publishers]]\nname = "uk-fcdo"\ndestinations = "all"\nlist = "{publisher.url(INDEX)}"\n'
            f'min_items = 3\n{more}')  # fmt: skip


def write(folder: Path, publisher: Publisher, tables: str, url: str = "") -> Path:
    path = folder / "config.toml"
    path.write_text(
        f'[database]\nurl = "{url or f"sqlite:///{folder}/monitor.db"}"\n[schedule]\njitter = 0.1\n'
        f'[fetch]\nhost_gap = "0.001s"\nlocal_hosts = ["{publisher.host}"]\nrobots = false\n{tables}'
    )
    return path


def start(folder: Path, publisher: Publisher, tables: str, clock: Clock, url: str = "") -> Parts:
    path = write(folder, publisher, tables, url)
    config = wiring.load(path, environ={"MONITOR_SECRET": "s" * 20}, kinds=wiring.adapters.ADAPTERS.keys())
    return wiring.build(config, clock)


@contextmanager
def service(folder: Path, publisher: Publisher, tables: str, clock: Clock, url: str = "") -> Iterator[Parts]:
    made = start(folder, publisher, tables, clock, url)
    try:
        yield made
    finally:
        made.close()


def tick(parts: Parts, clock: Clock, seconds: float = 0) -> int:
    """Moves the clock, then does what a scheduler would until nothing is due; how many looks that took."""
    clock.forward(seconds=seconds)
    done = parts.look_at_lists()
    while (looked := parts.check_due()) > 0:
        done += looked
    return done
