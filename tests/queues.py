"""A service over either queue, with a web and a relay that tests hold in their hands."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import text

from monitor import cluster, schedule, wiring
from monitor.audience import Channel, Delivery, Notice, Subscription, Wishes
from monitor.errors import NotifyError
from monitor.model import Page, Severity, Source
from monitor.store import Store
from monitor.wiring import Parts
from tests.fakes import MALI, page

EVERY = timedelta(hours=6)


class Web:
    """Every page is the same until told otherwise; counts who was asked."""

    def __init__(self) -> None:
        self.answer: bytes | Exception = page(level=3)
        self.slow = 0.0
        self.asked: list[str] = []

    def get(self, url: str, *, etag: str = "", last_modified: str = "", accept: str = "") -> Page:
        self.asked.append(url)
        time.sleep(self.slow)
        if isinstance(self.answer, Exception) and "page-1" in url:
            raise self.answer
        body = page(level=3) if isinstance(self.answer, Exception) else self.answer
        return Page(url=url, body=body, taken_at=datetime.now(UTC), headers=(("Content-Type", "text/html"),))

    def close(self) -> None:
        """Nothing is open."""


class Relay:
    """Takes every message and remembers which; fails while it is told to."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.tried: Counter[str] = Counter()
        self.error: NotifyError | None = None
        self.slow = 0.0

    def render(self, notice: Notice, delivery: Delivery) -> bytes:
        return b"words"

    def send(self, delivery: Delivery, message: bytes) -> str:
        self.tried[delivery.message_id] += 1
        if self.error is not None:
            raise self.error
        time.sleep(self.slow)
        self.taken.append(delivery.message_id)
        return "accepted"


def configured(folder: Path, url: str, sources: int = 1) -> wiring.Config:
    path = folder / "config.toml"
    tables = "".join(
        f'[[destinations.sources]]\nid = "page-{n}"\nkind = "us-page"\npublisher = "us-state"\nevery = "6h"\n'
        f'url = "https://travel.state.gov/page-{n}.html"\n'
        for n in range(sources)
    )  # fmt: skip
    path.write_text(f'[database]\nurl = "{url}"\n[[destinations]]\nname = "Mali"\niso3 = "MLI"\n'
                    f'names = ["Republic of Mali"]\n{tables}')  # fmt: skip
    return wiring.load(path, environ={"MONITOR_SECRET": "s" * 20}, kinds=wiring.adapters.ADAPTERS.keys())


def service(folder: Path, url: str, sources: int = 1, *, web: Web | None = None, relay: Relay | None = None) -> Parts:
    """The real service; only the web and the relay are ours."""
    made = wiring.build(configured(folder, url, sources))
    made.client.close()
    made.client = web or Web()  # type: ignore[assignment]
    made.senders = {Channel.MAIL: relay or Relay()}
    return made


def _give_out(one: Parts) -> int:
    return one.store.give_out(one.clock())


@contextmanager
def at_work(*services: Parts) -> Iterator[None]:
    """Each with everything that its queue needs, until the block ends."""
    with ExitStack() as stack:
        for one in services:
            if one.store.shared:
                running = schedule.give_out(partial(_give_out, one), one.clock_was_set, tick=0.1)
                stack.callback(running.stop)
                stack.enter_context(cluster.working(one, one.config.database_url, looks=2))
            else:
                stack.callback(schedule.start(one, tick=0.1).stop)
            stack.callback(one.stopping.set)
        yield


def readers(store: Store, count: int, *, start: int = 0) -> None:
    now = datetime.now(UTC)
    for number in range(start, start + count):
        store.add_subscription(Subscription(
            id=f"sub_{number:05}", channel=Channel.MAIL, address=f"reader{number}@ngo.example", created_at=now,
            wishes=Wishes(destinations=(MALI.key,), floor=Severity.LOW)))  # fmt: skip


def due_now(store: Store, *sources: Source) -> None:
    """As if the hour of these had come."""
    for one in sources:
        store.postpone(one.id, datetime.now(UTC) - timedelta(seconds=1))


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.05)


def settled(threads: Sequence[threading.Thread]) -> None:
    for one in threads:
        one.start()
    for one in threads:
        one.join()


def jobs(store: Store, words: str = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'") -> int:
    with store._db.read() as conn:
        return int(conn.scalar(text(words)) or 0)


def change_jobs(store: Store, words: str) -> int:
    with store._db.write() as conn:
        return conn.execute(text(words)).rowcount
