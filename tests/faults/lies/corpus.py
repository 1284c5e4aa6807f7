"""Real revisions of real advisories with bad pages in between: what is told must be what is told without them.

The revisions are read from a folder given at run time and are no part of the project. Two services see the same
revisions, each of them twice; one of them sees a bad page before each look. Whoever is told, and what, must be equal.
"""

from __future__ import annotations

import importlib.util
import itertools
import json
import lzma
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from monitor import pipeline, sources
from monitor.audience import Channel, Subscription, Wishes
from monitor.errors import SplitError
from monitor.model import Outcome, Page, Severity, Source
from monitor.store import Store
from tests.fakes import START, Clock
from tests.faults.lies import walls

Bad = tuple[str, bytes, int]


@dataclass
class History:
    """What came of one publisher's revisions."""

    name: str
    bad: int = 0
    visits: int = 0
    changes: int = 0
    """Looks after which somebody was told, without bad pages."""
    told: int = 0
    """The same, with a bad page before each look."""
    equal: int = 0
    """Of these: the same words, as often."""
    suppressed: int = 0
    alerts: int = 0
    wrong: list[str] = field(default_factory=list)

    def row(self) -> list[str]:
        return [self.name, *map(str, (self.bad, self.visits, self.changes, self.told, self.equal, self.suppressed,
                                      self.alerts, len(self.wrong)))]  # fmt: skip


class _Service:
    """A store with one reader, and whatever is put before it."""

    def __init__(self, watched: list[Source]) -> None:
        self.clock = Clock()
        self.store = Store.open("sqlite://", durable=False)
        self.store.sync_sources(watched, START)
        self.store.add_subscription(Subscription(id="sub_1", channel=Channel.FILE, address="", created_at=START,
                                                 wishes=Wishes(floor=Severity.LOW)))  # fmt: skip
        self.answer = (b"", 200)

    def get(self, url: str, *, etag: str = "", last_modified: str = "", accept: str = "") -> Page:
        body, status = self.answer
        return Page(url=url, body=body, status=status, taken_at=self.clock())

    def look(self, source: Source, body: bytes, status: int = 200) -> Outcome:
        self.answer = body, status
        self.clock.forward(minutes=1)
        made, _ = pipeline.check(source, book=self.store, web=self, now=self.clock, jitter=lambda: 0.5)
        return made.outcome

    def told(self) -> list[tuple[str, str]]:
        """Everything that was told so far: of which source, and in which words."""
        ids = {delivery.event_id for delivery in self.store.deliveries()}
        return sorted((change.source_id, change.headline) for change in self.store.changes(limit=10_000)
                      if change.event_id in ids)  # fmt: skip


def mixed(history: Path, tools: Path, countries: int, say: Callable[[str], None]) -> list[History]:
    """One row for each publisher's file of revisions."""
    made = _tools(tools)
    bad = itertools.cycle(_bad())
    found = []
    for file in sorted(history.glob("*.jsonl.xz")):
        row = History(file.name.partition(".")[0])
        for number, (name, revisions) in enumerate(_countries(file)):
            if countries and number >= countries and name.casefold() != "mali":
                continue
            _country(name, revisions, made, bad, row)
        say(f"{row.name}: {row.visits} visits, {row.changes} changes, {len(row.wrong)} wrong")
        found.append(row)
    return found


def _tools(folder: Path) -> Any:
    spec = importlib.util.spec_from_file_location("corpus_pages", folder / "corpus_pages.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _bad() -> list[Bad]:
    """Every wall, repair, soft 404, log-in and shell, with its own status and with 200."""
    return [(name, walls.filled(markup, one, n).encode(), said) for n, one in enumerate(walls.PUBLISHERS)
            for shapes in walls.SHAPES.values() for name, (status, markup) in shapes.items()
            for said in dict.fromkeys((200, status))]  # fmt: skip


def _countries(file: Path) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        for name, revisions in itertools.groupby(map(json.loads, lines), key=lambda one: one["country"]):
            yield name, list(revisions)


def _country(name: str, revisions: list[dict[str, Any]], made: Any, bad: Iterator[Bad], row: History) -> None:
    watched: dict[str, Source] = {}
    rendered = [made.render_pages(revision, 1, 0) for revision in revisions]
    for revision, texts in zip(revisions, rendered, strict=True):
        for path, text in texts.items():
            url = path if path.startswith("http") else made.HOSTS[revision["government"]] + path
            watched.setdefault(path, sources.source_for(url, text.encode()))
    watched = {path: source for path, source in watched.items() if source.destination.name}
    plain, tried = _Service(list(watched.values())), _Service(list(watched.values()))
    seen: dict[str, str] = {}
    for revision, texts in zip(revisions, rendered, strict=True):
        at = datetime.fromisoformat(revision["commit_date"].replace("Z", "+00:00")).astimezone(UTC)
        for service in (plain, tried):
            service.clock.now = max(service.clock.now + timedelta(minutes=1), at)
        for path, text in texts.items():
            source = watched.get(path)
            if source is not None and _is_new(source, text.encode(), seen):
                _revision(f"{row.name} {name} {revision['revision_index']} {path}", source, text.encode(), plain, tried,
                          bad, row)  # fmt: skip
    if plain.told() != tried.told():
        row.wrong.append(f"{row.name} {name}: in the end, {len(plain.told())} told and {len(tried.told())}")
    plain.store.close()
    tried.store.close()


def _is_new(source: Source, body: bytes, seen: dict[str, str]) -> bool:
    """Whether this page differs from the last one; what cannot be read is looked at each time."""
    try:
        mark = sources.fingerprint(source, Page(url=source.url, body=body))
    except SplitError:
        return True
    before, seen[source.id] = seen.get(source.id), mark
    return before != mark


def _revision(where: str, source: Source, body: bytes, plain: _Service, tried: _Service, bad: Iterator[Bad],
              row: History) -> None:  # fmt: skip
    """The page twice, as a second look confirms what the first one saw; on one side after a bad page each time."""
    before = len(plain.store.deliveries()), len(tried.store.deliveries())
    ends = []
    for _ in range(2):
        name, wall, status = next(bad)
        known, had = tried.store.state(source.id).baseline_id, len(tried.store.deliveries())
        outcome = tried.look(source, wall, status) if known is not None else None
        plain.clock.now = tried.clock.now
        row.bad += known is not None
        told = len(tried.store.deliveries()) - had
        row.alerts += told
        if told or (outcome is not None and outcome.good):
            row.wrong.append(f"{where}: {name} ({status}) was {outcome}, {told} told")
        ends.append((plain.look(source, body), tried.look(source, body)))
        row.visits += 1
    without, after = len(plain.store.deliveries()) - before[0], len(tried.store.deliveries()) - before[1]
    row.changes += without > 0
    row.told += after > 0
    row.suppressed += after < without
    row.equal += without > 0 and after == without
    if after != without or any(a is not b for a, b in ends):
        row.wrong.append(f"{where}: {without} told without bad pages, {after} with them: {ends}")
